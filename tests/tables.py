"""Writes what README and CONTRIBUTING quote from the code: `python tests/tables.py`."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import netpol_lint_rules
from netpol_lint.diagnostic import Group
from netpol_lint.engine import Settings
from netpol_lint.report.text import full
from netpol_lint.run import Scope, lint_paths
from netpol_lint.selection import select
from netpol_lint.terminal import Palette
from netpol_lint_rules import RULES

PROJECT = Path(__file__).parent.parent
EXAMPLE = "examples/wrong/09-allow-dns.yaml"


def modules() -> dict[str, ModuleType]:
    """Every module of a rule by its name without the package: `structure.split_peer`."""
    prefix = f"{netpol_lint_rules.__name__}."
    names = [
        found.name.removeprefix(prefix)
        for found in pkgutil.walk_packages(netpol_lint_rules.__path__, prefix)
        if not found.ispkg
    ]
    return {name: importlib.import_module(prefix + name) for name in names}


def rules() -> str:
    """All rules by group, each with a link to its page."""
    pages = {module.RULE.name: name.replace(".", "/") for name, module in modules().items()}
    rows = ["| rule | finds | group | fix |", "|---|---|---|---|"]
    rows += [
        f"| [`{rule.name}`](rules/netpol_lint_rules/{pages[rule.name]}.py) "
        f"| {_cell(rule.summary)} | {rule.group} | {'yes' if rule.fixable else ''} |"
        for group in Group
        for rule in RULES
        if rule.group is group
    ]
    return "\n".join(rows)


def example() -> str:
    """What the command line says about one of the examples."""
    settings = Settings(select(RULES, [], []), frozenset(rule.name for rule in RULES))
    report = lint_paths([str(PROJECT / EXAMPLE)], Scope(str(PROJECT)), settings)
    lines = full(report._replace(typed={}), Palette(coloured=False), 80).rstrip()
    return f"```text\n{lines}\n```"


def floors() -> list[list[str]]:
    """The rooms of the engine by floor, from the top, as pyproject.toml has them."""
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    return [re.split(r"\s*[:|]\s*", layer) for layer in layers]


def rooms() -> str:
    """Each room of the engine with its floor and with what it says of itself."""
    rows = ["| floor | room | |", "|--:|---|---|"]
    for number, floor in enumerate(reversed(floors()), 1):
        rows += [f"| {number} | `{room}` | {_first_sentence(room)} |" for room in floor]
    return "\n".join(rows)


def _first_sentence(room: str) -> str:
    path = PROJECT / "linter/netpol_lint" / room
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    page = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return _cell(re.split(r"(?<=[^.]\.)\s", page.replace("\n", " "), maxsplit=1)[0])


def _cell(text: str) -> str:
    return text.replace("|", "&#124;")


class Section(NamedTuple):
    """A part of a document that is written by this program."""

    file: str
    name: str
    write: Callable[[], str]

    @property
    def _marks(self) -> tuple[str, str]:
        begin = f"<!-- {self.name}: written by tests/tables.py -->\n\n"
        return begin, f"\n\n<!-- end {self.name} -->"

    def parts(self) -> tuple[str, str, str]:
        """The document before, in and behind the section, marks aside."""
        begin, end = self._marks
        text = (PROJECT / self.file).read_text(encoding="utf-8")
        before, found, rest = text.partition(begin)
        section, ended, after = rest.partition(end)
        if not (found and ended):
            raise SystemExit(f"{self.file}: the marks of `{self.name}` are missing")
        return before + begin, section, end + after


SECTIONS = (
    Section("README.md", "example", example),
    Section("README.md", "rules", rules),
    Section("CONTRIBUTING.md", "rooms", rooms),
)


def main() -> None:
    """Puts everything where it belongs."""
    for section in SECTIONS:
        before, _, after = section.parts()
        (PROJECT / section.file).write_text(before + section.write() + after, encoding="utf-8")


if __name__ == "__main__":
    main()
