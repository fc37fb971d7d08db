"""A selector asks for pods by the name of a Service, which is no label of theirs.

Why
---
Policies select pods by their labels and know no Services. Where a Service and its pods have
different names, a selector with the name of the Service matches nothing.

Bad
---
    apiVersion: v1
    kind: Service
    metadata:
      name: ledger-api
      namespace: shop
    spec:
      selector:
        app: ledger
      ports:
      - port: 80
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
      name: close-ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger-api
      policyTypes: [Ingress]

Good
----
    apiVersion: v1
    kind: Service
    metadata:
      name: ledger-api
      namespace: shop
    spec:
      selector:
        app: ledger
      ports:
      - port: 80
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
      name: close-ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]

Fixed
-----
    apiVersion: v1
    kind: Service
    metadata:
      name: ledger-api
      namespace: shop
    spec:
      selector:
        app: ledger
      ports:
      - port: 80
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
      name: close-ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]

When it stays silent
--------------------
A pod of the repository carries the labels, or may carry them: where a label or a namespace is
filled in later. Nobody knows the namespace. The Service finds its pods by labels of an operator, or
by a label with the same value; the selector has a label that controllers, operators or people put
onto pods.

It is only info where the repository does not show all pods of the namespace (charts, operators or
remote bases bring more, or no workload of it is here), and among examples and tests.

Fix safety
----------
Unsafe: the selector matches other pods afterwards. It gets the label of the Service's selector,
where that is only one.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import absence, stamp
from netpol_lint.absence import Absence
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety, Severity
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.policy import Policy, Requirement
from netpol_lint.relabel import relabel, value_node
from netpol_lint.repository import Front
from netpol_lint.rule import Rule
from netpol_lint.target import demands
from netpol_lint.wording import cut, fitted


class Mixup(NamedTuple):
    """A requirement that has the name of a Service for its value."""

    requirement: Requirement
    front: Front


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Holds selectors that match no pod against the names of the Services beside them."""
    for each in absence.absences(context):
        if each.target.fronts and not absence.is_excused(each):
            for requirement in demands(each.selector):
                front = _front(each, requirement)
                if front is not None:
                    yield _diagnostic(policy, context, each, Mixup(requirement, front))
                    break


def _front(found: Absence, requirement: Requirement) -> Front | None:
    """The Service by whose name the requirement asks for its pods."""
    node = value_node(requirement)
    if node is None or not stamp.is_plain(requirement.values[0]):
        return None
    name = requirement.values[0]
    for front in found.target.fronts:
        selector = front.selector if front.called == name else None
        if selector and name not in selector.values() and not any(map(stamp.is_stamped, selector)):
            return front
    return None


def _diagnostic(policy: Policy, context: Context, found: Absence, mixup: Mixup) -> Diagnostic:
    requirement, front = mixup
    node = value_node(requirement)
    pairs = ", ".join(f"{key}={value}" for key, value in (front.selector or {}).items())
    spot = front.service.selector_spot or front.service.spot
    where = cut(" or ".join(found.target.names), 60)
    span = requirement.key_node.span if node is None else node.span
    return Diagnostic(
        span if "\n" not in policy.text[span.start : span.end] else requirement.key_node.span,
        fitted("{} is the name of a Service, its pods carry {}", requirement.values[0], pairs),
        (context.label(spot, cut(f"{front} finds its pods by {pairs}", 80)),),
        f"now: no pod in {where} carries {cut(str(found.selector), 60)};\n"
        f"policies select pods: write what the Service finds them by, {cut(pairs, 60)}",
        _fix(policy, found, mixup),
        None if absence.is_closed(context, found) else Severity.INFO,
        covers=found.selector.node.span,
    )


def _fix(policy: Policy, found: Absence, mixup: Mixup) -> Fix | None:
    """The one label of the Service's selector."""
    pairs = list((mixup.front.selector or {}).items())
    if len(pairs) != 1 or len(found.selector.requirements) != 1:
        return None
    key, value = pairs[0]
    edits = relabel(policy.text, found.selector, mixup.requirement, key, value)
    title = f"select {cut(f'{key}={value}', 60)}"
    return None if edits is None else Fix(Safety.UNSAFE, title, edits)


RULE = Rule(
    "service-name-as-label",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(
        Concern(traits=frozenset({"pod-labels"})),
        Concern(around=frozenset({"pods"})),
    ),
    silences=frozenset(("dangling-subject", "dangling-peer")),
    repository=True,
)
