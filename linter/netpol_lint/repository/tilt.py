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
_LITERAL = regex(r"[\"']([^\"'\n]+)[\"']")
_KEYWORD = regex(r"^\s*ns\s*=")
_FUNCTION = regex(r"^def[ \t]+(\w+)\(([^)\n]*)\)", re.MULTILINE)
_NAME = regex(r"\w+")
MAX_CALLS = 1_000
"""Calls of one file that are looked at."""
MAX_FUNCTIONS = 100
"""Functions of one file that are looked at."""
MAX_CALL = 1_000
"""Characters of a call."""
MAX_TEXT = 10_000
"""Characters of what is given to a variable."""
MAX_NAMES = 200
"""Files that one call names."""


def commands(text: str, path: str) -> Iterator[Command]:
    """The manifests that one Tiltfile puts into a namespace, whatever they state.

    Source: namespace_inject in namespace/Tiltfile of tilt-extensions.
    """
    text = _COMMENT.sub("", text)
    known: dict[str, list[str]] = {}
    for match in _ASSIGNMENT.finditer(text):
        known.setdefault(match[1], []).append(match[2].strip())
    functions = list(islice(_FUNCTION.finditer(text), MAX_FUNCTIONS))
    calls: dict[str, list[str]] = {}
    for match in islice(_CALL.finditer(text), MAX_CALLS):
        written, *more = _arguments(text[match.end() : match.end() + MAX_CALL])
        written, name = written.strip(), _KEYWORD.sub("", more[0]).strip() if more else ""
        names = known.get(name, [name])
        literal = _LITERAL.fullmatch(names[0]) if len(names) == 1 else None
        paths = _QUOTED.findall("\n".join(known.get(written, [written]))[:MAX_TEXT])
        around = [each for each in functions if each.end() <= match.start()]
        if around and written in _NAME.findall(around[-1][2]):
            function: str = around[-1][1]
            if function not in calls:
                calls[function] = _given_to(function, text)
            paths = calls[function]
        yield from told(
            None if literal is None else literal[1],
            paths[:MAX_NAMES],
            (posixpath.dirname(path),),
            f"namespace_inject in {path}",
            overwrites=True,
        )


def _given_to(function: str, text: str) -> list[str]:
    """The texts in the calls of a function, which is told one file after the other."""
    calls = re.finditer(rf"\b{function}\(", text)
    return [
        each
        for call in islice(calls, MAX_CALLS)
        for argument in _arguments(text[call.end() : call.end() + MAX_CALL])
        for each in _QUOTED.findall(argument)
    ]


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
