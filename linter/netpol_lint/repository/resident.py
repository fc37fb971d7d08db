"""What lives in a namespace: the repository's objects as builds bring them there."""

from __future__ import annotations

from functools import cached_property

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.policy import API_GROUP, Policy
from netpol_lint.repository import outcome, service
from netpol_lint.repository.kustomize import Build
from netpol_lint.repository.manifest import Manifest
from netpol_lint.repository.service import Service
from netpol_lint.repository.workload import Labels, Spot, Workload


class Resident(NamedTuple):
    """A workload in one namespace, by one build."""

    workload: Workload
    """As the build leaves it."""
    path: str
    build: Build

    @property
    def labels(self) -> Labels | None:
        """Of its pods; None where they cannot be told."""
        return self.workload.labels

    @property
    def own_labels(self) -> Labels:
        """Of the object itself, with those that the build gives it and not its pods."""
        added = self.build.done.label_pairs
        if not added:
            return self.workload.own_labels
        pairs = {each.key: each.value for each in added if not each.unknown}
        return {**self.workload.own_labels, **pairs}

    def __str__(self) -> str:
        return str(self.workload)


class Front:
    """A Service in one namespace, by one build: the front of its pods. Read when asked."""

    def __init__(self, manifest: Manifest, path: str, build: Build) -> None:
        self._manifest = manifest
        self.name = manifest.name
        """As its file says."""
        self.path = path
        self.build = build

    @property
    def called(self) -> str:
        """What it is called after the build; empty where that cannot be foreseen."""
        return outcome.service_name(self.name, self.build)

    @cached_property
    def service(self) -> Service:
        """As the build leaves it."""
        return outcome.service(service.read(self._manifest, self.path), self.build)

    def diverts(self, number: int, protocol: str) -> bool:
        """Whether it may lead a port to another one of its pods.

        Most Services do not even mention the port, and are not read for it.
        """
        if not self._manifest.mentions(str(number)) or self.service.headless:
            return False
        return any(
            (each.number, each.protocol) == (number, protocol) and each.target != number
            for each in self.service.ports
        )

    @property
    def selector(self) -> Labels | None:
        """None where it cannot be told, or where it selects nothing."""
        return self.service.selector

    def __str__(self) -> str:
        return str(self.service)


class Sibling(NamedTuple):
    """A policy in one namespace, by one build."""

    policy: Policy
    """As the build leaves it."""
    path: str
    """Of its file, seen from the root."""
    build: Build

    @property
    def spot(self) -> Spot:
        """Where its name stands, or its kind."""
        name = self.policy.name
        return Spot(self.path, self.policy.kind_node.span if name is None else name.span)

    @property
    def order(self) -> tuple[str, int]:
        """Where it stands among the policies of the repository."""
        return self.path, self.policy.root.start

    @property
    def name(self) -> str | None:
        """What it is called in the end; None where that is not known, or it has no name."""
        name = self.policy.name
        if name is None or name.is_unknown or not name.text:
            return None
        return self.build.done.name_of("NetworkPolicy", name.text, API_GROUP)


class Foreigner(NamedTuple):
    """A policy of another engine, or an object that generates policies."""

    kind: str
    name: str
    path: str
    text: str
    """Of its document."""
