"""Lines of scripts, Makefiles, CI files and READMEs that bring pods which no manifest shows."""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.repository.command import MARK, MAX_LINE, PLAIN, chosen_by, lines, stated_by

OTHER_MARKS = (b"helm", b"oc ")
MARKS = (MARK, *OTHER_MARKS)
"""One of them is in every file with such a line."""
MAX_INSTALLATIONS = 5_000
_SOON = 6
"""Words between a program and what it is told to do: options, mostly."""
_DEFAULT = "default"
_MAKERS = frozenset(("cronjob", "deploy", "deployment", "job"))
"""What `kubectl create` makes pods by."""
_TOOLS = frozenset(("kubectl", "oc", "k"))
_LABELS = ("-l", "--labels")


class Installation(NamedTuple):
    """One line that installs something."""

    namespace: str | None
    """None where a variable or a placeholder stands for it."""
    pods_only: bool
    """Whether it brings pods, but no policies."""
    why: str


def installations(text: str, path: str) -> Iterator[Installation]:
    """The lines of one file that install charts, or make pods by hand."""
    chosen: str | None = None  # by an earlier line
    for line in lines(text):
        chosen = chosen_by(line) or chosen
        if len(line) > MAX_LINE or not any(mark.decode() in line for mark in MARKS):
            continue
        words = [word.strip("\"'`(),;") for word in line.split()]
        for index, word in enumerate(words):
            following = words[index + 1 : index + 1 + _SOON]
            told = _told(word.rpartition("/")[2], following, line)
            if told:
                name = stated_by(line) or chosen or _DEFAULT
                known = name if PLAIN.fullmatch(name) else None
                yield Installation(known, told != "helm", f"a `{told}` command in {path}")
                break


def _told(program: str, following: list[str], line: str) -> str:
    """The program, if it is told to bring pods; else nothing."""
    if program in ("helm", "helm3"):
        return "helm" if not {"install", "upgrade"}.isdisjoint(following) else ""
    if program not in _TOOLS:
        return ""
    if "create" in following and not _MAKERS.isdisjoint(following):
        return "kubectl create"
    # Without labels of its own such a pod is only known by its name, under the key `run`.
    if "run" in following and any(f" {flag}" in line for flag in _LABELS):
        return "kubectl run"
    return ""
