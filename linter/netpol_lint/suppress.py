"""Comments and annotations that silence findings, and what of them was never needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netpol_lint.comment import Comment
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Mapping, Scalar
from netpol_lint.policy import Policy
from netpol_lint.regex import regex
from netpol_lint.span import Lines, Span

MARK = "netpol-lint:"
"""What every ignore comment has in it."""
ANNOTATION = "netpol-lint.io/ignore"

_MARK = regex(r"#\s*netpol-lint:\s*(ignore-file|ignore)\b\s*(?:\[([^\]\r\n]*)\])?")
_NAME = regex(r"[^\s,]+")


class Ignore(NamedTuple):
    """One rule name in one ignore comment or annotation."""

    name: str
    span: Span
    """The name itself; the whole mark where it names no rule."""
    reach: Span
    """Findings whose extent touches this stretch are silenced."""


def from_comments(text: str, lines: Lines, comments: Iterable[Comment]) -> Iterator[Ignore]:
    """The ignores of a document's comments.

    A comment reaches its own line; on a line of its own it also reaches the next line that is not a
    comment. `ignore-file[…]` reaches everything.
    """
    everything = Span(0, len(text))
    own_lines = {lines.number(each.span.start) for each in comments if each.own_line}
    for each in comments:
        for mark in _MARK.finditer(text, each.span.start, each.span.end):
            if mark[1] == "ignore-file":
                reach = everything
            else:
                first = last = lines.number(each.span.start)
                if each.own_line:
                    while last in own_lines and last < len(lines):
                        last += 1
                reach = Span(lines.span(first).start, lines.span(last).end)
            yield from _names(mark[2], mark.start(2), Span(*mark.span()), reach)


def from_annotation(text: str, policy: Policy) -> Iterator[Ignore]:
    """The ignores of the annotation `netpol-lint.io/ignore`, which reach the whole object."""
    metadata = policy.metadata.value
    annotations = None if metadata is None else metadata.get("annotations")
    node = annotations.get(ANNOTATION) if isinstance(annotations, Mapping) else None
    if isinstance(node, Scalar):
        written = text[node.start : node.end]
        offset = written.find(node.text)
        if offset < 0 or not node.text.strip():
            names: Iterable[str] = _NAME.findall(node.text)
            yield from (Ignore(name, node.span, policy.root.span) for name in names)
        else:
            yield from _names(node.text, node.start + offset, node.span, policy.root.span)


def _names(written: str | None, start: int, mark: Span, reach: Span) -> Iterator[Ignore]:
    names = list(_NAME.finditer(written or ""))
    if not names:
        yield Ignore("", mark, reach)
    for name in names:
        yield Ignore(name[0], Span(start + name.start(), start + name.end()), reach)
