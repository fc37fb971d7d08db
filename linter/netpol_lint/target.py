"""Whom the selectors of a policy are after: the workloads of the repository that they select.

A selector is judged as the builds leave it, in every namespace where it looks for pods.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netpol_lint import whereabouts
from netpol_lint.answer import Answer
from netpol_lint.context import MAX_NAMESPACES, Context
from netpol_lint.habitat import METADATA_NAME, NAME_KEYS
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.policy import Allow, Direction, Operator, Peer, Policy, Requirement, Selector
from netpol_lint.repository import Front, Population, Resident, Roll
from netpol_lint.walk import placed_peers


class Quarter(NamedTuple):
    """One namespace in which a selector looks for pods."""

    population: Population
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
        return tuple(each.name for each in self.populations)

    @property
    def authoritative(self) -> bool:
        """Whether the files of the repository show all pods of these namespaces.

        Examples show nothing: some other workload has to be there as well.
        """
        return self.certain and all(
            each.population.authoritative and each.population.residents.names
            for each in self.quarters
        )

    @property
    def populations(self) -> tuple[Population, ...]:
        """All that is known about each of these namespaces."""
        return tuple({each.population.name: each.population for each in self.quarters}.values())

    @property
    def rolls(self) -> tuple[Roll, ...]:
        """The workloads of each namespace."""
        return tuple(each.residents for each in self.populations)

    @property
    def residents(self) -> list[Resident]:
        """All workloads that certainly live there."""
        return [resident for roll in self.rolls for resident in roll]

    @property
    def distinct(self) -> list[Resident]:
        """The same, but those only once that several builds bring with the same labels."""
        return [resident for roll in self.rolls for resident in roll.distinct]

    @property
    def fronts(self) -> list[Front]:
        """The Services of these namespaces."""
        return [front for each in self.populations for front in each.fronts]


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
    seats = context.seats if policy.subject.readable else ()
    if not seats or any(not each.policy.subject.readable for each in seats):
        return None
    return _target([(each.population, each.policy.subject.value) for each in seats], context)


def _aims(policy: Policy, context: Context) -> tuple[Aim, ...]:
    return tuple(
        Aim(direction, allow, peer, _of_peer(direction, place, peer, context))
        for direction, place, allow, peer in placed_peers(policy)
    )


def _of_peer(
    direction: Direction, place: tuple[int, int], peer: Peer, context: Context
) -> Target | None:
    seats = context.seats if peer.readable and not peer.block.is_set else ()
    built = [each.peer(direction, place) for each in seats]
    if not seats or any(not each.pods.readable for each in built):
        return None
    spaces = peer.namespaces.value
    if spaces is None:
        pairs = zip(seats, built, strict=True)
        return _target([(seat.population, each.pods.value) for seat, each in pairs], context)
    names = _names(spaces, context)
    if not 0 < len(names) <= MAX_NAMESPACES:
        return None
    populations = [context.census.population(name) for name in names]
    return _target([(home, each.pods.value) for home in populations for each in built], context)


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
    # Most ways leave the selector as it is.
    once = {(each.name, id(selector)): (each, selector) for each, selector in asked}.values()
    quarters = tuple(Quarter(each, selector) for each, selector in once)
    selected: dict[int, Resident] = {}
    exhaustive = True
    for population, selector in quarters:
        for resident, answer in population.residents.answers(selector):
            if answer is Answer.PROVEN:
                selected[id(resident)] = resident
            elif answer is Answer.UNKNOWN:
                exhaustive = False
        exhaustive = exhaustive and whereabouts.is_nobody(selector, population.strays)
    certain = not context.once(_is_supplied)
    return Target(quarters, certain, tuple(selected.values()), exhaustive)


def _is_supplied(policy: Policy, context: Context) -> bool:
    return context.surroundings.namespace_of(policy).supplied
