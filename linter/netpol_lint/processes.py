"""Work that several processes share: forked where that pays, with the results in their order."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, cast

T = TypeVar("T")
R = TypeVar("R")

FORK_FROM = 500
"""Files from which a second process pays for itself (bench/ measures it)."""
MOST = 8
"""Processes that one run starts: each has its own copy of what it finds out."""


def worthwhile(files: int) -> int:
    """How many processes should share so many files."""
    if files < FORK_FROM or not hasattr(os, "fork"):
        return 1
    return min(os.cpu_count() or 1, MOST)


def stretches(row: Sequence[T], weigh: Callable[[T], int], count: int) -> list[Sequence[T]]:
    """A row in at most `count` stretches of about the same weight; each item weighs something."""
    total, weight, start = sum(map(weigh, row)), 0, 0
    found: list[Sequence[T]] = []
    for place, each in enumerate(row):
        if weight * count >= total * (len(found) + 1):
            found.append(row[start:place])
            start = place
        weight += weigh(each)
    return [*found, row[start:]]


def share(work: Callable[[T], R], shares: Sequence[T]) -> list[R]:
    """What `work` makes of each share: the first is done here, the others at the same time."""
    children = [_Child(work, each) for each in shares[1:]]
    return [*map(work, shares[:1]), *(child.result() for child in children)]


class _Child(Generic[T, R]):
    """A forked process that does its share and sends back what it found."""

    def __init__(self, work: Callable[[T], R], share: T) -> None:
        self._work = work, share
        self._reader, writer = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            status = 1
            try:
                import pickle  # few runs fork

                os.close(self._reader)
                with os.fdopen(writer, "wb") as pipe:
                    pickle.dump(work(share), pipe, pickle.HIGHEST_PROTOCOL)
                status = 0
            finally:
                os._exit(status)
        os.close(writer)

    def result(self) -> R:
        """Waits for the process. One that died (out of memory, killed) has its share done here."""
        with os.fdopen(self._reader, "rb") as pipe:
            data = pipe.read()
        _, status = os.waitpid(self._process, 0)
        if status != 0:
            work, share = self._work
            return work(share)
        import pickle

        return cast("R", pickle.loads(data))  # noqa: S301  # our own process wrote it
