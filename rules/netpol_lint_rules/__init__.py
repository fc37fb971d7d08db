"""The rules of netpol-lint: the table of contents of the product.

The order is the order of causes: a finding silences those of later rules about the same mistake.
"""

from __future__ import annotations

from netpol_lint.rule import Rule

RULES: tuple[Rule, ...] = ()
"""Every rule there is."""
