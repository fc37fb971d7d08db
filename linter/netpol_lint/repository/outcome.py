"""Objects as a build leaves them: their labels, selectors and names after all it does to them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from netpol_lint.answer import Answer
from netpol_lint.node import Mapping, Scalar
from netpol_lint.policy import (
    Allows,
    Field,
    Operator,
    Peer,
    Policy,
    Presence,
    Requirement,
    Selector,
)
from netpol_lint.repository.kustomize import Build
from netpol_lint.repository.manifest import Manifest, at
from netpol_lint.repository.service import Service
from netpol_lint.repository.transformation import NOTHING, Pair, Path, Telling
from netpol_lint.repository.workload import TEMPLATES, Labels, Workload

_POLICY = "NetworkPolicy"
_API_GROUP = "networking.k8s.io"
_LOCAL = "config.kubernetes.io/local-config"


def is_deleted(manifest: Manifest, build: Build) -> Answer:
    """Whether the build leaves an object out: by a patch, or as it asks for itself.

    Source: IsLocalConfig in kyaml/kio/filters/local.go: any value but `false` keeps it at home,
    unless a patch takes the annotation away before.
    """
    own = manifest.known_as
    identity = manifest.kind, manifest.name
    if build.root is not None and manifest.mentions(_LOCAL):
        mark = at(manifest.root, "metadata", "annotations", _LOCAL)
        if isinstance(mark, Scalar) and mark.text != "false":
            place = "metadata", "annotations"
            is_kept = not build.done.may_change(*identity, place, manifest.group, own)
            return Answer.PROVEN if is_kept else Answer.UNKNOWN
    if build.done is NOTHING:
        return Answer.REFUTED
    return build.done.deletes(*identity, manifest.group, own)


def workload(found: Workload, build: Build) -> Workload:
    """A workload with the labels of its pods, and its name, as the build leaves them."""
    done = build.done
    if done is NOTHING:
        return found
    template = TEMPLATES.get(found.kind, ("spec", "template"))
    changed = _Changes(found.kind, found.name, found.group, build, found.known_as)
    labels, place = found.labels, (*template, "metadata", "labels")
    if labels is not None and changed.may_write(*place):
        labels = _patched(labels, changed.tells(*place), place)
    if labels is not None:
        labels = _added(labels, done.pod_pairs(found.kind, found.group))
    name = done.name_of(found.kind, found.name, found.group) or found.name
    return found.changed(name, labels, changed.may_write, changed.tells)


def service(found: Service, build: Build) -> Service:
    """A Service with its selector, its ports and its name as the build leaves them."""
    done = build.done
    if done is NOTHING:
        return found
    changed = _Changes("Service", found.name, "", build)
    selector = found.selector
    if changed.may_write("spec", "selector"):
        selector = None
    elif selector is not None or found.selector_spot is None:
        # One without a selector gets one (`create: true` in commonlabels.go of kustomize).
        pairs = [pair for pair in done.selector_pairs if pair.kind in ("", "Service")]
        selector = _added(selector or {}, pairs) or None
    return found._replace(
        selector=selector,
        name=service_name(found.name, build),
        ports=() if changed.may_write("spec", "ports") else found.ports,
    )


def service_name(name: str, build: Build) -> str:
    """What a Service is called after the build; empty where that cannot be foreseen."""
    return build.done.name_of("Service", name, "") or ""


def namespace_labels(name: str, labels: Labels, build: Build) -> Labels | None:
    """The labels of the Namespace `name` after the build; None where they cannot be told."""
    if build.done is NOTHING:
        return labels
    if build.done.may_change("Namespace", name, ("metadata", "labels"), ""):
        return None
    pairs = (pair for pair in build.done.label_pairs if pair.kind in ("", "Namespace"))
    return _added(labels, pairs)


def policy(found: Policy, build: Build) -> Policy:
    """A policy with its selectors as the build leaves them; unreadable where a patch writes it."""
    done = build.done
    if done is NOTHING:
        return found
    if _Changes(_POLICY, found.name_text, _API_GROUP, build).may_write("spec"):
        unreadable: Allows = Field(None, Presence.UNREADABLE, ())
        return found._replace(
            spec=found.spec._replace(presence=Presence.UNREADABLE, value=None),
            subject=found.subject._replace(presence=Presence.UNREADABLE),
            ingress=unreadable,
            egress=unreadable,
            declared=None,
        )
    pairs = [pair for pair in done.selector_pairs if pair.kind in ("", _POLICY)]
    if not pairs:
        return found
    return found._replace(
        subject=_selector(found.subject, pairs),
        ingress=_allows(found.ingress, pairs),
        egress=_allows(found.egress, pairs),
    )


class _Changes:
    """What the patches of a build may write into one object."""

    def __init__(
        self, kind: str, name: str, group: str, build: Build, namespace: str | None = None
    ) -> None:
        self._identity = kind, name
        self._group = group
        self._namespace = namespace
        self._done = build.done

    def may_write(self, *path: str) -> bool:
        """Whether the field at `path` may be changed."""
        kind, name = self._identity
        return self._done.may_change(kind, name, path, self._group)

    def tells(self, *path: str) -> tuple[Telling, ...] | None:
        """What is written in or around the field at `path`; None where that cannot be seen."""
        kind, name = self._identity
        return self._done.tells(kind, name, path, self._group, self._namespace)


def _patched(labels: Labels, tellings: tuple[Telling, ...] | None, place: Path) -> Labels | None:
    """Labels with those that patches add; None where they do anything else to them."""
    if tellings is None:
        return None
    patched = dict(labels)
    for path, value in chain.from_iterable(each.told for each in tellings):
        is_label = path[:-1] == place and path[-1] != "*"
        if not is_label or not isinstance(value, str) or "$" in value:
            return None
        patched[path[-1]] = value
    return patched


def _added(labels: Labels, pairs: Iterable[Pair]) -> Labels | None:
    added = dict(labels)
    for pair in pairs:
        if pair.unknown:
            return None
        added[pair.key] = pair.value
    return added


def _allows(allows: Allows, pairs: list[Pair]) -> Allows:
    return allows._replace(
        value=tuple(
            allow._replace(
                peers=allow.peers._replace(
                    value=tuple(_peer(peer, pairs) for peer in allow.peers.value)
                )
            )
            for allow in allows.value
        )
    )


def _peer(peer: Peer, pairs: list[Pair]) -> Peer:
    return peer._replace(pods=_selector(peer.pods, pairs))


def _selector(field: Field[Selector | None], pairs: list[Pair]) -> Field[Selector | None]:
    """The pairs go where `matchLabels` is, and replace an equal key there."""
    selector = field.value
    if selector is None or not isinstance(selector.node, Mapping):
        return field
    entry = selector.node.fields.get("matchLabels")
    if entry is None or not isinstance(entry.value, Mapping):
        return field
    written = entry.value.span
    keys = {pair.key for pair in pairs}
    kept = tuple(
        each
        for each in selector.requirements
        if each.key not in keys or not written.holds(each.key_node.span)
    )
    added = tuple(
        Requirement(pair.key, Operator.IN, (pair.value,), entry.key, entry.value) for pair in pairs
    )
    exact = selector.exact and not any(pair.unknown for pair in pairs)
    return field._replace(
        value=selector._replace(requirements=(*kept, *added), exact=exact),
        presence=field.presence if exact else Presence.UNREADABLE,
    )
