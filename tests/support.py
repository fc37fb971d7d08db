"""What the tests share: linting texts with rules, and reading the marks of a fixture."""

from __future__ import annotations

import re
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from netpol_lint import parse
from netpol_lint.diagnostic import Severity
from netpol_lint.edit import Edit, apply
from netpol_lint.engine import Result, Settings, lint
from netpol_lint.finding import Cure, Finding
from netpol_lint.option import Options
from netpol_lint.repository import Repository
from netpol_lint.rule import Rule
from netpol_lint.selection import Agenda, Selection, select
from netpol_lint.span import Lines, Position, Span
from netpol_lint_rules import RULES

PROJECT = Path(__file__).parent.parent
PROGRAM = Path(sysconfig.get_path("scripts")) / (
    "netpol-lint.exe" if sys.platform == "win32" else "netpol-lint"
)
"""The installed command."""
SHARED = PROJECT.parent / "shared"
"""Material beside the project that only its makers have; tests use it where it is."""
RULE_FIXTURES = PROJECT / "tests" / "rules"

_FILE = re.compile(r"^# file: (\S+)\n", re.MULTILINE)
_MARK = re.compile(r"#\s*expect:\s*(.+?)\s*$")
_SEVERITIES = {severity.name.lower(): severity for severity in Severity}


class Mark(NamedTuple):
    """One expectation of a fixture; `severity` is None where any that fails a run will do."""

    line: int
    rule: str
    severity: Severity | None

    def meets(self, finding: Finding) -> bool:
        """Whether `finding` is what this mark asks for."""
        fits = (
            finding.severity > Severity.INFO
            if self.severity is None
            else finding.severity is self.severity
        )
        return (finding.place.start.line, finding.rule) == (self.line, self.rule) and fits


def marks(text: str) -> Iterator[Mark]:
    """The `# expect: rule [severity], …` marks: at the end of a line, or above it."""
    lines = text.splitlines()
    for index, line in enumerate(lines):
        match = _MARK.search(line)
        if match is None:
            continue
        target = index
        if line.lstrip().startswith("#"):
            while target < len(lines) and lines[target].lstrip().startswith("#"):
                target += 1
        for word in match[1].split(","):
            rule, *severity = word.split()
            yield Mark(target + 1, rule, _SEVERITIES[severity[0]] if severity else None)


def selection(*names: str) -> Selection:
    """All default-on rules and those of `names`."""
    chosen = select(RULES, [], [])
    extra = [rule for rule in RULES if rule.name in names and rule not in chosen.rules]
    rules = tuple(rule for rule in RULES if rule in chosen.rules or rule in extra)
    return chosen._replace(agenda=Agenda(rules), named=frozenset(names))


def check(
    text: str,
    *names: str,
    path: str = "policy.yaml",
    root: Path | None = None,
    options: Options = Options(),
) -> Result:
    """Lints `text` with the default rules and `names`; info findings are shown for `names` only."""
    settings = Settings(
        selection(*names),
        frozenset(rule.name for rule in RULES),
        options,
        least=Severity.INFO,
    )
    repository = Repository(None if root is None else str(root), options)
    result = lint(path, text, settings, repository.surroundings(path))
    shown = tuple(
        finding
        for finding in result.findings
        if finding.severity > Severity.INFO or finding.rule in names
    )
    return result._replace(findings=shown)


def check_alone(text: str, name: str) -> Result:
    """Lints `text` as the rule's own examples are: all of a repository, if the rule needs one.

    For all other rules the text comes through standard input, which has no repository.
    """
    if not rule_named(name).repository:
        return check(text, name)
    files = files_of(text)
    with TemporaryDirectory() as folder:
        root = Path(folder)
        for path, content in files.items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(content, encoding="utf-8", newline="")
        manifests = [path for path in files if path.endswith((".yaml", ".yml", ".json"))]
        results = [check(files[path], name, path=path, root=root) for path in manifests]
    return Result(
        tuple(finding for result in results for finding in result.findings),
        tuple(skip for result in results for skip in result.skipped),
        sum(result.policies for result in results),
        sum(result.suppressed for result in results),
    )


def files_of(text: str) -> dict[str, str]:
    """The files of an example: `# file: base/web.yaml` begins one of that path.

    A text without such a line is one file. In each file stand as many empty lines as there are
    lines before it in the example, so that a finding has the same line in both.
    """
    parts = _FILE.split(text)
    if len(parts) == 1:
        return {"policy.yaml": text}
    files: dict[str, str] = {}
    above = parts[0].count("\n")
    for path, content in zip(parts[1::2], parts[2::2], strict=True):
        files[path] = "\n" * (above + 1) + content
        above += 1 + content.count("\n")
    return files


def fix(text: str, cures: list[Cure]) -> str:
    """`text` with all of `cures` applied."""
    lines = Lines(text)

    def offset(position: Position) -> int:
        return lines.span(position.line).start + position.column - 1

    return apply(
        text,
        [
            Edit(Span(offset(each.place.start), offset(each.place.end)), each.text)
            for cure in cures
            for each in cure.replacements
        ],
    )


def show(text: str, findings: list[Finding], expected: list[Mark]) -> str:
    """What a person needs to see when a fixture fails: each surplus and each lack, in its place."""
    lines = text.splitlines()
    report: list[str] = []
    for finding in findings:
        line, column = finding.place.start
        report += [
            f"nobody expected this: {finding.severity} {finding.rule}: {finding.message}",
            f"{line:5} | {lines[line - 1] if line <= len(lines) else ''}",
            f"      | {' ' * (column - 1)}^",
        ]
    for mark in expected:
        severity = f" ({mark.severity})" if mark.severity is not None else ""
        report += [
            f"expected {mark.rule}{severity} here:",
            f"{mark.line:5} | {lines[mark.line - 1]}",
        ]
    return "\n".join(report)


def compare(text: str, findings: tuple[Finding, ...]) -> str:
    """Where findings and marks differ; empty when each mark has exactly one finding."""
    surplus, lacking = list(findings), []
    for mark in marks(text):
        match = next((finding for finding in surplus if mark.meets(finding)), None)
        if match is None:
            lacking.append(mark)
        else:
            surplus.remove(match)
    return show(text, surplus, lacking)


def rule_named(name: str) -> Rule:
    """The rule called `name`."""
    return next(rule for rule in RULES if rule.name == name)


def sections(page: str) -> dict[str, str]:
    """The sections of a rule's page by their titles; the examples without their indentation."""
    parts = re.split(r"^(\S[^\n]*)\n(-{3,})\n", page, flags=re.MULTILINE)
    return dict(zip(parts[1::3], parts[3::3], strict=True))


def example(body: str) -> str:
    """The indented example of a page's section."""
    lines = [line[4:] for line in body.splitlines() if line.startswith("    ") or not line.strip()]
    return "\n".join(lines).strip("\n") + "\n"


def corpus() -> list[Path]:
    """The real manifests beside the project, if they are there."""
    folder = SHARED / "corpus"
    return sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".yml", ".json"))


def policies_parse(text: str) -> bool:
    """Whether every document of `text` can be read."""
    return all(parse.parse(text, part).root is not None for part in parse.split(text))
