"""What surrounds a policy in its repository: read-only, bounded, never outside the root."""

from __future__ import annotations

from netpol_lint.repository.census import Census
from netpol_lint.repository.company import Company
from netpol_lint.repository.entrance import Entrance
from netpol_lint.repository.kustomize import Build
from netpol_lint.repository.population import Population
from netpol_lint.repository.resident import Foreigner, Front, Resident, Sibling
from netpol_lint.repository.roll import Roll
from netpol_lint.repository.suggestion import Suggestion
from netpol_lint.repository.surroundings import EffectiveNamespace, Repository, Surroundings
from netpol_lint.repository.workload import Spot

__all__ = [
    "Build",
    "Census",
    "Company",
    "EffectiveNamespace",
    "Entrance",
    "Foreigner",
    "Front",
    "Population",
    "Repository",
    "Resident",
    "Roll",
    "Sibling",
    "Spot",
    "Suggestion",
    "Surroundings",
]
