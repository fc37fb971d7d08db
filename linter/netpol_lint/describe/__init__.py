"""Says in plain sentences what policies do: who is selected, who may come in, where it may go.

Every sentence is read off the model. What the model does not know is called unknown.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import BinaryIO

from netpol_lint import discover, triage
from netpol_lint.context import own_namespace
from netpol_lint.describe.account import Account, Change, Description, Permission, Way
from netpol_lint.describe.merge import MERGEABLE, changes
from netpol_lint.describe.sentence import Subject, describe
from netpol_lint.describe.show import as_json, text
from netpol_lint.engine import Settings, lint
from netpol_lint.parse import Document, decode
from netpol_lint.repository import Repository, Surroundings
from netpol_lint.span import Lines

__all__ = [
    "MERGEABLE",
    "Account",
    "Change",
    "Description",
    "Permission",
    "Way",
    "as_json",
    "paths",
    "stream",
    "text",
]


def paths(names: Sequence[str], root: str, settings: Settings, *, merge: bool) -> Account:
    """Describes the policies of all files below `names`; with `merge` also what fixes would do."""
    found = discover.files(names, root)
    repository = Repository(root, settings.options)
    account = Account(
        complaints=tuple(
            f"{path}: {reason}" for path, reason, failure in found.omissions if failure
        )
    )
    for path in found.paths:
        place = discover.relative(root, os.path.realpath(path)) or path
        try:
            data = discover.read(path)
        except discover.Unreadable as error:
            account += Account(complaints=(f"{path}: {error}",))
            continue
        account += _file(data, path, repository.surroundings(place), settings, merge=merge)
    return account


def stream(source: BinaryIO, name: str, settings: Settings, *, merge: bool) -> Account:
    """Describes the policies that come through standard input."""
    data = source.read(discover.MAX_BYTES + 1)
    if len(data) > discover.MAX_BYTES:
        limit = discover.MAX_BYTES // (1024 * 1024)
        return Account(complaints=(f"{name}: larger than {limit} MiB",))
    surroundings = Repository(None, settings.options).surroundings(name)
    return _file(data, name, surroundings, settings, merge=merge)


def _file(
    data: bytes, path: str, surroundings: Surroundings, settings: Settings, *, merge: bool
) -> Account:
    if not discover.mentions_policy(data):
        return Account()
    written, damage = ("", None) if discover.is_binary(data) else decode(data)
    if not written or damage is not None:
        return Account(complaints=(f"{path}: not text",))
    lines, reading = Lines(written), surroundings.reading(written)
    subjects: list[Subject] = []
    complaints: list[str] = []
    skipped: list[str] = []
    for outcome in triage.documents(written, reading.document):
        where = f"{path}:{lines.number(outcome.span.start)}"
        if not isinstance(outcome, Document):
            skipped.append(f"{where}: not described: {outcome.reason}")
            continue
        complaints += [
            f"{path}:{lines.number(problem.span.start)}: not readable as yaml: {problem.reason}"
            for problem in outcome.problems
        ]
        subjects += [
            Subject(each, own_namespace(each, surroundings), surroundings.namespace_of(each))
            for each in reading.policies(outcome.root)
        ]
    described = tuple(describe(each, path, lines) for each in subjects)
    merged: tuple[Change, ...] = ()
    if merge:
        found = lint(path, written, settings, surroundings).findings
        merged = tuple(changes(found, written, lines, subjects))
    return Account(described, merged, tuple(complaints), tuple(skipped))
