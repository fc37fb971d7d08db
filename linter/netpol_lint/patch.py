"""Edits of a policy's text that keep the rest as it is written: style, indentation, comments.

Each function answers the edits, or None where the text is written in a way it does not change (an
alias, a flow list across comments): then there is no fix, which is better than a wrong one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from netpol_lint import scalar
from netpol_lint.edit import Edit, apply
from netpol_lint.node import Entry, Mapping, Node, Scalar, Sequence
from netpol_lint.policy import dash_of
from netpol_lint.regex import regex
from netpol_lint.span import Span

Edits = tuple[Edit, ...] | None

_COMMENTS = regex(r"#[^\r\n]*")
_COLON_ABOVE = regex(r":[ \t]*(?:#[^\r\n]*)?\s*(?:#[^\r\n]*\s*)*\Z")
_LINES = regex(r"(?<=\n)|(?<=\r)(?!\n)")


def replace(node: Node, text: str) -> Edits:
    """Writes `text` in the place of a node; an anchored or tagged scalar stays as it is."""
    if node.alias or (isinstance(node, Scalar) and (node.tag or node.start == node.end)):
        return None
    return (Edit(node.span, text),)


def rename_key(entry: Entry, name: str) -> Edits:
    """Gives a field another name."""
    return replace(entry.key, name)


def remove_entry(text: str, mapping: Mapping, entry: Entry) -> Edits:
    """Deletes `key: value` from an object that has at least one other field."""
    entries = mapping.entries
    if len(entries) < 2 or entry not in entries:
        return None
    index = entries.index(entry)
    before = entries[index - 1].span if index else None
    after = entries[index + 1].span if index + 1 < len(entries) else None
    return _remove(text, before, entry.span, after, flow=mapping.flow)


def remove_item(text: str, sequence: Sequence, index: int) -> Edits:
    """Deletes one item of a list; a list that would be left without items becomes `[]`."""
    if sequence.alias:
        return None
    count = len(sequence.items)
    if count == 1:
        return _empty(text, sequence)
    before = _item_span(text, sequence, index - 1) if index else None
    after = _item_span(text, sequence, index + 1) if index + 1 < count else None
    return _remove(text, before, _item_span(text, sequence, index), after, flow=sequence.flow)


def _item_span(text: str, sequence: Sequence, index: int) -> Span:
    """An item with its dash."""
    item = sequence.items[index]
    if sequence.flow:
        return item.span
    start = dash_of(text, sequence, index).start
    return Span(start, max(item.end, start + 1))


def _empty(text: str, sequence: Sequence) -> Edits:
    """Turns a list into `[]`; one that has an anchor is used elsewhere, too."""
    if text[sequence.start] == "&":
        return None
    if sequence.flow:
        return (Edit(sequence.span, "[]"),)
    # A block list may stand at its key's column, where `[]` may not: it goes behind the colon.
    margin = line_start(text, sequence.start)
    if text[margin : sequence.start].strip():
        return None
    above = _line_above(text, margin)
    colon = None if above is None else _COLON_ABOVE.search(text, above, sequence.start)
    if colon is None:
        return None
    place = colon.start() + 1
    return Edit(Span(place, place), " []"), Edit(sequence.span, "")


def _line_above(text: str, margin: int) -> int | None:
    """Where the nearest line above begins that is neither blank nor a comment."""
    top = line_start(text, 0)
    while margin > top:
        end = margin - (2 if text[margin - 2 : margin] == "\r\n" else 1)
        margin = line_start(text, end)
        content = text[margin:end].lstrip()
        if content and not content.startswith("#"):
            return margin
    return None


def add_entry(text: str, mapping: Mapping, after: Entry, field: str) -> Edits:
    """Inserts the pair `field` (one or more lines, unindented) behind the pair `after`."""
    if mapping.alias or after not in mapping.entries:
        return None
    end = after.span.end
    if mapping.flow:
        return (Edit(Span(end, end), f", {field}"),) if "\n" not in field else None
    indent = " " * column(text, mapping.entries[0].key.start)
    newline = line_break(text)
    lines = field.split("\n")
    inserted = "".join(f"{newline}{indent}{line}" for line in lines)
    place = line_end(text, end)
    if text[end:place].strip() and not text[end:place].lstrip().startswith("#"):
        return None
    return (Edit(Span(place, place), inserted),)


def prepend_entry(text: str, mapping: Mapping, field: str) -> Edits:
    """Inserts the pair `field` (one line) before all others of an object."""
    if mapping.alias or not mapping.entries:
        return None
    start = mapping.entries[0].key.start
    if mapping.flow:
        return (Edit(Span(start, start), f"{field}, "),)
    margin = line_start(text, start)
    above = text[line_start(text, margin - 1) : margin] if margin else ""
    if above.lstrip().startswith("#"):
        return None  # the comment would stand above the new pair
    indent = " " * column(text, start)
    return (Edit(Span(start, start), f"{field}{line_break(text)}{indent}"),)


def add_item(text: str, sequence: Sequence, index: int, pairs: tuple[str, ...]) -> Edits:
    """Inserts an object of these `pairs` behind item `index` of a list, written as that one is."""
    item = sequence.items[index]
    if sequence.alias or item.alias or not isinstance(item, Mapping) or not item.entries:
        return None
    braced = f"{{{', '.join(pairs)}}}"
    if sequence.flow:
        return (Edit(Span(item.end, item.end), f", {braced}"),)
    place = line_end(text, item.end)
    rest = text[item.end : place].lstrip()
    if rest and not rest.startswith("#"):
        return None
    newline, dash = line_break(text), dash_of(text, sequence, index).start
    indent = " " * column(text, dash)
    if item.flow:
        return (Edit(Span(place, place), f"{newline}{indent}- {braced}"),)
    key = item.entries[0].key.start
    if text[dash + 1 : key].strip(" "):
        return None
    gap = text[dash + 1 : key]
    lines = f"{newline}{indent} {gap}".join(pairs)
    return (Edit(Span(place, place), f"{newline}{indent}-{gap}{lines}"),)


def add_tree(
    text: str, sequence: Sequence, index: int, content: dict[str, Any], quote: str = ""
) -> Edits:
    """Inserts an object of whatever depth behind item `index` of a list, written as that one is.

    Its keys and texts stand in `quote`. Lists below a key are indented if those of the item are.
    """
    item = sequence.items[index]
    if not isinstance(item, Mapping):
        return None
    if sequence.flow or item.flow:
        pairs = [f"{quote}{key}{quote}: {_braced(each, quote)}" for key, each in content.items()]
        return add_item(text, sequence, index, tuple(pairs))
    indented = any(
        isinstance(entry.value, Sequence)
        and not entry.value.flow
        and not entry.value.alias
        and bool(entry.value.items)
        and column(text, dash_of(text, entry.value, 0).start) > column(text, entry.key.start)
        for entry in item.entries
    )
    return add_item(text, sequence, index, tuple(_lines(content, quote, "  " if indented else "")))


def _braced(content: Any, quote: str) -> str:
    if isinstance(content, dict):
        pairs = (f"{quote}{key}{quote}: {_braced(each, quote)}" for key, each in content.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(content, list):
        return f"[{', '.join(_braced(each, quote) for each in content)}]"
    return f"{quote}{content}{quote}" if isinstance(content, str) else str(content)


def _lines(content: dict[str, Any], quote: str, margin: str) -> Iterator[str]:
    """An object on lines of its own, the lists in it `margin` to the right of their keys."""
    for key, each in content.items():
        if isinstance(each, dict) and each:
            yield f"{quote}{key}{quote}:"
            yield from (f"  {line}" for line in _lines(each, quote, margin))
        elif isinstance(each, list) and each:
            yield f"{quote}{key}{quote}:"
            for item in each:
                first, *others = _lines(item, quote, margin)
                yield f"{margin}- {first}"
                yield from (f"{margin}  {line}" for line in others)
        else:
            yield f"{quote}{key}{quote}: {_braced(each, quote)}"


def add_scalar(text: str, sequence: Sequence, content: str) -> Edits:
    """Inserts a string behind the last item of a list of strings, in the quotes that one has."""
    last = sequence.items[-1]
    if sequence.alias or text[sequence.start] == "&" or not isinstance(last, Scalar):
        return None
    if not _is_verbatim(text, last):
        return None
    word = f"{last.style}{content}{last.style}"
    if sequence.flow:
        return (Edit(Span(last.end, last.end), f", {word}"),)
    place = line_end(text, last.end)
    rest = text[last.end : place].lstrip()
    if rest and not rest.startswith("#"):
        return None
    indent = " " * column(text, dash_of(text, sequence, len(sequence.items) - 1).start)
    return (Edit(Span(place, place), f"{line_break(text)}{indent}- {word}"),)


def merge_items(text: str, sequence: Sequence, index: int) -> Edits:
    """Joins item `index + 1` of a list into item `index`: two objects without a common key."""
    first, second = sequence.items[index], sequence.items[index + 1]
    if not isinstance(first, Mapping) or not isinstance(second, Mapping):
        return None
    if sequence.alias or first.alias or second.alias or first.flow != second.flow:
        return None
    if first.fields.keys() & second.fields.keys() or not first.entries or not second.entries:
        return None
    if first.flow:
        return _join_flow(text, first, second)
    if sequence.flow:
        return None
    dash = dash_of(text, sequence, index + 1).start
    key = second.entries[0].key.start
    if text[dash + 1 : key].strip(" "):
        return None
    if column(text, key) == column(text, first.entries[0].key.start):
        return (Edit(Span(dash, dash + 1), " "),)
    return None


def nest(
    text: str, mapping: Mapping, entries: list[Entry], name: str, *, item: bool = False
) -> Edits:
    """Puts neighbouring pairs under a new key `name`, or into the only item of a new list there."""
    if not _neighbours(text, mapping, entries):
        return None
    span = Span(entries[0].key.start, entries[-1].span.end)
    if mapping.flow:
        opening, closing = ("[{", "}]") if item else ("{", "}")
        return (
            Edit(Span(span.start, span.start), f"{name}: {opening}"),
            Edit(Span(span.end, span.end), closing),
        )
    indent = " " * column(text, span.start) + ("- " if item else "  ")
    return (Edit(span, f"{name}:{line_break(text)}{indent}{_shifted(text, span, 2)}"),)


def adopt(
    text: str, mapping: Mapping, parent: Entry, entries: list[Entry], *, item: bool = False
) -> Edits:
    """Indents the pairs behind the empty pair `parent`, so that they become its value."""
    if mapping.flow or parent not in mapping.entries or not _neighbours(text, mapping, entries):
        return None
    if mapping.entries.index(parent) + 1 != mapping.entries.index(entries[0]):
        return None
    value = parent.value
    if not isinstance(value, Scalar) or value.start != value.end or value.tag is not None:
        return None
    span = Span(entries[0].key.start, entries[-1].span.end)
    return (Edit(span, ("- " if item else "  ") + _shifted(text, span, 2)),)


def move(text: str, owner: Mapping, entries: list[Entry], target: Mapping, after: Entry) -> Edits:
    """Moves neighbouring pairs to another object, behind its pair `after`.

    Where they end up on the same lines, only their indentation changes.
    """
    if not _neighbours(text, owner, entries) or target.alias or after not in target.entries:
        return None
    span = Span(entries[0].key.start, entries[-1].span.end)
    stays = len(owner.entries) > len(entries)
    alone = not text[line_start(text, span.start) : span.start].strip(" ")
    if alone and not owner.flow and not target.flow:
        wanted = column(text, target.entries[0].key.start)
        follows = target.end <= span.start and after is target.entries[-1]
        if follows and not _COMMENTS.sub("", text[target.end : span.start]).strip():
            return _move_in_place(text, span, wanted)
        if stays and after.span.end == span.end:
            return _move_in_place(text, span, wanted)
    if not stays or (owner.flow and len(entries) > 1):
        return None
    margin = column(text, span.start)
    lines = _LINES.split(_shifted(text, span, -margin))
    field = "\n".join(line.rstrip("\r\n") for line in lines)
    added = add_entry(text, target, after, field)
    removed = [remove_entry(text, owner, entry) for entry in entries]
    if added is None or None in removed:
        return None
    edits = [edit for each in removed if each is not None for edit in each]
    if any(edit.span.start <= added[0].span.start <= edit.span.end for edit in edits):
        return None
    return (*added, *edits)


def replace_entry(
    text: str, mapping: Mapping, entry: Entry, keys: tuple[str, ...], value: str
) -> Edits:
    """Writes a pair anew, as `value` below nested keys."""
    if not _neighbours(text, mapping, [entry]):
        return None
    if mapping.flow:
        return (Edit(entry.span, ": {".join(keys) + f": {value}" + "}" * (len(keys) - 1)),)
    margin = column(text, entry.key.start)
    lines = [f"{' ' * (margin + 2 * depth)}{key}:" for depth, key in enumerate(keys)]
    written = line_break(text).join(lines).lstrip(" ")
    return (Edit(entry.span, f"{written} {value}"),)


def itemize(text: str, node: Node) -> Edits:
    """Makes a value the only item of a list."""
    if node.alias or (isinstance(node, Scalar) and (node.tag or node.style in ("|", ">"))):
        return None
    if isinstance(node, Scalar) or node.flow:
        return (Edit(Span(node.start, node.start), "["), Edit(Span(node.end, node.end), "]"))
    if text[line_start(text, node.start) : node.start].strip(" "):
        return None
    return (Edit(node.span, f"- {_shifted(text, node.span, 2)}"),)


def _neighbours(text: str, mapping: Mapping, entries: list[Entry]) -> bool:
    """Whether `entries` follow each other in the object's own text and can be indented."""
    if mapping.alias or entries[0] not in mapping.entries:
        return False
    first = mapping.entries.index(entries[0])
    if mapping.entries[first : first + len(entries)] != entries:
        return False
    start = entries[0].key.start
    return mapping.flow or not text[line_start(text, start) : start].strip(" -")


def _move_in_place(text: str, span: Span, wanted: int) -> Edits:
    begin = line_start(text, span.start)
    moved = _shifted(text, span, wanted - (span.start - begin))
    return (Edit(Span(begin, span.end), " " * wanted + moved),)


def _shifted(text: str, span: Span, by: int) -> str:
    """The text of `span`, the lines behind the first one indented by so many spaces more."""
    first, *others = _LINES.split(text[span.start : span.end])
    if by < 0:
        margins = [len(line) - len(line.lstrip(" ")) for line in others]
        others = [line[min(-by, room) :] for line, room in zip(others, margins, strict=True)]
    else:
        others = [" " * by + line if line.strip() else line for line in others]
    return first + "".join(others)


def rewrite(text: str, node: Node, content: str, *, bare: bool = False) -> Edits:
    """Gives a scalar of one line another content, in the quotes it has (`bare`: in none).

    A plain one is quoted if its new content would not be read as a string.
    """
    if not isinstance(node, Scalar) or not _is_verbatim(text, node):
        return None
    quote = node.style
    if bare:
        quote = ""
    elif not quote and not isinstance(scalar.resolve(content), str):
        quote = '"'
    return (Edit(node.span, f"{quote}{content}{quote}"),)


def unfold(text: str, node: Scalar, content: str) -> Edits:
    """Writes a block text (`|` or `>`) as a scalar of one line."""
    header = text[node.start : line_end(text, node.start)]
    if node.alias or node.style not in ("|", ">") or header[:1] != node.style or "#" in header:
        return None
    quote = "" if isinstance(scalar.resolve(content), str) else '"'
    # With `|+` the empty lines behind it belong to the text, and its last line break in any case.
    end = node.start + len(text[node.start : node.end].rstrip())
    return (Edit(Span(node.start, end), f"{quote}{content}{quote}"),)


def fill(text: str, entry: Entry, value: str) -> Edits:
    """Gives a field that is null a value: behind its colon, or in the place of `null` or `~`."""
    node, key = entry.value, entry.key
    if node.alias or key.alias or not isinstance(node, Scalar) or node.tag or node.style:
        return None
    if node.start < node.end:
        return rewrite(text, node, value, bare=True)
    place = key.end
    while text[place : place + 1] in (" ", "\t"):
        place += 1
    if text[place : place + 1] != ":":
        return None
    return (Edit(Span(place + 1, place + 1), f" {value}"),)


def split_item(text: str, dash: Span, item: Mapping, index: int) -> Edits:
    """Makes the fields of a list's item from number `index` on an item of their own behind it."""
    if item.alias or not 0 < index < len(item.entries):
        return None
    end, start = item.entries[index - 1].span.end, item.entries[index].span.start
    indent = column(text, dash.start)
    if item.flow:
        if text[end:start].strip() != ",":
            return None
        in_block = text.startswith("-", dash.start)
        joint = f"{line_break(text)}{' ' * indent}- " if in_block else ", "
        return (Edit(Span(end, start), f"}}{joint}{{"),)
    place = line_start(text, start) + indent
    if text[line_start(text, start) : start].strip(" ") or place >= start:
        return None
    return (Edit(Span(place, place + 1), "-"),)


def repeat_item(
    text: str, dash: Span, item: Mapping, node: Scalar, words: tuple[str, str]
) -> Edits:
    """Writes a list's item twice, with the two `words` in the place of its scalar `node`."""
    first = rewrite(text, node, words[0])
    if first is None or item.alias or not item.span.holds(node.span):
        return None
    before, after = text[dash.start : node.start], text[node.end : item.end]
    copy = f"{before}{first[0].text.replace(*words)}{after}"
    if "&" in copy:
        return None
    if not text.startswith("-", dash.start):
        return (*first, Edit(Span(item.end, item.end), f", {copy}"))
    place = line_end(text, item.end)
    rest = text[item.end : place].lstrip()
    if rest and not rest.startswith("#"):
        return None
    indent = " " * column(text, dash.start)
    return (*first, Edit(Span(place, place), f"{line_break(text)}{indent}{copy}"))


def part_item(
    text: str, dash: Span, item: Mapping, pairs: Mapping, first: Entry, second: Entry
) -> Edits:
    """Writes a list's item twice: without `second` of its inner `pairs`, and without `first`."""
    whole = Span(dash.start, item.end)
    written = text[whole.start : whole.end]
    if item.alias or pairs.alias or not whole.holds(pairs.span) or "#" in written or "&" in written:
        return None
    copies: list[str] = []
    for entry in (second, first):
        edits = remove_entry(text, pairs, entry)
        if edits is None:
            return None
        # A pair that ends the item takes its line break along, which is not the item's.
        inner = [
            Edit(
                Span(each.span.start - whole.start, min(each.span.end, whole.end) - whole.start),
                each.text,
            )
            for each in edits
        ]
        copies.append(apply(written, inner).rstrip())
    in_block = text.startswith("-", dash.start)
    joint = f"{line_break(text)}{' ' * column(text, dash.start)}" if in_block else ", "
    return (Edit(whole, joint.join(copies)),)


def _is_verbatim(text: str, node: Scalar) -> bool:
    """Whether a scalar stands as its bare content in quotes: no tag, anchor, escape or break."""
    written = f"{node.style}{node.text}{node.style}"
    return (
        not node.alias and node.style not in ("|", ">") and text[node.start : node.end] == written
    )


def _join_flow(text: str, first: Mapping, second: Mapping) -> Edits:
    between = text[first.end : second.start]
    inner = text[second.start + 1 : second.end - 1].strip()
    if "#" in between or "\n" in inner or text[first.start] != "{" or text[second.start] != "{":
        return None
    close = len(text[: first.end - 1].rstrip(" "))
    if text[close - 1] == ",":
        return None
    # The comma or the dash between the items goes with the second item.
    return (
        Edit(Span(close, close), f", {inner}"),
        Edit(Span(first.end, second.end), ""),
    )


def _remove(text: str, before: Span | None, span: Span, after: Span | None, *, flow: bool) -> Edits:
    """Deletes what stands at `span`, between its neighbours; one of them there is."""
    if flow:
        if after is not None:
            cut = Span(span.start, after.start)
        else:
            cut = Span(span.start if before is None else before.end, span.end)
        return (Edit(cut, ""),) if "#" not in text[cut.start : cut.end] else None
    begin = line_start(text, span.start)
    if text[begin : span.start].strip(" "):
        # The first field of a list item stands on the dash's line: the next one takes its place.
        if after is None or "#" in text[span.end : after.start]:
            return None
        return (Edit(Span(span.start, after.start), ""),)
    stop = line_end(text, span.end)
    if text[span.end : stop].strip() and not text[span.end : stop].lstrip().startswith("#"):
        return None
    behind = stop + len(line_break(text, stop)) if stop < len(text) else stop
    return (Edit(Span(begin, behind), ""),)


def column(text: str, offset: int) -> int:
    """How many characters stand before `offset` on its line."""
    return offset - line_start(text, offset)


def line_start(text: str, offset: int) -> int:
    """Where the line of `offset` begins, behind a byte order mark."""
    start = text.rfind("\n", 0, offset) + 1
    start = max(start, text.rfind("\r", start, offset) + 1)
    return 1 if start == 0 and text.startswith("\ufeff") else start


def line_end(text: str, offset: int) -> int:
    """Where the line of `offset` ends, before its line break."""
    end = text.find("\n", offset)
    end = len(text) if end < 0 else end
    carriage = text.find("\r", offset, end)
    return end if carriage < 0 else carriage


def line_break(text: str, offset: int | None = None) -> str:
    """The line break at `offset`, or the first one of the text."""
    place = line_end(text, 0) if offset is None else offset
    if text.startswith("\r\n", place):
        return "\r\n"
    return "\r" if text.startswith("\r", place) else "\n"
