"""Which ports two sides may have in common, where some of them are names or cannot be read."""

from __future__ import annotations

import pytest

from netpol_lint.admission import may_share
from netpol_lint.interval import Intervals
from netpol_lint.port_set import EVERY_PORT, UNKNOWN_PORTS, PortSet


def tcp(first: int, last: int) -> PortSet:
    return PortSet({"TCP": Intervals(((first, last),))})


HTTP = PortSet({}, frozenset((("TCP", "http"),)))
DNS = PortSet({"UDP": Intervals(((53, 53),))})


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [
        (tcp(80, 80), tcp(80, 90), True),
        (tcp(80, 80), tcp(81, 90), False),
        (tcp(53, 53), DNS, False),
        (tcp(80, 80), EVERY_PORT, True),
        (tcp(80, 80), UNKNOWN_PORTS, True),
        (tcp(80, 80), HTTP, True),
        (DNS, HTTP, False),
        (HTTP, PortSet({}, frozenset((("TCP", "web"),))), True),
        (PortSet({}), EVERY_PORT, False),
    ],
)
def test_shared_ports(first: PortSet, second: PortSet, shared: bool) -> None:
    """A name may stand for any number of its protocol, and what cannot be read for anything."""
    assert may_share(first, second) is shared
    assert may_share(second, first) is shared
