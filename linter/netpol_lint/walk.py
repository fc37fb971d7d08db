"""The parts of a policy that rules look at one by one, in the order of the text."""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint.address import read
from netpol_lint.node import Mapping, Scalar, Sequence
from netpol_lint.policy import Direction, IpBlock, Peer, Policy, Port


def peers(policy: Policy) -> Iterator[Peer]:
    """The items of every `from:` and `to:`."""
    for direction in Direction:
        for allow in policy.allows(direction).value:
            yield from allow.peers.value


def ports(policy: Policy) -> Iterator[Port]:
    """The items of every `ports:`."""
    for direction in Direction:
        for allow in policy.allows(direction).value:
            yield from allow.ports.value


def blocks(policy: Policy) -> Iterator[IpBlock]:
    """The objects below every `ipBlock:`."""
    for peer in peers(policy):
        if peer.block.value is not None:
            yield peer.block.value


def exceptions(block: IpBlock) -> Sequence | None:
    """The list below `except:`, where the server looks at it: beside a `cidr` that it can read."""
    node = block.node.get("except") if isinstance(block.node, Mapping) else None
    if not isinstance(node, Sequence):
        return None
    cidr = block.cidr
    if cidr.value is not None:
        return node if read(cidr.value) is not None else None
    is_unknown = cidr.written and isinstance(cidr.node, Scalar) and cidr.node.is_unknown
    return node if is_unknown else None


def selectors(policy: Policy) -> Iterator[Mapping]:
    """The objects below every `podSelector:` and `namespaceSelector:`."""
    fields = [policy.subject]
    for peer in peers(policy):
        fields += peer.namespaces, peer.pods
    for field in fields:
        if field.value is not None and isinstance(field.value.node, Mapping):
            yield field.value.node


def expressions(selector: Mapping) -> Sequence | None:
    """The list below a selector's `matchExpressions:`, if it is one."""
    node = selector.get("matchExpressions")
    return node if isinstance(node, Sequence) else None
