"""A block of cluster IPs: most network plugins never see these addresses.

Why
---
The address of a Service is rewritten to that of one of its pods before most network plugins judge
the connection. A policy that allows the range of the Services therefore allows nothing, or works
with one plugin and fails with the next. Allow the pods behind the Service, on their own port.

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
      policyTypes: [Egress]
      egress:
      - to:
        - ipBlock:
            cidr: 10.96.0.0/12
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
      policyTypes: [Egress]
      egress:
      - to:
        - podSelector:
            matchLabels:
              app: ledger
        ports:
        - port: 8080

When it stays silent
--------------------
Ingress, `except`, and every block that is neither exactly a range clusters come with nor the single
address that a Service of the repository states as its `clusterIP`. Where the pods are covered
besides: by a selector, by their own range or by every address in the same list. Where a comment
speaks of cluster IPs or of kube-router, which does see them. Ranges that are common outside of
clusters, too (172.20.0.0/16, 172.30.0.0/16), and those of few products are only said on request
(info).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netpol_lint import block
from netpol_lint.address import Network, read
from netpol_lint.block import Block
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group, Severity
from netpol_lint.policy import Policy
from netpol_lint.regex import regex
from netpol_lint.repository import Census, Front
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.wording import fitted

KNOWN = {
    **dict.fromkeys(map(read, block.SERVICE_RANGES), Severity.WARNING),
    **dict.fromkeys(map(read, block.USUAL_SERVICE_RANGES), Severity.INFO),
}
PODS = tuple(network for text in block.POD_RANGES if (network := read(text)) is not None)
API = frozenset(map(read, block.API_SERVICES))
_INTENDED = regex(r"kube-?router|cluster[ -]?ips?\b", re.IGNORECASE)


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Compares the blocks of egress with the ranges that clusters have by default."""
    for each in context.egress_blocks:
        severity = KNOWN.get(each.network)
        front = None
        if each.network.length == each.network.bits and each.network not in API:
            front = context.census.once(_fronts).get(each.network)
        if severity is None and front is None:
            continue
        if not _has_pods(context, each) and not _is_intended(policy, context, each):
            if front is not None:
                yield _of_service(policy, context, each, front)
            elif severity is not None:
                yield _diagnostic(policy, each, severity)


def _fronts(census: Census) -> dict[Network, Front]:
    """The Services of the repository by the addresses that they state."""
    found: dict[Network, Front] = {}
    for text, front in census.cluster_ips.items():
        network = read(f"{text}/{128 if ':' in text else 32}")
        if network is not None:
            found.setdefault(network, front)
    return found


def _has_pods(context: Context, found: Block) -> bool:
    """Whether the same list allows the pods behind the Services, in whatever way."""
    for peer in found.allow.peers.value:
        if peer.block.value is None:
            return True
        text = peer.block.value.cidr.value
        network = None if text is None else read(text)
        # What cannot be read may be their range.
        if network is None:
            return True
        if _may_hold_pods(network) and network not in context.census.once(_fronts):
            return True
    return False


def _may_hold_pods(network: Network) -> bool:
    """Whether it is a range of pods, or has one, or is a single endpoint."""
    if network.length == network.bits:
        return network not in API
    return any(network.holds(pods) or pods.holds(network) for pods in PODS)


def _is_intended(policy: Policy, context: Context, found: Block) -> bool:
    if not context.notes.comments:
        return False
    allow = found.allow
    said = context.notes.of(Span(allow.dash.start, max(allow.dash.end, allow.node.end)))
    head = context.notes.head(policy.root.start)
    return any(_INTENDED.search(text) for text in (said, head))


def _diagnostic(policy: Policy, found: Block, severity: Severity) -> Diagnostic:
    return Diagnostic(
        found.span(policy.text),
        fitted("{} is a service range: most plugins match the pod address instead", found.text),
        help="a cluster IP is rewritten to the address of a pod before the connection is judged:\n"
        "select the pods behind the service, and allow the port that they listen on",
        severity=None if severity is Severity.WARNING else severity,
        covers=found.item,
    )


def _of_service(policy: Policy, context: Context, found: Block, front: Front) -> Diagnostic:
    return Diagnostic(
        found.span(policy.text),
        fitted(
            "{} is the address of {}: most plugins match its pods instead", found.text, str(front)
        ),
        labels=(context.label(front.service.spot, "states this address"),),
        help="a cluster IP is rewritten to the address of a pod before the connection is judged:\n"
        "select the pods behind the service, and allow the port that they listen on",
        covers=found.item,
    )


RULE = Rule(
    "service-cidr",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"blocks"})),),
)
