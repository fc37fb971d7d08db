"""An address block has bits set beyond its prefix, so it can be read in two ways.

Why
---
`203.0.113.9/24` may mean the network 203.0.113.0/24 or the host 203.0.113.9/32. Network plugins
have read it both ways, so the same policy was wider in one cluster than in another
(kubernetes/kubernetes#94484). Since 1.36 the API server refuses it.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-from-office
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]
      ingress:
      - from:
        - ipBlock:
            cidr: 203.0.113.9/24

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-from-office
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]
      ingress:
      - from:
        - ipBlock:
            cidr: 203.0.113.0/24

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-from-office
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]
      ingress:
      - from:
        - ipBlock:
            cidr: 203.0.113.0/24

When it stays silent
--------------------
Blocks that are wrong in another way, which `invalid-cidr` reports. Values that a later
substitution decides. For clusters before 1.36 it is a warning.

Fix safety
----------
Unsafe: the fix writes the network, which is what most plugins enforced; if one host was meant, it
is far wider. The message names both.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import mark, patch, walk
from netpol_lint.address import Network, is_strict, read
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety, Severity
from netpol_lint.node import Node
from netpol_lint.option import KubeVersion
from netpol_lint.policy import Policy, string
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.wording import quoted

_STRICT = KubeVersion(1, 36)


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks at `cidr` and `except` of every block."""
    text = policy.text
    strict = context.options.kube_version >= _STRICT
    for block in walk.blocks(policy):
        entry, value = block.cidr.entry, block.cidr.value
        network = None if value is None else _ambiguous(value)
        if entry is not None and value is not None and network is not None:
            span = mark.value(text, entry)
            yield _finding(text, entry.value, value, network, span, strict=strict)
        excepts = walk.exceptions(block)
        for index, node in enumerate(() if excepts is None else excepts.items):
            value = string(node)
            network = None if value is None else _ambiguous(value)
            if excepts is not None and value is not None and network is not None:
                span = mark.nth(text, excepts, index)
                yield _finding(text, node, value, network, span, strict=strict)


def _ambiguous(value: str) -> Network | None:
    """The block, where the bits beyond its prefix are the only thing wrong with it."""
    if is_strict(value):
        return None
    network = read(value)
    if network is None or not network.host_bits or network.zeros or network.mapped:
        return None
    return network


def _finding(
    text: str, node: Node, value: str, network: Network, span: Span, *, strict: bool
) -> Diagnostic:
    if strict:
        message = f"`{value}` has host bits: it is refused, write {network.plain} or {network.host}"
        short = f"{quoted(value, 50)} has host bits: the policy is refused"
    else:
        message = f"`{value}` has host bits: plugins read {network.plain} or {network.host}"
        short = f"{quoted(value, 50)} has host bits: plugins read it in two ways"
    return Diagnostic(
        span,
        message if len(message) <= 100 else short,
        help=f"write {network.plain} for the whole network, or {network.host} for this one address",
        fix=_fix(text, node, network),
        severity=None if strict else Severity.WARNING,
    )


def _fix(text: str, node: Node, network: Network) -> Fix | None:
    edits = patch.rewrite(text, node, str(network.plain))
    if edits is None:
        return None
    title = f"write {network.plain}; for the one host it is {network.host}"
    return Fix(Safety.UNSAFE, title, edits)


RULE = Rule(
    "cidr-host-bits",
    Group.REJECTED,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"odd-blocks"})),),
)
