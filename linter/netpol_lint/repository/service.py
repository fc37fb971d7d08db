"""What a Service says about the pods behind it: how it finds them, and which port leads where."""

from __future__ import annotations

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Mapping, Node, Scalar
from netpol_lint.policy import string
from netpol_lint.repository.manifest import Manifest, at, items
from netpol_lint.repository.workload import Labels, Spot, texts


class ServicePort(NamedTuple):
    """One port of a Service."""

    number: int
    target: int | str
    """The port of the pods, or the name they give it."""
    protocol: str
    spot: Spot
    """Where the target stands, or the port where there is none."""


class Service(NamedTuple):
    """A Service of the core group."""

    name: str
    spot: Spot
    selector: Labels | None
    """None where it has none, or where a value of it is filled in later."""
    selector_spot: Spot | None
    ports: tuple[ServicePort, ...]
    """Those that can be read."""
    headless: bool
    type: str
    """How it is reached; `ClusterIP` where it does not say."""
    addresses: tuple[str, ...]
    """The cluster IPs that it states."""

    def __str__(self) -> str:
        return f"Service {self.name}"


def read(manifest: Manifest, path: str) -> Service:
    """The Service that an object is."""
    spec = at(manifest.root, "spec")
    selector = at(spec, "selector")
    labels = texts(selector)
    known = isinstance(selector, Mapping) and 0 < len(labels) == len(selector.fields)
    entry = spec.fields.get("selector") if isinstance(spec, Mapping) else None
    name = at(manifest.root, "metadata", "name")
    return Service(
        manifest.name,
        Spot(path, manifest.root.span if name is None else name.span),
        labels if known else None,
        None if entry is None else Spot(path, entry.key.span),
        tuple(port for each in items(at(spec, "ports")) if (port := _port(each, path)) is not None),
        string(at(spec, "clusterIP")) == "None",
        string(at(spec, "type")) or "ClusterIP",
        tuple(
            text
            for node in (at(spec, "clusterIP"), *items(at(spec, "clusterIPs")))
            if (text := string(node)) is not None and text[:1].isalnum() and text != "None"
        ),
    )


def _port(node: Node, path: str) -> ServicePort | None:
    number, target = _number(at(node, "port")), at(node, "targetPort")
    protocol = at(node, "protocol")
    if number is None or (protocol is not None and string(protocol) is None):
        return None
    place = at(node, "port") if target is None else target
    goal: int | str | None = number
    if isinstance(target, Scalar) and not target.is_null:
        goal = _number(target)
        if goal is None:
            goal = string(target)
    if goal is None or place is None:
        return None
    return ServicePort(number, goal, string(protocol) or "TCP", Spot(path, place.span))


def _number(node: Node | None) -> int | None:
    """A port number; one in quotes is a name, but Kubernetes reads all digits as a number too."""
    if isinstance(node, Scalar) and node.text.isdecimal() and len(node.text) <= 5:
        return int(node.text)
    return None
