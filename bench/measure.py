"""Runs one command and says how long it took and how much memory it held."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LIMIT = 3600.0  # seconds; then the run is ended and counts as failed
PROC = Path("/proc")
PAUSE = 0.004


@dataclass(frozen=True)
class Run:
    """One finished command. `peak` is in bytes, 0 where it could not be told."""

    seconds: float
    peak: int
    status: int


@dataclass(frozen=True)
class Place:
    """Where commands run and what they may know of the machine."""

    folder: Path
    env: Mapping[str, str]
    output: Path

    def read(self) -> str:
        """What the last command printed."""
        return self.output.read_text(errors="replace")


def start(argv: Sequence[str], place: Place) -> subprocess.Popen[bytes]:
    """Start a command as the leader of a session of its own."""
    with place.output.open("wb") as sink:
        return subprocess.Popen(
            argv,
            cwd=place.folder,
            env=dict(place.env),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def timed(argv: Sequence[str], place: Place) -> Run:
    """Wall time, and the resident memory of the largest single process among its own."""
    begin = time.perf_counter()
    process = start(argv, place)
    alarm = threading.Timer(LIMIT, os.killpg, (process.pid, signal.SIGKILL))
    alarm.daemon = True
    alarm.start()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    alarm.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(seconds, resident(usage), process.returncode)


def resident(usage: resource.struct_rusage) -> int:
    """The peak, unless it is our own: a child starts out with the peak of the one who forked it."""
    if usage.ru_maxrss <= resource.getrusage(resource.RUSAGE_SELF).ru_maxrss:
        return 0
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def weighed(argv: Sequence[str], place: Place) -> Run:
    """Memory of the whole process tree at its peak: pages that processes share count once.

    Looks every few milliseconds, which slows the command down: the time of such a run is not used.
    Without /proc it falls back to the largest single process.
    """
    if not (PROC / "self" / "smaps_rollup").exists():
        return timed(argv, place)
    begin = time.perf_counter()
    process = start(argv, place)
    peak = 0
    while True:
        found, status, usage = os.wait4(process.pid, os.WNOHANG)
        if found:
            break
        peak = max(peak, sum(proportional(pid) for pid in family(process.pid)))
        if time.perf_counter() - begin > LIMIT:
            os.killpg(process.pid, signal.SIGKILL)
        time.sleep(PAUSE)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begin
    return Run(seconds, max(peak, resident(usage)), process.returncode)


def family(pid: int) -> list[int]:
    """The process and all below it, as far as they still live."""
    found = [pid]
    for parent in found:
        try:
            for task in (PROC / str(parent) / "task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return found


def proportional(pid: int) -> int:
    """The process's own pages, and its share of those that it shares."""
    try:
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0
