"""Several blocks of one rule are together every address.

Why
---
Two halves are the whole: `0.0.0.0/1` and `128.0.0.0/1` together are `0.0.0.0/0`. Written so, a rule
that is open to the whole world looks like a list of particular networks, and searches for
`0.0.0.0/0` do not find it.

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
            cidr: 0.0.0.0/1
        - ipBlock:
            cidr: 128.0.0.0/1
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
            cidr: 0.0.0.0/0
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
            cidr: 0.0.0.0/0
        ports:
        - port: 443

When it stays silent
--------------------
One of the blocks is `0.0.0.0/0` or `::/0` itself; the blocks leave a hole, as a list that was made
to exclude something does. Where name or comment says that everyone or the outside is meant, it is
only said on request (info).

Fix safety
----------
Safe: the same addresses are allowed, which is proven. Offered where no block has exceptions.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import mark, model, patch, witness
from netpol_lint.address import read
from netpol_lint.address_set import EVERY_ADDRESS, AddressSet
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety, Severity
from netpol_lint.edit import Edit
from netpol_lint.interval import Intervals
from netpol_lint.node import Sequence
from netpol_lint.policy import Allow, Direction, IpBlock, Peer, Policy
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.speech import Word

_WHOLE = {32: "0.0.0.0/0", 128: "::/0"}
_FAMILY = {32: "IPv4", 128: "IPv6"}
_METADATA = {32: "169.254.169.254", 128: "fd00:ec2::254"}
"""Where a cloud machine asks who it is: no client, but what egress to anywhere reaches."""


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Adds up the blocks of each rule, family by family."""
    if len(context.inventory.cidrs) < 2:
        return
    for direction, allow in policy.declared_allows():
        blocks = [peer for peer in allow.peers.value if peer.block.value is not None]
        if len(blocks) < 2:
            continue
        for bits in (32, 128):
            found = _family(blocks, bits)
            if len(found) > 1 and _are_everything([addresses for _, addresses in found], bits):
                yield _diagnostic(
                    policy, context, direction, allow, [peer for peer, _ in found], bits
                )


def _family(blocks: list[Peer], bits: int) -> list[tuple[Peer, AddressSet]]:
    """The readable blocks of one family; none where they are too few, or one is the whole."""
    family: list[Peer] = []
    size = 0
    for peer in blocks:
        block = peer.block.value
        network = None if block is None else read(block.cidr.value or "")
        if network is not None and network.bits == bits:
            if network.length == 0:
                return []
            family.append(peer)
            size += 1 << (bits - network.length)
    if size < 1 << bits:
        return []
    sets = [(peer, model.peer_set(peer, None).addresses) for peer in family]
    return [(peer, addresses) for peer, addresses in sets if not addresses.empty]


def _are_everything(sets: list[AddressSet], bits: int) -> bool:
    whole, parts = EVERY_ADDRESS.v6, [each.v6 for each in sets]
    if bits == 32:
        whole, parts = EVERY_ADDRESS.v4, [each.v4 for each in sets]
    return Intervals.of(piece for part in parts for piece in part.pieces) == whole


def _diagnostic(
    policy: Policy,
    context: Context,
    direction: Direction,
    allow: Allow,
    peers: list[Peer],
    bits: int,
) -> Diagnostic:
    first, *others = [_span(policy.text, peer) for peer in peers]
    end = max(allow.node.end, allow.dash.end)
    is_said = context.intent.says(Span(allow.dash.start, end), Word.EVERYONE, Word.OUTSIDE)
    who, family = witness.subject(policy), _FAMILY[bits]
    effect = f"any {family} address may connect to {who}, for example a host on the internet"
    if direction is Direction.EGRESS:
        effect = f"{who} may connect to any {family} address, for example {_METADATA[bits]}"
        effect += " or a host on the internet"
    return Diagnostic(
        first,
        "these blocks together are every address",
        labels=tuple(Label(span, "with this one") for span in others[:4]),
        help=effect,
        fix=_fix(policy, allow, peers, bits),
        severity=Severity.INFO if is_said else None,
        covers=Span(peers[0].dash.start, peers[-1].node.end),
    )


def _span(text: str, peer: Peer) -> Span:
    block = _block(peer)
    assert block.cidr.entry is not None
    return mark.value(text, block.cidr.entry)


def _block(peer: Peer) -> IpBlock:
    assert peer.block.value is not None
    return peer.block.value


def _fix(policy: Policy, allow: Allow, peers: list[Peer], bits: int) -> Fix | None:
    """The first block becomes the whole, the others go."""
    node = allow.peers.node
    if not isinstance(node, Sequence) or any(_block(peer).excepts.value for peer in peers):
        return None
    edits = patch.rewrite(policy.text, _block(peers[0]).cidr.node, _WHOLE[bits])
    items = [peer.node for peer in allow.peers.value]
    for peer in peers[1:]:
        removal = patch.remove_item(policy.text, node, items.index(peer.node))
        if edits is None or removal is None or _clash(edits, removal):
            return None
        edits = (*edits, *removal)
    if edits is None:
        return None
    return Fix(Safety.SAFE, f"write {_WHOLE[bits]} in the place of all of them", edits)


def _clash(edits: tuple[Edit, ...], others: tuple[Edit, ...]) -> bool:
    """Whether some of them want the same characters."""
    return any(
        first.span.start < second.span.end and second.span.start < first.span.end
        for first in edits
        for second in others
    )


RULE = Rule(
    "split-default-route",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"blocks"})),),
    silences=frozenset(("overlapping-cidrs", "redundant-peer")),
)
