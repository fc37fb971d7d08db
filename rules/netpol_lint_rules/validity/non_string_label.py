"""A label or annotation value is a boolean or a number in YAML, and must be a string.

Why
---
`on`, `y`, `no`, `true`, `80`, `1.0` and `1e3` look like words, but without quotes Kubernetes'
reader of YAML makes a boolean or a number of them. Labels and annotations take only strings, so
the server cannot even decode the policy. Other readers of YAML disagree about some of them, so
that a test with another tool may well pass.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: canary-from-till
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          canary: on
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
      name: canary-from-till
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          canary: "on"
          since: 2024-01-01
          version: 1.2.3
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
      name: canary-from-till
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          canary: "on"
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till

When it stays silent
--------------------
Quoted values, values tagged `!!str`, and dates, times and version numbers, which are strings.
Keys: they become strings by themselves. A value that is not written at all, which is an empty
string.

Fix safety
----------
Safe: the quotes keep the letters that are written, and nothing that was accepted before changes.
It is not offered where the letters would still be no label value.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import mark, patch, walk
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety
from netpol_lint.label import value_flaw
from netpol_lint.node import Mapping, Node, Scalar, Sequence
from netpol_lint.policy import Policy
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.wording import quoted

_HELP = (
    "without quotes, yaml reads y, n, yes, no, on, off, true and false as booleans, and 80, 1.0, "
    "1e3, 0777 and 1_000 as numbers; a label or an annotation must be a string"
)


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks at the type of every value of a label or an annotation."""
    text = policy.text
    metadata = policy.metadata.value
    if metadata is not None:
        yield from _map(text, metadata.get("labels"))
        yield from _map(text, metadata.get("annotations"), any_text=True)
    for selector in walk.selectors(policy):
        if isinstance(selector.node, Mapping):
            yield from _map(text, selector.node.get("matchLabels"))
        expressions = walk.expressions(selector)
        for item in () if expressions is None else expressions.items:
            values = item.get("values") if isinstance(item, Mapping) else None
            if isinstance(values, Sequence):
                yield from _list(text, values)


def _map(text: str, node: Node | None, *, any_text: bool = False) -> Iterator[Diagnostic]:
    if isinstance(node, Mapping):
        for entry in node.fields.values():
            if _is_wrong(entry.value):
                span = mark.value(text, entry)
                yield _finding(text, entry.value, span, any_text=any_text)


def _list(text: str, values: Sequence) -> Iterator[Diagnostic]:
    for index, node in enumerate(values.items):
        if _is_wrong(node):
            yield _finding(text, node, mark.nth(text, values, index), any_text=False)


def _is_wrong(node: Node) -> bool:
    if not isinstance(node, Scalar) or (node.style and node.tag is None) or node.is_unknown:
        return False
    return isinstance(node.value, bool | int | float)


def _finding(text: str, node: Node, span: Span, *, any_text: bool) -> Diagnostic:
    assert isinstance(node, Scalar)
    kind = "boolean" if isinstance(node.value, bool) else "number"
    rest = f" is a {kind} in yaml, not a string: quote it or the policy is refused"
    return Diagnostic(
        span,
        f"{quoted(node.text, 100 - len(rest))}{rest}",
        help=_HELP,
        fix=_fix(text, node) if any_text or value_flaw(node.text) is None else None,
    )


def _fix(text: str, node: Scalar) -> Fix | None:
    edits = patch.rewrite(text, node, f'"{node.text}"', bare=True)
    if edits is None:
        return None
    return Fix(Safety.SAFE, f'quote it: "{node.text}"', edits)


RULE = Rule(
    "non-string-label",
    Group.REJECTED,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"unsound"})),),
)
