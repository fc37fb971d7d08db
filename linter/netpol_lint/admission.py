"""Whether the policies of a namespace let one workload talk to another: what is certainly closed.

A template does not show every label of its pods, and a Namespace object not every label of its
namespace: what controllers or people may put on is taken to be there wherever it would help. Nobody
puts the name of another namespace on one, or says of one that OpenShift's routers live there.
"""

from __future__ import annotations

from collections.abc import Iterable

from netpol_lint import model
from netpol_lint.answer import Answer
from netpol_lint.context import Context
from netpol_lint.habitat import is_policy_group
from netpol_lint.interval import Intervals
from netpol_lint.label_set import LabelSet, Values
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.pod_set import EVERY_NAMESPACE, METADATA_NAME
from netpol_lint.policy import Direction, Policy
from netpol_lint.port_set import EVERY_PORT, PROTOCOLS, PortSet
from netpol_lint.repository import Build, Population, Resident, Sibling
from netpol_lint.repository.environment import together
from netpol_lint.repository.workload import Labels
from netpol_lint.traffic import Grant

MAX_POLICIES = 300
"""Policies of one namespace that are asked; where there are more nothing is said."""
_CONTROLLED = frozenset(
    """
    controller-revision-hash controller-uid job-name pod-template-generation pod-template-hash
    """.split()
)
_NAMES = PortSet({each: Intervals.of([(53, 53), (5353, 5353)]) for each in ("TCP", "UDP")})
"""The ports on which names are resolved."""
_NAMES_IT = frozenset(("name", "namespace", "ns", "kubernetes.io/name"))
"""Labels of a namespace whose value can be nothing but its name."""
_WRITTEN = "app.kubernetes.io"
"""The one domain whose labels people write into templates as a rule."""


class Pods(NamedTuple):
    """The pods of one workload, in the namespace where they run."""

    resident: Resident
    population: Population
    spaces: tuple[Labels, ...]
    """What the Namespace objects of that name carry."""


def pods(resident: Resident, population: Population, context: Context) -> Pods:
    """The pods of a workload with all that is known about their namespace."""
    return Pods(resident, population, context.census.namespaces.get(population.name, ()))


def closed_by(
    mine: Pods,
    other: Pods,
    direction: Direction,
    ports: PortSet,
    place: tuple[str, Build],
    lost: Iterable[Sibling],
) -> Sibling | None:
    """The policy that isolates `mine` in a direction in which certainly none lets `other` through.

    `place` is the path and the build of the policy that asks: what isolates has to be applied
    together with it. None where the traffic is let through, or where that cannot be told.
    """
    population = mine.population
    if not population.complete or len(population.policies) > MAX_POLICIES:
        return None
    isolating: list[Sibling] = []
    for each in (*population.policies, *lost):
        policy = each.policy
        answer = selects(policy, mine)
        if answer is Answer.REFUTED:
            continue
        if policy.declared is None or not policy.allows(direction).readable:
            return None
        if direction not in policy.declared:
            continue
        grants = (model.grant(allow, population.name) for allow in policy.allows(direction).value)
        if any(may_hold(grant, other, ports) for grant in grants):
            return None
        if answer is Answer.PROVEN and each.build.namespace == population.name:
            other_place = (each.path, each.build)
            if together(place, other_place, scattered=population.scattered):
                isolating.append(each)
    return min(isolating, key=_breadth, default=None)


def offered(mine: Pods, other: Pods, direction: Direction) -> list[PortSet]:
    """The ports that policies for `mine` open towards `other`, for each rule that is about it.

    One for everybody is about nobody, and port 53 about names.
    """
    found: list[PortSet] = []
    for each in mine.population.policies:
        policy = each.policy
        if not policy.isolates(direction):
            continue
        if selects(policy, mine) is not Answer.REFUTED:
            grants = (
                model.grant(allow, mine.population.name) for allow in policy.allows(direction).value
            )
            aimed = [
                each for each in grants if _is_aimed(each) and may_hold(each, other, EVERY_PORT)
            ]
            found += (each.ports.minus(_NAMES) for each in aimed)
    return [each for each in found if each.unknown or not each.empty]


def _is_aimed(grant: Grant) -> bool:
    """Whether an allow is for certain pods, or those of certain namespaces."""
    return not grant.peers.rest and any(
        each.pods.limits or each.namespaces != EVERY_NAMESPACE for each in grant.peers.pods
    )


def declared(server: Pods) -> PortSet | None:
    """The ports on which pods say that they listen; None where they say nothing."""
    found = server.resident.workload.ports
    if not found:
        return None
    numbers = {
        protocol: Intervals.of(
            [(each.number, each.number) for each in found if each.protocol == protocol]
        )
        for protocol in {each.protocol for each in found}
    }
    return PortSet(numbers)


def _breadth(sibling: Sibling) -> tuple[int, str, int]:
    """The narrowest policy first: it is the one that was made for these pods."""
    subject = sibling.policy.subject.value
    asked = 0 if subject is None else len(subject.requirements)
    return -asked, sibling.path, sibling.policy.root.start


def selects(policy: Policy, mine: Pods) -> Answer:
    """Whether a policy is about these pods."""
    labels = mine.resident.labels
    if not policy.spec.readable or not policy.subject.readable or labels is None:
        return Answer.UNKNOWN
    subject = policy.subject.value
    if subject is None:
        return Answer.PROVEN
    limits = model.labels(subject)
    if not may_be(limits, labels):
        return Answer.REFUTED
    is_certain = limits.holds(labels) and not any(map(_is_put_on, limits.limits))
    return Answer.PROVEN if subject.exact and is_certain else Answer.UNKNOWN


def may_hold(grant: Grant, other: Pods, ports: PortSet) -> bool:
    """Whether an allow may let these pods through on one of the ports."""
    if grant.unknown or not may_share(grant.ports, ports):
        return grant.unknown
    peers = grant.peers
    # The address of a pod may lie in any block.
    if peers.rest or not peers.addresses.empty:
        return True
    labels = other.resident.labels
    return any(
        (labels is None or may_be(each.pods, labels)) and _may_be_space(each.namespaces, other)
        for each in peers.pods
    )


def may_be(limits: LabelSet, labels: Labels) -> bool:
    """Whether pods of such a template may comply."""
    return not limits.empty and all(
        values.holds(labels.get(key)) or (key not in labels and _is_put_on(key))
        for key, values in limits.limits.items()
    )


def _is_put_on(key: str) -> bool:
    """Whether something else than the template may give pods the label."""
    domain, _, _ = key.rpartition("/")
    return key in _CONTROLLED or domain not in ("", _WRITTEN)


def _may_be_space(limits: LabelSet, other: Pods) -> bool:
    """Whether the namespace of these pods may comply; its name is certain."""
    if limits.empty:
        return False
    for key, values in limits.limits.items():
        if key == METADATA_NAME:
            if not values.holds(other.population.name):
                return False
        elif other.spaces and not any(
            values.holds(labels[key]) if key in labels else _is_added(key, values, other)
            for labels in other.spaces
        ):
            return False
    return True


def _is_added(key: str, values: Values, other: Pods) -> bool:
    """Whether somebody may put a label on a namespace whose object in the repository lacks it."""
    if values.holds(None):
        return True
    return not is_policy_group(key) and (
        key not in _NAMES_IT or values.holds(other.population.name)
    )


def may_share(first: PortSet, second: PortSet) -> bool:
    """Whether two sets may have a port in common; a name may stand for any number."""
    if first.unknown or second.unknown:
        return True
    for protocol in PROTOCOLS:
        if not first.of(protocol).meet(second.of(protocol)).empty:
            return True
        if (_names(first, protocol) and _has(second, protocol)) or (
            _names(second, protocol) and _has(first, protocol)
        ):
            return True
    return False


def _names(ports: PortSet, protocol: str) -> bool:
    return any(each == protocol for each, _ in ports.names)


def _has(ports: PortSet, protocol: str) -> bool:
    return _names(ports, protocol) or not ports.of(protocol).empty
