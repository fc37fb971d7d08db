"""A dash before `ports` makes it a rule of its own, which opens these ports to everyone.

Why
---
Each item of `ingress` or `egress` is an alternative. Peers without ports may use every port, and
ports without peers are open to everyone: one stray dash turns "these clients on this port" into
both of that.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till
      - ports:
        - port: 8080

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till
        ports:
        - port: 8080

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till
        ports:
        - port: 8080

When it stays silent
--------------------
The ports are DNS (53, 5353), or 80 and 443 in egress: those are widely opened to everyone on
purpose; iSCSI (3260) and the kubelet (10250) are used by nodes. A comment, a port's name or the
policy's name says so (everyone, webhook, health, probe, metrics, iscsi, node); on the peers, a
comment that speaks of everyone or of the others does. A rule with `from: []` belongs to
open-to-everyone. With three or more rules, or with the ports first, it is only said on request
(info).

Fix safety
----------
Unsafe: everyone else loses these ports, and the peers lose all other ports. Offered when peers come
first and the two rules stand next to each other.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from netpol_lint import patch
from netpol_lint.concern import Concern
from netpol_lint.context import Context, File
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety, Severity
from netpol_lint.node import Sequence
from netpol_lint.phrase import listed, peer_words
from netpol_lint.policy import Allow, Direction, Policy, Port, Presence
from netpol_lint.regex import regex
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.speech import Word, says
from netpol_lint.wording import LONGEST

DNS_PORTS = frozenset((53, 5353, "dns", "dns-tcp", "dns-udp"))
WEB_PORTS = frozenset((80, 443, "http", "https"))
NODE_PORTS = frozenset((3260, 10250))
"""iSCSI and the kubelet: nodes are no pods, so no selector could name them."""

_OTHERS = regex(
    r"\b(?:others|else|(?:the|all) (?:other|rest)|anderen|übrigen|les autres|le reste"
    r"|los demás|los otros|el resto)\b|나머지|다른|その他|ほか|其他|其它|其余|其餘",
    re.IGNORECASE,
)
"""Those who are not the peers, in the languages of the lexicon."""


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Finds a rule of peers only beside a rule of ports only."""
    found = {direction: _pair(policy, context, direction) for direction in Direction}
    both = all(found.values())
    for direction, pair in found.items():
        if pair is not None:
            yield _diagnostic(policy, context, direction, pair, both=both)


def _pair(
    policy: Policy, context: Context, direction: Direction
) -> tuple[int, Allow, Allow] | None:
    """The index of the first of the two allows, the one with peers, and the one with ports."""
    if not policy.isolates(direction):
        return None
    allows = policy.allows(direction).value
    for index, (first, second) in enumerate(itertools.pairwise(allows)):
        peers, ports = (first, second) if _has_only_peers(first) else (second, first)
        if _has_only_peers(peers) and _has_only_ports(ports):
            is_meant = _is_meant(policy, context, direction, peers, ports)
            return None if is_meant else (index, peers, ports)
    return None


def _has_only_peers(allow: Allow) -> bool:
    return allow.clean and allow.peers.presence is Presence.FILLED and not allow.ports.written


def _has_only_ports(allow: Allow) -> bool:
    return allow.clean and allow.ports.presence is Presence.FILLED and not allow.peers.written


def _is_meant(
    policy: Policy, context: Context, direction: Direction, peers: Allow, ports: Allow
) -> bool:
    numbers = {port.port.value for port in ports.ports.value}
    if not all(port.readable for port in ports.ports.value) or numbers & DNS_PORTS:
        return True
    if direction is Direction.EGRESS and numbers & WEB_PORTS:
        return True
    allows = policy.allows(direction).value
    if len(allows) > 2 and sum(map(_has_only_ports, allows)) > 1:
        return True
    if numbers & NODE_PORTS:
        return True
    if _is_for_others(policy, context, direction, peers):
        return True
    said = context.notes.of(Span(ports.dash.start, ports.node.end))
    names = [number for number in numbers if isinstance(number, str)]
    return any(says(text, Word.MACHINERY) for text in (said, *names)) or any(
        says(text, Word.EVERYONE) for text in (said, policy.name_text)
    )


def _is_for_others(policy: Policy, context: Context, direction: Direction, peers: Allow) -> bool:
    """Whether a comment on the peers, or on the whole list, says what everybody else may do."""
    notes = context.notes
    texts = (
        notes.of(Span(peers.dash.start, max(peers.dash.end, peers.node.end))),
        notes.head(policy.allows(direction).key.start),
    )
    return any(says(text, Word.EVERYONE) or _OTHERS.search(text) for text in texts if text)


def _diagnostic(
    policy: Policy,
    context: Context,
    direction: Direction,
    pair: tuple[int, Allow, Allow],
    *,
    both: bool,
) -> Diagnostic:
    index, peers, ports = pair
    in_order = peers.dash.start < ports.dash.start
    numbers = listed([_number(port) for port in ports.ports.value], 24)
    clients = [peer_words(peer) for peer in peers.peers.value]
    verb = "may use" if direction is Direction.INGRESS else "may be reached on"
    before, behind = f"everyone may use {numbers}, and ", " may use every port"
    if direction is Direction.EGRESS:
        before, behind = f"allows {numbers} to anywhere, and every port to ", ""
    who = listed(clients, LONGEST - len(before) - len(behind))
    return Diagnostic(
        ports.dash,
        f"{before}{who}{behind}",
        labels=(Label(peers.dash, f"{verb} every port"),),
        help=_help(direction, numbers, listed(clients, 80)),
        fix=_fix(policy, direction, index) if in_order else None,
        severity=_severity(policy, context, direction, peers, ports, both=both),
        covers=Span(min(peers.dash.start, ports.dash.start), max(peers.node.end, ports.node.end)),
    )


def _severity(
    policy: Policy,
    context: Context,
    direction: Direction,
    peers: Allow,
    ports: Allow,
    *,
    both: bool,
) -> Severity:
    if len(policy.allows(direction).value) > 2 or ports.dash.start < peers.dash.start:
        return Severity.INFO
    if context.notes.head(ports.dash.start):
        return Severity.INFO
    if both or _is_written_merged(context, peers, ports) or _is_named(context, peers, ports):
        return Severity.ERROR
    return Severity.WARNING


def _is_written_merged(context: Context, peers: Allow, ports: Allow) -> bool:
    """Whether the same peers and ports stand in one rule elsewhere in the file."""
    return (_peers_key(peers), _ports_key(ports)) in context.file.once(_merged)


def _merged(file: File) -> frozenset[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The peers and ports of all rules of the file that have both."""
    return frozenset(
        (_peers_key(allow), _ports_key(allow))
        for policy, _ in file.subjects
        for direction in Direction
        for allow in policy.allows(direction).value
        if allow.peers.presence is allow.ports.presence is Presence.FILLED
    )


def _peers_key(allow: Allow) -> tuple[str, ...]:
    return tuple(sorted(peer_words(peer) for peer in allow.peers.value))


def _ports_key(allow: Allow) -> tuple[str, ...]:
    return tuple(sorted(str(port) for port in allow.ports.value))


def _is_named(context: Context, peers: Allow, ports: Allow) -> bool:
    """Whether the comment above the two names a peer and a port together."""
    said = context.notes.head(peers.dash.start).lower().replace(",", " ").split()
    values = {
        value.lower()
        for peer in peers.peers.value
        for selector in (peer.pods.value, peer.namespaces.value)
        if selector is not None
        for requirement in selector.requirements
        for value in requirement.values
    }
    numbers = {str(port.port.value) for port in ports.ports.value}
    return bool(values & set(said)) and bool(numbers & {word.rstrip(".:;)") for word in said})


def _number(port: Port) -> str:
    return str(port).removeprefix("TCP ")


def _help(direction: Direction, numbers: str, clients: str) -> str:
    now = f"anybody may connect to {numbers}, and {clients} to every port"
    meant = f"only {clients} may connect, and only to {numbers}"
    if direction is Direction.EGRESS:
        now = f"connections may go to {numbers} anywhere, and to every port of {clients}"
        meant = f"connections may go to {numbers} of {clients} only"
    return f"now `ports` is a rule of its own: {now};\nwithout the dash before `ports`: {meant}"


def _fix(policy: Policy, direction: Direction, index: int) -> Fix | None:
    node = policy.allows(direction).node
    edits = patch.merge_items(policy.text, node, index) if isinstance(node, Sequence) else None
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, "join the two rules: these peers on these ports only", edits)


RULE = Rule(
    "split-rule",
    Group.CONTRADICTION,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"everyone"})),),
    silences=frozenset(("open-to-everyone", "dns-to-anywhere", "sensitive-port", "redundant-peer")),
)
