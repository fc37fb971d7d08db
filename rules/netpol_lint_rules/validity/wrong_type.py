"""A value has a type that its field cannot take, so the whole policy is refused.

Why
---
The API server cannot decode such a document at all. It names one place only, without line or index,
so the second mistake shows after the first one is mended. Here all of them are reported at once.

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
        from:
        - podSelector:
            matchLabels:
              app: till

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
        - podSelector:
            matchLabels:
              app: till

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
      ingress:
        - from:
          - podSelector:
              matchLabels:
                app: till

When it stays silent
--------------------
Null, which counts as not written; a value that a later substitution decides; an integer written as
`80.0` or `8e1`; numbers and booleans for labels and annotations, which `non-string-label` reports;
numbers out of range.

Fix safety
----------
Unsafe: a document that was refused begins to work. An empty object becomes an empty list only where
the policy says that it denies that direction.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import mark, patch
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety
from netpol_lint.node import Mapping, Node, Scalar, Sequence
from netpol_lint.patch import Edits
from netpol_lint.policy import Direction, Policy
from netpol_lint.regex import regex
from netpol_lint.rule import Rule
from netpol_lint.schema import Path, WrongType
from netpol_lint.span import Span
from netpol_lint.wording import fitted

LABELS = ("matchLabels", "labels", "annotations")
DIRECTIONS = tuple(direction.value for direction in Direction)
NAMES = ("name", "generateName", "namespace", "key")
POLICY_TYPES = tuple(direction.policy_type for direction in Direction)
WANTED = {
    ("object",): "an object",
    ("array",): "a list",
    ("string",): "a string",
    ("integer",): "an integer",
    ("integer", "string"): "a number or a name",
    ("boolean",): "true or false",
}

_WORD = regex(r"[A-Za-z]+")


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Values of the wrong type; like items of one list are one finding."""
    groups: dict[tuple[int, str], list[WrongType]] = {}
    for violation in context.violations:
        if isinstance(violation, WrongType) and not _another_rule_says_it(violation):
            key = violation.owner if isinstance(violation.owner, Sequence) else violation.node
            groups.setdefault((id(key), _type(violation.node)), []).append(violation)
    for violations in groups.values():
        yield _finding(policy, context, violations)


def _another_rule_says_it(violation: WrongType) -> bool:
    path, node = violation.path, violation.node
    if path == ("apiVersion",) or not isinstance(node, Scalar):
        return path == ("apiVersion",)
    if len(path) > 1 and path[-2] in (*LABELS, "values"):
        return True
    # A whole number beyond 32 bits is out of the range of ports, which says more.
    return path[-1] in ("port", "endPort") and type(node.value) is int


def _finding(policy: Policy, context: Context, violations: list[WrongType]) -> Diagnostic:
    first, *others = violations
    got, want, key = _type(first.node), WANTED[first.wanted], _key(first.path)
    if isinstance(first.node, Scalar):
        noun = got.partition(" ")[2]
        sentence = f"{{}} must be {want}, not the {noun} {{}}: the policy is refused"
        message = fitted(sentence, key, first.node.text)
    else:
        message = fitted(f"{{}} must be {want}, not {got}: the policy is refused", key)
    edits = _edits(policy, context, violations)
    return Diagnostic(
        _place(policy.text, first),
        message,
        labels=tuple(Label(_place(policy.text, each), "and this one") for each in others),
        help=_help(first),
        fix=None if edits is None else Fix(Safety.UNSAFE, _title(first), edits),
        covers=_covers(violations),
    )


def _covers(violations: list[WrongType]) -> Span:
    first, last = violations[0], violations[-1]
    start = first.node.start if first.entry is None else first.entry.key.start
    return Span(start, max(start, last.node.end))


def _place(text: str, violation: WrongType) -> Span:
    if violation.entry is not None:
        return mark.value(text, violation.entry)
    owner, index = violation.owner, violation.path[-1]
    assert isinstance(owner, Sequence) and isinstance(index, int)  # noqa: PT018  # one fact
    return mark.nth(text, owner, index)


def _key(path: Path) -> str:
    """The path as people write it: `spec.ingress[0].from`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def _type(node: Node) -> str:
    if isinstance(node, Mapping):
        return "an object"
    if isinstance(node, Sequence):
        return "a list"
    value = node.value
    if isinstance(value, bool):
        return "a boolean"
    return "a string" if isinstance(value, str) else "a number"


def _help(violation: WrongType) -> str:
    node, field = violation.node, _field(violation.path)
    if violation.wanted == ("array",):
        what = "a value" if isinstance(node, Scalar) else "an object"
        return f"a list has a dash before each item; without one, {what} stands in its place"
    if field == "ports":
        return "an item of `ports` is an object: `port: 80`, with `protocol` beside it if not TCP"
    if field in ("from", "to"):
        return "a peer is an object with a `podSelector`, a `namespaceSelector` or an `ipBlock`"
    if field in ("ingress", "egress"):
        return "a rule is an object with `from` or `to`, and `ports`"
    if field in ("podSelector", "namespaceSelector"):
        return "a selector is an object with `matchLabels` or `matchExpressions`"
    if field == "ipBlock":
        return "an `ipBlock` is an object: `cidr: 192.0.2.0/24`, and `except` beside it"
    if violation.wanted == ("string",) and isinstance(node, Scalar):
        return "without quotes yaml takes numbers, and words such as on and yes, for no strings"
    if "integer" in violation.wanted and isinstance(node, Scalar) and node.style:
        return "in quotes it is a string"
    return f"`{field}` takes {WANTED[violation.wanted]} and nothing else"


def _field(path: Path) -> str:
    return str(next(step for step in reversed(path) if isinstance(step, str)))


def _title(violation: WrongType) -> str:
    node, wanted = violation.node, violation.wanted
    if wanted == ("array",):
        if isinstance(node, Mapping) and not node.entries:
            return "write `[]`, which denies this direction"
        return "make it a list"
    if wanted == ("object",):
        return f"write `{'port' if _field(violation.path) == 'ports' else 'cidr'}:` before it"
    return "remove the quotes" if "integer" in wanted else "quote it"


def _edits(policy: Policy, context: Context, violations: list[WrongType]) -> Edits:
    """The cure, where it is clear what was meant."""
    first, text = violations[0], policy.text
    node, wanted, field = first.node, first.wanted, _field(first.path)
    if wanted == ("array",) and first.entry is not None:
        return _listed(text, context, first, field)
    if not isinstance(node, Scalar) or node.tag is not None or node.alias:
        return None
    if wanted == ("object",):
        if field == "ports" and first.entry is None:
            return _ports(text, first.owner, violations)
        if field == "ipBlock" and isinstance(node.value, str) and "/" in node.text:
            return patch.replace(node, f"{{cidr: {text[node.start : node.end]}}}")
        return None
    if wanted == ("string",) and not node.style and field in NAMES:
        edits = [patch.replace(each.node, f'"{_scalar(each).text}"') for each in violations]
    elif wanted == ("integer",) and node.style in ("'", '"') and node.text.isdecimal():
        edits = [patch.replace(each.node, _scalar(each).text) for each in violations]
    else:
        return None
    return tuple(edit for each in edits for edit in each or ())


def _scalar(violation: WrongType) -> Scalar:
    assert isinstance(violation.node, Scalar)
    return violation.node


def _ports(text: str, owner: Mapping | Sequence | None, violations: list[WrongType]) -> Edits:
    """Writes `port: 80` for 80."""
    if owner is None or owner.alias:
        return None
    nodes = [_scalar(each) for each in violations]
    if any(node.alias or node.tag or "\n" in text[node.start : node.end] for node in nodes):
        return None
    before, behind = ("{port: ", "}") if owner.flow else ("port: ", "")
    edits = [
        patch.replace(node, f"{before}{text[node.start : node.end]}{behind}") for node in nodes
    ]
    return tuple(edit for each in edits for edit in each or ())


def _listed(text: str, context: Context, violation: WrongType, field: str) -> Edits:
    node = violation.node
    if isinstance(node, Scalar):
        if field == "policyTypes":
            words = _WORD.findall(node.text)
            if not words or not set(words) <= set(POLICY_TYPES):
                return None
            return patch.replace(node, f"[{', '.join(words)}]")
        if field == "ports" and not isinstance(node.value, str) and node.tag is None:
            return patch.replace(node, f"[{{port: {node.text}}}]")
        return patch.itemize(text, node) if field in ("except", "finalizers") else None
    if isinstance(node, Mapping) and not node.entries:
        denied = field in DIRECTIONS and context.intent.denies(Direction(field)) is not None
        return patch.replace(node, "[]") if denied else None
    strings = field in ("policyTypes", "except", "values", "finalizers")
    return None if strings else patch.itemize(text, node)


RULE = Rule(
    "wrong-type",
    Group.REJECTED,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"unsound"})),),
    fragments=True,
    silences=frozenset(
        (
            "invalid-name",
            "invalid-label",
            "invalid-selector",
            "invalid-port",
            "invalid-protocol",
            "invalid-cidr",
            "invalid-policy-type",
            "invalid-metadata",
            "empty-peer",
            "mixed-peer",
            "null-rule",
            "all-ports-item",
            "open-to-everyone",
            "implicit-subject",
            "empty-spec",
            "null-namespace-selector",
            "missing-policy-types",
            "deny-that-allows",
            "allow-that-denies",
            "missing-namespace",
        )
    ),
)
