"""What Argo CD is told: its Applications and ApplicationSets."""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint.node import Mapping, Node, Scalar, walk
from netpol_lint.repository.delivery import Delivery, folder_of, place_of
from netpol_lint.repository.manifest import Manifest, at, items, stated

_ALTERING = frozenset(("commonLabels", "components", "namePrefix", "nameSuffix", "patches"))

MARK = b"argoproj.io"
"""Every file with an order for Argo CD has it."""


def deliveries(manifest: Manifest, path: str) -> Iterator[Delivery]:
    """The folders that an Application applies, or the ones that an ApplicationSet makes."""
    if manifest.group != "argoproj.io":
        return
    why = f"the Argo CD {manifest.kind} {manifest.name} in {path}"
    if manifest.kind == "Application":
        spec = at(manifest.root, "spec")
        for source in sources(spec):
            yield from _application(source, spec, path, why)
    elif manifest.kind == "ApplicationSet":
        spec = at(manifest.root, "spec")
        template = at(spec, "template", "spec")
        written = sources(template)
        paths = [at(source, "path") for source in written]
        raw, alters = any(map(_is_raw, written)), any(map(_alters, written))
        whole = any(isinstance(each, Scalar) and folder_of(each.text) is None for each in paths)
        for node in [*paths, *(_generated(at(spec, "generators")) if whole else ())]:
            folder = folder_of(node.text) if isinstance(node, Scalar) else None
            if folder:
                yield Delivery(folder, True, None, None, True, why, raw=raw, alters=alters)


def sources(spec: Node | None) -> list[Node]:
    """The sources of an Application's `spec`, of which there may be one or several."""
    single = at(spec, "source")
    return [*([] if single is None else [single]), *items(at(spec, "sources"))]


def _is_raw(source: Node) -> bool:
    """Whether a source says that it is a folder of plain manifests, and no kustomization."""
    directory = at(source, "directory")
    return isinstance(directory, Mapping) and bool(directory.entries)


def _application(source: Node, spec: Node | None, file: str, why: str) -> Iterator[Delivery]:
    path = at(source, "path")
    folder = folder_of(path.text) if isinstance(path, Scalar) else None
    if folder is None:
        return
    recurse = at(source, "directory", "recurse")
    given, filling = at(source, "kustomize", "namespace"), at(spec, "destination", "namespace")
    yield Delivery(
        folder,
        isinstance(recurse, Scalar) and recurse.text == "true",
        stated(given),
        stated(filling),
        False,
        why,
        place_of(file, filling if given is None else given),
        _is_raw(source),
        _alters(source),
        any(at(source, "directory", word) is not None for word in ("include", "exclude")),
    )


def _alters(source: Node) -> bool:
    """Whether what is applied may get other labels, selectors or names on the way."""
    fields = at(source, "kustomize")
    written = fields.fields.keys() if isinstance(fields, Mapping) else ()
    return at(source, "plugin") is not None or not _ALTERING.isdisjoint(written)


def _generated(generators: Node | None) -> Iterator[Scalar]:
    """The texts of a generator that can become a path: the globs and the listed values."""
    for generator in items(generators):
        if isinstance(generator, Mapping):
            for node in walk(generator):
                if isinstance(node, Scalar) and "/" in node.text and "://" not in node.text:
                    yield node
