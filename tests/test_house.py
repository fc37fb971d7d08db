"""The rules of the house: what every rule, page, fixture and message owes to its readers."""

from __future__ import annotations

import re
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import PROJECT, RULE_FIXTURES, check, check_alone, example, marks, rule_named, sections
from tables import SECTIONS, Section, modules

import netpol_lint
from netpol_lint.diagnostic import Group
from netpol_lint.finding import Finding
from netpol_lint.rule import Rule
from netpol_lint_rules import RULES

CHECKED = [rule for rule in RULES if rule.policy or rule.document]
NAMES = [rule.name for rule in RULES]

TITLES = ("Why", "Bad", "Good", "Fixed", "When it stays silent", "Fix safety")
FIX_TITLES = ("Fixed", "Fix safety")

CAUSES = ("yaml-syntax", "duplicate-key", "template-leftover", "wrong-type", "unknown-field")
"""Rejections that explain others, in this order; the other rejections follow."""
SHAPES = (
    "split-rule",
    "split-peer",
    "split-port",
    "null-rule",
    "null-namespace-selector",
    "swapped-selectors",
)
FAMILIES = ("direction", "intent", "namespaces", "workloads", "policies")
"""Families that are judged in this order between the shapes and hardening."""

API_WORDS = re.compile(
    r"[A-Z][a-z]+[A-Z]|Namespace\b|Ingress\b|Egress\b|Kubernetes|TCP|UDP|SCTP|DNS|CIDR|IP"
    r"|YAML|JSON|API|OR\b|AND\b|In\b|NotIn\b|Exists\b|[`…]"
)
"""How a message may begin apart from a lower-case letter or a digit."""

PLANNED: frozenset[str] = frozenset()
"""Rules that are still to come, and that others will silence."""


def _id(rule: Rule) -> str:
    return rule.name


def _files() -> list[Path]:
    """The files of the project as git would take them."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if listing.returncode != 0 or not (PROJECT / ".git").exists():
        pytest.skip("the sources are no git work tree")
    paths = (PROJECT / name for name in listing.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


# The table of contents


def test_every_module_is_in_rules() -> None:
    """Each module below rules/ holds one rule of its own name, and RULES has exactly these."""
    stems = {name: name.rpartition(".")[2].replace("_", "-") for name in modules()}
    assert {name: module.RULE.name for name, module in modules().items()} == stems
    assert sorted(NAMES) == sorted(stems.values())


def _rank(rule: Rule, family: str) -> tuple[int, int] | None:
    if rule.name in CAUSES:
        return 0, CAUSES.index(rule.name)
    if rule.name in SHAPES:
        return 2, SHAPES.index(rule.name)
    if rule.group is Group.REJECTED:
        return 1, 0
    if rule.group in (Group.HARDENING, Group.STYLE, Group.ENGINE):
        return 4, list(Group).index(rule.group)
    return (3, FAMILIES.index(family)) if family in FAMILIES else None


def test_order_of_causes() -> None:
    """RULES goes from the causes to what they explain, as far as an order is laid down."""
    families = {module.RULE.name: name.partition(".")[0] for name, module in modules().items()}
    ranks = [(rank, rule.name) for rule in RULES if (rank := _rank(rule, families[rule.name]))]
    assert ranks == sorted(ranks, key=lambda each: each[0])


@pytest.mark.parametrize("rule", RULES, ids=_id)
def test_silences(rule: Rule) -> None:
    """A finding silences rules that come later, and no name that is misspelt."""
    for name in rule.silences - PLANNED:
        assert name in NAMES, f"{rule.name} silences {name}, which no rule is called"
        assert NAMES.index(name) > NAMES.index(rule.name), f"{name} has spoken before {rule.name}"


def test_planned_rules_are_to_come() -> None:
    """What is called planned does not exist yet, and some rule waits for it."""
    assert sorted(PLANNED.intersection(NAMES)) == []
    assert sorted(PLANNED.difference(*(rule.silences for rule in RULES))) == []


@pytest.mark.parametrize("rule", RULES, ids=_id)
def test_name(rule: Rule) -> None:
    """Names are kebab-case words, and no group has the same."""
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.name)
    assert rule.name not in list(Group)


# Pages


@pytest.mark.parametrize("rule", RULES, ids=_id)
def test_page(rule: Rule) -> None:
    """A page has its summary and its sections, in order, underlined at their length."""
    summary, blank, *_ = rule.page.splitlines()
    assert summary.endswith(".")
    assert not summary.endswith("..")
    assert len(summary) <= 100
    assert not blank
    found = re.findall(r"^(\S[^\n]*)\n(-{3,})$", rule.page, re.MULTILINE)
    titles = [title for title, _ in found]
    assert all(len(title) == len(line) for title, line in found)
    assert titles == [title for title in TITLES if title in titles]
    optional = FIX_TITLES if rule in CHECKED else (*FIX_TITLES, "Bad", "Good")
    assert not [title for title in TITLES if title not in titles and title not in optional]
    assert ("Fixed" in titles) is ("Fix safety" in titles)
    assert re.fullmatch(r"\d+\.\d+\.\d+", rule.since)


# Fixtures


def _fixtures(rule: Rule) -> Iterator[tuple[str, list[Finding]]]:
    """The findings of all that a rule is tried on: its page, its files, its little repositories."""
    for title in ("Bad", "Good"):
        if title in sections(rule.page):
            yield title, _of(rule, example(sections(rule.page)[title]))
    for path in sorted((RULE_FIXTURES / rule.name).rglob("*")):
        if path.suffix not in (".yaml", ".yml", ".json"):
            continue
        text = path.read_text(encoding="utf-8")
        tree = path.relative_to(RULE_FIXTURES / rule.name).parts[0]
        root = RULE_FIXTURES / rule.name / tree
        if root.is_dir():
            place = path.relative_to(root).as_posix()
            yield f"{tree}/{place}", _of(rule, text, place, root)
        else:
            yield path.name, _of(rule, text)


def _of(
    rule: Rule, text: str, path: str = "policy.yaml", root: Path | None = None
) -> list[Finding]:
    if root is None:
        found = check_alone(text, rule.name).findings
    else:
        found = check(text, rule.name, path=path, root=root).findings
    return [finding for finding in found if finding.rule == rule.name]


@pytest.mark.parametrize("rule", CHECKED, ids=_id)
def test_fixtures(rule: Rule) -> None:
    """Each rule has a bad.yaml that expects it, and a good.yaml that does not."""
    folder = RULE_FIXTURES / rule.name
    bad = (folder / "bad.yaml").read_text(encoding="utf-8")
    good = (folder / "good.yaml").read_text(encoding="utf-8")
    assert rule.name in {mark.rule for mark in marks(bad)}
    assert rule.name not in {mark.rule for mark in marks(good)}


def test_no_fixture_is_orphaned() -> None:
    """Each folder of fixtures belongs to a rule."""
    folders = {path.name for path in RULE_FIXTURES.iterdir() if path.is_dir()}
    assert sorted(folders - set(NAMES)) == []


@pytest.mark.parametrize("path", sorted(RULE_FIXTURES.rglob("*.y*ml")), ids=str)
def test_marks_name_rules(path: Path) -> None:
    """A mark expects a rule that exists."""
    for mark in marks(path.read_text(encoding="utf-8")):
        rule_named(mark.rule)


@pytest.mark.parametrize("rule", CHECKED, ids=_id)
def test_findings(rule: Rule) -> None:
    """The messages of a rule keep the style, and its page promises fixes exactly if it has some."""
    findings = [finding for _, found in _fixtures(rule) for finding in found]
    assert any(finding.fix for finding in findings) is rule.fixable
    for finding in findings:
        _is_well_said(finding)


def _is_well_said(finding: Finding) -> None:
    message = finding.message
    assert len(message) <= 100, message
    assert message.isprintable(), message
    assert not message.endswith((".", " ")), message
    assert message[0].islower() or message[0].isdigit() or API_WORDS.match(message), message
    assert finding.place.start.line == finding.place.end.line, message
    assert finding.place.start < finding.place.end, message
    assert finding.help, f"no help for: {message}"
    for words in (*finding.help.splitlines(), *(label.message for label in finding.labels)):
        assert words.isprintable(), words
    for label in finding.labels:
        assert label.message
        assert not label.message.endswith("."), label.message


# The rest of the house


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.name)
def test_documents_quote_the_code(section: Section) -> None:
    """What README and CONTRIBUTING say of rules, rooms and reports is so."""
    assert section.parts()[1] == section.write(), "run: python tests/tables.py"


def test_changelog_knows_the_version() -> None:
    """The newest release of the changelog is the version of the code."""
    text = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+)", text, re.MULTILINE)
    assert newest is not None
    assert newest[1] == netpol_lint.__version__


def test_rooms() -> None:
    """No room imports a higher floor, and each foreign library is named in one room."""
    program = Path(sysconfig.get_path("scripts"), "lint-imports")
    done = subprocess.run(
        [program, "--no-cache", "--no-logo"],
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_modules_cost_nothing_at_import() -> None:
    """Expressions and named tuples are made ready on first use: a hook starts at each commit."""
    costly = re.compile(
        r"^(?:\w+ = re\.compile|from typing import .*NamedTuple|(?:from|import) dataclasses)",
        re.MULTILINE,
    )
    found = [
        (path.name, match[0])
        for package in ("linter", "rules", "schemas")
        for path in sorted((PROJECT / package).rglob("*.py"))
        for match in costly.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_nothing_of_a_machine() -> None:
    """No file names a folder of somebody's machine, and no code has work left for later."""
    roots = "|".join(("work", "root", "home/[a-z]+", "Users/[A-Za-z]+"))
    traces = re.compile(rf"(?<![\w.}}*])/(?:{roots})/")
    left_over = re.compile(r"#\s*(?:TODO|FIXME|XXX)\b")
    found = []
    for path in _files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path}: {match[0]}" for match in traces.finditer(text)]
        if path.suffix == ".py":
            found += [f"{path}: {match[0]}" for match in left_over.finditer(text)]
    assert found == []
