"""Workloads by their labels, so that nobody who looks for some has to ask each of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from netpol_lint.policy import Operator, Requirement
from netpol_lint.repository.demonstration import is_demonstration
from netpol_lint.repository.environment import place_of
from netpol_lint.repository.resident import Resident
from netpol_lint.repository.workload import Labels

_ByLabel = dict[tuple[str, str], list[Resident]]


class Roll(tuple[Resident, ...]):
    """The workloads of one namespace, of all, or those that nobody gives one."""

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

    @property
    def _real(self) -> list[Resident]:
        return [each for each in self if not is_demonstration(each.path)]

    def candidates(self, requirements: Iterable[Requirement]) -> Sequence[Resident]:
        """All whose pods may meet the requirements, and perhaps a few more."""
        for each in requirements:
            if each.operator is Operator.IN:
                return [*_found(self._by_label, each), *self._unknown]
        return self

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
