"""Findings for people: with excerpts and carets, or one line each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netpol_lint.finding import Finding, Place, Remark
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.report.excerpt import excerpt
from netpol_lint.report.summary import Report
from netpol_lint.terminal import Palette, sanitize, width, wrap
from netpol_lint.wording import cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netpol_lint.origin import Origin

_LEGIBLE = 100
"""Columns of prose on a wider terminal."""
_ELSEWHERE = 6
"""Places in other files that are shown before the rest is only counted."""
_NARROW = 40
"""Columns that words below a place have at least, if the terminal has them."""
_SHORT = 60
"""Columns of an origin that shares its line with the finding."""


def full(report: Report, palette: Palette, columns: int) -> str:
    """Each finding with its lines, labels, help and fix, for a terminal of so many columns."""
    return "".join(
        "\n".join(_block(each, report, palette, columns)) + "\n\n" for each in report.findings
    )


def concise(report: Report, palette: Palette) -> str:
    """One line a finding: `path:line:column: severity[rule] message (from template)`."""
    return "".join(
        f"{_where(report.shown(each.path), each.place)}: "
        f"{_heading(each, palette)} {sanitize(each.message)}{_from(each.origin)}\n"
        for each in report.findings
    )


def statistics(report: Report) -> str:
    """How often each rule spoke."""
    rows = report.by_rule
    room = max((len(str(count)) for _, count in rows), default=0)
    return "".join(f"{count:{room}} {rule}\n" for rule, count in rows)


def _where(path: str, place: Place) -> str:
    line, column = place.start
    return f"{sanitize(path)}:{line}:{column}"


def _from(origin: Origin | None) -> str:
    return "" if origin is None else f" (from {_cut(origin.path, _SHORT)})"


def _rendered(origin: Origin, room: int) -> str:
    repo = f" of {origin.repo}" if origin.repo else ""
    ref = f" at {origin.ref}" if origin.ref else ""
    words = "rendered from "
    return f"{words}{_cut(f'{origin.path}{repo}{ref}', room - len(words))}"


def _cut(words: str, room: int) -> str:
    """`words` in at most `room` columns; both ends of a path tell more than its middle."""
    return cut(words, room if width(words) == len(words) else room // 2)


def _heading(finding: Finding, palette: Palette) -> str:
    return palette.paint(f"{finding.severity}[{finding.rule}]", str(finding.severity))


class _Mark(NamedTuple):
    """A place underlined with a sign, and the words behind it."""

    place: Place
    sign: str
    words: str
    style: str


class _Frame(NamedTuple):
    """What all lines of one block are drawn with."""

    palette: Palette
    gutter: int
    """The columns of the line numbers."""
    columns: int

    @property
    def room(self) -> int:
        """The columns behind the bar."""
        return self.columns - self.gutter - 3

    @property
    def bar(self) -> str:
        """The start of a line without a number."""
        return f"{' ' * self.gutter} {self.palette.paint('|', 'frame')}"

    def title(self, arrow: str, where: str) -> str:
        """The place of the lines that follow."""
        return f"{' ' * self.gutter}{self.palette.paint(arrow, 'frame')} {where}"


def _block(finding: Finding, report: Report, palette: Palette, columns: int) -> Iterator[str]:
    elsewhere = [label for label in finding.labels if label.path is not None]
    told = elsewhere[:_ELSEWHERE]
    numbers = [number for number, _ in finding.lines] + [each.place.start.line for each in told]
    frame = _Frame(palette, len(str(max(numbers))), columns)
    yield f"{_heading(finding, palette)}: {palette.paint(sanitize(finding.message), 'strong')}"
    yield frame.title("-->", _where(report.shown(finding.path), finding.place))
    if finding.origin is not None:
        yield f"{' ' * (frame.gutter + 4)}{_rendered(finding.origin, frame.room - 1)}"
    yield frame.bar
    marks = [_label(each) for each in finding.labels if each.path is None]
    marks.append(_Mark(finding.place, "^", "", str(finding.severity)))
    yield from _excerpts(finding.lines, marks, frame)
    yield frame.bar
    for path in dict.fromkeys(each.path for each in told if each.path is not None):
        here = [each for each in told if each.path == path]
        yield frame.title(":::", _where(report.shown(path), here[0].place))
        yield frame.bar
        lines = {each.place.start.line: each.line for each in here}
        yield from _excerpts(sorted(lines.items()), [_label(each) for each in here], frame)
        yield frame.bar
    if len(elsewhere) > len(told):
        more = len(elsewhere) - len(told)
        words = f"{more} more {'place' if more == 1 else 'places'} in other files"
        yield from _note("note", words, frame)
    yield from _note("help", finding.help or "", frame)
    if finding.fix is not None:
        yield from _note(f"fix ({finding.fix.safety})", finding.fix.title, frame)


def _label(remark: Remark) -> _Mark:
    return _Mark(remark.place, "-", remark.message, "label")


def _excerpts(
    lines: Sequence[tuple[int, str]], marks: Sequence[_Mark], frame: _Frame
) -> Iterator[str]:
    """The lines of one file by their numbers, each with what is marked on it."""
    previous = None
    for number, text in lines:
        if previous is not None and number > previous + 1:
            yield frame.palette.paint("...", "frame")
        previous = number
        here = sorted(mark for mark in marks if mark.place.start.line == number)
        line = excerpt(text, here[0].place.start.column, frame.room)
        head = frame.palette.paint(f"{number:{frame.gutter}} |", "frame")
        yield f"{head} {line.shown}".rstrip()
        for place, sign, words, style in here:
            indent, length = line.extent(place)
            underline = f"{sign * length} {sanitize(words)}".rstrip()
            rest: list[str] = []
            if indent + width(underline) > frame.room:
                underline = sign * length
                rest = list(wrap(sanitize(words), max(frame.room - indent, _NARROW)))
            yield f"{frame.bar} {' ' * indent}{frame.palette.paint(underline, style)}"
            indent = max(0, min(indent, frame.room - _NARROW))
            for part in rest:
                yield f"{frame.bar} {' ' * indent}{frame.palette.paint(part, style)}"


def _note(title: str, words: str, frame: _Frame) -> Iterator[str]:
    """`= title: words`, further lines right below the first word."""
    head = f"{' ' * frame.gutter} = {title}: "
    room = min(frame.columns, _LEGIBLE) - len(head)
    lines = [line for part in words.splitlines() for line in wrap(sanitize(part), room, hang=2)]
    for index, line in enumerate(lines):
        shown = frame.palette.paint(head, "frame") if index == 0 else " " * len(head)
        yield f"{shown}{line}".rstrip()
