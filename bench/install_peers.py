"""Installs the peers that netpol-lint is measured against: python bench/install_peers.py DIR.

Each Python tool gets an environment of its own below DIR, so that none pays for what another
imports; the Go tools are built by `go install`. All programs are found in DIR/bin afterwards. What
cannot be had is named, and the others go on.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

PYTHON_TOOLS = ("yamllint", "kubernetes-validate", "checkov")
GO_TOOLS = {
    "kubeconform": "github.com/yannh/kubeconform/cmd/kubeconform",
    "kube-score": "github.com/zegl/kube-score/cmd/kube-score",
    "kube-linter": "golang.stackrox.io/kube-linter/cmd/kube-linter",
}


def install_python(tool: str, root: Path) -> None:
    """One tool in an environment of its own, linked into `bin`."""
    home = root / "python" / tool
    venv.EnvBuilder(with_pip=True, symlinks=os.name != "nt").create(home)
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", tool], check=True)
    link = root / "bin" / tool
    link.unlink(missing_ok=True)
    link.symlink_to(scripts / tool)


def install_go(tool: str, root: Path) -> None:
    """One tool, built from its newest release."""
    go = shutil.which("go")
    if go is None:
        raise FileNotFoundError("the Go toolchain is not on PATH")
    env = {**os.environ, "GOBIN": str(root / "bin")}
    subprocess.run([go, "install", f"{GO_TOOLS[tool]}@latest"], check=True, env=env)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("dir", type=Path, help="a folder outside the repository")
    parser.add_argument("--only", help="names, separated by commas")
    args = parser.parse_args()
    names = args.only.split(",") if args.only else [*PYTHON_TOOLS, *GO_TOOLS]
    root: Path = args.dir.absolute()
    (root / "bin").mkdir(parents=True, exist_ok=True)
    missing = []
    for name in names:
        print(name, flush=True)
        try:
            (install_go if name in GO_TOOLS else install_python)(name, root)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"  not installed: {error}", file=sys.stderr)
            missing.append(name)
    print(f"Now: python bench/run.py --peers {args.dir / 'bin'}")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
