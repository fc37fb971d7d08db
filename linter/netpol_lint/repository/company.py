"""What is built together with an object: who is moved into a namespace along with it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from functools import cached_property

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.repository.index import Index
from netpol_lint.repository.kustomize import Build
from netpol_lint.repository.manifest import CLUSTER_SCOPED

MAX_FILES = 1_000
"""Files of one build that are looked at; who has more company is not judged by it."""


class Member(NamedTuple):
    """Another object of a build."""

    kind: str
    name: str
    path: str
    states: str
    """The namespace in its text, which may be a placeholder; nothing where it states none."""
    lives: bool
    """Whether it certainly has a namespace: of somebody's own kinds nobody knows."""

    @property
    def is_policy(self) -> bool:
        """Whether it is a policy of whatever engine."""
        return self.kind.endswith("NetworkPolicy")


class Company(NamedTuple):
    """The other objects with a namespace that are built together with one object."""

    near: tuple[Member, ...]
    """Those that the same kustomization lists, or that lie in the same folder."""
    whole: tuple[Member, ...]
    """Those of the whole build, the near ones among them."""


class Companies:
    """The company of the policies of one repository. Each build is looked at once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._members: dict[str, tuple[Member, ...]] = {}
        self._builds: dict[str, tuple[str, ...] | None] = {}

    def of(self, path: str, name: str, build: Build) -> Company | None:
        """The company of the policy `name` in the file `path`; None where nobody can tell."""
        if self._index.tree.root is None:
            return None
        if build.root is None:
            near = self._files_of_folder(posixpath.dirname(path))
            whole: tuple[str, ...] | None = near
        else:
            near, whole = self._listed.get(path, ()), self._files_of_build(build.root)
        if whole is None or max(len(near), len(whole)) > MAX_FILES:
            return None
        return Company(self._others(near, path, name), self._others(whole, path, name))

    @cached_property
    def _listed(self) -> dict[str, tuple[str, ...]]:
        """A file -> all that the kustomizations list which list it."""
        found: dict[str, dict[str, None]] = {}
        for kustomization in self._index.graph.kustomizations.values():
            for each in kustomization.resources:
                found.setdefault(each, {}).update(dict.fromkeys(kustomization.resources))
        return {each: tuple(beside) for each, beside in found.items()}

    def _files_of_folder(self, folder: str) -> tuple[str, ...]:
        names = self._index.tree.folders.get(folder, ())
        return tuple(posixpath.join(folder, name) for name in names)

    def _files_of_build(self, root: str) -> tuple[str, ...] | None:
        if root not in self._builds:
            contents = self._index.graph.contents(root)
            self._builds[root] = contents.files if contents.closed else None
        return self._builds[root]

    def _others(self, paths: Iterable[str], path: str, name: str) -> tuple[Member, ...]:
        itself = path, "NetworkPolicy", name
        return tuple(
            member
            for each in paths
            for member in self._members_of(each)
            if (member.path, member.kind, member.name) != itself
        )

    def _members_of(self, path: str) -> tuple[Member, ...]:
        """The objects of a file that have a namespace, unless it is a patch upon others."""
        known = self._members.get(path)
        if known is None:
            index = self._index
            tree, patch = index.tree, index.graph.patched_by(path) is not None
            whole = not patch and tree.is_manifest(path) and tree.has(path)
            known = self._members[path] = tuple(
                Member(
                    each.kind,
                    each.name,
                    path,
                    each.states,
                    each.lives_in_a_namespace or bool(each.states),
                )
                for each in (tree.manifests(path) if whole else ())
                if each.kind not in CLUSTER_SCOPED
            )
        return known
