"""Repositories that nobody would write: no traceback, no way out, no work beyond the bounds.

Whatever stands in another file never breaks the judgement of the one that was asked for.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from repositories import census, kustomization, policy, population, residents, workload, write
from test_verdict import verdicts

from netpol_lint.repository import census as census_room
from netpol_lint.repository import index as index_room

SUBJECT = {"p.yaml": policy("p", "shop")}
WEB = workload("web", "shop")
SHOP = "metadata: {name: a, namespace: shop}\n"
NESTED = 3_000
ALIASES = "".join(
    f"{chr(98 + level)}: &{chr(98 + level)} [{', '.join(['*' + chr(97 + level)] * 9)}]\n"
    for level in range(12)
)
NEIGHBOURS: dict[str, dict[str, str | bytes]] = {
    "kinds-of-a-wrong-type": {
        "a.yaml": "kind: [Pod]\n---\nkind: {a: b}\n---\nkind:\n---\nkind: 1\n---\n- kind: Pod\n"
    },
    "metadata-of-a-wrong-type": {
        "a.yaml": "kind: Pod\nmetadata: [x]\n---\nkind: Pod\nmetadata: {name: [x], namespace: {}}\n"
    },
    "workloads-of-a-wrong-type": {
        "a.yaml": f"kind: Deployment\n{SHOP}spec: x\n---\nkind: Deployment\n{SHOP}"
        "spec: {template: {metadata: {labels: [x]}, spec: {containers: {a: b}, hostNetwork: []}}}\n"
        f"---\nkind: Deployment\n{SHOP}spec: {{template: {{spec: {{containers: [x, {{ports: [x,"
        " {containerPort: ٣}, {containerPort: 9999999999999999999}]}]}}}\n"
    },
    "services-of-a-wrong-type": {
        "a.yaml": f"kind: Service\n{SHOP}spec: {{selector: [a], ports: {{a: b}}}}\n---\n"
        f"kind: Service\n{SHOP}spec: {{selector: {{a: [b]}}, ports: [x, {{port: {{a: b}}}},"
        " {port: 1, targetPort: {a: b}}, {port: 99999999999, targetPort: ٣}]}\n"
    },
    "aliases-without-end": {
        "a.yaml": f"kind: Pod\na: &a [x]\n{ALIASES}metadata: {{name: x, labels: *m}}\n"
    },
    "an-alias-of-itself": {"a.yaml": "kind: Pod\nmetadata: &a {name: x, labels: *a}\n"},
    "deep-flow": {"a.yaml": "kind: Pod\nmetadata: " + "[" * NESTED},
    "deep-blocks": {
        "a.yaml": "kind: Pod\nmetadata:\n" + "".join(" " * n + "a:\n" for n in range(1, 1_000))
    },
    "deep-json": {"a.json": '{"kind":"Pod","a":' * NESTED},
    "binary": {"a.yaml": b"kind: Pod\n\0\xff\xfe" * 100, "b.yaml": bytes(range(256)) * 100},
    "not-utf-8": {"a.yaml": b"kind: Pod\nmetadata: {name: \xff, namespace: shop}\n"},
    "a-huge-scalar": {"a.yaml": WEB + "  text: " + "x" * 1_000_000},
    "huge-metadata": {"a.yaml": "kind: Pod\nmetadata:\n" + "  a: 'x\n" * 100_000},
    "names-with-control-characters": {
        "a\x1b[31m/\n.yaml": WEB,
        "b\u202e/x.yaml": WEB,
        "kustomization.yaml": 'resources: ["a\\e[31m/\\n.yaml", "\\0", "b\\u202e"]\n',
    },
    "ways-out": {
        "kustomization.yaml": kustomization("../../../etc/passwd", "/etc/passwd", "~", "..", "."),
        "flux.yaml": "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        "spec: {path: ../../.., targetNamespace: [x]}\n",
        "argo.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"
        "spec: {source: {path: /etc}, sources: {a: b}, destination: [x]}\n",
    },
    "a-kustomization-of-itself": {"kustomization.yaml": kustomization(".", "./", "p.yaml")},
    "a-circle": {
        f"k{n}/kustomization.yaml": kustomization(f"../k{(n + 1) % 5}", "../web.yaml")
        for n in range(5)
    },
    "kustomizations-of-a-wrong-type": {
        "a/kustomization.yaml": "resources: {a: b}\nnamespace: [x]\npatches: x\nlabels: x\n",
        "b/kustomization.yaml": "resources: [[x], {a: b}, null]\npatches: [x, [y], {path: [z]}]\n",
        "c/kustomization.yaml": "- x\n",
        "d/kustomization.yaml/x": "a folder",
    },
}


@pytest.mark.parametrize("case", NEIGHBOURS)
def test_neighbours_never_break_the_judgement(tmp_path: Path, case: str) -> None:
    """`verdicts` refuses every internal error."""
    root = write(tmp_path, SUBJECT | NEIGHBOURS[case])
    begin = time.process_time()
    assert verdicts(root, ["p.yaml"])["p.yaml"]
    assert time.process_time() - begin < 10


def test_files_that_nobody_may_read(tmp_path: Path) -> None:
    """They count as what may hold anything."""
    root = write(tmp_path, SUBJECT | {"web.yaml": WEB, "a.yaml": WEB.replace("web", "api")})
    os.mkfifo(root / "pipe.yaml")
    (root / "loop.yaml").symlink_to("loop.yaml")
    (root / "folder.yaml").mkdir()
    assert residents(root) == ["Deployment api", "Deployment web"]
    assert population(root).authoritative
    (root / "a.yaml").chmod(0)
    if not os.access(root / "a.yaml", os.R_OK):
        assert not population(root).authoritative
    assert verdicts(root, ["p.yaml"])["p.yaml"]


def test_links_that_leave_the_root(tmp_path: Path) -> None:
    write(tmp_path / "outside", {"web.yaml": workload("outside", "shop"), "x/web.yaml": WEB})
    root = write(tmp_path / "root", SUBJECT | {"api.yaml": workload("api", "shop")})
    (root / "link.yaml").symlink_to(tmp_path / "outside/web.yaml")
    (root / "folder").symlink_to(tmp_path / "outside/x")
    write(root, {"kustomization.yaml": kustomization("link.yaml", "folder", "folder/web.yaml")})
    assert residents(root) == ["Deployment api"]
    assert verdicts(root, ["p.yaml"])["p.yaml"]


def seconds(root: Path) -> float:
    """What one look at the whole repository costs."""
    begin = time.process_time()
    population(root)
    return time.process_time() - begin


def test_work_grows_with_the_number_of_documents(tmp_path: Path) -> None:
    tiny = "kind: Pod\nmetadata:\n  name: x\n  namespace: shop\n"
    small = write(tmp_path / "small", {"a.yaml": "---\n".join([tiny] * 1_000)})
    large = write(tmp_path / "large", {"a.yaml": "---\n".join([tiny] * 10_000)})
    assert len(population(large).residents) == 10_000
    assert seconds(large) < 40 * max(seconds(small), 0.01)


@pytest.mark.parametrize("namespace", ["", "shop"])
def test_work_grows_with_the_number_of_files(tmp_path: Path, namespace: str) -> None:
    """Also where each file has to be asked what its folder says."""
    for name, count in (("small", 200), ("large", 2_000)):
        files = {f"d/{n}.yaml": workload(f"w{n}", namespace) for n in range(count)}
        write(tmp_path / name, files)
    assert seconds(tmp_path / "large") < 40 * max(seconds(tmp_path / "small"), 0.01)


def test_a_crowd_is_counted_up_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(census_room, "MAX_OBJECTS", 5)
    text = "---\n".join(workload(f"w{n}") for n in range(9))
    write(tmp_path, {"a.yaml": text, "b.yaml": "---\n".join(policy(f"p{n}") for n in range(9))})
    assert len(census(tmp_path).strays) == 5
    assert len(census(tmp_path).lost) == 5


def test_orders_for_every_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Patterns are not held against every folder without end: then nothing is certain."""
    order = (
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: a}}\n"
        "spec: {{template: {{spec: {{source: {{path: 'a/*{}'}}}}}}}}\n"
    )
    orders = {f"o{n}.yaml": order.format(n) for n in range(5)}
    write(tmp_path, orders | {"web.yaml": WEB, "a/b/api.yaml": workload("api", "shop")})
    assert population(tmp_path).authoritative
    monkeypatch.setattr(index_room, "MAX_PATTERNS", 3)
    found = population(tmp_path)
    assert (len(found.residents), found.authoritative, found.complete) == (2, False, False)
