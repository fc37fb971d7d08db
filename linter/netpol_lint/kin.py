"""The other policies of a policy's namespace: in its file, and in the rest of the repository."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netpol_lint.context import Context
from netpol_lint.label_set import EVERYTHING, LabelSet
from netpol_lint.model import labels
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Scalar
from netpol_lint.policy import Policy
from netpol_lint.repository import Build, Sibling, Spot
from netpol_lint.repository.environment import place_of, together

_SOMEHOW = Build(None, None, True, "")


class Relative(NamedTuple):
    """Another policy of the same namespace."""

    policy: Policy
    path: str
    """Of its file, seen from the root."""
    build: Build
    """How it gets there."""

    @property
    def spot(self) -> Spot:
        """Where its name stands, or its kind."""
        name = self.policy.name
        return Spot(self.path, self.policy.kind_node.span if name is None else name.span)


def of(context: Context) -> list[Policy]:
    """All that are applied together with it to one namespace, without itself."""
    return [each.policy for each in family(context)]


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


def _pods(policy: Policy) -> LabelSet | None:
    if not policy.spec.readable or not policy.subject.readable:
        return None
    return EVERYTHING if policy.subject.value is None else labels(policy.subject.value)


def _family(policy: Policy, context: Context) -> tuple[Relative, ...]:
    path = context.path
    found = context.surroundings.namespace_of(policy)
    relatives = list(_of_file(policy, context))
    if not found.names:
        lost = context.census.lost
        near = [each for each in lost if each.path != path and _is_near(path, found.ways, each)]
        return _once_each((*relatives, *map(_relative, near)))
    for population in context.populations:
        ways = [way for way in found.ways if way.namespace == population.name]
        relatives += (
            _relative(each)
            for each in population.policies
            if each.path != path
            and any(
                together((path, way), (each.path, each.build), scattered=population.scattered)
                for way in ways
            )
        )
    return _once_each(relatives)


def _all_of(policy: Policy, context: Context) -> tuple[Relative, ...]:
    relatives = list(_of_file(policy, context))
    for population in context.populations:
        relatives += map(_relative, population.policies)
    relatives += map(_relative, context.census.lost)
    return _once_each(each for each in relatives if not _is_itself(each, policy, context))


def _is_near(path: str, ways: Iterable[Build], sibling: Sibling) -> bool:
    """Whether two policies without a namespace are applied from one place."""
    return any(
        place_of(path, way) == place_of(sibling.path, sibling.build)
        for way in ways
        if not way.namespace
    )


def _of_file(policy: Policy, context: Context) -> Iterator[Relative]:
    """Those of the file with the same namespace: two placeholders are the same if they look so."""
    names = context.surroundings.namespace_of(policy).names
    for each, _ in context.file.subjects:
        if each is policy:
            continue
        found = context.surroundings.namespace_of(each)
        alike = written_namespace(each) == written_namespace(policy)
        if not names.isdisjoint(found.names) if names and found.names else alike:
            yield Relative(each, context.path, found.ways[0] if found.ways else _SOMEHOW)


def written_namespace(policy: Policy) -> str:
    """The namespace as it stands in the text; nothing where it is absent or null."""
    node = policy.namespace.node if policy.namespace.written else None
    return node.text if isinstance(node, Scalar) and not node.is_null else ""


def _is_itself(relative: Relative, policy: Policy, context: Context) -> bool:
    return relative.path == context.path and relative.policy.root.start == policy.root.start


def _relative(sibling: Sibling) -> Relative:
    return Relative(sibling.policy, sibling.path, sibling.build)


def _once_each(relatives: Iterable[Relative]) -> tuple[Relative, ...]:
    return tuple({(each.path, each.policy.root.start): each for each in relatives}.values())
