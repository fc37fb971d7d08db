"""Everything else that a GitOps repository holds: workloads, configuration, definitions, charts."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable

from company import METRICS, NEIGHBOURS, App, metadata
from pen import KEYS, Manifest, Tree, prose, wrapped


def environment(app: App, rng: random.Random, low: int, high: int) -> list[Tree]:
    """Between `low` and `high` variables, a quarter of them from secrets."""
    entries: list[Tree] = []
    for number in range(rng.randint(low, high)):
        name = f"{rng.choice(KEYS)}_{rng.choice(KEYS)}_{number}".upper()
        if rng.random() < 0.25:
            secret: Manifest = {"name": f"{app.name}-secrets", "key": name.lower()}
            entries.append({"name": name, "valueFrom": {"secretKeyRef": secret}})
        else:
            text = rng.choice(
                (
                    str(rng.randint(1, 90000)),
                    "true",
                    prose(rng, 1, 4),
                    f"http://{app.name}:{app.port}/v1",
                )
            )
            entries.append({"name": name, "value": text})
    return entries


def probe(path: str, rng: random.Random) -> Manifest:
    """A health check."""
    return {
        "httpGet": {"path": path, "port": "http"},
        "periodSeconds": rng.randint(5, 30),
        "timeoutSeconds": rng.randint(1, 5),
        "failureThreshold": rng.randint(2, 6),
    }


def container(app: App, rng: random.Random, name: str) -> Manifest:
    """A container of the app, or one beside it."""
    digest = f"{rng.getrandbits(256):064x}"
    return {
        "name": name,
        "image": f"images.example.com/{app.team}/{name}:1.{rng.randint(0, 40)}@sha256:{digest}",
        "imagePullPolicy": "IfNotPresent",
        "args": [
            f"--{rng.choice(KEYS)}-{rng.choice(KEYS)}={rng.randint(1, 900)}"
            for _ in range(rng.randint(2, 9))
        ],
        "ports": [
            {
                "name": "http",
                "containerPort": app.port if name == app.name else 15020,
                "protocol": "TCP",
            },
            {
                "name": "metrics",
                "containerPort": METRICS + (app.port == METRICS),
                "protocol": "TCP",
            },
        ],
        "env": environment(app, rng, 8, 44),
        "resources": {
            "requests": {
                "cpu": f"{rng.randint(1, 20) * 50}m",
                "memory": f"{2 ** rng.randint(6, 10)}Mi",
            },
            "limits": {"cpu": "2", "memory": f"{2 ** rng.randint(9, 12)}Mi"},
        },
        "livenessProbe": probe("/healthz", rng),
        "readinessProbe": probe("/readyz", rng),
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [
            {"name": "config", "mountPath": f"/etc/{app.name}", "readOnly": True},
            {"name": "scratch", "mountPath": "/var/scratch"},
        ],
    }


def workload(app: App, rng: random.Random) -> Manifest:
    """The Deployment of the app."""
    names = [
        app.name,
        *rng.sample(("log-shipper", "otel-agent", "secret-agent"), rng.choice((0, 1, 1, 2))),
    ]
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(app.name, app.namespace, app.labels),
        "spec": {
            "replicas": rng.randint(2, 9),
            "revisionHistoryLimit": 5,
            "selector": {"matchLabels": app.selector},
            "template": {
                "metadata": {
                    "labels": {**app.labels, "egress.example.com/partners": "true"},
                    "annotations": {"checksum/config": f"{rng.getrandbits(256):064x}"},
                },
                "spec": {
                    "serviceAccountName": app.name,
                    "automountServiceAccountToken": False,
                    "securityContext": {"runAsNonRoot": True, "runAsUser": 10001, "fsGroup": 10001},
                    "containers": [container(app, rng, name) for name in names],
                    "volumes": [
                        {"name": "config", "configMap": {"name": f"{app.name}-config"}},
                        {"name": "scratch", "emptyDir": {"sizeLimit": "1Gi"}},
                    ],
                    "topologySpreadConstraints": [
                        {
                            "maxSkew": 1,
                            "topologyKey": "topology.kubernetes.io/zone",
                            "whenUnsatisfiable": "ScheduleAnyway",
                            "labelSelector": {"matchLabels": app.selector},
                        }
                    ],
                },
            },
        },
    }


def store(app: App, rng: random.Random) -> Manifest:
    """The database of the app."""
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": metadata(app.store_name, app.namespace, app.store_selector),
        "spec": {
            "serviceName": app.store_name,
            "replicas": rng.choice((1, 3)),
            "selector": {"matchLabels": app.store_selector},
            "template": {
                "metadata": {"labels": app.store_selector},
                "spec": {
                    "containers": [
                        {
                            "name": app.store,
                            "image": f"images.example.com/{app.store}:16.{rng.randint(1, 9)}",
                            "ports": [{"name": app.store, "containerPort": app.store_port}],
                            "env": environment(app, rng, 2, 6),
                        }
                    ]
                },
            },
        },
    }


def service(app: App, _rng: random.Random) -> Manifest:
    """The Service in front of it."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(app.name, app.namespace, app.labels),
        "spec": {
            "type": "ClusterIP",
            "selector": app.selector,
            "ports": [
                {"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"},
                {"name": "metrics", "port": METRICS, "targetPort": "metrics", "protocol": "TCP"},
            ],
        },
    }


def account(app: App, _rng: random.Random) -> Manifest:
    """Its ServiceAccount."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": metadata(app.name, app.namespace, app.labels),
        "automountServiceAccountToken": False,
    }


def autoscaler(app: App, rng: random.Random) -> Manifest:
    """Its HorizontalPodAutoscaler."""
    use: Manifest = {
        "name": "cpu",
        "target": {"type": "Utilization", "averageUtilization": rng.randint(50, 85)},
    }
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": metadata(app.name, app.namespace, app.labels),
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": app.name},
            "minReplicas": 2,
            "maxReplicas": rng.randint(4, 40),
            "metrics": [{"type": "Resource", "resource": use}],
        },
    }


def budget(app: App, _rng: random.Random) -> Manifest:
    """Its PodDisruptionBudget."""
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": metadata(app.name, app.namespace, app.labels),
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": app.selector}},
    }


def site(app: App, rng: random.Random) -> Manifest:
    """Its Ingress."""
    backend: Manifest = {"service": {"name": app.name, "port": {"name": "http"}}}
    paths: list[Tree] = [
        {"path": f"/{rng.choice(KEYS)}", "pathType": "Prefix", "backend": backend}
        for _ in range(rng.randint(1, 5))
    ]
    host = f"{app.name}.example.com"
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": metadata(
            app.name,
            app.namespace,
            app.labels,
            {
                "cert-manager.io/cluster-issuer": "internal",
                "nginx.ingress.kubernetes.io/proxy-body-size": "8m",
            },
        ),
        "spec": {
            "ingressClassName": "nginx",
            "tls": [{"hosts": [host], "secretName": f"{app.name}-tls"}],
            "rules": [{"host": host, "http": {"paths": paths}}],
        },
    }


def program(rng: random.Random, lines: int) -> str:
    """A configuration file of some program: what ConfigMaps hold."""
    depth, out = 0, ["worker_processes auto;"]
    for _ in range(lines):
        draw = rng.random()
        if draw < 0.2 and depth < 5:
            out.append(f"{'    ' * depth}{rng.choice(KEYS)} {{")
            depth += 1
        elif draw < 0.4 and depth:
            depth -= 1
            out.append(f"{'    ' * depth}}}")
        elif draw < 0.5:
            out.append(f"{'    ' * depth}# {prose(rng, 4, 11)}")
        else:
            out.append(
                f"{'    ' * depth}{rng.choice(KEYS)}_{rng.choice(KEYS)} {rng.randint(1, 9999)};"
            )
    out += [f"{'    ' * level}}}" for level in reversed(range(depth))]
    return "\n".join(out) + "\n"


def settings(app: App, rng: random.Random) -> Manifest:
    """Its ConfigMap, with whole files in block scalars."""
    data: Manifest = {
        f"{rng.choice(KEYS)}.{rng.choice(KEYS)}": str(rng.randint(1, 900)) for _ in range(8)
    }
    data["server.conf"] = program(rng, rng.randint(20, 620))
    if rng.random() < 0.3:
        data["README.md"] = f"# {app.name}\n\n{wrapped(rng, 40, 160)}"
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(f"{app.name}-config", app.namespace, app.labels),
        "data": data,
    }


def dashboard(app: App, rng: random.Random) -> Manifest:
    """A ConfigMap with a dashboard in JSON."""
    panels = [
        {
            "id": number,
            "type": rng.choice(("timeseries", "stat", "table")),
            "title": prose(rng, 2, 5),
            "gridPos": {"h": 8, "w": 12, "x": 12 * (number % 2), "y": 8 * (number // 2)},
            "fieldConfig": {
                "defaults": {"unit": "reqps", "custom": {"drawStyle": "line", "lineWidth": 1}}
            },
            "targets": [
                {
                    "expr": "sum by (code) (rate(http_requests_total{"
                    f'job="{app.name}",path="/{rng.choice(KEYS)}"'
                    "}[5m]))",
                    "legendFormat": "{{code}}",
                    "refId": "A",
                }
            ],
        }
        for number in range(rng.randint(20, 140))
    ]
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(f"{app.name}-dashboard", "monitoring", {"grafana_dashboard": "1"}),
        "data": {
            f"{app.name}.json": json.dumps({"title": app.name, "panels": panels}, indent=2) + "\n"
        },
    }


def sealed(app: App, rng: random.Random) -> Manifest:
    """Its secrets, encrypted."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": metadata(f"{app.name}-secrets", app.namespace, app.labels),
        "spec": {
            "encryptedData": {
                f"{rng.choice(KEYS)}_{number}": "Ag" + "".join(rng.choices(alphabet, k=680)) + "=="
                for number in range(rng.randint(1, 5))
            }
        },
    }


def property_schema(rng: random.Random, depth: int) -> Manifest:
    """The schema of one property, at most `depth` levels deep."""
    kind = (
        rng.choice(("string", "integer", "boolean", "array", "object", "object"))
        if depth
        else "string"
    )
    found: Manifest = {"description": prose(rng, 8, 60), "type": kind}
    if kind == "object":
        found["properties"] = {
            rng.choice(KEYS) + rng.choice(KEYS).title(): property_schema(rng, depth - 1)
            for _ in range(rng.randint(2, 7))
        }
    elif kind == "array":
        found["items"] = property_schema(rng, depth - 1)
    return found


def definition(kind: str, group: str, rng: random.Random) -> Manifest:
    """A CustomResourceDefinition, long as they are."""
    plural = kind.lower() + "s"
    spec: Manifest = {
        rng.choice(KEYS) + str(number): property_schema(rng, 5)
        for number in range(rng.randint(5, 14))
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": f"{plural}.{group}",
            "annotations": {"controller-gen.kubebuilder.io/version": "v0.16.5"},
        },
        "spec": {
            "group": group,
            "names": {
                "kind": kind,
                "listKind": f"{kind}List",
                "plural": plural,
                "singular": kind.lower(),
            },
            "scope": "Namespaced",
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "schema": {
                        "openAPIV3Schema": {
                            "description": f"{kind} is the Schema for the {plural} API",
                            "type": "object",
                            "properties": {"spec": {"type": "object", "properties": spec}},
                        }
                    },
                }
            ],
        },
    }


def space(name: str, team: str) -> Manifest:
    """A Namespace."""
    labels: Manifest = {
        "kubernetes.io/metadata.name": name,
        "team.example.com/name": team,
        "pod-security.kubernetes.io/enforce": "restricted",
    }
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def neighbours() -> list[Manifest]:
    """The namespaces that the platform team runs for all."""
    return [space(name, "platform") for name, _ in NEIGHBOURS]


def kustomization(namespace: str | None, resources: Iterable[str], **more: Tree) -> Manifest:
    """A kustomization.yaml."""
    found: Manifest = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
    if namespace is not None:
        found["namespace"] = namespace
    return {**found, "resources": list(resources), **more}


CHART_HELPERS = """{{- define "CHART.fullname" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- define "CHART.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
"""
CHART_DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "CHART.fullname" . }}
  labels:
    {{- include "CHART.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels:
      {{- include "CHART.labels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "CHART.labels" . | nindent 8 }}
    spec:
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          {{- with .Values.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
"""
CHART_POLICY = """{{- if .Values.networkPolicy.enabled }}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "CHART.fullname" . }}
  labels:
    {{- include "CHART.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "CHART.labels" . | nindent 6 }}
  policyTypes:
    - Ingress
  ingress:
    - ports:
        - port: http
          protocol: TCP
      {{- with .Values.networkPolicy.from }}
      from:
        {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end }}
"""
