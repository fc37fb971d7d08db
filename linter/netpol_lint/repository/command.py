"""Lines of scripts, Makefiles, CI files and READMEs that apply manifests into a named namespace."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

SUFFIXES = (
    ".sh", ".bash", ".zsh", ".fish", ".ps1", ".bat", ".cmd", ".mk", ".make", ".groovy",
    ".md", ".markdown", ".mdx", ".rst", ".adoc", ".txt",
)  # fmt: skip
"""Of files that may hold commands, besides those without a suffix: Makefile, bin/deploy."""
MARK = b"kubectl"
"""In every CI file with a command."""
MARKS = (MARK, b"KUBECTL", b"oc ", b"OC)", b"OC}", b"kapp ", b"kubens ")
"""One of them is in every script with a command."""
MAX_COMMANDS = 20_000
_MAX_LINE = 4_000

_GAP = "\0"
"""Stands where a variable or a placeholder was."""
_VARIABLE = re.compile(r"\$\{[^}]*\}|\$\([^)]*\)|\$\w+|\{\{.*?\}\}|<[^<>]*>|%\w+%")
_ASSIGNMENT = re.compile(
    r"^[ \t]*(?:export[ \t]+|local[ \t]+|readonly[ \t]+)?(\w+)[ \t]*[:?]?="
    r"[ \t]*([\"']?)([^\s\"'$`]+)\2[ \t]*$",
    re.MULTILINE,
)
_LOOP = re.compile(r"\bfor[ \t]+(\w+)[ \t]+in[ \t]+([^;\r\n]+)")
_REFERENCE = re.compile(r"\$\{(\w+)\}|\$\((\w+)\)|\$(\w+)")
_CONTINUED = re.compile(r"\\[ \t]*\r?\n[ \t]*")

_TOOL = re.compile(r"(?<![\w./-])(?:kubectl|oc|kapp|k)(?=[\s\"',])|\$[({]?\w*(?:KUBECTL|OC)\b")
_NAMESPACE = re.compile(
    r"(?<![\w-])(?:-n|--namespace|--into-ns)(?:[ \t=]+|[\"'],[ \t]*)[\"']?([^\s\"',;|&)`]+)"
)
_CONTEXT = re.compile(
    r"(?:\bset-context\b.*?--namespace[ =]|\bkubens[ \t]+|\boc[ \t]+project[ \t]+)"
    r"[\"']?([^\s\"',;|&)`]+)"
)
_FOLDER = re.compile(r"\bcd[ \t]+[\"']?([^\s\"';|&)]+)")
_REWRITER = re.compile(r"(?<![\w./-])(?:awk|envsubst|gomplate|perl|sed|yq)(?![\w./-])")
_FILE_FLAGS = frozenset(("-f", "--filename", "-k", "--kustomize", "-Rf", "--file"))
_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_WORD = re.compile(r"[^\s\"',;|&()`]+")


class Command(NamedTuple):
    """One line that applies something somewhere."""

    namespace: str | None
    """None where a variable or a placeholder stands for it."""
    paths: tuple[str, ...]
    """The words of it that may be paths."""
    recursive: bool
    folders: tuple[str, ...]
    """Where those paths may begin, seen from the root."""
    why: str

    def applies(self, target: str) -> bool:
        """Whether one of its paths names the file or folder `target`."""
        return any(self._names(path, target) for path in self.paths)

    def _names(self, path: str, target: str) -> bool:
        if "://" in path:  # the address of this very file, on some server
            return target != "" and path.rstrip("/").endswith("/" + target)
        if _GAP in path:  # only the end of it is known
            tail = path.rpartition(_GAP)[2].strip("/")
            return tail != "" and f"/{target}".endswith("/" + posixpath.normpath(tail))
        for folder in self.folders:
            named = posixpath.normpath(posixpath.join(folder, path.lstrip("/") or "."))
            named = "" if named == "." else named
            if named == target:
                return True
            if "*" in named and fnmatchcase(target, named):
                return named.count("/") == target.count("/")
            if self.recursive and (not named or target.startswith(named + "/")):
                return True
        return False


def commands(text: str, path: str) -> Iterator[Command]:
    """The lines of one file that apply manifests and say into which namespace."""
    text = _CONTINUED.sub(" ", text)
    variables = {match[1]: [match[3]] for match in _ASSIGNMENT.finditer(text)}
    for match in _LOOP.finditer(text):
        variables[match[1]] = match[2].replace('"', " ").split()
    home = posixpath.dirname(path)
    chosen: str | None = None  # by an earlier line
    for written in text.splitlines():
        if len(written) > _MAX_LINE:
            continue
        line = _expand(written, variables)
        context = _CONTEXT.search(line)
        if context is not None:
            chosen = context[1]
        if _TOOL.search(written) is None:
            continue
        flag = _NAMESPACE.search(line)
        namespace = chosen if flag is None else flag[1]
        paths = tuple(_paths(written, variables))
        if namespace is None or not paths:
            continue
        entered = _FOLDER.search(line)
        folders = ("", home) if entered is None else ("", home, posixpath.join(home, entered[1]))
        yield Command(
            namespace if _PLAIN.fullmatch(namespace) else None,
            paths,
            not {"-R", "-Rf", "--recursive", "--recursive=true"}.isdisjoint(line.split()),
            folders,
            f"a command in {path}",
        )


def rewritten(text: str) -> Iterator[str]:
    """The words of a script that may name files in which it replaces something.

    A loop's variable stands for all that the loop goes through.
    """
    text = _CONTINUED.sub(" ", text)
    variables = {match[1]: [match[3]] for match in _ASSIGNMENT.finditer(text)}
    for match in _LOOP.finditer(text):
        variables[match[1]] = match[2].replace('"', " ").split()
    for line in text.splitlines():
        if len(line) <= _MAX_LINE and _REWRITER.search(line) is not None:
            yield from _paths(line, variables)


def _expand(line: str, variables: dict[str, list[str]]) -> str:
    """The line with the values that its file gives, and gaps for all others."""
    if "$" not in line and "{{" not in line and "<" not in line and "%" not in line:
        return line

    def value(match: re.Match[str]) -> str:
        values = variables.get(match[1] or match[2] or match[3], [])
        return values[0] if len(values) == 1 else match[0]

    return _VARIABLE.sub(_GAP, _REFERENCE.sub(value, line))


def _paths(line: str, variables: dict[str, list[str]]) -> Iterator[str]:
    """The words of a command that may name a file or folder; a loop's variable stands for many."""
    for match in _REFERENCE.finditer(line):
        values = variables.get(match[1] or match[2] or match[3], [])
        if len(values) > 1 or any("*" in each for each in values):
            yield from (_VARIABLE.sub(_GAP, each) for each in values)
    asked = False
    for match in _WORD.finditer(_expand(line, variables)):
        word = match[0]
        if word.startswith("-"):
            flag, equals, word = word.partition("=")
            asked = flag in _FILE_FLAGS
            if not equals:
                continue
        if asked:
            yield word
        elif "/" in word or "*" in word or "." in word.strip("."):  # a full stop is no folder
            yield word.rstrip(".")
        asked = word == "build"  # of kustomize
