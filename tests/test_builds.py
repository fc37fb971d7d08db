"""What surrounds a policy in its builds: their company, those they leave out, and the bounds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from support import check, files_of

from netpol_lint import parse, policy
from netpol_lint.option import Options
from netpol_lint.policy import Policy
from netpol_lint.repository import Repository, Surroundings
from netpol_lint.repository import company as company_room
from netpol_lint.repository import mention as mention_room
from netpol_lint.repository.command import all_commands
from netpol_lint.repository.environment import stem
from netpol_lint.repository.index import Index
from netpol_lint.repository.tree import Tree

NETPOL = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: close-web
spec:
  podSelector: {}
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"
LISTED = "resources: [web.yaml, netpol.yaml]\nnamespace: shop\n"
UNLISTED = "resources: [web.yaml]\n"


def tree(root: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return root


def first(text: str) -> Policy:
    return next(policy.find(text, parse.parse(text, next(iter(parse.split(text)))).root))


def around(
    root: Path, path: str = "app/netpol.yaml", options: Options | None = None
) -> Surroundings:
    return Repository(str(root), options).surroundings(path)


def app(kustomization: str) -> dict[str, str]:
    return {
        "app/kustomization.yaml": kustomization,
        "app/web.yaml": SERVICE,
        "app/netpol.yaml": NETPOL,
    }


def test_company_near_and_far(tmp_path: Path) -> None:
    """Those that one kustomization lists are near, those of the whole build are all."""
    files = {
        "base/kustomization.yaml": "resources: [web.yaml, netpol.yaml]\n",
        "base/web.yaml": SERVICE,
        "base/netpol.yaml": NETPOL,
        "prod/kustomization.yaml": "resources: [../base, settings.yaml]\nnamespace: shop\n",
        "prod/settings.yaml": "kind: ConfigMap\nmetadata: {name: settings, namespace: other}\n",
    }
    surroundings = around(tree(tmp_path, files), "base/netpol.yaml")
    (way,) = surroundings.namespace_of(first(NETPOL)).ways
    company = surroundings.company(first(NETPOL), way)
    assert company is not None
    assert [(each.kind, each.states) for each in company.near] == [("Service", "")]
    assert sorted(each.states for each in company.whole) == ["", "other"]


@pytest.mark.parametrize(
    "more",
    [
        "resources: [web.yaml, netpol.yaml, 'https://git.example.com/a.git//base']\n",
        "resources: [web.yaml, netpol.yaml]\nhelmCharts: [{name: ledger}]\n",
    ],
)
def test_company_that_cannot_be_overlooked(tmp_path: Path, more: str) -> None:
    """Nobody knows what a remote base or a chart brings along."""
    surroundings = around(tree(tmp_path, app(more)))
    (way,) = surroundings.namespace_of(first(NETPOL)).ways
    assert surroundings.company(first(NETPOL), way) is None


def test_too_much_company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a build with too many files nobody asks who they are."""
    monkeypatch.setattr(company_room, "MAX_FILES", 1)
    surroundings = around(tree(tmp_path, app(LISTED)))
    (way,) = surroundings.namespace_of(first(NETPOL)).ways
    assert surroundings.company(first(NETPOL), way) is None


def test_unlisted(tmp_path: Path) -> None:
    """What is said of a file that the kustomization beside it leaves out."""
    files = app(UNLISTED) | {"app/till.yaml": SERVICE, "app/deny.yaml": NETPOL}
    found = around(tree(tmp_path, files)).unlisted(first(NETPOL))
    assert found is not None
    assert (found.path, found.listed, found.others, found.gives) == (
        "app/kustomization.yaml",
        1,
        1,
        False,
    )
    assert UNLISTED[slice(*found.spot.span)] == "resources"
    listed = around(tree(tmp_path / "b", app(LISTED)))
    assert listed.unlisted(first(NETPOL)) is None
    assert Surroundings().unlisted(first(NETPOL)) is None


def test_in_a_large_repository_nobody_can_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether anything names a file is only said where all files are looked at."""
    surroundings = around(tree(tmp_path, app(UNLISTED)))
    monkeypatch.setattr(mention_room, "MAX_FILES", 2)
    assert surroundings.unlisted(first(NETPOL)) is None


@pytest.mark.parametrize(
    ("line", "placed", "plain"),
    [
        ("kubectl apply -f app/", False, True),
        ("kubectl apply -n shop -f app", True, True),
        ("kubectl apply -k app", False, False),
        ("kustomize build app | kubectl apply -f -", False, False),
    ],
)
def test_commands_that_apply_a_folder(line: str, placed: bool, plain: bool) -> None:
    """Whether they say where to, and whether they take the manifests as they are."""
    (found,) = [each for each in all_commands(line, "Makefile") if each.applies("app")]
    assert (found.placed, found.plain) == (placed, plain)


def test_who_takes_a_folder_plainly(tmp_path: Path) -> None:
    """Only Argo CD, and only where its source is a `directory`."""
    source = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop}\n"
        "spec: {source: {path: PATH, directory: {recurse: RECURSE}}}\n"
    )
    flux = (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: f}\n"
        "spec: {path: apps}\n"
    )
    orders = "---\n".join(
        (
            source.replace("PATH", "apps").replace("RECURSE", "true"),
            source.replace("PATH", "apps").replace("RECURSE", "false"),
            source.replace("PATH", "apps/shop").replace("RECURSE", "false"),
            flux,
        )
    )
    index = Index(Tree(str(tree(tmp_path, {"orders.yaml": orders, "apps/shop/a.yaml": NETPOL}))))
    assert [each.folder for each in index.plainly("apps/shop")] == ["apps/shop", "apps"]
    assert [each.folder for each in index.plainly("apps")] == ["apps", "apps"]
    assert index.plainly("") == ()


def test_orders_say_where_their_namespace_stands(tmp_path: Path) -> None:
    """Flux and Argo CD are quoted like kustomizations are."""
    flux = (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: f}\n"
        "spec: {path: flux, targetNamespace: moved}\n"
    )
    argo = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop}\n"
        "spec: {source: {path: argo}, destination: {namespace: filled}}\n"
    )
    files = {"f.yaml": flux, "a.yaml": argo, "flux/p.yaml": NETPOL, "argo/p.yaml": NETPOL}
    root = tree(tmp_path, files)
    for path, text, name in (("flux", flux, "moved"), ("argo", argo, "filled")):
        (way,) = around(root, f"{path}/p.yaml").namespace_of(first(NETPOL)).ways
        assert way.namespace == name
        assert way.place is not None
        assert way.place.path == f"{path[0]}.yaml"
        assert text[slice(*way.place.span)] == name


def test_the_default_namespace_closes_each_open_way(tmp_path: Path) -> None:
    """One build gives a namespace, the other takes the configured one."""
    files = app("resources: [netpol.yaml]\n") | {
        "dev/kustomization.yaml": "resources: [../app]\nnamespace: shop\n",
        "raw/kustomization.yaml": "resources: [../app]\n",
    }
    root = tree(tmp_path, files)
    found = around(root).namespace_of(first(NETPOL))
    assert [way.root for way in found.open_ways] == ["raw"]
    assert not found.unknown
    closed = around(root, options=Options(default_namespace="team")).namespace_of(first(NETPOL))
    assert sorted(closed.names) == ["shop", "team"]
    assert closed.open_ways == ()


def test_stems() -> None:
    """Names of one thing in several environments have the same."""
    assert stem("shop-dev") == stem("shop-prod2") == stem("shop") == ("shop",)
    assert stem("dev") == stem("staging") == ()
    assert stem("shop-dev") != stem("till-dev")


def test_examples_of_several_files_keep_their_lines() -> None:
    """A finding in one of the files has the line that it has in the whole example."""
    text = (
        "# file: kustomization.yaml\nresources: [web.yaml]\n---\n"
        f"# file: web.yaml\n{SERVICE}---\n# file: netpol.yaml\n{NETPOL}"
    )
    files = files_of(text)
    assert list(files) == ["kustomization.yaml", "web.yaml", "netpol.yaml"]
    for content in files.values():
        written = content.strip("\n")
        line = content.splitlines().index(written.splitlines()[0])
        assert text.splitlines()[line] == written.splitlines()[0]
    assert files_of(NETPOL) == {"policy.yaml": NETPOL}


def test_piped_input_is_in_no_build() -> None:
    """What comes through standard input gets no finding that needs a folder."""
    assert check(NETPOL, "unlisted-manifest").findings == ()
