"""Address blocks: from the text of a CIDR to integers, exactly as Kubernetes reads it.

The reader is ParseCIDRSloppy of k8s.io/utils/net: leading zeros are allowed and mean nothing,
whereas Python's ipaddress refuses them, takes netmasks and zones, and costs its import at start.
"""

from __future__ import annotations

from functools import lru_cache

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.regex import regex

_IPV4 = regex(r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+")
_DIGITS = regex(r"[0-9]+")
_HEXADECIMAL = regex(r"0*([0-9A-Fa-f]{0,4})")
_USELESS_ZERO = regex(r"(?<![0-9])0[0-9]")
_LONG_GROUP = regex(r"[0-9A-Fa-f]{5}")
_MAPPED = 0xFFFF
"""What stands above the 32 bits of an IPv4 address that is written as an IPv6 one."""

# For explanations only.
_SEVERAL = regex(r"[0-9a-fA-F.:]+(?:/[0-9]+)?[\s]*[,;][\s]*[0-9a-fA-F.:]+(?:/[0-9]+)?")
_RANGE = regex(r"[0-9.]+(?:/[0-9]+)?\s*-\s*[0-9.]+(?:/[0-9]+)?")
_HOST = regex(r"[A-Za-z0-9*_-]+(?:\.[A-Za-z0-9_-]+)*\.?(?:/[0-9]*)?")
_LETTER = regex(r"[G-Zg-z]")


class Network(NamedTuple):
    """A block of addresses. Make one with `read`."""

    address: int
    """The address as written, with the bits beyond the prefix."""
    length: int
    """The prefix length as written: 0 to 32, or 0 to 128."""
    bits: int
    """32 or 128: the length of an address of the family it is written in."""
    zeros: bool = False
    """Whether leading zeros stand in it, which other programs read as octal, or not at all."""

    @property
    def mask(self) -> int:
        """The bits that all addresses of the block have in common, as ones."""
        host = self.bits - self.length
        return ((1 << self.bits) - 1) >> host << host

    @property
    def first(self) -> int:
        """The lowest address: the network itself."""
        return self.address & self.mask

    @property
    def last(self) -> int:
        """The highest address."""
        return self.first | ((1 << (self.bits - self.length)) - 1)

    @property
    def host_bits(self) -> bool:
        """Whether the address has bits beyond the prefix: 10.0.0.1/8."""
        return self.address != self.first

    @property
    def mapped(self) -> bool:
        """Whether the address is an IPv4 one in IPv6 clothes: ::ffff:10.0.0.0/104."""
        return self.bits == 128 and self.address >> 32 == _MAPPED

    @property
    def plain(self) -> Network:
        """The block without host bits; a mapped one becomes IPv4, as Go treats it."""
        first = self.first
        if self.bits == 128 and first >> 32 == _MAPPED:
            # The ones of ffff are part of `first`, so at least 96 bits are fixed.
            return Network(first & 0xFFFFFFFF, self.length - 96, 32)
        return Network(first, self.length, self.bits)

    @property
    def host(self) -> Network:
        """The single address that is written, as a block of its own."""
        return Network(self.address, self.bits, self.bits).plain

    def holds(self, other: Network) -> bool:
        """Whether all addresses of `other` are in this block; no IPv4 block is in an IPv6 one."""
        if self.bits == other.bits == 32:
            return self.length <= other.length and not (self.address ^ other.address) & self.mask
        outer, inner = self.plain, other.plain
        return (
            outer.bits == inner.bits
            and outer.length <= inner.length
            and inner.address & outer.mask == outer.address
        )

    def allows_except(self, other: Network) -> bool:
        """Whether the API server takes `other` as an exception of this block.

        It must be smaller, and the server compares the prefix lengths as they are written.
        """
        outer, inner = self.plain, other.plain
        return (
            outer.bits == inner.bits
            and inner.address & outer.mask == outer.address
            and self.length < other.length
        )

    def __str__(self) -> str:
        return f"{text_of(self.address, self.bits)}/{self.length}"


@lru_cache(maxsize=4096)
def read(text: str) -> Network | None:
    """The block that `text` names, or None where Kubernetes refuses it in every version."""
    written, slash, prefix = text.partition("/")
    if not slash or not _DIGITS.fullmatch(prefix):
        return None
    address, bits = _ipv4(written), 32
    if address is None:
        address, bits = _ipv6(written), 128
    length = _number(prefix, bits)
    if address is None or length is None:
        return None
    zeros = _USELESS_ZERO.match(prefix) is not None or _has_zeros(written)
    return Network(address, length, bits, zeros)


@lru_cache(maxsize=4096)
def is_strict(text: str) -> bool:
    """Whether `text` is a CIDR that every version of Kubernetes takes, in one meaning only."""
    network = read(text)
    return network is not None and not (network.zeros or network.mapped or network.host_bits)


@lru_cache(maxsize=4096)
def is_exception(cidr: str, text: str) -> bool:
    """Whether the API server takes `text` as an exception of `cidr`, both of which it can read."""
    block, exception = read(cidr), read(text)
    return block is not None and exception is not None and block.allows_except(exception)


def read_address(text: str) -> Network | None:
    """The one address that `text` names, without a prefix length, as a block."""
    for bits, reader in ((32, _ipv4), (128, _ipv6)):
        address = reader(text)
        if address is not None:
            return Network(address, bits, bits, _has_zeros(text))
    return None


def flaw(text: str) -> str:
    """Why `text`, which `read` refuses, is not a CIDR: a short reason without a subject."""
    written, slash, prefix = text.partition("/")
    if not text.strip():
        return "it is empty"
    if _RANGE.fullmatch(text.strip()):
        return "a range of addresses is not a block"
    if _SEVERAL.match(text.strip()):
        return "it takes one block, not a list"
    if not slash:
        if read_address(text) is not None:
            return "the prefix length is missing"
        return _address_flaw(text)
    if any(character.isspace() for character in text):
        return "no blanks may stand in it"
    network = read_address(written)
    if network is None:
        return _address_flaw(written)
    if "/" in prefix:
        return "it has more than one `/`"
    if _IPV4.fullmatch(prefix):
        return "a netmask is no prefix length"
    if not _DIGITS.fullmatch(prefix):
        return "the prefix length must be a number"
    return f"its prefix length is over {network.bits}"


def text_of(address: int, bits: int) -> str:
    """An address as RFC 5952 wants it written."""
    if bits == 32:
        return ".".join(str(address >> shift & 0xFF) for shift in (24, 16, 8, 0))
    if address >> 32 == _MAPPED:
        return f"::ffff:{text_of(address & 0xFFFFFFFF, 32)}"
    groups = [address >> shift & 0xFFFF for shift in range(112, -16, -16)]
    start, length = _longest_zeros(groups)
    words = [f"{group:x}" for group in groups]
    if length < 2:
        return ":".join(words)
    return f"{':'.join(words[:start])}::{':'.join(words[start + length :])}"


def _ipv4(text: str) -> int | None:
    if not _IPV4.fullmatch(text):
        return None
    address = 0
    for part in text.split("."):
        octet = _number(part, 0xFF)
        if octet is None:
            return None
        address = address << 8 | octet
    return address


def _ipv6(text: str) -> int | None:
    if ":" not in text:
        return None
    head, gap, tail = text.partition("::")
    before = _groups(head, last=not gap)
    after = _groups(tail, last=True)
    if before is None or after is None:
        return None
    missing = 8 - len(before) - len(after)
    if missing < 1 if gap else missing != 0:
        return None
    address = 0
    for group in [*before, *[0] * missing, *after]:
        address = address << 16 | group
    return address


def _groups(text: str, *, last: bool) -> list[int] | None:
    """The 16-bit numbers between colons; the `last` may be an IPv4 address, which is two."""
    groups: list[int] = []
    if not text:
        return groups
    *words, end = text.split(":")
    for word in words:
        group = _hexadecimal(word)
        if group is None:
            return None
        groups.append(group)
    if "." in end:
        address = _ipv4(end) if last else None
        return None if address is None else [*groups, address >> 16, address & 0xFFFF]
    group = _hexadecimal(end)
    return None if group is None else [*groups, group]


def _hexadecimal(word: str) -> int | None:
    match = _HEXADECIMAL.fullmatch(word)
    return int(match[1] or "0", 16) if match is not None and word else None


def _number(digits: str, most: int) -> int | None:
    """A decimal number up to `most`; leading zeros mean nothing."""
    digits = digits.lstrip("0") or "0"
    if len(digits) > 3:
        return None
    number = int(digits)
    return number if number <= most else None


def _has_zeros(address: str) -> bool:
    if ":" not in address:
        return _USELESS_ZERO.search(address) is not None
    # In IPv6, 0db8 is right, and only more than four digits are too many.
    dotted = address.rpartition(":")[2] if "." in address else ""
    return _LONG_GROUP.search(address) is not None or _USELESS_ZERO.search(dotted) is not None


def _longest_zeros(groups: list[int]) -> tuple[int, int]:
    """Where the first of the longest runs of zeros begins, and how long it is."""
    best = (0, 0)
    start = 0
    for index, group in enumerate([*groups, 1]):
        if group:
            if index - start > best[1]:
                best = (start, index - start)
            start = index + 1
    return best


def _address_flaw(text: str) -> str:
    if any(character.isspace() for character in text):
        return "no blanks may stand in it"
    if "[" in text or "]" in text:
        return "no brackets may stand in it"
    if ":" in text:
        if "%" in text:
            return "a zone cannot be part of it"
        return "this is no IPv6 address"
    if _LETTER.search(text) and _HOST.fullmatch(text):
        return "names are not looked up, give an address"
    parts = text.split(".")
    if all(_DIGITS.fullmatch(part) for part in parts):
        if len(parts) != 4:
            return "an IPv4 address has four parts"
        return "no part of an IPv4 address is over 255"
    return "this is no IP address"
