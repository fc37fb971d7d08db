"""From text to documents of nodes. The only room that knows ruamel.yaml.

The tree is built from the parser's events, not from its loaded data: events keep repeated keys,
quotes and places. The C parser and the pure one give the same events; the C parser is forty times
faster.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Entry, Mapping, Node, Scalar, Sequence, is_merge
from netpol_lint.regex import regex
from netpol_lint.scalar import NotJson
from netpol_lint.span import Span, past_blank

try:
    from _ruamel_yaml import CParser as CParser
except ImportError:  # no wheel of the C parser for this platform
    CParser = None

MAX_DOCUMENT = 3 * 1024 * 1024
"""Characters of one document. The API server's store takes 1.5 MiB at most."""
MAX_DEPTH = 200
"""Collections inside each other. A policy needs nine."""
MAX_NODES = 100_000
"""Nodes of one document once every alias is written out."""
MAX_SECOND_TRY = 512 * 1024
"""Characters of a document that the pure parser gets to see after the C parser; it is slow."""

_FIRST_SEPARATOR = regex(r"\ufeff?(---|\.\.\.)(?=[ \t\r\n]|\Z)([^\r\n]*)")
_SEPARATOR = regex(r"\n\ufeff?(---|\.\.\.)(?=[ \t\r\n]|\Z)([^\r\n]*)")
"""With the line break before it: that is found ten times faster than the start of a line."""
_FORBIDDEN = regex("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_DIRECTIVE = regex(r"^%[^\r\n]*", re.MULTILINE)
_TOKEN = regex(r"[^\s,\[\]{}]+|\S")
_JSON_ONLY = regex(r"\t|\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
"""What JSON may have and the YAML parsers refuse; the replacements are as long."""
_FRACTION = regex(r"[.eE]")
_STANDARD_TAG = "tag:yaml.org,2002:"
_ENDLESS = frozenset(
    f"{sign}.{word}" for sign in ("", "+", "-") for word in ("inf", "Inf", "INF")
) | {".nan", ".NaN", ".NAN"}
_STRICTER = "found unexpected ':'"
"""Of the C parser alone: Kubernetes takes `{cidr: 2001:db8::/32}`, and so does the pure parser."""
_TOKENLESS = "cannot start any token"
_COLONLESS = "could not find expected ':'"
_VALUE_NOWHERE = "mapping values are not allowed"
_LONE_FIELD = regex(
    r"(?:\A|\n)[ ]*(?:-[ ]+)*(metadata|spec|policyTypes|ingress|egress|from|to|ports|podSelector"
    r"|namespaceSelector|ipBlock|except|matchLabels|matchExpressions|labels|annotations|values)\s*\Z"
)
"""Ends with a line that holds nothing but the name of a field of a policy."""
_LINE = regex(r"[^\r\n]+")
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))

_NO_LEVEL = "this line fits no level of indentation above it"
_NO_ITEM = "this line is neither a list item nor indented as the list's end"
_NEVER_CLOSED = "a quote that was opened is never closed"
_MISFITS = frozenset((_NO_LEVEL, _NO_ITEM, _NEVER_CLOSED))
"""What text behind a closing quote looks like to the parsers."""
# What the two parsers say, and what it means for the person who has to mend the file.
_REASONS = (
    (
        _VALUE_NOWHERE,
        "a `:` stands where no value may begin, check the indentation",
    ),
    ("expected key", _NO_LEVEL),
    ("expected <block end>", _NO_LEVEL),
    ("expected '-' indicator", _NO_ITEM),
    (_COLONLESS, "a `:` is missing after the key"),
    ("expected ',' or ']'", "a `,` or `]` is missing"),
    ("expected ',' or '}'", "a `,` or `}` is missing"),
    ("unexpected end of stream", _NEVER_CLOSED),
    ("unexpected document indicator", _NEVER_CLOSED),
    ("block sequence entries are not allowed", "a list item cannot begin here"),
    ("block collections", "a list or an object cannot begin here"),
    ("unknown escape character", "an escape that yaml does not have, use single quotes"),
    ("incompatible YAML document", "the %YAML directive is refused"),
    ("undefined tag handle", "a tag with an undefined prefix"),
    ("control characters", "a control character"),
)


class Problem(NamedTuple):
    """Why a document cannot become JSON, and where."""

    span: Span
    reason: str
    quote: Span | None = None
    """The opening quote that the reason speaks of, where it stands lines above."""


class Part(NamedTuple):
    """The stretch of a file that holds one document, without its `---` line."""

    start: int
    end: int


class Document:
    """One YAML document: its nodes, or why there are none. `problems` may stand beside a `root`."""

    __slots__ = ("problems", "repeats", "root", "shadows", "span", "text")

    def __init__(
        self,
        text: str,
        span: Span,
        root: Node | None,
        problems: tuple[Problem, ...],
        shadows: tuple[Span, ...] = (),
        *,
        repeats: bool = False,
    ) -> None:
        self.text = text
        """The text of the whole file: all spans count from its start."""
        self.span = span
        self.root = root
        self.problems = problems
        self.shadows = shadows
        """Where scalars stand that have a `#` in them, which begins no comment."""
        self.repeats = repeats
        """Whether an object may have a key twice: as written, or through a merge."""


Reader = Callable[[str, Part], Document]
"""What makes a document of a part of a text: `parse`, or who remembers what it said."""


class _Unreadable(Exception):
    def __init__(self, start: int, end: int, reason: str) -> None:
        super().__init__(reason)
        self.problem = Problem(Span(start, end), reason)


def decode(data: bytes) -> tuple[str, Problem | None]:
    """The text of a file in UTF-8 or UTF-16 (by its byte order mark), and where it is not that."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding), None
    except UnicodeDecodeError as error:
        place = len(data[: error.start].decode(encoding, "replace"))
        reason = f"the byte 0x{data[error.start]:02x} is not {encoding.removesuffix('-sig')} text"
        return data.decode(encoding, "replace"), Problem(Span(place, place + 1), reason)


def split(text: str) -> Iterator[Part]:
    """The documents of a file, cut at its `---` and `...` lines before anything is parsed."""
    start = 0
    first = _FIRST_SEPARATOR.match(text)
    # Most files have one document: that is seen faster than read.
    goes_on = "\n---" in text or "\n..." in text or not text.isascii()
    further = _SEPARATOR.finditer(text) if goes_on else ()
    for match in chain(() if first is None else (first,), further):
        yield Part(start, match.start() + (match is not first))
        content = match[2].lstrip(" \t")
        opens = match[1] == "---" and content and not content.startswith("#")
        # `--- {a: b}` keeps its marker: the document begins on that line.
        start = match.start(1) if opens else match.end()
    yield Part(start, len(text))


def parse(text: str, part: Part, *, pure: bool = False) -> Document:
    """The tree of one document, or the first reason why it has none.

    `pure` chooses the parser written in Python, which is also used where the C parser is missing.
    """
    start, end = part
    problems: list[Problem] = []
    head = past_blank(text, start, end)
    if start == 0 and text.startswith("\ufeff"):
        start += 1  # the parsers would drop it, and count from behind it
    elif text.startswith("\ufeff", head):
        start = head
        problems.append(
            Problem(Span(start, start + 1), "a byte order mark becomes part of the first key")
        )
        start += 1
    body = text[start:end]
    json = _is_json(body)
    if json:
        body = _JSON_ONLY.sub(lambda match: " " if match[0] == "\t" else "\\ufffd", body)
    root: Node | None = None
    shadows: list[Span] = []
    builder = _Builder(text, start, shadows, json=json)
    try:
        if len(body) > MAX_DOCUMENT:
            raise _Unreadable(start, start + 1, f"longer than {MAX_DOCUMENT} characters")
        try:
            root = builder.build(_events(body, pure))
        except MarkedYAMLError as error:
            calm = _LINE.sub(_calm, body)
            stricter = _STRICTER in str(error.problem) and len(body) < MAX_SECOND_TRY
            if not stricter and (calm == body or _TOKENLESS not in str(error.problem)):
                raise
            shadows.clear()
            builder = _Builder(text, start, shadows, json=json)
            root = builder.build(_events(calm, pure or stricter))
    except _Unreadable as error:
        problems.append(error.problem)
    except (YAMLError, ValueError, RecursionError) as error:
        problem = _explain(error, text, start, end)
        problems.append(_behind_quote(problem, text, start, _events(body, pure)))
    return Document(
        text, Span(start, end), root, tuple(problems), tuple(shadows), repeats=builder.repeats
    )


def _calm(line: re.Match[str]) -> str:
    """A line whose tabs at the end are spaces: the parsers stumble over them behind a bracket."""
    content = line[0].rstrip(" \t")
    return line[0] if content[-1:] in ("", "-") else content.ljust(len(line[0]))


def _is_json(body: str) -> bool:
    """Whether kubectl takes a document as JSON and passes it on as it is."""
    if not body.lstrip().startswith("{"):
        return False
    import json

    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _events(body: str, pure: bool) -> Callable[[], Any]:
    if CParser is not None and not pure:
        get_event: Callable[[], Any] = CParser(body).get_event
        return get_event
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 1)  # as libyaml and go-yaml v2 scan
    events: Iterator[Any] = iter(reader.parse(body))
    return events.__next__


class _Builder:
    """Turns the events of one document into nodes."""

    def __init__(self, text: str, base: int, shadows: list[Span], *, json: bool) -> None:
        self.text = text
        self.json = json
        self.base = base
        self.shadows = shadows
        self.anchors: dict[str, Node] = {}
        self.aliased = False
        self.repeats = False

    def build(self, next_event: Callable[[], Any]) -> Node | None:
        base = self.base
        anchors = self.anchors
        # The open collection, the key that waits for its value in it, and those further out.
        container: Mapping | Sequence | None = None
        key: Node | None = None
        outer: list[tuple[Mapping | Sequence | None, Node | None]] = []
        root: Node | None = None
        last_end = base
        node: Node
        while True:
            event = next_event()
            kind = type(event)
            if kind is ScalarEvent:
                start = event.start_mark.index + base
                last_end = event.end_mark.index + base
                text = event.value
                style = event.style
                tag = event.tag
                if tag is not None or style == "|" or style == ">" or start == last_end:
                    node = self._rare_scalar(start, last_end, text, style or "", tag, key)
                    last_end = node.end
                else:
                    node = Scalar(start, last_end, text, style or "", None)
                    if text in _ENDLESS and not style:
                        self._check_value(node)
                    elif self.json and not style and text[0] in "-0123456789":
                        node.settle(float(text) if _FRACTION.search(text) else int(text))
                if "#" in text:
                    self.shadows.append(Span(start, last_end))
                if event.anchor is not None:
                    anchors[event.anchor] = node
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                start = event.start_mark.index + base
                if len(outer) >= MAX_DEPTH:
                    raise _Unreadable(start, start + 1, f"more than {MAX_DEPTH} levels deep")
                outer.append((container, key))
                key = None
                if kind is MappingStartEvent:
                    container = Mapping(start, [], event.flow_style)
                else:
                    container = Sequence(start, [], event.flow_style)
                if event.anchor is not None:
                    anchors[event.anchor] = container
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                assert container is not None
                if container.flow:
                    last_end = event.end_mark.index + base
                container.end = last_end
                if kind is MappingEndEvent and not self.repeats:
                    assert type(container) is Mapping
                    self.repeats = len(container.fields) != len(container.entries)
                node = container
                container, key = outer.pop()
            elif kind is AliasEvent:
                node = self._alias(event, [container, *(each for each, _ in outer)])
                last_end = node.end
            elif kind is DocumentEndEvent or kind is StreamEndEvent:
                break
            else:
                continue
            if container is None:
                root = node
            elif type(container) is Sequence:
                container.items.append(node)
            elif key is None:
                key = node
                if type(key) is not Scalar or key.tag or key.text in _NULLS or len(key.text) > 18:
                    self._check_key(key)
            else:
                container.entries.append(Entry(key, node))  # type: ignore[union-attr]
                if is_merge(key):
                    self._check_merge(node)
                    self.repeats = True
                key = None
        if self.aliased and root is not None:
            self._check_size(root)
        return root

    def _rare_scalar(
        self, start: int, end: int, text: str, style: str, tag: str | None, key: Node | None
    ) -> Scalar:
        """A scalar with a tag, a block scalar, or one that is not written at all."""
        if style == "|" or style == ">":
            end = self._block_end(start, end)
        elif start == end and key is not None:
            # The parsers disagree about where nothing stands; for us it is right behind the colon.
            gap = self.text[key.end : start]
            start = end = key.end + len(gap) - len(gap.lstrip()) + 1 if ":" in gap else start
        if tag is not None:
            tag = "!!" + tag[len(_STANDARD_TAG) :] if tag.startswith(_STANDARD_TAG) else str(tag)
        node = Scalar(start, end, text, style, tag)
        if tag is not None:
            self._check_value(node)
        return node

    def _check_value(self, node: Scalar) -> None:
        try:
            node.value  # noqa: B018  # reading it is the check
        except NotJson as error:
            raise _Unreadable(node.start, node.end, str(error)) from error

    def _block_end(self, start: int, end: int) -> int:
        """The end of a block scalar's last line; with `+` the empty lines behind it count."""
        written = self.text[start:end]
        header = written.partition("\n")[0].partition("#")[0]
        return end if "+" in header else start + len(written.rstrip())

    def _alias(self, event: Any, open_nodes: list[Mapping | Sequence | None]) -> Node:
        start = event.start_mark.index + self.base
        end = event.end_mark.index + self.base
        target = self.anchors.get(event.anchor)
        if target is None:
            raise _Unreadable(start, end, f"the alias *{event.anchor} has no anchor before it")
        if any(target is node for node in open_nodes):
            raise _Unreadable(start, end, f"the alias *{event.anchor} contains itself")
        self.aliased = True
        return target.at(start, end)

    def _check_key(self, key: Node) -> None:
        try:
            if isinstance(key, Scalar):
                key.key  # noqa: B018  # reading it is the check
                return
            reason = f"a key cannot be {'an object' if isinstance(key, Mapping) else 'a list'}"
        except NotJson as error:
            reason = str(error)
        end = min(max(key.end, key.start + 1), len(self.text))
        raise _Unreadable(key.start, end, reason)

    def _check_merge(self, value: Node) -> None:
        items = value.items if isinstance(value, Sequence) else [value]
        for item in items:
            if not isinstance(item, Mapping):
                raise _Unreadable(item.start, item.end, "`<<` merges objects only")

    def _check_size(self, root: Node) -> None:
        """Refuses what would explode if every alias were followed; shared nodes count once."""
        sizes: dict[int, int] = {}

        def size(node: Node) -> int:
            if isinstance(node, Scalar):
                return 1
            children: list[Any] = node.entries if isinstance(node, Mapping) else node.items
            known = sizes.get(id(children))
            if known is None:
                if isinstance(node, Mapping):
                    known = 1 + sum(size(entry.key) + size(entry.value) for entry in node.entries)
                else:
                    known = 1 + sum(size(item) for item in node.items)
                sizes[id(children)] = known
            return known

        if size(root) > MAX_NODES:
            reason = f"its aliases stand for more than {MAX_NODES} nodes"
            raise _Unreadable(root.start, root.start + 1, reason)


def _explain(error: Exception, text: str, start: int, end: int) -> Problem:
    """The parser's complaint as one short reason at one place."""
    forbidden = _FORBIDDEN.search(text, start, end)
    if forbidden is not None:
        reason = f"the character U+{ord(forbidden[0]):04X} is not allowed"
        return Problem(Span(*forbidden.span()), reason)
    directive = _DIRECTIVE.search(text, start, end)
    if directive is not None:
        reason = "a % directive is refused by kubectl, remove the line"
        return Problem(Span(*directive.span()), reason)
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return Problem(Span(start, start + 1), "it is nested too deeply or not yaml at all")
    place = start + error.problem_mark.index
    key = _key_without_colon(error, text, start, place)
    if key is not None:
        return Problem(_token(text, key, start, end), _reason(_COLONLESS, ""))
    reason = _reason(str(error.problem), text[place : place + 1])
    if reason == _NEVER_CLOSED and error.context_mark is not None:
        # Where the parser gives up, at the end of the document, there is nothing to see.
        place = start + error.context_mark.index
        return Problem(Span(place, place + 1), reason)
    return Problem(_token(text, place, start, end), reason)


def _behind_quote(problem: Problem, text: str, base: int, next_event: Callable[[], Any]) -> Problem:
    """The same problem, told as text behind a closing quote where it certainly is that."""
    end = len(text[: problem.span.start].rstrip(" \t"))
    if problem.reason not in _MISFITS or text[end - 1 : end] not in ("'", '"'):
        return problem
    start = -1
    try:
        while type(event := next_event()) is not StreamEndEvent:
            if type(event) is ScalarEvent and event.end_mark.index + base == end and event.style:
                start = event.start_mark.index + base
    except (YAMLError, ValueError, RecursionError):
        pass  # the very error that is explained here
    if start < 0 or text[start] != text[end - 1]:
        return problem
    if "\n" not in text[start:end]:
        return problem._replace(reason="text follows a closing quote, quote all of it or nothing")
    reason = "text follows the closing quote of a value that begins lines above"
    return Problem(problem.span, reason, Span(start, start + 1))


def _key_without_colon(error: MarkedYAMLError, text: str, start: int, place: int) -> int | None:
    """Where a key stands whose `:` is missing; the parsers read on and complain lines below it."""
    problem = str(error.problem)
    if _COLONLESS in problem and error.context_mark is not None:
        return start + int(error.context_mark.index)
    if _VALUE_NOWHERE in problem:
        above = text[start:place].rpartition("\n")[0]
        match = _LONE_FIELD.search(above)
        return None if match is None else start + match.start(1)
    return None


def _token(text: str, place: int, start: int, end: int) -> Span:
    """What stands at `place`; where nothing does, the next or the last thing of the document."""
    if text[place : place + 1] in ("\t", "\0"):
        return Span(place, place + 1)
    token = _TOKEN.match(text, place, end) or _TOKEN.search(text, place, end)
    if token is not None:
        return Span(*token.span())
    last = start + len(text[start:end].rstrip())
    return Span(max(last - 1, start), last)


def _reason(problem: str, character: str) -> str:
    if _TOKENLESS in problem:
        if character == "\t":
            return "a tab cannot indent yaml, use spaces"
        sign = "a backtick" if character == "`" else f"`{character}`"
        return f"a value cannot begin with {sign}, quote it"
    for sign, reason in _REASONS:
        if sign in problem:
            return reason
    return problem.replace("\n", " ")
