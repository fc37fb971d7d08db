"""What is applied together: a file, a folder, a build; and whether it cares for namespaces."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.repository.index import Index
from netpol_lint.repository.sighting import Trait

MAX_UNIT = 1_000
"""Files of a folder that are looked at to find out what is applied together."""


class Unit(NamedTuple):
    """What is applied together, as far as namespaces go."""

    lives: bool = False
    """Whether it has an object, no policy, that certainly needs a namespace."""
    states: bool = False
    """Whether one of its objects states a namespace."""
    policies: int = 0
    """How many policies it has; not counted further once something states a namespace."""

    def joined(self, other: Unit) -> Unit:
        """Both of them as one."""
        return Unit(
            self.lives or other.lives, self.states or other.states, self.policies + other.policies
        )


class Units:
    """The units of one repository. Each is looked at once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known: dict[str, Unit] = {}

    def of_build(self, root: str) -> Unit:
        """All that the kustomization in `root` builds."""
        unit = self._known.get("build " + root)
        if unit is None:
            files, closed, generates, gives = self._index.graph.members(root)
            unit = self._unit(files)
            unit = unit.joined(Unit(generates or not closed, gives))
            self._known["build " + root] = unit
        return unit

    def of_folder(self, folder: str, deep: bool) -> Unit:
        """The manifests of a folder, with everything below it if `deep`."""
        key = f"{'below' if deep else 'in'} {folder}"
        unit = self._known.get(key)
        if unit is None:
            if deep:
                paths: Iterable[str] = self._index.tree.below(folder)
            else:
                names = self._index.tree.folders.get(folder, ())
                paths = (posixpath.join(folder, name) for name in names)
            unit = self._known[key] = self._unit(paths)
        return unit

    def enclosing(self, folder: str) -> tuple[str, Unit]:
        """The folder, or the nearest one above it but the root, that holds more than policies."""
        unit = self.of_folder(folder, deep=False)
        while "/" in folder and not unit.lives and not unit.states:
            folder = posixpath.dirname(folder)
            unit = self.of_folder(folder, deep=True)
        return folder, unit

    def _unit(self, paths: Iterable[str]) -> Unit:
        unit = Unit()
        looked_at = 0
        for path in paths:
            if not self._index.tree.is_manifest(path):
                continue
            looked_at += 1
            if looked_at > MAX_UNIT:
                break
            unit = unit.joined(unit_of(self._index.traits(path)))
            # What kustomize builds into a namespace states it as well as its own text would.
            built = any(build.namespace for build in self._index.graph.builds(path))
            unit = unit._replace(states=unit.states or built)
            if unit.states:
                break
        return unit


def unit_of(traits: Iterable[Trait]) -> Unit:
    """What objects say together."""
    unit = Unit()
    for trait in traits:
        policy = trait.kind.endswith("NetworkPolicy")
        unit = unit.joined(Unit(trait.lives_in_a_namespace, trait.states, policy))
    return unit
