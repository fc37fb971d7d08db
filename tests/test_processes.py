"""Work that is shared among processes: nothing is lost, and the order stays."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netpol_lint import processes

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


@given(st.lists(st.integers(1, 1000)), st.integers(1, 8))
def test_stretches(row: list[int], count: int) -> None:
    """They are the whole row, and none is heavier than its part and one item."""
    found = processes.stretches(row, lambda each: each, count)
    assert [each for stretch in found for each in stretch] == row
    assert 1 <= len(found) <= count
    assert all(found) or not row
    assert all(sum(each) <= sum(row) / count + max(row) for each in found if row)


def test_one_process_for_few_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    assert processes.worthwhile(processes.FORK_FROM - 1) == 1
    assert processes.worthwhile(processes.FORK_FROM) == processes.MOST
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert processes.worthwhile(processes.FORK_FROM) == 1
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.delattr(os, "fork")
    assert processes.worthwhile(processes.FORK_FROM) == 1


def test_shares_are_done_by_processes_of_their_own_in_order() -> None:
    found = processes.share(lambda word: (word, os.getpid()), ["a", "b", "c"])
    assert [word for word, _ in found] == ["a", "b", "c"]
    assert found[0][1] == os.getpid()
    assert len({process for _, process in found}) == 3


def test_the_share_of_a_process_that_dies_is_done_here() -> None:
    here = os.getpid()

    def work(word: str) -> tuple[str, int]:
        if os.getpid() != here:
            os._exit(9)
        return word, os.getpid()

    assert processes.share(work, ["a", "b"]) == [("a", here), ("b", here)]


def test_what_goes_wrong_in_a_process_is_not_lost(capfd: pytest.CaptureFixture[str]) -> None:
    def work(word: str) -> str:
        if word == "b":
            raise KeyError(word)
        return word

    with pytest.raises(KeyError, match="b"):
        processes.share(work, ["a", "b"])
    assert capfd.readouterr() == ("", "")
