"""The address blocks of a policy that take effect, and the ranges that clusters have by default.

A block that the server refuses, that stands in an ignored direction or whose value is filled in
later is left out: nothing can be said about its traffic.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netpol_lint import mark
from netpol_lint.address import Network, is_strict, read
from netpol_lint.comment import Notes
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Entry
from netpol_lint.policy import Allow, Direction, IpBlock, Peer, Policy, string
from netpol_lint.regex import regex
from netpol_lint.span import Span

SERVICE_RANGES = ("10.96.0.0/12", "10.43.0.0/16")
"""Cluster IPs of kubeadm, and of K3s and RKE2."""
USUAL_SERVICE_RANGES = ("10.96.0.0/16", "172.20.0.0/16", "172.30.0.0/16", "34.118.224.0/20")
"""Those of kind, EKS, OpenShift and GKE, which are common outside of clusters or vary."""
POD_RANGES = ("10.244.0.0/16", "10.42.0.0/16")
"""Pods of kubeadm with Flannel, and of K3s and RKE2."""
API_SERVICES = ("10.96.0.1/32", "10.43.0.1/32", "172.20.0.1/32", "172.30.0.1/32")
"""The first address of a service range, which the service `kubernetes` in `default` has."""

_DIRECTIONS = tuple(Direction)
_NOTHING = regex(
    r"\b(?:nothing|nobody|no[ -]?one|nowhere|none|never|dummy|placeholder"
    r"|unused|disabled?|no-?op)\b"
    r"|아무도|아무것도|없음",
    re.IGNORECASE,
)


class Block(NamedTuple):
    """One `ipBlock` with its place."""

    direction: Direction
    allow: Allow
    place: int
    """The number of its peer in the list."""
    peer: Peer
    ip_block: IpBlock
    entry: Entry
    """The `cidr`."""
    text: str
    """The `cidr` as written."""
    network: Network

    def span(self, text: str) -> Span:
        """The value of `cidr`."""
        return mark.value(text, self.entry)

    @property
    def item(self) -> Span:
        """The whole peer."""
        return Span(self.peer.dash.start, max(self.peer.dash.end, self.peer.node.end))

    @property
    def exceptions(self) -> list[Network] | None:
        """The blocks that are taken out of it; None where they cannot be told."""
        excepts = self.ip_block.excepts
        if not excepts.readable:
            return None
        found: list[Network] = []
        for node in excepts.value:
            text = string(node)
            network = read(text) if text is not None and is_strict(text) else None
            if network is None or not self.network.allows_except(network):
                return None
            found.append(network)
        return found


def effective(policy: Policy) -> Iterator[Block]:
    """The blocks of the declared directions, in their order."""
    for direction in _DIRECTIONS:
        for allow in policy.allows(direction).value:
            for index, peer in enumerate(allow.peers.value):
                if peer.block.value is not None:
                    block = _block(policy, direction, allow, index, peer)
                    if block is not None:
                        yield block


def _block(
    policy: Policy, direction: Direction, allow: Allow, index: int, peer: Peer
) -> Block | None:
    if not policy.isolates(direction):
        return None
    ip_block = peer.block.value
    if ip_block is None or not peer.readable or peer.pods.is_set or peer.namespaces.is_set:
        return None
    entry, text = ip_block.cidr.entry, ip_block.cidr.value
    network = read(text) if text is not None and is_strict(text) else None
    if entry is None or text is None or network is None or not allow.clean:
        return None
    return Block(direction, allow, index, peer, ip_block, entry, text, network)


def said(notes: Notes, found: Block) -> str:
    """The comments on a block, and on its rule where that has no other peer."""
    own = notes.of(found.item)
    if len(found.allow.peers.value) > 1:
        return own
    return f"{notes.head(found.allow.dash.start)}\n{own}"


def means_nothing(text: str) -> bool:
    """Whether a comment says that nobody is meant to be matched."""
    return bool(text) and _NOTHING.search(text) is not None
