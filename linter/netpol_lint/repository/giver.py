"""The tools that are told in files of their own what to apply, and into which namespace."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import groupby, islice

from netpol_lint import discover, parse
from netpol_lint.repository import ansible, fleet, helmfile, pipeline, skaffold, terraform, tilt
from netpol_lint.repository.command import MAX_COMMANDS, Command
from netpol_lint.repository.tree import Tree

MAX_TEXT = 256 * 1024
"""Bytes of a file that is read."""
MAX_FILES = 5_000
"""Files of one kind that are read."""
MAX_MODULE = 4 * 1024 * 1024
"""Characters of all the files of one module of Terraform that are read together."""

_ENDINGS = (*fleet.NAMES, *helmfile.NAMES, *terraform.SUFFIXES, tilt.NAME)
_SKAFFOLD = "skaffold"
_MARKS = (ansible.MARK, *pipeline.MARKS)


def is_task(path: str, data: bytes) -> bool:
    """Whether a file without objects tells Ansible or a pipeline to apply something."""
    return not path.endswith(".json") and any(mark in data for mark in _MARKS)


class Givers:
    """What the tools of one repository are told. Nothing is read before the first question."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    @cached_property
    def _named(self) -> tuple[str, ...]:
        """The files that a tool knows by their names."""
        files = self._tree.files
        return tuple(path for path in files if path.endswith(_ENDINGS) or _SKAFFOLD in path)

    def _called(self, *names: str) -> Iterator[str]:
        found = (path for path in self._named if posixpath.basename(path) in names)
        return islice(found, MAX_FILES)

    @property
    def bundles(self) -> tuple[str, ...]:
        """The files that make a bundle of Rancher Fleet of their folder."""
        return tuple(self._called(*fleet.NAMES))

    @property
    def _configurations(self) -> Iterator[str]:
        return islice(filter(skaffold.is_configuration, self._named), MAX_FILES)

    @cached_property
    def replacing(self) -> tuple[Command, ...]:
        """What is applied into a namespace whatever it states, and all that Terraform applies."""
        return tuple(islice(self._replacing(), MAX_COMMANDS))

    def _replacing(self) -> Iterator[Command]:
        modules = (path for path in self._named if path.endswith(terraform.SUFFIXES))
        for folder, paths in groupby(islice(modules, MAX_FILES), posixpath.dirname):
            yield from terraform.commands(self._module(paths), folder)
        for path in self._called(tilt.NAME):
            yield from tilt.commands(self._text(path), path)

    def _module(self, paths: Iterable[str]) -> list[tuple[str, str]]:
        """The files of a module of Terraform with their texts, if one of them applies something."""
        texts: list[tuple[str, str]] = []
        left = MAX_MODULE
        for path in paths:
            text = self._text(path)
            left -= len(text)
            if left < 0:
                break
            texts.append((path, text))
        applying = any(mark in text for _, text in texts for mark in terraform.MARKS)
        return texts if applying else []

    def filling(self, tasks: Iterable[str]) -> tuple[Command, ...]:
        """What is applied into a namespace unless it states one; with the files that have marks."""
        return tuple(islice(self._filling(tasks), MAX_COMMANDS))

    def _filling(self, tasks: Iterable[str]) -> Iterator[Command]:
        for path in self._configurations:
            yield from skaffold.commands(self._text(path), path)
        for path in self._called(*helmfile.NAMES):
            yield from helmfile.commands(self._text(path), path)
        for path in islice(tasks, MAX_FILES):
            text = self._text(path)
            yield from ansible.commands(text, path)
            yield from pipeline.commands(text, path)

    def unseen(self, tasks: Iterable[str]) -> Iterator[tuple[str | None, str]]:
        """The namespaces into which tools bring what no file shows, and the files that say so."""
        for path in self._configurations:
            yield from ((name, path) for name in skaffold.unseen(self._text(path)))
        for path in islice(tasks, MAX_FILES):
            yield from ((name, path) for name in ansible.unseen(self._text(path)))

    def _text(self, path: str) -> str:
        data = self._tree.read(path, MAX_TEXT) or b""
        return "" if discover.is_binary(data) else parse.decode(data)[0]
