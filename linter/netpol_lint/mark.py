"""Which characters a finding points at: one place on one line, as every report wants it."""

from __future__ import annotations

from netpol_lint.node import Entry, Node, Scalar, Sequence
from netpol_lint.patch import line_end
from netpol_lint.policy import dash_of
from netpol_lint.span import Span


def value(text: str, entry: Entry) -> Span:
    """A field's value, or its key where the value is empty or a block of lines."""
    node = entry.value
    if node.start < node.end and (isinstance(node, Scalar) or node.alias or node.flow):
        return first_line(text, node.span)
    return first_line(text, entry.key.span)


def item(text: str, node: Node, dash: Span) -> Span:
    """An item of a list, or its dash where the item is empty or no scalar."""
    if isinstance(node, Scalar) and node.start < node.end:
        return first_line(text, node.span)
    return dash


def nth(text: str, sequence: Sequence, index: int) -> Span:
    """The item number `index` of a list, counted from 0."""
    return item(text, sequence.items[index], dash_of(text, sequence, index))


def first_line(text: str, span: Span) -> Span:
    """As much of `span` as stands on the line where it begins."""
    return Span(span.start, max(min(span.end, line_end(text, span.start)), span.start + 1))
