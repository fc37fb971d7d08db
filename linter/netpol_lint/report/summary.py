"""All that a run found, before any format."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from netpol_lint.diagnostic import Severity
from netpol_lint.engine import INTERNAL_ERROR, Skipped
from netpol_lint.finding import Finding


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


SKIP_REASONS = {
    "template": ("template", "templates", "render and pipe them: netpol-lint check -"),
    "encrypted": ("encrypted policy", "encrypted policies", "decrypt and pipe them"),
    "other-kind": (
        "NetworkPolicy of another API group",
        "NetworkPolicies of other API groups",
        "only networking.k8s.io is judged",
    ),
    "embedded": (
        "policy inside another object",
        "policies inside other objects",
        "only whole documents are judged",
    ),
    "partial": ("patch", "patches", "only whole policies are judged"),
    "unreadable": ("file", "files", "not text, or a link that leaves the repository"),
}
"""For each reason: one, many, and what to do about it."""


def skip_sentence(reason: str, count: int) -> str:
    """`3 templates skipped: …`."""
    one, many, cure = SKIP_REASONS[reason]
    return f"{count} {one if count == 1 else many} skipped: {cure}"
