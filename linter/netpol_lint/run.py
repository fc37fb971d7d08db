"""A run over files: finds them, reads them and lints those that mention a policy."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import chain
from operator import itemgetter
from typing import BinaryIO

from netpol_lint import discover, processes
from netpol_lint.engine import Result, Settings, Skipped, lint
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.parse import decode
from netpol_lint.report.summary import Report
from netpol_lint.repository import Repository


class Scope(NamedTuple):
    """Which files of the repository are reported on."""

    root: str
    """The repository; nothing outside is read."""
    exclude: tuple[str, ...] = ()
    """Glob patterns for paths relative to the root."""
    force_exclude: bool = False
    """Whether they hold for files that were named, too."""


class _Complaint(NamedTuple):
    """Something that was asked for could not be read."""

    text: str


_Outcome = Result | Skipped | _Complaint


def lint_paths(paths: Sequence[str], scope: Scope, settings: Settings) -> Report:
    """Lints the files under `paths`. What is known about them comes from the whole repository."""
    found = discover.files(paths, scope.root)
    place_of = _Places(scope.root)
    files = [(path, place_of(path)) for path in found.paths]
    if scope.exclude:
        named = frozenset() if scope.force_exclude else frozenset(map(os.path.normpath, paths))
        files = [
            (path, place)
            for path, place in files
            if path in named or not _excluded(place, scope.exclude)
        ]
    repository = Repository(scope.root, settings.options, found.whole)
    outcomes: list[_Outcome] = [
        _Complaint(f"{path}: {reason}")
        if failure
        else Skipped(place_of(path), None, "unreadable", reason)
        for path, reason, failure in found.omissions
    ]
    outcomes += _lint_all(files, settings, repository)
    report = _report(outcomes)
    typed = {place: path for path, place in files if path != place}
    return report._replace(typed={**_typed_elsewhere(report, scope.root, paths), **typed})


def _typed_elsewhere(report: Report, root: str, paths: Sequence[str]) -> dict[str, str]:
    """How the user would type the other files that findings point into."""
    places = {label.path for finding in report.findings for label in finding.labels if label.path}
    full = {place: os.path.normpath(os.path.join(root, place)) for place in places}
    if any(os.path.isabs(path) for path in paths):
        return full
    return {place: os.path.relpath(path) for place, path in full.items()}


def lint_stream(stream: BinaryIO, name: str, settings: Settings) -> Report:
    """Lints what comes through standard input; it has no repository."""
    data = stream.read(discover.MAX_BYTES + 1)
    if len(data) > discover.MAX_BYTES:
        limit = discover.MAX_BYTES // (1024 * 1024)
        return _report([_Complaint(f"{name}: larger than {limit} MiB")])
    outcome = _lint_bytes(data, name, settings, Repository(None, settings.options))
    return _report([] if outcome is None else [outcome])


def _lint_all(
    files: Sequence[tuple[str, str]], settings: Settings, repository: Repository
) -> list[_Outcome]:
    """The outcomes that say anything, in the order of the files."""
    row = [(number, path, place) for number, (path, place) in enumerate(files)]
    count = processes.worthwhile(len(files))
    weights: dict[str, int] = {}
    if count > 1 and any(rule.repository for rule in settings.selection.rules):
        # Who lints one policy of a namespace knows what the next one asks for.
        homes = repository.homes()
        row = [each for each in row if not repository.is_silent(each[2])]
        row.sort(key=lambda each: homes[each[2]].namespace if each[2] in homes else "")
        weights = {place: home.policies for place, home in homes.items()}
    shares = processes.stretches(row, lambda each: weights.get(each[2], 1), count)
    found = processes.share(partial(_lint_some, settings, repository), shares)
    return [outcome for _, outcome in sorted(chain.from_iterable(found), key=itemgetter(0))]


def _lint_some(
    settings: Settings, repository: Repository, files: Sequence[tuple[int, str, str]]
) -> list[tuple[int, _Outcome]]:
    outcomes = (
        (number, _lint_file(path, place, settings, repository)) for number, path, place in files
    )
    return [(number, outcome) for number, outcome in outcomes if outcome is not None]


def _lint_file(
    path: str, place: str, settings: Settings, repository: Repository
) -> _Outcome | None:
    try:
        data = discover.read(path)
    except discover.Unreadable as error:
        return _Complaint(f"{path}: {error}")
    return _lint_bytes(data, place, settings, repository)


def _lint_bytes(
    data: bytes, place: str, settings: Settings, repository: Repository
) -> _Outcome | None:
    if not discover.mentions_policy(data):
        return None
    if discover.is_binary(data):
        return Skipped(place, None, "unreadable", "not text")
    text, damage = decode(data)
    return lint(place, text, settings, repository.surroundings(place), damage)


class _Places:
    """Tells how a path is seen from the root, with `/` between the names."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._folders: dict[str, str | None] = {}

    def __call__(self, path: str) -> str:
        """The place of `path`; of a link its own, not that of its target."""
        folder, name = os.path.split(path)
        if folder not in self._folders:
            self._folders[folder] = discover.relative(self._root, os.path.realpath(folder))
        place = self._folders[folder]
        if place is None:
            return path
        return name if place == "." else f"{place}/{name}"


def _excluded(place: str, patterns: Iterable[str]) -> bool:
    """Whether a pattern fits the path or a folder above it; without slash: any name in the path."""
    from fnmatch import fnmatchcase

    names = place.split("/")
    ancestors = ["/".join(names[: count + 1]) for count in range(len(names))]
    return any(
        fnmatchcase(each, pattern)
        for pattern in (pattern.removeprefix("./").rstrip("/") for pattern in patterns)
        for each in (ancestors if "/" in pattern else names)
    )


def _report(outcomes: Sequence[_Outcome]) -> Report:
    results = [each for each in outcomes if isinstance(each, Result)]
    skips = [each for each in outcomes if isinstance(each, Skipped)]
    return Report(
        findings=tuple(finding for result in results for finding in result.findings),
        skipped=(*(skip for result in results for skip in result.skipped), *skips),
        files=sum(bool(result.policies or result.findings) for result in results),
        policies=sum(result.policies for result in results),
        suppressed=sum(result.suppressed for result in results),
        complaints=tuple(each.text for each in outcomes if isinstance(each, _Complaint)),
    )
