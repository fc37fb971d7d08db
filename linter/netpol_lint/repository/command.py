"""Commands of scripts, Makefiles, CI files and READMEs: what they apply, into which namespace.

Tools that are told the same in files of their own are read elsewhere, and give commands as well.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import chain

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.regex import regex

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
MAX_LINE = 4_000
"""Characters of a line; longer ones are no commands."""
MAX_VAGUE = 500
"""Commands that may be about any file; further ones are not held against each of them."""

GAP = "\0"
"""Stands where a variable or a placeholder was."""
_VARIABLE = regex(r"\$\{\{.*?\}\}|\$\{[^}]*\}|\$\([^)]*\)|\$\w+|\{\{.*?\}\}|<[^<>]*>|%\w+%")
_ASSIGNMENT = regex(
    r"^[ \t]*(?:export[ \t]+|local[ \t]+|readonly[ \t]+)?(\w+)[ \t]*[:?]?="
    r"[ \t]*([\"']?)([^\s\"'$`]+)\2[ \t]*$",
    re.MULTILINE,
)
_LOOP = regex(r"\bfor[ \t]+(\w+)[ \t]+in[ \t]+([^;\r\n]+)")
_REFERENCE = regex(r"\$\{(\w+)\}|\$\((\w+)\)|\$(\w+)")
_CONTINUED = regex(r"\\[ \t]*\r?\n[ \t]*")

_TOOL = regex(r"(?<![\w./-])(?:kubectl|oc|kapp|k)(?=[\s\"',])|\$[({]?\w*(?:KUBECTL|OC)\b")
_NAMESPACE = regex(
    r"(?<![\w-])(?:-n|--namespace|--into-ns)(?:[ \t=]+|[\"'],[ \t]*)[\"']?([^\s\"',;|&)`]+)"
)
_CONTEXT = regex(
    r"(?:\bset-context\b.*?--namespace[ =]|\bkubens[ \t]+|\boc[ \t]+project[ \t]+)"
    r"[\"']?([^\s\"',;|&)`]+)"
)
_FOLDER = regex(r"\bcd[ \t]+[\"']?((?:[^\s\"';|&)]|[\"'](?=/))+)")
_TOOL_WITH_A_NAMESPACE = regex(r"^[ \t]*(?:export[ \t]+)?\w*(?:KUBECTL|OC)[ \t]*[:?]?=")
_HOME = regex(r"^[ \t-]*working-directory:[ \t]*[\"']?([^\s\"'#$]+)", re.MULTILINE)
"""Where the steps of a workflow run."""
_REWRITER = regex(r"(?<![\w./-])(?:awk|envsubst|gomplate|perl|sed|yq)(?![\w./-])")
_DEEP = frozenset(("-R", "-Rf", "--recursive", "--recursive=true", "kapp"))
"""By which a command goes into the folders below; kapp always does.

Source: NewFileResources in pkg/kapp/resources/file_resources.go of kapp.
"""
_FILE_FLAGS = frozenset(("-f", "--filename", "-k", "--kustomize", "-Rf", "--file"))
PLAIN = regex(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_WORD = regex(r"[^\s\"',;|&()`]+")


class Command(NamedTuple):
    """One line, or one order to a tool, that applies something somewhere."""

    namespace: str | None
    """None where a variable or a placeholder stands for it."""
    paths: tuple[str, ...]
    """The words of it that may be paths."""
    recursive: bool
    folders: tuple[str, ...]
    """Where those paths may begin, seen from the root."""
    why: str
    placed: bool = True
    """Whether it says into which namespace."""
    plain: bool = False
    """Whether it applies manifests as they are, and no kustomization."""
    overwrites: bool = False
    """Whether its namespace replaces a stated one, too."""

    def applies(self, target: str) -> bool:
        """Whether one of its paths names the file or folder `target`."""
        return any(self._names(path, target) for path in self.paths)

    def _names(self, path: str, target: str) -> bool:
        if "://" in path:  # the address of this very file, on some server
            return target != "" and path.rstrip("/").endswith("/" + target)
        if GAP in path:  # only the end of it is known
            tail = path.rpartition(GAP)[2].strip("/")
            return tail != "" and f"/{target}".endswith("/" + posixpath.normpath(tail))
        for named in self._places(path):
            if named == target:
                return True
            if "*" in named and fnmatchcase(target, named):
                return named.count("/") == target.count("/")
            if self.recursive and (not named or target.startswith(named + "/")):
                return True
        return False

    def _places(self, path: str) -> Iterator[str]:
        """Where a path that is wholly known leads, seen from the root."""
        for folder in self.folders:
            named = posixpath.normpath(posixpath.join(folder, path.lstrip("/") or "."))
            yield "" if named == "." else named

    @property
    def targets(self) -> frozenset[str] | None:
        """All that it applies, by the names of files and folders; None where these do not tell."""
        vague = any("*" in path or GAP in path or "://" in path for path in self.paths)
        if vague or self.recursive or any("*" in folder for folder in self.folders):
            return None
        return frozenset(chain.from_iterable(map(self._places, self.paths)))


class ByName:
    """Commands by the files and folders they name, else by last names, and those of any name."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self._known: dict[str, list[tuple[int, Command]]] = {}
        self._ends: dict[str, list[tuple[int, Command]]] = {}
        vague: list[Command] = []
        for number, each in enumerate(commands):
            targets = each.targets
            ends = {path.rstrip("/").rpartition("/")[2] for path in each.paths}
            if targets is not None:
                for target in targets:
                    self._known.setdefault(target, []).append((number, each))
            elif each.recursive or not ends.isdisjoint(("", ".", "..")) or "*" in "".join(ends):
                vague.append(each)
            else:
                for name in ends:
                    self._ends.setdefault(name, []).append((number, each))
        self._vague = vague[:MAX_VAGUE]

    def __bool__(self) -> bool:
        return bool(self._known or self._ends or self._vague)

    def of(self, targets: Sequence[str]) -> Iterator[Command]:
        """The commands that apply one of these files or folders."""
        found: dict[Command, None] = {}
        for target in targets:
            ending = self._ends.get(posixpath.basename(target), ())
            known = [each for each in ending if each[1].applies(target)]
            known += self._known.get(target, ())
            found.update((each, None) for _, each in sorted(known, key=lambda each: each[0]))
        yield from found
        for each in self._vague:
            if each not in found and any(each.applies(target) for target in targets):
                yield each


def holed(text: str) -> str:
    """A text with gaps in the place of its variables and placeholders."""
    return _VARIABLE.sub(GAP, text)


def told(
    namespace: str | None,
    paths: Iterable[str],
    folders: Iterable[str],
    why: str,
    *,
    placed: bool = True,
    plain: bool = True,
    deep: bool = False,
    overwrites: bool = False,
) -> Iterator[Command]:
    """What a tool is told to apply: `**` in a path goes into the folders below, too.

    A namespace that is no plain name is filled in later.
    """
    known = namespace if namespace is not None and PLAIN.fullmatch(namespace) else None
    bases = tuple(dict.fromkeys(folders))
    found: dict[bool, dict[str, None]] = {deep: {}}
    for path in paths:
        path, stars, _ = holed(path).partition("**")
        if path or stars:
            found.setdefault(deep or bool(stars), {})[path or "."] = None
    for recursive, words in found.items():
        if words:
            yield Command(known, tuple(words), recursive, bases, why, placed, plain, overwrites)


def commands(text: str, path: str) -> Iterator[Command]:
    """The lines of one file that apply manifests and say into which namespace."""
    return (each for each in all_commands(text, path) if each.placed)


def all_commands(text: str, path: str) -> Iterator[Command]:
    """The lines of one file that apply manifests."""
    text = _CONTINUED.sub(" ", text)
    variables = _variables(text)
    home = posixpath.dirname(path)
    homes = ("", home, *_HOME.findall(text))
    chosen: str | None = None  # by an earlier line
    inside: tuple[str, ...] = ()
    for written in text.splitlines():
        if len(written) > MAX_LINE:
            continue
        line = _expand(written, variables)
        chosen = chosen_by(line) or chosen
        entered = _FOLDER.search(line)
        if entered is not None:
            inside = tuple(_entered(entered[1], home))
        if _TOOL.search(written) is None:
            continue
        namespace = stated_by(line) or chosen
        paths = tuple(_paths(written, variables))
        if not paths:
            continue
        words = line.split()
        yield Command(
            namespace if namespace is not None and PLAIN.fullmatch(namespace) else None,
            paths,
            not _DEEP.isdisjoint(words),
            (*homes, *inside),
            f"a command in {path}",
            namespace is not None,
            "kustomize" not in line and "-k" not in words,
        )


def _entered(folder: str, home: str) -> Iterator[str]:
    """Where a file of the folder `home` may go with `cd`, seen from there or from the root.

    A variable at the beginning mostly is one of the two.
    """
    head, _, rest = folder.replace('"', "").replace("'", "").partition("/")
    inside = rest if GAP in head else posixpath.join(head, rest)
    if GAP not in inside:
        yield from dict.fromkeys((posixpath.join(home, inside), inside))


def rewritten(text: str) -> Iterator[str]:
    """The words of a script that may name files in which it replaces something.

    A loop's variable stands for all that the loop goes through.
    """
    text = _CONTINUED.sub(" ", text)
    variables = _variables(text)
    for line in text.splitlines():
        if len(line) <= MAX_LINE and _REWRITER.search(line) is not None:
            yield from _paths(line, variables)


def lines(text: str) -> Iterator[str]:
    """The lines of a file, continued ones as one, with the values that it gives its variables."""
    text = _CONTINUED.sub(" ", text)
    variables = _variables(text)
    for line in text.splitlines():
        yield _expand(line, variables) if len(line) <= MAX_LINE else line


def chosen_by(line: str) -> str | None:
    """The namespace that a line chooses for all that follow."""
    context = _CONTEXT.search(line)
    if context is not None:
        return context[1]
    return stated_by(line) if _TOOL_WITH_A_NAMESPACE.match(line) is not None else None


def stated_by(line: str) -> str | None:
    """The namespace that a command states for itself."""
    flag = _NAMESPACE.search(line)
    return None if flag is None else flag[1]


def _variables(text: str) -> dict[str, list[str]]:
    variables = {match[1]: [match[3]] for match in _ASSIGNMENT.finditer(text)}
    for match in _LOOP.finditer(text):
        variables[match[1]] = match[2].replace('"', " ").split()
    return variables


def _expand(line: str, variables: dict[str, list[str]]) -> str:
    """The line with the values that its file gives, and gaps for all others."""
    if "$" not in line and "{{" not in line and "<" not in line and "%" not in line:
        return line

    def value(match: re.Match[str]) -> str:
        values = variables.get(match[1] or match[2] or match[3], [])
        return values[0] if len(values) == 1 else match[0]

    return _VARIABLE.sub(GAP, _REFERENCE.sub(value, line))


def _paths(line: str, variables: dict[str, list[str]]) -> Iterator[str]:
    """The words of a command that may name a file or folder; a loop's variable stands for many."""
    for match in _REFERENCE.finditer(line):
        values = variables.get(match[1] or match[2] or match[3], [])
        if len(values) > 1 or any("*" in each for each in values):
            yield from (_VARIABLE.sub(GAP, each) for each in values)
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
