"""A peer of pods that use the network of their host, whose traffic no pod selector matches.

Why
---
A pod with `hostNetwork: true` speaks with the address of its node. Network plugins do not reliably
know that address as the pod's, so a rule that selects it by label lets nothing in: the probe, the
exporter or the agent that it was written for is shut out. Allow the addresses of the nodes.

Bad
---
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: probe
      namespace: shop
    spec:
      selector:
        matchLabels:
          app: probe
      template:
        metadata:
          labels:
            app: probe
        spec:
          hostNetwork: true
          containers:
          - name: probe
            image: probe
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: probed
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: probe

Good
----
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: probe
      namespace: shop
    spec:
      selector:
        matchLabels:
          app: probe
      template:
        metadata:
          labels:
            app: probe
        spec:
          hostNetwork: true
          containers:
          - name: probe
            image: probe
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: probed
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress:
      - from:
        - ipBlock:
            cidr: 192.0.2.0/24

When it stays silent
--------------------
The peer also selects a workload with a network of its own, or one of which that cannot be told. A
block in the same direction covers the nodes, and so does OpenShift's group label for the host
network. It is only said on request (info) where other such pods may come from elsewhere; where no
workload is there, but the labels are those of an application that uses the host network as a rule
(kube-proxy, node-exporter, Calico and Cilium on nodes); and for egress, where some plugins do match
the address of the node.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import habitat, host_network, whereabouts
from netpol_lint.answer import Answer
from netpol_lint.concern import Concern
from netpol_lint.context import MAX_NAMESPACES, Context
from netpol_lint.diagnostic import Diagnostic, Group, Severity
from netpol_lint.phrase import selector_words
from netpol_lint.policy import Direction, Peer, Policy, Selector
from netpol_lint.repository import Resident
from netpol_lint.repository.match import selects
from netpol_lint.rule import Rule
from netpol_lint.walk import placed_peers
from netpol_lint.whereabouts import Found
from netpol_lint.wording import cut

KNOWN = frozenset("calico-node cilium kube-proxy node-exporter prometheus-node-exporter".split())
"""Applications that use the network of their host wherever they run."""
GROUP = "policy-group.network.openshift.io/host-network"


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks up the workloads that each peer selects, in every namespace it looks into."""
    for direction, place, _, peer in placed_peers(policy):
        pods = peer.pods.value
        if pods is None or not pods.requirements or not pods.exact or not peer.readable:
            continue
        is_known = _is_known(pods)
        if (is_known or _may_find_hosts(context, peer)) and not _has_nodes(policy, direction):
            found = _found(policy, context, direction, place, peer)
            if found.residents and found.certain:
                if all(each.workload.host_network for each in found.residents):
                    yield _proven(context, direction, peer, found)
            elif not found.residents and is_known and not _runs_otherwise(context, pods):
                who = f"pods {cut(selector_words(pods, 28), 28)} use"
                yield _diagnostic(peer, direction, who, Severity.INFO)


def _may_find_hosts(context: Context, peer: Peer) -> bool:
    """Whether such workloads are known where a peer looks for pods, which no build changes."""
    if not context.census.shows_pods:
        return False
    spaces = peer.namespaces.value
    populations = context.populations
    if spaces is not None:
        names = whereabouts.named(spaces)[:MAX_NAMESPACES]
        populations = tuple(context.census.population(name) for name in names)
    return any(each.residents.hosts for each in populations)


def _has_nodes(policy: Policy, direction: Direction) -> bool:
    """Whether a rule of the direction may let the nodes in by another peer."""
    return any(
        allow.peers.nothing or any(map(_may_be_nodes, allow.peers.value))
        for allow in policy.allows(direction).value
    )


def _may_be_nodes(peer: Peer) -> bool:
    spaces = peer.namespaces.value
    return peer.block.is_set or (
        spaces is not None and any(each.key == GROUP for each in spaces.requirements)
    )


def _found(
    policy: Policy, context: Context, direction: Direction, place: tuple[int, int], peer: Peer
) -> Found:
    """The workloads that the peer selects."""
    seats = context.seats
    is_closed = bool(seats) and not context.surroundings.namespace_of(policy).supplied
    everywhere = Found((), True, is_closed)
    for seat in seats:
        built = seat.peer(direction, place)
        spaces = built.namespaces.value
        populations = [seat.population]
        if spaces is not None:
            names = whereabouts.named(spaces)
            if not 0 < len(names) <= MAX_NAMESPACES:
                return Found((), False, False)
            populations = [context.census.population(name) for name in names]
        each = whereabouts.find(built.pods.value, populations)
        everywhere = Found(
            everywhere.residents + each.residents,
            everywhere.certain and each.certain,
            everywhere.authoritative and each.authoritative,
        )
    return everywhere


def _is_known(pods: Selector) -> bool:
    return any(
        each.key in habitat.APP_KEYS and each.values and KNOWN.issuperset(each.values)
        for each in pods.requirements
        if each.positive
    )


def _runs_otherwise(context: Context, pods: Selector) -> bool:
    """Whether a workload of the repository with these labels has a network of its own."""
    return any(
        not each.workload.host_network and selects(pods, each.labels) is not Answer.REFUTED
        for each in context.census.workloads
    )


def _proven(context: Context, direction: Direction, peer: Peer, found: Found) -> Diagnostic:
    hosts: dict[str, Resident] = {str(each): each for each in found.residents}
    diagnostic = _diagnostic(
        peer,
        direction,
        host_network.use(hosts, 24),
        None if found.authoritative else Severity.INFO,
    )
    return diagnostic._replace(labels=host_network.labels(hosts, context))


def _diagnostic(
    peer: Peer, direction: Direction, who: str, severity: Severity | None
) -> Diagnostic:
    verb = "comes from" if direction is Direction.INGRESS else "goes to"
    whose = "its" if who.endswith("uses") else "their"
    return Diagnostic(
        peer.pods.key.span,
        f"{who} the host network: this selector does not match {whose} traffic",
        help=f"{whose} traffic {verb} the address of a node, which a pod selector does not know:\n"
        "allow the addresses of the nodes with an ipBlock",
        severity=Severity.INFO if direction is Direction.EGRESS else severity,
    )


RULE = Rule(
    "host-network-peer",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(
        Concern(traits=frozenset({"pod-labels"})),
        Concern(words=KNOWN, around=frozenset({"pods"})),
    ),
    repository=True,
)
