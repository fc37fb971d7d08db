"""A port of a database or of administration is open to everyone.

Why
---
Databases, queues and control planes are often protected by nothing but the network. A rule
without peers, for all addresses, or for every namespace takes that away.

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
      - ports:
        - port: 5432

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
        - podSelector:
            matchLabels:
              app: till
        ports:
        - port: 5432

When it stays silent
--------------------
The name or a comment speaks of everyone, or, for 10250, of a webhook or of metrics. UDP and SCTP
ports, named ports, and rules without any port. Peers that select something. A rule that is
reported by split-rule or open-to-everyone.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group, Label
from netpol_lint.policy import Allow, Direction, Peer, Policy, Port
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.speech import Word
from netpol_lint.witness import subject
from netpol_lint.wording import cut

SERVICES = {
    22: "SSH",
    1433: "SQL Server",
    1521: "Oracle",
    2375: "Docker",
    2379: "etcd",
    2380: "etcd",
    3306: "MySQL",
    3389: "remote desktop",
    5432: "PostgreSQL",
    5984: "CouchDB",
    6379: "Redis",
    6443: "Kubernetes API",
    8200: "Vault",
    9092: "Kafka",
    9200: "Elasticsearch",
    10250: "kubelet",
    11211: "memcached",
    15000: "Envoy administration",
    15672: "RabbitMQ administration",
    27017: "MongoDB",
}
_KUBELET = 10250
_EVERYWHERE = frozenset(("0.0.0.0/0", "::/0"))


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Finds the ports of `SERVICES` in ingress rules for everyone."""
    declared = policy.declared
    if declared is None or Direction.INGRESS not in declared:
        return
    for allow in policy.ingress.value:
        if not allow.readable or not allow.ports.value:
            continue
        wide = next((peer for peer in allow.peers.value if _is_wide(peer)), None)
        if wide is None and not allow.peers.nothing:
            continue
        found = [(port, number) for port in allow.ports.value for number in _exposed(port)[:1]]
        if found and not _says(context, allow, Word.EVERYONE):
            whom = "everyone" if wide is None else _whom(wide)
            for port, number in found:
                if number == _KUBELET and _says(context, allow, Word.MACHINERY):
                    continue  # webhooks and metrics use its port: clusters let it through
                yield _diagnostic(policy, port, number, whom, wide)


def _is_wide(peer: Peer) -> bool:
    if not peer.readable:
        return False
    block, namespaces = peer.block.value, peer.namespaces_only
    if block is not None:
        return block.cidr.value in _EVERYWHERE
    return namespaces is not None and namespaces.everything


def _whom(peer: Peer) -> str:
    block = peer.block.value
    if block is None:
        return "every pod of the cluster"
    return f"{block.cidr.value}, with exceptions" if block.excepts.value else "every address"


def _exposed(port: Port) -> list[int]:
    """The numbers of services that an item opens."""
    first, last = port.port.value, port.end_port.value
    if not port.readable or port.protocol.value != "TCP" or not isinstance(first, int):
        return []
    end = last if isinstance(last, int) else first
    return [number for number in SERVICES if first <= number <= end]


def _says(context: Context, allow: Allow, word: Word) -> bool:
    span = Span(allow.dash.start, allow.node.end)
    return context.intent.says(span, word) is not None


def _diagnostic(
    policy: Policy, port: Port, number: int, whom: str, wide: Peer | None
) -> Diagnostic:
    others = [f"{each} ({SERVICES[each]})" for each in _exposed(port)[1:]]
    more = f", and to {cut(', '.join(others), 200)}" if others else ""
    return Diagnostic(
        port.port.node.span,
        f"port {number} ({SERVICES[number]}) is open to {whom}",
        labels=() if wide is None else (Label(wide.dash, "this peer is everybody there"),),
        help=f"{whom} may connect to TCP port {number} of {subject(policy)}{more};\n"
        "name the pods that need it under `from`",
    )


RULE = Rule(
    "sensitive-port",
    Group.HARDENING,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
)
