"""The command line: a command in, an exit status out. The only room that knows that rules exist."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from netpol_lint import argument
from netpol_lint.terminal import warn

TYPE_CHECKING = False

CLEAN, FINDINGS, FAILURE, INTERRUPTED = 0, 1, 2, 130
"""The exit statuses: nothing to say, something found, the run itself went wrong, Ctrl-C."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command of `argv` (without the program's name) and answers the exit status."""
    try:
        try:
            return _run(argument.read(argv))
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        # Nobody reads any more (`head` has seen enough), or the disk behind `>` is full. Python
        # must not find the rest in its buffers and complain once more.
        _discard_output()
        if not isinstance(error, BrokenPipeError):
            warn(f"standard output: {(error.strerror or 'cannot be written').lower()}")
        return FAILURE


def _discard_output() -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(null, stream.fileno())


def _run(command: argument.Command) -> int:
    match command:
        case argument.Check():
            return _check(command)
        case argument.Explain(rule=name):
            return _explain(name)
        case argument.Rules():
            return _rules()


def _check(command: argument.Check) -> int:
    # Trees of nodes live for one file and have no cycles: collecting garbage would only cost time.
    gc.disable()
    from netpol_lint.engine import Settings
    from netpol_lint.option import Options
    from netpol_lint.selection import UnknownName, select
    from netpol_lint_rules import RULES

    if command.statistics and command.format == "json":
        return _fail("--statistics is no part of --format json, which has all findings to count")
    try:
        selection = select(RULES, command.select, command.ignore)
    except UnknownName as error:
        return _fail(str(error))
    settings = Settings(
        selection,
        frozenset(rule.name for rule in RULES),
        Options(command.kube_version),
        honour_ignores=not command.no_ignores,
        least=command.severity,
    )
    report = _lint(command, settings)
    if report is None or not _show(command, report) or report.broken:
        return FAILURE
    found = any(finding.severity >= command.fail_on for finding in report.findings)
    return FINDINGS if found and not command.exit_zero else CLEAN
