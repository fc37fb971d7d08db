"""Objects after their builds: what kustomizations make of labels, selectors and names."""

from __future__ import annotations

from pathlib import Path

import pytest

from netpol_lint.repository.index import Index
from netpol_lint.repository.population import Population
from netpol_lint.repository.surroundings import Picture
from netpol_lint.repository.tree import Tree

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - from:
    - podSelector: {matchLabels: {app: till}}
    - podSelector: {}
    - podSelector: {matchExpressions: [{key: app, operator: Exists}]}
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {hostNetwork: true, containers: [{name: web, ports: [{containerPort: 80}]}]}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
"""


TEXT = "---\n".join((POLICY, DEPLOYMENT, SERVICE))


def population(root: Path, kustomization: str, text: str = TEXT) -> Population:
    """Namespace `shop`, as a kustomization of the three objects gives it."""
    (root / "web.yaml").write_text(text)
    (root / "kustomization.yaml").write_text(
        f"namespace: shop\nresources: [web.yaml]\n{kustomization}"
    )
    return Picture(Tree(str(root))).census.population("shop")


def selectors(found: Population) -> list[str]:
    """The subject of its policy, and the pods of its peers."""
    (sibling,) = found.policies
    peers = sibling.policy.ingress.value[0].peers.value
    return [str(sibling.policy.subject.value), *(str(peer.pods.value) for peer in peers)]


def test_labels_for_selectors(tmp_path: Path) -> None:
    """They go into pods, into selectors with matchLabels, and nowhere else."""
    found = population(tmp_path, "labels: [{includeSelectors: true, pairs: {team: tills}}]\n")
    assert selectors(found) == [
        "app=web, team=tills",
        "app=till, team=tills",
        "{}",
        "app Exists",
    ]
    assert found.residents[0].labels == {"app": "web", "team": "tills"}
    assert found.fronts[0].selector == {"app": "web", "team": "tills"}


def test_labels_for_objects_only(tmp_path: Path) -> None:
    """Without includeSelectors nothing changes that decides about traffic."""
    found = population(tmp_path, "labels: [{pairs: {team: tills}}]\n")
    assert selectors(found)[0] == "app=web"
    assert found.residents[0].labels == {"app": "web"}


def test_a_pair_replaces_an_equal_key(tmp_path: Path) -> None:
    """What stands in the file is overwritten."""
    found = population(tmp_path, "commonLabels: {app: shop}\n")
    assert selectors(found)[:2] == ["app=shop", "app=shop"]
    assert found.residents[0].labels == {"app": "shop"}


def test_names(tmp_path: Path) -> None:
    """Prefixes change the names of Services and workloads."""
    found = population(tmp_path, "namePrefix: a-\n")
    assert str(found.residents[0]) == "Deployment a-web"
    assert str(found.fronts[0]) == "Service a-web"


def test_patches_make_unknown(tmp_path: Path) -> None:
    """What a patch may write is not known, the rest is."""
    patch = "patches: [{patch: '{spec: {template: {metadata: {labels: null}}}}', target: T}]\n"
    found = population(tmp_path, patch.replace("T", "{kind: Deployment}"))
    assert found.residents[0].labels is None
    assert found.residents[0].workload.host_network
    assert selectors(found)[0] == "app=web"
    found = population(tmp_path, patch.replace("T", "{kind: NetworkPolicy}"))
    (sibling,) = found.policies
    assert not sibling.policy.spec.readable
    assert sibling.policy.declared is None
    assert found.residents[0].labels == {"app": "web"}


LABELS = "{spec: {template: {metadata: X}}}"
"""A strategic merge patch of the pod's labels."""
CERTAIN = "{kind: Deployment, name: web}"


@pytest.mark.parametrize(
    ("patch", "target", "labels"),
    [
        (
            LABELS.replace("X", "{labels: {app: x, tier: front}}"),
            CERTAIN,
            {"app": "x", "tier": "front"},
        ),
        (LABELS.replace("X", '{labels: {db: "true"}}'), CERTAIN, {"app": "web", "db": "true"}),
        (LABELS.replace("X", "{labels: {app: null}}"), CERTAIN, None),
        (LABELS.replace("X", "{labels: {app: true}}"), CERTAIN, None),
        (LABELS.replace("X", "{labels: {app: .inf}}"), CERTAIN, None),
        (LABELS.replace("X", "{labels: {app: ${APP}}}"), CERTAIN, None),
        (LABELS.replace("X", "{labels: {app: a$b}}"), CERTAIN, None),
        (LABELS.replace("X", "{labels: {app: x, $patch: replace}}"), CERTAIN, None),
        (LABELS.replace("X", "{$patch: replace, labels: {app: x}}"), CERTAIN, None),
        (LABELS.replace("X", "null"), CERTAIN, None),
        (LABELS.replace("X", "{labels: {app: x}}"), "{kind: Deployment, labelSelector: a=b}", None),
        (LABELS.replace("X", "{labels: {app: x}}"), "{kind: Deployment, namespace: shop}", None),
        (LABELS.replace("X", "{labels: {app: x}}"), "{kind: DaemonSet}", {"app": "web"}),
        ("[{op: add, path: /spec/template/metadata/labels/a, value: b}]", CERTAIN, {"a": "b"}),
        ("[{op: add, path: /spec/template/metadata/labels/1, value: b}]", CERTAIN, None),
        ("[{op: remove, path: /spec/template/metadata/labels/app}]", CERTAIN, None),
        ("[{op: add, path: /spec/template/metadata/labels, value: {a: b}}]", CERTAIN, None),
        (
            "[{op: copy, path: /spec/template/metadata/labels/a, from: /metadata/name, value: b}]",
            CERTAIN,
            None,
        ),
    ],
)
def test_labels_that_a_patch_writes(
    tmp_path: Path, patch: str, target: str, labels: dict[str, str] | None
) -> None:
    """They are known where it certainly does nothing else to them, and certainly to these."""
    found = population(tmp_path, f"patches: [{{patch: '{patch}', target: {target}}}]\n")
    if labels is not None:
        labels = {"app": "web", **labels}
    assert found.residents[0].labels == labels


def test_labels_of_patches_and_kustomizations(tmp_path: Path) -> None:
    """Patches come first; who patches labels that a base has written may change others, too."""
    patch = f"patches: [{{patch: '{LABELS}', target: {CERTAIN}}}]\n"
    patch = patch.replace("X", "{labels: {app: x, tier: front}}")
    found = population(tmp_path, f"{patch}commonLabels: {{tier: front}}\n")
    assert found.residents[0].labels == {"app": "x", "tier": "front"}
    (tmp_path / "over").mkdir()
    (tmp_path / "over" / "kustomization.yaml").write_text(
        f"namespace: till\nresources: [..]\n{patch}"
    )
    above = Picture(Tree(str(tmp_path))).census.population("till")
    assert [each.labels for each in above.residents] == [None]


@pytest.mark.parametrize(
    ("value", "on"), [("true", True), ("yes", True), ('"true"', False), ("1", False), ("no", False)]
)
def test_a_network_that_is_patched_in(tmp_path: Path, value: str, *, on: bool) -> None:
    """It stands where the patch stands."""
    off = TEXT.replace("hostNetwork: true", "hostNetwork: false")
    patch = f"{{spec: {{template: {{spec: {{hostNetwork: {value}}}}}}}}}"
    found = population(tmp_path, f"patches: [{{patch: '{patch}', target: {CERTAIN}}}]\n", off)
    workload = found.residents[0].workload
    assert workload.host_network == on
    spot = workload.host_network_spot
    assert (spot.path if spot else "") == ("kustomization.yaml" if on else "")


@pytest.mark.parametrize(
    ("name", "on"), [("web", True), ("b-a-web", True), ("a-web", False), ("c-web", False)]
)
def test_a_name_between_the_first_and_the_last(tmp_path: Path, name: str, *, on: bool) -> None:
    """A target is sought by the name that the object began with and the one that it has.

    Source: resWrangler.Select in api/resmap/reswrangler.go.
    """
    population(tmp_path, "namePrefix: a-\n", TEXT.replace("hostNetwork: true", "x: y"))
    (tmp_path / "over").mkdir()
    patch = "[{op: add, path: /spec/template/spec/hostNetwork, value: true}]"
    (tmp_path / "over" / "kustomization.yaml").write_text(
        "namespace: till\nnamePrefix: b-\nresources: [..]\npatchesJson6902:\n"
        f'- {{patch: "{patch}", target: {{kind: Deployment, group: apps, name: {name}}}}}\n'
    )
    above = Picture(Tree(str(tmp_path))).census.population("till")
    assert [each.workload.host_network for each in above.residents] == [on]


CONTAINERS = "{kind: K, apiVersion: V, metadata: {name: web}, spec: {template: {spec: X}}}"
"""A strategic merge patch of the pod spec."""
OPERATION = "[{op: replace, path: /spec/template/spec/X, value: 1}]"


@pytest.mark.parametrize(
    ("patch", "ports", "host_network"),
    [
        # What a merge says of a container by its name leaves the ports alone, unless it says them.
        (CONTAINERS.replace("X", "{containers: [{name: web, env: [{name: a}]}]}"), True, True),
        (CONTAINERS.replace("X", "{initContainers: [{name: set-up, image: a}]}"), True, True),
        (CONTAINERS.replace("X", "{containers: [{name: web, ports: []}]}"), False, True),
        (CONTAINERS.replace("X", "{containers: [{name: web, ports: null}]}"), False, True),
        (CONTAINERS.replace("X", "{initContainers: [{name: new, ports: [{}]}]}"), False, True),
        # One more container has the ports that the patch gives it: none.
        (CONTAINERS.replace("X", "{containers: [{name: new, image: a}]}"), True, True),
        # Containers that go, or go with another.
        (CONTAINERS.replace("X", "{containers: [{name: web, $patch: delete}]}"), False, True),
        (CONTAINERS.replace("X", "{containers: [{name: a}, {$patch: replace}]}"), False, True),
        (CONTAINERS.replace("X", "{containers: [{image: a}]}"), False, True),
        (CONTAINERS.replace("X", "{containers: [{name: null, image: a}]}"), False, True),
        (CONTAINERS.replace("X", "{containers: [null]}"), False, True),
        (CONTAINERS.replace("X", "{containers: null}"), False, True),
        (CONTAINERS.replace("X", "null"), False, False),
        (CONTAINERS.replace("X", "{$patch: replace, containers: []}"), False, False),
        # The network.
        (CONTAINERS.replace("X", "{hostNetwork: false}"), True, False),
        (CONTAINERS.replace("X", "{hostPID: true}"), True, True),
        # The same for JSON patches.
        (OPERATION.replace("X", "containers/0/args/-"), True, True),
        (OPERATION.replace("X", "securityContext"), True, True),
        (OPERATION.replace("X", "hostNetwork"), True, False),
        (OPERATION.replace("X", "containers/0/ports/0/name"), False, True),
        (OPERATION.replace("X", "containers/-1/ports"), False, True),
        (OPERATION.replace("X", "containers/-"), False, True),
        (OPERATION.replace("X", "initContainers/0"), False, True),
        (OPERATION.replace("X", "containers"), False, True),
        (OPERATION.replace("/X", ""), False, False),
        ("nobody knows", False, False),
    ],
)
def test_patches_of_the_pod_spec(
    tmp_path: Path, patch: str, *, ports: bool, host_network: bool
) -> None:
    """Ports and the network are known unless the patch may write just these."""
    patch = patch.replace("K", "Deployment").replace("V", "apps/v1")
    found = population(tmp_path, f"patches: [{{patch: '{patch}', target: {{kind: Deployment}}}}]\n")
    workload = found.residents[0].workload
    assert (workload.ports is not None) == ports
    assert workload.host_network == host_network


@pytest.mark.parametrize(
    ("containers", "known"),
    [
        ("      - name: web\n        env: []\n", True),
        ("      - name: web\n        ports: []\n", False),
        ("      - image: web\n", False),
        ("      - name: web\n      - name:\n        image: web\n", False),
        ("", False),
    ],
)
def test_patches_in_files_of_their_own(tmp_path: Path, containers: str, *, known: bool) -> None:
    """The same for a merge in the usual style, of which only the outline is read."""
    (tmp_path / "patch.yaml").write_text(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n"
        f"spec:\n  template:\n    spec:\n      containers:\n{containers}"
    )
    workload = population(tmp_path, "patches: [{path: patch.yaml}]\n").residents[0].workload
    assert (workload.ports is not None) == known
    assert workload.host_network


@pytest.mark.parametrize(
    ("version", "kind", "patched", "known"),
    [
        ("apps/v1", "Deployment", "Deployment", True),
        ("apps/v1", "DaemonSet", "Deployment", True),
        ("apps/v1beta2", "Deployment", "Deployment", False),
        ("extensions/v1beta1", "DaemonSet", "DaemonSet", False),
        ("argoproj.io/v1alpha1", "Rollout", "Rollout", False),
        ("argoproj.io/v1alpha1", "Rollout", "Deployment", False),
    ],
)
def test_containers_are_merged_where_kustomize_knows_the_kind_of_the_target(
    tmp_path: Path, version: str, kind: str, patched: str, *, known: bool
) -> None:
    """Of others it replaces the list, whatever kind the patch calls itself."""
    patch = CONTAINERS.replace("X", "{containers: [{name: web, image: a}]}")
    patch = patch.replace("K", patched).replace("V", version)
    text = TEXT.replace("apps/v1", version).replace("Deployment", kind)
    target = f"target: {{kind: {kind}}}"
    found = population(tmp_path, f"patches: [{{patch: '{patch}', {target}}}]\n", text)
    assert (found.residents[0].workload.ports is not None) == known


def test_deleted_objects(tmp_path: Path) -> None:
    """A patch takes an object out of the build."""
    patch = (
        "patches: [{patch: '{$patch: delete, kind: KIND, apiVersion: APP, metadata: {name: web}}'}]"
    )
    deployment = patch.replace("APP", "apps/v1").replace("KIND", "Deployment")
    assert population(tmp_path, deployment).residents == ()
    policy = patch.replace("APP", "networking.k8s.io/v1").replace("KIND", "NetworkPolicy")
    found = population(tmp_path, policy)
    assert (len(found.policies), len(found.residents)) == (0, 1)


def test_nothing_is_listed_for_a_namespace_that_nobody_asks_for(tmp_path: Path) -> None:
    """The picture is made of what somebody wants to know."""
    index = Index(Tree(str(tmp_path)))
    assert "_scan" not in vars(index)


def test_who_stays_at_home_unless_a_patch_takes_the_mark_away(tmp_path: Path) -> None:
    """An object with the mark is left out of builds; a patch of its annotations leaves it open."""
    mark = "annotations: {config.kubernetes.io/local-config: 'true'}"
    marked = TEXT.replace("metadata: {name: web}", f"metadata: {{{mark}, name: web}}")
    assert marked.count(mark) == 3
    assert not population(tmp_path, "", marked).residents
    patch = "patches: [{patch: '[{op: add, path: PATH, value: {}}]', target: {kind: Deployment}}]\n"
    other = population(tmp_path, patch.replace("PATH", "/metadata/labels"), marked)
    assert (len(other.residents), len(other.policies)) == (0, 0)
    found = population(tmp_path, patch.replace("PATH", "/metadata/annotations"), marked)
    assert (len(found.residents), len(found.policies)) == (1, 0)
