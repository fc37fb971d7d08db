"""The JSON Schema of a NetworkPolicy, applied to nodes. The only room that knows jsonschema.

The schema file is the one contract. A small acceptor is compiled from it and passes right documents
in microseconds; only a document that it refuses pays for jsonschema, which then says what is wrong.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import netpol_lint_schemas
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Entry, Mapping, Node, Scalar, Sequence

Acceptor = Callable[[Node], bool]
Path = tuple[str | int, ...]

SCHEMA = "networkpolicy.v1"

_PLAIN_TYPES: dict[str, type] = {
    "null": type(None),
    "string": str,
    "boolean": bool,
    "number": float,
}
"""The JSON types of which every value will do, and what they are here."""
_ANY = (*_PLAIN_TYPES, "integer", "object", "array")


class UnknownField(NamedTuple):
    """A key that the schema does not have at its place."""

    entry: Entry
    name: str
    owner: Mapping
    path: Path
    """From the object's root to `owner`."""
    place: str
    """What `owner` is: a name under `$defs`, such as `peer`, or `root`."""
    known: tuple[str, ...]
    """The keys that `owner` may have."""


class WrongType(NamedTuple):
    """A value of a type that cannot be decoded."""

    owner: Mapping | Sequence | None
    """The object or list that it stands in; None for the object's root."""
    entry: Entry | None
    """The pair whose value it is; None for an item of a list."""
    node: Node
    path: Path
    """From the object's root to `node`."""
    wanted: tuple[str, ...]
    """JSON type names, without `null`."""


Violation = UnknownField | WrongType


class Step(NamedTuple):
    """One step of the way from the root to a node."""

    owner: Mapping | Sequence
    entry: Entry | None
    """The pair of `owner` that leads on; None for an item of a list."""
    node: Node


def accepts(node: Node) -> bool:
    """Whether the document has the structure that the API server decodes."""
    return _acceptor()(node)


def explain(node: Node) -> tuple[Violation, ...]:
    """Every place where the document leaves the structure, in the order of the text.

    jsonschema finds them. What several aliases repeat is told once, where it is written.
    """
    found: dict[int, Violation] = {}
    for error in _validator().iter_errors(to_json(node)):
        for violation in _violations(node, tuple(error.absolute_path), error.validator):
            found.setdefault(_start(violation), violation)
    return tuple(found[start] for start in sorted(found))


def _validator() -> Any:
    """jsonschema's validator, with Go's idea of an integer: in JSON, `80.0` is none.

    Of YAML, whose `80.0` becomes a JSON `80`, scalar.py has made an integer before.
    """
    from jsonschema import Draft202012Validator, validators

    checker = Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    )
    extend: Any = validators.extend  # it has no types
    return extend(Draft202012Validator, type_checker=checker)(_schema())


def _violations(root: Node, path: Path, keyword: str) -> Iterator[Violation]:
    place, subschema = _descend(_schema(), path)
    steps = trail(root, path)
    value = steps[-1].node if steps else root
    if keyword == "additionalProperties":
        assert isinstance(value, Mapping)
        known = tuple(subschema["properties"])
        for name, field in value.fields.items():
            if name not in known and "$" not in name:
                yield UnknownField(field, name, value, path, place, known)
    elif not (isinstance(value, Scalar) and value.is_unknown):
        wanted = tuple(kind for kind in subschema["type"] if kind != "null")
        owner, entry, _ = steps[-1] if steps else (None, None, None)
        yield WrongType(owner, entry, value, path, wanted)


def _start(violation: Violation) -> int:
    if isinstance(violation, UnknownField):
        return violation.entry.key.start
    return violation.node.start


def trail(node: Node, path: Path) -> list[Step]:
    """The steps from `node` along `path`."""
    steps: list[Step] = []
    for step in path:
        if isinstance(node, Mapping):
            entry = node.fields[str(step)]
            steps.append(Step(node, entry, entry.value))
        else:
            assert isinstance(node, Sequence)
            steps.append(Step(node, None, node.items[int(step)]))
        node = steps[-1].node
    return steps


def to_json(node: Node) -> Any:
    """The JSON value that Kubernetes would read."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [to_json(item) for item in node.items]
    return {key: to_json(entry.value) for key, entry in node.fields.items()}


def known_at(path: Path) -> tuple[str, ...]:
    """The fields that the object at `path` may have; none where it is a list or a map of labels."""
    return tuple(_descend(_schema(), path)[1].get("properties", ()))


@cache
def _schema() -> Any:
    return json.loads(netpol_lint_schemas.text(SCHEMA))


@cache
def _acceptor() -> Acceptor:
    schema = _schema()
    compiled: dict[str, Acceptor] = {}

    def build(part: Any) -> Acceptor:
        if "$ref" in part:
            name = part["$ref"]
            if name not in compiled:
                # No definition of this schema contains itself.
                compiled[name] = build(_resolve(schema, part)[1])
            return compiled[name]
        return _compile(part, build)

    return build(schema)


def _compile(part: Any, build: Callable[[Any], Acceptor]) -> Acceptor:
    types = part.get("type", _ANY)
    any_object, any_list, integer = "object" in types, "array" in types, "integer" in types
    plain = {_PLAIN_TYPES[name] for name in types if name in _PLAIN_TYPES}
    if "number" in types and not integer:
        plain.add(int)
    low, high = part.get("minimum", -math.inf), part.get("maximum", math.inf)
    fields = {name: build(field) for name, field in part.get("properties", {}).items()}
    additional = part.get("additionalProperties", True)
    others = build(additional) if isinstance(additional, dict) else None
    item = build(part["items"]) if "items" in part else None

    def accept_scalar(node: Node) -> bool:
        if type(node) is not Scalar:
            return False
        value = node.value
        if type(value) in plain:
            return True
        return node.is_unknown or (integer and type(value) is int and low <= value <= high)

    def accept(node: Node) -> bool:
        if type(node) is Scalar:
            return accept_scalar(node)
        if type(node) is Sequence:
            return any_list and (item is None or all(map(item, node.items)))
        if not any_object:
            return False
        for name, entry in node.fields.items():  # type: ignore[union-attr]
            field = fields.get(name, others)
            if field is not None:
                if not field(entry.value):
                    return False
            elif additional is False and "$" not in name:
                return False
        return True

    return accept if any_object or any_list else accept_scalar


def _resolve(schema: Any, part: Any) -> tuple[str | None, Any]:
    """A schema part with its `$ref` followed, and the name under `$defs` that it leads to."""
    name = None
    while "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        part = schema["$defs"][name]
    return name, part


def _descend(schema: Any, path: Path) -> tuple[str, Any]:
    """The part of the schema that governs the value at `path`, and what it is called."""
    place, part = "root", schema
    for step in path:
        if isinstance(step, int):
            part = part["items"]
        else:
            part = part.get("properties", {}).get(step) or part["additionalProperties"]
        name, part = _resolve(schema, part)
        place = name or str(step)
    return place, part
