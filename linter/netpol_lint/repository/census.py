"""Who lives where: the workloads, Services and policies of a repository, by namespace.

A namespace is looked at when somebody asks for it, and only the files that mention it, or that a
build brings there, are read for it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cached_property
from itertools import chain

from netpol_lint import parse
from netpol_lint import policy as policies
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.regex import regex
from netpol_lint.repository import outcome, service, workload
from netpol_lint.repository.environment import is_scattered
from netpol_lint.repository.index import Index
from netpol_lint.repository.kustomize import Build
from netpol_lint.repository.landing import Landings
from netpol_lint.repository.manifest import TEMPLATE, WORKLOADS, Manifest, at, manifests
from netpol_lint.repository.opening import Opening, openings
from netpol_lint.repository.resident import Foreigner, Front, Population, Resident, Sibling
from netpol_lint.repository.roll import Roll
from netpol_lint.repository.sighting import Sighting
from netpol_lint.repository.workload import Labels

MAX_FILES = 5_000
"""Files of one namespace, or without one, that are read; beyond them nothing is authoritative."""
_CROWDED = "there are more files than are read"

_WIDE_ENGINES = frozenset(
    """
    AdminNetworkPolicy BaselineAdminNetworkPolicy CiliumClusterwideNetworkPolicy
    ClusterNetworkPolicy GlobalNetworkPolicy
    """.split()  # noqa: SIM905  # a list of words to be read as such
)
_ENGINES = _WIDE_ENGINES | {
    "CiliumNetworkPolicy",
    "EgressFirewall",
    "EgressNetworkPolicy",
    "NetworkPolicy",
}
_GENERATORS = frozenset(("ClusterPolicy", "GeneratingPolicy", "Policy"))
"""Kinds of Kyverno that may make policies for the namespaces they choose."""
_KYVERNO = "kyverno.io/"
_KIND = regex(r"^kind:[ \t]*([A-Za-z]+)", re.MULTILINE)


class _Landed(NamedTuple):
    """One object with the file it stands in and the ways in which it reaches a cluster."""

    manifest: Manifest
    path: str
    ways: tuple[Build, ...]


class Census:
    """The inhabitants of the namespaces of one repository."""

    def __init__(self, index: Index, landings: Landings) -> None:
        self._index = index
        self._landings = landings
        self._populations: dict[str, Population] = {}
        self._rolls: dict[str, Roll] = {}

    def population(self, name: str) -> Population:
        """All that is known about the namespace `name`."""
        known = self._populations.get(name)
        if known is None:
            known = self._populations[name] = self._count(name)
        return known

    def roll(self, name: str) -> Roll:
        """The workloads of the namespace `name`, to be looked up by their labels."""
        known = self._rolls.get(name)
        if known is None:
            known = self._rolls[name] = Roll(self.population(name).residents)
        return known

    @cached_property
    def stray_roll(self) -> Roll:
        """The workloads that nobody gives a namespace, to be looked up by their labels."""
        return Roll(self.strays)

    @cached_property
    def namespaces(self) -> dict[str, tuple[Labels, ...]]:
        """The labels of each Namespace object, by its name: several for several clusters."""
        found: dict[str, list[Labels]] = {}
        for path in self._with(b"Namespace"):
            for each in self._landed(path, ("Namespace",)):
                labels = workload.texts(at(each.manifest.root, "metadata", "labels"))
                for way in each.ways:
                    after = outcome.namespace_labels(labels, way)
                    renamed = way.namespace if way.root is not None else None
                    if after is not None:
                        found.setdefault(renamed or each.manifest.name, []).append(after)
        return {name: tuple(labels) for name, labels in found.items()}

    @cached_property
    def labelled(self) -> dict[tuple[str, str], frozenset[str]]:
        """The Namespace objects that carry a label, by its key and value."""
        found: dict[tuple[str, str], set[str]] = {}
        for name, all_labels in self.namespaces.items():
            for pair in chain.from_iterable(labels.items() for labels in all_labels):
                found.setdefault(pair, set()).add(name)
        return {pair: frozenset(names) for pair, names in found.items()}

    @cached_property
    def inhabited(self) -> frozenset[str]:
        """The names that stand behind a `namespace:`, or that a build gives to something."""
        return frozenset(self._by_namespace)

    @cached_property
    def strays(self) -> tuple[Resident, ...]:
        """The workloads that nobody gives a namespace: they may land in any."""
        return tuple(
            resident
            for path in self._unplaced[:MAX_FILES]
            for each in self._landed(path, WORKLOADS)
            for resident in _residents(each, [way for way in each.ways if not way.namespace])
        )

    @cached_property
    def lost(self) -> tuple[Sibling, ...]:
        """The policies that nobody gives a namespace."""
        return tuple(
            sibling
            for path in self._unplaced[:MAX_FILES]
            for each in self._landed(path, ("NetworkPolicy",))
            for sibling in _siblings(each, [way for way in each.ways if not way.namespace])
        )

    def bearers(self, key: str, value: str) -> tuple[Resident, ...]:
        """The workloads of all namespaces, and of none, whose pods may carry a label."""
        known, unclear = self._bearers
        return (*known.get((key, value), ()), *unclear)

    @cached_property
    def _bearers(self) -> tuple[dict[tuple[str, str], list[Resident]], list[Resident]]:
        """The workloads by each label of their pods, and those with labels that nobody knows."""
        known: dict[tuple[str, str], list[Resident]] = {}
        unclear: list[Resident] = []
        homes = (self.population(name).residents for name in sorted(self.inhabited - {""}))
        for resident in chain(self.strays, *homes):
            if resident.labels is None:
                unclear.append(resident)
            else:
                for label in resident.labels.items():
                    known.setdefault(label, []).append(resident)
        return known, unclear

    @cached_property
    def _lost_foreigners(self) -> tuple[Foreigner, ...]:
        """The policies of other engines that nobody gives a namespace: they may be in any."""
        return tuple(
            found
            for path in self._unplaced[:MAX_FILES]
            for each in self._landed(path, _ENGINES - _WIDE_ENGINES)
            if any(not way.namespace for way in each.ways)
            for found in _foreigners(each)
        )

    def _count(self, name: str) -> Population:
        paths = self._by_namespace.get(name, ())
        here = [
            each._replace(ways=ways)
            for path in paths[:MAX_FILES]
            for each in self._landed(path, _COUNTED)
            if (ways := tuple(way for way in each.ways if way.namespace == name))
        ]
        residents = tuple(chain.from_iterable(_residents(each, each.ways) for each in here))
        fronts = tuple(chain.from_iterable(_fronts(each, each.ways) for each in here))
        siblings = tuple(chain.from_iterable(_siblings(each, each.ways) for each in here))
        reasons = [each for each in self._openings if each.namespace in (None, name)]
        crowded = _CROWDED if max(len(paths), len(self._unplaced)) > MAX_FILES else ""
        return Population(
            name,
            residents,
            self.strays,
            fronts,
            siblings,
            (
                *self._clusterwide,
                *self._lost_foreigners,
                *chain.from_iterable(map(_foreigners, here)),
            ),
            next((each.why for each in reasons), crowded),
            next((each.why for each in reasons if not each.pods_only), crowded),
            is_scattered((*residents, *fronts, *siblings)),
        )

    @cached_property
    def _openings(self) -> tuple[Opening, ...]:
        return tuple(dict.fromkeys(openings(self._index, self._landings)))

    @cached_property
    def _clusterwide(self) -> tuple[Foreigner, ...]:
        """What decides about the traffic of more than one namespace."""
        found: list[Foreigner] = []
        for path in self._with(b"NetworkPolicy"):
            for each in self._landed(path, _WIDE_ENGINES | _GENERATORS):
                found += _foreigners(each)
            found += _generators(self._index.tree.text(path), path)
        return tuple(found)

    @cached_property
    def _by_namespace(self) -> dict[str, list[str]]:
        """The files that may have an object in a namespace."""
        found: dict[str, list[str]] = {}
        for sighting in self._sightings:
            names = {word.decode("utf-8", "replace") for word in sighting.namespaces}
            for name in names | self._landings.given(sighting.path):
                found.setdefault(name, []).append(sighting.path)
        return found

    @cached_property
    def _unplaced(self) -> tuple[str, ...]:
        """The files that may have an object without a namespace."""
        return tuple(
            each.path
            for each in self._sightings
            if each.bare and "" in self._landings.given(each.path)
        )

    @property
    def _sightings(self) -> Iterator[Sighting]:
        """The files with something to count."""
        return (each for each in self._index.sightings if each.kinds)

    def _with(self, kind: bytes) -> Iterator[str]:
        return (each.path for each in self._index.sightings if kind in each.kinds)

    def _landed(self, path: str, kinds: Collection[str]) -> Iterator[_Landed]:
        """The objects of a file, fresh: what nobody keeps of them is forgotten.

        A file that only is a patch holds parts of objects, which live nowhere.
        """
        graph = self._index.graph
        if graph.patched_by(path) is not None and not graph.builds(path):
            return
        for manifest in manifests(self._index.tree.text(path)):
            if manifest.kind in kinds:
                own = manifest.namespace or ("" if manifest.states else None)
                ways = tuple(
                    way
                    for way in self._landings.of(path, own)
                    if not outcome.is_deleted(manifest, way)
                )
                yield _Landed(manifest, path, ways)


_COUNTED = WORKLOADS | _ENGINES | {"Service", "Policy"}


def _residents(each: _Landed, ways: Collection[Build]) -> Iterator[Resident]:
    if each.manifest.kind in WORKLOADS and ways:
        found = workload.read(each.manifest, each.path)
        for way in ways:
            yield Resident(outcome.workload(found, way), each.path, way)


def _fronts(each: _Landed, ways: Collection[Build]) -> Iterator[Front]:
    if each.manifest.kind == "Service" and not each.manifest.group and ways:
        found = service.read(each.manifest, each.path)
        for way in ways:
            yield Front(outcome.service(found, way), each.path, way)


def _siblings(each: _Landed, ways: Collection[Build]) -> Iterator[Sibling]:
    manifest = each.manifest
    if manifest.kind == "NetworkPolicy" and ways and policies.is_policy(manifest.root):
        found = policies.read(manifest.text, manifest.root)
        for way in ways:
            yield Sibling(outcome.policy(found, way), each.path, way)


def _generators(text: str, path: str) -> Iterator[Foreigner]:
    """Policies of Kyverno that have variables in them, which look like templates."""
    if _KYVERNO not in text:
        return
    for part in parse.split(text):
        body = text[part.start : part.end]
        if TEMPLATE.search(body) is None or _KYVERNO not in body or "NetworkPolicy" not in body:
            continue
        kind = _KIND.search(body)
        if kind is not None and kind[1] in _GENERATORS:
            yield Foreigner(kind[1], "", path, body)


def _foreigners(each: _Landed) -> Iterator[Foreigner]:
    manifest = each.manifest
    if manifest.kind in _GENERATORS:
        foreign = manifest.group.endswith("kyverno.io") and manifest.mentions("NetworkPolicy")
    elif manifest.kind == "NetworkPolicy":
        foreign = not policies.is_policy(manifest.root)
    else:
        foreign = manifest.kind in _ENGINES
    if foreign:
        yield Foreigner(manifest.kind, manifest.name, each.path, manifest.body)
