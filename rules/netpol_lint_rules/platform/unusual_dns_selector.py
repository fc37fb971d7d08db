"""A label that the DNS pods of common clusters do not carry.

Why
---
The pods of the cluster's DNS carry `k8s-app: kube-dns`, also where they run CoreDNS: the old label
was kept so that nothing would break. A rule that selects `k8s-app: coredns` selects no pod, and
with it no name can be resolved.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: dns
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Egress]
      egress:
      - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: coredns
        ports:
        - port: 53
          protocol: UDP
        - port: 53
          protocol: TCP

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: dns
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Egress]
      egress:
      - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
        ports:
        - port: 53
          protocol: UDP
        - port: 53
          protocol: TCP

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: dns
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Egress]
      egress:
      - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
        ports:
        - port: 53
          protocol: UDP
        - port: 53
          protocol: TCP

When it stays silent
--------------------
Another peer for port 53 has `k8s-app: kube-dns`. A comment or the name speaks of RKE2, kOps or a
chart, which install DNS with labels of their own; a workload of the repository carries the label;
Flux, Argo CD or a Helm controller is told to install CoreDNS. Other namespaces than kube-system,
where anybody's DNS may run. The labels `app: kube-dns`, `app: coredns` and
`app.kubernetes.io/name: coredns`, which some installations have, are only reported on request
(info).

Fix safety
----------
Unsafe: other pods are selected. The one label is replaced, the others stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netpol_lint import habitat, model, patch, witness
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety, Severity
from netpol_lint.node import Mapping, Node, Scalar, Sequence
from netpol_lint.policy import Allow, Direction, Operator, Peer, Policy, Requirement
from netpol_lint.regex import regex
from netpol_lint.repository import Census
from netpol_lint.repository.match import meets
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.wording import fitted

DNS = 53
SYSTEM = "kube-system"
RIGHT = ("k8s-app", "kube-dns")
WRONG = {
    "k8s-app": frozenset(("coredns", "core-dns", "kubedns", "dns")),
    "app": frozenset(("kube-dns", "coredns")),
    "app.kubernetes.io/name": frozenset(("coredns",)),
}
WRONG_VALUES = frozenset().union(*WRONG.values())
INSTALLED = "coredns"
"""What a chart of the cluster's DNS is called."""
_INSTALLERS = regex(r"\b(?:rke2?|kops|helm|charts?)\b", re.IGNORECASE)


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks at the pod labels of peers in the namespace of the cluster's DNS."""
    for allow in policy.egress.value if policy.isolates(Direction.EGRESS) else ():
        for peer in allow.peers.value:
            requirement = _unusual(peer)
            if requirement is None or not allow.readable or not _is_dns(policy, allow, peer):
                continue
            if not _is_covered(policy) and not _is_known(policy, context, requirement):
                yield _diagnostic(policy, requirement)


def _unusual(peer: Peer) -> Requirement | None:
    """The label that looks like that of the DNS pods."""
    pods = peer.pods.value
    if pods is None:
        return None
    for each in pods.requirements:
        wrong = WRONG.get(each.key)
        if wrong is not None and each.operator is Operator.IN and wrong.issuperset(each.values):
            is_right = RIGHT[1] in (pods.value_of(RIGHT[0]) or ())
            return each if peer.readable and not is_right and not peer.block.is_set else None
    return None


def _is_dns(policy: Policy, allow: Allow, peer: Peer) -> bool:
    """Whether the peer can only be meant to be the cluster's DNS."""
    spaces = peer.namespaces.value
    is_anywhere = spaces is not None and spaces.everything
    if spaces is None:
        is_system = policy.namespace.value == SYSTEM
    else:
        is_system = habitat.names(spaces) == SYSTEM
    if allow.ports.nothing:
        return is_system
    return (is_system or is_anywhere) and _has_port(allow)


def _has_port(allow: Allow) -> bool:
    ports = model.ports(allow)
    return ports.of("UDP").holds(DNS) or ports.of("TCP").holds(DNS)


def _is_covered(policy: Policy) -> bool:
    """Whether the usual label is allowed besides."""
    key, value = RIGHT
    return any(
        peer.pods.value is not None and value in (peer.pods.value.value_of(key) or ())
        for allow in policy.egress.value
        for peer in allow.peers.value
    )


def _is_known(policy: Policy, context: Context, requirement: Requirement) -> bool:
    """Whether somebody says that DNS was installed in another way here."""
    if _INSTALLERS.search(policy.name_text):
        return True
    if any(_INSTALLERS.search(each.text) for each in context.notes.comments):
        return True
    census = context.census
    return census.once(_is_installed) or any(
        meets(requirement, each.labels) for each in census.workloads if each.labels is not None
    )


def _is_installed(census: Census) -> bool:
    return census.installs(INSTALLED)


def _value(requirement: Requirement) -> Node:
    """Where the value stands."""
    node = requirement.node
    values = node.get("values") if isinstance(node, Mapping) else node
    return values.items[0] if isinstance(values, Sequence) and values.items else requirement.node


def _diagnostic(policy: Policy, requirement: Requirement) -> Diagnostic:
    key, value = requirement.key, requirement.values[0]
    sure = key == RIGHT[0]
    node = _value(requirement)
    return Diagnostic(
        node.span,
        fitted(
            "{} is not what the dns pods carry: that is k8s-app: kube-dns",
            f"{key}: {value}",
        ),
        help=f"{witness.barred(policy, 'resolve names by this rule')}, unless DNS was "
        "installed in an unusual way: kubectl get pods -n kube-system --show-labels",
        fix=_fix(policy, requirement, node),
        severity=None if sure else Severity.INFO,
        covers=Span(requirement.key_node.start, max(requirement.key_node.end, node.end)),
    )


def _fix(policy: Policy, requirement: Requirement, node: Node) -> Fix | None:
    if len(requirement.values) > 1 or not isinstance(node, Scalar):
        return None
    edits = patch.rewrite(policy.text, node, RIGHT[1])
    if edits is not None and requirement.key != RIGHT[0]:
        key = patch.rewrite(policy.text, requirement.key_node, RIGHT[0])
        edits = None if key is None else (*key, *edits)
    if edits is not None:
        edits = tuple(
            edit for edit in edits if policy.text[edit.span.start : edit.span.end] != edit.text
        )
    title = f"select {RIGHT[0]}: {RIGHT[1]}"
    return Fix(Safety.UNSAFE, title, edits) if edits else None


RULE = Rule(
    "unusual-dns-selector",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(
        Concern(traits=frozenset({"egress"})),
        Concern(words=WRONG_VALUES),
        # Under its usual key the usual value is right.
        Concern(words=WRONG_VALUES - {RIGHT[1]} | {"app"}),
    ),
)
