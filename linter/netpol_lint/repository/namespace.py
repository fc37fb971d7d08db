"""Which namespace a policy lands in, and who says so."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain, islice, pairwise
from typing import NamedTuple

from netpol_lint import discover
from netpol_lint.node import Mapping, Node, Scalar
from netpol_lint.option import Options
from netpol_lint.policy import Operator, Policy, Presence, Selector
from netpol_lint.repository import renderer
from netpol_lint.repository.index import Index, Unit, is_demonstration, names_a_namespace, unit_of
from netpol_lint.repository.kustomize import Build
from netpol_lint.repository.manifest import WORKLOADS, Manifest, at, manifests
from netpol_lint.span import Span

MAX_SIBLINGS = 50
"""Objects around a policy that are asked where they live."""


class EffectiveNamespace(NamedTuple):
    """The answer for one policy: `names` where it is known, else whether something supplies one."""

    names: frozenset[str]
    """All namespaces that builds of the repository give it; empty where none is known."""
    supplied: bool
    """Whether something outside the readable text gives a namespace, such as a release."""
    why: str
    """The provenance, in words for a person."""

    @property
    def unknown(self) -> bool:
        """Whether nothing in the repository gives a namespace."""
        return not self.names and not self.supplied


class Suggestion(NamedTuple):
    """A namespace that the neighbourhood of a policy speaks for. Never a resolution."""

    name: str
    why: str
    """The evidence, in words for a person."""
    span: Span | None
    """Where it stands, if in the policy's own file."""


class Repository:
    """What a run may know about the files around a policy. Reads nothing before it is asked."""

    def __init__(self, root: str | None, options: Options | None = None) -> None:
        self._options = options or Options()
        self._index = None if root is None else Index(root)

    def surroundings(self, path: str | None) -> Surroundings:
        """The surroundings of one file; a relative path counts from the root.

        Standard input has no path, and no repository.
        """
        return Surroundings(self._index, path, self._options)


class Surroundings:
    """What the repository says about one file. Without a repository only the file itself speaks."""

    def __init__(
        self,
        index: Index | None = None,
        path: str | None = None,
        options: Options | None = None,
    ) -> None:
        self._whole = index
        self._path = path
        self._options = options or Options()
        self._manifests: tuple[str, tuple[Manifest, ...]] = ("", ())
        self._answers: dict[tuple[str | None, bool], EffectiveNamespace] = {}

    @cached_property
    def _place(self) -> tuple[Index, str] | None:
        """The repository and the file's path in it; None for standard input and files outside."""
        index, path = self._whole, self._path
        if index is None or path is None:
            return None
        path = os.path.join(index.tree.root, path)
        real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        place = discover.relative(index.tree.root, real)
        return None if place is None else (index, place)

    @property
    def patched_by(self) -> str | None:
        """The kustomization for which the file is a patch: then it is a part, not a policy."""
        if self._place is None:
            return None
        index, path = self._place
        return index.graph.patched_by(path)

    def namespace_of(self, policy: Policy) -> EffectiveNamespace:
        """The namespace that `policy` lands in.

        The answer for a policy that states one needs the repository too: a build may overwrite it.
        """
        if policy.namespace.presence is Presence.UNREADABLE or not policy.metadata.readable:
            return EffectiveNamespace(frozenset(), True, "a value that is filled in later")
        own = policy.namespace.value or None
        comment = renderer.generated(policy.text, policy.root.start) if own is None else ""
        key = (own, bool(comment))
        if key not in self._answers:
            self._answers[key] = self._answer(own, comment, policy.text)
        return self._answers[key]

    def _answer(self, own: str | None, comment: str, text: str) -> EffectiveNamespace:
        results = list(self._results(own, text))
        names = frozenset(result.namespace for result in results if result.namespace)
        supplied = any(result.supplied for result in results)
        if not names and not supplied:
            if comment:
                return EffectiveNamespace(names, True, comment)
            if self._options.default_namespace:
                names = frozenset((self._options.default_namespace,))
                return EffectiveNamespace(names, False, "the configured default namespace")
            return EffectiveNamespace(names, False, "")
        reasons = dict.fromkeys(each.why for each in results if each.namespace or each.supplied)
        return EffectiveNamespace(names, supplied, "; ".join(sorted(reasons)[:3]))

    def _results(self, own: str | None, text: str) -> Iterator[Build]:
        """One result for each way in which the file reaches a cluster."""
        start = Build("", own, False, "its own metadata" if own else "")
        if self._place is None:
            yield start if own else self._of_file(start, text) or start
            return
        index, path = self._place
        chart = index.renderers.chart_of(path)
        if chart is not None:
            installed = index.charts.get(chart, ())
            for name in () if own else installed:
                yield Build("", name, True, f"the release of the chart {chart or '.'}")
            if own or not installed:
                yield start._replace(supplied=True, why=f"the release of the chart {chart or '.'}")
            return
        patched = index.graph.patched_by(path)
        if patched is not None:
            yield start._replace(supplied=True, why=f"it is a patch of {patched}")
        folder = posixpath.dirname(path)
        builds = index.graph.builds(path)
        for build in builds:
            base = build
            if build.namespace is None:  # its own one survives, as far as can be seen
                why = build.why if build.supplied else start.why
                base = start._replace(root=build.root, supplied=build.supplied, why=why)
            for result in self._delivered(index, base, build.root):
                yield self._filled(index, result, path, text, build.root)
        if not builds and patched is None:
            if folder in index.graph.kustomizations:
                # The kustomization of its folder ignores it, and so does whoever builds that.
                yield self._filled(index, start, path, text, None)
            else:
                for result in self._delivered(index, start, folder):
                    yield self._filled(index, result, path, text, None)
        if not index.complete and own is None:
            yield Build("", None, True, "a repository larger than what is read")

    def _delivered(self, index: Index, base: Build, folder: str) -> Iterator[Build]:
        """What Flux and Argo CD make of a build, or of plain manifests in a folder."""
        covering = index.covering(folder)
        if not covering:
            yield base
        for delivery in covering:
            given = delivery.overwrites
            if given is None and not base.namespace and not base.supplied:
                given = delivery.fills
            if given is not None:
                yield base._replace(namespace=given, supplied=not given, why=delivery.why)
            elif delivery.supplied and not base.supplied:
                yield base._replace(supplied=True, why=delivery.why)
            else:
                yield base

    def _filled(self, index: Index, result: Build, path: str, text: str, root: str | None) -> Build:
        """A result that is still open, closed by how the files are applied."""
        if result.namespace or result.supplied:
            return result
        targets = (path, posixpath.dirname(path)) if root is None else (root, path)
        for command in index.commands:
            if any(command.applies(target) for target in targets):
                return result._replace(
                    namespace=command.namespace,
                    supplied=command.namespace is None,
                    why=command.why,
                )
        source = index.renderers.source_of(path)
        if source:
            return result._replace(supplied=True, why=source)
        if root is not None:
            unit = index.unit_of_build(root)
            if unit.lives and not unit.states:
                why = f"whoever applies {index.graph.kustomizations[root].path} as a whole"
                return result._replace(supplied=True, why=why)
            return result
        return self._of_file(result, text) or self._of_folder(index, result, path) or result

    def _of_file(self, result: Build, text: str) -> Build | None:
        """The file as a bundle; None where it holds nothing but policies."""
        unit = unit_of(self._in_file(text))
        if unit.states:
            return result
        if unit.lives:
            return result._replace(supplied=True, why="whoever applies the file as a whole")
        return None

    def _of_folder(self, index: Index, result: Build, path: str) -> Build | None:
        """The folder as a bundle, or the nearest one above it that holds more than policies."""
        folder, unit = _enclosing(index, posixpath.dirname(path))
        if unit.states or not unit.lives:
            return None
        why = f"whoever applies the folder {folder or '.'} as a whole"
        return result._replace(supplied=True, why=why)

    def _in_file(self, text: str) -> tuple[Manifest, ...]:
        """The objects of the file as it stands in memory."""
        if self._manifests[0] != text:
            self._manifests = (text, tuple(manifests(text)))
        return self._manifests[1]

    def namespace_excuse(self, policy: Policy) -> str:
        """Why a missing namespace weighs little here, in words; nothing where it matters."""
        beside = any(map(names_a_namespace, self._in_file(policy.text)))
        if not beside and (self._place is None or not self._place[0].states_namespaces):
            around = "this input" if self._place is None else "this repository"
            return f"no object of {around} names a namespace"
        if self._place is None:
            return ""
        index, path = self._place
        # An example that names a namespace beside one that does not has the same mistake in it.
        if is_demonstration(path) and not beside:
            return "it lies among examples or tests"
        folder = posixpath.dirname(path)
        unit = index.unit_of_folder(folder, deep=False)
        if unit.policies > 1 and not unit.lives and not _enclosing(index, folder)[1].states:
            return "no policy of its folder states a namespace: a set for any namespace"
        return ""

    def suggestions(self, policy: Policy) -> tuple[Suggestion, ...]:
        """The namespaces that the best evidence around the policy speaks for, each of them once."""
        for source in (
            self._workloads,
            self._file,
            self._kustomization,
            self._folder,
            self._path_names,
        ):
            found = {each.name: each for each in reversed(list(source(policy)))}
            if found:
                return tuple(found[name] for name in sorted(found))
        return ()

    def _workloads(self, policy: Policy) -> Iterator[Suggestion]:
        """Where the pods live that the policy selects."""
        subject = policy.subject.value
        if subject is None or not subject.exact or subject.everything:
            return
        own = ((None, manifest) for manifest in self._in_file(policy.text))
        words = [
            each.values[0]
            for each in subject.requirements
            if each.operator is Operator.IN and len(each.values) == 1
        ]
        for path, manifest in islice(chain(own, self._beside(words)), MAX_SIBLINGS):
            name = manifest.namespace
            if not name or manifest.kind not in WORKLOADS or not all(map(manifest.mentions, words)):
                continue
            if _selects(subject, manifest):
                why = f"{manifest.kind} {manifest.name}, which it selects, is in {name}"
                yield _suggestion(name, why, manifest, path)

    def _file(self, policy: Policy) -> Iterator[Suggestion]:
        """What the other objects of the file state or define."""
        for manifest in islice(self._in_file(policy.text), MAX_SIBLINGS):
            name = manifest.namespace
            if name:
                why = f"{manifest.kind} {manifest.name} of this file is in {name}"
                yield _suggestion(name, why, manifest, None)
            elif manifest.kind == "Namespace" and manifest.name:
                node = at(manifest.root, "metadata", "name")
                span = None if node is None else node.span
                yield Suggestion(manifest.name, f"this file makes namespace {manifest.name}", span)

    def _kustomization(self, _: Policy) -> Iterator[Suggestion]:
        """What the kustomization beside it gives to all others."""
        if self._place is None:
            return
        index, path = self._place
        beside = index.graph.kustomizations.get(posixpath.dirname(path))
        if beside is not None and beside.namespace:
            why = f"{beside.path} gives {beside.namespace} to its resources, but does not list it"
            yield Suggestion(beside.namespace, why, None)

    def _folder(self, _: Policy) -> Iterator[Suggestion]:
        """What the files beside it state, if all of them do."""
        found: list[Suggestion] = []
        for path, manifest in islice(self._beside(), MAX_SIBLINGS):
            name = manifest.namespace
            if name:
                found.append(Suggestion(name, f"{path}, beside this file, states {name}", None))
            elif manifest.lives_in_a_namespace or manifest.kind == "NetworkPolicy":
                return
        yield from found

    def _path_names(self, _: Policy) -> Iterator[Suggestion]:
        """`namespaces/<name>/` on its path."""
        if self._place is None:
            return
        folders = self._place[1].split("/")[:-1]
        for before, name in pairwise(folders):
            if before in ("namespaces", "namespace", "ns"):
                yield Suggestion(name, f"it lies in {before}/{name}", None)

    def _beside(self, words: Sequence[str] = ()) -> Iterator[tuple[str, Manifest]]:
        """The objects of the other files of the folder that have all of `words` in them."""
        if self._place is None:
            return
        index, path = self._place
        for other, manifest in index.tree.manifests_in(posixpath.dirname(path), words):
            if other != path:
                yield other, manifest


def _enclosing(index: Index, folder: str) -> tuple[str, Unit]:
    """The folder, or the nearest one above it but the root, that holds more than bare policies."""
    unit = index.unit_of_folder(folder, deep=False)
    while "/" in folder and not unit.lives and not unit.states:
        folder = posixpath.dirname(folder)
        unit = index.unit_of_folder(folder, deep=True)
    return folder, unit


def _suggestion(name: str, why: str, manifest: Manifest, path: str | None) -> Suggestion:
    if path is not None:
        return Suggestion(name, f"{why} ({path})", None)
    node = at(manifest.root, "metadata", "namespace")
    return Suggestion(name, why, None if node is None else node.span)


def _selects(subject: Selector, manifest: Manifest) -> bool:
    """Whether the pods of a workload carry all that the subject asks for."""
    labels = _pod_labels(manifest)
    if labels is None:
        return False
    for requirement in subject.requirements:
        value = labels.get(requirement.key)
        if requirement.operator is Operator.IN:
            fits = value in requirement.values
        elif requirement.operator is Operator.NOT_IN:
            fits = value not in requirement.values
        else:
            fits = (value is not None) is requirement.positive
        if not fits:
            return False
    return True


def _pod_labels(manifest: Manifest) -> dict[str, str] | None:
    """The labels of the pods that a workload makes; None where one of them is not a plain text."""
    pod: Node | None = manifest.root
    if manifest.kind == "CronJob":
        pod = at(pod, "spec", "jobTemplate", "spec", "template")
    elif manifest.kind != "Pod":
        pod = at(pod, "spec", "template")
    labels = at(pod, "metadata", "labels")
    if not isinstance(labels, Mapping):
        return None
    texts = {
        key: entry.value.text
        for key, entry in labels.fields.items()
        if isinstance(entry.value, Scalar) and not entry.value.is_unknown
    }
    return texts if len(texts) == len(labels.fields) else None
