"""Measures what the repository around the policies costs: the same run with it and without.

    python bench/context.py              the work `repo`, five rounds of each, taking turns
    python bench/context.py --file F     one file of it, as a hook does after a small change

Without it every policy is judged like one that comes through standard input.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from corpus import obtain
from run import tracked

CHILD = """
import gc, json, os, resource, sys, time
gc.disable()
begin = time.perf_counter()
from netpol_lint import cli, run
from netpol_lint.repository import Repository
if sys.argv[1] == "without":
    run.Repository = lambda root, options=None, listing=None: Repository(None, options)
sys.stdout = sys.stderr = open(os.devnull, "w")
cli.main(["check", "--exit-zero", "--root", ".", *sys.argv[2:]])
spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
cpu = sum(each.ru_utime + each.ru_stime for each in spent)
peak = max(each.ru_maxrss for each in spent)
print(json.dumps([time.perf_counter() - begin, cpu, peak / 1024]), file=sys.__stdout__)
sys.__stdout__.flush()
os._exit(0)
"""


def main() -> int:
    """Runs both in turns and prints the least of each: others on the machine only add."""
    about = (__doc__ or "").split("\n", 1)
    parser = argparse.ArgumentParser(
        description=about[0], epilog=about[1], formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--file", default=".", help="what is passed (default: all of it)")
    parser.add_argument(
        "--corpora", type=Path, default=Path(tempfile.gettempdir()) / "netpol-lint-bench"
    )
    args = parser.parse_args()
    args.corpora.mkdir(parents=True, exist_ok=True)
    folder, _ = obtain("repo", args.corpora.absolute())
    tracked(folder)
    best: dict[str, list[float]] = {}
    for _ in range(args.runs):
        for mode in ("without", "with"):
            command = [sys.executable, "-c", CHILD, mode, args.file]
            answer = subprocess.run(command, cwd=folder, check=True, capture_output=True)
            figures: list[float] = json.loads(answer.stdout)
            best[mode] = [min(pair) for pair in zip(figures, best.get(mode, figures), strict=True)]
    print("| | seconds | of CPU | MB of the largest process |\n|---|--:|--:|--:|")
    for mode, (wall, cpu, peak) in best.items():
        print(f"| {mode} | {wall:.2f} | {cpu:.2f} | {peak:.0f} |")
    ratios = [one / other for one, other in zip(best["with"], best["without"], strict=True)]
    print("| ratio | " + " | ".join(f"{ratio:.1f}" for ratio in ratios) + " |")
    print("| what it adds | " + " | ".join(f"{ratio - 1:.1f}" for ratio in ratios) + " |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
