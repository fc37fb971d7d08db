"""Values of a file as they may stand in a sentence: short, on one line, harmless to a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

LONGEST = 100
"""The characters of a message."""

_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "`": "'"}


def quoted(value: str, room: int) -> str:
    """`value` in backticks, cut in its middle by `…` so that it takes at most `room` characters.

    What cannot be seen is written as an escape: line breaks, control characters, marks that turn
    the direction of writing, and every blank but the plain one.
    """
    inner = room - 2
    if len(value) <= inner and value.isprintable() and "`" not in value:
        return f"`{value}`"
    # Of a long value only the two ends can be seen, so only they are spelt out.
    if len(value) > 2 * inner:
        value = value[:inner] + value[-inner:]
        pieces = list(map(_visible, value))
        return f"`{_cut(pieces, inner)}`"
    pieces = list(map(_visible, value))
    if sum(map(len, pieces)) > inner:
        return f"`{_cut(pieces, inner)}`"
    return f"`{''.join(pieces)}`"


def _visible(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _cut(pieces: list[str], inner: int) -> str:
    """The longest beginning and end of `pieces` that fit beside an ellipsis; no escape is cut."""
    head, tail = "", ""
    front, back = 0, len(pieces)
    while front < back:
        piece = pieces[front] if len(head) <= len(tail) else pieces[back - 1]
        if len(head) + len(tail) + len(piece) + 1 > inner:
            break
        if len(head) <= len(tail):
            head += piece
            front += 1
        else:
            tail = piece + tail
            back -= 1
    return f"{head}…{tail}"


def fitted(sentence: str, *values: str) -> str:
    """A message: each `{}` of `sentence` becomes a quoted value, and all of it fits into one line.

    Where the values are too long together, the short ones stay whole and the others share the rest.
    """
    return _filled(sentence, values, quoted)


def filled(sentence: str, *values: str) -> str:
    """The same without backticks, for values that are words themselves, such as `pods app=web`."""
    return _filled(sentence, values, cut)


def _filled(sentence: str, values: Sequence[str], write: Callable[[str, int], str]) -> str:
    room = LONGEST - len(sentence.format(*([""] * len(values))))
    written = [write(value, room) for value in values]
    shown: dict[str, str] = {}
    for done, place in enumerate(sorted(range(len(values)), key=lambda at: len(written[at]))):
        share = room // (len(values) - done)
        written[place] = shown.setdefault(values[place], write(values[place], share))
        room -= len(written[place])
    return sentence.format(*written)


def cut(sentence: str, room: int) -> str:
    """A sentence as it is, or without its middle where it takes more than `room` characters."""
    if len(sentence) <= room and sentence.isprintable():
        return sentence
    return quoted(sentence.replace("`", "'"), room + 2)[1:-1]
