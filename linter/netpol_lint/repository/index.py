"""The picture of one repository: made once, piece by piece, and only of what somebody asks for."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import chain

from netpol_lint import discover, parse, processes
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.reading import Reading
from netpol_lint.regex import regex
from netpol_lint.repository import argo, command, delivery, fleet, flux, giver, installation
from netpol_lint.repository.command import ByName, Command
from netpol_lint.repository.delivery import Delivery
from netpol_lint.repository.demonstration import is_demonstration
from netpol_lint.repository.fleet import Bundles
from netpol_lint.repository.giver import Givers
from netpol_lint.repository.installation import Installation
from netpol_lint.repository.kustomize import Graph
from netpol_lint.repository.manifest import TEMPLATE, manifests
from netpol_lint.repository.renderer import Renderers
from netpol_lint.repository.sighting import Sighting, Trait, may_matter, sight
from netpol_lint.repository.tree import MAX_TEXT, STREAM, Tree

_MARKS = flux.MARK, argo.MARK, b".cattle.io"
"""Of the API groups of those who take orders: of Rancher these are a Helm controller and Fleet."""
ORDERS = frozenset(
    ("Application", "ApplicationSet", "GitRepo", "HelmChart", "HelmRelease", "Kustomization")
)
"""Kinds of objects by which Flux, Argo CD, Fleet or a Helm controller is told what to apply."""

_OPENSHIFT = "openshift"
_OPENSHIFT_GROUPS = {
    "DeploymentConfig": ("", "apps.openshift.io"),
    "Route": ("", "route.openshift.io"),
}
"""Kinds that only OpenShift runs, and their API groups; the core one is that of old versions."""
_POLICIES = frozenset(("NetworkPolicy",))
_KIND = regex(r"[\"']?\s*:\s*[\"']?(\w*)")
"""What follows the word `kind` where it is a key; an empty value is written in an unusual way."""
MAX_PATTERNS = 1_000
"""Orders for folders whose names are filled in later; further ones are not looked at."""


class _Scan(NamedTuple):
    """The files with something of interest."""

    orders: list[str]
    commands: list[str]
    installers: list[str]
    sightings: list[Sighting]
    unread: list[str]
    naming: list[str]
    tasks: list[str]


class Index:
    """Everything that is known about one root."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.graph = Graph(self.tree, self._is_ordered)
        self.renderers = Renderers(self.tree)
        self._givers = Givers(self.tree)
        self._sighted: dict[str, Sighting | None] = {}
        self._covering: dict[str, tuple[Delivery, ...]] = {}
        self._objects: dict[str, frozenset[tuple[str, str]]] = {}

    @property
    def complete(self) -> bool:
        """Whether the limits were enough to see everything."""
        _, patterns = self._by_folder
        if len(patterns) >= MAX_PATTERNS or not self.tree.complete or not self.graph.complete:
            return False
        return self._givers.complete

    @cached_property
    def _scan(self) -> _Scan:
        """One pass over all manifests and scripts: nothing of them is kept but what they hold."""
        files = self.tree.files
        count = processes.worthwhile(len(files))
        # Neighbours are alike: dealt out in turn they make shares of the same weight.
        found = processes.share(self._scan_some, [files[start::count] for start in range(count)])
        scan = _Scan(*(sorted(chain.from_iterable(lists)) for lists in zip(*found, strict=True)))
        self._sighted |= dict.fromkeys(filter(self.tree.is_manifest, files))
        self._sighted |= {each.path: each for each in scan.sightings}
        return scan

    def _scan_some(self, files: Sequence[str]) -> _Scan:
        scan = _Scan([], [], [], [], [], [], [])
        for path in files:
            if self.tree.is_manifest(path):
                self._scan_manifest(path, scan)
                continue
            name = path.rpartition("/")[2].lower()
            if name.endswith(command.SUFFIXES) or "." not in name:
                data = self.tree.read(path, MAX_TEXT) or b""
                if any(mark in data for mark in command.MARKS):
                    scan.commands.append(path)
                if any(mark in data for mark in installation.MARKS):
                    scan.installers.append(path)
        return scan

    def _scan_manifest(self, path: str, scan: _Scan) -> None:
        data = self.tree.read(path)
        if data is None or discover.mentions_policy(data):
            scan.naming.append(path)
        if data is None:
            if self._may_hold_pods(path):
                scan.unread.append(path)
            return
        if command.MARK in data:
            scan.commands.append(path)
            scan.installers.append(path)
        elif any(mark in data for mark in installation.OTHER_MARKS):
            scan.installers.append(path)
        sighting = None if discover.is_binary(data) else sight(path, parse.decode(data)[0])
        if sighting is not None:
            scan.sightings.append(sighting)
        if (sighting is None or not sighting.traits) and giver.is_task(path, data):
            scan.tasks.append(path)
        # One character is found several times faster than two.
        is_rendered = b"{" in data and b"{{" in data
        may_order = is_rendered or (sighting is not None and sighting.has(ORDERS))
        if may_order and any(mark in data for mark in _MARKS):
            scan.orders.append(path)

    def _may_hold_pods(self, path: str) -> bool:
        """Whether a file that is too large to be read, or may not be, is likely to matter."""
        data = self.tree.read(path, discover.MAX_BYTES)
        return data is None or may_matter(data)

    @property
    def orders(self) -> tuple[str, ...]:
        """The files with something that Flux, Argo CD or a Helm controller is told."""
        return tuple(self._scan.orders)

    @property
    def unread(self) -> tuple[str, ...]:
        """The manifests that are too large, or may not be read, and may hold workloads."""
        return tuple(self._scan.unread)

    @cached_property
    def _naming(self) -> frozenset[str]:
        return frozenset(self._scan.naming)

    def is_silent(self, path: str) -> bool:
        """Whether a file certainly has no policy in it: it was read, and does not speak of any."""
        return path not in self._naming and self.tree.has(path) and self.tree.is_manifest(path)

    def may_hold(self, kinds: Iterable[str]) -> bool:
        """Whether objects of some kinds may be here.

        Only of a lone text that is told by a glance, for which a `\\` may hide any word: in a
        repository somebody will ask for all objects anyway.
        """
        if self.tree.root is not None:
            return True
        text = self.tree.text(STREAM)
        values = map(_KIND.match, text.split("kind")[1:])
        found = frozenset(value[1] for value in values if value is not None)
        return "\\" in text or "" in found or not found.isdisjoint(kinds)

    @cached_property
    def sightings(self) -> tuple[Sighting, ...]:
        """The manifests with objects in them."""
        return tuple(self._scan.sightings)

    @cached_property
    def is_of_openshift(self) -> bool:
        """Whether the repository says that it is for OpenShift: by a kind, or by names of files."""
        if any(_OPENSHIFT in path.lower() for path in self.tree.files):
            return True
        return any(each.has(("DeploymentConfig",)) for each in self.sightings)

    @cached_property
    def openshift_objects(self) -> tuple[tuple[str, Trait], ...]:
        """The objects of applications that only OpenShift runs, each with its file."""
        return tuple(
            (each.path, trait)
            for each in self.sightings
            for trait in each.traits
            if trait.kind in _OPENSHIFT_GROUPS and trait.group in _OPENSHIFT_GROUPS[trait.kind]
        )

    def sighting(self, path: str) -> Sighting | None:
        """The objects of one file, listed or not; None where there are none."""
        if path not in self._sighted:
            self._sighted[path] = sight(path, self.tree.text(path))
        return self._sighted[path]

    def reading(self, path: str) -> Reading:
        """A file to be read: the one that is kept if it has policies, which are judged too."""
        found = self.sighting(path)
        is_judged = found is not None and found.has(_POLICIES)
        return self.tree.reading(path) if is_judged else Reading(self.tree.text(path))

    def traits(self, path: str) -> tuple[Trait, ...]:
        """What the objects of one file are."""
        found = self.sighting(path)
        return () if found is None else found.traits

    @cached_property
    def deliveries(self) -> tuple[Delivery, ...]:
        """What Flux and Argo CD are told to apply."""
        return tuple(self._deliveries())

    def _deliveries(self) -> Iterator[Delivery]:
        for path, each, is_flux in self._written:
            # A patch upon the order itself may still name the namespace.
            open_end = is_flux and each.overwrites is None
            if open_end and any(build.supplied for build in self.graph.builds(path)):
                yield each._replace(supplied=True)
            else:
                yield each

    @cached_property
    def _written(self) -> tuple[tuple[str, Delivery, bool], ...]:
        """Each order as it is written: its file, and whether it is one of Flux."""
        found: list[tuple[str, Delivery, bool]] = []
        for path in self._scan.orders:
            for manifest in self.tree.manifests(path):
                found += ((path, each, False) for each in argo.deliveries(manifest, path))
                found += ((path, each, False) for each in fleet.deliveries(manifest, path))
                found += ((path, each, True) for each in flux.deliveries(manifest, path))
            text = parse.decode(self.tree.read(path) or b"")[0]
            if TEMPLATE.search(text) is not None:
                why = f"what {path} is rendered to"
                found += ((path, each, False) for each in delivery.of_template(text, True, why))
        return tuple(found)

    def _is_ordered(self, folder: str) -> bool:
        """Whether an order names just this folder."""
        plain, patterns = self._ordered
        if folder in plain or self.bundles.builds(folder):
            return True
        return any(each.takes(folder) for each in patterns)

    @cached_property
    def bundles(self) -> Bundles:
        """What Rancher Fleet deploys."""
        return Bundles(self.tree, self._givers.bundles, self.graph.kustomizations)

    @cached_property
    def _ordered(self) -> tuple[frozenset[str], tuple[Delivery, ...]]:
        """The folders that orders name, and the orders for folders that fit a pattern."""
        orders = [each for _, each, _ in self._written]
        return (
            frozenset(each.folder for each in orders if "*" not in each.folder),
            tuple(each for each in orders if "*" in each.folder),
        )

    def covering(self, folder: str) -> tuple[Delivery, ...]:
        """The orders that apply what lies in `folder`, or the kustomization that stands there.

        A kustomization further up takes over: only what it lists is applied.
        """
        known = self._covering.get(folder)
        if known is None:
            found = list(self._taking(folder))
            above = folder
            while above and self.deliveries:
                above = posixpath.dirname(above)
                if above in self.graph.kustomizations:
                    break
                found += (each for each in self._taking(above) if each.recursive)
            found += self.bundles.covering(folder)
            known = self._covering[folder] = tuple(found)
        return known

    def plainly(self, folder: str) -> tuple[Delivery, ...]:
        """The orders that apply the plain manifests of `folder`, whatever kustomization is there.

        Source: ExplicitType in pkg/apis/application/v1alpha1/types.go of Argo CD.
        """
        found = [each for each in self._taking(folder) if each.raw]
        found += self.bundles.plainly(folder)
        while folder:
            folder = posixpath.dirname(folder)
            found += (each for each in self._taking(folder) if each.raw and each.recursive)
        return tuple(found)

    def _taking(self, folder: str) -> Iterator[Delivery]:
        plain, patterns = self._by_folder
        yield from plain.get(folder, ())
        yield from (each for each in patterns if each.takes(folder))

    @cached_property
    def _by_folder(self) -> tuple[dict[str, list[Delivery]], list[Delivery]]:
        plain: dict[str, list[Delivery]] = {}
        for each in self.deliveries:
            if "*" not in each.folder:
                plain.setdefault(each.folder, []).append(each)
        patterns = [each for each in self.deliveries if "*" in each.folder]
        return plain, patterns[:MAX_PATTERNS]

    @cached_property
    def charts(self) -> dict[str, tuple[str, ...]]:
        """The folder of a chart -> the namespaces that Flux installs it into."""
        found: dict[str, dict[str, None]] = {}
        for path in self._scan.orders:
            for manifest in self.tree.manifests(path):
                for folder, namespace in flux.charts(manifest):
                    found.setdefault(folder, {})[namespace] = None
        return {folder: tuple(names) for folder, names in found.items()}

    @property
    def commands(self) -> tuple[Command, ...]:
        """The commands of scripts, Makefiles, CI files and READMEs that name a namespace."""
        return tuple(each for each in self.all_commands if each.placed)

    @cached_property
    def all_commands(self) -> tuple[Command, ...]:
        """The commands of scripts, Makefiles, CI files and READMEs that apply something."""
        found: list[Command] = []
        for path in self._scan.commands:
            data = self.tree.read(path) or b""
            if not discover.is_binary(data):
                found += command.all_commands(parse.decode(data)[0], path)
            if len(found) > command.MAX_COMMANDS:
                break
        return tuple(found)

    @cached_property
    def _told(self) -> tuple[Command, ...]:
        """What tools are told in files of their own."""
        return (*self._givers.replacing, *self._givers.filling(self._scan.tasks))

    def unseen(self) -> Iterator[tuple[str | None, str]]:
        """The namespaces into which tools bring what no file shows, and the files that say so."""
        for bundle in self.bundles:
            yield from ((name, bundle.path) for name in bundle.unseen)
        yield from self._givers.unseen(self._scan.tasks)

    @cached_property
    def _rewritten(self) -> tuple[frozenset[str], tuple[str, ...]]:
        """The names of files that scripts replace something in, and patterns for such names."""
        names: set[str] = set()
        for path in self._scan.commands:
            data = self.tree.read(path, MAX_TEXT) or b""
            if not discover.is_binary(data):
                words = command.rewritten(parse.decode(data)[0])
                names.update(posixpath.basename(word) for word in words)
            if len(names) > command.MAX_COMMANDS:
                break
        patterns = sorted(
            name for name in names if "*" in name and name.endswith(discover.SUFFIXES)
        )
        return frozenset(names), tuple(patterns[: command.MAX_VAGUE])

    def is_rewritten(self, path: str) -> bool:
        """Whether a script may replace something in the file before it is applied."""
        names, patterns = self._rewritten
        name = posixpath.basename(path)
        return name in names or any(fnmatchcase(name, pattern) for pattern in patterns)

    @cached_property
    def installations(self) -> tuple[Installation, ...]:
        """The lines of scripts, Makefiles, CI files and READMEs that bring pods unseen."""
        found: list[Installation] = []
        for path in self._scan.installers:
            data = self.tree.read(path, MAX_TEXT) or b""
            if not discover.is_binary(data):
                found += installation.installations(parse.decode(data)[0], path)
            if len(found) > installation.MAX_INSTALLATIONS:
                break
        return tuple(found)

    def commands_for(self, targets: Sequence[str]) -> Iterator[Command]:
        """The commands that apply one of these files or folders."""
        return self._by_name.of(targets)

    def all_commands_for(self, targets: Sequence[str]) -> Iterator[Command]:
        """The same, with those that name no namespace."""
        return self._all_by_name.of(targets)

    def told_of(self, path: str, root: str | None, *, is_stated: bool) -> Iterable[Command]:
        """What tools are told about the namespace of a file, or of the build of it in `root`.

        If it has one they have to replace it.
        """
        by_name = self._replacing_by_name if is_stated else self._told_by_name
        if not by_name:
            return ()
        targets = (path, posixpath.dirname(path)) if root is None else (path, root)
        # Of a folder that is built nobody gets what is not listed.
        return (each for each in by_name.of(targets) if each.plain or root is not None)

    @cached_property
    def _by_name(self) -> ByName:
        return ByName(self.commands)

    @cached_property
    def _all_by_name(self) -> ByName:
        return ByName((*self.all_commands, *self._told))

    @cached_property
    def _told_by_name(self) -> ByName:
        return ByName(each for each in self._told if each.placed)

    @cached_property
    def _replacing_by_name(self) -> ByName:
        return ByName(each for each in self._givers.replacing if each.overwrites)

    def objects(self, path: str) -> frozenset[tuple[str, str]]:
        """Kind and name of all objects of a file."""
        known = self._objects.get(path)
        if known is None:
            reading = self.reading(path)
            found = manifests(reading.text, reading.document)
            known = self._objects[path] = frozenset((each.kind, each.name) for each in found)
        return known

    def releases_of(self, chart: str) -> tuple[str, ...]:
        """The namespaces into which the chart in a folder is installed, as far as is known."""
        found = dict.fromkeys(self.charts.get(chart, ()))
        found |= dict.fromkeys(
            each.overwrites or each.fills or ""
            for each in self.covering(chart)
            if each.folder == chart
        )
        return tuple(found)

    @cached_property
    def states_namespaces(self) -> bool:
        """Whether anything but a demonstration names a namespace, other than the default one."""
        if any(each.namespace for each in self.graph.kustomizations.values()):
            return True
        return any(
            trait.names_a_namespace
            for sighting in self.sightings
            if not is_demonstration(sighting.path)
            for trait in sighting.traits
        )
