"""Edits that write a policy's `policyTypes`, or complete them."""

from __future__ import annotations

from collections.abc import Iterable

from netpol_lint import patch
from netpol_lint.node import Mapping, Scalar, Sequence
from netpol_lint.patch import Edits
from netpol_lint.policy import Direction, Policy, Presence, dash_of


def write(policy: Policy, directions: Iterable[Direction]) -> Edits:
    """Declares `directions` in a policy whose `policyTypes` are missing, null or empty."""
    spec, types = policy.spec.value, policy.policy_types
    if spec is None or not spec.entries:
        return None
    quote = quote_of(spec)
    wanted = frozenset(directions)
    names = [each.policy_type for each in Direction if each in wanted]
    words = ", ".join(f"{quote}{word}{quote}" for word in names)
    if types.entry is not None:
        if types.presence is Presence.NULL:
            return patch.fill(policy.text, types.entry, f"[{words}]")
        return patch.replace(types.node, f"[{words}]")
    field = f"{quote}policyTypes{quote}: [{words}]"
    if policy.subject.entry is None:
        return patch.prepend_entry(policy.text, spec, field)
    return patch.add_entry(policy.text, spec, policy.subject.entry, field)


def append(policy: Policy, direction: Direction) -> Edits:
    """Writes `direction` behind the other one, in the style of the list."""
    node = policy.policy_types.node
    if not isinstance(node, Sequence) or node.alias or len(node.items) != 1:
        return None
    last = node.items[0]
    if not isinstance(last, Scalar) or policy.text[node.start] == "&":
        return None  # a list with an anchor may be used elsewhere, too
    written = policy.text[last.start : last.end]
    word = written.replace(direction.other.policy_type, direction.policy_type)
    if word == written:
        return None
    joint = ", "
    if not node.flow:
        indent = " " * patch.column(policy.text, dash_of(policy.text, node, 0).start)
        joint = f"{patch.line_break(policy.text)}{indent}- "
    return patch.replace(last, f"{written}{joint}{word}")


def quote_of(mapping: Mapping) -> str:
    """The quotes that an object's keys stand in: none in YAML, as a rule, and `"` in JSON."""
    key = mapping.entries[0].key if mapping.entries else None
    return key.style if isinstance(key, Scalar) and key.style in ("'", '"') else ""
