"""The kustomizations of a repository as a graph: what is built from what, and into where."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from netpol_lint import parse
from netpol_lint.node import Mapping, Node, Scalar
from netpol_lint.policy import string
from netpol_lint.repository.manifest import TEMPLATE, Manifest, at, items, manifests, stated
from netpol_lint.repository.tree import Tree

FILE_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")

MAX_KUSTOMIZATIONS = 20_000
MAX_BYTES = 1024 * 1024
"""Of one kustomization."""
MAX_EDGES = 200_000
MAX_STATES = 20_000
"""Pairs of folder and namespace that one upward walk may visit."""
MAX_MEMBERS = 5_000
"""Files of one build that are looked at."""

_SHARED = frozenset(("base", "bases", "common", "component", "components", "shared"))
"""Folders whose kustomizations are there to be built upon."""
_PATCHES = ("patches", "patchesStrategicMerge", "patchesJson6902", "replacements", "configurations")


class Kustomization(NamedTuple):
    """One `kustomization.yaml`, reduced to what decides about namespaces."""

    folder: str
    path: str
    is_component: bool
    namespace: str | None
    """What it gives to everything it builds; the empty text for one that is filled in later."""
    resources: tuple[str, ...]
    """Files and folders of this repository, components behind the rest."""
    components: tuple[str, ...]
    fragments: tuple[str, ...]
    """Files that are patches, not objects."""
    closed: bool
    """Whether all that it refers to can be read here."""
    patches_namespace: bool
    """Whether a patch or a replacement writes a namespace."""
    generates: bool
    """Whether it makes objects of its own."""
    inflates: bool = False
    """Whether it renders charts."""


class Build(NamedTuple):
    """What one root kustomization makes of a file."""

    root: str | None
    """The folder of the root kustomization; None where none builds it."""
    namespace: str | None
    """None where it gives none; the empty text where it is filled in later."""
    supplied: bool
    """Whether somebody outside the readable text decides."""
    why: str


class Graph:
    """All kustomizations below one root. Nothing is read before the first question."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._builds: dict[str, tuple[Build, ...]] = {}
        self.complete = True
        """Whether the limits were enough to see everything."""

    @cached_property
    def kustomizations(self) -> dict[str, Kustomization]:
        """By folder."""
        found: dict[str, Kustomization] = {}
        edges = 0
        for path in self._tree.files:
            folder, _, name = path.rpartition("/")
            if name not in FILE_NAMES or folder in found:
                continue
            if len(found) >= MAX_KUSTOMIZATIONS or edges >= MAX_EDGES:
                self.complete = False
                break
            found[folder] = kustomization = self._read(folder, path)
            edges += len(kustomization.resources) + len(kustomization.components)
        return found

    @cached_property
    def _parents(self) -> dict[str, tuple[str, ...]]:
        """A file or folder -> the folders of the kustomizations that build upon it."""
        parents: dict[str, list[str]] = {}
        for folder, kustomization in self.kustomizations.items():
            for child in dict.fromkeys((*kustomization.resources, *kustomization.components)):
                parents.setdefault(child, []).append(folder)
        return {child: tuple(folders) for child, folders in parents.items()}

    @cached_property
    def _fragments(self) -> dict[str, str]:
        """A patch file -> the kustomization that applies it."""
        return {
            fragment: kustomization.path
            for kustomization in self.kustomizations.values()
            for fragment in kustomization.fragments
        }

    def patched_by(self, path: str) -> str | None:
        """The kustomization for which the file is a patch."""
        return self._fragments.get(path)

    def builds(self, path: str) -> tuple[Build, ...]:
        """What each root kustomization that reaches the file makes of it."""
        found: dict[Build, None] = {}
        for folder in self._parents.get(path, ()):
            found |= dict.fromkeys(self.builds_upon(folder))
        return tuple(found)

    def builds_upon(self, folder: str) -> tuple[Build, ...]:
        """What each root makes of that which the kustomization in `folder` brings itself."""
        if folder not in self._builds:
            self._builds[folder] = tuple(self._upward(folder))
        return self._builds[folder]

    def _upward(self, start: str) -> Iterator[Build]:
        """Every root above `start` with the outermost namespace on the way to it."""
        none = Build("", None, False, "")
        pending = [(start, none)]
        seen = set(pending)
        arrivals: list[Build] = []
        roots = 0
        while pending:
            folder, inner = pending.pop()
            given = self._given(folder, inner)
            parents = self._parents.get(folder, ())
            arrivals.append(given._replace(root=folder))
            if not parents:
                roots += 1
                yield self._at_root(folder, given)
            for parent in parents:
                state = (parent, given._replace(root=""))
                if state not in seen:
                    if len(seen) >= MAX_STATES:
                        yield Build(folder, None, True, "more kustomizations than can be followed")
                        return
                    seen.add(state)
                    pending.append(state)
        if not roots:  # a circle: kustomize builds none of it
            yield from arrivals

    def _given(self, folder: str, inner: Build) -> Build:
        """What is known after the kustomization in `folder` has done its work."""
        kustomization = self.kustomizations[folder]
        why = kustomization.path
        if kustomization.namespace is None:
            # A component transforms everything that its user has gathered so far.
            for component in reversed(kustomization.components):
                above = self.kustomizations.get(component)
                if above is not None and above.namespace is not None:
                    kustomization = above
                    why = above.path
                    break
        namespace = kustomization.namespace
        if namespace:
            return Build("", namespace, False, f"the namespace of {why}")
        if namespace is not None:
            return Build("", "", True, f"{why} fills in a namespace later")
        if kustomization.patches_namespace:
            return Build("", None, True, f"a patch of {why} writes a namespace")
        return inner

    def _at_root(self, folder: str, given: Build) -> Build:
        kustomization = self.kustomizations[folder]
        given = given._replace(root=folder)
        if given.namespace or given.supplied:
            return given
        if kustomization.is_component:
            why = f"the build that uses the component {kustomization.path}"
            return Build(folder, None, True, why)
        if not _SHARED.isdisjoint(folder.split("/")[-2:]):
            return Build(folder, None, True, f"the builds upon {kustomization.path}")
        return given

    def members(self, root: str) -> tuple[tuple[str, ...], bool, bool, bool]:
        """What a build consists of: its files; whether all of it can be read; whether it makes
        objects itself; whether a kustomization in it gives a namespace."""
        files: dict[str, None] = {}
        closed, generates, gives = True, False, False
        pending, seen = [root], {root}
        while pending:
            kustomization = self.kustomizations[pending.pop()]
            closed = closed and kustomization.closed
            generates = generates or kustomization.generates
            gives = gives or kustomization.namespace is not None
            for child in (*kustomization.resources, *kustomization.components):
                if child not in self.kustomizations:
                    files[child] = None
                elif child not in seen:
                    seen.add(child)
                    pending.append(child)
            if len(files) > MAX_MEMBERS:
                return tuple(files)[:MAX_MEMBERS], False, generates, gives
        return tuple(files), closed, generates, gives

    def _read(self, folder: str, path: str) -> Kustomization:
        data = self._tree.read(path, MAX_BYTES)
        text = "" if data is None else parse.decode(data)[0]
        empty = Kustomization(folder, path, False, None, (), (), (), False, False, False)
        if TEMPLATE.search(text) is not None:
            return empty._replace(namespace="")
        root = next((document.root for document in _documents(text)), None)
        if not isinstance(root, Mapping):
            return empty
        paths = _Paths(self._tree, folder)
        resources = [
            target
            for field in ("resources", "bases")
            for item in items(root.get(field))
            for target in paths.targets(item)
        ]
        components = [
            target for item in items(root.get("components")) for target in paths.targets(item)
        ]
        closed = paths.closed
        namespace = stated(root.get("namespace"))
        transformed = self._transformed(root, paths)
        if transformed is not None:
            namespace = transformed or namespace or ""
        fragments, patches_namespace = self._patches(root, paths)
        return Kustomization(
            folder,
            path,
            string(root.get("kind")) == "Component",
            namespace,
            tuple(resources),
            tuple(components),
            tuple(fragments),
            closed,
            patches_namespace,
            any(items(root.get(field)) for field in _GENERATORS),
            any(items(root.get(field)) for field in _CHARTS),
        )

    def _transformed(self, root: Mapping, paths: _Paths) -> str | None:
        """The namespace that a transformer of its own gives; empty where that cannot be seen."""
        given: str | None = None
        for item in items(root.get("transformers")):
            if not isinstance(item, Scalar):
                continue
            inline = "\n" in item.text
            targets = () if inline else tuple(paths.targets(item))
            objects: list[Manifest] = list(manifests(item.text)) if inline else []
            for target in targets:
                if target in self._tree.folders:
                    return ""  # a folder with a kustomization of transformers
                objects += self._tree.manifests(target)
            if not inline and not targets:
                return ""
            for manifest in objects:
                if manifest.kind == "NamespaceTransformer":
                    given = manifest.namespace
        return given

    def _patches(self, root: Mapping, paths: _Paths) -> tuple[list[str], bool]:
        """The files that are patches, and whether one of the patches writes a namespace."""
        fragments: list[str] = []
        texts: list[str] = []
        for field in _PATCHES:
            for item in items(root.get(field)):
                inline = at(item, "patch")
                named = at(item, "path") if isinstance(item, Mapping) else item
                if isinstance(inline, Scalar):
                    texts.append(inline.text)
                if isinstance(named, Scalar):
                    if "\n" in named.text:
                        texts.append(named.text)
                    else:
                        fragments += paths.targets(named)
                targets = at(item, "targets")
                texts += (
                    f"path: {path.text}"
                    for target in items(targets)
                    for path in items(at(target, "fieldPaths"))
                    if isinstance(path, Scalar)
                )
        for fragment in fragments:
            data = self._tree.read(fragment, MAX_BYTES)
            if data is not None and b"metadata" in data and b"namespace" in data:
                texts.append(data.decode("utf-8", "replace"))
        return fragments, any(_WRITES_NAMESPACE.search(text) for text in texts)


_CHARTS = ("helmCharts", "helmChartInflationGenerator")
_GENERATORS = ("configMapGenerator", "secretGenerator", "generators", "helmCharts")
# A JSON patch or a replacement; a merge patch only identifies its object by the namespace.
_WRITES_NAMESPACE = re.compile(r"(?:/metadata/|\bmetadata\.)namespace\b|\btargetNamespace\b")


class _Paths:
    """Turns what a kustomization refers to into paths below the root."""

    def __init__(self, tree: Tree, folder: str) -> None:
        self._tree = tree
        self._folder = folder
        self.closed = True

    def targets(self, item: Node) -> Iterator[str]:
        """The path of a reference; none, and `closed` is lost, where it cannot be read here."""
        if not isinstance(item, Scalar) or not item.text or "\n" in item.text:
            self.closed = False
            return
        path = posixpath.normpath(posixpath.join(self._folder, item.text))
        path = "" if path == "." else path
        if path.startswith(("../", "/")) or path == "..":
            self.closed = False
        elif path in self._tree.folders or self._tree.has(path):
            yield path
        else:  # ignored by git, behind a link, in another repository, or simply not there
            real = self._tree.resolve(path)
            if real is None:
                self.closed = False
            else:
                yield real


def _documents(text: str) -> Iterator[parse.Document]:
    for part in parse.split(text):
        document = parse.parse(text, part)
        if document.root is not None:
            yield document
