"""Replacing pieces of a text, exactly and only there."""

from __future__ import annotations

from collections.abc import Iterable

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.span import Span


class Edit(NamedTuple):
    """Replace the characters of `span` by `text`; an empty span inserts, an empty text deletes."""

    span: Span
    text: str


class OverlapError(ValueError):
    """Two edits want the same characters; `first` and `second` are the two."""

    def __init__(self, first: Edit, second: Edit) -> None:
        super().__init__(f"edits at {first.span} and {second.span} overlap")
        self.first = first
        self.second = second


def apply(text: str, edits: Iterable[Edit]) -> str:
    """`text` with all `edits` done at once; offsets refer to the text as given.

    Raises OverlapError when two edits touch the same characters or insert at the same place.
    """
    pieces: list[str] = []
    position = 0
    previous: Edit | None = None
    for edit in sorted(edits):
        same_place = previous is not None and previous.span == edit.span
        if previous is not None and (edit.span.start < position or same_place):
            raise OverlapError(previous, edit)
        pieces += text[position : edit.span.start], edit.text
        position = edit.span.end
        previous = edit
    return "".join([*pieces, text[position:]])
