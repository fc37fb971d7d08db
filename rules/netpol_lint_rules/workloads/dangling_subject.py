"""A policy selects no pod of its namespace, so it changes nothing.

Why
---
A policy only works on the pods that carry all the labels of its `podSelector`. One letter too many,
`app` where the pods carry `app.kubernetes.io/name`, a workload that was renamed: the policy is
accepted and listed, and the pods it was written for stay as open, or as closed, as they were.

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
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: close-web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: wbe
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
Nobody knows the policy's namespace, or the repository has no workload in it. A workload of which
the labels or the namespace are filled in later may be the one. Labels that stand in no template:
those of controllers, operators and injectors (`statefulset.kubernetes.io/pod-name`, `job-name`,
`cnpg.io/cluster`), and those that people put onto pods to open or close something (`quarantine`,
`network/db: allowed`), unless templates carry the same key. A `job-name` is judged only if a
CronJob of the namespace has that very name, which none of its Jobs has, and no Job of the
repository is called so. Applications of a platform, which are installed elsewhere, unless one is
seen to run in another namespace, and only there, where it is known to be at home. A policy that
several overlays bring to several namespaces is judged in all of them together: one pod is enough.

It is a warning where the repository shows all pods of the namespace (no chart, no remote base, no
operator's object, no command that installs something brings others) and either a workload almost
fits, or a CronJob has the name, or the namespace is evidently kept here: the policy is applied
together with workloads, or three of them live there (two, if the Namespace is here as well, or an
order of Flux or Argo CD fills it from a folder that is called as it), and they carry that label
with other values. It is one too where the pods live in just one other namespace, which is not this
one in another environment and has no policy of that name; where the policy is called after a
workload that it does not select (`api`, `api-netpol`); and where the one word of `web` and
`frontend`, `api` and `backend`, `db` and `database` is asked for and a workload, one of two at
least, that no other selector of the policy selects has the other. Otherwise, and among examples and
tests, it is only info.

Fix safety
----------
Unsafe: the policy takes effect on pods that it did not select before. Offered when exactly one
workload comes nearest and differs in one label, by a slip or by its key.
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
    """A finding where no pod of the repository carries the labels of the subject."""
    for each in absence.absences(context):
        severity = absence.severity(policy, context, each) if each.aim is None else None
        if severity is not None:
            yield absence.diagnostic(policy, context, each, severity, ": the policy does nothing")


RULE = Rule(
    "dangling-subject",
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
