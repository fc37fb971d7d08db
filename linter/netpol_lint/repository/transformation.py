"""What a build does to an object on its way: labels, names, patches, and the namespace.

Facts are read off kustomize itself (api v0.21.2); the modules that read kustomizations name the
files. All of it can be put together: what a base does, then what the overlay upon it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce

from netpol_lint.answer import Answer
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.repository.target import Target, any_of
from netpol_lint.scalar import Value
from netpol_lint.span import Span

MAX_PAIRS = 100
"""Labels that one way may add."""
MAX_PATCHES = 200
"""Patches that one way may meet."""
MAX_NAMES = 20
"""Names that one object may have on its way."""

WITH_TEMPLATE = {
    "CronJob": "batch",
    "DaemonSet": "",
    "Deployment": "",
    "Job": "batch",
    "ReplicaSet": "",
    "ReplicationController": "",
    "StatefulSet": "apps",
}
"""Kinds in whose pod templates kustomize knows the labels, with the group if it insists on one.

Source: api/internal/konfig/builtinpluginconsts/metadatalabels.go."""
_NEVER_RENAMED = frozenset(("APIService", "CustomResourceDefinition", "Namespace"))
"""Source: api/internal/builtins/PrefixTransformer.go and SuffixTransformer.go."""


_LABELS = tuple(
    tuple(place.split("/"))
    for place in (
        "metadata/labels",
        "spec/podSelector",
        "spec/ingress/*/from",
        "spec/egress/*/to",
        "spec/selector",
        "spec/volumeClaimTemplates",
        "spec/jobTemplate/metadata",
        *(
            f"{template}/{field}"
            for template in ("spec/template", "spec/jobTemplate/spec/template")
            for field in ("metadata", "spec/affinity", "spec/topologySpreadConstraints")
        ),
    )
)
"""Where kustomize writes labels."""
_NAMESPACES = (("metadata", "namespace"), ("spec", "targetNamespace"))
"""Where objects say which namespace they, or what an order of Flux applies, go into."""


class Place(NamedTuple):
    """A stretch of a file of the repository."""

    path: str
    span: Span
    """In the text of that file."""


class Pair(NamedTuple):
    """One label that a kustomization adds."""

    key: str
    value: str
    path: str
    """The kustomization."""
    span: Span
    """The key, in the text of that file."""
    unknown: bool = False
    """Whether the value is not known, because something fills it in or writes over it later."""
    kind: str = ""
    """The one kind of object that gets it; empty where all do that kustomize knows."""


Path = tuple[str, ...]
"""The way to a field; `*` stands for the items of a list."""
Around = tuple[str, str]
"""What stands before a name, and behind it."""
_AS_IT_IS: tuple[Around, ...] = (("", ""),)
Told = tuple[Path, Value]
"""A field and the plain value that is written into it; None where the value is another one."""


class Telling(NamedTuple):
    """What one patch writes into an object, at or around a field."""

    told: tuple[Told, ...]
    path: str
    """The kustomization."""
    span: Span
    """The item, in the text of that file."""


class Patch(NamedTuple):
    """Something that may change an object on its way: a patch, or a target of a replacement."""

    path: str
    """The kustomization."""
    span: Span
    """The item, in the text of that file."""
    target: Target
    fields: tuple[Path, ...] | None = None
    """All fields that it writes; None where that cannot be seen, or is told by `sketch`."""
    deletes: bool = False
    """Whether it takes the object out of the build."""
    names: tuple[Around, ...] = _AS_IT_IS
    """The prefixes and suffixes under which the object is known where the patch is applied."""
    values: tuple[Value, ...] = ()
    """The plain value that each of these fields gets; None for all others."""
    sketch: Callable[[Path], bool] | None = None
    """Tells whether a patch, the fields of which were not counted, may write one of them."""
    told_later: Callable[[], tuple[Told, ...]] | None = None
    """Counts the fields of such a patch."""

    upon_labels: bool = False
    """Whether labels were written into selectors or templates before it is applied."""

    def touches(self, kind: str, name: str, group: str | None, namespace: str | None) -> Answer:
        """Whether it changes the object. What is None is not known, and may be anything."""
        called = [before + name + after for before, after in self.names]
        found = self.target.fits(kind, called, group, namespace)
        # Some patches are sought by every name the object has had, most by the two at the ends.
        if found is Answer.PROVEN and len(called) > 2:
            ends = self.target.fits(kind, (called[0], called[-1]), group, namespace)
            return found if ends is Answer.PROVEN else Answer.UNKNOWN
        return found

    def writes(self, *path: str) -> bool:
        """Whether it may write the field at `path`, something in it, or something around it.

        Labels that kustomize writes into several places are one node of YAML: who changes them in
        one of the places changes them in all.
        """
        if self.deletes or self._reaches(path):
            return True
        if not self.upon_labels or not _gets_labels(path):
            return False
        return any(self._reaches(place) for place in _LABELS)

    def tells(self, *path: str) -> Telling | None:
        """What it writes in or around the field at `path`; None where that cannot be seen."""
        if self.deletes or (self.upon_labels and _gets_labels(path)):
            return None
        if self.told_later is not None:
            told = self.told_later()
        elif self.fields is None:
            return None
        else:
            told = tuple(zip(self.fields, self.values or (None,) * len(self.fields), strict=True))
        found = tuple(each for each in told if overlap(each[0], path))
        return Telling(found, self.path, self.span)

    def _reaches(self, path: Path) -> bool:
        if self.sketch is not None:
            return self.sketch(path)
        return self.fields is None or any(overlap(field, path) for field in self.fields)


class Transformation(NamedTuple):
    """Everything that happens to the objects of a file between the file and the end of a build."""

    selector_pairs: tuple[Pair, ...] = ()
    """Labels that are written into selectors, in the order of their application; a key appears
    once, with the value that stays.

    In a NetworkPolicy they go into `matchLabels` of `spec.podSelector` and of the podSelector of
    every peer, and replace an equal key. They go into `matchLabels: {}` too, but neither into a
    selector without `matchLabels` nor into `matchLabels: null`; a namespaceSelector stays as it
    is. A Service gets them into its `spec.selector`, even if it had none.
    Source: api/internal/konfig/builtinpluginconsts/commonlabels.go."""
    template_pairs: tuple[Pair, ...] = ()
    """Labels that are written into pod templates; see `pod_pairs`."""
    label_pairs: tuple[Pair, ...] = ()
    """Labels that are written into `metadata.labels` of every object, namespaces included, unless
    they are for one kind only."""
    prefix: str = ""
    suffix: str = ""
    """What is put around names, the outermost outside."""
    renames: bool = False
    """Whether something changes names in a way that cannot be foreseen."""
    patches: tuple[Patch, ...] = ()
    """In the order of their application."""
    unclear: bool = False
    """Whether something cannot be read that may change anything: labels, selectors, names."""
    names: tuple[Around, ...] = _AS_IT_IS
    """All prefixes and suffixes on the way, from the name in the file to the last one."""

    def __reduce__(self) -> str | tuple[object, ...]:
        """Nothing is one and the same in all processes: it is sent by its name."""
        return "NOTHING" if self is NOTHING else (Transformation, tuple(self))

    def then(self, after: Transformation) -> Transformation:
        """This one first, and `after` upon what it leaves."""
        if after is NOTHING or self is NOTHING:
            return self if after is NOTHING else after
        whole = _whole(self, after)
        patches = after.patches
        if self.names != _AS_IT_IS:
            # A patch may call an object by any of the names that it had so far.
            patches = tuple(each._replace(names=self._known_as(each.names)) for each in patches)
        if self.selector_pairs or self.template_pairs:
            patches = tuple(each._replace(upon_labels=True) for each in patches)
        return whole._replace(
            prefix=after.prefix + self.prefix,
            suffix=self.suffix + after.suffix,
            patches=(*self.patches, *patches),
            names=self._known_as(after.names),
        )._bounded()

    def _known_as(self, later: tuple[Around, ...]) -> tuple[Around, ...]:
        """The names up to here, and `later` ones upon the last of them."""
        if later == _AS_IT_IS:
            return self.names
        upon = ((outer + self.prefix, self.suffix + after) for outer, after in later)
        return tuple(dict.fromkeys((*self.names, *upon)))

    def _bounded(self) -> Transformation:
        size = max(map(len, (self.selector_pairs, self.template_pairs, self.label_pairs)))
        if size > MAX_PAIRS or len(self.patches) > MAX_PATCHES or len(self.names) > MAX_NAMES:
            return ANYTHING
        return self

    def pod_pairs(self, kind: str, group: str) -> tuple[Pair, ...]:
        """The labels that the pods of a workload of this kind are given."""
        if kind == "Pod":
            return tuple(pair for pair in self.label_pairs if pair.kind in ("", kind))
        wanted = WITH_TEMPLATE.get(kind)
        if wanted is None or wanted not in ("", group):
            return tuple(pair for pair in self.template_pairs if pair.kind == kind)
        return tuple(pair for pair in self.template_pairs if pair.kind in ("", kind))

    def name_of(
        self, kind: str, name: str, group: str | None = None, namespace: str | None = None
    ) -> str | None:
        """What an object is called in the end; None where that is not known."""
        if self.renames or self._may_patch(kind, name, ("metadata", "name"), group, namespace):
            return None
        return name if kind in _NEVER_RENAMED else self.prefix + name + self.suffix

    def may_touch(
        self, kind: str, name: str, group: str | None = None, namespace: str | None = None
    ) -> Answer:
        """Whether a patch changes an object, called by what its file says about it."""
        if self.unclear:
            return Answer.UNKNOWN
        return any_of(patch.touches(kind, name, group, namespace) for patch in self.patches)

    def may_change(
        self,
        kind: str,
        name: str,
        path: Path,
        group: str | None = None,
        namespace: str | None = None,
    ) -> bool:
        """Whether anything but the known labels and names may change the field at `path`."""
        return self.unclear or self._may_patch(kind, name, path, group, namespace)

    def _may_patch(
        self, kind: str, name: str, path: Path, group: str | None, namespace: str | None
    ) -> bool:
        return any(
            patch.touches(kind, name, group, namespace) is not Answer.REFUTED
            and patch.writes(*path)
            for patch in self.patches
        )

    def tells(
        self, kind: str, name: str, path: Path, group: str | None, namespace: str | None
    ) -> tuple[Telling, ...] | None:
        """What the patches write in or around the field at `path`; None where one cannot tell."""
        found: list[Telling] = []
        for patch in () if self.unclear else self.patches:
            touches = patch.touches(kind, name, group, namespace)
            if touches is Answer.REFUTED or not patch.writes(*path):
                continue
            telling = patch.tells(*path) if touches is Answer.PROVEN else None
            if telling is None:
                return None
            found.append(telling)
        return None if self.unclear else tuple(found)

    def deletes(
        self, kind: str, name: str, group: str | None = None, namespace: str | None = None
    ) -> Answer:
        """Whether a patch takes an object out of the build."""
        if self.unclear:
            return Answer.UNKNOWN
        return any_of(
            patch.touches(kind, name, group, namespace) for patch in self.patches if patch.deletes
        )


NOTHING = Transformation()
"""Nothing happens."""
UNCLEAR = Transformation(unclear=True)
"""Nobody can tell what happens to labels and selectors."""
ANYTHING = Transformation(renames=True, unclear=True)
"""Nobody can tell what happens at all."""


def _whole(first: Transformation, after: Transformation) -> Transformation:
    """What does not depend on the order of names."""
    return Transformation(
        selector_pairs=_merged(first.selector_pairs, after.selector_pairs, after.label_pairs),
        template_pairs=_merged(first.template_pairs, after.template_pairs, after.label_pairs),
        label_pairs=_merged(first.label_pairs, after.label_pairs, ()),
        renames=first.renames or after.renames,
        unclear=first.unclear or after.unclear,
    )


def _merged(
    first: tuple[Pair, ...], after: tuple[Pair, ...], labels: tuple[Pair, ...]
) -> tuple[Pair, ...]:
    """The pairs that are left of two steps; `labels` are those that the second writes anywhere.

    Kustomize writes one node of YAML into all places that get a label at once. If a later step
    gives the same label to some of them, the others may change with them, and may not.
    Source: SetEntry in api/filters/filtersutil/setters.go, FieldSetter in kyaml/yaml/fns.go.
    """
    if not first or not (after or labels):
        return first or after
    replaced = {(pair.key, pair.kind) for pair in after}
    shared = {pair.key: pair.value for pair in labels}
    left = (pair for pair in first if (pair.key, pair.kind) not in replaced)
    return (
        *(
            pair if shared.get(pair.key, pair.value) == pair.value else pair._replace(unknown=True)
            for pair in left
        ),
        *after,
    )


def overlap(field: Path, path: Path) -> bool:
    """Whether one of two fields is the other, or around it."""
    return all(one == other or "*" in (one, other) for one, other in zip(field, path, strict=False))


def _gets_labels(path: Path) -> bool:
    return any(overlap(place, path) for place in _LABELS)


class Effect(NamedTuple):
    """What one stretch of the way does, the namespace included."""

    namespace: str | None = None
    """What it gives to everything; the empty text where it is filled in later."""
    place: Place | None = None
    """Where the namespace stands."""
    supplied: bool = False
    """Whether somebody outside the readable text may decide about the namespace."""
    why: str = ""
    done: Transformation = NOTHING
    later: int = 0
    """How many of the patches, counted from the last, are applied after the namespace."""

    def then(self, after: Effect) -> Effect:
        """This one first, and `after` upon what it leaves."""
        if after is NO_EFFECT or self is NO_EFFECT:
            return self if after is NO_EFFECT else after
        done = self.done.then(after.done)
        if not done.patches and (self.done.patches or after.done.patches):
            why = "more patches than can be followed"
            return Effect(None, None, True, why, done)
        if after.namespace is not None:
            return after._replace(done=done)
        return self._replace(
            supplied=self.supplied or after.supplied,
            why=after.why if after.supplied else self.why,
            done=done,
            later=self.later + len(after.done.patches),
        )

    @property
    def movers(self) -> tuple[Patch, ...]:
        """The patches that may write a namespace after the last one was given to everything."""
        patches = self.done.patches
        return tuple(
            patch
            for patch in patches[max(len(patches) - self.later, 0) :]
            if not patch.deletes and any(patch.writes(*field) for field in _NAMESPACES)
        )


NO_EFFECT = Effect()
"""Nothing happens, and no namespace is given."""


def in_order(effects: Iterable[Effect]) -> Effect:
    """Several stretches, one after the other."""
    return reduce(Effect.then, (each for each in effects if each != NO_EFFECT), NO_EFFECT)
