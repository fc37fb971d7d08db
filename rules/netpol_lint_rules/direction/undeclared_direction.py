"""Rules of a direction that `policyTypes` does not list are ignored.

Why
---
Where `policyTypes` lists something, it alone decides which directions a policy is about. The rules
of the other direction are stored, shown by kubectl and never looked at: that direction stays
open. If the listed direction has no rule in turn, all of it is denied.

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
      egress:
      - to:
        - podSelector:
            matchLabels:
              app: vault

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
      policyTypes: [Ingress, Egress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till
      egress:
      - to:
        - podSelector:
            matchLabels:
              app: vault

When it stays silent
--------------------
`policyTypes` is missing or empty, or holds a value that is filled in later. The file is a patch of
a kustomization. A list without a rule, and a direction that a comment inside `policyTypes` takes
out (`# - Egress`), are only said on request (info). An ignored rule that allows everything, beside
a direction that has rules, is a warning: what it allows is open anyway until another policy of
these pods declares the direction.

Fix safety
----------
Unsafe: the direction is isolated afterwards, and only what its rules allow goes on. Rules are
never taken away. Not offered where `policyTypes` lists the same type twice.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import declare, witness
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety, Severity
from netpol_lint.node import Entry
from netpol_lint.policy import Allows, Direction, Meaning, Policy, Presence
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.speech import Word, says

_WORDS = {Direction.INGRESS: Word.INBOUND, Direction.EGRESS: Word.OUTBOUND}


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Finds what is written for the direction that is not declared."""
    if policy.declared is None or len(policy.declared) != 1:
        return
    (declared,) = policy.declared
    field = policy.allows(declared.other)
    if policy.policy_types.nothing or not field.written or not field.readable:
        return
    if field.presence is Presence.FILLED:
        yield _ignored(policy, context, declared.other, field)
    elif context.intent.denies(declared.other) is None:
        yield _unheard(policy, declared.other, field)


def _ignored(policy: Policy, context: Context, direction: Direction, field: Allows) -> Diagnostic:
    declared = direction.other
    closes = policy.allows(declared).nothing
    return Diagnostic(
        field.key.span,
        f"the {direction} rules are ignored: policyTypes lists only {declared.policy_type}"
        + (f", and all {declared} is denied" if closes else ""),
        labels=(_label(policy, direction),),
        help=_help(policy, direction, closes=closes),
        fix=_fix(policy, direction),
        severity=_severity(policy, context, direction),
        covers=Span(
            min(field.key.start, policy.policy_types.key.start),
            max(field.node.end, policy.policy_types.node.end),
        ),
    )


def _unheard(policy: Policy, direction: Direction, field: Allows) -> Diagnostic:
    written = f"{direction}: []" if field.presence is Presence.EMPTY else f"{direction}:"
    return Diagnostic(
        field.key.span,
        f"`{written}` is ignored: policyTypes lists only {direction.other.policy_type}",
        labels=(_label(policy, direction),),
        help=_help(policy, direction, closes=False),
        severity=Severity.INFO,
        covers=field.key.span,
    )


def _label(policy: Policy, direction: Direction) -> Label:
    return Label(policy.policy_types.key.span, f"{direction.policy_type} is not listed here")


def _help(policy: Policy, direction: Direction, *, closes: bool) -> str:
    effect = f"{witness.everyone(policy, direction)}, unless another policy limits {direction};\n"
    if closes:
        effect += f"{witness.nobody(policy, direction.other)};\n"
    return (
        f"{effect}list {direction.policy_type} in `policyTypes`, or leave its rules out;\n"
        "one network plugin goes by the rules instead "
        "(aws/amazon-network-policy-controller-k8s#229)"
    )


def _severity(policy: Policy, context: Context, direction: Direction) -> Severity | None:
    if _is_taken_out(policy, context, direction):
        return Severity.INFO
    everything = any(allow.everything for allow in policy.allows(direction).value)
    if everything and policy.meaning(direction.other) in (Meaning.PARTIAL, Meaning.ALLOW_ALL):
        return Severity.WARNING
    return None


def _is_taken_out(policy: Policy, context: Context, direction: Direction) -> bool:
    """Whether a comment takes the direction out of `policyTypes`, as `# - Egress` does."""
    types = policy.policy_types
    said = list(context.notes.within(Span(types.key.start, types.node.end)))
    spec = policy.spec.value
    follower = None if spec is None else _follower(spec.entries, types.entry)
    if follower is not None:
        said += context.notes.above(follower)
    return any(
        each.text.strip("-\"' ") == direction.policy_type
        or (
            says(each.text, _WORDS[direction])
            and says(each.text, Word.NOT, Word.NOT_SO, Word.TEMPORARY)
        )
        for each in said
    )


def _follower(entries: list[Entry], entry: Entry | None) -> int | None:
    """Where the pair behind `entry` begins."""
    places = [each.key.start for each in entries if entry and each.key.start > entry.key.start]
    return min(places, default=None)


def _fix(policy: Policy, direction: Direction) -> Fix | None:
    edits = declare.append(policy, direction)
    if edits is None:
        return None
    title = f"list {direction.policy_type}: its rules count"
    if not any(allow.everything for allow in policy.allows(direction).value):
        title += f", and all other {direction} is denied"
    return Fix(Safety.UNSAFE, title, edits)


RULE = Rule(
    "undeclared-direction",
    Group.CONTRADICTION,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"undeclared-rules"})),),
    silences=frozenset(
        ("deny-that-allows", "direction-without-rules", "inert-policy", "one-sided-allow")
    ),
)
