"""A policy adds nothing: others isolate the same pods and allow at least as much.

Why
---
Policies add to each other. Where the others of a namespace already say all that a policy says, it
only costs its readers time, and whoever changes it wonders why nothing happens.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: all
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector: {}
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
      - from:
        - podSelector:
            matchLabels:
              app: till

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: closed
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]
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
      - from:
        - podSelector:
            matchLabels:
              app: till

When it stays silent
--------------------
The rule is off unless it is asked for (style). Removing the policy has to change nothing in every
namespace and every build that it lands in; what cannot be read, and a namespace that is supplied
later, leave that open. Of two policies that mean the same, the later is reported. A policy that
denies and allows nothing is a base, which others are laid upon: it is only compared with such as do
the same. Policies with different owners (`app.kubernetes.io/instance` and the like) come and go
independently of each other. A namespace with more than 60 policies is not judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from netpol_lint import kin, model
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group
from netpol_lint.kin import Household
from netpol_lint.node import Mapping
from netpol_lint.policy import Direction, Policy, string
from netpol_lint.repository import Sibling
from netpol_lint.rule import Rule
from netpol_lint.traffic import Grant, is_contained
from netpol_lint.wording import fitted

MOST_POLICIES = 60
"""Policies of one namespace that are held against each other."""
_OWNERS = (
    "app.kubernetes.io/instance",
    "app.kubernetes.io/managed-by",
    "app.kubernetes.io/part-of",
    "argocd.argoproj.io/instance",
    "helm.sh/chart",
)
"""Labels that tell to what a policy belongs."""


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Asks whether the policy can go, on every one of its ways."""
    if not policy.declared:
        return
    found = context.surroundings.namespace_of(policy)
    covering: dict[tuple[str, int], Sibling] = {}
    for household in kin.households(context):
        if len(household.others) >= MOST_POLICIES:
            return
        if found.supplied or not household.namespace:
            others = tuple(each for each in household.others if each.path == context.path)
            household = household._replace(others=others)  # the file at least comes as a whole
        needed = _covering(household)
        if not needed:
            return
        covering |= {each.order: each for each in needed}
    if covering:
        yield _diagnostic(policy, context, sorted(covering.values(), key=lambda each: each.order))


def _covering(household: Household) -> list[Sibling]:
    """Those who say all that the policy says; none where they do not.

    Of several that could go, but not all at once, the later ones go first.
    """
    itself, own = household.itself, household.namespace
    kept = sorted((itself, *household.others), key=lambda each: each.order)
    for each in reversed(kept[:]):
        rest = [other for other in kept if other is not each]
        found = _needed(each, rest, own)
        if each is itself:
            return found
        if found:
            kept = rest
    return []


def _needed(itself: Sibling, others: Sequence[Sibling], own: str | None) -> list[Sibling]:
    """Which of the others say all that this one says; none where they do not."""
    policy = itself.policy
    if not policy.declared or not policy.subject.readable:
        return []
    wider = [
        each
        for each in others
        if kin.selects_all_of(each.policy, policy) and _belong_together(policy, each.policy)
    ]
    needed: dict[tuple[str, int], Sibling] = {}
    for direction in sorted(policy.declared):
        found = _needed_for(policy, direction, wider, own)
        if not found:
            return []
        needed |= {each.order: each for each in found}
    return list(needed.values())


def _needed_for(
    policy: Policy, direction: Direction, wider: Iterable[Sibling], own: str | None
) -> list[Sibling]:
    grants = model.traffic(policy, direction, own).grants
    isolating = [
        each
        for each in wider
        if each.policy.declared is not None
        and direction in each.policy.declared
        and (grants or not model.traffic(each.policy, direction, own).grants)
    ]
    if not grants:
        return isolating[:1]
    offers = [(each, model.traffic(each.policy, direction, own).grants) for each in isolating]
    offers = [(each, theirs) for each, theirs in offers if theirs]
    alone = next((each for each, theirs in offers if is_contained(grants, theirs)), None)
    if alone is not None:
        return [alone]
    together: list[Grant] = [grant for _, theirs in offers for grant in theirs]
    return [each for each, _ in offers] if is_contained(grants, together) else []


def _belong_together(first: Policy, second: Policy) -> bool:
    """Whether nothing says that they have different owners."""
    mine, theirs = _owners(first), _owners(second)
    return all(mine[key] == theirs[key] for key in _OWNERS)


def _owners(policy: Policy) -> dict[str, str | None]:
    metadata = policy.metadata.value
    node = None if metadata is None else metadata.get("labels")
    labels = node if isinstance(node, Mapping) else None
    return {key: None if labels is None else string(labels.get(key)) for key in _OWNERS}


def _diagnostic(policy: Policy, context: Context, covering: list[Sibling]) -> Diagnostic:
    names = [each.policy.name_text for each in covering]
    verb = "isolates and allows" if len(names) == 1 else "isolate and allow"
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return Diagnostic(
        policy.kind_node.span,
        fitted(f"this policy adds nothing: {{}}{more} {verb} the same", names[0]),
        labels=tuple(context.label(each.spot, "says all of it") for each in covering[:3]),
        help="policies add to each other: without this one the same traffic is allowed, and the "
        "same is denied; it can go, unless it is there for the day on which the others go",
    )


RULE = Rule(
    "redundant-policy",
    Group.STYLE,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    repository=True,
)
