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

from netpol_lint import loss, mark, patch
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Consequence, Diagnostic, Fix, Group, Label, Safety
from netpol_lint.node import Mapping, Node, Scalar, Sequence
from netpol_lint.patch import Edits
from netpol_lint.policy import Direction, Policy
from netpol_lint.regex import regex
from netpol_lint.rule import Rule
from netpol_lint.schema import Path, WrongType
from netpol_lint.span import Span
from netpol_lint.wording import LONGEST, fitted

LABELS = ("matchLabels", "labels", "annotations")
DIRECTIONS = tuple(direction.value for direction in Direction)
SPEC = ("policyTypes", *DIRECTIONS)
NAMES = ("name", "generateName", "namespace", "key")
POLICY_TYPES = tuple(direction.policy_type for direction in Direction)
WANTED = {
    ("object",): "an object",
    ("array",): "a list",
    ("string",): "a string",
    ("integer",): "a whole number",
    ("integer", "string"): "a whole number or a name",
    ("boolean",): "true or false",
}

ONE_VALUE = {
    "protocol": "each protocol is an item of `ports` of its own, with its port",
    "port": "each port is an item of `ports` of its own: `- port: 80`, `- port: 443`",
    "cidr": "each range is a peer of its own: an `ipBlock` has one `cidr`",
}
"""What to write where a field that takes one value has a list or an object."""
RIGHT = {
    "protocol": "`protocol` is one of the words TCP, UDP and SCTP; without it TCP is meant",
    "port": "a port is a whole number from 1 to 65535, or the name that a container gives its port",
    "endPort": "a port is a whole number from 1 to 65535",
    "cidr": "a `cidr` is a range of addresses, such as 192.0.2.0/24",
    "operator": "an operator is one of In, NotIn, Exists and DoesNotExist",
    "policyTypes": "a policy type is Ingress or Egress",
}
"""What a field takes whose values are of few kinds."""
MAX_VALUE = 24
"""Characters of a value that stay beside a long path."""

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
    got, want = _type(first.node), WANTED[first.wanted]
    if isinstance(first.node, Scalar):
        noun = got.partition(" ")[2]
        sentence = f"{{}} must be {want}, not the {noun} {{}}: the policy is refused"
        room = LONGEST - len(sentence.format("", "")) - min(len(first.node.text) + 2, MAX_VALUE)
        message = fitted(sentence, _key(first.path, room - 2), first.node.text)
    else:
        sentence = f"{{}} must be {want}, not {got}: the policy is refused"
        message = fitted(sentence, _key(first.path, LONGEST - len(sentence)))
    edits = _edits(policy, context, violations)
    return Diagnostic(
        _place(policy.text, first),
        message,
        labels=tuple(Label(_place(policy.text, each), "and this one") for each in others),
        help=_help(first),
        fix=None if edits is None else Fix(Safety.UNSAFE, _title(first), edits),
        covers=_covers(violations),
        explains=_explained(policy, context, violations),
    )


def _explained(
    policy: Policy, context: Context, violations: list[WrongType]
) -> tuple[Consequence, ...] | None:
    """A field of the spec that was taken for a label is missing from the spec."""
    first = violations[0]
    if first.path[:-1] != ("spec", "podSelector", "matchLabels") or first.path[-1] not in SPEC:
        return None
    undirected = not any(each.directions for each in context.intent.denials)
    name = str(first.path[-1])
    return (
        Consequence(_covers(violations), RULE.silences),
        *loss.of(policy, name, first.node, undirected=undirected),
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


def _key(path: Path, room: int) -> str:
    """The path as people write it, `spec.ingress[0].from`, or as many of its last steps as fit."""
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
    whole = "".join(steps).removeprefix(".")
    while len(whole) > room and len(steps) > 1:
        del steps[0]
        if not steps[0].startswith("["):
            whole = f"…{''.join(steps).removeprefix('.')}"
    return whole


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
    if violation.wanted == ("object",):
        if field in LABELS:
            return f"below `{field}` stands a line for each label, as `app: web`, without a dash"
        return f"below `{field}` stand its fields, each as `key: value`, without a dash"
    if not isinstance(node, Scalar):
        return ONE_VALUE.get(field, f"`{field}` takes one value: no dash, and no key below it")
    if "integer" in violation.wanted and node.style:
        return f"in quotes it is a string: `{field}` is written without them"
    if field in RIGHT:
        return RIGHT[field]
    return "yaml reads numbers, and words such as on and yes, as a string only in quotes"


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
            "implied-ingress-deny",
            "empty-egress-without-types",
            "direction-without-rules",
            "inert-policy",
            "deny-that-allows",
            "allow-that-denies",
            "missing-namespace",
        )
    ),
)
