"""The compiled acceptor against jsonschema: they must never disagree, whatever is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from support import RULE_FIXTURES, corpus

import netpol_lint_schemas
from netpol_lint import policy, schema, triage
from netpol_lint.inventory import Inventory
from netpol_lint.node import Mapping, Node
from netpol_lint.parse import Document, decode, parse, split
from netpol_lint.schema import UnknownField, WrongType

SCHEMA = json.loads(netpol_lint_schemas.text(schema.SCHEMA))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
TYPES = ("spec", "policyTypes")
LABELS = ("spec", "podSelector", "matchLabels")
FIXTURES = sorted(RULE_FIXTURES.rglob("*.y*ml")) + sorted(RULE_FIXTURES.rglob("*.json"))


def _roots(text: str) -> list[Mapping]:
    documents = [each for each in triage.documents(text) if isinstance(each, Document)]
    return [each.root for document in documents for each in policy.find(text, document.root)]


def _agree(root: Node, *, unknown: bool) -> None:
    """`unknown` tells that the text may hold placeholders, which jsonschema knows nothing of."""
    violations = schema.explain(root)
    assert schema.accepts(root) == (not violations)
    if isinstance(root, Mapping):
        traits = Inventory(policy.read("", root)).traits
        assert ("unsound" in traits) == bool(violations), "views and schema differ"
    if not unknown:
        assert schema.accepts(root) == VALIDATOR.is_valid(schema.to_json(root))
    for violation in violations:
        steps = schema.trail(root, violation.path)
        node = steps[-1].node if steps else root
        if isinstance(violation, UnknownField):
            assert node is violation.owner
            assert violation.name not in violation.known == schema.known_at(violation.path)
        else:
            assert node is violation.node
    places = [
        each.entry.key.start if isinstance(each, UnknownField) else each.node.start
        for each in violations
    ]
    assert places == sorted(set(places)), "in the order of the text, and each only once"


def _verdicts_agree(path: Path) -> None:
    text, _ = decode(path.read_bytes())
    for root in _roots(text):
        _agree(root, unknown="$" in text)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: str(path.relative_to(RULE_FIXTURES)))
def test_fixtures(path: Path) -> None:
    """Acceptor and jsonschema agree about each policy of each fixture."""
    _verdicts_agree(path)


def test_real_manifests() -> None:
    """They agree about real manifests, of which the structure of almost all is right."""
    files = corpus()
    if not files:
        pytest.skip("the real manifests are not beside this project")
    for path in files:
        _verdicts_agree(path)


# Hypothesis writes YAML, not trees: nulls, merges and aliases are what the parser makes of them.

SCALARS = ("~", "", "null", "x", "'80'", "80", "80.0", "80.5", "8e1", "010", "2147483648", "-1",
           "on", "true", "1e400", "2024-01-01", "!!str 80", '!!int "80"', "!own x", "'it''s'",
           '"a\\nb"', "'${NAME}'", "$(NAME)", "'a-${NAME}'", "'$${NAME}'")  # fmt: skip
KEYS = ("app", "matchLabel", "'podSelector'", "on", "1", "'${NAME}'", "$patch", "x-any", "status")


class _Writer:
    """Writes flow YAML that mostly follows the schema."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.anchors: list[tuple[str, bool]] = []
        self.named = 0

    def value(self, part: Any, depth: int) -> str:
        while "$ref" in part:
            part = SCHEMA["$defs"][part["$ref"].rpartition("/")[2]]
        kinds = part.get("type", ["string"])
        kind = self.draw(st.sampled_from(kinds))
        odd = self.draw(st.integers(0, 11))
        if odd == 0:
            return str(self.draw(st.sampled_from(SCALARS)))
        if odd == 1 and self.anchors:
            return f"*{self.draw(st.sampled_from(self.anchors))[0]} "
        if odd == 2:
            kind = self.draw(st.sampled_from(("object", "array")))
        if depth > 8 or kind not in ("object", "array"):
            fitting = {"string": "x", "integer": "80", "boolean": "true", "null": "~"}
            return fitting.get(kind, "~")
        self.named += 1
        anchor = f"a{self.named}" if self.draw(st.integers(0, 3)) == 0 else None
        text = self.mapping(part, depth) if kind == "object" else self.sequence(part, depth)
        if anchor is not None:
            # Only now: an alias inside its own anchor is no document.
            self.anchors.append((anchor, kind == "object"))
            return f"&{anchor} {text}"
        return text

    def mapping(self, part: Any, depth: int) -> str:
        properties = part.get("properties", {})
        names = list(properties) or ["app"]
        pairs: list[str] = []
        for _ in range(self.draw(st.integers(0, 3))):
            odd = self.draw(st.integers(0, 9))
            maps = [name for name, is_map in self.anchors if is_map]
            if odd == 0 and maps:
                pairs.append(f"<<: *{self.draw(st.sampled_from(maps))} ")
                continue
            name = self.draw(st.sampled_from(KEYS if odd == 1 else names))
            field = properties.get(name) or part.get("additionalProperties")
            field = field if isinstance(field, dict) else {"type": ["string"]}
            pairs.append(f"{name}: {self.value(field, depth + 1)}")
        return "{" + ", ".join(pairs) + "}"

    def sequence(self, part: Any, depth: int) -> str:
        items = part.get("items", {"type": ["string"]})
        count = self.draw(st.integers(0, 3))
        # An item that is not written at all exists in block lists only.
        return "[" + ", ".join(self.value(items, depth + 1) or "~" for _ in range(count)) + "]"


@st.composite
def _texts(draw: Any) -> str:
    return _Writer(draw).value(SCHEMA, 0)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_texts())
def test_any_document(text: str) -> None:
    """They agree about whatever YAML can say in the place of a policy."""
    document = parse(text, next(split(text)))
    assume(document.root is not None)
    assert document.root is not None
    _agree(document.root, unknown="$" in text)


def test_block_lists_with_bare_dashes() -> None:
    """A dash with nothing behind it is a null item, which fits everywhere."""
    (root,) = _roots(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec:\n"
        "  ingress:\n  -\n  - from:\n    -\n    ports:\n    -\n  policyTypes:\n  -\n"
    )
    _agree(root, unknown=False)
    assert schema.accepts(root)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("{podSelector: {app: web}}", ["app"]),
        ("{ingress: {from: []}}", [("spec", "ingress")]),
        ("{policyTypes: [1, Ingress, on]}", [(*TYPES, 0), (*TYPES, 2)]),
        ("{ingress: [{ports: [{port: 80.0, endPort: 8e1}]}]}", []),
        ("{ingress: [{ports: [{port: 80.5}]}]}", [("spec", "ingress", 0, "ports", 0, "port")]),
        ("{ingress: '${RULES}', foo: 1, $patch: replace}", ["foo"]),
        ("{podSelector: {matchLabels: {a: ~, b: x, c: 1}}}", [(*LABELS, "c")]),
        ("{podSelector: &s {app: web}, ingress: [{from: [{podSelector: *s }]}]}", ["app"]),
    ],
)  # fmt: skip
def test_violations(spec: str, expected: list[str | schema.Path]) -> None:
    """Every violation is told, as a name or as a path, and what is shared by aliases only once."""
    text = f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec: {spec}\n"
    (root,) = _roots(text)
    found = [
        each.path if isinstance(each, WrongType) else each.name for each in schema.explain(root)
    ]
    assert found == expected
