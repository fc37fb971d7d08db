"""What the transformers of one kustomization do to everything that it builds.

The order is that of kustomize (api/internal/target/kusttarget_configplugin.go): strategic merge
patches, patches, namespace, prefix, suffix, labels, JSON patches, replacements, and last its
`transformers:`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from netpol_lint import parse
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Mapping, Node, Scalar
from netpol_lint.regex import regex
from netpol_lint.repository.manifest import (
    WORKLOADS,
    at,
    is_template,
    items,
    stated,
    text_at,
)
from netpol_lint.repository.patching import Patches
from netpol_lint.repository.reference import References
from netpol_lint.repository.transformation import (
    ANYTHING,
    NO_EFFECT,
    UNCLEAR,
    Effect,
    Pair,
    Patch,
    Place,
    Transformation,
    in_order,
)
from netpol_lint.repository.tree import Tree
from netpol_lint.span import Span

MAX_BYTES = 1024 * 1024
"""Of one kustomization."""

_HARMLESS = frozenset(("AnnotationsTransformer", "ImageTagTransformer", "ReplicaCountTransformer"))
_SELECTING = frozenset(("NetworkPolicy", "Service", "Namespace", ""))
"""Kinds whose labels or selectors decide who may talk to whom, workloads left aside."""


TRANSFORMING = (
    "patchesStrategicMerge",
    "patches",
    "namespace",
    "namePrefix",
    "nameSuffix",
    "labels",
    "commonLabels",
    "patchesJson6902",
    "replacements",
    "transformers",
)
"""The fields of a kustomization that are read here."""


class Written(NamedTuple):
    """The text of one kustomization."""

    path: str
    root: Mapping | None
    """None where it cannot be read."""
    is_template: bool


def load(tree: Tree, path: str) -> Written:
    """The kustomization at `path` as it is written."""
    data = tree.read(path, MAX_BYTES)
    text = "" if data is None else parse.decode(data)[0]
    rendered = is_template(text, 0, len(text))
    return Written(path, None if rendered else root_of(text), rendered)


def effect_of(tree: Tree, folder: str, written: Written) -> Effect:
    """What a kustomization in `folder` does to everything that it builds."""
    path, root, rendered = written
    if rendered:
        why = f"{path} fills in a namespace later"
        return Effect("", None, True, why, ANYTHING)
    if root is None:
        return Effect(done=ANYTHING)
    return in_order(_Transformers(tree, References(tree, folder), path).effects(root))


def root_of(text: str) -> Mapping | None:
    """The object of a kustomization's text."""
    for part in parse.split(text):
        root = parse.parse(text, part).root
        if root is not None:
            return root if isinstance(root, Mapping) else None
    return None


class _Transformers:
    """Reads one kustomization, field by field."""

    def __init__(
        self, tree: Tree, references: References, path: str, span: Span | None = None
    ) -> None:
        self._tree = tree
        self._references = references
        self._path = path
        self._span = span
        """Where all of it stands, if it is a text inside another."""
        self._patches = Patches(tree, references, path, span)

    def effects(self, root: Mapping) -> Iterator[Effect]:
        """One after the other, as they are applied."""
        patches = self._patches
        yield _patched(_all(root.get("patchesStrategicMerge"), patches.strategic))
        yield _patched(_all(root.get("patches"), patches.patch))
        yield from self._namespace(root.get("namespace"))
        yield self._renamed("namePrefix", root)
        yield self._renamed("nameSuffix", root)
        for item in items(root.get("labels")):
            yield Effect(done=self._labelled(item))
        common = self._pairs(root.get("commonLabels"))
        yield Effect(done=Transformation(common, common, common))
        yield _patched(_all(root.get("patchesJson6902"), patches.patch))
        yield _patched(_all(root.get("replacements"), patches.replacement))
        for item in items(root.get("transformers")):
            yield from self._transformer(item)

    def _namespace(self, node: Node | None) -> Iterator[Effect]:
        namespace = stated(node)
        if namespace is None or node is None:
            return
        place = Place(self._path, self._span or node.span)
        if namespace:
            yield Effect(namespace, place, False, f"the namespace of {self._path}")
        else:
            yield Effect("", place, True, f"{self._path} fills in a namespace later")

    def _renamed(self, field: str, root: Mapping) -> Effect:
        text = text_at(root, field)
        if not text:
            return NO_EFFECT
        prefix, suffix = (text, "") if field == "namePrefix" else ("", text)
        return Effect(
            done=Transformation(
                prefix=prefix,
                suffix=suffix,
                renames="$" in text,
                names=(("", ""), (prefix, suffix)),
            )
        )

    def _labelled(self, item: Node) -> Transformation:
        """An item of `labels`. Source: api/types/labels.go and the configurator of labels."""
        pairs = self._pairs(at(item, "pairs"))
        selectors = text_at(item, "includeSelectors") == "true"
        templates = selectors or text_at(item, "includeTemplates") == "true"
        labels: list[Pair] = []
        inside = list(pairs if templates else ())
        for field in items(at(item, "fields")):
            kind, path = text_at(field, "kind"), text_at(field, "path").strip("/")
            own = [pair._replace(kind=kind) for pair in pairs]
            made = text_at(field, "create") == "true"
            if path == "metadata/labels" and made and (kind or not _narrowed(field)):
                # It takes the place of the field that all objects have, whatever its kind.
                # Source: MergeOne in api/types/fieldspec.go.
                labels += own
            elif path == "spec/template/metadata/labels" and made and kind in WORKLOADS:
                inside += own
            elif kind in _SELECTING or (kind in WORKLOADS and "template" in path):
                return UNCLEAR
        chosen = pairs if selectors else ()
        return Transformation(chosen, tuple(inside), tuple(labels) or pairs)

    def _pairs(self, node: Node | None) -> tuple[Pair, ...]:
        """Labels in the order of their keys, which is that of kustomize."""
        if not isinstance(node, Mapping):
            return ()
        found = []
        for key, entry in node.fields.items():
            value = entry.value
            if isinstance(value, Scalar):
                text = "" if value.is_null else value.text
                unknown = value.is_unknown
                span = self._span or entry.key.span
                found.append(Pair(key, text, self._path, span, unknown))
        return tuple(sorted(found))

    def _transformer(self, item: Node) -> Iterator[Effect]:
        """An item of `transformers`: a path, or configurations themselves."""
        if isinstance(item, Scalar) and ("\n" in item.text or item.text.startswith("{")):
            inline = _Transformers(self._tree, self._references, self._path, item.span)
            yield from inline.configured(item.text)
            return
        targets = list(self._references.targets(item))
        for target in targets:
            data = None if target in self._tree.folders else self._tree.read(target, MAX_BYTES)
            beside = _Transformers(self._tree, self._references, target)
            # Without a text it is a folder, with a kustomization of transformers.
            yield from beside.configured("{{" if data is None else parse.decode(data)[0])
        if not targets:
            yield self._unknown()

    def configured(self, text: str) -> Iterator[Effect]:
        """What the configurations of transformers in a text do."""
        for part in parse.split(text):
            document = parse.parse(text, part)
            if is_template(text, *part) or document.problems:
                yield self._unknown()
            elif document.root is not None:
                yield from self._configuration(document.root)

    def _unknown(self) -> Effect:
        why = f"a transformer of {self._path} fills in a namespace"
        return Effect("", None, True, why, ANYTHING)

    def _configuration(self, root: Node) -> Iterator[Effect]:
        kind = text_at(root, "kind")
        if text_at(root, "apiVersion") != "builtin":
            yield self._unknown()
        elif kind == "NamespaceTransformer":
            node = at(root, "metadata", "namespace")
            if text_at(root, "unsetOnly") != "true":
                yield from self._namespace(node)
            elif stated(node) is not None:
                why = f"a transformer of {self._path} fills in a namespace"
                yield Effect(None, None, True, why)
        elif kind == "LabelTransformer":
            yield self._label_transformer(root)
        elif kind in ("PrefixTransformer", "SuffixTransformer"):
            yield Effect(done=Transformation(renames=True))
        elif kind in ("PatchTransformer", "PatchJson6902Transformer"):
            yield _patched(self._patches.patch(root))
        elif kind not in _HARMLESS:
            yield self._unknown()

    def _label_transformer(self, root: Node) -> Effect:
        """It has no fields of its own accord. Source: api/internal/builtins/LabelTransformer.go."""
        fields = items(at(root, "fieldSpecs"))
        everywhere = {"path": "metadata/labels", "create": "true"}
        for field in fields:
            is_known = all(text_at(field, name) == text for name, text in everywhere.items())
            if not is_known or _narrowed(field):
                return Effect(done=UNCLEAR)
        pairs = self._pairs(at(root, "labels")) if fields else ()
        return Effect(done=Transformation(label_pairs=pairs))


def _narrowed(field: Node) -> bool:
    """Whether a field is one of some objects only."""
    return any(text_at(field, name) for name in ("group", "version", "kind"))


def _all(listed: Node | None, read: Callable[[Node], Iterator[Patch]]) -> Iterator[Patch]:
    for item in items(listed):
        yield from read(item)


def _patched(patches: Iterable[Patch]) -> Effect:
    found = tuple(patches)
    return Effect(done=Transformation(patches=found), later=len(found)) if found else NO_EFFECT


_RELEVANT = regex(rb"labels|selector|namespace|name(?:Prefix|Suffix)", re.IGNORECASE)


def is_relevant_configuration(text: bytes) -> bool:
    """Whether a file of `configurations:` may lead labels, names or namespaces elsewhere."""
    return _RELEVANT.search(text) is not None
