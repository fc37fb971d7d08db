"""A line of a file as a terminal shows it, and where in it a place is seen."""

from __future__ import annotations

from netpol_lint.finding import Place
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.terminal import sanitize, width

_TAB = 4
_CUT = "…"


class Excerpt(NamedTuple):
    """Tabs are spread, hostile characters written out, and a long line is cut on both sides."""

    shown: str
    first: int
    """The first character of the line that is shown, from 0."""
    edges: tuple[int, ...]
    """The column where each shown character begins, and where the last one ends."""

    def extent(self, place: Place) -> tuple[int, int]:
        """The columns before `place`, and those it takes on this line."""
        start = self._edge(place.start.column - 1)
        same_line = place.end.line == place.start.line
        end = self._edge(place.end.column - 1) if same_line else self.edges[-1]
        return start, max(1, end - start)

    def _edge(self, index: int) -> int:
        return self.edges[min(max(index - self.first, 0), len(self.edges) - 1)]


def excerpt(text: str, column: int, room: int) -> Excerpt:
    """At most `room` columns of the line `text`, those around its `column` (from 1)."""
    if len(text) <= room and text.isascii() and text.isprintable():
        return Excerpt(text, 0, tuple(range(len(text) + 1)))
    # A line may be a megabyte: only what can be seen is looked at.
    first = max(0, column - 1 - room)
    pieces: list[str] = []
    edges = [0]
    for character in text[first : column - 1 + room]:
        piece = " " * (_TAB - edges[-1] % _TAB) if character == "\t" else sanitize(character)
        pieces.append(piece)
        edges.append(edges[-1] + width(piece))
    low, high = 0, len(pieces)
    if edges[-1] > room or first or first + high < len(text):
        room -= 2 * len(_CUT)
        # A third of the room goes before the place, and more where the line ends soon.
        left = min(edges[min(column - 1 - first, high)] - room // 3, edges[-1] - room)
        while edges[low] < left:
            low += 1
        while edges[high] - edges[low] > room:
            high -= 1
    before = _CUT if first + low else ""
    after = _CUT if first + high < len(text) else ""
    shift = len(before) - edges[low]
    return Excerpt(
        f"{before}{''.join(pieces[low:high])}{after}",
        first + low,
        tuple(edge + shift for edge in edges[low : high + 1]),
    )
