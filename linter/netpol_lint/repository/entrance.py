"""What leads traffic from outside to the Services of a namespace: Ingresses, routes, gateways."""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Node
from netpol_lint.policy import string
from netpol_lint.repository.manifest import Manifest, at, items
from netpol_lint.repository.workload import Spot

KINDS = frozenset(("GRPCRoute", "HTTPRoute", "Ingress", "Route"))
_GROUPS = (
    "extensions",
    "gateway.networking.k8s.io",
    "networking.k8s.io",
    "route.openshift.io",
)


class Entrance(NamedTuple):
    """An object that lets traffic from outside in."""

    kind: str
    name: str
    spot: Spot
    """Where its name stands."""
    services: frozenset[str]
    """The names of the Services of its namespace that it leads to."""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def read(manifest: Manifest, path: str) -> Entrance | None:
    """The entrance that an object is; None where it is no known kind of them."""
    if manifest.kind not in KINDS or manifest.group not in _GROUPS:
        return None
    spec = at(manifest.root, "spec")
    name = at(manifest.root, "metadata", "name")
    services = frozenset(
        text for node in _targets(manifest.kind, spec) if (text := string(node)) is not None
    )
    span = manifest.root.span if name is None else name.span
    return Entrance(manifest.kind, manifest.name, Spot(path, span), services)


def _targets(kind: str, spec: Node | None) -> Iterator[Node | None]:
    """Where the names of the Services stand."""
    if kind == "Route":
        yield at(spec, "to", "name")
    elif kind == "Ingress":
        yield at(spec, "defaultBackend", "service", "name")
        for rule in items(at(spec, "rules")):
            for each in items(at(rule, "http", "paths")):
                yield at(each, "backend", "service", "name")
    else:
        for rule in items(at(spec, "rules")):
            for each in items(at(rule, "backendRefs")):
                kinds = string(at(each, "kind")) or "Service"
                if kinds == "Service" and at(each, "namespace") is None:
                    yield at(each, "name")
