"""A bare dash under `ingress` or `egress` is an empty rule, which allows everything.

Why
---
A dash with nothing behind it, often what is left of a deleted or commented-out rule, is a null
item. The API reads it as `- {}`: every peer, every port. A policy that was to deny everything
then allows everything.

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
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till
      -

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
The direction is not declared: then none of its rules counts. Where a comment on the dash says
that everyone is meant, or the name says "allow all", it is only said on request (info).

Fix safety
----------
Unsafe: what the empty rule allowed is no longer allowed. The item is deleted; a list without a
further item becomes `[]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import patch, witness
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety, Severity
from netpol_lint.intent import Intent
from netpol_lint.lexicon import Word
from netpol_lint.node import Sequence
from netpol_lint.policy import Allow, Direction, Policy, is_null
from netpol_lint.rule import Rule
from netpol_lint.span import Span


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Finds null items of a declared direction."""
    declared = policy.evident.declared or ()
    for direction in Direction:
        if direction not in declared:
            continue
        for index, allow in enumerate(policy.allows(direction).value):
            if is_null(allow.node):
                is_said = _is_said(context.intent, direction, allow)
                # In a flow list, as in JSON, there is no dash.
                has_dash = policy.text[allow.dash.start] == "-"
                written, meant = ("a bare dash", "`- {}`") if has_dash else ("`null`", "`{}`")
                yield Diagnostic(
                    allow.dash,
                    f"{written} is read as {meant}: it allows all {direction} traffic",
                    help=f"{witness.everyone(policy, direction)};\n"
                    f"if that is meant, write {meant}; if nobody is, write `{direction}: []`",
                    fix=None if is_said else _fix(policy, direction, index),
                    severity=Severity.INFO if is_said else None,
                    covers=_whole(allow),
                )


def _is_said(intent: Intent, direction: Direction, allow: Allow) -> bool:
    """Whether a comment on the dash means everyone, or the author says "allow all"."""
    return intent.noted(_whole(allow), Word.EVERYONE) is not None or any(
        not each.directions or direction in each.directions for each in intent.allowances
    )


def _whole(allow: Allow) -> Span:
    return Span(allow.dash.start, max(allow.dash.end, allow.node.end))


def _fix(policy: Policy, direction: Direction, index: int) -> Fix | None:
    node = policy.allows(direction).node
    edits = patch.remove_item(policy.text, node, index) if isinstance(node, Sequence) else None
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, "delete the empty rule", edits)


RULE = Rule(
    "null-rule",
    Group.CONTRADICTION,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"nulls"})),),
    silences=frozenset(("deny-that-allows", "voided-by-allow-all")),
)
