"""A label without a value is asked for as empty, which hardly any pod or namespace has.

Why
---
`app:` with nothing behind it, or `app: ""`, does not mean "any app": it asks for objects that
carry the label `app` with an empty value. A value that was forgotten, or that a template left
empty, makes a selector that matches next to nothing; a policy with such a subject protects no pod.

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
          app:
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

When it stays silent
--------------------
Marker labels have an empty value by convention: `node-role.kubernetes.io/…` and those of
`openshift.io`. A written `""` with a comment is meant; so is a label that a Namespace or a
workload of the repository carries with an empty value. A written `""` of a label with a prefix of
one's own (`example.com/client: ""`), and an `""` beside other values of `In`, is only said on
request (info).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group, Severity
from netpol_lint.node import Mapping, Node, Scalar, Sequence
from netpol_lint.policy import Operator, Policy, Requirement, Selector, is_null
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.wording import fitted

MARKER_PREFIXES = ("node-role.kubernetes.io/",)
MARKER_DOMAIN = "openshift.io"
COMMON_PREFIX = "app.kubernetes.io"
"""Labels below it have a value."""


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks for an empty value in what every selector asks for."""
    for selector, is_of_pods in _selectors(policy):
        for requirement in selector.requirements:
            if "" not in requirement.values or requirement.operator is not Operator.IN:
                continue
            if not _is_marker(context, requirement, is_of_pods):
                yield _diagnostic(requirement)


def _selectors(policy: Policy) -> Iterator[tuple[Selector, bool]]:
    """The selectors that take effect, and whether they select pods."""
    if policy.subject.value is not None:
        yield policy.subject.value, True
    for _, allow in policy.declared_allows():
        for peer in allow.peers.value:
            if peer.pods.value is not None:
                yield peer.pods.value, True
            if peer.namespaces.value is not None:
                yield peer.namespaces.value, False


def _is_marker(context: Context, requirement: Requirement, is_of_pods: bool) -> bool:
    """Whether the label is known, said or seen to have an empty value."""
    key = requirement.key
    prefix = key.rpartition("/")[0]
    if key.startswith(MARKER_PREFIXES) or prefix.endswith(MARKER_DOMAIN):
        return True
    span = Span(requirement.key_node.start, requirement.key_node.end)
    if not _is_null(requirement) and context.notes.of(span):
        return True
    census = context.census
    if is_of_pods:
        return any((each.labels or {}).get(key) == "" for each in census.workloads)
    return any(labels.get(key) == "" for labels in chain(*census.namespaces.values()))


def _is_null(requirement: Requirement) -> bool:
    """Whether the value is missing; otherwise `""` is written."""
    return any(is_null(node) for node in _values(requirement))


def _values(requirement: Requirement) -> list[Node]:
    if isinstance(requirement.node, Scalar):
        return [requirement.node]
    values = requirement.node.get("values") if isinstance(requirement.node, Mapping) else None
    return values.items if isinstance(values, Sequence) else []


def _diagnostic(requirement: Requirement) -> Diagnostic:
    key = requirement.key
    sentence = "{} without a value matches only objects where that label is empty"
    others = [value for value in requirement.values if value]
    if others:
        sentence = "an empty value of {} matches objects where that label is empty"
    prefix = key.rpartition("/")[0]
    is_meant = not _is_null(requirement) and (bool(others) or prefix not in ("", COMMON_PREFIX))
    return Diagnostic(
        requirement.key_node.span,
        fitted(sentence, key),
        help=f"an object with {'another' if others else 'a'} value for it is not selected;\n"
        "if any value will do, write the key under `matchExpressions` with `operator: Exists`",
        severity=Severity.INFO if is_meant else None,
    )


RULE = Rule(
    "empty-label-value",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"empty-values"})),),
    silences=frozenset(("dangling-subject", "dangling-peer")),
)
