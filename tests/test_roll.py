"""Looking up workloads by labels gives what asking each of them gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netpol_lint.answer import Answer
from netpol_lint.node import Scalar
from netpol_lint.policy import Operator, Requirement, Selector
from netpol_lint.repository import Build, Resident
from netpol_lint.repository.manifest import manifests
from netpol_lint.repository.match import selects
from netpol_lint.repository.roll import Roll
from netpol_lint.repository.transformation import NOTHING, Pair
from netpol_lint.repository.workload import read
from netpol_lint.span import Span

NODE = Scalar(0, 0, "", "", None)
HERE = Build(None, "shop", False, "")

words = st.sampled_from(["a", "b", "c"])
pods = st.none() | st.dictionaries(words, words, max_size=3)
operators = st.sampled_from(Operator)


def resident(number: int, labels: dict[str, str] | None, path: str = "a.yaml") -> Resident:
    """A Deployment whose pods have such labels; None stands for one that is filled in later."""
    known = {"a": "$(A)"} if labels is None else labels
    pairs = ", ".join(f"{key}: {value}" for key, value in known.items())
    text = (
        "apiVersion: apps/v1\nkind: Deployment\n"
        f"metadata: {{name: w{number}, namespace: shop, labels: {{own: '{number}'}}}}\n"
        f"spec: {{template: {{metadata: {{labels: {{{pairs}}}}}}}}}\n"
    )
    (manifest,) = manifests(text)
    return Resident(read(manifest, path), path, HERE)


@st.composite
def requirements(draw: st.DrawFn) -> tuple[Requirement, ...]:
    found = []
    for _ in range(draw(st.integers(0, 3))):
        operator = draw(operators)
        takes = operator in (Operator.IN, Operator.NOT_IN)
        values = tuple(draw(st.lists(words, min_size=1, max_size=3))) if takes else ()
        found.append(Requirement(draw(words), operator, values, NODE, NODE))
    return tuple(found)


@given(st.lists(pods, max_size=6), requirements())
def test_nobody_is_overlooked(
    labels: list[dict[str, str] | None], asked: tuple[Requirement, ...]
) -> None:
    """All that a selector selects, or may select, are among the candidates."""
    residents = [resident(number, each) for number, each in enumerate(labels)]
    selector = Selector(NODE, asked, exact=True)
    candidates = {each.workload.name for each in Roll(residents).candidates(asked)}
    for each in residents:
        if selects(selector, each.labels) is not Answer.REFUTED:
            assert each.workload.name in candidates


def test_owners() -> None:
    """By labels of the objects themselves, those of a build included."""
    pair = Pair("team", "tills", "kustomization.yaml", Span(0, 1))
    built = HERE._replace(done=NOTHING._replace(label_pairs=(pair,)))
    roll = Roll([resident(1, {}), resident(2, {})._replace(build=built)])

    def owners(key: str, *values: str) -> list[str]:
        asked = Requirement(key, Operator.IN, values, NODE, NODE)
        return [each.workload.name for each in roll.owners(asked)]

    assert owners("own", "1") == ["w1"]
    assert owners("team", "tills", "others") == ["w2"]
    assert owners("team", "others") == []


def test_examples_are_not_at_home() -> None:
    """They say nothing about where workloads are kept."""
    roll = Roll([resident(1, {"a": "b"}), resident(2, {"c": "d"}, "examples/b.yaml")])
    assert roll.names == {"w1"}
    assert roll.places == {""}
    assert roll.keys == {"a", "c"}
