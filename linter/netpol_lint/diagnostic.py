"""What a rule says: one sentence about one place, with its labels, its help and its cure."""

from __future__ import annotations

from enum import IntEnum, StrEnum

from netpol_lint.edit import Edit
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.span import Span


class Severity(IntEnum):
    """How much a finding weighs; the numbers order them."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


class Group(StrEnum):
    """The promise a rule makes. The group decides severity and whether the rule runs by default."""

    REJECTED = "rejected"
    """The API server refuses the object."""
    CONTRADICTION = "contradiction"
    """Provably not what is written."""
    SUSPICIOUS = "suspicious"
    """Likely a mistake: at least 95 % of the findings on real repositories are right."""
    HARDENING = "hardening"
    """Valid and probably meant, but wider than a careful operator would leave it."""
    STYLE = "style"
    """The same traffic, clearer text."""
    ENGINE = "engine"
    """The linter's own matters: ignores that nothing uses, names that no rule has."""

    @property
    def severity(self) -> Severity:
        """The severity of a finding that the rule does not lower."""
        return _SEVERITIES[self]

    @property
    def by_default(self) -> bool:
        """Whether rules of this group run when nobody asks for them."""
        return self not in (Group.HARDENING, Group.STYLE)


_SEVERITIES = {
    Group.REJECTED: Severity.ERROR,
    Group.CONTRADICTION: Severity.ERROR,
    Group.SUSPICIOUS: Severity.WARNING,
    Group.HARDENING: Severity.WARNING,
    Group.STYLE: Severity.INFO,
    Group.ENGINE: Severity.WARNING,
}


class Safety(StrEnum):
    """Whether a fix may be applied without asking."""

    SAFE = "safe"
    """The policy means the same before and after, or the server already reads it so."""
    UNSAFE = "unsafe"
    """The traffic changes, or a refused document starts to work."""


class Source(NamedTuple):
    """Another file of the repository, as far as a label needs it."""

    path: str
    """As seen from the root, with `/` between the names."""
    text: str
    """The whole text, which tells the line of an offset. Labels of one file share it."""


class Label(NamedTuple):
    """A related place, with a few words. Without a source it stands in the finding's own file."""

    span: Span
    message: str
    source: Source | None = None


class Fix(NamedTuple):
    """A cure that can be applied: all of its edits or none."""

    safety: Safety
    title: str
    edits: tuple[Edit, ...]


class Consequence(NamedTuple):
    """Where rules would only repeat what a finding says already."""

    span: Span
    rules: frozenset[str]


class Diagnostic(NamedTuple):
    """One finding as its rule states it.

    `severity` may only lower the group's; `group` regroups this one finding (catalogue: hardening
    form). `covers` is the stretch the mistake occupies: ignores work anywhere in it, and rules that
    this one dominates stay silent in it. It defaults to the primary span with its labels.
    `explains` is for a mistake whose consequences stand elsewhere, or are only some of these rules.
    """

    span: Span
    message: str
    labels: tuple[Label, ...] = ()
    help: str | None = None
    fix: Fix | None = None
    severity: Severity | None = None
    group: Group | None = None
    covers: Span | None = None
    explains: tuple[Consequence, ...] | None = None

    @property
    def extent(self) -> Span:
        """All that this finding speaks about in its own file."""
        if self.covers is not None:
            return self.covers
        spans = [self.span, *(label.span for label in self.labels if label.source is None)]
        return Span(min(span.start for span in spans), max(span.end for span in spans))

    def consequences(self, silences: frozenset[str]) -> tuple[Consequence, ...]:
        """Where which of the rules that its rule `silences` have nothing to add."""
        if self.explains is None:
            return (Consequence(self.extent, silences),)
        return tuple(Consequence(span, rules & silences) for span, rules in self.explains)
