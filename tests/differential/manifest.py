"""YAML as something to write: a tree whose nodes carry their spelling, not their meaning."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

WORDS = ("web", "shop", "cart", "till", "api", "db", "cache", "worker", "queue", "metrics")
NULLS = ("", "~", "null", "Null", "NULL")

# --- The tree -------------------------------------------------------------------------------------


@dataclass
class Scalar:
    """A value that is written on one line as it stands: `80`, `!!str 80`, `*alias`, `{a: b}`."""

    text: str


@dataclass
class Literal:
    """A block scalar, such as `|-`, with its lines."""

    indicator: str
    lines: list[str]


@dataclass
class Entry:
    """One key, as written, with its value."""

    key: str
    value: Node


@dataclass
class Mapping:
    """A mapping that may well hold a key twice."""

    entries: list[Entry] = field(default_factory=list)
    anchor: str = ""

    def get(self, key: str) -> Node | None:
        """The value that the last entry of this key holds, however the key is quoted."""
        return next((e.value for e in reversed(self.entries) if bare(e.key) == key), None)

    def put(self, key: str, value: Node) -> None:
        """Write the value in the place of the old one, or at the end."""
        for entry in reversed(self.entries):
            if bare(entry.key) == key:
                entry.value = value
                return
        self.entries.append(Entry(key, value))

    def drop(self, key: str) -> None:
        """Forget every entry of this key."""
        self.entries = [e for e in self.entries if bare(e.key) != key]


@dataclass
class Sequence:
    """A list."""

    items: list[Node] = field(default_factory=list)
    anchor: str = ""


Node = Scalar | Literal | Mapping | Sequence
Collection = Mapping | Sequence


def bare(text: str) -> str:
    """The key or value without its quotes."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def mapping(**entries: Node | str) -> Mapping:
    """A mapping of these keys; a str is a scalar as written. `from_` stands for `from`."""
    return Mapping(
        [
            Entry(key.rstrip("_"), Scalar(value) if isinstance(value, str) else value)
            for key, value in entries.items()
        ]
    )


def sequence(*items: Node | str) -> Sequence:
    """A list of these items."""
    return Sequence([Scalar(item) if isinstance(item, str) else item for item in items])


@dataclass
class Slot:
    """A place in the tree that holds a node and can be given another."""

    owner: Collection
    index: int

    @property
    def node(self) -> Node:
        """What is there now."""
        if isinstance(self.owner, Mapping):
            return self.owner.entries[self.index].value
        return self.owner.items[self.index]

    @node.setter
    def node(self, node: Node) -> None:
        if isinstance(self.owner, Mapping):
            self.owner.entries[self.index].value = node
        else:
            self.owner.items[self.index] = node


def slots(node: Node) -> Iterator[Slot]:
    """Every place below the node, parents first."""
    if isinstance(node, Mapping):
        children = [entry.value for entry in node.entries]
    elif isinstance(node, Sequence):
        children = node.items
    else:
        return
    for index, child in enumerate(children):
        yield Slot(node, index)
        yield from slots(child)


def mappings(root: Mapping) -> list[Mapping]:
    """Every mapping of the tree, the root too."""
    return [root, *(s.node for s in slots(root) if isinstance(s.node, Mapping))]


# --- Writing --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Style:
    """How one document is laid out."""

    rng: Random
    step: int  # columns between a key and what is below it
    dash: str  # a dash and the blanks after it
    indented: bool  # whether a list stands to the right of its key
    flow: float  # how likely a collection is written in braces
    comment: float  # how likely a line carries a comment
    quoted: float  # how likely a key is quoted

    @classmethod
    def draw(cls, rng: Random) -> Style:
        """A style that people really write, most of the time."""
        return cls(
            rng=rng,
            step=rng.choice((2, 2, 2, 2, 4, 3, 1)),
            dash=rng.choice(("- ", "- ", "- ", "-   ")),
            indented=rng.random() < 0.5,
            flow=rng.choice((0.0, 0.0, 0.0, 0.2, 1.0)),
            comment=rng.choice((0.0, 0.0, 0.15)),
            quoted=rng.choice((0.0, 0.0, 0.0, 0.1)),
        )


class Writer:
    """Writes a tree as YAML lines."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.lines: list[str] = []

    def write(self, root: Mapping) -> str:
        """The whole document."""
        if self.style.flow == 1.0 or not root.entries:
            self.lines.append(self.flow(root))
        else:
            self.block_mapping(root, 0)
        return "\n".join(self.lines) + "\n"

    def chance(self, likely: float) -> bool:
        return self.style.rng.random() < likely

    def remark(self, indent: int) -> None:
        if self.chance(self.style.comment):
            self.lines.append(" " * indent + "# " + self.style.rng.choice(WORDS) + ": 'of {course")

    def key(self, text: str) -> str:
        if self.chance(self.style.quoted) and re.fullmatch(r"[A-Za-z]{5,}", text):
            return self.style.rng.choice((f'"{text}"', f"'{text}'"))
        return text

    def block_mapping(self, node: Mapping, indent: int) -> None:
        for entry in node.entries:
            self.remark(indent)
            self.value(" " * indent + self.key(entry.key) + ":", entry.value, indent)

    def block_sequence(self, node: Sequence, indent: int) -> None:
        pad, dash = " " * indent, self.style.dash
        for item in node.items:
            self.remark(indent)
            if isinstance(item, Mapping) and self.is_block(item) and not item.anchor:
                # The first key stands on the dash's line; no remark may come between.
                first, *rest = item.entries
                inner = indent + len(dash)
                self.value(pad + dash + self.key(first.key) + ":", first.value, inner)
                self.block_mapping(Mapping(rest), inner)
            else:
                self.value(pad + "-", item, indent)

    def value(self, head: str, node: Node, indent: int) -> None:
        """Write what follows a key or a dash."""
        below = indent + self.style.step
        if isinstance(node, Literal):
            self.lines.append(f"{head} {node.indicator}")
            self.lines += [" " * below + line for line in node.lines]
        elif isinstance(node, Scalar) or not self.is_block(node):
            text = node.text if isinstance(node, Scalar) else self.flow(node, below)
            remark = "  # why" if self.chance(self.style.comment) else ""
            self.lines.append(f"{head} {text}".rstrip() + remark)
        else:
            self.lines.append(f"{head} {node.anchor}".rstrip())
            if isinstance(node, Mapping):
                self.block_mapping(node, below)
            else:
                # Below a dash a list must be indented, below a key it need not.
                flush = head.endswith(":") and not self.style.indented
                self.block_sequence(node, indent if flush else below)

    def is_block(self, node: Collection) -> bool:
        filled = node.entries if isinstance(node, Mapping) else node.items
        return bool(filled) and not self.chance(self.style.flow)

    def flow(self, node: Node, indent: int = 1) -> str:
        """The node in braces, brackets or quotes."""
        if isinstance(node, Scalar):
            return node.text
        if isinstance(node, Literal):
            end = "" if node.indicator.endswith("-") else "\n"
            return json.dumps("\n".join(node.lines) + end)
        comma = self.style.rng.choice((", ", ", ", ",", ",\n" + " " * indent))
        blank = self.style.rng.choice(("", " "))
        if isinstance(node, Mapping):
            entries = [f"{e.key}: {in_flow(self.flow(e.value, indent))}" for e in node.entries]
            body, opening, closing = comma.join(entries), "{", "}"
        else:
            items = [in_flow(self.flow(item, indent)) or "null" for item in node.items]
            body, opening, closing = comma.join(items), "[", "]"
        # Two braces in a row would be the mark of a template.
        blank = blank if body and not body.startswith("{") else " "
        return f"{node.anchor} {opening}{blank}{body}{blank}{closing}".lstrip()


def in_flow(text: str) -> str:
    """A plain scalar with a comma in it has to be quoted inside braces."""
    return json.dumps(text) if re.fullmatch(r"[\w.]+,[\w.,]*", text) else text


SIMPLE_KEY = re.compile(r"""[\w./-]+|'[^']*'|["][^"\\]*["]""")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")


def as_json(root: Mapping, rng: Random) -> str | None:
    """The tree as JSON, duplicates and all; None if a spelling has no like there."""

    def scalar(text: str) -> str:
        if text in NULLS:
            return "null"
        if text in ("true", "false") or NUMBER.fullmatch(text):
            return text
        if text[0] == '"':
            return json.dumps(json.loads(text))
        if text[0] == "'" or re.fullmatch(r"[A-Za-z][\w./-]*|[\d.]+/\d+|[\da-f:]+/\d+", text):
            return json.dumps(bare(text), ensure_ascii=rng.random() < 0.5)
        raise ValueError(text)

    tab = rng.choice(("", "", "\t", "  "))

    def write(node: Node, depth: int) -> str:
        if isinstance(node, Scalar):
            return scalar(node.text)
        if isinstance(node, Literal) or node.anchor:
            raise ValueError(node)
        if isinstance(node, Mapping):
            parts = [
                f"{json.dumps(bare(e.key))}: {write(e.value, depth + 1)}" for e in node.entries
            ]
            opening, closing = "{}"
        else:
            parts = [write(item, depth + 1) for item in node.items]
            opening, closing = "[]"
        if not parts or not tab:
            # A blank keeps two braces apart: together they would be the mark of a template.
            return f"{opening} {', '.join(parts)}{closing}"
        line = "\n" + tab * (depth + 1)
        return opening + line + ("," + line).join(parts) + "\n" + tab * depth + closing

    if not all(SIMPLE_KEY.fullmatch(e.key) for m in mappings(root) for e in m.entries):
        return None
    try:
        return write(root, 0) + "\n"
    except ValueError:
        return None
