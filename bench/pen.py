"""Writes a tree as YAML in one person's hand."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias


def listed(words: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(words.split())


ASIDES = ("see the runbook", "kept in step by hand", "ask the owner before a change")
PROSE = listed("""
    a about after all also and another around as at back be because before behind between by
    cache call can change check client cluster cold config copy count cycle deploy detail during
    each early entry every example field file first fixed flush for from give group handle
    header hold host idle in into is it item keep key last late leave level limit list load long
    make many may mode more must name need new next node not of old on once one open or other
    out over owner part path per place plan pod pool pull push queue rate read replica request
    retry run same second see send service set shard short should since size slow so some start
    state step still store stream such sync table take than that the then there these this time
    to token total turn type under until unit up update upstream use user value version wait
    when which while window with worker write zone
""")
KEYS = listed("""
    affinity backend backoff branch bucket budget channel checksum class command condition
    credentials deadline endpoint engine filter format generation interval issuer labels limits
    listener mirror mode mount network notification observed parameters phase policy prefix
    priority profile provider quota reference region replicas resource restore retention role
    route schedule scope secret selector snapshot source status storage strategy subject suffix
    suspend target template threshold timeout tolerations topology trigger version
""")


class Remark(NamedTuple):
    """A value with a comment line above it."""

    text: str
    value: Tree


# A manifest, before it is YAML.
Tree: TypeAlias = "bool | int | str | Remark | Sequence[Tree] | Mapping[str, Tree] | None"
Manifest: TypeAlias = dict[str, Tree]


BARE = re.compile(r"[A-Za-z_/][A-Za-z0-9_./@+-]*(:[A-Za-z0-9_./-]+)*")
RESERVED = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])


class Pen:
    """Writes a tree as YAML in one hand: indent of lists, quotes, a habit of trailing comments."""

    def __init__(self, rng: random.Random) -> None:
        self.dash = rng.choice(("  ", "", ""))
        self.quote = rng.choice(('"', '"', '"', "'"))
        self.quotes_all = rng.random() < 0.15
        self.chatter = rng.choice((0.0, 0.0, 0.01, 0.03))
        self.rng = rng

    def write(self, tree: Tree) -> str:
        """The document as text."""
        return "\n".join(self._block(tree, "")) + "\n"

    def _block(self, tree: Tree, pad: str) -> Iterator[str]:
        if isinstance(tree, Mapping):
            for key, value in tree.items():
                yield from self._entry(f"{pad}{self._word(key)}:", value, pad)
        elif isinstance(tree, Sequence) and not isinstance(tree, str):
            for item in tree:
                yield from self._item(item, pad)

    def _entry(self, head: str, value: Tree, pad: str) -> Iterator[str]:
        if isinstance(value, Remark):
            yield f"{pad}# {value.text}"
            value = value.value
        if isinstance(value, str):
            if "\n" in value:
                yield head + (" |" if value.endswith("\n") else " |-")
                for line in value.rstrip("\n").split("\n"):
                    yield f"{pad}  {line}" if line else ""
                return
            yield f"{head} {self._word(value)}{self._aside()}"
        elif isinstance(value, Mapping):
            yield head if value else head + " {}"
            yield from self._block(value, pad + "  ")
        elif isinstance(value, Sequence):
            yield head if value else head + " []"
            yield from self._block(value, pad + self.dash)
        else:
            yield f"{head} {json.dumps(value)}{self._aside()}"

    def _item(self, item: Tree, pad: str) -> Iterator[str]:
        if isinstance(item, Remark):
            yield f"{pad}# {item.text}"
            item = item.value
        if isinstance(item, Mapping) and item:
            lines = self._block(item, pad + "  ")
            yield f"{pad}- {next(lines)[len(pad) + 2 :]}"
            yield from lines
        else:
            yield from self._entry(f"{pad}-", item, pad)

    def _word(self, text: str) -> str:
        plain = BARE.fullmatch(text) and text.lower() not in RESERVED
        if plain and not (self.quotes_all and text[:1].islower() and len(text) > 40):
            return text
        if self.quote == "'" and "'" not in text:
            return f"'{text}'"
        return json.dumps(text)

    def _aside(self) -> str:
        if self.chatter and self.rng.random() < self.chatter:
            return f"  # {self.rng.choice(ASIDES)}"
        return ""


def prose(rng: random.Random, low: int, high: int) -> str:
    """Some words on one line."""
    return " ".join(rng.choices(PROSE, k=rng.randint(low, high)))


def wrapped(rng: random.Random, low: int, high: int, width: int = 12) -> str:
    """Some words, `width` to a line."""
    words = rng.choices(PROSE, k=rng.randint(low, high))
    return "\n".join(" ".join(words[i : i + width]) for i in range(0, len(words), width)) + "\n"
