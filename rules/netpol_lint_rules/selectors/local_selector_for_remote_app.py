"""A podSelector looks for an app in this namespace that is known to run in another one.

Why
---
A peer with only a `podSelector` searches the policy's own namespace. Prometheus, the ingress
controller or the cluster's DNS usually run in a namespace of their own: then the peer matches
nobody, and the traffic it was written for stays blocked.

Bad
---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: prometheus
      namespace: monitoring
    spec:
      selector:
        matchLabels:
          app.kubernetes.io/name: prometheus
      template:
        metadata:
          labels:
            app.kubernetes.io/name: prometheus
        spec:
          containers:
          - name: prometheus
            image: prometheus
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: ledger
      namespace: shop
    spec:
      selector:
        matchLabels:
          app: ledger
      template:
        metadata:
          labels:
            app: ledger
        spec:
          containers:
          - name: ledger
            image: ledger
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: scrape-ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app.kubernetes.io/name: prometheus
        ports:
        - port: 9090

Good
----
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: prometheus
      namespace: monitoring
    spec:
      selector:
        matchLabels:
          app.kubernetes.io/name: prometheus
      template:
        metadata:
          labels:
            app.kubernetes.io/name: prometheus
        spec:
          containers:
          - name: prometheus
            image: prometheus
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: ledger
      namespace: shop
    spec:
      selector:
        matchLabels:
          app: ledger
      template:
        metadata:
          labels:
            app: ledger
        spec:
          containers:
          - name: ledger
            image: ledger
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: scrape-ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: monitoring
          podSelector:
            matchLabels:
              app.kubernetes.io/name: prometheus
        ports:
        - port: 9090

Fixed
-----
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: prometheus
      namespace: monitoring
    spec:
      selector:
        matchLabels:
          app.kubernetes.io/name: prometheus
      template:
        metadata:
          labels:
            app.kubernetes.io/name: prometheus
        spec:
          containers:
          - name: prometheus
            image: prometheus
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: ledger
      namespace: shop
    spec:
      selector:
        matchLabels:
          app: ledger
      template:
        metadata:
          labels:
            app: ledger
        spec:
          containers:
          - name: ledger
            image: ledger
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: scrape-ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app.kubernetes.io/name: prometheus
          namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: monitoring
        ports:
        - port: 9090

When it stays silent
--------------------
The policy's own namespace is unknown, or one where the app is known to live. The peer names the
release (`app.kubernetes.io/instance`, `release`), or the same `app.kubernetes.io/part-of` as the
policy's own pods: then the app is bundled with them. A workload of this namespace has the labels,
or another policy of it selects them. It is a warning only with proof: the repository shows all pods
of this namespace, none of which has the labels, and one in another namespace that does. Without it
the finding is a hint, only given on request (info).

Fix safety
----------
Unsafe: other pods are selected. Offered with proof, where the app runs in one other namespace.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import habitat, kin, patch, scalar, whereabouts
from netpol_lint.answer import Answer
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety, Severity
from netpol_lint.node import Mapping
from netpol_lint.phrase import selector_words
from netpol_lint.policy import Peer, Policy, Selector
from netpol_lint.repository import Resident
from netpol_lint.repository.match import selects
from netpol_lint.rule import Rule
from netpol_lint.wording import LONGEST, cut, fitted

BUNDLED = ("app.kubernetes.io/instance", "release")
"""Labels that name one installation: what carries them was installed here."""
PART_OF = "app.kubernetes.io/part-of"


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks at the peers that have nothing but a podSelector."""
    for _, allow in policy.declared_allows():
        for peer in allow.peers.value:
            pods = peer.pods_only
            if pods is None or not pods.requirements:
                continue
            home = habitat.home(pods.requirements)
            if home is not None and not _is_local(policy, context, pods, home):
                yield _diagnostic(policy, context, peer, pods, habitat.usual(home))


def _is_local(policy: Policy, context: Context, pods: Selector, home: frozenset[str]) -> bool:
    subject = policy.subject.value
    if any(pods.value_of(key) for key in BUNDLED):
        return True
    part_of = pods.value_of(PART_OF)
    if part_of is not None and subject is not None and subject.value_of(PART_OF) == part_of:
        return True
    own = context.surroundings.namespace_of(policy)
    if not own.names or own.supplied or not own.names.isdisjoint(home):
        return True
    if any(str(each.policy.subject.value) == str(pods) for each in kin.all_of(context)):
        return True
    return whereabouts.local(policy, context, pods) is not None


def _found(policy: Policy, context: Context, pods: Selector) -> dict[str, Resident]:
    """The namespaces in which such pods run, where it is proven that none runs in this one."""
    own = whereabouts.own(policy, context)
    if not own or not all(whereabouts.is_nowhere_in(pods, each) for each in own):
        return {}
    found: dict[str, Resident] = {}
    for each in context.census.workloads:
        name = each.build.namespace
        if name and name not in found and selects(pods, each.labels) is Answer.PROVEN:
            found[name] = each
    return {
        name: each for name, each in found.items() if context.census.population(name).authoritative
    }


def _diagnostic(
    policy: Policy, context: Context, peer: Peer, pods: Selector, home: str
) -> Diagnostic:
    found = _found(policy, context, pods)
    place = min(found, default=home)
    own = " and ".join(sorted(context.surroundings.namespace_of(policy).names))
    sentence = "{} is looked for in this namespace only, but it runs in {}"
    room = LONGEST - len(sentence.format("``", f"`{place}`"))
    words = selector_words(pods, room)
    message = fitted(sentence, words, place)
    if len(words) > room:
        message = fitted("these labels are looked for in this namespace only, but run in {}", place)
    return Diagnostic(
        peer.pods.key.span,
        message,
        labels=tuple(
            context.label(each.workload.labels_spot, f"{each}, in {name}")
            for name, each in sorted(found.items())[:3]
        ),
        help=f"now: pods {cut(str(pods), 80)} of namespace {cut(own, 60)} only;\n"
        f"to reach those of {place}, add a namespaceSelector with "
        f"{habitat.METADATA_NAME}: {place} to the same item",
        fix=_fix(policy, peer, place) if len(found) == 1 else None,
        severity=None if found else Severity.INFO,
    )


def _fix(policy: Policy, peer: Peer, place: str) -> Fix | None:
    node, entry = peer.node, peer.pods.entry
    if not isinstance(node, Mapping) or entry is None:
        return None
    name = place if isinstance(scalar.resolve(place), str) else f'"{place}"'
    field = f"namespaceSelector:\n  matchLabels:\n    {habitat.METADATA_NAME}: {name}"
    if node.flow:
        field = f"namespaceSelector: {{matchLabels: {{{habitat.METADATA_NAME}: {name}}}}}"
    edits = patch.add_entry(policy.text, node, entry, field)
    return None if edits is None else Fix(Safety.UNSAFE, f"look in namespace {place}", edits)


RULE = Rule(
    "local-selector-for-remote-app",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"lone-pods"})),),
    repository=True,
)
