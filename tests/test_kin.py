"""Who is applied together with a policy: by file, build, folder and namespace."""

from __future__ import annotations

from pathlib import Path

import pytest
from repositories import context_of

from netpol_lint import kin, parse, policy
from netpol_lint.comment import Notes
from netpol_lint.context import Context, File
from netpol_lint.option import Options
from netpol_lint.repository import Repository, Sibling
from netpol_lint.span import Lines, Span


def np(name: str, namespace: str = "", subject: str = "{}", kind: str = "NetworkPolicy") -> str:
    place = f", namespace: {namespace}" if namespace else ""
    group = "networking.k8s.io/v1" if kind == "NetworkPolicy" else "projectcalico.org/v3"
    return (
        f"apiVersion: {group}\nkind: {kind.removeprefix('Calico')}\n"
        f"metadata: {{name: {name}{place}}}\nspec: {{podSelector: {subject}}}\n"
    )


def kustomization(*resources: str, namespace: str = "", more: str = "") -> str:
    place = f"namespace: {namespace}\n" if namespace else ""
    return f"resources: [{', '.join(resources)}]\n{place}{more}"


def names(relatives: tuple[Sibling, ...]) -> list[str]:
    return [each.policy.name_text for each in relatives]


def test_a_household_for_each_overlay(tmp_path: Path) -> None:
    """What only one overlay brings is there in that one only; an excuse may come from any."""
    context = context_of(
        tmp_path,
        {
            "base/kustomization.yaml": kustomization("web.yaml"),
            "base/web.yaml": np("web") + "---\n" + np("till"),
            "live/kustomization.yaml": kustomization("../base", "own.yaml", namespace="shop"),
            "live/own.yaml": np("own"),
            "trial/kustomization.yaml": kustomization("../base", namespace="shop-trial"),
            "lost/lost.yaml": np("lost"),
        },
        "base/web.yaml",
    )
    found = {each.namespace: names(each.others) for each in kin.households(context)}
    assert found == {"shop": ["till", "own"], "shop-trial": ["till"]}
    assert sorted(names(kin.family(context))) == ["own", "till"]
    assert {each.name_text for each in kin.possible(context)} == {"lost", "own", "till"}


def test_patches_are_nobody(tmp_path: Path) -> None:
    """A patch is a part of a policy and no policy of the namespace."""
    context = context_of(
        tmp_path,
        {
            "kustomization.yaml": kustomization(
                "web.yaml", "till.yaml", more="patches: [{path: patch.yaml}]\n"
            ),
            "web.yaml": np("web", "shop"),
            "till.yaml": np("till", "shop"),
            "patch.yaml": np("till", "shop"),
        },
        "web.yaml",
    )
    assert [each.path for each in kin.family(context)] == ["till.yaml"]
    assert {each.path for each in kin.all_of(context)} == {"till.yaml"}


def test_policies_as_their_builds_leave_them(tmp_path: Path) -> None:
    """Labels are added, names get their prefix, and what a patch writes cannot be read."""
    labels = "labels: [{includeSelectors: true, pairs: {team: tills}}]\n"
    patch = "patches: [{target: {name: till}, patch: '[{op: remove, path: /spec/ingress}]'}]\n"
    context = context_of(
        tmp_path,
        {
            "kustomization.yaml": kustomization(
                "web.yaml", "till.yaml", namespace="shop", more=f"namePrefix: a-\n{labels}{patch}"
            ),
            "web.yaml": np("web", subject="{matchLabels: {app: web}}"),
            "till.yaml": np("till"),
        },
        "web.yaml",
    )
    (household,) = kin.households(context)
    (other,) = household.others
    assert str(household.itself.policy.subject.value) == "app=web, team=tills"
    assert household.itself.name == "a-web"
    assert not other.policy.spec.readable


@pytest.mark.parametrize(
    ("other", "together"),
    [
        ("app/till.yaml", True),
        ("platform/till.yaml", True),
        ("app/web-dev.yaml", False),
        ("app/other.yaml", True),
        ("examples/till.yaml", False),
        ("dev/till.yaml", False),
    ],
)
def test_plain_files(tmp_path: Path, other: str, together: bool) -> None:
    """Files that nobody builds belong together unless their places speak against it."""
    files = {"app/web.yaml": np("web", "shop"), other: np("till", "shop")}
    context = context_of(tmp_path, files, "app/web.yaml")
    assert names(kin.family(context)) == (["till"] if together else [])
    assert {each.name_text for each in kin.possible(context)} == {"till"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("web-dev.yaml", "web-prod.yaml"),
        ("lesson1.yaml", "lesson2.yaml"),
        ("install.yaml", "install-ha.yaml"),
    ],
)
def test_alternatives(tmp_path: Path, first: str, second: str) -> None:
    """Variants, steps, and bundles that have more than one object in common."""
    files = {
        first: np("web", "shop") + "---\n" + np("till", "shop"),
        second: np("web", "shop") + "---\n" + np("till", "shop") + "---\n" + np("more", "shop"),
    }
    context = context_of(tmp_path, files, first)
    assert names(kin.family(context)) == ["till"]


def test_folders_of_flux_are_no_alternatives(tmp_path: Path) -> None:
    """What is applied as a whole is applied together, whatever its names look like."""
    flux = (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        "metadata: {name: shop, namespace: flux-system}\n"
        "spec: {path: ./app, sourceRef: {kind: GitRepository, name: a}}\n"
    )
    files = {
        "app/web-1.yaml": np("web", "shop"),
        "app/web-2.yaml": np("till", "shop"),
        "flux.yaml": flux,
    }
    assert names(kin.family(context_of(tmp_path, files, "app/web-1.yaml"))) == ["till"]


def test_a_kustomization_that_ignores_them(tmp_path: Path) -> None:
    """Files beside a kustomization that lists neither of them are not applied as one."""
    files = {
        "app/kustomization.yaml": kustomization("listed.yaml"),
        "app/listed.yaml": np("listed", "shop"),
        "app/web.yaml": np("web", "shop"),
        "app/till.yaml": np("till", "shop"),
    }
    assert "till" not in names(kin.family(context_of(tmp_path, files, "app/web.yaml")))


def test_without_a_namespace(tmp_path: Path) -> None:
    """Those of the same file, and of the same folder, that have none either."""
    files = {
        "app/web.yaml": np("web") + "---\n" + np("mate") + "---\n" + np("other", "shop"),
        "app/till.yaml": np("till"),
        "else/cart.yaml": np("cart"),
    }
    (household,) = kin.households(context_of(tmp_path, files, "app/web.yaml"))
    assert household.namespace is None
    assert names(household.others) == ["till", "mate"]


def test_a_default_namespace(tmp_path: Path) -> None:
    """It is a namespace that no build gives: the policies without one belong together."""
    text = np("web") + "---\n" + np("mate")
    (tmp_path / "a.yaml").write_text(text)
    options = Options(default_namespace="shop")
    surroundings = Repository(str(tmp_path), options).surroundings("a.yaml")
    file = File()
    for part in parse.split(text):
        (each,) = policy.find(text, parse.parse(text, part).root)
        context = Context(each, Notes("", Span(0, 0), (), Lines("")), file, surroundings, options)
        file.subjects.append((each, context))
    assert names(kin.family(file.subjects[0][1])) == ["mate"]


def test_engines_without_a_namespace(tmp_path: Path) -> None:
    """A policy of another engine that nobody gives a namespace may be in any."""
    files = {
        "web.yaml": np("web", "shop"),
        "other/calico.yaml": np("names", kind="CalicoNetworkPolicy"),
    }
    (population,) = context_of(tmp_path, files, "web.yaml").populations
    assert [each.name for each in population.foreigners] == ["names"]


def test_generators_with_variables(tmp_path: Path) -> None:
    """Kyverno's variables look like a template, and the object is there all the same."""
    generator = (
        "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: closed}\n"
        "spec: {rules: [{generate: {kind: NetworkPolicy, namespace: '{{request.name}}'}}]}\n"
    )
    files = {"web.yaml": np("web", "shop"), "kyverno.yaml": generator}
    (population,) = context_of(tmp_path, files, "web.yaml").populations
    assert [each.kind for each in population.foreigners] == ["ClusterPolicy"]
    assert not population.complete


def test_too_many_to_compare(tmp_path: Path) -> None:
    """A crowd is not held against each other, which would take the square of it."""
    crowd = "---\n".join(np(f"web-{number}", "shop") for number in range(kin.MOST_POLICIES))
    few = {"a.yaml": np("web", "shop"), "b.yaml": np("till", "shop")}
    many = {**few, "crowd.yaml": crowd}
    assert names(kin.family(context_of(tmp_path / "few", few, "a.yaml"))) == ["till"]
    assert names(kin.family(context_of(tmp_path / "many", many, "a.yaml"))) == []
