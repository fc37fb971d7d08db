"""Another label for one requirement: every way to write it, and those that are left alone."""

from __future__ import annotations

import pytest

from netpol_lint import parse, policy
from netpol_lint.edit import apply
from netpol_lint.relabel import relabel


def written(selector: str, key: str, value: str) -> str | None:
    """`selector`, in a policy, with another label for its first requirement."""
    text = f"kind: NetworkPolicy\nspec:\n  podSelector: {selector}\n"
    (found,) = policy.find(text, parse.parse(text, parse.Part(0, len(text))).root)
    subject = found.subject.value
    assert subject is not None
    edits = relabel(text, subject, subject.requirements[0], key, value)
    return None if edits is None else apply(text, edits)[len(text) - len(selector) - 1 : -1]


def changed(selector: str, key: str, value: str) -> str:
    text = f"kind: NetworkPolicy\nspec:\n  podSelector: {selector}\n"
    (found,) = policy.find(text, parse.parse(text, parse.Part(0, len(text))).root)
    subject = found.subject.value
    assert subject is not None
    edits = relabel(text, subject, subject.requirements[0], key, value)
    assert edits is not None
    return apply(text, edits).partition("podSelector: ")[2].rstrip("\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{matchLabels: {app: wbe}}", "{matchLabels: {app: web}}"),
        ("{matchLabels: {app: 'wbe'}}", "{matchLabels: {app: 'web'}}"),
        ('{matchLabels: {"app": "wbe"}}', '{matchLabels: {"app": "web"}}'),
        (
            "{matchExpressions: [{key: app, operator: In, values: [wbe]}]}",
            "{matchExpressions: [{key: app, operator: In, values: [web]}]}",
        ),
    ],
)
def test_another_value(before: str, after: str) -> None:
    """Only the value is written anew, in its quotes."""
    assert changed(before, "app", "web") == after


def test_another_key() -> None:
    """The key, or both; a value that would be no string gets quotes."""
    assert changed("{matchLabels: {app: web}}", "name", "web") == "{matchLabels: {name: web}}"
    assert changed("{matchLabels: {app: web}}", "name", "on") == '{matchLabels: {name: "on"}}'


@pytest.mark.parametrize(
    "selector",
    [
        "{matchExpressions: [{key: app, operator: In, values: [wbe, bew]}]}",
        "{matchExpressions: [{key: app, operator: Exists}]}",
        "{matchExpressions: [{key: app, operator: NotIn, values: [wbe]}]}",
        "{matchLabels: {app: !!str wbe}}",
        "{matchLabels: {app: &it wbe}}",
    ],
)
def test_left_alone(selector: str) -> None:
    """No single value, or one that is written in a way that nobody changes."""
    assert written(selector, "app", "web") is None


def test_a_key_that_is_there_already() -> None:
    """The same key twice would be refused."""
    assert written("{matchLabels: {app: web, name: web}}", "name", "web") is None
