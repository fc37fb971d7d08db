"""A block inside another block of the same list, or the two halves of one.

Why
---
The items of a list add to each other, so a block inside another one changes nothing. It reads like
an exception or a restriction, and it stays behind when the larger block goes.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: sync
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: sync
      policyTypes: [Egress]
      egress:
      - to:
        - ipBlock:
            cidr: 10.0.0.0/8
        - ipBlock:
            cidr: 10.7.0.0/16
        ports:
        - port: 443

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: sync
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: sync
      policyTypes: [Egress]
      egress:
      - to:
        - ipBlock:
            cidr: 10.0.0.0/8
        ports:
        - port: 443

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: sync
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: sync
      policyTypes: [Egress]
      egress:
      - to:
        - ipBlock:
            cidr: 10.0.0.0/8
        ports:
        - port: 443

When it stays silent
--------------------
An `except` takes the inner block out of the outer one (then both matter). Both blocks have a
comment of their own: a documented list. voided-restriction and split-default-route speak first.

Fix safety
----------
Safe: the same addresses are allowed, which is proven.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from netpol_lint import mark, model, patch
from netpol_lint.address import Network, read
from netpol_lint.address_set import AddressSet
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Sequence
from netpol_lint.policy import Allow, Peer, Policy
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.wording import fitted


class Block(NamedTuple):
    """A block of a list, with what its exceptions leave of it."""

    place: int
    """Its number in the list."""
    peer: Peer
    span: Span
    text: str
    network: Network
    addresses: AddressSet


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Walks through the blocks of each list from the lowest address on, the larger ones first."""
    for _direction, allow in policy.declared_allows():
        if sum(peer.block.entry is not None for peer in allow.peers.value) > 1:
            blocks = sorted(_blocks(policy.text, allow), key=_order)
            inner = list(_nested(blocks))
            covered = {block.place for block, _ in inner}
            for block, other in inner:
                if not _is_documented(context, block, other):
                    yield _inside(policy, allow, block, other)
            for first, second in _halves([each for each in blocks if each.place not in covered]):
                if not _is_documented(context, first, second):
                    yield _joined(policy, allow, first, second)


def _blocks(text: str, allow: Allow) -> Iterator[Block]:
    for index, peer in enumerate(allow.peers.value):
        entry = None if peer.block.value is None else peer.block.value.cidr.entry
        written = None if peer.block.value is None else peer.block.value.cidr.value
        if entry is None or written is None:
            continue
        network, addresses = read(written), model.peer_set(peer, None).addresses
        if network is not None and not addresses.empty:
            yield Block(index, peer, mark.value(text, entry), written, network, addresses)


def _order(block: Block) -> tuple[int, int, int, int, int]:
    """Blocks before those inside them; of the same block the one with fewer exceptions first."""
    network = block.network
    holes = len(block.addresses.v4.pieces) + len(block.addresses.v6.pieces)
    return network.bits, network.first, network.length, holes, block.place


def _nested(blocks: list[Block]) -> Iterator[tuple[Block, Block]]:
    """Each block that lies inside another one, with the outermost such."""
    around: list[Block] = []
    for block in blocks:
        while around and not around[-1].network.holds(block.network):
            around.pop()
        outer = next((each for each in around if block.addresses.minus(each.addresses).empty), None)
        if outer is None:
            around.append(block)
        else:
            yield block, outer


def _halves(blocks: list[Block]) -> Iterator[tuple[Block, Block]]:
    """Neighbours that are the two halves of a block, each in one pair only."""
    taken: Block | None = None
    for first, second in pairwise(blocks):
        lower, upper = first.network, second.network
        if (
            first is not taken
            and lower.bits == upper.bits
            and lower.length == upper.length > 1
            and lower.last + 1 == upper.first
            and _parent(lower).first == lower.first
            and not any(each.peer.block.value.excepts.value for each in (first, second))  # type: ignore[union-attr]
        ):
            taken = second
            yield first, second


def _parent(network: Network) -> Network:
    return network._replace(length=network.length - 1)


def _is_documented(context: Context, first: Block, second: Block) -> bool:
    """Whether each of the two has a comment of its own."""
    notes = context.notes
    return bool(notes.comments) and all(
        notes.of(Span(each.peer.dash.start, each.peer.node.end)) for each in (first, second)
    )


def _inside(policy: Policy, allow: Allow, block: Block, other: Block) -> Diagnostic:
    if block.addresses == other.addresses:
        message = fitted("{} is listed already: it adds nothing", block.text)
    else:
        message = fitted("{} lies inside {}: it adds nothing", block.text, other.text)
    node, fix = allow.peers.node, None
    if isinstance(node, Sequence):
        edits = patch.remove_item(policy.text, node, block.place)
        fix = None if edits is None else Fix(Safety.SAFE, "delete the covered item", edits)
    return Diagnostic(
        block.span,
        message,
        labels=(Label(other.span, "this block covers it"),),
        help="the items of a list add to each other: a smaller block restricts nothing, "
        "and only `except` takes addresses out of a block",
        fix=fix,
        covers=_extent(block, other),
    )


def _joined(policy: Policy, allow: Allow, first: Block, second: Block) -> Diagnostic:
    whole = str(_parent(first.network))
    node = allow.peers.node
    fix = None
    block = first.peer.block.value
    if isinstance(node, Sequence) and block is not None:
        larger = patch.rewrite(policy.text, block.cidr.node, whole)
        removal = patch.remove_item(policy.text, node, second.place)
        if larger is not None and removal is not None:
            fix = Fix(Safety.SAFE, f"write {whole} in the place of both", (*larger, *removal))
    return Diagnostic(
        second.span,
        fitted("{} and {} are the two halves of {}", first.text, second.text, whole),
        labels=(Label(first.span, "the lower half"),),
        help="one block says the same in one item",
        fix=fix,
        covers=_extent(first, second),
    )


def _extent(first: Block, second: Block) -> Span:
    starts = (first.peer.dash.start, second.peer.dash.start)
    return Span(min(starts), max(first.peer.node.end, second.peer.node.end))


RULE = Rule(
    "overlapping-cidrs",
    Group.STYLE,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    silences=frozenset(("redundant-peer",)),
)
