"""The namespaces that the neighbourhood of a policy speaks for. Never a resolution, only a hint."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from itertools import chain, islice, pairwise

from netpol_lint.answer import Answer
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.policy import Operator, Policy
from netpol_lint.repository import workload
from netpol_lint.repository.index import Index
from netpol_lint.repository.manifest import WORKLOADS, Manifest, at
from netpol_lint.repository.match import selects
from netpol_lint.span import Span

MAX_SIBLINGS = 50
"""Objects around a policy that are asked where they live."""


class Suggestion(NamedTuple):
    """A namespace that something speaks for."""

    name: str
    why: str
    """The evidence, in words for a person."""
    span: Span | None
    """Where it stands, if in the policy's own file."""


def suggestions(index: Index, path: str, policy: Policy) -> tuple[Suggestion, ...]:
    """What the best evidence around the policy speaks for, each namespace once."""
    for source in (_workloads, _file, _kustomization, _folder, _path_names):
        found = {each.name: each for each in reversed(list(source(index, path, policy)))}
        if found:
            return tuple(found[name] for name in sorted(found))
    return ()


def _workloads(index: Index, path: str, policy: Policy) -> Iterator[Suggestion]:
    """Where the pods live that the policy selects."""
    subject = policy.subject.value
    if subject is None or not subject.exact or subject.everything:
        return
    own = ((path, manifest) for manifest in index.tree.manifests(path))
    words = [
        each.values[0]
        for each in subject.requirements
        if each.operator is Operator.IN and len(each.values) == 1
    ]
    for place, manifest in islice(chain(own, _beside(index, path, words)), MAX_SIBLINGS):
        name = manifest.namespace
        if not name or manifest.kind not in WORKLOADS or not all(map(manifest.mentions, words)):
            continue
        if selects(subject, workload.read(manifest, place).labels) is Answer.PROVEN:
            why = f"{manifest.kind} {manifest.name}, which it selects, is in {name}"
            yield _suggestion(name, why, manifest, None if place == path else place)


def _file(index: Index, path: str, _: Policy) -> Iterator[Suggestion]:
    """What the other objects of the file state or define."""
    for manifest in islice(index.tree.manifests(path), MAX_SIBLINGS):
        name = manifest.namespace
        if name:
            why = f"{manifest.kind} {manifest.name} of this file is in {name}"
            yield _suggestion(name, why, manifest, None)
        elif manifest.kind == "Namespace" and manifest.name:
            node = at(manifest.root, "metadata", "name")
            span = None if node is None else node.span
            yield Suggestion(manifest.name, f"this file makes namespace {manifest.name}", span)


def _kustomization(index: Index, path: str, _: Policy) -> Iterator[Suggestion]:
    """What the kustomization beside it gives to all others."""
    beside = index.graph.kustomizations.get(posixpath.dirname(path))
    if beside is not None and beside.namespace:
        why = f"{beside.path} gives {beside.namespace} to its resources, but does not list it"
        yield Suggestion(beside.namespace, why, None)


def _folder(index: Index, path: str, _: Policy) -> Iterator[Suggestion]:
    """What the files beside it state, if all of them do."""
    found: list[Suggestion] = []
    for place, manifest in islice(_beside(index, path), MAX_SIBLINGS):
        name = manifest.namespace
        if name:
            found.append(Suggestion(name, f"{place}, beside this file, states {name}", None))
        elif manifest.lives_in_a_namespace or manifest.kind == "NetworkPolicy":
            return
    yield from found


def _path_names(_: Index, path: str, __: Policy) -> Iterator[Suggestion]:
    """`namespaces/<name>/` on its path."""
    for before, name in pairwise(path.split("/")[:-1]):
        if before in ("namespaces", "namespace", "ns"):
            yield Suggestion(name, f"it lies in {before}/{name}", None)


def _beside(index: Index, path: str, words: Sequence[str] = ()) -> Iterator[tuple[str, Manifest]]:
    """The objects of the other files of the folder that have all of `words` in them."""
    for place, manifest in index.tree.manifests_in(posixpath.dirname(path), words):
        if place != path:
            yield place, manifest


def _suggestion(name: str, why: str, manifest: Manifest, path: str | None) -> Suggestion:
    if path is not None:
        return Suggestion(name, f"{why} ({path})", None)
    node = at(manifest.root, "metadata", "namespace")
    return Suggestion(name, why, None if node is None else node.span)
