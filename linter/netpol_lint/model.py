"""What a policy does: from what is written to sets of traffic. Nothing is guessed on the way.

What the server would refuse, and what a later substitution decides, is unknown: it may be anything.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import address_set, pod_set, port_set
from netpol_lint.address import is_strict, read
from netpol_lint.address_set import NO_ADDRESS, AddressSet
from netpol_lint.answer import Answer
from netpol_lint.interval import Intervals
from netpol_lint.label import port_name_flaw
from netpol_lint.label_set import ABSENT, EVERYTHING, PRESENT, LabelSet, Values, none_of, one_of
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.pod_set import METADATA_NAME, OWN, PodSet
from netpol_lint.policy import (
    Allow,
    Direction,
    IpBlock,
    Operator,
    Peer,
    Policy,
    Port,
    Presence,
    Requirement,
    Selector,
    string,
)
from netpol_lint.port_set import ALL_NUMBERS, EVERY_PORT, PROTOCOLS, UNKNOWN_PORTS, PortSet
from netpol_lint.traffic import EVERYONE, UNKNOWN_PEERS, Grant, PeerSet, Traffic, same


class Model(NamedTuple):
    """A policy as the sets it stands for."""

    subject: PodSet | None
    """The pods it is about; None where that cannot be told."""
    ingress: Traffic
    egress: Traffic

    def traffic(self, direction: Direction) -> Traffic:
        """Its effect on one direction."""
        return self.ingress if direction is Direction.INGRESS else self.egress


def of(policy: Policy, own: str | None) -> Model:
    """The meaning of a policy that lands in namespace `own`; None where that is not known."""
    return Model(
        subject(policy, own),
        traffic(policy, Direction.INGRESS, own),
        traffic(policy, Direction.EGRESS, own),
    )


def subject(policy: Policy, own: str | None) -> PodSet | None:
    """The pods that a policy selects."""
    field = policy.subject
    if not (policy.spec.readable and field.readable):
        return None
    pods = EVERYTHING if field.value is None else labels(field.value)
    return PodSet(own_namespace(own), pods)


def traffic(policy: Policy, direction: Direction, own: str | None) -> Traffic:
    """What a policy does to one direction of its pods."""
    allows = policy.allows(direction)
    if policy.declared is None:
        return Traffic(None)
    if direction not in policy.declared:
        return Traffic(False)
    if not allows.readable:
        return Traffic(True, (Grant(UNKNOWN_PEERS, UNKNOWN_PORTS),))
    return Traffic(True, tuple(grant(allow, own) for allow in allows.value))


def grant(allow: Allow, own: str | None) -> Grant:
    """What one item of `ingress:` or `egress:` lets through."""
    if not allow.readable:
        return Grant(UNKNOWN_PEERS, UNKNOWN_PORTS)
    return Grant(peers(allow, own), ports(allow))


def peers(allow: Allow, own: str | None) -> PeerSet:
    """Who may be at the other end."""
    if not allow.peers.readable:
        return UNKNOWN_PEERS
    if allow.peers.nothing:
        return EVERYONE
    sets = [peer_set(each, own) for each in allow.peers.value]
    addresses = NO_ADDRESS
    for each in sets:
        if not each.addresses.empty:
            addresses = addresses.join(each.addresses)
    return PeerSet(
        tuple(pods for each in sets for pods in each.pods),
        addresses,
        unknown=any(each.unknown for each in sets),
    )


def peer_set(peer: Peer, own: str | None) -> PeerSet:
    """Who one item of `from:` or `to:` stands for."""
    if not peer.readable:
        return UNKNOWN_PEERS
    pods, spaces, block = peer.pods.value, peer.namespaces.value, peer.block.value
    if block is not None:
        alone = pods is None and spaces is None
        addresses = address_range(block) if alone else None
        return UNKNOWN_PEERS if addresses is None else PeerSet(addresses=addresses)
    if pods is None and spaces is None:
        return UNKNOWN_PEERS
    namespaces = own_namespace(own) if spaces is None else namespace_set(spaces)
    return PeerSet((PodSet(namespaces, EVERYTHING if pods is None else labels(pods)),))


def address_range(block: IpBlock) -> AddressSet | None:
    """The addresses of a block, or None where anything about it is not as the server wants it."""
    cidr = block.cidr.value
    network = read(cidr) if cidr is not None and is_strict(cidr) else None
    if network is None:
        return None
    holes = []
    for node in block.excepts.value:
        text = string(node)
        hole = read(text) if text is not None and is_strict(text) else None
        if hole is None or not network.allows_except(hole):
            return None
        holes.append(hole)
    return address_set.block(network, holes)


def own_namespace(own: str | None) -> LabelSet:
    """The namespace that a policy lands in."""
    return LabelSet({METADATA_NAME: one_of((OWN if own is None else own,))})


def namespace_set(selector: Selector) -> LabelSet:
    """The namespaces that a selector selects."""
    return pod_set.namespaces(_limits(selector))


def labels(selector: Selector) -> LabelSet:
    """The pods that a selector selects, by their own labels."""
    return LabelSet.of(_limits(selector))


def values(requirement: Requirement) -> Values:
    """What one requirement lets a label be."""
    match requirement.operator:
        case Operator.IN:
            return one_of(requirement.values)
        case Operator.NOT_IN:
            return none_of(requirement.values)
        case Operator.EXISTS:
            return PRESENT
        case Operator.DOES_NOT_EXIST:
            return ABSENT


def ports(allow: Allow) -> PortSet:
    """The ports of an allow."""
    if not allow.ports.readable:
        return UNKNOWN_PORTS
    if allow.ports.nothing:
        return EVERY_PORT
    return port_set.join([port_range(port) for port in allow.ports.value])


def port_range(port: Port) -> PortSet:
    """The ports that one item of `ports:` stands for."""
    protocol, first, last = port.protocol.value, port.port.value, port.end_port.value
    known = port.readable and protocol in PROTOCOLS and port.protocol.presence is not Presence.EMPTY
    if not known:
        return UNKNOWN_PORTS
    if first is None:
        return PortSet({protocol: ALL_NUMBERS}) if last is None else UNKNOWN_PORTS
    if isinstance(first, str):
        if last is not None or port_name_flaw(first) is not None:
            return UNKNOWN_PORTS
        return PortSet({}, frozenset(((protocol, first),)))
    end = first if last is None else last
    if not isinstance(end, int) or not 1 <= first <= end <= 65535:
        return UNKNOWN_PORTS
    return PortSet({protocol: Intervals(((first, end),))})


def unchanged(before: Model, after: Model) -> Answer:
    """Whether two models are the same: the same pods, and the same traffic in each direction."""
    if before.subject is None or before.subject != after.subject:
        return Answer.UNKNOWN
    answer = Answer.PROVEN
    for direction in Direction:
        first, second = before.traffic(direction), after.traffic(direction)
        if first.declared is None or second.declared is None:
            return Answer.UNKNOWN
        if first.declared is not second.declared:
            return Answer.REFUTED
        verdict = same(first.grants, second.grants).answer
        if verdict is Answer.REFUTED:
            return verdict
        if verdict is Answer.UNKNOWN:
            answer = verdict
    return answer


def _limits(selector: Selector) -> Iterator[tuple[str, Values]]:
    return ((each.key, values(each)) for each in selector.requirements)
