"""What Flux is told: its Kustomizations, and the HelmReleases of charts in the repository."""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint.node import Scalar
from netpol_lint.policy import string
from netpol_lint.repository.delivery import Delivery, folder_of, place_of
from netpol_lint.repository.manifest import Manifest, at, stated

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
    yield Delivery(folder, True, stated(target), None, False, why, place_of(path, target))


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
