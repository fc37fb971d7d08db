"""Plain scalars against the worked table of what Kubernetes reads."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from support import PROJECT

from netpol_lint.scalar import NotJson, resolve, resolve_key, resolve_tagged

TABLE: list[dict[str, Any]] = json.loads(
    (PROJECT / "tests" / "data" / "scalars.json").read_text(encoding="utf-8")
)


def _name(row: dict[str, Any]) -> str:
    return repr(row["plain"])


@pytest.mark.parametrize("row", TABLE, ids=_name)
def test_value(row: dict[str, Any]) -> None:
    """A plain scalar has the JSON value, and the JSON type, that Kubernetes gives it."""
    if "error" in row:
        with pytest.raises(NotJson):
            resolve(row["plain"])
        return
    value, wanted = resolve(row["plain"]), row["json"]
    if isinstance(wanted, float) or (isinstance(wanted, int) and abs(wanted) > 2**53):
        # Go writes the shortest digits of a float; the number is the same.
        assert isinstance(value, int | float)
        assert math.isclose(value, wanted, rel_tol=1e-15)
    else:
        assert (type(value), value) == (type(wanted), wanted)


@pytest.mark.parametrize(
    "row",
    [row for row in TABLE if row["plain"] != "<<" and {"key", "key_error"} & row.keys()],
    ids=_name,
)
def test_key(row: dict[str, Any]) -> None:
    """A plain scalar as a key becomes the string that Kubernetes makes of it."""
    if "key" in row:
        assert resolve_key(row["plain"]) == row["key"]
    else:
        with pytest.raises(NotJson):
            resolve_key(row["plain"])


@pytest.mark.parametrize(
    ("text", "tag", "value"),
    [
        ("80", "!!str", "80"),
        ("80", "!!int", 80),
        ("0x50", "!!int", 80),
        ("80", "!!float", 80),
        ("yes", "!!bool", True),
        ("", "!!null", None),
        ("80", "!port", "80"),
        ("d2Vi", "!!binary", "web"),
        ("2020-01-01", "!!timestamp", "2020-01-01"),
    ],
)
def test_tagged(text: str, tag: str, value: object) -> None:
    """An explicit tag decides; a tag that nobody knows makes a string."""
    assert resolve_tagged(text, tag) == value


@pytest.mark.parametrize(
    ("text", "tag"), [("web", "!!int"), ("80", "!!bool"), ("x", "!!null"), ("?", "!!binary")]
)
def test_tag_that_does_not_fit(text: str, tag: str) -> None:
    """A tag that contradicts the text is refused."""
    with pytest.raises(NotJson):
        resolve_tagged(text, tag)


def test_very_long_number() -> None:
    """A number of ten thousand digits is no number, and takes no time."""
    assert resolve("9" * 10_000) == "9" * 10_000
