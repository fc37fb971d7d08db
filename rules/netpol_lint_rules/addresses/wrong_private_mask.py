"""A list of the private ranges has one of them with the wrong prefix length.

Why
---
The private ranges are 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16: three different prefix lengths
that are easy to mix up. `172.16.0.0/16` is a sixteenth of its range. What an `except` forgets stays
reachable, and what a list of peers forgets stays closed.

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
            cidr: 0.0.0.0/0
            except:
            - 10.0.0.0/8
            - 172.16.0.0/16
            - 192.168.0.0/16
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
            except:
            - 10.0.0.0/8
            - 172.16.0.0/12
            - 192.168.0.0/16
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
            except:
            - 10.0.0.0/8
            - 172.16.0.0/12
            - 192.168.0.0/16
        ports:
        - port: 443

When it stays silent
--------------------
Unless two of the three ranges are exact, a block is taken for what it says. So it is where the
third range is in the list besides, and where a comment on the item tells what it is for. Lists with
a value that a later substitution decides.

Fix safety
----------
Unsafe: the range becomes wider, or narrower where it was too wide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from netpol_lint import mark, patch, walk
from netpol_lint.address import Network, is_strict, read, text_of
from netpol_lint.block import Block
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Node
from netpol_lint.policy import IpBlock, Policy, string
from netpol_lint.regex import regex
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.wording import fitted


def _network(text: str) -> Network:
    network = read(text)
    assert network is not None
    return network


PRIVATE = frozenset(map(_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
SHARED = _network("100.64.0.0/10")
"""Addresses of carriers, which clusters use like private ones."""
_PRIVATE = "the private ranges are 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16"
_SHARED = f"carriers share {SHARED}, and clusters use it like a private range"
NEAR = {
    _network(near): _network(correct)
    for near, correct in (
        ("10.0.0.0/16", "10.0.0.0/8"),
        ("172.16.0.0/16", "172.16.0.0/12"),
        ("172.0.0.0/8", "172.16.0.0/12"),
        ("192.168.0.0/24", "192.168.0.0/16"),
        ("192.0.0.0/8", "192.168.0.0/16"),
        ("100.64.0.0/16", "100.64.0.0/10"),
    )
}
"""Near misses, and what is meant beside the others."""
_PRIVATE_RANGES = regex(r"\bprivate\b|rfc[ -]?1918|사설", re.IGNORECASE)


class Item(NamedTuple):
    """One block or exception of a list."""

    text: str
    network: Network
    node: Node
    span: Span
    """The value."""
    whole: Span
    """The item of the list, for its comments."""


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks at each list of at least three blocks, and each of at least three exceptions."""
    if len(context.inventory.cidrs) < 3 or not any(map(_names_near_miss, context.inventory.cidrs)):
        return
    for _, allow in policy.declared_allows():
        peers = allow.peers.value
        if len(peers) > 2:
            blocks = [each for each in peers if each.block.is_set]
            if len(blocks) > 2:
                items = [_of_block(policy, each) for each in context.blocks if each.allow is allow]
                if len(items) == len(blocks):
                    yield from _judge(policy, context, items)
        for peer in peers:
            if peer.block.value is not None and len(peer.block.value.excepts.value) > 2:
                yield from _judge(policy, context, _exceptions(policy, peer.block.value))


@lru_cache(maxsize=1024)
def _names_near_miss(cidr: str) -> bool:
    return read(cidr) in NEAR


def _of_block(policy: Policy, found: Block) -> Item:
    span = found.span(policy.text)
    return Item(found.text, found.network, found.entry.value, span, found.item)


def _exceptions(policy: Policy, ip_block: IpBlock) -> list[Item]:
    """The items below `except`; none where one of them cannot be read."""
    written = walk.exceptions(ip_block)
    items: list[Item] = []
    for index, node in enumerate(() if written is None else written.items):
        text = string(node)
        network = read(text) if text is not None and is_strict(text) else None
        if written is None or text is None or network is None:
            return []
        span = mark.nth(policy.text, written, index)
        items.append(Item(text, network, node, span, node.span))
    return items


def _judge(policy: Policy, context: Context, items: list[Item]) -> Iterator[Diagnostic]:
    networks = {each.network for each in items}
    exact = networks & PRIVATE
    if len(exact) < 2:
        return
    for each in items:
        correct = NEAR.get(each.network)
        if correct is None or correct in networks or (correct == SHARED and len(exact) < 3):
            continue
        if not _is_documented(context, each):
            others = [other.span for other in items if other.network in exact]
            yield _diagnostic(policy, each, correct, others)


def _is_documented(context: Context, item: Item) -> bool:
    """Whether a comment on the item says what it is for; "private" does not."""
    said = context.notes.of(item.whole)
    return bool(said) and _PRIVATE_RANGES.search(said) is None


def _diagnostic(policy: Policy, item: Item, correct: Network, others: list[Span]) -> Diagnostic:
    kind = "shared" if correct == SHARED else "private"
    relation = "not the whole" if correct.holds(item.network) else "more than the"
    title = f"write {correct}"
    edits = patch.rewrite(policy.text, item.node, str(correct))
    return Diagnostic(
        item.span,
        fitted(f"{{}} is {relation} {kind} range: that is {correct}", item.text),
        labels=tuple(Label(span, "this range is exact") for span in others),
        help=f"{_SHARED if correct == SHARED else _PRIVATE};\n{_difference(item.network, correct)}",
        fix=None if edits is None else Fix(Safety.UNSAFE, title, edits),
        covers=item.span,
    )


def _difference(written: Network, correct: Network) -> str:
    """One address that makes the difference."""
    if correct.holds(written):
        address = text_of(written.last + 1, written.bits)
        return f"{address}, for example, belongs to {correct} and is not in this block"
    return f"{text_of(written.last, written.bits)}, for example, is a public address"


RULE = Rule(
    "wrong-private-mask",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"blocks"})),),
)
