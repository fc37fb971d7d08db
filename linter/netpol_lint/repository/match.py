"""Whether a selector selects a pod, where both are known only as far as the repository tells."""

from __future__ import annotations

from netpol_lint.answer import Answer
from netpol_lint.policy import Operator, Requirement, Selector
from netpol_lint.repository.workload import Labels


def selects(selector: Selector | None, labels: Labels | None) -> Answer:
    """Whether pods with such labels are selected; no selector at all selects every pod."""
    if selector is None:
        return Answer.PROVEN
    if labels is None:
        return Answer.PROVEN if selector.everything else Answer.UNKNOWN
    if not all(meets(requirement, labels) for requirement in selector.requirements):
        return Answer.REFUTED
    return Answer.PROVEN if selector.exact else Answer.UNKNOWN


def meets(requirement: Requirement, labels: Labels) -> bool:
    """Whether an object with exactly these labels meets one requirement."""
    value = labels.get(requirement.key)
    if requirement.operator is Operator.IN:
        return value in requirement.values
    if requirement.operator is Operator.NOT_IN:
        return value not in requirement.values
    return (value is not None) is requirement.positive
