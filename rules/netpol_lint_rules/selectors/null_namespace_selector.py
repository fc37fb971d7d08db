"""A selector without a value counts as missing: `namespaceSelector:` still means this namespace.

Why
---
A peer selector is either set or not. `namespaceSelector: {}` selects every namespace,
`namespaceSelector:` with nothing behind it (or `null`) is the same as no key at all, so that the
podSelector beside it searches only the policy's own namespace. A `podSelector:` without a value,
in turn, takes nothing away: every pod of the namespaces is a peer. A value lost in a template or
an editor leaves exactly this behind.

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
        - namespaceSelector:
          podSelector:
            matchLabels:
              app: till

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
        - namespaceSelector: {}
          podSelector:
            matchLabels:
              app: till

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
        - namespaceSelector: {}
          podSelector:
            matchLabels:
              app: till

When it stays silent
--------------------
With both selectors null the peer is refused (empty-peer). Beside an ipBlock a null selector is
accepted and changes nothing. A `podSelector:` without a value beside a namespaceSelector is only a
warning.

Fix safety
----------
Unsafe for `namespaceSelector:`, which becomes `{}`: the pods of all namespaces are allowed then.
Safe for `podSelector:`, which is deleted: the server reads it so already.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import patch, witness
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety, Severity
from netpol_lint.node import Mapping
from netpol_lint.phrase import namespace_words
from netpol_lint.policy import Direction, Peer, Policy, Presence, Selector
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.wording import cut, filled


def check(policy: Policy, _: Context) -> Iterator[Diagnostic]:
    """Finds peers with one selector that is written as null, and another one that is set."""
    for direction, allow in policy.declared_allows():
        for peer in allow.peers.value:
            if peer.namespaces.presence is Presence.NULL:
                if peer.pods_only is not None:
                    yield _own_namespace(policy, direction, peer, peer.pods_only)
            elif peer.pods.presence is Presence.NULL and peer.namespaces_only is not None:
                yield _all_pods(policy, direction, peer, peer.namespaces_only)


def _own_namespace(policy: Policy, direction: Direction, peer: Peer, pods: Selector) -> Diagnostic:
    which = "all pods" if pods.everything else f"pods {cut(str(pods), 40)}"
    edits = None
    if peer.namespaces.entry is not None:
        edits = patch.fill(policy.text, peer.namespaces.entry, "{}")
    return Diagnostic(
        peer.namespaces.key.span,
        "`namespaceSelector:` without a value counts as missing: only this namespace is searched",
        help=f"now: {_flow(policy, direction, f'{which} of the own namespace')};\n"
        "if every namespace is meant, write `namespaceSelector: {}`; if only this one is, delete "
        "the key",
        fix=_fix(Safety.UNSAFE, "write `{}`: these pods of all namespaces", edits),
        covers=_whole(peer),
    )


def _all_pods(policy: Policy, direction: Direction, peer: Peer, spaces: Selector) -> Diagnostic:
    where = namespace_words(spaces)
    edits = None
    if isinstance(peer.node, Mapping) and peer.pods.entry is not None:
        edits = patch.remove_entry(policy.text, peer.node, peer.pods.entry)
    return Diagnostic(
        peer.pods.key.span,
        filled(
            "`podSelector:` without a value counts as missing: every pod of {} is allowed", where
        ),
        help=f"now: {_flow(policy, direction, f'every pod of {cut(where, 60)}')};\n"
        "if every pod is meant, delete the key; if only some are, write their labels below it",
        fix=_fix(Safety.SAFE, "delete the key: the same pods, plainly written", edits),
        severity=Severity.WARNING,
        covers=_whole(peer),
    )


def _flow(policy: Policy, direction: Direction, peer: str) -> str:
    if direction is Direction.INGRESS:
        return f"{peer} may connect to {witness.subject(policy)}"
    return f"{witness.subject(policy)} may connect to {peer}"


def _whole(peer: Peer) -> Span:
    return Span(peer.dash.start, max(peer.dash.end, peer.node.end))


def _fix(safety: Safety, title: str, edits: patch.Edits) -> Fix | None:
    return None if edits is None else Fix(safety, title, edits)


RULE = Rule(
    "null-namespace-selector",
    Group.CONTRADICTION,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"nulls"})),),
    silences=frozenset(
        (
            "same-namespace-only",
            "internet-via-selector",
            "redundant-peer",
            "local-selector-for-remote-app",
            "dangling-peer",
        )
    ),
)
