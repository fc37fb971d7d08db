"""Loopback traffic never leaves a pod, so a block of 127.0.0.0/8 allows nothing.

Why
---
Containers of one pod share its loopback interface, and no policy is ever asked about it. From
outside the pod nobody arrives with such an address, and nobody can be reached by it. The peer does
nothing; what was meant is often the pod itself or a host of the same machine.

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
      policyTypes: [Egress]
      egress:
      - to:
        - ipBlock:
            cidr: 127.0.0.1/32
        - podSelector:
            matchLabels:
              app: ledger

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
      policyTypes: [Egress]
      egress:
      - to:
        - podSelector:
            matchLabels:
              app: ledger

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
      policyTypes: [Egress]
      egress:
      - to:
        - podSelector:
            matchLabels:
              app: ledger

When it stays silent
--------------------
In `except`. Where it stands for nobody: a comment says that it matches nothing, or it is the only
peer and the policy's words deny. Values that a later substitution decides, such as
`${ROUTER:=127.0.0.1}/32`.

Fix safety
----------
Unsafe, although no traffic changes on networks that do as they should: the item is deleted. Only
offered where another peer is left, since a list without peers would be open to everyone.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from netpol_lint import block, patch
from netpol_lint.address import Network, read
from netpol_lint.block import Block
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety
from netpol_lint.node import Sequence
from netpol_lint.policy import Policy
from netpol_lint.rule import Rule
from netpol_lint.speech import Word
from netpol_lint.wording import fitted

LOOPBACK = tuple(
    network for text in ("127.0.0.0/8", "::1/128") if (network := read(text)) is not None
)


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks at every block that takes effect."""
    if not any(map(_names_loopback, context.inventory.cidrs)):
        return
    for each in context.blocks:
        if _is_loopback(each.network) and not _is_meant(context, each):
            yield _diagnostic(policy, each)


def _is_loopback(network: Network) -> bool:
    return any(whole.holds(network) for whole in LOOPBACK)


@lru_cache(maxsize=1024)
def _names_loopback(cidr: str) -> bool:
    network = read(cidr)
    return network is not None and _is_loopback(network)


def _is_meant(context: Context, found: Block) -> bool:
    """Whether it stands for nobody."""
    if block.means_nothing(block.said(context.notes, found)):
        return True
    is_only = len(found.allow.peers.value) == 1
    return is_only and context.intent.says(found.item, Word.DENY, Word.QUARANTINE) is not None


def _diagnostic(policy: Policy, found: Block) -> Diagnostic:
    return Diagnostic(
        found.span(policy.text),
        fitted("{} is loopback: it is never filtered, this peer does nothing", found.text),
        help="inside a pod every connection to its own loopback works, whatever policies say, "
        "and no other pod or host is reached by it; name who is meant, or leave the item out",
        fix=_fix(policy, found),
        covers=found.item,
    )


def _fix(policy: Policy, found: Block) -> Fix | None:
    node = found.allow.peers.node
    others = [
        peer
        for peer in found.allow.peers.value
        if peer.block.value is None
        or (network := read(peer.block.value.cidr.value or "")) is None
        or not _is_loopback(network)
    ]
    if not others or not isinstance(node, Sequence):
        return None
    edits = patch.remove_item(policy.text, node, found.place)
    return None if edits is None else Fix(Safety.UNSAFE, "delete the item", edits)


RULE = Rule(
    "loopback-block",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"blocks"})),),
)
