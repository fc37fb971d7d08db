"""What surrounds a policy in its repository: read-only, bounded, never outside the root."""

from __future__ import annotations

from netpol_lint.repository.namespace import (
    EffectiveNamespace,
    Repository,
    Suggestion,
    Surroundings,
)

__all__ = ["EffectiveNamespace", "Repository", "Suggestion", "Surroundings"]
