"""A peer selects no pod of the namespaces where it looks, so it allows nobody.

Why
---
A peer stands for the pods that carry all of its labels. Where no pod does, the line is dead: the
traffic it was written for stays blocked, and who reads the policy believes that it is allowed.

Bad
---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: till
      namespace: shop
    spec:
      selector:
        matchLabels:
          app: till
      template:
        metadata:
          labels:
            app: till
        spec:
          containers:
          - name: till
            image: till
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: till-to-till
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: till
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: tills

Good
----
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: till
      namespace: shop
    spec:
      selector:
        matchLabels:
          app: till
      template:
        metadata:
          labels:
            app: till
        spec:
          containers:
          - name: till
            image: till
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: till-to-till
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: till
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till

Fixed
-----
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: till
      namespace: shop
    spec:
      selector:
        matchLabels:
          app: till
      template:
        metadata:
          labels:
            app: till
        spec:
          containers:
          - name: till
            image: till
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: till-to-till
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: till
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till

When it stays silent
--------------------
Nobody knows in which namespaces the peer looks: those of `kubernetes.io/metadata.name`, of a label
that a Namespace object of the repository has with its own name as the value, or the policy's own.
The repository has no workload there. A workload of which the labels or the namespace are filled in
later may be the one. Labels that stand in no template: those of controllers, operators and
injectors, and those that people put onto pods to let them in (`network/db: allowed`,
`db-client: "true"`), unless templates carry the same key. Applications of a platform, which are
installed elsewhere. A `job-name` is judged only if a CronJob of the namespace has that very name,
which none of its Jobs has, and no Job of the repository is called so.

It is a warning where the repository shows all pods of these namespaces (no chart, no remote base,
no operator's object, no command that installs something brings others) and either a workload almost
fits, or a CronJob has the name, or the namespaces are evidently kept here: three workloads live in
each (two, if the Namespace is here as well, or an order of Flux or Argo CD fills it from a folder
that is called as it), and carry that label with other values. It is one too where the pods live in
just one other namespace, which is not this one in another environment and has no policy of that
name; and where the one word of `web` and `frontend`, `api` and `backend`, `db` and `database` is
asked for and a workload, one of two at least, that no other selector of the policy selects has the
other. Otherwise, and among examples and tests, it is only info: the other side of a connection is
often at home in another repository.

Fix safety
----------
Unsafe: more pods are allowed afterwards. Offered when exactly one workload comes nearest and
differs in one label, by a slip or by its key.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import absence
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group
from netpol_lint.policy import Policy
from netpol_lint.rule import Rule


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """A finding where no pod of the repository carries the labels of a peer."""
    for each in absence.absences(context):
        severity = None if each.aim is None else absence.severity(policy, context, each)
        if severity is not None:
            yield absence.diagnostic(policy, context, each, severity, ": this peer allows nobody")


RULE = Rule(
    "dangling-peer",
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
