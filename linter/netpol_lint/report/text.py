"""Findings for people: with a snippet and a caret, or one line each."""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint.finding import Finding, Place
from netpol_lint.report.summary import Report
from netpol_lint.terminal import Palette, sanitize, width

_TAB = 4
_WIDEST = 140
"""Columns of a snippet; longer lines are cut around the place."""


def full(report: Report, palette: Palette) -> str:
    """Each finding with its lines, labels, help and fix."""
    return "".join("\n".join(_block(each, palette)) + "\n\n" for each in report.findings)


def concise(report: Report, palette: Palette) -> str:
    """One line a finding: `path:line:column: severity[rule] message`."""
    return "".join(
        f"{sanitize(each.path)}:{each.place.start.line}:{each.place.start.column}: "
        f"{_heading(each, palette)} {sanitize(each.message)}\n"
        for each in report.findings
    )


def statistics(report: Report) -> str:
    """How often each rule spoke."""
    rows = report.by_rule
    room = max((len(str(count)) for _, count in rows), default=0)
    return "".join(f"{count:{room}} {rule}\n" for rule, count in rows)


def _heading(finding: Finding, palette: Palette) -> str:
    return palette.paint(f"{finding.severity}[{finding.rule}]", str(finding.severity))


def _block(finding: Finding, palette: Palette) -> Iterator[str]:
    gutter = len(str(max((number for number, _ in finding.lines), default=1)))
    bar = palette.paint("|", "frame")
    message = palette.paint(sanitize(finding.message), "strong")
    yield f"{_heading(finding, palette)}: {message}"
    line, column = finding.place.start
    arrow = palette.paint("-->", "frame")
    yield f"{' ' * gutter}{arrow} {sanitize(finding.path)}:{line}:{column}"
    yield f"{' ' * gutter} {bar}"
    previous = None
    for number, text in finding.lines:
        if previous is not None and number > previous + 1:
            yield palette.paint("...", "frame")
        previous = number
        marks = [(label.place, "-", label.message, "label") for label in finding.labels]
        marks.append((finding.place, "^", "", str(finding.severity)))
        here = sorted(mark for mark in marks if mark[0].start.line == number)
        first = min(mark[0].start.column for mark in here)
        shown, cut = _window(text, first)
        yield f"{palette.paint(f'{number:{gutter}}', 'frame')} {bar} {_visible(shown)}"
        for place, sign, words, style in here:
            indent, length = _extent(text, place, cut)
            underline = " " * indent + palette.paint(
                f"{sign * length}{' ' if words else ''}{sanitize(words)}", style
            )
            yield f"{' ' * gutter} {bar} {underline}"
    yield f"{' ' * gutter} {bar}"
    notes = [("help", finding.help)]
    if finding.fix is not None:
        notes.append((f"fix ({finding.fix.safety})", finding.fix.title))
    for title, words in notes:
        for index, part in enumerate((words or "").splitlines()):
            head = f"= {title}: " if index == 0 else " " * (len(title) + 4)
            yield f"{' ' * gutter} {palette.paint(head, 'frame')}{sanitize(part)}"


def _window(text: str, column: int) -> tuple[str, int]:
    """The part of a long line around `column`, and how many characters were cut before it."""
    if len(text) <= _WIDEST:
        return text, 0
    cut = max(0, min(column - 1 - _WIDEST // 3, len(text) - _WIDEST))
    return text[cut : cut + _WIDEST], cut


def _visible(text: str) -> str:
    return sanitize(text.expandtabs(_TAB))


def _extent(text: str, place: Place, cut: int) -> tuple[int, int]:
    """Columns before the place, and columns of the place, as they are shown."""
    start = place.start.column - 1
    end = place.end.column - 1 if place.end.line == place.start.line else len(text)
    end = min(max(end, start + 1), cut + _WIDEST)
    before = width(_visible(text[cut:start]))
    whole = width(_visible(text[cut : max(end, start)]))
    return before, max(1, whole - before)
