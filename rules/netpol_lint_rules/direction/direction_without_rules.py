"""A direction that `policyTypes` lists and no section follows is denied in full.

Why
---
`policyTypes: [Ingress, Egress]` above an `ingress` section only denies all egress, the resolution
of names included. Many mean that; some have copied the line from a policy with both sections. An
`egress: []` says it in a way that nobody can overlook.

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
      policyTypes: [Ingress, Egress]
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
      policyTypes: [Ingress, Egress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till
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
      policyTypes: [Ingress, Egress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till
      egress: []

When it stays silent
--------------------
The policy denies, or denies that direction, by its name or its comments. Another policy that may be
in its namespace allows something in that direction for the same pods. A policy of Cilium, Calico,
Antrea or the AdminNetworkPolicy kind is in its file, or one for its namespace speaks of the
direction. The key is written, in whatever way. The file is a patch of a kustomization.

Fix safety
----------
Safe: an empty list is written, which means the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netpol_lint import declare, kin, patch, witness
from netpol_lint.context import Context, File
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety
from netpol_lint.policy import Direction, Policy, Presence, string
from netpol_lint.regex import regex
from netpol_lint.rule import Rule

_OTHER_POLICIES = regex(
    r"^[ \t-]*[\"']?apiVersion[\"']?[ \t]*:[ \t]*[\"']?"
    r"(?:cilium\.io|crd\.projectcalico\.org|projectcalico\.org|crd\.antrea\.io"
    r"|policy\.networking\.k8s\.io)/",
    re.MULTILINE,
)


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Finds a listed direction without its key, beside one that has rules."""
    if policy.declared is None or policy.policy_types.nothing:
        return
    for direction in Direction:
        if direction not in policy.declared or policy.allows(direction).written:
            continue
        if policy.allows(direction.other).presence is not Presence.FILLED:
            continue
        if not _is_meant(policy, context, direction):
            yield _diagnostic(policy, direction)


def _is_meant(policy: Policy, context: Context, direction: Direction) -> bool:
    """Whether the author denies, or something else of the file allows."""
    if any(not each.directions or each.names(direction) for each in context.intent.denials):
        return True
    if context.file.once(_has_other_policies) or any(
        direction in foreigner.text.lower()
        for population in context.populations
        for foreigner in population.foreigners
    ):
        return True
    return any(
        each.declared is not None
        and direction in each.declared
        and not each.allows(direction).nothing
        and kin.may_share_pods(policy, each)
        for each in kin.possible(context)
    )


def _has_other_policies(file: File) -> bool:
    """Whether the file holds policies of another kind, which may allow what this one does not."""
    return _OTHER_POLICIES.search(file.subjects[0][0].text) is not None


def _diagnostic(policy: Policy, direction: Direction) -> Diagnostic:
    item = next(node for node in policy.policy_types.value if string(node) == direction.policy_type)
    word = direction.policy_type
    return Diagnostic(
        item.span,
        f"policyTypes lists {word} without a rule: all {direction} traffic is denied",
        help=f"{witness.nobody(policy, direction)};\n"
        f"if that is meant, write `{direction}: []`; if not, take {word} out",
        fix=_fix(policy, direction),
    )


def _fix(policy: Policy, direction: Direction) -> Fix | None:
    spec, after = policy.spec.value, policy.allows(direction.other).entry
    if spec is None or after is None:
        return None
    quote = declare.quote_of(spec)
    edits = patch.add_entry(policy.text, spec, after, f"{quote}{direction}{quote}: []")
    if edits is None:
        return None
    return Fix(Safety.SAFE, f"write `{direction}: []`: nobody, plainly said", edits)


RULE = Rule(
    "direction-without-rules",
    Group.HARDENING,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
)
