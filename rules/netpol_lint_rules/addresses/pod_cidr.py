"""A block of pod addresses, which selectors name better.

Why
---
Pods get a new address with every start, and anybody's pod may get it. Some network plugins never
match pods by a block at all (cilium/cilium#9209), so such a policy works in one cluster and not in
the next. Labels say who is meant.

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
      ingress:
      - from:
        - ipBlock:
            cidr: 10.244.0.0/16
        ports:
        - port: 8080

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
      ingress:
      - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: edge
        ports:
        - port: 8080

When it stays silent
--------------------
The rule is off unless it is asked for (hardening). It knows the ranges that clusters come with,
10.244.0.0/16 and 10.42.0.0/16, and no others. Nothing is said in `except`, and beside
`namespaceSelector: {}`, which has the same pods: a list that is to work with every plugin.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import block
from netpol_lint.address import read
from netpol_lint.block import Block
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group
from netpol_lint.policy import Policy
from netpol_lint.rule import Rule
from netpol_lint.wording import fitted

KNOWN = frozenset(map(read, block.POD_RANGES))


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Compares every block with the ranges that clusters have by default."""
    for each in context.blocks:
        if each.network in KNOWN and not _has_selector(each):
            yield _diagnostic(policy, each)


def _has_selector(found: Block) -> bool:
    """Whether the same list has every pod by a selector as well."""
    spaces = (peer.namespaces_only for peer in found.allow.peers.value)
    return any(each is not None and each.everything for each in spaces)


def _diagnostic(policy: Policy, found: Block) -> Diagnostic:
    return Diagnostic(
        found.span(policy.text),
        fitted("{} is a pod range: select pods by label, addresses change", found.text),
        help="where the plugin matches pods by address at all, it is every pod of the cluster;\n"
        "`namespaceSelector` and `podSelector` say which pods are meant",
        covers=found.item,
    )


RULE = Rule("pod-cidr", Group.HARDENING, since="0.1.0", page=__doc__ or "", policy=check)
