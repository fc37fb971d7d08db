"""A made-up company: its apps, and what their workloads and policies must agree on."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from pen import Manifest, Tree, listed

DOMAINS = listed("""
    account address analytics basket booking campaign card claim contract coupon courier
    customer delivery device document export feature feedback fleet forecast fulfilment geo
    identity insight invoice ledger listing loyalty mailing media merchant message notice offer
    order partner payout planner pricing product profile quote rating receipt refund report
    review risk route search session settlement shipment stock subscription supplier survey tax
    ticket tracking voucher wallet warehouse
""")
TEAMS = ("commerce", "data", "finance", "identity", "logistics", "mobile", "platform")
STAGES = ("production", "staging", "development")
# Where others run what the apps lean on: namespace, name of the pods.
NEIGHBOURS = (
    ("ingress-nginx", "ingress-nginx"),
    ("gateway-system", "gateway"),
    ("monitoring", "prometheus"),
    ("kafka", "kafka"),
    ("backup", "backup"),
    ("build", "buildkit"),
)

HTTP, GRPC, METRICS, POSTGRES, REDIS, KAFKA = 8080, 9000, 9090, 5432, 6379, 9092


@dataclass(eq=False)
class App:
    """One service of the company: where it lives, what it listens on, who talks to whom."""

    name: str
    team: str
    namespace: str
    role: str
    store: str  # the database of its own
    calls: list[App] = field(default_factory=list)
    callers: list[App] = field(default_factory=list)

    @property
    def port(self) -> int:
        """What the app serves on."""
        return {"api": HTTP, "web": HTTP, "worker": METRICS, "grpc": GRPC}[self.role]

    @property
    def store_name(self) -> str:
        """The workload of its database."""
        return f"{self.name}-{self.store}"

    @property
    def store_port(self) -> int:
        """What the database listens on."""
        return {"postgres": POSTGRES, "redis": REDIS}[self.store]

    @property
    def store_selector(self) -> Manifest:
        """The labels that find the pods of the database."""
        return {"app.kubernetes.io/name": self.store_name}

    @property
    def selector(self) -> Manifest:
        """The labels that find the pods of the app."""
        return {"app.kubernetes.io/name": self.name, "app.kubernetes.io/component": self.role}

    @property
    def labels(self) -> Manifest:
        """The labels that everything of the app carries."""
        return {
            **self.selector,
            "app.kubernetes.io/part-of": self.team,
            "app.kubernetes.io/managed-by": "kustomize",
        }


def company(rng: random.Random, size: int) -> list[App]:
    """Apps in order; each calls only apps before it, as in a system that grew."""
    apps: list[App] = []
    for number in range(size):
        domain = DOMAINS[number % len(DOMAINS)]
        role = ("api", "worker", "web", "grpc")[number // len(DOMAINS) % 4]
        wave = number // (len(DOMAINS) * 4)
        team = TEAMS[number % len(TEAMS)]
        name = f"{domain}-{role}" + (f"-v{wave + 1}" if wave else "")
        servers = [app for app in apps[-40:] if app.role != "worker"]
        calls = rng.sample(servers, min(len(servers), rng.choice((0, 1, 1, 2, 3))))
        app = App(name, team, f"{team}-{domain}", role, rng.choice(("postgres", "redis")), calls)
        for other in calls:
            if len(other.callers) < 4:
                other.callers.append(app)
        apps.append(app)
    return apps


def metadata(
    name: str,
    namespace: str | None,
    labels: Mapping[str, Tree] | None = None,
    notes: Mapping[str, Tree] | None = None,
) -> Manifest:
    """The `metadata` of a manifest, with what is known."""
    found: Manifest = {"name": name}
    if namespace is not None:
        found["namespace"] = namespace
    if labels:
        found["labels"] = labels
    if notes:
        found["annotations"] = notes
    return found
