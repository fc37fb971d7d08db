"""A placeholder that nobody filled in still stands in the policy.

Why
---
The value was to be replaced by a person or a script. Some of these are refused, but a label such as
`your-app` is a fine label: the policy is applied and protects no pod that exists.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web
      namespace: <namespace>
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]

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

When it stays silent
--------------------
Values such as `${NAME}` and `$(NAME)`, which a tool replaces; annotations, keys and comments; a
namespace that a build or a release overwrites; a file in which a script of the repository replaces
something (`sed`, `envsubst`, `yq` and the like) before it is applied.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import mark
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group
from netpol_lint.node import Mapping, Node, Scalar, Sequence
from netpol_lint.placeholder import is_placeholder
from netpol_lint.policy import Policy, Presence
from netpol_lint.regex import regex
from netpol_lint.rule import Rule
from netpol_lint.wording import fitted

HELP = "write the value that is meant; as it stands the policy does not do what its text promises"
METADATA = ("name", "generateName", "namespace", "labels")
_ADDRESS = regex(
    r"(?:(?=[^/]*[nNxXyYzZ])(?:(?:\d{1,3}|[nNxXyYzZ]|[xX]{2,3})(?:\.|(?=/|\Z))){4}"
    r"|[A-Za-z](?:\.[A-Za-z]){3})(?:/\S*)?"
)


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks at the values of `metadata` and `spec`, and at the addresses in them."""
    if policy.namespace.presence is Presence.EMPTY:
        yield from _empty_namespace(policy, context)
    for node in _values(policy):
        leftover = is_placeholder(node.text) and not node.is_unknown
        if leftover and not _is_overwritten(policy, context, node):
            yield from _finding(policy, context, node)
    if "odd-blocks" in context.inventory.traits:
        yield from _addresses(policy, context)


def _empty_namespace(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    assert policy.namespace.entry is not None
    if context.surroundings.namespace_of(policy).unknown:
        yield Diagnostic(
            mark.value(policy.text, policy.namespace.entry),
            "`namespace` is empty: the policy lands in whatever namespace it is applied to",
            help="write the namespace whose pods it is to protect",
        )


def _values(policy: Policy) -> Iterator[Scalar]:
    """The scalars of `metadata` and `spec` that are no keys and no free text."""
    metadata, spec = policy.metadata.value, policy.spec.value
    pending: list[Node] = [] if spec is None else [spec]
    if metadata is not None:
        named = [
            metadata.fields[name].value for name in reversed(METADATA) if name in metadata.fields
        ]
        pending += named
    while pending:
        node = pending.pop()
        if isinstance(node, Scalar):
            yield node
        elif isinstance(node, Mapping) and not node.alias:
            pending.extend(entry.value for entry in reversed(node.entries))
        elif isinstance(node, Sequence) and not node.alias:
            pending.extend(reversed(node.items))


def _is_overwritten(policy: Policy, context: Context, node: Scalar) -> bool:
    """Whether this is the namespace, and a build or a release puts another one in its place."""
    namespace = policy.namespace
    if namespace.entry is None or namespace.node is not node:
        return False
    effective = context.surroundings.namespace_of(policy)
    return namespace.value not in effective.names and not effective.unknown


def _addresses(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    for allows in (policy.ingress, policy.egress):
        for allow in allows.value:
            for peer in allow.peers.value:
                block = peer.block.value
                if block is None:
                    continue
                node = block.cidr.entry.value if block.cidr.entry is not None else None
                for each in (node, *block.excepts.value):
                    if isinstance(each, Scalar) and _is_address_of_letters(each):
                        yield from _finding(policy, context, each)


def _is_address_of_letters(node: Scalar) -> bool:
    text = node.text
    return "." in text and text.upper() != text.lower() and _ADDRESS.fullmatch(text) is not None


def _finding(policy: Policy, context: Context, node: Scalar) -> Iterator[Diagnostic]:
    if not context.surroundings.is_rewritten(policy):
        yield Diagnostic(
            mark.first_line(policy.text, node.span),
            fitted("{} is a placeholder nobody filled in", node.text),
            help=HELP,
        )


RULE = Rule(
    "template-leftover",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    # Elsewhere than in these no value is left that could be one.
    concerns=(
        Concern(
            traits=frozenset(
                {
                    "leftovers",
                    "no-namespace",
                    "more-metadata",
                    "odd-blocks",
                    "odd-types",
                    "odd-protocols",
                    "inexact",
                    "unsound",
                }
            )
        ),
    ),
    silences=frozenset(
        (
            "wrong-type",
            "invalid-name",
            "invalid-label",
            "invalid-selector",
            "invalid-port",
            "invalid-protocol",
            "invalid-cidr",
            "cidr-host-bits",
            "except-outside-cidr",
            "invalid-policy-type",
            "zero-network",
            "loopback-block",
            "missing-namespace",
            "unproven-namespace-label",
            "misspelled-metadata-name",
            "dangling-subject",
            "dangling-peer",
            "unknown-named-port",
        )
    ),
)
