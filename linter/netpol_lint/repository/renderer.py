"""Signs that a manifest is the output of something that knows its namespace better."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cached_property

from netpol_lint.regex import regex
from netpol_lint.repository.tree import Tree

_SOURCES = (".jsonnet", ".libsonnet", ".cue", ".dhall")
_PACKAGE = "Kptfile"
_PACKAGED = b"set-namespace"
"""The function by which a package of kpt puts all that lies below into a namespace."""
_PROJECTS = ("cdk8s.yaml", "cdk8s.yml")
_HEAD = 4_000
_GENERATED = regex(
    r"^[ \t]*#.*(?:\bdo not (?:edit|modify)\b|\b(?:auto-?)?generated (?:by|from|with|using)\b"
    r"|\bSource: \S+/templates/)",
    re.IGNORECASE | re.MULTILINE,
)
_EMBED = regex(rb"^//go:embed[ \t]+(.+)$", re.MULTILINE)


class Renderers:
    """The charts and programs of a repository that write manifests or carry them inside."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._sources: dict[str, str] = {}
        self._packages: dict[str, bool] = {}
        self._embedding: dict[str, list[tuple[str, str]]] = {}

    @cached_property
    def charts(self) -> tuple[str, ...]:
        """The folders of all charts, but not those inside of other charts."""
        found: list[str] = []
        for path in self._tree.files:
            folder, _, name = path.rpartition("/")
            if name == "Chart.yaml":
                found.append(folder)
        known = frozenset(found)
        return tuple(each for each in found if known.isdisjoint(_above(each)))

    def chart_of(self, path: str) -> str | None:
        """The folder of the chart whose template the file is. Needs no listing."""
        parts = path.split("/")[:-1]
        for index, part in enumerate(parts):
            if part == "templates":
                folder = "/".join(parts[:index])
                if self._tree.is_file(posixpath.join(folder, "Chart.yaml")):
                    return folder
        return None

    def source_of(self, path: str) -> str:
        """The program beside the file, or above it, that writes it out or carries it inside.

        A chart carries its `files/`, and a package of kpt may give its manifests a namespace.
        """
        folder = posixpath.dirname(path)
        for beside in dict.fromkeys((folder, posixpath.dirname(folder))):
            source = self._source_in(beside)
            if source:
                return f"the source it is rendered from, {source}"
        while True:
            if self._is_packaged(folder):
                return f"the package {posixpath.join(folder, _PACKAGE)}"
            if posixpath.basename(folder) == "files":
                chart = posixpath.join(posixpath.dirname(folder), "Chart.yaml")
                if self._tree.is_file(chart):
                    return f"the chart that has it in its files, {chart}"
            inside = posixpath.relpath(path, folder or ".")
            for source, pattern in self._patterns(folder):
                if pattern == "." or fnmatchcase(_head(inside, pattern.count("/") + 1), pattern):
                    return f"the program that embeds it, {source}"
            if not folder:
                return ""
            folder = posixpath.dirname(folder)

    def _is_packaged(self, folder: str) -> bool:
        known = self._packages.get(folder)
        if known is None:
            path = posixpath.join(folder, _PACKAGE)
            known = self._tree.has(path) and _PACKAGED in (self._tree.read(path) or b"")
            self._packages[folder] = known
        return known

    def _source_in(self, folder: str) -> str:
        """The program in a folder; nothing where there is none."""
        known = self._sources.get(folder)
        if known is None:
            names = (
                name
                for name in self._tree.folders.get(folder, ())
                if name.endswith(_SOURCES) or name in _PROJECTS
            )
            found = next(names, "")
            known = self._sources[folder] = posixpath.join(folder, found) if found else ""
        return known

    def _patterns(self, folder: str) -> list[tuple[str, str]]:
        """The Go files of a folder with what they embed: only what lies below can be."""
        known = self._embedding.get(folder)
        if known is None:
            known = self._embedding[folder] = []
            for name in self._tree.folders.get(folder, ()):
                if not name.endswith(".go"):
                    continue
                source = posixpath.join(folder, name)
                for match in _EMBED.finditer(self._tree.read(source) or b""):
                    for pattern in match[1].decode("utf-8", "replace").split():
                        pattern = pattern.strip('"`').removeprefix("all:")
                        known.append((source, posixpath.normpath(pattern)))
        return known


def _above(folder: str) -> Iterator[str]:
    """The folders around a folder, up to the root."""
    while folder:
        folder = posixpath.dirname(folder)
        yield folder


def _head(path: str, parts: int) -> str:
    return "/".join(path.split("/")[:parts])


def generated(text: str, start: int) -> str:
    """What the head comments of a file, or of the document at `start`, say about its making."""
    for place in (0, start):
        head = text[place : place + _HEAD]
        match = _GENERATED.search(head)
        if match is not None and _is_head(head[: match.start()]):
            return f"the generator named in its comment: {match[0].strip(' #')[:60]}"
    return ""


def _is_head(text: str) -> bool:
    """Whether nothing but comments, blank lines and markers stand in `text`."""
    lines = (line.strip() for line in text.splitlines())
    return all(not line or line.startswith(("#", "---", "\ufeff")) for line in lines)
