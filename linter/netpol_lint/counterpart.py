"""Workloads that a selector means by another word: by the policy's name, or by their part."""

from __future__ import annotations

from collections.abc import Iterable

from netpol_lint.policy import Requirement
from netpol_lint.repository import Resident

_ENDINGS = (
    "",
    *("-np", "-netpol", "-policy", "-networkpolicy", "-network-policy"),
    *("-ingress", "-egress"),
)
"""What stands behind the name of a workload in that of its policy."""
_PARTS = (
    frozenset(("front-end", "frontend", "web", "webapp")),
    frozenset(("api", "back-end", "backend")),
    frozenset(("database", "db")),
)
"""Words for one part of an application."""


def bears(policy_name: str, workload_names: Iterable[str]) -> bool:
    """Whether a policy is called after one of the workloads."""
    names = frozenset(workload_names)
    return any(
        policy_name.removesuffix(ending) in names
        for ending in _ENDINGS
        if policy_name.endswith(ending)
    )


def have_part(requirements: Iterable[Requirement], residents: Iterable[Resident]) -> bool:
    """Whether one of the workloads has the part that is asked for, by another word."""
    asked = [
        (each.key, part)
        for each in requirements
        for part in _PARTS
        if part.intersection(each.values)
    ]
    return any(
        (resident.labels or {}).get(key) in part for key, part in asked for resident in residents
    )
