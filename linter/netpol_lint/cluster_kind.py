"""The kinds of network policy that belong to the whole cluster and to no namespace."""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint.node import Mapping, Node, Sequence
from netpol_lint.policy import string

_ADMIN = frozenset(("policy.networking.k8s.io",))
_CALICO = frozenset(("projectcalico.org", "crd.projectcalico.org"))

GROUPS = {
    "AdminNetworkPolicy": _ADMIN,
    "BaselineAdminNetworkPolicy": _ADMIN,
    "ClusterNetworkPolicy": _ADMIN | {"crd.antrea.io"},
    "CiliumClusterwideNetworkPolicy": frozenset(("cilium.io",)),
    "GlobalNetworkPolicy": _CALICO,
}
"""The API groups in which each of them exists; every name holds `NetworkPolicy`."""


def find(root: Node | None) -> Iterator[tuple[str, Mapping]]:
    """The cluster-wide policies of one document, each with its kind: itself, or a list's items."""
    if not isinstance(root, Mapping):
        return
    kind = string(root.get("kind"))
    if kind in GROUPS:
        if _group(root) in GROUPS[kind]:
            yield kind, root
    elif kind == "List" or (kind is not None and kind.removesuffix("List") in GROUPS):
        items = root.get("items")
        for item in items.items if isinstance(items, Sequence) else ():
            if isinstance(item, Mapping):
                inner = string(item.get("kind"))
                if inner in GROUPS and _group(item) in GROUPS[inner]:
                    yield inner, item


def _group(root: Mapping) -> str:
    return (string(root.get("apiVersion")) or "").partition("/")[0]
