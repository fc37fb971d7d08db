"""The other policies of a policy's namespace: in its file, and in the rest of the repository."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netpol_lint.context import Context
from netpol_lint.label_set import EVERYTHING, LabelSet
from netpol_lint.model import labels
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Scalar
from netpol_lint.policy import API_GROUP, Policy
from netpol_lint.repository import Build, Population, Sibling, Spot, outcome
from netpol_lint.repository.environment import place_of, together

MOST_POLICIES = 500
"""Policies of one file or namespace that are held against each other; of more, none is."""

_SOMEHOW = Build(None, None, True, "")


class Relative(NamedTuple):
    """Another policy of the same namespace."""

    policy: Policy
    """As its build leaves it."""
    path: str
    """Of its file, seen from the root."""
    build: Build
    """How it gets there."""

    @property
    def spot(self) -> Spot:
        """Where its name stands, or its kind."""
        name = self.policy.name
        return Spot(self.path, self.policy.kind_node.span if name is None else name.span)

    @property
    def order(self) -> tuple[str, int]:
        """Where it stands among the policies of the repository."""
        return self.path, self.policy.root.start

    @property
    def name(self) -> str | None:
        """What it is called in the end; None where that is not known."""
        return name_of(self.policy, self.build)


class Household(NamedTuple):
    """One way of a policy to a cluster, and those that come together with it there."""

    itself: Relative
    others: tuple[Relative, ...]

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


def family(context: Context) -> tuple[Relative, ...]:
    """All that are, by all appearance, applied together with it to one namespace of one cluster.

    Where its namespace is not known, those of its own file that state the same one, or none.
    """
    return context.once(_family)


def all_of(context: Context) -> tuple[Relative, ...]:
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


def name_of(policy: Policy, build: Build) -> str | None:
    """What a policy is called after a build; None where that is not known, or it has no name."""
    name = policy.name
    if name is None or name.is_unknown or not name.text:
        return None
    return build.done.name_of("NetworkPolicy", name.text, API_GROUP)


def _pods(policy: Policy) -> LabelSet | None:
    if not policy.spec.readable or not policy.subject.readable:
        return None
    return EVERYTHING if policy.subject.value is None else labels(policy.subject.value)


def _households(policy: Policy, context: Context) -> tuple[Household, ...]:
    path = context.path
    found = context.surroundings.namespace_of(policy)
    counts = [len(each.policies) for each in context.populations]
    if max((len(context.file.subjects), *counts)) > MOST_POLICIES:
        return tuple(_household(policy, path, way, ()) for way in found.ways or (_SOMEHOW,))
    if not any(way.namespace for way in found.ways):
        way = found.ways[0] if found.ways else _SOMEHOW
        relatives = [*_of_file(policy, context), *_nearby(policy, found.ways, context)]
        return (_household(policy, path, way, relatives),)
    populations = {each.name: each for each in context.populations}
    return tuple(
        _household(
            policy,
            path,
            way,
            [
                *_of_way(policy, context, way),
                *_elsewhere(policy, context, way, populations.get(way.namespace)),
            ],
        )
        for way in found.ways
        if way.namespace
    )


def _household(policy: Policy, path: str, way: Build, relatives: Iterable[Relative]) -> Household:
    itself = Relative(outcome.policy(policy, way), path, way)
    others = sorted(_once_each(relatives), key=lambda each: each.order)
    return Household(itself, tuple(others))


def _family(policy: Policy, context: Context) -> tuple[Relative, ...]:
    relatives = [each for household in households(context) for each in household.others]
    return _once_each((*_of_file(policy, context), *relatives))


def _all_of(policy: Policy, context: Context) -> tuple[Relative, ...]:
    relatives = list(_of_file(policy, context))
    for population in context.populations:
        relatives += map(_relative, population.policies)
    relatives += map(_relative, context.census.lost)
    return _each_way(each for each in relatives if not _is_itself(each, policy, context))


def _elsewhere(
    policy: Policy, context: Context, way: Build, population: Population | None
) -> Iterator[Relative]:
    """Those of other files that one way of the policy meets."""
    path = context.path
    if population is None:
        return
    for each in population.policies:
        if each.path == path or not together(
            (path, way), (each.path, each.build), scattered=population.scattered
        ):
            continue
        is_plain = way.root is None and each.build.root is None
        if not (is_plain and context.surroundings.are_alternatives(policy, each.path)):
            yield _relative(each)


def _nearby(policy: Policy, ways: Iterable[Build], context: Context) -> Iterator[Relative]:
    """Those of other files that have no namespace either, and are applied from the same place."""
    path = context.path
    places = {place_of(path, way) for way in ways if not way.namespace}
    for each in context.census.lost:
        if each.path == path or place_of(each.path, each.build) not in places:
            continue
        is_plain = each.build.root is None
        if not (is_plain and context.surroundings.are_alternatives(policy, each.path)):
            yield _relative(each)


def _of_way(policy: Policy, context: Context, way: Build) -> Iterator[Relative]:
    """Those of the file that take the same way."""
    for each, _ in context.file.subjects:
        if each is policy:
            continue
        for other in context.surroundings.namespace_of(each).ways:
            if other.namespace == way.namespace and other.root == way.root:
                yield Relative(outcome.policy(each, other), context.path, other)


def _of_file(policy: Policy, context: Context) -> Iterator[Relative]:
    """Those of the file with the same namespace: two placeholders are the same if they look so."""
    names = context.surroundings.namespace_of(policy).names
    for each, _ in context.file.subjects:
        if each is policy:
            continue
        found = context.surroundings.namespace_of(each)
        alike = written_namespace(each) == written_namespace(policy)
        if not names.isdisjoint(found.names) if names and found.names else alike:
            way = found.ways[0] if found.ways else _SOMEHOW
            yield Relative(outcome.policy(each, way), context.path, way)


def written_namespace(policy: Policy) -> str:
    """The namespace as it stands in the text; nothing where it is absent or null."""
    node = policy.namespace.node if policy.namespace.written else None
    return node.text if isinstance(node, Scalar) and not node.is_null else ""


def _is_itself(relative: Relative, policy: Policy, context: Context) -> bool:
    return relative.path == context.path and relative.policy.root.start == policy.root.start


def _relative(sibling: Sibling) -> Relative:
    return Relative(sibling.policy, sibling.path, sibling.build)


def _once_each(relatives: Iterable[Relative]) -> tuple[Relative, ...]:
    return tuple({each.order: each for each in relatives}.values())


def _each_way(relatives: Iterable[Relative]) -> tuple[Relative, ...]:
    """The same policy once for each of its ways, which may make something else of it."""
    return tuple({(*each.order, each.build): each for each in relatives}.values())
