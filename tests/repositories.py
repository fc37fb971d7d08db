"""Little repositories for the tests of what surrounds a policy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from netpol_lint import parse
from netpol_lint import policy as policies
from netpol_lint.comment import Notes
from netpol_lint.context import Context, File
from netpol_lint.option import Options
from netpol_lint.repository import Census, Population, Repository
from netpol_lint.repository.surroundings import Picture
from netpol_lint.repository.tree import Tree
from netpol_lint.span import Lines, Span

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: close-web
spec:
  podSelector: {}
"""


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Writes a tree of files and answers its root."""
    for path, content in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        place.write_bytes(data)
    return root


def placed(text: str, namespace: str) -> str:
    """A manifest that states a namespace."""
    return text.replace("metadata:\n", f"metadata:\n  namespace: {namespace}\n", 1)


def workload(name: str, namespace: str = "", kind: str = "Deployment") -> str:
    """A workload whose pods are called as it is."""
    text = f"""\
apiVersion: apps/v1
kind: {kind}
metadata:
  name: {name}
spec:
  template:
    metadata:
      labels:
        app: {name}
    spec:
      containers:
        - name: {name}
          image: {name}
          ports:
            - containerPort: 8080
"""
    return placed(text, namespace) if namespace else text


def service(name: str, namespace: str = "") -> str:
    """A Service in front of the pods that are called as it is."""
    text = f"""\
apiVersion: v1
kind: Service
metadata:
  name: {name}
spec:
  selector:
    app: {name}
  ports:
    - port: 80
      targetPort: 8080
"""
    return placed(text, namespace) if namespace else text


def policy(name: str, namespace: str = "") -> str:
    """A policy that closes a namespace."""
    text = POLICY.replace("close-web", name)
    return placed(text, namespace) if namespace else text


def kustomization(*resources: str, more: str = "") -> str:
    """A kustomization of these resources."""
    return "resources:\n" + "".join(f"  - {each}\n" for each in resources) + more


def context_of(root: Path, files: Mapping[str, str], path: str) -> Context:
    """The context of the first policy in one of the files."""
    write(root, files)
    text = files[path]
    surroundings = Repository(str(root)).surroundings(path)
    file = File()
    for part in parse.split(text):
        for each in policies.find(text, parse.parse(text, part).root):
            notes = Notes(text, Span(0, 0), (), Lines(text))
            context = Context(each, notes, file, surroundings, Options())
            file.subjects.append((each, context))
    return file.subjects[0][1]


def census(root: Path) -> Census:
    """The census of a repository."""
    return Picture(Tree(str(root))).census


def population(root: Path, name: str = "shop") -> Population:
    """What is known about one namespace of it."""
    return census(root).population(name)


def residents(root: Path, name: str = "shop") -> list[str]:
    """The workloads that are certainly in a namespace."""
    return sorted(map(str, population(root, name).residents))


def strays(root: Path, name: str = "shop") -> list[str]:
    """The workloads that may be anywhere."""
    return sorted(map(str, population(root, name).strays))
