"""Writes the table of rules into the README: `python tests/readme_table.py`."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from types import ModuleType

import netpol_lint_rules
from netpol_lint.diagnostic import Group
from netpol_lint.rule import Rule
from netpol_lint_rules import RULES

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- rules: written by tests/readme_table.py -->\n", "<!-- end of rules -->\n"

PROMISES = {
    Group.REJECTED: "the API server refuses the object",
    Group.CONTRADICTION: "provably not what is written",
    Group.SUSPICIOUS: "likely a mistake",
    Group.HARDENING: "meant, but wider than need be",
    Group.STYLE: "the same traffic, clearer text",
    Group.ENGINE: "about the run itself",
}


def modules() -> dict[str, ModuleType]:
    """Every module of a rule by its name without the package: `structure.split_peer`."""
    prefix = f"{netpol_lint_rules.__name__}."
    names = [
        found.name.removeprefix(prefix)
        for found in pkgutil.walk_packages(netpol_lint_rules.__path__, prefix)
        if not found.ispkg
    ]
    return {name: importlib.import_module(prefix + name) for name in names}


def table() -> str:
    """All rules by group, each with a link to its page."""
    pages = {module.RULE.name: name.replace(".", "/") for name, module in modules().items()}
    rows = ["| rule | finds | group | fix |", "|---|---|---|---|"]
    rows += [
        f"| [`{rule.name}`](rules/netpol_lint_rules/{pages[rule.name]}.py) "
        f"| {rule.summary.replace('|', '&#124;')} | {rule.group} | {_fix(rule)} |"
        for group in Group
        for rule in RULES
        if rule.group is group
    ]
    return "".join(f"{row}\n" for row in rows)


def _fix(rule: Rule) -> str:
    return "yes" if rule.fixable else ""


def written() -> str:
    """The table as the README has it."""
    return README.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]


def main() -> None:
    """Puts the present table between the marks."""
    text = README.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{README}: the marks of the table are missing")
    README.write_text(before + begin + table() + end + after, encoding="utf-8")


if __name__ == "__main__":
    main()
