"""The DNS pods of OpenShift listen on 5353, and a policy sees the port of the pod.

Why
---
On OpenShift the Service has port 53, its pods in `openshift-dns` have 5353. The port of the Service
is gone before a policy judges the connection, so a rule for port 53 to these pods matches nothing,
and no name can be resolved (openshift/enhancements#1856).

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
              kubernetes.io/metadata.name: openshift-dns
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
              kubernetes.io/metadata.name: openshift-dns
        ports:
        - port: 5353
          protocol: UDP
        - port: 5353
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
              kubernetes.io/metadata.name: openshift-dns
        ports:
        - port: 5353
          protocol: UDP
        - port: 5353
          protocol: TCP

When it stays silent
--------------------
The rule, or another one with such a peer, opens 5353, the name of a port, or all ports. Other
namespaces, where DNS listens on 53. Values that a later substitution decides.

Fix safety
----------
Unsafe: DNS begins to work. Only offered where all peers of the rule are these DNS pods.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import model, patch, witness
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety
from netpol_lint.habitat import METADATA_NAME
from netpol_lint.policy import Allow, Direction, Peer, Policy, Port
from netpol_lint.rule import Rule
from netpol_lint.span import Span

NAMESPACE = "openshift-dns"
POD_LABEL = "dns.operator.openshift.io/daemonset-dns"
SERVICE_PORT, POD_PORT = 53, 5353


def check(policy: Policy, _: Context) -> Iterator[Diagnostic]:
    """Looks for port 53 beside the DNS pods of OpenShift."""
    if policy.declared is None or Direction.EGRESS not in policy.declared:
        return
    for allow in policy.egress.value:
        ports = [port for port in allow.ports.value if _is_service_port(port)]
        if ports and allow.readable and any(map(_is_dns, allow.peers.value)):
            rivals = (each for each in policy.egress.value if any(map(_is_dns, each.peers.value)))
            if not any(map(_opens, rivals)):
                yield _diagnostic(policy, allow, ports)


def _is_service_port(port: Port) -> bool:
    return port.port.value == SERVICE_PORT and port.readable and not port.end_port.is_set


def _is_dns(peer: Peer) -> bool:
    """Whether a peer is the DNS pods of OpenShift."""
    if not peer.readable or peer.block.is_set:
        return False
    spaces, pods = peer.namespaces.value, peer.pods.value
    if spaces is not None and NAMESPACE in (spaces.value_of(METADATA_NAME) or ()):
        return True
    return pods is not None and any(
        each.key == POD_LABEL and each.positive for each in pods.requirements
    )


def _opens(allow: Allow) -> bool:
    """Whether an allow may have the port that these pods listen on."""
    if allow.ports.nothing:
        return True
    ports = model.ports(allow)
    return (
        ports.unknown
        or bool(ports.names)
        or any(ports.of(protocol).holds(POD_PORT) for protocol in ("UDP", "TCP"))
    )


def _diagnostic(policy: Policy, allow: Allow, ports: list[Port]) -> Diagnostic:
    first, *others = [port.port.node.span for port in ports]
    return Diagnostic(
        first,
        f"openshift dns pods listen on {POD_PORT}: port {SERVICE_PORT} matches nothing there",
        labels=tuple(Label(span, f"so does this port {SERVICE_PORT}") for span in others),
        help=f"{witness.barred(policy, 'resolve names by this rule')}: the Service turns port "
        f"{SERVICE_PORT} into {POD_PORT} of a pod before the connection is judged;\n"
        f"list {POD_PORT} for UDP and TCP",
        fix=_fix(policy, allow, ports),
        covers=Span(allow.dash.start, max(allow.dash.end, allow.node.end)),
    )


def _fix(policy: Policy, allow: Allow, ports: list[Port]) -> Fix | None:
    if not all(map(_is_dns, allow.peers.value)):
        return None
    found = [patch.rewrite(policy.text, port.port.node, str(POD_PORT), bare=True) for port in ports]
    edits = tuple(edit for each in found if each is not None for edit in each)
    if None in found:
        return None
    return Fix(Safety.UNSAFE, f"write {POD_PORT} in the place of {SERVICE_PORT}", edits)


RULE = Rule(
    "openshift-dns-port",
    Group.CONTRADICTION,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=lambda seen: NAMESPACE in seen.values or POD_LABEL in seen.pod_keys,
    silences=frozenset(("dns-udp-only",)),
)
