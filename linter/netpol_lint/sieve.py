"""Remembers what has passed a test: the same words occur all over a repository."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Generic, TypeVar

T = TypeVar("T")

_MOST = 65_536
"""How many words are remembered; then it begins anew."""


class Sieve(Generic[T]):
    """Lets words pass of which none is caught."""

    def __init__(self, catches: Callable[[T], object]) -> None:
        self._catches = catches
        self._passed: set[T] = set()

    def passes(self, words: Collection[T]) -> bool:
        """Whether none of some words is caught."""
        if self._passed.issuperset(words):
            return True
        new = set(words) - self._passed
        if any(map(self._catches, new)):
            return False
        if len(self._passed) + len(new) > _MOST:
            self._passed.clear()
        self._passed |= new
        return True
