"""Rendered manifests: where they come from, and ignores that outlive the rendering."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from support import PROGRAM, check

from netpol_lint.finding import Finding
from netpol_lint.origin import Origin
from netpol_lint.report import json as json_report
from netpol_lint.report import text as text_report
from netpol_lint.report.summary import Report
from netpol_lint.terminal import Palette, width

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ledger
  namespace: shop{annotations}
spec:
  podSelector: {{}}
  policyTypes: [Ingress]
  ingress:
  - ports:
    - port: 443
    - protocol: TCP
"""
WRONG = POLICY.format(annotations="")
SOURCE = "# Source: shop/templates/policy.yaml\n"
TIMEOUT = 120


def annotated(*lines: str, style: str = "|") -> str:
    """The policy with an origin of `lines`, as kustomize writes it."""
    written = "".join(f"\n      {line}" for line in lines)
    return POLICY.format(
        annotations=f"\n  annotations:\n    config.kubernetes.io/origin: {style}{written}"
    )


def findings(text: str) -> list[Finding]:
    return list(check(text).findings)


def origin(text: str) -> Origin | None:
    """The origin of the only finding."""
    (finding,) = findings(text)
    return finding.origin


@pytest.mark.parametrize(
    "text",
    [
        f"---\n{SOURCE}{WRONG}",
        f"{SOURCE}{WRONG}",
        f"---\n\n{SOURCE}# Copyright of somebody\n{WRONG}",
        f"---\n{SOURCE.rstrip()}  \r\n" + WRONG.replace("\n", "\r\n"),
        f"---\n# Source: cache/templates/other.yaml\nkind: Service\n---\n{SOURCE}{WRONG}",
        SOURCE + annotated("path: all.yaml"),
    ],
)
def test_helm(text: str) -> None:
    """Helm names the template in the first comment of each document."""
    assert origin(text) == Origin("helm", "shop/templates/policy.yaml")


def test_of_each_document() -> None:
    """An origin holds for its own document."""
    text = f"{WRONG}---\n{SOURCE}{WRONG}---\n{SOURCE.replace('policy', 'more')}{WRONG}---\n{WRONG}"
    assert [finding.origin and finding.origin.path for finding in findings(text)] == [
        None,
        "shop/templates/policy.yaml",
        "shop/templates/more.yaml",
        None,
    ]


def test_of_what_is_no_policy() -> None:
    """A document that cannot be read and an ignore that nobody needs come from somewhere, too."""
    broken = f"{SOURCE}{WRONG}  foo: [\n"
    assert [each.rule for each in findings(broken)] == ["yaml-syntax"]
    assert origin(broken) == Origin("helm", "shop/templates/policy.yaml")
    unused = WRONG.replace("    - protocol", "      protocol") + "# netpol-lint: ignore[split-peer]"
    assert [each.rule for each in findings(SOURCE + unused)] == ["unused-ignore"]
    assert origin(SOURCE + unused) == Origin("helm", "shop/templates/policy.yaml")
    elsewhere = "kind: Service\n# netpol-lint: ignore-file[split-peer]\n---\n"
    assert {each.origin for each in findings(elsewhere + unused)} == {None}


@pytest.mark.parametrize(
    "comment",
    [
        "# Source: https://example.com/charts/templates/policy.yaml\n",
        "# Source: see the wiki/templates/network page: chapter 2\n",
        "# Source: policies/ledger.yaml\n",
        "# Source: /templates/policy.yaml\n",
        f"# a word before\n{SOURCE}",
    ],
)
def test_not_of_helm(comment: str) -> None:
    """People name their sources as well: only the path of a template, in its place, is Helm's."""
    assert origin(comment + WRONG) is None


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["path: ../base/policy.yaml"], Origin("kustomize", "../base/policy.yaml")),
        (["path: 'a b.yaml'"], Origin("kustomize", "a b.yaml")),
        (
            ["path: deploy/np.yaml", "ref: v1.0.6", "repo: https://example.com/shop"],
            Origin("kustomize", "deploy/np.yaml", "https://example.com/shop", "v1.0.6"),
        ),
        (
            ["configuredIn: kustomization.yaml", "configuredBy:", "  kind: Gen", "  path: wrong"],
            Origin("kustomize", "kustomization.yaml"),
        ),
        (
            ["path: a.yaml", "repo: https://somebody:secret@example.com/shop"],
            Origin("kustomize", "a.yaml", "https://example.com/shop"),
        ),
        (["repo: https://example.com/shop"], None),
        (["path:", "path: ''"], None),
        (["- path: a.yaml"], None),
        (["x" * 5000, "path: a.yaml"], None),
    ],
)
def test_kustomize(lines: list[str], expected: Origin | None) -> None:
    """Kustomize describes the origin in an annotation, which is YAML itself."""
    assert origin(annotated(*lines)) == expected


@pytest.mark.parametrize(
    "annotations",
    [
        "\n  annotations:\n    config.kubernetes.io/origin: {path: a.yaml}",
        "\n  annotations: [config.kubernetes.io/origin]",
        "\n  annotations:",
    ],
)
def test_annotations_of_a_wrong_type(annotations: str) -> None:
    """Annotations that are no annotations have no origin to tell."""
    found = findings(POLICY.format(annotations=annotations))
    assert found
    assert {finding.origin for finding in found} == {None}


def test_quoted_annotation() -> None:
    """The style in which the annotation is written does not matter."""
    text = POLICY.format(
        annotations='\n  annotations: {config.kubernetes.io/origin: "path: a.yaml\\nref: v1\\n"}'
    )
    assert origin(text) == Origin("kustomize", "a.yaml", None, "v1")


def test_items_of_a_list() -> None:
    """Each item of a List has its own annotation."""
    items = (annotated(f"path: {name}.yaml").replace("\n", "\n  ") for name in "ab")
    text = "apiVersion: v1\nkind: List\nitems:\n" + "".join(
        f"- {each.rstrip()}\n" for each in items
    )
    assert [finding.origin for finding in findings(text)] == [
        Origin("kustomize", "a.yaml"),
        Origin("kustomize", "b.yaml"),
    ]


# In reports


def _report(text: str) -> Report:
    result = check(text)
    return Report(result.findings, (), 1, 1, 0)


def test_full_report() -> None:
    """The text report names the origin below the place."""
    lines = text_report.full(_report(SOURCE + WRONG), Palette(coloured=False), 80).splitlines()
    assert lines[1:4] == [
        "  --> policy.yaml:13:5",
        "      rendered from shop/templates/policy.yaml",
        "   |",
    ]
    text = annotated("path: np.yaml", "repo: https://example.com/shop", "ref: v1")
    lines = text_report.full(_report(text), Palette(coloured=False), 80).splitlines()
    assert lines[2] == "      rendered from np.yaml of https://example.com/shop at v1"


def test_concise_report() -> None:
    """In one line the path is enough."""
    (line,) = text_report.concise(_report(SOURCE + WRONG), Palette(coloured=False)).splitlines()
    assert line.startswith("policy.yaml:13:5: error[split-port] ")
    assert line.endswith(" (from shop/templates/policy.yaml)")


def test_json_report() -> None:
    """Programs get its parts."""
    (found,) = json.loads(json_report.render(_report(SOURCE + WRONG)))["findings"]
    assert found["origin"] == {
        "renderer": "helm",
        "path": "shop/templates/policy.yaml",
        "repo": None,
        "ref": None,
    }


HOSTILE = "\x9b31m\u202eabc\u2066\u200b정책"


@pytest.mark.parametrize("columns", [40, 80, 120])
@pytest.mark.parametrize(
    "text",
    [
        f"# Source: shop/templates/{HOSTILE}\n{WRONG}",
        f"# Source: shop/templates/{HOSTILE * 90}\n{WRONG}",
        f"# Source: shop/templates/{'정' * 1_000_000}\n{WRONG}",
        annotated(f"path: {'정' * 5000}"),
        POLICY.format(
            annotations='\n  annotations: {config.kubernetes.io/origin: "path: \\e[31m\\u202e`x"}'
        ),
    ],
    ids=["characters", "many", "long", "annotation", "escapes"],
)
def test_hostile_origin(text: str, columns: int) -> None:
    """Whatever an origin says, it is a short and harmless part of one line."""
    report = _report(text)
    lines = text_report.full(report, Palette(coloured=False), columns).splitlines()
    assert "rendered from " in lines[2]
    assert width(lines[2]) <= columns
    assert all(line.isprintable() for line in lines)
    concise = text_report.concise(report, Palette(coloured=False))
    assert concise.removesuffix("\n").isprintable()
    assert len(concise) < 220
    (found,) = json.loads(json_report.render(report))["findings"]
    assert found["origin"]["path"].isprintable()
    assert len(found["origin"]["path"]) <= 200


# With the real programs


CHART = """\
apiVersion: v2
name: shop
version: 0.1.0
"""
TEMPLATE = """\
{{- range .Values.policies }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ .name }}
  namespace: shop
  {{- with .annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - ports:
    - port: 443
    - protocol: TCP
{{- end }}
"""
VALUES = """\
policies:
- name: wrong
- name: meant
  annotations:
    netpol-lint.io/ignore: split-port
"""
MEANT = POLICY.replace("ledger", "meant").format(
    annotations="\n  annotations:\n    netpol-lint.io/ignore: split-port"
)


def _needs(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not on PATH")
    return found


def _put(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def _render(folder: Path, *command: str) -> str:
    home = {f"HELM_{kind}_HOME": str(folder / "home") for kind in ("CACHE", "CONFIG", "DATA")}
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | home,
        capture_output=True,
        encoding="utf-8",
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _found(rendered: str) -> list[tuple[str, str, Any]]:
    """The rule and the origin of each finding in a text that is piped into the command."""
    done = subprocess.run(
        [PROGRAM, "check", "-", "--format", "json"],
        input=rendered,
        capture_output=True,
        encoding="utf-8",
        timeout=TIMEOUT,
        check=False,
    )
    report = json.loads(done.stdout)
    assert report["summary"]["policies"] == 2
    assert report["summary"]["suppressed"] == 1
    return [(each["rule"], each["object"]["name"], each["origin"]) for each in report["findings"]]


def test_helm_itself(tmp_path: Path) -> None:
    """What helm renders names its template, and the annotation still silences."""
    helm = _needs("helm")
    _put(
        tmp_path,
        {
            "shop/Chart.yaml": CHART,
            "shop/values.yaml": VALUES,
            "shop/templates/policies.yaml": TEMPLATE,
        },
    )
    source = {"renderer": "helm", "path": "shop/templates/policies.yaml", "repo": None, "ref": None}
    assert _found(_render(tmp_path, helm, "template", "shop")) == [("split-port", "wrong", source)]


KUSTOMIZATION = "namespace: shop\nresources: [../../base]\nbuildMetadata: [originAnnotations]\n"


def test_kustomize_itself(tmp_path: Path) -> None:
    """What kustomize builds names its file, and the annotation still silences."""
    kustomize = _needs("kustomize")
    _put(
        tmp_path,
        {
            "base/kustomization.yaml": "resources: [policies.yaml]\n",
            "base/policies.yaml": f"{WRONG.replace('ledger', 'wrong')}---\n{MEANT}",
            "overlays/prod/kustomization.yaml": KUSTOMIZATION,
        },
    )
    source = {
        "renderer": "kustomize",
        "path": "../../base/policies.yaml",
        "repo": None,
        "ref": None,
    }
    rendered = _render(tmp_path, kustomize, "build", "overlays/prod")
    assert _found(rendered) == [("split-port", "wrong", source)]


def test_helm_through_kustomize(tmp_path: Path) -> None:
    """A chart that is rendered to a file and customized is told from one of the two at least."""
    kustomize, helm = _needs("kustomize"), _needs("helm")
    _put(
        tmp_path,
        {
            "shop/Chart.yaml": CHART,
            "shop/values.yaml": VALUES,
            "shop/templates/policies.yaml": TEMPLATE,
            "kustomization.yaml": KUSTOMIZATION.replace("../../base", "all.yaml"),
        },
    )
    _put(tmp_path, {"all.yaml": _render(tmp_path, helm, "template", "shop")})
    ((rule, name, source),) = _found(_render(tmp_path, kustomize, "build", "."))
    assert (rule, name) == ("split-port", "wrong")
    assert source["path"] in ("shop/templates/policies.yaml", "all.yaml")
