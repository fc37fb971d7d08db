"""The tools that are told in files of their own what to apply, and into which namespace."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import groupby, islice

from netpol_lint import discover, parse
from netpol_lint.repository import ansible, fleet, helmfile, pipeline, skaffold, terraform, tilt
from netpol_lint.repository.command import Command
from netpol_lint.repository.tree import MAX_TEXT, Tree

MAX_TEXTS = 16 * 1024 * 1024
"""Bytes of all these files together."""
MAX_PLACES = 200_000
"""Places at which files are looked for, of all orders together."""
MAX_MODULE = 200
"""Files of one module of Terraform that are read."""

_ENDINGS = (*fleet.NAMES, *helmfile.NAMES, *terraform.SUFFIXES, tilt.NAME)
_SKAFFOLD = "skaffold"
_APPLYING = tuple(mark.encode() for mark in terraform.MARKS)
_MARKS = tuple(mark.encode() for mark in (ansible.MARK, *pipeline.MARKS))


def is_task(path: str, data: bytes) -> bool:
    """Whether a file without objects tells Ansible or a pipeline to apply something."""
    return not path.endswith(".json") and any(mark in data for mark in _MARKS)


class Givers:
    """What the tools of one repository are told. Nothing is read before the first question."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._left = MAX_TEXTS, MAX_PLACES
        self.complete = True
        """Whether the limits were enough to see everything."""

    @cached_property
    def _named(self) -> tuple[str, ...]:
        """The files that a tool knows by their names."""
        files = self._tree.files
        return tuple(path for path in files if path.endswith(_ENDINGS) or _SKAFFOLD in path)

    def _called(self, *names: str) -> Iterator[str]:
        return (path for path in self._named if posixpath.basename(path) in names)

    @property
    def bundles(self) -> tuple[str, ...]:
        """The files that make a bundle of Rancher Fleet of their folder."""
        return tuple(self._called(*fleet.NAMES))

    @property
    def _configurations(self) -> Iterator[str]:
        return filter(skaffold.is_configuration, self._named)

    @cached_property
    def replacing(self) -> tuple[Command, ...]:
        """What is applied into a namespace whatever it states, and all that Terraform applies."""
        return tuple(self._bounded(self._replacing()))

    def _replacing(self) -> Iterator[Command]:
        modules = (path for path in self._named if path.endswith(terraform.SUFFIXES))
        for folder, paths in groupby(modules, posixpath.dirname):
            yield from terraform.commands(self._module(paths), folder)
        for path in self._called(tilt.NAME):
            yield from tilt.commands(self._text(path), path)

    def filling(self, tasks: Iterable[str]) -> tuple[Command, ...]:
        """What is applied into a namespace unless it states one; with the files that have marks."""
        return tuple(self._bounded(self._filling(tasks)))

    def _filling(self, tasks: Iterable[str]) -> Iterator[Command]:
        for path in self._configurations:
            yield from skaffold.commands(self._text(path), path)
        for path in self._called(*helmfile.NAMES):
            yield from helmfile.commands(self._text(path), path)
        for path in tasks:
            text = self._text(path)
            if ansible.MARK in text:
                yield from ansible.commands(text, path)
            if any(mark in text for mark in pipeline.MARKS):
                yield from pipeline.commands(text, path)

    def _bounded(self, commands: Iterable[Command]) -> Iterator[Command]:
        for each in commands:
            texts, places = self._left
            self._left = texts, places - len(each.paths) * len(each.folders)
            if min(self._left) < 0:
                self.complete = False
                return
            yield each

    def unseen(self, tasks: Iterable[str]) -> Iterator[tuple[str | None, str]]:
        """The namespaces into which tools bring what no file shows, and the files that say so."""
        for path in self._configurations:
            yield from ((name, path) for name in skaffold.unseen(self._text(path)))
        for path in tasks:
            yield from ((name, path) for name in ansible.unseen(self._text(path)))

    def _module(self, paths: Iterable[str]) -> list[tuple[str, str]]:
        """The files of a module of Terraform with their texts, if one of them applies something."""
        read = [
            (path, self._tree.read(path, MAX_TEXT) or b"") for path in islice(paths, MAX_MODULE)
        ]
        if not any(mark in data for _, data in read for mark in _APPLYING):
            return []
        return [(path, self._decoded(data)) for path, data in read]

    def _text(self, path: str) -> str:
        """The text of a file; nothing where it is too large, or others were too many."""
        return self._decoded(self._tree.read(path, MAX_TEXT) or b"")

    def _decoded(self, data: bytes) -> str:
        texts, places = self._left
        self._left = texts - len(data), places
        if texts < len(data):
            self.complete = False
            return ""
        return "" if discover.is_binary(data) else parse.decode(data)[0]
