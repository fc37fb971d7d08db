"""Values in messages: they fit, they are visible, and they stay on one line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netpol_lint.wording import LONGEST, filled, fitted, quoted


@given(st.text(max_size=200), st.integers(min_value=3, max_value=60))
def test_fits_and_is_harmless(value: str, room: int) -> None:
    """Whatever a file holds, the sentence around it keeps its shape."""
    shown = quoted(value, room)
    assert len(shown) <= room
    assert shown.isprintable()
    assert shown.startswith("`")
    assert shown.endswith("`")
    assert "`" not in shown[1:-1]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("web", "`web`"),
        ("", "``"),
        ("허용 web", "`허용 web`"),
        ("web\n", "`web\\n`"),
        ("a\tb\r", "`a\\tb\\r`"),
        ("\x1b[31mred", "`\\x1b[31mred`"),
        ("a\u202eb", "`a\\u202eb`"),
        ("a\u00a0b", "`a\\xa0b`"),
        ("a`b", "`a'b`"),
        ("abcdefghijklmnopqrstuvwxyz", "`abcdefghij…rstuvwxyz`"),
        ("x" * 100_000 + "end", "`xxxxxxxxxx…xxxxxxend`"),
    ],
)
def test_by_example(value: str, shown: str) -> None:
    """Escapes for what cannot be seen, an ellipsis in the middle of what is too long."""
    assert quoted(value, 22) == shown


@given(st.lists(st.text(max_size=120), min_size=1, max_size=3))
def test_a_message_fits(values: list[str]) -> None:
    """However long the values are together, the message keeps to its line."""
    for write in (fitted, filled):
        assert len(write(" / ".join(["{}"] * len(values)), *values)) <= LONGEST


def test_words_have_no_backticks() -> None:
    """What is no value but words of a sentence is cut like one, and not quoted."""
    assert filled("{} of {}", "pods app=web", "namespace shop") == "pods app=web of namespace shop"
    assert filled("{} stays", "x" * 200) == f"{'x' * 47}…{'x' * 46} stays"


def test_short_values_stay_whole() -> None:
    """What a short value leaves over goes to the long one, and one value is cut one way only."""
    long = "x" * 200
    shown = fitted("{} is not {}", "web", long)
    assert shown.startswith("`web` is not `xxx")
    assert len(shown) == LONGEST
    first, second = fitted("{} and {}", long, long).split(" and ")
    assert first == second
