"""A peer names the namespace of one overlay, in a file that is built into others as well.

Why
---
Kustomize gives the policy itself a namespace for each overlay, but never touches a selector. What
lets in the pods of `shop-dev` is right in development. Built into `shop-prod`, the same line lets
in development and shuts out the pods beside it.

Bad
---
    # file: base/kustomization.yaml
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    resources:
    - netpol.yaml
    ---
    # file: base/netpol.yaml
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: shop-dev
    ---
    # file: overlays/dev/kustomization.yaml
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    namespace: shop-dev
    resources:
    - ../../base
    ---
    # file: overlays/prod/kustomization.yaml
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    namespace: shop-prod
    resources:
    - ../../base

Good
----
    # file: base/kustomization.yaml
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    resources:
    - netpol.yaml
    ---
    # file: base/netpol.yaml
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector: {}
    ---
    # file: overlays/dev/kustomization.yaml
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    namespace: shop-dev
    resources:
    - ../../base
    ---
    # file: overlays/prod/kustomization.yaml
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    namespace: shop-prod
    resources:
    - ../../base

When it stays silent
--------------------
Where the selector lists several of these namespaces; where a patch of an overlay may write the
rules; where the namespace is not plainly one of a row of environments. It is one if the names
differ by no more than a word such as dev or prod, or if all workloads that live in it, and none of
them unseen, are built into each of the others as well: a monitoring namespace that gets the common
policies, too, has pods of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import mark
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group, Label
from netpol_lint.habitat import METADATA_NAME
from netpol_lint.node import Node, Scalar, walk
from netpol_lint.phrase import listed
from netpol_lint.policy import Direction, Operator, Policy, Requirement
from netpol_lint.repository import Build, Spot
from netpol_lint.repository.environment import stem
from netpol_lint.rule import Rule
from netpol_lint.wording import LONGEST, cut, quoted

MOST_LABELS = 3
OVERLAYS = 2
"""So many namespaces make a file one that is shared."""


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks for the peers that name exactly one of the namespaces of their policy."""
    names = context.surroundings.namespace_of(policy).names
    for direction, allow in policy.declared_allows() if len(names) >= OVERLAYS else ():
        for peer in allow.peers.value:
            selector = peer.namespaces.value
            for requirement in () if selector is None else selector.requirements:
                if requirement.key == METADATA_NAME and requirement.operator is Operator.IN:
                    yield from _judged(policy, context, direction, requirement, peer.node)


def _judged(
    policy: Policy,
    context: Context,
    direction: Direction,
    requirement: Requirement,
    peer: Node,
) -> Iterator[Diagnostic]:
    found = context.surroundings.namespace_of(policy)
    named = found.names.intersection(requirement.values)
    if len(named) != 1:
        return
    (name,) = named
    others = sorted(found.names - named)
    if any(_may_be_patched(policy, direction, way) for way in found.ways):
        return
    if not _is_environment(context, name, others):
        return
    ways = [way for way in found.ways if way.namespace in others]
    head, tail = quoted(name, 24), " is fixed here, but this file is also built into "
    rest = listed(others, LONGEST - len(head) - len(tail))
    yield Diagnostic(
        mark.first_line(policy.text, _value(requirement, name).span),
        head + tail + rest,
        _labels(context, ways, name),
        f"nobody rewrites a selector: where this is built into {listed(others, 60)}, it means "
        f"the pods of {cut(name, 40)};\n"
        "a peer with `podSelector` alone is the policy's own namespace, wherever that is",
        covers=peer.span,
    )


def _may_be_patched(policy: Policy, direction: Direction, way: Build) -> bool:
    field = ("spec", direction.value)
    return way.done.may_change("NetworkPolicy", policy.name_text, field)


def _is_environment(context: Context, name: str, others: list[str]) -> bool:
    """Whether the namespaces are one thing several times, and `name` is one of them."""
    if len({stem(each) for each in (name, *others)}) == 1:
        return True
    home = context.census.population(name)
    if not home.authoritative:
        return False
    own = {(each.path, str(each)) for each in home.residents}
    return all(
        own <= {(each.path, str(each)) for each in context.census.population(other).residents}
        for other in others
    )


def _value(requirement: Requirement, name: str) -> Node:
    """The node in which the name stands; the key where an alias stands for it."""
    found = (each for each in walk(requirement.node) if isinstance(each, Scalar))
    return next((each for each in found if each.text == name), requirement.key_node)


def _labels(context: Context, ways: list[Build], name: str) -> tuple[Label, ...]:
    places = dict.fromkeys(way.place for way in ways if way.place is not None)
    message = f"here it points to {cut(name, 40)}, too"
    return tuple(context.label(Spot(*place), message) for place in list(places)[:MOST_LABELS])


RULE = Rule(
    "fixed-overlay-namespace",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(
        Concern(traits=frozenset({"namespace-names"})),
        Concern(around=frozenset({"files"})),
    ),
    silences=frozenset(("dangling-peer",)),
    repository=True,
)
