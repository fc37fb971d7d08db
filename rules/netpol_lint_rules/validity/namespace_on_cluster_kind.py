"""A cluster-wide policy names a namespace, as if that limited it.

Why
---
AdminNetworkPolicy, GlobalNetworkPolicy and their like have no namespace. One that is written there
is refused or ignored, while the author believes that the policy stays inside it: it holds for the
whole cluster.

Bad
---
    apiVersion: cilium.io/v2
    kind: CiliumClusterwideNetworkPolicy
    metadata:
      name: web
      namespace: shop
    spec:
      endpointSelector: {}
      ingress:
      - {}

Good
----
    apiVersion: cilium.io/v2
    kind: CiliumClusterwideNetworkPolicy
    metadata:
      name: web
    spec:
      endpointSelector: {}
      ingress:
      - {}

Fixed
-----
    apiVersion: cilium.io/v2
    kind: CiliumClusterwideNetworkPolicy
    metadata:
      name: web
    spec:
      endpointSelector: {}
      ingress:
      - {}

When it stays silent
--------------------
A namespace that is empty, or that a later substitution decides; kinds by these names in other API
groups.

Fix safety
----------
Unsafe: the policy may have been refused so far, and then begins to work for the whole cluster.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netpol_lint import cluster_kind, mark, patch
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety, Severity
from netpol_lint.node import Mapping, Scalar
from netpol_lint.parse import Document
from netpol_lint.policy import Policy, string
from netpol_lint.rule import Rule
from netpol_lint.wording import fitted


def check(document: Document, policies: Sequence[Policy]) -> Iterator[Diagnostic]:
    """Looks at the metadata of cluster-wide policies."""
    if policies and policies[0].root is document.root:
        return
    for kind, root in cluster_kind.find(document.root):
        metadata = root.get("metadata")
        if isinstance(metadata, Mapping) and string(metadata.get("namespace")):
            yield _finding(document.text, kind, metadata)


def _finding(text: str, kind: str, metadata: Mapping) -> Diagnostic:
    entry = metadata.fields["namespace"]
    assert isinstance(entry.value, Scalar)
    edits = patch.remove_entry(text, metadata, entry)
    return Diagnostic(
        mark.value(text, entry),
        fitted(f"{kind} is cluster-wide: namespace {{}} does not limit it", entry.value.text),
        help="to limit it, select the namespace in its `spec`, or write a namespaced policy",
        fix=None if edits is None else Fix(Safety.UNSAFE, "delete the namespace", edits),
        # What the server answers differs by kind: some of them are refused, some lose the field.
        severity=Severity.WARNING,
    )


RULE = Rule(
    "namespace-on-cluster-kind", Group.REJECTED, since="0.1.0", page=__doc__ or "", document=check
)
