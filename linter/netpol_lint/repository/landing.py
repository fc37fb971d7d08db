"""Where the objects of a file land: one result for each way in which it reaches a cluster."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from itertools import islice

from netpol_lint.repository.delivery import Delivery
from netpol_lint.repository.index import Index
from netpol_lint.repository.kustomize import Build
from netpol_lint.repository.transformation import ANYTHING
from netpol_lint.repository.unit import Units, unit_of

MAX_TOLD = 100
"""Orders to tools about one file that are looked at."""


class Landings:
    """The results for the files of one repository. Each question is answered once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.units = Units(index)
        self._known: dict[tuple[str, str | None], tuple[Build, ...]] = {}

    def of(self, path: str, own: str | None) -> tuple[Build, ...]:
        """The ways of an object that states the namespace `own`; the empty text is a placeholder.

        A build may overwrite what it states. A result without a namespace that nothing supplies is
        an object that lands wherever it is applied.
        """
        key = path, own
        known = self._known.get(key)
        if known is None:
            known = tuple(self._results(path, own))
            # Builds are large; most files have one.
            known = self._known[key] = tuple(dict.fromkeys(known)) if len(known) > 1 else known
        return known

    def _results(self, path: str, own: str | None) -> Iterator[Build]:
        index = self._index
        start = Build(None, own, False, "its own metadata" if own else "")
        if own == "":
            start = start._replace(supplied=True, why="a value that is filled in later")
        if index.tree.root is None:
            yield start if own is not None else self._of_file(start, path) or start
            return
        chart = index.renderers.chart_of(path)
        if chart is not None:
            installed = index.charts.get(chart, ())
            for name in () if own else installed:
                yield Build(None, name, True, f"the release of the chart {chart or '.'}")
            if own or not installed:
                yield start._replace(supplied=True, why=f"the release of the chart {chart or '.'}")
            return
        for way in self._ways(path, start):
            for applied in self._applied(way, path):
                yield self._filled(applied, path)
        if not index.complete and own is None:
            yield Build(None, None, True, "a repository larger than what is read")

    def _ways(self, path: str, start: Build) -> Iterator[Build]:
        """What kustomize, Flux and Argo CD make of a file."""
        graph = self._index.graph
        patched = graph.patched_by(path)
        if patched is not None:
            yield start._replace(supplied=True, why=f"it is a patch of {patched}")
        folder = posixpath.dirname(path)
        builds = graph.builds(path)
        for build in builds:
            base = build
            if build.namespace is None:  # its own one survives, as far as can be seen
                supplied = build.supplied or start.supplied
                why = build.why if build.supplied else start.why
                base = build._replace(namespace=start.namespace, supplied=supplied, why=why)
            yield from self._delivered(base, folder if build.root is None else build.root)
        if not builds and patched is None:
            if graph.refers_to(path):
                yield start._replace(supplied=True, why="a kustomization that takes it as a part")
            elif start.namespace is None and (template := graph.template_above(folder)):
                yield start._replace(supplied=True, why=f"{template}, once it is rendered")
            elif folder in graph.kustomizations:
                # The kustomization of its folder ignores it, and so does whoever builds that.
                yield from self._ordered(start, self._index.plainly(folder))
            else:
                yield from self._delivered(start, folder)

    def _delivered(self, base: Build, folder: str) -> Iterator[Build]:
        """What Flux and Argo CD make of a build, or of plain manifests in a folder."""
        yield from self._ordered(base, self._index.covering(folder))

    def _ordered(self, base: Build, covering: Sequence[Delivery]) -> Iterator[Build]:
        if not covering:
            yield base
        whole = base
        for delivery in covering:
            base = whole._replace(done=ANYTHING) if delivery.alters else whole
            given = delivery.overwrites
            if given is None and not base.namespace and not base.supplied:
                given = delivery.fills
            if given is not None:
                yield base._replace(
                    namespace=given, supplied=not given, why=delivery.why, place=delivery.place
                )
            elif delivery.supplied and not base.supplied:
                yield base._replace(supplied=True, why=delivery.why)
            else:
                yield base

    def _applied(self, result: Build, path: str) -> Iterator[Build]:
        """A result after what tools are told to do with it: one for each namespace they give.

        They close an open one, as the first command of a script or a README does, and some replace
        what is stated.
        """
        index, root, is_stated = self._index, result.root, bool(result.namespace or result.supplied)
        told = list(islice(index.told_of(path, root, is_stated=is_stated), MAX_TOLD))
        if not is_stated and not any(each.overwrites for each in told):
            targets = (root, path) if root is not None else (path, posixpath.dirname(path))
            told = list(islice(index.commands_for(targets), 1)) or told
        if not told:
            yield result
            return
        reasons: dict[str | None, str] = {}
        for each in told:
            reasons.setdefault(each.namespace, each.why)
        for name, why in reasons.items():
            yield result._replace(namespace=name, supplied=name is None, why=why)

    def _filled(self, result: Build, path: str) -> Build:
        """A result that is still open, closed by how the files are applied."""
        if result.namespace or result.supplied:
            return result
        index, root = self._index, result.root
        source = index.renderers.source_of(path)
        if source:
            return result._replace(supplied=True, why=source)
        if root is not None:
            unit = self.units.of_build(root)
            if unit.lives and not unit.states:
                why = f"whoever applies {index.graph.kustomizations[root].path} as a whole"
                return result._replace(supplied=True, why=why)
            return result
        return self._of_file(result, path) or self._of_folder(result, path) or result

    def _of_file(self, result: Build, path: str) -> Build | None:
        """The file as a bundle; None where it holds nothing but policies."""
        unit = unit_of(self._index.traits(path))
        if unit.states:
            return result
        if unit.lives:
            return result._replace(supplied=True, why="whoever applies the file as a whole")
        return None

    def _of_folder(self, result: Build, path: str) -> Build | None:
        """The folder as a bundle, or the nearest one above it that holds more than policies."""
        folder, unit = self.units.enclosing(posixpath.dirname(path))
        if unit.states or not unit.lives:
            return None
        why = f"whoever applies the folder {folder or '.'} as a whole"
        return result._replace(supplied=True, why=why)
