"""A policy that says "allow all" and denies everything.

Why
---
`ingress: []` and a missing `ingress` allow nothing: the word *all* in the name does not make up
for the rule that is not there. To allow everything, a direction needs one empty rule, `- {}`.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: allow-all-ingress
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress: []

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: allow-all-ingress
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress: [{}]

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: allow-all-ingress
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress: [{}]

When it stays silent
--------------------
The *all* belongs to a noun, as in `allow-all-pods-to-db`, or somebody in particular is named
behind it. The name speaks of the other direction. The policy also says "deny" and no direction
word tells the two apart. A comment on the direction says that it is closed. A plain "allow all"
that opens one direction and declares the other one without a rule is a warning only. `spec: {}`
and `egress: []` without `policyTypes` have rules of their own.

Fix safety
----------
Unsafe: everything is allowed afterwards. An empty list becomes `[{}]`, and a missing one is
written.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import patch, witness
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety, Severity
from netpol_lint.edit import Edit
from netpol_lint.intent import Intent, Stance
from netpol_lint.lexicon import Word
from netpol_lint.node import Entry, Scalar
from netpol_lint.policy import Direction, Meaning, Policy, Presence
from netpol_lint.rule import Rule
from netpol_lint.span import Span


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Holds each direction that is closed against what the author says about it."""
    if policy.spec.presence is not Presence.FILLED or _is_egress_trap(policy):
        return
    for direction in Direction:
        closed = policy.allows(direction).nothing
        if closed and policy.meaning(direction) is Meaning.DENY_ALL:
            stance = _allowance(context.intent, direction)
            if stance is not None and not _is_meant(policy, context.intent, direction):
                yield _denied(policy, direction, stance)


def _is_egress_trap(policy: Policy) -> bool:
    """Whether an `egress: []` without types denies ingress instead, which has a rule of its own."""
    return policy.policy_types.nothing and policy.egress.presence is Presence.EMPTY


def _allowance(intent: Intent, direction: Direction) -> Stance | None:
    return next(
        (each for each in intent.allowances if each.names(direction) or not each.directions), None
    )


def _is_meant(policy: Policy, intent: Intent, direction: Direction) -> bool:
    """Whether a comment on the direction says that it is closed."""
    entry = policy.allows(direction).entry
    return entry is not None and intent.noted(entry.span, Word.DENY) is not None


def _denied(policy: Policy, direction: Direction, stance: Stance) -> Diagnostic:
    entry = _place(policy, direction)
    span = policy.kind_node.span if entry is None else entry.key.span
    return Diagnostic(
        span,
        stance.source.against(f"denies all {direction} traffic"),
        labels=(Label(stance.source.span, "this says the opposite"),),
        help=f"{witness.nobody(policy, direction)};\n"
        f"a direction is open with one empty rule, `{direction}: [{{}}]`",
        fix=_fix(policy, direction),
        severity=_severity(policy, direction, stance),
        covers=span if entry is None else entry.span,
    )


def _place(policy: Policy, direction: Direction) -> Entry | None:
    """The direction's own key, else the one that declares it, else the spec."""
    return policy.allows(direction).entry or policy.policy_types.entry or policy.spec.entry


def _severity(policy: Policy, direction: Direction, stance: Stance) -> Severity | None:
    """An "allow all" that does open the other direction may have meant just that one."""
    is_half_kept = policy.meaning(direction.other) in (Meaning.ALLOW_ALL, Meaning.PARTIAL)
    if not stance.directions and is_half_kept and not policy.allows(direction).written:
        return Severity.WARNING
    return None


def _fix(policy: Policy, direction: Direction) -> Fix | None:
    field = policy.allows(direction)
    edits: patch.Edits
    if not field.written:
        edits = _insert(policy, direction)
    elif isinstance(field.node, Scalar) and field.node.start == field.node.end:
        place = field.node.start
        after_colon = policy.text[place - 1] == ":"
        edits = (Edit(Span(place, place), " [{}]"),) if after_colon else None
    else:
        edits = patch.replace(field.node, "[{}]")
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, f"allow all {direction} traffic", edits)


def _insert(policy: Policy, direction: Direction) -> patch.Edits:
    spec = policy.spec.value
    after = policy.policy_types.entry
    if spec is None or after is None or not isinstance(after.key, Scalar):
        return None
    quote = after.key.style
    field = f"{quote}{direction}{quote}: [{{}}]"
    return patch.add_entry(policy.text, spec, after, field)


RULE = Rule(
    "allow-that-denies",
    Group.CONTRADICTION,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"closed"})),),
    silences=frozenset(
        ("voided-by-allow-all", "metadata-reachable", "open-to-everyone", "same-namespace-only")
    ),
)
