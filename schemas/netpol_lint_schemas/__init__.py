"""The JSON Schemas of netpol-lint: of a NetworkPolicy, of a report, and of a description."""

import os

_HERE = os.path.dirname(os.path.abspath(__file__))


def text(name: str) -> str:
    """The JSON text of one schema, by its name without the suffix: `text("report.v1")`."""
    # importlib.resources would cost more at start-up than reading the file does.
    with open(os.path.join(_HERE, f"{name}.json"), encoding="utf-8") as file:
        return file.read()
