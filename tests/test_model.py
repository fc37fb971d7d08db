"""From manifests to the model, and what the model says about the fixes of all rules."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import RULE_FIXTURES, check, fix

from netpol_lint import model, parse, policy
from netpol_lint.answer import Answer
from netpol_lint.diagnostic import Safety
from netpol_lint.policy import Direction, Policy
from netpol_lint.traffic import Traffic

FILES = sorted(RULE_FIXTURES.glob("*/*.yaml"))


def policies(text: str) -> list[Policy]:
    documents = [parse.parse(text, part) for part in parse.split(text)]
    return [each for document in documents for each in policy.find(text, document.root)]


def models(text: str) -> list[model.Model]:
    return [model.of(each, each.namespace.value or None) for each in policies(text)]


def _is_known(each: model.Model) -> bool:
    ways = [each.traffic(direction) for direction in Direction]
    return each.subject is not None and not any(way.unknown for way in ways)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(RULE_FIXTURES)))
def test_safe_fixes_change_nothing(path: Path) -> None:
    """A fix that calls itself safe leaves the model as it is, wherever the model knows it all."""
    text = path.read_text(encoding="utf-8")
    cures = [each.fix for each in check(text, path.parent.name).findings if each.fix]
    for cure in cures:
        if cure.safety is not Safety.SAFE:
            continue
        before, after = models(text), models(fix(text, [cure]))
        assert len(before) == len(after)
        for first, second in zip(before, after, strict=True):
            if _is_known(first):
                assert model.unchanged(first, second) is Answer.PROVEN, cure.title


def _one(spec: str, own: str | None = "shop") -> model.Model:
    (found,) = policies(f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec: {spec}\n")
    return model.of(found, own)


def test_untouched_is_not_denied() -> None:
    """A direction that is not declared has no grants and is not isolated."""
    assert _one("{podSelector: {}}").egress == Traffic(False)
    assert _one("{podSelector: {}}").ingress == Traffic(True)
    assert _one("{podSelector: {}, policyTypes: ['${X}']}").ingress == Traffic(None)


@pytest.mark.parametrize(
    ("first", "second", "answer"),
    [
        ("{}", "{podSelector: }", Answer.PROVEN),
        ("{ingress: [{}]}", "{ingress: [{from: [], ports: }]}", Answer.PROVEN),
        ("{ingress: []}", "{egress: []}", Answer.PROVEN),
        ("{ingress: []}", "{egress: [{}]}", Answer.REFUTED),
        ("{ingress: [{}]}", "{ingress: []}", Answer.REFUTED),
        ("{ingress: ['${X}']}", "{ingress: ['${X}']}", Answer.UNKNOWN),
        ("{podSelector: {matchLabels: {a: '${X}'}}}", "{}", Answer.UNKNOWN),
        ("{ingress: [{ports: [{port: a}]}]}", "{ingress: [{ports: [{port: b}]}]}", Answer.UNKNOWN),
        (
            "{ingress: [{from: [{podSelector: {}}]}]}",
            "{ingress: [{from: [{namespaceSelector: "
            "{matchLabels: {kubernetes.io/metadata.name: shop}}}]}]}",
            Answer.PROVEN,
        ),
        (
            "{ingress: [{from: [{podSelector: {}}]}]}",
            "{ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}",
            Answer.UNKNOWN,
        ),
    ],
)
def test_unchanged(first: str, second: str, answer: Answer) -> None:
    """Defaults and spellings do not matter; what is unknown is never called the same."""
    assert model.unchanged(_one(first), _one(second)) is answer


def test_own_namespace_by_name_needs_the_name() -> None:
    """Without the policy's namespace nobody can tell whether a named one is its own."""
    own = "{ingress: [{from: [{podSelector: {}}]}]}"
    named = (
        "{ingress: [{from: [{namespaceSelector: "
        "{matchLabels: {kubernetes.io/metadata.name: shop}}}]}]}"
    )
    assert model.unchanged(_one(own, None), _one(named, None)) is Answer.UNKNOWN
    assert model.unchanged(_one(own, None), _one(own, None)) is Answer.PROVEN
    assert model.unchanged(_one(own, "attic"), _one(named, "attic")) is Answer.REFUTED
