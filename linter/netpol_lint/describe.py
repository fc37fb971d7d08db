"""Says in plain sentences what policies do: who is selected, who may come in, where it may go.

Every sentence is read off the model. What the model does not know is called unknown.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from netpol_lint import discover, model, policy, schema, triage, witness
from netpol_lint.address_set import NO_ADDRESS
from netpol_lint.answer import Answer
from netpol_lint.context import own_namespace
from netpol_lint.edit import Edit, apply
from netpol_lint.engine import Settings, lint
from netpol_lint.finding import Finding
from netpol_lint.label_set import LabelSet, Values
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.parse import Document, decode
from netpol_lint.pod_set import EVERY_NAMESPACE, METADATA_NAME, OWN, PodSet
from netpol_lint.policy import Allow, Direction, Peer, Policy, string
from netpol_lint.port_set import ALL_NUMBERS, PROTOCOLS, PortSet
from netpol_lint.repository import Build, EffectiveNamespace, Repository, Surroundings
from netpol_lint.span import Lines, Position, Span
from netpol_lint.terminal import sanitize
from netpol_lint.traffic import Grant, PeerSet, Traffic, contained
from netpol_lint.wording import cut

MERGEABLE = ("split-rule", "split-peer", "split-port")
"""Rules whose fix joins two items into one."""

_ROOM = 120
"""Characters of one value of a manifest."""
_HEAD = {Direction.INGRESS: "Ingress", Direction.EGRESS: "Egress"}
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


class Permission(NamedTuple):
    """One item of `ingress:` or `egress:`; the peers are alternatives, and so are the ports."""

    peers: tuple[str, ...]
    ports: tuple[str, ...]


class Way(NamedTuple):
    """What happens to one direction."""

    state: str
    """`untouched`, `denied`, `open`, `limited` or `unknown`."""
    sentence: str
    permissions: tuple[Permission, ...] = ()


class Description(NamedTuple):
    """One policy in words."""

    path: str
    line: int
    name: str
    namespace: str | None
    """None where it is not known, or where there are several."""
    landings: tuple[str, ...]
    """Where it lands and who says so, if that is not just what it states."""
    subject: str
    ingress: Way
    egress: Way
    notes: tuple[str, ...]


class Change(NamedTuple):
    """What becomes of a policy when two of its items are joined."""

    path: str
    line: int
    rule: str
    message: str
    now: tuple[tuple[Direction, Way], ...]
    merged: tuple[tuple[Direction, Way], ...]
    """The directions that change."""
    lost: tuple[str, ...]
    """Connections that are allowed now and would not be."""
    gained: tuple[str, ...]
    unknown: tuple[str, ...]
    """What cannot be told about the difference."""


class Account(NamedTuple):
    """All that is said about the files of a run."""

    descriptions: tuple[Description, ...] = ()
    changes: tuple[Change, ...] = ()
    complaints: tuple[str, ...] = ()
    """What could not be read, one sentence each."""
    skipped: tuple[str, ...] = ()
    """What is no policy to be described, one sentence each."""

    def __add__(self, other: tuple[Any, ...]) -> Account:
        return Account(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class _Subject(NamedTuple):
    """A policy of a file with what is known about it."""

    policy: Policy
    own: str | None
    found: EffectiveNamespace


def paths(names: Sequence[str], root: str, settings: Settings, *, merge: bool) -> Account:
    """Describes the policies of all files below `names`; with `merge` also what fixes would do."""
    found = discover.files(names, root)
    repository = Repository(root, settings.options)
    account = Account(
        complaints=tuple(
            f"{path}: {reason}" for path, reason, failure in found.omissions if failure
        )
    )
    for path in found.paths:
        place = discover.relative(root, os.path.realpath(path)) or path
        try:
            data = discover.read(path)
        except discover.Unreadable as error:
            account += Account(complaints=(f"{path}: {error}",))
            continue
        account += _file(data, path, repository.surroundings(place), settings, merge=merge)
    return account


def stream(source: BinaryIO, name: str, settings: Settings, *, merge: bool) -> Account:
    """Describes the policies that come through standard input."""
    data = source.read(discover.MAX_BYTES + 1)
    if len(data) > discover.MAX_BYTES:
        limit = discover.MAX_BYTES // (1024 * 1024)
        return Account(complaints=(f"{name}: larger than {limit} MiB",))
    surroundings = Repository(None, settings.options).surroundings(name)
    return _file(data, name, surroundings, settings, merge=merge)


def _file(
    data: bytes, path: str, surroundings: Surroundings, settings: Settings, *, merge: bool
) -> Account:
    if not discover.mentions_policy(data):
        return Account()
    text, damage = (None, None) if discover.is_binary(data) else decode(data)
    if text is None or damage is not None:
        return Account(complaints=(f"{path}: not text",))
    lines = Lines(text)
    subjects: list[_Subject] = []
    complaints: list[str] = []
    skipped: list[str] = []
    for outcome in triage.documents(text):
        where = f"{path}:{lines.number(outcome.span.start)}"
        if not isinstance(outcome, Document):
            skipped.append(f"{where}: not described: {outcome.reason}")
            continue
        complaints += [
            f"{path}:{lines.number(problem.span.start)}: not readable as yaml: {problem.reason}"
            for problem in outcome.problems
        ]
        subjects += [
            _Subject(each, own_namespace(each, surroundings), surroundings.namespace_of(each))
            for each in policy.find(text, outcome.root)
        ]
    described = tuple(_describe(each, path, lines) for each in subjects)
    changes: tuple[Change, ...] = ()
    if merge:
        found = lint(path, text, settings, surroundings).findings
        changes = tuple(_changes(found, text, lines, subjects))
    return Account(described, changes, tuple(complaints), tuple(skipped))


# What a policy does.


def _describe(subject: _Subject, path: str, lines: Lines) -> Description:
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


# What joining two items would do.


def _changes(
    findings: Iterable[Finding], text: str, lines: Lines, subjects: Sequence[_Subject]
) -> Iterator[Change]:
    for finding in findings:
        offset = _offset(lines, finding.place.start)
        number = next(
            (
                number
                for number, each in enumerate(subjects)
                if each.policy.root.span.holds(Span(offset, offset))
            ),
            None,
        )
        if finding.rule in MERGEABLE and number is not None:
            yield _change(finding, text, lines, subjects[number], number)


def _change(finding: Finding, text: str, lines: Lines, before: _Subject, number: int) -> Change:
    line, own = finding.place.start.line, before.own
    after = _mended(finding, text, lines, number)
    if after is None:
        unknown = ("these two cannot be joined by a fix, so nothing was compared",)
        return Change(finding.path, line, finding.rule, finding.message, (), (), (), (), unknown)
    now, merged = [], []
    lost: dict[str, None] = {}
    gained: dict[str, None] = {}
    unknown_parts: dict[str, None] = {}
    for direction in Direction:
        old, new = (model.traffic(each, direction, own) for each in (before.policy, after))
        if old == new:
            continue
        now.append((direction, way(before.policy, direction, own)))
        merged.append((direction, way(after, direction, own)))
        for flows, first, second, word in ((lost, old, new, "lost"), (gained, new, old, "gained")):
            found, is_certain = _difference(first, second)
            flows.update(dict.fromkeys(found))
            if not is_certain:
                unknown_parts[f"whether anything else is {word} in {direction}"] = None
    return Change(
        finding.path,
        line,
        finding.rule,
        finding.message,
        tuple(now),
        tuple(merged),
        tuple(lost),
        tuple(gained),
        tuple(unknown_parts),
    )


def _mended(finding: Finding, text: str, lines: Lines, number: int) -> Policy | None:
    """The same policy after the finding's fix."""
    if finding.fix is None:
        return None
    edits = [
        Edit(Span(_offset(lines, each.place.start), _offset(lines, each.place.end)), each.text)
        for each in finding.fix.replacements
    ]
    mended = apply(text, edits)
    documents = [each for each in triage.documents(mended) if isinstance(each, Document)]
    found = [each for document in documents for each in policy.find(mended, document.root)]
    return found[number] if number < len(found) else None


def _difference(first: Traffic, second: Traffic) -> tuple[list[str], bool]:
    """Connections that only `first` allows, one of each kind; and whether all kinds are decided."""
    if first.declared is not second.declared or first.declared is None:
        return [], False
    flows: list[str] = []
    is_certain = True
    for grant in first.grants:
        for part in _parts(grant):
            verdict, condition = contained([part], second.grants), ""
            if verdict.answer is Answer.UNKNOWN:
                others, condition = _without_the_other_kind(part, second.grants)
                verdict = contained([part], others)
            if verdict.witness is not None:
                flows.append(witness.flow(verdict.witness) + condition)
            is_certain = is_certain and verdict.answer is not Answer.UNKNOWN
    return flows, is_certain


def _without_the_other_kind(part: Grant, grants: Sequence[Grant]) -> tuple[list[Grant], str]:
    """The grants without addresses for pods, or the reverse, and what then has to be said.

    Whether an address is that of a pod is not known, but it can be made a condition.
    """
    if part.peers.pods:
        others = [each.peers._replace(addresses=NO_ADDRESS) for each in grants]
        condition = ", unless its address is in a block that is allowed"
    else:
        others = [each.peers._replace(pods=()) for each in grants]
        condition = ", unless it is the address of a pod that is allowed"
    return [
        each._replace(peers=peers) for each, peers in zip(grants, others, strict=True)
    ], condition


def _parts(grant: Grant) -> Iterator[Grant]:
    """A grant in pieces that are worth an example each: one for each set of pods, and addresses."""
    peers = grant.peers
    for pods in peers.pods:
        yield grant._replace(peers=PeerSet((pods,)))
    if not peers.addresses.empty:
        yield grant._replace(peers=PeerSet(addresses=peers.addresses))
    if peers.unknown:
        yield grant._replace(peers=PeerSet(unknown=True))


def _offset(lines: Lines, position: Position) -> int:
    return lines.span(position.line).start + position.column - 1


# How it is shown.


def text(account: Account) -> str:
    """Everything in sentences."""
    blocks = [*map(_block, account.descriptions), *map(_change_block, account.changes)]
    return "\n".join("\n".join(map(sanitize, block)) + "\n" for block in blocks)


def _block(each: Description) -> list[str]:
    unknown = "(several namespaces)" if len(each.landings) > 1 else "(namespace unknown)"
    place = each.namespace or unknown
    return [
        f"{place}/{each.name} ({each.path}:{each.line})",
        *(f"  {'OR' if number else 'In'}: {one}" for number, one in enumerate(each.landings)),
        f"  Selects: {each.subject}",
        *_way_lines(Direction.INGRESS, each.ingress, "  "),
        *_way_lines(Direction.EGRESS, each.egress, "  "),
        *(f"  Note: {note}" for note in each.notes),
    ]


def _way_lines(direction: Direction, each: Way, margin: str) -> Iterator[str]:
    yield f"{margin}{_HEAD[direction]}: {each.sentence}{':' if each.permissions else ''}"
    for number, permission in enumerate(each.permissions, 1):
        lead = f"{margin}  {'   ' if number == 1 else 'OR '}{number}. "
        blank = " " * len(lead)
        for index, peer in enumerate(permission.peers):
            yield f"{lead if index == 0 else f'{blank}OR '}{peer}"
        yield (
            f"{blank}AND only on {' OR '.join(permission.ports)}"
            if permission.ports != ("every port",)
            else f"{blank}on every port"
        )
    if each.state in ("denied", "limited"):
        other = "All else stays denied" if each.permissions else "It stays so"
        yield f"{margin}  {other}, unless another policy allows more."


def _change_block(each: Change) -> list[str]:
    lines = [f"{each.path}:{each.line}: {each.rule}: {each.message}"]
    for title, ways in (("Now", each.now), ("If merged", each.merged)):
        if ways:
            lines.append(f"  {title}:")
            for direction, one in ways:
                lines += _way_lines(direction, one, "    ")
    for title, flows in (("Lost", each.lost), ("Gained", each.gained)):
        lines += [f"  {title}: {flow}" for flow in flows]
        if not flows and each.now and not any(title.lower() in part for part in each.unknown):
            lines.append(f"  {title}: nothing")
    lines += [f"  Unknown: {part}" for part in each.unknown]
    return lines


def as_json(account: Account) -> str:
    """Everything for programs."""
    document = {
        "version": 1,
        "policies": [
            {
                "path": _plain(each.path),
                "line": each.line,
                "name": each.name,
                "namespace": each.namespace,
                "landings": each.landings,
                "selects": each.subject,
                "ingress": _way_object(each.ingress),
                "egress": _way_object(each.egress),
                "notes": each.notes,
            }
            for each in account.descriptions
        ],
        "changes": [
            {
                "path": _plain(each.path),
                "line": each.line,
                "rule": each.rule,
                "message": each.message,
                "now": {str(way): _way_object(one) for way, one in each.now},
                "merged": {str(way): _way_object(one) for way, one in each.merged},
                "lost": each.lost,
                "gained": each.gained,
                "unknown": each.unknown,
            }
            for each in account.changes
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _way_object(each: Way) -> dict[str, Any]:
    return {
        "state": each.state,
        "sentence": each.sentence,
        "allows": [permission._asdict() for permission in each.permissions],
    }


def _plain(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode("utf-8")
