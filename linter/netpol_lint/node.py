"""The tree of a YAML document: three kinds of node, each of which knows exactly where it stands.

Slotted classes instead of frozen dataclasses: a repository holds a million nodes. Nothing changes a
node after the parser has made it; `fields` and `value` are computed once, on first use, and from
then on they are attributes like the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from netpol_lint import scalar
from netpol_lint.regex import regex
from netpol_lint.span import Span

_UNKNOWN = regex(r"\$\{[^}]*\}|\$\([A-Za-z_][A-Za-z0-9_.-]*\)")


class Scalar:
    """A string, number, boolean or null as written: `text` is the content after quotes and escapes.

    `style` is one of `""` (plain), `'`, `"`, `|` and `>`; `tag` is written out (`!!str`) or None.
    """

    __slots__ = ("alias", "end", "start", "style", "tag", "text", "value")

    value: scalar.Value
    """The JSON value that Kubernetes reads. Asking raises scalar.NotJson where it refuses."""

    def __init__(self, start: int, end: int, text: str, style: str, tag: str | None) -> None:
        self.start = start
        self.end = end
        self.text = text
        self.style = style
        self.tag = tag
        self.alias = False
        if tag is None and (style or text[:1] in scalar.EVIDENT):
            self.value = text

    # Called for what is not set yet, and never again once it is.
    def __getattr__(self, name: str) -> Any:
        if name != "value":
            raise AttributeError(name)
        if self.tag is not None:
            self.value = scalar.resolve_tagged(self.text, self.tag)
        elif self.style:
            self.value = self.text
        else:
            self.value = scalar.resolve(self.text)
        return self.value

    @property
    def span(self) -> Span:
        """The scalar with its quotes, tag and anchor."""
        return Span(self.start, self.end)

    def settle(self, value: scalar.Value) -> None:
        """Fixes the value where it is not read by the rules of YAML: in a JSON document."""
        self.value = value

    @property
    def key(self) -> str:
        """The JSON key this scalar becomes. Raises scalar.NotJson where Kubernetes refuses."""
        if self.tag is not None and self.tag != "!!str":
            value = scalar.resolve_tagged(self.text, self.tag)
            return scalar.resolve_key("" if value is None else str(value))
        return self.text if self.style or self.tag else scalar.resolve_key(self.text)

    @property
    def is_null(self) -> bool:
        """Whether this is `null`, `~` or nothing at all."""
        return (not self.style or self.tag is not None) and self.value is None

    @property
    def is_unknown(self) -> bool:
        """Whether a later substitution (`${NAME}`, `$(NAME)`) decides the value."""
        return "$" in self.text and _UNKNOWN.search(self.text) is not None

    def at(self, start: int, end: int) -> Scalar:
        """The same scalar, standing where an alias uses it."""
        twin = Scalar(start, end, self.text, self.style, self.tag)
        with suppress(scalar.NotJson):
            twin.value = self.value
        twin.alias = True
        return twin


class Entry:
    """One `key: value` of a mapping."""

    __slots__ = ("key", "value")

    def __init__(self, key: Node, value: Node) -> None:
        self.key = key
        self.value = value

    @property
    def span(self) -> Span:
        """From the key to the end of the value."""
        return Span(self.key.start, max(self.key.end, self.value.end))


class Mapping:
    """A mapping with its entries as written: repeated keys and merge keys are still in it."""

    __slots__ = ("alias", "end", "entries", "fields", "flow", "start")

    fields: dict[str, Entry]
    """What Kubernetes keeps: the last of repeated keys, merges applied where they stand.

    go-yaml v2 sets the merged keys at the place of `<<`, so that a merge after a key overrides it.
    """

    def __init__(self, start: int, entries: list[Entry], flow: bool) -> None:
        self.start = start
        self.end = start
        self.entries = entries
        self.flow = flow
        self.alias = False

    # Called for what is not set yet, and never again once it is.
    def __getattr__(self, name: str) -> Any:
        if name != "fields":
            raise AttributeError(name)
        fields: dict[str, Entry] = {}
        for entry in self.entries:
            key = entry.key
            if type(key) is Scalar and key.tag is None and scalar.is_plain_key(key.text):
                fields[key.text] = entry
            elif is_merge(key):
                fields.update(merged(entry.value))
            elif isinstance(key, Scalar):
                fields[key.key] = entry
        self.fields = fields
        return fields

    @property
    def span(self) -> Span:
        """From the first key (or brace) to the end of the last value (or brace)."""
        return Span(self.start, self.end)

    def get(self, name: str) -> Node | None:
        """The value of field `name`, or None where it is not written."""
        entry = self.fields.get(name)
        return None if entry is None else entry.value

    def at(self, start: int, end: int) -> Mapping:
        """The same mapping, standing where an alias uses it."""
        twin = Mapping(start, self.entries, self.flow)
        twin.end = end
        twin.alias = True
        return twin


class Sequence:
    """A list with its items."""

    __slots__ = ("alias", "end", "flow", "home", "items", "start")

    def __init__(self, start: int, items: list[Node], flow: bool) -> None:
        self.start = start
        self.home = start
        """Where its items are written; an alias stands elsewhere."""
        self.end = start
        self.items = items
        self.flow = flow
        self.alias = False

    @property
    def span(self) -> Span:
        """From the first dash (or bracket) to the end of the last item (or bracket)."""
        return Span(self.start, self.end)

    def at(self, start: int, end: int) -> Sequence:
        """The same list, standing where an alias uses it."""
        twin = Sequence(start, self.items, self.flow)
        twin.home = self.home
        twin.end = end
        twin.alias = True
        return twin


Node = Scalar | Mapping | Sequence


def is_merge(key: Node) -> bool:
    """Whether `key` is a merge key: a plain `<<`."""
    return type(key) is Scalar and key.text == "<<" and not key.style


def merged(value: Node) -> dict[str, Entry]:
    """The fields that `<<: value` brings; of several mappings the earlier one wins."""
    if isinstance(value, Mapping):
        return value.fields
    fields: dict[str, Entry] = {}
    if isinstance(value, Sequence):
        for item in reversed(value.items):
            if isinstance(item, Mapping):
                fields.update(item.fields)
    return fields


def walk(node: Node) -> Iterator[Node]:
    """`node` and all nodes below it in the order of the text; aliases are not entered."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        if current.alias:
            continue
        if isinstance(current, Mapping):
            for entry in reversed(current.entries):
                pending += entry.value, entry.key
        elif isinstance(current, Sequence):
            pending.extend(reversed(current.items))
