"""CIDR texts against Python's ipaddress where that agrees, and against worked cases where not."""

from __future__ import annotations

import ipaddress
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from netpol_lint.address import Network, flaw, is_exception, is_strict, read, read_address, text_of

four = st.integers(0, 2**32 - 1)
six = st.one_of(
    st.integers(0, 2**128 - 1),
    st.lists(st.one_of(st.just(0), st.integers(0, 0xFFFF)), min_size=8, max_size=8).map(
        lambda groups: int("".join(f"{group:04x}" for group in groups), 16)
    ),
    four.map(lambda address: 0xFFFF << 32 | address),
)
networks = st.one_of(
    st.tuples(four, st.integers(0, 32), st.just(32)),
    st.tuples(six, st.integers(0, 128), st.just(128)),
).map(lambda parts: Network(*parts))


def python_network(network: Network) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    kind = ipaddress.IPv4Network if network.bits == 32 else ipaddress.IPv6Network
    return kind((network.address, network.length), strict=False)


@given(networks)
def test_reads_what_it_writes(network: Network) -> None:
    """A written block is read as the same block."""
    assert read(str(network)) == network


@given(networks)
def test_bounds(network: Network) -> None:
    """First and last address are those of Python's ipaddress."""
    other = python_network(network)
    assert network.first == int(other.network_address)
    assert network.last == int(other.broadcast_address)
    assert network.host_bits == (network.address != int(other.network_address))


@given(networks, networks)
def test_holds(one: Network, other: Network) -> None:
    """Containment is that of Python's ipaddress, within one family."""
    assume(one.plain.bits == other.plain.bits)
    outer, inner = python_network(one.plain), python_network(other.plain)
    assert one.holds(other) == inner.subnet_of(outer)  # type: ignore[arg-type]


@given(six)
def test_writes_ipv6_as_rfc_5952(address: int) -> None:
    """The shortest spelling, as Python's ipaddress writes it."""
    assume(address >> 32 != 0xFFFF)
    assert text_of(address, 128) == str(ipaddress.IPv6Address(address))


@given(st.text(alphabet="0123456789.:/abF% ", max_size=24))
def test_accepts_no_more_than_python(text: str) -> None:
    """Beyond leading zeros, only what Python's ipaddress takes; and all that, netmasks aside."""
    try:
        interface = ipaddress.ip_interface(text)
    except ValueError:
        interface = None
    network = read(text)
    if interface is not None and re.fullmatch(r"[^/%]*/[0-9]+", text):
        assert network is not None
        assert network.address == int(interface.ip)
    elif network is not None:
        assert network.zeros
    else:
        assert 0 < len(flaw(text)) <= 50


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10.0.0.0",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.0/8/8",
        "10.0.0.0/255.0.0.0",
        "10.0.0/8",
        "10.0.0.0.0/8",
        "10.0.0.256/8",
        "10.0.0.1e1/8",
        "0x0a.0.0.0/8",
        " 10.0.0.0/8",
        "10.0.0.0/8\n",
        "1٠.0.0.0/8",
        "10.0.0.0/٨",
        "::/129",
        "[::]/0",
        "fe80::1%eth0/64",
        ":::/0",
        "1::2::3/64",
        "1:2:3:4:5:6:7/64",
        "1:2:3:4:5:6:7:8:9/64",
        "1:2:3:4:5:6:7:8::/64",
        "1:2:3:4:5:6:7:1.2.3.4/64",
        "::1.2.3/96",
        "::1.2.3.4:5/96",
        "1.2.3.4::/96",
        "12345::/16",
        "g::/16",
        "_1::/16",
        "localhost",
    ],
)
def test_refused(text: str) -> None:
    """No version of Kubernetes takes these."""
    assert read(text) is None
    assert flaw(text)


@pytest.mark.parametrize(
    ("text", "plain", "strict"),
    [
        ("0.0.0.0/0", "0.0.0.0/0", True),
        ("::/0", "::/0", True),
        ("2001:DB8:0:0::/32", "2001:db8::/32", True),
        ("64:ff9b::192.0.2.0/120", "64:ff9b::c000:200/120", True),
        ("1:2:3:4:5:6:7::/112", "1:2:3:4:5:6:7:0/112", True),
        ("010.0.0.0/8", "10.0.0.0/8", False),
        ("10.0.0.0/08", "10.0.0.0/8", False),
        ("10.00.0.0/8", "10.0.0.0/8", False),
        ("10.0.0." + "0" * 5000 + "/8", "10.0.0.0/8", False),
        ("0010.0.0.1/8", "10.0.0.0/8", False),
        ("::/00", "::/0", False),
        ("02001:db8::/32", "2001:db8::/32", False),
        ("64:ff9b::192.0.02.0/120", "64:ff9b::c000:200/120", False),
        ("10.0.0.1/8", "10.0.0.0/8", False),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8", False),
        ("::FFFF:0a00:1/104", "10.0.0.0/8", False),
        ("::ffff:10.0.0.0/90", "::ffc0:0:0/90", False),
    ],
)
def test_accepted(text: str, plain: str, strict: bool) -> None:
    """What was always read, and what of it 1.36 still takes."""
    network = read(text)
    assert network is not None
    assert str(network.plain) == plain
    assert is_strict(text) == strict


@pytest.mark.parametrize(
    ("cidr", "exception", "accepted"),
    [
        ("10.0.0.0/8", "10.0.0.0/9", True),
        ("10.0.0.0/8", "10.255.255.255/32", True),
        ("10.0.0.1/8", "10.9.9.9/9", True),
        ("10.0.0.0/8", "10.0.0.0/8", False),
        ("10.0.0.0/8", "0.0.0.0/0", False),
        ("10.0.0.0/8", "11.0.0.0/9", False),
        ("0.0.0.0/0", "0.0.0.0/1", True),
        ("::/0", "2001:db8::/32", True),
        ("::/0", "10.0.0.0/8", False),
        ("::/0", "::ffff:10.0.0.0/104", False),
        ("::/0", "::ffff:10.0.0.0/90", True),
        ("0.0.0.0/0", "::/1", False),
        # Prefix lengths are compared as they are written, addresses as IPv4.
        ("10.0.0.0/8", "::ffff:10.0.0.0/104", True),
        ("::ffff:10.0.0.0/104", "10.0.0.0/9", False),
        ("::ffff:10.0.0.0/104", "::ffff:10.0.0.0/105", True),
        ("nonsense", "10.0.0.0/9", False),
    ],
)
def test_exceptions(cidr: str, exception: str, accepted: bool) -> None:
    """The subset rule of the API server, mixtures of families included."""
    assert is_exception(cidr, exception) == accepted


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is empty"),
        ("10.0.0.1", "the prefix length is missing"),
        ("2001:db8::1", "the prefix length is missing"),
        ("10.0.0.0/33", "its prefix length is over 32"),
        ("::/129", "its prefix length is over 128"),
        ("10.0.0.0/a", "the prefix length must be a number"),
        ("10.0.0.0/255.0.0.0", "a netmask is no prefix length"),
        ("10.0.0.0/8/8", "it has more than one `/`"),
        ("10.0.0.0 /8", "no blanks may stand in it"),
        ("10.0.0/8", "an IPv4 address has four parts"),
        ("10.0.0.256/8", "no part of an IPv4 address is over 255"),
        ("10.0.0.1-10.0.0.9", "a range of addresses is not a block"),
        ("10.0.0.0/8, 11.0.0.0/8", "it takes one block, not a list"),
        ("localhost", "names are not looked up, give an address"),
        ("shop.example.com/32", "names are not looked up, give an address"),
        ("fe80::1%eth0/64", "a zone cannot be part of it"),
        ("[::]/0", "no brackets may stand in it"),
        ("1::2::3/64", "this is no IPv6 address"),
        ("*", "this is no IP address"),
    ],
)
def test_flaws(text: str, reason: str) -> None:
    """The reason says what a person would correct."""
    assert flaw(text) == reason


def test_single_addresses() -> None:
    """A bare address is a block of one."""
    assert str(read_address("198.51.100.7")) == "198.51.100.7/32"
    assert str(read_address("2001:DB8::7")) == "2001:db8::7/128"
    assert read_address("198.51.100.7/32") is None
    assert read("198.51.100.7/24") is not None
    assert str(read("198.51.100.7/24").host) == "198.51.100.7/32"  # type: ignore[union-attr]


def test_long_texts_are_refused_quickly() -> None:
    """No spelling of a hundred thousand characters costs more than its length."""
    for piece in ("1", "0", ":", ".", "1.", "1:", "::", "a", "/"):
        assert read(piece * 100_000) is None
        assert flaw(piece * 100_000 + "!/8")
