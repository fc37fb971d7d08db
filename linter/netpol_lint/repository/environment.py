"""Which objects of one namespace are applied to one cluster, as far as paths and builds tell.

A repository may hold several clusters in which a namespace has the same name. What holds between
two policies is only said of such as are certainly, or by all appearance, applied together.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from netpol_lint.regex import regex
from netpol_lint.repository.kustomize import Build

_CONTAINERS = frozenset(
    """
    cluster clusters env environment environments envs hub overlay overlays region regions site
    sites spoke stage stages tenant tenants variant variants
    """.split()
)
"""Folders whose subfolders are variants of each other."""
_VARIANTS = frozenset(
    """
    canary demo dev develop development disabled dr example examples integration int lab live local
    old perf preprod preproduction prod production qa sample samples sandbox stage staging stg test
    testing tests uat
    """.split()
)
_WORD = regex(r"[a-z]+")


def is_scattered(objects: Iterable[tuple[str, str, str]]) -> bool:
    """Whether one object, by kind and name, is brought to the namespace from several places."""
    places: dict[tuple[str, str], str] = {}
    return any(places.setdefault((kind, name), place) != place for kind, name, place in objects)


def place_of(path: str, build: Build) -> str:
    """The folder from which an object is applied: that of its root, or its own."""
    return posixpath.dirname(path) if build.root is None else build.root


def together(first: tuple[str, Build], second: tuple[str, Build], *, scattered: bool) -> bool:
    """Whether two objects of one namespace, with path and build, are applied to one cluster."""
    place, other = place_of(*first), place_of(*second)
    if place == other:
        return True
    return not scattered and not are_variants(place, other)


def stem(name: str) -> tuple[str, ...]:
    """What is left of a namespace's name without the words for an environment.

    `shop-dev` and `shop` have the same: they are one thing in two environments.
    """
    words = name.lower().split("-")
    return tuple(word for word in words if word.rstrip("0123456789") not in _VARIANTS)


def are_variants(first: str, second: str) -> bool:
    """Whether the paths look like two variants, such as environments, of one thing."""
    names, others = first.split("/"), second.split("/")
    common = len(posixpath.commonprefix([names, others]))
    if common and common < min(len(names), len(others)) and names[common - 1] in _CONTAINERS:
        return True
    return any(
        not _VARIANTS.isdisjoint(_WORD.findall(name.lower()))
        for name in (*names[common:], *others[common:])
    )
