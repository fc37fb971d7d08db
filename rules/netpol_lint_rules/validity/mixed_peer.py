"""One peer has an `ipBlock` beside a selector: nobody can be both.

Why
---
Within a peer everything written must hold, and an address outside the cluster is no pod. The API
server refuses the combination, even with an empty selector. Two items of the list are two
alternatives, which is nearly always what is meant.

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
            cidr: 203.0.113.0/24
          podSelector:
            matchLabels:
              app: till

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
            cidr: 203.0.113.0/24
        - podSelector:
            matchLabels:
              app: till

Fixed
-----
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
            cidr: 203.0.113.0/24
        - podSelector:
            matchLabels:
              app: till

When it stays silent
--------------------
A selector without a value beside an `ipBlock` counts as not written. Fields of a wrong type.

Fix safety
----------
Unsafe: a refused policy begins to work. The block and the selector become two items, so each of
them is let through; offered where the block stands before or behind the selectors.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import patch, walk
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety
from netpol_lint.mark import first_line
from netpol_lint.node import Entry, Mapping
from netpol_lint.policy import Peer, Policy
from netpol_lint.rule import Rule

_HELP = (
    "two items mean one OR the other; a block of addresses cannot be narrowed by labels, and "
    "pods are better chosen by their labels alone"
)


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks for peers with a block and a selector."""
    for peer in walk.peers(policy):
        if peer.block.value is None or peer.block.entry is None:
            continue
        selectors = [
            field.entry
            for field in (peer.pods, peer.namespaces)
            if field.value is not None and field.entry is not None
        ]
        if selectors:
            yield _finding(policy.text, peer, peer.block.entry, selectors)


def _finding(text: str, peer: Peer, block: Entry, selectors: list[Entry]) -> Diagnostic:
    name = "podSelector" if selectors[0] is peer.pods.entry else "namespaceSelector"
    return Diagnostic(
        peer.dash,
        f"`ipBlock` and `{name}` cannot share a peer: the policy is refused",
        labels=(
            Label(first_line(text, block.key.span), "addresses"),
            *(Label(first_line(text, each.key.span), "pods") for each in selectors),
        ),
        help=_HELP,
        fix=_fix(text, peer, block),
    )


def _fix(text: str, peer: Peer, block: Entry) -> Fix | None:
    item = peer.node
    if not isinstance(item, Mapping) or block not in item.entries:
        return None
    index = item.entries.index(block)
    if index not in (0, len(item.entries) - 1):
        return None
    edits = patch.split_item(text, peer.dash, item, index or 1)
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, "make two items: the block OR the selected pods", edits)


RULE = Rule(
    "mixed-peer",
    Group.REJECTED,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"mixed-peers"})),),
    silences=frozenset({"redundant-peer", "split-peer", "overlapping-cidrs"}),
)
