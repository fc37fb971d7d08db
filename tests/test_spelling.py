"""Which known word another one was meant to be."""

from __future__ import annotations

import pytest

from netpol_lint.spelling import akin

KNOWN = ("open-to-everyone", "split-peer", "split-rule", "deny-that-allows", "allow-that-denies")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("open-to-everybody", "open-to-everyone"),
        ("Deny-That-Permits", "deny-that-allows"),
        ("peer-split", "split-peer"),
        ("split", None),
        ("everyone", None),
        ("", None),
    ],
)
def test_akin(word: str, meant: str | None) -> None:
    """Two words in common and half of the name: one alone would speak for many rules."""
    assert akin(word, KNOWN) == meant
