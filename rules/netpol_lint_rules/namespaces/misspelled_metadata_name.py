"""A near miss of kubernetes.io/metadata.name matches no namespace.

Why
---
Kubernetes puts exactly one label on every namespace by itself: `kubernetes.io/metadata.name`, with
the namespace's name. A key that only looks like it is a valid label that no namespace carries, so
the peer allows nobody, or an exclusion excludes nobody, without a word from the server.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger-metrics
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata-name: monitoring

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger-metrics
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: monitoring

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger-metrics
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: monitoring

When it stays silent
--------------------
A key that the server refuses is the matter of invalid-label. Where a Namespace of the repository
carries that very key, somebody writes it on namespaces, and it is only said on request (info).

Fix safety
----------
Unsafe: a selector that matched nothing begins to match. The key is corrected where the selector
does not have the right one already.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from netpol_lint import label, patch, spelling
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety, Severity
from netpol_lint.habitat import METADATA_NAME
from netpol_lint.policy import Direction, Policy, Requirement, Selector
from netpol_lint.rule import Rule
from netpol_lint.wording import cut, fitted

MISTAKEN = frozenset(("metadata.name", "kubernetes.io/metadata.namespace", "k8s.io/metadata.name"))
"""What people write who remember it half."""
NEAR = 2
"""Letters that may be wrong."""


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks for such keys in the namespaceSelectors of peers."""
    if not any(map(_is_near_miss, context.inventory.namespace_keys)):
        return
    for direction, allow in policy.declared_allows():
        for peer in allow.peers.value:
            selector = peer.namespaces.value
            if selector is not None:
                for requirement in selector.requirements:
                    if _is_near_miss(requirement.key):
                        yield _diagnostic(policy, context, direction, selector, requirement)


@lru_cache(maxsize=1024)
def _is_near_miss(key: str) -> bool:
    if key in MISTAKEN:
        return True
    return (
        abs(len(key) - len(METADATA_NAME)) <= NEAR
        and key != METADATA_NAME
        and spelling.distance(key, METADATA_NAME) <= NEAR
        and label.key_flaw(key) is None
    )


def _diagnostic(
    policy: Policy,
    context: Context,
    direction: Direction,
    selector: Selector,
    requirement: Requirement,
) -> Diagnostic:
    known = chain(*context.census.namespaces.values())
    is_carried = any(requirement.key in labels for labels in known)
    names = cut(" or ".join(requirement.values), 40)
    where = f"namespace {names}" if names else "any namespace"
    effect = f"no pod of {where} may connect"
    if not requirement.positive:
        effect = f"no pod of {where} is kept out"
    elif direction is Direction.EGRESS:
        effect = f"no pod of {where} can be reached"
    return Diagnostic(
        requirement.key_node.span,
        fitted(f"{{}} is no namespace label: they all have {METADATA_NAME}", requirement.key),
        help=f"{effect} by this peer, unless somebody puts this label on the namespace;\n"
        f"Kubernetes itself puts {METADATA_NAME} on every namespace",
        fix=_fix(policy, selector, requirement),
        severity=Severity.INFO if is_carried else None,
    )


def _fix(policy: Policy, selector: Selector, requirement: Requirement) -> Fix | None:
    if any(each.key == METADATA_NAME for each in selector.requirements):
        return None
    edits = patch.rewrite(policy.text, requirement.key_node, METADATA_NAME)
    return None if edits is None else Fix(Safety.UNSAFE, f"write {METADATA_NAME}", edits)


RULE = Rule(
    "misspelled-metadata-name",
    Group.CONTRADICTION,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"namespace-labels"})),),
    silences=frozenset(
        ("unproven-namespace-label", "dangling-peer", "local-selector-for-remote-app")
    ),
)
