"""What one kustomization does to everything that it builds.

The order is that of kustomize (api/internal/target/kusttarget_configplugin.go): strategic merge
patches, patches, namespace, prefix, suffix, labels, JSON patches, replacements, and last its
`transformers:`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from netpol_lint import parse
from netpol_lint.node import Mapping, Node, Scalar
from netpol_lint.regex import regex
from netpol_lint.repository.manifest import TEMPLATE, WORKLOADS, at, items, stated, text_at
from netpol_lint.repository.patching import Patches
from netpol_lint.repository.reference import References
from netpol_lint.repository.transformation import (
    ANYTHING,
    Effect,
    Pair,
    Patch,
    Place,
    Transformation,
    in_order,
)
from netpol_lint.repository.tree import Tree

MAX_BYTES = 1024 * 1024
"""Of one kustomization."""

_HARMLESS = frozenset(("AnnotationsTransformer", "ImageTagTransformer", "ReplicaCountTransformer"))
_FAR = frozenset(("NetworkPolicy", "Namespace", ""))


def effect_of(tree: Tree, folder: str, path: str) -> Effect:
    """What the kustomization at `path`, in `folder`, does to everything that it builds."""
    data = tree.read(path, MAX_BYTES)
    text = "" if data is None else parse.decode(data)[0]
    if TEMPLATE.search(text) is not None:
        why = f"{path} fills in a namespace later"
        return Effect("", None, True, why, ANYTHING)
    root = root_of(text)
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

    def __init__(self, tree: Tree, references: References, path: str) -> None:
        self._tree = tree
        self._references = references
        self._path = path
        self._patches = Patches(tree, references, path)

    def effects(self, root: Mapping) -> Iterator[Effect]:
        """One after the other, as they are applied."""
        patches = self._patches
        yield self._patched(root.get("patchesStrategicMerge"), patches.strategic)
        yield self._patched(root.get("patches"), patches.patch)
        yield from self._namespace(root.get("namespace"))
        yield self._renamed("namePrefix", root)
        yield self._renamed("nameSuffix", root)
        for item in items(root.get("labels")):
            yield Effect(done=self._labelled(item))
        common = self._pairs(root.get("commonLabels"))
        yield Effect(done=Transformation(common, common, common))
        yield self._patched(root.get("patchesJson6902"), patches.patch)
        yield self._patched(root.get("replacements"), patches.replacement)
        for item in items(root.get("transformers")):
            yield from self._transformer(item)

    def _patched(self, listed: Node | None, read: Callable[[Node], Iterator[Patch]]) -> Effect:
        found = tuple(patch for item in items(listed) for patch in read(item))
        return Effect(done=Transformation(patches=found), later=len(found))

    def _namespace(self, node: Node | None) -> Iterator[Effect]:
        namespace = stated(node)
        if namespace is None or node is None:
            return
        place = Place(self._path, node.span)
        if namespace:
            yield Effect(namespace, place, False, f"the namespace of {self._path}")
        else:
            yield Effect("", place, True, f"{self._path} fills in a namespace later")

    def _renamed(self, field: str, root: Mapping) -> Effect:
        text = text_at(root, field)
        if not text:
            return Effect()
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
        done = Transformation(pairs if selectors else (), pairs if templates else (), pairs)
        for field in items(at(item, "fields")):
            kind, path = text_at(field, "kind"), text_at(field, "path").strip("/")
            if path == "metadata/labels":
                continue
            if kind in WORKLOADS and path == "spec/template/metadata/labels":
                own = tuple(pair._replace(kind=kind) for pair in pairs)
                done = done._replace(template_pairs=(*done.template_pairs, *own))
            elif kind in _FAR or (kind in WORKLOADS and "template" in path):
                return ANYTHING._replace(renames=False)
        return done

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
                found.append(Pair(key, text, self._path, entry.key.span, unknown))
        return tuple(sorted(found))

    def _transformer(self, item: Node) -> Iterator[Effect]:
        """An item of `transformers`: a path, or configurations themselves."""
        texts: list[str] = []
        if isinstance(item, Scalar) and ("\n" in item.text or item.text.startswith("{")):
            texts.append(item.text)
        else:
            for target in self._references.targets(item):
                data = None if target in self._tree.folders else self._tree.read(target, MAX_BYTES)
                texts += () if data is None else (parse.decode(data)[0],)
        if not texts or any(TEMPLATE.search(text) is not None for text in texts):
            yield self._unknown()
            return
        for text in texts:
            for part in parse.split(text):
                root = parse.parse(text, part).root
                if root is not None:
                    yield from self._configured(root)

    def _unknown(self) -> Effect:
        why = f"a transformer of {self._path} fills in a namespace"
        return Effect("", None, True, why, ANYTHING)

    def _configured(self, root: Node) -> Iterator[Effect]:
        """What one configuration of a transformer says."""
        kind = text_at(root, "kind")
        if text_at(root, "apiVersion") != "builtin":
            yield self._unknown()
        elif kind == "NamespaceTransformer":
            yield from self._namespace_transformer(root)
        elif kind == "LabelTransformer":
            pairs = self._pairs(at(root, "labels"))
            paths = [text_at(field, "path") for field in items(at(root, "fieldSpecs"))]
            if all(path.strip("/") == "metadata/labels" for path in paths):
                yield Effect(done=Transformation(label_pairs=pairs if paths else ()))
            else:
                yield Effect(done=ANYTHING._replace(renames=False))
        elif kind in ("PrefixTransformer", "SuffixTransformer"):
            yield Effect(done=Transformation(renames=True))
        elif kind not in _HARMLESS:
            yield self._unknown()

    def _namespace_transformer(self, root: Node) -> Iterator[Effect]:
        node = at(root, "metadata", "namespace")
        if stated(node) is None:
            return
        if text_at(root, "unsetOnly") == "true" or not stated(node):
            yield Effect(None, None, True, f"a transformer of {self._path} fills in a namespace")
        else:
            why = f"the namespace of {self._path}"
            yield Effect(stated(node), None, False, why)


_RELEVANT = regex(rb"labels|selector|namespace|name(?:Prefix|Suffix)", re.IGNORECASE)


def is_relevant_configuration(text: bytes) -> bool:
    """Whether a file of `configurations:` may lead labels, names or namespaces elsewhere."""
    return _RELEVANT.search(text) is not None
