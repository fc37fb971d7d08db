"""A selector asks for a label that stands on a Deployment, but not on its pods.

Why
---
Policies select pods. The labels below `metadata` of a Deployment, a StatefulSet or a Job are those
of that object; its pods carry the labels of `spec.template.metadata` and no others. So a CronJob
has two places for labels that no pod carries: its own `metadata` and the one of `jobTemplate`. A
selector with a label of these matches nothing. The `labels` of a kustomization do the same unless
they are told to include the templates.

Bad
---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
      namespace: shop
      labels:
        tier: front
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
      name: close-web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          tier: front
      policyTypes: [Ingress]

Good
----
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
      namespace: shop
      labels:
        tier: front
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
      name: close-web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]

Fixed
-----
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
      namespace: shop
      labels:
        tier: front
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
      name: close-web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]

When it stays silent
--------------------
A pod of the repository carries the labels, or may carry them: where builds add labels to templates,
where a label or a namespace is filled in later. Nobody knows the namespace.

It is an error where the repository shows all pods of the namespace. For a peer it is a warning then
unless three workloads of the namespace are kept here, since pods of another repository may carry
what the author took for a label of these. Where charts, operators or remote bases bring more pods,
and among examples and tests, it is only info.

Fix safety
----------
Unsafe: the selector matches other pods afterwards. It gets the label by which the pods of the one
workload are known from all others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netpol_lint import absence
from netpol_lint.absence import Absence
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety, Severity
from netpol_lint.habitat import APP_KEYS
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.phrase import short_key
from netpol_lint.policy import Policy, Requirement
from netpol_lint.relabel import relabel
from netpol_lint.repository import Resident
from netpol_lint.repository.match import meets
from netpol_lint.repository.workload import Spot
from netpol_lint.rule import Rule
from netpol_lint.target import demands
from netpol_lint.wording import LONGEST, cut, quoted


class Bearer(NamedTuple):
    """A workload whose own labels are what a selector asks of its pods."""

    resident: Resident
    requirement: Requirement
    """The first one that only the workload meets."""
    spot: Spot
    """Where its own labels are given."""
    others: int
    """How many of the requirements its pods lack."""


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Holds selectors that match no pod against the labels of the workloads themselves."""
    for each in absence.absences(context):
        bearers = [found for one in _owners(each) if (found := _bearer(each, one))]
        if bearers:
            yield _diagnostic(policy, context, each, bearers)


def _owners(found: Absence) -> Iterable[Resident]:
    """The workloads with a label of their own that the selector asks for."""
    rolls = [roll for roll in found.target.rolls if roll]
    owners = {
        owner.workload.place: owner
        for requirement in demands(found.selector)
        for roll in rolls
        for owner in roll.owners(requirement)
    }
    return owners.values()


def _bearer(found: Absence, resident: Resident) -> Bearer | None:
    pods, own = resident.labels, resident.own_labels
    if resident.workload.kind == "Pod" or pods is None:
        return None
    lacking = [each for each in demands(found.selector) if not meets(each, pods)]
    if not all(each.key not in pods and each.values and meets(each, own) for each in lacking):
        return None
    return Bearer(resident, lacking[0], _spot(resident, lacking[0].key), len(lacking))


def _spot(resident: Resident, key: str) -> Spot:
    """Where the label is given: by the workload, or by a kustomization."""
    for pair in resident.build.done.label_pairs:
        if pair.key == key:
            return Spot(pair.path, pair.span)
    return resident.workload.own_labels_spot(key) or resident.workload.spot


def _diagnostic(
    policy: Policy, context: Context, found: Absence, bearers: list[Bearer]
) -> Diagnostic:
    bearer = bearers[0]
    resident, requirement = bearer.resident, bearer.requirement
    pair = f"{requirement.key}: {resident.own_labels[requirement.key]}"
    tail = "not on its pods: the selector matches nothing"
    who = cut(str(resident), 30)
    if len(bearers) > 1:
        tail = "not on their pods: it matches nothing"
        who = f"{who} and {len(bearers) - 1} more"
    room = LONGEST - len(f" is on {who}, {tail}")
    if len(pair) + 2 > room:
        pair = short_key(pair)
    carried = ", ".join(f"{key}={value}" for key, value in (resident.labels or {}).items())
    return Diagnostic(
        requirement.key_node.span,
        f"{quoted(pair, room)} is on {who}, {tail}",
        (context.label(bearer.spot, "its pods do not carry the labels that stand here"),),
        f"pods get their labels from the template alone: those of {cut(str(resident), 60)} carry "
        f"{cut(carried, 90) or 'no labels'};\n"
        f"select by these, or write the label into the template as well",
        _fix(policy, found, bearers),
        _severity(policy, context, found),
        covers=found.selector.node.span,
    )


def _severity(policy: Policy, context: Context, found: Absence) -> Severity | None:
    if not absence.is_closed(context, found):
        return Severity.INFO
    if found.aim is not None and not absence.is_kept_here(policy, context, found):
        return Severity.WARNING
    return None


def _fix(policy: Policy, found: Absence, bearers: list[Bearer]) -> Fix | None:
    """The label by which the pods of the one workload are known."""
    (bearer, *more) = bearers
    if more or bearer.others > 1:
        return None
    labels = bearer.resident.labels or {}
    others = [
        each.labels or {}
        for each in found.target.residents
        if each.workload.place != bearer.resident.workload.place
    ]
    for key in sorted(labels, key=lambda each: (each not in APP_KEYS, each)):
        if not any(each.get(key) == labels[key] for each in others):
            edits = relabel(policy.text, found.selector, bearer.requirement, key, labels[key])
            if edits is not None:
                title = f"select {cut(f'{key}={labels[key]}', 60)}"
                return Fix(Safety.UNSAFE, title, edits)
    return None


RULE = Rule(
    "workload-label-selector",
    Group.CONTRADICTION,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(
        Concern(traits=frozenset({"pod-labels"})),
        Concern(around=frozenset({"pods"})),
    ),
    silences=frozenset(("service-name-as-label", "dangling-subject", "dangling-peer")),
    repository=True,
)
