"""Where the pods of a selector live: proofs for those who accuse, excuses for those who doubt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netpol_lint.answer import Answer
from netpol_lint.context import MAX_NAMESPACES, Context
from netpol_lint.habitat import METADATA_NAME
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.policy import Operator, Peer, Policy, Selector
from netpol_lint.repository import Population, Resident, Roll
from netpol_lint.repository.environment import place_of
from netpol_lint.repository.match import selects
from netpol_lint.repository.workload import Labels

_NO = Answer.REFUTED

MAX_WORKLOADS = 1_000
"""Workloads that one selector is held against; where there are more nothing is certain."""


class Found(NamedTuple):
    """The workloads that a selector finds in some namespaces."""

    residents: tuple[Resident, ...]
    """Those that it certainly selects."""
    certain: bool
    """Whether no other workload of the repository may be selected as well."""
    authoritative: bool
    """Whether the repository shows all pods of these namespaces."""


def is_nobody(selector: Selector | None, roll: Roll) -> bool:
    """Whether a selector certainly selects no workload of a roll."""
    return not roll.answers(selector)


def find(selector: Selector | None, populations: Iterable[Population]) -> Found:
    """The workloads of the namespaces that have such pods."""
    found: list[Resident] = []
    certain = authoritative = True
    for population in populations:
        if len(population.residents) + len(population.strays) > MAX_WORKLOADS:
            return Found((), False, False)
        authoritative = authoritative and population.authoritative
        for each, answer in population.residents.answers(selector):
            if answer is Answer.PROVEN:
                found.append(each)
            else:
                certain = False
        certain = certain and is_nobody(selector, population.strays)
    return Found(tuple(found), certain, authoritative)


def own(policy: Policy, context: Context) -> tuple[Population, ...]:
    """The namespaces that the policy lands in.

    None where it may land in others as well, or where a build may make something else of it.
    """
    if context.surroundings.namespace_of(policy).supplied or not context.seats:
        return ()
    return context.populations


def of_peer(policy: Policy, context: Context, peer: Peer) -> tuple[Population, ...]:
    """All namespaces that a peer looks into; none where it may look into others as well."""
    spaces = peer.namespaces.value
    if spaces is None:
        return own(policy, context)
    names = named(spaces)
    if len(names) > MAX_NAMESPACES:
        return ()
    return tuple(context.census.population(name) for name in names)


def named(spaces: Selector) -> tuple[str, ...]:
    """The names of the only namespaces that a selector can select; none where it names none."""
    names: frozenset[str] | None = None
    for each in spaces.requirements:
        if each.key == METADATA_NAME and each.operator is Operator.IN:
            values = frozenset(each.values)
            names = values if names is None else names & values
    return tuple(sorted(names or ()))


def carrier(spaces: Selector, context: Context) -> str | None:
    """The one namespace of which the Namespace object carries the labels that are asked for.

    Others may carry them that no file shows. None where there is no such object, or more than one.
    """
    found: frozenset[str] | None = None
    for each in spaces.requirements:
        if each.operator is not Operator.IN or len(each.values) != 1:
            return None
        carriers = context.census.labelled.get((each.key, each.values[0]), frozenset())
        found = carriers if found is None else found & carriers
    return min(found) if found and len(found) == 1 and spaces.exact else None


def is_in(selector: Selector | None, population: Population) -> bool:
    """Whether a workload of the namespace certainly has such pods."""
    return any(residents(selector, population))


def residents(selector: Selector | None, population: Population) -> Iterator[Resident]:
    """The workloads of a namespace that certainly have such pods."""
    asked = population.residents.answers(selector)
    return (each for each, answer in asked if answer is Answer.PROVEN)


def is_nowhere_in(selector: Selector | None, population: Population) -> bool:
    """Whether certainly no pod of the namespace is selected."""
    return (
        population.authoritative
        and is_nobody(selector, population.residents)
        and is_nobody(selector, population.strays)
    )


def local(policy: Policy, context: Context, selector: Selector | None) -> Resident | None:
    """A workload of the policy's own namespace that may have such pods."""
    around = beside(policy, context)
    return next((each for each in around if selects(selector, each.labels) is not _NO), None)


def beside(policy: Policy, context: Context) -> Iterator[Resident]:
    """The workloads of the policy's own namespace.

    Those to which nobody gives a namespace are taken to be there if they are applied from the same
    place as the policy.
    """
    for population in context.populations:
        yield from population.residents
    ways = context.surroundings.namespace_of(policy).ways
    places = {place_of(context.path, way) for way in ways}
    for each in context.census.strays:
        if each.path == context.path or place_of(each.path, each.build) in places:
            yield each


def certainly_selects(spaces: Selector, name: str, known: Iterable[Labels]) -> bool:
    """Whether namespace `name`, whose Namespace objects have the `known` labels, is selected.

    Only what a label is asked to be can be proven: somebody may put on more labels by hand.
    """
    carried = [{**labels, METADATA_NAME: name} for labels in known] or [{METADATA_NAME: name}]
    return (
        spaces.exact
        and all(each.positive for each in spaces.requirements)
        and all(selects(spaces, labels) is Answer.PROVEN for labels in carried)
    )
