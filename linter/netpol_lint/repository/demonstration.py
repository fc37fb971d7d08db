"""Whether a file is an example or a test, which nobody runs as it is: by the names on its path."""

from __future__ import annotations

_DEMONSTRATION = frozenset(
    """
    chainsaw course courses demo demos doc docs documentation e2e example examples exercise
    exercises fixture fixtures kuttl lab labs lesson lessons playground recipe recipes sample
    samples scenario scenarios test testdata testing tests training tutorial tutorials workshop
    """.split()
)
_OF_A_FILE = frozenset(("example", "sample", "demo"))


def is_demonstration(path: str) -> bool:
    """Whether the names of its folders say that a file is an example or a test."""
    folders, _, name = path.lower().rpartition("/")
    return not (_DEMONSTRATION.isdisjoint(_words(folders)) and _OF_A_FILE.isdisjoint(_words(name)))


def _words(names: str) -> list[str]:
    """The words of which the name of a file, or those of its folders, are made."""
    return names.replace("/", "-").replace("_", "-").replace(".", "-").split("-")
