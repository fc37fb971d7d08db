"""An `ipBlock` has no address block, or one that cannot be read.

Why
---
`cidr` and every `except` are an address, a `/` and a prefix length: `192.0.2.0/24`,
`2001:db8::/32`. One address is `/32`, or `/128` in IPv6. Names, ranges, lists and netmasks are no
blocks, and the server refuses the policy. Since 1.36 it also refuses leading zeros, which some
programs read as octal, and IPv4 blocks in IPv6 spelling.

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
            cidr: 198.51.100.7

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
            cidr: 198.51.100.7/32
        - ipBlock:
            cidr: 2001:DB8::/32

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
            cidr: 198.51.100.7/32

When it stays silent
--------------------
Values that a later substitution decides. Upper-case and uncompressed IPv6, which is accepted. The
`except` list of a block whose own `cidr` is wrong: the server does not look at it. For clusters
before 1.36, leading zeros and IPv4-mapped IPv6 are a warning.

Fix safety
----------
Unsafe: a refused policy begins to work. A bare address becomes a block of this one address, and
leading zeros are dropped, since Kubernetes always read them as decimal.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import mark, patch, walk
from netpol_lint.address import Network, flaw, is_strict, read, read_address
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety, Severity
from netpol_lint.node import Entry, Node
from netpol_lint.option import KubeVersion
from netpol_lint.policy import Policy, is_null, string
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.wording import quoted

_STRICT = KubeVersion(1, 36)
_HELP = (
    "write a network and its prefix length: 192.0.2.0/24, 2001:db8::/32, or /32 and /128 for one "
    "address"
)


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks at `cidr` and `except` of every block."""
    text = policy.text
    strict = context.options.kube_version >= _STRICT
    for peer in walk.peers(policy):
        block, owner = peer.block.value, peer.block.entry
        if block is None or owner is None:
            continue
        cidr = block.cidr
        if not cidr.is_set:
            yield _missing(text, owner, cidr.entry)
        elif cidr.entry is not None and cidr.value is not None and not _is_fine(cidr.value):
            yield _judge(text, cidr.node, cidr.value, mark.value(text, cidr.entry), strict=strict)
        excepts = walk.exceptions(block)
        for index, node in enumerate(() if excepts is None else excepts.items):
            value = "" if is_null(node) else string(node)
            if excepts is not None and value is not None and not _is_fine(value):
                span = mark.nth(text, excepts, index)
                yield _judge(text, node, value, span, strict=strict)


def _is_fine(value: str) -> bool:
    if is_strict(value):
        return True
    network = read(value)
    return network is not None and not network.zeros and not network.mapped


def _missing(text: str, owner: Entry, entry: Entry | None) -> Diagnostic:
    return Diagnostic(
        mark.first_line(text, owner.key.span) if entry is None else mark.value(text, entry),
        "this ipBlock has no cidr: the policy is refused",
        help=_HELP,
    )


def _judge(text: str, node: Node, value: str, span: Span, *, strict: bool) -> Diagnostic:
    network = read(value)
    if network is None:
        return _malformed(text, node, value, span)
    if network.zeros:
        return _zeros(text, node, value, network, span, strict=strict)
    return _mapped(value, network, span, strict=strict)


def _malformed(text: str, node: Node, value: str, span: Span) -> Diagnostic:
    host = read_address(value)
    if host is None:
        reason = flaw(value)
        room = 100 - len(f" is not a cidr: {reason}, the policy is refused")
        message = f"{quoted(value, room)} is not a cidr: {reason}, the policy is refused"
        if not value:
            message = "an empty text is not a cidr: the policy is refused"
        return Diagnostic(span, message, help=_HELP)
    if host.address == 0:
        return Diagnostic(
            span,
            f"{quoted(value, 40)} lacks a prefix length: the policy is refused",
            help=f"write /0 for every address of this family, or /{host.bits} for this one address",
        )
    return Diagnostic(
        span,
        f"{quoted(value, 40)} lacks a prefix length: write /{host.bits} for one address",
        help=_HELP,
        fix=_fix(text, node, f"{value}/{host.bits}") if not host.zeros else None,
    )


def _zeros(
    text: str, node: Node, value: str, network: Network, span: Span, *, strict: bool
) -> Diagnostic:
    if strict:
        message = f"{quoted(value, 45)} is not a cidr: leading zeros, the policy is refused"
    else:
        message = f"{quoted(value, 45)} has leading zeros: Kubernetes 1.36 refuses it"
    return Diagnostic(
        span,
        message,
        help=f"Kubernetes read them as decimal, {network}; other programs read them as octal",
        fix=_fix(text, node, str(network)),
        severity=None if strict else Severity.WARNING,
    )


def _mapped(value: str, network: Network, span: Span, *, strict: bool) -> Diagnostic:
    if strict:
        message = f"{quoted(value, 45)} is not a cidr: IPv4 written as IPv6, the policy is refused"
    else:
        message = f"{quoted(value, 45)} is IPv4 written as IPv6: Kubernetes 1.36 refuses it"
    plain = network.plain
    advice = (
        f"write the IPv4 block, {plain}" if plain.bits == 32 else "write an IPv4 or an IPv6 block"
    )
    return Diagnostic(span, message, help=advice, severity=None if strict else Severity.WARNING)


def _fix(text: str, node: Node, better: str) -> Fix | None:
    edits = patch.rewrite(text, node, better)
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, f"write {quoted(better, 60)}", edits)


RULE = Rule(
    "invalid-cidr",
    Group.REJECTED,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"odd-blocks"})),),
    silences=frozenset({"zero-network", "loopback-block", "service-cidr", "wrong-private-mask"}),
)
