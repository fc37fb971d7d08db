"""A connection that one side allows and the other side does not.

Why
---
A connection between pods needs two permissions: the egress of the client and the ingress of the
server, as soon as some policy isolates them. An allow on one side only has no effect, and the
client waits for an answer that never comes.

Bad
---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
      namespace: shop
    spec:
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
          - name: web
            image: web
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: ledger
      namespace: shop
    spec:
      selector:
        matchLabels:
          app: ledger
      template:
        metadata:
          labels:
            app: ledger
        spec:
          containers:
          - name: ledger
            image: ledger
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-out
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Egress]
      egress:
      - to:
        - podSelector:
            matchLabels:
              app: ledger
      - ports:
        - port: 53
          protocol: UDP
        - port: 53
          protocol: TCP
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger-in
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
              app: ledger

Good
----
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
      namespace: shop
    spec:
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
          - name: web
            image: web
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: ledger
      namespace: shop
    spec:
      selector:
        matchLabels:
          app: ledger
      template:
        metadata:
          labels:
            app: ledger
        spec:
          containers:
          - name: ledger
            image: ledger
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-out
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Egress]
      egress:
      - to:
        - podSelector:
            matchLabels:
              app: ledger
      - ports:
        - port: 53
          protocol: UDP
        - port: 53
          protocol: TCP
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger-in
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
              app: web

When it stays silent
--------------------
Unless the repository shows all pods and all policies of both namespaces: no chart, no operator, no
policy of another engine or without a namespace that may let it through. The peer is everyone, or
all pods of wherever, or chosen by labels of namespaces other than the guaranteed one, unless just
one Namespace object carries them and no other namespace is known to have such pods. Some pair of
the workloads may talk; a port with a name, a block or a label that only controllers put on may be
what lets it through, and so may any label of a namespace, unless a Namespace of the repository
lacks it and it is the name of another one, or marks OpenShift's own. A workload and itself, pods on
the host's network. A policy of the other side was written to let it through, and fails by a mistake
that is named where it stands: its subject selects no pod, its rules are of a direction that it does
not declare, its peer misses these pods by a slip. Where the two sides open different ports and the
server declares those of one side, it is said of the other side only, and where that is the port of
a Service, service-port says it. In examples and tests it is only said on request (info).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from netpol_lint import admission, meant, model, whereabouts
from netpol_lint.admission import Pods
from netpol_lint.concern import Concern
from netpol_lint.context import MAX_NAMESPACES, Context, Seat
from netpol_lint.diagnostic import Diagnostic, Group, Severity
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.policy import Allow, Direction, Peer, Policy, Selector
from netpol_lint.port_set import PortSet, join
from netpol_lint.repository import Build, Population, Sibling, Spot
from netpol_lint.repository.demonstration import is_demonstration
from netpol_lint.rule import Rule
from netpol_lint.walk import placed_peers
from netpol_lint.wording import cut, filled, quoted

MAX_PAIRS = 36
"""Workloads of one side times those of the other; beyond them nothing is said."""


class Side(NamedTuple):
    """A policy in one namespace, and whom it is about there."""

    seat: Seat
    pods: list[Pods]


class Shut(NamedTuple):
    """Two workloads of which the other side's policies keep one from the other."""

    mine: Pods
    other: Pods
    closing: Sibling
    """What isolates the other side."""
    offered: tuple[PortSet, ...]
    """The other ports on which the two may talk."""


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Asks the other side of each peer whether it lets the same traffic through."""
    if not any(each.residents for each in context.populations):
        return  # nobody is known whom the policy is about
    asked = [each for each in placed_peers(policy) if _is_chosen(context, *each[2:])]
    if not asked or context.surroundings.namespace_of(policy).supplied:
        return
    sides = [Side(seat, _subjects(context, seat)) for seat in context.seats]
    if not sides or not all(each.pods for each in sides):
        return
    for direction, place, allow, peer in asked:
        shut = _everywhere(context, sides, direction, place, allow)
        if shut is not None and _is_settled(context, peer, shut.other):
            yield _diagnostic(context, direction, peer, shut)


def _is_chosen(context: Context, allow: Allow, peer: Peer) -> bool:
    """Whether a peer picks certain pods of certain namespaces."""
    pods, spaces = peer.pods.value, peer.namespaces.value
    if not allow.readable or not peer.readable or peer.block.is_set:
        return False
    if spaces is not None and whereabouts.named(spaces):
        return True
    if pods is None or not pods.requirements:
        return False
    return spaces is None or whereabouts.carrier(spaces, context) is not None


def _is_settled(context: Context, peer: Peer, other: Pods) -> bool:
    """Whether no other namespace may be meant: one that carries the same label has no such pods."""
    spaces, pods = peer.namespaces.value, peer.pods.value
    if spaces is None or whereabouts.named(spaces):
        return True
    found = (each for each, _ in context.census.workloads.answers(pods))
    return all(each.build.namespace == other.population.name for each in found)


def _everywhere(
    context: Context, sides: list[Side], direction: Direction, place: tuple[int, int], allow: Allow
) -> Shut | None:
    """The first two workloads that may not talk; None where on some way to a cluster some may."""
    first: Shut | None = None
    for side in sides:
        closed = _closed(context, side, direction, place, allow)
        if closed is None:
            return None
        first = first or closed
    return first


def _closed(
    context: Context, side: Side, direction: Direction, place: tuple[int, int], allow: Allow
) -> Shut | None:
    """The first two workloads that may not talk; None where some may."""
    seat, mine = side
    built = seat.peer(direction, place)
    others = [seat.population]
    if built.namespaces.value is not None:
        names = whereabouts.named(built.namespaces.value)
        only = None if names else whereabouts.carrier(built.namespaces.value, context)
        names = names if only is None else (only,)
        if len(names) > MAX_NAMESPACES:
            return None
        others = [context.census.population(name) for name in names]
    if not built.pods.readable:
        return None
    theirs = _workloads(context, built.pods.value, others)
    if not 0 < len(mine) * len(theirs) <= MAX_PAIRS:
        return None
    return _shut(context, seat, direction.other, model.ports(allow), mine, theirs)


def _subjects(context: Context, seat: Seat) -> list[Pods]:
    """All pods that the policy is about, where they can be told; none otherwise."""
    subject = seat.policy.subject
    return _workloads(context, subject.value, [seat.population]) if subject.readable else []


def _workloads(
    context: Context, selector: Selector | None, populations: list[Population]
) -> list[Pods]:
    """All pods that a selector selects, where they can be told; none otherwise."""
    found: list[Pods] = []
    for population in populations:
        here = whereabouts.find(selector, [population])
        if not here.certain or not here.authoritative:
            return []
        if any(each.workload.host_network or each.labels is None for each in here.residents):
            return []
        found += (admission.pods(each, population, context) for each in here.residents)
    return found


def _shut(
    context: Context,
    seat: Seat,
    direction: Direction,
    ports: PortSet,
    mine: list[Pods],
    theirs: list[Pods],
) -> Shut | None:
    first: Shut | None = None
    place = context.path, seat.build
    for source, target in product(mine, theirs):
        if source.resident.workload.place == target.resident.workload.place:
            continue
        lost = context.census.lost
        closing = admission.closed_by(target, source, direction, ports, place, lost)
        if closing is None or meant.is_meant(target, source, direction, ports, lost):
            return None
        if first is None:
            offered = tuple(admission.offered(target, source, direction))
            first = Shut(source, target, closing, offered)
            if offered and _is_theirs(context, place, direction, ports, first, offered):
                return None
    return first


def _is_theirs(
    context: Context,
    place: tuple[str, Build],
    direction: Direction,
    ports: PortSet,
    shut: Shut,
    offered: Iterable[PortSet],
) -> bool:
    """Whether it is the other side that has the ports wrong: the server declares those of here."""
    server = shut.other if direction is Direction.INGRESS else shut.mine
    declared = admission.declared(server)
    if declared is None or not admission.may_share(ports, declared):
        return False
    lost = context.census.lost
    return all(
        not admission.may_share(each, declared)
        and admission.closed_by(shut.mine, shut.other, direction.other, each, place, lost)
        for each in offered
    )


def _diagnostic(context: Context, direction: Direction, peer: Peer, shut: Shut) -> Diagnostic:
    here, there = shut.mine.resident.workload.name, shut.other.resident.workload.name
    policy = shut.closing.policy
    names = there, policy.name_text or "a policy", here
    is_egress = direction is Direction.EGRESS
    if shut.offered:
        verb = "admits" if is_egress else "reaches"
        sentence = f"allowed here, but `{{}}` ({{}}) {verb} `{{}}` on other ports only"
    elif is_egress:
        sentence = "allowed here, but `{}` denies it: {} does not admit `{}`"
    else:
        sentence = "allowed here, but `{}` may not send it: {} does not allow `{}`"
    key = direction.other.value.lower()
    span = policy.kind_node.span if policy.name is None else policy.name.span
    shown = quoted(there, 40)
    label = f"isolates {shown}, and no policy lets this through"
    return Diagnostic(
        peer.dash,
        filled(sentence, *names),
        labels=(context.label(Spot(shut.closing.path, span), label),),
        help=f"no policy of namespace {cut(shut.other.population.name, 40)} lets the two talk on "
        f"these ports{_instead(shut)};\nallow the same under `{key}` of a policy for {shown}",
        severity=Severity.INFO if is_demonstration(context.path) else None,
    )


def _instead(shut: Shut) -> str:
    """Where they may talk, of all that is open one port."""
    shown = join(list(shut.offered)).example()
    return "" if shown is None else f", only on others such as {shown[0]} {cut(str(shown[1]), 20)}"


RULE = Rule(
    "one-sided-allow",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(
        Concern(traits=frozenset({"peers"})),
        Concern(around=frozenset({"pods"})),
    ),
    repository=True,
)
