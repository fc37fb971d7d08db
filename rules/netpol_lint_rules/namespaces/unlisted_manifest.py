"""The kustomization beside a policy does not list it: nobody applies the policy.

Why
---
A folder with a kustomization is applied through it. What its `resources` do not name is in no
build, and no tool says a word about that: the file is reviewed, merged and believed to be in force,
while the cluster has never seen it.

Bad
---
    # file: kustomization.yaml
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    resources:
    - web.yaml
    ---
    # file: web.yaml
    apiVersion: v1
    kind: Service
    metadata:
      name: web
      namespace: shop
    spec:
      selector:
        app: web
      ports:
      - port: 8080
    ---
    # file: netpol.yaml
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: close-shop
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]

Good
----
    # file: kustomization.yaml
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    resources:
    - web.yaml
    - netpol.yaml
    ---
    # file: web.yaml
    apiVersion: v1
    kind: Service
    metadata:
      name: web
      namespace: shop
    spec:
      selector:
        app: web
      ports:
      - port: 8080
    ---
    # file: netpol.yaml
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: close-shop
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]

When it stays silent
--------------------
Where the kustomization lists no other manifest of its folder, or has charts, generators or
components that cannot be read; where any kustomization refers to the file in whatever role, or
names it in a comment; where an Argo CD source with `directory`, a Fleet bundle or a command takes
the folder as it is; where a program, a script or another configuration names the file, or a command
of a README does; names and folders that say example, sample, test, demo, optional, disabled, draft,
old and the like. A folder that leaves out as many other manifests as it lists is only a note.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group, Severity
from netpol_lint.policy import Policy
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.wording import cut

MESSAGE = "no kustomization lists this file: the policy is never applied"


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Speaks of a file once, at its first policy."""
    if context.file.subjects[0][0] is not policy:
        return
    found = context.surroundings.unlisted(policy)
    if found is None:
        return
    crowded = found.others >= found.listed
    advice = f"to apply it, add `- {cut(posixpath.basename(context.path), 60)}` to its `resources`"
    if crowded:
        advice += ";\nonly a note, because the folder leaves out other manifests, too"
    yield Diagnostic(
        policy.kind_node.span,
        MESSAGE,
        (context.label(found.spot, "this is all that is built here"),),
        advice,
        severity=Severity.INFO if crowded else None,
        # Listed, all of the file would have the namespace of the others.
        covers=Span(0, len(policy.text)) if found.gives else None,
    )


RULE = Rule(
    "unlisted-manifest",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(around=frozenset({"files"})),),
    silences=frozenset(("missing-namespace",)),
    repository=True,
)
