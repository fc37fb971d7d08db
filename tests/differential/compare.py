"""Ask kube-apiserver's own code and netpol-lint about the same documents, and compare.

    python tests/differential/compare.py --count 20000 --seed 1

The server's word comes from the program in `oracle/`, the linter's from its command line: it
"refuses" a document when it has a finding of group `rejected` with severity `error` in it. Exit
status: 0 when they agree, or differ only as KNOWN says; 1 when they differ otherwise; 2 when the
comparison cannot be made.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePath
from typing import Any

from generator import Document, generate

ORACLE = Path(__file__).parent / "oracle"
BATCH = 1000  # documents for one run of the linter
ROUNDS = 40  # of making an example smaller


class CannotCompareError(Exception):
    """One of the two could not be asked at all."""


# --- The two judges -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Server:
    """What kube-apiserver says of a document."""

    refuses: bool
    stage: str
    errors: tuple[str, ...]


@dataclass(frozen=True)
class Linter:
    """What netpol-lint says of a document: the findings that mean a refusal."""

    rules: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    trouble: str = ""  # it skipped the document, or failed on it

    @property
    def refuses(self) -> bool:
        return bool(self.rules)


def build_oracle() -> Path:
    """Compile the oracle, unless it was compiled from these very sources before."""
    sources = sorted(p for p in ORACLE.iterdir() if p.suffix in {".go", ".mod", ".sum"})
    digest = hashlib.sha256(b"".join(p.read_bytes() for p in sources)).hexdigest()[:16]
    user = os.getuid() if hasattr(os, "getuid") else 0
    binary = Path(tempfile.gettempdir()) / f"netpol-lint-oracle-{user}" / digest
    if not binary.exists():
        print("building the oracle (the first time takes minutes)", file=sys.stderr)
        binary.parent.mkdir(mode=0o700, exist_ok=True)
        command = ["go", "build", "-trimpath", "-o", str(binary), "."]
        try:
            subprocess.run(command, cwd=ORACLE, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise CannotCompareError(f"the oracle cannot be built: {error}") from error
    return binary


def ask_server(command: Sequence[str], texts: Sequence[str]) -> list[Server]:
    """The server's word on each text."""
    lines = "".join(json.dumps({"id": i, "text": text}) + "\n" for i, text in enumerate(texts))
    try:
        done = subprocess.run(
            command, input=lines, capture_output=True, encoding="utf-8", check=True
        )
    except OSError as error:
        raise CannotCompareError(f"the oracle cannot be run: {error}") from error
    except subprocess.CalledProcessError as error:
        raise CannotCompareError(f"the oracle failed: {error.stderr[-2000:]}") from error
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if [answer["id"] for answer in answers] != list(range(len(texts))):
        raise CannotCompareError("the oracle did not answer every question, in order")
    return [Server(a["verdict"] == "rejected", a["stage"], tuple(a["errors"])) for a in answers]


def ask_linter(command: Sequence[str], texts: Sequence[str]) -> list[Linter]:
    """The linter's word on each text; a batch that it fails on is halved down to the culprit."""
    try:
        return lint(command, texts)
    except LinterFailedError as error:
        if len(texts) == 1:
            return [Linter(trouble=str(error))]
        half = len(texts) // 2
        return ask_linter(command, texts[:half]) + ask_linter(command, texts[half:])


class LinterFailedError(Exception):
    """No report came."""


def lint(command: Sequence[str], texts: Sequence[str]) -> list[Linter]:
    """One run of the linter over a directory with one file for each text."""
    with tempfile.TemporaryDirectory(prefix="netpol-lint-differential-") as folder:
        for number, text in enumerate(texts):
            # As bytes: a CRLF has to arrive as it is.
            Path(folder, f"{number}.yaml").write_bytes(text.encode())
        try:
            done = subprocess.run(
                [*command, folder], capture_output=True, encoding="utf-8", check=False
            )
        except OSError as error:
            raise CannotCompareError(f"the linter cannot be run: {error}") from error
    try:
        report = json.loads(done.stdout)
        if report["version"] != 1:
            raise CannotCompareError(f"the linter's report has version {report['version']}, not 1")
        findings = report["findings"]
    except (ValueError, KeyError, TypeError) as error:
        raise LinterFailedError(f"exit {done.returncode}: {done.stderr[-2000:]}") from error

    refusals: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for finding in findings:
        if finding["group"] == "rejected" and finding["severity"] == "error":
            refusals[number_of(finding["path"])].append(finding)
    skipped = {number_of(s["path"] if isinstance(s, dict) else s) for s in report["skipped"]}
    return [
        Linter(
            rules=tuple(sorted({f["rule"] for f in refusals[number]})),
            messages=tuple(f"{f['rule']}: {f['message']}" for f in refusals[number]),
            trouble="skipped" if number in skipped else "",
        )
        for number in range(len(texts))
    ]


def number_of(path: str) -> int:
    """The number of the text that a report's path stands for."""
    stem = PurePath(path).stem
    return int(stem) if stem.isdigit() else -1


# --- The differences we know, and stand by --------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """One document, and both words on it."""

    document: Document
    server: Server
    linter: Linter

    @property
    def agreed(self) -> bool:
        return self.server.refuses == self.linter.refuses and not self.failed

    @property
    def failed(self) -> bool:
        return self.linter.trouble not in ("", "skipped")


@dataclass(frozen=True)
class Known:
    """A difference that is meant, and why."""

    name: str
    because: str
    explains: Callable[[Case], bool]


def overridden_merge(case: Case) -> bool:
    """The server's only complaint is a key that a merge before it, or beside it, has set."""
    return (
        case.server.stage == "strict"
        and not case.linter.refuses
        and "<<" in case.document.text
        and all("already set in map" in error for error in case.server.errors)
        and not any(name.startswith("duplicate") for name in case.document.mutations)
        and "merge-after-override" not in case.document.mutations
    )


def late_merge(case: Case) -> bool:
    """The server's only complaint is a merge that stands behind a key it sets."""
    return (
        "merge-after-override" in case.document.mutations
        and not case.linter.refuses
        and all("already set in map" in error for error in case.server.errors)
    )


def json_and_a_marker(case: Case) -> bool:
    """A JSON document before or behind `---`, indented with tabs."""
    return not case.linter.refuses and (
        re.match(r"\s*(---\s*)?\{", case.document.text) is not None
        and re.search(r"^---", case.document.text, re.MULTILINE) is not None
        and "\t" in case.document.text
    )


def directive(case: Case) -> bool:
    return case.linter.refuses and case.document.text.lstrip("\ufeff").startswith("%")


def number_and_string_key(case: Case) -> bool:
    return case.linter.rules == ("duplicate-key",) and "<<" not in case.document.text


def once_a_field(case: Case) -> bool:
    return not case.linter.refuses and case.server.errors == ('unknown field "status"',)


def other_kind(case: Case) -> bool:
    """The document does not claim to be a NetworkPolicy of Kubernetes, nor nearly."""
    if case.linter.refuses:
        return False
    if not re.search(r"kind\W+networkpol", case.document.text, re.IGNORECASE):
        return True
    if re.search(r"apiVersion\W+(?!networking\.k8s\.io/)[\w-]+\.[\w.-]+/", case.document.text):
        return True
    if case.server.stage != "kind":
        return False
    error = case.server.errors[0]
    found = re.search(r"got ([^/]*)/.*, Kind=(.*)$", error)
    if found is None:
        return "Go struct field .kind" in error or "Go value of type" in error
    group, kind = found.groups()
    ours = group in ("", "extensions", "networking.k8s.io") or "." not in group
    return not kind.lower().startswith("networkpol") or not ours


KNOWN = (
    Known(
        "overridden-merge",
        "kubectl converts to JSON, and so resolves merges, before a server could see that a key "
        "replaces a merged one: common and harmless, so we accept it",
        overridden_merge,
    ),
    Known(
        "late-merge",
        "kubectl resolves merges before a server sees them: nothing is refused; but other readers "
        "let the key win where go-yaml lets the merge win: we warn",
        late_merge,
    ),
    Known(
        "template",
        "what has two braces in a row is a template for us: skipped, counted, never judged",
        lambda case: (
            case.linter.trouble == "skipped"
            and re.search(r"\{\{|\{%|<%", case.document.text) is not None
        ),
    ),
    Known(
        "json-and-a-marker",
        "kubectl splits the stream at `---` and then takes what begins with a brace as JSON, where "
        "tabs may indent; a server gets the marker too and reads YAML: we accept it",
        json_and_a_marker,
    ),
    Known(
        "directive",
        "a server reads `%YAML 1.1` and `%TAG`, but kubectl splits the stream at `---` and then "
        "fails on any directive: we refuse it",
        directive,
    ),
    Known(
        "number-and-string-key",
        'a server does not see that `1` and `"1"` become one key, and keeps one of them at random: '
        "we refuse it",
        number_and_string_key,
    ),
    Known(
        "once-a-field",
        "`status` was a field from 1.24 to 1.27: we warn, but refuse nothing",
        once_a_field,
    ),
    Known(
        "other-kind",
        "the oracle knows NetworkPolicies only, while a server looks the kind up: a document of "
        "another kind, or of none, is not ours to refuse",
        other_kind,
    ),
)


# --- Classes of disagreement ----------------------------------------------------------------------


@dataclass
class Class:
    """Disagreements that seem to be one: the same way round, the same stage, the same mutations."""

    way: str
    stage: str
    mutations: frozenset[str]
    cases: list[Case] = field(default_factory=list)

    @property
    def example(self) -> Case:
        return min(self.cases, key=lambda case: len(case.document.text))


def way_of(case: Case) -> str:
    if case.failed:
        return "the linter fails on"
    if case.server.refuses:
        return "the linter accepts what the server refuses"
    return "the linter refuses what the server accepts"


def classify(cases: Iterable[Case]) -> list[Class]:
    """Group them; a case goes to the class of the fewest mutations that already shows the same."""
    classes: list[Class] = []
    for case in sorted(cases, key=lambda c: len(set(c.document.mutations))):
        way, stage = way_of(case), case.server.stage
        done = frozenset(case.document.mutations)
        for known in classes:
            same = (known.way, known.stage) == (way, stage)
            if same and (known.mutations == done or frozenset() < known.mutations < done):
                known.cases.append(case)
                break
        else:
            classes.append(Class(way, stage, done, [case]))
    return sorted(classes, key=lambda c: -len(c.cases))


Judge = Callable[[Sequence[Document]], list[Case]]


@dataclass
class Shrinking:
    """An example on its way to its smallest form, by leaving out ever shorter runs of pieces."""

    case: Case
    pieces: list[str] = field(init=False)
    run: int = field(init=False)

    def __post_init__(self) -> None:
        text = self.case.document.text
        self.pieces = text.splitlines(keepends=True)
        if len(self.pieces) < 8:  # Written in braces.
            self.pieces = re.split(r"(?<=[,{}\[\]\n])", text)
        self.run = max(1, len(self.pieces) // 2)

    def candidates(self) -> list[Document]:
        """The text without each run in turn."""
        starts = range(0, len(self.pieces), self.run) if self.run else ()
        origin = self.case.document
        texts = ("".join(self.pieces[:at] + self.pieces[at + self.run :]) for at in starts)
        return [Document(origin.index, text, origin.mutations) for text in texts]

    def choose(self, cases: Sequence[Case]) -> None:
        """Go on with the first candidate that shows the same, or else with shorter runs."""
        for number, case in enumerate(cases):
            if self.same(case):
                at = number * self.run
                del self.pieces[at : at + self.run]
                self.case = case
                return
        self.run //= 2

    def same(self, case: Case) -> bool:
        old, new = self.case, case
        return (
            (way_of(new), new.agreed, new.server.stage) == (way_of(old), False, old.server.stage)
            and set(map(gist, new.server.errors)) <= set(map(gist, old.server.errors))
            and set(new.linter.rules) <= set(old.linter.rules)
            and not any(known.explains(new) for known in KNOWN)
        )


def gist(error: str) -> str:
    """An error without the names and numbers that may change while an example shrinks."""
    return re.sub(r'"[^"]*"|\d+', "_", error)


def shrink(examples: Sequence[Case], judge: Judge) -> list[Case]:
    """Make each example as small as some rounds allow; every round asks about all at once."""
    shrinking = [Shrinking(case) for case in examples]
    for _ in range(ROUNDS):
        asked = [(s, s.candidates()) for s in shrinking]
        cases = iter(judge([document for _, documents in asked for document in documents]))
        for one, documents in asked:
            one.choose(list(islice(cases, len(documents))))
        if not any(s.run for s in shrinking):
            break
    return [s.case for s in shrinking]


# --- The run --------------------------------------------------------------------------------------


def batches(documents: Sequence[Document]) -> list[Sequence[Document]]:
    return [documents[at : at + BATCH] for at in range(0, len(documents), BATCH)]


def judge_with(oracle: Sequence[str], linter: Sequence[str], jobs: int) -> Judge:
    """A function that asks both, with so many batches at a time."""

    def ask(batch: Sequence[Document]) -> list[Case]:
        texts = [document.text for document in batch]
        servers, linters = ask_server(oracle, texts), ask_linter(linter, texts)
        return list(map(Case, batch, servers, linters))

    def judge(documents: Sequence[Document]) -> list[Case]:
        with ThreadPoolExecutor(jobs) as pool:
            return [case for cases in pool.map(ask, batches(documents)) for case in cases]

    return judge


def share(part: int, whole: int) -> str:
    return f"{part} ({100 * part / max(1, whole):.2f} %)"


def report(cases: Sequence[Case], seconds: float, show: int, judge: Judge, seed: int) -> int:
    """Print the comparison; the number of cases that nothing explains."""
    refused = Counter(case.server.stage for case in cases if case.server.refuses)
    accepted = len(cases) - sum(refused.values())
    used: Counter[str] = Counter()
    unexplained: list[Case] = []
    for case in cases:
        if not case.agreed:
            known = next((k for k in KNOWN if not case.failed and k.explains(case)), None)
            if known is None:
                unexplained.append(case)
            else:
                used[known.name] += 1
    agreed = sum(case.agreed for case in cases)
    skipped = sum(case.linter.trouble == "skipped" for case in cases)

    print(f"{len(cases)} documents of seed {seed} in {seconds:.1f} s", end="")
    print(f" ({len(cases) / seconds:.0f} a second)")
    print(f"the server accepts   {share(accepted, len(cases))}, refuses", end=" ")
    print(", ".join(f"{count} at {stage}" for stage, count in refused.most_common()))
    print(f"both say the same    {share(agreed, len(cases))}")
    print(f"known differences    {share(sum(used.values()), len(cases))}")
    print(f"unexplained          {share(len(unexplained), len(cases))}")
    if skipped:
        print(f"skipped by linter    {share(skipped, len(cases))}, which counts as accepted")

    print("\nknown differences")
    for known in KNOWN:
        stale = len(cases) >= 20000 and not used[known.name]
        print(f"{used[known.name]:6}  {known.name}: {known.because}{' -- STALE' if stale else ''}")

    if unexplained:
        report_classes(classify(unexplained), show, judge, seed)
    return len(unexplained)


def report_classes(classes: Sequence[Class], show: int, judge: Judge, seed: int) -> None:
    """Print what nothing explains, the most frequent first, each with a small example."""
    print(f"\nunexplained, in {len(classes)} classes")
    smallest = shrink([c.example for c in classes[:show]], judge)
    for found, case in zip(classes[:show], smallest, strict=True):
        done = ", ".join(sorted(found.mutations)) or "untouched"
        print(f"\n{len(found.cases):6}  {found.way}, at {found.stage}: {done}")
        print(f"        generator.py --seed {seed} --index {case.document.index}")
        for error in case.server.errors:
            print(f"        server: {' '.join(error.split())[:300]}")
        for message in (*case.linter.messages, case.linter.trouble):
            if message:
                print(f"        linter: {message[:1000]}")
        for line in case.document.text.split("\n")[:30]:
            # Show what cannot be seen, such as a carriage return.
            print(
                "        | " + "".join(c if c.isprintable() else repr(c)[1:-1] for c in line[:200])
            )
    if len(classes) > show:
        print(f"\n{len(classes) - show} more classes; see them with --show")


def linter_command(linter: str, kube_version: str | None) -> list[str]:
    """The linter's command line, without the directory."""
    command = [*shlex.split(linter), "check", "--format", "json", "--severity", "info"]
    command += ["--select", "rejected"]
    return command if kube_version is None else [*command, "--kube-version", kube_version]


def oracle_command(binary: Path, kube_version: str | None) -> list[str]:
    """The oracle's command line: it is strict about CIDRs since 1.36."""
    numbers = re.fullmatch(r"v?1\.(\d+)", kube_version or "1.36")
    if numbers is None:
        raise CannotCompareError(f"{kube_version} is not a version such as 1.36")
    strict = int(numbers[1]) >= 36
    return [str(binary), f"-strict-cidr={str(strict).lower()}"]


def check_linter(command: Sequence[str]) -> None:
    """Stop here, and not 20,000 documents later, if the linter cannot be asked at all."""
    kind = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
    try:
        (word,) = lint(command, [kind + "metadata: {name: web}\nspec: {podSelector: {}}\n"])
    except LinterFailedError as error:
        raise CannotCompareError(f"the linter gives no report: {error}") from error
    if word.refuses:
        raise CannotCompareError(f"the linter refuses the simplest policy: {word.messages}")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=20000, help="how many documents")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0, help="index of the first document")
    parser.add_argument("--oracle", type=Path, help="a built oracle (default: build it)")
    parser.add_argument("--linter", default="netpol-lint", help="the linter's program")
    parser.add_argument("--kube-version", help="such as 1.35 (default: the newest of both)")
    parser.add_argument("--jobs", type=int, default=2, help="batches at a time")
    parser.add_argument("--show", type=int, default=20, help="classes to print in full")
    options = parser.parse_args(argv)

    try:
        linter = linter_command(options.linter, options.kube_version)
        check_linter(linter)
        oracle = oracle_command((options.oracle or build_oracle()).resolve(), options.kube_version)
        judge = judge_with(oracle, linter, options.jobs)
        started = time.monotonic()
        indexes = range(options.start, options.start + options.count)
        cases = judge([generate(options.seed, index) for index in indexes])
        seconds = time.monotonic() - started
        unexplained = report(cases, seconds, options.show, judge, options.seed)
    except CannotCompareError as error:
        print(f"compare.py: {error}", file=sys.stderr)
        return 2
    return 1 if unexplained else 0


if __name__ == "__main__":
    raise SystemExit(main())
