"""The patches and replacements of a kustomization: which objects they are for, what they write."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from netpol_lint import parse
from netpol_lint.node import Mapping, Node, Scalar, Sequence
from netpol_lint.policy import string
from netpol_lint.regex import regex
from netpol_lint.repository import head
from netpol_lint.repository.manifest import TEMPLATE, at, is_template, items, text_at
from netpol_lint.repository.reference import References
from netpol_lint.repository.target import Target
from netpol_lint.repository.transformation import (
    WITH_TEMPLATE,
    Patch,
    Path,
    Told,
    overlap,
)
from netpol_lint.repository.tree import Tree
from netpol_lint.scalar import NotJson, Value
from netpol_lint.span import Span

MAX_BYTES = 1024 * 1024
"""Of one patch."""
MAX_FIELDS = 200
"""Fields of one patch that are told apart."""

_MERGED_BY_NAME = frozenset(("containers", "initContainers"))
_BUILT_IN = frozenset((*WITH_TEMPLATE, "Pod"))
"""Kinds whose lists of containers are merged item by item: kustomize knows their schema."""
# `a.b`, `a\.b.c`, `a.[name=b.c].d`: dots in brackets and behind backslashes part nothing.
_SEGMENT = regex(r"(?:\\.|\[[^\]]*\]?|[^.\\\[]|\\$)+")


class Patches:
    """Reads the patches that stand in the file at `path`; `span` is where, if it is one place."""

    def __init__(
        self, tree: Tree, references: References, path: str, span: Span | None = None
    ) -> None:
        self._tree = tree
        self._references = references
        self._path = path
        self._span = span

    def strategic(self, item: Node) -> Iterator[Patch]:
        """An item of `patchesStrategicMerge`: a path, or the patch itself."""
        if isinstance(item, Scalar) and ("\n" in item.text or item.text.startswith("{")):
            yield from self._of_text(item.text, self._place(item), None, None)
        else:
            yield from self._of_file(item, self._place(item), None, None)

    def patch(self, item: Node) -> Iterator[Patch]:
        """An item of `patches` or `patchesJson6902`, or a transformer that reads like one."""
        span = self._place(item)
        written = at(item, "target")
        target = None if not isinstance(written, Mapping) else _target(written)
        inline = text_at(item, "patch") or text_at(item, "jsonOp")
        if inline.strip():
            yield from self._of_text(inline, span, target, at(item, "options"))
        else:
            yield from self._of_file(at(item, "path"), span, target, at(item, "options"))

    def replacement(self, item: Node) -> Iterator[Patch]:
        """An item of `replacements`: one patch for each of its targets."""
        span = self._place(item)
        path = at(item, "path")
        if not isinstance(path, Scalar) or path.is_null:
            yield from self._targets(item, span)
            return
        for document in self._documents(path):
            if document is None:
                yield Patch(self._path, span, Target())
            for each in items(document) if isinstance(document, Sequence) else (document,):
                yield from self._targets(each, span)

    def _place(self, item: Node) -> Span:
        """The first word of an item."""
        if self._span is not None:
            return self._span
        return item.entries[0].key.span if isinstance(item, Mapping) and item.entries else item.span

    def _targets(self, replacement: Node | None, span: Span) -> Iterator[Patch]:
        for each in items(at(replacement, "targets")):
            select = at(each, "select")
            target = _target(select)
            if items(at(each, "reject")):
                target = target._replace(narrowed=True)
            paths = items(at(each, "fieldPaths"))
            texts = [path.text for path in paths if isinstance(path, Scalar)] or ["metadata.name"]
            fields = tuple(map(_of_dots, texts)) if len(texts) <= MAX_FIELDS else None
            yield Patch(self._path, span, target, fields)

    def _documents(self, reference: Node | None) -> Iterator[Node | None]:
        """The documents of a file; None for what cannot be read."""
        text = self._text(reference)
        yield from (None,) if text is None else _documents(text)

    def _text(self, reference: Node | None) -> str | None:
        """The text of a file; None where it cannot be read."""
        paths = [] if reference is None else list(self._references.targets(reference))
        data = self._tree.read(paths[0], MAX_BYTES) if paths else None
        return None if data is None else parse.decode(data)[0]

    def _of_file(
        self, reference: Node | None, span: Span, target: Target | None, options: Node | None
    ) -> Iterator[Patch]:
        if options is None:
            text = self._text(reference)
            sketch = None if text is None else outline(text)
            if sketch is not None:
                yield Patch(
                    self._path,
                    span,
                    target or sketch.target,
                    sketch=sketch.writes,
                    told_later=sketch.told,
                )
                return
        for document in self._documents(reference):
            yield from self._of_document(document, span, target, options)

    def _of_text(
        self, text: str, span: Span, target: Target | None, options: Node | None
    ) -> Iterator[Patch]:
        for document in _documents(text):
            yield from self._of_document(document, span, target, options)

    def _of_document(
        self, document: Node | None, span: Span, target: Target | None, options: Node | None
    ) -> Iterator[Patch]:
        if isinstance(document, Mapping):
            listed = document.get("items")
            whole = (string(document.get("kind")) or "").endswith("List") and listed is not None
            for each in items(listed) if whole else (document,):
                yield self._merge(each, span, target, options)
        elif isinstance(document, Sequence):
            told = _of_operations(document)
            yield _patch(self._path, span, target or Target(), told)
        else:
            yield Patch(self._path, span, target or Target())

    def _merge(self, patch: Node, span: Span, target: Target | None, options: Node | None) -> Patch:
        if not isinstance(patch, Mapping):
            return Patch(self._path, span, target or Target())
        directive = string(patch.get("$patch"))
        if directive == "delete":
            return Patch(self._path, span, target or _identity(patch), (), deletes=True)
        told: list[Told] | None = []
        for each in _written(patch, (), string(patch.get("kind")) in _BUILT_IN):
            # An object keeps what it is called by, whatever the patch says.
            # Source: api/resource/resource.go, ApplySmPatch.
            field, _ = each
            if field in _IDENTITY or told is None:
                continue
            told.append(each)
            if len(told) > MAX_FIELDS or not field:
                told = None
        for option, field in (("allowNameChange", _NAME), ("allowKindChange", ("kind",))):
            if told is not None and text_at(options, option) not in ("", "false"):
                told.append((field, None))
        return _patch(self._path, span, target or _identity(patch), told)


class Outline:
    """A strategic merge patch in the usual style, of which most fields nobody asks for."""

    def __init__(self, text: str, part: parse.Part, block: head.Block, found: head.Head) -> None:
        self._source = text, part
        self._top = block
        self._blocks: dict[Path, head.Block | None] = {}
        self._told: tuple[Told, ...] | None = None
        self._known: dict[Path, bool] = {}
        self._group = found.api_version.rpartition("/")[0]
        self._head = found

    @property
    def target(self) -> Target:
        """The one object that it is for."""
        return Target(
            self._head.kind, self._head.name, self._group, self._head.namespace, exact=True
        )

    def writes(self, path: Path) -> bool:
        """Whether it may write the field at `path`, something in it, or something around it."""
        if path not in self._known:
            self._known[path] = path not in _IDENTITY and self._leads_to(path)
        return self._known[path]

    def _leads_to(self, path: Path) -> bool:
        place = 0
        for depth, name in enumerate(path):
            block = self._block(path[:depth])
            if block is None:
                return not self._lacks(path[-1], place) and self._writes(path)
            if name not in block.places:
                return False
            place = block.places[name]
        return True

    def _block(self, path: Path) -> head.Block | None:
        """The fields at the end of a path; None where only the parser can tell."""
        if not path:
            return self._top
        if path not in self._blocks:
            above = self._block(path[:-1])
            found = None if above is None else head.below(self._source[0], above, path[-1])
            self._blocks[path] = found
        return self._blocks[path]

    def _lacks(self, field: str, place: int) -> bool:
        """Whether the items of the list at `place` certainly have no such field, by its words.

        Lists are merged by the names of their items: one without a name replaces the whole list.
        """
        text, (start, end) = self._source
        return (
            self._head.kind in _BUILT_IN
            and text.find(field, start, end) < 0
            and _ITEMS.match(text, place, end) is not None
            and not any(text.find(mark, start, end) >= 0 for mark in "\\[{")
            and _NAMELESS.search(text, start, end) is None
        )

    def _writes(self, path: Path) -> bool:
        """The same, by all that it writes."""
        return any(overlap(field, path) for field, _ in self.told())

    def told(self) -> tuple[Told, ...]:
        """All fields that it writes, with their plain values."""
        if self._told is None:
            root = parse.parse(*self._source).root
            built_in = self._head.kind in _BUILT_IN
            found = _written(root, (), built_in) if isinstance(root, Mapping) else [((), None)]
            self._told = tuple(each for each in found if each[0] not in _IDENTITY)
        return self._told


def outline(text: str) -> Outline | None:
    """The outline of a file with one strategic merge patch; None where it has to be read whole."""
    # What `$patch` says holds for all that stands around it.
    if "$" in text or not head.is_usual(text) or is_template(text, 0, len(text)):
        return None
    parts = [part for part in parse.split(text) if text[part.start : part.end].strip()]
    block = head.top(text, *parts[0]) if len(parts) == 1 else None
    found = None if block is None else head.read(text, block)
    if block is None or found is None or not found.kind:
        return None
    return Outline(text, parts[0], block, found)


_ITEMS = regex(r"[ \t]*\n *- ")
_NAMELESS = regex(r"\n *-(?! name: (?!null\b)[A-Za-z0-9])")
"""An item of a list that may have no name: all but those that begin with a plain one."""
_SETTING = ("add", "replace")
_NARROWING = ("labelSelector", "annotationSelector", "version")
_NAME = ("metadata", "name")
_IDENTITY = frozenset((("apiVersion",), ("kind",), _NAME, ("metadata", "namespace")))


def _documents(text: str) -> Iterator[Node | None]:
    """The documents of a patch; None for one that cannot be read, or is rendered first."""
    for part in parse.split(text):
        if TEMPLATE.search(text, part.start, part.end) is not None:
            yield None
            continue
        document = parse.parse(text, part)
        if document.root is not None or document.problems:
            yield document.root


def _target(node: Node | None) -> Target:
    """A selector of kustomize. Source: api/types/selector.go."""
    return Target(
        text_at(node, "kind"),
        text_at(node, "name"),
        text_at(node, "group"),
        text_at(node, "namespace"),
        narrowed=any(text_at(node, field) for field in _NARROWING),
    )


def _identity(patch: Mapping) -> Target:
    """The one object that a strategic merge patch is for."""
    metadata = patch.get("metadata")
    kind, version = text_at(patch, "kind"), text_at(patch, "apiVersion")
    name, namespace = text_at(metadata, "name"), text_at(metadata, "namespace")
    open_end = "$" in "".join((kind, version, name, namespace))
    return Target(kind, name, version.rpartition("/")[0], namespace, exact=not open_end)


def _patch(path: str, span: Span, target: Target, told: Collection[Told] | None) -> Patch:
    if told is None:
        return Patch(path, span, target)
    fields, values = (field for field, _ in told), (value for _, value in told)
    return Patch(path, span, target, tuple(fields), values=tuple(values))


def _plain(node: Node | None) -> Value:
    """The value of a field, where nothing is filled in later; None where it is no plain one."""
    if not isinstance(node, Scalar) or node.is_unknown:
        return None
    try:
        return node.value
    except NotJson:
        return None


def _written(node: Mapping, above: Path, built_in: bool) -> Iterator[Told]:
    """The fields that a strategic merge patch writes."""
    for key, entry in node.fields.items():
        value = entry.value
        if key.startswith("$"):
            yield above, None  # a directive for all that stands around it
        elif isinstance(value, Mapping) and value.entries:
            yield from _written(value, (*above, key), built_in)
        elif isinstance(value, Sequence) and built_in and key in _MERGED_BY_NAME:
            for item in value.items:
                if isinstance(item, Mapping) and text_at(item, "name"):
                    yield from _written(item, (*above, key, "*"), built_in)
                else:
                    yield (*above, key), None  # an item without a name takes all others with it
        else:
            yield (*above, key), _plain(value)


def _of_operations(patch: Sequence) -> tuple[Told, ...] | None:
    """The fields that the operations of a JSON patch write."""
    told: list[Told] = []
    for operation in patch.items:
        for name in ("path", "from"):
            pointer, done = at(operation, name), string(at(operation, "op"))
            if isinstance(pointer, Scalar) and done != "test":
                value = _plain(at(operation, "value")) if done in _SETTING else None
                told.append((_of_pointer(pointer.text), value))
    return tuple(told) if len(told) <= MAX_FIELDS else None


def _of_pointer(text: str) -> Path:
    names = (name.replace("~1", "/").replace("~0", "~") for name in text.split("/")[1:])
    return tuple("*" if name == "-" or name.isdigit() else name for name in names)


def _of_dots(text: str) -> Path:
    names = (match[0] for match in _SEGMENT.finditer(text))
    return tuple(
        "*" if name.startswith(("[", "*")) or name.isdigit() else name.replace("\\", "")
        for name in names
    )
