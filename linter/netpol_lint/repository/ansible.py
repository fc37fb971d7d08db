"""What Ansible is told: the tasks that apply manifests, and the namespace they fill in."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import chain, islice

from netpol_lint import parse
from netpol_lint.node import Mapping, Node, Scalar, walk
from netpol_lint.regex import regex
from netpol_lint.repository.command import GAP, MAX_LINE, Command, told
from netpol_lint.repository.manifest import at, text_at

MARK = "k8s:"
"""In every file with a task that applies something: the end of the module's name."""

_MODULES = frozenset(
    """
    k8s community.kubernetes.k8s community.okd.k8s kubernetes.core.k8s redhat.openshift.k8s
    """.split()
)
"""Source: load_template in plugins/action/k8s_info.py of kubernetes.core."""
_CHARTS = frozenset(("community.kubernetes.helm", "helm", "kubernetes.core.helm"))
_SOURCES = ("src", "template", "definition", "inline", "resource_definition")
_FILES = ("src", "template")
_QUOTED = regex(r"[\"']([^\"'\s{}|]+)[\"']")
_MANIFEST = regex(r"\.(?:ya?ml|json)(?:\.j2)?$|\*$")
_CALL = regex(r"\b(?:lookup|q|query)[ \t]*\(|\|")
_HERE = regex(
    r"\{\{[ \t]*(?:role_path|playbook_dir)[ \t]*\}\}/?"
    r"|\b(?:role_path|playbook_dir)[ \t]*[~+][ \t]*([\"'])/?"
)
_OUTSIDE = regex(r"\{\{[ \t]*playbook_dir[ \t]*\}\}/(?:\.\./)+")
"""Nobody knows where the playbook of a role lies."""
_ITEM = regex(r"\{\{[ \t]*item\b[^}]*\}\}")
_LOOKED_UP = regex(r",[ \t]*item\b")
_INSIDE = ("files", "templates")
"""Folders beside tasks, or in their role, in which files are looked for."""
_GONE = "absent"
MAX_TASKS = 2_000
"""Tasks of one file that are looked at."""
MAX_ITEMS = 200
"""Items of a loop, and texts of a task, that are looked at."""


def commands(text: str, path: str) -> Iterator[Command]:
    """The tasks of one file that apply other files.

    What states a namespace keeps it. Source: merge_params in plugins/module_utils/k8s/resource.py
    of kubernetes.core.
    """
    folders = tuple(_folders(path))
    for task, arguments in _tasks(text, _MODULES):
        if text_at(arguments, "state") == _GONE:
            continue
        given = at(arguments, "namespace")
        name = given.text if isinstance(given, Scalar) and not given.is_null else None
        paths = dict.fromkeys(islice(_paths(task, arguments), MAX_ITEMS))
        why = f"a task of {path}"
        yield from told(name, paths, folders, why, placed=name is not None)


def unseen(text: str) -> Iterator[str | None]:
    """The namespaces into which tasks bring what no manifest shows; None where it may be any."""
    for task, arguments in _tasks(text, _CHARTS | _MODULES):
        name = text_at(arguments, "release_namespace") or text_at(arguments, "namespace")
        if not _CHARTS.isdisjoint(task.fields):
            yield None if not name or "{" in name else name
        for written in (at(arguments, field) for field in _SOURCES if field not in _FILES):
            # A single line looks something up.
            if written is not None and (not isinstance(written, Scalar) or "\n" in written.text):
                own = text_at(written, "metadata", "namespace") or name
                yield None if not own or "{" in own else own


def _tasks(text: str, modules: frozenset[str]) -> Iterator[tuple[Mapping, Mapping]]:
    """The tasks of a file that call one of these modules, with what they tell it."""
    left = MAX_TASKS
    for part in parse.split(text):
        root = parse.parse(text, part).root
        for node in () if root is None else walk(root):
            if not isinstance(node, Mapping) or modules.isdisjoint(node.fields):
                continue
            for arguments in map(node.get, modules):
                if isinstance(arguments, Mapping):
                    yield node, arguments
                    left -= 1
            if left <= 0:
                return


def _paths(task: Mapping, arguments: Mapping) -> Iterator[str]:
    """The files that a task names, with those that it takes from its loop."""
    for field in _SOURCES:
        for text in _texts(at(arguments, field), inner=field in _FILES):
            if _LOOKED_UP.search(text) is not None:
                yield from chain.from_iterable(map(_names, _looped(task)))
            elif _ITEM.search(text) is not None:
                for item in _looped(task):
                    yield from _names(item.join(_ITEM.split(text)))
            else:
                yield from _names(text)


def _looped(task: Mapping) -> Iterator[str]:
    """The texts of a task's loop."""
    left = MAX_ITEMS
    for name, entry in task.fields.items():
        if name == "loop" or name.startswith("with_"):
            for text in _texts(entry.value, inner=True):
                for each in _QUOTED.findall(text) if "{{" in text else (text,):
                    yield each
                    left -= 1
                    if left <= 0:
                        return


def _texts(node: Node | None, *, inner: bool) -> Iterator[str]:
    """The lines below a node; those of an object only if it is none that is applied itself."""
    if node is not None and (inner or not isinstance(node, Mapping)):
        for each in islice(walk(node), MAX_ITEMS):
            if isinstance(each, Scalar) and len(each.text) <= MAX_LINE and "\n" not in each.text:
                yield each.text


def _names(text: str) -> Iterator[str]:
    """The names of manifests in a text: the whole of it, or what stands there in quotes."""
    text = _HERE.sub(r"\1", _OUTSIDE.sub(GAP + "/", text))
    if _CALL.search(text) is None:
        # What was copied to the host before has kept its name, as a rule.
        found = [posixpath.basename(text) if text.startswith("/") else text]
    else:
        # What begins with a slash is put behind something.
        found = [GAP + each if each.startswith("/") else each for each in _QUOTED.findall(text)]
    yield from (each for each in found if _MANIFEST.search(each) is not None)


def _folders(path: str) -> Iterator[str]:
    """Where the files of a task are looked for: beside it, in its role, and beside the playbook.

    Source: lib/ansible/parsing/dataloader.py of Ansible.
    """
    home = posixpath.dirname(path)
    role = home
    while role and posixpath.basename(role) not in ("handlers", "tasks"):
        role = posixpath.dirname(role)
    role = posixpath.dirname(role) if role else home
    above = posixpath.dirname(role)
    top = posixpath.dirname(above) if posixpath.basename(above) == "roles" else role
    for folder in dict.fromkeys((home, role, top)):
        yield folder
        yield from (posixpath.join(folder, each) for each in _INSIDE)
