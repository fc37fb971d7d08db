"""Which rules run, and which of their findings are shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from netpol_lint import speech
from netpol_lint.concern import Circumstance
from netpol_lint.context import Context, File
from netpol_lint.diagnostic import Group, Severity
from netpol_lint.inventory import Trait
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.rule import PolicyCheck, Rule
from netpol_lint.speech import Word
from netpol_lint.spelling import nearest


class UnknownName(ValueError):
    """A word that names neither a rule nor a group."""


class Task(NamedTuple):
    """A check that some policies may concern."""

    rule: str
    check: PolicyCheck
    needs: tuple[frozenset[str | int], ...]
    """Of each of these it takes one word that the policy lists, or one class of its speech."""


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
        self._classes = frozenset[Word]().union(*(each.speech for each in concerns))
        self._tasks: dict[tuple[frozenset[Trait], frozenset[Circumstance]], tuple[Task, ...]] = {}

    def of_policy(self, context: Context) -> list[tuple[str, PolicyCheck]]:
        """The names and checks of the rules that a policy concerns."""
        key = context.inventory.traits, context.file.once(self._around)
        if key not in self._tasks:
            self._tasks[key] = tuple(self._left(*key))
        marks = self._marks(context)
        found = []
        for rule, check, needs in self._tasks[key]:
            for need in needs:
                if need.isdisjoint(marks):
                    break
            else:
                found.append((rule, check))
        return found

    def _around(self, file: File) -> frozenset[Circumstance]:
        """What is around the policies of a file, as far as any rule cares."""
        _, context = file.subjects[0]
        return frozenset(filter(context.is_amid, self._circumstances))

    def _marks(self, context: Context) -> set[str | int | None]:
        """The words that a policy lists, and the classes of what may be said about it."""
        said = context.glimpsed
        return context.inventory.words.union(
            self._classes if said is None else speech.classes(said, self._classes)
        )

    def _left(self, traits: frozenset[Trait], around: frozenset[Circumstance]) -> Iterator[Task]:
        """What is left to ask of policies with these traits amid these circumstances."""
        for rule in self.rules:
            open_ones = [
                each
                for each in rule.concerns
                if each.traits.isdisjoint(traits) and each.around.isdisjoint(around)
            ]
            needs = tuple(each.words | each.speech for each in open_ones)
            if rule.policy is not None and all(needs):
                yield Task(rule.name, rule.policy, needs)


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
    near = nearest(word, names)
    return "" if near is None else f", did you mean {near}?"


def _unknown(word: str, names: Iterable[str]) -> str:
    return f"no rule or group is called {word!r}{suggest(word, names)}"
