"""Who lives where: the workloads, Services and policies of a repository, by namespace.

A namespace is looked at when somebody asks for it, and only the files that mention it, or that a
build brings there, are read for it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, islice
from typing import Any, TypeVar

from netpol_lint.answer import Answer
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.policy import Policy
from netpol_lint.reading import Reading
from netpol_lint.repository import entrance, inhabitant, outcome, workload
from netpol_lint.repository.demonstration import is_demonstration
from netpol_lint.repository.entrance import Entrance
from netpol_lint.repository.environment import is_scattered, place_of
from netpol_lint.repository.index import Index
from netpol_lint.repository.inhabitant import Landed
from netpol_lint.repository.kustomize import Build
from netpol_lint.repository.landing import Landings
from netpol_lint.repository.manifest import WORKLOADS, Manifest, at, manifests, recalled
from netpol_lint.repository.opening import Opening, openings
from netpol_lint.repository.population import Population
from netpol_lint.repository.resident import Foreigner, Front, Resident, Sibling
from netpol_lint.repository.roll import Roll
from netpol_lint.repository.sighting import (
    COUNTED,
    ENGINES,
    GENERATORS,
    KEPT,
    WIDE_ENGINES,
    Sighting,
)
from netpol_lint.repository.workload import Labels

T = TypeVar("T")

MAX_FILES = 5_000
"""Files of one namespace, or without one, that are read; beyond them nothing is authoritative."""
MAX_OBJECTS = 20_000
"""Objects of one namespace, or without one, that are counted."""
_CROWDED = "there are more files than are read"


class Home(NamedTuple):
    """Where the policies of one file are, for those who want to judge neighbours together."""

    namespace: str
    """The first one; empty where none is known."""
    policies: int
    """How many there are."""


class Census:
    """The inhabitants of the namespaces of one repository."""

    def __init__(
        self, index: Index, landings: Landings, sightings: Sequence[Sighting] | None = None
    ) -> None:
        self._index = index
        self._landings = landings
        self._chosen = sightings
        self._populations: dict[str, Population] = {}
        self._latest = _File("", ())
        """The file that was read last: one with many namespaces is asked for each of them."""
        self._known: dict[Callable[[Census], Any], Any] = {}

    def once(self, find: Callable[[Census], T]) -> T:
        """What `find` says about the repository: asked once, however many policies want to know."""
        if find not in self._known:
            self._known[find] = find(self)
        found: T = self._known[find]
        return found

    def population(self, name: str) -> Population:
        """All that is known about the namespace `name`."""
        known = self._populations.get(name)
        if known is None:
            known = self._populations[name] = self._count(name)
        return known

    def homes(self) -> dict[str, Home]:
        """The files with policies: where they are at home.

        What concerns all processes is found out on the way.
        """
        sightings = [each for each in self._sightings if each.has(_POLICIES)]
        spaces = [self.namespaces_of(each) for each in sightings]
        for name in sorted(frozenset().union(*spaces) - {""}):
            self.population(name)
        return {
            sighting.path: Home(
                min(names, default=""), sum(each.kind in _POLICIES for each in sighting.traits)
            )
            for sighting, names in zip(sightings, spaces, strict=True)
        }

    @cached_property
    def shows_pods(self) -> bool:
        """Whether any file has a workload, or a Service."""
        return self._index.may_hold(_SHOWN) and any(each.has(_SHOWN) for each in self._sightings)

    @cached_property
    def namespaces(self) -> dict[str, tuple[Labels, ...]]:
        """The labels of each Namespace object, by its name: several for several clusters.

        Where some of them are filled in later they tell nothing: then the object is not counted.
        """
        found: dict[str, list[Labels]] = {}
        for path in self._with(_NAMESPACES):
            for each in self._landed(path, _NAMESPACES):
                name = each.manifest.name
                labels = workload.known(at(each.manifest.root, "metadata", "labels"))
                for way in each.ways:
                    after = None if labels is None else outcome.namespace_labels(name, labels, way)
                    renamed = way.namespace if way.root is not None else None
                    carried = found.setdefault(renamed or name, [])
                    if after is not None:
                        carried.append(after)
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
        """The namespaces that a workload, a Service or a policy certainly lands in."""
        return frozenset(self._by_namespace)

    @cached_property
    def strays(self) -> Roll:
        """The workloads that nobody gives a namespace: they may land in any."""
        return Roll(
            resident
            for each in self._lost(WORKLOADS)
            for resident in inhabitant.residents(each, [way for way in each.ways if _is_open(way)])
        )

    @cached_property
    def lost(self) -> tuple[Sibling, ...]:
        """The policies that nobody gives a namespace."""
        return tuple(
            sibling
            for each in self._lost(_POLICIES)
            for sibling in inhabitant.siblings(each, [way for way in each.ways if _is_open(way)])
        )

    def namespaces_of(self, sighting: Sighting) -> frozenset[str]:
        """The namespaces in which a file has an object; the empty text where one has none."""
        return frozenset(way.namespace or "" for _, way in self._ways(sighting))

    @cached_property
    def workloads(self) -> Roll:
        """The workloads of all namespaces, and of none."""
        homes = (self.population(name).residents for name in sorted(self.inhabited - {""}))
        return Roll(chain(self.strays, *homes))

    @cached_property
    def udp_ports(self) -> frozenset[int]:
        """The ports that any workload of the repository declares for UDP."""
        paths = islice(self._with(WORKLOADS), MAX_FILES)
        return frozenset(
            port.number
            for path in paths
            if b"UDP" in (self._index.tree.read(path) or b"")
            for each in self._landed(path, WORKLOADS)
            for port in workload.read(each.manifest, path).ports or ()
            if port.protocol == "UDP"
        )

    @cached_property
    def cluster_ips(self) -> dict[str, Front]:
        """The Services of the repository that state an address, by it."""
        return {
            address: front
            for path in self._with(("Service",))
            if b"clusterIP" in (self._index.tree.read(path) or b"")
            for each in self._landed(path, ("Service",))
            for front in inhabitant.fronts(each, each.ways)
            for address in front.service.addresses
        }

    @cached_property
    def entrances(self) -> tuple[tuple[str, Entrance], ...]:
        """What leads traffic from outside to Services, with the namespace it lies in."""
        return tuple(
            (way.namespace, found)
            for path in islice(self._with(entrance.KINDS), MAX_FILES)
            for each in self._landed(path, entrance.KINDS)
            if (found := entrance.read(each.manifest, path)) is not None
            for way in each.ways
            if way.namespace
        )

    def installs(self, word: str) -> bool:
        """Whether Flux, Argo CD or a Helm controller is told to install something of that name."""
        return any(
            each.kind in _ORDERS and each.mentions(word)
            for path in self._index.orders
            for each in self._index.tree.manifests(path)
        )

    def policies(self) -> Iterator[Policy]:
        """All policies of the repository, each of them once."""
        for path in islice(self._with(_POLICIES), MAX_FILES):
            for each in self._landed(path, _POLICIES):
                if each.policy is not None:
                    yield each.policy

    @cached_property
    def _lost_foreigners(self) -> tuple[Foreigner, ...]:
        """The policies of other engines that nobody gives a namespace: they may be in any."""
        lost = self._lost(ENGINES - WIDE_ENGINES)
        return tuple(chain.from_iterable(map(inhabitant.foreigners, lost)))

    def _count(self, name: str) -> Population:
        paths = self._by_namespace.get(name, ())
        landed = (self._file(path).of_namespace.get(name, ()) for path in paths[:MAX_FILES])
        here = list(islice(chain.from_iterable(landed), MAX_OBJECTS + 1))
        residents = Roll(
            chain.from_iterable(inhabitant.residents(each, each.ways) for each in here)
        )
        fronts = tuple(chain.from_iterable(inhabitant.fronts(each, each.ways) for each in here))
        others = [each for each in here if each.manifest.kind in _DECIDING]
        reasons = [each for each in self._openings if each.namespace in (None, name)]
        bringing = [each for each in reasons if not each.pods_only]
        most = max(len(paths), len(self._unplaced))
        crowded = _CROWDED if most > MAX_FILES or len(here) > MAX_OBJECTS else ""
        places = {place_of(each.path, way) for each in here for way in each.ways}
        homeless = self._lost_around(places)
        return Population(
            name,
            residents,
            self.strays,
            fronts,
            lambda: _siblings(others),
            lambda: (
                *self._clusterwide,
                *self._lost_foreigners,
                *chain.from_iterable(map(inhabitant.foreigners, others)),
            ),
            next((each.why for each in reasons), crowded),
            next((each.why for each in bringing), crowded or homeless),
            next((each.why for each in bringing if not each.lets_nothing_out), crowded or homeless),
            scattered=is_scattered(_placed(residents, fronts, others)),
        )

    @cached_property
    def _openings(self) -> tuple[Opening, ...]:
        return tuple(dict.fromkeys(openings(self._index, self._landings)))

    @cached_property
    def _clusterwide(self) -> tuple[Foreigner, ...]:
        """What decides about the traffic of more than one namespace."""
        found = [
            each
            for path in self._with(_WIDE)
            for landed in self._landed(path, _WIDE)
            for each in inhabitant.foreigners(landed)
        ]
        for sighting in self._sightings:
            if sighting.rendered:
                found += inhabitant.generators(self._index.tree.text(sighting.path), sighting.path)
        return tuple(found)

    @cached_property
    def _by_namespace(self) -> dict[str, list[str]]:
        """The files that bring something to a namespace."""
        found: dict[str, list[str]] = {}
        for sighting in self._sightings:
            names = {way.namespace for _, way in self._ways(sighting) if not way.supplied}
            for name in names - {None, ""}:
                found.setdefault(name or "", []).append(sighting.path)
        return found

    @cached_property
    def _unplaced(self) -> dict[str, frozenset[str]]:
        """The files with objects whose namespace is not known, and the kinds of those."""
        found: dict[str, frozenset[str]] = {}
        for sighting in self._sightings:
            kinds = frozenset(
                kind
                for kind, way in self._ways(sighting)
                if _is_open(way) and kind not in WIDE_ENGINES
            )
            if kinds:
                found[sighting.path] = kinds
        return found

    def _lost(self, kinds: Collection[str]) -> Iterator[Landed]:
        """The objects of some kinds whose namespace is not known."""
        paths = (path for path, held in self._unplaced.items() if not held.isdisjoint(kinds))
        landed = (
            each
            for path in islice(paths, MAX_FILES)
            for each in self._landed(path, kinds)
            if any(map(_is_open, each.ways))
        )
        return islice(landed, MAX_OBJECTS)

    def _lost_around(self, places: Iterable[str]) -> str:
        """Which policy without a known namespace lies where others are built or applied from."""
        path = next((path for each in places if (path := self._lost_below.get(each))), "")
        return path and f"nobody says in which namespace the policies of {path} are"

    @cached_property
    def _lost_below(self) -> dict[str, str]:
        """A folder -> a file in it, or below it, that has a policy without a known namespace."""
        found: dict[str, str] = {}
        for path, kinds in self._unplaced.items():
            if kinds.isdisjoint(ENGINES):
                continue
            staged = is_demonstration(path)
            folder = path
            while folder:
                folder = posixpath.dirname(folder)
                # An example is not applied with what lies around the examples.
                if folder not in found and (not staged or is_demonstration(f"{folder}/x")):
                    found[folder] = path
        return found

    @property
    def _sightings(self) -> Sequence[Sighting]:
        return self._index.sightings if self._chosen is None else self._chosen

    def _with(self, kinds: Collection[str]) -> Iterator[str]:
        return (each.path for each in self._sightings if each.has(kinds))

    def _ways(self, sighting: Sighting) -> Iterator[tuple[str, Build]]:
        """The kinds of objects that count in a file, with the ways of each."""
        if self._is_fragment(sighting.path):
            return
        for kind, own in sighting.places:
            for way in self._landings.of(sighting.path, own):
                yield kind, way

    def _is_fragment(self, path: str) -> bool:
        """Whether a file holds patches only, which are parts of objects and no objects."""
        graph = self._index.graph
        return graph.patched_by(path) is not None and not graph.builds(path)

    def _landed(self, path: str, kinds: Collection[str]) -> Iterator[Landed]:
        """The objects of a file that are of some kinds."""
        return (each for each in self._file(path).objects if each.manifest.kind in kinds)

    def _file(self, path: str) -> _File:
        """The objects of a file. Those of the file before are forgotten: many would be kept."""
        if self._latest.path != path:
            found = () if self._is_fragment(path) else tuple(self._objects(path))
            self._latest = _File(path, found)
        return self._latest

    def _objects(self, path: str) -> Iterator[Landed]:
        sighting = self._index.sighting(path)
        if sighting is None:
            return
        reading = self._index.reading(path)
        for manifest in _kept(reading, sighting):
            ways = tuple(
                way
                for way in self._landings.of(path, manifest.own)
                if outcome.is_deleted(manifest, way) is not Answer.PROVEN
            )
            yield Landed(manifest, path, ways, reading)


def _kept(reading: Reading, sighting: Sighting) -> Iterator[Manifest]:
    """The objects of a file that may be asked for."""
    found = manifests(reading.text, reading.document)
    if sighting.length == len(reading.text):
        found = recalled(reading.text, sighting.seen, reading.document)
    return (each for each in found if each.kind in KEPT)


def _siblings(landed: Iterable[Landed]) -> tuple[Sibling, ...]:
    return tuple(chain.from_iterable(inhabitant.siblings(each, each.ways) for each in landed))


def _placed(
    residents: Iterable[Resident], fronts: Iterable[Front], others: Iterable[Landed]
) -> Iterator[tuple[str, str, str]]:
    """Kind and name of each object, and the place from which it is applied."""
    for each in residents:
        yield each.workload.kind, each.workload.name, place_of(each.path, each.build)
    for front in fronts:
        yield "Service", front.name, place_of(front.path, front.build)
    for other in others:
        for way in other.ways:
            yield other.manifest.kind, other.manifest.name, place_of(other.path, way)


class _File:
    """The objects of one file that somebody may ask for."""

    def __init__(self, path: str, objects: tuple[Landed, ...]) -> None:
        self.path = path
        self.objects = objects

    @cached_property
    def of_namespace(self) -> dict[str, list[Landed]]:
        """By the namespaces that they certainly get into, with the ways on which they do."""
        found: dict[str, list[Landed]] = {}
        for each in self.objects:
            if each.manifest.kind in COUNTED:
                ways = [way for way in each.ways if not way.supplied]
                for name in dict.fromkeys(way.namespace for way in ways if way.namespace):
                    here = tuple(way for way in ways if way.namespace == name)
                    found.setdefault(name, []).append(each._replace(ways=here))
        return found


_ORDERS = frozenset(("Application", "ApplicationSet", "HelmChart", "HelmRelease"))
_NAMESPACES = frozenset(("Namespace",))
_POLICIES = frozenset(("NetworkPolicy",))
_SHOWN = WORKLOADS | {"Service"}
_WIDE = WIDE_ENGINES | GENERATORS
_DECIDING = ENGINES | GENERATORS
"""Kinds that decide about the traffic of pods."""


def _is_open(way: Build) -> bool:
    """Whether nobody can tell into which namespace an object gets that way."""
    return not way.namespace or way.supplied
