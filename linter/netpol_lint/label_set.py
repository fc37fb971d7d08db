"""Sets of labels: what selectors select, in a form that can be intersected and subtracted exactly.

The values that a label may have form a set or the complement of one, and being absent is one more
possibility. Such sets are closed under every operation, so nothing is ever approximated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain, count

from netpol_lint.named_tuple import NamedTuple


class Values(NamedTuple):
    """What one label may be."""

    listed: frozenset[str]
    others: bool
    """Whether all values but the listed ones are meant, instead of these."""
    absent: bool
    """Whether the label may be missing."""

    @property
    def empty(self) -> bool:
        """Whether no object can comply."""
        return not (self.listed or self.others or self.absent)

    def holds(self, value: str | None) -> bool:
        """Whether the label may have this value; None is an absent label."""
        return self.absent if value is None else (value in self.listed) is not self.others

    def meet(self, other: Values) -> Values:
        """What both allow."""
        absent = self.absent and other.absent
        if self.others and other.others:
            return Values(self.listed | other.listed, True, absent)
        if self.others:
            return Values(other.listed - self.listed, False, absent)
        if other.others:
            return Values(self.listed - other.listed, False, absent)
        return Values(self.listed & other.listed, False, absent)

    @property
    def complement(self) -> Values:
        """All that this one does not allow."""
        return Values(self.listed, not self.others, not self.absent)

    def minus(self, other: Values) -> Values:
        """What this one allows and the other does not."""
        return self.meet(other.complement)

    def example(self, fresh: str) -> str | None:
        """One possibility, None for an absent label; of unlisted values `fresh` or one like it."""
        if self.others:
            names = chain((fresh,), (f"{fresh}-{number}" for number in count(2)))
            return next(name for name in names if name not in self.listed)
        return min(self.listed, default=None)


ANYTHING = Values(frozenset(), True, True)
PRESENT = Values(frozenset(), True, False)
ABSENT = Values(frozenset(), False, True)


def one_of(values: Iterable[str]) -> Values:
    """The label is there, with one of these values."""
    return Values(frozenset(values), False, False)


def none_of(values: Iterable[str]) -> Values:
    """The label is missing, or has another value."""
    return Values(frozenset(values), True, True)


Labels = Mapping[str, str | None]
"""The labels of one object; None is a label that is known to be missing, like one not listed."""


class LabelSet(NamedTuple):
    """The objects whose labels comply with all limits: a conjunction over label keys."""

    limits: Mapping[str, Values]

    @classmethod
    def of(cls, limits: Iterable[tuple[str, Values]]) -> LabelSet:
        """All of these limits together; several on one key are intersected."""
        found: dict[str, Values] = {}
        for key, values in limits:
            found[key] = values.meet(found[key]) if key in found else values
        return cls(found)

    @property
    def empty(self) -> bool:
        """Whether no object can comply."""
        return any(values.empty for values in self.limits.values())

    def holds(self, labels: Labels) -> bool:
        """Whether an object with exactly these labels complies."""
        return all(values.holds(labels.get(key)) for key, values in self.limits.items())

    def meet(self, other: LabelSet) -> LabelSet:
        """The objects in both."""
        return LabelSet.of(chain(self.limits.items(), other.limits.items()))

    def minus(self, other: LabelSet) -> list[LabelSet]:
        """The objects of this set that are not in the other, as disjoint sets."""
        if self.meet(other).empty:
            return [self]
        pieces: list[LabelSet] = []
        rest = dict(self.limits)
        for key, theirs in other.limits.items():
            mine = rest.get(key, ANYTHING)
            outside = mine.minus(theirs)
            if not outside.empty:
                pieces.append(LabelSet({**rest, key: outside}))
            rest[key] = mine.meet(theirs)
        return pieces

    def example(self, fresh: str = "anything") -> Labels:
        """The labels of one object in the set. Only for a set that is not empty."""
        return {key: values.example(fresh) for key, values in sorted(self.limits.items())}


EVERYTHING = LabelSet({})
