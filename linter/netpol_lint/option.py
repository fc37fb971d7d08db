"""What a user may set and a rule may read."""

from __future__ import annotations

from netpol_lint.named_tuple import NamedTuple


class KubeVersion(NamedTuple):
    """A minor version of Kubernetes, as in 1.36."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


NEWEST = KubeVersion(1, 36)
"""The newest version whose validation is known here."""


class Options(NamedTuple):
    """The settings of a run that change what rules conclude."""

    kube_version: KubeVersion = NEWEST
    default_namespace: str | None = None
