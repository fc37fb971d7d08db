"""Two requirements on one label contradict each other, so the selector matches nothing.

Why
---
All requirements of a selector must hold together. Where two of them leave one label no possible
value, no object is ever selected: a policy with such a subject protects no pod, and such a peer
lets nobody in.

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
        - podSelector:
            matchExpressions:
            - key: app
              operator: In
              values: [till]
            - key: app
              operator: In
              values: [cart]

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
        matchExpressions:
        - key: canary
          operator: DoesNotExist
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchExpressions:
            - key: app
              operator: In
              values: [till, cart]
            - key: app
              operator: NotIn
              values: [cart]

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
        - podSelector:
            matchExpressions:
            - key: app
              operator: In
              values: [till, cart]

When it stays silent
--------------------
Some value, or the missing label, is left over. Values that a later substitution decides are not
judged, and neither are the peers of a direction that `policyTypes` leaves out.

Fix safety
----------
Unsafe: the selector begins to match. Offered where two lists of wanted values were written as two
requirements: they become one list.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import mark, model, patch, walk
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety
from netpol_lint.edit import Edit
from netpol_lint.label_set import Values
from netpol_lint.node import Mapping, Sequence
from netpol_lint.phrase import short_key
from netpol_lint.pod_set import METADATA_NAME
from netpol_lint.policy import Operator, Policy, Requirement, Selector
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.wording import LONGEST, cut, fitted, quoted


def check(policy: Policy, _: Context) -> Iterator[Diagnostic]:
    """Intersects what each selector asks of one label."""
    subject = policy.subject.value
    if subject is not None and len(subject.requirements) > 1:
        yield from _judge(policy, subject)
    for _direction, allow in policy.declared_allows():
        for peer in allow.peers.value:
            pods, spaces = peer.pods.value, peer.namespaces.value
            if pods is not None and len(pods.requirements) > 1:
                yield from _judge(policy, pods)
            if spaces is not None and spaces.requirements:
                yield from _nameless(policy, spaces)
                if len(spaces.requirements) > 1:
                    yield from _judge(policy, spaces)


def _judge(policy: Policy, selector: Selector) -> Iterator[Diagnostic]:
    """The first conflict in the order of the text; further ones have no more effect."""
    keys = {requirement.key for requirement in selector.requirements}
    if len(keys) == len(selector.requirements):
        return
    left: dict[str, Values] = {}
    earlier: list[Requirement] = []
    for requirement in sorted(selector.requirements, key=_place):
        key, values = requirement.key, model.values(requirement)
        left[key] = values.meet(left[key]) if key in left else values
        if left[key].empty:
            rivals = [each for each in earlier if each.key == key]
            yield _diagnostic(policy, selector, rivals, requirement)
            return
        earlier.append(requirement)


def _nameless(policy: Policy, selector: Selector) -> Iterator[Diagnostic]:
    """Namespaces without the label that every namespace has."""
    for requirement in selector.requirements:
        is_refusal = requirement.operator is Operator.DOES_NOT_EXIST
        if is_refusal and requirement.key == METADATA_NAME:
            yield Diagnostic(
                _span(policy.text, requirement),
                f"`{METADATA_NAME}` is on every namespace: this selector matches nothing",
                help="Kubernetes itself puts this label on each namespace, with its name as the "
                "value:\nthis peer lets nobody through, not even a pod in namespace default",
                covers=selector.node.span,
            )


def _diagnostic(
    policy: Policy, selector: Selector, rivals: list[Requirement], requirement: Requirement
) -> Diagnostic:
    values = model.values(requirement)
    pair = next((each for each in rivals if values.meet(model.values(each)).empty), None)
    key, asked = requirement.key, _words(requirement)
    sentence, demands = (
        "{} can never satisfy {} and the rest: this selector matches nothing",
        [asked],
    )
    if pair is not None:
        sentence = "{} can never satisfy both {} and {}: this selector matches nothing"
        demands = [_words(pair), asked]
    if len(sentence.format(f"`{key}`", *(f"`{each}`" for each in demands))) > LONGEST:
        key = short_key(key)
    return Diagnostic(
        _span(policy.text, requirement),
        fitted(sentence, key, *demands),
        labels=tuple(
            Label(_span(policy.text, each), f"but {quoted(_words(each), 40)} is asked for as well")
            for each in (rivals if pair is None else [pair])
        ),
        help=_help(policy, selector, requirement),
        fix=None if pair is None else _fix(policy.text, selector, pair, requirement),
        covers=selector.node.span,
    )


def _help(policy: Policy, selector: Selector, requirement: Requirement) -> str:
    sample = model.values(requirement).example("anything")
    object_ = f"without the label {requirement.key}"
    if sample is not None:
        object_ = f"{requirement.key}={sample}"
    object_ = cut(object_, 60)
    if selector is policy.subject.value:
        effect = f"the policy protects no pod: a pod {object_}, like any other, is not selected"
    else:
        kind = "namespace" if _is_of_namespaces(policy, selector) else "pod"
        effect = (
            f"this item lets nobody through: a {kind} {object_}, like any other, is not selected"
        )
    return (
        f"{effect};\nall requirements must hold together, and alternatives for one label are one "
        "list: `operator: In` with several `values`"
    )


def _is_of_namespaces(policy: Policy, selector: Selector) -> bool:
    return any(peer.namespaces.value is selector for peer in walk.peers(policy))


def _fix(text: str, selector: Selector, first: Requirement, second: Requirement) -> Fix | None:
    """Adds the values of the second `In` to the list of the first, and deletes the second."""
    both_are_lists = first.operator is second.operator is Operator.IN
    expressions = walk.expressions(selector)
    if not both_are_lists or expressions is None or second.node not in expressions.items:
        return None
    wanted = first.node.get("values") if isinstance(first.node, Mapping) else None
    if not isinstance(wanted, Sequence) or not wanted.flow or wanted.alias or first.node.alias:
        return None
    removal = patch.remove_item(text, expressions, expressions.items.index(second.node))
    new = [value for value in second.values if value not in first.values]
    last = wanted.items[-1]
    if removal is None or last.alias or not all(map(_is_plain, new)):
        return None
    quote = text[last.start] if text[last.start] in "'\"" else ""
    addition = Edit(Span(last.end, last.end), "".join(f", {quote}{each}{quote}" for each in new))
    title = f"accept any of {quoted(', '.join((*first.values, *new)), 60)}"
    return Fix(Safety.UNSAFE, title, (addition, *removal))


def _is_plain(value: str) -> bool:
    """Whether the value reads the same without quotes."""
    return value[:1].isalpha() and value.lower() not in _WORDS_OF_YAML


def _words(requirement: Requirement) -> str:
    """A requirement without its key; one value is only itself."""
    if requirement.operator is Operator.IN and len(requirement.values) == 1:
        return requirement.values[0]
    if isinstance(requirement.node, Mapping):
        listed = f" [{', '.join(requirement.values)}]" if requirement.values else ""
        return f"{requirement.operator}{listed}"
    return requirement.values[0]


def _place(requirement: Requirement) -> int:
    return requirement.key_node.start


def _span(text: str, requirement: Requirement) -> Span:
    """The pair, or the first line of the expression."""
    start = min(requirement.key_node.start, requirement.node.start)
    return mark.first_line(text, Span(start, max(requirement.node.end, requirement.key_node.end)))


_WORDS_OF_YAML = frozenset(("y", "yes", "n", "no", "true", "false", "on", "off", "null"))

RULE = Rule(
    "unsatisfiable-selector",
    Group.CONTRADICTION,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"repeated-keys", "negations"})),),
    silences=frozenset(("redundant-peer", "dangling-peer", "dangling-subject", "labels-are-and")),
)
