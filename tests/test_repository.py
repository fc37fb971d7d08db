"""What the repository around a policy says about its namespace: the steps and the bounds."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from netpol_lint import discover, parse, policy
from netpol_lint.option import Options
from netpol_lint.policy import Policy
from netpol_lint.repository import EffectiveNamespace, Repository, Surroundings
from netpol_lint.repository import index as index_room
from netpol_lint.repository import kustomize as kustomize_room
from netpol_lint.repository import tree as tree_room
from netpol_lint.repository.command import commands
from netpol_lint.repository.demonstration import is_demonstration
from netpol_lint.repository.index import Index
from netpol_lint.repository.manifest import manifests
from netpol_lint.repository.tree import Tree

NETPOL = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: close-web
spec:
  podSelector: {}
"""
STATED = NETPOL.replace("close-web\n", "close-web\n  namespace: own\n")
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\n"
FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: till, namespace: flux-system}
spec: {path: PATH, targetNamespace: "NAMESPACE"}
"""
ARGO = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: till, namespace: argocd}
spec:
  source: {path: PATH}
  destination: {namespace: NAMESPACE}
"""


def kustomization(*resources: str, more: str = "") -> str:
    return f"resources: [{', '.join(resources)}]\n{more}"


def tree(root: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return root


def first(text: str) -> Policy:
    return next(
        each
        for part in parse.split(text)
        for each in policy.find(text, parse.parse(text, part).root)
    )


def ask(root: Path, path: str, options: Options | None = None) -> EffectiveNamespace:
    repository = Repository(str(root), options)
    return repository.surroundings(path).namespace_of(first((root / path).read_text()))


def names(root: Path, path: str) -> list[str]:
    return sorted(ask(root, path).names)


def test_its_own_value_is_only_the_start(tmp_path: Path) -> None:
    """Kustomize and Flux overwrite it, an Argo CD destination does not."""
    files = {"app/netpol.yaml": STATED}
    assert names(tree(tmp_path / "a", files), "app/netpol.yaml") == ["own"]
    built = files | {"app/kustomization.yaml": kustomization("netpol.yaml", more="namespace: shop")}
    assert names(tree(tmp_path / "b", built), "app/netpol.yaml") == ["shop"]
    flux = files | {"ks.yaml": FLUX.replace("PATH", "./app").replace("NAMESPACE", "shop")}
    assert names(tree(tmp_path / "c", flux), "app/netpol.yaml") == ["shop"]
    argo = files | {"app.yaml": ARGO.replace("PATH", "app").replace("NAMESPACE", "shop")}
    assert names(tree(tmp_path / "d", argo), "app/netpol.yaml") == ["own"]


def test_one_answer_for_each_build(tmp_path: Path) -> None:
    """All namespaces are told; a build without one takes nothing from the others."""
    tree(
        tmp_path,
        {
            "k8s/netpol.yaml": NETPOL,
            "k8s/kustomization.yaml": kustomization("netpol.yaml"),
            "dev/kustomization.yaml": kustomization("../k8s", more="namespace: shop-dev"),
            "prod/kustomization.yaml": kustomization("../k8s", more="namespace: shop-prod"),
            "raw/kustomization.yaml": kustomization("../k8s"),
        },
    )
    answer = ask(tmp_path, "k8s/netpol.yaml")
    assert (sorted(answer.names), answer.supplied) == (["shop-dev", "shop-prod"], False)
    assert "dev/kustomization.yaml" in answer.why


def test_several_clusters_apply_one_folder(tmp_path: Path) -> None:
    """Each order of Flux or Argo CD gives its own namespace."""
    orders = "---\n".join(
        text.replace("PATH", "app").replace("NAMESPACE", name)
        for text, name in ((FLUX, "one"), (FLUX, "two"), (ARGO, "three"))
    )
    tree(tmp_path, {"app/netpol.yaml": NETPOL, "orders.yaml": orders})
    assert names(tmp_path, "app/netpol.yaml") == ["one", "three", "two"]


def test_a_substituted_namespace_is_supplied(tmp_path: Path) -> None:
    """`${NAME}` is somebody's value, just not one that can be read."""
    order = FLUX.replace("PATH", "app").replace("NAMESPACE", "${TARGET}")
    answer = ask(
        tree(tmp_path, {"app/netpol.yaml": NETPOL, "order.yaml": order}), "app/netpol.yaml"
    )
    assert (answer.names, answer.supplied) == (frozenset(), True)
    built = kustomization("netpol.yaml", more="namespace: ${TARGET}")
    tree(tmp_path / "b", {"app/netpol.yaml": STATED, "app/kustomization.yaml": built})
    answer = ask(tmp_path / "b", "app/netpol.yaml")
    assert (answer.names, answer.supplied) == (frozenset(), True)


@pytest.mark.parametrize("order", [FLUX, ARGO])
def test_what_is_ordered_is_built_even_if_others_build_upon_it(tmp_path: Path, order: str) -> None:
    """A folder that Flux or Argo CD applies is a root of its own, besides the overlays of it."""
    files = {
        "app/netpol.yaml": NETPOL,
        "app/kustomization.yaml": kustomization("netpol.yaml"),
        "lab/kustomization.yaml": kustomization("../app"),
        "settings.yaml": CONFIG,
    }
    tree(tmp_path, files)
    assert ask(tmp_path, "app/netpol.yaml").unknown
    tree(tmp_path, {"order.yaml": order.replace("PATH", "app").replace("NAMESPACE", "shop")})
    assert names(tmp_path, "app/netpol.yaml") == ["shop"]


def test_the_default_namespace_is_the_last_resort(tmp_path: Path) -> None:
    """It answers where nothing else does."""
    tree(tmp_path, {"a.yaml": NETPOL, "app/b.yaml": STATED, "app/settings.yaml": CONFIG})
    options = Options(default_namespace="team")
    assert ask(tmp_path, "a.yaml").unknown
    assert ask(tmp_path, "a.yaml", options).names == {"team"}
    assert ask(tmp_path, "app/b.yaml", options).names == {"own"}


def test_standard_input_has_no_repository() -> None:
    """Only the stream itself speaks."""
    for surroundings in (Surroundings(), Repository(None).surroundings("-")):
        policies = [first(text) for text in (NETPOL, STATED, f"{NETPOL}---\n{CONFIG}")]
        answers = [surroundings.namespace_of(each) for each in policies]
        assert [sorted(each.names) for each in answers] == [[], ["own"], []]
        assert answers[0].unknown
        assert answers[2].unknown
        assert surroundings.namespace_excuse(policies[0])
        assert not surroundings.namespace_excuse(policies[2])
    bundle = first(f"{NETPOL}---\n{CONFIG.replace(', namespace: shop', '')}")
    assert Surroundings().namespace_of(bundle).supplied


def test_a_file_outside_the_root_has_no_repository(tmp_path: Path) -> None:
    """What lies elsewhere is not explained by this repository."""
    root = tree(tmp_path / "repo", {"kustomization.yaml": kustomization("../netpol.yaml")})
    (tmp_path / "netpol.yaml").write_text(NETPOL)
    surroundings = Repository(str(root)).surroundings(str(tmp_path / "netpol.yaml"))
    assert surroundings.namespace_of(first(NETPOL)).unknown


def test_the_answer_does_not_depend_on_how_the_path_is_written(tmp_path: Path) -> None:
    """Absolute, relative to the root, with dots."""
    files = {
        "app/netpol.yaml": NETPOL,
        "app/kustomization.yaml": kustomization("netpol.yaml", more="namespace: shop"),
    }
    root = tree(tmp_path, files)
    repository = Repository(str(root))
    for path in ("app/netpol.yaml", "./app/../app/netpol.yaml", str(root / "app/netpol.yaml")):
        assert repository.surroundings(path).namespace_of(first(NETPOL)).names == {"shop"}


def test_nothing_is_read_before_somebody_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most files never need the repository."""
    tree(tmp_path, {"a.yaml": NETPOL})

    def fail(*_: object) -> None:
        raise AssertionError("the repository was read")

    monkeypatch.setattr(discover, "below", fail)
    monkeypatch.setattr(discover, "read", fail)
    surroundings = Repository(str(tmp_path)).surroundings("a.yaml")
    with pytest.raises(AssertionError):
        surroundings.namespace_of(first(NETPOL))


def test_links_out_of_the_root_are_not_followed(tmp_path: Path) -> None:
    """Neither as a kustomization, nor as a resource, nor as a folder; inside they are."""
    outside = kustomization("netpol.yaml", more="namespace: outside")
    tree(tmp_path / "elsewhere", {"netpol.yaml": NETPOL, "kustomization.yaml": outside})
    root = tree(
        tmp_path / "repo",
        {
            "app/netpol.yaml": NETPOL,
            "app/settings.yaml": CONFIG,
            "build/kustomization.yaml": kustomization("../way/netpol.yaml", more="namespace: shop"),
            "out/kustomization.yaml": kustomization("../exit/netpol.yaml", more="namespace: shop"),
        },
    )
    (root / "app/kustomization.yaml").symlink_to(tmp_path / "elsewhere/kustomization.yaml")
    (root / "exit").symlink_to(tmp_path / "elsewhere")
    assert ask(root, "app/netpol.yaml").unknown
    (root / "way").symlink_to("app")
    assert names(root, "app/netpol.yaml") == ["shop"]


def test_circles_end(tmp_path: Path) -> None:
    """Kustomizations that contain each other, or themselves, or many ways to one another."""
    names_ = [f"k{number}" for number in range(30)]
    files = {"k0/netpol.yaml": NETPOL, "settings.yaml": CONFIG}
    for name in names_:
        others = [f"../{other}" for other in names_]
        files[f"{name}/kustomization.yaml"] = kustomization(*others, "../k0/netpol.yaml")
    assert ask(tree(tmp_path, files), "k0/netpol.yaml").unknown
    files["k7/kustomization.yaml"] += "namespace: seven\n"
    assert "seven" in names(tree(tmp_path, files), "k0/netpol.yaml")


@pytest.mark.parametrize("shape", ["chain", "fan"])
def test_five_thousand_kustomizations(tmp_path: Path, shape: str) -> None:
    """A long chain and a wide fan are followed to the end, in seconds."""
    count = 5_000
    files = {"k0/netpol.yaml": NETPOL, "k0/kustomization.yaml": kustomization("netpol.yaml")}
    for number in range(1, count):
        below = f"../k{number - 1}" if shape == "chain" else "../k0"
        outermost = shape == "fan" or number == count - 1
        more = f"namespace: n{number}" if outermost else ""
        files[f"k{number}/kustomization.yaml"] = kustomization(below, more=more)
    tree(tmp_path, files)
    started = time.monotonic()
    found = names(tmp_path, "k0/netpol.yaml")
    assert time.monotonic() - started < 30
    assert len(found) == (1 if shape == "chain" else count - 1)


def test_beyond_the_limits_it_is_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not seen may give a namespace, so nothing is called unknown."""
    files = {"app/netpol.yaml": NETPOL, "settings.yaml": CONFIG}
    files |= {f"k{number}/kustomization.yaml": kustomization() for number in range(5)}
    tree(tmp_path, files)
    assert ask(tmp_path, "app/netpol.yaml").unknown
    with monkeypatch.context() as patch:
        patch.setattr(kustomize_room, "MAX_KUSTOMIZATIONS", 3)
        assert ask(tmp_path, "app/netpol.yaml").supplied
    with monkeypatch.context() as patch:
        patch.setattr(tree_room, "MAX_FILES", 3)
        assert ask(tmp_path, "app/netpol.yaml").supplied
    with monkeypatch.context() as patch:
        patch.setattr(kustomize_room, "MAX_STATES", 2)
        tree(tmp_path, {"k0/kustomization.yaml": kustomization("../app/netpol.yaml")})
        for number in range(1, 5):
            below = kustomization("../k0")
            tree(tmp_path, {f"k{number}/kustomization.yaml": below})
        assert ask(tmp_path, "app/netpol.yaml").supplied


def test_broken_neighbours_do_no_harm(tmp_path: Path) -> None:
    """Files that are no YAML, no text, too large or unreadable say nothing."""
    tree(
        tmp_path,
        {
            "app/netpol.yaml": NETPOL,
            "app/settings.yaml": CONFIG,
            "app/kustomization.yaml": "resources: [netpol.yaml",
            "b/kustomization.yaml": "- a\n- list\n",
            "c/kustomization.yaml": "resources: {a: b}\nnamespace: [x]\n",
            "d/kustomization.yaml": "resources: [1, null, {a: b}, [c], '', '..', '/etc', '../..']",
            "e/kustomization.yaml": "",
            "f/kustomization.yaml": "resources: [{{ .Values.netpol }}]\n",
            "g.yaml": "kind: [a]\nmetadata: x\n---\nkind: ConfigMap\nmetadata: [1]\n---\n&a *b\n",
            "h.yaml": FLUX.replace("PATH", "[x]"),
            "i.yaml": ARGO.replace("{path: PATH}", "x"),
        },
    )
    (tmp_path / "app/binary.yaml").write_bytes(b"kind: ConfigMap\0")
    (tmp_path / "app/latin.yaml").write_bytes(b"kind: ConfigMap # \xe9\n")
    (tmp_path / "deploy.sh").write_bytes(b"kubectl apply \0 \xff -n x -f app/netpol.yaml")
    assert ask(tmp_path, "app/netpol.yaml").unknown


def test_hidden_folders_belong_to_the_repository(tmp_path: Path) -> None:
    """CI files lie in them; the folder of git itself does not count."""
    line = "run: kubectl apply -n NAME -f app/netpol.yaml\n"
    tree(
        tmp_path,
        {
            "app/netpol.yaml": NETPOL,
            "settings.yaml": CONFIG,
            ".git/hooks/deploy.sh": line.replace("NAME", "hook"),
            ".ci/deploy.yml": line.replace("NAME", "shop"),
        },
    )
    assert names(tmp_path, "app/netpol.yaml") == ["shop"]


def test_what_git_ignores_says_nothing(tmp_path: Path) -> None:
    """A leftover build of somebody's machine gives no verdict that others would not get."""
    tree(
        tmp_path,
        {
            "app/netpol.yaml": NETPOL,
            "settings.yaml": CONFIG,
            "out/kustomization.yaml": kustomization("../app/netpol.yaml", more="namespace: shop"),
        },
    )
    assert names(tmp_path, "app/netpol.yaml") == ["shop"]
    subprocess.run(["git", "-C", tmp_path, "init", "-q"], check=True)
    (tmp_path / ".gitignore").write_text("out/\n")
    assert ask(tmp_path, "app/netpol.yaml").unknown


def test_the_index_is_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second question reads nothing again."""
    files = {f"app/{number}.yaml": STATED for number in range(20)}
    tree(tmp_path, {**files, "app/netpol.yaml": NETPOL})
    repository = Repository(str(tmp_path))
    assert repository.surroundings("app/netpol.yaml").namespace_of(first(NETPOL)).unknown
    monkeypatch.setattr(index_room.Index, "_scan", None)
    monkeypatch.setattr(discover, "below", None)
    assert repository.surroundings("app/1.yaml").namespace_of(first(STATED)).names == {"own"}


def test_suggestions(tmp_path: Path) -> None:
    """The workload that the policy selects speaks louder than what else is around."""
    deployment = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: front}
spec:
  template:
    metadata: {labels: {app: web, tier: edge}}
"""
    selecting = NETPOL.replace("{}", "{matchLabels: {app: web}}")
    tree(tmp_path, {"a/netpol.yaml": selecting, "a/web.yaml": deployment, "a/conf.yaml": CONFIG})
    surroundings = Repository(str(tmp_path)).surroundings("a/netpol.yaml")
    (suggestion,) = surroundings.suggestions(first(selecting))
    assert suggestion.name == "front"
    assert suggestion.spot is not None
    assert suggestion.spot.path == "a/web.yaml"
    assert deployment[slice(*suggestion.spot.span)] == "front"
    everything = surroundings.suggestions(first(NETPOL))
    assert [each.name for each in everything] == ["front", "shop"]
    inside = f"{CONFIG}---\n{NETPOL}"
    (suggestion,) = Surroundings().suggestions(first(inside))
    assert suggestion.spot is not None
    assert inside[slice(*suggestion.spot.span)] == "shop"


@pytest.mark.parametrize(
    ("line", "target", "namespace"),
    [
        ("kubectl apply -n shop -f a/b.yaml", "a/b.yaml", "shop"),
        ("kubectl -n=shop apply -f ./a/b.yaml", "a/b.yaml", "shop"),
        ("oc apply --namespace 'shop' --filename=a/b.yaml", "a/b.yaml", "shop"),
        ('["kubectl", "apply", "-n", "shop", "-f", "a/b.yaml"]', "a/b.yaml", "shop"),
        ("kubectl apply -n shop -f a/", "a", "shop"),
        ("kubectl apply -n shop -f .", "", "shop"),
        ("kubectl apply -n shop -Rf a", "a/c/b.yaml", "shop"),
        ("kubectl apply -n shop -f 'a/*.yaml'", "a/b.yaml", "shop"),
        ("kubectl apply -n $NS -f $HERE/b.yaml", "a/b.yaml", None),
        ("kubectl apply -n <namespace> -f a/b.yaml", "a/b.yaml", None),
        ("kubectl apply -n {{ namespace }} -f a/b.yaml", "a/b.yaml", None),
        ("NS=shop\nkubectl apply -n ${NS} -f a/b.yaml", "a/b.yaml", "shop"),
        ("kustomize build a | kubectl apply -n shop -f -", "a", "shop"),
        ("cd a && kubectl apply -n shop -f b.yaml", "a/b.yaml", "shop"),
        ("kubens shop\nkubectl apply -f a/b.yaml", "a/b.yaml", "shop"),
        ("kubectl apply \\\n  -n shop \\\n  -f a/b.yaml", "a/b.yaml", "shop"),
    ],
)
def test_commands(line: str, target: str, namespace: str | None) -> None:
    """The ways in which people apply a file into a namespace."""
    applied = [each for each in commands(line, "deploy.sh") if each.applies(target)]
    assert [each.namespace for each in applied] == [namespace]


@pytest.mark.parametrize(
    "line",
    [
        "kubectl apply -f a/b.yaml",
        "kubectl get pods -n shop",
        "kubectl apply -n shop -f a/c.yaml",
        "kubectl apply -n shop -f https://example.com/other.yaml",
        "See the docs of kubectl -n shop in this folder.",
        "echo -n a/b.yaml",
        "kubectl apply -n shop -f $FILE",
    ],
)
def test_lines_that_apply_nothing_here(line: str) -> None:
    """No namespace, no file, or another one."""
    for target in ("a/b.yaml", "a", ""):
        assert not any(each.applies(target) for each in commands(line, "deploy.sh"))


def test_long_lines_are_harmless() -> None:
    """A minified file in one line takes no time."""
    line = "kubectl apply -n shop -f " + "{{ $( <" * 200_000
    started = time.monotonic()
    assert not list(commands(line, "x.sh"))
    assert list(commands("<" * 3_900 + " kubectl -n a -f b.yaml", "x.sh"))
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("docs/a.yaml", True),
        ("a/e2e-tests/b.yaml", True),
        ("a/.chainsaw-test/b.yaml", True),
        ("a/example-policy.yaml", True),
        ("clusters/prod/a.yaml", False),
        ("testing.yaml", False),
        ("contest/a.yaml", False),
    ],
)
def test_demonstrations(path: str, expected: bool) -> None:
    """Told by the words of folders' names, and by few words of the file's own."""
    assert is_demonstration(path) is expected


def test_an_object_is_known_by_its_head() -> None:
    """The short way of reading agrees with the whole one in every style."""
    texts = [
        "kind: Secret\nmetadata:\n  namespace: a\n",
        "metadata:\n# comment\n\n    namespace: a # b\nspec:\n  kind: X\nkind: Secret\n",
        "{kind: Secret, metadata: {namespace: a}}",
        '"kind": "Secret"\n"metadata": {"namespace": "a"}\n',
        "x: &n\n  namespace: a\nkind: Secret\nmetadata: *n\n",
        "x: &n\n  namespace: a\nkind: Secret\nmetadata:\n  <<: *n\n",
        "kind: Secret\r\nmetadata:\r\n  namespace: a\r\nspec:\r\n  b: c\r\n",
        "kind: Secret\nmetadata: {name: x,\n namespace: a}\ndata:\n  namespace: b",
        "kind: List\nitems:\n- kind: Secret\n  metadata: {namespace: a}\n",
        "\ufeffkind: Secret\nmetadata:\n  namespace: a",
        "kind: Secret\nmetadata:\n  name: x\nmetadata:\n  namespace: a\n",
    ]
    for text in texts:
        assert [(each.kind, each.states) for each in manifests(text)] == [("Secret", "a")], text


def test_the_index_reads_no_special_files(tmp_path: Path) -> None:
    """A pipe among the manifests is not waited for."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes here")
    tree(tmp_path, {"a.yaml": NETPOL})
    os.mkfifo(tmp_path / "b.yaml")
    os.mkfifo(tmp_path / "kustomization.yaml")
    assert Index(Tree(str(tmp_path))).deliveries == ()
    assert ask(tmp_path, "a.yaml").unknown
