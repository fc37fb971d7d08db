"""Lints texts: rules in, findings out. It prints nothing and knows no rule but its own three."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice

from netpol_lint import comment, suppress, triage
from netpol_lint.comment import Notes
from netpol_lint.context import Context, File
from netpol_lint.diagnostic import Diagnostic, Group, Severity
from netpol_lint.finding import Finding, place
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.option import Options
from netpol_lint.parse import Document, Problem, parse, split
from netpol_lint.policy import Policy
from netpol_lint.repository import Surroundings
from netpol_lint.selection import Agenda, Selection, suggest
from netpol_lint.span import Lines, Span, Stretches, past_blank
from netpol_lint.suppress import Ignore
from netpol_lint.wording import cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netpol_lint.origin import Origin

UNUSED_IGNORE = "unused-ignore"
UNKNOWN_RULE = "unknown-rule"
_UNKNOWN_HELP = "it silences nothing; `netpol-lint rules` lists all names"
_UNUSED_HELP = (
    "delete it; a comment silences what is found on its line or, on a line of its own, on the next"
)
INTERNAL_ERROR = "internal-error"


class Settings(NamedTuple):
    """What is the same for all files of a run."""

    selection: Selection
    names: frozenset[str]
    """The names of all rules, whether they run or not."""
    options: Options = Options()
    honour_ignores: bool = True
    least: Severity = Severity.WARNING
    """Findings below it are not reported."""
    all_skips: bool = False
    """Whether patches are told even where nothing is found in them; it costs reading more files."""


class Skipped(NamedTuple):
    """A document, or a whole file, that was not judged."""

    path: str
    line: int | None
    """Where the document begins; None for a whole file."""
    reason: str
    """A key of report.summary.SKIP_REASONS."""
    detail: str = ""
    """Why, where the reason does not say it all."""


class Result(NamedTuple):
    """What linting one file gave."""

    findings: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]
    policies: int
    suppressed: int


class _Raised(NamedTuple):
    """A diagnostic with the rule it comes from and the policy it is about."""

    rule: str
    group: Group
    least: Severity
    policy: Policy | None
    diagnostic: Diagnostic

    @property
    def severity(self) -> Severity:
        asked = self.diagnostic.severity or self.group.severity
        # Rules only lower. The engine's own failure is the one finding above its group.
        return asked if self.rule == INTERNAL_ERROR else min(asked, self.group.severity)


def lint(
    path: str,
    text: str,
    settings: Settings,
    surroundings: Surroundings,
    damage: Problem | None = None,
) -> Result:
    """Judges every policy of one file. `damage` says where the file's bytes are no text.

    Whatever goes wrong inside becomes an `internal-error` finding: one file never hides another.
    """
    lines = Lines(text)
    try:
        return _lint(path, text, lines, settings, surroundings, damage)
    except Exception as error:
        raised = _failure("the reader", None, text, Span(0, len(text)), error)
        return Result((_place(raised, path, lines),), (), 0, 0)


def _lint(
    path: str,
    text: str,
    lines: Lines,
    settings: Settings,
    surroundings: Surroundings,
    damage: Problem | None,
) -> Result:
    reading = surroundings.reading(text)
    outcomes: list[Document | triage.Skip]
    if damage is not None:
        outcomes = [Document(text, Span(0, len(text)), None, (damage,))]
    else:
        outcomes = list(triage.documents(text, reading.document))
    documents = [each for each in outcomes if isinstance(each, Document)]
    found = [tuple(reading.policies(document.root)) for document in documents]
    file = File()
    ignores: list[Ignore] = []
    for document, policies in zip(documents, found, strict=True):
        notes = Notes(text, document.span, document.shadows, lines)
        if suppress.MARK in text[document.span.start : document.span.end]:
            ignores += suppress.from_comments(text, lines, notes.found)
        for each in policies:
            context = Context(each, notes, file, surroundings, settings.options)
            file.subjects.append((each, context))
            ignores += suppress.from_annotation(text, each)
    raised: list[_Raised] = []
    subjects = iter(file.subjects)
    beyond: dict[str, list[Span]] = {}
    for document, policies in zip(documents, found, strict=True):
        raised += _run(document, list(islice(subjects, len(policies))), settings, beyond)
    skipped = [
        Skipped(path, lines.number(_content(text, each.span)), each.reason)
        for each in outcomes
        if isinstance(each, triage.Skip)
    ]
    shown = any(each.severity >= each.least for each in raised)
    # The repository is only read when there is something to say.
    curious = shown or (settings.all_skips and file.subjects)
    if curious and surroundings.patched_by is not None:
        raised = [each for each in raised if each.rule in settings.selection.for_fragments]
        skipped.append(Skipped(path, None, "partial", f"a patch of {surroundings.patched_by}"))
    if "ignore-file" in text:
        ignores += _ignores_of_others(text, lines, documents)
    if not settings.honour_ignores:
        ignores = []
    silenced = _silenced(raised, ignores)
    kept = [each for each, silent in zip(raised, silenced, strict=True) if not silent]
    kept += _complaints(ignores, _used(ignores, raised), settings)
    origin_of = partial(_origin, documents, [document.span.start for document in documents])
    findings = [
        _place(each, path, lines, origin_of(each)) for each in kept if each.severity >= each.least
    ]
    return Result(
        tuple(sorted(findings, key=lambda each: (each.place, each.rule, each.message))),
        tuple(skipped),
        len(file.subjects),
        sum(
            silent and each.severity >= each.least
            for each, silent in zip(raised, silenced, strict=True)
        ),
    )


def _origin(documents: Sequence[Document], starts: Sequence[int], raised: _Raised) -> Origin | None:
    """What the document of a finding was rendered from; `starts` are those of the documents."""
    from netpol_lint import origin  # a clean file needs none

    index = bisect_right(starts, raised.diagnostic.span.start) - 1
    if index < 0 or not documents[index].span.holds(raised.diagnostic.span):
        return None  # an ignore in a document that is not judged
    document = documents[index]
    root = document.root if raised.policy is None else raised.policy.root
    return origin.of(document.text, document.span, root)


def _place(raised: _Raised, path: str, lines: Lines, source: Origin | None = None) -> Finding:
    return place(
        raised.diagnostic,
        rule=raised.rule,
        group=raised.group,
        severity=raised.severity,
        path=path,
        lines=lines,
        policy=raised.policy,
        origin=source,
    )


def _run(
    document: Document,
    subjects: Sequence[tuple[Policy, Context]],
    settings: Settings,
    beyond: dict[str, list[Span]],
) -> Iterator[_Raised]:
    """All rules over one document, without what an earlier finding already explains.

    What findings explain beyond their document is kept in `beyond`, for the next ones of the file.
    """
    selection = settings.selection
    explained: dict[str, list[Span]] = {}
    """For each rule the stretches in which earlier ones have said it all."""
    said: set[tuple[str, Span, str]] = set()
    found = ask(selection.agenda, document, subjects)
    for rule in selection.rules if found else ():
        if rule.name not in found:
            continue
        silent = Stretches([*explained.get(rule.name, ()), *beyond.get(rule.name, ())])
        for subject, diagnostic in found[rule.name]:
            if isinstance(diagnostic, Exception):
                where = document.span if subject is None else subject.kind_node.span
                yield _failure(f"the rule {rule.name}", subject, document.text, where, diagnostic)
                continue
            # What several aliases repeat is written once, and said once.
            if (rule.name, diagnostic.span, diagnostic.message) in said:
                continue
            said.add((rule.name, diagnostic.span, diagnostic.message))
            if silent.touch(diagnostic.span):
                continue
            for span, later in diagnostic.consequences(rule.silences):
                held = explained if document.span.holds(span) else beyond
                for name in later:
                    held.setdefault(name, []).append(span)
            group = diagnostic.group or rule.group
            if selection.shows(rule, group):
                least = selection.least(rule, settings.least)
                yield _Raised(rule.name, group, least, subject, diagnostic)


def ask(
    agenda: Agenda, document: Document, subjects: Sequence[tuple[Policy, Context]]
) -> dict[str, list[tuple[Policy | None, Diagnostic | Exception]]]:
    """What each rule that finds anything says about a document and its policies.

    An exception is a result too, so that the other rules still speak.
    """
    found: dict[str, list[tuple[Policy | None, Diagnostic | Exception]]] = {}
    for name, check in agenda.of_documents:
        policies = [each for each, _ in subjects]
        try:
            for said in check(document, policies):
                found.setdefault(name, []).append((_owner(policies, said.span), said))
        except Exception as error:
            found.setdefault(name, []).append((None, error))
    for each, context in subjects:
        for name, look in agenda.of_policy(context):
            try:
                for said in look(each, context):
                    found.setdefault(name, []).append((each, said))
            except Exception as error:
                found.setdefault(name, []).append((each, error))
    return found


def _owner(policies: Sequence[Policy], span: Span) -> Policy | None:
    return next((each for each in policies if each.root.span.holds(span)), None)


def _failure(
    culprit: str, subject: Policy | None, text: str, where: Span, error: Exception
) -> _Raised:
    start = _content(text, where)
    reason = " ".join(f"{culprit} failed: {type(error).__name__}: {error}".split())
    diagnostic = Diagnostic(
        Span(start, min(start + 1, len(text))),
        reason if len(reason) <= 100 else f"{reason[:99]}…",
        help="this is a mistake of netpol-lint, not of the manifest: please report it",
        severity=Severity.ERROR,
    )
    return _Raised(INTERNAL_ERROR, Group.ENGINE, Severity.ERROR, subject, diagnostic)


def _content(text: str, span: Span) -> int:
    """Where the first character stands that is neither blank nor a comment."""
    place = past_blank(text, *span)
    return place if place < span.end else span.start


def _ignores_of_others(text: str, lines: Lines, documents: list[Document]) -> Iterator[Ignore]:
    """`ignore-file` marks in the documents of the file that are not judged."""
    judged = {document.span for document in documents if document.root is not None}
    for part in split(text):
        if Span(*part) not in judged and "ignore-file" in text[part.start : part.end]:
            document = parse(text, part)
            yield from suppress.from_comments(
                text, lines, comment.find(text, Span(*part), document.shadows)
            )


def _silenced(raised: list[_Raised], ignores: list[Ignore]) -> list[bool]:
    """For each diagnostic whether an ignore reaches it; the engine's own failure stays said."""
    reaches = _by_rule((ignore.name, ignore.reach) for ignore in ignores)
    return [
        each.rule in reaches
        and each.rule != INTERNAL_ERROR
        and reaches[each.rule].touch(each.diagnostic.extent)
        for each in raised
    ]


def _used(ignores: list[Ignore], raised: list[_Raised]) -> list[bool]:
    """For each ignore whether it silences anything."""
    extents = _by_rule((each.rule, each.diagnostic.extent) for each in raised)
    return [
        ignore.name in extents and extents[ignore.name].touch(ignore.reach) for ignore in ignores
    ]


def _by_rule(found: Iterable[tuple[str, Span]]) -> dict[str, Stretches]:
    spans: dict[str, list[Span]] = {}
    for rule, span in found:
        spans.setdefault(rule, []).append(span)
    return {rule: Stretches(each) for rule, each in spans.items()}


def _complaints(ignores: list[Ignore], used: list[bool], settings: Settings) -> Iterator[_Raised]:
    """Ignores that name no rule, and those of running rules that silenced nothing."""
    running = {rule.name: rule for rule in settings.selection.rules}
    for ignore, was_used in zip(ignores, used, strict=True):
        diagnostic: Diagnostic | None = None
        name = UNUSED_IGNORE
        if ignore.name not in settings.names:
            name = UNKNOWN_RULE
            if ignore.name:
                meant = suggest(ignore.name, settings.names)
                message = f"no rule is called {cut(ignore.name, 40)}{meant}"
            else:
                message = "an ignore needs the names of rules: ignore[split-peer]"
            diagnostic = Diagnostic(ignore.span, message, help=_UNKNOWN_HELP)
        elif not was_used and ignore.name in running:
            diagnostic = Diagnostic(
                ignore.span,
                f"{ignore.name} finds nothing here: this ignore is not needed",
                help=_UNUSED_HELP,
            )
        if diagnostic is not None and name in running:
            yield _Raised(name, Group.ENGINE, Severity.WARNING, None, diagnostic)
