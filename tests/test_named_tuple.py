"""The engine's named tuples are those of `typing`, made later."""

from __future__ import annotations

import pickle
import typing
from typing import Any, Generic, TypeVar

import pytest

from netpol_lint import finding, policy, span
from netpol_lint.named_tuple import NamedTuple

T = TypeVar("T")


class Ours(NamedTuple):
    first: int
    second: str = "two"

    @property
    def both(self) -> str:
        return f"{self.first} {self.second}"


class Theirs(typing.NamedTuple):
    first: int
    second: str = "two"


class Bare(NamedTuple):
    pass


class Box(NamedTuple, Generic[T]):
    content: T


def test_constructor() -> None:
    for made in (Ours(1), Ours(first=1), Ours(1, "two"), Ours(1, second="two")):
        assert made == (1, "two")
        assert (made.first, made.second, made.both) == (1, "two", "1 two")
    assert Bare() == ()
    assert Box[int](3).content == 3


@pytest.mark.parametrize("arguments", [(), (1, "two", 3)])
def test_constructor_refuses_what_does_not_fit(arguments: tuple[Any, ...]) -> None:
    for cls in (Ours, Theirs):
        with pytest.raises(TypeError, match=r"__new__\(\)"):
            cls(*arguments)
    with pytest.raises(TypeError, match="third"):
        Ours(1, third=3)  # type: ignore[call-arg]


def test_is_immutable_and_has_no_dictionary() -> None:
    with pytest.raises(AttributeError):
        Ours(1).first = 2  # type: ignore[misc]
    assert not hasattr(Ours(1), "__dict__")


def test_shows_itself_like_the_other() -> None:
    assert repr(Ours(1)) == repr(Theirs(1)).replace("Theirs", "Ours")
    assert Ours(1)._asdict() == Theirs(1)._asdict()
    assert Ours._fields == Theirs._fields
    assert Ours._field_defaults == Theirs._field_defaults


def test_replaces() -> None:
    assert Ours(1)._replace(second="three") == (1, "three")
    with pytest.raises(TypeError, match="third"):
        Ours(1)._replace(third=3)  # type: ignore[call-arg]


def test_matches_by_place() -> None:
    match Ours(1):
        case Ours(first, second):
            assert (first, second) == (1, "two")


def test_is_sent_to_another_process() -> None:
    place = finding.Place(span.Position(1, 2), span.Position(3, 4))
    for sent in (place, Ours(1)):
        got = pickle.loads(pickle.dumps(sent, pickle.HIGHEST_PROTOCOL))  # noqa: S301
        assert (type(got), got) == (type(sent), sent)


def test_fields_are_those_of_the_annotations() -> None:
    assert policy.Field._fields == ("entry", "presence", "value")
