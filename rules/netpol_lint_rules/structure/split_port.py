"""A dash before `protocol` makes it an item of its own, which opens every port of that protocol.

Why
---
Each item of `ports` is an alternative. An item that has only a `protocol` allows every port of it,
so the numbered item beside it no longer restricts anything, or is still TCP although UDP was meant.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: webhook
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: webhook
      policyTypes: [Ingress]
      ingress:
      - ports:
        - port: 9443
        - protocol: TCP

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: webhook
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: webhook
      policyTypes: [Ingress]
      ingress:
      - ports:
        - port: 9443
          protocol: TCP
        - port: 8080
          protocol: TCP

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: webhook
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: webhook
      policyTypes: [Ingress]
      ingress:
      - ports:
        - port: 9443
          protocol: TCP

When it stays silent
--------------------
The lone protocol is the only item of the list; a comment says that all of its ports are meant; the
two items have different protocols and more than one item could be its other half; the direction is
not declared.

Fix safety
----------
Unsafe: the ports that the lone item opened are closed again. Offered when the list has exactly
these two items and one completes the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import patch
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety, Severity
from netpol_lint.node import Sequence
from netpol_lint.policy import Allow, Policy, Port, Presence
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.speech import Word, says


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Finds protocol-only items beside numbered ones."""
    for _, allow in policy.declared_allows():
        ports = allow.ports.value
        if len(ports) < 2 or not all(port.readable for port in ports):
            continue
        numbered = [port for port in ports if port.port.value is not None]
        for lone in ports:
            if _is_lone(lone) and numbered:
                yield from _judge(policy, context, allow, lone, numbered)


def _is_lone(port: Port) -> bool:
    return port.protocol.presence is Presence.FILLED and not port.port.written


def _judge(
    policy: Policy, context: Context, allow: Allow, lone: Port, numbered: list[Port]
) -> Iterator[Diagnostic]:
    if says(context.notes.of(lone.node.span), Word.ALL, Word.ALL_PORTS):
        return
    same = [port for port in numbered if port.protocol.value == lone.protocol.value]
    if same:
        severity, other = Severity.ERROR, same[0]
    elif len(allow.ports.value) == 2 and not numbered[0].protocol.written:
        severity, other = Severity.WARNING, numbered[0]
    else:
        return
    protocol = lone.protocol.value
    number = other.port.value
    yield Diagnostic(
        lone.dash,
        f"opens every {protocol} port: it is an item of its own, not part of {number:.20}"
        if isinstance(number, str)
        else f"opens every {protocol} port: it is an item of its own, not part of {number}",
        labels=(Label(other.dash, "this port is another item"),),
        help=_help(other, protocol, dead=bool(same)),
        fix=_fix(policy, allow),
        severity=severity,
        covers=Span(allow.ports.key.start, allow.ports.node.end),
    )


def _help(other: Port, protocol: str, *, dead: bool) -> str:
    number = other.port.value
    if dead:
        return (
            f"now: every {protocol} port is allowed, so the item with {number} changes nothing;\n"
            f"`port: {number}` and `protocol: {protocol}` belong under one dash"
        )
    return (
        f"now: TCP {number} and every {protocol} port are allowed;\n"
        f"under one dash they mean {protocol} {number} only"
    )


def _fix(policy: Policy, allow: Allow) -> Fix | None:
    node = allow.ports.node
    if len(allow.ports.value) != 2 or not isinstance(node, Sequence):
        return None
    edits = patch.merge_items(policy.text, node, 0)
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, "join the two items: only this port stays open", edits)


RULE = Rule(
    "split-port",
    Group.CONTRADICTION,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"portless-items"})),),
    silences=frozenset(("all-ports-item", "overlapping-ports", "missing-udp")),
)
