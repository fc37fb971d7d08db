"""The parts of a policy that rules look at one by one, in the order of ingress and egress."""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint.address import read
from netpol_lint.node import Mapping, Scalar, Sequence
from netpol_lint.policy import Allow, Direction, IpBlock, Peer, Policy, Port, Selector


def peers(policy: Policy) -> list[Peer]:
    """The items of every `from:` and `to:`."""
    allows = (*policy.ingress.value, *policy.egress.value)
    return [peer for allow in allows for peer in allow.peers.value]


def placed_peers(policy: Policy) -> Iterator[tuple[Direction, tuple[int, int], Allow, Peer]]:
    """The peers that take effect, with their places."""
    for direction in Direction:
        if policy.isolates(direction):
            for row, allow in enumerate(policy.allows(direction).value):
                for column, peer in enumerate(allow.peers.value):
                    yield direction, (row, column), allow, peer


def ports(policy: Policy) -> list[Port]:
    """The items of every `ports:`."""
    allows = (*policy.ingress.value, *policy.egress.value)
    return [port for allow in allows for port in allow.ports.value]


def blocks(policy: Policy) -> list[IpBlock]:
    """The objects below every `ipBlock:`."""
    return [peer.block.value for peer in peers(policy) if peer.block.value is not None]


def exceptions(block: IpBlock) -> Sequence | None:
    """The list below `except:`, where the server looks at it: beside a `cidr` that it can read."""
    if block.excepts.entry is None:
        return None
    node, cidr = block.excepts.node, block.cidr
    if not isinstance(node, Sequence):
        return None
    if cidr.value is not None:
        return node if read(cidr.value) is not None else None
    is_unknown = cidr.written and isinstance(cidr.node, Scalar) and cidr.node.is_unknown
    return node if is_unknown else None


def selectors(policy: Policy) -> list[Selector]:
    """What stands below every `podSelector:` and `namespaceSelector:`, if it is an object."""
    found = [] if policy.subject.value is None else [policy.subject.value]
    for peer in peers(policy):
        if peer.namespaces.value is not None:
            found.append(peer.namespaces.value)
        if peer.pods.value is not None:
            found.append(peer.pods.value)
    return found


def expressions(selector: Selector) -> Sequence | None:
    """The list below a selector's `matchExpressions:`, if it is one."""
    node = selector.node.get("matchExpressions") if isinstance(selector.node, Mapping) else None
    return node if isinstance(node, Sequence) else None
