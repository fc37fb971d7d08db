"""A run over files: finds them, reads them, lints those that mention a policy, in parallel if it pays."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from netpol_lint import discover
from netpol_lint.engine import Result, Settings, Skipped, lint
from netpol_lint.parse import decode
from netpol_lint.report.summary import Report
from netpol_lint.repository import Repository

FORK_FROM = 500
"""Files from which a second process pays for itself (bench/ measures it)."""


class Scope(NamedTuple):
    """Which files of the repository are reported on."""

    root: str
    """The repository; nothing outside is read."""
    exclude: tuple[str, ...] = ()
    """Glob patterns for paths relative to the root."""
    force_exclude: bool = False
    """Whether they hold for files that were named, too."""


class _Outcome(NamedTuple):
    result: Result | None
    complaint: str | None
    skip: Skipped | None


def lint_paths(paths: Sequence[str], scope: Scope, settings: Settings) -> Report:
    """Lints the files under `paths`. What is known about them comes from the whole repository."""
    found = discover.files(paths, scope.root)
    files = [(path, _place(scope.root, path)) for path in found.paths]
    if scope.exclude:
        named = frozenset() if scope.force_exclude else frozenset(map(os.path.normpath, paths))
        files = [
            (path, place)
            for path, place in files
            if path in named or not _excluded(place, scope.exclude)
        ]
    repository = Repository(scope.root, settings.options)
    outcomes = _lint_all(files, settings, repository)
    results = [each.result for each in outcomes if each.result is not None]
    omitted = [
        Skipped(omission.path, None, "unreadable", omission.reason)
        for omission in found.omissions
        if not omission.failure
    ]
    return _report(
        results,
        [*omitted, *(each.skip for each in outcomes if each.skip is not None)],
        [
            *(f"{each.path}: {each.reason}" for each in found.omissions if each.failure),
            *(each.complaint for each in outcomes if each.complaint is not None),
        ],
    )


def lint_stream(data: bytes, name: str, settings: Settings) -> Report:
    """Lints what came through standard input; it has no repository."""
    text, damage = decode(data)
    surroundings = Repository(None, settings.options).surroundings(name)
    return _report([lint(name, text, settings, surroundings, damage)], [], [])


def _lint_all(
    files: Sequence[tuple[str, str]], settings: Settings, repository: Repository
) -> list[_Outcome]:
    """The outcomes that say anything, in the order of the files."""
    processes = os.cpu_count() or 1
    if len(files) < FORK_FROM or processes == 1 or not hasattr(os, "fork"):
        return _lint_some(files, settings, repository)
    size = -(-len(files) // min(processes, 8))
    shares = [files[start : start + size] for start in range(0, len(files), size)]
    children = [_Child(share, settings, repository) for share in shares[1:]]
    outcomes = _lint_some(shares[0], settings, repository)
    for child in children:
        outcomes += child.outcomes()
    return outcomes


class _Child:
    """A forked process that lints a share of the files and sends back what it found."""

    def __init__(
        self, files: Sequence[tuple[str, str]], settings: Settings, repository: Repository
    ) -> None:
        self._work = files, settings, repository
        self._reader, writer = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            status = 1
            try:
                os.close(self._reader)
                with os.fdopen(writer, "wb") as pipe:
                    pickle.dump(_lint_some(*self._work), pipe, pickle.HIGHEST_PROTOCOL)
                status = 0
            finally:
                os._exit(status)
        os.close(writer)

    def outcomes(self) -> list[_Outcome]:
        """Waits for the process. One that died (out of memory, killed) has its share done here."""
        with os.fdopen(self._reader, "rb") as pipe:
            data = pipe.read()
        _, status = os.waitpid(self._process, 0)
        if status != 0:
            return _lint_some(*self._work)
        outcomes: list[_Outcome] = pickle.loads(data)  # noqa: S301  # our own process wrote it
        return outcomes


def _lint_some(
    files: Sequence[tuple[str, str]], settings: Settings, repository: Repository
) -> list[_Outcome]:
    outcomes = (_lint_file(path, place, settings, repository) for path, place in files)
    return [outcome for outcome in outcomes if outcome is not None]


def _lint_file(
    path: str, place: str, settings: Settings, repository: Repository
) -> _Outcome | None:
    try:
        data = discover.read(path)
    except discover.Unreadable as error:
        return _Outcome(None, f"{path}: {error}", None)
    if not discover.mentions_policy(data):
        return None
    if discover.is_binary(data):
        return _Outcome(None, None, Skipped(place, None, "unreadable", "not text"))
    text, damage = decode(data)
    return _Outcome(lint(place, text, settings, repository.surroundings(place), damage), None, None)


def _place(root: str, path: str) -> str:
    return discover.relative(root, os.path.realpath(path)) or path


def _excluded(place: str, patterns: Iterable[str]) -> bool:
    from fnmatch import fnmatchcase

    parts = place.split("/")
    ancestors = ["/".join(parts[: count + 1]) for count in range(len(parts))]
    return any(
        fnmatchcase(ancestor, pattern.rstrip("/")) for pattern in patterns for ancestor in ancestors
    )


def _report(
    results: Iterable[Result], skipped: Iterable[Skipped], complaints: Iterable[str]
) -> Report:
    results = list(results)
    return Report(
        findings=tuple(finding for result in results for finding in result.findings),
        skipped=(*(skip for result in results for skip in result.skipped), *skipped),
        files=sum(bool(result.policies or result.findings) for result in results),
        policies=sum(result.policies for result in results),
        suppressed=sum(result.suppressed for result in results),
        complaints=tuple(complaints),
    )
