"""Edits that make one requirement of a selector ask for another label."""

from __future__ import annotations

from netpol_lint import patch
from netpol_lint.edit import Edit
from netpol_lint.node import Mapping, Node, Scalar, Sequence
from netpol_lint.patch import Edits
from netpol_lint.policy import Operator, Requirement, Selector


def relabel(text: str, selector: Selector, requirement: Requirement, key: str, value: str) -> Edits:
    """Writes `key` and `value` into a requirement for one value of one label.

    None where it is written in another way, and where the selector asks for `key` already.
    """
    place = value_node(requirement)
    if place is None or selector.node.alias:
        return None
    edits: list[Edit] = []
    if key != requirement.key:
        if any(each.key == key for each in selector.requirements):
            return None
        renamed = patch.rewrite(text, requirement.key_node, key)
        if renamed is None:
            return None
        edits += renamed
    if value != requirement.values[0]:
        rewritten = patch.rewrite(text, place, value)
        if rewritten is None:
            return None
        edits += rewritten
    return tuple(edits)


def value_node(requirement: Requirement) -> Node | None:
    """Where the only value stands that a requirement allows; None where there is not just one."""
    if requirement.operator is not Operator.IN or len(requirement.values) != 1:
        return None
    node = requirement.node
    if isinstance(node, Scalar):
        return node
    values = node.get("values") if isinstance(node, Mapping) else None
    return values.items[0] if isinstance(values, Sequence) else None
