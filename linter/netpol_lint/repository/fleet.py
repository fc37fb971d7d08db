"""What Rancher Fleet is told: the bundles of `fleet.yaml` files, and its GitRepos."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator

from netpol_lint import discover, parse
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Node, Scalar
from netpol_lint.repository.delivery import Delivery, folder_of, place_of
from netpol_lint.repository.manifest import Manifest, at, items, stated
from netpol_lint.repository.tree import MAX_TEXT, Tree

NAMES = ("fleet.yaml", "fleet.yml")
"""Of the file that makes its folder a bundle; the first one counts.

Source: setupIOReader in internal/bundlereader/read.go of Fleet.
"""
MAX_TARGETS = 100
"""Customizations of one bundle that are looked at."""
MAX_PATHS = 1_000
"""Folders of one GitRepo that are looked at."""

_DEFAULT = "default"
"""Where Fleet deploys what nobody gives a namespace."""
_GROUP = "fleet.cattle.io"


class Bundle(NamedTuple):
    """A folder that Fleet deploys as one, with all below it that is no bundle of its own."""

    path: str
    """Of its file."""
    deliveries: tuple[Delivery, ...]
    """What it gives to plain manifests, if it deploys some, and to the kustomizations it builds."""
    unseen: tuple[str | None, ...]
    """The namespaces into which it installs charts from elsewhere; None for one filled in later."""


class Bundles:
    """The bundles of one repository."""

    def __init__(self, tree: Tree, paths: Collection[str], kustomized: Collection[str]) -> None:
        self._known: dict[str, Bundle] = {}
        for path in sorted(paths):  # fleet.yaml comes before fleet.yml
            folder = posixpath.dirname(path)
            if folder not in self._known:
                self._known[folder] = _bundle(tree, path, kustomized)

    def __iter__(self) -> Iterator[Bundle]:
        return iter(self._known.values())

    def builds(self, folder: str) -> bool:
        """Whether a bundle builds the kustomization in `folder`."""
        found = self._around(folder)
        return found is not None and any(
            each.folder == folder and not each.raw for each in found.deliveries
        )

    def covering(self, folder: str) -> Iterator[Delivery]:
        """What the bundle around a folder gives to all in it, or to the kustomization in it."""
        found = self._around(folder)
        for each in () if found is None else found.deliveries:
            if each.raw or each.folder == folder:
                yield each

    def plainly(self, folder: str) -> Iterator[Delivery]:
        """What it gives to the plain manifests of a folder, whatever kustomization is there."""
        return (each for each in self.covering(folder) if each.raw)

    def _around(self, folder: str) -> Bundle | None:
        """The nearest bundle: one further up leaves to it what lies below.

        Source: docs/gitrepo-content.md of fleet-docs.
        """
        while self._known:
            if folder in self._known:
                return self._known[folder]
            if not folder:
                break
            folder = posixpath.dirname(folder)
        return None


def _bundle(tree: Tree, path: str, kustomized: Collection[str]) -> Bundle:
    """A bundle as its file says it, and as each of its targets changes it.

    Where only targets have a namespace they may be all the clusters there are. Plain manifests are
    deployed where there is neither a kustomization nor a chart.
    Source: DetermineStyle in internal/bundlereader/style.go of Fleet.
    """
    data, folder = tree.read(path, MAX_TEXT) or b"", posixpath.dirname(path)
    text = "" if discover.is_binary(data) else parse.decode(data)[0]
    root = parse.parse(text, next(parse.split(text))).root
    deliveries: dict[Delivery, None] = {}
    unseen: dict[str | None, None] = {}
    for target in (root, *items(at(root, "targetCustomizations"))[:MAX_TARGETS]):
        options = target, root
        forced = _first(options, "namespace")
        given = _first(options, "defaultNamespace") if forced is None else forced
        name = _name(given)
        written = _first(options, "helm", "chart") or _first(options, "helm", "repo")
        chart = "" if written is None else _below(folder, written.text)
        if written is not None and not tree.has_folder(chart):
            unseen[_DEFAULT if name is None else name or None] = None
        where = _first(options, "kustomize", "dir")
        built = folder if where is None else _below(folder, where.text)
        raw = built not in kustomized
        if name is None or (
            raw and (written is not None or tree.has(posixpath.join(folder, "Chart.yaml")))
        ):
            continue
        overwrites, fills = (None, name) if forced is None else (name, None)
        why, place = f"the Rancher Fleet bundle {path}", place_of(path, given)
        home = folder if raw else built
        deliveries[Delivery(home, raw, overwrites, fills, False, why, place, raw)] = None
    return Bundle(path, tuple(deliveries), tuple(unseen))


def _first(options: tuple[Node | None, ...], *names: str) -> Scalar | None:
    """An option of a target, else of the whole bundle."""
    found = (at(each, *names) for each in options)
    return next(
        (each for each in found if isinstance(each, Scalar) and stated(each) is not None), None
    )


def _name(node: Node | None) -> str | None:
    """A stated namespace; the empty text for one that each cluster fills in, None for none."""
    name = stated(node)
    return "" if name is not None and not {"{", "$"}.isdisjoint(name) else name


def _below(folder: str, path: str) -> str:
    """A path in the folder of a bundle, counted from the root."""
    found = posixpath.normpath(posixpath.join(folder, path.lstrip("/")))
    return "" if found == "." else found


def deliveries(manifest: Manifest, path: str) -> Iterator[Delivery]:
    """The folders that a GitRepo applies, if it has a namespace for all that lies in them.

    Source: bundleFromDir in internal/bundlereader/read.go of Fleet.
    """
    why = f"the Rancher Fleet GitRepo {manifest.name} in {path}"
    for folder in folders(manifest):
        target = at(manifest.root, "spec", "targetNamespace")
        if stated(target) is not None:
            yield Delivery(folder, True, _name(target), None, False, why, place_of(path, target))


def folders(manifest: Manifest) -> list[str]:
    """The folders that a GitRepo names, if it is one of Fleet."""
    if manifest.kind != "GitRepo" or manifest.group != _GROUP:
        return []
    written = items(at(manifest.root, "spec", "paths"))[:MAX_PATHS]
    found = (folder_of(each.text) for each in written if isinstance(each, Scalar))
    return [each for each in found if each is not None]
