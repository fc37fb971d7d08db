"""Files that lie beside a kustomization and are in no build: nobody applies them."""

from __future__ import annotations

import posixpath
from functools import cached_property

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.regex import regex
from netpol_lint.repository.demonstration import is_demonstration
from netpol_lint.repository.index import Index
from netpol_lint.repository.kustomization import FILE_NAMES, Kustomization
from netpol_lint.repository.mention import Mentions
from netpol_lint.repository.transformer import root_of
from netpol_lint.repository.workload import Spot

_OPTIONAL = frozenset(
    """
    backup bak deprecated disabled draft extra extras legacy manual obsolete off old optional
    template templates unused wip
    """.split()
)
"""Words in the names of files that are left out on purpose, besides examples and tests."""
_TRIALS = frozenset(("demo", "example", "examples", "sample", "samples", "test", "tests"))
_WORD = regex(r"[a-z]+")
_FILE = regex(r"[^\s/\"'`,=()\[\]]+")


class Unlisted(NamedTuple):
    """A kustomization that does not list a file of its folder."""

    path: str
    """Of the kustomization."""
    spot: Spot
    """Its `resources`."""
    gives: bool
    """Whether the builds upon it give a namespace to what it lists."""
    others: int
    """How many other manifests of the folder it leaves out, policies not counted."""
    listed: int
    """How many manifests of the folder it lists."""


class Leftovers:
    """The unlisted files of one repository. Each folder is looked at once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._folders: dict[str, Unlisted | None] = {}

    @cached_property
    def _mentions(self) -> Mentions:
        return Mentions(self._index.tree, frozenset(self._index.graph.kustomizations))

    def find(self, path: str) -> Unlisted | None:
        """The kustomization beside the file that ignores it, if nothing else applies the file."""
        folder = posixpath.dirname(path)
        index = self._index
        beside = index.graph.kustomizations.get(folder)
        if beside is None or index.graph.refers_to(path) or _is_left_out_on_purpose(path):
            return None
        if folder not in self._folders:
            self._folders[folder] = self._look_at(folder, beside)
        found = self._folders[folder]
        if found is None or self._is_applied(path, folder):
            return None
        if self.is_taken_out(path):
            return None
        if self._mentions.of(path):
            return None
        others = found.others - self._has_more_than_policies(path)
        return found._replace(others=others)

    def is_taken_out(self, path: str) -> bool:
        """Whether the kustomization beside a file that it does not list has its name in a comment.

        Somebody has taken it out: it is no leftover, and it is not applied.
        """
        folder, name = posixpath.split(path)
        beside = self._index.graph.kustomizations.get(folder)
        if beside is None or beside.opaque or self._index.graph.refers_to(path):
            return False
        return name in _FILE.findall(self._index.tree.text(beside.path))

    def _look_at(self, folder: str, beside: Kustomization) -> Unlisted | None:
        """What a kustomization makes of its folder; None where it may take anything."""
        graph = self._index.graph
        listed = [each for each in beside.resources if self._is_manifest_of(folder, each)]
        spot = self._resources(beside)
        if beside.opaque or beside.plugged or not listed or spot is None:
            return None
        paths = (posixpath.join(folder, each) for each in self._index.tree.folders[folder])
        others = sum(
            self._has_more_than_policies(each)
            for each in paths
            if self._is_manifest_of(folder, each) and not graph.refers_to(each)
        )
        builds = graph.builds_upon(folder)
        gives = any(build.namespace or build.supplied for build in builds)
        return Unlisted(beside.path, spot, gives, others, len(listed))

    def _is_manifest_of(self, folder: str, path: str) -> bool:
        if posixpath.dirname(path) != folder or posixpath.basename(path) in FILE_NAMES:
            return False
        return self._index.tree.has(path) and self._index.tree.is_manifest(path)

    def _has_more_than_policies(self, path: str) -> bool:
        found = self._index.tree.manifests(path)
        return any(not each.kind.endswith("NetworkPolicy") for each in found)

    def _resources(self, beside: Kustomization) -> Spot | None:
        """Where the list of a kustomization begins."""
        root = root_of(self._index.tree.text(beside.path))
        entry = None if root is None else root.fields.get("resources")
        return None if entry is None else Spot(beside.path, entry.key.span)

    def _is_applied(self, path: str, folder: str) -> bool:
        """Whether Argo CD, Rancher, a command or a program takes the file as it lies there."""
        index = self._index
        if index.plainly(folder) or index.renderers.chart_of(path) is not None:
            return True
        if index.renderers.source_of(path) or self._is_in_a_bundle(folder):
            return True
        return any(
            command.applies(path) or command.plain
            for command in index.all_commands_for((path, folder))
        )

    def _is_in_a_bundle(self, folder: str) -> bool:
        """Whether the folder belongs to a bundle of Rancher Fleet."""
        while not self._index.tree.has(posixpath.join(folder, "fleet.yaml")):
            if not folder:
                return False
            folder = posixpath.dirname(folder)
        return True


def _is_left_out_on_purpose(path: str) -> bool:
    if is_demonstration(path):
        return True
    *folders, name = path.lower().split("/")
    words = frozenset(_WORD.findall(name)) | _OPTIONAL.intersection(folders)
    return not words.isdisjoint(_OPTIONAL | _TRIALS)
