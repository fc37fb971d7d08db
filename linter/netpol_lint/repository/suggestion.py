"""The namespaces that the neighbourhood of a policy speaks for. Never a resolution, only a hint."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from itertools import chain, islice, pairwise

from netpol_lint.answer import Answer
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Node
from netpol_lint.policy import Operator, Policy, Selector
from netpol_lint.repository import workload
from netpol_lint.repository.census import Census
from netpol_lint.repository.demonstration import is_demonstration
from netpol_lint.repository.index import Index
from netpol_lint.repository.manifest import WORKLOADS, Manifest, at
from netpol_lint.repository.match import selects
from netpol_lint.repository.workload import Spot

MAX_SIBLINGS = 50
"""Objects around a policy that are asked where they live."""


class Suggestion(NamedTuple):
    """A namespace that something speaks for."""

    name: str
    why: str
    """The evidence, in words for a person."""
    spot: Spot | None
    """Where it stands."""


def suggestions(index: Index, census: Census, path: str, policy: Policy) -> tuple[Suggestion, ...]:
    """What the best evidence around the policy speaks for, each namespace once."""
    for source in (_workloads, _inhabitants, _file, _kustomization, _folder, _path_names):
        asked = source(index, census, path, policy)
        found = {each.name: each for each in reversed(list(asked))}
        if found:
            return tuple(found[name] for name in sorted(found))
    return ()


def _workloads(index: Index, _: Census, path: str, policy: Policy) -> Iterator[Suggestion]:
    """Where the pods live that the policy selects, by what lies beside it."""
    subject = policy.subject.value
    if subject is None or not subject.exact or subject.everything:
        return
    own = ((path, manifest) for manifest in index.tree.manifests(path))
    words = _words(subject)
    for place, manifest in islice(chain(own, _beside(index, path, words)), MAX_SIBLINGS):
        name = manifest.namespace
        if not name or manifest.kind not in WORKLOADS or not all(map(manifest.mentions, words)):
            continue
        if selects(subject, workload.read(manifest, place).labels) is Answer.PROVEN:
            why = f"{manifest.kind} {manifest.name}, which it selects, is in {name}"
            yield _suggestion(name, why, manifest, place)


def _words(subject: Selector) -> list[str]:
    """The values that stand in the text of every workload that it selects."""
    return [
        each.values[0]
        for each in subject.requirements
        if each.operator is Operator.IN and len(each.values) == 1
    ]


def _inhabitants(_: Index, census: Census, __: str, policy: Policy) -> Iterator[Suggestion]:
    """The only namespace of the repository in which pods live that the policy selects."""
    subject = policy.subject.value
    if subject is None or not subject.exact or not _words(subject):
        return
    found: dict[str, Suggestion] = {}
    for resident in census.workloads.candidates(subject.requirements):
        answer = selects(subject, resident.labels)
        if answer is Answer.REFUTED or is_demonstration(resident.path):
            continue
        name = resident.build.namespace
        if answer is Answer.UNKNOWN or not name or len(found) > 1:
            return  # it may live anywhere
        why = f"{resident}, which it selects, lives in {name} and nowhere else"
        found.setdefault(name, Suggestion(name, why, resident.workload.spot))
    if len(found) == 1:
        yield from found.values()


def _file(index: Index, _: Census, path: str, __: Policy) -> Iterator[Suggestion]:
    """What the other objects of the file state or define."""
    for manifest in islice(index.tree.manifests(path), MAX_SIBLINGS):
        name = manifest.namespace
        if name:
            why = f"{manifest.kind} {manifest.name} of this file is in {name}"
            yield _suggestion(name, why, manifest, path)
        elif manifest.kind == "Namespace" and manifest.name:
            why = f"this file makes namespace {manifest.name}"
            yield Suggestion(manifest.name, why, _spot(path, at(manifest.root, "metadata", "name")))


def _kustomization(index: Index, _: Census, path: str, __: Policy) -> Iterator[Suggestion]:
    """What the kustomization beside it gives to all others."""
    beside = index.graph.kustomizations.get(posixpath.dirname(path))
    if beside is not None and beside.namespace:
        why = f"{beside.path} gives {beside.namespace} to its resources, but does not list it"
        yield Suggestion(beside.namespace, why, None)


def _folder(index: Index, _: Census, path: str, __: Policy) -> Iterator[Suggestion]:
    """What the files beside it state, if all of them do."""
    found: list[Suggestion] = []
    for place, manifest in islice(_beside(index, path), MAX_SIBLINGS):
        name = manifest.namespace
        if name:
            found.append(
                _suggestion(name, f"a neighbour of this file is in {name}", manifest, place)
            )
        elif manifest.lives_in_a_namespace or manifest.kind == "NetworkPolicy":
            return
    yield from found


def _path_names(_: Index, __: Census, path: str, ___: Policy) -> Iterator[Suggestion]:
    """`namespaces/<name>/` on its path."""
    for before, name in pairwise(path.split("/")[:-1]):
        if before in ("namespaces", "namespace", "ns"):
            yield Suggestion(name, f"it lies in {before}/{name}", None)


def _beside(index: Index, path: str, words: Sequence[str] = ()) -> Iterator[tuple[str, Manifest]]:
    """The objects of the other files of the folder that have all of `words` in them."""
    for place, manifest in index.tree.manifests_in(posixpath.dirname(path), words):
        if place != path:
            yield place, manifest


def _suggestion(name: str, why: str, manifest: Manifest, path: str) -> Suggestion:
    return Suggestion(name, why, _spot(path, at(manifest.root, "metadata", "namespace")))


def _spot(path: str, node: Node | None) -> Spot | None:
    return None if node is None else Spot(path, node.span)
