"""A diagnostic with its place in a file: all that a report needs, without the file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache

from netpol_lint.diagnostic import Diagnostic, Group, Label, Safety, Severity
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.policy import Policy
from netpol_lint.span import Lines, Position, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netpol_lint.origin import Origin


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
    path: str | None = None
    """The file where it stands; None for the finding's own."""
    line: str = ""
    """The line of that other file which the place begins on."""


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
    """The lines of the finding's own file that the places stand on, by number."""
    origin: Origin | None = None
    """What the document was rendered from, if it says so."""


def place(
    diagnostic: Diagnostic,
    *,
    rule: str,
    group: Group,
    severity: Severity,
    path: str,
    lines: Lines,
    policy: Policy | None,
    origin: Origin | None = None,
) -> Finding:
    """Turns the offsets of a diagnostic into lines and columns."""
    labels = tuple(_remarks(diagnostic.labels, path, lines))
    fix = diagnostic.fix
    main = _place(lines, diagnostic.span)
    shown = {main.start.line, *(each.place.start.line for each in labels if each.path is None)}
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
        origin=origin,
    )


def _remarks(labels: tuple[Label, ...], path: str, lines: Lines) -> Iterator[Remark]:
    """The labels with their places. A report shows no file from outside of the repository."""
    for label in labels:
        source = label.source
        if source is None or (source.path == path and lines.are_of(source.text)):
            yield Remark(_place(lines, label.span), label.message)
        elif not os.path.isabs(source.path) and ".." not in source.path.split("/"):
            others = _lines_of(source.text)
            where = _place(others, label.span)
            yield Remark(where, label.message, source.path, others.text(where.start.line))


# The findings of many files may point into the same large one, one after the other.
@lru_cache(maxsize=8)
def _lines_of(text: str) -> Lines:
    return Lines(text)


def _place(lines: Lines, span: Span) -> Place:
    return Place(lines.position(span.start), lines.position(span.end))


def _object(policy: Policy) -> Object:
    return Object("NetworkPolicy", policy.namespace.value, policy.name_text or None)
