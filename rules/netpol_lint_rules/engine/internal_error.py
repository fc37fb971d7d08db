"""The linter itself failed on a file.

Why
---
A rule or the reader raised an error. It is a mistake of netpol-lint: the other rules and the other
files are still judged, and the run ends with exit status 2, so that nobody takes silence for
health.

When it stays silent
--------------------
Never, and nothing can silence it.
"""

from __future__ import annotations

from netpol_lint.diagnostic import Group
from netpol_lint.rule import Rule

RULE = Rule("internal-error", Group.ENGINE, since="0.1.0", page=__doc__ or "")
