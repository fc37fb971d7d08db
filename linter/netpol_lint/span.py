"""Where something stands in a text: offsets inside, lines and columns only for people."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate, count
from operator import add

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.regex import regex

_BLANK = regex(r"(?:\s+|#[^\r\n]*)*")
_BREAK = regex(r"\r\n|\n|\r")
_NEAR = 1000
"""How far back the beginning of a line is looked for before all lines are listed."""


class Span(NamedTuple):
    """A half-open range of characters, counted from the start of the file's text."""

    start: int
    end: int

    def holds(self, other: Span) -> bool:
        """Whether `other` lies inside this span (touching ends count)."""
        return self.start <= other.start and other.end <= self.end


def past_blank(text: str, start: int, end: int) -> int:
    """Where the first character from `start` on stands that is neither blank nor in a comment."""
    blank = _BLANK.match(text, start, end)
    return start if blank is None else blank.end()


class Stretches:
    """Any number of spans, asked as one: a hostile file has thousands of them."""

    def __init__(self, spans: Iterable[Span]) -> None:
        ordered = sorted(spans)
        self._starts = [span.start for span in ordered]
        self._reach = list(accumulate((span.end for span in ordered), max))
        """How far the spans up to each one reach."""

    def touch(self, span: Span) -> bool:
        """Whether one of them has a place in common with `span` (touching ends count)."""
        count = bisect_right(self._starts, span.end)
        return count > 0 and self._reach[count - 1] >= span.start


class Position(NamedTuple):
    """A place as an editor shows it: both numbers count from 1, columns count characters."""

    line: int
    column: int


class Lines:
    """The line table of one text. `\\n`, `\\r\\n` and `\\r` end a line, as in editors."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._has_returns = "\r" in text
        # Many findings may stand on one line of many megabytes; they hold one copy of it.
        self._shared: dict[int, str] = {}

    # A file without findings never needs its table.
    @cached_property
    def _starts(self) -> list[int]:
        if self._has_returns:
            return [0, *(match.end() for match in _BREAK.finditer(self._text))]
        lengths = map(len, self._text.split("\n")[:-1])
        return [0, *map(add, accumulate(lengths), count(1))]  # a break is one character more

    @cached_property
    def _ends(self) -> list[int]:
        if self._has_returns:
            ends = [match.start() for match in _BREAK.finditer(self._text)]
        else:
            ends = [start - 1 for start in self._starts[1:]]
        return [*ends, len(self._text)]

    def are_of(self, text: str) -> bool:
        """Whether this is the table of `text`."""
        return self._text == text

    def position(self, offset: int) -> Position:
        """The line and column of `offset`."""
        index = bisect_right(self._starts, offset) - 1
        return Position(index + 1, offset - self._starts[index] + 1)

    def start(self, offset: int) -> int:
        """Where the line of `offset` begins. Nearly always that takes no table."""
        if not self._has_returns:
            place = self._text.rfind("\n", max(offset - _NEAR, 0), offset)
            if place >= 0 or offset <= _NEAR:
                return place + 1
        return self._starts[bisect_right(self._starts, offset) - 1]

    def is_blank(self, start: int, end: int) -> bool:
        """Whether nothing visible stands between two places."""
        return not self._text[start:end].strip()

    def number(self, offset: int) -> int:
        """The line number of `offset`, from 1."""
        return bisect_right(self._starts, offset)

    def text(self, number: int) -> str:
        """The text of line `number` (from 1) without its line break."""
        line = self._shared.get(number)
        if line is None:
            line = self._text[self._starts[number - 1] : self._ends[number - 1]]
            self._shared[number] = line
        return line

    def span(self, number: int) -> Span:
        """The characters of line `number` (from 1) without its line break."""
        return Span(self._starts[number - 1], self._ends[number - 1])

    def __len__(self) -> int:
        return len(self._starts)
