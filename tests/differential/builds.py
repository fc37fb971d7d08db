"""Ask kustomize and netpol-lint what is built from trees of kustomizations, and compare.

    python tests/differential/builds.py --count 1000 --seed 1 [FOLDER ...]

The trees are random ones of `trees.py`, the fixtures of the rules, and the folders that are given.
For every outermost kustomization, `kustomize build` says what it builds, and the linter's room says
what it expects of every NetworkPolicy, workload and Service: name, namespace, the selectors of
subjects, peers and Services, the labels of pods, their ports, and whether they have the network of
their node. What the linter knows must be so; what it does not
know is counted. Exit status: 0 when the two agree, 1 when they differ, 2 when
kustomize is missing.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from trees import generate, write

from netpol_lint.answer import Answer
from netpol_lint.node import Mapping, Node, Scalar, Sequence
from netpol_lint.repository import outcome, workload
from netpol_lint.repository.kustomization import FILE_NAMES
from netpol_lint.repository.kustomize import Build, Graph
from netpol_lint.repository.manifest import WORKLOADS, Manifest
from netpol_lint.repository.transformation import Pair
from netpol_lint.repository.tree import Tree

FIXTURES = Path(__file__).parent.parent / "rules"
LOOKED_AT = WORKLOADS | {"NetworkPolicy", "Service"}
UNKNOWN: Any = type("Unknown", (), {"__repr__": lambda _: "(not known)"})()
ABSENT = "(absent)"


# --- What kustomize says --------------------------------------------------------------------------


@dataclass
class Built:
    """One object of a build."""

    kind: str
    name: str
    namespace: str
    facts: dict[str, Any]


def kustomize_build(program: str, folder: Path) -> tuple[list[Any] | None, str]:
    """The objects that kustomize builds, or None and why it refuses. Nothing is fetched."""
    with tempfile.TemporaryDirectory(prefix="netpol-lint-empty-") as empty:
        nowhere = "http://127.0.0.1:9"
        environment = {
            "PATH": empty,  # no git, no helm
            "HOME": empty,
            "HTTPS_PROXY": nowhere,
            "HTTP_PROXY": nowhere,
        }
        command = [program, "build", "--load-restrictor", "LoadRestrictionsNone", str(folder)]
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                encoding="utf-8",
                env=environment,
                timeout=60,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return None, "timeout"
    if done.returncode:
        return None, done.stderr
    return list(YAML(typ="safe", pure=True).load_all(done.stdout)), ""


def built(raw: Any) -> Built | None:
    """What is compared of an object that kustomize has built."""
    if not isinstance(raw, dict) or raw.get("kind") not in LOOKED_AT:
        return None
    metadata = raw["metadata"]
    return Built(raw["kind"], metadata["name"], metadata.get("namespace") or "", facts(raw))


def facts(raw: Any) -> dict[str, Any]:
    """The selectors of a policy, the labels of a workload's pods."""
    spec = raw.get("spec") or {}
    if raw["kind"] == "Service":
        return {"service": spec.get("selector")}
    if raw["kind"] != "NetworkPolicy":
        return {"labels": pod_labels(raw["kind"], raw)} | pod_facts(raw["kind"], raw)
    found = {"subject": spec.get("podSelector")}
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        found[direction] = [
            [(peer or {}).get("podSelector") for peer in (rule or {}).get(peers) or ()]
            for rule in spec.get(direction) or ()
        ]
    return found


def pod_labels(kind: str, raw: Any) -> dict[str, str]:
    for name in pod_path(kind)[:-2]:
        raw = (raw or {}).get(name)
    return dict(((raw or {}).get("metadata") or {}).get("labels") or {})


def pod_facts(kind: str, raw: Any) -> dict[str, Any]:
    """The ports that all containers declare, and the network."""
    for name in (*pod_path(kind)[:-2], "spec"):
        raw = (raw or {}).get(name)
    spec = raw or {}
    ports = [
        port["containerPort"]
        for containers in ("containers", "initContainers")
        for each in spec.get(containers) or ()
        for port in (each or {}).get("ports") or ()
    ]
    return {"ports": sorted(ports), "network": spec.get("hostNetwork") is True}


def pod_path(kind: str) -> tuple[str, ...]:
    """Where the labels of a workload's pods stand."""
    if kind == "Pod":
        return ("metadata", "labels")
    above = ("spec", "jobTemplate") if kind == "CronJob" else ()
    return (*above, "spec", "template", "metadata", "labels")


# --- What the linter says -------------------------------------------------------------------------


def plain(node: Node | None) -> Any:
    """A tree of nodes as plain data."""
    if isinstance(node, Mapping):
        return {key: plain(entry.value) for key, entry in node.fields.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.value if isinstance(node, Scalar) else None


@dataclass
class Expected:
    """What the linter expects of one object in one build; UNKNOWN where it does not know."""

    path: str
    kind: str
    own_name: str
    name: Any
    namespace: Any
    absent: Answer
    facts: dict[str, Any]


def expected(path: str, manifest: Manifest, build: Build) -> Expected:
    """What the linter's room says about an object of a build."""
    done, kind, name, group = build.done, manifest.kind, manifest.name, manifest.group
    own = manifest.states
    raw = plain(manifest.root)
    found = facts(raw)
    one = (kind, name)

    def kept(*way: str) -> bool:
        return not done.may_change(*one, way, group, own)

    if kind == "NetworkPolicy":
        pairs = done.selector_pairs
        found["subject"] = with_pairs(found["subject"], pairs)
        if not kept("spec", "podSelector"):
            found["subject"] = UNKNOWN
        for direction in ("ingress", "egress"):
            found[direction] = [
                [with_pairs(selector, pairs) for selector in peers] for peers in found[direction]
            ]
            if not kept("spec", direction):
                found[direction] = UNKNOWN
    elif kind == "Service":
        added = values(done.selector_pairs)
        if added:
            found["service"] = (found["service"] or {}) | added
        if not kept("spec", "selector"):
            found["service"] = UNKNOWN
    else:
        found["labels"] |= values(done.pod_pairs(kind, group))
        if not kept(*pod_path(kind)):
            found["labels"] = UNKNOWN
        after = outcome.workload(workload.read(manifest, path), build)
        ports = after.ports
        found["ports"] = UNKNOWN if ports is None else sorted(port.number for port in ports)
        found["network"] = after.host_network or UNKNOWN  # only what is certain is said
    given = build.of(kind, name, group, own)
    called = done.name_of(kind, name, group, own)
    return Expected(
        path,
        kind,
        name,
        called or UNKNOWN,  # a name with a placeholder is empty for the linter
        UNKNOWN if given.supplied or given.namespace == "" else given.namespace or own,
        outcome.is_deleted(manifest, build),
        found,
    )


def with_pairs(selector: Any, pairs: tuple[Pair, ...]) -> Any:
    """A selector after labels were added to it, as the documentation of the pairs says."""
    if not isinstance(selector, dict) or not isinstance(selector.get("matchLabels"), dict):
        return selector
    return selector | {"matchLabels": selector["matchLabels"] | values(pairs)}


def values(pairs: tuple[Pair, ...]) -> dict[str, Any]:
    return {pair.key: UNKNOWN if pair.unknown else pair.value for pair in pairs}


# --- The comparison -------------------------------------------------------------------------------


@dataclass
class Difference:
    """One thing that the two do not agree about."""

    tree: str
    root: str
    what: str
    path: str
    kind: str
    name: str
    ours: Any
    theirs: Any

    def __str__(self) -> str:
        return (
            f"{self.tree}, build of {self.root or '.'}: {self.what} of {self.kind} {self.name}"
            f" ({self.path})\n    we say    {self.ours}\n    kustomize {self.theirs}"
        )


@dataclass
class Result:
    """What came out for some trees."""

    builds: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    objects: int = 0
    known: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    def add(self, other: Result) -> None:
        self.builds += other.builds
        self.objects += other.objects
        self.refused += other.refused
        self.known += other.known
        self.unknown += other.unknown
        self.differences += other.differences


def compare(program: str, name: str, root: Path) -> Result:
    """All builds of one tree."""
    result = Result()
    tree = Tree(str(root))
    graph = Graph(tree)
    if not graph.kustomizations:
        return result
    by_root: dict[str, list[Expected]] = {}
    for path in tree.files:
        for manifest in tree.manifests(path):
            if manifest.kind not in LOOKED_AT:
                continue
            for build in graph.builds(path):
                if build.root is not None:
                    by_root.setdefault(build.root, []).append(expected(path, manifest, build))
    every = graph.kustomizations
    used = {child for each in every.values() for child in each.resources + each.components}
    for folder in every.keys() - used:
        raw, trouble = kustomize_build(program, root / folder)
        if raw is None:
            result.refused[reason(trouble)] += 1
            continue
        result.builds += 1
        actual = [each for each in map(built, raw) if each is not None]
        closed = graph.contents(folder).closed
        compare_build(result, name, folder, by_root.get(folder, []), actual, closed)
    return result


def compare_build(
    result: Result,
    name: str,
    folder: str,
    ours: list[Expected],
    actual: list[Built],
    closed: bool,
) -> None:
    """One build: every object that we expect, and every object that is there."""
    left = list(actual)
    vague: list[Expected] = []
    # Who is certainly there chooses first, and of these who is known best.
    for want in sorted(ours, key=certainty):
        result.objects += 1
        if want.absent is Answer.PROVEN:
            result.known["deleted"] += 1
            found = best(want, left)
            if found is not None and found.namespace == want.namespace:
                left.remove(found)
                difference(result, name, folder, want, "presence", ABSENT, found.facts)
            continue
        found = best(want, left)
        if found and want.absent is Answer.UNKNOWN and not agree(want.namespace, found.namespace):
            found = None
        if found is None:
            if want.name is UNKNOWN:
                vague.append(want)
            if want.name is UNKNOWN or want.absent is Answer.UNKNOWN:
                result.unknown["presence"] += 1
            else:
                difference(result, name, folder, want, "presence", "(present)", ABSENT)
            continue
        left.remove(found)
        pairs = {"name": (want.name, found.name), "namespace": (want.namespace, found.namespace)}
        pairs |= {fact: (value, found.facts[fact]) for fact, value in want.facts.items()}
        for what, (we, they) in pairs.items():
            if unknowns(we):
                result.unknown[what] += 1
                if not agree(we, they):
                    difference(result, name, folder, want, what, we, they)
            elif agree(we, they):
                result.known[what] += 1
            else:
                difference(result, name, folder, want, what, we, they)
    # Several ways to one root that differ in unknown names only are one answer, and a patch may
    # give a name that has nothing of the old one.
    strange = [each for each in left if not any(is_meant(want, each) for want in vague)]
    lost = [want for want in vague if not any(is_meant(want, each) for each in left)]
    if closed and len(strange) > len(lost):
        for each in strange:
            result.differences.append(
                Difference(
                    name, folder, "presence", "?", each.kind, each.name, ABSENT, each.namespace
                )
            )


def certainty(want: Expected) -> tuple[bool, int]:
    return want.absent is Answer.UNKNOWN, sum(map(unknowns, vars(want).values()))


def is_meant(want: Expected, each: Built) -> bool:
    """Whether it has the kind and the name, or a name made from the old one."""
    if want.kind != each.kind:
        return False
    if want.name is not UNKNOWN:
        return bool(each.name == want.name)
    # Who is renamed has the old name in the new one, with no other digits behind it.
    return re.search(re.escape(want.own_name) + r"(?!\d)", each.name) is not None


def unknowns(we: Any) -> int:
    """How many things there are in it that we do not know."""
    if isinstance(we, dict):
        return sum(map(unknowns, we.values()))
    return sum(map(unknowns, we)) if isinstance(we, list) else int(we is UNKNOWN)


def agree(we: Any, they: Any) -> bool:
    """Whether all that we know is so."""
    if isinstance(we, dict) and isinstance(they, dict):
        return we.keys() == they.keys() and all(agree(we[key], they[key]) for key in we)
    if isinstance(we, list) and isinstance(they, list):
        return len(we) == len(they) and all(map(agree, we, they))
    return we is UNKNOWN or bool(we == they)


def best(want: Expected, actual: list[Built]) -> Built | None:
    """The object that is meant: by kind, name and, among several, by all the rest."""
    fitting = [each for each in actual if is_meant(want, each)]
    if want.name is UNKNOWN and len(fitting) > 1:
        return None

    def likeness(each: Built) -> int:
        same = sum(agree(value, each.facts.get(fact)) for fact, value in want.facts.items())
        return int(same + 10 * (want.namespace in (UNKNOWN, each.namespace)))

    return max(fitting, key=likeness, default=None)


def difference(
    result: Result, name: str, folder: str, want: Expected, what: str, we: Any, they: Any
) -> None:
    result.differences.append(
        Difference(name, folder, what, want.path, want.kind, want.own_name, we, they)
    )


REASONS = (
    "cycle",
    "may not add resource",
    "ID conflict",
    "no such file",
    "must build at directory",
    "unable to find one of",
    "conflicting fieldspecs",
    "no matches for",
    "multiple matches",
    "no resource matches",
    "unable to find field",
    "nothing selected",
    "is empty",
    "expected kind",
    "timeout",
    "unknown field",
    "invalid Kustomization",
    "behavior must be merge",
    "cannot merge or replace",
    "cannot be mapped to a field",
    "is missing for replacement source",
    "transformer config with the following GVK",
    "Multiple Strategic",
    "plugin",
    "missing value",
    "dial tcp",
    "executable file not found",
)


def reason(trouble: str) -> str:
    """Why kustomize refuses, in the words that count."""
    last = trouble.strip().rpartition("\n")[2]
    return next((each for each in REASONS if each in trouble), "another: " + last[-150:])


# --- Real repositories ----------------------------------------------------------------------------


LISTS = (
    "resources",
    "bases",
    "components",
    "configurations",
    "transformers",
    "validators",
    "crds",
    "patches",
    "patchesStrategicMerge",
    "patchesJson6902",
    "replacements",
)


def copy_mended(root: Path, to: Path) -> None:
    """Copy a repository without the references that lead nowhere in it.

    A collection of manifests is seldom complete, and kustomize refuses what lacks a file.
    """
    tree = Tree(str(root))
    for name in tree.files:
        data = tree.read(name)
        if data is None:
            continue
        place = to / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    for name in tree.files:
        if Path(name).name in FILE_NAMES:
            mend(to / name)


def mend(path: Path) -> None:
    """Take out of one kustomization what is not there."""
    yaml = YAML(typ="safe", pure=True)
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"))
    except (YAMLError, OSError, UnicodeDecodeError):
        return
    if not isinstance(raw, dict):
        return

    def is_there(item: Any) -> bool:
        named = item.get("path") if isinstance(item, dict) else item
        return not isinstance(named, str) or "\n" in named or (path.parent / named).exists()

    for name in LISTS:
        if isinstance(raw.get(name), list):
            raw[name] = [item for item in raw[name] if is_there(item)]
    for name in ("configMapGenerator", "secretGenerator"):
        for item in raw.get(name) or ():
            for source in ("files", "envs", "env"):
                item.pop(source, None)
    for name in ("helmCharts", "helmChartInflationGenerator", "generators", "openapi"):
        raw.pop(name, None)
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(raw, file)


# --- Running --------------------------------------------------------------------------------------


def random_tree(program: str, seed: int, index: int) -> Result:
    with tempfile.TemporaryDirectory(prefix="netpol-lint-tree-") as folder:
        write(generate(seed, index), Path(folder))
        return compare(program, f"tree {index} of seed {seed}", Path(folder))


def mended_tree(program: str, tree: Path) -> Result:
    with tempfile.TemporaryDirectory(prefix="netpol-lint-tree-") as folder:
        copy_mended(tree, Path(folder))
        return compare(program, f"{tree.name}, mended", Path(folder))


def subfolders(folder: Path, pattern: str) -> list[Path]:
    return [each for each in sorted(folder.glob(pattern)) if each.is_dir()]


def main() -> int:
    """Compare."""
    parser = argparse.ArgumentParser(description="Compare with kustomize what is built.")
    parser.add_argument("--count", type=int, default=300, help="how many random trees")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--show", type=int, default=20, help="how many differences to print")
    parser.add_argument("folder", nargs="*", type=Path, help="folders with a repository in each")
    args = parser.parse_args()
    program = shutil.which("kustomize")
    if program is None:
        print("kustomize is missing on the path: nothing was compared", file=sys.stderr)
        return 2
    started = time.monotonic()
    total = Result()
    with ThreadPoolExecutor(args.jobs) as pool:
        fixtures = subfolders(FIXTURES, "*/*")
        jobs = [
            pool.submit(compare, program, f"{tree.parent.name}/{tree.name}", tree)
            for tree in fixtures
        ]
        for tree in (each for folder in args.folder for each in subfolders(folder, "*")):
            jobs.append(pool.submit(compare, program, tree.name, tree))
            jobs.append(pool.submit(mended_tree, program, tree))
        jobs += [
            pool.submit(random_tree, program, args.seed, index)
            for index in range(args.start, args.start + args.count)
        ]
        for job in jobs:
            total.add(job.result())
    return report(total, args.show, time.monotonic() - started)


def report(total: Result, show: int, seconds: float) -> int:
    """Say what came out; 1 where something is not explained."""
    print(f"{total.builds} builds, {sum(total.refused.values())} refused, {seconds:.0f} s")
    for why, count in total.refused.most_common(20):
        print(f"  refused: {count:6} {why}")
    print(f"{total.objects} policies, workloads and Services in them")
    for what in sorted(total.known.keys() | total.unknown.keys()):
        print(f"  {what:10} {total.known[what]:7} as expected {total.unknown[what]:7} not known")
    print(f"{len(total.differences)} differences")
    for each in total.differences[:show]:
        print(each)
    return 1 if total.differences else 0


if __name__ == "__main__":
    sys.exit(main())
