"""Selectors that select no pod of the repository: which, and how much speaks for a mistake.

That nothing is selected can only be said where the files show all pods of the namespaces. Even then
the pods may be at home in another repository, so a warning takes evidence: a workload that almost
fits, or a repository in which the namespace is evidently kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from netpol_lint import counterpart, habitat, job_name, mark, stamp, target
from netpol_lint.answer import Answer
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Label, Safety, Severity
from netpol_lint.job_name import Misnomer
from netpol_lint.phrase import selector_words
from netpol_lint.policy import Policy, Requirement, Selector
from netpol_lint.relabel import relabel
from netpol_lint.repository import Resident, Roll
from netpol_lint.repository.demonstration import is_demonstration
from netpol_lint.repository.environment import are_variants, place_of, stem
from netpol_lint.repository.match import meets
from netpol_lint.repository.workload import Labels
from netpol_lint.resemblance import Likeness, Lookalike, nearest
from netpol_lint.span import Span
from netpol_lint.target import Aim, Target
from netpol_lint.wording import LONGEST, cut, fitted

MANY = 3
"""So many workloads of a namespace in one repository, and that is where it is kept."""
MANY_WITH_IT = 2
"""The same, where the Namespace itself is there as well."""
MAX_COMPARED = 20
"""Selectors of one policy for which something similar is searched."""
MAX_POLICIES = 500
"""Policies of one file beyond which nothing similar is searched."""
_LISTED = 4
"""Workloads that a help names."""


class Absence:
    """A selector that selects no pod of the repository."""

    def __init__(
        self,
        aim: Aim | None,
        selector: Selector,
        target: Target,
        missing: tuple[Requirement, ...],
        misnomer: Misnomer | None,
        compared: bool,
    ) -> None:
        self.aim = aim
        """The peer that it belongs to; None for the subject."""
        self.selector = selector
        """As written."""
        self.target = target
        self.missing = missing
        """Those of its requirements that no pod meets at all."""
        self.misnomer = misnomer
        """The CronJob whose name stands where that of a Job should."""
        self._compared = compared
        """Whether something similar is searched."""

    @cached_property
    def lookalikes(self) -> tuple[Lookalike, ...]:
        """The workloads that come nearest, all equally near. Most absences have their reason, and
        nobody asks."""
        demands = tuple(target.demands(self.selector))
        return nearest(demands, self.target.distinct) if self._compared else ()

    @property
    def requirement(self) -> Requirement:
        """The one that is to blame before all others."""
        if self.misnomer is not None:
            return self.misnomer.requirement
        if self.missing:
            return self.missing[0]
        if self.lookalikes:
            return self.lookalikes[0].changes[0].requirement
        return next(target.demands(self.selector))

    def span(self, text: str) -> Span:
        """Where that requirement stands: on one line, as far as it goes."""
        key, node = self.requirement.key_node, self.requirement.node
        pair = Span(key.start, node.end) if key.end <= node.start else key.span
        return mark.first_line(text, pair)

    def say(self, before: str, after: str) -> str:
        """A message: the selector, `before`, where it looks, `after`."""
        name, *others = self.target.names
        more = f" and {len(others)} more" if others else ""
        sentence = f"{{}} {before} {{}}{more}{after}"
        room = LONGEST - len(sentence.format("``", f"`{name}`"))
        words = selector_words(self.selector, room)
        if len(words) > room:
            return fitted(f"this selector {before} {{}}{more}{after}", name)
        return fitted(sentence, words, name)

    @property
    def likeness(self) -> Likeness:
        """How near the nearest workload comes."""
        return max((each.likeness for each in self.lookalikes), default=Likeness.NONE)


def absences(context: Context) -> tuple[Absence, ...]:
    """All selectors of the policy that certainly select no pod of the repository.

    None where it shows neither pods nor what stands before them: then it has nothing to say.
    """
    return context.once(_absences)


def _absences(policy: Policy, context: Context) -> tuple[Absence, ...]:
    if not context.census.shows_pods:
        return ()
    most = MAX_COMPARED if len(context.file.subjects) <= MAX_POLICIES else 0
    found: list[Absence] = []
    for aim, selector, after in _sought(policy, context):
        missing = _missing(selector, after, context)
        if missing is not None:
            named = job_name.misnomer(missing, after.rolls, context.census)
            found.append(Absence(aim, selector, after, missing, named, len(found) < most))
    return tuple(found)


def _sought(policy: Policy, context: Context) -> Iterator[tuple[Aim | None, Selector, Target]]:
    """The selectors of the policy that ask for pods, and those that they find."""
    subject = policy.subject.value
    if policy.spec.readable and subject is not None and any(target.demands(subject)):
        after = target.subject(context)
        if after is not None:
            yield None, subject, after
    for aim in target.aims(context):
        selector = aim.peer.pods.value
        if selector is not None and aim.target is not None:
            yield aim, selector, aim.target


def _missing(selector: Selector, after: Target, context: Context) -> tuple[Requirement, ...] | None:
    """The requirements that no pod meets; None where a pod may meet all of them."""
    if not selector.exact or after.selected:
        return None
    demands = tuple(target.demands(selector))
    if not demands:
        return None
    rolls = [each for each in (context.census.strays, *after.rolls) if each]
    for asked in (demands, *(tuple(target.demands(each.selector)) for each in after.quarters)):
        if any(_may_meet(asked, roll) for roll in rolls):
            return None
    return tuple(
        each for each in demands if not any(_may_meet((each,), roll) for roll in after.rolls)
    )


def _may_meet(requirements: Sequence[Requirement], roll: Roll) -> bool:
    """Whether a workload meets all of the requirements, as far as its labels are known."""
    return any(
        labels is None or all(meets(each, labels) for each in requirements)
        for labels in (found.labels for found in roll.candidates(requirements))
    )


def severity(policy: Policy, context: Context, absence: Absence) -> Severity | None:
    """How much an absence weighs; None where the pods have their reason to be nowhere."""
    after = absence.target
    if absence.misnomer is not None:
        return Severity.WARNING if is_closed(context, absence) else Severity.INFO
    is_astray = absence.aim is None and _is_astray(policy, context, absence)
    if not any(after.rolls) or (is_excused(absence) and not is_astray):
        return None
    if not is_closed(context, absence):
        return Severity.INFO
    if absence.likeness is Likeness.CLOSE:
        return Severity.WARNING
    keys = _carried(after)
    if not is_astray and any(map(stamp.is_guest, absence.missing)):
        return Severity.INFO
    is_known = all(each.key in keys for each in absence.missing)
    if is_known and is_kept_here(policy, context, absence):
        return Severity.WARNING
    if is_known and _is_misnamed(policy, context, absence):
        return Severity.WARNING
    return Severity.INFO if home(policy, context, absence) is None else Severity.WARNING


def diagnostic(
    policy: Policy, context: Context, absence: Absence, severity: Severity, effect: str
) -> Diagnostic:
    """What is said about an absence that weighs so much; `effect` ends the sentence."""
    label, fixed = nearest_label(context, absence), fix(policy, absence)
    named = absence.misnomer
    elsewhere = None
    if severity is Severity.WARNING and named is None and absence.likeness is not Likeness.CLOSE:
        elsewhere = home(policy, context, absence)
    if named is not None:
        message, advice = named.message, named.help
        label, fixed = (context.label(named.cron_job.workload.spot, "this CronJob"),), None
    else:
        message, advice = absence.say("matches no pod in", effect), explanation(absence)
        if severity is Severity.INFO:
            message = absence.say("matches no pod of", " in the files of this repository")
    if elsewhere is not None:
        space = cut(elsewhere.build.namespace or "", 60)
        label = (context.label(elsewhere.workload.labels_spot, f"{elsewhere}, in {space}"),)
        advice = f"{cut(str(absence.selector), 60)} runs in namespace {space};\n{advice}"
    span, covers = absence.span(policy.text), absence.selector.node.span
    return Diagnostic(span, message, label, advice, fixed, severity, covers=covers)


def is_closed(context: Context, absence: Absence) -> bool:
    """Whether the repository shows all pods of the namespaces, and does not just demonstrate."""
    return absence.target.authoritative and not is_demonstration(context.path)


def is_excused(absence: Absence) -> bool:
    """Whether its pods carry what stands in no template, or live where nobody looks."""
    demands = tuple(target.demands(absence.selector))
    if any(stamp.is_stamped(each.key) or stamp.is_lock(each) for each in demands):
        return True
    keys = _carried(absence.target)
    is_elsewhere = habitat.home(demands) is not None or any(
        each.key not in keys and (stamp.is_switch(each) or stamp.is_foreign(each.key, keys))
        for each in absence.missing
    )
    return is_elsewhere and (absence.likeness is not Likeness.CLOSE or _is_free(absence))


def _is_astray(policy: Policy, context: Context, absence: Absence) -> bool:
    """Whether an application of a platform is sought far from its home, where it is seen to run."""
    demands = tuple(target.demands(absence.selector))
    spaces = habitat.home(demands)
    if spaces is None or not spaces.isdisjoint(absence.target.names):
        return False
    if not is_closed(context, absence) or any(each.key not in habitat.APP_KEYS for each in demands):
        return False
    found = home(policy, context, absence)
    space = "" if found is None else found.build.namespace or ""
    return space in spaces and context.census.population(space).authoritative


def _is_free(absence: Absence) -> bool:
    """Whether the nearest workload only lacks a label, and none stands for it."""
    return any(each.value is None for like in absence.lookalikes for each in like.changes)


def _carried(after: Target) -> frozenset[str]:
    """The keys of the labels that pods carry."""
    return frozenset().union(*(roll.keys for roll in after.rolls))


def is_kept_here(policy: Policy, context: Context, absence: Absence) -> bool:
    """Whether the workloads of the namespaces are evidently kept in this repository.

    For its subject it is enough that workloads are applied from the same place as the policy.
    """
    rolls, kept = absence.target.rolls, context.census.namespaces
    if absence.aim is None:
        ways = context.surroundings.namespace_of(policy).ways
        places = {place_of(context.path, way) for way in ways}
        if any(not places.isdisjoint(roll.places) for roll in rolls):
            return True
        if policy.namespace.value is None:
            # Whoever gives it its namespace applies it together with all that get theirs so.
            orders = {way.why for way in ways if way.root is None}
            plain = (each for each in absence.target.residents if each.build.root is None)
            if any(each.build.why in orders and not is_demonstration(each.path) for each in plain):
                return True
    return all(
        len(each.residents.names) >= MANY
        or (
            len(each.residents.names) >= MANY_WITH_IT
            and (each.name in kept or _is_ordered(policy, context, each.name))
        )
        for each in absence.target.populations
    )


def _is_ordered(policy: Policy, context: Context, namespace: str) -> bool:
    """Whether an order of this repository fills a namespace of its own with the policy's folder.

    That is one which is called as the folder. In a namespace for many others fill the rest of it.
    """
    index = context.surroundings.index(policy)
    ways = context.surroundings.namespace_of(policy).ways
    places = {place_of(context.path, way) for way in ways if way.namespace == namespace}
    return bool(stem(namespace)) and any(
        namespace in (each.overwrites, each.fills)
        for place in places
        if namespace in place.split("/")
        for each in index.covering(place)
    )


def _is_misnamed(policy: Policy, context: Context, absence: Absence) -> bool:
    """Whether a workload is evidently meant, though under another word.

    The policy is called after it, or it has the part that is asked for and nobody else has it.
    """
    rolls = absence.target.rolls
    if absence.aim is None and any(
        counterpart.bears(policy.name_text, each.names) for each in rolls
    ):
        return True
    if any(len(each.names) < MANY_WITH_IT for each in rolls):
        return False
    others = [target.subject(context), *(each.target for each in target.aims(context))]
    selected = {
        resident.workload.place for each in others if each is not None for resident in each.selected
    }
    free = [each for each in absence.target.distinct if each.workload.place not in selected]
    return counterpart.have_part(absence.missing, free)


def home(policy: Policy, context: Context, absence: Absence) -> Resident | None:
    """The workload that is selected in the one other namespace that has such pods.

    None where it may be missing with reason: the same policies are in several namespaces, or the
    other namespace is this one in another environment.
    """
    after, asked = absence.target, target.demands(absence.selector)
    if not any(
        each.key in habitat.APP_KEYS and all(map(stamp.is_plain, each.values)) for each in asked
    ):
        return None
    if any(str(each.selector) != str(absence.selector) for each in after.quarters):
        return None
    answers = context.census.workloads.answers(absence.selector)
    found = [each for each, answer in answers if answer is Answer.PROVEN]
    spaces = {each.build.namespace or "" for each in found}
    space = spaces.pop() if len(spaces) == 1 else ""
    if not space or any(stem(space) == stem(name) for name in after.names):
        return None
    if any(each.name == policy.name_text for each in context.census.population(space).policies):
        return None
    ways = context.surroundings.namespace_of(policy).ways
    places = {place_of(context.path, way) for way in ways}
    near = (
        each
        for each in found
        if not any(are_variants(place, place_of(each.path, each.build)) for place in places)
    )
    return next(near, None)


def nearest_label(context: Context, absence: Absence) -> tuple[Label, ...]:
    """The workload that comes nearest, where it stands."""
    if absence.likeness is Likeness.NONE:
        return ()
    nearest_one = absence.lookalikes[0]
    resident, changes = nearest_one.resident, nearest_one.changes
    pairs = {each.key: each.value for each in changes if each.value is not None}
    words = _words(resident, pairs or resident.labels or {})
    return (context.label(resident.workload.labels_spot, cut(f"nearest: {words}", 80)),)


def explanation(absence: Absence) -> str:
    """What the namespaces have instead, for the help of a finding."""
    known = dict.fromkeys(_words(each, each.labels or {}) for each in absence.target.distinct)
    what = "" if known else " no workload"
    lines = [f"this repository has{what} in {cut(' and '.join(absence.target.names), 80)}"]
    lines += [f"  {cut(words, 90)}" for words in list(known)[:_LISTED]]
    if len(known) > _LISTED:
        lines.append(f"  and {len(known) - _LISTED} more")
    if not absence.target.authoritative:
        reasons = (each.population.unseen_pods for each in absence.target.quarters)
        why = next(filter(None, reasons), "elsewhere")
        lines.append(f"more may come from {cut(why, 90)}")
    return "\n".join(lines)


def fix(policy: Policy, absence: Absence) -> Fix | None:
    """The one label that the one nearest workload has instead."""
    if len(absence.lookalikes) != 1 or absence.likeness is not Likeness.CLOSE:
        return None
    changes = absence.lookalikes[0].changes
    if len(changes) != 1 or changes[0].value is None:
        return None
    change = changes[0]
    edits = relabel(
        policy.text, absence.selector, change.requirement, change.key, change.value or ""
    )
    if edits is None:
        return None
    title = f"select {cut(f'{change.key}={change.value}', 60)}"
    return Fix(Safety.UNSAFE, title, edits)


def _words(resident: Resident, labels: Labels) -> str:
    """`Deployment web (app=web, tier=front)`."""
    pairs = ", ".join(f"{key}={value}" for key, value in labels.items())
    return f"{resident} ({pairs or 'no labels'})"
