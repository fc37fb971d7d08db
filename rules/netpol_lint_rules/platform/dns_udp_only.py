"""DNS over UDP only: large answers fail now and then.

Why
---
An answer that does not fit into a UDP packet is asked for again over TCP. Where a policy opens port
53 for UDP only, these few names cannot be resolved, and nobody sees why.

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
        ports:
        - port: 53
          protocol: UDP

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
        ports:
        - port: 53
          protocol: UDP
        - port: 53
          protocol: TCP

When it stays silent
--------------------
The rule is off unless it is asked for (style). The same peers may be reached over TCP by another
rule of the policy, or by another policy that may be in its namespace and select the same pods. What
cannot be read may do so.

Fix safety
----------
Unsafe: TCP is opened, too.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import kin, model, patch, witness
from netpol_lint.answer import Answer
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety
from netpol_lint.interval import Intervals
from netpol_lint.node import Mapping, Scalar
from netpol_lint.policy import Allow, Direction, Policy, Port
from netpol_lint.port_set import PortSet
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.traffic import Grant, contained

DNS_PORTS = (53, 5353)


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Asks for each UDP port of DNS whether the same peers may be reached over TCP."""
    if not policy.isolates(Direction.EGRESS):
        return
    for allow in policy.egress.value:
        for port in allow.ports.value:
            number = port.port.value
            if number in DNS_PORTS and port.protocol.value == "UDP" and isinstance(number, int):
                is_single = allow.readable and port.readable and not port.end_port.is_set
                if is_single and not _has_tcp(policy, context, allow, number):
                    yield _diagnostic(policy, port, number)


def _has_tcp(policy: Policy, context: Context, allow: Allow, number: int) -> bool:
    """Whether TCP is, or may be, open as well."""
    own = context.own
    wanted = Grant(model.peers(allow, own), PortSet({"TCP": Intervals(((number, number),))}))
    grants = list(model.traffic(policy, Direction.EGRESS, own).grants)
    if contained([wanted], grants).answer is not Answer.REFUTED:
        return True
    for each in kin.possible(context):
        if kin.may_share_pods(policy, each):
            grants += model.traffic(each, Direction.EGRESS, own).grants
    return contained([wanted], grants).answer is not Answer.REFUTED


def _diagnostic(policy: Policy, port: Port, number: int) -> Diagnostic:
    return Diagnostic(
        port.port.node.span,
        f"dns over udp only: large answers need tcp {number} as well",
        help=f"{witness.subject(policy)} may ask over UDP {number} and not over TCP {number}:\n"
        "what does not fit into a packet is asked for again over TCP",
        fix=_fix(policy, port),
        covers=Span(port.dash.start, max(port.dash.end, port.node.end)),
    )


def _fix(policy: Policy, port: Port) -> Fix | None:
    node = port.protocol.node
    if not isinstance(port.node, Mapping) or not isinstance(node, Scalar):
        return None
    edits = patch.repeat_item(policy.text, port.dash, port.node, node, ("UDP", "TCP"))
    if edits is None:
        return None
    # The item that stands there already is right.
    return Fix(Safety.UNSAFE, "add the same port for TCP", edits[1:])


RULE = Rule("dns-udp-only", Group.STYLE, since="0.1.0", page=__doc__ or "", policy=check)
