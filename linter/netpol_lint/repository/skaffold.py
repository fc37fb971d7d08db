"""What Skaffold is told: the manifests and kustomizations that it applies, into which namespace.

Source: pkg/skaffold/schema in Skaffold, versions v1 to v4beta11. A default namespace is handed to
`kubectl apply --namespace`: it is for what states none.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import chain

from netpol_lint import parse
from netpol_lint.node import Mapping, Node, Scalar
from netpol_lint.repository.command import Command, stated_by, told
from netpol_lint.repository.manifest import at, items, text_at

MAX_PROFILES = 100
"""Profiles of one configuration that are looked at."""

_PLAIN = ("k8s/*.yaml",)
_BUILT = (".",)
"""What is applied where nothing is listed."""
_DEFAULT = "default"


def is_configuration(path: str) -> bool:
    """Whether a file has the name of a configuration."""
    name = posixpath.basename(path)
    return name.startswith("skaffold") and name.endswith((".yaml", ".yml"))


def commands(text: str, path: str) -> Iterator[Command]:
    """What the configurations in a file apply, each by itself and with each of its profiles."""
    for root in _configurations(text):
        for profile in (root, *items(at(root, "profiles"))[:MAX_PROFILES]):
            yield from _pipeline(_Options(profile, root), path)


def unseen(text: str) -> Iterator[str | None]:
    """The namespaces into which it installs charts; None for one that is filled in later."""
    for root in _configurations(text):
        for profile in (root, *items(at(root, "profiles"))[:MAX_PROFILES]):
            for part in ("deploy", "manifests"):
                for release in items(at(profile, part, "helm", "releases")):
                    name = text_at(release, "namespace") or _DEFAULT
                    yield None if "{" in name else name


def _configurations(text: str) -> Iterator[Mapping]:
    for part in parse.split(text):
        root = parse.parse(text, part).root
        if isinstance(root, Mapping) and text_at(root, "apiVersion").startswith("skaffold/"):
            yield root


class _Options:
    """The options of a profile; what it leaves out is as in the whole configuration."""

    def __init__(self, profile: Node, root: Mapping) -> None:
        self._nodes = (root,) if profile is root else (profile, root)
        self._patches = [] if profile is root else items(at(profile, "patches"))

    def has(self, *names: str) -> bool:
        """Whether there is something at the end of a path of field names."""
        return any(at(each, *names) is not None for each in self._nodes)

    def texts(self, *names: str) -> list[str]:
        """The texts of a list, or a single one."""
        found = (at(each, *names) for each in self._nodes)
        node = next((each for each in found if each is not None), None)
        listed = [node] if isinstance(node, Scalar) else items(node)
        return [each.text for each in listed if isinstance(each, Scalar) and each.text]

    def namespace(self, tool: str) -> str | None:
        """What a tool is told about the namespace."""
        for patch in self._patches:
            if text_at(patch, "path") == f"/deploy/{tool}/defaultNamespace":
                return text_at(patch, "value")
        flags = (self.texts("deploy", tool, "flags", each) for each in ("apply", "global"))
        default = self.texts("deploy", tool, "defaultNamespace")
        return stated_by(" ".join(chain(*flags))) or next(iter(default), None)


def _pipeline(options: _Options, path: str) -> Iterator[Command]:
    """What is applied with these options: each tool with its own namespace."""
    applied = (
        ("kubectl", _manifests(options), True),
        ("kubectl", _builds(options, "manifests", "paths"), False),
        ("kustomize", _builds(options, "deploy", "paths", "path"), False),
    )
    for tool, paths, plain in applied:
        name = options.namespace(tool)
        why, placed = f"the Skaffold configuration {path}", name is not None
        home = posixpath.dirname(path)
        yield from told(name, paths, (home,), why, placed=placed, plain=plain)


def _manifests(options: _Options) -> list[str]:
    """The manifests that are applied as they are."""
    listed = [
        *options.texts("manifests", "rawYaml"),
        *options.texts("deploy", "kubectl", "manifests"),
    ]
    other = any(options.has("manifests", each) for each in ("helm", "kpt", "kustomize"))
    if listed or other or (options.has("deploy") and not options.has("deploy", "kubectl")):
        return listed
    return list(_PLAIN)


def _builds(options: _Options, part: str, *fields: str) -> list[str]:
    """The folders of the kustomizations that are built; in some versions they have no field."""
    if not options.has(part, "kustomize"):
        return []
    listed = [text for each in fields for text in options.texts(part, "kustomize", each)]
    return listed or options.texts(part, "kustomize") or list(_BUILT)
