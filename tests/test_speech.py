"""The glance that spares most texts the hearing."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support import RULE_FIXTURES

from netpol_lint.lexicon import LANGUAGES, Word
from netpol_lint.speech import find, glance, hear, may_be_said, may_say

ROWS = [row for table in LANGUAGES.values() for row in table.values()]
TERMS = sorted({term for row in ROWS for term in row.split()})
JOINTS = (" ", "-", "_", ", ")
REMARK = re.compile(r"#[ \t]*(.*)")


def remarks() -> list[str]:
    """The comments of all fixtures."""
    files = sorted(RULE_FIXTURES.rglob("*.y*ml"))
    return sorted({each for path in files for each in REMARK.findall(path.read_text("utf-8"))})


def overlooked(text: str) -> list[Word]:
    """The classes that are heard in a text, and were not expected at a glance."""
    return [word for word in Word if hear(text).find(word) and not may_say(text, word)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_expects_every_term(language: str) -> None:
    """Each term by itself: written with hyphens, with blanks, as a name with humps, in capitals."""
    terms = {term.strip("=") for row in LANGUAGES[language].values() for term in row.split()}
    for term in sorted(terms):
        words = term.split("-")
        spellings = (term, " ".join(words), "".join(map(str.capitalize, words)), term.upper())
        for text in (*spellings, f"it is {' '.join(words)} here", f" {spellings[2]}\n"):
            assert overlooked(text) == [], text


def test_expects_what_comments_say() -> None:
    """No comment of a fixture says more than is expected."""
    assert [text for text in remarks() if overlooked(text)] == []


@given(st.lists(st.sampled_from(TERMS), min_size=1, max_size=6), st.sampled_from(JOINTS))
@example(["not", "allow", "any"], " ")
@example(["TODO", "deny"], ": ")
def test_expects_what_is_heard_together(terms: list[str], joint: str) -> None:
    """Negations and neighbours make nothing of what was not expected."""
    assert overlooked(joint.join(terms)) == []


def test_passes_over_what_says_nothing() -> None:
    """Most comments need no hearing."""
    assert not may_say("The order of the ports is that of the manual.", Word.OR, Word.DENY)
    assert find("The order of the ports is that of the manual.", Word.OR) is None
    assert not may_say("", *Word)


@given(st.lists(st.sampled_from(("fooOrBar", "A deny.", "TODO", "모두 허용", "web", "Allow all"))))
def test_a_glance_at_several_texts(texts: list[str]) -> None:
    """Whatever one of them may say, all of them together may say."""
    for word in Word:
        if any(may_say(text, word) for text in texts):
            assert may_be_said(glance(*texts), word)
