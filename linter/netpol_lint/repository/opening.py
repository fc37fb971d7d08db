"""What brings objects into a namespace that no file of the repository shows.

Charts, remote bases, other repositories and operators: where one of them may be at work, "no pod
matches" and "no policy allows" are guesses, and nobody makes them (catalogue, section 4.3).
"""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice, takewhile

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Node, Scalar
from netpol_lint.policy import string
from netpol_lint.regex import regex
from netpol_lint.repository import argo, fleet
from netpol_lint.repository.delivery import folder_of
from netpol_lint.repository.demonstration import is_demonstration
from netpol_lint.repository.index import ORDERS, Index
from netpol_lint.repository.landing import Landings
from netpol_lint.repository.manifest import Manifest, as_it_is, at, contents, stated

_PROGRAMS = (
    ".jsonnet", ".libsonnet", ".cue", ".dhall", ".tf", ".pkl", ".star",
    ".j2", ".jinja", ".jinja2", ".erb", ".tmpl", ".gotmpl", ".template", ".mustache", ".hbs",
)  # fmt: skip
_PROGRAM_WORDS = (
    b"Deployment", b"StatefulSet", b"DaemonSet", b"helm_release", b"kubernetes_deployment",
)  # fmt: skip
_PROGRAM_FILES = frozenset(
    """
    Pulumi.yaml Pulumi.yml Tiltfile cdk8s.yaml cdk8s.yml helmfile.yaml helmfile.yaml.gotmpl
    helmfile.yml
    """.split()
)
_POLICY, _DEPENDENCIES = b"NetworkPolicy", b"dependencies"
"""By which a chart is known that may bring policies, of its own or of other charts."""
_EGRESS = regex(rb"egress", re.IGNORECASE)
_WHOLE = (b"toYaml", b"toJson", b"tpl", b".Files")
"""What writes whole trees of values, or of files, into a template."""
_OPERATOR_FILE, _OPERATOR_MARK = "PROJECT", b"kubebuilder"
"""By which the source of an operator is known: its pods make pods."""


class Opening(NamedTuple):
    """One way in which unseen objects come."""

    namespace: str | None
    """None where it may be any."""
    pods_only: bool
    """Whether it brings pods, but no policies."""
    why: str
    """In words for a person."""
    lets_nothing_out: bool = False
    """Whether none of the policies that it brings can allow anything outwards."""


def openings(index: Index, landings: Landings) -> Iterator[Opening]:
    """Every opening of a repository."""
    if index.tree.root is None:
        yield Opening(None, False, "standard input is not the whole of a repository")
        return
    if not index.complete:
        yield Opening(None, False, "the repository is larger than what is read")
    yield from _of_orders(index, landings)
    yield from _of_builds(index)
    yield from _of_charts(index)
    yield from _of_templates(index)
    yield from _of_unread(index)
    yield from _of_tools(index)
    yield from _of_operators(index, landings)
    for each in index.installations:
        yield Opening(each.namespace, each.pods_only, each.why)


def _of_orders(index: Index, landings: Landings) -> Iterator[Opening]:
    """Releases of charts, and orders to apply what lies elsewhere."""
    for path in index.orders:
        for each in contents(index.tree.text(path)):
            manifest = each if isinstance(each, Manifest) else as_it_is(each)
            if manifest is not None and not manifest.is_broken:
                yield from _of_order(index, landings, manifest, path)
            elif any(map(each.mentions, ORDERS)) and not is_demonstration(path):
                yield Opening(None, False, f"the orders of {path}")


def _of_order(index: Index, landings: Landings, manifest: Manifest, path: str) -> Iterator[Opening]:
    if manifest.kind == "HelmRelease" and manifest.group.endswith("toolkit.fluxcd.io"):
        given = _target(at(manifest.root, "spec", "targetNamespace"))
        names = _names(landings, path, manifest.own) if given is None else [given]
        for name in names:
            yield Opening(name or None, False, f"the HelmRelease {manifest.name} ({path})")
    elif manifest.kind == "Kustomization" and manifest.group.endswith("toolkit.fluxcd.io"):
        if _is_elsewhere(index, manifest):
            name = _target(at(manifest.root, "spec", "targetNamespace"))
            why = f"the Flux Kustomization {manifest.name} ({path})"
            yield Opening(name or None, False, why)
    elif manifest.group == "argoproj.io":
        yield from _of_argo(index, manifest, path)
    elif manifest.kind == "GitRepo":
        folders = fleet.folders(manifest)
        if not all("*" in folder or index.tree.has_folder(folder) for folder in folders):
            name = _target(at(manifest.root, "spec", "targetNamespace"))
            yield Opening(name or None, False, f"the GitRepo {manifest.name} ({path})")
    elif manifest.kind == "HelmChart" and manifest.group == "helm.cattle.io":
        given = _target(at(manifest.root, "spec", "targetNamespace"))
        name = manifest.own if given is None else given
        yield Opening(name or None, False, f"the HelmChart {manifest.name} ({path})")


def _target(node: Node | None) -> str | None:
    """A stated namespace; the empty text for one that is filled in later, None for none."""
    name = stated(node)
    return "" if name is not None and "{" in name else name


def _names(landings: Landings, path: str, own: str | None) -> list[str | None]:
    """Where an object of a file lands; None where that cannot be told."""
    return list(dict.fromkeys(each.namespace or None for each in landings.of(path, own)))


def _is_elsewhere(index: Index, manifest: Manifest) -> bool:
    """Whether a Flux Kustomization applies something that is not in this repository."""
    source = string(at(manifest.root, "spec", "sourceRef", "kind"))
    if source not in (None, "GitRepository"):
        return True
    written = at(manifest.root, "spec", "path")
    folder = folder_of(written.text if isinstance(written, Scalar) else "")
    return folder is None or ("*" not in folder and not index.tree.has_folder(folder))


def _of_argo(index: Index, manifest: Manifest, path: str) -> Iterator[Opening]:
    if manifest.kind not in ("Application", "ApplicationSet"):
        return
    spec = at(manifest.root, "spec")
    if manifest.kind == "ApplicationSet":
        spec = at(spec, "template", "spec")
    target = _target(at(spec, "destination", "namespace"))
    for source in argo.sources(spec):
        written = at(source, "path")
        folder = folder_of(written.text) if isinstance(written, Scalar) else None
        chart = at(source, "chart") is not None or at(source, "helm") is not None
        known = folder is not None and ("*" in folder or index.tree.has_folder(folder))
        if chart or not known:
            why = f"the Argo CD {manifest.kind} {manifest.name} ({path})"
            yield Opening(target or None, False, why)


def _of_builds(index: Index) -> Iterator[Opening]:
    """Kustomizations that build upon what is not here."""
    for folder, kustomization in index.graph.kustomizations.items():
        if not kustomization.closed or kustomization.inflates:
            for build in index.graph.builds_upon(folder):
                why = f"what {kustomization.path} takes from elsewhere"
                yield Opening(build.namespace or None, False, why)


def _of_charts(index: Index) -> Iterator[Opening]:
    """Charts of the repository itself: their templates are not read."""
    for folder in index.renderers.charts:
        if not is_demonstration(f"{folder}/Chart.yaml"):
            inside, head = _inside(index, folder), folder and f"{folder}/"
            whole = any(path.startswith(f"{head}templates/") for path in inside)
            pods_only = whole and not any(
                _may_bring_policies(index, path, path[len(head) :]) for path in inside
            )
            closed = whole and not any(
                _may_let_out(index, path, path[len(head) :]) for path in inside
            )
            for name in index.releases_of(folder) or ("",):
                yield Opening(name or None, pods_only, f"the chart {folder or '.'}", closed)


def _inside(index: Index, chart: str) -> list[str]:
    """The files of a chart."""
    files, head = index.tree.files, chart and f"{chart}/"
    start = bisect_left(files, head)
    return list(takewhile(lambda path: path.startswith(head), islice(files, start, None)))


def _is_of_another(below: str) -> bool:
    """Whether a file of a chart brings another chart. Nobody looks further, however many do so."""
    return below.startswith(("charts/", "requirements.")) or below.endswith("/Chart.yaml")


def _may_let_out(index: Index, path: str, below: str) -> bool:
    """Whether a file of a chart speaks of egress, or brings what nobody sees here.

    A policy without that word allows nothing outwards, unless values are written into it whole.
    """
    if _is_of_another(below):
        return True
    data = index.tree.read(path)
    if data is None or _EGRESS.search(data) is not None:
        return True
    if below == "Chart.yaml":
        return _DEPENDENCIES in data
    return _POLICY in data and any(word in data for word in _WHOLE)


def _may_bring_policies(index: Index, path: str, below: str) -> bool:
    """Whether a file of a chart speaks of a policy, or brings another chart that may."""
    if _is_of_another(below):
        return True
    if index.tree.is_manifest(path):
        is_chart = below == "Chart.yaml"
        return not index.is_silent(path) or (
            is_chart and _DEPENDENCIES in (index.tree.read(path) or _DEPENDENCIES)
        )
    return below.endswith(".tpl") and _POLICY in (index.tree.read(path) or _POLICY)


def _of_templates(index: Index) -> Iterator[Opening]:
    """Workloads that are written by something else before they are applied."""
    for path in index.tree.files:
        name = posixpath.basename(path)
        if name in _PROGRAM_FILES:
            yield Opening(None, False, f"the releases of {path}")
        elif name == _OPERATOR_FILE and _OPERATOR_MARK in (index.tree.read(path) or b""):
            yield Opening(None, True, f"the operator that is written here ({path})")
        elif name.endswith(_PROGRAMS) and not is_demonstration(path):
            data = index.tree.read(path) or b""
            if any(word in data for word in _PROGRAM_WORDS):
                yield Opening(None, False, f"the program {path}")
    for sighting in index.sightings:
        path = sighting.path
        if is_demonstration(path):
            continue
        if sighting.rendered and index.renderers.chart_of(path) is None:
            yield Opening(None, False, f"what {path} is rendered to")
        if sighting.broken:
            yield Opening(None, False, f"what cannot be read of {path}")


def _of_unread(index: Index) -> Iterator[Opening]:
    """Files that are too large, or that nobody may read."""
    for path in index.unread:
        if not is_demonstration(path):
            yield Opening(None, False, f"{path}, which is not read")


def _of_tools(index: Index) -> Iterator[Opening]:
    """What tools are told to bring from elsewhere, or in the words of their own files."""
    for name, path in index.unseen():
        if not is_demonstration(path):
            yield Opening(name, False, f"what {path} brings")


def _of_operators(index: Index, landings: Landings) -> Iterator[Opening]:
    """Objects of somebody's own kinds, which operators turn into pods."""
    for sighting in index.sightings:
        for trait in dict.fromkeys(each for each in sighting.traits if each.makes_pods):
            for name in _names(landings, sighting.path, trait.own):
                if name is not None:
                    yield Opening(name, True, f"the {trait.kind} of {sighting.path}")
