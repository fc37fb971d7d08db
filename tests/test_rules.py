"""Every rule against its fixtures and against the examples of its own page."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import (
    RULE_FIXTURES,
    check,
    check_alone,
    compare,
    example,
    fix,
    policies_parse,
    rule_named,
    sections,
)

from netpol_lint.diagnostic import Group, Severity
from netpol_lint.engine import Settings, lint
from netpol_lint.repository import Repository
from netpol_lint.selection import Agenda, select
from netpol_lint_rules import RULES

FILES = sorted(RULE_FIXTURES.glob("*/*.yaml")) + sorted(RULE_FIXTURES.glob("*/*.json"))
TREES = sorted(path for path in RULE_FIXTURES.glob("*/*") if path.is_dir())
CHECKED = [rule for rule in RULES if rule.policy or rule.document]
FIXABLE = [rule for rule in CHECKED if rule.fixable]


def _name(path: Path) -> str:
    return str(path.relative_to(RULE_FIXTURES))


def _read(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_fixture(path: Path) -> None:
    """A fixture raises what its marks say, on their lines, and nothing else from any rule."""
    text = _read(path)
    result = check_alone(text, path.parent.name)
    assert not (difference := compare(text, result.findings)), f"\n{difference}"


@pytest.mark.parametrize("tree", TREES, ids=_name)
def test_fixture_tree(tree: Path) -> None:
    """Every manifest of a little repository raises what its own marks say."""
    for path in sorted(tree.rglob("*.y*ml")):
        text = _read(path)
        result = check(text, tree.parent.name, path=str(path.relative_to(tree)), root=tree)
        assert not (difference := compare(text, result.findings)), f"{path}\n{difference}"


@pytest.mark.parametrize("path", sorted(RULE_FIXTURES.glob("*/fixed.yaml")), ids=_name)
def test_fixed(path: Path) -> None:
    """All fixes of `bad.yaml` together give `fixed.yaml`, marks aside."""
    name = path.parent.name
    text = _read(path.with_name("bad.yaml"))
    findings = [each for each in check_alone(text, name).findings if each.rule == name]
    mended = fix(text, [each.fix for each in findings if each.fix is not None])
    assert _unmarked(mended) == _unmarked(_read(path))


def _unmarked(text: str) -> list[str]:
    lines = [line.partition("# expect:")[0].rstrip() for line in text.splitlines()]
    return [line for line in lines if line]


@pytest.mark.parametrize("rule", CHECKED, ids=lambda rule: rule.name)
def test_bad_example(rule: object) -> None:
    """The Bad example of a page gives exactly one finding: of this rule."""
    rule = rule_named(rule.name)  # type: ignore[attr-defined]
    found = check_alone(example(sections(rule.page)["Bad"]), rule.name).findings
    assert [each.rule for each in found] == [rule.name]


@pytest.mark.parametrize("rule", CHECKED, ids=lambda rule: rule.name)
def test_good_example(rule: object) -> None:
    """The Good example of a page gives no finding of any rule."""
    rule = rule_named(rule.name)  # type: ignore[attr-defined]
    assert check_alone(example(sections(rule.page)["Good"]), rule.name).findings == ()


@pytest.mark.parametrize("rule", FIXABLE, ids=lambda rule: rule.name)
def test_fixed_example(rule: object) -> None:
    """The Fixed example is the Bad one after its fix, and has nothing left to find."""
    rule = rule_named(rule.name)  # type: ignore[attr-defined]
    bad = example(sections(rule.page)["Bad"])
    (finding,) = check_alone(bad, rule.name).findings
    assert finding.fix is not None
    mended = fix(bad, [finding.fix])
    assert mended == example(sections(rule.page)["Fixed"])
    assert check_alone(mended, rule.name).findings == ()


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_fixes_are_sound(path: Path) -> None:
    """Each single fix of a fixture gives a readable file in which that finding is gone."""
    text = _read(path)
    for finding in check_alone(text, path.parent.name).findings:
        if finding.fix is None:
            continue
        mended = fix(text, [finding.fix])
        assert mended != text
        assert policies_parse(mended) or not policies_parse(text)
        left = check_alone(mended, path.parent.name).findings
        before = sum(
            each.rule == finding.rule for each in check_alone(text, path.parent.name).findings
        )
        assert sum(each.rule == finding.rule for each in left) < before, finding.message


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_rules_miss_nothing_in_what_does_not_concern_them(path: Path) -> None:
    """A rule that looked at every policy would find no more than one that passes some over."""
    text = _read(path)
    every = select(RULES, list(Group), [])
    eager = tuple(each._replace(concerns=()) for each in every.rules)
    heedless = every._replace(agenda=Agenda(eager))
    found, all_there_is = (
        lint(path.name, text, settings, Repository(None).surroundings(path.name)).findings
        for settings in (
            Settings(selection, frozenset(), least=Severity.INFO) for selection in (every, heedless)
        )
    )
    assert found == all_there_is
