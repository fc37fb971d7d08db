"""An egress policy without `policyTypes` also denies all ingress.

Why
---
Without `policyTypes` every policy is about ingress, and about egress too if it has egress rules.
Who writes egress rules only, to restrict what pods connect to, cuts them off from their clients.
This has surprised many (kubernetes/kubernetes#51351, kubernetes/website#7895).

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
      egress:
      - to:
        - podSelector:
            matchLabels:
              app: ledger

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
      policyTypes: [Egress]
      egress:
      - to:
        - podSelector:
            matchLabels:
              app: ledger

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Egress]
      egress:
      - to:
        - podSelector:
            matchLabels:
              app: ledger

When it stays silent
--------------------
`ingress: []` is written. The name or a comment says that ingress is denied, or denies without a
direction. Another policy that may be in its namespace isolates ingress of all these pods, so that
nothing changes. The file is a patch of a kustomization.

Fix safety
----------
Unsafe: ingress is open afterwards, unless another policy isolates it.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import declare, kin, witness
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety
from netpol_lint.policy import Direction, Policy, Presence
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.speech import Word, hear


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Finds egress rules alone, without types."""
    if not policy.policy_types.nothing or policy.egress.presence is not Presence.FILLED:
        return
    if policy.ingress.presence not in (Presence.ABSENT, Presence.NULL):
        return
    if not _is_said(policy, context) and not _is_isolated_anyway(policy, context):
        yield _diagnostic(policy)


def _is_said(policy: Policy, context: Context) -> bool:
    """Whether the author means ingress to be denied."""
    intent = context.intent
    if any(not each.directions or each.names(Direction.INGRESS) for each in intent.denials):
        return True
    if intent.says(None, Word.QUARANTINE):
        return True
    texts = [policy.name_text, *(comment.text for comment in context.notes.on(policy.root.span))]
    return any(_denies_ingress(text) for text in texts)


def _denies_ingress(text: str) -> bool:
    """Whether a sentence speaks of ingress and of denying, in whatever words."""
    for sentence in hear(text).sentences:
        spoken = {word for piece in sentence.pieces for word in piece.words}
        if Word.INBOUND in spoken and spoken & {Word.DENY, Word.NOT, Word.NOT_SO}:
            return True
    return False


def _is_isolated_anyway(policy: Policy, context: Context) -> bool:
    """Whether another policy may isolate ingress of all these pods on purpose."""
    return any(
        each.declared is not None
        and Direction.INGRESS in each.declared
        and (each.ingress.written or each.policy_types.presence is Presence.FILLED)
        and kin.selects_all_of(each, policy)
        for each in kin.possible(context)
    )


def _diagnostic(policy: Policy) -> Diagnostic:
    assert policy.spec.entry is not None
    return Diagnostic(
        policy.egress.key.span,
        "no policyTypes: this egress policy also denies all ingress to its pods",
        help=f"{witness.nobody(policy, Direction.INGRESS)};\n"
        "`policyTypes: [Egress]` leaves ingress alone, and `policyTypes: [Ingress, Egress]` says "
        "that both are meant",
        fix=_fix(policy),
        covers=Span(policy.spec.entry.key.start, policy.egress.key.end),
    )


def _fix(policy: Policy) -> Fix | None:
    edits = declare.write(policy, (Direction.EGRESS,))
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, "restrict egress only, and leave ingress alone", edits)


RULE = Rule(
    "implied-ingress-deny",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"untyped"})),),
    silences=frozenset(("missing-policy-types",)),
)
