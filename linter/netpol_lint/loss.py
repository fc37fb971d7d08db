"""Fields in a wrong place or wrongly spelt: the findings that only their absence causes."""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint.diagnostic import Consequence
from netpol_lint.node import Mapping, Node, Sequence
from netpol_lint.policy import Direction, Policy, directions
from netpol_lint.span import Span
from netpol_lint.stray import is_set

_RULES = {"ingress": "ingress", "from": "ingress", "egress": "egress", "to": "egress"}
_NAMES = ("name", "generateName")


def of(policy: Policy, name: str, value: Node, *, undirected: bool) -> Iterator[Consequence]:
    """What the absence of the field `name` of root, `metadata` or `spec` causes, if it is absent.

    `value` is what stands at the wrong place. `undirected` says whether what the author denies, if
    anything, is denied without a direction: only then it may depend on the other direction.
    """
    if name in ("metadata", *_NAMES, "namespace"):
        yield from _of_metadata(policy, name, value)
    elif name == "apiVersion" and "apiVersion" not in policy.root.fields:
        yield _all_over(policy, "unknown-api-version")
    elif name == "spec" and policy.spec.nothing:
        yield _all_over(policy, "empty-spec")
    elif name == "podSelector" and not policy.subject.is_set:
        yield _all_over(policy, "empty-spec", "implicit-subject")
    elif name == "policyTypes" and policy.policy_types.nothing:
        yield from _of_types(policy, value, undirected=undirected)
    elif name in _RULES:
        direction = Direction(_RULES[name])
        if not policy.allows(direction).is_set:
            yield from _of_direction(policy, direction, value, undirected=undirected)


def _all_over(policy: Policy, *rules: str) -> Consequence:
    return Consequence(policy.root.span, frozenset(rules))


def _of_metadata(policy: Policy, name: str, value: Node) -> Iterator[Consequence]:
    if name == "metadata":
        if policy.metadata.nothing and isinstance(value, Mapping):
            for key, entry in value.fields.items():
                if key != "metadata":
                    yield from _of_metadata(policy, key, entry.value)
        return
    metadata = policy.metadata.value
    if metadata is not None and is_set(metadata, name):
        return
    if name == "namespace":
        yield _all_over(policy, "missing-namespace")
    elif name in _NAMES:
        # Not all over: another name may be refused for what is written in it.
        spans = [policy.kind_node.span]
        if policy.metadata.entry is not None:
            spans.append(policy.metadata.key.span)
        if metadata is not None and "name" in metadata.fields:
            spans.append(metadata.fields["name"].span)
        for span in spans:
            yield Consequence(span, frozenset(("invalid-name",)))


def _of_types(policy: Policy, value: Node, *, undirected: bool) -> Iterator[Consequence]:
    meant = directions(value)
    rules = ["empty-spec", "missing-policy-types"]
    if meant is None or meant:
        rules += ["implied-ingress-deny", "empty-egress-without-types"]
        if meant is None or Direction.INGRESS not in meant:
            rules.append("allow-that-denies")
        if meant is None or meant != policy.declared:
            rules.append("inert-policy")
            if undirected:
                rules.append("deny-that-allows")
    yield _all_over(policy, *rules)


def _of_direction(
    policy: Policy, direction: Direction, value: Node, *, undirected: bool
) -> Iterator[Consequence]:
    rules = ["empty-spec", "direction-without-rules"]
    if direction is Direction.INGRESS:
        rules.append("implied-ingress-deny")
    elif policy.policy_types.nothing:
        # With a rule it would have been declared.
        rules += ["empty-egress-without-types", "inert-policy"]
        if undirected:
            rules.append("deny-that-allows")
    yield _all_over(policy, *rules)
    if isinstance(value, Sequence) and value.items:
        for span in _of_closed(policy, direction):
            yield Consequence(span, frozenset(("allow-that-denies",)))


def _of_closed(policy: Policy, direction: Direction) -> Iterator[Span]:
    """Where it is said that a direction without rules is closed; the other one has its own key."""
    for field in (policy.allows(direction), policy.policy_types, policy.spec):
        if field.entry is not None:
            yield field.entry.key.span
            return
