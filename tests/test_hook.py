"""The hooks as pre-commit really runs them, in a GitOps repository that sets traps for Python."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from support import PROJECT

TIMEOUT = 600
LONG = "a-folder-with-a-long-name/that-fills-the-command-line/like-generated-ones"
ONE_RUN = 1618
"""Paths of eighty characters that fit into one run of a hook; pre-commit makes two of more."""

RIGHT = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: api
  namespace: shop
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - ports:
    - port: 443
      protocol: TCP
"""
WRONG = RIGHT.replace("      protocol", "    - protocol")
TRAP = "raise SystemExit('a module of the user was imported')\n"


def _run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a program with git and pre-commit cut off from the settings of the machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    person = {"NAME": "Tester", "EMAIL": "tester@example.com"}
    return subprocess.run(
        command,
        cwd=cwd,
        env=kept
        | {
            f"GIT_{role}_{key}": value
            for role in ("AUTHOR", "COMMITTER")
            for key, value in person.items()
        }
        | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PYTHONPATH": ""}
        | environment,
        capture_output=True,
        encoding="utf-8",
        timeout=TIMEOUT,
        check=False,
    )


def _git(folder: Path, *words: str) -> None:
    done = _run("git", *words, cwd=folder)
    assert done.returncode == 0, done.stderr


def _commit(folder: Path) -> None:
    if not (folder / ".git").exists():
        _git(folder, "init", "--quiet", "--initial-branch=main")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--no-verify", "--message=as it is")


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This project as a repository of hooks: the files as they lie here, committed or not."""
    listing = _run(
        "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=PROJECT
    )
    if listing.returncode != 0 or not (PROJECT / ".git").exists():
        pytest.skip("the sources are no git work tree")
    folder = tmp_path_factory.mktemp("product")
    for name in filter(None, listing.stdout.split("\0")):
        source, target = PROJECT / name, folder / name
        if source.is_file() and not name.startswith(("tests/", "bench/")):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    _commit(folder)
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps its environments: one installation serves all tests of this file."""
    probe = tmp_path_factory.mktemp("probe")
    pip = (sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "hatchling")
    answer = _run(*pip, cwd=probe)
    if answer.returncode != 0:
        reason = answer.stderr.strip().splitlines()[-1:] or ["pip failed"]
        pytest.skip(f"no package index can be reached to install the hook: {reason[0]}")
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def cluster(tmp_path: Path) -> Path:
    """A GitOps repository with a policy and with folders named like ours."""
    for name in (
        "linter/__init__.py",
        "rules/__init__.py",
        "schemas/__init__.py",
        "netpol_lint.py",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TRAP, encoding="utf-8")
    (tmp_path / "apps").mkdir()
    (tmp_path / "apps/policy.yaml").write_text(WRONG, encoding="utf-8")
    (tmp_path / "apps/other.yaml").write_text("kind: Pod\n", encoding="utf-8")
    _commit(tmp_path)
    return tmp_path


def _pre_commit(cluster: Path, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "pre_commit", *words, "--color=never")
    return _run(*command, cwd=cluster, PRE_COMMIT_HOME=str(home))


def test_manifest(product: Path) -> None:
    """pre-commit accepts the manifest, and the ids, which users write down, stay as they are."""
    from ruamel.yaml import YAML

    manifest = product / ".pre-commit-hooks.yaml"
    done = _run(sys.executable, "-m", "pre_commit", "validate-manifest", manifest, cwd=product)
    assert done.returncode == 0, done.stdout
    hooks = YAML(typ="safe", pure=True).load(manifest)
    assert [hook["id"] for hook in hooks] == ["netpol-lint", "netpol-lint-all"]


def test_hook(cluster: Path, product: Path, home: Path) -> None:
    """A wrong policy fails both hooks with its finding in the output; once mended, they pass."""
    tried = ("try-repo", str(product), "--all-files")
    done = _pre_commit(cluster, home, *tried)
    assert done.returncode == 1, done.stdout + done.stderr
    assert [line[-6:] for line in done.stdout.splitlines() if "...." in line] == ["Failed"] * 2
    assert done.stdout.count("error[split-port]") == 2
    assert done.stdout.count("apps/policy.yaml:12:5") == 2
    assert "was imported" not in done.stdout
    (cluster / "apps/policy.yaml").write_text(RIGHT, encoding="utf-8")
    _git(cluster, "add", "--all")
    done = _pre_commit(cluster, home, *tried, "--verbose")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line[-6:] for line in done.stdout.splitlines() if "...." in line] == ["Passed"] * 2
    assert "NetworkPolic" not in done.stdout


def test_commits(cluster: Path, product: Path, home: Path) -> None:
    """One hook reports on the files of a commit, the other on all, even if one was only deleted."""
    revision = _run("git", "rev-parse", "HEAD", cwd=product).stdout.strip()
    hooks = [{"id": "netpol-lint"}, {"id": "netpol-lint-all"}]
    config = {"repos": [{"repo": str(product), "rev": revision, "hooks": hooks}]}
    (cluster / ".pre-commit-config.yaml").write_text(json.dumps(config), encoding="utf-8")
    (cluster / "apps/more.yaml").write_text(WRONG.replace("api", "more"), encoding="utf-8")
    _commit(cluster)

    (cluster / "apps/other.yaml").write_text("kind: Service\n", encoding="utf-8")
    _git(cluster, "add", "--all")
    done = _pre_commit(cluster, home, "run", "netpol-lint")
    assert done.returncode == 0, done.stdout + done.stderr
    done = _pre_commit(cluster, home, "run", "netpol-lint-all")
    assert done.returncode == 1, done.stdout + done.stderr

    _commit(cluster)
    _git(cluster, "rm", "--quiet", "apps/more.yaml")
    done = _pre_commit(cluster, home, "run", "netpol-lint")
    assert "(no files to check)" in done.stdout
    done = _pre_commit(cluster, home, "run", "netpol-lint-all")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "apps/policy.yaml:12:5" in done.stdout


def test_verdict_does_not_depend_on_company(tmp_path: Path) -> None:
    """pre-commit splits long lists of files, in any order: the verdict on a file stays the same."""
    from pre_commit.xargs import partition

    folder = tmp_path / LONG
    folder.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    names = [f"{LONG}/{number:04}.yaml" for number in range(ONE_RUN + 82)]
    for number, name in enumerate(names):
        text = WRONG if number % 5 == 0 else RIGHT if number % 5 == 1 else "kind: Pod\n"
        (tmp_path / name).write_text(
            text.replace("name: api", f"name: p{number}"), encoding="utf-8"
        )
    command = (str(Path(sysconfig.get_path("scripts"), "netpol-lint")), "check", "--force-exclude")
    runs = [*partition(command, names, 1), *partition(command, names[::-1], 3)]
    assert len(runs) > 3
    together = _findings(tmp_path, [*command, "."])
    assert len(together) == len(range(0, len(names), 5))
    apart: dict[str, list[str]] = {}
    for run in runs:
        for path, found in _findings(tmp_path, run).items():
            assert apart.setdefault(path, found) == found
    assert apart == together


def _findings(folder: Path, command: list[str] | tuple[str, ...]) -> dict[str, list[str]]:
    """Each file with its findings, in full."""
    done = _run(*command, "--format", "json", cwd=folder)
    assert done.returncode == 1, done.stderr
    found: dict[str, list[str]] = {}
    for finding in json.loads(done.stdout)["findings"]:
        found.setdefault(finding["path"], []).append(json.dumps(finding))
    return found
