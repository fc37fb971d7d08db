"""A range of more than a thousand ports, or all node ports.

Why
---
A range is opened for what may listen there one day, debug servers included. Most are wide for
want of the right number. The node ports, 30000 to 32767, are no ports of pods: a policy sees the
port of the pod behind them.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector: {}
        ports:
        - port: 1024
          endPort: 65535

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector: {}
        ports:
        - port: 9000
          endPort: 9010

When it stays silent
--------------------
The whole range from 1 to 65535, where the name or a comment speaks of all. Ranges whose policy's
name or comment speaks of what needs them: passive FTP, RTP and other media, ephemeral ports. The
direction is not declared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group, Label
from netpol_lint.policy import Allow, Policy, Port
from netpol_lint.regex import regex
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.speech import Word

_MOST = 1000
_FIRST, _LAST = 1, 65535
_NODE_PORTS = (30000, 32767)
_NEEDS_MANY = regex(
    r"(?<![a-z])(?:s?ftps?|passive|pasv|rtp|srtp|rtcp|webrtc|rtc|sip|turn|stun|media|ephemeral"
    r"|dynamic|portmapper|rpc)(?![a-z])",
    re.IGNORECASE,
)


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Finds ranges that are wide."""
    for _, allow in policy.declared_allows():
        for port in allow.ports.value:
            last, first = port.end_port.value, port.port.value
            if type(last) is not int or type(first) is not int or last - first < _MOST:
                continue
            if port.readable and not _is_meant(policy, context, allow, port):
                yield _diagnostic(port, first, last)


def _is_meant(policy: Policy, context: Context, allow: Allow, port: Port) -> bool:
    span = Span(allow.dash.start, allow.node.end)
    is_all = (port.port.value, port.end_port.value) == (_FIRST, _LAST)
    if is_all and context.intent.says(span, Word.ALL, Word.ALL_PORTS):
        return True
    texts = (
        policy.name_text,
        context.notes.of(span),
        context.notes.head(policy.root.start),
        *policy.annotations.values(),
    )
    return any(_NEEDS_MANY.search(text) for text in texts)


def _diagnostic(port: Port, first: int, last: int) -> Diagnostic:
    number = last - first + 1
    is_node = (first, last) == _NODE_PORTS
    return Diagnostic(
        port.end_port.node.span,
        f"opens {number} ports" + (": node ports are no ports of pods" if is_node else ""),
        labels=(Label(port.port.node.span, "from here"),),
        help="a policy is about the ports of pods, whichever port of a node leads there"
        if is_node
        else f"for example {port.protocol.value} {first + number // 2}, whatever listens there;\n"
        "name the ports that are used",
    )


RULE = Rule(
    "wide-port-range",
    Group.HARDENING,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
)
