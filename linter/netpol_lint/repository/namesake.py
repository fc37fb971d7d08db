"""Whether another file beside a policy, or in its builds, may hold a policy of the same name.

That is told at a glance, once for each folder and build: who finds nobody reads nothing more.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from netpol_lint.regex import regex
from netpol_lint.repository.index import Index

_POLICY = "NetworkPolicy"
_NAME = regex(rb"name[\"']?\s*:\s*[\"']?([^\s\"'#,{}]+)")


class Namesakes:
    """The names of policies in the files of one repository."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._places: dict[str, dict[bytes, set[str]]] = {}
        self._files: dict[str, frozenset[bytes]] = {}

    def has(self, path: str, name: str) -> bool:
        """Whether a file applied with the one at `path` may hold a policy of that name."""
        index, word = self._index, name.encode("utf-8", "surrogatepass")
        if index.tree.root is None:
            return False
        builds = index.graph.builds(path)
        places = [f"build {build.root}" for build in builds if build.root is not None]
        if not builds:
            places.append(f"folder {posixpath.dirname(path)}")
        return any(self._at(place).get(word, set()) - {path} for place in dict.fromkeys(places))

    def _at(self, place: str) -> dict[bytes, set[str]]:
        """The files of a build or a folder, by the names in them."""
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
        names = self._index.tree.folders.get(folder, ())
        return (posixpath.join(folder, name) for name in names)

    def _names(self, path: str) -> frozenset[bytes]:
        known = self._files.get(path)
        if known is None:
            known = self._files[path] = frozenset(self._found(path))
        return known

    def _found(self, path: str) -> Iterable[bytes]:
        """The names of the policies in a file, or all in it if only a parser can tell."""
        index = self._index
        if index.is_silent(path) or not index.tree.is_manifest(path):
            return ()
        sighting = index.sighting(path)
        if sighting is None or not sighting.has((_POLICY,)):
            return ()
        heads = [head for _, head in sighting.seen if head is not None]
        if len(heads) < len(sighting.seen):
            return _NAME.findall(index.tree.read(path) or b"")
        return (head.name.encode() for head in heads if head.kind == _POLICY)
