"""What a kustomization refers to, as paths below the root of the repository."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from netpol_lint import parse
from netpol_lint.node import Mapping, Node, Scalar, Sequence
from netpol_lint.repository.manifest import items, text_at
from netpol_lint.repository.tree import Tree


class References:
    """The references of one kustomization, counted from its folder."""

    def __init__(self, tree: Tree, folder: str) -> None:
        self._tree = tree
        self._folder = folder
        self.closed = True
        """Whether all that was asked for so far can be read here."""

    def all(self, root: Mapping, *fields: str) -> tuple[str, ...]:
        """The paths of everything in these lists."""
        return tuple(
            target
            for field in fields
            for item in items(root.get(field))
            for target in self.targets(item)
        )

    def targets(self, item: Node) -> Iterator[str]:
        """The path of a reference; none, and `closed` is lost, where it cannot be read here."""
        if not isinstance(item, Scalar) or not item.text or "\n" in item.text:
            self.closed = False
            return
        path = self.path(item.text)
        if path is None:
            self.closed = False
        elif path in self._tree.folders or self._tree.has(path):
            yield path
        else:  # ignored by git, behind a link, in another repository, or simply not there
            real = self._tree.resolve(path)
            if real is None:
                self.closed = False
            else:
                yield real

    def path(self, text: str) -> str | None:
        """Where a reference leads, by its text alone; None for a place outside the root."""
        if "/" not in text and text.strip("."):  # as most are: a file of the same folder
            return f"{self._folder}/{text}" if self._folder else text
        path = posixpath.normpath(posixpath.join(self._folder, text))
        if path.startswith(("../", "/")) or path == "..":
            return None
        return "" if path == "." else path

    def file(self, text: str) -> str | None:
        """The file of the listing that a text names."""
        path = self.path(text)
        return path if path is not None and self._tree.has(path) else None


def mentioned(root: Mapping, references: References) -> frozenset[str]:
    """The files that a kustomization names anywhere, in whatever role, and its folders of charts.

    Roles grow in number with every release of kustomize; a text that is the path of a file is one.
    """
    found: set[str] = set()
    for text in _texts(root):
        # Generators name files as `key=path`.
        for name in {text, text.partition("=")[2]}:
            path = references.file(name) if name else None
            if path is not None:
                found.add(path)
    home = text_at(root.get("helmGlobals"), "chartHome")
    if home or items(root.get("helmCharts")):
        folder = references.path(home or "charts")
        if folder:
            found.add(folder)
    return frozenset(found)


def _texts(root: Node) -> Iterator[str]:
    """All texts in a document, also in those that it holds as text itself."""
    pending: list[tuple[Node, bool]] = [(root, True)]
    while pending:
        node, outside = pending.pop()
        if isinstance(node, Mapping):
            pending += ((entry.value, outside) for entry in node.entries)
        elif isinstance(node, Sequence):
            pending += ((item, outside) for item in node.items)
        elif "\n" not in node.text:
            yield node.text
        elif outside:
            for part in parse.split(node.text):
                inner = parse.parse(node.text, part).root
                if inner is not None:
                    pending.append((inner, False))
