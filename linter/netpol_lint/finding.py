"""A diagnostic with its place in a file: all that a report needs, without the file."""

from __future__ import annotations

from typing import NamedTuple

from netpol_lint.diagnostic import Diagnostic, Group, Safety, Severity
from netpol_lint.policy import Policy
from netpol_lint.span import Lines, Position, Span


class Place(NamedTuple):
    """From the first character to behind the last one."""

    start: Position
    end: Position


class Object(NamedTuple):
    """The API object that a finding is about."""

    kind: str | None
    namespace: str | None
    name: str | None


class Remark(NamedTuple):
    """A related place of a finding."""

    place: Place
    message: str


class Replacement(NamedTuple):
    """One edit of a fix."""

    place: Place
    text: str


class Cure(NamedTuple):
    """A fix that can be applied: all of its replacements or none."""

    safety: Safety
    title: str
    replacements: tuple[Replacement, ...]


class Finding(NamedTuple):
    """One finding as it is reported."""

    path: str
    place: Place
    rule: str
    group: Group
    severity: Severity
    message: str
    object: Object | None
    labels: tuple[Remark, ...]
    help: str | None
    fix: Cure | None
    lines: tuple[tuple[int, str], ...]
    """The lines of the file that the places stand on, by number."""


def place(
    diagnostic: Diagnostic,
    *,
    rule: str,
    group: Group,
    severity: Severity,
    path: str,
    lines: Lines,
    policy: Policy | None,
) -> Finding:
    """Turns the offsets of a diagnostic into lines and columns."""
    labels = tuple(Remark(_place(lines, each.span), each.message) for each in diagnostic.labels)
    fix = diagnostic.fix
    main = _place(lines, diagnostic.span)
    shown = {main.start.line, *(label.place.start.line for label in labels)}
    return Finding(
        path=path,
        place=main,
        rule=rule,
        group=group,
        severity=severity,
        message=diagnostic.message,
        object=None if policy is None else _object(policy),
        labels=labels,
        help=diagnostic.help,
        fix=None
        if fix is None
        else Cure(
            fix.safety,
            fix.title,
            tuple(Replacement(_place(lines, edit.span), edit.text) for edit in fix.edits),
        ),
        lines=tuple((number, lines.text(number)) for number in sorted(shown)),
    )


def _place(lines: Lines, span: Span) -> Place:
    return Place(lines.position(span.start), lines.position(span.end))


def _object(policy: Policy) -> Object:
    return Object("NetworkPolicy", policy.namespace.value, policy.name_text or None)
