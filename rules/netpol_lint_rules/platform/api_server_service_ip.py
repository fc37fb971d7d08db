"""The cluster IP of the API server, which most network plugins never see.

Why
---
Pods call the API server at the first address of the range of Services, such as 10.96.0.1. Most
network plugins rewrite it to the address of an endpoint before they judge the connection, and so a
rule for 10.96.0.1 matches nothing. The address to allow is that of the endpoint, on its own port.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: lister
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: lister
      policyTypes: [Egress]
      egress:
      - to:
        - ipBlock:
            cidr: 10.96.0.1/32
        ports:
        - port: 443

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: lister
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: lister
      policyTypes: [Egress]
      egress:
      - to:
        - ipBlock:
            cidr: 10.96.0.1/32
        - ipBlock:
            cidr: 192.0.2.10/32
        ports:
        - port: 443
        - port: 6443

When it stays silent
--------------------
The policy has port 6443 as well, or another rule or peer opens 443 to a single address, to a
private block or to everyone: then the endpoint is thought of. Other addresses than 10.96.0.1,
10.43.0.1, 172.20.0.1 and 172.30.0.1, which are what clusters have by default. A comment speaks of
kube-router, which does see cluster IPs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netpol_lint import block, model, witness
from netpol_lint.address import Network, read
from netpol_lint.block import Block
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group
from netpol_lint.policy import Allow, Policy
from netpol_lint.regex import regex
from netpol_lint.rule import Rule
from netpol_lint.wording import fitted

KNOWN = frozenset(map(read, block.API_SERVICES))
SERVICES = frozenset(map(read, (*block.SERVICE_RANGES, *block.USUAL_SERVICE_RANGES)))
PORT, ENDPOINT_PORT = 443, 6443
PRIVATE = tuple(
    network
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
    if (network := read(text)) is not None
)
_SEEN = regex(r"kube-?router", re.IGNORECASE)


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks for the known addresses in the blocks of egress."""
    for each in context.egress_blocks:
        if each.network not in KNOWN or not _has(each.allow, PORT):
            continue
        if not _is_endpoint_known(policy, context) and not _is_seen(context):
            yield _diagnostic(policy, each)


def _has(allow: Allow, number: int) -> bool:
    return allow.ports.nothing or model.ports(allow).of("TCP").holds(number)


def _is_endpoint_known(policy: Policy, context: Context) -> bool:
    """Whether the address behind the Service may be allowed as well."""
    for allow in policy.egress.value:
        if not allow.readable or any(not peer.readable for peer in allow.peers.value):
            return True
        if allow.peers.nothing and _has(allow, PORT):
            return True
        ports = allow.ports.value
        if any(port.port.value == ENDPOINT_PORT or not port.readable for port in ports):
            return True
    return any(
        _may_be_endpoint(each.network) and _has(each.allow, PORT) for each in context.egress_blocks
    )


def _may_be_endpoint(network: Network) -> bool:
    if network in KNOWN or network in SERVICES:
        return False
    return network.length in (0, network.bits) or any(whole.holds(network) for whole in PRIVATE)


def _is_seen(context: Context) -> bool:
    return any(_SEEN.search(comment.text) for comment in context.notes.comments)


def _diagnostic(policy: Policy, found: Block) -> Diagnostic:
    sentence = "{} is the api service address: most plugins match the endpoint instead"
    return Diagnostic(
        found.span(policy.text),
        fitted(sentence, found.text),
        help=f"{witness.barred(policy, 'connect to the api server')} where the plugin "
        "judges the address behind the service: allow that one, often on port 6443 "
        "(kubectl get endpointslices -n default)",
        covers=found.item,
    )


RULE = Rule(
    "api-server-service-ip",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(
        Concern(traits=frozenset({"blocks"})),
        Concern(words=frozenset(block.API_SERVICES)),
    ),
    silences=frozenset(("service-cidr",)),
)
