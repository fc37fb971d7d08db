"""A namespace is chosen by a label that Kubernetes does not put on it.

Why
---
`kubernetes.io/metadata.name` is on every namespace. `name: kube-system` is a label like any other:
it is there only if somebody wrote it on the namespace, and on the namespaces of a platform nobody
did. Without it the peer allows nobody; as an exclusion it lets that namespace in.

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
        - namespaceSelector:
            matchLabels:
              name: kube-system

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
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system

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
      policyTypes: [Ingress]
      ingress:
      - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system

When it stays silent
--------------------
Values that are not known as names of namespaces are somebody's own labels. A Namespace of the
repository that carries the label proves it; labels of a platform beside it in the selector say that
its author knows the namespace. It is only said on request (info) where the value is known just from
a `metadata.namespace` of the repository; for OpenShift's own namespaces and, by
`app.kubernetes.io/name`, for those of ingress-nginx, Knative and KEDA, which installers do label;
and where three policies of the repository choose three namespaces by that key: a convention of the
house. A Namespace of the repository that lacks the label is a warning all the same.

Fix safety
----------
Unsafe: other namespaces may match afterwards. The key becomes `kubernetes.io/metadata.name`.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import habitat, patch
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety, Severity
from netpol_lint.habitat import METADATA_NAME
from netpol_lint.policy import Direction, Policy, Requirement, Selector
from netpol_lint.repository import Census
from netpol_lint.rule import Rule
from netpol_lint.wording import LONGEST, cut, quoted

KEYS = habitat.NAME_KEYS - {METADATA_NAME}
NAME_KEY = "app.kubernetes.io/name"
LABELLED = frozenset(("ingress-nginx", "keda", "knative-eventing", "knative-serving"))
"""Namespaces that the manifests of their projects create with that label."""
LABELLED_PREFIX = "openshift-"
"""OpenShift labels its own namespaces with their names."""
NEVER_LABELLED = "kube-system"
CONVENTION = 3
"""So many policies and values make a convention."""


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks for names of namespaces under other keys than the guaranteed one."""
    for direction, allow in policy.declared_allows():
        for peer in allow.peers.value:
            selector = peer.namespaces.value
            if selector is not None:
                for requirement in selector.requirements:
                    if requirement.key in KEYS and not _is_platform(selector):
                        yield from _judged(policy, context, direction, selector, requirement)


def _is_platform(selector: Selector) -> bool:
    """Whether a label that a platform writes stands beside it."""
    return any(habitat.marks_namespaces(each.key) for each in selector.requirements)


def _judged(
    policy: Policy,
    context: Context,
    direction: Direction,
    selector: Selector,
    requirement: Requirement,
) -> Iterator[Diagnostic]:
    verdicts = {value: _severity(context, requirement.key, value) for value in requirement.values}
    found = {value: severity for value, severity in verdicts.items() if severity is not None}
    if found:
        value = max(found, key=lambda each: found[each])
        yield _diagnostic(policy, direction, selector, requirement, value, found[value])


def _severity(context: Context, key: str, value: str) -> Severity | None:
    """How surely no namespace called `value` carries the label; None where nothing is known."""
    census = context.census
    labels = census.namespaces.get(value)
    if labels is not None:
        # Where there are none, they are filled in later.
        is_carried = not labels or any(each.get(key) == value for each in labels)
        return None if is_carried else Severity.WARNING
    if not habitat.is_known(value):
        return Severity.INFO if value in census.inhabited else None
    if value == NEVER_LABELLED:
        return Severity.WARNING
    if (key == NAME_KEY and value in LABELLED) or value.startswith(LABELLED_PREFIX):
        return Severity.INFO
    return Severity.INFO if key in census.once(_conventions) else Severity.WARNING


def _conventions(census: Census) -> frozenset[str]:
    """The keys by which several policies of the repository choose several namespaces."""
    users: dict[str, int] = {}
    values: dict[str, set[str]] = {}
    for policy in census.policies():
        chosen = [
            each
            for _, allow in policy.declared_allows()
            for peer in allow.peers.value
            if peer.namespaces.value is not None
            for each in peer.namespaces.value.requirements
            if each.key in KEYS
        ]
        for key in {each.key for each in chosen}:
            users[key] = users.get(key, 0) + 1
        for each in chosen:
            values.setdefault(each.key, set()).update(each.values)
    return frozenset(
        key for key in users if users[key] >= CONVENTION and len(values[key]) >= CONVENTION
    )


def _diagnostic(
    policy: Policy,
    direction: Direction,
    selector: Selector,
    requirement: Requirement,
    value: str,
    severity: Severity,
) -> Diagnostic:
    name = cut(value, 24)
    effect = "this matches no namespace"
    flow = "may not connect" if direction is Direction.INGRESS else "cannot be reached"
    if not requirement.positive:
        effect = f"namespace {name} is allowed too"
        flow = "may connect" if direction is Direction.INGRESS else "can be reached"
    tail = f" is a custom label: without it {effect}"
    written = quoted(f"{requirement.key}: {value}", LONGEST - len(tail))
    return Diagnostic(
        requirement.key_node.span,
        written + tail,
        help=f"unless somebody put that label on namespace {name}, its pods {flow};\n"
        f"Kubernetes itself puts {METADATA_NAME} on every namespace",
        fix=_fix(policy, selector, requirement),
        severity=severity,
    )


def _fix(policy: Policy, selector: Selector, requirement: Requirement) -> Fix | None:
    if any(each.key == METADATA_NAME for each in selector.requirements):
        return None
    if sum(each.key in KEYS for each in selector.requirements) > 1:
        return None
    edits = patch.rewrite(policy.text, requirement.key_node, METADATA_NAME)
    return None if edits is None else Fix(Safety.UNSAFE, f"select by {METADATA_NAME}", edits)


RULE = Rule(
    "unproven-namespace-label",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(
        Concern(traits=frozenset({"namespace-labels"})),
        Concern(words=KEYS),
    ),
)
