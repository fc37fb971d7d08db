"""An empty port item or an empty `ports` list opens every port.

Why
---
An item of `ports` without a number is every port of its protocol, TCP if none is written; `ports`
without an item is every port of every protocol. Both look like a restriction, and both are what a
template leaves behind that had no port to fill in.

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
        - podSelector: {}
        ports: []

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
      - from:
        - podSelector: {}

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
        - podSelector: {}

When it stays silent
--------------------
The key `ports` is absent, which is the usual way to open every port. The name or a comment says
"all ports" or the like. `ports: []` without peers in a policy that says it allows or denies all,
or beside an empty `from` or `to`, which open-to-everyone names. An item with a number beside one
with nothing but a protocol is split-port. The direction is not declared. An item with only a
protocol and no number beside it, and anything under a name such as `allow-all-from-edge`, is only
said on request (info).

Fix safety
----------
Safe: an empty `ports` is deleted, which means the same and looks like it. Items are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import patch, witness
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety, Severity
from netpol_lint.node import Mapping
from netpol_lint.policy import Allow, Direction, Policy, Port, Presence
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.speech import Word


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Finds items without a number, and lists without an item."""
    for direction, allow in policy.declared_allows():
        if allow.ports.value:
            for port in allow.ports.value:
                if port.port.value is None and port.readable:
                    yield from _item(policy, context, direction, allow, port)
        elif allow.ports.written and allow.ports.nothing and allow.readable:
            yield from _list(policy, context, direction, allow)


def _item(
    policy: Policy, context: Context, direction: Direction, allow: Allow, port: Port
) -> Iterator[Diagnostic]:
    if port.end_port.is_set or _is_said(context, allow):
        return
    protocol = port.protocol.value
    is_chosen = port.protocol.presence is Presence.FILLED and not port.port.written
    if protocol in ("TCP", "UDP", "SCTP"):
        yield Diagnostic(
            port.dash,
            f"this port item opens every {protocol} port",
            help=f"{_witness(policy, direction, allow, f'every {protocol} port')};\n"
            "an item without a `port` stands for all of them: write the one that is meant",
            severity=Severity.INFO if is_chosen or _says_all(context) else None,
        )


def _list(
    policy: Policy, context: Context, direction: Direction, allow: Allow
) -> Iterator[Diagnostic]:
    intent = context.intent
    if allow.peers.nothing and (allow.peers.written or intent.allowances or intent.denials):
        return
    if not _is_said(context, allow):
        yield Diagnostic(
            allow.ports.key.span,
            "`ports:` without an item opens every port",
            help=f"{_witness(policy, direction, allow, 'every port')};\n"
            "if every port is meant, leave `ports` out",
            fix=_fix(policy, allow),
            severity=Severity.INFO if _says_all(context) else None,
        )


def _is_said(context: Context, allow: Allow) -> bool:
    """Whether name or comments speak of all ports."""
    span = Span(allow.dash.start, max(allow.dash.end, allow.node.end))
    if context.intent.says(span, Word.ALL_PORTS):
        return True
    assert allow.ports.entry is not None
    return context.intent.noted(allow.ports.entry.span, Word.ALL) is not None


def _says_all(context: Context) -> bool:
    """Whether the name is about all traffic, as `allow-all-from-edge` is."""
    return bool(context.intent.named(Word.ALL)) and not context.intent.named(Word.ALL_OF)


def _witness(policy: Policy, direction: Direction, allow: Allow, ports: str) -> str:
    if allow.peers.nothing:
        return witness.everyone(policy, direction, ports)
    if direction is Direction.INGRESS:
        return f"these peers may connect to {ports} of {witness.subject(policy)}"
    return f"{witness.subject(policy)} may connect to {ports} of these peers"


def _fix(policy: Policy, allow: Allow) -> Fix | None:
    node, entry = allow.node, allow.ports.entry
    if not isinstance(node, Mapping) or entry is None:
        return None
    if len(node.entries) > 1:
        edits = patch.remove_entry(policy.text, node, entry)
    else:
        edits = patch.replace(node, "{}")
    if edits is None:
        return None
    return Fix(Safety.SAFE, "leave `ports` out: every port, plainly written", edits)


RULE = Rule(
    "all-ports-item",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"empty-lists", "portless-items"})),),
)
