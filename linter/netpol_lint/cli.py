"""The command line: a command in, an exit status out. The only room that knows that rules exist."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from netpol_lint import argument, terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netpol_lint.engine import Settings
    from netpol_lint.report.summary import Report

CLEAN, FINDINGS, FAILURE, INTERRUPTED = 0, 1, 2, 130
"""The exit statuses: nothing to say, something found, the run itself went wrong, Ctrl-C."""


def program() -> NoReturn:
    """What the command `netpol-lint` runs: `main`, without taking the interpreter down in order.

    All that is left then is memory, and giving it back piece by piece would cost a fifth of a run.
    """
    # Trees of nodes live for one file and have no cycles: collecting garbage would only cost time.
    gc.disable()
    status = main()
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.flush()  # None where it was closed
    os._exit(status)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command of `argv` (without the program's name) and answers the exit status."""
    try:
        try:
            return _run(argument.read(argv))
        finally:
            terminal.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except terminal.Unheard as error:
        # A reader that has seen enough, such as `head`, needs no explanation.
        return _fail(f"standard output: {error}") if str(error) else FAILURE
    except Exception as error:
        return _fail(_mistake(error))


def _run(command: argument.Command) -> int:
    match command:
        case argument.Check():
            return _check(command)
        case argument.Describe():
            return _describe(command)
        case argument.Explain():
            return _explain(command.rule)
        case argument.Rules():
            return _rules()


def _check(command: argument.Check) -> int:
    from netpol_lint.engine import Settings
    from netpol_lint.option import Options
    from netpol_lint.selection import UnknownName, select
    from netpol_lint_rules import RULES

    if command.statistics and command.format == "json":
        return _fail("--statistics is for people: --format json has all that can be counted")
    try:
        selection = select(RULES, command.select, command.ignore)
    except UnknownName as error:
        return _fail(str(error))
    settings = Settings(
        selection,
        frozenset(rule.name for rule in RULES),
        Options(command.kube_version, command.default_namespace),
        honour_ignores=not command.no_ignores,
        least=command.severity,
        all_skips=command.strict_inputs,
    )
    report = _lint(command, settings)
    if report is None or not _show(command, report) or report.broken:
        return FAILURE
    if command.strict_inputs and report.skipped:
        from netpol_lint.report.summary import shortfall

        terminal.warn(f"netpol-lint: --strict-inputs: {shortfall(report)}")
        return FINDINGS
    found = any(finding.severity >= command.fail_on for finding in report.findings)
    return FINDINGS if found and not command.exit_zero else CLEAN


def _lint(command: argument.Check, settings: Settings) -> Report | None:
    """The report, or None where it was said why there is none."""
    from netpol_lint import discover
    from netpol_lint.run import Scope, lint_paths, lint_stream

    paths = command.paths or ["."]
    if "-" in paths:
        if len(paths) > 1:
            _fail("- (standard input) cannot be combined with other paths")
            return None
        if sys.stdin is None:
            _fail("standard input: closed")
            return None
        return lint_stream(sys.stdin.buffer, command.stdin_filename, settings)
    if command.root is not None and not os.path.isdir(command.root):
        _fail(f"--root {command.root}: no such folder")
        return None
    root = os.path.realpath(command.root or discover.root_of(paths))
    scope = Scope(root, tuple(command.exclude), command.force_exclude)
    return lint_paths(paths, scope, settings)


def _show(command: argument.Check, report: Report) -> bool:
    """Shows the report; answers whether it could be written."""
    for complaint in report.complaints:
        terminal.warn(f"netpol-lint: {complaint}")
    text = _render(command, report)
    if command.output is None:
        terminal.say(text)
    else:
        try:
            with open(command.output, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
        except OSError as error:
            _fail(f"--output {command.output}: {(error.strerror or 'cannot be written').lower()}")
            return False
    if command.format != "json":
        from netpol_lint.report.summary import closing

        for line in closing(report, quiet=os.environ.get("PRE_COMMIT") == "1"):
            terminal.warn(line)
    return True


def _render(command: argument.Check, report: Report) -> str:
    if command.format == "json":
        from netpol_lint.report import json

        return json.render(report)
    from netpol_lint.report import text

    if command.statistics:
        return text.statistics(report)
    coloured = command.output is None and terminal.wants_colour(command.color)
    palette = terminal.Palette(coloured=coloured)
    if command.format == "concise":
        return text.concise(report, palette)
    return text.full(report, palette, terminal.columns())


def _describe(command: argument.Describe) -> int:
    gc.disable()
    from netpol_lint import describe, discover
    from netpol_lint.diagnostic import Severity
    from netpol_lint.engine import Settings
    from netpol_lint.selection import select
    from netpol_lint_rules import RULES

    settings = Settings(
        select(RULES, describe.MERGEABLE, []),
        frozenset(rule.name for rule in RULES),
        honour_ignores=False,
        least=Severity.INFO,
    )
    paths = command.paths or ["."]
    if "-" in paths:
        if len(paths) > 1:
            return _fail("- (standard input) cannot be combined with other paths")
        if sys.stdin is None:
            return _fail("standard input: closed")
        name = command.stdin_filename
        account = describe.stream(sys.stdin.buffer, name, settings, merge=command.if_merged)
    else:
        if command.root is not None and not os.path.isdir(command.root):
            return _fail(f"--root {command.root}: no such folder")
        root = os.path.realpath(command.root or discover.root_of(paths))
        account = describe.paths(paths, root, settings, merge=command.if_merged)
    as_json = command.format == "json"
    terminal.say(describe.as_json(account) if as_json else describe.text(account))
    for complaint in (*account.complaints, *account.skipped):
        terminal.warn(f"netpol-lint: {complaint}")
    return FAILURE if account.complaints else CLEAN


def _rules() -> int:
    from netpol_lint.report import page
    from netpol_lint_rules import RULES

    terminal.say(page.contents(RULES, _palette(), terminal.columns()))
    return CLEAN


def _explain(name: str) -> int:
    from netpol_lint.report import page
    from netpol_lint.selection import suggest
    from netpol_lint_rules import RULES

    for rule in RULES:
        if rule.name == name:
            terminal.say(page.page(rule, _palette(), terminal.columns()))
            return CLEAN
    names = [rule.name for rule in RULES]
    return _fail(f"no rule is called {name!r}{suggest(name, names)}")


def _palette() -> terminal.Palette:
    return terminal.Palette(coloured=terminal.wants_colour("auto"))


def _fail(message: str) -> int:
    terminal.warn(f"netpol-lint: {message}")
    return FAILURE


def _mistake(error: Exception) -> str:
    """What a report of our own mistake needs, in one line."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    name = "" if trace is None else os.path.basename(trace.tb_frame.f_code.co_filename)
    line = "" if trace is None else trace.tb_lineno
    return f"internal error, please report it: {type(error).__name__}: {error} ({name}:{line})"
