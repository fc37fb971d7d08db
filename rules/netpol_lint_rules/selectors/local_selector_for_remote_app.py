"""A podSelector looks for an app in this namespace that is known to run in another one.

Why
---
A peer with only a `podSelector` searches the policy's own namespace. Prometheus, the ingress
controller or the cluster's DNS usually run in a namespace of their own: then the peer matches
nobody, and the traffic it was written for stays blocked.

Bad
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

When it stays silent
--------------------
The policy's own namespace is unknown, or one where the app is known to live. The peer names the
release (`app.kubernetes.io/instance`, `release`), or the same `app.kubernetes.io/part-of` as the
policy's own pods: then the app is bundled with them. A workload or another policy of the file has
these labels in this namespace. As workloads of the repository are not read yet, every finding is an
info: it is a hint, not a proof.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import habitat
from netpol_lint.context import Context, File
from netpol_lint.diagnostic import Diagnostic, Group, Severity
from netpol_lint.policy import Policy, Selector
from netpol_lint.repository.neighbour import Labels, neighbours
from netpol_lint.rule import Rule
from netpol_lint.wording import cut

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
            if home is None or _is_local(policy, context, pods, home):
                continue
            app = cut(str(pods), 34)
            yield Diagnostic(
                peer.pods.key.span,
                f"{app} is looked for in this namespace only, but it runs in {min(home)}",
                help=f"now: pods {pods} of namespace {context.own} only;\n"
                f"to reach those of {min(home)}, add a namespaceSelector with "
                f"{habitat.METADATA_NAME}: {min(home)} to the same item",
                severity=Severity.INFO,
            )


def _is_local(policy: Policy, context: Context, pods: Selector, home: frozenset[str]) -> bool:
    subject = policy.subject.value
    own = context.own
    if own is None or own in home or any(pods.value_of(key) for key in BUNDLED):
        return True
    part_of = pods.value_of(PART_OF)
    if part_of is not None and subject is not None and subject.value_of(PART_OF) == part_of:
        return True
    if str(pods) in context.file.once(_subjects):
        return True
    return any(_carries(labels, pods) for labels in neighbours(policy.text).pods)


def _carries(labels: Labels, pods: Selector) -> bool:
    return all(labels.get(each.key) in each.values for each in pods.requirements if each.values)


def _subjects(file: File) -> frozenset[str]:
    """What the policies of the file select: pods that their author expects in the namespace."""
    return frozenset(
        str(policy.subject.value) for policy, _ in file.subjects if policy.subject.value is not None
    )


RULE = Rule(
    "local-selector-for-remote-app",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=lambda seen: seen.pods_alone,
)
