"""What brings objects unseen: where it may be at work, nothing is certain to be absent."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from repositories import kustomization, placed, policy, population, workload, write

from netpol_lint.repository import tree as tree_room
from netpol_lint.repository.surroundings import Picture
from netpol_lint.repository.tree import Tree

WEB = {"web.yaml": workload("web", "shop"), "policy.yaml": policy("a", "shop")}
RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: redis
  namespace: NAMESPACE
spec:
  chart: {spec: {chart: redis}}
"""
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: redis
  namespace: argocd
spec:
  source: SOURCE
  destination: {namespace: NAMESPACE}
"""
FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: redis
  namespace: flux-system
spec:
  path: PATH
  sourceRef: {kind: KIND, name: x}
  targetNamespace: NAMESPACE
"""


def flux(path: str, kind: str, namespace: str = "shop") -> str:
    """An order for Flux."""
    return FLUX.replace("PATH", path).replace("KIND", kind, 1).replace("NAMESPACE", namespace)


def argo(source: str, namespace: str = "shop") -> str:
    """An order for Argo CD."""
    return APPLICATION.replace("SOURCE", source).replace("NAMESPACE", namespace)


def custom(kind: str, api_version: str) -> str:
    """An object of somebody's own kind."""
    return placed(f"apiVersion: {api_version}\nkind: {kind}\nmetadata:\n  name: db\n", "shop")


OPENED = {
    "release": {"a.yaml": RELEASE.replace("NAMESPACE", "shop")},
    "release-elsewhere-into-it": {
        "a.yaml": RELEASE.replace("NAMESPACE", "flux") + "  targetNamespace: shop\n"
    },
    "release-of-a-kustomization": {
        "x/a.yaml": RELEASE.replace("  namespace: NAMESPACE\n", ""),
        "x/kustomization.yaml": kustomization("a.yaml", more="namespace: shop\n"),
    },
    "release-somewhere": {"a.yaml": RELEASE.replace("NAMESPACE", "${WHERE}")},
    "rancher": {
        "a.yaml": "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: x}\n"
        "spec: {targetNamespace: shop}\n"
    },
    "argo-chart": {"a.yaml": argo("{chart: redis, repoURL: https://example.com}")},
    "argo-other-repository": {"a.yaml": argo("{path: charts/redis, repoURL: https://example.com}")},
    "argo-of-a-folder-with-values": {
        "a.yaml": argo("{path: redis, helm: {valueFiles: [x.yaml]}}"), "redis/x.yaml": "a: 1\n"
    },
    "argo-somewhere": {"a.yaml": argo("{chart: redis}", "'${WHERE}'")},
    "argo-broken": {"a.yaml": argo("{chart: redis")},
    "argo-rendered": {"a.yaml": argo("{chart: redis}", "{{ where }}")},
    "application-set": {
        "a.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: x}\n"
        "spec: {template: {spec: {source: {chart: redis}, destination: {namespace: shop}}}}\n"
    },
    "application-set-with-holes": {
        "a.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: x}\n"
        "spec:\n  template:\n    spec:\n      source: {chart: redis}\n"
        "      destination: {namespace: '{{name}}'}\n"
    },
    "flux-oci": {"a.yaml": flux("./", "OCIRepository")},
    "flux-elsewhere": {"a.yaml": flux("./not/here", "GitRepository")},
    "remote-base": {
        "x/kustomization.yaml": kustomization(
            "https://example.com/redis?ref=v1", more="namespace: shop\n"
        )
    },
    "remote-base-below-an-overlay": {
        "x/kustomization.yaml": kustomization("https://example.com/redis?ref=v1"),
        "y/kustomization.yaml": kustomization("../x", more="namespace: shop\n"),
    },
    "inflated-chart": {
        "x/kustomization.yaml": "helmCharts: [{name: redis}]\nnamespace: shop\n"
    },
    "own-chart": {"redis/Chart.yaml": "name: redis\n"},
    "chart-with-a-policy": {
        "web/Chart.yaml": "name: web\n",
        "web/templates/policy.yaml": "kind: NetworkPolicy\nmetadata: {name: {{ .Release.Name }}}\n",
    },
    "chart-with-a-partial-policy": {
        "web/Chart.yaml": "name: web\n",
        "web/templates/web.yaml": '{{ include "policy" . }}\n',
        "web/templates/_policy.tpl": '{{- define "policy" }}\nkind: NetworkPolicy\n{{ end }}\n',
    },
    "chart-with-others": {
        "web/Chart.yaml": "name: web\ndependencies:\n- {name: redis, version: 1.x.x}\n",
        "web/templates/web.yaml": workload("web"),
    },
    "chart-in-a-chart": {
        "web/Chart.yaml": "name: web\n",
        "web/templates/web.yaml": workload("web"),
        "web/charts/redis/Chart.yaml": "name: redis\n",
    },
    "chart-in-another-folder-of-a-chart": {
        "web/Chart.yaml": "name: web\n",
        "web/templates/web.yaml": workload("web"),
        "web/more/redis/Chart.yaml": "name: redis\ndependencies: [{name: valkey}]\n",
    },
    "own-chart-of-a-release": {
        "redis/Chart.yaml": "name: redis\n",
        "a.yaml": RELEASE.replace("NAMESPACE", "shop").replace("chart: redis", "chart: ./redis"),
    },
    "helmfile": {"helmfile.yaml": "releases: []\n"},
    "terraform": {"main.tf": 'resource "helm_release" "redis" {}\n'},
    "jsonnet": {"main.jsonnet": "{kind: 'Deployment'}\n"},
    "cue": {"main.cue": 'kind: "StatefulSet"\n'},
    "template": {"t.yaml": workload("web").replace("name: web", "name: {{ name }}")},
    "broken": {"t.yaml": workload("web").replace("kind: Deployment", "kind: 'Deployment")},
}  # fmt: skip
OPENED_FOR_PODS = {
    "chart-without-policies": {
        "web/Chart.yaml": "name: web\n",
        "web/templates/web.yaml": workload("web").replace("web", "{{ .Release.Name }}"),
        "web/templates/_names.tpl": '{{- define "name" }}web{{ end }}\n',
    },
    "database": {"a.yaml": custom("Cluster", "postgresql.cnpg.io/v1")},
    "monitoring": {"a.yaml": custom("Prometheus", "monitoring.coreos.com/v1")},
    "pipeline": {"a.yaml": custom("Workflow", "argoproj.io/v1alpha1")},
    "analysis": {"a.yaml": custom("AnalysisTemplate", "argoproj.io/v1alpha1")},
    "experiment": {"a.yaml": custom("Experiment", "argoproj.io/v1alpha1")},
    "spark": {"a.yaml": custom("SparkApplication", "sparkoperator.k8s.io/v1beta2")},
    "an-operator-of-openshift": {
        "a.yaml": custom("NodeFeatureDiscovery", "nfd.openshift.io/v1"),
    },
    "load-balancers": {"a.yaml": custom("MetalLB", "metallb.io/v1beta1")},
    "of-a-list": {
        "a.yaml": "kind: List\nitems:\n- apiVersion: kafka.strimzi.io/v1beta2\n  kind: Kafka\n"
        "  metadata: {name: k, namespace: shop}\n"
    },
}
CHART_FOR_INGRESS = {
    "web/Chart.yaml": "name: web\n",
    "web/templates/policy.yaml": "kind: NetworkPolicy\nspec: {podSelector: {{ .Values.pods }}}\n",
}
LETTING_OUT = {
    "nothing-more": {},
    "the-word": {"web/templates/more.yaml": "# Egress\n"},
    "in-values": {"web/values.yaml": "egress: []\n"},
    "values-as-a-whole": {
        "web/templates/more.yaml": "kind: NetworkPolicy\nspec: {{ toYaml .Values.spec }}\n"
    },
    "another-chart": {"web/Chart.yaml": "name: web\ndependencies: [{name: redis}]\n"},
    "a-chart-inside": {"web/charts/redis/Chart.yaml": "name: redis\n"},
    "an-archive": {"web/charts/redis.tgz": ""},
}
CLOSED = {
    "nothing": {},
    "release-elsewhere": {"a.yaml": RELEASE.replace("NAMESPACE", "other")},
    "release-from-it-elsewhere": {
        "a.yaml": RELEASE.replace("NAMESPACE", "shop") + "  targetNamespace: other\n"
    },
    "argo-of-a-folder": {"a.yaml": argo("{path: x}"), "x/api.yaml": workload("api", "other")},
    "argo-elsewhere": {"a.yaml": argo("{chart: redis}", "other")},
    "flux-of-a-folder": {"a.yaml": flux("./x", "GitRepository"), "x/api.yaml": workload("api")},
    "remote-base-elsewhere": {
        "x/kustomization.yaml": kustomization(
            "https://example.com/redis?ref=v1", more="namespace: other\n"
        )
    },
    "example-chart": {"examples/redis/Chart.yaml": "name: redis\n"},
    "unused-base": {
        "base/api.yaml": workload("api", "other"),
        "base/kustomization.yaml": kustomization("api.yaml"),
    },
    "component": {
        "components/x/kustomization.yaml": "kind: Component\nresources: [api.yaml]\n",
        "components/x/api.yaml": workload("api", "other"),
    },
    "terraform-of-a-network": {"main.tf": 'resource "aws_vpc" "x" {}\n'},
    "example-template": {"examples/t.yaml": workload("web").replace("web", "{{ name }}")},
    "template-of-settings": {"t.yaml": "kind: ConfigMap\nmetadata: {name: '{{ x }}'}\n"},
    "harmless-kinds": {
        "a.yaml": custom("Certificate", "cert-manager.io/v1"),
        "b.yaml": custom("ServiceMonitor", "monitoring.coreos.com/v1"),
        "c.yaml": custom("Ingress", "networking.k8s.io/v1"),
        "d.yaml": custom("Route", "route.openshift.io/v1"),
        "e.yaml": custom("VaultStaticSecret", "secrets.hashicorp.com/v1beta1"),
        "f.yaml": custom("ClusterSPIFFEID", "spire.spiffe.io/v1alpha1"),
        "g.yaml": custom("NodePool", "karpenter.sh/v1"),
    },
    "custom-elsewhere": {
        "a.yaml": custom("Cluster", "postgresql.cnpg.io/v1").replace("shop", "other")
    },
    "large-data": {"data.json": '{"a": 1}' + " " * 5_000_000},
}  # fmt: skip


@pytest.mark.parametrize("case", OPENED)
def test_pods_and_policies_may_come_unseen(tmp_path: Path, case: str) -> None:
    write(tmp_path, WEB | OPENED[case])
    found = population(tmp_path)
    assert (found.authoritative, found.complete) == (False, False)
    assert found.unseen_pods


@pytest.mark.parametrize("case", OPENED_FOR_PODS)
def test_operators_make_pods_but_no_policies(tmp_path: Path, case: str) -> None:
    write(tmp_path, WEB | OPENED_FOR_PODS[case])
    found = population(tmp_path)
    assert (found.authoritative, found.complete) == (False, True)


@pytest.mark.parametrize("case", CLOSED)
def test_what_brings_nothing_here(tmp_path: Path, case: str) -> None:
    write(tmp_path, WEB | CLOSED[case])
    found = population(tmp_path)
    assert (found.authoritative, found.complete) == (True, True), found.unseen_pods


@pytest.mark.parametrize("case", LETTING_OUT)
def test_policies_of_a_chart_that_let_nothing_out(tmp_path: Path, case: str) -> None:
    """None of its files speaks of egress, and nothing unseen is written into them."""
    write(tmp_path, WEB | CHART_FOR_INGRESS | LETTING_OUT[case])
    found = population(tmp_path)
    assert (found.authoritative, found.complete) == (False, False)
    assert bool(found.unseen_egress) == bool(LETTING_OUT[case])


def test_charts_in_charts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However deep they lie in each other, each of them is read about as often as alone."""
    depth, files = 30, dict(WEB)
    for level in range(1, depth + 1):
        folder = "z/" * level
        files |= {f"{folder}Chart.yaml": "name: z\n", f"{folder}templates/a.yaml": workload("a")}
    write(tmp_path, files)
    read, count = tree_room.Tree.read, Counter[str]()

    def counted(tree: Tree, path: str, *rest: int) -> bytes | None:
        count[path] += 1
        return read(tree, path, *rest)

    monkeypatch.setattr(tree_room.Tree, "read", counted)
    assert not population(tmp_path).authoritative
    assert max(count.values()) < 10 < depth, count.most_common(3)


def test_without_a_workload_nothing_is_authoritative(tmp_path: Path) -> None:
    write(tmp_path, {"a.yaml": policy("a", "shop")})
    found = population(tmp_path)
    assert (found.authoritative, found.complete, found.unseen_pods) == (False, True, "")


def test_what_is_too_large_to_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, WEB | {"all.yaml": workload("api", "shop") + "#" * 5_000})
    assert population(tmp_path).authoritative
    monkeypatch.setattr(tree_room, "MAX_MANIFEST", 2_000)
    monkeypatch.setattr(tree_room.Tree.read, "__defaults__", (2_000,))
    found = population(tmp_path)
    assert not found.authoritative
    assert found.unseen_pods == "all.yaml, which is not read"


def test_a_listing_that_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, WEB | {"z.yaml": workload("api", "shop")})
    monkeypatch.setattr(tree_room, "MAX_FILES", 2)
    found = population(tmp_path)
    assert (len(found.residents), found.authoritative, found.complete) == (1, False, False)


def test_standard_input_is_never_the_whole() -> None:
    found = Picture(Tree(None, "---\n".join(WEB.values()))).census.population("shop")
    assert [str(each) for each in found.residents] == ["Deployment web"]
    assert (found.authoritative, found.complete) == (False, False)
