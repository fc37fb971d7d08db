"""Placeholders of templates that a person or a script was to replace: `<name>`, `CHANGE_ME`."""

from __future__ import annotations

import re
from functools import lru_cache

from netpol_lint.regex import regex

# What every placeholder has in it, in lower case: the cheap test comes first.
_TRACES = ("<", "change", "replace", "todo", "fixme", "your")
_LONG = 253
"""Characters of a name; what is longer is not worth remembering as harmless."""
_PLACEHOLDER = regex(
    r".*<[A-Za-z][^<>]*>.*"
    r"|(?i:(?:.*[-_./])?(?:change|replace)[-_]?me(?:[-_./].*)?)"
    r"|REPLACE_WITH_.*|TODO|FIXME|YOUR[-_].*|your-.*",
    re.DOTALL,
)


def has_trace(word: str | int | None) -> bool:
    """Whether a value may be a placeholder, at a first glance."""
    if not isinstance(word, str):
        return False
    if len(word) > _LONG:
        return True
    return any(map(word.lower().__contains__, _TRACES))


@lru_cache(maxsize=4096)
def is_placeholder(text: str) -> bool:
    """Whether a whole value is one."""
    return _PLACEHOLDER.fullmatch(text) is not None
