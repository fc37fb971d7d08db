"""Whom the selectors of a policy are after: the workloads of the repository that they select.

A selector is judged as the builds leave it, in every namespace where it looks for pods.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netpol_lint.answer import Answer
from netpol_lint.context import MAX_NAMESPACES, Context
from netpol_lint.habitat import METADATA_NAME, NAME_KEYS
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.policy import Allow, Direction, Operator, Peer, Policy, Requirement, Selector
from netpol_lint.repository import Front, Population, Resident
from netpol_lint.repository.match import selects
from netpol_lint.repository.outcome import policy as as_built
from netpol_lint.repository.roll import Roll
from netpol_lint.walk import peers


class Quarter(NamedTuple):
    """One namespace in which a selector looks for pods."""

    population: Population
    roll: Roll
    """Its workloads."""
    selector: Selector | None
    """As a build leaves it; None where every pod is meant."""


class Target(NamedTuple):
    """The pods that one selector of a policy is after, as far as the repository tells."""

    quarters: tuple[Quarter, ...]
    certain: bool
    """Whether nobody else may bring the policy into further namespaces."""
    selected: tuple[Resident, ...]
    """Those that it selects beyond doubt."""
    exhaustive: bool
    """Whether no other workload of the repository may be selected as well."""

    @property
    def names(self) -> tuple[str, ...]:
        """The namespaces."""
        return tuple(dict.fromkeys(each.population.name for each in self.quarters))

    @property
    def authoritative(self) -> bool:
        """Whether the files of the repository show all pods of these namespaces.

        Examples show nothing: some other workload has to be there as well.
        """
        return self.certain and all(
            each.population.authoritative and each.roll.names for each in self.quarters
        )

    @property
    def rolls(self) -> tuple[Roll, ...]:
        """The workloads of each namespace."""
        return tuple({each.population.name: each.roll for each in self.quarters}.values())

    @property
    def residents(self) -> list[Resident]:
        """All workloads that certainly live there."""
        return [resident for roll in self.rolls for resident in roll.all]

    @property
    def fronts(self) -> list[Front]:
        """The Services of these namespaces."""
        populations = {each.population.name: each.population for each in self.quarters}
        return [front for each in populations.values() for front in each.fronts]


class Aim(NamedTuple):
    """One peer that takes effect, and whom it is after."""

    direction: Direction
    allow: Allow
    peer: Peer
    target: Target | None
    """None for address blocks, and where it cannot be told where it looks for pods."""


def subject(context: Context) -> Target | None:
    """Whom the policy is about; None where that cannot be told."""
    return context.once(_subject)


def aims(context: Context) -> tuple[Aim, ...]:
    """The peers of the policy that take effect, in their order."""
    return context.once(_aims)


def behind(direction: Direction, allow: Allow, context: Context) -> tuple[Target, ...]:
    """Whose ports an allow opens; none where some of these pods cannot be told."""
    if direction is Direction.INGRESS:
        found = [subject(context)]
    else:
        found = [each.target for each in aims(context) if each.allow is allow]
    known = tuple(each for each in found if each is not None and each.exhaustive)
    return known if len(known) == len(found) else ()


def demands(selector: Selector | None) -> Iterator[Requirement]:
    """What a pod must carry to be selected; what it must not carry is left out."""
    return (each for each in ([] if selector is None else selector.requirements) if each.positive)


def _subject(policy: Policy, context: Context) -> Target | None:
    places = context.once(_places) if policy.subject.readable else None
    if places is None or any(not built.subject.readable for _, built in places):
        return None
    return _target([(population, built.subject.value) for population, built in places], context)


def _aims(policy: Policy, context: Context) -> tuple[Aim, ...]:
    is_wanted = any(not peer.block.is_set for peer in peers(policy))
    places = context.once(_places) if is_wanted else None
    return tuple(
        Aim(direction, allow, peer, _of_peer(places, (direction, row, column), peer, context))
        for direction in Direction
        if policy.declared is not None and direction in policy.declared
        for row, allow in enumerate(policy.allows(direction).value)
        for column, peer in enumerate(allow.peers.value)
    )


def _places(policy: Policy, context: Context) -> tuple[tuple[Population, Policy], ...] | None:
    """Each namespace that the policy lands in, with what a build leaves of it."""
    ways = context.surroundings.namespace_of(policy).ways
    found: dict[tuple[str, int], tuple[Population, Policy]] = {}
    for population in context.populations:
        for way in ways:
            if way.namespace == population.name:
                built = as_built(policy, way)
                if not built.spec.readable:
                    return None
                found.setdefault((population.name, id(way.done)), (population, built))
    if not found and context.populations:  # the namespace is that of an option
        return tuple((population, policy) for population in context.populations)
    return tuple(found.values()) or None


def _of_peer(
    places: tuple[tuple[Population, Policy], ...] | None,
    place: tuple[Direction, int, int],
    peer: Peer,
    context: Context,
) -> Target | None:
    if places is None or not peer.readable or peer.block.is_set:
        return None
    direction, row, column = place
    built = [policy.allows(direction).value[row].peers.value[column] for _, policy in places]
    if any(not each.pods.readable for each in built):
        return None
    if peer.namespaces.value is None:
        populations = [population for population, _ in places]
        pairs = zip(populations, built, strict=True)
        return _target([(population, each.pods.value) for population, each in pairs], context)
    names = _names(peer.namespaces.value, context)
    if not 0 < len(names) <= MAX_NAMESPACES:
        return None
    selectors = {str(each.pods.value): each.pods.value for each in built}.values()
    populations = [context.census.population(name) for name in names]
    return _target([(each, selector) for each in populations for selector in selectors], context)


def _names(selector: Selector, context: Context) -> tuple[str, ...]:
    """The namespaces that a namespaceSelector can mean; none where others may carry its labels."""
    for each in selector.requirements:
        if each.key == METADATA_NAME and each.operator is Operator.IN:
            return tuple(dict.fromkeys(each.values))
    for each in selector.requirements:
        if each.key in NAME_KEYS and each.operator is Operator.IN and len(each.values) == 1:
            carriers = context.census.labelled.get((each.key, each.values[0]), frozenset())
            if carriers == frozenset(each.values):
                return each.values
    return ()


def _target(asked: Iterable[tuple[Population, Selector | None]], context: Context) -> Target:
    census = context.census
    quarters = tuple(Quarter(each, census.roll(each.name), selector) for each, selector in asked)
    selected: dict[int, Resident] = {}
    exhaustive = True
    for _, roll, selector in quarters:
        requirements = () if selector is None else selector.requirements
        for resident in roll.candidates(requirements):
            answer = selects(selector, resident.labels)
            if answer is Answer.PROVEN:
                selected[id(resident)] = resident
            elif answer is Answer.UNKNOWN:
                exhaustive = False
        exhaustive = exhaustive and all(
            selects(selector, stray.labels) is Answer.REFUTED
            for stray in census.stray_roll.candidates(requirements)
        )
    certain = not context.once(_is_supplied)
    return Target(quarters, certain, tuple(selected.values()), exhaustive)


def _is_supplied(policy: Policy, context: Context) -> bool:
    return context.surroundings.namespace_of(policy).supplied
