"""Sets of pods: a conjunction over the labels of the namespace and the labels of the pod."""

from __future__ import annotations

from collections.abc import Iterable

from netpol_lint.label_set import EVERYTHING, PRESENT, Labels, LabelSet, Values
from netpol_lint.named_tuple import NamedTuple

METADATA_NAME = "kubernetes.io/metadata.name"
"""The one label that Kubernetes itself puts on every namespace, with the namespace's name."""
OWN = "\0own"
"""Stands for the name of the policy's own namespace where that is not known.

It may equal any other name, so questions about it are asked once for each that is mentioned.
"""


class Pod(NamedTuple):
    """One pod, as policies see it."""

    namespace: Labels
    """The labels of its namespace."""
    labels: Labels


class PodSet(NamedTuple):
    """The pods with such labels in the namespaces with such labels."""

    namespaces: LabelSet
    pods: LabelSet

    @property
    def empty(self) -> bool:
        """Whether no pod can comply."""
        return self.namespaces.empty or self.pods.empty

    def holds(self, pod: Pod) -> bool:
        """Whether it is one of them."""
        return self.namespaces.holds(pod.namespace) and self.pods.holds(pod.labels)

    def meet(self, other: PodSet) -> PodSet:
        """The pods in both."""
        return PodSet(self.namespaces.meet(other.namespaces), self.pods.meet(other.pods))

    def minus(self, other: PodSet) -> list[PodSet]:
        """The pods of this set that are not in the other, as disjoint sets."""
        both = self.namespaces.meet(other.namespaces)
        if both.empty:
            return [self]
        outside = [PodSet(spaces, self.pods) for spaces in self.namespaces.minus(other.namespaces)]
        return [*outside, *(PodSet(both, pods) for pods in self.pods.minus(other.pods))]

    def example(self) -> Pod:
        """One pod of the set. Only for a set that is not empty."""
        return Pod(self.namespaces.example("other"), self.pods.example())

    @property
    def names(self) -> frozenset[str]:
        """The names of namespaces that it mentions; OWN may be among them."""
        limit = self.namespaces.limits.get(METADATA_NAME)
        return frozenset() if limit is None else limit.listed

    def landed(self, name: str) -> PodSet:
        """The same set where the policy's own namespace is called `name`."""
        limit = self.namespaces.limits.get(METADATA_NAME)
        if limit is None or OWN not in limit.listed:
            return self
        listed = limit.listed - {OWN} | {name}
        limits = {**self.namespaces.limits, METADATA_NAME: limit._replace(listed=listed)}
        return self._replace(namespaces=LabelSet(limits))


def namespaces(limits: Iterable[tuple[str, Values]]) -> LabelSet:
    """Namespaces with such labels. Each has a label with its name, whatever a selector asks for."""
    return LabelSet.of(((METADATA_NAME, PRESENT), *limits))


EVERY_NAMESPACE = namespaces(())
EVERY_POD = PodSet(EVERY_NAMESPACE, EVERYTHING)
