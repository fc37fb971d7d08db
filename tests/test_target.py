"""Whom selectors are after: the namespaces where they look, and the workloads that they select."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import repositories

from netpol_lint import target
from netpol_lint.context import Context
from netpol_lint.policy import Direction, Policy
from netpol_lint.target import Target

KUSTOMIZATION = "resources: [apps.yaml, policy.yaml]\n"


def workload(name: str, namespace: str = "shop", labels: str = "") -> str:
    space = f", namespace: {namespace}" if namespace else ""
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}{space}}}\n"
        f"spec: {{template: {{metadata: {{labels: {{{labels or f'app: {name}'}}}}}}}}}\n---\n"
    )


def netpol(spec: str, namespace: str = "shop") -> str:
    space = f", namespace: {namespace}" if namespace else ""
    return (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: web{space}}}\nspec: {{{spec}}}\n"
    )


def context_of(root: Path, files: Mapping[str, str]) -> Context:
    """What a rule would know about the policy in `policy.yaml`."""
    return repositories.context_of(root, files, "policy.yaml")


def names(found: Target | None) -> list[str] | None:
    """The workloads that are selected."""
    return None if found is None else [each.workload.name for each in found.selected]


def subject_of(context: Context) -> Policy:
    return context.file.subjects[0][0]


def test_the_subject(tmp_path: Path) -> None:
    """The workloads of its namespace that carry the labels, and of no other one."""
    files = {
        "apps.yaml": workload("web") + workload("till") + workload("web", "books"),
        "policy.yaml": netpol("podSelector: {matchLabels: {app: web}}"),
    }
    found = target.subject(context_of(tmp_path, files))
    assert found is not None
    assert names(found) == ["web"]
    assert found.names == ("shop",)
    assert found.authoritative
    assert found.exhaustive


def test_everybody(tmp_path: Path) -> None:
    """No selector and an empty one select all."""
    for spec in ("podSelector: {}", "policyTypes: [Ingress]"):
        files = {
            "apps.yaml": workload("web") + workload("till"),
            "policy.yaml": netpol(spec),
        }
        assert names(target.subject(context_of(tmp_path, files))) == ["web", "till"]


def test_who_may_be_selected_too(tmp_path: Path) -> None:
    """A workload without a namespace, and one whose label is filled in later."""
    spec = "podSelector: {matchLabels: {app: web}}"
    for other in (workload("stray", "", "app: web"), workload("till", labels='app: "${APP}"')):
        files = {"apps.yaml": workload("web") + other, "policy.yaml": netpol(spec)}
        found = target.subject(context_of(tmp_path, files))
        assert found is not None
        assert names(found) == ["web"]
        assert not found.exhaustive


def test_labels_of_a_build(tmp_path: Path) -> None:
    """Selector and pods are judged as the build leaves them; no pod outside of it has the label."""
    files = {
        "kustomization.yaml": f"namespace: shop\ncommonLabels: {{team: tills}}\n{KUSTOMIZATION}",
        "apps.yaml": workload("web", ""),
        "others.yaml": workload("wild", "shop", "app: web"),
        "policy.yaml": netpol("podSelector: {matchLabels: {app: web}}", ""),
    }
    found = target.subject(context_of(tmp_path, files))
    assert names(found) == ["web"]


def test_patched_policies_are_not_judged(tmp_path: Path) -> None:
    """Who knows what the patch makes of the selector."""
    patch = (
        "patches: [{target: {kind: NetworkPolicy}, "
        'patch: "[{op: remove, path: /spec/podSelector}]"}]\n'
    )
    files = {
        "kustomization.yaml": f"namespace: shop\n{KUSTOMIZATION}{patch}",
        "apps.yaml": workload("web", ""),
        "policy.yaml": netpol("podSelector: {matchLabels: {app: web}}", ""),
    }
    assert target.subject(context_of(tmp_path, files)) is None


def test_several_namespaces(tmp_path: Path) -> None:
    """A policy of two overlays is after the pods of both."""
    files = {
        "base/kustomization.yaml": "resources: [../policy.yaml, ../apps.yaml]\n",
        "dev/kustomization.yaml": "namespace: shop-dev\nresources: [../base]\n",
        "prod/kustomization.yaml": "namespace: shop-prod\nresources: [../base]\n",
        "apps.yaml": workload("web", ""),
        "policy.yaml": netpol("podSelector: {matchLabels: {app: web}}", ""),
    }
    found = target.subject(context_of(tmp_path, files))
    assert found is not None
    assert found.names == ("shop-dev", "shop-prod")
    assert names(found) == ["web", "web"]


def test_an_unknown_namespace(tmp_path: Path) -> None:
    """Nobody can tell whom it is after."""
    files = {
        "apps.yaml": workload("web"),
        "policy.yaml": netpol("podSelector: {matchLabels: {app: web}}", ""),
    }
    assert target.subject(context_of(tmp_path, files)) is None


def peers_of(tmp_path: Path, peers: str, more: str = "") -> list[list[str] | None]:
    files = {
        "apps.yaml": workload("web") + workload("till", "books") + more,
        "policy.yaml": netpol(
            f"podSelector: {{}}, policyTypes: [Ingress], ingress: [{{from: {peers}}}]"
        ),
    }
    return [names(each.target) for each in target.aims(context_of(tmp_path, files))]


def test_peers(tmp_path: Path) -> None:
    """In the policy's own namespace, in those with a name; blocks are after nobody."""
    books = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: books}}"
    assert peers_of(tmp_path, "[{podSelector: {matchLabels: {app: web}}}]") == [["web"]]
    assert peers_of(tmp_path, f"[{{{books}}}]") == [["till"]]
    assert peers_of(tmp_path, f"[{{{books}, podSelector: {{matchLabels: {{app: web}}}}}}]") == [[]]
    assert peers_of(tmp_path, "[{ipBlock: {cidr: 203.0.113.0/24}}]") == [None]
    assert peers_of(tmp_path, "[{namespaceSelector: {}}]") == [None]


def test_namespaces_by_a_label(tmp_path: Path) -> None:
    """A label whose value is the name of the only Namespace object that has it; no other one."""
    space = (
        "apiVersion: v1\nkind: Namespace\nmetadata: {{name: {}, labels: {{name: books}}}}\n---\n"
    )
    by_name = "[{namespaceSelector: {matchLabels: {name: books}}}]"
    assert peers_of(tmp_path, by_name) == [None]
    assert peers_of(tmp_path, by_name, space.format("books")) == [["till"]]
    both = space.format("books") + space.format("shop")
    assert peers_of(tmp_path, by_name, both) == [None]
    assert peers_of(tmp_path, by_name, space.format("shop")) == [None]


def test_behind_an_allow(tmp_path: Path) -> None:
    """Ingress opens ports of the subject, egress those of all peers, if all are known."""
    egress = (
        "podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [PEERS]}]"
    )
    web, block = "{podSelector: {matchLabels: {app: till}}}", "{ipBlock: {cidr: 203.0.113.0/24}}"
    apps = workload("web") + workload("till")
    for peers, expected in ((web, [["till"]]), (f"{web}, {block}", []), (block, [])):
        files = {"apps.yaml": apps, "policy.yaml": netpol(egress.replace("PEERS", peers))}
        context = context_of(tmp_path, files)
        (allow,) = subject_of(context).egress.value
        found = target.behind(Direction.EGRESS, allow, context)
        assert [names(each) for each in found] == expected
    ingress = "podSelector: {matchLabels: {app: web}}, ingress: [{}]"
    context = context_of(tmp_path, {"apps.yaml": apps, "policy.yaml": netpol(ingress)})
    (allow,) = subject_of(context).ingress.value
    assert [names(each) for each in target.behind(Direction.INGRESS, allow, context)] == [["web"]]
