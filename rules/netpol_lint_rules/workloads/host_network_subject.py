"""A policy for pods that use the network of their host, where policies do not apply.

Why
---
A pod with `hostNetwork: true` has no network of its own: its traffic is that of the node. Network
plugins leave such pods alone, or do something that nobody has laid down, so the policy protects
nothing, however it is written.

Bad
---
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: probe
      namespace: shop
    spec:
      selector:
        matchLabels:
          app: probe
      template:
        metadata:
          labels:
            app: probe
        spec:
          hostNetwork: true
          containers:
          - name: probe
            image: probe
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: probe
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: probe
      policyTypes: [Ingress]

Good
----
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: probe
      namespace: shop
    spec:
      selector:
        matchLabels:
          app: probe
      template:
        metadata:
          labels:
            app: probe
        spec:
          containers:
          - name: probe
            image: probe
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: probe
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: probe
      policyTypes: [Ingress]

When it stays silent
--------------------
The policy selects every pod of its namespace, or also a workload with a network of its own, or one
of which that cannot be told. It is only said on request (info) where other pods of the namespace
may come from elsewhere: a chart, an operator, another repository.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import host_network, whereabouts
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group, Severity
from netpol_lint.policy import Policy
from netpol_lint.repository import Resident
from netpol_lint.rule import Rule


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks up the workloads that a policy selects, in every namespace where it lands."""
    subject = policy.subject.value
    if subject is None or not subject.requirements or not subject.exact:
        return
    hosts: dict[str, Resident] = {}
    is_closed = not context.surroundings.namespace_of(policy).supplied
    for seat in context.seats:
        found = whereabouts.find(seat.policy.subject.value, [seat.population])
        if not found.certain or not all(each.workload.host_network for each in found.residents):
            return
        is_closed = is_closed and found.authoritative
        hosts |= {str(each): each for each in found.residents}
    if hosts:
        yield _diagnostic(policy, context, hosts, is_closed=is_closed)


def _diagnostic(
    policy: Policy, context: Context, hosts: dict[str, Resident], *, is_closed: bool
) -> Diagnostic:
    who = host_network.use(hosts, 30)
    them, whose = ("them", "their") if len(hosts) > 1 else ("it", "its")
    return Diagnostic(
        policy.subject.key.span,
        f"{who} the host network: this policy does not apply to {them}",
        labels=host_network.labels(hosts, context),
        help=f"{whose} traffic is that of the node, which a NetworkPolicy cannot select:\n"
        "close it with the firewall of the nodes or with a policy of the plugin for hosts",
        severity=None if is_closed else Severity.INFO,
    )


RULE = Rule(
    "host-network-subject",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(
        Concern(traits=frozenset({"pod-labels"})),
        Concern(around=frozenset({"pods"})),
    ),
    repository=True,
)
