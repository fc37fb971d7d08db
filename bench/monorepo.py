"""Lays out the GitOps mono-repo: namespaces, apps, rendered manifests, charts, definitions."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from company import STAGES, App, company, metadata
from manifest import (
    CHART_DEPLOYMENT,
    CHART_HELPERS,
    CHART_POLICY,
    account,
    autoscaler,
    budget,
    dashboard,
    definition,
    environment,
    kustomization,
    neighbours,
    sealed,
    service,
    settings,
    site,
    space,
    store,
    workload,
)
from pen import KEYS, Manifest, Pen, Remark, Tree, prose
from policy import (
    OF_A_NAMESPACE,
    OF_AN_APP,
    Pattern,
    PolicyWriter,
    conversation,
    database,
    policy,
)


class Repository:
    """Writes the mono-repo folder by folder until it has all its files."""

    def __init__(
        self, rng: random.Random, out: Path, files: int, share: float, defects: float
    ) -> None:
        self.rng = rng
        self.out = out
        self.wanted = files
        self.share = share
        self.writer = PolicyWriter(rng, defects)
        self.files = 0
        self.policy_files = 0
        self.policies = 0
        self.decoys = 0
        self.templates = 0

    def write(self) -> None:
        """Write files until there are as many as wanted."""
        apps = company(self.rng, max(8, self.wanted // 14))
        for kind, group in (
            ("NetworkPolicy", "crd.projectcalico.org"),
            ("CiliumNetworkPolicy", "cilium.io"),
        ):
            self._crd(kind, group)
        self._put("platform/namespaces.yaml", self._yaml(*neighbours()))
        seen: set[str] = set()
        for number, app in enumerate(apps):
            if app.namespace not in seen:
                seen.add(app.namespace)
                self._namespace(app)
            self._app(app)
            if number % 3 == 0:
                self._rendered(app, apps)
            if number % 6 == 0:
                self._put(
                    f"monitoring/dashboards/{app.name}.yaml", self._yaml(dashboard(app, self.rng))
                )
            if number % 12 == 0:
                self._chart(app)
            if number % 20 == 0:
                self._decoy(app)
            if number % 8 == 0:
                self._crd(f"{app.name.title().replace('-', '')}", f"{app.team}.example.com")
            if self.files >= self.wanted:
                return
        number = 0
        while self.files < self.wanted:
            self._release(apps[number % len(apps)], number)
            number += 1

    def _owing(self) -> bool:
        """Whether the repository has fewer policy files than its share so far."""
        return self.policy_files < self.share * (self.files + 1)

    def _yaml(self, *trees: Tree) -> str:
        pen = Pen(self.rng)
        texts = [pen.write(tree) for tree in trees]
        opening = "---\n" if self.rng.random() < 0.4 else ""
        return opening + self._joined(texts)

    def _joined(self, texts: Sequence[str]) -> str:
        return self.rng.choice(("---\n", "---\n", "---\n", "--- # next\n", "\n---\n\n")).join(texts)

    def _put(self, path: str, text: str, policies: int = 0) -> None:
        if self.files >= self.wanted:
            return
        shape = self.rng.random()
        if shape < 0.01:
            text = text.replace("\n", "\r\n")
        elif shape < 0.03:
            text = text.rstrip("\n")
        target = self.out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
        self.files += 1
        self.policy_files += policies > 0
        self.policies += policies

    def _policy_file(
        self, path: str, app: App, patterns: Sequence[Pattern], beside: Sequence[Tree] = ()
    ) -> None:
        if self.files >= self.wanted:
            return
        texts = [Pen(self.rng).write(tree) for tree in beside]
        texts += [self.writer.write(app, pattern) for pattern in patterns]
        self._put(path, self._joined(texts), policies=len(patterns))

    def _app(self, app: App) -> None:
        base = f"apps/{app.team}/{app.name}/base"
        parts: dict[str, Tree] = {
            "deployment.yaml": workload(app, self.rng),
            "service.yaml": service(app, self.rng),
            "statefulset.yaml": store(app, self.rng),
            "serviceaccount.yaml": account(app, self.rng),
            "configmap.yaml": settings(app, self.rng),
            "sealedsecret.yaml": sealed(app, self.rng),
            "pdb.yaml": budget(app, self.rng),
        }
        if app.role in ("api", "web"):
            parts["hpa.yaml"] = autoscaler(app, self.rng)
            parts["ingress.yaml"] = site(app, self.rng)
        for name, tree in parts.items():
            self._put(f"{base}/{name}", self._yaml(tree))
        names = list(parts)
        if self._owing():
            pattern = self.rng.choice(OF_AN_APP)
            extra = [database] if pattern is not database and self.rng.random() < 0.3 else []
            self._policy_file(f"{base}/networkpolicy.yaml", app, [pattern, *extra])
            names.append("networkpolicy.yaml")
        self._put(f"{base}/kustomization.yaml", self._yaml(kustomization(app.namespace, names)))
        for stage in STAGES:
            overlay = f"apps/{app.team}/{app.name}/overlays/{stage}"
            patch: Manifest = {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "metadata": {"name": app.name},
                "spec": {
                    "replicas": self.rng.randint(1, 12),
                    "template": {
                        "spec": {
                            "containers": [
                                {"name": app.name, "env": environment(app, self.rng, 8, 64)}
                            ]
                        }
                    },
                },
            }
            more: dict[str, Tree] = {
                "patches": [{"path": "deployment.yaml"}],
                "images": [
                    {
                        "name": f"images.example.com/{app.team}/{app.name}",
                        "newTag": f"2.{self.files % 50}.0",
                    }
                ],
            }
            self._put(f"{overlay}/deployment.yaml", self._yaml(patch))
            self._put(
                f"{overlay}/kustomization.yaml",
                self._yaml(kustomization(None, ["../../base"], **more)),
            )

    def _namespace(self, app: App) -> None:
        folder = f"namespaces/{app.namespace}"
        quota: Manifest = {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": metadata("compute", app.namespace),
            "spec": {"hard": {"requests.cpu": "40", "requests.memory": "96Gi", "pods": "120"}},
        }
        role: Manifest = {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "Role",
            "metadata": metadata("developer", app.namespace),
            "rules": [
                {
                    "apiGroups": [""],
                    "resources": ["pods", "pods/log", "services"],
                    "verbs": ["get", "list", "watch"],
                },
                {
                    "apiGroups": ["networking.k8s.io"],
                    "resources": ["networkpolicies"],
                    "verbs": ["get", "list"],
                },
            ],
        }
        self._put(f"{folder}/namespace.yaml", self._yaml(space(app.namespace, app.team)))
        self._put(f"{folder}/quota.yaml", self._yaml(quota))
        self._put(f"{folder}/rbac.yaml", self._yaml(role))
        names = ["namespace.yaml", "quota.yaml", "rbac.yaml"]
        if self._owing():
            self._policy_file(f"{folder}/network.yaml", app, OF_A_NAMESPACE)
            names.append("network.yaml")
        self._put(f"{folder}/kustomization.yaml", self._yaml(kustomization(app.namespace, names)))

    def _rendered(self, app: App, apps: Sequence[App]) -> None:
        """What a renderer committed: everything of an app in one file, per stage."""
        for stage in STAGES:
            parts: list[Tree] = [
                make(app, self.rng)
                for make in (
                    account,
                    settings,
                    service,
                    workload,
                    store,
                    autoscaler,
                    budget,
                    site,
                    sealed,
                )
            ]
            path = f"rendered/{stage}/{app.namespace}/{app.name}.yaml"
            if self._owing():
                patterns = self.rng.sample(OF_AN_APP[:6], self.rng.randint(1, 3))
                self._policy_file(path, app, list(dict.fromkeys(patterns)), parts)
            else:
                self._put(path, self._yaml(*parts))
        if self._owing() and self.rng.random() < 0.3:
            others = [other for other in apps if other.namespace == app.namespace]
            items = [policy(other, conversation, self.rng)[1] for other in others]
            listing: Manifest = {"apiVersion": "v1", "kind": "List", "items": items}
            self._put(
                f"exports/{app.namespace}/{app.name}.yaml",
                Pen(self.rng).write(listing),
                policies=len(items),
            )

    def _crd(self, kind: str, group: str) -> None:
        path = f"crds/{group}_{kind.lower()}s.yaml"
        self._put(path, "---\n" + Pen(self.rng).write(definition(kind, group, self.rng)))

    def _chart(self, app: App) -> None:
        folder = f"charts/{app.name}"
        about: Manifest = {
            "apiVersion": "v2",
            "name": app.name,
            "description": prose(self.rng, 5, 12),
            "type": "application",
            "version": f"0.{self.rng.randint(1, 40)}.0",
            "appVersion": "1.4.2",
        }
        values: Manifest = {
            "replicas": 2,
            "image": {"repository": f"images.example.com/{app.team}/{app.name}", "tag": ""},
            "networkPolicy": Remark("Renders a NetworkPolicy.", {"enabled": True, "from": []}),
            "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
            "config": {rng_key: prose(self.rng, 1, 6) for rng_key in self.rng.sample(KEYS, 12)},
        }
        self._put(f"{folder}/Chart.yaml", self._yaml(about))
        self._put(f"{folder}/values.yaml", self._yaml(values))
        for name, text in (
            ("_helpers.tpl", CHART_HELPERS),
            ("deployment.yaml", CHART_DEPLOYMENT),
            ("networkpolicy.yaml", CHART_POLICY),
        ):
            self._put(f"{folder}/templates/{name}", text.replace("CHART", app.name))
            self.templates += name != "_helpers.tpl"

    def _decoy(self, app: App) -> None:
        """A file that speaks of NetworkPolicies and holds none of ours."""
        _, hidden = policy(app, conversation, self.rng)
        trees: tuple[Manifest, ...] = (
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": metadata(f"{app.name}-bootstrap", app.namespace),
                "data": {"policy.yaml": "---\n" + Pen(self.rng).write(hidden)},
            },
            {
                "apiVersion": "cilium.io/v2",
                "kind": "CiliumNetworkPolicy",
                "metadata": metadata(app.name, app.namespace, app.labels),
                "spec": {
                    "endpointSelector": {"matchLabels": app.selector},
                    "egress": [{"toFQDNs": [{"matchName": "api.example.com"}]}],
                },
            },
            {
                "apiVersion": "projectcalico.org/v3",
                "kind": "NetworkPolicy",
                "metadata": metadata(app.name, app.namespace),
                "spec": {
                    "selector": f"app == '{app.name}'",
                    "types": ["Ingress"],
                    "ingress": [{"action": "Allow"}],
                },
            },
            kustomization(
                app.namespace,
                ["../base"],
                patches=[
                    {"target": {"kind": "NetworkPolicy", "name": app.name}, "path": "patch.yaml"}
                ],
            ),
            {
                "apiVersion": "kyverno.io/v1",
                "kind": "ClusterPolicy",
                "metadata": metadata(f"{app.team}-default-deny", None),
                "spec": {
                    "rules": [
                        {
                            "name": "default-deny",
                            "match": {"any": [{"resources": {"kinds": ["Namespace"]}}]},
                            "generate": {
                                "apiVersion": "networking.k8s.io/v1",
                                "kind": "NetworkPolicy",
                                "name": "default-deny",
                                "namespace": "{{request.object.metadata.name}}",
                                "data": {
                                    "spec": {
                                        "podSelector": {},
                                        "policyTypes": ["Ingress", "Egress"],
                                    }
                                },
                            },
                        }
                    ]
                },
            },
        )
        tree = trees[self.decoys % len(trees)]
        self._put(f"platform/{app.team}/{app.name}-{self.decoys}.yaml", self._yaml(tree))
        self.decoys += 1

    def _release(self, app: App, number: int) -> None:
        release: Manifest = {
            "apiVersion": "helm.toolkit.fluxcd.io/v2",
            "kind": "HelmRelease",
            "metadata": metadata(f"{app.name}-{number}", app.namespace),
            "spec": {
                "interval": "10m",
                "chart": {
                    "spec": {
                        "chart": app.name,
                        "version": "0.x",
                        "sourceRef": {"kind": "GitRepository", "name": "main"},
                    }
                },
                "values": {"replicas": 2, "env": environment(app, self.rng, 5, 40)},
            },
        }
        path = f"clusters/{STAGES[number % 3]}/{app.namespace}/{app.name}-{number}.yaml"
        if self._owing():
            pattern = OF_AN_APP[number % len(OF_AN_APP)]
            self._policy_file(
                f"clusters/{STAGES[number % 3]}/{app.namespace}/network-{number}.yaml",
                app,
                [pattern],
            )
        self._put(path, self._yaml(release))
