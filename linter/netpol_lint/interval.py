"""Sets of whole numbers as sorted, disjoint intervals: ports and addresses."""

from __future__ import annotations

from collections.abc import Iterable

from netpol_lint.named_tuple import NamedTuple


class Intervals(NamedTuple):
    """A set of numbers. Make one with `of`, which keeps the pieces sorted and apart."""

    pieces: tuple[tuple[int, int], ...] = ()
    """First and last number of each piece; between two pieces at least one number is missing."""

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, int]]) -> Intervals:
        """The union of closed intervals, in any order."""
        pieces: list[tuple[int, int]] = []
        for first, last in sorted(pairs):
            if pieces and first <= pieces[-1][1] + 1:
                pieces[-1] = (pieces[-1][0], max(pieces[-1][1], last))
            elif first <= last:
                pieces.append((first, last))
        return cls(tuple(pieces))

    @property
    def empty(self) -> bool:
        """Whether no number is in it."""
        return not self.pieces

    @property
    def lowest(self) -> int:
        """The smallest number. Only for a set that is not empty."""
        return self.pieces[0][0]

    def holds(self, number: int) -> bool:
        """Whether `number` is in it."""
        return any(first <= number <= last for first, last in self.pieces)

    def join(self, other: Intervals) -> Intervals:
        """The numbers in either."""
        return Intervals.of((*self.pieces, *other.pieces))

    def meet(self, other: Intervals) -> Intervals:
        """The numbers in both."""
        pieces: list[tuple[int, int]] = []
        mine, theirs = 0, 0
        while mine < len(self.pieces) and theirs < len(other.pieces):
            (first, last), (start, end) = self.pieces[mine], other.pieces[theirs]
            if max(first, start) <= min(last, end):
                pieces.append((max(first, start), min(last, end)))
            if last < end:
                mine += 1
            else:
                theirs += 1
        return Intervals(tuple(pieces))

    def minus(self, other: Intervals) -> Intervals:
        """The numbers of this set that are not in the other."""
        pieces: list[tuple[int, int]] = []
        index = 0
        for first, last in self.pieces:
            while index < len(other.pieces) and other.pieces[index][1] < first:
                index += 1
            place = index
            while first <= last and place < len(other.pieces):
                start, end = other.pieces[place]
                if start > last:
                    break
                if first < start:
                    pieces.append((first, start - 1))
                first = max(first, end + 1)
                place += 1
            if first <= last:
                pieces.append((first, last))
        return Intervals(tuple(pieces))


NONE = Intervals()
