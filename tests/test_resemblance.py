"""What a selector was meant for: slips, other keys, families, series; and the bounds."""

from __future__ import annotations

import time

import pytest

from netpol_lint import parse, policy
from netpol_lint.policy import Requirement
from netpol_lint.repository import Build, Resident
from netpol_lint.repository.manifest import manifests
from netpol_lint.repository.workload import read
from netpol_lint.resemblance import Likeness, nearest

HERE = Build(None, "shop", False, "")


def pods(workload: str, **labels: str) -> Resident:
    """A Deployment whose pods have such labels."""
    pairs = ", ".join(f"{key}: '{value}'" for key, value in labels.items())
    text = (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {workload}, namespace: shop}}\n"
        f"spec: {{template: {{metadata: {{labels: {{{pairs}}}}}}}}}\n"
    )
    (manifest,) = manifests(text)
    return Resident(read(manifest, "apps.yaml"), "apps.yaml", HERE)


def asked(selector: str) -> tuple[Requirement, ...]:
    text = f"kind: NetworkPolicy\nspec: {{podSelector: {selector}}}\n"
    tree = parse.parse(text, parse.Part(0, len(text))).root
    (found,) = policy.find(text, tree)
    assert found.subject.value is not None
    return found.subject.value.requirements


def best(selector: str, *residents: Resident) -> list[tuple[str, Likeness, list[str]]]:
    """The nearest workloads, how near, and what they have instead."""
    return [
        (each.resident.workload.name, each.likeness, [f"{c.key}={c.value}" for c in each.changes])
        for each in nearest(asked(selector), residents)
    ]


@pytest.mark.parametrize(
    ("word", "other", "likeness"),
    [
        ("web", "wbe", Likeness.CLOSE),
        ("webs", "web", Likeness.CLOSE),
        ("Web", "web", Likeness.CLOSE),
        ("frontent", "frontend", Likeness.CLOSE),
        ("Web-API", "web-api", Likeness.CLOSE),
        ("webapi", "web-api", Likeness.CLOSE),
        ("checkout-sevice", "checkout-service", Likeness.CLOSE),
        ("ordre", "order", Likeness.CLOSE),
        ("web", "web-front", Likeness.AKIN),
        ("front", "frontend", Likeness.AKIN),
        ("front-web", "web", Likeness.AKIN),
        # another one of a series, another word of three letters, another word
        ("db-1", "db-2", Likeness.NONE),
        ("team-a", "team-b", Likeness.NONE),
        ("v1", "v2", Likeness.NONE),
        ("api", "app", Likeness.NONE),
        ("orders-api", "orders-app", Likeness.NONE),
        ("cart", "card", Likeness.NONE),
        ("auth", "oauth", Likeness.NONE),
        ("border", "order", Likeness.NONE),
        ("cache", "cash", Likeness.NONE),
        ("till-api", "till-worker", Likeness.NONE),
        ("cashier", "ledger", Likeness.NONE),
    ],
)
def test_two_values(word: str, other: str, likeness: Likeness) -> None:
    """How much speaks for one value being the other."""
    selector = f"{{matchLabels: {{app: {word}}}}}"
    ((_, found, instead),) = best(selector, pods("one", app=other))
    assert found is likeness
    assert instead == [f"app={other}"]


def test_fewest_changes_come_first() -> None:
    """One changed requirement is nearer than two slips."""
    selector = "{matchLabels: {app: web, tier: front}}"
    found = best(
        selector, pods("a", app="wbe", tier="fornt"), pods("b", app="web", tier="something-else")
    )
    assert [name for name, _, _ in found] == ["b"]


def test_then_fewest_letters() -> None:
    """Of several workloads with one change each the one with the nearest word."""
    found = best("{matchLabels: {app: legder}}", pods("a", app="web"), pods("b", app="ledger"))
    assert [name for name, _, _ in found] == ["b"]


def test_equally_near() -> None:
    """Two workloads that are equally near are both named; the same labels only once."""
    found = best(
        "{matchLabels: {app: tills}}",
        *(pods(name, app=app) for name, app in (("a", "till"), ("b", "tlils"), ("c", "till"))),
    )
    assert [name for name, _, _ in found] == ["a", "b"]


def test_the_name_under_another_key() -> None:
    """The same value under another key, an app's key first; a switch is no name."""
    (found,) = best("{matchLabels: {app: web}}", pods("a", tier="web", app_name="x", name="web"))
    assert found == ("a", Likeness.CLOSE, ["name=web"])
    (found,) = best("{matchLabels: {app: 'true'}}", pods("a", tier="true"))
    assert found == ("a", Likeness.NONE, ["app=None"])


def test_one_label_too_many() -> None:
    """The app is there, and nothing stands for the second label."""
    (found,) = best("{matchLabels: {app: web, tier: front}}", pods("a", app="web"))
    assert found == ("a", Likeness.CLOSE, ["tier=None"])
    (found,) = best("{matchLabels: {unit: web, tier: front}}", pods("a", unit="web"))
    assert found == ("a", Likeness.NONE, ["tier=None"])


def test_nothing_to_compare() -> None:
    """No workload, none with labels."""
    assert best("{matchLabels: {app: web}}") == []
    assert best("{matchLabels: {app: web}}", pods("a")) == []


def test_the_near_one_is_found_among_many() -> None:
    """However many workloads stand before it; and long words cost no more than short ones."""
    crowd = [pods(f"w{index}", app=f"service-{index}" + "x" * 40) for index in range(300)]
    start = time.monotonic()
    found = best("{matchLabels: {app: legder}}", *crowd, pods("ledger", app="ledger"))
    assert [name for name, _, _ in found] == ["ledger"]
    best(f"{{matchLabels: {{app: {'yx' * 30}}}}}", *crowd)
    assert time.monotonic() - start < 2
