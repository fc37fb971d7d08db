"""What one policy does, in sentences that are read off the model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netpol_lint import model, schema
from netpol_lint.answer import Answer
from netpol_lint.describe.account import Description, Permission, Way
from netpol_lint.label_set import LabelSet, Values
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.pod_set import EVERY_NAMESPACE, METADATA_NAME, OWN, PodSet
from netpol_lint.policy import Allow, Direction, Peer, Policy, string
from netpol_lint.port_set import ALL_NUMBERS, PROTOCOLS, PortSet
from netpol_lint.repository import Build, EffectiveNamespace
from netpol_lint.span import Lines
from netpol_lint.traffic import PeerSet
from netpol_lint.wording import cut

_ROOM = 120
"""Characters of one value of a manifest."""
_SENTENCES = {
    Direction.INGRESS: {
        "untouched": "untouched, this policy does not restrict who may connect to these pods",
        "denied": "denied, this policy lets nobody connect to these pods",
        "open": "open, everybody may connect to these pods, on every port",
        "limited": "limited, only these may connect to these pods",
        "unknown": "unknown, who may connect to these pods cannot be told",
    },
    Direction.EGRESS: {
        "untouched": "untouched, this policy does not restrict where these pods may connect to",
        "denied": "denied, this policy lets these pods connect to nobody",
        "open": "open, these pods may connect to everybody, on every port",
        "limited": "limited, these pods may connect to these only",
        "unknown": "unknown, where these pods may connect to cannot be told",
    },
}


class Subject(NamedTuple):
    """A policy of a file with what is known about it."""

    policy: Policy
    own: str | None
    found: EffectiveNamespace


def describe(subject: Subject, path: str, lines: Lines) -> Description:
    """One policy of the file at `path`, in words."""
    each = subject.policy
    notes = list(dict.fromkeys(_additions(each, subject.found.ways)))
    if not schema.accepts(each.root):
        notes.append("parts of it are not as the API wants them: `netpol-lint check` tells which")
    return Description(
        path,
        lines.number(each.root.start),
        cut(each.name_text or "(without a name)", _ROOM),
        subject.own,
        tuple(_landings(each, subject.found.ways)),
        _selected(model.subject(each, subject.own)),
        way(each, Direction.INGRESS, subject.own),
        way(each, Direction.EGRESS, subject.own),
        tuple(notes),
    )


def _landings(policy: Policy, ways: Sequence[Build]) -> Iterator[str]:
    """Each way in which a policy reaches a namespace, but for the one that it states itself."""
    for each in dict.fromkeys((way.namespace, way.supplied, way.why) for way in ways):
        name, supplied, why = each
        if name and len(ways) == 1 and name == policy.namespace.value:
            return
        if name:
            yield f"namespace {cut(name, _ROOM)}, by {cut(why, _ROOM)}"
        elif supplied:
            yield f"a namespace that is given by {cut(why, _ROOM)}"
        else:
            yield "whatever namespace it is applied to"


def _additions(policy: Policy, ways: Sequence[Build]) -> Iterator[str]:
    """What builds write into its selectors, or may write into it at all."""
    for way in ways:
        pairs = [f"{pair.key}={pair.value} ({pair.path})" for pair in way.done.selector_pairs]
        if pairs:
            yield f"kustomize adds to its podSelectors: {cut(', '.join(pairs), 2 * _ROOM)}"
        for patch in way.done.patches:
            if patch.touches("NetworkPolicy", policy.name_text, None, None) is not Answer.REFUTED:
                yield f"a patch of {cut(patch.path, _ROOM)} may change it"


def _selected(subject: PodSet | None) -> str:
    return "unknown: `podSelector` cannot be read" if subject is None else _pods(subject)


def way(each: Policy, direction: Direction, own: str | None) -> Way:
    """What a policy does to one direction of its pods."""
    traffic = model.traffic(each, direction, own)
    allows = each.allows(direction)
    say = _SENTENCES[direction]
    if traffic.declared is None or (traffic.declared and not allows.readable):
        return Way("unknown", say["unknown"])
    if not traffic.declared:
        ignored = f"; what stands under `{direction}` is ignored" if allows.value else ""
        return Way("untouched", say["untouched"] + ignored)
    if not traffic.grants:
        return Way("denied", say["denied"])
    if any(grant.everything for grant in traffic.grants):
        return Way("open", say["open"])
    permissions = tuple(
        Permission(_peers(allow, own, each.text), _ports(grant.ports))
        for allow, grant in zip(allows.value, traffic.grants, strict=True)
    )
    return Way("limited", say["limited"], permissions)


def _peers(allow: Allow, own: str | None, text: str) -> tuple[str, ...]:
    if not allow.readable:
        return ("unknown: this item cannot be read",)
    if allow.peers.nothing:
        return ("everybody: every pod of every namespace and every address",)
    return tuple(_peer(peer, own, text) for peer in allow.peers.value)


def _peer(peer: Peer, own: str | None, text: str) -> str:
    peers = model.peer_set(peer, own)
    if peers.unknown:
        line = text.count("\n", 0, peer.dash.start) + 1
        return f"unknown: the item of line {line} cannot be read for sure"
    if peers.pods:
        return _pods(peers.pods[0])
    return _addresses(peer, peers)


def _addresses(peer: Peer, peers: PeerSet) -> str:
    block = peer.block.value
    assert block is not None
    words = f"addresses of {block.cidr.value}"
    holes = [str(string(node)) for node in block.excepts.value]
    if holes:
        words += f" except {' and '.join(holes)}"
    return f"nobody: {words}" if peers.addresses.empty else words


def _pods(pods: PodSet) -> str:
    """Which pods, with every AND and OR spelt out."""
    if pods.empty:
        return "nobody: its requirements contradict each other"
    who = "every pod"
    if pods.pods.limits:
        who = f"pods with {_labels(pods.pods)}"
    return f"{who}, in {_namespaces(pods.namespaces)}"


def _namespaces(spaces: LabelSet) -> str:
    if spaces == EVERY_NAMESPACE:
        return "every namespace"
    limits = dict(spaces.limits)
    name = limits.pop(METADATA_NAME)
    more = f" with {_labels(LabelSet(limits))}" if limits else ""
    names = [
        "the policy's own namespace" if each == OWN else f"namespace {cut(each, _ROOM)}"
        for each in sorted(name.listed)
    ]
    if not name.others:
        words = " OR ".join(names)
        return f"({words}){more}" if more and len(names) > 1 else f"{words}{more}"
    but = f" except {' AND '.join(names)}" if names else ""
    return f"every namespace{but}{',' if but and more else ''}{more}"


def _labels(labels: LabelSet) -> str:
    return " AND ".join(_limit(cut(key, _ROOM), values) for key, values in labels.limits.items())


def _limit(key: str, values: Values) -> str:
    listed = [cut(value, _ROOM) or '""' for value in sorted(values.listed)]
    if values.others:
        if not listed:
            return f"any label {key}"
        refused = " AND ".join(f"not {value}" for value in listed)
        return f"({key} {refused}{', or missing' if values.absent else ', and not missing'})"
    if not listed:
        return f"no label {key}"
    choices = " OR ".join(f"{key}={value}" for value in listed)
    return f"({choices})" if len(listed) > 1 else choices


def _ports(ports: PortSet) -> tuple[str, ...]:
    if ports.rest:
        return ("every port",)
    words = []
    for protocol in PROTOCOLS:
        numbers = ports.of(protocol)
        if numbers == ALL_NUMBERS:
            words.append(f"every {protocol} port")
            continue
        words += [
            f"{protocol} {first}" if first == last else f"{protocol} {first} to {last}"
            for first, last in numbers.pieces
        ]
        words += [
            f'the {each} port called "{cut(name, _ROOM)}"'
            for each, name in sorted(ports.names)
            if each == protocol
        ]
    if ports.unknown:
        words.append("unknown: ports that cannot be read for sure")
    return tuple(words)
