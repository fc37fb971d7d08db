"""How far apart two words are, and which known word a misspelt one was meant to be."""

from __future__ import annotations

from collections.abc import Iterable


def distance(one: str, other: str) -> int:
    """The letters to insert, drop, change or swap with a neighbour until the words are the same."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, row = row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before = above
    return row[-1]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `word` misspells: in another case, or at most two letters away.

    Short words allow less, since almost everything is two letters away from `to`.
    """
    plain = _plain(word)
    best: tuple[int, str] | None = None
    for each in known:
        target = _plain(each)
        allowed = min(2, len(target) // 4 + (len(target) > 2))
        if abs(len(plain) - len(target)) <= allowed:
            apart = distance(plain, target)
            if apart <= allowed and (best is None or apart < best[0]):
                best = apart, each
    return None if best is None else best[1]


def akin(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that shares most words with `word`: two of them, and half of its own."""
    words = set(word.lower().split("-"))
    shared = {
        each: len(words & set(each.split("-")))
        for each in sorted(known)
        if len(words & set(each.split("-"))) * 2 >= max(4, len(each.split("-")))
    }
    return max(shared, key=lambda each: (shared[each], -len(each)), default=None)


def _plain(word: str) -> str:
    return word.lower().replace("-", "").replace("_", "").replace(" ", "")
