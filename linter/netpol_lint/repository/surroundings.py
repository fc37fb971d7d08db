"""What the repository says about one file and its policies: the way in for all who ask."""

from __future__ import annotations

import os
import posixpath
from functools import cached_property

from netpol_lint import discover
from netpol_lint.diagnostic import Label, Source
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.option import Options
from netpol_lint.policy import Policy, Presence
from netpol_lint.reading import Reading
from netpol_lint.repository import folder, renderer, suggestion
from netpol_lint.repository.census import Census, Home
from netpol_lint.repository.company import Companies, Company
from netpol_lint.repository.demonstration import is_demonstration
from netpol_lint.repository.index import Index
from netpol_lint.repository.kustomize import Build
from netpol_lint.repository.landing import Landings
from netpol_lint.repository.namesake import Namesakes
from netpol_lint.repository.sighting import COUNTED
from netpol_lint.repository.suggestion import Suggestion
from netpol_lint.repository.tree import STREAM, Tree
from netpol_lint.repository.unlisted import Leftovers, Unlisted
from netpol_lint.repository.workload import Spot


class EffectiveNamespace(NamedTuple):
    """The answer for one policy: `names` where it is known, else whether something supplies one."""

    names: frozenset[str]
    """All namespaces that builds of the repository give it; empty where none is known."""
    supplied: bool
    """Whether something outside the readable text gives a namespace, such as a release."""
    why: str
    """The provenance, in words for a person."""
    ways: tuple[Build, ...] = ()
    """Each way in which it reaches a cluster."""

    @property
    def unknown(self) -> bool:
        """Whether nothing in the repository gives a namespace."""
        return not self.names and not self.supplied

    @property
    def open_ways(self) -> tuple[Build, ...]:
        """The ways on which nothing gives one."""
        return tuple(way for way in self.ways if not way.namespace and not way.supplied)


class Picture:
    """All that is known about one repository, or about a text that has none."""

    def __init__(self, tree: Tree) -> None:
        self.index = Index(tree)
        self.landings = Landings(self.index)
        self.census = Census(self.index, self.landings)
        self.companies = Companies(self.index)
        self.leftovers = Leftovers(self.index)
        self.namesakes = Namesakes(self.index)

    def census_from(self, path: str) -> Census:
        """The census as a file sees it: one that git ignores has its own objects in it, too."""
        if self.index.tree.root is None or self.index.tree.has(path):
            return self.census
        own = self.index.sighting(path)
        # Its policies are known to whoever judges them.
        if own is None or not own.has((*COUNTED - {"NetworkPolicy"}, "Namespace")):
            return self.census
        return Census(self.index, self.landings, (*self.index.sightings, own))


class Repository:
    """What a run may know about the files around a policy. Reads nothing before it is asked.

    `listing` is what lies below the root, where that is known already.
    """

    def __init__(
        self,
        root: str | None,
        options: Options | None = None,
        listing: discover.Listing | None = None,
    ) -> None:
        self._options = options or Options()
        self._picture = None if root is None else Picture(Tree(root, listing=listing))

    def is_silent(self, path: str) -> bool:
        """Whether a file certainly has no policy in it; it takes a look at all files."""
        return self._picture is not None and self._picture.index.is_silent(path)

    def homes(self) -> dict[str, Home]:
        """The files with policies, each with the namespace that they are at home in.

        That reads what the surroundings of any file need: it is asked before processes part.
        """
        return {} if self._picture is None else self._picture.census.homes()

    def surroundings(self, path: str | None) -> Surroundings:
        """The surroundings of one file; a relative path counts from the root.

        Standard input has no path, and no repository.
        """
        return Surroundings(self._picture, path, self._options)


class Surroundings:
    """What the repository says about one file. Without a repository only the file itself speaks."""

    def __init__(
        self,
        picture: Picture | None = None,
        path: str | None = None,
        options: Options | None = None,
    ) -> None:
        self._whole = picture
        self._path = path
        self._options = options or Options()
        self._answers: dict[tuple[str | None, bool], EffectiveNamespace] = {}
        self._census: Census | None = None
        self._last: tuple[str, Picture] | None = None

    @cached_property
    def _place(self) -> tuple[Picture, str] | None:
        """The repository and the file's path in it; None for standard input and files outside."""
        picture, path = self._whole, self._path
        if picture is None or picture.index.tree.root is None or path is None:
            return None
        root = picture.index.tree.root
        if picture.index.tree.has(path):  # no link leads to what is listed
            return picture, path
        path = os.path.join(root, path)
        real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        place = discover.relative(root, real)
        return None if place is None else (picture, place)

    def _seen_from(self, policy: Policy) -> tuple[Picture, str]:
        """The picture that holds for a policy of the file, and the path of the file in it."""
        return self._place or (self._alone(policy.text), STREAM)

    def _alone(self, text: str) -> Picture:
        """The picture of a text that has no repository: of one after the other, if need be."""
        if self._last is None or self._last[0] != text:
            self._last = text, Picture(Tree(None, text))
        return self._last[1]

    def reading(self, text: str) -> Reading:
        """The file, which has this text."""
        picture, path = self._place or (self._alone(text), STREAM)
        return picture.index.tree.reading(path, text)

    @property
    def patched_by(self) -> str | None:
        """The kustomization for which the file is a patch: then it is a part, not a policy."""
        if self._place is None:
            return None
        picture, path = self._place
        return picture.index.graph.patched_by(path)

    def census(self, policy: Policy) -> Census:
        """Who lives where, as far as the repository of `policy` tells."""
        if self._census is None:
            picture, path = self._seen_from(policy)
            self._census = picture.census_from(path)
        return self._census

    def index(self, policy: Policy) -> Index:
        """The files around `policy`, and what is known of them."""
        return self._seen_from(policy)[0].index

    def path(self, policy: Policy) -> str:
        """Where the file of `policy` lies, seen from the root."""
        return self._seen_from(policy)[1]

    def label(self, policy: Policy, spot: Spot, message: str) -> Label:
        """A related place, in the file of `policy` or in another one."""
        picture, path = self._seen_from(policy)
        if spot.path == path:
            return Label(spot.span, message)
        return Label(spot.span, message, Source(spot.path, picture.index.tree.text(spot.path)))

    def namespace_of(self, policy: Policy) -> EffectiveNamespace:
        """The namespace that `policy` lands in.

        The answer for a policy that states one needs the repository too: a build may overwrite it.
        """
        if not policy.metadata.readable:
            return EffectiveNamespace(frozenset(), True, "a value that is filled in later")
        own = policy.namespace.value or None
        if policy.namespace.presence is Presence.UNREADABLE:
            own = ""
        comment = renderer.generated(policy.text, policy.root.start) if own is None else ""
        key = (own, bool(comment))
        if key not in self._answers:
            picture, path = self._seen_from(policy)
            self._answers[key] = self._answer(picture.landings.of(path, own), comment)
        return self._answers[key]

    def _answer(self, ways: tuple[Build, ...], comment: str) -> EffectiveNamespace:
        default = self._options.default_namespace
        if comment:
            ways = tuple(_closed(way, None, comment) for way in ways)
        elif default:
            ways = tuple(_closed(way, default, "the configured default namespace") for way in ways)
        names = frozenset(way.namespace for way in ways if way.namespace)
        supplied = any(way.supplied for way in ways)
        reasons = dict.fromkeys(way.why for way in ways if way.namespace or way.supplied)
        return EffectiveNamespace(names, supplied, "; ".join(sorted(reasons)[:3]), ways)

    def company(self, policy: Policy, build: Build) -> Company | None:
        """What is built together with `policy` on one of its ways; None where nobody can tell."""
        picture, path = self._seen_from(policy)
        return picture.companies.of(path, policy.name_text, build)

    def unlisted(self, policy: Policy) -> Unlisted | None:
        """The kustomization beside the file that leaves it out, if nobody else applies it."""
        picture, path = self._seen_from(policy)
        return picture.leftovers.find(path)

    def namespace_excuse(self, policy: Policy) -> str:
        """Why a missing namespace weighs little here, in words; nothing where it matters."""
        picture, path = self._seen_from(policy)
        index = picture.index
        beside = any(trait.names_a_namespace for trait in index.traits(path))
        if not beside and not index.states_namespaces:
            around = "this input" if index.tree.root is None else "this repository"
            return f"no object of {around} names a namespace"
        # An example that names a namespace beside one that does not has the same mistake in it.
        if is_demonstration(path) and not beside:
            return "it lies among examples or tests"
        if picture.leftovers.is_taken_out(path):
            return "the kustomization beside it has it in a comment: nobody applies it"
        place = posixpath.dirname(path)
        units = picture.landings.units
        unit = units.of_folder(place, deep=False)
        if unit.policies > 1 and not unit.lives and not units.enclosing(place)[1].states:
            return "no policy of its folder states a namespace: a set for any namespace"
        return ""

    def is_rewritten(self, policy: Policy) -> bool:
        """Whether a script may replace something in the file of `policy` before it is applied."""
        picture, path = self._seen_from(policy)
        return picture.index.is_rewritten(path)

    def has_namesake(self, policy: Policy) -> bool:
        """Whether a policy of another file may have the name of `policy` and come with it."""
        picture, path = self._seen_from(policy)
        return picture.namesakes.has(path, policy.name_text)

    def is_built_after(self, policy: Policy, other: str, root: str) -> bool:
        """Whether the build of `root` gathers the file of `policy` after another one."""
        picture, path = self._seen_from(policy)
        sequence = picture.index.graph.sequence(root)
        return (sequence.get(path, -1), path) > (sequence.get(other, -1), other)

    def are_alternatives(self, policy: Policy, other: str) -> bool:
        """Whether the file of `policy` and another one that no build brings exclude each other."""
        picture, path = self._seen_from(policy)
        return folder.are_alternatives(picture.index, path, other)

    def is_ordered_with(self, policy: Policy, other: str) -> bool:
        """Whether Flux or Argo CD applies the file of `policy` and another one at once."""
        picture, path = self._seen_from(policy)
        return folder.are_ordered_together(picture.index, path, other)

    def is_deployed(self, policy: Policy) -> bool:
        """Whether the folder of `policy`, which no build takes apart, is applied as a whole."""
        picture, path = self._seen_from(policy)
        return folder.is_deployed(picture.index, path)

    def is_demonstration(self, policy: Policy) -> bool:
        """Whether the file of `policy` lies among examples or tests."""
        return is_demonstration(self._seen_from(policy)[1])

    def suggestions(self, policy: Policy) -> tuple[Suggestion, ...]:
        """The namespaces that the best evidence around the policy speaks for, each of them once."""
        picture, path = self._seen_from(policy)
        return suggestion.suggestions(picture.index, picture.census, path, policy)


def _closed(way: Build, namespace: str | None, why: str) -> Build:
    """A way with what is given to all that nobody else gives a namespace."""
    if way.namespace or way.supplied:
        return way
    return way._replace(namespace=namespace, supplied=namespace is None, why=why)
