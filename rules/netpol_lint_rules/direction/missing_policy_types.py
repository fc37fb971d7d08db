"""Without `policyTypes` the API decides which directions a policy isolates.

Why
---
The default is ingress, and egress too if it has a rule. It is stored with the object, so that a
policy reads differently in the cluster and in the repository, and whoever adds an egress rule
later changes which directions are isolated without seeing it.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till

When it stays silent
--------------------
The missing types are part of a mistake that another rule names: an empty `egress`, egress rules
alone, an empty `spec`. The file is a patch of a kustomization, or a template.

Fix safety
----------
Safe: what the API would add is written down.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import declare
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety
from netpol_lint.policy import Direction, Policy, Presence
from netpol_lint.rule import Rule


def check(policy: Policy, _: Context) -> Iterator[Diagnostic]:
    """Finds a spec whose types the API fills in."""
    if not policy.policy_types.nothing or policy.spec.presence is not Presence.FILLED:
        return
    # An empty egress is no matter of style: nothing of it is denied.
    if policy.declared is None or policy.egress.presence in (Presence.EMPTY, Presence.NULL):
        return
    yield _diagnostic(policy, policy.declared)


def _diagnostic(policy: Policy, declared: frozenset[Direction]) -> Diagnostic:
    words = " and ".join(each.policy_type for each in Direction if each in declared)
    edits = declare.write(policy, declared)
    return Diagnostic(
        policy.spec.key.span,
        f"no policyTypes: {words} {'is' if len(declared) == 1 else 'are'} assumed",
        help="the API adds ingress always, and egress if it has a rule;\n"
        "write `policyTypes`, so that everybody sees which directions are isolated",
        fix=None if edits is None else Fix(Safety.SAFE, "write down what the API assumes", edits),
    )


RULE = Rule(
    "missing-policy-types",
    Group.STYLE,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
)
