"""What the steps of a pipeline are told that apply manifests without a command line.

GitHub's `azure/k8s-deploy`, and the tasks `KubernetesManifest` and `Kubernetes` of Azure Pipelines.
Source: action.yml of k8s-deploy; the reference of the tasks on learn.microsoft.com.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import islice

from netpol_lint import parse
from netpol_lint.node import Mapping, Node, walk
from netpol_lint.regex import regex
from netpol_lint.repository.command import Command, holed, told
from netpol_lint.repository.manifest import at, text_at

MARKS = ("k8s-deploy@", "KubernetesManifest@", "Kubernetes@")
"""One of them is in every file with such a step."""
MAX_STEPS = 2_000
"""Steps of one file that are looked at."""
MAX_NAMES = 200
"""Files that one step names."""

_STEP = regex(r"(?i:azure/k8s-deploy|KubernetesManifest|Kubernetes)@[\w.-]+")
_APPLYING = frozenset(("", "apply", "deploy", "promote"))
"""What a step does that says nothing is the first of them."""
_WORD = regex(r"[^\s,\"']+")
_FILE = regex(r"(?:-f|--filename)(?:[ \t]+|=)[\"']?([^\s\"']+)")


def commands(text: str, path: str) -> Iterator[Command]:
    """The steps of one file that apply manifests; the namespace is for those that state none."""
    found = (step for part in parse.split(text) for step in _steps(parse.parse(text, part).root))
    for inputs in islice(found, MAX_STEPS):
        namespace = text_at(inputs, "namespace")
        listed = text_at(inputs, "manifests") or text_at(inputs, "configuration")
        paths = _WORD.findall(holed(listed)) + _FILE.findall(holed(text_at(inputs, "arguments")))
        yield from told(
            namespace or None,
            paths[:MAX_NAMES],
            ("", posixpath.dirname(path)),
            f"a step of {path}",
            placed=bool(namespace),
        )


def _steps(root: Node | None) -> Iterator[Node]:
    """What the steps of a document are told."""
    for node in () if root is None else walk(root):
        if not isinstance(node, Mapping):
            continue
        for name, field in (("uses", "with"), ("task", "inputs")):
            inputs = at(node, field)
            if inputs is None or _STEP.fullmatch(text_at(node, name)) is None:
                continue
            if {text_at(inputs, "action"), text_at(inputs, "command")} <= _APPLYING:
                yield inputs
