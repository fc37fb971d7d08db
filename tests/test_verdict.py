"""What is said about a file depends on the repository, never on which files were passed."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from repositories import kustomization, policy, service, workload, write
from support import RULE_FIXTURES

from netpol_lint import kin, processes
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group, Severity
from netpol_lint.engine import Settings
from netpol_lint.finding import Finding
from netpol_lint.policy import Policy
from netpol_lint.repository import Population
from netpol_lint.rule import Rule
from netpol_lint.run import Scope, lint_paths
from netpol_lint.selection import select
from netpol_lint_rules import RULES

TREES = sorted(path for path in RULE_FIXTURES.glob("*/*") if path.is_dir())


def says_all(subject: Policy, context: Context) -> Iterator[Diagnostic]:
    """All that a policy's surroundings know."""
    found = context.surroundings.namespace_of(subject)
    yield Diagnostic(subject.kind_node.span, f"lands in {sorted(found.names)} {found.why}")
    for each in context.populations:
        yield Diagnostic(subject.kind_node.span, f"lives among {told(each)}")
    family = sorted((each.path, each.policy.name_text) for each in kin.family(context))
    others = sorted((each.path, each.policy.name_text) for each in kin.all_of(context))
    yield Diagnostic(subject.kind_node.span, f"is kin to {family} and {others}")
    yield Diagnostic(subject.kind_node.span, f"knows {sorted(context.census.namespaces)}")


def told(each: Population) -> str:
    """All of a population, in words."""
    people = [(str(one), one.path, one.labels) for one in (*each.residents, *each.strays)]
    fronts = [(str(one), one.path, one.selector) for one in each.fronts]
    rest = each.unseen_pods, each.unseen_policies, each.scattered, each.authoritative, each.complete
    return f"{each.name} {people} {fronts} {rest} {[one.kind for one in each.foreigners]}"


PROBE = Rule(
    "says-all",
    Group.STYLE,
    "0",
    "Says all that is known.\n",
    policy=says_all,
    fragments=True,
    repository=True,
)
SETTINGS = Settings(
    select((*RULES, PROBE), [each.name for each in (*RULES, PROBE)], []),
    frozenset(each.name for each in (*RULES, PROBE)),
    least=Severity.INFO,
)


def verdicts(root: Path, paths: Sequence[str]) -> dict[str, list[Finding]]:
    """The findings of each file of a run over `paths`, all of which are in the answer."""
    report = lint_paths([str(root / path) for path in paths], Scope(str(root)), SETTINGS)
    found: dict[str, list[Finding]] = {path: [] for path in paths}
    for each in report.findings:
        assert each.rule != "internal-error", each.message
        found[each.path].append(each)
    return found


def check(root: Path, seed: int = 0) -> int:
    """Lints a repository in every manner; answers how many findings each of them gave."""
    paths = sorted(
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.suffix in (".yaml", ".yml", ".json") and ".git" not in path.parts
    )
    whole = verdicts(root, paths)
    assert verdicts(root, paths[::-1]) == whole
    alone: dict[str, list[Finding]] = {}
    for path in paths:
        alone |= verdicts(root, [path])
    assert alone == whole
    random.Random(seed).shuffle(paths)
    middle = len(paths) // 2
    assert verdicts(root, paths[:middle]) | verdicts(root, paths[middle:]) == whole
    return sum(map(len, whole.values()))


def in_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets every run use two processes."""
    monkeypatch.setattr(processes, "FORK_FROM", 2)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: f"{tree.parent.name}-{tree.name}")
def test_the_little_repositories_of_the_rules(tree: Path) -> None:
    assert check(tree) > 0


def test_whatever_process_lints_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    in_processes(monkeypatch)
    for tree in TREES[::5]:
        assert check(tree) > 0


def generated(rng: random.Random, root: Path) -> Path:
    """A repository of several teams, who deliver in several ways."""
    files: dict[str, str] = {}
    names = ["shop", "till", "bank"]
    for number in range(rng.randrange(2, 6)):
        folder = rng.choice(["apps/", "clusters/one/", "clusters/two/", "dev/", ""]) + f"a{number}"
        name = rng.choice([*names, ""])
        files[f"{folder}/web.yaml"] = workload("web", rng.choice([name, ""]))
        files[f"{folder}/service.yaml"] = service("web", rng.choice([name, ""]))
        files[f"{folder}/policy.yaml"] = policy(f"p{number}", rng.choice([name, ""]))
        given = rng.choice(["", f"namespace: {rng.choice(names)}\n", "namespace: ${NAMESPACE}\n"])
        if rng.random() < 0.6:
            files[f"{folder}/kustomization.yaml"] = kustomization(
                *rng.sample(["web.yaml", "service.yaml", "policy.yaml"], 2), more=given
            )
            if rng.random() < 0.5:
                files[f"over{number}/kustomization.yaml"] = kustomization(
                    f"../{folder}", more=f"namespace: {rng.choice(names)}\n"
                )
    return write(root, files | {path: OTHERS[path] for path in OTHERS if rng.random() < 0.3})


OTHERS = {
    "Makefile": "apply:\n\tkubectl apply -n shop -f apps/a0\n",
    "bundle.yaml": f"{workload('api', 'shop')}---\n{policy('api', 'shop')}---\n{policy('lost')}",
    "chart/Chart.yaml": "name: x\n",
    "cilium.yaml": "apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\n",
    "flux.yaml": "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
    "metadata: {name: x}\nspec: {path: ./apps/a1, targetNamespace: bank}\n",
    "namespace.yaml": "kind: Namespace\nmetadata: {name: shop, labels: {team: tills}}\n",
    "release.yaml": "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
    "metadata: {name: x, namespace: till}\n",
}


@pytest.mark.parametrize("seed", range(25))
def test_generated_repositories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    root = generated(random.Random(seed), tmp_path)
    if seed % 3 == 0:
        in_processes(monkeypatch)
    assert check(root, seed) > 0
