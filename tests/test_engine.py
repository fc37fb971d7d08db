"""The engine: a failing rule hides nothing, one cause gives one finding, order never matters."""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint.context import Context
from netpol_lint.diagnostic import Consequence, Diagnostic, Group, Severity
from netpol_lint.engine import INTERNAL_ERROR, Result, Settings, lint
from netpol_lint.option import Options
from netpol_lint.policy import Policy
from netpol_lint.repository import Repository
from netpol_lint.rule import Rule
from netpol_lint.selection import select
from netpol_lint.span import Span

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ledger, namespace: shop}
spec: {podSelector: {}}
"""


def _name(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    assert policy.name is not None
    yield Diagnostic(policy.name.span, "it has a name")


def _kind(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    yield Diagnostic(policy.kind_node.span, "it has a kind", covers=policy.root.span)


def _fail(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    assert policy.name is not None
    yield Diagnostic(policy.name.span, "said before it failed")
    raise KeyError("a\nb")


def rule(name: str, check: object, group: Group = Group.SUSPICIOUS, *silences: str) -> Rule:
    return Rule(name, group, "0.1.0", "", policy=check, silences=frozenset(silences))  # type: ignore[arg-type]


def run(*rules: Rule, text: str = POLICY, select_: tuple[str, ...] = ()) -> Result:
    settings = Settings(
        select(rules, select_, ()), frozenset(each.name for each in rules), least=Severity.INFO
    )
    return lint("a.yaml", text, settings, Repository(None, Options()).surroundings("a.yaml"))


def test_failing_rule() -> None:
    """A rule that raises is an internal error with its name; all other findings stay."""
    result = run(rule("broken", _fail), rule("name", _name))
    assert [(each.rule, each.severity) for each in result.findings] == [
        (INTERNAL_ERROR, Severity.ERROR),
        ("broken", Severity.WARNING),
        ("name", Severity.WARNING),
    ]
    assert result.findings[0].message == "the rule broken failed: KeyError: 'a\\nb'"


def test_one_cause_one_finding() -> None:
    """A rule that comes first silences the ones it names within what it covers, and no others."""
    whole, name = rule("whole", _kind, Group.SUSPICIOUS, "name"), rule("name", _name)
    assert [each.rule for each in run(whole, name).findings] == ["whole"]
    assert [each.rule for each in run(name, whole).findings] == ["whole", "name"]
    assert [each.rule for each in run(whole, rule("other", _name)).findings] == ["whole", "other"]


def test_consequences_may_stand_elsewhere() -> None:
    """What a finding explains is silent where it says so, and only of the rules that it names."""

    def cause(policy: Policy, context: Context) -> Iterator[Diagnostic]:
        assert policy.name is not None
        there = Consequence(policy.name.span, frozenset(("name", "stranger")))
        yield Diagnostic(policy.kind_node.span, "cause", covers=policy.root.span, explains=(there,))

    rules = rule("kind", _kind), rule("name", _name), rule("stranger", _name)
    found = run(rule("cause", cause, Group.SUSPICIOUS, "kind", "name"), *rules).findings
    assert sorted(each.rule for each in found) == ["cause", "kind", "stranger"]


def test_touching_is_not_covering() -> None:
    """What another document says is another cause."""
    text = f"{POLICY}---\n{POLICY}"

    def first_only(policy: Policy, context: Context) -> Iterator[Diagnostic]:
        if policy.root.start == 0:
            yield Diagnostic(policy.kind_node.span, "first", covers=policy.root.span)

    result = run(
        rule("first", first_only, Group.SUSPICIOUS, "name"), rule("name", _name), text=text
    )
    assert [each.rule for each in result.findings] == ["first", "name"]


def test_lowering_and_regrouping() -> None:
    """A finding is lowered, never raised; one that is regrouped shows only with its group."""

    def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
        span = Span(0, 1)
        yield Diagnostic(span, "lowered", severity=Severity.INFO)
        yield Diagnostic(span, "not raised", severity=Severity.ERROR)
        yield Diagnostic(span, "regrouped", group=Group.HARDENING)

    found = {each.message: each.severity for each in run(rule("all", check)).findings}
    assert found == {"lowered": Severity.INFO, "not raised": Severity.WARNING}
    shown = run(rule("all", check), select_=("suspicious", "hardening")).findings
    assert {each.group for each in shown} == {Group.SUSPICIOUS, Group.HARDENING}


def test_reader_that_fails(monkeypatch: object) -> None:
    """Whatever the reader does, the file has one finding and the run goes on."""
    from netpol_lint import engine

    def explode(*_: object) -> Iterator[object]:
        raise RuntimeError("boom")

    monkeypatch.setattr(engine.triage, "documents", explode)  # type: ignore[attr-defined]
    (finding,) = run(rule("name", _name)).findings
    assert finding.rule == INTERNAL_ERROR
    assert "boom" in finding.message
