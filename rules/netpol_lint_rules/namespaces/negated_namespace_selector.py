"""A namespaceSelector of exclusions only admits every other namespace, future ones too.

Why
---
`NotIn` and `DoesNotExist` also hold for namespaces that do not carry the label at all. A selector
that has nothing else admits whatever is not excluded: a namespace that somebody creates tomorrow
is in before anybody thinks of it. A list of those that are meant does not grow by itself.

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
      policyTypes: [Ingress]
      ingress:
      - from:
        - namespaceSelector:
            matchExpressions:
            - key: env
              operator: NotIn
              values: [lab]

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
      ingress:
      - from:
        - namespaceSelector:
            matchExpressions:
            - key: env
              operator: In
              values: [prod]

When it stays silent
--------------------
The rule is off unless it is asked for (hardening). A condition beside it that a namespace has to
meet, such as `matchLabels`, limits the exclusion. A policy whose name or head comment denies what
the selector excludes (`block-lab`) says what it does.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group, Label
from netpol_lint.habitat import METADATA_NAME
from netpol_lint.node import Mapping
from netpol_lint.policy import Direction, Operator, Policy, Requirement, Selector
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.speech import Word, says
from netpol_lint.wording import cut


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Finds namespaceSelectors whose conditions are all negative."""
    for direction, allow in policy.declared_allows():
        for peer in allow.peers.value:
            selector = peer.namespaces.value
            if selector is None or not selector.exact or not selector.requirements:
                continue
            if any(each.positive for each in selector.requirements):
                continue
            if not _is_said(policy, context, selector):
                yield _diagnostic(direction, selector)


def _is_said(policy: Policy, context: Context, selector: Selector) -> bool:
    """Whether the name or the head comment denies one of the values by name."""
    values = {value.lower() for each in selector.requirements for value in each.values}
    texts = (policy.name_text, context.notes.head(policy.root.start))
    return any(
        says(text, Word.DENY, Word.EXCEPTION) and any(value in text.lower() for value in values)
        for text in texts
    )


def _diagnostic(direction: Direction, selector: Selector) -> Diagnostic:
    first, others = selector.requirements[0], selector.requirements[1:]
    # Every namespace has the one guaranteed label: there only its value counts.
    by_name = first.key == METADATA_NAME and first.operator is Operator.NOT_IN
    kind = "every other namespace" if by_name else "every namespace without the label"
    verb = "may connect" if direction is Direction.INGRESS else "may be reached"
    left_out = cut(", ".join(map(str, selector.requirements)), 60)
    return Diagnostic(
        _operator(first),
        f"`{first.operator}` admits {kind}, future ones too",
        labels=tuple(Label(_operator(each), "and this does not limit it") for each in others),
        help=f"a namespace created tomorrow {verb}, since it fits {left_out};\n"
        "name those that are meant, by `In` or by `matchLabels`",
    )


def _operator(requirement: Requirement) -> Span:
    item = requirement.node
    node = item.get("operator") if isinstance(item, Mapping) else None
    return item.span if node is None else node.span


RULE = Rule(
    "negated-namespace-selector", Group.HARDENING, since="0.1.0", page=__doc__ or "", policy=check
)
