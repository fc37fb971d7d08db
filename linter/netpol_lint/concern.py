"""What a policy, or the files around it, must have before a rule is asked about it."""

from __future__ import annotations

from typing import Literal

from netpol_lint.inventory import Trait
from netpol_lint.lexicon import Word
from netpol_lint.named_tuple import NamedTuple

Circumstance = Literal[
    "files",  # the policy's file lies in a repository
    "pods",  # workloads or Services are shown, by the repository or by the file itself
]
"""What may be around a policy."""


class Concern(NamedTuple):
    """Things of which it takes one, whichever it is."""

    traits: frozenset[Trait] = frozenset()
    words: frozenset[str | int] = frozenset()
    """Label keys and values, addresses and ports that the policy may list."""
    speech: frozenset[Word] = frozenset()
    """What its name, its annotations or the comments of its document may say."""
    around: frozenset[Circumstance] = frozenset()

    def meets(self, other: Concern) -> bool:
        """Whether anything is in both."""
        return not all(map(frozenset.isdisjoint, self, other))
