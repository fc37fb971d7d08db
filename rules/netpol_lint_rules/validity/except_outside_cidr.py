"""An `except` is not a smaller block inside its `cidr`.

Why
---
An exception takes a part out of its own block, and of no other: it must lie inside the `cidr` and
be smaller. One that lies elsewhere is often meant for another peer, or stands for a deny rule,
which NetworkPolicy does not have. IPv4 is never inside an IPv6 block, not even `::/0`. The API
server refuses the policy.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-from-office
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]
      ingress:
      - from:
        - ipBlock:
            cidr: 10.0.0.0/8
            except:
            - 192.168.7.0/24

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-from-office
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]
      ingress:
      - from:
        - ipBlock:
            cidr: 10.0.0.0/8
            except:
            - 10.20.0.0/16

When it stays silent
--------------------
A `cidr` or an `except` that cannot be read, which `invalid-cidr` reports. Values that a later
substitution decides. For clusters before 1.18, which took an exception as large as its block,
that is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import mark, walk
from netpol_lint.address import is_exception, read
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group, Label, Severity
from netpol_lint.node import Entry
from netpol_lint.option import KubeVersion
from netpol_lint.policy import Policy, string
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.wording import quoted

_EQUAL_IS_REFUSED = KubeVersion(1, 18)
_HELP = (
    "an exception must be a smaller block inside its own cidr; what is not inside is not let in by "
    "this peer anyway"
)
_EQUAL_HELP = "leave out the whole peer instead, or make the exception smaller"
_FAMILY_HELP = (
    "addresses of one family are never inside a block of the other; what the block does not hold "
    "needs no exception"
)


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Compares every `except` with the `cidr` above it."""
    for block in walk.blocks(policy):
        excepts, cidr = walk.exceptions(block), block.cidr
        if excepts is None or cidr.value is None or cidr.entry is None:
            continue
        for index, node in enumerate(excepts.items):
            value = string(node)
            if value is None or is_exception(cidr.value, value) or read(value) is None:
                continue
            span = mark.nth(policy.text, excepts, index)
            yield _finding(policy.text, cidr.entry, cidr.value, value, span, context)


def _finding(
    text: str,
    entry: Entry,
    cidr: str,
    value: str,
    span: Span,
    context: Context,
) -> Diagnostic:
    advice, severity = _HELP, None
    network, inner = read(cidr), read(value)
    assert network is not None
    assert inner is not None
    if inner.plain == network.plain:
        rest = " equals its cidr: nothing would be left, the policy is refused"
        message = f"{quoted(value, 100 - len(rest))}{rest}"
        advice = _EQUAL_HELP
        if context.options.kube_version < _EQUAL_IS_REFUSED:
            severity = Severity.WARNING
    else:
        message = f"{quoted(value, 32)} is not inside {quoted(cidr, 32)}: the policy is refused"
        if inner.plain.bits != network.plain.bits:
            advice = _FAMILY_HELP
    return Diagnostic(
        span,
        message,
        labels=(Label(mark.value(text, entry), "its cidr"),),
        help=advice,
        severity=severity,
        covers=span,
    )


RULE = Rule(
    "except-outside-cidr",
    Group.REJECTED,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"odd-excepts"})),),
    silences=frozenset({"voided-restriction", "metadata-not-denied", "wrong-private-mask"}),
)
