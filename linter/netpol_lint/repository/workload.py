"""What a workload says about the pods it makes: their labels, their ports, their network."""

from __future__ import annotations

from collections.abc import Mapping as Table

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Entry, Mapping, Node, Scalar
from netpol_lint.policy import string
from netpol_lint.repository.manifest import Manifest, at, items
from netpol_lint.span import Span

Labels = Table[str, str]

_NULLS = ("", "~", "null", "Null", "NULL")
TEMPLATES: dict[str, tuple[str, ...]] = {
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Pod": (),
}
"""Where a kind keeps its pod template; all others keep it in `spec.template`."""


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


class Workload(NamedTuple):
    """A Deployment or another kind that makes pods, or a Pod itself."""

    kind: str
    group: str
    """The API group; empty for the core one."""
    name: str
    spot: Spot
    """Where its name stands."""
    own_labels: Labels
    """Of the object itself; pods do not carry them."""
    own_labels_spot: Spot | None
    labels: Labels | None
    """Of its pods; None where one of them is filled in later, or the template lies elsewhere."""
    labels_spot: Spot
    """Where the pods' labels stand, or else its name."""
    annotations: Labels
    """Of its pods, as far as they can be read."""
    host_network: bool
    host_network_spot: Spot | None
    dns_policy: str
    """Of its pods; nothing where none is stated."""
    ports: tuple[ContainerPort, ...] | None
    """All that its containers declare; None where some cannot be read."""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def read(manifest: Manifest, path: str) -> Workload:
    """The workload that an object of a kind in `manifest.WORKLOADS` is."""
    metadata = at(manifest.root, "metadata")
    pod = at(manifest.root, *TEMPLATES.get(manifest.kind, ("spec", "template")))
    name = _spot(path, at(metadata, "name")) or Spot(path, _first(manifest.root))
    labels = at(pod, "metadata", "labels")
    host = at(pod, "spec", "hostNetwork")
    is_host = isinstance(host, Scalar) and host.text == "true"
    return Workload(
        manifest.kind,
        manifest.group,
        manifest.name,
        name,
        texts(at(metadata, "labels")),
        _key_spot(path, metadata, "labels"),
        None if at(manifest.root, "spec", "workloadRef") is not None else known(labels),
        _key_spot(path, at(pod, "metadata"), "labels") or name,
        texts(at(pod, "metadata", "annotations")),
        is_host,
        _key_spot(path, at(pod, "spec"), "hostNetwork") if is_host else None,
        string(at(pod, "spec", "dnsPolicy")) or "",
        _ports(at(pod, "spec"), path),
    )


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


def _value(entry: Entry) -> str | None:
    value = entry.value
    if not isinstance(value, Scalar) or value.is_unknown or "$" in value.text:
        return None
    return "" if not value.style and value.text in _NULLS else value.text


def _ports(spec: Node | None, path: str) -> tuple[ContainerPort, ...] | None:
    found: list[ContainerPort] = []
    for field in ("containers", "initContainers"):
        for container in items(at(spec, field)):
            for port in items(at(container, "ports")):
                number = at(port, "containerPort")
                name, protocol = at(port, "name"), at(port, "protocol")
                known = all(
                    each is None or (isinstance(each, Scalar) and not each.is_unknown)
                    for each in (number, name, protocol)
                )
                if not known or not isinstance(number, Scalar) or not number.text.isdecimal():
                    return None
                spot = Spot(path, (name or number).span)
                found.append(
                    ContainerPort(
                        int(number.text), string(protocol) or "TCP", string(name) or "", spot
                    )
                )
    return tuple(found)


def _first(root: Mapping) -> Span:
    return root.entries[0].key.span if root.entries else root.span


def _spot(path: str, node: Node | None) -> Spot | None:
    return Spot(path, node.span) if isinstance(node, Scalar) and node.text else None


def _key_spot(path: str, node: Node | None, name: str) -> Spot | None:
    entry = node.fields.get(name) if isinstance(node, Mapping) else None
    return None if entry is None else Spot(path, entry.key.span)
