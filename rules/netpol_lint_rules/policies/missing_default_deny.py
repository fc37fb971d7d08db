"""No policy isolates every pod of a namespace, so what nobody thought of stays open.

Why
---
A pod that no policy selects accepts everything. A policy with an empty `podSelector` closes all of
them, also those that come later, and the others open what is needed.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: default-deny
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]

When it stays silent
--------------------
The rule is off unless it is asked for (hardening). It speaks once for a namespace, at the first of
its policies. A policy without a known namespace may be the one that is missing. A policy of another
engine, or something that generates policies, may do the same. All workloads of the namespace are
known, and some policy selects each of them. The namespace is one of the system's own. The policy
lies among examples or tests. Where policies may come that no file of the repository shows, it is
only said on request (info).
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import kin
from netpol_lint.answer import Answer
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group, Severity
from netpol_lint.kin import Household
from netpol_lint.policy import Direction, Policy
from netpol_lint.repository import Population
from netpol_lint.repository.environment import together
from netpol_lint.repository.match import selects
from netpol_lint.rule import Rule
from netpol_lint.wording import fitted

SYSTEM = frozenset(("kube-node-lease", "kube-public", "kube-system"))
"""Namespaces whose pods the cluster itself cannot do without."""


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Speaks for the namespaces of which this is the first policy."""
    if _may_isolate_all(policy) or context.surroundings.is_demonstration(policy):
        return
    for household in kin.households(context):
        population = next(
            (each for each in context.populations if each.name == household.namespace), None
        )
        if population is None or population.name in SYSTEM or population.foreigners:
            continue
        if len(population.policies) > kin.MOST_POLICIES:
            continue
        if any(each.order < household.itself.order for each in household.others):
            continue
        members = [household.itself.policy, *(each.policy for each in household.others)]
        if not any(map(_may_isolate_all, members)) and not _is_covered(
            context, household, population, members
        ):
            yield _diagnostic(policy, population)
            return


def _may_isolate_all(policy: Policy) -> bool:
    """Whether it isolates every pod for ingress, as far as can be read."""
    if policy.declared is not None and Direction.INGRESS not in policy.declared:
        return False
    if not policy.spec.readable or not policy.subject.readable:
        return True
    return policy.subject.value is None or policy.subject.value.everything


def _is_covered(
    context: Context, household: Household, population: Population, members: list[Policy]
) -> bool:
    """Whether a policy of unknown namespace, or all of them together, may do the same."""
    if any(_may_isolate_all(each.policy) for each in context.census.lost):
        return True
    if not population.authoritative:
        return False
    itself = household.itself
    isolating = [
        each for each in members if each.declared is None or Direction.INGRESS in each.declared
    ]
    return all(
        any(
            selects(each.subject.value, resident.labels) is not Answer.REFUTED for each in isolating
        )
        for resident in population.residents
        if together(
            (itself.path, itself.build),
            (resident.path, resident.build),
            scattered=population.scattered,
        )
    )


def _diagnostic(policy: Policy, population: Population) -> Diagnostic:
    return Diagnostic(
        policy.kind_node.span,
        fitted("no policy isolates all pods of {} for ingress", population.name),
        help="a pod that no policy selects accepts everything: add a policy with "
        "`podSelector: {}` and `policyTypes: [Ingress]`",
        severity=Severity.INFO if population.unseen_policies else None,
    )


RULE = Rule(
    "missing-default-deny",
    Group.HARDENING,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    repository=True,
)
