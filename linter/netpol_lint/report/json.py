"""The JSON report, version 1 (schemas/netpol_lint_schemas/report.v1.json)."""

from __future__ import annotations

import json
from typing import Any

from netpol_lint import __version__
from netpol_lint.diagnostic import Severity
from netpol_lint.finding import Finding, Place
from netpol_lint.report.summary import SKIP_REASONS, Report
from netpol_lint.span import Position


def render(report: Report) -> str:
    """The whole report as one JSON object."""
    document = {
        "version": 1,
        "tool": {"name": "netpol-lint", "version": __version__},
        "findings": [_finding(each) for each in report.findings],
        "skipped": [
            {
                "path": _text(each.path),
                "line": each.line,
                "reason": each.reason,
                "message": each.detail or SKIP_REASONS[each.reason].advice,
            }
            for each in report.skipped
        ],
        "summary": {
            "files": report.files,
            "policies": report.policies,
            "errors": report.count(Severity.ERROR),
            "warnings": report.count(Severity.WARNING),
            "infos": report.count(Severity.INFO),
            "suppressed": report.suppressed,
            "skipped": report.skips,
        },
    }
    return json.dumps(document, indent=2) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "group": finding.group.value,
        "severity": str(finding.severity),
        "message": finding.message,
        "path": _text(finding.path),
        **_place(finding.place),
        "origin": None if finding.origin is None else finding.origin._asdict(),
        "object": None
        if finding.object is None
        else {key: _text(value) for key, value in finding.object._asdict().items()},
        "labels": [
            {
                "message": label.message,
                "path": _text(finding.path if label.path is None else label.path),
                **_place(label.place),
            }
            for label in finding.labels
        ],
        "help": finding.help,
        "fix": None
        if finding.fix is None
        else {
            "safety": finding.fix.safety.value,
            "title": finding.fix.title,
            "edits": [
                {**_place(edit.place), "text": edit.text} for edit in finding.fix.replacements
            ],
        },
    }


def _place(place: Place) -> dict[str, Any]:
    return {"start": _position(place.start), "end": _position(place.end)}


def _position(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column}


def _text(text: str | None) -> str | None:
    """`text` for strict readers: what is no text, as in some names of files, becomes escapes."""
    if text is None or text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
