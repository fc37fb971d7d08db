"""A port with a leading zero is an octal number: another port than everybody reads.

Why
---
Kubernetes reads YAML 1.1, where `0120` is octal for 80. The policy is accepted and opens port 80
instead of 120. A number with an 8 or a 9 in it, such as `0980`, is read as decimal: two zeros in
one file need not mean the same.

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
      - ports:
        - port: 0120

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
      - ports:
        - port: 120

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
      - ports:
        - port: 120

When it stays silent
--------------------
Both readings are the same number, as with `007`. The number has an 8 or a 9 in it and is decimal.
It is quoted, which makes it a name. The direction is not declared. The forms `0x50`, `0o120` and
`0b1010000`, which nobody takes for decimal, are only said on request (info).

Fix safety
----------
Unsafe: the decimal reading is written, which is another port. Safe for `0x50` and its like: the
same number is written in decimal digits.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import patch
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety, Severity
from netpol_lint.node import Node, Scalar
from netpol_lint.policy import Field, Policy, Port
from netpol_lint.regex import regex
from netpol_lint.rule import Rule
from netpol_lint.wording import quoted

_OCTAL = regex(r"[+-]?0[0-7_]+")
_BASED = regex(r"[+-]?0[xXoObB]")
_NAMES = {"x": "hexadecimal", "o": "octal", "b": "binary"}
_LAST = 65535


def check(policy: Policy, _: Context) -> Iterator[Diagnostic]:
    """Looks at the first digit of every number."""
    for each in policy.declared_allows():
        for port in each[1].ports.value:
            for field in (port.port, port.end_port):
                if type(field.value) is int and _first(field.node) in "0+-":
                    yield from _judge(policy, port, field, field.value)


def _first(node: Node) -> str:
    """The first character of a number."""
    return node.text[:1] if type(node) is Scalar else "?"


def _judge(
    policy: Policy, port: Port, field: Field[int | str | None] | Field[int | None], value: int
) -> Iterator[Diagnostic]:
    node = field.node
    if not isinstance(node, Scalar) or node.style:
        return
    effect = "it opens port" if field is port.port else "the range ends at port"
    if _OCTAL.fullmatch(node.text):
        decimal = _decimal(node, value)
        if decimal != value:
            yield Diagnostic(
                node.span,
                f"{quoted(node.text, 24)} is octal: {effect} {value}, not {decimal}",
                help=f"a leading zero makes the digits octal: 0{value:o} is {value};\n"
                f"write {decimal} or {value}, whichever is meant",
                fix=_fix(policy, port, field, decimal),
            )
    elif _BASED.match(node.text):
        name = _NAMES[node.text.lstrip("+-")[1].lower()]
        edits = patch.rewrite(policy.text, node, str(value), bare=True)
        yield Diagnostic(
            node.span,
            f"{quoted(node.text, 24)} is {name}: {effect} {value}",
            help="a port in decimal digits can be compared with that of a container",
            fix=None if edits is None else Fix(Safety.SAFE, f"write {value}", edits),
            severity=Severity.INFO,
        )


def _decimal(node: Node, value: int) -> int:
    """What people read: the digits in decimal."""
    if isinstance(node, Scalar) and not node.style and _OCTAL.fullmatch(node.text):
        return int(node.text.replace("_", ""), 10) if len(node.text) < 20 else -1
    return value


def _fix(
    policy: Policy,
    port: Port,
    field: Field[int | str | None] | Field[int | None],
    decimal: int,
) -> Fix | None:
    first, last = (
        _decimal(each.node, each.value) if isinstance(each.value, int) else None
        for each in (port.port, port.end_port)
    )
    if not 1 <= decimal <= _LAST or (first is not None and last is not None and last < first):
        return None
    edits = patch.rewrite(policy.text, field.node, str(decimal), bare=True)
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, f"write {decimal}, as everybody reads it", edits)


RULE = Rule(
    "octal-port",
    Group.CONTRADICTION,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"odd-numbers"})),),
)
