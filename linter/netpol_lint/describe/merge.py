"""What would become of a policy if two of its items were joined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from netpol_lint import model, policy, triage, witness
from netpol_lint.address_set import NO_ADDRESS
from netpol_lint.answer import Answer
from netpol_lint.describe.account import Change
from netpol_lint.describe.sentence import Subject, way
from netpol_lint.edit import Edit, apply
from netpol_lint.finding import Finding
from netpol_lint.parse import Document
from netpol_lint.policy import Direction, Policy
from netpol_lint.span import Lines, Position, Span
from netpol_lint.traffic import Grant, PeerSet, Traffic, contained

MERGEABLE = ("split-rule", "split-peer", "split-port")
"""Rules whose fix joins two items into one."""


def changes(
    findings: Iterable[Finding], text: str, lines: Lines, subjects: Sequence[Subject]
) -> Iterator[Change]:
    """One for each finding about two items that a fix would join."""
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


def _change(finding: Finding, text: str, lines: Lines, before: Subject, number: int) -> Change:
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
