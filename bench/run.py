"""Races netpol-lint against its peers on the four corpora and holds the ratios to the targets.

    python bench/run.py --peers DIR/bin                 everything; DIR as install_peers.py left it
    python bench/run.py --work one,multi --quick        a first look

All contestants of a work take turns (A B C, A B C, ...), so that a busy machine slows all alike.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

from contestant import (
    CANARY,
    NETPOL_LINT,
    PEERS,
    PYTHON,
    Contestant,
    Task,
    interpreter,
    located,
    version_of,
)
from corpus import WORKS, Corpus, obtain
from measure import Place, Run, timed, weighed

ROUNDS = {"one": 21, "np100": 11, "multi": 11, "repo": 7}
QUICK_ROUNDS = {"one": 7, "np100": 3, "multi": 3, "repo": 3}
PURSE = 60.0  # seconds that one contestant may spend on the rounds of one work
SLOW = 15.0  # seconds; a slower run is not repeated for the canary or to weigh it
SAMPLE = 10  # slow peers get each tenth file of the repository
QUICK_SAMPLE = 50
MEGABYTE = 1_000_000


class Target(NamedTuple):
    """`most`: netpol-lint's figure over the peer's must not exceed it."""

    work: str
    peer: str
    most: float
    words: str
    memory: bool = False


TARGETS = (
    Target("one", "python -c pass", 5, "<= 5x"),
    Target("one", "yamllint", 1 / 2, ">= 2x faster"),
    Target("one", "checkov", 1 / 30, ">= 30x faster"),
    Target("multi", "kubeconform", 2, "<= 2x"),
    Target("multi", "yamllint", 1 / 8, ">= 8x faster"),
    Target("multi", "kubernetes-validate", 1 / 12, ">= 12x faster"),
    Target("repo", "kubeconform", 1 / 10, ">= 10x faster"),
    Target("repo", "yamllint", 1 / 100, ">= 100x faster"),
    Target("repo", "checkov", 1 / 300, ">= 300x faster"),
    Target("repo", "kubeconform", 2, "peak memory <= 2x", memory=True),
)


@dataclass(frozen=True)
class Entrant:
    """A contestant that was found here."""

    tool: Contestant
    program: Path
    version: str

    def argv(self, task: Task) -> list[str]:
        """The whole command."""
        return [str(self.program), *self.tool.arguments(task)]


@dataclass
class Result:
    """What one contestant did on one work."""

    work: str
    name: str
    seconds: list[float] = field(default_factory=list)
    peak: int = 0
    scale: float = 1.0  # what its seconds are multiplied by, when it saw only a sample
    startup: float = 0.0
    note: str = ""
    failure: str = ""

    @property
    def whole(self) -> list[float]:
        """Seconds for the whole work: start-up once, the rest scaled up from the sample."""
        return [
            self.startup + max(0.0, second - self.startup) * self.scale for second in self.seconds
        ]

    @property
    def median(self) -> float:
        """The middle of all runs, in seconds for the whole work."""
        return statistics.median(self.whole)


class Race:
    """The contestants that are here, the corpora, and a room of their own to run in."""

    def __init__(self, entrants: Sequence[Entrant], home: Path, room: Path, quick: bool) -> None:
        self.entrants = entrants
        self.home = home
        self.room = room
        self.quick = quick
        self.rounds: int | None = None
        self.whole = False
        self.samples: dict[int, tuple[Path, Corpus]] = {}

    def place(self, entrant: Entrant, folder: Path) -> Place:
        """A home without anybody's settings, and no colours."""
        env = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.room),
            "TMPDIR": str(self.room),
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
            **entrant.tool.env,
        }
        return Place(folder, env, self.room / "output")

    def task(self, work: str, step: int = 1) -> Task:
        """The work, or each step-th file of it; the repository is tracked by git."""
        folder, corpus = obtain(work, self.home)
        if step > 1:
            if step not in self.samples:
                out = self.home / f"{work}-sample"
                self.samples[step] = sample(folder, corpus, out, step)
            folder, corpus = self.samples[step]
        if work == "repo":
            tracked(folder)
        return Task(folder, {"one": "policy.yaml", "multi": "policies.yaml"}.get(work, "."), corpus)

    def run(self, work: str) -> list[Result]:
        """One work: everybody warms up, then all take turns, then all are weighed."""
        here = [entrant for entrant in self.entrants if work in entrant.tool.only]
        results = [Result(work, entrant.tool.name) for entrant in here]
        tasks = [
            self._task_for(entrant, result) for entrant, result in zip(here, results, strict=True)
        ]
        shares = []
        for entrant, result, task in zip(here, results, tasks, strict=True):
            say(f"{work}: {result.name} warms up")
            shares.append(self._warm_up(entrant, result, task))
        for turn in range(max(shares, default=0)):
            say(f"{work}: round {turn + 1}")
            for entrant, result, task, share in zip(here, results, tasks, shares, strict=True):
                if turn < share and not result.failure:
                    self._once(entrant, result, task)
        for entrant, result, task in zip(here, results, tasks, strict=True):
            if not result.failure and result.scale == 1 and result.median < SLOW:
                say(f"{work}: {result.name} is weighed")
                run = weighed(entrant.argv(task), self.place(entrant, task.folder))
                result.peak = run.peak or result.peak
            elif not result.failure:
                result.note = "; ".join(filter(None, (result.note, "largest process only")))
        return results

    def _task_for(self, entrant: Entrant, result: Result) -> Task:
        if result.work != "repo" or not entrant.tool.sampled or self.whole:
            return self.task(result.work)
        step = QUICK_SAMPLE if self.quick else SAMPLE
        task = self.task(result.work, step)
        _, whole = obtain(result.work, self.home)
        result.scale = whole.bytes / task.corpus.bytes
        result.note = f"each {step}th file, scaled up by bytes"
        alone = self.task("one")
        place = self.place(entrant, alone.folder)
        result.startup = min(timed(entrant.argv(alone), place).seconds for _ in range(2))
        return task

    def _warm_up(self, entrant: Entrant, result: Result, task: Task) -> int:
        """One run that fills the caches. Says how many rounds the contestant can pay for."""
        place = self.place(entrant, task.folder)
        run = timed(entrant.argv(task), place)
        self._judge(entrant, result, task, place, run)
        if result.failure:
            return 0
        slow = run.seconds > SLOW
        if entrant.tool.canary:
            self._show_canary(entrant, result, self.task("one") if slow or self.quick else task)
        known = (QUICK_ROUNDS if self.quick else ROUNDS)[result.work]
        share = self.rounds or max(1, min(known, int(PURSE / run.seconds)))
        if share == 1 or slow:
            result.seconds.append(run.seconds)
            result.peak = run.peak
            share = 0 if share == 1 else share - 1
        return share

    def _once(self, entrant: Entrant, result: Result, task: Task) -> None:
        place = self.place(entrant, task.folder)
        run = timed(entrant.argv(task), place)
        self._judge(entrant, result, task, place, run)
        if not result.failure:
            result.seconds.append(run.seconds)
            result.peak = max(result.peak, run.peak)

    def _judge(self, entrant: Entrant, result: Result, task: Task, place: Place, run: Run) -> None:
        """A run that did not do the work takes its contestant out of this race."""
        output = place.read()
        if run.status not in entrant.tool.statuses:
            last = output.strip().splitlines()[-1:] or ["no output"]
            result.failure = f"exit status {run.status}: {last[0][:120]}"
        else:
            result.failure = entrant.tool.doubt(task, output)

    def _show_canary(self, entrant: Entrant, result: Result, task: Task) -> None:
        """The same command over the same files and two bad manifests: does it see them?"""
        with canary(task) as folder:
            place = self.place(entrant, folder)
            argv = entrant.argv(Task(folder, task.path, task.corpus))
            timed(argv, place)
            if not re.search(entrant.tool.canary, place.read()):
                result.failure = "does not see the bad manifests planted beside the good ones"


@contextmanager
def canary(task: Task) -> Iterator[Path]:
    """The task's folder with bad manifests in it, for a while."""
    if task.path == ".":
        planted = task.folder / "zz-canary" / "canary.yaml"
        planted.parent.mkdir(exist_ok=True)
        planted.write_text(CANARY)
        try:
            yield task.folder
        finally:
            shutil.rmtree(planted.parent)
    else:
        with tempfile.TemporaryDirectory() as name:
            text = (task.folder / task.path).read_text()
            (Path(name) / task.path).write_text(text + CANARY)
            yield Path(name)


def sample(folder: Path, corpus: Corpus, out: Path, step: int) -> tuple[Path, Corpus]:
    """Each step-th file, policy files and others counted apart so that their shares stay."""
    shutil.rmtree(out, ignore_errors=True)
    taken = Corpus(corpus.work)
    seen = {True: 0, False: 0}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder)
        if name.parts[0] == ".git":
            continue
        data = path.read_bytes()
        holds = b"NetworkPolicy" in data
        seen[holds] += 1
        if seen[holds] % step:
            continue
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(data)
        taken.files += 1
        taken.bytes += len(data)
    return out, taken


def tracked(folder: Path) -> None:
    """Make the folder a git repository with everything added, as a GitOps repository is."""
    git = shutil.which("git")
    if git is None or (folder / ".git" / "index").exists():
        return
    subprocess.run([git, "init", "--quiet"], cwd=folder, check=True)
    subprocess.run(
        [git, "-c", "core.autocrlf=false", "add", "--all"],
        cwd=folder,
        check=True,
        capture_output=True,
    )


def say(text: str) -> None:
    """Progress, away from the report."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
    else:
        print(text, file=sys.stderr, flush=True)


# ---------------------------------------------------------------- the report


def compared(ours: Result, peer: Result, weight: bool) -> float:
    """netpol-lint over the peer: the median over pairs of one round where there are enough."""
    if weight:
        return ours.peak / max(1, peer.peak)
    pairs = [mine / theirs for mine, theirs in zip(ours.whole, peer.whole, strict=False)]
    return statistics.median(pairs) if len(pairs) >= 3 else ours.median / peer.median


def timings(results: Sequence[Result]) -> Iterator[str]:
    """The table of all contestants."""
    yield "| work | contestant | runs | median | fastest | peak memory | remarks |"
    yield "|---|---|--:|--:|--:|--:|---|"
    for result in results:
        if result.failure:
            yield f"| {result.work} | {result.name} | 0 | | | | left out: {result.failure} |"
            continue
        about = "about " if result.scale > 1 else ""
        yield (
            f"| {result.work} | {result.name} | {len(result.seconds)} "
            f"| {about}{duration(result.median)} | {about}{duration(min(result.whole))} "
            f"| {memory(result)} | {result.note} |"
        )


def verdicts(results: Sequence[Result], works: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Rows of the table of targets, each with its verdict."""
    good = {(result.work, result.name): result for result in results if not result.failure}
    failed = {(result.work, result.name) for result in results if result.failure}
    for target in TARGETS:
        if target.work not in works:
            continue
        ours = good.get((target.work, NETPOL_LINT.name))
        peer = good.get((target.work, target.peer))
        head = f"| {target.work} | {target.peer} | {target.words}"
        if ours is None or peer is None:
            name = NETPOL_LINT.name if ours is None else target.peer
            why = "failed" if (target.work, name) in failed else "is absent"
            yield f"{head} | | | {name} {why} |", ""
            continue
        ratio = compared(ours, peer, target.memory)
        verdict = "PASS" if ratio <= target.most else "MISS"
        figures = (
            f"{memory(ours)} / {memory(peer)}"
            if target.memory
            else f"{duration(ours.median)} / {duration(peer.median)}"
        )
        reading = f"{ratio:.2f}x" if target.most >= 1 else f"{ratio:.4f}x = {1 / ratio:.1f}x faster"
        yield f"{head} | {figures} | {reading} | **{verdict}** |", verdict


def memory(result: Result) -> str:
    """Peak memory for the table."""
    return f"{result.peak / MEGABYTE:.0f} MB" if result.peak else "small"


def duration(seconds: float) -> str:
    """Seconds for the table."""
    if seconds < 1:
        return f"{seconds * 1000:.1f} ms"
    return f"{seconds:.2f} s" if seconds < 100 else f"{seconds:.0f} s"


def entered(args: argparse.Namespace) -> tuple[list[Entrant], list[str]]:
    """Those that are here, netpol-lint first, and the names of those that are not."""
    ours = args.netpol_lint or located(NETPOL_LINT.name, args.peers)
    python = interpreter(ours)
    found = [Entrant(PYTHON, python, version_of(python, ("--version",)))]
    absent = []
    for tool in (NETPOL_LINT, *PEERS):
        if args.only and tool.name not in (*args.only, NETPOL_LINT.name):
            continue
        program = ours if tool is NETPOL_LINT else located(tool.name, args.peers)
        version = version_of(program, tool.version) if program else ""
        if program and version:
            found.append(Entrant(tool, program, version))
        else:
            absent.append(tool.name + (" (does not start)" if program else ""))
    found.sort(key=lambda entrant: entrant.tool is not NETPOL_LINT)
    return found, absent


def arguments() -> argparse.Namespace:
    """The command line."""
    about = (__doc__ or "").split("\n", 1)
    parser = argparse.ArgumentParser(
        description=about[0],
        epilog=about[1],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    listed = lambda text: [part for part in text.split(",") if part]  # noqa: E731
    parser.add_argument("--work", type=listed, default=list(WORKS), help=",".join(WORKS))
    parser.add_argument(
        "--peers", type=Path, action="append", default=[], metavar="DIR", help="where tools lie"
    )
    parser.add_argument("--only", type=listed, help="these peers, beside netpol-lint and Python")
    parser.add_argument("--netpol-lint", type=Path, help="the console script, if not on PATH")
    parser.add_argument("--runs", type=int, help="rounds of every work, whatever they cost")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller sample")
    parser.add_argument(
        "--whole", action="store_true", help="give slow peers the whole repository, not a sample"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="all figures, for later")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a target is missed")
    parser.add_argument(
        "--corpora",
        type=Path,
        metavar="DIR",
        default=Path(tempfile.gettempdir()) / "netpol-lint-bench",
        help="where the corpora are kept between runs (default: in the folder for temporary files)",
    )
    args = parser.parse_args()
    unknown = set(args.work) - set(WORKS)
    if unknown:
        parser.error(f"no such work: {', '.join(sorted(unknown))}")
    return args


def main() -> int:
    """Race, and print the report."""
    args = arguments()
    args.peers = [path.absolute() for path in args.peers]
    entrants, absent = entered(args)
    args.corpora.mkdir(parents=True, exist_ok=True)
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="netpol-lint-race-") as room:
        race = Race(entrants, args.corpora.absolute(), Path(room), args.quick)
        race.rounds, race.whole = args.runs, args.whole
        for work in args.work:
            results += race.run(work)
    say("")
    rows = list(verdicts(results, args.work))
    print("| work | peer | target | netpol-lint / peer | ratio | verdict |")
    print("|---|---|---|--:|--:|---|")
    print("\n".join(row for row, _ in rows), end="\n\n")
    print("\n".join(timings(results)), end="\n\n")
    versions = {entrant.tool.name: entrant.version for entrant in entrants}
    print("Versions: " + "; ".join(f"{name} {version}" for name, version in versions.items()) + ".")
    print(f"Absent: {', '.join(absent) or 'nobody'}.")
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"Machine: {machine}{load} at the end.")
    if args.json:
        report = {
            "machine": machine,
            "versions": versions,
            "absent": absent,
            "corpora": {work: asdict(obtain(work, args.corpora)[1]) for work in args.work},
            "results": [asdict(result) for result in results],
            "verdicts": [verdict for _, verdict in rows],
        }
        args.json.write_text(json.dumps(report, indent=2) + "\n")
    missed = any(verdict == "MISS" for _, verdict in rows)
    failed = any(result.failure for result in results)
    return 1 if failed or (args.check and missed) else 0


if __name__ == "__main__":
    raise SystemExit(main())
