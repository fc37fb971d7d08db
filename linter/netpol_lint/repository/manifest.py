"""An object of a file as its surroundings see it: what it is, and which namespace it states."""

from __future__ import annotations

import re
from collections.abc import Iterator

from netpol_lint import parse
from netpol_lint.node import Mapping, Node, Scalar, Sequence
from netpol_lint.policy import string
from netpol_lint.regex import regex


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

TEMPLATE = regex(r"\{\{|\{%|<%")
"""The marks of a text that becomes a manifest only after rendering."""

# The fields that say what an object is, with the indented lines that follow them.
_HEAD = regex(
    r"^(?:apiVersion|kind|metadata)[ \t]*:[^\n]*(?:\n(?:[ \t#][^\n]*|\r?(?=\n|\Z)))*", re.MULTILINE
)


class Manifest:
    """One object; the items of a List stand for themselves.

    Most objects are only asked what they are: the whole is parsed when somebody reads `root`.
    """

    def __init__(self, text: str, part: parse.Part, head: Mapping, root: Mapping | None) -> None:
        self._source = text, part
        self._root = root
        metadata = head.get("metadata")
        namespace = at(metadata, "namespace")
        self.kind = string(head.get("kind")) or ""
        self.api_version = string(head.get("apiVersion")) or ""
        self.name = string(at(metadata, "name")) or ""
        self.states = ""
        """The namespace it states; it may be a placeholder. Nothing on a cluster-wide kind."""
        self.namespace = ""
        """The same, if it is a plain text."""
        if self.kind not in CLUSTER_SCOPED and isinstance(namespace, Scalar):
            self.namespace = string(namespace) or ""
            self.states = "" if namespace.is_null else namespace.text

    @property
    def root(self) -> Mapping:
        """The whole object."""
        if self._root is None:
            root = parse.parse(*self._source).root
            self._root = root if isinstance(root, Mapping) else Mapping(0, [], False)
        return self._root

    @property
    def group(self) -> str:
        """The API group; empty for the core one."""
        return self.api_version.rpartition("/")[0]

    @property
    def lives_in_a_namespace(self) -> bool:
        """Whether it certainly needs a namespace."""
        return self.kind in NAMESPACED

    @property
    def text(self) -> str:
        """The text of its whole file, which every span of `root` refers to."""
        return self._source[0]

    @property
    def body(self) -> str:
        """The text of its document."""
        text, part = self._source
        return text[part.start : part.end]

    def mentions(self, word: str) -> bool:
        """Whether its text has `word` somewhere."""
        text, part = self._source
        return text.find(word, part.start, part.end) >= 0


def manifests(text: str) -> Iterator[Manifest]:
    """The objects of a file. Templates and what cannot be read are left out."""
    for part in parse.split(text):
        if text.find("kind", part.start, part.end) < 0:
            continue
        body = text[part.start : part.end]
        if TEMPLATE.search(body) is not None:
            continue
        head = _head(body)
        if head is not None:
            yield Manifest(text, part, head, None)
            continue
        root = parse.parse(text, part).root
        if not isinstance(root, Mapping) or string(root.get("kind")) is None:
            continue
        listed = root.get("items") if (string(root.get("kind")) or "").endswith("List") else None
        for each in (root,) if listed is None else items(listed):
            if isinstance(each, Mapping) and string(each.get("kind")) is not None:
                yield Manifest(text, part, each, each)


def _head(body: str) -> Mapping | None:
    """An object without its contents; None where only the whole of it can be read."""
    if body.lstrip(" \t\r\n").startswith(("{", "[")) or "<<" in body:
        return None
    text = "\n".join(match[0] for match in _HEAD.finditer(body))
    root = parse.parse(text, parse.Part(0, len(text))).root
    kind = string(root.get("kind")) if isinstance(root, Mapping) else None
    if not isinstance(root, Mapping) or kind is None or kind.endswith("List"):
        return None
    return root


def at(node: Node | None, *names: str) -> Node | None:
    """The value below `node` at the end of a path of field names, or None."""
    for name in names:
        if not isinstance(node, Mapping):
            return None
        node = node.get(name)
    return node


def stated(node: Node | None) -> str | None:
    """A stated name; the empty text for a placeholder, None where nothing is stated."""
    if not isinstance(node, Scalar) or node.is_null or not node.text:
        return None
    return "" if node.is_unknown else node.text


def items(node: Node | None) -> list[Node]:
    """The items of a list, or none."""
    return node.items if isinstance(node, Sequence) else []


def text_at(node: Node | None, *names: str) -> str:
    """The text at the end of a path of field names, as written; empty where none stands."""
    node = at(node, *names)
    return "" if not isinstance(node, Scalar) or node.is_null else node.text
