"""The policy where it lands: once for each way there, as the build leaves it."""

from __future__ import annotations

from pathlib import Path

from repositories import context_of, kustomization, policy, workload

from netpol_lint.context import MAX_NAMESPACES

PATCH = "patches: [{target: {kind: NetworkPolicy}, patch: '[{op: remove, path: /spec}]'}]\n"


def overlays(*names: str, more: str = "") -> dict[str, str]:
    """A base with a policy and a workload, and an overlay for each namespace."""
    above = kustomization("../base")
    return {
        "base/policy.yaml": policy("close"),
        "base/web.yaml": workload("web"),
        "base/kustomization.yaml": kustomization("policy.yaml", "web.yaml"),
    } | {f"{name}/kustomization.yaml": f"namespace: {name}\n{above}{more}" for name in names}


def test_a_seat_for_each_namespace(tmp_path: Path) -> None:
    """With its build and with those who live there."""
    context = context_of(tmp_path, overlays("books", "shop"), "base/policy.yaml")
    found = [(each.population.name, each.build.root) for each in context.seats]
    assert found == [("books", "books"), ("shop", "shop")]
    assert [len(each.population.residents) for each in context.seats] == [1, 1]
    assert {each.build.root for each in context.landed} == {"books", "shop"}
    assert {each.path for each in context.landed} == {"base/policy.yaml"}


def test_an_unknown_namespace(tmp_path: Path) -> None:
    """A policy always lands somehow, but has a seat where its namespace is known."""
    context = context_of(tmp_path, {"a.yaml": policy("close")}, "a.yaml")
    assert len(context.landed) == 1
    assert context.seats == ()


def test_a_patched_policy(tmp_path: Path) -> None:
    """What cannot be read any more after one build is judged after none."""
    files = overlays("books") | overlays("shop", more=PATCH)
    context = context_of(tmp_path, files, "base/policy.yaml")
    assert sorted(each.policy.spec.readable for each in context.landed) == [False, True]
    assert context.seats == ()


def test_too_many_namespaces(tmp_path: Path) -> None:
    """Who lands everywhere is judged nowhere."""
    names = [f"shop-{number}" for number in range(MAX_NAMESPACES + 1)]
    context = context_of(tmp_path, overlays(*names), "base/policy.yaml")
    assert len(context.landed) == len(names)
    assert context.seats == ()
