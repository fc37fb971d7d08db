"""An item of `policyTypes` is neither Ingress nor Egress, or there are more than two.

Why
---
`policyTypes` lists the directions that the policy closes: Ingress, Egress or both, letter by
letter. The API server refuses any other word, and a list of more than two items without even
reading them.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-from-till
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes:
      - ingress
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
      name: web-from-till
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes:
      - Ingress
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
      name: web-from-till
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes:
      - Ingress
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till

When it stays silent
--------------------
An empty list and a null, which are filled in by the server, and one type written twice. Values
that a later substitution decides.

Fix safety
----------
Unsafe: a refused policy begins to work. The case of a word is corrected; of too many items, one
that repeats another is dropped if two are then left.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import mark, patch
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety
from netpol_lint.node import Node, Sequence
from netpol_lint.policy import Direction, Policy, is_null, string
from netpol_lint.rule import Rule
from netpol_lint.wording import quoted

_TYPES = frozenset(direction.policy_type for direction in Direction)
_BY_LETTERS = {direction.value: direction.policy_type for direction in Direction}
_HELP = "policyTypes takes Ingress (connections to the pods) and Egress (connections from them)"


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks at the items of `policyTypes`, or counts them."""
    types = policy.policy_types
    if policy.declared is not None and len(types.value) <= len(_TYPES):
        return  # all words could be read
    if len(types.value) > 2:
        yield Diagnostic(
            mark.first_line(policy.text, types.key.span),
            "more than two policy types: the policy is refused",
            help=_HELP,
            fix=_drop(policy),
        )
        return
    for index, node in enumerate(types.value):
        value = "" if is_null(node) else string(node)
        if value is None or value in _TYPES:
            continue
        assert isinstance(types.node, Sequence)
        yield Diagnostic(
            mark.nth(policy.text, types.node, index),
            f"policy type {quoted(value, 40)} is refused: only Ingress and Egress exist",
            help=_HELP,
            fix=_fix(policy.text, node, value),
        )


def _fix(text: str, node: Node, value: str) -> Fix | None:
    word = _BY_LETTERS.get(value.strip().lower())
    edits = None if word is None else patch.rewrite(text, node, word)
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, f"write `{word}`: the policy is then accepted", edits)


def _drop(policy: Policy) -> Fix | None:
    """Leaves out the one of three types that is there twice."""
    words = [string(node) for node in policy.policy_types.value]
    node = policy.policy_types.node
    if len(words) != 3 or None in words or not _TYPES.issuperset(map(str, words)):
        return None
    index = next(index for index in (1, 2) if words[index] in words[:index])
    edits = patch.remove_item(policy.text, node, index) if isinstance(node, Sequence) else None
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, f"drop the second `{words[index]}`", edits)


RULE = Rule(
    "invalid-policy-type",
    Group.REJECTED,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"odd-types"})),),
    silences=frozenset({"duplicate-policy-type"}),
)
