"""The files of a repository: listed once, read one by one, never from outside its root."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property

from netpol_lint import discover, parse
from netpol_lint.reading import Reading
from netpol_lint.repository.manifest import Manifest, manifests

MAX_FILES = 200_000
"""A listing is cut here; the picture is incomplete then."""
MAX_MANIFEST = 4 * 1024 * 1024
"""Bytes of a file whose objects are looked at."""
MAX_TEXT = 256 * 1024
"""Bytes of a script, a README, or another file that is no manifest and tells something."""
STREAM = "-"
"""The only file of a tree that is a stream."""


class Tree:
    """What lies below one root. Paths are relative to it, with `/` between the names.

    A text without a root is a tree of one file: what comes through standard input.
    """

    def __init__(
        self, root: str | None, text: str = "", listing: discover.Listing | None = None
    ) -> None:
        self.root = None if root is None else os.path.realpath(root)
        self._text = text
        self._listing = listing
        """What lies below the root, where somebody has looked through it already."""
        self._manifests: dict[str, tuple[Manifest, ...]] = {}
        self._readings: dict[str, Reading] = {}

    @cached_property
    def files(self) -> tuple[str, ...]:
        """All regular files, sorted: those git does not ignore, where git is there."""
        if self.root is None:
            return (STREAM,)
        listing = self._listing or discover.below(self.root, self.root)
        return tuple(sorted(listing.files)[:MAX_FILES])

    @property
    def complete(self) -> bool:
        """Whether everything was listed."""
        return len(self.files) < MAX_FILES

    @cached_property
    def folders(self) -> dict[str, tuple[str, ...]]:
        """The names of the files that lie directly in a folder; the root is the empty name."""
        folders: dict[str, list[str]] = {}
        for path in self.files:
            folder, _, name = path.rpartition("/")
            folders.setdefault(folder, []).append(name)
        return {folder: tuple(names) for folder, names in folders.items()}

    @cached_property
    def _file_set(self) -> frozenset[str]:
        return frozenset(self.files)

    @cached_property
    def _ancestors(self) -> frozenset[str]:
        """All folders, those that hold nothing but folders too."""
        found = {""}
        for folder in self.folders:
            while folder not in found:
                found.add(folder)
                folder = folder.rpartition("/")[0]
        return frozenset(found)

    def has(self, path: str) -> bool:
        """Whether `path` is a file of the listing."""
        return path in self._file_set

    def has_folder(self, path: str) -> bool:
        """Whether a file of the listing lies in the folder `path` or below it."""
        return path in self._ancestors

    def is_file(self, path: str) -> bool:
        """Whether `path` is a file, listed or not. Needs no listing."""
        return self.root is not None and os.path.isfile(os.path.join(self.root, path))

    def below(self, folder: str) -> Iterator[str]:
        """The files anywhere below `folder`."""
        prefix = folder + "/" if folder else ""
        for index in range(bisect_left(self.files, prefix), len(self.files)):
            if not self.files[index].startswith(prefix):
                return
            yield self.files[index]

    def resolve(self, path: str) -> str | None:
        """Where `path` really lies; None where it does not exist or a link leaves the root."""
        if self.root is None:
            return None
        try:
            real = os.path.realpath(os.path.join(self.root, path), strict=True)
        except (OSError, ValueError):
            return None
        place = discover.relative(self.root, real)
        return "" if place == "." else place

    def read(self, path: str, limit: int = MAX_MANIFEST) -> bytes | None:
        """The bytes of a file below the root, or None where there is nothing to read."""
        if self.root is None:
            return self._text.encode("utf-8", "surrogatepass")
        try:
            return discover.read(os.path.join(self.root, path), limit)
        except discover.Unreadable:
            return None

    def text(self, path: str) -> str:
        """The text of a file; nothing where there is none."""
        if self.root is None:
            return self._text
        data = self.read(path)
        return "" if data is None or discover.is_binary(data) else parse.decode(data)[0]

    def reading(self, path: str, text: str | None = None) -> Reading:
        """A file with policies; of a `text` that is another one than was read before, that one."""
        known = self._readings.get(path)
        if known is None or (text is not None and known.text != text):
            known = Reading(self.text(path) if text is None else text)
            self._readings[path] = known
        return known

    def manifests(self, path: str) -> tuple[Manifest, ...]:
        """The Kubernetes objects of a file; none where it is no manifest."""
        known = self._manifests.get(path)
        if known is None:
            known = self._manifests[path] = tuple(manifests(self.text(path)))
        return known

    def is_manifest(self, path: str) -> bool:
        """Whether the name of a file is that of a manifest."""
        return self.root is None or path.lower().endswith(discover.SUFFIXES)

    def manifests_in(self, folder: str, words: Sequence[str]) -> Iterator[tuple[str, Manifest]]:
        """The objects of the manifests directly in `folder` that have all of `words` in them."""
        needed = [word.encode() for word in words]
        for name in self.folders.get(folder, ()):
            path = f"{folder}/{name}" if folder else name
            if not self.is_manifest(path):
                continue
            if needed and path not in self._manifests:
                data = self.read(path) or b""
                if not all(word in data for word in needed):
                    continue
            for manifest in self.manifests(path):
                yield path, manifest
