"""New items are written as those beside them are."""

from __future__ import annotations

import pytest

from netpol_lint import parse
from netpol_lint.edit import apply
from netpol_lint.node import Mapping, Sequence
from netpol_lint.patch import add_tree

CONTENT = {"to": [{"pods": {"app": "web"}}], "ports": [{"port": 53, "protocol": "UDP"}]}


@pytest.mark.parametrize(
    ("text", "quote", "expected"),
    [
        (
            "a:\n- to:\n  - x: y\n",
            "",
            "a:\n- to:\n  - x: y\n- to:\n  - pods:\n      app: web\n  ports:\n  - port: 53\n"
            "    protocol: UDP\n",
        ),
        (
            "a:\n  - to:\n      - x: y\n",
            "",
            "a:\n  - to:\n      - x: y\n  - to:\n      - pods:\n          app: web\n    ports:\n"
            "      - port: 53\n        protocol: UDP\n",
        ),
        (
            "a:\r\n-   to: []\r\n",
            "",
            "a:\r\n-   to: []\r\n-   to:\r\n    - pods:\r\n        app: web\r\n    ports:\r\n"
            "    - port: 53\r\n      protocol: UDP\r\n",
        ),
        (
            '{"a": [{"to": []}]}',
            '"',
            '{"a": [{"to": []}, {"to": [{"pods": {"app": "web"}}], '
            '"ports": [{"port": 53, "protocol": "UDP"}]}]}',
        ),
        (
            "a:\n- {to: []}\n",
            "",
            "a:\n- {to: []}\n- {to: [{pods: {app: web}}], ports: [{port: 53, protocol: UDP}]}\n",
        ),
    ],
)
def test_trees(text: str, quote: str, expected: str) -> None:
    """Indented as the item beside it, in its line breaks, its braces and its quotes."""
    root = parse.parse(text, parse.Part(0, len(text))).root
    assert isinstance(root, Mapping)
    items = root.get("a")
    assert isinstance(items, Sequence)
    edits = add_tree(text, items, 0, CONTENT, quote)
    assert edits is not None
    assert apply(text, edits) == expected
