"""Heads of objects: whatever is read without the parser, the parser reads alike."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import corpus

from netpol_lint import parse
from netpol_lint.node import Mapping, Scalar
from netpol_lint.policy import string
from netpol_lint.repository import head
from netpol_lint.repository.head import NO_OBJECT, Head
from netpol_lint.repository.manifest import at, is_template

USUAL = """\
# A comment.
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    namespace: of-a-label
    name: of-a-label

  # namespace: commented
  name: "web"
  namespace: shop  # here
spec:
  template:
    metadata:
      name: pod
      labels:
        app: web
"""


def parsed(text: str, part: parse.Part) -> Head | None:
    """The head as the parser sees it; None where it cannot read the document."""
    root = parse.parse(text, part).root
    if not isinstance(root, Mapping):
        return None
    kind = string(root.get("kind"))
    if kind is None:
        return NO_OBJECT
    namespace = at(root, "metadata", "namespace")
    states = namespace.text if isinstance(namespace, Scalar) and not namespace.is_null else ""
    return Head(
        kind,
        string(root.get("apiVersion")) or "",
        string(at(root, "metadata", "name")) or "",
        states,
        string(namespace) or "",
    )


def read(text: str) -> list[Head | None]:
    """The heads of a file, each of them compared with what the parser says."""
    found: list[Head | None] = []
    if not head.is_usual(text):
        return found
    for part in parse.split(text):
        if is_template(text, *part):
            continue
        block = head.top(text, *part)
        quick = None if block is None else head.read(text, block)
        slow = parsed(text, part)
        assert quick is None or slow is None or quick == slow, text
        found.append(quick)
    return found


def test_the_usual_style_needs_no_parser() -> None:
    expected = Head("Deployment", "apps/v1", "web", "shop", "shop")
    for text in (USUAL, USUAL.replace("\n", "\r\n"), "---\n" + USUAL, USUAL + "---\n"):
        assert expected in read(text)
    assert read("a: 1\nb: 2\n") == [NO_OBJECT]
    assert read("kind: Pod\n") == [Head("Pod", "", "", "", "")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kind: Deployment", "kind: &kind Deployment"),
        ("kind: Deployment", "kind: !!str Deployment"),
        ("kind: Deployment", 'kind: "Deploy\\x6dent"'),
        ("kind: Deployment", "kind: >-\n  Deployment"),
        ("kind: Deployment", "kind: Deployment\nkind: Service"),
        ("kind: Deployment", "kind: Deployment\n  and more"),
        ("kind: Deployment", "kind : Deployment"),
        ("kind: Deployment", '"kind": Deployment'),
        ("kind: Deployment", "? kind\n: Deployment"),
        ("kind: Deployment", "kind: DeploymentList"),
        ("kind: Deployment", "<<: {kind: Deployment}"),
        ("kind: Deployment", "kind: ${KIND}"),
        ("metadata:\n", "metadata: &metadata\n"),
        ("metadata:\n", "metadata: !!map\n"),
        ("metadata:\n", "metadata:\n  <<: {namespace: other}\n"),
        ("metadata:\n", 'metadata:\n  "namespace": other\n'),
        ("metadata:\n", "metadata:\n  ? namespace\n  : other\n"),
        ("metadata:\n", "metadata:\n  labels: {\n  namespace: other}\n"),
        ("metadata:\n", 'metadata:\n  text: "\n  namespace: other"\n'),
        ("namespace: shop", "namespace: ${NAMESPACE}"),
        ("namespace: shop", "namespace: 123"),
        ("namespace: shop", "namespace: true"),
        ("namespace: shop", "namespace: null"),
        ("namespace: shop", "namespace:"),
        ("namespace: shop", "namespace: &shop shop"),
        ("namespace: shop", "namespace: [shop]"),
        ("namespace: shop", "namespace: shop\n\n    # no comment\n    or-not"),
        ("namespace: shop", "namespace: shop\n  namespace: other"),
        ("namespace: shop  #", "namespace: shop\t#"),
        ("apps/v1", "1.0"),
        ("apps/v1", "{group: apps}"),
    ],
)
def test_every_other_style_is_left_to_the_parser(old: str, new: str) -> None:
    """Never a wrong answer: either none, or that of the parser."""
    assert old in USUAL
    for text in (USUAL.replace(old, new, 1), USUAL.replace(old, new, 1).replace("\n", "\r\n")):
        found = read(text)
        assert all(each is None or each.kind for each in found)


@pytest.mark.parametrize("text", ["\ufeff" + USUAL, USUAL.replace("\n", "\r"), "\x85".join(USUAL)])
def test_strange_line_ends_are_not_usual(text: str) -> None:
    assert not head.is_usual(text)


LINES = (
    "kind: Pod", "kind: 'Pod'", "kind:", "kind: Pod # x", "kind: Pod\n  more", "metadata:",
    "metadata: {}", "metadata: {namespace: flow}", "  namespace: shop", "  namespace: 'a-b'",
    "  namespace: 1", "  name: web", "  name:", "  labels:", "    namespace: deep", "  - item",
    "  # namespace: no", "# kind: No", "", "spec:", "  text: |", "    kind: Deep", '  text: "',
    "  end\"", "  list: [", "  namespace: in-a-list", "  ]", "apiVersion: v1",
    "apiVersion: apps/v1", "---", "...", "--- # x", "--- {kind: Pod}", "<<: {kind: Pod}",
    "&a kind: Pod", "*a : Pod",
    "'kind': Pod", "\tkind: Pod", " kind: Pod", "- kind: Pod", "}", "kind", "    name: deeper",
    "  ? name", "  : odd", "  <<: {name: merged}", "  !!str name: tagged", "    - namespace: deep",
)  # fmt: skip


@settings(max_examples=1_500, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=12), st.sampled_from(["\n", "\r\n"]))
def test_generated_texts_are_read_as_the_parser_reads_them(lines: list[str], end: str) -> None:
    text = end.join(lines) + end
    found = read(text)
    assert len(found) <= len(lines) + 1


def test_every_pair_of_lines_in_metadata() -> None:
    """All neighbours, in both orders."""
    for first, second in product(LINES, repeat=2):
        text = f"apiVersion: v1\nkind: Pod\nmetadata:\n{first}\n{second}\n  name: web\nspec: {{}}\n"
        assert read(text)


@pytest.mark.parametrize("before", ["", "  namespace: shop\n", "  labels:\n    a: b\n"])
def test_every_pair_of_lines_behind_a_usual_beginning(before: str) -> None:
    """What begins as nearly all objects do may still go on in another way."""
    for first, second in product(LINES, repeat=2):
        text = f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n{before}{first}\n{second}\n"
        assert read(text)
        assert read(f"{text}spec: {{}}\n")


def test_real_manifests() -> None:
    files = corpus()
    texts = [parse.decode(path.read_bytes())[0] for path in files]
    found = [each for text in texts for each in read(text)]
    assert not files or sum(each is not None for each in found) > 0.8 * len(found)
