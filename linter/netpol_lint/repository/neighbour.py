"""The objects beside a policy in its file: which labels its namespaces and pods carry."""

from __future__ import annotations

from functools import cached_property, lru_cache

from netpol_lint.node import Mapping, Node, Scalar
from netpol_lint.repository.manifest import WORKLOADS, Manifest, at, manifests

Labels = dict[str, str]

_NULLS = ("", "~", "null")


class Neighbours:
    """What the objects of one file tell. Nothing is read before somebody asks."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _manifests(self) -> tuple[Manifest, ...]:
        return tuple(manifests(self._text))

    @cached_property
    def namespaces(self) -> dict[str, Labels]:
        """The labels of each Namespace object, by its name."""
        return {
            manifest.name: _labels(at(manifest.root, "metadata", "labels"))
            for manifest in self._manifests
            if manifest.kind == "Namespace" and manifest.name
        }

    @cached_property
    def pods(self) -> tuple[Labels, ...]:
        """The labels of the pods that each workload makes."""
        return tuple(map(_pod_labels, self._workloads))

    @cached_property
    def lived_in(self) -> frozenset[str]:
        """The namespaces that its objects state."""
        return frozenset(each.namespace for each in self._manifests if each.namespace)

    @property
    def _workloads(self) -> list[Manifest]:
        # Files of policies only, and they may be large, are not read a second time.
        if not any(kind in self._text for kind in WORKLOADS):
            return []
        return [manifest for manifest in self._manifests if manifest.kind in WORKLOADS]


@lru_cache(maxsize=4)
def neighbours(text: str) -> Neighbours:
    """The objects in the text of a file."""
    return Neighbours(text)


def _pod_labels(manifest: Manifest) -> Labels:
    pod: Node | None = manifest.root
    if manifest.kind == "CronJob":
        pod = at(pod, "spec", "jobTemplate", "spec", "template")
    elif manifest.kind != "Pod":
        pod = at(pod, "spec", "template")
    return _labels(at(pod, "metadata", "labels"))


def _labels(node: Node | None) -> Labels:
    """Labels as the API reads them, in which null is the empty value."""
    if not isinstance(node, Mapping):
        return {}
    return {
        key: "" if not entry.value.style and entry.value.text in _NULLS else entry.value.text
        for key, entry in node.fields.items()
        if isinstance(entry.value, Scalar)
    }
