"""What an object is, from the first words of its text: without a parser wherever that is certain.

A repository holds tens of thousands of objects, and of most of them nobody asks more than this.
Only the usual style is read here: a field to a line, no anchors, no merges. For everything else
the parser is asked, which says the same about what is read here (tests/test_head.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.regex import regex


class Head(NamedTuple):
    """The fields that say what an object is."""

    kind: str
    api_version: str
    """Empty where none is stated."""
    name: str
    """Empty where none is stated, or where it is filled in later."""
    states: str
    """The stated namespace as written; empty where none is."""
    namespace: str
    """The same, if it is a plain text and nothing that is filled in later."""


NO_OBJECT = Head("", "", "", "", "")
"""Of a document that has no kind."""

_BLANKS = r"(?:[ \t]*+(?:#[^\n]*+)?+\r?+\n)*+"
_FIRST = regex(_BLANKS + r"( *+)[A-Za-z][A-Za-z0-9_./-]*+:(?=[ \t\r\n])")
"""Up to the first field of a document or of an object, and how far that is indented."""
_END = r"(?:[ \t]++#[^\n]*+|[ \t]*+\r?+)(?=\n|\Z)"
_OPENS = regex(_END)
_KIND = regex(r"[ \t]++([\"']?+)([A-Z][A-Za-z]*+)\1" + _END)
_VERSION = regex(r"[ \t]++([\"']?+)((?:[a-z][a-z0-9.-]*+/)?+v[0-9][a-z0-9]*+)\1" + _END)
_NAME = regex(r"[ \t]++([\"']?+)([A-Za-z][A-Za-z0-9_.-]*+)\1" + _END)
_TEXT = regex(r"[ \t]++([\"']?+)([A-Za-z0-9][A-Za-z0-9_./-]*+)\1" + _END)
_OPENING = regex(
    r"apiVersion: ((?:[a-z][a-z0-9.-]*+/)?+v[0-9][a-z0-9]*+)\n"
    r"kind: ([A-Z][A-Za-z]*+)\n"
    r"metadata:\n"
    r"  name: ([A-Za-z][A-Za-z0-9_.-]*+)\n"
    r"(?:  namespace: ([A-Za-z][A-Za-z0-9_.-]*+)\n)?+"
    r"(?:  (?:labels|annotations):\n(?: {4,}+[^\s#][^\n]*+\n)*+){0,2}+"
    r"(?=[A-Za-z]|\Z)"
)
"""The first lines of nearly all objects, up to the field behind `metadata`."""
_MORE = regex(r"\s*\n( *)[^\s#]")
"""The next line with anything on it, and how far that is indented."""
_UNFINISHED = (
    regex(r"\{[ \t]*+\r?+\n"),
    regex(r"\[[ \t]*+\r?+\n"),
    regex(r",[ \t]*+\r?+\n"),
    regex(r"\"(?<=[ \t]\")[^\"\n]*+\n"),
    regex(r"'(?<=[ \t]')[^'\n]*+\n"),
)
"""The end of a line on which a list, an object or a quoted text is not closed.

Each begins with one certain character, for which a long text is searched in no time."""
_LONG_TEXT = regex(r"[:-][ \t]++(?:[|>&*!]|[A-Za-z0-9+-]*+[|>][^\n]*+\n)")
"""The beginning of a text of several lines, or of what stands for something else."""
_BREAK = regex("\r(?!\n)|[\x85\u2028\u2029\ufeff]")
"""What YAML takes for the end of a line besides the usual one, and the mark that is no blank."""
_WORDS = frozenset(("true", "false", "yes", "no", "on", "off", "y", "n", "null"))
"""Names that are no texts for YAML."""


class Block(NamedTuple):
    """The fields of one object, if each of them begins a line."""

    places: dict[str, int]
    """By name: where the value may begin, behind the colon."""
    indent: int
    """Blanks before each name."""
    start: int
    end: int

    @property
    def margin(self) -> int:
        """Where the line of the first field begins."""
        return self.start - self.indent


def is_usual(text: str) -> bool:
    """Whether the lines of a file end as they usually do. Of others nothing is read here."""
    return ("\r" not in text and text.isascii()) or _BREAK.search(text) is None


def read(text: str, block: Block) -> Head | None:
    """The head of a document, from all of its fields; None where only the parser can tell."""
    return _glance(text, block) or _read(text, block)


def _glance(text: str, block: Block) -> Head | None:
    """The head of an object that begins as nearly all do; None where that takes a closer look."""
    match = _OPENING.match(text, block.start, block.end)
    if match is None:
        return None
    version, kind, name, namespace = match.groups("")
    is_plain = _WORDS.isdisjoint((kind.lower(), name.lower(), namespace.lower()))
    start, end = match.end(4 if namespace else 3), match.end()
    metadata = Block(block.places, block.indent, start, end)
    if not is_plain or kind.endswith("List") or is_unfinished(text, metadata):
        return None
    return Head(kind, version, name, namespace, namespace)


def _read(text: str, block: Block) -> Head | None:
    """The same, field by field."""
    kind = _value(_KIND, text, block, "kind")
    if not kind:
        return None if kind is None else NO_OBJECT
    version = _value(_VERSION, text, block, "apiVersion")
    if version is None or kind.endswith("List"):
        return None
    if "metadata" not in block.places:
        return Head(kind, version, "", "", "")
    metadata = below(text, block, "metadata")
    if metadata is None or is_unfinished(text, metadata):
        return None
    name = _value(_NAME, text, metadata, "name")
    namespace = _value(_NAME, text, metadata, "namespace")
    if name is None or namespace is None:
        return None
    return Head(kind, version, name, namespace, namespace)


def top(text: str, start: int, end: int) -> Block | None:
    """The fields of a document of a usual file; None where only the parser can tell."""
    first = _FIRST.match(text, start, end)
    return None if first is None or first[1] else _block(text, first, end)


def below(text: str, block: Block, field: str) -> Block | None:
    """The fields below a field of a block; None where it has none, or only the parser can tell."""
    place = block.places.get(field)
    opening = None if place is None else _OPENS.match(text, place, block.end)
    first = None if opening is None else _FIRST.match(text, opening.end() + 1, block.end)
    if first is None or len(first[1]) <= block.indent:
        return None
    return _block(text, first, block.end)


def texts(text: str, block: Block) -> dict[str, str] | None:
    """The values of a block that holds nothing but plain texts; None where that is not certain."""
    if is_unfinished(text, block):
        return None
    found = {name: _value(_TEXT, text, block, name) for name in block.places}
    plain = {name: value for name, value in found.items() if value is not None}
    return plain if len(plain) == len(found) else None


def lists(
    text: str, block: Block, parents: Iterable[str], field: str
) -> list[tuple[int, int]] | None:
    """Where the lists called `field` begin and end, at whatever depth below fields of a block.

    None where a text of several lines might only look like one, or a list is written in one line.
    """
    _, _, start, end = block
    may_be_long = any(text.find(mark, start, end) >= 0 for mark in "|>&*!")
    if (may_be_long and _LONG_TEXT.search(text, start, end)) or is_unfinished(text, block):
        return None
    found: list[tuple[int, int]] = []
    for parent in parents:
        at = block.places.get(parent, block.end)
        following = (place for place in block.places.values() if place > at)
        end = min(following, default=block.end)
        at = text.find(field, at, end)
        while at >= 0:
            stop = _list(text, at, at + len(field), end)
            if stop is None:
                return None
            found.append(stop)
            at = text.find(field, stop[1], end)
    return found


def _list(text: str, start: int, colon: int, end: int) -> tuple[int, int] | None:
    """Where the list begins and ends whose name is the whole of a line, but for a dash."""
    line = text.rfind("\n", 0, start) + 1
    before = text[line:start].replace("- ", "  ", 1)
    opening = _OPENS.match(text, colon + 1, end) if text.startswith(":", colon) else None
    if opening is None or before.strip(" "):
        return None
    after = _behind(len(before)).search(text, opening.end(), end)
    stop = end if after is None else after.start() + 1
    return min(opening.end() + 1, stop), stop


@cache
def _behind(indent: int) -> re.Pattern[str]:
    """The first line that no longer belongs to the list of a field indented so far."""
    outside = rf"\n {{0,{indent - 1}}}[^\s#]|" if indent else ""
    return re.compile(rf"{outside}\n {{{indent}}}[^\s#-]")


def is_unfinished(text: str, block: Block) -> bool:
    """Whether a line of the block may go on in the next one."""
    _, _, start, end = block
    return any(each.search(text, start, end) for each in _UNFINISHED)


def _block(text: str, first: re.Match[str], end: int) -> Block | None:
    """The fields from a first one on, up to a line that is indented less."""
    start, indent = first.end(1), len(first[1])
    places = {text[start : first.end() - 1]: first.end()}
    for match in _lines(indent).finditer(text, first.end(), end):
        field = match[1]
        if match.lastindex == 2:
            return Block(places, indent, start, match.start() + 1)
        if field is None or field in places:
            return None
        places[field] = match.end()
    return Block(places, indent, start, end)


@cache
def _lines(indent: int) -> re.Pattern[str]:
    """A line with a field; one that is indented as much and has none; one indented less."""
    field = r"([A-Za-z][A-Za-z0-9_./-]*+):(?=\s)"
    if not indent:
        # Most lines of a document are seen here: they are told apart by one character.
        return re.compile(rf"\n(?=[^\s#-])(?:{field})?+")
    # Lines that are indented more are passed over at once.
    margin = rf"\n(?! {{{indent + 1}}})"
    return re.compile(rf"{margin}(?: {{{indent}}}(?:{field}|[^\s#-])| {{0,{indent - 1}}}+([^\s#]))")


def _value(pattern: re.Pattern[str], text: str, block: Block, field: str) -> str | None:
    """The value of a field; empty where the field is absent, None where it is unclear."""
    place = block.places.get(field)
    if place is None:
        return ""
    match = pattern.match(text, place, block.end)
    if match is None or (not match[1] and match[2].lower() in _WORDS):
        return None
    more = _MORE.match(text, match.end(), block.end)
    goes_on = more is not None and len(more[1]) > block.indent
    return None if goes_on else match[2]
