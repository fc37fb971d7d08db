"""Which objects of one namespace are applied to one cluster."""

from __future__ import annotations

from pathlib import Path

import pytest
from repositories import kustomization, policy, population, service, workload, write

from netpol_lint.repository import Build
from netpol_lint.repository.environment import place_of, together

RAW = Build(None, "shop", False, "")


def built(root: str) -> Build:
    """What the kustomization in a folder builds."""
    return RAW._replace(root=root)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a.yaml", "b.yaml"),
        ("apps/shop/a.yaml", "apps/shop/b.yaml"),
        ("apps/shop/a.yaml", "policies/b.yaml"),
        ("clusters/one/a.yaml", "clusters/one/b/c.yaml"),
        ("a.yaml", "apps/b.yaml"),
    ],
)
def test_by_all_appearance_together(first: str, second: str) -> None:
    assert together((first, RAW), (second, RAW), scattered=False)
    assert together((second, RAW), (first, RAW), scattered=False)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("clusters/one/a.yaml", "clusters/two/b.yaml"),
        ("overlays/a/x/a.yaml", "overlays/b/x/b.yaml"),
        ("apps/dev/a.yaml", "apps/prod/b.yaml"),
        ("apps/shop-staging/a.yaml", "apps/shop/b.yaml"),
        ("apps/a.yaml", "apps/examples/b.yaml"),
    ],
)
def test_variants_are_not_applied_together(first: str, second: str) -> None:
    assert not together((first, RAW), (second, RAW), scattered=False)
    assert not together((second, RAW), (first, RAW), scattered=False)


def test_the_root_of_the_build_counts_and_not_the_file() -> None:
    assert place_of("base/a.yaml", built("overlays/dev")) == "overlays/dev"
    assert place_of("base/a.yaml", RAW) == "base"
    assert together(("dev/a.yaml", built("x")), ("prod/b.yaml", built("x")), scattered=False)
    assert not together(
        ("base/a.yaml", built("dev")), ("base/a.yaml", built("prod")), scattered=False
    )


def test_where_there_are_several_clusters_only_one_place_is_together() -> None:
    assert together(("a/x.yaml", RAW), ("a/y.yaml", RAW), scattered=True)
    assert not together(("a/x.yaml", RAW), ("b/y.yaml", RAW), scattered=True)


@pytest.mark.parametrize(
    "text", [workload("web", "shop"), service("web", "shop"), policy("p", "shop")]
)
def test_one_object_from_two_places_means_two_clusters(tmp_path: Path, text: str) -> None:
    write(
        tmp_path,
        {"one/a.yaml": text, "two/a.yaml": text.replace("namespace: shop", "namespace: till")},
    )
    assert not population(tmp_path).scattered
    write(tmp_path, {"three/a.yaml": text})
    assert population(tmp_path).scattered


def test_two_overlays_into_one_namespace(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "base/web.yaml": workload("web"),
            "base/kustomization.yaml": kustomization("web.yaml"),
            "one/kustomization.yaml": kustomization("../base", more="namespace: shop\n"),
            "two/kustomization.yaml": kustomization("../base", more="namespace: shop\n"),
        },
    )
    found = population(tmp_path)
    assert len(found.residents) == 2
    assert found.scattered
