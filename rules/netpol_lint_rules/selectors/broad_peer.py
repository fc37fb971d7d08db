"""A peer that is the whole cluster.

Why
---
`namespaceSelector: {}` is every pod of every namespace, those of other teams and of tomorrow
included. A single pod that is taken over anywhere in the cluster can then reach the workload. It
is valid and often meant; a careful operator names the namespaces.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]
      ingress:
      - from:
        - namespaceSelector: {}
        ports:
        - port: 8080

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]
      ingress:
      - from:
        - namespaceSelector:
            matchLabels:
              team: tills
        ports:
        - port: 8080

When it stays silent
--------------------
The rule is off unless it is asked for (hardening). A podSelector with labels beside it narrows the
peer. Nothing is said where only DNS or metrics ports are open, and where the list has a block for
every address: then the pods are no surprise.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import address, witness
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group
from netpol_lint.policy import Allow, Direction, Peer, Policy, Port
from netpol_lint.rule import Rule
from netpol_lint.span import Span

USUAL_PORTS = frozenset((53, 5353, 9090, 9100))
"""DNS and metrics, which every namespace needs or offers."""
USUAL_NAMES = ("dns", "metrics")
"""Words in the names of such ports."""


def check(policy: Policy, _: Context) -> Iterator[Diagnostic]:
    """Finds peers without any restriction."""
    for direction, allow in policy.declared_allows():
        for peer in allow.peers.value:
            if _is_whole_cluster(peer) and not _is_usual(allow) and not _has_every_address(allow):
                yield _diagnostic(policy, direction, peer)


def _is_whole_cluster(peer: Peer) -> bool:
    spaces, pods = peer.namespaces.value, peer.pods.value
    return (
        spaces is not None
        and spaces.everything
        and peer.readable
        and not peer.block.is_set
        and (pods is None or pods.everything)
    )


def _is_usual(allow: Allow) -> bool:
    """Whether only ports are open that are open to every namespace in most clusters."""
    return bool(allow.ports.value) and all(map(_is_usual_port, allow.ports.value))


def _is_usual_port(port: Port) -> bool:
    number = port.port.value
    if isinstance(number, str):
        return any(word in number for word in USUAL_NAMES)
    return number in USUAL_PORTS and not port.end_port.is_set


def _has_every_address(allow: Allow) -> bool:
    for peer in allow.peers.value:
        block = peer.block.value
        network = None if block is None else address.read(block.cidr.value or "")
        if network is not None and network.length == 0:
            return True
    return False


def _diagnostic(policy: Policy, direction: Direction, peer: Peer) -> Diagnostic:
    pod = "any pod of any namespace"
    flow = f"{pod} may connect to {witness.subject(policy)}"
    if direction is Direction.EGRESS:
        flow = f"{witness.subject(policy)} may connect to {pod}"
    return Diagnostic(
        peer.namespaces.key.span,
        "every pod of every namespace is allowed",
        help=f"{flow};\nname the namespaces by kubernetes.io/metadata.name or by a label of a team",
        covers=Span(peer.dash.start, max(peer.dash.end, peer.node.end)),
    )


RULE = Rule("broad-peer", Group.HARDENING, since="0.1.0", page=__doc__ or "", policy=check)
