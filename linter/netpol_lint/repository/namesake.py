"""Whether another file beside a policy, or in its builds, may hold a policy of the same name.

That is told at a glance, once for all files: who finds nobody reads nothing more.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from functools import cached_property

from netpol_lint.regex import regex
from netpol_lint.repository.folder import ordered
from netpol_lint.repository.index import Index
from netpol_lint.repository.sighting import Sighting

_POLICY = "NetworkPolicy"
_NAME = regex(rb"name[\"']?\s*:\s*[\"']?([^\s\"'#,{}]+)")
_SEVERAL = ""
"""Instead of the one file."""

_Place = tuple[str, str]
"""A build, a folder, or a folder with all below it: which of these, and where."""


class Namesakes:
    """The names of policies in the files of one repository."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def has(self, path: str, name: str) -> bool:
        """Whether a file applied with the one at `path` may hold a policy of that name."""
        index = self._index
        if index.tree.root is None:
            return False
        word = name.encode("utf-8", "surrogatepass")
        places = self._builds(path) if index.graph.builds(path) else self._folders(path)
        return any(self._at.get((place, word), path) != path for place in places)

    def _builds(self, path: str) -> list[_Place]:
        builds = self._index.graph.builds(path)
        return [("build", build.root) for build in builds if build.root is not None]

    def _folders(self, path: str) -> list[_Place]:
        """Its own, and those that an order of Flux or Argo CD applies with all below them."""
        folder = posixpath.dirname(path)
        orders = (each for each in ordered(self._index, folder) if each.recursive)
        return [("folder", folder), *(("order", each.folder) for each in orders)]

    @cached_property
    def _at(self) -> dict[tuple[_Place, bytes], str]:
        """The file with a policy, by each build or folder that it is in, and the policy's name."""
        found: dict[tuple[_Place, bytes], str] = {}
        for sighting in self._index.sightings:
            path = sighting.path
            for name in self._names(sighting) if sighting.has((_POLICY,)) else ():
                for place in (*self._folders(path), *self._builds(path)):
                    first = found.setdefault((place, name), path)
                    if first != path:
                        found[place, name] = _SEVERAL
        return found

    def _names(self, sighting: Sighting) -> Iterable[bytes]:
        """The names of the policies in a file, or all in it if only a parser can tell."""
        heads = [head for _, head in sighting.seen if head is not None]
        if len(heads) < len(sighting.seen):
            return _NAME.findall(self._index.tree.read(sighting.path) or b"")
        return (head.name.encode() for head in heads if head.kind == _POLICY)
