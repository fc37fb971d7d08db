"""Reports: harmless to a terminal, exact under the caret, and as their schema promises."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support import PROJECT, RULE_FIXTURES, check

from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety, Severity, Source
from netpol_lint.edit import Edit
from netpol_lint.engine import Result, Skipped
from netpol_lint.finding import Finding, Object, place
from netpol_lint.report import json as json_report
from netpol_lint.report import text as text_report
from netpol_lint.report.summary import SKIP_REASONS, Report, closing, shortfall
from netpol_lint.span import Lines, Span
from netpol_lint.terminal import Palette, sanitize, width, wrap
from netpol_lint_rules import RULES
from netpol_lint_schemas import text as schema_text

PLAIN = Palette(coloured=False)
HOSTILE = "\x1b]8;;evil\x07\x9b31m\u202eabc\u2066\u200b\x7f\ud800"
FILES = [*sorted(RULE_FIXTURES.glob("*/*.yaml")), *sorted(PROJECT.glob("examples/*/*.yaml"))]


def _finding(text: str, needle: str = "NEEDLE", **changes: Any) -> Finding:
    start = text.index(needle)
    span = Span(start, start + len(needle))
    diagnostic = Diagnostic(span, "opens every port")._replace(
        **{key: changes.pop(key) for key in ("labels", "help", "fix") if key in changes}
    )
    found = place(
        diagnostic,
        rule="split-port",
        group=Group.CONTRADICTION,
        severity=Severity.ERROR,
        path="policy.yaml",
        lines=Lines(text),
        policy=None,
    )
    return found._replace(**changes)


def _report(*findings: Finding, **changes: Any) -> Report:
    return Report(findings, (), 1, 1, 0)._replace(**changes)


def _full(finding: Finding, columns: int = 80) -> list[str]:
    return text_report.full(_report(finding), PLAIN, columns).splitlines()


def _excerpt(lines: list[str], sign: str = "^") -> tuple[str, str]:
    """The excerpt of the only line that is shown, and what stands below it."""
    bar = lines[2].index("|")
    shown = next(line[bar + 2 :] for line in lines[3:] if line[:bar].strip())
    marked = next(line[bar + 2 :] for line in lines[4:] if sign in line[bar:])
    return shown, marked


# The full report


def test_full() -> None:
    """A finding with everything: two places, help of two lines, a fix."""
    text = "ports:\n- port: 443\n\n- NEEDLE: TCP\n"
    label = Label(Span(7, 8), "this one is numbered")
    fix = Fix(Safety.UNSAFE, "join the two", (Edit(Span(19, 22), "  "),))
    finding = _finding(text, labels=(label,), help="one dash\nis enough", fix=fix)
    assert "\n".join(_full(finding)) == (
        "error[split-port]: opens every port\n"
        " --> policy.yaml:4:3\n"
        "  |\n"
        "2 | - port: 443\n"
        "  | - this one is numbered\n"
        "...\n"
        "4 | - NEEDLE: TCP\n"
        "  |   ^^^^^^\n"
        "  |\n"
        "  = help: one dash\n"
        "          is enough\n"
        "  = fix (unsafe): join the two\n"
    )


def test_label_on_the_same_line() -> None:
    """Several places of one line are marked below each other, in their order."""
    text = "first: NEEDLE"
    lines = _full(_finding(text, labels=(Label(Span(0, 5), "a label"),)))
    assert lines[3:6] == ["1 | first: NEEDLE", "  | ----- a label", "  |        ^^^^^^"]


KUSTOMIZATION = Source(
    "overlays/prod/kustomization.yaml",
    "resources:\n- ../../base\n" + "# why\n" * 8 + "namespace: shop\nnamePrefix: a-\n",
)


def _at(source: Source, needle: str, message: str) -> Label:
    start = source.text.index(needle)
    return Label(Span(start, start + len(needle)), message, source)


def test_labels_in_other_files() -> None:
    """Each other file has a block of its own behind the finding's, with its lines in order."""
    service = Source("base/service.yaml", "port: 80\n")
    labels = (
        _at(KUSTOMIZATION, "shop", "this namespace wins"),
        Label(Span(0, 3), "which is gone"),
        _at(service, "80", "listens here"),
        _at(KUSTOMIZATION, "../../base", "brings it in"),
    )
    assert "\n".join(_full(_finding("old: NEEDLE", labels=labels, help="cure"))) == (
        "error[split-port]: opens every port\n"
        "  --> policy.yaml:1:6\n"
        "   |\n"
        " 1 | old: NEEDLE\n"
        "   | --- which is gone\n"
        "   |      ^^^^^^\n"
        "   |\n"
        "  ::: overlays/prod/kustomization.yaml:11:12\n"
        "   |\n"
        " 2 | - ../../base\n"
        "   |   ---------- brings it in\n"
        "...\n"
        "11 | namespace: shop\n"
        "   |            ---- this namespace wins\n"
        "   |\n"
        "  ::: base/service.yaml:1:7\n"
        "   |\n"
        " 1 | port: 80\n"
        "   |       -- listens here\n"
        "   |\n"
        "   = help: cure\n"
    )


@pytest.mark.parametrize(
    ("count", "note"), [(6, None), (7, "1 more place"), (99, "93 more places")]
)
def test_many_labels_in_other_files(count: int, note: str | None) -> None:
    """What nobody would read is counted in the text, and all of it stands in JSON."""
    labels = tuple(_at(Source(f"{number}.yaml", "x"), "x", "here") for number in range(count))
    finding = _finding("NEEDLE", labels=labels)
    lines = _full(finding)
    assert [line for line in lines if ":::" in line] == [
        f" ::: {each}.yaml:1:1" for each in range(6)
    ]
    notes = [] if note is None else [f"  = note: {note} in other files"]
    assert [line for line in lines if "note" in line] == notes
    (document,) = json.loads(json_report.render(_report(finding)))["findings"]
    assert [label["path"] for label in document["labels"]] == [f"{n}.yaml" for n in range(count)]


def test_label_with_the_findings_own_file() -> None:
    """A source that is the very file, as when policies of one folder are compared, is no other."""
    text = "first: NEEDLE"
    own = Label(Span(0, 5), "a label", Source("policy.yaml", text))
    assert _full(_finding(text, labels=(own,))) == _full(
        _finding(text, labels=(Label(Span(0, 5), "a label"),))
    )
    older = own._replace(source=Source("policy.yaml", "f"))
    assert " ::: policy.yaml:1:1" in _full(_finding(text, labels=(older,)))


@pytest.mark.parametrize("path", ["../secrets.yaml", "/etc/passwd", "a/../../b.yaml"])
def test_labels_outside_of_the_repository(path: str) -> None:
    """A report quotes no line of a file outside of the root, whatever a rule says."""
    label = _at(Source(path, "password: hunter2"), "hunter2", "here")
    report = _report(_finding("NEEDLE", labels=(label,)))
    assert "hunter2" not in text_report.full(report, PLAIN, 80)
    assert path not in json_report.render(report)


def test_extent_ends_with_the_file() -> None:
    """Offsets of another file say nothing about what a finding covers in its own."""
    diagnostic = Diagnostic(Span(5, 9), "", (Label(Span(2, 3), ""), _at(KUSTOMIZATION, "shop", "")))
    assert diagnostic.extent == Span(2, 9)


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("before", ["", " " * 30, "x" * 200])
def test_long_label(before: str, columns: int) -> None:
    """Words that do not fit beside their place stand below it."""
    words = "a namespace of this name is made by another overlay, so this one is not the only one"
    text = f"NEEDLE\n{before}label\n"
    start = text.index("label")
    lines = _full(_finding(text, labels=(Label(Span(start, start + 5), words),)), columns)
    bars = [line.partition("| ")[2] for line in lines[6:-2]]
    assert " ".join(" ".join(bars).split()) == f"----- {words}"
    assert all(len(line) <= columns for line in lines)


def test_long_help() -> None:
    """Help is wrapped at words, hanging below itself, and never wider than is easily read."""
    words = "now any address may connect to every port of every pod in the namespace " * 4
    for columns in (60, 80, 100, 200):
        lines = _full(_finding("NEEDLE", help=f"{words}\n{words}"), columns)
        notes = [line for line in lines if line.startswith("  ") and "|" not in line]
        assert notes[0].startswith("  = help: now")
        assert all(len(line) <= min(columns, 100) for line in notes)
        assert " ".join(" ".join(notes).split()) == " ".join(f"= help: {words}{words}".split())
        assert {len(line) - len(line.lstrip()) for line in notes[1:]} == {10, 12}


def test_place_over_several_lines() -> None:
    """Of a place that goes on, the rest of its first line is marked."""
    lines = _full(_finding("- NEEDLE one\n  two", "NEEDLE one\n  two"))
    assert lines[3:5] == ["1 | - NEEDLE one", "  |   ^^^^^^^^^^"]


def test_empty_place() -> None:
    """A place without a character, as at the end of a file, still has a caret."""
    lines = _full(_finding("abc", "")._replace(lines=((1, "abc"),)))
    assert lines[4] == "  | ^"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings(ending: str) -> None:
    """Each way to end a line counts, and none is shown."""
    finding = _finding(f"one{ending}two: NEEDLE{ending}")
    assert finding.place.start == (2, 6)
    shown, marked = _excerpt(_full(finding))
    assert (shown, marked) == ("two: NEEDLE", "     ^^^^^^")


PARTS = st.text(alphabet="ab :\t정界é\u0301\u1100\u1161👍\x1b\u202e\x7f\u200b", max_size=400)


@given(PARTS, PARTS, st.integers(40, 200))
@example("\t\t", "", 80)
@example("# 정책: ", "", 80)
@example("e\u0301" * 60, "x" * 500, 80)
@example("x" * 5000, "y" * 5000, 80)
@example("", "y" * 5000, 80)
@example("x" * 5000, "", 80)
@example("x" * 71, "", 80)
@example("x" * 70, "", 80)
def test_caret(before: str, after: str, columns: int) -> None:
    """The caret stands right below the place, in a line that fits the terminal."""
    finding = _finding(f"{before}NEEDLE{after}")
    shown, marked = _excerpt(_full(finding, columns))
    assert shown.isprintable()
    assert 4 + width(shown) <= columns
    assert marked == " " * width(shown[: shown.index("NEEDLE")]) + "^^^^^^"


@given(PARTS, PARTS, st.integers(40, 200))
@example("\t\t", "", 80)
@example("# 정책: ", "x" * 500, 80)
def test_underline_in_another_file(before: str, after: str, columns: int) -> None:
    """A line of another file is drawn with the same care."""
    label = _at(Source("other.yaml", f"{before}THREAD{after}"), "THREAD", "")
    lines = _full(_finding("NEEDLE", labels=(label,)), columns)
    shown, marked = _excerpt(
        lines[lines.index(" ::: other.yaml:1:" + str(len(before) + 1)) - 1 :], "-"
    )
    assert shown.isprintable()
    assert 4 + width(shown) <= columns
    assert marked == " " * width(shown[: shown.index("THREAD")]) + "------"


def test_a_long_line_costs_little() -> None:
    """A line of megabytes is neither shown nor walked as a whole."""
    text = "x" * 5_000_000 + "NEEDLE" + "y" * 5_000_000
    shown, marked = _excerpt(_full(_finding(text)))
    assert "NEEDLE" in shown
    assert marked.strip() == "^^^^^^"


def test_findings_share_their_lines() -> None:
    """Many findings on one long line do not keep a copy of it each."""
    lines = Lines("first\n" + "x" * 1000)
    assert lines.text(2) is lines.text(2)


# Hostile text


@pytest.mark.parametrize("form", ["full", "concise", "json"])
def test_hostile_text(form: str) -> None:
    """Nothing from a file or its name reaches the terminal as a command, or begins a line."""
    finding = _finding(
        f"# {HOSTILE} NEEDLE",
        path=f"{HOSTILE}\n.yaml",
        message=f"opens {HOSTILE}",
        help=f"see {HOSTILE}",
        labels=(_at(Source(f"{HOSTILE}\n.yml", f"{HOSTILE} THREAD"), "THREAD", HOSTILE),),
        object=Object("NetworkPolicy", None, HOSTILE),
    )
    report = _report(finding)
    shown = {
        "full": lambda: text_report.full(report, PLAIN, 80),
        "concise": lambda: text_report.concise(report, PLAIN),
        "json": lambda: json_report.render(report),
    }[form]()
    assert all(line.isprintable() for line in shown.splitlines())
    assert "\n.yaml" not in shown
    assert "\n.yml" not in shown
    shown.encode("utf-8")


@given(st.text())
def test_sanitize(text: str) -> None:
    """What is sanitized can be printed, and what could be printed stays as it is."""
    assert sanitize(text).isprintable()
    assert sanitize(text) == text or not text.isprintable()


@given(st.text(alphabet="abc \n정\t"), st.integers(1, 30), st.integers(0, 4))
def test_wrap(text: str, room: int, hang: int) -> None:
    """Wrapping loses no word, and a line is too long only where a word is."""
    lines = list(wrap(text, room, hang))
    assert " ".join(lines).split() == text.split()
    assert all(width(line) <= room or len(line.split()) <= 1 for line in lines)


def test_colours_are_only_colours() -> None:
    """Without its colours a painted report is the plain one."""
    import re

    report = _report(_finding("a: NEEDLE", help="cure", labels=(Label(Span(0, 1), "here"),)))
    painted = text_report.full(report, Palette(coloured=True), 80)
    assert "\x1b[1;31m" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == text_report.full(report, PLAIN, 80)


# What is said at the end


@pytest.mark.parametrize(
    ("report", "quiet", "lines"),
    [
        (_report(files=0, policies=0), False, ["no NetworkPolicy found"]),
        (_report(files=0, policies=0), True, []),
        (_report(files=2, policies=3), False, ["no findings in 3 policies in 2 files"]),
        (_report(files=2, policies=3), True, []),
        (_report(_finding("NEEDLE")), True, ["1 error in 1 policy in 1 file"]),
        (
            _report(
                *[_finding("NEEDLE", severity=Severity.INFO)] * 2,
                _finding("NEEDLE", severity=Severity.WARNING),
                *[_finding("NEEDLE")] * 2,
                policies=2,
            ),
            True,
            ["2 errors, 1 warning, 2 info in 2 policies in 1 file"],
        ),
        (
            _report(suppressed=2),
            False,
            ["2 findings silenced by ignores", "no findings in 1 policy in 1 file"],
        ),
        (_report(suppressed=2), True, []),
    ],
)
def test_closing(report: Report, quiet: bool, lines: list[str]) -> None:
    """A person learns what was found and looked at; a hook only what asks for action."""
    assert closing(report, quiet=quiet) == lines


def test_closing_names_every_skip() -> None:
    """Each reason to skip has words for one and for many."""
    for reason, (one, many, advice, _) in SKIP_REASONS.items():
        skip = Skipped("a.yaml", 1, reason)
        assert closing(_report(skipped=(skip,)), quiet=True) == [f"1 {one} skipped: {advice}"]
        twice = _report(skipped=(skip, skip))
        assert closing(twice, quiet=True) == [f"2 {many} skipped: {advice}"]


@pytest.mark.parametrize(
    ("skips", "line"),
    [
        (
            [("a.yaml", 3, "template", "")],
            "a.yaml:3 (template); render and pipe them, or leave them out by --exclude",
        ),
        (
            [("b.yaml", None, "partial", "a patch of k"), ("a.yaml", 1, "encrypted", "")],
            "b.yaml (a patch of k), a.yaml:1 (encrypted policy);"
            " decrypt or render and pipe them, or leave them out by --exclude",
        ),
        (
            [("a.yaml", None, "unreadable", "not text"), ("b.yaml", 1, "other-kind", "")],
            "a.yaml (not text), b.yaml:1 (policy of another API group);"
            " leave them out by --exclude",
        ),
        (
            [("a.yaml", number, "embedded", "") for number in range(1, 1000)],
            "a.yaml:1 (policy inside another object), a.yaml:2 (policy inside another object),"
            " a.yaml:3 (policy inside another object) and 996 more;"
            " render and pipe them, or leave them out by --exclude",
        ),
    ],
)
def test_shortfall(skips: list[tuple[str, int | None, str, str]], line: str) -> None:
    """One line tells what was not judged, why, and what to do."""
    report = _report(skipped=tuple(Skipped(*each) for each in skips))
    assert shortfall(report) == f"not judged: {line}"


def test_shortfall_is_bounded() -> None:
    """Neither many skips nor the longest path make the line longer than a person would read."""
    skip = Skipped(f"{HOSTILE}\n" * 500, 1, "template")
    report = _report(skipped=(skip,) * 100_000)
    assert shortfall(report).isprintable()
    assert len(shortfall(report)) < 500


# JSON


@pytest.fixture(scope="module")
def schema() -> Any:
    """The validator of JSON reports."""
    from jsonschema import Draft202012Validator

    contract = json.loads(schema_text("report.v1"))
    Draft202012Validator.check_schema(contract)
    return Draft202012Validator(contract)


def _json(result: Result) -> Any:
    report = Report(result.findings, result.skipped, 1, result.policies, result.suppressed)
    return json.loads(json_report.render(report))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_json_keeps_its_schema(path: Path, schema: Any) -> None:
    """The report of every fixture and example is what the schema promises."""
    text = path.read_text(encoding="utf-8", errors="replace")
    schema.validate(_json(check(text, *(rule.name for rule in RULES))))


def test_json_of_skips_and_hostile_names(schema: Any) -> None:
    """Skipped documents, unknown objects and names that are no text keep to the schema as well."""
    report = _report(
        _finding(
            "NEEDLE",
            path="\udcff.yaml",
            object=Object(None, None, "\ud800"),
            labels=(_at(Source("\udcfe.yaml", "x"), "x", "here"),),
        ),
        skipped=tuple(Skipped("a\udcff.yaml", None, reason) for reason in SKIP_REASONS),
    )
    document = json.loads(json_report.render(report))
    schema.validate(document)
    assert document["findings"][0]["path"] == r"\udcff.yaml"
    assert document["findings"][0]["labels"][0]["path"] == r"\udcfe.yaml"
    assert set(document["summary"]["skipped"]) == set(SKIP_REASONS)


def test_schema_knows_the_words(schema: Any) -> None:
    """The lists of the schema are those of the code."""
    definitions = schema.schema["$defs"]
    finding = definitions["finding"]["properties"]
    assert finding["group"]["enum"] == [group.value for group in Group]
    assert set(finding["severity"]["enum"]) == {str(severity) for severity in Severity}
    assert definitions["reason"]["enum"] == list(SKIP_REASONS)
    safeties = definitions["fix"]["properties"]["safety"]["enum"]
    assert safeties == [safety.value for safety in Safety]
