"""A policy type that is listed twice: the second one was meant to be the other one.

Why
---
`policyTypes: [Ingress, Ingress]` is accepted and means `[Ingress]`. Nobody writes the same type
twice on purpose, so the other direction, which was to be isolated as well, stays open.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: closed
      namespace: shop
    spec:
      podSelector: {}
      policyTypes:
      - Ingress
      - Ingress

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: closed
      namespace: shop
    spec:
      podSelector: {}
      policyTypes:
      - Ingress
      - Egress

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: closed
      namespace: shop
    spec:
      podSelector: {}
      policyTypes:
      - Ingress

When it stays silent
--------------------
The words are not policy types, or there are more than two: that is refused, and reported as such.

Fix safety
----------
Safe where the other direction is not written: the repeat is deleted, and everything is as before.
Unsafe where it is: the repeat becomes the other type, and that direction is isolated.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import mark, patch, witness
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety
from netpol_lint.node import Sequence
from netpol_lint.policy import Direction, Policy
from netpol_lint.rule import Rule


def check(policy: Policy, _: Context) -> Iterator[Diagnostic]:
    """Finds two readable types that are one."""
    if policy.declared is None or len(policy.declared) != 1 or len(policy.policy_types.value) != 2:
        return
    node = policy.policy_types.node
    (direction,) = policy.declared
    if not isinstance(node, Sequence):
        return
    other = direction.other
    yield Diagnostic(
        mark.nth(policy.text, node, 1),
        f"`{direction.policy_type}` is listed twice: {other.policy_type} is not declared",
        labels=(Label(mark.nth(policy.text, node, 0), "listed here already"),),
        help=f"{witness.everyone(policy, other)};\n"
        f"write {other.policy_type} if that direction is to be isolated, too",
        fix=_fix(policy, node, other),
    )


def _fix(policy: Policy, node: Sequence, other: Direction) -> Fix | None:
    if policy.allows(other).written:
        edits = patch.rewrite(policy.text, node.items[1], other.policy_type)
        title, safety = f"list {other.policy_type} instead", Safety.UNSAFE
    else:
        edits = patch.remove_item(policy.text, node, 1)
        title, safety = "delete the repeat", Safety.SAFE
    return None if edits is None else Fix(safety, title, edits)


RULE = Rule(
    "duplicate-policy-type",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"repeated-types"})),),
)
