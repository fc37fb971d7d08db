"""Workloads that are meant by another word: after whom a policy is called, and who has a part."""

from __future__ import annotations

import pytest

from netpol_lint.counterpart import bears


@pytest.mark.parametrize(
    ("policy", "called"),
    [
        ("till", True),
        ("till-netpol", True),
        ("till-network-policy", True),
        ("till-ingress", True),
        ("till-ui", False),
        ("allow-till", False),
        ("", False),
        ("-ingress", False),
    ],
)
def test_after_whom_a_policy_is_called(policy: str, called: bool) -> None:
    """Its own words stand behind the name: what stands before it may speak of a peer."""
    assert bears(policy, ["ledger", "till"]) is called


def test_a_workload_with_the_ending_of_policies() -> None:
    """It may be part of its name."""
    assert bears("nginx-ingress", ["nginx-ingress"])
