"""Text for people: no untrusted character reaches a terminal as anything but a visible one."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

_STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "label": "36",
    "frame": "1;34",
    "strong": "1",
}
_UNKNOWN = 80
"""Columns of a terminal that does not tell."""


class Unheard(Exception):
    """Standard output cannot be written. The text says why, and is empty where a reader left."""


def say(text: str) -> None:
    """Writes `text` to standard output, escaping what its encoding lacks. Raises Unheard."""
    if sys.stdout is None:
        raise Unheard("closed")
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    except OSError as error:
        raise _unheard(error) from error


def flush() -> None:
    """Sends what was said. Raises Unheard."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        raise _unheard(error) from error


def _unheard(error: OSError) -> Unheard:
    # Python would find the rest in its buffer at exit, and complain once more.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return Unheard("")
    return Unheard((error.strerror or "cannot be written").lower())


def warn(line: str) -> None:
    """Writes a line to standard error, behind all that was said. Nobody would hear of a failure."""
    flush()
    try:
        if sys.stderr is not None:
            print(sanitize(line), file=sys.stderr)
    except OSError:
        return


def columns() -> int:
    """How wide the terminal is that shows standard output."""
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told) > 0:
        return int(told)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or _UNKNOWN
    except (AttributeError, OSError, ValueError):  # closed, or not a terminal at all
        return _UNKNOWN


def sanitize(text: str) -> str:
    """`text` with control, format and bidirectional characters written out as escapes."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else _escape(character) for character in text
    )


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def width(text: str) -> int:
    """How many columns `text` takes in a terminal."""
    return len(text) if text.isascii() else sum(map(_width, text))


def _width(character: str) -> int:
    import unicodedata

    # Marks join the letter before them, and so do the vowels and finals of Hangul written in parts.
    if unicodedata.category(character) in ("Mn", "Me") or "\u1160" <= character <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def wrap(text: str, room: int, hang: int = 0) -> Iterator[str]:
    """The lines of one paragraph, broken between words. Its indent stays, and grows by `hang`."""
    words = text.split()
    indent = " " * (len(text) - len(text.lstrip()))
    line = indent + (words[0] if words else "")
    for word in words[1:]:
        if width(line) + 1 + width(word) > room:
            yield line
            line = indent + " " * hang + word
        else:
            line += f" {word}"
    yield line


class Palette:
    """Colours, or none."""

    def __init__(self, *, coloured: bool) -> None:
        self.coloured = coloured

    def paint(self, text: str, style: str) -> str:
        """`text` in the named style."""
        if not self.coloured or not text:
            return text
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


def wants_colour(choice: str) -> bool:
    """Whether standard output gets colours: `always`, `never`, or `auto` by its surroundings.

    FORCE_COLOR, NO_COLOR and CLICOLOR_FORCE count when they are not empty, in this order.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("FORCE_COLOR"):
        return True
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("CLICOLOR_FORCE"):
        return True
    return sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
