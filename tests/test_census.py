"""Who lives where: every kind, every style, every way into a namespace, and what stays unknown."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from repositories import (
    census,
    kustomization,
    placed,
    policy,
    population,
    residents,
    service,
    strays,
    workload,
    write,
)
from support import corpus

from netpol_lint import parse
from netpol_lint.policy import read
from netpol_lint.repository import census as census_room
from netpol_lint.repository.manifest import WORKLOADS, manifests
from netpol_lint.repository.sighting import COUNTED, sight
from netpol_lint.repository.surroundings import Repository

CRON = """\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: clean
  namespace: shop
spec:
  jobTemplate:
    spec:
      template:
        metadata:
          labels:
            app: clean
"""
POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: once
  namespace: shop
  labels:
    app: once
"""
FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: shop
  namespace: flux-system
spec:
  path: ./app
  targetNamespace: shop
"""
ARGO = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop
  namespace: argocd
spec:
  source:
    repoURL: https://example.com/shop.git
    path: app
  destination:
    namespace: shop
"""


@pytest.mark.parametrize("kind", sorted(WORKLOADS - {"CronJob", "Pod"}))
def test_each_kind_of_workload(tmp_path: Path, kind: str) -> None:
    write(tmp_path, {"web.yaml": workload("web", "shop", kind)})
    (found,) = population(tmp_path).residents
    assert (str(found), found.labels) == (f"{kind} web", {"app": "web"})


def test_pods_and_cron_jobs_keep_their_labels_elsewhere(tmp_path: Path) -> None:
    write(tmp_path, {"clean.yaml": CRON, "once.yaml": POD})
    labels = {str(each): each.labels for each in population(tmp_path).residents}
    assert labels == {"CronJob clean": {"app": "clean"}, "Pod once": {"app": "once"}}


def test_a_rollout_may_have_its_pods_elsewhere(tmp_path: Path) -> None:
    rollout = workload("web", "shop", "Rollout")
    elsewhere = placed(
        "kind: Rollout\nmetadata:\n  name: api\nspec:\n  workloadRef: {kind: Deployment}\n", "shop"
    )
    write(tmp_path, {"a.yaml": rollout, "b.yaml": elsewhere})
    labels = {str(each): each.labels for each in population(tmp_path).residents}
    assert labels == {"Rollout web": {"app": "web"}, "Rollout api": None}


WEB = workload("web", "shop")
STYLES: dict[str, str | bytes] = {
    "crlf": WEB.replace("\n", "\r\n"),
    "byte-order-mark": "\ufeff" + WEB,
    "several": f"{WEB}---\n{service('web', 'shop')}",
    "comments": "# about\n---\n# more\n" + WEB,
    "quoted": WEB.replace("kind: Deployment", "'kind': \"Deployment\""),
    "escaped": WEB.replace("kind: Deployment", 'kind: "\\x44eployment"'),
    "indented": "".join(f"  {line}\n" for line in WEB.splitlines()),
    "anchored": WEB.replace("namespace: shop", "namespace: &ns shop"),
    "tagged": WEB.replace("namespace: shop", "namespace: !!str shop"),
    "folded": WEB.replace("namespace: shop", "namespace: >-\n    shop"),
    "merged": "kind: Deployment\n<<: &x\n  metadata: {name: web, namespace: shop}\n"
    "spec: {template: {metadata: {labels: {app: web}}}}\n",
    "flow": "{kind: Deployment, metadata: {name: web, namespace: shop},"
    " spec: {template: {metadata: {labels: {app: web}}}}}",
    "list": "kind: List\nitems:\n" + "".join(
        f"{'- ' if not n else '  '}{line}\n" for n, line in enumerate(WEB.splitlines())
    ),
    "own-list": "kind: DeploymentList\nitems:\n" + "".join(
        f"{'- ' if not n else '  '}{line}\n" for n, line in enumerate(WEB.splitlines())
    ),
    "utf-16": WEB.encode("utf-16"),
    "json": json.dumps({
        "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"template": {"metadata": {"labels": {"app": "web"}}}},
    }),
    "json-of-lines": json.dumps({
        "kind": "List", "items": [{
            "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"},
            "spec": {"template": {"metadata": {"labels": {"app": "web"}}}},
        }],
    }, indent=2),
}  # fmt: skip


@pytest.mark.parametrize("style", STYLES)
def test_each_style_of_writing(tmp_path: Path, style: str) -> None:
    write(tmp_path, {"web.json" if "json" in style else "web.yaml": STYLES[style]})
    (found,) = population(tmp_path).residents
    assert (str(found), found.labels) == ("Deployment web", {"app": "web"})


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("{app: web, tier: front}", {"app": "web", "tier": "front"}),
        ("{app: ${APP}}", None),
        ("[app, web]", None),
        ("web", None),
        ("{app: [web]}", None),
        ("{app: null, tier: ~}", {"app": "", "tier": ""}),
        ("", {}),
        ("{}", {}),
        (
            '{"app.kubernetes.io/name": "1.10", x: 010}',
            {"app.kubernetes.io/name": "1.10", "x": "010"},
        ),
        ("\n        app: web\n        'tier': front", {"app": "web", "tier": "front"}),
        ("\n        app: &web web\n        tier: *web", {"app": "web", "tier": "web"}),
        ("\n        app: web\n        version: null", {"app": "web", "version": ""}),
        ("\n        app: web\n        version: 2", {"app": "web", "version": "2"}),
        ("\n        app: web\n        version: ${V}", None),
    ],
)
def test_labels_of_pods(tmp_path: Path, labels: str, expected: dict[str, str] | None) -> None:
    text = WEB.replace("labels:\n        app: web", f"labels: {labels}")
    write(tmp_path, {"web.yaml": text})
    assert [each.labels for each in population(tmp_path).residents] == [expected]


def test_a_broken_workload_has_no_known_labels(tmp_path: Path) -> None:
    """It can be told what it is, but not which labels its pods have."""
    broken = WEB.replace("      labels:\n        app: web\n", "") + "  broken: [\n"
    write(tmp_path, {"web.yaml": broken})
    (found,) = population(tmp_path).residents
    assert found.labels is None
    assert found.workload.ports is None


def test_what_else_a_workload_tells(tmp_path: Path) -> None:
    text = WEB.replace("metadata:\n", "metadata:\n  labels: {tier: front}\n", 1).replace(
        "    spec:\n", "    spec:\n      hostNetwork: true\n      dnsPolicy: Default\n"
    )
    write(tmp_path, {"web.yaml": text})
    (found,) = population(tmp_path).residents
    each = found.workload
    assert (each.own_labels, each.host_network, each.dns_policy) == (
        {"tier": "front"},
        True,
        "Default",
    )
    assert [(port.number, port.protocol) for port in each.ports or ()] == [(8080, "TCP")]
    spots = (each.spot, each.labels_spot, each.own_labels_spot("tier"), each.host_network_spot)
    words = [text[spot.span.start : spot.span.end] for spot in spots if spot is not None]
    assert words == ["web", "labels", "labels", "hostNetwork"]


def test_services_have_selectors(tmp_path: Path) -> None:
    bare = service("web", "shop").replace("  selector:\n    app: web\n", "")
    knative = service("k", "shop").replace("apiVersion: v1", "apiVersion: serving.knative.dev/v1")
    write(tmp_path, {"a.yaml": service("web", "shop"), "b.yaml": bare, "c.yaml": knative})
    fronts = population(tmp_path).fronts
    assert [(str(each), each.selector) for each in fronts] == [
        ("Service web", {"app": "web"}),
        ("Service web", None),
    ]
    assert [(port.number, port.target) for port in fronts[0].service.ports] == [(80, 8080)]


WAYS = {
    "own": {"app/web.yaml": WEB},
    "kustomize": {
        "app/web.yaml": workload("web"),
        "app/kustomization.yaml": kustomization("web.yaml", more="namespace: shop\n"),
    },
    "kustomize-overwrites": {
        "app/web.yaml": workload("web", "other"),
        "app/kustomization.yaml": kustomization("web.yaml", more="namespace: shop\n"),
    },
    "base-and-overlay": {
        "app/web.yaml": workload("web"),
        "app/kustomization.yaml": kustomization("web.yaml"),
        "live/kustomization.yaml": kustomization("../app", more="namespace: shop\n"),
    },
    "flux": {"app/web.yaml": workload("web"), "order.yaml": FLUX},
    "argo": {"app/web.yaml": workload("web"), "order.yaml": ARGO},
    "command": {"app/web.yaml": workload("web"), "run.sh": "kubectl apply -n shop -f app/web.yaml"},
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_each_way_into_a_namespace(tmp_path: Path, way: str) -> None:
    write(tmp_path, WAYS[way])
    assert residents(tmp_path) == ["Deployment web"]
    assert strays(tmp_path) == []
    assert census(tmp_path).inhabited == {"shop"}


def test_several_overlays_are_several_namespaces(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "base/web.yaml": workload("web"),
            "base/kustomization.yaml": kustomization("web.yaml"),
            "dev/kustomization.yaml": kustomization("../base", more="namespace: shop-dev\n"),
            "live/kustomization.yaml": kustomization("../base", more="namespace: shop\n"),
        },
    )
    assert census(tmp_path).inhabited == {"shop", "shop-dev"}
    for name in ("shop", "shop-dev"):
        assert residents(tmp_path, name) == ["Deployment web"]


@pytest.mark.parametrize(
    "files",
    [
        {"web.yaml": workload("web")},
        {"web.yaml": WEB.replace("namespace: shop", "namespace: ${NAMESPACE}")},
        {
            "base/web.yaml": workload("web"),
            "base/kustomization.yaml": kustomization("web.yaml"),
        },
        {"chart/Chart.yaml": "name: web\n", "chart/templates/web.yaml": workload("web")},
        {
            "web.yaml": WEB,
            "kustomization.yaml": kustomization("web.yaml", more="namespace: ${NAMESPACE}\n"),
        },
        {
            "app/web.yaml": workload("web"),
            "order.yaml": FLUX.replace("Namespace: shop", "Namespace: ${NAMESPACE}"),
        },
    ],
)
def test_strays_may_live_anywhere(tmp_path: Path, files: dict[str, str]) -> None:
    write(tmp_path, files | {"api.yaml": workload("api", "shop")})
    assert residents(tmp_path) == ["Deployment api"]
    assert strays(tmp_path) == ["Deployment web"]


def test_patches_are_no_objects(tmp_path: Path) -> None:
    """Neither here nor anywhere: they are parts of what they change."""
    write(
        tmp_path,
        {
            "app/web.yaml": workload("web"),
            "app/more.yaml": workload("web").replace("app: web", "app: patched"),
            "app/kustomization.yaml": kustomization(
                "web.yaml", more="namespace: shop\npatches: [{path: more.yaml}]\n"
            ),
        },
    )
    assert residents(tmp_path) == ["Deployment web"]
    assert strays(tmp_path) == []
    assert [each.labels for each in population(tmp_path).residents] == [{"app": "patched"}]


def test_labels_of_namespaces(tmp_path: Path) -> None:
    """Kustomize renames a Namespace object to the namespace of the build."""
    namespace = (
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: {team: tills}\n"
    )
    write(
        tmp_path,
        {
            "a.yaml": namespace,
            "b/namespace.yaml": namespace.replace("shop", "base"),
            "b/kustomization.yaml": kustomization("namespace.yaml", more="namespace: renamed\n"),
        },
    )
    assert census(tmp_path).namespaces == {
        "shop": ({"team": "tills"},),
        "renamed": ({"team": "tills"},),
    }


def test_policies_and_those_of_other_engines(tmp_path: Path) -> None:
    cilium = placed(
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata:\n  name: c\n", "shop"
    )
    calico = placed(
        "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata:\n  name: k\n", "shop"
    )
    write(tmp_path, {"a.yaml": policy("a", "shop"), "b.yaml": cilium, "c.yaml": calico})
    found = population(tmp_path)
    assert [each.policy.name_text for each in found.policies] == ["a"]
    assert [each.kind for each in found.foreigners] == ["CiliumNetworkPolicy", "NetworkPolicy"]
    assert not found.complete
    assert population(tmp_path, "other").complete


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\n",
        "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: a}\n",
        "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: a}\n"
        "spec: {rules: [{generate: {kind: NetworkPolicy}}]}\n",
    ],
)
def test_what_decides_about_all_namespaces(tmp_path: Path, text: str) -> None:
    write(tmp_path, {"a.yaml": text, "web.yaml": WEB})
    assert not population(tmp_path).complete
    assert population(tmp_path).authoritative


def test_a_policy_of_kyverno_that_only_looks_at_policies_makes_none(tmp_path: Path) -> None:
    text = "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nspec: {NetworkPolicy: 1}\n"
    write(tmp_path, {"a.yaml": text, "web.yaml": WEB})
    assert population(tmp_path).complete


def test_a_policy_that_cannot_be_read_makes_the_set_incomplete(tmp_path: Path) -> None:
    write(tmp_path, {"web.yaml": WEB, "a.yaml": policy("a", "shop") + "  ingress: [\n"})
    found = population(tmp_path)
    assert found.authoritative
    assert not found.complete


LOST = {
    "beside": ("app/lost.yaml", False),
    "below": ("app/policies/more/lost.yaml", False),
    "elsewhere": ("other/lost.yaml", True),
    "above": ("lost.yaml", True),
    "example": ("app/examples/lost.yaml", True),
}


@pytest.mark.parametrize("place", LOST)
def test_a_lost_policy_makes_the_sets_of_its_tree_incomplete(tmp_path: Path, place: str) -> None:
    """No policy's namespace may be unknown in the directory tree of the build."""
    path, complete = LOST[place]
    write(tmp_path, {"app/web.yaml": WEB, "app/a.yaml": policy("a", "shop"), path: policy("lost")})
    assert population(tmp_path).complete is complete
    assert population(tmp_path).authoritative
    assert [each.policy.name_text for each in census(tmp_path).lost] == ["lost"]


def test_a_lost_policy_beside_the_build(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "app/web.yaml": workload("web"),
            "app/kustomization.yaml": kustomization("web.yaml", more="namespace: shop\n"),
            "app/lost.yaml": policy("lost"),
        },
    )
    assert not population(tmp_path).complete


def test_an_example_is_incomplete_among_examples(tmp_path: Path) -> None:
    write(tmp_path, {"examples/web.yaml": WEB, "examples/lost.yaml": policy("lost")})
    assert not population(tmp_path).complete


def test_limits_make_it_less_certain_never_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {f"{number}.yaml": workload(f"w{number}", "shop") for number in range(4)})
    assert population(tmp_path).authoritative
    monkeypatch.setattr(census_room, "MAX_FILES", 3)
    crowded = population(tmp_path)
    assert (len(crowded.residents), crowded.authoritative, crowded.complete) == (3, False, False)
    monkeypatch.setattr(census_room, "MAX_FILES", 10)
    monkeypatch.setattr(census_room, "MAX_OBJECTS", 3)
    assert not population(tmp_path).authoritative


def test_a_file_that_git_ignores_sees_itself(tmp_path: Path) -> None:
    """It is part of its own world, and of nobody else's."""
    text = f"{workload('hidden', 'shop')}---\n{policy('a', 'shop')}"
    files = {
        ".gitignore": "/out\n",
        "out/a.yaml": text,
        "b.yaml": f"{WEB}---\n{policy('b', 'shop')}",
    }
    write(tmp_path, files)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    repository = Repository(str(tmp_path))
    found = {}
    for path in ("out/a.yaml", "b.yaml"):
        text = (tmp_path / path).read_text()
        subject = read(text, list(manifests(text))[1].root)
        seen = repository.surroundings(path).census(subject).population("shop")
        found[path] = sorted(map(str, seen.residents))
    assert found == {
        "out/a.yaml": ["Deployment hidden", "Deployment web"],
        "b.yaml": ["Deployment web"],
    }


def test_no_real_object_is_overlooked() -> None:
    """What is sighted of a file is what the parser finds in it."""
    for path in corpus():
        text = parse.decode(path.read_bytes())[0]
        sighting = sight(str(path), text)
        places = frozenset() if sighting is None else sighting.places
        assert places == {(each.kind, each.own) for each in manifests(text) if each.kind in COUNTED}
