"""Workloads by their labels, so that nobody who looks for some has to ask each of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from netpol_lint.answer import Answer
from netpol_lint.policy import Operator, Requirement, Selector
from netpol_lint.repository.demonstration import is_demonstration
from netpol_lint.repository.environment import place_of
from netpol_lint.repository.match import selects
from netpol_lint.repository.resident import Resident
from netpol_lint.repository.workload import Labels

MAX_ANSWERS = 10_000
"""Selectors that one roll remembers."""
_Asked = tuple[bool, tuple[tuple[str, Operator, tuple[str, ...]], ...]] | None
"""What decides about whom a selector selects: whether all of it is known, and what it requires."""
_ByLabel = dict[tuple[str, str], list[Resident]]


class Roll(tuple[Resident, ...]):
    """The workloads of one namespace, of all, or those that nobody gives one."""

    @cached_property
    def _answers(self) -> dict[_Asked, tuple[tuple[Resident, Answer], ...]]:
        """The policies around a workload ask for the same pods, each of them several times."""
        return {}

    @cached_property
    def _unknown(self) -> list[Resident]:
        return [each for each in self if each.labels is None]

    @cached_property
    def _by_label(self) -> _ByLabel:
        return _by_label((each, each.labels or {}) for each in self)

    @cached_property
    def _by_own_label(self) -> _ByLabel:
        return _by_label((each, each.own_labels) for each in self)

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of all labels that pods carry."""
        return frozenset(key for key, _ in self._by_label)

    @cached_property
    def names(self) -> frozenset[str]:
        """What the workloads are called that are no examples."""
        return frozenset(each.workload.name for each in self._real)

    @cached_property
    def places(self) -> frozenset[str]:
        """The folders from which the workloads are applied that are no examples."""
        return frozenset(place_of(each.path, each.build) for each in self._real)

    @cached_property
    def hosts(self) -> tuple[Resident, ...]:
        """Those that share the network of their node."""
        return tuple(each for each in self if each.workload.host_network)

    @cached_property
    def distinct(self) -> tuple[Resident, ...]:
        """The workloads, but those only once that several builds bring with the same labels."""
        found: dict[object, Resident] = {}
        for each in self:
            labels = None if each.labels is None else tuple(each.labels.items())
            found.setdefault((str(each), labels), each)
        return tuple(found.values())

    @property
    def _real(self) -> list[Resident]:
        return [each for each in self if not is_demonstration(each.path)]

    def candidates(self, requirements: Iterable[Requirement]) -> Sequence[Resident]:
        """All whose pods may meet the requirements, and perhaps a few more."""
        for each in requirements if self else ():
            if each.operator is Operator.IN:
                return [*_found(self._by_label, each), *self._unknown]
        return self

    def answers(self, selector: Selector | None) -> tuple[tuple[Resident, Answer], ...]:
        """The workloads whose pods a selector selects, or may select."""
        if not self:
            return ()
        asked = None
        if selector is not None:
            wanted = tuple((each.key, each.operator, each.values) for each in selector.requirements)
            asked = selector.exact, wanted
        known = self._answers.get(asked)
        if known is None:
            candidates = self.candidates(() if selector is None else selector.requirements)
            found = ((each, selects(selector, each.labels)) for each in candidates)
            known = tuple(pair for pair in found if pair[1] is not Answer.REFUTED)
            if len(self._answers) < MAX_ANSWERS:
                self._answers[asked] = known
        return known

    def owners(self, requirement: Requirement) -> Sequence[Resident]:
        """All that have one of the values that a requirement lists as a label of their own."""
        return _found(self._by_own_label, requirement)


def _by_label(labelled: Iterable[tuple[Resident, Labels]]) -> _ByLabel:
    found: _ByLabel = {}
    for resident, labels in labelled:
        for pair in labels.items():
            found.setdefault(pair, []).append(resident)
    return found


def _found(by_label: _ByLabel, requirement: Requirement) -> list[Resident]:
    values = dict.fromkeys(requirement.values)
    return [each for value in values for each in by_label.get((requirement.key, value), ())]
