"""A selector on a label that the next rollout changes.

Why
---
Controllers put labels on pods that are different for each revision, and a chart puts its own
version on them. They stand in `kubectl get pods --show-labels` and look as good as any. With the
next rollout the selector matches no pod any more: the policy protects nothing, or the peer is cut
off.

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
          pod-template-hash: 7c9f6d5b8
      policyTypes: [Ingress]

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
      policyTypes: [Ingress]

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
      policyTypes: [Ingress]

When it stays silent
--------------------
`statefulset.kubernetes.io/pod-name` and `apps.kubernetes.io/pod-index` name a replica and last.
Nothing is said about `Exists`, which asks for no value, nor where the policy's name speaks of a
canary or of blue and green. `version` and `app.kubernetes.io/version` are only said on request
(info): many mean a version.

Fix safety
----------
Unsafe: the selector matches more pods. The label is deleted where the selector has another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netpol_lint import patch
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety, Severity
from netpol_lint.node import Mapping, Sequence
from netpol_lint.policy import Operator, Policy, Requirement, Selector
from netpol_lint.regex import regex
from netpol_lint.rule import Rule
from netpol_lint.wording import cut, fitted

VOLATILE = frozenset(
    (
        "pod-template-hash",
        "controller-revision-hash",
        "pod-template-generation",
        "batch.kubernetes.io/controller-uid",
        "controller-uid",
        "helm.sh/chart",
    )
)
VERSIONS = frozenset(("app.kubernetes.io/version", "version"))
"""Labels of which some mean a release, and others a variant that stays."""
_SHORT_LIVED = VOLATILE | VERSIONS
_VARIANT = regex(r"\b(?:canary|canaries|blue|green|bluegreen|stable|preview)\b", re.IGNORECASE)
"""In the name of a policy: it is about one of several versions, on purpose."""


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks for such a label in the selectors of pods."""
    for selector in _pod_selectors(policy):
        for requirement in selector.requirements:
            if requirement.key not in _SHORT_LIVED or requirement.operator is not Operator.IN:
                continue
            if _VARIANT.search(policy.name_text) is None:
                yield _diagnostic(policy, selector, requirement)


def _pod_selectors(policy: Policy) -> Iterator[Selector]:
    if policy.subject.value is not None:
        yield policy.subject.value
    for _, allow in policy.declared_allows():
        for peer in allow.peers.value:
            if peer.pods.value is not None:
                yield peer.pods.value


def _diagnostic(policy: Policy, selector: Selector, requirement: Requirement) -> Diagnostic:
    values = cut(" or ".join(requirement.values), 40)
    is_subject = selector is policy.subject.value
    loss = "the policy protects no pod" if is_subject else "this peer is cut off"
    return Diagnostic(
        requirement.key_node.span,
        fitted(
            "{} changes with every rollout: this selector then matches nothing", requirement.key
        ),
        help=f"as soon as no pod carries {values} any more, {loss};\n"
        "select by a label that stays, such as `app` or `app.kubernetes.io/name`",
        fix=_fix(policy, selector, requirement),
        severity=Severity.INFO if requirement.key in VERSIONS else None,
    )


def _fix(policy: Policy, selector: Selector, requirement: Requirement) -> Fix | None:
    """Deletes the requirement, or the whole field where it is its only content."""
    if (
        not selector.exact
        or len(selector.requirements) < 2
        or not isinstance(selector.node, Mapping)
    ):
        return None
    name = "matchExpressions" if isinstance(requirement.node, Mapping) else "matchLabels"
    field = selector.node.fields[name]
    edits: patch.Edits = None
    if isinstance(field.value, Mapping) and len(field.value.fields) > 1:
        pair = field.value.fields[requirement.key]
        edits = patch.remove_entry(policy.text, field.value, pair)
    elif isinstance(field.value, Sequence) and len(field.value.items) > 1:
        index = field.value.items.index(requirement.node)
        edits = patch.remove_item(policy.text, field.value, index)
    else:
        edits = patch.remove_entry(policy.text, selector.node, field)
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, f"delete {cut(requirement.key, 60)} from the selector", edits)


RULE = Rule(
    "volatile-label",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(words=_SHORT_LIVED),),
    silences=frozenset(("dangling-subject", "dangling-peer")),
)
