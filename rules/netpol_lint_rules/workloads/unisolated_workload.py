"""A workload that no policy of its namespace selects accepts every connection.

Why
---
Isolation begins, pod by pod, with the first policy that selects the pod. In a namespace with
policies it looks as if everything were guarded, but a workload whose labels none of them asks for
stays as open as before.

Bad
---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
      namespace: shop
    spec:
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
          - name: web
            image: web
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: ledger
      namespace: shop
    spec:
      selector:
        matchLabels:
          app: ledger
      template:
        metadata:
          labels:
            app: ledger
        spec:
          containers:
          - name: ledger
            image: ledger
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]

Good
----
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
      namespace: shop
    spec:
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
          - name: web
            image: web
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: everything
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]

When it stays silent
--------------------
Some policy that selects every pod declares Ingress; the workload may be selected by a policy
without a namespace, or by one that cannot be read; a policy of another engine is at work; policies
may come from a chart or from elsewhere. Pods on the host's network, and Jobs, to which hardly
anybody connects. It is said once for a namespace, at the policy with the widest subject.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import kin
from netpol_lint.answer import Answer
from netpol_lint.context import Context, Seat
from netpol_lint.diagnostic import Diagnostic, Group
from netpol_lint.policy import Direction, Policy
from netpol_lint.repository import Resident
from netpol_lint.repository.environment import together
from netpol_lint.repository.match import selects
from netpol_lint.rule import Rule
from netpol_lint.wording import cut, fitted

JOBS = frozenset(("CronJob", "Job"))


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks for workloads of the namespace that no policy selects, once for each namespace."""
    if not _isolates(policy) or policy.subject.value is None:
        return
    if context.surroundings.namespace_of(policy).supplied or not _is_widest(policy, context):
        return
    for seat in context.seats:
        open_ones = _open(context, seat)
        if open_ones:
            yield _diagnostic(policy, context, open_ones)
            return


def _isolates(policy: Policy) -> bool:
    return policy.declared is None or Direction.INGRESS in policy.declared


def _is_widest(policy: Policy, context: Context) -> bool:
    """Whether no other policy of the namespace, by breadth and then by place, comes before it."""
    own = _rank(policy, context.path)
    return all(
        own < _rank(each.policy, each.path)
        for each in kin.family(context)
        if _isolates(each.policy)
    )


def _rank(policy: Policy, path: str) -> tuple[int, str, int]:
    subject = policy.subject.value
    return 0 if subject is None else len(subject.requirements), path, policy.root.start


def _open(context: Context, seat: Seat) -> dict[str, Resident]:
    """The workloads that certainly no policy of the namespace isolates."""
    population = seat.population
    if not population.complete or not population.authoritative:
        return {}
    place = context.path, seat.build
    policies = [each.policy for each in (*population.policies, *context.census.lost)]
    isolating = [each for each in policies if _isolates(each)]
    return {
        str(each): each
        for each in population.residents
        if not each.workload.host_network
        and each.workload.kind not in JOBS
        and together(place, (each.path, each.build), scattered=population.scattered)
        and not any(_may_select(policy, each) for policy in isolating)
    }


def _may_select(policy: Policy, resident: Resident) -> bool:
    if not policy.spec.readable or not policy.subject.readable:
        return True
    return selects(policy.subject.value, resident.labels) is not Answer.REFUTED


def _diagnostic(policy: Policy, context: Context, found: dict[str, Resident]) -> Diagnostic:
    first, *others = sorted(found)
    sentence = "{} is selected by no ingress policy: it accepts everything"
    if others:
        more = f"{{}} and {len(others)} more"
        sentence = f"{more} are selected by no ingress policy: they accept everything"
    return Diagnostic(
        policy.kind_node.span,
        fitted(sentence, first),
        labels=tuple(
            context.label(found[name].workload.labels_spot, f"no policy selects {cut(name, 60)}")
            for name in (first, *others)[:3]
        ),
        help="pods are open until a policy selects them: a policy for every pod of the namespace, "
        "with `podSelector: {}` and no rule, closes what the others do not name",
    )


RULE = Rule(
    "unisolated-workload",
    Group.HARDENING,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    repository=True,
)
