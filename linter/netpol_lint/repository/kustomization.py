"""One `kustomization.yaml`: what it is made of, and what it refers to."""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Mapping, Scalar
from netpol_lint.policy import string
from netpol_lint.repository.manifest import at, items, stated, text_at
from netpol_lint.repository.reference import References, mentioned
from netpol_lint.repository.transformation import Pair
from netpol_lint.repository.transformer import TRANSFORMING, Written, effect_of
from netpol_lint.repository.tree import Tree

FILE_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
MAX_COMPONENTS = 1_000
"""Components of one kustomization."""

_GENERATORS = ("configMapGenerator", "secretGenerator", "generators", "helmCharts")
_PLUGINS = ("generators", "helmCharts", "helmChartInflationGenerator")
_CHARTS = ("helmCharts", "helmChartInflationGenerator")
_PATCHES = ("patches", "patchesStrategicMerge", "patchesJson6902", "replacements", "configurations")


class Kustomization(NamedTuple):
    """One `kustomization.yaml`, reduced to what it is made of."""

    folder: str
    path: str
    is_component: bool = False
    namespace: str | None = None
    """What it gives to everything it builds; the empty text for what is filled in later."""
    transforms: bool = True
    """Whether it does anything to what it builds."""
    resources: tuple[str, ...] = ()
    """Files and folders of this repository."""
    components: tuple[str, ...] = ()
    fragments: tuple[str, ...] = ()
    """Files that are patches, not objects."""
    configurations: tuple[str, ...] = ()
    """Files that tell kustomize which fields hold labels, names and namespaces."""
    mentioned: frozenset[str] = frozenset()
    """Files and folders that it refers to in any role."""
    closed: bool = False
    """Whether its resources and components can all be read here."""
    opaque: bool = False
    """Whether a component or a configuration cannot be read here, which might change anything."""
    generates: bool = False
    """Whether it makes objects of its own."""
    plugged: bool = False
    """Whether something makes objects for it that nobody can foresee: charts, programs."""
    inflates: bool = False
    """Whether it renders charts."""
    signature: Pair | None = None
    """The label that kustomize adds to all that is built from here, with its own version."""
    is_template: bool = False
    """Whether it is rendered first: until then nobody can tell what it builds."""

    @property
    def edges(self) -> int:
        """How much it builds upon."""
        return len(self.resources) + len(self.components)


def read(tree: Tree, folder: str, written: Written) -> Kustomization:
    """A kustomization in `folder`; next to nothing where it cannot be read."""
    path, root, is_template = written
    empty = Kustomization(folder, path, opaque=True)
    if is_template:
        return empty._replace(namespace="", is_template=True)
    if root is None:
        return empty
    objects = References(tree, folder)
    resources = objects.all(root, "resources", "bases")
    changes = References(tree, folder)
    components = changes.all(root, "components")
    closed = objects.closed and changes.closed
    configurations = changes.all(root, "configurations")
    namespace = stated(root.get("namespace"))
    if items(root.get("transformers")):
        namespace = effect_of(tree, folder, written).namespace
    return Kustomization(
        folder,
        path,
        string(root.get("kind")) == "Component",
        namespace,
        any(root.get(field) is not None for field in TRANSFORMING),
        resources,
        components[:MAX_COMPONENTS],
        tuple(_patch_files(root, References(tree, folder))),
        configurations,
        mentioned(root, References(tree, folder)),
        closed,
        not changes.closed or len(components) > MAX_COMPONENTS,
        any(items(root.get(field)) for field in _GENERATORS),
        any(items(root.get(field)) for field in _PLUGINS),
        any(items(root.get(field)) for field in _CHARTS),
        _signature(root, path),
    )


def _patch_files(root: Mapping, references: References) -> Iterator[str]:
    for field in _PATCHES:
        for item in items(root.get(field)):
            named = at(item, "path") if isinstance(item, Mapping) else item
            if isinstance(named, Scalar) and "\n" not in named.text:
                yield from references.targets(named)


def _signature(root: Mapping, path: str) -> Pair | None:
    """What `buildMetadata: [managedByLabel]` adds. Source: api/krusty/kustomizer.go."""
    for item in items(root.get("buildMetadata")):
        if text_at(item) == "managedByLabel":
            key = "app.kubernetes.io/managed-by"
            return Pair(key, "kustomize", path, item.span, unknown=True)
    return None
