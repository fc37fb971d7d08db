"""What may be typed: the command line, read into plain tuples. Only this room names argparse."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from netpol_lint import __version__
from netpol_lint.diagnostic import Severity
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.option import NEWEST, KubeVersion

if TYPE_CHECKING:
    import argparse


class Check(NamedTuple):
    """`netpol-lint check`: each option under its own name."""

    paths: Sequence[str]
    select: Sequence[str] = []
    ignore: Sequence[str] = []
    exclude: Sequence[str] = []
    force_exclude: bool = False
    root: str | None = None
    stdin_filename: str = "<stdin>"
    kube_version: KubeVersion = NEWEST
    default_namespace: str | None = None
    no_ignores: bool = False
    format: str = "full"
    output: str | None = None
    severity: Severity = Severity.WARNING
    statistics: bool = False
    color: str = "auto"
    fail_on: Severity = Severity.WARNING
    exit_zero: bool = False
    strict_inputs: bool = False


class Rules(NamedTuple):
    """`netpol-lint rules`."""


class Explain(NamedTuple):
    """`netpol-lint explain RULE`."""

    rule: str


class Describe(NamedTuple):
    """`netpol-lint describe`."""

    paths: list[str]
    root: str | None
    stdin_filename: str
    format: str
    if_merged: bool


Command = Check | Describe | Rules | Explain

_EPILOG = """\
exit status:
  0  nothing found
  1  findings, or with --strict-inputs anything that was skipped
  2  wrong usage, an unreadable path, or an error of netpol-lint itself

rendered manifests:
  helm template . | netpol-lint check -
  kustomize build . | netpol-lint check -
"""


def read(argv: Sequence[str] | None = None) -> Command:
    """The command of `argv`, by default of the program's own arguments.

    Raises SystemExit: with 2 and words about it for what makes no sense, with 0 after `--help`.
    """
    argv = sys.argv[1:] if argv is None else list(argv)
    if argv[:1] == ["check"] and not any(word.startswith("-") for word in argv):
        return Check(argv[1:])  # as hooks call it; argparse costs as much as starting Python does
    import argparse

    # Options have no abbreviations: each of them would become an interface.
    parser = argparse.ArgumentParser(
        prog="netpol-lint",
        description="What Kubernetes NetworkPolicies really allow, against what was meant.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"netpol-lint {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    check = commands.add_parser(
        "check",
        help="lint files, folders or standard input",
        usage="netpol-lint check [OPTION ...] [PATH ...]",
        description="Lints Kubernetes NetworkPolicy manifests.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _describe(check)
    check.set_defaults(**Check([])._asdict())
    describe = commands.add_parser(
        "describe",
        help="say in sentences what policies do",
        usage="netpol-lint describe [OPTION ...] [PATH ...]",
        description="Says in plain sentences who is selected, who may come in and where it may go.",
        allow_abbrev=False,
    )
    _describe_description(describe)
    commands.add_parser("rules", help="list all rules", description="Lists all rules.")
    explain = commands.add_parser(
        "explain", help="show the page of a rule", description="Shows the page of a rule."
    )
    explain.add_argument("rule", metavar="RULE", help="its name, as in a report")
    if not argv:
        parser.print_help(sys.stderr)
        parser.exit(2)
    _refuse_disguised_files(parser, argv)
    found, rest = parser.parse_known_args(argv)
    values = vars(found)
    command = values.pop("command")
    if command == "check":
        # argparse takes paths from one place only: of `a.yaml --format json b.yaml` one is left.
        if any(word.startswith("-") for word in rest):
            check.error(f"unrecognized arguments: {' '.join(rest)}")
        values["paths"] = [*values["paths"], *rest]
        return Check(**values)
    if command == "describe":
        if any(word.startswith("-") for word in rest):
            describe.error(f"unrecognized arguments: {' '.join(rest)}")
        values["paths"] += rest
        return Describe(**values)
    if rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return Explain(**values) if command == "explain" else Rules()


def _refuse_disguised_files(parser: argparse.ArgumentParser, argv: Sequence[str]) -> None:
    """A hook hands over names of files as they are, and `--output=prod.yaml` can be one of them."""
    for word in argv:
        if word == "--":
            return
        if len(word) > 1 and word.startswith("-") and os.path.lexists(word):
            parser.error(f"{word!r} is the name of a file here: write {os.path.join('.', word)!r}")


def _describe(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="a file, a folder, or - for standard input (default: the current folder)",
    )
    add = parser.add_argument_group("what is linted").add_argument
    add("--exclude", action="append", metavar="GLOB", help="leave out such paths")
    add("--force-exclude", action="store_true", help="leave them out even if given by name")
    add("--root", metavar="DIR", help="the repository (default: the folder with .git)")
    add(
        "--stdin-filename",
        metavar="NAME",
        help="what to call standard input in the report; no such file is read",
    )
    add = parser.add_argument_group("how it is judged").add_argument
    add(
        "--select",
        action="extend",
        type=_names,
        metavar="NAMES",
        help="only these rules or groups",
    )
    add(
        "--ignore",
        action="extend",
        type=_names,
        metavar="NAMES",
        help="not these rules or groups",
    )
    add("--no-ignores", action="store_true", help="report what ignore comments silence, too")
    add(
        "--kube-version",
        type=_kube_version,
        metavar="1.NN",
        help=f"the version of the cluster (default: the newest known, {NEWEST})",
    )
    add(
        "--default-namespace",
        type=_namespace,
        metavar="NAME",
        help="where policies land that state no namespace and are given none",
    )
    add = parser.add_argument_group("what is shown").add_argument
    add(
        "--format",
        choices=("full", "concise", "json"),
        help="with excerpts, a line each, or for programs (default: full)",
    )
    add("--output", metavar="FILE", help="write the report to FILE, not to standard output")
    add(
        "--severity",
        type=_severity,
        choices=list(Severity),
        help="the least severity to show (default: warning)",
    )
    add("--statistics", action="store_true", help="only count the findings of each rule")
    add(
        "--color",
        choices=("auto", "always", "never"),
        help="default: auto, as the terminal, NO_COLOR and FORCE_COLOR say",
    )
    add = parser.add_argument_group("when it fails").add_argument
    add(
        "--fail-on",
        type=_severity,
        choices=[Severity.WARNING, Severity.ERROR],
        help="the least severity for exit status 1 (default: warning; info never is)",
    )
    add("--exit-zero", action="store_true", help="exit with 0 even if something is found")
    add(
        "--strict-inputs",
        action="store_true",
        help="exit with 1 if anything was skipped for whatever reason, even with --exit-zero: "
        "templates, encrypted policies, patches, policies inside other objects or of other "
        "API groups, and files that are no text or lie outside of the repository",
    )


def _describe_description(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "paths",
        nargs="*",
        metavar="PATH",
        help="a file, a folder, or - for standard input (default: the current folder)",
    )
    add("--root", metavar="DIR", help="the repository (default: the folder with .git)")
    add(
        "--stdin-filename",
        metavar="NAME",
        default="<stdin>",
        help="what to call standard input",
    )
    add(
        "--format",
        choices=("text", "json"),
        default="text",
        help="in sentences, or for programs (default: text)",
    )
    add(
        "--if-merged",
        action="store_true",
        help="also compare: what if two items that were split by a dash were one",
    )


def _names(text: str) -> list[str]:
    names = text.replace(",", " ").split()
    if not names:
        raise _refusal("no name given")
    return names


def _severity(text: str) -> Severity:
    for severity in Severity:
        if text == str(severity):
            return severity
    raise _refusal(f"{text!r} is not one of info, warning, error")


def _kube_version(text: str) -> KubeVersion:
    major, dot, minor = text.removeprefix("v").partition(".")
    if not (dot and major == "1" and minor.isascii() and minor.isdecimal() and len(minor) < 4):
        raise _refusal(f"{text!r} is not a version such as {NEWEST}")
    return KubeVersion(1, int(minor))


def _namespace(text: str) -> str:
    from netpol_lint.label import dns_label_flaw

    flaw = dns_label_flaw(text)
    if flaw is not None:
        raise _refusal(f"{text!r} is no name of a namespace: {flaw}")
    return text


def _refusal(reason: str) -> Exception:
    """What argparse turns into words about wrong usage."""
    import argparse

    return argparse.ArgumentTypeError(reason)
