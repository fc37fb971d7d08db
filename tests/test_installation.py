"""Lines that bring pods unseen: who installs what, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from netpol_lint.repository.installation import installations
from netpol_lint.repository.surroundings import Picture
from netpol_lint.repository.tree import Tree

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {metadata: {labels: {app: web}}}}
"""


def found(text: str) -> list[tuple[str | None, bool]]:
    """The namespaces, and whether only pods come."""
    return [(each.namespace, each.pods_only) for each in installations(text, "deploy.sh")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("helm install till repo/till -n shop", ("shop", False)),
        ("helm upgrade --install till repo/till --namespace=shop", ("shop", False)),
        ("\tbin/helm upgrade --install till \\\n\t  repo/till --namespace shop", ("shop", False)),
        ("    - run: helm install till repo/till -n shop", ("shop", False)),
        ("helm install till repo/till", ("default", False)),
        ("helm install till repo/till -n $NAMESPACE", (None, False)),
        ("SPACE=shop\nhelm install till repo/till -n $SPACE", ("shop", False)),
        ("kubens shop\nhelm install till repo/till", ("shop", False)),
        ("kubectl create deployment till --image=till -n shop", ("shop", True)),
        ("kubectl -n shop create job till --image=till", ("shop", True)),
        ("kubectl run till --image=till --labels=app=till -n shop", ("shop", True)),
        ("oc create deployment till --image=till -n shop", ("shop", True)),
    ],
)
def test_who_brings_pods(line: str, expected: tuple[str | None, bool]) -> None:
    """Charts, and pods that are made by hand."""
    assert found(line) == [expected]


@pytest.mark.parametrize(
    "line",
    [
        "helm repo add till https://charts.example",
        "helm template till ./till -n shop",
        "kubectl apply -f web.yaml -n shop",
        "kubectl create namespace shop",
        "kubectl create -f web.yaml -n shop",
        "kubectl run shell --image=busybox -n shop",
        "whelm install till -n shop",
        "helm " + "x" * 5_000 + " install till",
    ],
)
def test_who_does_not(line: str) -> None:
    """What only renders, applies files or is known by its name alone."""
    assert found(line) == []


def test_the_namespace_is_open(tmp_path: Path) -> None:
    """Only the namespace that something is installed into."""
    (tmp_path / "web.yaml").write_text(DEPLOYMENT + "---\n" + DEPLOYMENT.replace("shop", "books"))
    (tmp_path / "Makefile").write_text("deploy:\n\thelm install till repo/till -n shop\n")
    census = Picture(Tree(str(tmp_path))).census
    assert not census.population("shop").authoritative
    assert census.population("shop").unseen_pods == "a `helm` command in Makefile"
    assert census.population("books").authoritative


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PROJECT", "layout: [go.kubebuilder.io/v4]\n"),
        ("Pulumi.yaml", "name: till\n"),
        ("web.yaml.j2", "kind: Deployment\n"),
    ],
)
def test_sources_of_unseen_pods(tmp_path: Path, name: str, text: str) -> None:
    """The source of an operator, programs, templates that are no charts."""
    (tmp_path / "web.yaml").write_text(DEPLOYMENT)
    assert Picture(Tree(str(tmp_path))).census.population("shop").authoritative
    (tmp_path / name).write_text(text)
    assert not Picture(Tree(str(tmp_path))).census.population("shop").authoritative
