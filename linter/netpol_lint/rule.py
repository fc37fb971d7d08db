"""What a rule is: a name, a promise, a page of documentation and a check."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.parse import Document
from netpol_lint.policy import Policy

PolicyCheck = Callable[[Policy, Context], Iterator[Diagnostic]]
DocumentCheck = Callable[[Document, Sequence[Policy]], Iterator[Diagnostic]]


class Rule(NamedTuple):
    """A lint rule. It has one check: of a policy, or of a whole document (if it cannot be read)."""

    name: str
    """Kebab-case; the module's name, the word in `ignore[…]`, the anchor in every report."""
    group: Group
    since: str
    """The version that brought it."""
    page: str
    """The module's docstring: summary, why, bad, good, fixed, silence, fix safety."""
    policy: PolicyCheck | None = None
    document: DocumentCheck | None = None
    concerns: tuple[Concern, ...] = ()
    """Of each of these a policy has something, or the rule has nothing to say and is not asked."""
    silences: frozenset[str] = frozenset()
    """Rules that stay silent about the stretch that a finding of this one covers."""
    fragments: bool = False
    """Whether it also holds for a patch, which is only a part of a policy."""

    repository: bool = False
    """Whether it speaks of the files around a policy. Piped input has none, and so it is silent."""

    @property
    def summary(self) -> str:
        """The first line of the page."""
        return self.page.partition("\n")[0].rstrip(".")

    @property
    def fixable(self) -> bool:
        """Whether findings of this rule may carry a fix."""
        return "\nFixed\n" in self.page
