"""What a workload says about the pods it makes: their labels, their ports, their network."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Mapping as Table
from functools import cached_property
from itertools import chain

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Entry, Mapping, Node, Scalar
from netpol_lint.policy import string
from netpol_lint.repository.manifest import Manifest, at, items
from netpol_lint.repository.transformation import Telling
from netpol_lint.span import Span

Labels = Table[str, str]

_NULLS = ("", "~", "null", "Null", "NULL")
TEMPLATES: dict[str, tuple[str, ...]] = {
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Pod": (),
}
"""Where a kind keeps its pod template; all others keep it in `spec.template`."""
_METADATA = ("metadata",)
_OF_JOBS = ("spec", "jobTemplate", "metadata")
_CONTAINERS = ("containers", "initContainers")
_TYPED = {
    "CronJob": "batch/v1",
    "DaemonSet": "apps/v1",
    "Deployment": "apps/v1",
    "Job": "batch/v1",
    "Pod": "v1",
    "ReplicaSet": "apps/v1",
    "ReplicationController": "v1",
    "StatefulSet": "apps/v1",
}
"""Kinds in which a patch may reach one container and leave the others: kustomize has their schema.

Of all others, and of their older versions, it replaces lists whole."""
_PORT_FIELDS = ("containerPort", "name", "protocol")


class Spot(NamedTuple):
    """A place in a file of the repository."""

    path: str
    span: Span


class ContainerPort(NamedTuple):
    """A port that a container declares."""

    number: int
    protocol: str
    name: str
    spot: Spot
    """Where its name stands, or else its number."""


class Workload:
    """A Deployment or another kind that makes pods, or a Pod itself.

    Of most workloads nobody asks more than the labels of their pods: the rest is read when asked.
    """

    def __init__(self, manifest: Manifest, path: str) -> None:
        self._manifest = manifest
        self._path = path
        self._template = TEMPLATES.get(manifest.kind, ("spec", "template"))
        self.kind = manifest.kind
        self.group = manifest.group
        """The API group; empty for the core one."""
        self.name = manifest.name
        self._may_write: Callable[..., bool] = _nothing_is_written
        self._tells: Callable[..., tuple[Telling, ...] | None] = _nothing_is_told
        self._before: Workload | None = None
        """As its file states it, where a build has changed it."""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    def changed(
        self,
        name: str,
        labels: Labels | None,
        may_write: Callable[..., bool],
        tells: Callable[..., tuple[Telling, ...] | None],
    ) -> Workload:
        """The same with another name and labels; what may be written over is not known.

        `may_write` tells that of a field, by the names that lead to it, and `tells` with what.
        """
        twin = Workload(self._manifest, self._path)
        twin.name = name
        twin.labels = labels
        twin._may_write = may_write
        twin._tells = tells
        twin._before = self
        return twin

    @cached_property
    def _metadata(self) -> Node | None:
        return self._manifest.below("metadata")

    @cached_property
    def _pod_metadata(self) -> Node | None:
        return self._manifest.below(*self._template, "metadata")

    @cached_property
    def _pod_spec(self) -> Node | None:
        return at(self._manifest.root, *self._template, "spec")

    @property
    def known_as(self) -> str | None:
        """The namespace that a patch finds it in; see `Manifest.known_as`."""
        return self._manifest.known_as

    @property
    def place(self) -> tuple[str, int]:
        """Its file, and where it begins in it: the same however it is brought to a cluster."""
        return self._path, self._manifest.start

    @cached_property
    def spot(self) -> Spot:
        """Where its name stands."""
        first = _spot(self._path, at(self._metadata, "name"))
        return first or Spot(self._path, _first(self._manifest.root))

    @property
    def own_labels(self) -> Labels:
        """Of the object itself, and of the Jobs that a CronJob makes; pods do not carry them."""
        return (self._before or self)._stated_own_labels

    @cached_property
    def _stated_own_labels(self) -> Labels:
        found: dict[str, str] = {}
        for path in self._metadata_paths:
            plain = self._manifest.texts_below(*path, "labels")
            stated = texts(at(self._manifest.below(*path), "labels")) if plain is None else plain
            found = {**stated, **found}
        return found

    @property
    def _metadata_paths(self) -> tuple[tuple[str, ...], ...]:
        """Where labels stand that are none of its pods'."""
        return (_METADATA, _OF_JOBS) if self.kind == "CronJob" else (_METADATA,)

    def own_labels_spot(self, key: str) -> Spot | None:
        """Where those stand among which is `key`."""
        for path in self._metadata_paths:
            metadata = self._manifest.below(*path)
            if key in texts(at(metadata, "labels")):
                return _key_spot(self._path, metadata, "labels")
        return None

    @cached_property
    def labels(self) -> Labels | None:
        """Of its pods; None where one is filled in later, or where the template lies elsewhere."""
        if self.kind == "Rollout" and at(self._manifest.root, "spec", "workloadRef") is not None:
            return None
        plain = self._manifest.texts_below(*self._template, "metadata", "labels")
        if plain is not None:
            return plain
        node = at(self._pod_metadata, "labels")
        return None if node is None and self._manifest.is_broken else known(node)

    @property
    def labels_spot(self) -> Spot:
        """Where the pods' labels stand, or else its name."""
        return _key_spot(self._path, self._pod_metadata, "labels") or self.spot

    @property
    def annotations(self) -> Labels:
        """Of its pods, as far as they can be read."""
        return texts(at(self._pod_metadata, "annotations"))

    @property
    def host_network(self) -> bool:
        """Whether its pods certainly have the network of their node."""
        return self.host_network_spot is not None

    @cached_property
    def host_network_spot(self) -> Spot | None:
        """Where that stands: in its own file, or in the kustomization that patches it."""
        place = (*self._template, "spec", "hostNetwork")
        if self._may_write(*place):
            last = (self._tells(*place) or (None,))[-1]
            if last is None or any(path != place or on is not True for path, on in last.told):
                return None
            return Spot(last.path, last.span)
        if not self._manifest.mentions("hostNetwork"):
            return None
        host = at(self._pod_spec, "hostNetwork")
        is_on = isinstance(host, Scalar) and host.text == "true"
        return _key_spot(self._path, self._pod_spec, "hostNetwork") if is_on else None

    @property
    def dns_policy(self) -> str:
        """Of its pods; nothing where none is stated."""
        stated = self._manifest.mentions("dnsPolicy")
        return (string(at(self._pod_spec, "dnsPolicy")) or "") if stated else ""

    @cached_property
    def ports(self) -> tuple[ContainerPort, ...] | None:
        """All that its containers declare; None where some cannot be read."""
        is_typed = _TYPED.get(self.kind) == self._manifest.api_version
        field = ("*", "ports") if is_typed else ()
        if any(self._may_write(*self._template, "spec", each, *field) for each in _CONTAINERS):
            return None
        return (self._before or self)._stated_ports

    @cached_property
    def _stated_ports(self) -> tuple[ContainerPort, ...] | None:
        if not self._manifest.mentions("containerPort"):
            return ()
        lists = self._manifest.lists_below((*self._template, "spec"), _CONTAINERS, "ports")
        if lists is not None:
            return _ports(lists, self._path)
        if self._manifest.is_broken:
            return None
        containers = (
            container for field in _CONTAINERS for container in items(at(self._pod_spec, field))
        )
        return _ports((at(each, "ports") for each in containers), self._path)


def read(manifest: Manifest, path: str) -> Workload:
    """The workload that an object of a kind in `manifest.WORKLOADS` is."""
    return Workload(manifest, path)


def texts(node: Node | None) -> dict[str, str]:
    """Labels as the API reads them, in which null is the empty value; the rest is left out."""
    if not isinstance(node, Mapping):
        return {}
    return {
        key: value for key, entry in node.fields.items() if (value := _value(entry)) is not None
    }


def known(node: Node | None) -> dict[str, str] | None:
    """Labels of which every one is known; no labels at all are known, too."""
    if isinstance(node, Mapping):
        found = texts(node)
        return found if len(found) == len(node.fields) else None
    return {} if node is None or (isinstance(node, Scalar) and node.is_null) else None


def _nothing_is_written(*_: str) -> bool:
    return False


def _nothing_is_told(*_: str) -> tuple[Telling, ...]:
    return ()


def _value(entry: Entry) -> str | None:
    value = entry.value
    if not isinstance(value, Scalar) or value.is_unknown or "$" in value.text:
        return None
    return "" if not value.style and value.text in _NULLS else value.text


def _ports(lists: Iterable[Node | None], path: str) -> tuple[ContainerPort, ...] | None:
    found: list[ContainerPort] = []
    for port in chain.from_iterable(map(items, lists)):
        number, name, protocol = (
            at(port, field) for field in ("containerPort", "name", "protocol")
        )
        known = all(
            each is None or (isinstance(each, Scalar) and not each.is_unknown)
            for each in (number, name, protocol)
        )
        if not known or not isinstance(number, Scalar) or not number.text.isdecimal():
            return None
        spot = Spot(path, (name or number).span)
        found.append(
            ContainerPort(int(number.text), string(protocol) or "TCP", string(name) or "", spot)
        )
    return tuple(found)


def _first(root: Mapping) -> Span:
    return root.entries[0].key.span if root.entries else root.span


def _spot(path: str, node: Node | None) -> Spot | None:
    return Spot(path, node.span) if isinstance(node, Scalar) and node.text else None


def _key_spot(path: str, node: Node | None, name: str) -> Spot | None:
    entry = node.fields.get(name) if isinstance(node, Mapping) else None
    return None if entry is None else Spot(path, entry.key.span)
