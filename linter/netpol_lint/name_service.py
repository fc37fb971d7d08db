"""The name service of a cluster: where it may be, and whether a policy lets its pods reach it."""

from __future__ import annotations

from collections.abc import Iterable

from netpol_lint import model
from netpol_lint.address import read
from netpol_lint.address_set import Address, AddressSet
from netpol_lint.answer import Answer
from netpol_lint.habitat import METADATA_NAME, NAME_KEYS
from netpol_lint.interval import Intervals
from netpol_lint.label_set import ANYTHING, Values
from netpol_lint.pod_set import OWN, PodSet
from netpol_lint.policy import Allow, Direction, Policy, Port
from netpol_lint.port_set import ALL_NUMBERS, PortSet
from netpol_lint.traffic import Grant

PORT = 53
OPENSHIFT_PORT = 5353
"""On which the pods of OpenShift's DNS operator listen (openshift/enhancements#1856)."""
NAMESPACES = frozenset(("kube-system", "openshift-dns"))
"""Where clusters run it."""

_PODS: tuple[dict[str, str], ...] = (
    {"k8s-app": "kube-dns"},
    {"dns.operator.openshift.io/daemonset-dns": "default"},
)
"""The labels of its pods."""
_PROTOCOL = "UDP"
"""Over which names are asked for; TCP only comes in where an answer is too large."""
_WIDE_V4, _WIDE_V6 = 256, 2**64
"""Addresses in a block from which on it is more than a host or two."""


def _addresses(*texts: str) -> tuple[Address, ...]:
    networks = [read(text) for text in texts]
    return tuple((each.first, each.bits) for each in networks if each is not None)


_RESOLVERS = _addresses(
    "169.254.20.10/32",
    "169.254.169.253/32",
    "169.254.169.254/32",
    "10.96.0.10/32",
    "10.43.0.10/32",
    "10.100.0.10/32",
    "10.152.183.10/32",
    "10.0.0.10/32",
    "172.20.0.10/32",
    "172.30.0.10/32",
    "168.63.129.16/32",
    "34.118.224.10/32",
)
"""Node-local DNS, the resolvers of clouds, and the cluster IPs that installers give the service."""


def opens(policy: Policy, own: str | None, *, openshift: bool) -> Answer:
    """Whether a policy that lands in namespace `own` lets its pods resolve names.

    Any way counts: what cannot be read may do so, and what asks for port 53 is meant to, unless it
    asks for TCP in so many words.
    """
    if policy.declared is None:
        return Answer.PROVEN
    if names_port(policy):
        return Answer.PROVEN
    grants, allows = model.traffic(policy, Direction.EGRESS, own).grants, policy.egress.value
    if len(grants) == len(allows):
        pairs = zip(grants, allows, strict=True)
        grants = tuple(grant for grant, allow in pairs if not _is_for_tcp(allow))
    found = {_opens(grant, openshift) for grant in grants}
    for answer in (Answer.PROVEN, Answer.UNKNOWN):
        if answer in found:
            return answer
    return Answer.REFUTED


def names_port(policy: Policy) -> bool:
    """Whether the port of DNS is among those that a policy opens for egress.

    Nearly every one that thinks of it lists it: then nobody has to know the peers.
    """
    return policy.isolates(Direction.EGRESS) and any(map(_names_port, policy.egress.value))


def over_tcp(policy: Policy) -> Port | None:
    """The item that opens the port of DNS for TCP, in so many words."""
    items = (port for allow in policy.egress.value for port in allow.ports.value)
    return next((port for port in items if _is_port(port) and _is_of_tcp(port)), None)


def _names_port(allow: Allow) -> bool:
    """Whether an allow lists the port of DNS, and not in so many words for TCP."""
    return any(_is_port(port) and not _is_of_tcp(port) for port in allow.ports.value)


def _is_port(port: Port) -> bool:
    return port.port.value == PORT and port.readable and not port.end_port.is_set


def _is_for_tcp(allow: Allow) -> bool:
    """Whether an allow opens ports for TCP in so many words, and nothing else."""
    ports = allow.ports.value
    return (
        allow.readable and bool(ports) and all(each.readable and _is_of_tcp(each) for each in ports)
    )


def _is_of_tcp(port: Port) -> bool:
    """Whether an item says so: where it names no protocol, UDP is only forgotten."""
    return port.protocol.is_set and port.protocol.value == "TCP"


def _opens(grant: Grant, openshift: bool) -> Answer:
    peers, ports = grant
    if grant.unknown or _asks_for(ports, openshift):
        return Answer.PROVEN
    if any(_speaks_of_dns(pods.pods.limits.values()) for pods in peers.pods):
        return Answer.PROVEN  # on whatever port it listens there
    if not _has_every(ports):
        return Answer.REFUTED
    if peers.rest or _may_be_resolvers(peers.addresses):
        return Answer.PROVEN
    found = {_may_be_server(pods) for pods in peers.pods}
    return next((each for each in (Answer.PROVEN, Answer.UNKNOWN) if each in found), Answer.REFUTED)


def _asks_for(ports: PortSet, openshift: bool) -> bool:
    """Whether the port of DNS is among them, and not just because every port is."""
    wanted = (PORT, OPENSHIFT_PORT) if openshift else (PORT,)
    numbers = ports.of(_PROTOCOL)
    if numbers != ALL_NUMBERS and any(map(numbers.holds, wanted)):
        return True
    return any("dns" in name.lower() or name == "domain" for _, name in ports.names)


def _has_every(ports: PortSet) -> bool:
    """Whether every port may be among them: a name may stand for any."""
    return ports.of(_PROTOCOL) == ALL_NUMBERS or any(each == _PROTOCOL for each, _ in ports.names)


def _speaks_of_dns(limits: Iterable[Values]) -> bool:
    """Whether a label has to have a value that names a name server."""
    return any(
        not limit.others and any("dns" in value.lower() for value in limit.listed)
        for limit in limits
    )


def _may_be_resolvers(addresses: AddressSet) -> bool:
    return (
        any(map(addresses.holds, _RESOLVERS))
        or _is_wide(addresses.v4, _WIDE_V4)
        or _is_wide(addresses.v6, _WIDE_V6)
    )


def _is_wide(intervals: Intervals, size: int) -> bool:
    return any(last - first + 1 >= size for first, last in intervals.pieces)


def _may_be_server(pods: PodSet) -> Answer:
    """Whether pods that may be reached on every port are, or may be, those of the name service."""
    if not any(pods.pods.holds(labels) for labels in _PODS):
        return Answer.REFUTED
    limits = pods.namespaces.limits
    name = limits.get(METADATA_NAME, ANYTHING)
    if OWN in name.listed and not name.others:
        return Answer.UNKNOWN
    for key in NAME_KEYS:
        limit = limits.get(key, ANYTHING)
        if not any(map(limit.holds, NAMESPACES)) and not limit.absent:
            return Answer.REFUTED
    # Which other labels these namespaces have, nobody knows.
    is_open = all(key in NAME_KEYS or limit.absent for key, limit in limits.items())
    return Answer.PROVEN if is_open else Answer.UNKNOWN
