"""The JSON report, version 1 (schemas/netpol_lint_schemas/report.v1.json)."""

from __future__ import annotations

import json
from typing import Any

from netpol_lint import __version__
from netpol_lint.diagnostic import Severity
from netpol_lint.finding import Finding, Place
from netpol_lint.report.summary import Report, skip_sentence
from netpol_lint.span import Position


def render(report: Report) -> str:
    """The whole report as one JSON object."""
    document = {
        "version": 1,
        "tool": {"name": "netpol-lint", "version": __version__},
        "findings": [_finding(each) for each in report.findings],
        "skipped": [
            {
                "path": each.path,
                "line": each.line,
                "reason": each.reason,
                "message": each.detail or skip_sentence(each.reason, 1),
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
        "path": finding.path,
        **_place(finding.place),
        "object": None if finding.object is None else finding.object._asdict(),
        "labels": [
            {"message": label.message, "path": finding.path, **_place(label.place)}
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
