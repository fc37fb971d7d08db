"""The policies of the company, as text; on request with the mistakes that people make."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from company import KAFKA, App, metadata
from pen import Manifest, Pen, Remark, Tree


def in_namespace(name: str) -> Manifest:
    """A peer: all pods of the namespace."""
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def tcp(*ports: int | str) -> list[Tree]:
    """TCP ports."""
    return [{"protocol": "TCP", "port": port} for port in ports]


def dns() -> Remark:
    """The allow that lets pods resolve names."""
    resolver: Manifest = {
        **in_namespace("kube-system"),
        "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
    }
    return Remark(
        "Name resolution.",
        {
            "to": [resolver],
            "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}],
        },
    )


def near(app: App, other: App) -> Manifest:
    """The peer that reaches `other` from a policy beside `app`."""
    pods: Manifest = {"podSelector": {"matchLabels": other.selector}}
    return pods if other.namespace == app.namespace else {**in_namespace(other.namespace), **pods}


def default_deny(app: App, _rng: random.Random) -> tuple[str, str, Manifest]:
    """Isolates every pod of the namespace."""
    return (
        "default-deny-all",
        f"Nothing enters or leaves the pods of {app.namespace} unless another policy says so.",
        {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
    )


def dns_for_all(app: App, _rng: random.Random) -> tuple[str, str, Manifest]:
    """Lets every pod of the namespace resolve names."""
    return (
        "allow-dns",
        f"Every pod of {app.namespace} may resolve names.",
        {"podSelector": {}, "policyTypes": ["Egress"], "egress": [dns()]},
    )


def front_door(app: App, rng: random.Random) -> tuple[str, str, Manifest]:
    """Lets the controllers at the edge in."""
    controller: Manifest = {
        **in_namespace("ingress-nginx"),
        "podSelector": {"matchLabels": {"app.kubernetes.io/name": "ingress-nginx"}},
    }
    gateway: Manifest = {
        **in_namespace("gateway-system"),
        "podSelector": {
            "matchExpressions": [
                {
                    "key": "gateway.networking.k8s.io/gateway-name",
                    "operator": "In",
                    "values": ["shared", "partner"],
                }
            ]
        },
    }
    return (
        f"{app.name}-from-edge",
        f"Requests for {app.name} come in through the shared controllers at the edge.",
        {
            "podSelector": {"matchLabels": app.selector},
            "policyTypes": ["Ingress"],
            "ingress": [
                {
                    "from": [Remark("The controller of the public hosts.", controller), gateway],
                    "ports": tcp(rng.choice((app.port, "http"))),
                }
            ],
        },
    )


def scrape(app: App, _rng: random.Random) -> tuple[str, str, Manifest]:
    """Lets Prometheus in."""
    prometheus: Manifest = {
        **in_namespace("monitoring"),
        "podSelector": {"matchLabels": {"app.kubernetes.io/name": "prometheus"}},
    }
    return (
        f"{app.name}-from-prometheus",
        f"Prometheus reads the metrics of {app.name}.",
        {
            "podSelector": {"matchLabels": app.selector},
            "policyTypes": ["Ingress"],
            "ingress": [{"from": [prometheus], "ports": tcp("metrics")}],
        },
    )


def conversation(app: App, rng: random.Random) -> tuple[str, str, Manifest]:
    """The usual one: who calls the app, whom it calls, names, database."""
    ingress: list[Tree] = [
        {
            "from": [
                {
                    **in_namespace("monitoring"),
                    "podSelector": {"matchLabels": {"app.kubernetes.io/name": "prometheus"}},
                }
            ],
            "ports": tcp("metrics"),
        },
    ]
    if app.callers:
        peers = [near(app, caller) for caller in app.callers]
        ingress.insert(0, {"from": peers, "ports": tcp(app.port)})
    egress: list[Tree] = [dns()]
    egress += [
        Remark(
            f"{other.name}, owned by {other.team}.",
            {"to": [near(app, other)], "ports": tcp(other.port)},
        )
        for other in app.calls
    ]
    if rng.random() < 0.6:
        store: Manifest = {"podSelector": {"matchLabels": app.store_selector}}
        egress.append({"to": [store], "ports": tcp(app.store_port)})
    return (
        app.name,
        f"What {app.name} talks to. Keep in step with the service catalogue.",
        {
            "podSelector": {"matchLabels": app.selector},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": ingress,
            "egress": egress,
        },
    )


def database(app: App, _rng: random.Random) -> tuple[str, str, Manifest]:
    """Guards the app's database."""
    port = app.store_port
    members: Manifest = {"podSelector": {"matchLabels": app.store_selector}}
    replication: list[Tree] = [*tcp(port), {"protocol": "TCP", "port": 16000, "endPort": 16031}]
    backup: Manifest = {
        **in_namespace("backup"),
        "podSelector": {"matchLabels": {"backup.example.com/reader": "true"}},
    }
    return (
        app.store_name,
        f"The {app.store} of {app.name}: the app itself, and the nightly copy.",
        {
            "podSelector": {"matchLabels": app.store_selector},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [
                {
                    "from": [{"podSelector": {"matchLabels": app.selector}}, backup],
                    "ports": tcp(port),
                },
                Remark(
                    "Replication between the members.",
                    {"from": [members], "ports": replication},
                ),
            ],
            "egress": [
                {"to": [members], "ports": replication},
                dns(),
            ],
        },
    )


def vendor(app: App, rng: random.Random) -> tuple[str, str, Manifest]:
    """Lets the app out to partners, by address."""
    net = rng.randint(0, 255)
    return (
        f"{app.name}-to-partners",
        f"{app.name} calls the card processor and the partner network.",
        {
            "podSelector": {"matchLabels": {**app.selector, "egress.example.com/partners": "true"}},
            "policyTypes": ["Egress"],
            "egress": [
                dns(),
                {
                    "to": [
                        Remark(
                            "The processor's published ranges.",
                            {"ipBlock": {"cidr": f"198.51.100.{net & 0xF0}/28"}},
                        ),
                        {
                            "ipBlock": {
                                "cidr": "203.0.113.0/24",
                                "except": [f"203.0.113.{net & 0xFC}/30"],
                            }
                        },
                        {"ipBlock": {"cidr": f"2001:db8:{net:x}::/48"}},
                    ],
                    "ports": tcp(443),
                },
            ],
        },
    )


def broker(app: App, _rng: random.Random) -> tuple[str, str, Manifest]:
    """Lets the app out to Kafka."""
    kafka: Manifest = {
        **in_namespace("kafka"),
        "podSelector": {
            "matchExpressions": [
                {"key": "strimzi.io/cluster", "operator": "In", "values": ["events", "audit"]},
                {"key": "strimzi.io/kind", "operator": "Exists"},
            ]
        },
    }
    return (
        f"{app.name}-to-kafka",
        f"{app.name} reads and writes events.",
        {
            "podSelector": {"matchLabels": app.selector},
            "policyTypes": ["Egress"],
            "egress": [
                dns(),
                {
                    "to": [kafka],
                    "ports": [{"protocol": "TCP", "port": KAFKA, "endPort": KAFKA + 2}],
                },
            ],
        },
    )


def node_range(app: App, rng: random.Random) -> tuple[str, str, Manifest]:
    """Lets the office and the build machines in."""
    net = rng.randint(16, 200)
    return (
        f"{app.name}-from-office",
        f"The office and the build machines may open {app.name}.",
        {
            "podSelector": {"matchLabels": app.selector},
            "policyTypes": ["Ingress"],
            "ingress": [
                {
                    "from": [
                        {
                            "ipBlock": {
                                "cidr": f"10.{net}.0.0/16",
                                "except": [f"10.{net}.4.0/24", f"10.{net}.128.0/17"],
                            }
                        },
                        {"ipBlock": {"cidr": "192.0.2.64/26"}},
                        {
                            "namespaceSelector": {
                                "matchExpressions": [
                                    {
                                        "key": "team.example.com/name",
                                        "operator": "In",
                                        "values": [app.team, "platform"],
                                    }
                                ]
                            },
                            "podSelector": {"matchLabels": {"app.kubernetes.io/name": "buildkit"}},
                        },
                    ],
                    "ports": tcp("http", "metrics"),
                }
            ],
        },
    )


Pattern: TypeAlias = Callable[[App, random.Random], tuple[str, str, Manifest]]
OF_A_NAMESPACE: tuple[Pattern, ...] = (default_deny, dns_for_all)
OF_AN_APP: tuple[Pattern, ...] = (
    conversation,
    front_door,
    database,
    conversation,
    vendor,
    broker,
    conversation,
    node_range,
    database,
    scrape,
)


def policy(
    app: App, pattern: Pattern, rng: random.Random, suffix: str = ""
) -> tuple[str, Manifest]:
    """A policy, and the comment that belongs above it."""
    name, why, spec = pattern(app, rng)
    notes: Manifest = {}
    if rng.random() < 0.4:
        notes["example.com/owner"] = f"{app.team}@example.com"
    if rng.random() < 0.3:
        notes["argocd.argoproj.io/sync-wave"] = str(rng.randint(-5, 5))
    return why, {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata(name + suffix, app.namespace, app.labels, notes),
        "spec": spec,
    }


WOUNDS = (
    (r"endPort: \d+", "endPort: 80"),
    (r"port: (8080|9000|5432|6379)\b", "port: 70000"),
    (r"port: (8080|443)\b", r'port: "\1"'),
    (r"protocol: TCP", "protocol: tcp"),
    (r"cidr: \"?10\.(\d+)\.0\.0/16\"?", r"cidr: 10.\1.0.1/16"),
    (r"([-] )\"?10\.(\d+)\.4\.0/24\"?", r"\g<1>172.16.4.0/24"),
    (r"- Egress\b", "- egress"),
    (r"policyTypes:", "policytypes:"),
    (r"( +)(  namespaceSelector:\n(?: +.*\n)+? +)podSelector:", r"\1\2podselector:"),
    (r"matchLabels:\n( +)app", r"matchLabels:\n\1app: x\n\1app"),
    (r"ingress:", "Ingress:"),
)


def wounded(text: str, rng: random.Random) -> str:
    """The text with one mistake that people make; a policy that none of them fits stays whole."""
    for pattern, mistake in rng.sample(WOUNDS, len(WOUNDS)):
        hurt, times = re.subn(pattern, mistake, text, count=1)
        if times:
            return hurt
    return text


class PolicyWriter:
    """Policies as text, one after the other, with the wanted share of mistakes."""

    def __init__(self, rng: random.Random, defects: float) -> None:
        self.rng = rng
        self.defects = defects

    def write(self, app: App, pattern: Pattern, suffix: str = "") -> str:
        """The app's policy of this pattern as text."""
        why, tree = policy(app, pattern, self.rng, suffix)
        text = Pen(self.rng).write(tree)
        shape = self.rng.random()
        if shape < 0.03:
            text = text.replace("kind: NetworkPolicy\n", 'kind: "NetworkPolicy"\n', 1)
        elif shape < 0.05:
            text = text.replace(
                "kind: NetworkPolicy\n", "kind: NetworkPolicy  # see the runbook\n", 1
            )
        elif shape < 0.07:
            text = json.dumps(plain(tree), indent=2) + "\n"
        elif shape < 0.11:
            text = shared(text)
        elif shape < 0.13:
            body = text.split("metadata:\n", 1)[1]
            text = f"metadata:\n{body}apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        if not text.startswith("{") and self.rng.random() < 0.7:
            text = f"# {why}\n{text}"
        if self.rng.random() < self.defects:
            text = wounded(text, self.rng)
        return text


def plain(tree: Tree) -> object:
    """The tree without its remarks, for JSON."""
    if isinstance(tree, Remark):
        return plain(tree.value)
    if isinstance(tree, Mapping):
        return {key: plain(value) for key, value in tree.items()}
    if isinstance(tree, Sequence) and not isinstance(tree, str):
        return [plain(item) for item in tree]
    return tree


def shared(text: str) -> str:
    """The first selector anchored, and its exact repetitions as aliases."""
    found = re.search(r"^( *)podSelector:\n((?:\1 +.*\n)+)", text, re.MULTILINE)
    if found is None or "#" in found[2]:
        return text
    start, body = found.start(), found[2].strip()
    lines = [line.strip() for line in body.split("\n")]
    head = f"{found[1]}podSelector: &pods\n{found[2]}"

    def alias(again: re.Match[str]) -> str:
        same = [line.strip() for line in again[2].strip().split("\n")] == lines
        return f"{again[1]}podSelector: *pods\n" if same else again[0]

    rest = re.sub(
        rf"( *(?:- )?)podSelector:\n((?: +.*\n){{{len(lines)}}})", alias, text[found.end() :]
    )
    return text[:start] + head + rest
