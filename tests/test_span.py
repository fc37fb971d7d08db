"""Lines and columns of offsets, whatever ends a line."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from netpol_lint.span import Lines


@given(st.text(alphabet="ab\n\r\u2028\x0b"))
@example("")
@example("a\n\nb")
@example("a\r\n\r\rb\n")
def test_lines(text: str) -> None:
    """`\\n`, `\\r\\n` and `\\r` end a line, and nothing else does."""
    lines = Lines(text)
    expected = re.split(r"\r\n|\n|\r", text)
    assert [lines.text(number) for number in range(1, len(lines) + 1)] == expected
    for number, line in enumerate(expected, 1):
        start, end = lines.span(number)
        assert text[start:end] == line
        assert lines.position(start) == (number, 1)
        assert lines.position(end) == (number, len(line) + 1)
        assert lines.number(start) == number


@given(
    st.lists(
        st.tuples(st.sampled_from(("", "ab", "c" * 1500)), st.sampled_from(("\n", "\r\n", "\r")))
    )
)
@example([("c" * 1000, "\n"), ("c" * 1001, "\n"), ("c", "\n")])
@example([("c" * 1500, "\n"), ("ab", "\r")])
def test_the_start_of_a_line(pieces: list[tuple[str, str]]) -> None:
    """It is found without the table where that is near, and with it where a line is long."""
    text = "".join(line + ending for line, ending in pieces)
    lines = Lines(text)
    for offset in (*range(0, len(text), 333), *range(max(len(text) - 9, 0), len(text) + 1)):
        assert lines.start(offset) == lines.span(lines.number(offset)).start
