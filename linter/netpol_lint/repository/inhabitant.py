"""What one object of a file is in a namespace: a workload, a Service, a policy, a foreign one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from netpol_lint import parse
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.policy import Policy, is_policy
from netpol_lint.reading import Reading
from netpol_lint.regex import regex
from netpol_lint.repository import outcome, workload
from netpol_lint.repository.kustomize import Build
from netpol_lint.repository.manifest import TEMPLATE, WORKLOADS, Manifest
from netpol_lint.repository.resident import Foreigner, Front, Resident, Sibling
from netpol_lint.repository.sighting import ENGINES, GENERATORS

_KYVERNO = "kyverno.io/"
_KIND = regex(r"^kind:[ \t]*([A-Za-z]+)", re.MULTILINE)
_GENERATES = ("NetworkPolicy", "generat")
"""What a generator of policies has in it: what it makes, and that it does."""


class Landed(NamedTuple):
    """One object with the file it stands in and the ways in which it reaches a cluster."""

    manifest: Manifest
    path: str
    ways: tuple[Build, ...]
    reading: Reading
    """Of its file."""

    @property
    def policy(self) -> Policy | None:
        """The policy that it is; None where it is none of Kubernetes."""
        manifest = self.manifest
        is_one = manifest.kind == "NetworkPolicy" and is_policy(manifest.root)
        return self.reading.policy(manifest.root) if is_one else None


def residents(each: Landed, ways: Collection[Build]) -> Iterator[Resident]:
    """The workload that it is, on some of its ways."""
    if each.manifest.kind in WORKLOADS and ways:
        found = workload.read(each.manifest, each.path)
        for way in ways:
            yield Resident(outcome.workload(found, way), each.path, way)


def fronts(each: Landed, ways: Collection[Build]) -> Iterator[Front]:
    """The Service that it is, on some of its ways."""
    manifest, path = each.manifest, each.path
    if manifest.kind == "Service" and not manifest.group:
        for way in ways:
            yield Front(manifest, path, way)


def siblings(each: Landed, ways: Collection[Build]) -> Iterator[Sibling]:
    """The policy that it is, on some of its ways."""
    found = each.policy if ways else None
    if found is not None:
        for way in ways:
            yield Sibling(outcome.policy(found, way), each.path, way)


def foreigners(each: Landed) -> Iterator[Foreigner]:
    """What else it is that decides about the traffic of pods, once for all ways."""
    manifest = each.manifest
    if manifest.kind in GENERATORS:
        foreign = manifest.group.endswith("kyverno.io") and all(map(manifest.mentions, _GENERATES))
    elif manifest.kind == "NetworkPolicy":
        foreign = not is_policy(manifest.root)
    else:
        foreign = manifest.kind in ENGINES
    if foreign:
        yield Foreigner(manifest.kind, manifest.name, each.path, manifest.body)


def generators(text: str, path: str) -> Iterator[Foreigner]:
    """Policies of Kyverno that have variables in them, which look like templates."""
    if _KYVERNO not in text:
        return
    for part in parse.split(text):
        body = text[part.start : part.end]
        if TEMPLATE.search(body) is None or _KYVERNO not in body or "NetworkPolicy" not in body:
            continue
        kind = _KIND.search(body)
        if kind is not None and kind[1] in GENERATORS:
            yield Foreigner(kind[1], "", path, body)
