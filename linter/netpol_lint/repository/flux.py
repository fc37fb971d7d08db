"""What Flux is told: its Kustomizations, and the HelmReleases of charts in the repository."""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint.node import Node, Scalar
from netpol_lint.policy import string
from netpol_lint.repository.delivery import Delivery, folder_of, place_of
from netpol_lint.repository.manifest import Manifest, at, stated

_PATCHES = ("patches", "patchesStrategicMerge", "patchesJson6902")
_WORDS = ("labels", "elector", "NetworkPolicy", "ports", "hostNetwork", "$patch", "op: remove")
"""One of them is in every patch that decides who is selected."""

MARK = b"toolkit.fluxcd.io"
"""Every file with an order for Flux has it."""


def deliveries(manifest: Manifest, path: str) -> Iterator[Delivery]:
    """The folder that a Flux Kustomization applies."""
    if manifest.kind != "Kustomization" or not manifest.group.endswith("toolkit.fluxcd.io"):
        return
    spec = at(manifest.root, "spec")
    written = at(spec, "path")
    folder = folder_of(written.text if isinstance(written, Scalar) else "")
    if folder is None:
        return
    why = f"the Flux Kustomization {manifest.name} in {path}"
    target = at(spec, "targetNamespace")
    place, alters = place_of(path, target), _alters(manifest, spec)
    yield Delivery(folder, True, stated(target), None, False, why, place, alters=alters)


def _alters(manifest: Manifest, spec: Node | None) -> bool:
    """Whether what is applied may get other labels, selectors, ports or names on the way."""
    if at(spec, "components") is not None:
        return True
    patches = [node for name in _PATCHES if (node := at(spec, name)) is not None]
    return any(word in manifest.text[each.start : each.end] for each in patches for word in _WORDS)


def charts(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """The folder of a local chart and the namespace that a HelmRelease installs it into."""
    if manifest.kind != "HelmRelease" or not manifest.group.endswith("toolkit.fluxcd.io"):
        return
    chart = at(manifest.root, "spec", "chart", "spec", "chart")
    name = string(at(manifest.root, "spec", "targetNamespace")) or manifest.namespace
    if isinstance(chart, Scalar) and name:
        folder = folder_of(chart.text)
        if folder:
            yield folder, name
