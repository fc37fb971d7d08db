"""The rules themselves on a terminal: the list of all, and the page of one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from netpol_lint.diagnostic import Group
from netpol_lint.regex import regex
from netpol_lint.rule import Rule
from netpol_lint.terminal import Palette, wrap

_LEGIBLE = 100
_TITLE = regex(r"(.+)\n-{3,}\Z")


def contents(rules: Sequence[Rule], palette: Palette, columns: int) -> str:
    """All rules by group, each with its summary."""
    return "\n".join(
        "".join(f"{line}\n" for line in _chapter(group, members, palette, columns))
        for group in Group
        if (members := [rule for rule in rules if rule.group is group])
    )


def _chapter(group: Group, rules: Sequence[Rule], palette: Palette, columns: int) -> Iterator[str]:
    title = palette.paint(group, str(group.severity))
    yield f"{title} ({group.severity}{'' if group.by_default else ', off by default'})"
    room = max(len(rule.name) for rule in rules) + 4
    for rule in rules:
        # The columns of the name are blanks first, so that further lines of the summary hang below.
        first, *rest = wrap(" " * room + rule.summary, max(columns, 2 * room))
        yield f"  {palette.paint(rule.name, 'strong')}{first[len(rule.name) + 2 :]}"
        yield from rest


def page(rule: Rule, palette: Palette, columns: int) -> str:
    """What a rule has to say about itself: prose fits the terminal, examples stay as they are."""
    columns = min(columns, _LEGIBLE)
    state = "" if rule.group.by_default else ", off by default"
    name = palette.paint(rule.name, "strong")
    lines = [f"{name} ({rule.group}, {rule.group.severity}{state}, since {rule.since})"]
    for paragraph in re.split(r"\n\s*\n", _spaced(rule.page)):
        lines.append("")
        title = _TITLE.match(paragraph)
        if title:
            lines.append(palette.paint(title[1], "frame"))
            if not palette.coloured:
                lines.append("-" * len(title[1]))
        elif paragraph.startswith("    "):
            lines += paragraph.splitlines()
        else:
            lines += wrap(paragraph, columns)
    return "\n".join(lines) + "\n"


def _spaced(text: str) -> str:
    """`text` with a blank line below each underlined title."""
    return re.sub(r"^(-{3,})\n", r"\1\n\n", text.strip("\n"), flags=re.MULTILINE)
