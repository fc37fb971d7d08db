"""Which rules run, and which of their findings are shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from netpol_lint import speech
from netpol_lint.concern import Circumstance, Concern
from netpol_lint.context import Context, File
from netpol_lint.diagnostic import Group, Severity
from netpol_lint.inventory import Trait
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.rule import PolicyCheck, Rule
from netpol_lint.speech import Word
from netpol_lint.spelling import akin, nearest

Checks = tuple[tuple[str, PolicyCheck], ...]
_Case = tuple[frozenset[Trait], frozenset[str | int], frozenset[Word], frozenset[Circumstance]]
_MOST_CASES = 10_000
"""Sorts of policies that are remembered; then it begins anew."""


class UnknownName(ValueError):
    """A word that names neither a rule nor a group."""


class Agenda:
    """Which of some rules look at a document, and which at a policy, in their order."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        """All of them."""
        self.of_documents = tuple(
            (rule.name, rule.document) for rule in self.rules if rule.document is not None
        )
        """The names and checks of the rules that look at whole documents."""
        concerns = [each for rule in self.rules for each in rule.concerns]
        self._circumstances = frozenset[Circumstance]().union(*(each.around for each in concerns))
        self._speech = frozenset[Word]().union(*(each.speech for each in concerns))
        self._words = frozenset[str | int]().union(*(each.words for each in concerns))
        self._known: dict[_Case, Checks] = {}

    def of_policy(self, context: Context) -> Checks:
        """The names and checks of the rules that a policy concerns."""
        inventory = context.inventory
        case = (
            inventory.traits,
            self._words.intersection(inventory.words),
            self._heard(context.glimpsed),
            context.file.once(self._around),
        )
        if case not in self._known:
            if len(self._known) >= _MOST_CASES:
                self._known.clear()
            self._known[case] = self._concerned(Concern(*case))
        return self._known[case]

    def _heard(self, glimpsed: frozenset[str] | None) -> frozenset[Word]:
        """What may be said about a policy, as far as any rule cares."""
        return self._speech if glimpsed is None else speech.classes(glimpsed, self._speech)

    def _around(self, file: File) -> frozenset[Circumstance]:
        """What is around the policies of a file, as far as any rule cares."""
        _, context = file.subjects[0]
        return frozenset(filter(context.is_amid, self._circumstances))

    def _concerned(self, case: Concern) -> Checks:
        return tuple(
            (rule.name, rule.policy)
            for rule in self.rules
            if rule.policy is not None and all(each.meets(case) for each in rule.concerns)
        )


class Selection(NamedTuple):
    """The rules of a run."""

    agenda: Agenda
    """The rules, and when each of them is asked."""
    groups: frozenset[Group]
    """Groups that are on; findings that a rule regroups into another one stay hidden."""
    named: frozenset[str]
    """Rules asked for by their own name."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All of them, in the order of causes."""
        return self.agenda.rules

    @property
    def for_fragments(self) -> frozenset[str]:
        """The names of the rules that hold for patches, too."""
        return frozenset(rule.name for rule in self.rules if rule.fragments)

    def shows(self, rule: Rule, group: Group) -> bool:
        """Whether a finding of `rule` that it puts into `group` belongs to the run."""
        return group is rule.group or group in self.groups or rule.name in self.named

    def least(self, rule: Rule, severity: Severity) -> Severity:
        """The least severity to show. Who asks for rules that are always info wants to see them."""
        always_info = rule.group.severity is Severity.INFO
        return Severity.INFO if always_info and severity < Severity.ERROR else severity


def select(rules: Collection[Rule], wanted: Iterable[str], unwanted: Iterable[str]) -> Selection:
    """The rules named by `wanted` (all default ones if empty) without those named by `unwanted`.

    A word is a rule's name or a group's. Raises UnknownName, with a suggestion, for any other word.
    """
    wanted, unwanted = tuple(wanted), frozenset(unwanted)
    names = {rule.name for rule in rules}
    groups = {group.value for group in Group}
    for word in (*wanted, *sorted(unwanted)):
        if word not in names and word not in groups:
            raise UnknownName(_unknown(word, names | groups))
    if wanted:
        chosen = frozenset(wanted)
    else:
        chosen = frozenset(group.value for group in Group if group.by_default)
    selected = (
        rule
        for rule in rules
        if (rule.name in chosen or rule.group in chosen)
        and not (rule.name in unwanted or (rule.group in unwanted and rule.name not in chosen))
    )
    return Selection(
        Agenda(selected),
        frozenset(Group(word) for word in chosen & groups if word not in unwanted),
        chosen & names,
    )


def suggest(word: str, names: Iterable[str]) -> str:
    """` did you mean x?` for the nearest of `names`, or nothing."""
    near = nearest(word, names) or akin(word, names)
    return "" if near is None else f", did you mean {near}?"


def _unknown(word: str, names: Iterable[str]) -> str:
    return f"no rule or group is called {word!r}{suggest(word, names)}"
