"""What helmfile is told: folders without a chart that are installed as if they were one.

Source: docs/advanced-features.md of helmfile, and README.md of chartify.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from netpol_lint import parse
from netpol_lint.regex import regex
from netpol_lint.repository.command import Command, told
from netpol_lint.repository.manifest import at, is_template, items, text_at

NAMES = ("helmfile.yaml", "helmfile.yml", "helmfile.yaml.gotmpl")
MAX_RELEASES = 2_000
"""Releases of one file that are looked at."""

_CHART = regex(r"^[ \t-]*chart:[ \t]*[\"']?([^\s\"'#]+)", re.MULTILINE)
_NAMESPACE = regex(r"^[ \t-]*namespace:", re.MULTILINE)


def commands(text: str, path: str) -> Iterator[Command]:
    """The releases of one file. Helm's namespace is for the manifests that state none."""
    home, why = (posixpath.dirname(path),), f"a release of {path}"
    for part in parse.split(text):
        root = parse.parse(text, part).root
        if root is None and is_template(text, *part):
            body = text[part.start : part.end]
            placed = _NAMESPACE.search(body) is not None
            yield from told(None, _CHART.findall(body), home, why, placed=placed, deep=True)
        for release in items(at(root, "releases"))[:MAX_RELEASES]:
            name = text_at(release, "namespace") or text_at(root, "namespace")
            chart = text_at(release, "chart")
            if chart:
                yield from told(name or None, (chart,), home, why, placed=bool(name), deep=True)
