"""A protocol is not TCP, UDP or SCTP.

Why
---
NetworkPolicy knows three protocols, in capital letters. There is no ICMP, nothing above the
transport such as HTTP, and no word for all of them. The API server refuses any other word, and
with it the whole policy.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: cache-from-web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: cache
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: web
        ports:
        - port: 11211
          protocol: udp

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: cache-from-web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: cache
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: web
        ports:
        - port: 11211
          protocol: UDP
        - port: 11211
          protocol: TCP

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: cache-from-web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: cache
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: web
        ports:
        - port: 11211
          protocol: UDP

When it stays silent
--------------------
A protocol without a value, which is TCP. Values that a later substitution decides. SCTP is a
warning for clusters before 1.20, where a feature gate decides.

Fix safety
----------
Unsafe: a refused policy begins to work. The word is written in capital letters, and `TCP/UDP`
becomes two items.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netpol_lint import mark, patch, walk
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety, Severity
from netpol_lint.node import Mapping, Scalar
from netpol_lint.option import KubeVersion
from netpol_lint.policy import Policy, Port
from netpol_lint.regex import regex
from netpol_lint.rule import Rule
from netpol_lint.wording import quoted

_PROTOCOLS = frozenset(("TCP", "UDP", "SCTP"))
_PLAIN = frozenset(("TCP", "UDP"))
"""Those of every version."""
_SCTP_IS_STABLE = KubeVersion(1, 20)
_BOTH = regex(r"\s*(TCP|UDP)\s*(?:[/,|+&]|\s)\s*(?!\1)(TCP|UDP)\s*", re.IGNORECASE)
_HELP = "write TCP, UDP or SCTP in capital letters; without `protocol` it is TCP"
_REASONS = {
    "ICMP": "a NetworkPolicy cannot name ICMP: whether a ping passes is up to the network plugin",
    "ICMPV6": "a NetworkPolicy cannot name ICMP: whether a ping passes is up to the network plugin",
    "ALL": "there is no word for all protocols: write one item for each, or leave `ports` out",
    "ANY": "there is no word for all protocols: write one item for each, or leave `ports` out",
    "*": "there is no word for all protocols: write one item for each, or leave `ports` out",
    "HTTP": "a NetworkPolicy sees no HTTP: write TCP and the port",
    "HTTPS": "a NetworkPolicy sees no HTTPS: write TCP and the port",
    "GRPC": "a NetworkPolicy sees no gRPC: write TCP and the port",
    "TLS": "a NetworkPolicy sees no TLS: write TCP and the port",
    "DNS": "a NetworkPolicy sees no DNS: write two items, UDP and TCP, for its port",
    "6": "protocols go by name here: 6 is TCP",
    "17": "protocols go by name here: 17 is UDP",
    "132": "protocols go by name here: 132 is SCTP",
    "": "an empty text is refused; leave `protocol` out for TCP",
}


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks at the protocol of every item of `ports`."""
    sctp = context.options.kube_version >= _SCTP_IS_STABLE
    for port in walk.ports(policy):
        if port.protocol.entry is None or not port.protocol.readable:
            continue
        value = port.protocol.value
        if value not in _PROTOCOLS:
            yield _finding(policy.text, port, value)
        elif value == "SCTP" and not sctp:
            yield Diagnostic(
                mark.value(policy.text, port.protocol.entry),
                "protocol `SCTP` is refused before 1.20 unless its feature gate is on",
                severity=Severity.WARNING,
            )


def _finding(text: str, port: Port, value: str) -> Diagnostic:
    assert port.protocol.entry is not None
    advice = _REASONS.get(value.strip().upper(), _HELP)
    fix = _capitals(text, port, value)
    shown = f"protocol {quoted(value, 40)}" if value else "an empty protocol"
    if _BOTH.fullmatch(value):
        advice = "two protocols are two items, each with the port"
        fix = _two_items(text, port, value)
    return Diagnostic(
        mark.value(text, port.protocol.entry),
        f"{shown} is refused: only TCP, UDP and SCTP exist here",
        help=advice,
        fix=fix,
        covers=port.node.span,
    )


def _capitals(text: str, port: Port, value: str) -> Fix | None:
    word = value.strip().upper()
    edits = patch.rewrite(text, port.protocol.node, word) if word in _PROTOCOLS else None
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, f"write `{word}`: the policy is then accepted", edits)


def _two_items(text: str, port: Port, value: str) -> Fix | None:
    match = _BOTH.fullmatch(value)
    node, item = port.protocol.node, port.node
    if match is None or not isinstance(node, Scalar) or not isinstance(item, Mapping):
        return None
    words = match[1].upper(), match[2].upper()
    edits = patch.repeat_item(text, port.dash, item, node, words)
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, f"write the item twice, for {words[0]} and for {words[1]}", edits)


RULE = Rule(
    "invalid-protocol",
    Group.REJECTED,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"odd-protocols"})),),
    silences=frozenset({"missing-udp", "overlapping-ports", "dns-udp-only", "unknown-named-port"}),
)
