"""A policy that says "deny" and allows everything.

Why
---
`egress: []` allows nothing and `egress: [{}]` allows everything: two characters turn a policy
into its opposite. A list that `policyTypes` does not name is not even looked at. The name is then
the only place where the denial stands, and reviewers read the name.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: block-egress
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Egress]
      egress: [{}]

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: block-egress
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Egress]
      egress: []

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: block-egress
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Egress]
      egress: []

When it stays silent
--------------------
The policy restricts at least a part of that direction: denying the others is written as allowing
one's own. A plain "deny" without `ingress` or `egress` is kept as soon as one declared direction
is denied. A name that denies and allows counts only for a direction whose word belongs to one of
the two. Comments count when a sentence states the whole effect, such as "deny all egress", and
not when something takes it back. A comment on the rule that says it is open (allow, external,
temporary) ends the matter.

Fix safety
----------
Unsafe: traffic that works today is stopped. The rule that allows everything is deleted, or the
direction is added to `policyTypes`.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import patch, witness
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety
from netpol_lint.intent import Intent, Stance
from netpol_lint.lexicon import Word
from netpol_lint.node import Scalar, Sequence
from netpol_lint.policy import Allow, Direction, Meaning, Policy, Presence, dash_of
from netpol_lint.rule import Rule
from netpol_lint.span import Span


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Holds each direction that is open against what the author says about it."""
    policy = policy.evident
    for direction in Direction:
        meaning = policy.meaning(direction)
        if meaning is Meaning.ALLOW_ALL:
            stance = _denial(policy, context.intent, direction)
            if stance is not None and not _is_meant(policy, context.intent, direction):
                yield _allowed(policy, direction, stance)
        elif meaning is Meaning.UNTOUCHED and _is_ignored(policy, direction):
            stance = context.intent.denies(direction)
            if stance is not None and not _is_meant(policy, context.intent, direction):
                yield _untouched(policy, direction, stance)


def _denial(policy: Policy, intent: Intent, direction: Direction) -> Stance | None:
    """What is denied in so many words; or a plain denial that no direction keeps."""
    named = intent.denies(direction)
    if named is not None:
        return named
    declared = policy.declared or frozenset()
    if any(policy.meaning(each) is not Meaning.ALLOW_ALL for each in declared):
        return None
    return next((each for each in intent.denials if not each.directions), None)


def _is_ignored(policy: Policy, direction: Direction) -> bool:
    """Whether the direction is written as an empty list that `policyTypes` leaves out."""
    written = policy.allows(direction).presence is Presence.EMPTY
    return written and policy.policy_types.presence is Presence.FILLED


def _is_meant(policy: Policy, intent: Intent, direction: Direction) -> bool:
    """Whether somebody says in place that the direction is open."""
    field = policy.allows(direction)
    span = Span(field.key.start, max(field.key.end, field.node.end))
    words = (Word.ALLOW, Word.OUTSIDE, Word.TEMPORARY)
    return bool(intent.noted(span, *words) or intent.described(Word.TEMPORARY))


def _allowed(policy: Policy, direction: Direction, stance: Stance) -> Diagnostic:
    open_allows = [
        (index, allow)
        for index, allow in enumerate(policy.allows(direction).value)
        if allow.everything
    ]
    index, allow = open_allows[0]
    return Diagnostic(
        allow.dash,
        stance.source.against(f"allows all {direction} traffic"),
        labels=(Label(stance.source.span, "this says the opposite"),),
        help=f"{witness.everyone(policy, direction)};\n`{direction}: []` allows nobody, and one "
        "rule without a peer and without a port allows everybody",
        fix=_close(policy, direction, index) if len(open_allows) == 1 else None,
        covers=_whole(allow),
    )


def _untouched(policy: Policy, direction: Direction, stance: Stance) -> Diagnostic:
    field = policy.allows(direction)
    return Diagnostic(
        field.key.span,
        stance.source.against(f"leaves all {direction} traffic open"),
        labels=(
            Label(stance.source.span, "this says the opposite"),
            Label(policy.policy_types.key.span, f"{direction.policy_type} is not listed here"),
        ),
        help=f"a list that `policyTypes` does not name is ignored:\n"
        f"{witness.everyone(policy, direction)}",
        fix=_declare(policy, direction),
        covers=Span(field.key.start, field.node.end),
    )


def _whole(allow: Allow) -> Span:
    return Span(allow.dash.start, max(allow.dash.end, allow.node.end))


def _close(policy: Policy, direction: Direction, index: int) -> Fix | None:
    node = policy.allows(direction).node
    edits = patch.remove_item(policy.text, node, index) if isinstance(node, Sequence) else None
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, f"delete the rule that allows all {direction} traffic", edits)


def _declare(policy: Policy, direction: Direction) -> Fix | None:
    """Writes the direction behind the last policy type, in the same style."""
    node = policy.policy_types.node
    last = policy.policy_types.value[-1]
    if not isinstance(node, Sequence) or node.alias or not isinstance(last, Scalar):
        return None
    written = policy.text[last.start : last.end]
    other = written.replace(direction.other.policy_type, direction.policy_type)
    if other == written:
        return None
    joint = ", "
    if not node.flow:
        dash = dash_of(policy.text, node, len(node.items) - 1).start
        indent = " " * patch.column(policy.text, dash)
        joint = f"{patch.line_break(policy.text)}{indent}- "
    edits = patch.replace(last, f"{written}{joint}{other}")
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, f"list {direction.policy_type} in `policyTypes`", edits)


RULE = Rule(
    "deny-that-allows",
    Group.CONTRADICTION,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"everyone", "empty-lists"})),),
    silences=frozenset(
        (
            "metadata-not-denied",
            "metadata-reachable",
            "open-to-everyone",
            "same-namespace-only",
            "voided-by-allow-all",
        )
    ),
)
