"""Edits are exact: all at once, nothing else touched, clashes refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netpol_lint.edit import Edit, OverlapError, apply
from netpol_lint.span import Lines, Span


@given(st.text())
def test_no_edits_change_nothing(text: str) -> None:
    """Applying no edits gives the very same text."""
    assert apply(text, []) == text


@given(st.text(), st.data())
def test_replacing_a_piece_by_itself_changes_nothing(text: str, data: st.DataObject) -> None:
    """Any piece may be replaced by itself."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert apply(text, [Edit(Span(start, end), text[start:end])]) == text


@given(st.lists(st.text(max_size=5), max_size=6), st.randoms())
def test_order_does_not_matter(pieces: list[str], random: object) -> None:
    """Edits refer to the text as given, in whatever order they come."""
    text = "|".join("x" * len(piece) for piece in pieces)
    edits, start = [], 0
    for piece in pieces:
        edits.append(Edit(Span(start, start + len(piece)), piece))
        start += len(piece) + 1
    edits = [edit for edit in edits if edit.text]
    random.shuffle(edits)  # type: ignore[attr-defined]
    assert apply(text, edits) == "|".join(pieces)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Edit(Span(0, 3), "a"), Edit(Span(2, 4), "b")),
        (Edit(Span(0, 3), "a"), Edit(Span(0, 3), "b")),
        (Edit(Span(1, 1), "a"), Edit(Span(1, 1), "b")),
    ],
)
def test_clash(first: Edit, second: Edit) -> None:
    """Two edits of the same characters, or two insertions at one place, are refused by name."""
    with pytest.raises(OverlapError) as caught:
        apply("abcdef", [second, first])
    assert {caught.value.first, caught.value.second} == {first, second}


@given(st.text(alphabet="ab\r\n\u2028", max_size=40))
def test_lines(text: str) -> None:
    """Every offset has a line and a column that lead back to it; CR, LF and CRLF break lines."""
    lines = Lines(text)
    assert len(lines) == len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    for offset in range(len(text) + 1):
        line, column = lines.position(offset)
        assert lines.span(line).start + column - 1 == offset
        assert lines.number(offset) == line
