"""An `egress: []` without `policyTypes` denies no egress; it is ingress that is denied.

Why
---
Without `policyTypes`, egress counts as declared only if it has at least one rule. An empty list
has none: egress stays open. Ingress on the other hand always counts, so a policy that was to stop
what goes out stops what comes in.

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
      egress: []

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
      policyTypes: [Egress]
      egress: []

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
      policyTypes: [Egress]
      egress: []

When it stays silent
--------------------
`policyTypes` lists something. A comment on the key says that egress is allowed. The file is a
patch of a kustomization. It is a warning only where the key is null, and where the name denies
ingress and nothing of ingress is allowed.

Fix safety
----------
Unsafe: egress is denied afterwards, and ingress is no longer, unless `ingress` is written or the
policy says that it denies everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netpol_lint import declare, witness
from netpol_lint.comment import Notes
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety, Severity
from netpol_lint.intent import Intent
from netpol_lint.lexicon import Word
from netpol_lint.policy import Direction, Policy, Presence
from netpol_lint.regex import regex
from netpol_lint.rule import Rule

_FREE = regex(
    r"\bnot (?:\w+ )?(?:restricted|limited)\b|\bunrestricted\b|열어|제한 ?없", re.IGNORECASE
)
"""In a comment on the key, besides the words that allow: egress is left alone."""


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Finds an empty egress that defaulting does not count."""
    if not policy.policy_types.nothing:
        return
    if policy.egress.presence not in (Presence.EMPTY, Presence.NULL):
        return
    if not _is_meant(policy, context.intent, context.notes):
        yield _diagnostic(policy, context.intent)


def _is_meant(policy: Policy, intent: Intent, notes: Notes) -> bool:
    """Whether a comment on the key says that egress stays open."""
    assert policy.egress.entry is not None
    span = policy.egress.entry.span
    if intent.noted(span, Word.DENY):
        return False
    return bool(intent.noted(span, Word.ALLOW)) or _FREE.search(notes.of(span)) is not None


def _diagnostic(policy: Policy, intent: Intent) -> Diagnostic:
    closes = policy.ingress.nothing
    written = "egress: []" if policy.egress.presence is Presence.EMPTY else "egress:"
    assert policy.spec.entry is not None
    assert policy.egress.entry is not None
    denies_ingress = intent.denies(Direction.INGRESS) is not None
    return Diagnostic(
        policy.egress.key.span,
        f"`{written}` without policyTypes leaves egress open"
        + (" and denies ingress" if closes else ""),
        labels=_labels(policy, closes=closes),
        help=_help(policy, closes=closes),
        fix=_fix(policy, intent),
        severity=_severity(policy, closes=closes and denies_ingress),
        # What is said about ingress is another matter where the author speaks of it.
        covers=policy.egress.entry.span if denies_ingress else policy.spec.entry.span,
    )


def _labels(policy: Policy, *, closes: bool) -> tuple[Label, ...]:
    if not policy.subject.written:
        return ()
    effect = "for these pods all ingress is denied" if closes else "these pods may connect anywhere"
    return (Label(policy.subject.key.span, effect),)


def _help(policy: Policy, *, closes: bool) -> str:
    effect = f"{witness.everyone(policy, Direction.EGRESS)};\n"
    if closes:
        effect += f"{witness.nobody(policy, Direction.INGRESS)};\n"
    return (
        f"{effect}only an egress list with a rule counts without `policyTypes`:\n"
        "`policyTypes: [Egress]` denies egress and nothing else"
    )


def _severity(policy: Policy, *, closes: bool) -> Severity | None:
    """A policy that is called after the denial of ingress does what it says."""
    is_null = policy.egress.presence is Presence.NULL
    return Severity.WARNING if is_null or closes else None


def _fix(policy: Policy, intent: Intent) -> Fix | None:
    is_both = policy.ingress.written or any(
        not each.directions or Direction.INGRESS in each.directions for each in intent.denials
    )
    edits = declare.write(policy, Direction if is_both else (Direction.EGRESS,))
    if edits is None:
        return None
    title = "deny egress as well" if is_both else "deny egress, and leave ingress alone"
    return Fix(Safety.UNSAFE, title, edits)


RULE = Rule(
    "empty-egress-without-types",
    Group.CONTRADICTION,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"untyped"})),),
    silences=frozenset(("deny-that-allows", "missing-policy-types", "inert-policy")),
)
