"""The other policies of a policy's namespace: in its file, and in the rest of the repository."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from itertools import chain

from netpol_lint.context import Context, File
from netpol_lint.label_set import EVERYTHING, LabelSet
from netpol_lint.model import labels
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Scalar
from netpol_lint.policy import Policy
from netpol_lint.repository import Build, Population, Sibling
from netpol_lint.repository.environment import are_variants, place_of, together

MOST_POLICIES = 500
"""Policies of one file or namespace that are held against each other; of more, none is."""


class Household(NamedTuple):
    """One way of a policy to a cluster, and those that come together with it there."""

    itself: Sibling
    others: tuple[Sibling, ...]

    @property
    def namespace(self) -> str | None:
        """None where it is not known."""
        return self.itself.build.namespace or None


def of(context: Context) -> list[Policy]:
    """All that are applied together with it to one namespace, without itself."""
    return [each.policy for each in family(context)]


def possible(context: Context) -> list[Policy]:
    """All that may be in its namespace, without itself, as their builds leave them."""
    return [each.policy for each in all_of(context)]


def households(context: Context) -> tuple[Household, ...]:
    """One for each way in which it reaches a cluster: what is to hold always, holds in each.

    Where there are too many policies to compare, it stands alone.

    Where its namespace is not known it is one, with those of its own file that state the same
    namespace, or none.
    """
    return context.once(_households)


def family(context: Context) -> tuple[Sibling, ...]:
    """All that are, by all appearance, applied together with it to one namespace of one cluster.

    Where its namespace is not known, those of its own file that state the same one, or none.
    """
    return context.once(_family)


def all_of(context: Context) -> tuple[Sibling, ...]:
    """All that may be in its namespace, in whatever cluster: who looks for an excuse asks here."""
    return context.once(_all_of)


def selects_all_of(outer: Policy, inner: Policy) -> bool:
    """Whether every pod of `inner` certainly is one of `outer`, too."""
    first, second = _pods(outer), _pods(inner)
    return first is not None and second is not None and not second.minus(first)


def may_share_pods(first: Policy, second: Policy) -> bool:
    """Whether one pod may be selected by both."""
    pods, others = _pods(first), _pods(second)
    return pods is None or others is None or not pods.meet(others).empty


def _pods(policy: Policy) -> LabelSet | None:
    if not policy.spec.readable or not policy.subject.readable:
        return None
    return EVERYTHING if policy.subject.value is None else labels(policy.subject.value)


def _households(policy: Policy, context: Context) -> tuple[Household, ...]:
    landed = context.landed
    counts = [len(each.policies) for each in context.populations]
    if max((len(context.file.subjects), *counts)) > MOST_POLICIES:
        return tuple(Household(itself, ()) for itself in landed)
    placed = [itself for itself in landed if itself.build.namespace]
    if not placed:
        relatives = [*_of_file(policy, context), *_nearby(policy, context)]
        return (_household(landed[0], relatives),)
    populations = {each.name: each for each in context.populations}
    found: list[Household] = []
    for itself in placed:
        way = itself.build
        home = populations.get(way.namespace or "")
        others = (*_of_way(policy, context, way), *_elsewhere(policy, context, way, home))
        found.append(_household(itself, others))
    return tuple(found)


def _household(itself: Sibling, relatives: Iterable[Sibling]) -> Household:
    return Household(itself, tuple(sorted(_once_each(relatives), key=lambda each: each.order)))


def _family(policy: Policy, context: Context) -> tuple[Sibling, ...]:
    relatives = [each for household in households(context) for each in household.others]
    return _once_each((*_of_file(policy, context), *relatives))


def _all_of(policy: Policy, context: Context) -> tuple[Sibling, ...]:
    others = [each for population in context.populations for each in population.policies]
    relatives = (*_of_file(policy, context), *others, *context.census.lost)
    return _each_way(each for each in relatives if not _is_itself(each, policy, context))


def _elsewhere(
    policy: Policy, context: Context, way: Build, population: Population | None
) -> Iterator[Sibling]:
    """Those of other files that one way of the policy meets."""
    path = context.path
    if population is None:
        return
    for each in population.policies:
        if each.path == path:
            continue
        is_plain = way.root is None and each.build.root is None
        if not together((path, way), (each.path, each.build), scattered=population.scattered):
            if is_plain and _is_ordered(policy, context, each):
                yield each
        elif not (is_plain and context.surroundings.are_alternatives(policy, each.path)):
            yield each


def _is_ordered(policy: Policy, context: Context, other: Sibling) -> bool:
    """Whether it is applied at once with another policy, and is no variant of it."""
    mine, theirs = (posixpath.dirname(path) for path in (context.path, other.path))
    return not are_variants(mine, theirs) and context.surroundings.is_ordered_with(
        policy, other.path
    )


def _nearby(policy: Policy, context: Context) -> Iterator[Sibling]:
    """Those of other files that have no namespace either, and are applied from the same place."""
    path = context.path
    ways = context.surroundings.namespace_of(policy).ways
    places = {place_of(path, way) for way in ways if not way.namespace}
    for each in context.census.lost:
        if each.path == path or place_of(each.path, each.build) not in places:
            continue
        is_plain = each.build.root is None
        if not (is_plain and context.surroundings.are_alternatives(policy, each.path)):
            yield each


def _of_way(policy: Policy, context: Context, way: Build) -> Iterator[Sibling]:
    """Those of the file that take the same way."""
    for each, its in context.file.subjects:
        if each is not policy:
            for other in its.landed:
                if other.build.namespace == way.namespace and other.build.root == way.root:
                    yield other


def _of_file(policy: Policy, context: Context) -> Iterator[Sibling]:
    """Those of the file with the same namespace: two placeholders are the same if they look so."""
    groups = context.file.once(_groups)
    names = context.surroundings.namespace_of(policy).names
    written = _written_namespace(policy)
    if names:
        alike = {*groups.nameless.get(written, ())}
        alike.update(chain.from_iterable(groups.named.get(name, ()) for name in names))
    else:
        alike = {*groups.written.get(written, ())}
    for place in sorted(alike):
        each, its = context.file.subjects[place]
        if each is not policy:
            yield its.landed[0]


class _Groups(NamedTuple):
    """The policies of one file, each by its place among them."""

    named: dict[str, list[int]]
    """By the namespaces that they are known to get into."""
    written: dict[str, list[int]]
    """By what they state."""
    nameless: dict[str, list[int]]
    """The same, of those only of which no namespace is known."""


def _groups(file: File) -> _Groups:
    found = _Groups({}, {}, {})
    for place, (policy, context) in enumerate(file.subjects):
        names = context.surroundings.namespace_of(policy).names
        written = _written_namespace(policy)
        found.written.setdefault(written, []).append(place)
        if not names:
            found.nameless.setdefault(written, []).append(place)
        for name in names:
            found.named.setdefault(name, []).append(place)
    return found


def _written_namespace(policy: Policy) -> str:
    """The namespace as it stands in the text; nothing where it is absent or null."""
    node = policy.namespace.node if policy.namespace.written else None
    return node.text if isinstance(node, Scalar) and not node.is_null else ""


def _is_itself(relative: Sibling, policy: Policy, context: Context) -> bool:
    return relative.path == context.path and relative.policy.root.start == policy.root.start


def _once_each(relatives: Iterable[Sibling]) -> tuple[Sibling, ...]:
    return tuple({each.order: each for each in relatives}.values())


def _each_way(relatives: Iterable[Sibling]) -> tuple[Sibling, ...]:
    """The same policy once for each of its ways, which may make something else of it."""
    return tuple({(*each.order, each.build): each for each in relatives}.values())
