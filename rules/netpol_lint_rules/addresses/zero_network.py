"""A block such as `0.0.0.0/24` is not "anywhere": nobody has such an address.

Why
---
Only the prefix length 0 stands for every address. With a longer one the zeros are an address like
any other: `0.0.0.0/24` is 0.0.0.0 to 0.0.0.255, which no pod and no host can have. The peer matches
nobody, and what was to be open to the world is closed.

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
      policyTypes: [Ingress]
      ingress:
      - from:
        - ipBlock:
            cidr: 0.0.0.0/24
        ports:
        - port: 8080

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
      policyTypes: [Ingress]
      ingress:
      - from:
        - ipBlock:
            cidr: 0.0.0.0/0
        ports:
        - port: 8080

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
      policyTypes: [Ingress]
      ingress:
      - from:
        - ipBlock:
            cidr: 0.0.0.0/0
        ports:
        - port: 8080

When it stays silent
--------------------
In `except`, where lists of unusable addresses belong. With a prefix length below 8 (IPv6: 16),
which are parts of the whole. Where a comment says that nothing is meant to match, and for the
single address 0.0.0.0 in a policy whose words deny, unless exceptions are taken out of what is not
in it. Values that a later substitution decides.

Fix safety
----------
Unsafe: from nobody to every address.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from netpol_lint import block, patch
from netpol_lint.address import Network, is_exception, read
from netpol_lint.block import Block
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Consequence, Diagnostic, Fix, Group, Label, Safety
from netpol_lint.node import Scalar
from netpol_lint.policy import Direction, Policy
from netpol_lint.rule import Rule
from netpol_lint.speech import Word
from netpol_lint.wording import quoted

SHORTEST = {32: 8, 128: 16}
"""From these prefix lengths on, a network at address zero has no address in use."""
ANYWHERE = {32: "0.0.0.0/0", 128: "::/0"}


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks at every block that takes effect."""
    if not any(map(_names_zero, context.inventory.cidrs)):
        return
    for each in context.blocks:
        if _is_zero(each.network):
            lost = _lost(each)
            if lost or not _is_meant(context, each):
                yield _diagnostic(policy, each, lost)


def _is_zero(network: Network) -> bool:
    return network.address == 0 and network.length >= SHORTEST[network.bits]


@lru_cache(maxsize=1024)
def _names_zero(cidr: str) -> bool:
    network = read(cidr)
    return network is not None and _is_zero(network)


def _lost(found: Block) -> list[Scalar]:
    """The exceptions that are refused only because their block is not every address."""
    anywhere = ANYWHERE[found.network.bits]
    return [
        node
        for node in found.ip_block.excepts.value
        if is_exception(anywhere, node.text) and not is_exception(found.text, node.text)
    ]


def _is_meant(context: Context, found: Block) -> bool:
    """Whether nobody is meant to match."""
    if block.means_nothing(block.said(context.notes, found)):
        return True
    is_one = found.network.length == found.network.bits
    return is_one and context.intent.says(found.item, Word.DENY, Word.QUARANTINE) is not None


def _diagnostic(policy: Policy, found: Block, lost: list[Scalar]) -> Diagnostic:
    anywhere = ANYWHERE[found.network.bits]
    who = "0.x" if found.network.bits == 32 else "IPv6"
    rest = f" matches only unused {who} addresses: anywhere is {anywhere}"
    verb = "comes from" if found.direction is Direction.INGRESS else "can go to"
    edits = patch.rewrite(policy.text, found.entry.value, anywhere)
    fix = None
    if edits is not None:
        fix = Fix(Safety.UNSAFE, f"write {anywhere}: every address", edits)
    return Diagnostic(
        found.span(policy.text),
        quoted(found.text, 100 - len(rest)) + rest,
        help=f"no connection {verb} an address of this block: this peer allows nobody;\n"
        f"every address is {anywhere}, one host is its address with /{found.network.bits}",
        fix=fix,
        labels=tuple(Label(node.span, "not inside it, so refused") for node in lost),
        covers=found.item,
        explains=tuple(Consequence(node.span, RULE.silences) for node in lost),
    )


RULE = Rule(
    "zero-network",
    Group.CONTRADICTION,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"blocks"})),),
    silences=frozenset({"except-outside-cidr"}),
)
