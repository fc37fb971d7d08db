"""Selectors that select nothing: what they cost, and that each is judged alike however one asks."""

from __future__ import annotations

import time
from itertools import product
from pathlib import Path
from string import ascii_lowercase

import pytest
from support import RULE_FIXTURES, check, selection

from netpol_lint import absence
from netpol_lint.diagnostic import Severity
from netpol_lint.engine import Settings, lint
from netpol_lint.finding import Finding
from netpol_lint.option import Options
from netpol_lint.repository import Repository
from netpol_lint_rules import RULES

FAMILY = (
    "workload-label-selector",
    "service-name-as-label",
    "dangling-subject",
    "dangling-peer",
    "service-port",
    "unknown-named-port",
)
TREES = [
    tree for name in FAMILY for tree in sorted((RULE_FIXTURES / name).iterdir()) if tree.is_dir()
]


def workload(name: str, namespace: str = "shop") -> str:
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: {namespace}}}"
        f"\nspec: {{template: {{metadata: {{labels: {{app: {name}}}}}}}}}\n---\n"
    )


def netpol(subject: str, spec: str = "", namespace: str = "shop") -> str:
    return (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: web, namespace: {namespace}}}\n"
        f"spec: {{podSelector: {{matchLabels: {{app: {subject}}}}}, "
        f"policyTypes: [Ingress]{spec}}}\n"
    )


def findings(root: Path, text: str) -> tuple[Finding, ...]:
    """Of this family, for a policy beside the files of a repository."""
    (root / "policy.yaml").write_text(text)
    found = check(text, *FAMILY, root=root).findings
    return tuple(each for each in found if each.rule in FAMILY)


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: f"{tree.parent.name}/{tree.name}")
def test_one_file_or_all(tree: Path) -> None:
    """What is known of the repository does not depend on the files that were asked for before."""
    settings = Settings(
        selection(*FAMILY), frozenset(rule.name for rule in RULES), Options(), least=Severity.INFO
    )
    shared = Repository(str(tree))
    for path in sorted(tree.rglob("*.y*ml"), reverse=True):
        place, text = path.relative_to(tree).as_posix(), path.read_text(encoding="utf-8")
        alone = lint(place, text, settings, Repository(str(tree)).surroundings(place))
        assert lint(place, text, settings, shared.surroundings(place)) == alone


@pytest.mark.parametrize("rule", FAMILY)
def test_piped_input_warns_of_nothing(rule: str) -> None:
    """Without a repository the workloads of the text are not all there are."""
    text = (RULE_FIXTURES / rule / "bad.yaml").read_text(encoding="utf-8")
    found = [each for each in check(text, rule).findings if each.rule == rule]
    assert found
    assert {each.severity for each in found} == {Severity.INFO}


def test_addresses_have_no_names_in_piped_input_either() -> None:
    """That needs no repository."""
    text = netpol("web").replace(
        "policyTypes: [Ingress]",
        "policyTypes: [Egress], "
        "egress: [{to: [{ipBlock: {cidr: 203.0.113.0/24}}], ports: [{port: https}]}]",
    )
    (found,) = check(text, "unknown-named-port").findings
    assert (found.rule, found.severity) == ("unknown-named-port", Severity.WARNING)


def test_a_file_outside_of_the_root(tmp_path: Path) -> None:
    """It is not explained by a repository that it does not belong to."""
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "web.yaml").write_text(workload("web"))
    text = netpol("wbe")
    outside = str(tmp_path / "policy.yaml")
    assert check(text, *FAMILY, path=outside, root=tmp_path / "inside").findings == ()


def test_what_a_file_calls_a_namespace(tmp_path: Path) -> None:
    """Signs with a meaning elsewhere are only shown."""
    (tmp_path / "web.yaml").write_text(workload("web", '"%s`"'))
    found = findings(tmp_path, netpol("wbe", namespace='"%s`"'))
    assert [each.message for each in found] == [
        "`app=wbe` matches no pod in `%s'`: the policy does nothing"
    ]


def test_several_namespaces_in_one_message(tmp_path: Path) -> None:
    """The first one, and how many more."""
    (tmp_path / "apps.yaml").write_text(workload("till", "books") + workload("till", "tills"))
    names = "{key: kubernetes.io/metadata.name, operator: In, values: [books, tills]}"
    peer = f"namespaceSelector: {{matchExpressions: [{names}]}}"
    pods = "podSelector: {matchLabels: {app: tlil}}"
    found = findings(tmp_path, netpol("web", f", ingress: [{{from: [{{{peer}, {pods}}}]}}]"))
    assert [each.message for each in found] == [
        "`app=tlil` matches no pod in `books` and 1 more: this peer allows nobody"
    ]


def test_no_value_on_the_line_of_its_key(tmp_path: Path) -> None:
    """The place is the key then, on one line."""
    (tmp_path / "web.yaml").write_text(workload("web"))
    text = netpol("web").replace(
        "{matchLabels: {app: web}}", "\n    matchLabels:\n      app:\n        wbe\n  "
    )
    text = text.replace("spec: {podSelector: ", "spec:\n  podSelector: ").replace(
        "  , policyTypes: [Ingress]}", "policyTypes: [Ingress]"
    )
    (found,) = findings(tmp_path, text)
    assert found.place.start.line == found.place.end.line


def test_many_selectors_that_select_nothing(tmp_path: Path) -> None:
    """Something similar is only searched for some of a policy, and for none of a crowded file."""
    endings = ["".join(letters) for letters in product(ascii_lowercase, repeat=3)]
    (tmp_path / "apps.yaml").write_text("".join(workload(f"till{end}") for end in endings[:300]))
    peers = ", ".join(
        f"{{podSelector: {{matchLabels: {{app: tlil{end}}}}}}}" for end in endings[:1_000]
    )
    text = netpol("tillaaa", f", ingress: [{{from: [{peers}]}}]")
    start = time.monotonic()
    found = findings(tmp_path, text)
    assert len(found) == 1_000
    assert sum(bool(each.labels) for each in found) == absence.MAX_COMPARED
    crowd = "---\n".join([text, *[netpol("tillaaa")] * absence.MAX_POLICIES])
    assert not any(each.labels for each in findings(tmp_path, crowd))
    assert time.monotonic() - start < 30
