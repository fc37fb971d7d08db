"""Write little repositories of kustomizations, to compare what is said about them with kustomize.

`generate(seed, index)` is a pure function: bases, components, overlays upon overlays, and in them
everything that changes what this linter looks at. Files are written as JSON, which is YAML too.
Most trees can be built; some have circles, missing files, or objects twice.

Run as a program, it writes one tree: `python trees.py --seed 1 --index 42 FOLDER`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from random import Random
from typing import Any

Object = dict[str, Any]

KEYS = ("app", "team", "tier", "env", "app.kubernetes.io/name")
VALUES = ("web", "till", "db", "prod", "x1")
NAMESPACES = ("shop", "shop-dev", "shop-prod", "default")
TEMPLATED = ("Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "Rollout", "Pod")
GROUPS = {
    "Deployment": "apps/v1",
    "StatefulSet": "apps/v1",
    "DaemonSet": "apps/v1",
    "CronJob": "batch/v1",
    "Job": "batch/v1",
    "Rollout": "argoproj.io/v1alpha1",
    "Pod": "v1",
    "NetworkPolicy": "networking.k8s.io/v1",
    "Namespace": "v1",
    "ClusterRole": "rbac.authorization.k8s.io/v1",
    "ConfigMap": "v1",
    "Service": "v1",
}
PORT = {"containerPort": 9090, "name": "stats"}
POD_SPECS: tuple[Object, ...] = (
    {"containers": [{"name": "web", "env": [{"name": "LEVEL", "value": "debug"}]}]},
    {"containers": [{"name": "web", "image": "other"}], "initContainers": [{"name": "set-up"}]},
    {"containers": [{"name": "web", "ports": [PORT]}]},
    {"containers": [{"name": "web", "ports": None}]},
    {"containers": [{"name": "web", "$patch": "delete"}]},
    {"containers": [{"name": "proxy", "image": "proxy"}]},
    {"containers": [{"name": "proxy", "image": "proxy", "ports": [PORT]}]},
    {"initContainers": [{"name": "proxy", "image": "proxy", "ports": [PORT]}]},
    {"containers": [{"image": "proxy"}]},
    {"containers": [{"name": None, "image": "proxy"}]},
    {"containers": [{"name": "proxy", "image": "proxy"}, {"$patch": "replace"}]},
    {"containers": []},
    {"containers": None},
    {"hostNetwork": True},
    {"hostNetwork": False},
    {"hostNetwork": None},
    {"hostPID": True, "securityContext": {"runAsNonRoot": True}},
    {"$patch": "replace", "containers": [{"name": "web", "image": "other"}]},
)
"""What patches may do to a pod."""
POD_OPERATIONS: tuple[Object, ...] = (
    {"op": "add", "path": "containers/0/args", "value": ["--verbose"]},
    {"op": "replace", "path": "containers/0/name", "value": "other"},
    {"op": "add", "path": "containers/0/ports", "value": [PORT]},
    {"op": "add", "path": "containers/-1/ports", "value": [PORT]},
    {"op": "add", "path": "containers/-", "value": {"name": "proxy", "ports": [PORT]}},
    {"op": "add", "path": "containers", "value": [{"name": "web", "image": "other"}]},
    {"op": "add", "path": "initContainers", "value": [{"name": "proxy", "ports": [PORT]}]},
    {"op": "add", "path": "securityContext", "value": {"runAsNonRoot": True}},
    {"op": "add", "path": "hostNetwork", "value": True},
    {"op": "add", "path": "hostNetwork", "value": False},
)
"""The same by paths below the pod's spec."""


def pod_spec_path(kind: str) -> tuple[str, ...]:
    """The fields that lead to the spec of a workload's pods."""
    if kind == "Pod":
        return ("spec",)
    return ("spec", *(("jobTemplate", "spec") if kind == "CronJob" else ()), "template", "spec")


class Tree:
    """One repository while it is written."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.files: dict[str, str] = {}
        self.folders: list[str] = []
        self.components: list[str] = []
        self.objects: dict[str, list[Object]] = {}
        """By folder: all that it builds, as it stands in the files."""
        self.count = 0

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def labels(self, most: int = 3) -> dict[str, str]:
        keys = self.rng.sample(KEYS, self.rng.randint(0, most))
        return {key: self.rng.choice(VALUES) for key in keys}

    # --- Objects

    def selector(self) -> Any:
        form = self.rng.random()
        if form < 0.15:
            return {}
        if form < 0.25:
            return {"matchLabels": {}}
        if form < 0.3:
            return {"matchLabels": None}
        if form < 0.45:
            return {"matchExpressions": [{"key": "app", "operator": "Exists"}]}
        selector: Object = {"matchLabels": self.labels() or {"app": "web"}}
        if self.chance(0.15):
            selector["matchExpressions"] = [{"key": "tier", "operator": "DoesNotExist"}]
        return selector

    def peer(self) -> Object:
        form = self.rng.random()
        if form < 0.2:
            return {"ipBlock": {"cidr": "192.0.2.0/24"}}
        if form < 0.4:
            return {"namespaceSelector": {"matchLabels": self.labels()}}
        if form < 0.6:
            return {
                "namespaceSelector": {"matchLabels": self.labels()},
                "podSelector": self.selector(),
            }
        return {"podSelector": self.selector()}

    def policy(self) -> Object:
        spec: Object = {"podSelector": self.selector()}
        if self.chance(0.03):
            del spec["podSelector"]
        for direction, peers in (("ingress", "from"), ("egress", "to")):
            if self.chance(0.6):
                spec[direction] = [
                    {peers: [self.peer() for _ in range(self.rng.randint(1, 3))]}
                    if self.chance(0.85)
                    else self.rng.choice(({}, {peers: []}, {peers: None}))
                    for _ in range(self.rng.randint(0, 2))
                ]
        return {"spec": spec}

    def workload(self, kind: str) -> Object:
        inside = self.pod_spec()
        if kind == "Pod":
            return {"spec": inside}
        template: Object = {"spec": inside}
        if self.chance(0.85):
            template["metadata"] = {"labels": self.labels() or None}
        spec: Object = {"template": template}
        if kind == "CronJob":
            return {"spec": {"schedule": "0 * * * *", "jobTemplate": {"spec": spec}}}
        if kind != "Job":
            spec["selector"] = {"matchLabels": self.labels()}
        return {"spec": spec}

    def pod_spec(self) -> Object:
        inside: Object = {"containers": [{"name": "web", "image": "web"}]}
        if self.chance(0.7):
            inside["containers"][0]["ports"] = [{"containerPort": 8080, "name": "http"}]
        if self.chance(0.2):
            inside["initContainers"] = [{"name": "set-up", "ports": [{"containerPort": 1}]}]
        return inside | ({"hostNetwork": True} if self.chance(0.3) else {})

    def make(self) -> Object:
        kind = self.rng.choice(
            ("NetworkPolicy",) * 7
            + TEMPLATED
            + ("Namespace", "ClusterRole", "ConfigMap", "Service")
        )
        self.count += 1
        metadata: Object = {"name": f"o{self.count}"}
        if self.chance(0.35) and kind not in ("Namespace", "ClusterRole"):
            metadata["namespace"] = self.rng.choice(NAMESPACES)
        if self.chance(0.5):
            metadata["labels"] = self.labels()
        if self.chance(0.02):
            metadata["annotations"] = {"config.kubernetes.io/local-config": "true"}
        body: Object = {}
        if kind == "NetworkPolicy":
            body = self.policy()
        elif kind in TEMPLATED:
            body = self.workload(kind)
        elif kind == "Service":
            body = {"spec": self.rng.choice(({}, {"selector": self.labels()}, {"selector": None}))}
        return {"apiVersion": GROUPS[kind], "kind": kind, "metadata": metadata} | body

    def file(self, path: str) -> list[Object]:
        made = [self.make() for _ in range(self.rng.choice((1, 1, 1, 2, 3)))]
        if self.chance(0.1):
            listed: Object = {"apiVersion": "v1", "kind": "List", "items": made}
            self.files[path] = json.dumps(listed)
        else:
            self.files[path] = "\n---\n".join(json.dumps(each) for each in made) + "\n"
        return made

    # --- What kustomizations do

    def label_item(self) -> Object:
        item: Object = {"pairs": self.labels() or {"team": "till"}}
        if self.chance(0.5):
            item["includeSelectors"] = self.chance(0.85)
        if self.chance(0.4):
            item["includeTemplates"] = self.chance(0.85)
        if self.chance(0.12):
            paths = (
                "spec/template/metadata/labels",
                "spec/selector/matchLabels",
                "metadata/labels",
                "spec/podSelector/matchLabels",
                "spec/jobTemplate/spec/template/metadata/labels",
                "data/labels",
            )
            field: Object = {"path": self.rng.choice(paths), "create": self.chance(0.5)}
            if self.chance(0.8):
                field["kind"] = self.rng.choice((*GROUPS, "Widget"))
            item["fields"] = [field]
        return item

    def target(self, wanted: Object) -> Object:
        name = wanted["metadata"]["name"]
        forms: list[Object] = [
            {"kind": wanted["kind"], "name": name},
            {"kind": wanted["kind"]},
            {"name": name},
            {"kind": wanted["kind"], "name": ".*"},
            {"kind": "NetworkPolicy|Deployment"},
            {"name": "o.*", "kind": wanted["kind"]},
            {"name": "o[0-4]+"},
            {"labelSelector": "app=web"},
            {"namespace": self.rng.choice(NAMESPACES)},
            {"group": GROUPS[wanted["kind"]].rpartition("/")[0], "kind": wanted["kind"]},
            {"kind": wanted["kind"], "name": name, "version": "v1"},
        ]
        return self.rng.choice(forms)

    def strategic(self, wanted: Object, *, targeted: bool) -> Object:
        """A strategic merge patch."""
        kind = wanted["kind"]
        metadata: Object = {"name": wanted["metadata"]["name"]}
        if "namespace" in wanted["metadata"]:
            metadata["namespace"] = wanted["metadata"]["namespace"]
        patch: Object = {"apiVersion": GROUPS[kind], "kind": kind, "metadata": metadata}
        if targeted and self.chance(0.3):
            metadata["name"] = "whatever"
        if kind in TEMPLATED and self.chance(0.4):
            if targeted and self.chance(0.2):
                other = self.rng.choice(TEMPLATED)
                patch |= {"apiVersion": GROUPS[other], "kind": other}
            inside = self.rng.choice(POD_SPECS)
            for name in reversed(pod_spec_path(wanted["kind"])):
                inside = {name: inside}
            return patch | inside
        form = self.rng.random()
        if form < 0.12:
            return {"$patch": "delete"} | patch
        if form < 0.35:
            metadata["labels"] = self.labels() or {"patched": "yes"}
        elif form < 0.5:
            metadata["annotations"] = {"patched": "yes"}
        elif kind == "NetworkPolicy":
            patch["spec"] = self.rng.choice(
                (
                    {"podSelector": {"matchLabels": {"patched": "yes"}}},
                    {"podSelector": {"$patch": "replace", "matchLabels": {"patched": "yes"}}},
                    {"ingress": [{"from": [self.peer()]}]},
                    {"ingress": None},
                    {"policyTypes": ["Ingress"]},
                )
            )
        elif kind in TEMPLATED and kind not in ("CronJob", "Pod"):
            patch["spec"] = self.rng.choice(
                (
                    {"replicas": 3},
                    {"template": {"metadata": {"labels": {"patched": "yes"}}}},
                    {"template": {"metadata": {"labels": {"patched": "no", "app": "other"}}}},
                    {"template": {"metadata": {"labels": {"patched": "yes", "app": None}}}},
                    {"template": {"metadata": {"labels": None}}},
                    {"template": {"spec": {"containers": [{"name": "web", "image": "other"}]}}},
                    {"template": {"$patch": "replace", "metadata": {"labels": {"a": "b"}}}},
                )
            )
        else:
            metadata["annotations"] = {"patched": "yes"}
        return patch

    def operations(self, wanted: Object) -> list[Object]:
        """A JSON patch."""
        choices: list[Object] = [
            {"op": "add", "path": "/metadata/annotations", "value": {"patched": "yes"}},
            {"op": "add", "path": "/metadata/labels", "value": {"patched": "yes"}},
            {"op": "add", "path": "/metadata/namespace", "value": "patched"},
        ]
        if self.chance(0.15):
            choices.append({"op": "replace", "path": "/metadata/name", "value": f"new{self.count}"})
        if wanted["kind"] == "NetworkPolicy":
            value = {"matchLabels": {"patched": "yes"}}
            choices += [
                {"op": "add", "path": "/spec/podSelector", "value": value},
                {"op": "add", "path": "/spec/egress", "value": []},
                {"op": "add", "path": "/spec/policyTypes", "value": ["Ingress"]},
            ]
        if wanted["kind"] in TEMPLATED and self.chance(0.5):
            where = "/".join(("", *pod_spec_path(wanted["kind"]), ""))
            choices = [each | {"path": where + each["path"]} for each in POD_OPERATIONS]
            where = "/".join(("", *pod_spec_path(wanted["kind"])[:-1], "metadata", "labels", ""))
            choices += [
                {"op": "add", "path": f"{where}patched", "value": "yes"},
                {"op": "replace", "path": f"{where}app", "value": "other"},
                {"op": "remove", "path": f"{where}app"},
            ]
        return [self.rng.choice(choices)]

    def patch_item(self, folder: str, wanted: Object) -> Object:
        item: Object = {}
        if self.chance(0.4):
            text = json.dumps(self.operations(wanted))
            kind, name = wanted["kind"], wanted["metadata"]["name"]
            item["target"] = (
                {"kind": kind, "name": name} if self.chance(0.6) else self.target(wanted)
            )
        else:
            targeted = self.chance(0.5)
            patch = self.strategic(wanted, targeted=targeted)
            if targeted:
                item["target"] = self.target(wanted)
            text = json.dumps(patch)
            if self.chance(0.15) and "$patch" not in patch:
                item["options"] = {"allowNameChange": True}
        if self.chance(0.5):
            item["patch"] = text
        else:
            self.count += 1
            name = f"patch-{self.count}.yaml"
            self.files[f"{folder}/{name}"] = text
            item["path"] = name
        return item

    def replacement(self, source: Object, wanted: Object) -> Object:
        select = {"kind": wanted["kind"], "name": wanted["metadata"]["name"]}
        fields = ["metadata.annotations.copied", "metadata.labels.copied"]
        if wanted["kind"] == "NetworkPolicy":
            fields += ["spec.podSelector.matchLabels.app", "metadata.namespace"]
        return {
            "source": {"kind": source["kind"], "name": source["metadata"]["name"]},
            "targets": [
                {
                    "select": select,
                    "fieldPaths": [self.rng.choice(fields)],
                    "options": {"create": True},
                }
            ],
        }

    def transformer(self, wanted: Object) -> Object:
        form = self.rng.random()
        metadata: Object = {"name": f"t{self.rng.randint(0, 10**9)}"}
        if form < 0.35:
            kind = "NamespaceTransformer"
            metadata["namespace"] = self.rng.choice(NAMESPACES)
            more: Object = {"unsetOnly": True} if self.chance(0.4) else {}
        elif form < 0.6:
            kind = "LabelTransformer"
            paths = ("metadata/labels", "spec/podSelector/matchLabels")
            more = {"labels": {"team": "moved"}, "fieldSpecs": [{"path": self.rng.choice(paths)}]}
        elif form < 0.75:
            kind = "PrefixTransformer"
            more = {"prefix": "t-", "fieldSpecs": [{"path": "metadata/name"}]}
        elif form < 0.9:
            kind = "PatchTransformer"
            more = {
                "patch": json.dumps(self.operations(wanted)),
                "target": {"kind": wanted["kind"], "name": wanted["metadata"]["name"]},
            }
        else:
            kind = "AnnotationsTransformer"
            more = {
                "annotations": {"a": "b"},
                "fieldSpecs": [{"path": "metadata/annotations", "create": True}],
            }
        return {"apiVersion": "builtin", "kind": kind, "metadata": metadata} | more

    def changes(self, folder: str, built: list[Object]) -> Object:
        """The fields of a kustomization that change what it builds."""
        fields: Object = {}
        if self.chance(0.4):
            fields["namespace"] = self.rng.choice((*NAMESPACES, "till"))
        if self.chance(0.25):
            fields["namePrefix"] = self.rng.choice(("a-", "dev-", "x"))
        if self.chance(0.15):
            fields["nameSuffix"] = self.rng.choice(("-b", "-v2"))
        if self.chance(0.3):
            fields["labels"] = [self.label_item() for _ in range(self.rng.randint(1, 2))]
        if self.chance(0.25):
            fields["commonLabels"] = self.labels() or {"team": "common"}
        if self.chance(0.04):
            self.files[f"{folder}/configuration.yaml"] = json.dumps(
                {"commonLabels": [{"path": "spec/extra", "create": True, "kind": "Rollout"}]}
                if self.chance(0.5)
                else {"images": [{"path": "spec/image", "kind": "Widget"}]}
            )
            fields["configurations"] = ["configuration.yaml"]
        if self.chance(0.1):
            fields["images"] = [{"name": "web", "newTag": "v2"}]
        if self.chance(0.1):
            fields["buildMetadata"] = ["managedByLabel"]
        if self.chance(0.1):
            fields["configMapGenerator"] = [{"name": f"c{self.count}", "literals": ["a=b"]}]
            self.count += 1
        if built:
            if self.chance(0.3):
                fields["patches"] = [
                    self.patch_item(folder, self.rng.choice(built))
                    for _ in range(self.rng.randint(1, 2))
                ]
            if self.chance(0.08):
                texts = [
                    json.dumps(self.strategic(self.rng.choice(built), targeted=False))
                    for _ in range(self.rng.randint(1, 2))
                ]
                if self.chance(0.5):
                    self.files[f"{folder}/merge.yaml"] = "\n---\n".join(texts)
                    texts = ["merge.yaml"]
                fields["patchesStrategicMerge"] = texts
            if self.chance(0.08):
                wanted = self.rng.choice(built)
                fields["patchesJson6902"] = [
                    {
                        "target": {"kind": wanted["kind"], "name": wanted["metadata"]["name"]},
                        "patch": json.dumps(self.operations(wanted)),
                    }
                ]
            if self.chance(0.08):
                copied = self.replacement(self.rng.choice(built), self.rng.choice(built))
                if self.chance(0.4):
                    self.files[f"{folder}/copied.yaml"] = json.dumps([copied])
                    copied = {"path": "copied.yaml"}
                fields["replacements"] = [copied]
            if self.chance(0.1):
                fields["transformers"] = [
                    json.dumps(self.transformer(self.rng.choice(built)))
                    for _ in range(self.rng.randint(1, 2))
                ]
        return fields

    # --- The tree

    def kustomization(self, number: int) -> None:
        component = self.chance(0.3)
        place = self.rng.choice(("core", "app", "overlays/dev", "deep/er"))
        folder = f"{place}/k{number}"
        up = "../" * folder.count("/") + "../"
        resources: list[str] = []
        built: list[Object] = []
        for index in range(self.rng.choice((0, 1, 1, 2))):
            built += self.file(f"{folder}/file{index}.yaml")
            resources.append(f"file{index}.yaml")
        if self.chance(0.15):
            # A file that several kustomizations share.
            path = f"shared/file{self.rng.randint(0, 1)}.yaml"
            if path not in self.files:
                self.objects[path] = self.file(path)
            built += self.objects[path]
            resources.append(up + path)
        for below in self.rng.sample(
            self.folders, min(len(self.folders), self.rng.choice((0, 1, 1, 2)))
        ):
            resources.append(up + below)
            built += self.objects[below]
        self.rng.shuffle(resources)
        used: list[str] = []
        if self.components and self.chance(0.6):
            used = self.rng.sample(
                self.components, min(len(self.components), self.rng.randint(1, 3))
            )
            built += [each for name in used for each in self.objects[name]]
        fields: Object = {"kind": "Component" if component else "Kustomization"}
        if resources:
            fields["bases" if self.chance(0.03) else "resources"] = resources
        if used:
            fields["components"] = [up + name for name in used]
        fields |= self.changes(folder, built)
        if self.chance(0.02):
            fields.setdefault("resources", []).append(
                self.rng.choice(("missing.yaml", "../missing", up + folder))
            )
        name = self.rng.choice(("kustomization.yaml",) * 5 + ("kustomization.yml", "Kustomization"))
        self.files[f"{folder}/{name}"] = json.dumps(fields, indent=1)
        (self.components if component else self.folders).append(folder)
        self.objects[folder] = [self.called(each, fields) for each in built]

    def called(self, made: Object, fields: Object) -> Object:
        """An object by the name in its file, or by the one that it has now: patches take both."""
        if made["kind"] in ("Namespace", "ClusterRole") or self.chance(0.5):
            return made
        metadata = dict(made["metadata"])
        affixes = fields.get("namePrefix", ""), fields.get("nameSuffix", "")
        metadata["name"] = affixes[0] + metadata["name"] + affixes[1]
        if "namespace" in fields:
            metadata["namespace"] = fields["namespace"]
        return made | {"metadata": metadata}


def generate(seed: int, index: int) -> dict[str, str]:
    """The files of the tree of this number; the same ones every time."""
    tree = Tree(Random(f"{seed}/{index}"))
    for number in range(tree.rng.randint(1, 6)):
        tree.kustomization(number)
    return tree.files


def write(files: dict[str, str], root: Path) -> None:
    """Write a tree into a folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def main() -> None:
    """Write one tree."""
    parser = argparse.ArgumentParser(description="Write one random tree of kustomizations.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--index", type=int, default=0)
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    write(generate(args.seed, args.index), args.folder)


if __name__ == "__main__":
    main()
