"""Whom to ask: no rule that would find something is passed over, whatever is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import RULE_FIXTURES, corpus

from netpol_lint.concern import Concern
from netpol_lint.diagnostic import Group, Severity
from netpol_lint.engine import Result, Settings, lint
from netpol_lint.parse import decode
from netpol_lint.placeholder import has_trace, is_placeholder
from netpol_lint.repository import Repository
from netpol_lint.run import Scope, lint_paths
from netpol_lint.selection import Agenda, select
from netpol_lint.sieve import Sieve
from netpol_lint.speech import Word
from netpol_lint_rules import RULES

FIXTURES = sorted(RULE_FIXTURES.rglob("*.y*ml"))
TREES = sorted(path for path in RULE_FIXTURES.glob("*/*") if path.is_dir())
EVERY = select(RULES, list(Group), [])
HEEDLESS = EVERY._replace(
    agenda=Agenda(each._replace(concerns=()) for each in EVERY.rules),
)
"""The same rules, all of which look at every policy."""
ALL_NAMES = frozenset(each.name for each in RULES)
_SCALAR = re.compile(r"(?<=: )[^\s#{}\[\]][^\n#]*|(?<=- )[^\s#{}\[\]:][^\n#:]*$", re.MULTILINE)
ODD = (
    *("null", "~", '""', "TODO", "<x>", "CHANGE_ME", "your-app", "${X}", "$(Y)", "{}", "[]"),
    *("80", "0", '"80"', "0x50", "070", "-1", "99999", "80.5", "true", "yes", "1_000"),
    *("a b", "Ünicode", "A/b/c", "x" * 70, "*x", '"*"', ".a", "a-", "!!str 5", '"a\\nb"'),
    *("default", "kube-system", "10.0.0.0/8", "10.1.2.3/8", "0.0.0.0/0", "::/0", "deny-all"),
    *("TCP", "UDP", "tcp", "SCTP", "Ingress", "Egress", "ingress", "dns", "metadata", "name"),
)


def linted(text: str, *, heedless: bool) -> Result:
    """All findings about a text that comes without a repository."""
    chosen = Settings(HEEDLESS if heedless else EVERY, ALL_NAMES, least=Severity.INFO)
    return lint("policy.yaml", text, chosen, Repository(None).surroundings("policy.yaml"))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_nobody_is_missed_whatever_is_written(data: st.DataObject) -> None:
    """Values of fixtures become placeholders, nulls, numbers, refused names and other words."""
    text, _ = decode(data.draw(st.sampled_from(FIXTURES)).read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        places = list(_SCALAR.finditer(text))
        if places:
            place = data.draw(st.sampled_from(places))
            text = text[: place.start()] + data.draw(st.sampled_from(ODD)) + text[place.end() :]
    assert linted(text, heedless=False) == linted(text, heedless=True)


@pytest.mark.parametrize("path", TREES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nobody_is_missed_in_a_repository(path: Path) -> None:
    """The same with files around a policy."""
    careful, heedless = (
        lint_paths([str(path)], Scope(str(path)), Settings(each, ALL_NAMES, least=Severity.INFO))
        for each in (EVERY, HEEDLESS)
    )
    assert careful.findings == heedless.findings


@pytest.mark.skipif(not corpus(), reason="the real manifests are not beside this checkout")
def test_nobody_is_missed_in_real_manifests() -> None:
    """The same with what people wrote."""
    for path in corpus():
        text, _ = decode(path.read_bytes())
        if "NetworkPolicy" in text:
            assert linted(text, heedless=False) == linted(text, heedless=True), path


def test_concerns() -> None:
    """One thing in common is enough."""
    concern = Concern(frozenset({"blocks"}), frozenset({53}), around=frozenset({"pods"}))
    assert concern.meets(Concern(frozenset({"blocks", "egress"})))
    assert concern.meets(Concern(words=frozenset({53, 443})))
    assert concern.meets(Concern(around=frozenset({"files", "pods"})))
    assert not concern.meets(Concern(frozenset({"egress"}), frozenset({443})))
    assert not concern.meets(Concern(speech=frozenset({Word.OR})))
    assert not Concern().meets(concern)


def test_a_sieve_remembers_what_has_passed() -> None:
    """What was caught is caught again; what has passed is not looked at twice."""
    asked: list[str] = []

    def is_long(word: str) -> bool:
        asked.append(word)
        return len(word) > 3

    sieve = Sieve(is_long)
    assert sieve.passes(["web", "api"])
    assert sieve.passes({"web": 1, "db": 2})
    assert sorted(asked) == ["api", "db", "web"]
    assert not sieve.passes(["web", "cache"])
    assert not sieve.passes(["cache"])
    assert asked[3:] == ["cache", "cache"]


def test_placeholders_have_a_trace() -> None:
    """The first glance misses none of them."""
    found = "<name> a.<b>.c CHANGE_ME change-me my-changeme.x REPLACE_WITH_X TODO FIXME YOUR_APP"
    for text in (*found.split(), "your-app", "<the name>\n"):
        assert is_placeholder(text), text
        assert has_trace(text), text
    for plain in ("exchange", "yourself", "todos", "8080", ""):
        assert not is_placeholder(plain), plain
    assert has_trace("x" * 1_000), "only short words are remembered"
    assert not has_trace(8080)
    assert not has_trace(None)
