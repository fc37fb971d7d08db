"""All that a run found, before any format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from netpol_lint.diagnostic import Severity
from netpol_lint.engine import INTERNAL_ERROR, Skipped
from netpol_lint.finding import Finding
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.wording import cut

_NAMED = 3
"""Skipped inputs that are named in one line; --format json lists all of them."""
_PATH = 100
"""Characters of a path in that line."""


class Report(NamedTuple):
    """The outcome of a run over any number of files."""

    findings: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]
    files: int
    """Files that hold a policy or something that looks like one."""
    policies: int
    suppressed: int
    """Findings that an ignore silenced."""
    complaints: tuple[str, ...] = ()
    """Paths that were asked for and could not be read, one sentence each."""
    typed: Mapping[str, str] = {}
    """Paths from the root, and as the user would type them where that differs."""

    def shown(self, path: str) -> str:
        """`path` for a person. Programs get it as seen from the root."""
        return self.typed.get(path, path)

    def count(self, severity: Severity) -> int:
        """How many findings have exactly this severity."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def skips(self) -> dict[str, int]:
        """How many documents were skipped, by reason."""
        return dict(sorted(Counter(skip.reason for skip in self.skipped).items()))

    @property
    def by_rule(self) -> list[tuple[str, int]]:
        """How often each rule spoke, the most frequent first."""
        counts = Counter(finding.rule for finding in self.findings)
        return sorted(counts.items(), key=lambda item: (-item[1], item[0]))

    @property
    def broken(self) -> bool:
        """Whether the linter itself failed somewhere, or could not read what it was given."""
        return bool(self.complaints) or any(
            finding.rule == INTERNAL_ERROR for finding in self.findings
        )


class SkipReason(NamedTuple):
    """Why documents are passed over: the words for one and for many, and what to do about it."""

    one: str
    many: str
    advice: str
    remedy: str | None
    """What makes a document of its own of them."""


SKIP_REASONS = {
    "template": SkipReason(
        "template",
        "templates",
        "render and pipe them, such as: helm template . | netpol-lint check -",
        "render",
    ),
    "encrypted": SkipReason(
        "encrypted policy",
        "encrypted policies",
        "decrypt and pipe them, such as: sops decrypt FILE | netpol-lint check -",
        "decrypt",
    ),
    "other-kind": SkipReason(
        "policy of another API group",
        "policies of other API groups",
        "only networking.k8s.io is judged",
        None,
    ),
    "embedded": SkipReason(
        "policy inside another object",
        "policies inside other objects",
        "only documents of their own are judged",
        "render",
    ),
    "partial": SkipReason("patch", "patches", "only whole policies are judged", "render"),
    "unreadable": SkipReason(
        "file", "files", "not text, or a link that leaves the repository", None
    ),
}


def closing(report: Report, *, quiet: bool) -> list[str]:
    """What a person wants to know last. In a quiet run, nothing that asks for no action."""
    lines = [_skipped(reason, count) for reason, count in report.skips.items()]
    if report.suppressed and not quiet:
        lines.append(f"{_counted(report.suppressed, 'finding', 'findings')} silenced by ignores")
    found = [
        _counted(count, str(severity), f"{severity}s" if severity > Severity.INFO else "info")
        for severity in sorted(Severity, reverse=True)
        if (count := report.count(severity))
    ]
    judged = (
        f"{_counted(report.policies, 'policy', 'policies')}"
        f" in {_counted(report.files, 'file', 'files')}"
    )
    if found:
        lines.append(f"{', '.join(found)} in {judged}")
    elif not quiet:
        lines.append(f"no findings in {judged}" if report.files else "no NetworkPolicy found")
    return lines


def shortfall(report: Report) -> str:
    """One line about what was skipped: where, why, and how to have it judged or left out."""
    named = []
    for skip in report.skipped[:_NAMED]:
        line = "" if skip.line is None else f":{skip.line}"
        why = skip.detail or SKIP_REASONS[skip.reason].one
        named.append(f"{cut(report.shown(skip.path), _PATH)}{line} ({cut(why, _PATH)})")
    rest = len(report.skipped) - len(named)
    more = f" and {rest} more" if rest else ""
    # In the order of the table, each once.
    remedies = dict.fromkeys(
        each.remedy for name, each in SKIP_REASONS.items() if each.remedy and name in report.skips
    )
    cure = f"{' or '.join(remedies)} and pipe them, or " if remedies else ""
    return f"not judged: {', '.join(named)}{more}; {cure}leave them out by --exclude"


def _skipped(reason: str, count: int) -> str:
    one, many, advice, _ = SKIP_REASONS[reason]
    return f"{_counted(count, one, many)} skipped: {advice}"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
