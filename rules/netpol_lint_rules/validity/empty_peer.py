"""An item of `from` or `to` names nobody.

Why
---
A peer must be pods, namespaces or a block of addresses. `{}` is none of them, and neither is
`podSelector:` with nothing behind it: a null selector counts as not written, unlike `podSelector:
{}`, which is every pod of the namespace. The API server refuses the policy, because an empty peer
could mean everybody as well as nobody.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-from-neighbours
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-from-neighbours
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector: {}

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-from-neighbours
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector: {}

When it stays silent
--------------------
Where the peer has a field that is unknown or of a wrong type: those findings tell the cause.

Fix safety
----------
Unsafe: a refused policy begins to work, and `{}` selects everyone: all pods of the namespace, or
all namespaces. Offered where exactly one selector is written without a value.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import mark, patch, walk
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety
from netpol_lint.node import Entry
from netpol_lint.policy import Peer, Policy, Presence
from netpol_lint.rule import Rule

_HELP = (
    "write whom it means: `podSelector: {}` is every pod of this namespace, `namespaceSelector: "
    "{}` every pod of every namespace, an `ipBlock` with a `cidr` a range of addresses; for "
    "everybody, leave `from` or `to` out"
)
_EVERYONE = {
    "podSelector": "every pod of this namespace",
    "namespaceSelector": "every pod of every namespace",
}


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks for peers in which nothing is set."""
    for peer in walk.peers(policy):
        if peer.pods.value is not None or peer.namespaces.value is not None:
            continue
        if peer.block.is_set or peer.pods.is_set or peer.namespaces.is_set or not peer.clean:
            continue
        yield _finding(policy.text, peer)


def _finding(text: str, peer: Peer) -> Diagnostic:
    nulls = [
        (name, field.entry)
        for name, field in (
            ("podSelector", peer.pods),
            ("namespaceSelector", peer.namespaces),
            ("ipBlock", peer.block),
        )
        if field.entry is not None and field.presence is Presence.NULL
    ]
    if not nulls:
        message = "this peer names nobody: the policy is refused"
        return Diagnostic(peer.dash, message, help=_HELP)
    nulls.sort(key=lambda each: each[1].key.start)
    name, entry = nulls[0]
    return Diagnostic(
        mark.first_line(text, entry.key.span),
        f"`{name}:` without a value counts as missing: the policy is refused",
        help=_HELP,
        fix=_fix(text, name, entry) if len(nulls) == 1 else None,
    )


def _fix(text: str, name: str, entry: Entry) -> Fix | None:
    everyone = _EVERYONE.get(name)
    edits = None if everyone is None else patch.fill(text, entry, "{}")
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, f"write `{name}: {{}}`, which is {everyone}", edits)


RULE = Rule(
    "empty-peer",
    Group.REJECTED,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"hollow-peers"})),),
    silences=frozenset({"redundant-peer", "split-peer", "null-namespace-selector"}),
)
