"""Port 53 is open to every address: a way out for whatever can be written as a name.

Why
---
DNS to any server is a tunnel: data leaves in the names that are asked for, and no other rule is in
its way. Pods need the DNS of their cluster only, which asks the rest of the world for them.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: dns
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Egress]
      egress:
      - ports:
        - port: 53
          protocol: UDP
        - port: 53
          protocol: TCP

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: dns
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Egress]
      egress:
      - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
        ports:
        - port: 53
          protocol: UDP
        - port: 53
          protocol: TCP

When it stays silent
--------------------
The rule is off unless it is asked for (hardening): a rule of ports only is how DNS is widely
allowed. A comment speaks of a resolver on the node or the host, which no selector finds. A rule
without ports is open for much more than DNS.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netpol_lint import witness
from netpol_lint.address import read
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group
from netpol_lint.policy import Allow, Direction, Policy, Port
from netpol_lint.regex import regex
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.wording import fitted

DNS = 53
_ON_THE_NODE = regex(
    r"node-?[ -]?local|local[ -]?dns|\bhosts?\b|\bnodes?\b|resolv|169\.254\.20\.10", re.IGNORECASE
)


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks for port 53 in rules for every address."""
    if not policy.isolates(Direction.EGRESS):
        return
    for allow in policy.egress.value:
        port = next(filter(_is_dns, allow.ports.value), None)
        if port is None or not allow.readable:
            continue
        block = _everywhere(allow)
        if (allow.peers.nothing or block is not None) and not _is_local(context, allow):
            yield _diagnostic(policy, allow, port, block)


def _is_dns(port: Port) -> bool:
    first, last = port.port.value, port.end_port.value
    if not isinstance(first, int) or not port.readable or port.protocol.value == "SCTP":
        return False
    return first <= DNS <= (last if isinstance(last, int) else first)


def _everywhere(allow: Allow) -> tuple[str, bool] | None:
    """The text of a block for every address, and whether it has exceptions."""
    for peer in allow.peers.value:
        block = peer.block.value
        text = None if block is None or not peer.readable else block.cidr.value
        network = None if text is None else read(text)
        if block is not None and text is not None and network is not None and not network.length:
            return text, not block.excepts.nothing
    return None


def _is_local(context: Context, allow: Allow) -> bool:
    if not context.notes.comments:
        return False
    said = context.notes.of(Span(allow.dash.start, max(allow.dash.end, allow.node.end)))
    return _ON_THE_NODE.search(said) is not None


def _diagnostic(
    policy: Policy, allow: Allow, port: Port, block: tuple[str, bool] | None
) -> Diagnostic:
    message = "dns is allowed to every address, inside and outside the cluster"
    if block is not None and not allow.peers.nothing:
        text, has_exceptions = block
        family = "IPv6" if ":" in text else "IPv4"
        rest = f"almost every {family} address" if has_exceptions else f"every {family} address"
        message = fitted(f"dns is allowed to {{}}: {rest}", text)
    return Diagnostic(
        port.port.node.span,
        message,
        help=f"{witness.subject(policy)} may ask any DNS server, for example 203.0.113.53;\n"
        "name the pods of the cluster's DNS, or the block of its resolvers",
        covers=Span(allow.dash.start, max(allow.dash.end, allow.node.end)),
    )


RULE = Rule("dns-to-anywhere", Group.HARDENING, since="0.1.0", page=__doc__ or "", policy=check)
