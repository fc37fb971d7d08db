"""Sets of ports: intervals of numbers for each protocol, and names that nobody can look up.

A name stands for some number of its protocol, which the containers decide. So a name is in every
set that has all numbers of its protocol; compared with anything else it is only equal to itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from netpol_lint.interval import NONE, Intervals
from netpol_lint.named_tuple import NamedTuple

PROTOCOLS = ("TCP", "UDP", "SCTP")
ALL_NUMBERS = Intervals(((1, 65535),))

Port = tuple[str, int | str]
"""A protocol with a number or a name."""


class PortSet(NamedTuple):
    """Ports of some protocols."""

    numbers: Mapping[str, Intervals]
    """By protocol, for those that have any."""
    names: frozenset[tuple[str, str]] = frozenset()
    """Protocol and name; none of a protocol that has all numbers, where they say nothing."""
    rest: bool = False
    """Whether traffic without such ports is in it, too: ICMP and what else a network carries."""
    unknown: bool = False
    """Whether it may have more than can be read."""
    blurred: frozenset[str] = frozenset()
    """Protocols of which every name may be in it (only after `widened`)."""

    @property
    def empty(self) -> bool:
        """Whether it certainly has no port."""
        return not (self.numbers or self.names or self.rest or self.unknown)

    def of(self, protocol: str) -> Intervals:
        """The numbers of one protocol."""
        return self.numbers.get(protocol, NONE)

    def names_all(self, protocol: str) -> bool:
        """Whether every name of the protocol is in it."""
        return protocol in self.blurred or self.of(protocol) == ALL_NUMBERS

    def holds(self, port: Port) -> bool:
        """Whether the port is certainly in it."""
        protocol, number = port
        if isinstance(number, str):
            return self.names_all(protocol) or (protocol, number) in self.names
        return self.of(protocol).holds(number)

    def meet(self, other: PortSet) -> PortSet:
        """The ports that are certainly in both."""
        numbers = {
            protocol: both
            for protocol, mine in self.numbers.items()
            if not (both := mine.meet(other.of(protocol))).empty
        }
        names = frozenset(
            port for port in self.names | other.names if self.holds(port) and other.holds(port)
        )
        return PortSet(numbers, names, self.rest and other.rest)

    def minus(self, other: PortSet) -> PortSet:
        """The ports of this set that are not certainly in the other."""
        numbers = {
            protocol: left
            for protocol, mine in self.numbers.items()
            if not (left := mine.minus(other.of(protocol))).empty
        }
        names = frozenset(port for port in self.names if not other.holds(port))
        return PortSet(numbers, names, self.rest and not other.rest, self.unknown)

    def widened(self) -> PortSet:
        """The ports that may be in it, whatever its names stand for."""
        if self.unknown:
            return EVERY_PORT
        named = {protocol for protocol, _ in self.names}
        numbers = {**self.numbers, **dict.fromkeys(named, ALL_NUMBERS)}
        return PortSet(numbers, self.names, True, blurred=frozenset(numbers))

    def example(self) -> Port | None:
        """Its lowest number, else a name; None where it has neither."""
        for protocol in PROTOCOLS:
            if protocol in self.numbers:
                return protocol, self.numbers[protocol].lowest
        return min(self.names, default=None)


EVERY_PORT = PortSet(dict.fromkeys(PROTOCOLS, ALL_NUMBERS), rest=True)
UNKNOWN_PORTS = PortSet({}, unknown=True)


def join(sets: list[PortSet]) -> PortSet:
    """The ports in any of them."""
    numbers = {
        protocol: Intervals.of(piece for each in sets for piece in each.of(protocol).pieces)
        for protocol in PROTOCOLS
        if any(protocol in each.numbers for each in sets)
    }
    names = frozenset(
        port for each in sets for port in each.names if numbers.get(port[0]) != ALL_NUMBERS
    )
    return PortSet(
        numbers, names, any(each.rest for each in sets), any(each.unknown for each in sets)
    )
