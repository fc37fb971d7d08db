"""An item of a list that another item of the same list already covers.

Why
---
The items of `from` and `to` are alternatives. One that selects only what another one selects as
well changes nothing; it reads like a restriction, and it stays behind when the other one goes.

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
        - podSelector:
            matchLabels:
              app: cart

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
It is not certain: pods are never compared with addresses, and a pod of the policy's own namespace
with a named one only where the namespace is known. split-peer, voided-restriction and
overlapping-cidrs speak first.

Fix safety
----------
Safe: the other item allows the same traffic, which is proven.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netpol_lint import mark, model, patch
from netpol_lint import node as nodes
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety
from netpol_lint.phrase import peer_words
from netpol_lint.policy import Allow, Peer, Policy
from netpol_lint.port_set import EVERY_PORT
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.traffic import Grant, PeerSet, is_contained
from netpol_lint.wording import filled

MOST_PEERS = 100
"""Every item is held against every other one; longer lists are not judged."""


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Holds the items of each list against each other."""
    for _direction, allow in policy.declared_allows():
        peers = allow.peers.value
        covered: dict[int, int] = {}
        if 1 < len(peers) <= MOST_PEERS:
            covered = _covered([model.peer_set(peer, context.own) for peer in peers])
        for index, peer in enumerate(peers):
            if index in covered:
                yield _diagnostic(policy, allow, index, covered[index])
            elif peer.combined and peer.pods.value is not None and peer.pods.value.everything:
                yield _empty_selector(policy, peer)


def _covered(sets: Sequence[PeerSet]) -> dict[int, int]:
    """For each item that another one covers, one that stays; of equal items the first one stays."""
    outer = {
        index: [
            other for other in range(len(sets)) if other != index and _holds(sets, other, index)
        ]
        for index in range(len(sets))
    }
    staying = {
        index
        for index, others in outer.items()
        if all(index in outer[other] and index < other for other in others)
    }
    return {
        index: next(other for other in others if other in staying)
        for index, others in outer.items()
        if index not in staying
    }


def _holds(sets: Sequence[PeerSet], outer: int, inner: int) -> bool:
    large, small = sets[outer], sets[inner]
    if large.unknown or small.unknown or small.empty or not _may_hold(large, small):
        return False
    return is_contained([Grant(small, EVERY_PORT)], [Grant(large, EVERY_PORT)])


def _may_hold(large: PeerSet, small: PeerSet) -> bool:
    """A quick test: the wider of two selectors limits no label that the narrower leaves open."""
    if not (large.pods and small.pods):
        return not (large.pods or small.pods)
    outer, inner = large.pods[0], small.pods[0]
    return (
        outer.pods.limits.keys() <= inner.pods.limits.keys()
        and outer.namespaces.limits.keys() <= inner.namespaces.limits.keys()
    )


def _diagnostic(policy: Policy, allow: Allow, index: int, other: int) -> Diagnostic:
    peers = allow.peers.value
    covered, covering = peers[index], peers[other]
    who = peer_words(covering)
    are = "are" if who.startswith(("pods ", "all pods ")) else "is"
    return Diagnostic(
        covered.dash,
        filled(f"this peer adds nothing: {{}} {are} allowed already", who),
        labels=(Label(covering.dash, "this item covers it"),),
        help=_help(allow, covered),
        fix=_fix(policy, allow, index),
        covers=Span(
            min(covered.dash.start, covering.dash.start),
            max(covered.node.end, covering.node.end),
        ),
    )


def _help(allow: Allow, covered: Peer) -> str:
    text = "items of a list are alternatives: without this one the same connections are allowed"
    is_triple = covered.pods_only is not None and any(
        peer.block.value is not None for peer in allow.peers.value
    )
    return f"{text};\nkept for readability it does no harm" if is_triple else text


def _fix(policy: Policy, allow: Allow, index: int) -> Fix | None:
    node = allow.peers.node
    if not isinstance(node, nodes.Sequence):
        return None
    edits = patch.remove_item(policy.text, node, index)
    return None if edits is None else Fix(Safety.SAFE, "delete the covered item", edits)


def _empty_selector(policy: Policy, peer: Peer) -> Diagnostic:
    assert peer.pods.entry is not None
    edits = None
    if isinstance(peer.node, nodes.Mapping):
        edits = patch.remove_entry(policy.text, peer.node, peer.pods.entry)
    return Diagnostic(
        mark.first_line(policy.text, peer.pods.key.span),
        "an empty `podSelector` beside a namespaceSelector adds nothing",
        help="a namespaceSelector alone already means every pod of these namespaces",
        fix=None if edits is None else Fix(Safety.SAFE, "delete the empty selector", edits),
        covers=Span(peer.dash.start, peer.node.end),
    )


RULE = Rule("redundant-peer", Group.STYLE, since="0.1.0", page=__doc__ or "", policy=check)
