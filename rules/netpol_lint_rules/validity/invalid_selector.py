"""A requirement of `matchExpressions` lacks something, or has an operator that does not exist.

Why
---
The four operators are In, NotIn, Exists and DoesNotExist, letter by letter. In and NotIn compare
with values and need at least one; Exists and DoesNotExist ask only whether the label is there and
take none. Anything else is refused, and with it the whole policy.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-and-api
      namespace: shop
    spec:
      podSelector:
        matchExpressions:
        - key: app
          operator: in
          values: [web, api]
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
      name: web-and-api
      namespace: shop
    spec:
      podSelector:
        matchExpressions:
        - key: app
          operator: In
          values: [web, api]
        - key: canary
          operator: DoesNotExist
      policyTypes: [Ingress]
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
      name: web-and-api
      namespace: shop
    spec:
      podSelector:
        matchExpressions:
        - key: app
          operator: In
          values: [web, api]
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till

When it stays silent
--------------------
An empty `values` list with Exists or DoesNotExist, and an empty text among the values: both are
accepted. Values that a later substitution decides.

Fix safety
----------
Unsafe: a refused policy begins to work. Only the case of the operator's letters is corrected.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import mark, patch, walk
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety
from netpol_lint.node import Entry, Mapping, Node, Scalar, Sequence
from netpol_lint.policy import Operator, Policy, dash_of, is_null, string
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.wording import quoted

_OPERATORS = frozenset(operator.value for operator in Operator)
_BY_LETTERS = {operator.value.lower(): operator.value for operator in Operator}
_LISTING = frozenset((Operator.IN.value, Operator.NOT_IN.value))
_HELP = (
    "In and NotIn compare the label with a list of values; Exists and DoesNotExist only ask "
    "whether it is there and take no values"
)
_NOT_IN_HINT = "; NotIn also fits what does not have the label at all"


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks at every item of every `matchExpressions`."""
    for selector in walk.selectors(policy):
        expressions = None if selector.exact else walk.expressions(selector)
        if expressions is None:
            continue
        for index, item in enumerate(expressions.items):
            if not _is_complete(item):
                dash = dash_of(policy.text, expressions, index)
                yield from _judge(policy.text, item, dash)


def _is_complete(item: Node) -> bool:
    """A quick look that lets right requirements pass."""
    if not isinstance(item, Mapping):
        return False
    operator = string(item.get("operator"))
    if operator not in _OPERATORS or not isinstance(item.get("key"), Scalar):
        return False
    values = item.get("values")
    filled = isinstance(values, Sequence) and bool(values.items)
    return filled == (operator in _LISTING) and not is_null(item.fields["key"].value)


def _judge(text: str, item: Node, dash: Span) -> Iterator[Diagnostic]:
    if not isinstance(item, Mapping):
        if is_null(item):
            yield _missing(["key", "operator"], dash)
        return
    absent = [name for name in ("key", "operator") if name not in item.fields]
    if absent:
        yield _missing(absent, dash)
    for name in ("key", "operator"):
        entry = item.fields.get(name)
        if entry is not None and is_null(entry.value):
            yield _missing([name], mark.value(text, entry))
    entry = item.fields.get("operator")
    operator = None if entry is None else string(entry.value)
    if entry is None or operator is None:
        return
    if operator in _OPERATORS:
        yield from _values(text, item, operator, dash)
        return
    shown = quoted(operator, 40)
    yield Diagnostic(
        mark.value(text, entry),
        f"operator {shown} is refused: only In, NotIn, Exists, DoesNotExist",
        help=_HELP + _NOT_IN_HINT,
        fix=_fix(text, entry, operator),
    )


def _missing(names: list[str], span: Span) -> Diagnostic:
    what = " and no ".join(f"`{name}`" for name in names)
    return Diagnostic(span, f"this requirement has no {what}: the policy is refused", help=_HELP)


def _values(text: str, item: Mapping, operator: str, dash: Span) -> Iterator[Diagnostic]:
    entry = item.fields.get("values")
    if operator in _LISTING:
        if entry is None:
            yield Diagnostic(dash, f"`{operator}` needs values: the policy is refused", help=_HELP)
        elif _has_none(entry.value):
            span = mark.first_line(text, entry.key.span)
            yield Diagnostic(span, f"`{operator}` needs values: the policy is refused", help=_HELP)
    elif entry is not None and isinstance(entry.value, Sequence) and entry.value.items:
        span = mark.first_line(text, entry.key.span)
        message = f"`{operator}` takes no values: the policy is refused"
        cure = "In" if operator == Operator.EXISTS else "NotIn"
        yield Diagnostic(span, message, help=f"{_HELP}; to compare with these values, use {cure}")


def _has_none(values: Node) -> bool:
    return is_null(values) or (isinstance(values, Sequence) and not values.items)


def _fix(text: str, entry: Entry, operator: str) -> Fix | None:
    word = _BY_LETTERS.get(operator.strip().lower())
    edits = None if word is None else patch.rewrite(text, entry.value, word)
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, f"write `{word}`: the policy is then accepted", edits)


RULE = Rule(
    "invalid-selector",
    Group.REJECTED,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"inexact"})),),
    silences=frozenset(
        {"unsatisfiable-selector", "empty-label-value", "negated-namespace-selector"}
    ),
)
