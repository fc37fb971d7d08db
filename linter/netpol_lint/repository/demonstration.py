"""Whether a file is an example or a test, which nobody runs as it is: by the names on its path."""

from __future__ import annotations

_DEMONSTRATION = (
    "chainsaw course courses demo demos doc docs documentation e2e example examples exercise"
    " exercises fixture fixtures kuttl lab labs lesson lessons playground recipe recipes sample"
    " samples scenario scenarios test testdata testing tests training tutorial tutorials workshop"
)


def is_demonstration(path: str) -> bool:
    """Whether the names of its folders say that a file is an example or a test."""
    *folders, name = path.lower().split("/")
    demonstrating = frozenset(_DEMONSTRATION.split())
    if any(not demonstrating.isdisjoint(_split(folder)) for folder in folders):
        return True
    return not {"example", "sample", "demo"}.isdisjoint(_split(name))


def _split(name: str) -> list[str]:
    """The words of a file's or folder's name."""
    return name.replace("_", "-").replace(".", "-").split("-")
