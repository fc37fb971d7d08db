"""Says what netpol-lint spends on a policy: parsing, views, each rule, and all together.

    python bench/cost.py             the work `multi`: 1,000 policies in one file
    python bench/cost.py --work one --rounds 200

All figures are microseconds of processor time for one policy, each the least of all rounds. What
several rules share, such as the comments, is paid by the first rule that asks for it. One by one
the rules take longer than together: each finds the policies gone from the processor's cache. Rules
alone are those that speak of the policy alone, and not of the repository around it.

The budget was set on a machine on which bare Python starts in 9.5 ms. Where it starts more slowly,
everything does: the last line says what the budget is on this machine, now.
"""

from __future__ import annotations

import argparse
import gc
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from corpus import WORKS, obtain

from netpol_lint import engine, parse, policy, triage
from netpol_lint.comment import Notes
from netpol_lint.context import Context, File
from netpol_lint.option import Options
from netpol_lint.parse import Document
from netpol_lint.policy import Policy
from netpol_lint.repository import Repository
from netpol_lint.rule import Rule
from netpol_lint.selection import Agenda, select
from netpol_lint.span import Lines
from netpol_lint_rules import RULES

BUDGET = 100
"""Microseconds that all rules together may take for one policy."""
START = 0.0095
"""Seconds that a bare Python takes to start where the budget was set."""
STARTS = 5

Subjects = list[tuple[Document, list[Policy], list[Context]]]


class Watch:
    """The least time of each step over all rounds."""

    def __init__(self) -> None:
        self.least: dict[str, float] = {}

    def time(
        self, step: str, work: Callable[[], object], clock: Callable[[], float] = time.process_time
    ) -> None:
        """Do the work of a step once more."""
        begin = clock()
        work()
        spent = clock() - begin
        self.least[step] = min(self.least.get(step, spent), spent)


def start_up() -> None:
    """Start a bare Python, as a measure of what this machine is worth at the moment."""
    subprocess.run([sys.executable, "-c", "pass"], check=True)


def parse_all(texts: Iterable[str]) -> list[list[Document]]:
    """The documents of each file that concern a linter of policies."""
    return [
        [each for each in triage.documents(text) if isinstance(each, Document)] for text in texts
    ]


def view(documents: Iterable[Document]) -> list[list[Policy]]:
    """The policies of each document."""
    return [list(policy.find(each.text, each.root)) for each in documents]


def subjects(texts: Iterable[str]) -> Subjects:
    """What the engine hands to the rules. Nothing is kept from an earlier round."""
    found: Subjects = []
    options = Options()
    for text in texts:
        file = File()
        lines = Lines(text)
        surroundings = Repository(None, options).surroundings("")
        reading = surroundings.reading(text)
        for document in triage.documents(text, reading.document):
            if not isinstance(document, Document):
                continue
            policies = list(reading.policies(document.root))
            notes = Notes(text, document.span, document.shadows, lines)
            contexts = [Context(each, notes, file, surroundings, options) for each in policies]
            file.subjects += zip(policies, contexts, strict=True)
            found.append((document, policies, contexts))
    return found


def concerned(rule: Rule, to: Subjects) -> Subjects:
    """The policies that a rule is asked about; all documents if it looks at those."""
    agenda = Agenda([rule])
    found: Subjects = []
    for document, policies, contexts in to:
        pairs = [
            (each, context)
            for each, context in zip(policies, contexts, strict=True)
            if rule.document is not None or agenda.of_policy(context)
        ]
        found.append((document, [each for each, _ in pairs], [context for _, context in pairs]))
    return found


def apply(rule: Rule, to: Subjects) -> None:
    """Run one rule over whom it concerns and drop what it finds."""
    for document, policies, contexts in to:
        if rule.document is not None:
            deque(rule.document(document, policies), 0)
        if rule.policy is not None:
            for each, context in zip(policies, contexts, strict=True):
                deque(rule.policy(each, context), 0)


def apply_all(rules: Sequence[Rule], to: Subjects) -> None:
    """Run all rules as the engine does, and drop what they find."""
    agenda = Agenda(rules)
    for document, policies, contexts in to:
        engine.ask(agenda, document, list(zip(policies, contexts, strict=True)))


def list_words(to: Subjects) -> None:
    """Make the inventory of every policy, which the rules share."""
    for _, _, contexts in to:
        for context in contexts:
            _ = context.inventory


def choose(agenda: Agenda, to: Subjects) -> None:
    """Choose whom to ask about every policy."""
    for _, _, contexts in to:
        for context in contexts:
            agenda.of_policy(context)


def lint(texts: Iterable[str], settings: engine.Settings) -> None:
    """All that the engine does."""
    for text in texts:
        engine.lint("", text, settings, Repository(None, settings.options).surroundings(""))


def measure(texts: Sequence[str], rules: Sequence[Rule], rounds: int) -> tuple[Watch, int]:
    """The seconds of all steps, and the number of policies."""
    watch = Watch()
    settings = engine.Settings(
        select(RULES, [rule.name for rule in rules], []), frozenset(rule.name for rule in RULES)
    )
    alone = [rule for rule in rules if not rule.repository]
    agenda = Agenda(rules)
    count = 0
    for _ in range(rounds):
        for _ in range(STARTS):
            watch.time("start", start_up, time.perf_counter)
        watch.time("parse", partial(parse_all, texts))
        files = parse_all(texts)
        documents = [each for file in files for each in file]
        watch.time("views", partial(view, documents))
        prepared = subjects(texts)
        count = sum(len(policies) for _, policies, _ in prepared)
        watch.time("rules", partial(apply_all, rules, prepared))
        prepared = subjects(texts)
        watch.time("alone", partial(apply_all, alone, prepared))
        prepared = subjects(texts)
        watch.time("inventory", partial(list_words, prepared))
        watch.time("agenda", partial(choose, agenda, prepared))
        for rule in rules:
            watch.time(rule.name, partial(apply, rule, concerned(rule, prepared)))
        watch.time("everything", partial(lint, texts, settings))
    return watch, count


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--work", choices=WORKS, default="multi")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--select", default="", help="rules and groups, as netpol-lint takes them")
    parser.add_argument("--corpora", type=Path, default=Path(tempfile.gettempdir()) / "netpol-cost")
    parser.add_argument("--least", type=float, default=0.0, help="hide cheaper rules")
    args = parser.parse_args()
    args.corpora.mkdir(parents=True, exist_ok=True)
    folder, _ = obtain(args.work, args.corpora)
    texts = [parse.decode(path.read_bytes())[0] for path in sorted(folder.rglob("*.y*ml"))]
    rules = select(RULES, [word for word in args.select.split(",") if word], []).rules
    gc.disable()  # as the command does
    watch, count = measure(texts, rules, args.rounds)
    cost = {step: seconds * 1e6 / count for step, seconds in watch.least.items()}
    of_rules = sorted((rule.name for rule in rules), key=lambda name: -cost[name])
    print(f"{'parse':34}{cost['parse']:8.1f}")
    print(f"{'views':34}{cost['views']:8.1f}")
    print(f"{f'{len(rules)} rules together':34}{cost['rules']:8.1f}")
    alone = sum(not rule.repository for rule in rules)
    print(f"{f'{alone} rules alone together':34}{cost['alone']:8.1f}")
    print(f"    {'(their inventory)':30}{cost['inventory']:8.1f}")
    print(f"    {'(whom to ask)':30}{cost['agenda']:8.1f}")
    for name in of_rules:
        if cost[name] >= args.least:
            print(f"    {name:30}{cost[name]:8.1f}")
    print(f"{'everything':34}{cost['everything']:8.1f}")
    start = watch.least["start"]
    print(f"{f'budget, at a start of {start * 1e3:.1f} ms':34}{BUDGET * start / START:8.1f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
