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

Port 53 to everybody in the cluster (`namespaceSelector: {}`), or only port 53 to everybody at all,
is a warning where the policy is one for OpenShift: it selects namespaces by a policy group, or a
Route or DeploymentConfig lies in its folder or its namespace. It is none if any rule, or another
policy of the same pods, may open 5353 there. That another file speaks of OpenShift is not enough.

Fix safety
----------
Unsafe: DNS begins to work. Only offered where all peers of the rule are these DNS pods.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from netpol_lint import kin, model, patch, witness
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety, Severity
from netpol_lint.habitat import METADATA_NAME, is_policy_group
from netpol_lint.policy import Allow, Direction, Peer, Policy, Port
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.wording import cut, quoted

NAMESPACE = "openshift-dns"
POD_LABEL = "dns.operator.openshift.io/daemonset-dns"
SERVICE_PORT, POD_PORT = 53, 5353


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks for port 53 beside the DNS pods of OpenShift, then beside everybody."""
    if not policy.isolates(Direction.EGRESS):
        return
    if any(_is_dns(peer) for allow in policy.egress.value for peer in allow.peers.value):
        yield from _to_dns(policy)
    else:
        yield from _to_everybody(policy, context)


def _to_dns(policy: Policy) -> Iterator[Diagnostic]:
    """The allows for the DNS pods, none of which opens their port."""
    for allow in policy.egress.value:
        ports = [port for port in allow.ports.value if _is_service_port(port)]
        if ports and allow.readable and any(map(_is_dns, allow.peers.value)):
            rivals = (each for each in policy.egress.value if any(map(_is_dns, each.peers.value)))
            if not any(map(_opens, rivals)):
                yield _diagnostic(policy, allow, ports)


def _to_everybody(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """The first allow of port 53 to everybody, where the policy is one for OpenShift."""
    for allow in policy.egress.value:
        ports = [port for port in allow.ports.value if _is_service_port(port)]
        if ports and _is_broad(allow):
            why = "" if _reaches_dns(policy) else _evidence(policy, context)
            if why and not _is_opened_otherwise(policy, context):
                yield _diagnostic(policy, allow, ports, why)
            return


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


def _is_broad(allow: Allow) -> bool:
    """Whether port 53 is meant for whoever resolves names in the cluster."""
    if not allow.readable:
        return False
    if allow.peers.nothing:
        return all(map(_is_service_port, allow.ports.value))
    return any(
        peer.readable
        and not peer.block.is_set
        and peer.namespaces.value is not None
        and peer.namespaces.value.everything
        and (peer.pods.value is None or peer.pods.value.everything)
        for peer in allow.peers.value
    )


def _reaches_dns(policy: Policy) -> bool:
    """Whether the DNS pods may be reached by any allow on the port that they listen on."""
    if not policy.egress.readable:
        return True
    return any(
        _opens(allow) and (allow.peers.nothing or any(map(_may_be_dns, allow.peers.value)))
        for allow in policy.egress.value
    )


def _may_be_dns(peer: Peer) -> bool:
    """Whether a peer may stand for pods of the namespace of DNS, among others."""
    if not peer.readable or peer.block.is_set:
        return True
    spaces = peer.namespaces.value
    return spaces is not None and NAMESPACE in (spaces.value_of(METADATA_NAME) or (NAMESPACE,))


def _evidence(policy: Policy, context: Context) -> str:
    """What shows that the policy is one for OpenShift; nothing where that is not certain."""
    for key in sorted(context.inventory.namespace_keys):
        if is_policy_group(key):
            return f"{quoted(key, 60)} is a label of OpenShift"
    found = context.surroundings.index(policy).openshift_objects
    if not found:
        return ""
    folder = posixpath.dirname(context.path)
    names = context.surroundings.namespace_of(policy).names
    for path, trait in found:
        if posixpath.dirname(path) == folder or (trait.own and trait.own in names):
            return f"a {trait.kind} of OpenShift lies in {cut(path, 60)}"
    return ""


def _is_opened_otherwise(policy: Policy, context: Context) -> bool:
    """Whether another policy may open that port for the same pods."""
    others = kin.possible(context)
    if len(others) > kin.MOST_POLICIES:
        return True
    for each in others:
        is_open = each.declared is None or (each.isolates(Direction.EGRESS) and _reaches_dns(each))
        if is_open and kin.may_share_pods(policy, each):
            return True
    foreigners = (each for home in context.populations for each in home.foreigners)
    return any(str(POD_PORT) in each.text for each in foreigners)


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


def _diagnostic(policy: Policy, allow: Allow, ports: list[Port], why: str = "") -> Diagnostic:
    """`why` says where it is known from that everybody includes these pods; then it is likely."""
    first, *others = [port.port.node.span for port in ports]
    return Diagnostic(
        first,
        f"openshift dns pods listen on {POD_PORT}: port {SERVICE_PORT} matches nothing there",
        labels=tuple(Label(span, f"so does this port {SERVICE_PORT}") for span in others),
        help=f"{witness.barred(policy, 'resolve names by this rule')}: the Service turns port "
        f"{SERVICE_PORT} into {POD_PORT} of a pod before the connection is judged;\n"
        + (f"{why}: list {POD_PORT} as well," if why else f"list {POD_PORT}")
        + " for UDP and TCP",
        fix=None if why else _fix(policy, allow, ports),
        severity=Severity.WARNING if why else None,
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
    concerns=(
        Concern(traits=frozenset({"egress"})),
        Concern(words=frozenset({SERVICE_PORT})),
        Concern(
            traits=frozenset({"everyone", "unlimited-peers"}),
            words=frozenset({POD_LABEL, NAMESPACE}),
        ),
    ),
    silences=frozenset(("dns-udp-only",)),
)
