"""Who lives where: the workloads, Services and policies of a repository, by namespace.

A namespace is looked at when somebody asks for it, and only the files that mention it, or that a
build brings there, are read for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from itertools import chain, islice
from typing import Any, TypeVar

from netpol_lint import policy as policies
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.policy import Policy
from netpol_lint.repository import entrance, outcome, service, workload
from netpol_lint.repository.entrance import Entrance
from netpol_lint.repository.environment import is_scattered
from netpol_lint.repository.index import Index
from netpol_lint.repository.kustomize import Build
from netpol_lint.repository.landing import Landings
from netpol_lint.repository.manifest import WORKLOADS, Manifest, at, manifests
from netpol_lint.repository.opening import Opening, openings
from netpol_lint.repository.resident import Foreigner, Front, Population, Resident, Sibling
from netpol_lint.repository.roll import Roll
from netpol_lint.repository.sighting import Sighting
from netpol_lint.repository.workload import Labels

T = TypeVar("T")

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
        """The labels of each Namespace object, by its name: several for several clusters.

        Where some of them are filled in later they tell nothing: then the object is not counted.
        """
        found: dict[str, list[Labels]] = {}
        for path in self._with(b"Namespace"):
            for each in self._landed(path, ("Namespace",)):
                labels = workload.known(at(each.manifest.root, "metadata", "labels"))
                for way in each.ways:
                    after = None if labels is None else outcome.namespace_labels(labels, way)
                    renamed = way.namespace if way.root is not None else None
                    carried = found.setdefault(renamed or each.manifest.name, [])
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
    def workloads(self) -> tuple[Resident, ...]:
        """All workloads of the repository, once for each way in which they reach a cluster."""
        paths = (each.path for each in self._index.sightings if each.makes_pods)
        return tuple(
            resident
            for path in islice(paths, MAX_FILES)
            for each in self._landed(path, WORKLOADS)
            for resident in _residents(each, each.ways)
        )

    @cached_property
    def udp_ports(self) -> frozenset[int]:
        """The ports that any workload of the repository declares for UDP."""
        paths = (each.path for each in self._index.sightings if each.udp)
        return frozenset(
            port.number
            for path in islice(paths, MAX_FILES)
            for each in self._landed(path, WORKLOADS)
            for port in workload.read(each.manifest, path).ports or ()
            if port.protocol == "UDP"
        )

    @cached_property
    def cluster_ips(self) -> dict[str, Front]:
        """The Services of the repository that state an address, by it."""
        return {
            address: front
            for path in self._with(b"Service")
            if b"clusterIP" in (self._index.tree.read(path) or b"")
            for each in self._landed(path, ("Service",))
            for front in _fronts(each, each.ways)
            for address in front.service.addresses
        }

    @cached_property
    def entrances(self) -> tuple[tuple[str, Entrance], ...]:
        """What leads traffic from outside to Services, with the namespace it lies in."""
        return tuple(
            (way.namespace, found)
            for path in self._index.entrances[:MAX_FILES]
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
        """All policies of the repository, each of them once and read afresh."""
        for path in islice(self._with(b"NetworkPolicy"), MAX_FILES):
            for each in self._landed(path, ("NetworkPolicy",)):
                if policies.is_policy(each.manifest.root):
                    yield policies.read(each.manifest.text, each.manifest.root)

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
            (*self._clusterwide, *chain.from_iterable(map(_foreigners, here))),
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
        return tuple(
            found
            for path in self._with(b"NetworkPolicy")
            for each in self._landed(path, _WIDE_ENGINES | _GENERATORS)
            for found in _foreigners(each)
        )

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
        """The objects of a file, fresh: what nobody keeps of them is forgotten."""
        for manifest in manifests(self._index.tree.text(path)):
            if manifest.kind in kinds:
                own = manifest.namespace or ("" if manifest.states else None)
                ways = tuple(
                    way
                    for way in self._landings.of(path, own)
                    if not outcome.is_deleted(manifest, way)
                )
                yield _Landed(manifest, path, ways)


_ORDERS = frozenset(("Application", "ApplicationSet", "HelmChart", "HelmRelease"))
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
