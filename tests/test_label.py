"""The grammar of labels and names against worked cases and a letter-by-letter reading."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netpol_lint.label import (
    annotation_key_flaw,
    dns_label_flaw,
    generate_name_flaw,
    key_flaw,
    port_name_flaw,
    subdomain_flaw,
    value_flaw,
)

LETTERS = "abcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"
WORD = frozenset(LETTERS + LETTERS.upper() + DIGITS)
LOWER = frozenset(LETTERS + DIGITS)

texts = st.one_of(
    st.text(alphabet="aZ0-_./", max_size=12),
    st.text(alphabet="a-.", min_size=60, max_size=66),
    st.text(alphabet="a-./", min_size=250, max_size=320),
    st.text(max_size=8),
    st.text(alphabet="é" + LETTERS, min_size=30, max_size=64),
)


def size(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))


def is_word(text: str) -> bool:
    """A label's name: letters, digits and `-_.`, with a letter or a digit at both ends."""
    inside = all(letter in WORD or letter in "-_." for letter in text)
    return 1 <= size(text) <= 63 and inside and text[0] in WORD and text[-1] in WORD


def is_part(text: str) -> bool:
    """What stands between the dots of a DNS name, of any length."""
    inside = all(letter in LOWER or letter == "-" for letter in text)
    return text != "" and inside and text[0] in LOWER and text[-1] in LOWER


def is_subdomain(text: str) -> bool:
    return size(text) <= 253 and all(map(is_part, text.split(".")))


def is_key(text: str) -> bool:
    *prefixes, word = text.split("/")
    return len(prefixes) < 2 and is_word(word) and all(map(is_subdomain, prefixes))


def is_port_name(text: str) -> bool:
    return (
        is_part(text)
        and len(text) <= 15
        and "--" not in text
        and any(letter in LETTERS for letter in text)
    )


@given(texts)
def test_values(text: str) -> None:
    """A value is empty or a word."""
    assert (value_flaw(text) is None) == (text == "" or is_word(text))


@given(texts)
@example("a" * 253 + "/" + "b" * 63)
@example("a" * 254 + "/b")
@example("a" * 253 + "/" + "b" * 64)
def test_keys(text: str) -> None:
    """A key is a word, with at most one domain and slash before it."""
    assert (key_flaw(text) is None) == is_key(text)


@given(texts)
def test_names(text: str) -> None:
    """A policy's name has dots and 253 bytes, a namespace neither."""
    assert (subdomain_flaw(text) is None) == is_subdomain(text)
    assert (dns_label_flaw(text) is None) == (is_part(text) and size(text) <= 63)


@given(st.one_of(texts, st.text(alphabet="a1-", max_size=17)))
def test_port_names(text: str) -> None:
    """A port name is short, lower case, and not a number."""
    assert (port_name_flaw(text) is None) == is_port_name(text)


@given(st.text(alphabet=string.ascii_letters + "./-", max_size=12))
def test_annotation_keys(text: str) -> None:
    """The case of letters does not matter in the key of an annotation."""
    assert (annotation_key_flaw(text) is None) == is_key(text.lower())


@given(texts, st.booleans())
def test_flaws_are_short(text: str, alone: bool) -> None:
    """A reason fits into a message beside the value it is about."""
    for flaw in (
        value_flaw(text),
        key_flaw(text),
        annotation_key_flaw(text),
        subdomain_flaw(text),
        dns_label_flaw(text),
        port_name_flaw(text),
        generate_name_flaw(text, alone=alone),
    ):
        assert flaw is None or (flaw.isprintable() and 0 < len(flaw) <= 60)


@pytest.mark.parametrize(
    ("key", "accepted"),
    [
        ("Shop.Example.COM/Note", True),
        ("\N{KELVIN SIGN}/c", True),  # its lower case is a plain k
        ("\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}/c", True),  # and this one's a plain i, in Go
        ("É/c", False),
        ("a/b/c", False),
    ],
)
def test_annotation_keys_by_example(key: str, accepted: bool) -> None:
    """Lower case is Go's, one letter for one."""
    assert (annotation_key_flaw(key) is None) == accepted


@pytest.mark.parametrize(
    ("base", "beside_a_name", "alone"),
    [
        ("web-", True, True),
        ("web", True, True),
        ("web.-", True, False),  # the look is at `wea`, the result would be `web.-xxxxx`
        ("_-", True, False),
        ("web--", True, True),
        ("-", False, False),
        ("web.", False, False),
        ("Web-", False, False),
        ("w/-", False, False),
        ("w%-", False, False),
        ("w" * 253, True, True),  # cut to 58 before the suffix
        ("w" * 254, False, False),
        ("w" * 57 + "-" + "w" * 9, True, True),
        ("w" * 57 + "." + "w" * 9, True, True),
        ("w" * 57 + ".w-", True, True),
    ],
)
def test_generate_name(base: str, beside_a_name: bool, alone: bool) -> None:
    """The hyphen at the end is forgiven, the name that would come out is not."""
    assert (generate_name_flaw(base, alone=False) is None) == beside_a_name
    assert (generate_name_flaw(base, alone=True) is None) == alone


@pytest.mark.parametrize(
    ("flaw", "reason"),
    [
        (value_flaw("web shop"), "no blank may stand in it"),
        (value_flaw("web\n"), "it ends with a line break"),
        (value_flaw("web*"), "no `*` may stand in it"),
        (value_flaw("w\u202eb"), "no `\\u202e` may stand in it"),
        (value_flaw("-web"), "it must begin with a letter or a digit"),
        (value_flaw("web."), "it must end with a letter or a digit"),
        (value_flaw("w" * 64), "it has 64 bytes, 63 are allowed"),
        (key_flaw(""), "it is empty"),
        (key_flaw("/app"), "nothing stands before its `/`"),
        (key_flaw("shop/"), "nothing stands behind its `/`"),
        (key_flaw("a/b/c"), "only one `/` may stand in it"),
        (key_flaw("Shop/app"), "in its prefix, it must be lower case"),
        (key_flaw("s..p/app"), "in its prefix, no two dots may follow each other"),
        (subdomain_flaw("Web"), "it must be lower case"),
        (subdomain_flaw("web_shop"), "no `_` may stand in it"),
        (subdomain_flaw("web.-shop"), "no part may begin or end with a hyphen"),
        (subdomain_flaw("é" * 200), "it has 400 bytes, 253 are allowed"),
        (dns_label_flaw("web.shop"), "no dot may stand in it"),
        (port_name_flaw("HTTP"), "a port name is lower case"),
        (port_name_flaw("8080"), "a port name needs a letter"),
        (port_name_flaw("a--b"), "no two hyphens may follow each other"),
        (port_name_flaw("a-"), "a hyphen may not begin or end it"),
        (port_name_flaw("my_port"), "no `_` may stand in a port name"),
    ],
)
def test_reasons(flaw: str | None, reason: str) -> None:
    """The reason names what a person would correct first."""
    assert flaw == reason
