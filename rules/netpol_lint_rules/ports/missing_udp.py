"""A port without a protocol is TCP, but this service uses UDP.

Why
---
`protocol` defaults to TCP. For DNS, NTP, VPNs and the like that opens the one protocol that
hardly anybody speaks there, and the other one stays closed: names are not resolved, clocks drift.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: clock
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: clock
      policyTypes: [Egress]
      egress:
      - ports:
        - port: 123

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: clock
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: clock
      policyTypes: [Egress]
      egress:
      - ports:
        - port: 123
          protocol: UDP

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: clock
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: clock
      policyTypes: [Egress]
      egress:
      - ports:
        - port: 123
          protocol: UDP

When it stays silent
--------------------
`protocol: TCP` is written. The same port is open for UDP as well, by an item beside it, by other
rules for these peers, or by another policy that may be in its namespace and select the same pods; a
UDP port with a name may be the same, and every port of every address may be one of the pods. The
item is a range. The name or a comment says "tcp", but not "TCP and UDP". The direction is not
declared. The pods behind the rule declare the port for TCP. Ports on which much else is served
(514, 1194, 1812, 1813, 3478, 5060, and 4500 without 500) are only said on request (info).

Any other port is a finding where the pods behind the rule declare it for UDP, and none for TCP.

Fix safety
----------
Unsafe: UDP is opened. For 53, where large answers come by TCP, an item is added and TCP stays
open; for the others, and beside an item for TCP, the item becomes UDP.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netpol_lint import declare, kin, model, patch, whereabouts
from netpol_lint.address import read
from netpol_lint.address_set import NO_ADDRESS, block
from netpol_lint.answer import Answer
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety, Severity
from netpol_lint.interval import Intervals
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Mapping, Sequence
from netpol_lint.policy import Allow, Direction, Policy, Port, Presence
from netpol_lint.port_set import PortSet
from netpol_lint.regex import regex
from netpol_lint.repository import Resident
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.traffic import Grant, contained
from netpol_lint.wording import fitted

DNS = 53
_SERVICES = {
    DNS: "DNS",
    67: "DHCP",
    69: "TFTP",
    123: "NTP",
    161: "SNMP",
    500: "IKE",
    4500: "IPsec",
    4789: "VXLAN",
    8472: "VXLAN",
    51820: "WireGuard",
    514: "syslog",
    1194: "OpenVPN",
    1812: "RADIUS",
    1813: "RADIUS",
    3478: "STUN",
    5060: "SIP",
}
_DOUBTFUL = frozenset((514, 1194, 1812, 1813, 3478, 5060))
"""Widely used over TCP, too."""
_IKE, _IPSEC = 500, 4500
_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
"""Where the pods of nearly every cluster have their addresses."""
_TCP = regex(r"(?<![a-z])tcp(?![a-z])", re.IGNORECASE)
_JOINT = r"[ ,/|+&0-9()-]{0,8}(?:and|or|plus|와|과|및)?[ ,/|+&0-9()-]{0,8}"
_BOTH = regex(rf"(?:tcp{_JOINT}udp|udp{_JOINT}tcp)(?![a-z])", re.IGNORECASE)


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Finds numbers of UDP services without a protocol."""
    for direction, allow in policy.declared_allows():
        for index, port in enumerate(allow.ports.value):
            number = port.port.value
            if not isinstance(number, int) or not _is_bare(port):
                continue
            if number not in _SERVICES and number not in context.census.udp_ports:
                continue
            if not _is_meant(policy, context, direction, allow, number):
                declared = _declared(policy, context, direction, allow, number)
                if declared.udp and not declared.tcp:
                    yield _proven(policy, context, allow, index, declared.udp[0])
                elif number in _SERVICES and not declared.tcp:
                    yield _diagnostic(policy, allow, index, number)


class Declared(NamedTuple):
    """The workloads behind a rule that declare a port, by protocol."""

    udp: list[Resident]
    tcp: list[Resident]


def _declared(
    policy: Policy, context: Context, direction: Direction, allow: Allow, number: int
) -> Declared:
    """What the pods declare that are connected to; nothing where they cannot be told."""
    declared = Declared([], [])
    if direction is Direction.INGRESS:
        places = [(policy.subject.value, whereabouts.own(policy, context))]
    else:
        places = [
            (peer.pods.value, whereabouts.of_peer(policy, context, peer))
            for peer in allow.peers.value
            if peer.readable and not peer.block.is_set
        ]
    for selector, populations in places:
        found = whereabouts.find(selector, populations)
        if not found.certain or any(each.workload.ports is None for each in found.residents):
            return Declared([], [])
        for each in found.residents:
            for port in each.workload.ports or ():
                if port.number == number and port.protocol in ("TCP", "UDP"):
                    (declared.tcp if port.protocol == "TCP" else declared.udp).append(each)
    return declared


def _is_bare(port: Port) -> bool:
    is_alone = port.protocol.presence in (Presence.ABSENT, Presence.NULL)
    return port.clean and is_alone and not port.end_port.is_set


def _is_meant(
    policy: Policy, context: Context, direction: Direction, allow: Allow, number: int
) -> bool:
    """Whether UDP is open as well, or TCP is what the author speaks of."""
    if any(_opens(each, number) for each in allow.ports.value):
        return True
    said = context.notes.of(Span(allow.dash.start, allow.node.end))
    head = context.notes.head(policy.root.start)
    if any(_TCP.search(text) and not _BOTH.search(text) for text in (policy.name_text, said, head)):
        return True
    return _is_open(policy, policy, direction, allow, number) or any(
        each.declared is not None
        and direction in each.declared
        and _is_open(each, policy, direction, allow, number)
        and kin.may_share_pods(policy, each)
        for each in kin.possible(context)
    )


def _is_open(
    other: Policy, policy: Policy, direction: Direction, allow: Allow, number: int
) -> bool:
    """Whether the rules of the one policy may let the peers of the other's rule use UDP."""
    others = [
        each
        for each in other.allows(direction).value
        if each is not allow and _serves(each, number)
    ]
    if not others:
        return False
    own = policy.namespace.value
    port = PortSet({"UDP": Intervals(((number, number),))})
    wanted = Grant(model.peers(allow, own), port)
    grants = [model.grant(each, own) for each in others]
    if not wanted.unknown and wanted.peers.addresses.empty:
        grants = [_for_pods(grant) for grant in grants]
    return contained([wanted], grants).answer is not Answer.REFUTED


def _for_pods(grant: Grant) -> Grant:
    """The grant without blocks on every port that leave out where pods are: they mean others."""
    peers = grant.peers
    if not grant.ports.rest or peers.rest or peers.unknown:
        return grant
    for network in filter(None, map(read, _PRIVATE)):
        if not block(network).minus(peers.addresses).empty:
            return grant._replace(peers=peers._replace(addresses=NO_ADDRESS))
    return grant


def _serves(allow: Allow, number: int) -> bool:
    """Whether an allow opens the port for UDP; what cannot be read may do so."""
    if not allow.readable or allow.ports.nothing:
        return True
    return any(_opens(each, number) for each in allow.ports.value)


def _opens(port: Port, number: int) -> bool:
    if not port.readable:
        return True
    if port.protocol.value != "UDP":
        return False
    first, last = port.port.value, port.end_port.value
    if isinstance(first, int):
        return first == number or (isinstance(last, int) and first <= number <= last)
    return True  # every port, or a name that may stand for it


def _diagnostic(policy: Policy, allow: Allow, index: int, number: int) -> Diagnostic:
    port = allow.ports.value[index]
    return Diagnostic(
        port.port.node.span,
        f"port {number} is TCP here: {_SERVICES[number]} uses UDP",
        help=f"now: TCP {number} is allowed, and UDP {number} is not;\n"
        "a port without `protocol` is TCP"
        + (": DNS needs an item for each of the two" if number == DNS else ""),
        fix=_fix(policy, allow, index),
        severity=Severity.INFO if _is_doubtful(allow, number) else None,
    )


def _proven(
    policy: Policy, context: Context, allow: Allow, index: int, server: Resident
) -> Diagnostic:
    port = allow.ports.value[index]
    number = port.port.value
    return Diagnostic(
        port.port.node.span,
        fitted(f"port {number} is TCP here: {{}} uses UDP", str(server)),
        labels=(context.label(server.workload.spot, f"declares port {number} for UDP"),),
        help=f"now: TCP {number} is allowed, and UDP {number} is not;\n"
        "a port without `protocol` is TCP",
        fix=_fix(policy, allow, index),
    )


def _is_doubtful(allow: Allow, number: int) -> bool:
    """Whether TCP is as likely."""
    if number == _IPSEC:
        return all(port.port.value != _IKE for port in allow.ports.value)
    return number in _DOUBTFUL


def _fix(policy: Policy, allow: Allow, index: int) -> Fix | None:
    port = allow.ports.value[index]
    number = port.port.value
    has_tcp = any(
        each.port.value == number and each.protocol.is_set and each.protocol.value == "TCP"
        for each in allow.ports.value
    )
    if number == DNS and not has_tcp:
        return _both(policy, allow, index)
    edits = _udp(policy, port)
    if edits is None:
        return None
    return Fix(
        Safety.UNSAFE, f"open UDP {number} {'as well' if has_tcp else 'instead of TCP'}", edits
    )


def _both(policy: Policy, allow: Allow, index: int) -> Fix | None:
    """UDP beside TCP."""
    node, item = allow.ports.node, allow.ports.value[index].node
    if not isinstance(node, Sequence) or not isinstance(item, Mapping):
        return None
    quote = declare.quote_of(item)
    pairs = (f"{quote}port{quote}: {DNS}", f"{quote}protocol{quote}: {quote}UDP{quote}")
    edits = patch.add_item(policy.text, node, index, pairs)
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, f"open UDP {DNS} as well", edits)


def _udp(policy: Policy, port: Port) -> patch.Edits:
    """UDP in the place of TCP."""
    item, after = port.node, port.port.entry
    if not isinstance(item, Mapping) or after is None:
        return None
    quote = declare.quote_of(item)
    if port.protocol.entry is not None:
        return patch.fill(policy.text, port.protocol.entry, f"{quote}UDP{quote}")
    field = f"{quote}protocol{quote}: {quote}UDP{quote}"
    return patch.add_entry(policy.text, item, after, field)


RULE = Rule(
    "missing-udp",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"ports-alone"})),),
)
