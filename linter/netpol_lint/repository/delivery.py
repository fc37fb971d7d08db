"""How a folder reaches a cluster: what Flux and Argo CD are told to apply, and where to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Node
from netpol_lint.regex import regex
from netpol_lint.repository.transformation import Place

_HOLE = regex(r"\{\{.*?\}\}|\$\{[^}]*\}|<[^<>]*>")


class Delivery(NamedTuple):
    """One order to apply a folder of the repository."""

    folder: str
    """Relative to the root; `*` stands for what is filled in later."""
    recursive: bool
    """Whether plain manifests in folders below it are applied too."""
    overwrites: str | None
    """The namespace that replaces the stated one; the empty text where it is filled in later."""
    fills: str | None
    """The namespace of objects that state none; the empty text where it is filled in later."""
    supplied: bool
    """Whether it is itself filled in later, and with it the namespace."""
    why: str
    place: Place | None = None
    """Where that namespace stands."""
    raw: bool = False
    """Whether it applies plain manifests even where a kustomization lies beside them."""
    alters: bool = False
    """Whether it may change labels, selectors or names on the way."""
    selective: bool = False
    """Whether patterns choose among the files of the folder."""

    def takes(self, folder: str) -> bool:
        """Whether `folder` is the one it applies."""
        if "*" not in self.folder:
            return self.folder == folder
        wanted, names = self.folder.split("/"), folder.split("/")
        return len(wanted) == len(names) and all(map(fnmatchcase, names, wanted))


def folder_of(path: str) -> str | None:
    """A `path:` as a folder below the root; None where it lies outside or is wholly filled in."""
    pattern = _HOLE.sub("*", path.strip())
    if pattern.strip("*/") == "":
        return None if "*" in pattern else ""
    folder = posixpath.normpath(pattern.lstrip("/"))
    if folder.startswith(".."):
        return None
    return "" if folder == "." else folder


def place_of(path: str, node: Node | None) -> Place | None:
    """Where a value of the file at `path` stands."""
    return None if node is None else Place(path, node.span)


_DIRECTORY = regex(r"^[ \t-]*directory:", re.MULTILINE)
_PATH_LINE = regex(r"^[ \t-]*path:[ \t]*([\"']?)([^\n#]+?)\1[ \t]*(?:#.*)?$", re.MULTILINE)


def of_template(text: str, recursive: bool, why: str) -> Iterator[Delivery]:
    """The orders of a text that is rendered first: its paths are known, its namespaces are not."""
    raw = _DIRECTORY.search(text) is not None
    for match in _PATH_LINE.finditer(text):
        folder = folder_of(match[2])
        if folder is not None:
            yield Delivery(folder, recursive, None, None, True, why, raw=raw)
