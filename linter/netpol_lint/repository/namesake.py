"""Whether another file beside a policy, or in its builds, may hold a policy of the same name.

That is told by bytes alone, once for each folder and build: who finds nobody reads nothing more.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from netpol_lint.regex import regex
from netpol_lint.repository.folder import ordered
from netpol_lint.repository.index import Index

_MARK = b"NetworkPolicy"
_NAME = regex(rb"name[\"']?\s*:\s*[\"']?([^\s\"'#,{}]+)")


class Namesakes:
    """The names that the files of one repository mention."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._places: dict[str, dict[bytes, set[str]]] = {}
        self._files: dict[str, frozenset[bytes]] = {}

    def has(self, path: str, name: str) -> bool:
        """Whether a file applied with the one at `path` mentions the name, beside a policy."""
        index, word = self._index, name.encode("utf-8", "surrogatepass")
        if index.tree.root is None:
            return False
        builds = index.graph.builds(path)
        places = [f"build {build.root}" for build in builds if build.root is not None]
        if not builds:
            folder = posixpath.dirname(path)
            places.append(f"folder {folder}")
            places += (f"order {each.folder}" for each in ordered(index, folder) if each.recursive)
        return any(self._at(place).get(word, set()) - {path} for place in dict.fromkeys(places))

    def _at(self, place: str) -> dict[bytes, set[str]]:
        """The files of a build, of a folder, or of all folders below one, by the names in them."""
        found = self._places.get(place)
        if found is None:
            found = self._places[place] = {}
            for path in self._paths(place):
                for name in self._names(path):
                    found.setdefault(name, set()).add(path)
        return found

    def _paths(self, place: str) -> Iterable[str]:
        kind, _, folder = place.partition(" ")
        if kind == "build":
            return self._index.graph.contents(folder).files
        folders = self._index.tree.folders
        below = folder and f"{folder}/"
        within = (
            each
            for each in folders
            if kind == "order" and each.startswith(below) and each != folder
        )
        return (
            posixpath.join(each, name)
            for each in (folder, *within)
            for name in folders.get(each, ())
        )

    def _names(self, path: str) -> frozenset[bytes]:
        known = self._files.get(path)
        if known is None:
            tree = self._index.tree
            is_read = tree.is_manifest(path) and not self._index.is_silent(path)
            data = (tree.read(path) or b"") if is_read else b""
            known = frozenset(_NAME.findall(data)) if _MARK in data else frozenset()
            self._files[path] = known
        return known
