"""The pair of `apiVersion` and `kind` does not exist on current clusters, so the policy is refused.

Why
---
NetworkPolicy lives in networking.k8s.io/v1 and nowhere else. The first version of it,
extensions/v1beta1, was removed in Kubernetes 1.16, and a cluster refuses what it has no kind for.

Bad
---
    apiVersion: networking.k8s.io/v1beta1
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
      name: web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]

Fixed
-----
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

When it stays silent
--------------------
Any other group with a dot in it, such as projectcalico.org/v3, has a NetworkPolicy kind of its own.
A value that a later substitution decides is not judged.

Fix safety
----------
Unsafe: the body is the same in every version, but an object that was refused begins to work.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import mark, patch
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety
from netpol_lint.node import Scalar
from netpol_lint.patch import Edits
from netpol_lint.policy import API_VERSION, KIND, Policy, is_null
from netpol_lint.rule import Rule
from netpol_lint.spelling import nearest
from netpol_lint.wording import fitted

HELP = "NetworkPolicy exists in networking.k8s.io/v1 only, since Kubernetes 1.7"


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks at the two words that name the type."""
    del context
    if policy.api_version != API_VERSION:
        yield from _version(policy)
    entry = policy.root.fields.get("kind")
    kind = None if entry is None else entry.value
    if entry is not None and isinstance(kind, Scalar) and kind.text != KIND:
        yield Diagnostic(
            mark.value(policy.text, entry),
            fitted("no cluster has a kind {}: it is called NetworkPolicy", kind.text),
            help="kinds are case-sensitive and in the singular",
            fix=_fix(patch.replace(kind, KIND), KIND),
        )


def _version(policy: Policy) -> Iterator[Diagnostic]:
    root, text = policy.root, policy.text
    entry = root.fields.get("apiVersion")
    if entry is None:
        if any(nearest(key, ("apiVersion",)) for key in root.fields):
            return  # the key is misspelt, and reported as such
        yield Diagnostic(
            mark.first_line(text, root.entries[0].key.span),
            f"`apiVersion` is missing: a NetworkPolicy needs {API_VERSION}",
            help=HELP,
            fix=_fix(_added(policy), f"apiVersion: {API_VERSION}"),
        )
        return
    node = entry.value
    if isinstance(node, Scalar) and node.is_unknown:
        return
    if is_null(node):
        message = f"`apiVersion` is empty: a NetworkPolicy needs {API_VERSION}"
        edits = None
    elif isinstance(node, Scalar):
        message = fitted(f"{{}} has no NetworkPolicy: use {API_VERSION}", node.text)
        edits = patch.replace(node, API_VERSION)
    else:
        message = f"`apiVersion` must be a string: use {API_VERSION}"
        edits = None
    yield Diagnostic(
        mark.value(text, entry), message, help=HELP, fix=_fix(edits, f"apiVersion: {API_VERSION}")
    )


def _added(policy: Policy) -> Edits:
    kind = policy.root.fields.get("kind")
    if kind is None:
        return None
    return patch.add_entry(policy.text, policy.root, kind, f"apiVersion: {API_VERSION}")


def _fix(edits: Edits, words: str) -> Fix | None:
    return None if edits is None else Fix(Safety.UNSAFE, f"write `{words}`", edits)


RULE = Rule(
    "unknown-api-version",
    Group.REJECTED,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"other-type"})),),
)
