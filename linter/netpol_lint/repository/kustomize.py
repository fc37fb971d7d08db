"""The kustomizations of a repository as a graph: what is built from what, and into where."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import chain

from netpol_lint import processes
from netpol_lint.answer import Answer
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.repository.kustomization import FILE_NAMES, Kustomization, read
from netpol_lint.repository.transformation import (
    ANYTHING,
    NO_EFFECT,
    NOTHING,
    Effect,
    Patch,
    Place,
    Transformation,
    in_order,
)
from netpol_lint.repository.transformer import (
    MAX_BYTES,
    effect_of,
    is_relevant_configuration,
    load,
)
from netpol_lint.repository.tree import Tree

MAX_KUSTOMIZATIONS = 20_000
MAX_EDGES = 200_000
MAX_STATES = 20_000
"""Ways upwards that are followed from one folder."""
MAX_WAYS = 2_000_000
"""Ways upwards that are followed from all folders together."""
MAX_MEMBERS = 5_000
"""Files of one build that are looked at."""

_SHARED = frozenset(("base", "bases", "common", "component", "components", "shared"))
"""Folders whose kustomizations are there to be built upon."""
_AS_RESOURCE = -1
_Read = tuple[Kustomization, Effect]
"""A kustomization, and what it says that it does to what it builds."""


class Build(NamedTuple):
    """What one root kustomization makes of a file."""

    root: str | None
    """The folder of the root kustomization; None where none builds it."""
    namespace: str | None
    """None where it gives none; the empty text where it is filled in later."""
    supplied: bool
    """Whether somebody outside the readable text decides."""
    why: str
    place: Place | None = None
    """Where the namespace stands, if a kustomization or an order gives it."""
    done: Transformation = NOTHING
    """What happens to the objects on the way."""
    movers: tuple[Patch, ...] = ()
    """Patches that may write another namespace into single objects, after all of that."""
    unmoved: Build | None = None
    """The same build for an object that none of `movers` touches, where there are some."""

    def of(self, kind: str, name: str, group: str | None, namespace: str | None) -> Build:
        """The same build for one object of the file, called by what its file says about it."""
        if self.unmoved is None:
            return self
        touching = (patch.touches(kind, name, group, namespace) for patch in self.movers)
        return self if any(each is not Answer.REFUTED for each in touching) else self.unmoved


class Contents(NamedTuple):
    """What a build consists of."""

    files: tuple[str, ...]
    closed: bool
    """Whether these files are all of it: nothing remote or unreadable, no charts, no plugins."""
    charts: bool
    """Whether it renders Helm charts."""


class Graph:
    """All kustomizations below one root. Nothing is read before the first question."""

    def __init__(self, tree: Tree, is_ordered: Callable[[str], bool] = lambda _: False) -> None:
        self._tree = tree
        self._is_ordered = is_ordered
        """Whether Flux or Argo CD is told to build a folder: one more root, if it is none."""
        self._stated: dict[str, Effect] = {}
        """What the kustomization of a folder says that it does to what it builds."""
        self._effects: dict[str, Effect] = {}
        self._applied: dict[str, Effect] = {}
        self._edges: dict[str, list[Effect]] = {}
        self._ways: dict[str, tuple[tuple[str, Effect], ...]] = {}
        self._builds: dict[tuple[tuple[str, int], ...], tuple[Build, ...]] = {}
        """By the kustomizations that list a file: most files share them with their neighbours."""
        self._sequences: dict[str, dict[str, int]] = {}
        self.complete = True
        """Whether the limits were enough to see everything."""

    @cached_property
    def kustomizations(self) -> dict[str, Kustomization]:
        """By folder."""
        paths: dict[str, str] = {}
        for path in self._tree.files:
            folder, _, name = path.rpartition("/")
            if name in FILE_NAMES:
                paths.setdefault(folder, path)
        row = list(paths.items())[:MAX_KUSTOMIZATIONS]
        count = processes.worthwhile(len(row))
        shares = [row[start::count] for start in range(count)]
        read = dict(chain.from_iterable(processes.share(self._read_some, shares)))
        found: dict[str, Kustomization] = {}
        edges = 0
        for folder in paths:
            if len(found) >= MAX_KUSTOMIZATIONS or edges >= MAX_EDGES:
                self.complete = False
                break
            found[folder], self._stated[folder] = read[folder]
            edges += found[folder].edges
        return found

    def _read_some(self, row: Sequence[tuple[str, str]]) -> list[tuple[str, _Read]]:
        """Some kustomizations by their folders, up to where their edges alone are too many."""
        found: list[tuple[str, _Read]] = []
        edges = 0
        for folder, path in row:
            if edges >= MAX_EDGES:
                break
            written = load(self._tree, path)
            kustomization = read(self._tree, folder, written)
            effect = NO_EFFECT
            if kustomization.transforms:
                effect = effect_of(self._tree, folder, written)
            found.append((folder, (kustomization, effect)))
            edges += kustomization.edges
        return found

    @cached_property
    def _parents(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """A file or folder -> the kustomizations that build upon it, and as which component."""
        parents: dict[str, dict[tuple[str, int], None]] = {}
        for folder, kustomization in self.kustomizations.items():
            for child in kustomization.resources:
                parents.setdefault(child, {})[folder, _AS_RESOURCE] = None
            for position, child in enumerate(kustomization.components):
                parents.setdefault(child, {})[folder, position] = None
        return {child: tuple(found) for child, found in parents.items()}

    @cached_property
    def _order(self) -> dict[str, int]:
        """The folders that can be built, each behind all that it builds upon, by their number.

        Who contains a circle somewhere below is missing: kustomize refuses to build it.
        """
        waiting = {
            folder: len(
                [
                    child
                    for child in dict.fromkeys(each.resources + each.components)
                    if child in self.kustomizations
                ]
            )
            for folder, each in self.kustomizations.items()
        }
        ready = [folder for folder, count in waiting.items() if not count]
        order: dict[str, int] = {}
        while ready:
            folder = ready.pop()
            order[folder] = len(order)
            for parent in dict.fromkeys(parent for parent, _ in self._parents.get(folder, ())):
                waiting[parent] -= 1
                if not waiting[parent]:
                    ready.append(parent)
        return order

    @cached_property
    def _followed(self) -> frozenset[str]:
        """The folders from which there are not too many ways upwards."""
        counts: dict[str, int] = {}
        left = MAX_WAYS
        for folder in reversed(self._order):
            above = [parent for parent, _ in self._parents.get(folder, ()) if parent in self._order]
            count = sum(counts.get(parent, MAX_STATES + 1) for parent in above) or 1
            if count <= MAX_STATES and count <= left:
                counts[folder] = count
                left -= count
        return frozenset(counts)

    @cached_property
    def _configured(self) -> frozenset[str]:
        """The folders in whose builds labels, names and namespaces may be led elsewhere.

        What a base configures holds for all that is built upon it too.
        Source: MergeAccumulator in api/internal/accumulator/resaccumulator.go.
        """
        pending = [folder for folder, each in self.kustomizations.items() if self._configures(each)]
        found = set(pending)
        while pending:
            for parent, _ in self._parents.get(pending.pop(), ()):
                if parent not in found:
                    found.add(parent)
                    pending.append(parent)
        return frozenset(found)

    def _configures(self, kustomization: Kustomization) -> bool:
        texts = (self._tree.read(path, MAX_BYTES) for path in kustomization.configurations)
        return any(text is None or is_relevant_configuration(text) for text in texts)

    @cached_property
    def _fragments(self) -> dict[str, str]:
        """A patch file -> the kustomization that applies it."""
        return {
            fragment: kustomization.path
            for kustomization in self.kustomizations.values()
            for fragment in kustomization.fragments
        }

    @cached_property
    def _mentioned(self) -> frozenset[str]:
        return frozenset().union(*(each.mentioned for each in self.kustomizations.values()))

    def patched_by(self, path: str) -> str | None:
        """The kustomization for which the file is a patch."""
        return self._fragments.get(path)

    def refers_to(self, path: str) -> bool:
        """Whether any kustomization refers to the file, in whatever role."""
        mentioned = self._mentioned
        if path in mentioned:
            return True
        while path:
            path = path.rpartition("/")[0]
            if path in mentioned and path not in self.kustomizations:
                return True
        return False

    def template_above(self, folder: str) -> str | None:
        """The nearest kustomization in `folder` or above it, if it is rendered first."""
        while folder not in self.kustomizations:
            if not folder:
                return None
            folder = folder.rpartition("/")[0]
        nearest = self.kustomizations[folder]
        return nearest.path if nearest.is_template else None

    def builds(self, path: str) -> tuple[Build, ...]:
        """What each root kustomization that reaches the file makes of it."""
        parents = self._parents.get(path, ())
        known = self._builds.get(parents)
        if known is None:
            # If kustomize refuses them all, each is asked alone.
            built = [each for each in parents if each[0] in self._order] or parents
            found: dict[Build, None] = {}
            for folder, position in built:
                found |= dict.fromkeys(self._upward(folder, position))
            known = self._builds[parents] = tuple(found)
        return known

    def builds_upon(self, folder: str) -> tuple[Build, ...]:
        """What each root makes of that which the kustomization in `folder` brings itself."""
        return tuple(dict.fromkeys(self._upward(folder, _AS_RESOURCE)))

    def _upward(self, folder: str, position: int) -> Iterator[Build]:
        if folder not in self._order:
            yield self._at_root(folder, self._own(folder))
            return
        if folder not in self._followed:
            why = "more kustomizations than can be followed"
            yield Build(folder, None, True, why, done=ANYTHING)
            return
        start = self._edge(folder, position)
        for root, effect in self._above(folder):
            yield self._at_root(root, start.then(effect))

    def _above(self, start: str) -> tuple[tuple[str, Effect], ...]:
        """Every root above a folder, with what happens between the two."""
        pending = [start]
        while pending:
            folder = pending[-1]
            parents = [each for each in self._parents.get(folder, ()) if each[0] in self._order]
            missing = [parent for parent, _ in parents if parent not in self._ways]
            if folder in self._ways or not missing:
                pending.pop()
            if folder in self._ways:
                continue
            if missing:
                pending += missing
                continue
            ways: dict[tuple[str, Effect], None] = {}
            for parent, position in parents:
                edge = self._edge(parent, position)
                for root, effect in self._ways[parent]:
                    ways[root, edge.then(effect)] = None
            if not parents or self._is_ordered(folder):
                ways[folder, NO_EFFECT] = None
            self._ways[folder] = tuple(ways)
        return self._ways[start]

    def _edge(self, folder: str, position: int) -> Effect:
        """What a kustomization does to what it builds from a resource, or from a component.

        Its components come one after the other, each upon all that was gathered before it, and its
        own transformers come last. Source: accumulateTarget in api/internal/target/kusttarget.go.
        """
        known = self._edges.get(folder)
        if known is None:
            known = [self._own(folder)]
            for component in reversed(self.kustomizations[folder].components):
                known.append(self._of_component(component).then(known[-1]))
            known.reverse()
            self._edges[folder] = known
        return known[position + 1]

    def _of_component(self, start: str) -> Effect:
        """What a component does to what was gathered before it."""
        pending = [start]
        while pending:
            folder = pending[-1]
            known = self.kustomizations.get(folder)
            nested = () if known is None else known.components
            missing = [each for each in nested if each not in self._applied]
            if missing and folder not in self._applied:
                pending += missing
                continue
            pending.pop()
            if folder not in self._applied:
                effects = [self._applied[each] for each in nested]
                own = Effect(done=ANYTHING) if known is None else self._own(folder)
                self._applied[folder] = in_order((*effects, own))
        return self._applied[start]

    def _own(self, folder: str) -> Effect:
        known = self._effects.get(folder)
        if known is None:
            kustomization = self.kustomizations[folder]
            known = self._stated[folder]
            if kustomization.opaque:
                why = f"a component of {kustomization.path} that is not in this repository"
                known = Effect(None, None, True, why, ANYTHING).then(known)
            if folder in self._configured:
                known = known.then(Effect(done=ANYTHING))
            self._effects[folder] = known
        return known

    def _at_root(self, folder: str, effect: Effect) -> Build:
        kustomization = self.kustomizations[folder]
        if kustomization.signature is not None:
            signed = Transformation(label_pairs=(kustomization.signature,))
            effect = effect.then(Effect(done=signed))
        movers = effect.movers
        supplied, why = effect.supplied, effect.why
        if not effect.namespace and not supplied:
            if kustomization.is_component:
                why = f"the build that uses the component {kustomization.path}"
                supplied = True
            elif not _SHARED.isdisjoint(folder.split("/")[-2:]):
                why = f"the builds upon {kustomization.path}"
                supplied = True
        build = Build(folder, effect.namespace, supplied, why, effect.place, effect.done)
        if movers and not supplied:
            why = f"a patch of {movers[-1].path} writes a namespace"
            return build._replace(supplied=True, why=why, movers=movers, unmoved=build)
        return build

    def members(self, root: str) -> tuple[tuple[str, ...], bool, bool, bool]:
        """What a build consists of: its files; whether all of it can be read; whether it makes
        objects itself; whether a kustomization in it gives a namespace."""
        files, parts, whole = self._below(root)
        return (
            files,
            whole and all(each.closed for each in parts),
            any(each.generates for each in parts),
            any(each.namespace is not None for each in parts),
        )

    def contents(self, root: str) -> Contents:
        """What a build consists of, and whether that is all."""
        files, parts, whole = self._below(root)
        closed = whole and all(
            each.closed and not each.opaque and not each.plugged for each in parts
        )
        return Contents(files, closed, any(each.inflates for each in parts))

    def sequence(self, root: str) -> dict[str, int]:
        """The files of a build, each with its place in the order in which they are gathered.

        Source: accumulateTarget in api/internal/target/kusttarget.go.
        """
        known = self._sequences.get(root)
        if known is not None:
            return known
        files = self._sequences[root] = {}
        pending, seen = [root], set[str]()
        while pending and len(files) < MAX_MEMBERS:
            path = pending.pop()
            kustomization = self.kustomizations.get(path)
            if kustomization is None:
                files.setdefault(path, len(files))
            elif path not in seen:
                seen.add(path)
                pending += reversed((*kustomization.resources, *kustomization.components))
        return files

    def _below(self, root: str) -> tuple[tuple[str, ...], list[Kustomization], bool]:
        """The files of a build, its kustomizations, and whether these are all."""
        files: dict[str, None] = {}
        parts: list[Kustomization] = []
        pending, seen = [root], {root}
        while pending:
            kustomization = self.kustomizations[pending.pop()]
            parts.append(kustomization)
            for child in (*kustomization.resources, *kustomization.components):
                if child not in self.kustomizations:
                    files[child] = None
                elif child not in seen:
                    seen.add(child)
                    pending.append(child)
            if len(files) > MAX_MEMBERS:
                return tuple(files)[:MAX_MEMBERS], parts, False
        return tuple(files), parts, True
