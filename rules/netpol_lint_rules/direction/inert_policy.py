"""A policy that allows everything it is about changes nothing on its own.

Why
---
Pods that no policy selects are open already. A policy whose every direction has an empty rule
isolates pods and opens them again. It is worth its lines only where another policy isolates the
same pods, and then it takes that isolation away.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]
      ingress:
      - {}

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]
      ingress:
      - ports:
        - port: 8080

When it stays silent
--------------------
The name or a comment says that everything is allowed, or that something is denied. Another policy
that may be in its namespace isolates one of these pods in that direction. What is open by a bare
dash, by ignored rules or by an `egress` that is not counted belongs to the rules about these.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import kin
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group, Label
from netpol_lint.policy import Direction, Meaning, Policy, is_null
from netpol_lint.rule import Rule


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Finds a policy all of whose directions are open."""
    declared = policy.declared
    if not declared or any(policy.meaning(each) is not Meaning.ALLOW_ALL for each in declared):
        return
    if any(policy.allows(each).written for each in Direction if each not in declared):
        return
    if any(is_null(allow.node) for _, allow in policy.declared_allows()):
        return
    if _is_needed(policy, context, declared):
        return
    yield Diagnostic(
        policy.kind_node.span,
        "alone this policy changes nothing: pods are open until some policy isolates them",
        labels=tuple(
            Label(allow.dash, f"allows all {direction} traffic")
            for direction, allow in policy.declared_allows()
            if allow.everything
        ),
        help="it allows what is allowed already; only where another policy isolates the same pods "
        "does it matter, and there it undoes that: name the peers and ports that are meant",
    )


def _is_needed(policy: Policy, context: Context, declared: frozenset[Direction]) -> bool:
    """Whether it undoes what another policy does, or is said to be open on purpose."""
    intent = context.intent
    if intent.allowances or intent.denials:
        return True
    return any(
        (each.declared is None or each.declared & declared) and kin.may_share_pods(policy, each)
        for each in kin.possible(context)
    )


RULE = Rule(
    "inert-policy",
    Group.STYLE,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
)
