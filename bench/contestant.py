"""Who takes part: how each tool is called, and how its output shows that it did the work."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corpus import Corpus

SCHEMAS = Path(__file__).parent / "schemas"
CANARY = """---
apiVersion: v1
kind: Pod
metadata:
  name: canary
  namespace: default
spec:
  containers:
    - name: canary
      image: canary:latest
      securityContext:
        privileged: true
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: canary
  namespace: default
spec:
  podSelector: {}
  policyTypes: [Ingress]
  policyTypes: [Ingress]
  ingress:
    - ports:
        - protocol: TCP
          port: 8080
          endPort: none
"""


@dataclass(frozen=True)
class Task:
    """What one run is given: a folder, the path inside it to check, and what lies there."""

    folder: Path
    path: str
    corpus: Corpus

    def files(self) -> list[str]:
        """Each manifest by name, for tools that do not walk folders; charts are no manifests."""
        if self.path != ".":
            return [self.path]
        found = (path.relative_to(self.folder) for path in self.folder.rglob("*.yaml"))
        return sorted(str(path) for path in found if path.parts[0] not in ("charts", ".git"))


def silent(_task: Task, _output: str) -> str:
    """Doubts nothing."""
    return ""


@dataclass(frozen=True)
class Contestant:
    """A tool. `doubt` says what is wrong with the output of a run, or nothing at all."""

    name: str
    arguments: Callable[[Task], Sequence[str]]
    version: Sequence[str] = ("--version",)
    statuses: frozenset[int] = frozenset({0})
    doubt: Callable[[Task, str], str] = silent
    canary: str = ""  # what the output holds when the canary was seen
    sampled: bool = False  # too slow for the whole repository
    env: Mapping[str, str] = field(default_factory=dict)
    only: frozenset[str] = frozenset({"one", "np100", "multi", "repo"})


def counted(pattern: str) -> Callable[[Task, str], str]:
    """Doubts a run whose output does not hold one match for each policy."""

    def doubt(task: Task, output: str) -> str:
        found = len(re.findall(pattern, output, re.MULTILINE))
        wanted = task.corpus.policies
        return "" if found >= wanted else f"reports {found} of {wanted} policies"

    return doubt


def kubeconform_doubt(task: Task, output: str) -> str:
    """Every policy must be counted as valid. Charts are errors to it, in `repo` only."""
    found = re.search(r"Valid: (\d+), Invalid: (\d+), Errors: (\d+), Skipped: (\d+)", output)
    if found is None:
        return "prints no summary"
    valid, invalid, errors, _ = map(int, found.groups())
    if valid != task.corpus.policies or invalid:
        return f"finds {valid} valid and {invalid} invalid of {task.corpus.policies} policies"
    if errors and task.corpus.work != "repo":
        return f"ends with {errors} errors"
    return ""


def checkov_doubt(task: Task, output: str) -> str:
    """Nothing may fail to parse; in `repo` it must have found resources too."""
    found = re.search(r'"parsing_errors": (\d+),\s+"resource_count": (\d+)', output)
    if found is None:
        return "prints no summary"
    errors, resources = map(int, found.groups())
    if task.corpus.work == "repo":
        return "" if resources else "finds no resource"
    return f"fails to parse {errors} files" if errors else ""


def yamllint_doubt(task: Task, output: str) -> str:
    """Silent on the clean file; everywhere else some line is too long."""
    if task.corpus.work == "one":
        return "has findings in a clean file" if output.strip() else ""
    return "" if output.strip() else "finds nothing to say"


def crashed(_task: Task, output: str) -> str:
    """A traceback and the status 1 of findings look alike: tell them apart."""
    return "prints a traceback" if "Traceback (most recent call last)" in output else ""


NETPOL_LINT = Contestant(
    "netpol-lint",
    lambda task: ("check", task.path),
    statuses=frozenset({0, 1}),
    doubt=crashed,
    canary=r"canary|policyTypes",
)
PYTHON = Contestant("python -c pass", lambda _task: ("-I", "-c", "pass"), only=frozenset({"one"}))
PEERS = (
    Contestant(
        "kubeconform",
        lambda task: (
            *("-schema-location", str(SCHEMAS / "{{.ResourceKind}}{{.KindSuffix}}.json")),
            *("-ignore-missing-schemas", "-strict", "-summary", "-n", "2"),
            task.path,
        ),
        version=("-v",),
        statuses=frozenset({0, 1}),
        doubt=kubeconform_doubt,
        canary=r"canary",
    ),
    Contestant(
        "yamllint",
        lambda task: ("--format", "parsable", task.path),
        statuses=frozenset({0, 1}),
        doubt=yamllint_doubt,
        canary=r'duplication of key "policyTypes"',
        sampled=True,
    ),
    Contestant(
        "checkov",
        lambda task: (
            *("--framework", "kubernetes", "--skip-download", "--quiet", "--compact"),
            *("--output", "json", "-d" if task.path == "." else "-f", task.path),
        ),
        statuses=frozenset({0, 1}),
        doubt=checkov_doubt,
        canary=r"Pod\.default\.canary",
        sampled=True,
        env={"CKV_SKIP_PACKAGE_UPDATE_CHECK": "true", "BC_SKIP_MAPPING": "TRUE"},
    ),
    Contestant(
        "kubernetes-validate",
        lambda task: ("--strict", *task.files()),
        doubt=counted(r"passed for resource networkpolicy/"),
        canary=r"networkpolicy/canary",
        sampled=True,
    ),
    Contestant(
        "kube-score",
        lambda task: ("score", "--color", "never", *task.files()),
        version=("version",),
        statuses=frozenset({0, 1}),
        doubt=counted(r"^networking\.k8s\.io/v1/NetworkPolicy "),
        canary=r"canary|endPort",
        sampled=True,
    ),
    Contestant(
        "kube-linter",
        lambda task: ("lint", task.path),
        version=("version",),
        statuses=frozenset({0, 1}),
        doubt=lambda _task, output: "" if output.strip() else "prints nothing",
        canary=r"canary",
        sampled=True,
    ),
)


def located(name: str, folders: Sequence[Path]) -> Path | None:
    """The program, in the given folders first, beside this interpreter next, then on PATH."""
    for folder in (*folders, Path(sys.executable).parent):
        found = shutil.which(name, path=str(folder))
        if found:
            return Path(found).absolute()
    found = shutil.which(name)
    return Path(found).absolute() if found else None


def interpreter(script: Path | None) -> Path:
    """The Python that an installed console script runs in, for a fair bare start."""
    if script is not None:
        with script.open("rb") as stream:
            first = stream.readline().decode(errors="replace").strip()
        program = Path(first.removeprefix("#!"))
        if first.startswith("#!") and "python" in program.name and program.exists():
            return program
    return Path(sys.executable)


def version_of(program: Path, arguments: Sequence[str]) -> str:
    """What the tool says; what Go's build notes say where the tool does not know.

    Nothing at all when the tool does not even start.
    """
    said = quoted([str(program), *arguments])
    if "development" in said and shutil.which("go"):
        notes = quoted(["go", "version", "-m", str(program)])
        noted = re.search(r"^\s+mod\s+\S+\s+(v\S+)", notes, re.MULTILINE)
        if noted:
            return noted[1]
    numbered = re.search(r"\bv?\d+(\.\d+)+\S*", said)
    return numbered[0] if numbered else said.strip()


def quoted(argv: Sequence[str]) -> str:
    """The standard output of a command that succeeds."""
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return "" if done.returncode else done.stdout or done.stderr
