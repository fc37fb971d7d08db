"""Which manifests are named by programs and configurations, as far as their bytes tell."""

from __future__ import annotations

import posixpath
from collections.abc import Container

from netpol_lint import discover
from netpol_lint.regex import regex
from netpol_lint.repository.tree import MAX_TEXT, Tree

MAX_FILES = 20_000
"""Files that are searched; in a larger repository nobody can tell."""

_PROSE = (".md", ".markdown", ".mdx", ".rst", ".adoc", ".txt")
"""Here only a command applies something."""
_NAME = regex(rb"(?:([\w.-]+)/)?([\w.-]*\.(?:ya?ml|json)\b|\*[*/]*\.ya?ml\b)")
_FILLED_IN = regex(rb"(?:\}|\$\w+)\.ya?ml\b")
"""The name of a manifest as a loop writes it."""
_WORD = regex(rb"[\w-]+")
_ALL = b"*"
"""Stands for the names of all manifests of a folder."""


class Mentions:
    """The names of manifests in all files but kustomizations, documentation and themselves."""

    def __init__(self, tree: Tree, kustomized: Container[str]) -> None:
        self._tree = tree
        self._far: dict[tuple[bytes, bytes], set[str]] = {}
        """Folder and name -> who says so."""
        self._near: dict[bytes, set[str]] = {}
        """Name -> the files that say so."""
        self._loops: set[bytes] = set()
        """The words of programs that fill in names."""
        self.complete = len(tree.files) <= MAX_FILES
        for path in tree.files if self.complete else ():
            folder, name = posixpath.split(path)
            is_kustomization = folder in kustomized and name.lower().startswith("kustomization")
            if not is_kustomization and not name.endswith(_PROSE):
                self._search(path)

    def _search(self, path: str) -> None:
        # A larger file may name anything, and does not count.
        data = self._tree.read(path, MAX_TEXT)
        if data is None or discover.is_binary(data):
            return
        for parent, name in _NAME.findall(data):
            whole = name if not name.startswith(b"*") else _ALL
            self._near.setdefault(whole, set()).add(path)
            if parent:
                self._far.setdefault((parent, whole), set()).add(path)
        if _FILLED_IN.search(data) is not None:
            self._loops.update(_WORD.findall(data))

    def of(self, path: str) -> bool:
        """Whether something names the file, or all files of its folder.

        Another manifest that names it without a folder means its own neighbours.
        """
        if not self.complete:
            return True
        folder, name = posixpath.split(path)
        parent, text = posixpath.basename(folder).encode(), name.encode()
        far = self._far.get((parent, text), set()) | self._far.get((parent, _ALL), set())
        if far - {path} or text.partition(b".")[0] in self._loops:
            return True
        return any(
            other != path and (not self._tree.is_manifest(other) or _is_above(other, folder))
            for other in self._near.get(text, ())
        )


def _is_above(path: str, folder: str) -> bool:
    """Whether a file lies in the folder or above it."""
    above = posixpath.dirname(path)
    return not above or folder == above or folder.startswith(above + "/")
