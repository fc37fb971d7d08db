"""Which pods a selector that selects none was meant for: those from which the least parts it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import lru_cache
from heapq import nsmallest
from itertools import takewhile

from netpol_lint.habitat import APP_KEYS
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.policy import Operator, Requirement
from netpol_lint.repository import Resident
from netpol_lint.repository.match import meets
from netpol_lint.repository.workload import Labels
from netpol_lint.spelling import distance
from netpol_lint.stamp import is_plain, words

MAX_CANDIDATES = 50
"""Workloads that are compared letter by letter: those that look most like it at a glance."""
MAX_PAIRS = 10_000
"""Pairs of words that are remembered: the policies of a namespace ask for the same pods."""
_FAR = 100
"""The distance of labels that have nothing in common."""
_STRETCH = 16
"""Letters between the first and the last difference of two words that may be one."""
_LONG = 6
"""From so many letters on a word with another letter is no longer another word."""


class Likeness(IntEnum):
    """How much speaks for two labels being meant as one."""

    NONE = 0
    AKIN = 1
    """One value is the other with further words or letters."""
    CLOSE = 2
    """A slip of the pen, another key for the same name, or one label too many."""


class Change(NamedTuple):
    """What one requirement would have to be for the pods to meet it."""

    requirement: Requirement
    key: str
    value: str | None
    """None where the pods carry nothing that it could stand for."""
    likeness: Likeness
    apart: int


class Lookalike(NamedTuple):
    """A workload whose pods come near to what is selected."""

    resident: Resident
    changes: tuple[Change, ...]

    @property
    def likeness(self) -> Likeness:
        """As good as the worst of the changes."""
        return min(each.likeness for each in self.changes)

    @property
    def cost(self) -> tuple[int, int]:
        """The fewest changed requirements come first, then the fewest letters."""
        return len(self.changes), sum(each.apart for each in self.changes)


def nearest(
    requirements: Sequence[Requirement], residents: Iterable[Resident]
) -> tuple[Lookalike, ...]:
    """The workloads that come nearest, none of which meets all requirements; best labels once."""
    labelled = [(each, each.labels) for each in residents if each.labels]
    promising = nsmallest(MAX_CANDIDATES, labelled, key=lambda each: _rough(requirements, each[1]))
    lacking = [
        (resident, labels, unmet)
        for resident, labels in promising
        if (unmet := [each for each in requirements if not meets(each, labels)])
    ]
    fewest = min((len(unmet) for _, _, unmet in lacking), default=0)
    found = [
        Lookalike(resident, tuple(_change(each, labels, requirements) for each in unmet))
        for resident, labels, unmet in lacking
        if len(unmet) == fewest
    ]
    least = min((each.cost for each in found), default=None)
    best: dict[object, Lookalike] = {}
    for each in found:
        if each.cost == least:
            best.setdefault(tuple((change.key, change.value) for change in each.changes), each)
    return tuple(best.values())


def _rough(requirements: Iterable[Requirement], labels: Labels) -> int:
    """A quick guess at how far labels are from what is asked."""
    guess = 0
    for each in requirements:
        if not meets(each, labels):
            value = labels.get(each.key)
            near = value is not None and any(_may_be(value, asked) for asked in each.values)
            guess += 2 if near or not set(labels.values()).isdisjoint(each.values) else 3
    return guess


def _change(
    requirement: Requirement, labels: Labels, requirements: Sequence[Requirement]
) -> Change:
    key = requirement.key
    if key in labels and requirement.operator is Operator.IN:
        value = labels[key]
        apart = min(_apart(each, value) for each in requirement.values)
        likeness = max(_likeness(each, value) for each in requirement.values)
        return Change(requirement, key, value, likeness, apart)
    asked = {each.key for each in requirements}
    for other in sorted(labels, key=lambda each: (each not in APP_KEYS, each)):
        if other not in asked and labels[other] in requirement.values and is_plain(labels[other]):
            return Change(requirement, other, labels[other], Likeness.CLOSE, 1)
    others = [each for each in requirements if each is not requirement]
    named = any(each.key in APP_KEYS and meets(each, labels) for each in others)
    return Change(requirement, key, None, Likeness.CLOSE if named else Likeness.NONE, _FAR)


def _may_be(value: str, asked: str) -> bool:
    """Whether one word may be the other, at a glance."""
    if abs(len(value) - len(asked)) > 2:
        return value in asked or asked in value
    return value[:1] == asked[:1] or value[-1:] == asked[-1:]


@lru_cache(maxsize=MAX_PAIRS)
def _apart(one: str, other: str) -> int:
    """The distance of two words, as far as it matters."""
    start = _shared(one, other)
    one, other = one[start:], other[start:]
    end = _shared(one[::-1], other[::-1])
    one, other = one[: len(one) - end], other[: len(other) - end]
    return distance(one, other) if max(len(one), len(other)) <= _STRETCH else _FAR


def _shared(one: str, other: str) -> int:
    """The letters that both words begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


@lru_cache(maxsize=MAX_PAIRS)
def _likeness(one: str, other: str) -> Likeness:
    if _is_slip(one, other):
        return Likeness.CLOSE
    first, second = words(one), words(other)
    short, long = sorted((one.lower(), other.lower()), key=len)
    if (first and second and (first <= second or second <= first)) or (
        len(short) > 2 and long.startswith(short)
    ):
        return Likeness.AKIN
    return Likeness.NONE


def _is_slip(one: str, other: str) -> bool:
    """Whether one value is the other, misspelt: not another one of a series, such as `db-1`."""
    mine, others = one.lower().split("-"), other.lower().split("-")
    if len(mine) != len(others):
        return one.lower().replace("-", "") == other.lower().replace("-", "")
    return all(a == b or _is_misspelt(a, b) for a, b in zip(mine, others, strict=True))


def _is_misspelt(one: str, other: str) -> bool:
    """Whether two words are one, misspelt: short ones are soon others, and so is a first letter."""
    short, long = sorted((one, other), key=len)
    if any(letter.isdigit() for letter in one + other):
        return False
    if short + "s" == long and len(short) > 1:
        return True
    apart = _apart(one, other)
    if len(one) == len(other) and sorted(one) == sorted(other):
        return apart == 1
    if one[:1] != other[:1]:
        return False
    if len(one) != len(other):
        return apart == 1 and len(short) >= _LONG - 1
    return apart == 1 and len(short) >= _LONG
