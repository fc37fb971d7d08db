"""What Tilt is told: the manifests of a Tiltfile that get a namespace before they are applied."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import islice

from netpol_lint.regex import regex
from netpol_lint.repository.command import Command, told

NAME = "Tiltfile"
MARK = b"namespace_inject"

_COMMENT = regex(r"^[ \t]*#[^\n]*", re.MULTILINE)
_CALL = regex(r"\bnamespace_inject\(")
_ASSIGNMENT = regex(r"^[ \t]*(?:for[ \t]+)?(\w+)[ \t]*(?:\+?=(?!=)|\bin\b)([^\n]+)", re.MULTILINE)
_TOKEN = regex(r"[\"'][^\"'\n]*[\"']|[()\[\],]")
_QUOTED = regex(r"[\"']([^\"'\n]+)[\"']")
_LITERAL = regex(r"[ \t\r\n]*(?:ns[ \t]*=[ \t]*)?[\"']([^\"'\n]+)[\"'][ \t\r\n]*")
MAX_CALLS = 1_000
"""Calls of one file that are looked at."""
MAX_CALL = 1_000
"""Characters of a call."""


def commands(text: str, path: str) -> Iterator[Command]:
    """The manifests that one Tiltfile puts into a namespace, whatever they state.

    Source: namespace_inject in namespace/Tiltfile of tilt-extensions.
    """
    text = _COMMENT.sub("", text)
    known: dict[str, list[str]] = {}
    for match in _ASSIGNMENT.finditer(text):
        known.setdefault(match[1], []).extend(_QUOTED.findall(match[2]))
    for match in islice(_CALL.finditer(text), MAX_CALLS):
        written, *more = _arguments(text[match.end() : match.end() + MAX_CALL])
        name = _LITERAL.fullmatch(more[0]) if more else None
        yield from told(
            None if name is None else name[1],
            known.get(written.strip()) or _QUOTED.findall(written),
            (posixpath.dirname(path),),
            f"namespace_inject in {path}",
            overwrites=True,
        )


def _arguments(text: str) -> list[str]:
    """The arguments of a call that begins in front of `text`."""
    found, start, depth = [], 0, 0
    for match in _TOKEN.finditer(text):
        if match[0] in ("(", "["):
            depth += 1
        elif match[0] in (")", "]"):
            depth -= 1
        if depth < 0 or (not depth and match[0] == ","):
            found.append(text[start : match.start()])
            start = match.end()
        if depth < 0:
            return found
    return [*found, text[start:]]
