"""Sets of addresses: intervals for each family; blocks with their exceptions taken out."""

from __future__ import annotations

from collections.abc import Iterable

from netpol_lint.address import Network, text_of
from netpol_lint.interval import NONE, Intervals
from netpol_lint.named_tuple import NamedTuple

Address = tuple[int, int]
"""The number, and the bits of its family: 32 or 128."""


class AddressSet(NamedTuple):
    """Addresses of both families, which never compare with each other."""

    v4: Intervals = NONE
    v6: Intervals = NONE

    @property
    def empty(self) -> bool:
        """Whether no address is in it."""
        return self.v4.empty and self.v6.empty

    def holds(self, address: Address) -> bool:
        """Whether it is one of them."""
        number, bits = address
        return (self.v4 if bits == 32 else self.v6).holds(number)

    def join(self, other: AddressSet) -> AddressSet:
        """The addresses in either."""
        return AddressSet(self.v4.join(other.v4), self.v6.join(other.v6))

    def meet(self, other: AddressSet) -> AddressSet:
        """The addresses in both."""
        return AddressSet(self.v4.meet(other.v4), self.v6.meet(other.v6))

    def minus(self, other: AddressSet) -> AddressSet:
        """The addresses of this set that are not in the other."""
        return AddressSet(self.v4.minus(other.v4), self.v6.minus(other.v6))

    def example(self) -> Address:
        """The lowest address. Only for a set that is not empty."""
        return (self.v6.lowest, 128) if self.v4.empty else (self.v4.lowest, 32)


NO_ADDRESS = AddressSet()
EVERY_ADDRESS = AddressSet(Intervals(((0, 2**32 - 1),)), Intervals(((0, 2**128 - 1),)))


def block(network: Network, excepts: Iterable[Network] = ()) -> AddressSet:
    """A block without its exceptions."""
    whole = _interval(network)
    holes = Intervals.of((each.first, each.last) for each in excepts if each.bits == network.bits)
    left = whole.minus(holes)
    return AddressSet(v4=left) if network.bits == 32 else AddressSet(v6=left)


def _interval(network: Network) -> Intervals:
    return Intervals(((network.first, network.last),))


def words(address: Address) -> str:
    """An address as people write it."""
    return text_of(*address)
