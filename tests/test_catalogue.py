"""The rule catalogue beside the project, where it is there: every Bad, every Good, every silence.

The catalogue shows the part of a policy that matters; `complete` writes the policy around it.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from support import SHARED, check, check_alone

from netpol_lint import parse
from netpol_lint.node import Mapping, Node, Sequence
from netpol_lint.policy import string
from netpol_lint_rules import RULES

CATALOGUE = SHARED / "catalogue.md"
TEXT = CATALOGUE.read_text(encoding="utf-8") if CATALOGUE.exists() else ""
NAMES = [rule.name for rule in RULES if rule.policy or rule.document]

pytestmark = pytest.mark.skipif(not TEXT, reason="the rule catalogue is not beside this checkout")


class Example(NamedTuple):
    """One Bad or Good of the catalogue."""

    rule: str
    bad: bool
    text: str
    types_as_written: bool

    def __str__(self) -> str:
        return f"{self.rule}-{'bad' if self.bad else 'good'}"


def examples() -> list[Example]:
    """Those of the rules that exist, of single documents or files."""
    found: list[Example] = []
    for section in re.split(r"^#### ", TEXT, flags=re.MULTILINE)[1:]:
        name = section[1 : section.index("`", 1)]
        if name not in NAMES:
            continue
        body = re.split(r"^##", section, maxsplit=1, flags=re.MULTILINE)[0]
        for title, note, inline in re.findall(
            r"^- \*\*(Bad|Good)\*\*([^:]*): `(.*)`$", body, re.MULTILINE
        ):
            found.append(Example(name, title == "Bad", inline, "as written" in note))
        block = re.search(r"```yaml\n(.*?)```", body, re.DOTALL)
        if block is not None:
            for title, text in re.findall(
                r"^(bad|good): *\|?\n((?:(?:[ -].*)?\n)+)", block[1], re.MULTILINE
            ):
                found.append(Example(name, title == "bad", textwrap.dedent(text), False))
    return found


WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {0}}}
spec: {{selector: {{matchLabels: {{app: {0}}}}}, template: {{metadata: {{labels: {{app: {0}}}}}}}}}
"""
NEIGHBOUR = "---\n# file: monitoring/namespace.yaml\n" + (
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: monitoring}\n"
)
"""Another namespace of the repository, of which the examples speak."""


def complete(example: Example) -> str:
    """The whole policy that an example stands for, or the files around it."""
    tree = parse.parse(example.text, parse.Part(0, len(example.text))).root
    if isinstance(tree, Sequence):
        documents = [_object(example, item) for item in tree.items]
        if any("kind: Kustomization" in each for each in documents):
            files = dict(_files(tree, documents))
            return "---\n".join(f"# file: {path}\n{files[path]}" for path in files) + NEIGHBOUR
        return "---\n".join(documents)
    return example.text if tree is None else _object(example, tree)


def _files(tree: Sequence, documents: list[str]) -> Iterator[tuple[str, str]]:
    """An example with kustomizations as a folder, or as overlays upon one.

    What a kustomization lists and the example does not show is a workload of that name.
    """
    for item, document in zip(tree.items, documents, strict=True):
        assert isinstance(item, Mapping)
        if string(item.get("kind")) != "Kustomization":
            yield "base/netpol.yaml", document
            continue
        listed = item.get("resources")
        assert isinstance(listed, Sequence)
        names = [string(node) or "" for node in listed.items]
        if names == ["../base"]:
            yield f"{string(item.get('namespace'))}/kustomization.yaml", document
            yield "base/kustomization.yaml", "kind: Kustomization\nresources: [netpol.yaml]\n"
            continue
        yield "base/kustomization.yaml", document
        for name in names:
            if name != "netpol.yaml":
                yield f"base/{name}", WORKLOAD.format(name.removesuffix(".yaml"))


def _is_whole(tree: Node) -> bool:
    return isinstance(tree, Mapping) and not tree.fields.keys().isdisjoint(
        ("metadata", "kind", "apiVersion", "spec")
    )


def _pairs(text: str, tree: Mapping, indent: str) -> dict[str, str]:
    """The fields of an object as text, one `key: value` each, indented to stand below a key."""
    found: dict[str, str] = {}
    for entry in tree.entries:
        start = text.rfind("\n", 0, entry.key.start) + 1
        margin = " " * (entry.key.start - start) if not tree.flow else ""
        pair = textwrap.dedent(margin + text[entry.key.start : entry.span.end])
        key = string(entry.key) or ""
        found[key] = found.get(key, "") + textwrap.indent(pair, indent) + "\n"
    return found


def _object(example: Example, tree: Node) -> str:
    assert isinstance(tree, Mapping)
    text = example.text
    if not _is_whole(tree):
        parts, spec = {}, _pairs(text, tree, "  ")
    else:
        parts = _pairs(text, tree, "")
        body = tree.get("spec")
        spec = _pairs(text, body, "  ") if isinstance(body, Mapping) and body.entries else {}
        if parts.get("kind") and "NetworkPolicy" not in parts["kind"]:
            return "".join(parts.values())
    if spec and not example.types_as_written:
        shown = [word for word in ("ingress", "egress") if word in spec]
        spec.setdefault("podSelector", "  podSelector: {matchLabels: {app: web}}\n")
        if shown:
            types = ", ".join(word.capitalize() for word in shown)
            spec.setdefault("policyTypes", f"  policyTypes: [{types}]\n")
    if "spec" not in parts and example.rule != "empty-spec":
        spec.setdefault("podSelector", "  podSelector: {}\n")
    if spec:
        parts["spec"] = "spec:\n" + "".join(spec.values())
    whole = {
        "apiVersion": "apiVersion: networking.k8s.io/v1\n",
        "kind": "kind: NetworkPolicy\n",
        "metadata": "metadata: {name: t, namespace: shop}\n",
    }
    if example.rule == "unknown-api-version":
        whole = {}
    return "".join((whole | parts).values())


LEFT_OUT = {
    "one-sided-allow-bad": {"egress-without-dns"},
    "one-sided-allow-good": {"egress-without-dns"},
    "unisolated-workload-bad": {"dangling-subject"},
}
"""Findings about what a snippet leaves out for brevity: DNS, which section 5 takes to be allowed
elsewhere, and the workload that its policy selects."""


@pytest.mark.parametrize("example", examples(), ids=str)
def test_example(example: Example) -> None:
    """A Bad raises its rule and no other default-on rule; a Good raises nothing."""
    text = complete(example)
    found = {finding.rule for finding in check_alone(text, example.rule).findings}
    left_out = LEFT_OUT.get(str(example), set())
    assert left_out <= found
    assert found - left_out == ({example.rule} if example.bad else set()), f"\n{text}"


def silent() -> list[str]:
    """The shapes of section 5, as whole policies."""
    if not TEXT:
        return []
    section = TEXT[TEXT.index("## 5. What must stay silent") :]
    block = re.search(r"```yaml\n(.*?)```", section, re.DOTALL)
    assert block is not None
    items = re.split(r"^- ", block[1], flags=re.MULTILINE)[1:]
    shapes = ["  " + item for item in items]
    return [
        complete(
            Example("section-5", bad=False, text=textwrap.dedent(shape), types_as_written=True)
        )
        for shape in shapes
    ]


@pytest.mark.parametrize(
    "text", [re.sub(r"^about:.*\n", "", text, flags=re.MULTILINE) for text in silent()]
)
def test_silence(text: str) -> None:
    """The well-known shapes of right policies raise no finding of a default-on rule."""
    assert "spec:" in text
    assert check(text).findings == (), f"\n{text}"
