"""A label key or value, or an annotation key, is spelt in a way that Kubernetes refuses.

Why
---
A label value is empty or up to 63 letters, digits, `-`, `_` and `.`, with a letter or a digit at
both ends. A key is the same, never empty, with an optional domain and `/` in front. Nothing else
is a label: no pattern, no list, no blank. The API server refuses the whole policy, and names only
the map in which the mistake is.

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
          app: "web "
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
      name: web-from-till
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web-shop
          shop.example.com/tier: front_1.2
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
      name: web-from-till
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: "web"
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till

When it stays silent
--------------------
Keys and values that a later substitution decides. Annotation values, which may be any text, and
upper-case domains of annotation keys. Values of `matchExpressions` for clusters before 1.26,
which did not look at them.

Fix safety
----------
Unsafe: a refused policy begins to work. Only blanks and line breaks around a value are taken
away; a block text (`|`) keeps its last line break, which is seldom meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from netpol_lint import mark, patch, walk
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety
from netpol_lint.label import annotation_key_flaw, key_flaw, value_flaw
from netpol_lint.node import Mapping, Node, Scalar, Sequence
from netpol_lint.option import KubeVersion
from netpol_lint.policy import Policy, Selector, string
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.wording import LONGEST, quoted

_VALUES_ARE_READ = KubeVersion(1, 26)
_KEY_GRAMMAR = (
    "a key is a name of up to 63 letters, digits, `-`, `_` and `.` with a letter or a digit at "
    "both ends, and before it, if anything, a lower-case domain and one `/`"
)
_VALUE_GRAMMAR = (
    "a value is empty, or up to 63 letters, digits, `-`, `_` and `.` with a letter or a digit at "
    "both ends"
)
_NO_PATTERN = (
    "labels are compared letter by letter, there are no patterns; for any value at all use "
    "matchExpressions with operator Exists"
)
_NO_LIST = "for one of several values use matchExpressions with operator In and a list of values"


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks at every map of labels and at every requirement on one."""
    text = policy.text
    metadata = policy.metadata.value
    if metadata is not None:
        annotations, labels = metadata.get("annotations"), metadata.get("labels")
        if annotations is not None:
            yield from _keys(text, annotations, "annotation", annotation_key_flaw)
        if labels is not None:
            yield from _keys(text, labels, "label", key_flaw)
            yield from _values(text, labels)
    for selector in walk.selectors(policy):
        if (selector.exact and _is_fine(selector)) or not isinstance(selector.node, Mapping):
            continue
        yield from _keys(text, selector.node.get("matchLabels"), "label", key_flaw)
        yield from _values(text, selector.node.get("matchLabels"))
        expressions = walk.expressions(selector)
        for item in () if expressions is None else expressions.items:
            if isinstance(item, Mapping):
                yield from _expression(text, item, context)


def _is_fine(selector: Selector) -> bool:
    """A quick look at what could be read."""
    for requirement in selector.requirements:
        if key_flaw(requirement.key) is not None:
            return False
        for value in requirement.values:
            if value_flaw(value) is not None:
                return False
    return True


def _keys(
    text: str, node: Node | None, what: str, flaw_of: Callable[[str], str | None]
) -> Iterator[Diagnostic]:
    if not isinstance(node, Mapping) or not any(map(flaw_of, node.fields)):
        return
    for key, entry in node.fields.items():
        flaw = flaw_of(key)
        if flaw is not None and isinstance(entry.key, Scalar) and not entry.key.is_unknown:
            yield _key(text, key, entry.key.span, what, flaw)


def _key(text: str, key: str, span: Span, what: str, flaw: str) -> Diagnostic:
    shown = quoted(key, LONGEST - len(f"{what} key  is refused: {flaw}"))
    return Diagnostic(
        mark.first_line(text, span),
        f"{what} key {shown} is refused: {flaw}" if key else f"{what} key is empty: it is refused",
        help=_KEY_GRAMMAR,
    )


def _values(text: str, node: Node | None) -> Iterator[Diagnostic]:
    for entry in node.fields.values() if isinstance(node, Mapping) else ():
        flaw = _flaw(entry.value)
        if flaw is not None:
            yield _value(text, entry.value, mark.value(text, entry), flaw)


def _expression(text: str, item: Mapping, context: Context) -> Iterator[Diagnostic]:
    entry = item.fields.get("key")
    key = None if entry is None else string(entry.value)
    flaw = None if key is None else key_flaw(key)
    if entry is not None and key is not None and flaw is not None:
        yield _key(text, key, mark.value(text, entry), "label", flaw)
    values = item.get("values")
    if isinstance(values, Sequence) and context.options.kube_version >= _VALUES_ARE_READ:
        for index, node in enumerate(values.items):
            flaw = _flaw(node)
            if flaw is not None:
                yield _value(text, node, mark.nth(text, values, index), flaw)


def _flaw(node: Node) -> str | None:
    """What is wrong with a value that is a string; other types are another rule's matter."""
    if not isinstance(node, Scalar):
        return None
    if node.tag is None and value_flaw(node.text) is None:
        return None
    value = string(node)
    return None if value is None else value_flaw(value)


def _value(text: str, node: Node, span: Span, flaw: str) -> Diagnostic:
    value = string(node) or ""
    room = 100 - len(f"label value  is refused: {flaw}")
    advice = _VALUE_GRAMMAR
    if any(sign in value for sign in "*?"):
        advice = _NO_PATTERN
    elif any(sign in value for sign in ",|"):
        advice = _NO_LIST
    return Diagnostic(
        span,
        f"label value {quoted(value, room)} is refused: {flaw}",
        help=advice,
        fix=_fix(text, node, value),
    )


def _fix(text: str, node: Node, value: str) -> Fix | None:
    trimmed = value.strip()
    if not trimmed or value_flaw(trimmed) is not None:
        return None
    if isinstance(node, Scalar) and node.style in ("|", ">"):
        edits = patch.unfold(text, node, trimmed)
    else:
        edits = patch.rewrite(text, node, trimmed)
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, f"write {quoted(trimmed, 70)} without blanks around it", edits)


RULE = Rule(
    "invalid-label",
    Group.REJECTED,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"odd-labels", "inexact"})),),
    silences=frozenset(
        {"unsatisfiable-selector", "volatile-label", "dangling-subject", "dangling-peer"}
    ),
)
