"""The command line: every option, every way out, and never a traceback."""

from __future__ import annotations

import gc
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import indent

import pytest
from support import PROGRAM, PROJECT

import netpol_lint_rules
from netpol_lint import __version__, argument, cli, discover, processes, run, terminal
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group, Label, Source
from netpol_lint.policy import Policy
from netpol_lint.rule import Rule
from netpol_lint.span import Span

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")

PAGE = "\n\n".join(
    ("Speaks when a name has its word.", "Why\n---\nTo be heard.", "Bad\n---\n    kind: x\n")
)


def _rule(word: str, group: Group, name: str = "") -> Rule:
    def check(policy: Policy, _: Context) -> Iterator[Diagnostic]:
        if word in policy.name_text.split("-"):
            if word == "crash":
                raise RuntimeError("on purpose")
            labels = (Label(Span(0, 4), "the other", OTHER),) if word == "pair" else ()
            yield Diagnostic(policy.kind_node.span, f"the name has {word} in it", labels)

    return Rule(name or f"named-{word}", group, "0.1.0", PAGE, policy=check)


OTHER = Source("base/other.yaml", "kind: Service\n")
RULES = (
    _rule("error", Group.REJECTED),
    _rule("pair", Group.SUSPICIOUS),
    _rule("warning", Group.SUSPICIOUS),
    _rule("wide", Group.HARDENING),
    _rule("info", Group.STYLE),
    _rule("crash", Group.SUSPICIOUS),
    Rule("unused-ignore", Group.ENGINE, "0.1.0", PAGE),
    Rule("unknown-rule", Group.ENGINE, "0.1.0", PAGE),
)


def manifest(name: str = "clean", *, comment: str = "") -> str:
    """A policy that gives the finding its name speaks of."""
    return (
        "apiVersion: networking.k8s.io/v1\n"
        f"kind: NetworkPolicy{comment}\n"
        f"metadata:\n  name: {name}\n  namespace: shop\n"
        "spec:\n  podSelector: {}\n  policyTypes: [Ingress]\n"
    )


WRONG = f"{manifest()}  ingress:\n  - ports:\n    - port: 443\n    - protocol: TCP"
"""A policy that the rules of the product find one mistake in."""

Run = Callable[..., tuple[int, str, str]]
Shell = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository that is the current folder."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def lint(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line inside this process with the rules of this file."""
    monkeypatch.setattr(netpol_lint_rules, "RULES", RULES)
    for name in ("PRE_COMMIT", "COLUMNS", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)

    def call(*argv: str) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            status = cli.main(argv)
        except SystemExit as way_out:
            status = int(way_out.code or 0)
        finally:
            gc.enable()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return status, out, err

    return call


def put(name: str, text: str) -> None:
    """Writes a file below the current folder; lone surrogates become the bytes they stand for."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", errors="surrogateescape", newline="")


# Exit statuses and what is shown


def test_clean(lint: Run) -> None:
    """A clean run says on standard error what it has seen, and nothing else."""
    put("policy.yaml", manifest())
    assert lint("check") == (0, "", "no findings in 1 policy in 1 file\n")


def test_nothing_to_lint(lint: Run) -> None:
    """An empty folder is no failure: a hook may be handed any YAML."""
    assert lint("check") == (0, "", "no NetworkPolicy found\n")


def test_finding(lint: Run) -> None:
    """A finding gives its place, its words, and exit status 1."""
    put("policy.yaml", manifest("an-error"))
    status, out, err = lint("check", "policy.yaml")
    assert (status, err) == (1, "1 error in 1 policy in 1 file\n")
    assert out == (
        "error[named-error]: the name has error in it\n"
        " --> policy.yaml:2:7\n"
        "  |\n"
        "2 | kind: NetworkPolicy\n"
        "  |       ^^^^^^^^^^^^^\n"
        "  |\n\n"
    )


@pytest.mark.parametrize(
    ("folder_of_user", "argument", "shown"),
    [
        (".", "apps/policy.yaml", "base/other.yaml"),
        ("apps", "policy.yaml", "../base/other.yaml"),
        ("apps", ".", "../base/other.yaml"),
        ("base", "../apps", "other.yaml"),
        (".", "ABSOLUTE", "ROOT/base/other.yaml"),
    ],
)
def test_other_file(
    lint: Run,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    folder_of_user: str,
    argument: str,
    shown: str,
) -> None:
    """A related file is named as the user would type it, for programs as seen from the root."""
    put("apps/policy.yaml", manifest("pair"))
    put("base/other.yaml", OTHER.text)
    monkeypatch.chdir(folder_of_user)
    argument = argument.replace("ABSOLUTE", str(folder / "apps"))
    shown = shown.replace("ROOT", str(folder.resolve())).replace("/", os.sep)
    assert (
        f" ::: {shown}:1:1\n  |\n1 | kind: Service\n  | ---- the other\n"
        in lint("check", argument)[1]
    )
    (finding,) = json.loads(lint("check", "--format", "json", argument)[1])["findings"]
    assert [label["path"] for label in finding["labels"]] == ["base/other.yaml"]


@pytest.mark.parametrize(
    ("name", "options", "status"),
    [
        ("error", [], 1),
        ("warning", [], 1),
        ("warning", ["--fail-on", "warning"], 1),
        ("warning", ["--fail-on", "error"], 0),
        ("error", ["--fail-on", "error"], 1),
        ("error", ["--exit-zero"], 0),
        ("info", ["--select", "style"], 0),
        ("info", ["--severity", "info", "--select", "named-info"], 0),
        ("wide", [], 0),
        ("wide", ["--select", "hardening"], 1),
    ],
)
def test_exit_status(lint: Run, name: str, options: list[str], status: int) -> None:
    """Warnings and errors fail a run unless told otherwise; info never does."""
    put("policy.yaml", manifest(name))
    assert lint("check", *options)[0] == status


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ([], {"error", "warning"}),
        (["--severity", "info"], {"error", "warning"}),
        (["--severity", "error"], {"error"}),
        (["--select", "named-error"], {"error"}),
        (["--select", "named-error,named-info"], {"error", "info"}),
        (["--select", "named-error", "--select", "named-wide"], {"error", "wide"}),
        (["--select", "rejected style"], {"error", "info"}),
        (["--ignore", "named-error"], {"warning"}),
        (["--ignore", "suspicious"], {"error"}),
        (["--select", "suspicious", "--ignore", "named-warning"], set()),
    ],
)
def test_selection(lint: Run, options: list[str], shown: set[str]) -> None:
    """--select and --ignore take rules and groups, in lists or repeated; --severity cuts below."""
    put("policy.yaml", manifest("error-warning-wide-info"))
    out = lint("check", "--format", "concise", *options)[1]
    assert {line.rpartition("has ")[2].split()[0] for line in out.splitlines()} == shown


@pytest.mark.parametrize(
    ("option", "word", "answer"),
    [
        (
            "--select",
            "named-eror",
            "no rule or group is called 'named-eror', did you mean named-error?",
        ),
        ("--ignore", "rejcted", "no rule or group is called 'rejcted', did you mean rejected?"),
        ("--select", "zzz", "no rule or group is called 'zzz'"),
    ],
)
def test_unknown_rule(lint: Run, option: str, word: str, answer: str) -> None:
    """A name that no rule has is wrong usage; a near one is suggested."""
    assert lint("check", option, word) == (2, "", f"netpol-lint: {answer}\n")


@pytest.mark.parametrize(
    "argv",
    [
        ["check", "--select", ""],
        ["check", "--ignore", " , "],
        ["check", "--format", "xml"],
        ["check", "--severity", "fatal"],
        ["check", "--fail-on", "info"],
        ["check", "--color", "pink"],
        ["check", "--fail-onn", "error"],
        ["check", "--exit"],
        ["check", "a.yaml", "--format", "json", "b.yaml", "--nonsense"],
        ["check", "--output"],
        ["rules", "more"],
        ["explain"],
        ["lint"],
        [],
    ],
)
def test_usage(lint: Run, argv: list[str]) -> None:
    """Wrong usage is exit status 2 with a word about it; options are never abbreviated."""
    status, out, err = lint(*argv)
    assert (status, out) == (2, "")
    assert err.startswith("usage: ")


@pytest.mark.parametrize("text", ["2.0", "1", "1.", "1.x", "1.-1", "1.²", "latest", "", "1.3000"])
def test_kube_version_nonsense(lint: Run, text: str) -> None:
    """What is no version of Kubernetes is refused with an example of one."""
    status, _, err = lint("check", "--kube-version", text)
    assert status == 2
    assert "is not a version such as 1.36" in err


@pytest.mark.parametrize("text", ["1.21", "v1.30", "1.99"])
def test_kube_version(lint: Run, text: str) -> None:
    """Older and future versions are taken, with or without the v."""
    assert lint("check", "--kube-version", text)[0] == 0


@pytest.mark.parametrize("text", ["", "Shop", "a.b", "-a", "a" * 64])
def test_default_namespace_nonsense(lint: Run, text: str) -> None:
    """What cannot be the name of a namespace is refused."""
    status, _, err = lint("check", f"--default-namespace={text}")
    assert status == 2
    assert "is no name of a namespace: " in err


def test_concise(lint: Run) -> None:
    """The concise format is one line a finding, sorted by path."""
    put("b.yaml", manifest("error"))
    put("a.yaml", manifest("warning"))
    assert lint("check", "--format", "concise")[1] == (
        "a.yaml:2:7: warning[named-warning] the name has warning in it\n"
        "b.yaml:2:7: error[named-error] the name has error in it\n"
    )


def test_json(lint: Run) -> None:
    """The JSON report stands alone on standard output, with nothing on standard error."""
    put("policy.yaml", manifest("error"))
    status, out, err = lint("check", "--format", "json")
    assert (status, err) == (1, "")
    assert [each["rule"] for each in json.loads(out)["findings"]] == ["named-error"]


def test_statistics(lint: Run) -> None:
    """--statistics counts by rule, the most frequent first."""
    for number in range(10):
        put(f"{number}.yaml", manifest("error" if number else "error-warning"))
    status, out, err = lint("check", "--statistics")
    assert status == 1
    assert out == "10 named-error\n 1 named-warning\n"
    assert err == "10 errors, 1 warning in 10 policies in 10 files\n"


def test_statistics_in_json(lint: Run) -> None:
    """What would have no effect is refused."""
    status, _, err = lint("check", "--statistics", "--format", "json")
    assert status == 2
    assert "--statistics" in err


def test_output(lint: Run) -> None:
    """--output takes the report; what a person wants to know still goes to standard error."""
    put("policy.yaml", manifest("error"))
    status, out, err = lint("check", "--output", "report.txt", "--color", "always")
    assert (status, out, err) == (1, "", "1 error in 1 policy in 1 file\n")
    report = Path("report.txt").read_text(encoding="utf-8")
    assert report.startswith("error[named-error]: ")
    assert "\x1b" not in report


@pytest.mark.parametrize("target", ["missing/report.txt", "."])
def test_output_fails(lint: Run, target: str) -> None:
    """A report that cannot be written is a failure."""
    status, out, err = lint("check", "--output", target)
    assert (status, out) == (2, "")
    assert err.startswith(f"netpol-lint: --output {target}: ")


def test_pre_commit_is_quiet(lint: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hook says nothing when nothing is found, and what is needed when something is."""
    monkeypatch.setenv("PRE_COMMIT", "1")
    put("policy.yaml", manifest())
    assert lint("check") == (0, "", "")
    put("policy.yaml", manifest("error"))
    assert lint("check")[2] == "1 error in 1 policy in 1 file\n"


def test_skipped(lint: Run) -> None:
    """What was not judged is counted, with what to do about it."""
    for number in range(3):
        put(f"templates/{number}.yaml", manifest("{{ .Release.Name }}"))
    assert lint("check") == (
        0,
        "",
        "3 templates skipped: render and pipe them, such as: "
        "helm template . | netpol-lint check -\n"
        "no NetworkPolicy found\n",
    )


SKIPS = {
    "template": {"t.yaml": manifest("{{ .Release.Name }}")},
    "encrypted": {"secret.yaml": manifest() + "sops: {version: 3.9.0}\n"},
    "other-kind": {"calico.yaml": manifest().replace("networking.k8s", "crd.projectcalico")},
    "embedded": {"map.yaml": "kind: ConfigMap\ndata:\n  a: |\n" + indent(manifest(), " " * 4)},
    "partial": {
        "base/policy.yaml": manifest(),
        "base/kustomization.yaml": "resources: [policy.yaml]\n",
        "prod/patch.yaml": manifest(),
        "prod/kustomization.yaml": "resources: [../base]\npatches: [path: patch.yaml]\n",
    },
    "unreadable": {"binary.yaml": manifest() + "\0\udcff"},
}
FORMATS = [["--format", "full"], ["--format", "concise"], ["--format", "json"], ["--statistics"]]


@pytest.mark.parametrize("options", FORMATS, ids=" ".join)
@pytest.mark.parametrize("reason", SKIPS)
def test_strict_inputs(lint: Run, reason: str, options: list[str]) -> None:
    """With --strict-inputs whatever was skipped fails the run, in every format, in one line."""
    put("clean.yaml", manifest())
    for name, text in SKIPS[reason].items():
        put(name, text)
    assert lint("check", *options)[0] == 0
    status, _, err = lint("check", "--strict-inputs", *options)
    assert status == 1
    (line,) = [each for each in err.splitlines() if "--strict-inputs" in each]
    assert line.startswith("netpol-lint: --strict-inputs: not judged: ")
    assert line.endswith("leave them out by --exclude")
    report = json.loads(lint("check", "--strict-inputs", "--format", "json")[1])
    assert list(report["summary"]["skipped"]) == [reason]
    (skipped,) = report["skipped"]
    assert skipped["path"] in line
    names = [f"--exclude={name}" for name in SKIPS[reason]]
    assert lint("check", "--strict-inputs", *options, *names)[0] == 0


def test_strict_inputs_knows_each_skip() -> None:
    """No reason to skip is missing above."""
    from netpol_lint.report.summary import SKIP_REASONS

    assert list(SKIPS) == list(SKIP_REASONS)


@pytest.mark.parametrize(
    ("name", "options", "status"),
    [
        ("clean", [], 1),
        ("error", [], 1),
        ("error", ["--fail-on", "error"], 1),
        ("error", ["--exit-zero"], 1),
        ("error", ["gone.yaml", "."], 2),
        ("crash", [], 2),
    ],
)
def test_strict_inputs_beside_findings(
    lint: Run, name: str, options: list[str], status: int
) -> None:
    """Findings are shown all the same; what went wrong weighs more, and --exit-zero less."""
    put("policy.yaml", manifest(name))
    put("t.yaml", manifest("{{ .Release.Name }}"))
    found, out, _ = lint("check", "--strict-inputs", *options)
    assert found == status
    assert ("named-error" in out) is (name == "error")


def test_strict_inputs_without_any(lint: Run) -> None:
    """Nothing to judge is nothing that was skipped."""
    assert lint("check", "--strict-inputs") == (0, "", "no NetworkPolicy found\n")
    put("pod.yaml", "kind: Pod\n")
    put("templates/pod.yaml", "kind: {{ .kind }}\n")
    assert lint("check", "--strict-inputs") == (0, "", "no NetworkPolicy found\n")
    put("policy.yaml", manifest())
    assert lint("check", "--strict-inputs")[0] == 0


def test_strict_inputs_of_a_pipe(lint: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is piped must be rendered, too."""
    _pipe(monkeypatch, manifest("{{ .Release.Name }}").encode())
    status, _, err = lint("check", "-", "--strict-inputs", "--stdin-filename", "shop")
    assert status == 1
    assert "not judged: shop:1 (template); " in err


# Colours


@pytest.mark.parametrize(
    ("choice", "environment", "coloured"),
    [
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
        ("auto", {}, False),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True),
        ("auto", {"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False),
        ("auto", {"CLICOLOR_FORCE": "1"}, True),
        ("auto", {"FORCE_COLOR": ""}, False),
    ],
)
def test_colour(
    lint: Run,
    monkeypatch: pytest.MonkeyPatch,
    choice: str,
    environment: dict[str, str],
    coloured: bool,
) -> None:
    """--color decides, then FORCE_COLOR, NO_COLOR and CLICOLOR_FORCE, then the terminal."""
    put("policy.yaml", manifest("error"))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in lint("check", "--color", choice)[1]) is coloured


@pytest.mark.parametrize(
    ("term", "no_color", "coloured"),
    [("xterm", "", True), ("dumb", "", False), ("xterm", "1", False)],
)
def test_colour_of_terminal(
    monkeypatch: pytest.MonkeyPatch, term: str, no_color: str, coloured: bool
) -> None:
    """A terminal gets colours unless it is dumb or NO_COLOR is set."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", term)
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert terminal.wants_colour("auto") is coloured


# Which files


def test_missing_path(lint: Run) -> None:
    """A path that is not there fails the run, and the others are linted all the same."""
    put("policy.yaml", manifest("error"))
    status, out, err = lint("check", "gone.yaml", "policy.yaml")
    assert status == 2
    assert "named-error" in out
    assert err.startswith("netpol-lint: gone.yaml: no such file or folder\n")


@POSIX
def test_folder_without_permission(lint: Run) -> None:
    """A folder that cannot be read fails the run."""
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    put("closed/policy.yaml", manifest("error"))
    Path("closed").chmod(0)
    try:
        status, _, err = lint("check", "closed")
    finally:
        Path("closed").chmod(0o755)
    assert status == 2
    assert "netpol-lint: closed: permission denied\n" in err


def test_binary_file(lint: Run) -> None:
    """A file that is no text is counted, not judged."""
    Path("policy.yaml").write_bytes(b"\0\xfe\xffkind: NetworkPolicy\0")
    status, out, err = lint("check", "policy.yaml")
    assert (status, out) == (0, "")
    assert err.startswith("1 file skipped: not text")


def test_folder_named_like_a_file(lint: Run) -> None:
    """A folder may be called x.yaml."""
    put("x.yaml/policy.yaml", manifest("error"))
    assert "x.yaml/policy.yaml:2:7" in lint("check")[1].replace(os.sep, "/")
    assert "x.yaml/policy.yaml:2:7" in lint("check", "x.yaml")[1].replace(os.sep, "/")


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are text here")
def test_name_that_is_no_text(lint: Run) -> None:
    """Bytes in a name that are no UTF-8 are shown as escapes, in JSON too."""
    with open(b"\xff\xfe.yaml", "w", encoding="utf-8") as file:
        file.write(manifest("error"))
    status, out, _ = lint("check")
    assert status == 1
    assert r"\udcff\udcfe.yaml:2:7" in out
    assert lint("check", os.fsdecode(b"\xff\xfe.yaml"))[0] == 1
    (finding,) = json.loads(lint("check", "--format", "json")[1])["findings"]
    assert finding["path"] == r"\udcff\udcfe.yaml"


@POSIX
def test_hostile_name(lint: Run) -> None:
    """The name of a file cannot steer a terminal or begin a line of its own."""
    put("\x1b[2J\n\u202e.yaml", manifest("error"))
    for form in ("full", "concise"):
        out = lint("check", "--format", form)[1]
        assert r"\x1b[2J\x0a\u202e.yaml:2:7" in out
        assert "\x1b" not in out


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        (["charts"], {"apps/a.yaml", "deep/x/b.yaml"}),
        (["charts/"], {"apps/a.yaml", "deep/x/b.yaml"}),
        (["./charts"], {"apps/a.yaml", "deep/x/b.yaml"}),
        (["x"], {"apps/a.yaml", "charts/c.yaml"}),
        (["deep/*"], {"apps/a.yaml", "charts/c.yaml"}),
        (["?.yaml"], set()),
        (["a.yaml", "charts/*.yaml"], {"deep/x/b.yaml"}),
        (["b"], {"apps/a.yaml", "charts/c.yaml", "deep/x/b.yaml"}),
    ],
)
def test_exclude(lint: Run, patterns: list[str], left: set[str]) -> None:
    """A pattern leaves out what fits it and all below; without a slash it fits any single name."""
    for path in ("apps/a.yaml", "charts/c.yaml", "deep/x/b.yaml"):
        put(path, manifest("error"))
    options = [word for pattern in patterns for word in ("--exclude", pattern)]
    found = json.loads(lint("check", "--format", "json", *options)[1])["findings"]
    assert {each["path"] for each in found} == left


def test_force_exclude(lint: Run) -> None:
    """A path that is given by name is linted unless the exclusion is forced, as in a hook."""
    put("charts/c.yaml", manifest("error"))
    assert lint("check", "--exclude", "charts", "charts/c.yaml")[0] == 1
    assert lint("check", "--exclude", "charts", "--force-exclude", "charts/c.yaml")[0] == 0


def test_options_between_paths(lint: Run) -> None:
    """Options may stand anywhere among the paths."""
    put("a.yaml", manifest("error"))
    put("b.yaml", manifest("error"))
    out = lint("check", "a.yaml", "--format", "concise", "b.yaml")[1]
    assert [line.split(":")[0] for line in out.splitlines()] == ["a.yaml", "b.yaml"]


def test_file_disguised_as_option(lint: Run) -> None:
    """A hook hands over any name, so a file cannot pass for an option that exists."""
    put("prod.yaml", manifest("error"))
    put("--output=prod.yaml", manifest())
    status, _, err = lint("check", "--output=prod.yaml", "prod.yaml")
    assert status == 2
    assert "is the name of a file here" in err
    assert lint("check", "--", "--output=prod.yaml", "prod.yaml")[0] == 1
    assert Path("prod.yaml").read_text(encoding="utf-8") == manifest("error")


def test_paths_as_typed(lint: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """People read the paths they typed, programs those from the root of the repository."""
    put("apps/shop/policy.yaml", manifest("error"))
    monkeypatch.chdir(folder / "apps")
    for typed in (
        "shop/policy.yaml",
        "../apps/shop/policy.yaml",
        str(folder / "apps/shop/policy.yaml"),
    ):
        shown = os.path.normpath(typed)
        assert lint("check", "--format", "concise", typed)[1].startswith(f"{shown}:2:7: ")
        (finding,) = json.loads(lint("check", "--format", "json", typed)[1])["findings"]
        assert finding["path"] == "apps/shop/policy.yaml"


def test_root(lint: Run) -> None:
    """--root sets what paths are relative to, and nothing outside is read."""
    put("apps/policy.yaml", manifest("error"))
    put("other/policy.yaml", manifest("error"))
    out = lint("check", "--root", "apps", "--format", "json", "apps")[1]
    assert json.loads(out)["findings"][0]["path"] == "policy.yaml"
    status, _, err = lint("check", "--root", "apps", "other/policy.yaml")
    assert status == 2
    assert "other" in err
    assert lint("check", "--root", "gone")[::2] == (2, "netpol-lint: --root gone: no such folder\n")


def test_ignores(lint: Run) -> None:
    """An ignore silences and is counted; --no-ignores shows what it hides."""
    put("policy.yaml", manifest("error", comment="  # netpol-lint: ignore[named-error] a test"))
    status, out, err = lint("check")
    assert (status, out) == (0, "")
    assert err == "1 finding silenced by ignores\nno findings in 1 policy in 1 file\n"
    assert lint("check", "--no-ignores")[0] == 1


def test_unused_ignore(lint: Run) -> None:
    """An ignore that nothing needs is a finding, one that no rule knows too."""
    put("policy.yaml", manifest(comment="  # netpol-lint: ignore[named-error, named-eror]"))
    out = lint("check", "--format", "concise")[1]
    assert "[unused-ignore]" in out
    assert "[unknown-rule]" in out


def test_many_files(lint: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several processes report exactly what one does."""
    for number in range(60):
        put(f"{number % 7}/{number}.yaml", manifest("error" if number % 3 else "clean"))
    alone = lint("check", "--format", "json")
    monkeypatch.setattr(processes, "FORK_FROM", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    assert lint("check", "--format", "json") == alone


# Standard input


def _pipe(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_stdin(lint: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` lints what is piped, under the name that is given."""
    _pipe(monkeypatch, manifest("error").encode())
    assert "--> <stdin>:2:7" in lint("check", "-")[1]
    _pipe(monkeypatch, manifest("error").encode())
    assert "--> rendered.yaml:2:7" in lint("check", "-", "--stdin-filename", "rendered.yaml")[1]


@pytest.mark.parametrize("data", [b"", b"kind: Pod\n", b"\xff\xff\xff", b"---\n---\n"])
def test_stdin_without_policy(lint: Run, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Nothing to lint is no failure."""
    _pipe(monkeypatch, data)
    assert lint("check", "-") == (0, "", "no NetworkPolicy found\n")


def test_stdin_binary(lint: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no text is counted as skipped."""
    _pipe(monkeypatch, b"\0\xffkind: NetworkPolicy")
    assert lint("check", "-")[2].startswith("1 file skipped: not text")


def test_stdin_too_large(lint: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard input has the bound that files have."""
    monkeypatch.setattr(discover, "MAX_BYTES", 1024 * 1024)
    _pipe(monkeypatch, b"#" * (1024 * 1024 + 1))
    status, _, err = lint("check", "-")
    assert status == 2
    assert err.startswith("netpol-lint: <stdin>: larger than 1 MiB\n")


def test_stdin_and_files(lint: Run) -> None:
    """Standard input comes alone."""
    assert lint("check", "-", "a.yaml") == (
        2,
        "",
        "netpol-lint: - (standard input) cannot be combined with other paths\n",
    )


# The other commands


def test_version(lint: Run) -> None:
    """--version prints one line."""
    assert lint("--version") == (0, f"netpol-lint {__version__}\n", "")


@pytest.mark.parametrize("columns", [20, 80, 200])
@pytest.mark.parametrize("argv", [["--help"], ["check", "-h"], ["rules", "-h"], ["explain", "-h"]])
def test_help(lint: Run, monkeypatch: pytest.MonkeyPatch, columns: int, argv: list[str]) -> None:
    """Help goes to standard output and fits the terminal."""
    monkeypatch.setenv("COLUMNS", str(columns))
    status, out, err = lint(*argv)
    assert (status, err) == (0, "")
    assert columns < 80 or max(map(len, out.splitlines())) <= columns


def test_help_names_every_option(lint: Run) -> None:
    """No option is undocumented."""
    out = lint("check", "--help")[1]
    for option in argument.Check._fields:
        if option != "paths":
            assert f"--{option.replace('_', '-')} " in out.replace("\n", " \n")


@pytest.mark.parametrize("paths", [[], ["a.yaml"], ["a.yaml", "b c.yaml", ""]])
def test_paths_alone_need_no_parser(paths: list[str]) -> None:
    """Without options the command is what argparse makes of it."""
    assert argument.read(["check", *paths]) == argument.read(["check", "--", *paths])


def test_rules(lint: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """`rules` lists every rule once, by group, and fits the terminal."""
    monkeypatch.setenv("COLUMNS", "50")
    status, out, _ = lint("rules")
    assert status == 0
    for rule in RULES:
        assert out.count(f"  {rule.name} ") == 1
    assert "hardening (warning, off by default)\n" in out
    assert max(map(len, out.splitlines())) <= 50


def test_explain(lint: Run) -> None:
    """`explain` shows a rule's page."""
    status, out, _ = lint("explain", "named-error")
    assert status == 0
    assert out.startswith("named-error (rejected, error, since 0.1.0)\n\nSpeaks when ")
    assert "\nWhy\n---\n\nTo be heard.\n" in out
    assert "\n    kind: x\n" in out


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_explain_every_rule(lint: Run, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    """Every page keeps its examples as they are and its prose within the terminal."""
    for rule in netpol_lint_rules.RULES:
        monkeypatch.setenv("COLUMNS", columns)
        out = lint("explain", rule.name)[1]
        examples = [line for line in rule.page.splitlines() if line.startswith("    ")]
        assert [line for line in out.splitlines() if line.startswith("    ")] == examples
        prose = [line for line in out.splitlines() if not line.startswith("    ") and " " in line]
        assert all(len(line) <= int(columns) for line in prose[1:])


def test_explain_unknown(lint: Run) -> None:
    """An unknown name is wrong usage, with a suggestion."""
    assert lint("explain", "named-eror") == (
        2,
        "",
        "netpol-lint: no rule is called 'named-eror', did you mean named-error?\n",
    )


# When things go wrong


def test_rule_that_fails(lint: Run) -> None:
    """A failing rule is a finding and exit status 2, whatever is asked; the others still speak."""
    put("policy.yaml", manifest("crash-error"))
    status, out, _ = lint("check", "--exit-zero")
    assert status == 2
    assert "internal-error" in out
    assert "named-error" in out


def test_interrupt(lint: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends the run without a word."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "lint_paths", interrupted)
    assert lint("check") == (130, "", "")


def test_own_mistake(lint: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours is one line that can be reported, and not the status of a finding."""

    def broken(*_: object) -> None:
        raise KeyError("oh\x1b[2J")

    monkeypatch.setattr(run, "lint_paths", broken)
    status, out, err = lint("check")
    assert (status, out) == (2, "")
    assert err.startswith("netpol-lint: internal error, please report it: KeyError: ")
    assert "test_cli.py:" in err
    assert "\x1b" not in err


# The program as it is installed


@pytest.fixture
def program() -> Shell:
    """Runs a line of shell in which `$netpol` is the installed program; its streams are real."""
    for number in range(300):
        put(f"many/{number}.yaml", WRONG)

    def shell(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            ["sh", "-c", line],
            capture_output=True,
            encoding="utf-8",
            env=os.environ
            | {"netpol": str(PROGRAM), "NO_COLOR": "1", "PRE_COMMIT": ""}
            | environment,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        for stream in (done.stdout, done.stderr):
            assert "Traceback" not in stream
            assert "Exception ignored" not in stream
        return done

    return shell


def test_program() -> None:
    """The examples of the repository: the right ones are clean, each wrong one has its finding."""
    right = subprocess.run([PROGRAM, "check", "examples/right"], cwd=PROJECT, check=False)
    assert right.returncode == 0
    wrong = subprocess.run(
        [PROGRAM, "check", "examples/wrong", "--format", "json"],
        cwd=PROJECT,
        capture_output=True,
        check=False,
    )
    assert wrong.returncode == 1
    report = json.loads(wrong.stdout)
    expected = {
        path.relative_to(PROJECT).as_posix() for path in PROJECT.glob("examples/wrong/*.yaml")
    }
    assert {finding["path"] for finding in report["findings"]} == expected


@POSIX
@pytest.mark.parametrize(
    "command",
    ["check many", "check many --format json", "--help", "check -h", "rules", "explain x"],
)
def test_reader_leaves(program: Shell, command: str) -> None:
    """A reader such as `head` may leave at any time, without a complaint of ours."""
    done = program(f'{{ "$netpol" {command} 2>&1; echo "status $?" >&2; }} | head -n 0')
    assert "status" in done.stderr
    assert "rror" not in done.stderr


@POSIX
def test_closed_output(program: Shell) -> None:
    """Without a standard output the run has failed, unless the report goes elsewhere."""
    done = program('"$netpol" check many >&-')
    assert (done.returncode, done.stderr) == (2, "netpol-lint: standard output: closed\n")
    done = program('"$netpol" check many --output report.txt >&-')
    assert done.returncode == 1
    assert Path("report.txt").stat().st_size


@POSIX
def test_closed_error(program: Shell) -> None:
    """Without a standard error its lines do not end up in the report."""
    done = program('"$netpol" check many --format concise 2>&-')
    assert done.returncode == 1
    assert all(line.startswith("many/") for line in done.stdout.splitlines())


@POSIX
def test_closed_input(program: Shell) -> None:
    """Without a standard input there is nothing to read from it."""
    done = program('"$netpol" check - <&-')
    assert done.returncode == 2
    assert done.stderr.startswith("netpol-lint: ")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
@pytest.mark.parametrize("command", ["check many", "rules", "explain split-port"])
def test_full_disk(program: Shell, command: str) -> None:
    """A report that did not reach the disk is a failure."""
    done = program(f'"$netpol" {command} >/dev/full')
    assert done.returncode == 2
    assert "netpol-lint: standard output: no space left on device\n" in done.stderr


@POSIX
def test_narrow_encoding(program: Shell) -> None:
    """What an old terminal cannot show is escaped."""
    put("정책.yaml", f"# 차단\n{WRONG}  # 포트")
    done = program('"$netpol" check 정책.yaml', PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 1
    assert r"\uc815\ucc45.yaml" in done.stdout
    assert r"# \ud3ec\ud2b8" in done.stdout


@POSIX
def test_vanished_folder(program: Shell) -> None:
    """The current folder may be gone."""
    done = program('mkdir gone && cd gone && rmdir ../gone && "$netpol" check')
    assert done.returncode == 2
    assert done.stderr


@POSIX
def test_pipe(program: Shell) -> None:
    """Rendered manifests come through a pipe."""
    done = program('cat many/1.yaml | "$netpol" check - --format concise')
    assert done.returncode == 1
    assert done.stdout.startswith("<stdin>:")


def test_default_namespace(program: Shell) -> None:
    """It is where a policy lands to which nobody gives a namespace."""
    head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
    put(
        "a.yaml",
        f"{head}metadata: {{name: a}}\nspec: {{podSelector: {{}}, policyTypes: [Ingress]}}\n",
    )
    put("b.yaml", f"{head}metadata: {{name: b, namespace: b}}\nspec: {{podSelector: {{}}}}\n")
    asked = "$netpol check --select missing-namespace"
    assert program(asked + " a.yaml").returncode == 1
    assert program(f"{asked} --default-namespace shop a.yaml").returncode == 0
