"""An object of a file as its surroundings see it: what it is, and which namespace it states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from netpol_lint import parse
from netpol_lint.node import Mapping, Node, Scalar, Sequence
from netpol_lint.policy import string
from netpol_lint.scalar import NotJson


def _kinds(names: str) -> frozenset[str]:
    return frozenset(names.split())


NAMESPACED = _kinds(
    "ConfigMap ControllerRevision CronJob DaemonSet Deployment DeploymentConfig Endpoints"
    " EndpointSlice HorizontalPodAutoscaler Ingress Job Lease LimitRange PersistentVolumeClaim Pod"
    " PodDisruptionBudget PodTemplate ReplicaSet ReplicationController ResourceQuota Role"
    " RoleBinding Rollout Route Secret Service ServiceAccount ServiceMonitor"
    " StatefulSet"
)
"""Kinds that certainly live in a namespace and travel with a policy."""

CLUSTER_SCOPED = _kinds(
    "APIService ClusterRole ClusterRoleBinding CSIDriver CustomResourceDefinition"
    " MutatingWebhookConfiguration Namespace Node PersistentVolume PriorityClass StorageClass"
    " ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding"
    " ValidatingWebhookConfiguration"
)
"""Kinds on which a namespace says nothing."""

WORKLOADS = _kinds(
    "CronJob DaemonSet Deployment DeploymentConfig Job Pod ReplicaSet ReplicationController"
    " Rollout StatefulSet"
)
"""Kinds that hold pods, or are one."""

TEMPLATE = re.compile(r"\{\{|\{%|<%")
"""The marks of a text that becomes a manifest only after rendering."""

_NO_NAMESPACE = re.compile(r"^kind:[ \t]*[\"']?CustomResourceDefinition\b", re.MULTILINE)


class Manifest(NamedTuple):
    """One object; the items of a List stand for themselves."""

    kind: str
    api_version: str
    name: str
    namespace: Scalar | None
    """The stated namespace, if it is a text; it may be a placeholder."""
    root: Mapping

    @property
    def group(self) -> str:
        """The API group; empty for the core one."""
        return self.api_version.rpartition("/")[0]

    @property
    def states(self) -> str:
        """The namespace it states, as the API would read it; nothing where it states none."""
        if self.namespace is None or self.kind in CLUSTER_SCOPED:
            return ""
        return self.namespace.text

    @property
    def lives_in_a_namespace(self) -> bool:
        """Whether it certainly needs a namespace."""
        return self.kind in NAMESPACED


def manifests(text: str) -> Iterator[Manifest]:
    """The objects of a file. Templates and what cannot be read are left out."""
    for part in parse.split(text):
        body = text[part.start : part.end]
        if "kind" not in body or TEMPLATE.search(body) is not None or _NO_NAMESPACE.search(body):
            continue
        yield from of_root(parse.parse(text, part).root)


def of_root(root: Node | None) -> Iterator[Manifest]:
    """The objects of one document."""
    if not isinstance(root, Mapping):
        return
    try:
        kind = string(root.get("kind"))
        items = root.get("items")
    except NotJson:
        return
    if kind is None:
        return
    if kind.endswith("List") and isinstance(items, Sequence):
        for item in items.items:
            if isinstance(item, Mapping):
                yield from _one(item)
    else:
        yield from _one(root)


def _one(root: Mapping) -> Iterator[Manifest]:
    kind = string(root.get("kind"))
    if kind is None:
        return
    namespace = at(root, "metadata", "namespace")
    name = string(at(root, "metadata", "name")) or ""
    api_version = string(root.get("apiVersion")) or ""
    if not isinstance(namespace, Scalar) or not namespace.text or namespace.is_null:
        namespace = None
    yield Manifest(kind, api_version, name, namespace, root)


def at(node: Node | None, *names: str) -> Node | None:
    """The value below `node` at the end of a path of field names, or None."""
    for name in names:
        if not isinstance(node, Mapping):
            return None
        node = node.get(name)
    return node


def items(node: Node | None) -> list[Node]:
    """The items of a list, or none."""
    return node.items if isinstance(node, Sequence) else []
