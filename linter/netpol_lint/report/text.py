"""Findings for people: with excerpts and carets, or one line each."""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint.finding import Finding
from netpol_lint.report.excerpt import excerpt
from netpol_lint.report.summary import Report
from netpol_lint.terminal import Palette, sanitize, wrap

_LEGIBLE = 100
"""Columns of prose on a wider terminal."""


def full(report: Report, palette: Palette, columns: int) -> str:
    """Each finding with its lines, labels, help and fix, for a terminal of so many columns."""
    return "".join(
        "\n".join(_block(each, report.shown(each.path), palette, columns)) + "\n\n"
        for each in report.findings
    )


def concise(report: Report, palette: Palette) -> str:
    """One line a finding: `path:line:column: severity[rule] message`."""
    return "".join(
        f"{_where(each, report.shown(each.path))}: "
        f"{_heading(each, palette)} {sanitize(each.message)}\n"
        for each in report.findings
    )


def statistics(report: Report) -> str:
    """How often each rule spoke."""
    rows = report.by_rule
    room = max((len(str(count)) for _, count in rows), default=0)
    return "".join(f"{count:{room}} {rule}\n" for rule, count in rows)


def _where(finding: Finding, path: str) -> str:
    line, column = finding.place.start
    return f"{sanitize(path)}:{line}:{column}"


def _heading(finding: Finding, palette: Palette) -> str:
    return palette.paint(f"{finding.severity}[{finding.rule}]", str(finding.severity))


def _block(finding: Finding, path: str, palette: Palette, columns: int) -> Iterator[str]:
    gutter = len(str(max(number for number, _ in finding.lines)))
    bar = f"{' ' * gutter} {palette.paint('|', 'frame')}"
    yield f"{_heading(finding, palette)}: {palette.paint(sanitize(finding.message), 'strong')}"
    yield f"{' ' * gutter}{palette.paint('-->', 'frame')} {_where(finding, path)}"
    yield bar
    previous = None
    for number, text in finding.lines:
        if previous is not None and number > previous + 1:
            yield palette.paint("...", "frame")
        previous = number
        marks = [(label.place, "-", label.message, "label") for label in finding.labels]
        marks.append((finding.place, "^", "", str(finding.severity)))
        here = sorted(mark for mark in marks if mark[0].start.line == number)
        line = excerpt(text, here[0][0].start.column, columns - gutter - 3)
        head = palette.paint(f"{number:{gutter}} |", "frame")
        yield f"{head} {line.shown}".rstrip()
        for place, sign, words, style in here:
            indent, length = line.extent(place)
            underline = f"{sign * length} {sanitize(words)}".rstrip()
            yield f"{bar} {' ' * indent}{palette.paint(underline, style)}"
    yield bar
    yield from _note("help", finding.help or "", gutter, palette, columns)
    if finding.fix is not None:
        title = f"fix ({finding.fix.safety})"
        yield from _note(title, finding.fix.title, gutter, palette, columns)


def _note(title: str, words: str, gutter: int, palette: Palette, columns: int) -> Iterator[str]:
    """`= title: words`, further lines right below the first word."""
    head = f"{' ' * gutter} = {title}: "
    room = min(columns, _LEGIBLE) - len(head)
    lines = [line for part in words.splitlines() for line in wrap(sanitize(part), room, hang=2)]
    for index, line in enumerate(lines):
        yield f"{palette.paint(head, 'frame') if index == 0 else ' ' * len(head)}{line}".rstrip()
