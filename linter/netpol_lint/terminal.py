"""Text for people: no untrusted character reaches a terminal as anything but a visible one."""

from __future__ import annotations

import os
import sys

_STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "label": "36",
    "frame": "1;34",
    "strong": "1",
}


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
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(
        0
        if unicodedata.combining(character)
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in text
    )


class Palette:
    """Colours, or none."""

    def __init__(self, *, coloured: bool) -> None:
        self._coloured = coloured

    def paint(self, text: str, style: str) -> str:
        """`text` in the named style."""
        if not self._coloured or not text:
            return text
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


def wants_colour(choice: str) -> bool:
    """Whether standard output gets colours: `always`, `never`, or `auto` by terminal and environment.

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
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
