"""What the whole repository testifies to: workloads, Services, entrances, installers."""

from __future__ import annotations

from pathlib import Path

import pytest

from netpol_lint import parse, policy, whereabouts
from netpol_lint.policy import Selector
from netpol_lint.repository import Census, Repository, entrance
from netpol_lint.repository.command import rewritten
from netpol_lint.repository.manifest import manifests

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - from:
    - namespaceSelector: SELECTOR
"""
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: NAMESPACE, labels: {app: NAME}}
spec:
  containers:
  - name: main
    ports:
    - {containerPort: 53, protocol: UDP}
    - {containerPort: 8080}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  type: LoadBalancer
  clusterIP: 10.96.0.77
  clusterIPs: [10.96.0.77, "fd00::77"]
  selector: {app: web}
  ports: [{port: 80}]
"""
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  defaultBackend: {service: {name: front, port: {number: 80}}}
  rules:
  - http:
      paths:
      - {path: /, backend: {service: {name: web, port: {number: 80}}}}
      - {path: /static, backend: {resource: {kind: Bucket, name: files}}}
"""
ROUTE = """\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  rules:
  - backendRefs:
    - {name: web, port: 80}
    - {name: other, namespace: tools, port: 80}
    - {name: files, kind: Bucket}
"""
OPENSHIFT = """\
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: web, namespace: shop}
spec: {to: {kind: Service, name: web}}
"""
RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: dns, namespace: kube-system}
spec: {chart: {spec: {chart: coredns}}}
"""


def census(root: Path, **files: str) -> Census:
    texts = {"policy": POLICY.replace("SELECTOR", "{}"), **files}
    for name, text in texts.items():
        (root / f"{name}.yaml").write_text(text)
    repository = Repository(str(root))
    return repository.surroundings("policy.yaml").census(_policy(texts["policy"]))


def _policy(text: str) -> policy.Policy:
    (part,) = parse.split(text)
    (found,) = policy.find(text, parse.parse(text, part).root)
    return found


def selector(text: str) -> Selector:
    found = _policy(POLICY.replace("SELECTOR", text)).ingress.value[0].peers.value[0]
    assert found.namespaces.value is not None
    return found.namespaces.value


def pod(name: str, namespace: str) -> str:
    return POD.replace("NAMESPACE", namespace).replace("NAME", name)


def test_every_workload_is_counted(tmp_path: Path) -> None:
    """Wherever it lands, also where nobody says where."""
    bare = pod("till", "shop").replace(", namespace: shop", "")
    found = census(tmp_path, web=pod("web", "shop"), db=pod("db", "data"), till=bare).workloads
    places = {each.workload.name: each.build.namespace for each in found}
    assert places == {"web": "shop", "db": "data", "till": None}


def test_udp_ports(tmp_path: Path) -> None:
    """Only what a workload declares for UDP, not what a Service or a policy says."""
    service = SERVICE.replace("{port: 80}", "{port: 514, protocol: UDP}")
    assert census(tmp_path, web=pod("web", "shop"), service=service).udp_ports == {53}


def test_cluster_ips(tmp_path: Path) -> None:
    """The addresses that Services state, each with its Service."""
    headless = SERVICE.replace("10.96.0.77, ", "None, ").replace("clusterIP: 10.96.0.77", "x: y")
    found = census(tmp_path, web=SERVICE, headless=headless).cluster_ips
    assert {address: str(each) for address, each in found.items()} == {
        "10.96.0.77": "Service web",
        "fd00::77": "Service web",
    }


@pytest.mark.parametrize(
    ("text", "services"),
    [(INGRESS, {"front", "web"}), (ROUTE, {"web"}), (OPENSHIFT, {"web"})],
    ids=["Ingress", "HTTPRoute", "Route"],
)
def test_entrances(tmp_path: Path, text: str, services: set[str]) -> None:
    """An entrance leads to Services of its own namespace, and to nothing else."""
    ((namespace, found),) = census(tmp_path, entrance=text).entrances
    assert namespace == "shop"
    assert sorted(found.services) == sorted(services)


def test_other_kinds_of_the_same_name_are_no_entrances() -> None:
    """A Route of another group is something else."""
    (manifest,) = manifests(OPENSHIFT.replace("route.openshift.io", "serving.knative.dev"))
    assert entrance.read(manifest, "route.yaml") is None


def test_installers(tmp_path: Path) -> None:
    """What a controller is told to install is found by its name, in its own object only."""
    found = census(tmp_path, dns=RELEASE + "---\n" + pod("valkey", "shop"))
    assert found.installs("coredns")
    assert not found.installs("valkey")


def test_labels_that_are_filled_in_later_prove_nothing(tmp_path: Path) -> None:
    """Such a Namespace is there, but what it carries cannot be told."""
    late = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {name: '${NAME}'}}\n"
    assert census(tmp_path, late=late).namespaces == {"shop": ()}


def test_asked_once(tmp_path: Path) -> None:
    """What a rule finds out about the repository is found out once."""
    asked: list[Census] = []
    around = census(tmp_path)

    def find(each: Census) -> int:
        asked.append(each)
        return len(asked)

    assert (around.once(find), around.once(find)) == (1, 1)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{matchLabels: {kubernetes.io/metadata.name: a}}", ("a",)),
        ("{matchLabels: {team: x, kubernetes.io/metadata.name: a}}", ("a",)),
        ("{matchLabels: {team: x}}", ()),
        ("{}", ()),
        (
            "{matchLabels: {kubernetes.io/metadata.name: a}, matchExpressions: "
            "[{key: kubernetes.io/metadata.name, operator: In, values: [b, a]}]}",
            ("a",),
        ),
    ],
)
def test_named_namespaces(text: str, names: tuple[str, ...]) -> None:
    """Only the guaranteed label tells which namespaces a selector can select."""
    assert whereabouts.named(selector(text)) == names


@pytest.mark.parametrize(
    ("text", "labels", "selected"),
    [
        ("{matchLabels: {team: x}}", [{"team": "x"}], True),
        ("{matchLabels: {team: x}}", [{"team": "x"}, {}], False),
        ("{matchLabels: {team: x}}", [], False),
        ("{matchLabels: {kubernetes.io/metadata.name: shop}}", [], True),
        ("{}", [], True),
        ("{matchExpressions: [{key: team, operator: DoesNotExist}]}", [{}], False),
    ],
)
def test_certainly_selects(text: str, labels: list[dict[str, str]], selected: bool) -> None:
    """Every Namespace object of the name has to agree, and only on what a label is asked to be."""
    assert whereabouts.certainly_selects(selector(text), "shop", labels) is selected


@pytest.mark.parametrize(
    ("script", "names"),
    [
        ('sed "s/CHANGEME/$APP/" k8s/web.yaml | kubectl apply -f -', {"web.yaml"}),
        ("envsubst < web.yaml", {"web.yaml"}),
        ("for file in a.yaml b.yaml; do yq -i '.x = 1' $file; done", {"a.yaml", "b.yaml"}),
        ("sed -i \\\n  s/A/B/ web.yaml", {"web.yaml"}),
        ("kubectl apply -f web.yaml", set()),
        ("./sedate web.yaml", set()),
    ],
)
def test_scripts_that_fill_something_in(script: str, names: set[str]) -> None:
    """The files that a line with such a tool names, through loops and over broken lines, too."""
    found = {word.rpartition("/")[2] for word in rewritten(script)}
    assert {name for name in found if name.endswith(".yaml")} == names
