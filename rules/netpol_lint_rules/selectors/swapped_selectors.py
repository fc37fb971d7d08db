"""Labels of namespaces in a podSelector, or of pods in a namespaceSelector, match nothing.

Why
---
A podSelector looks at the labels of pods, a namespaceSelector at those of namespaces. Both have
the same form, so nothing complains when their contents are exchanged: the peer allows nobody, or
the policy protects no pod.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger-dns
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Egress]
      egress:
      - to:
        - namespaceSelector:
            matchLabels:
              k8s-app: kube-dns
          podSelector:
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
      name: ledger-dns
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
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

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger-dns
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Egress]
      egress:
      - to:
        - podSelector:
            matchLabels:
              k8s-app: kube-dns
          namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
        ports:
        - port: 53
          protocol: UDP

When it stays silent
--------------------
Only labels that platforms put on one side alone are judged. `app`, `name`,
`app.kubernetes.io/name`, `/instance` and `/part-of` are no proof, since installers label
namespaces with them, too; `app.kubernetes.io/component` in a namespaceSelector is only said on
request (info). A Namespace or a workload anywhere in the repository that carries the label on that
side ends the matter.

Fix safety
----------
Unsafe: a selector that matched nothing begins to match. The keys of the two selectors change
places, or the key of a selector that is alone is renamed. Offered when every label of the selector
is on the wrong side.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from netpol_lint import habitat, patch, witness
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety, Severity
from netpol_lint.edit import Edit
from netpol_lint.policy import Direction, Peer, Policy, Requirement, Selector
from netpol_lint.repository import Census
from netpol_lint.rule import Rule
from netpol_lint.wording import cut, fitted

HINTS = frozenset(("app.kubernetes.io/component",))
"""Labels that hardly ever stand on a namespace."""
_OF_PODS = habitat.POD_KEYS | HINTS


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks for keys on the wrong side, in the subject and in the peers."""
    subject = policy.subject.value
    for requirement in _astray_of_pods(subject):
        if not _is_on_pods(context.census, requirement):
            yield _of_subject(requirement)
            break
    for direction, allow in policy.declared_allows():
        for peer in allow.peers.value:
            pods = _astray_of_pods(peer.pods.value)
            spaces = _astray_of_namespaces(peer.namespaces.value)
            if pods or spaces:
                yield from _of_peer(policy, context, direction, peer, pods, spaces)


def _astray_of_pods(selector: Selector | None) -> list[Requirement]:
    """What a podSelector asks of pods that only namespaces have."""
    if selector is None:
        return []
    return [each for each in selector.requirements if habitat.marks_namespaces(each.key)]


def _astray_of_namespaces(selector: Selector | None) -> list[Requirement]:
    """What a namespaceSelector asks of namespaces that only pods have."""
    if selector is None:
        return []
    return [each for each in selector.requirements if each.key in _OF_PODS]


def _is_on_pods(census: Census, requirement: Requirement) -> bool:
    return any(requirement.key in (each.labels or ()) for each in census.workloads)


def _is_on_namespaces(census: Census, requirement: Requirement) -> bool:
    return any(requirement.key in labels for labels in chain(*census.namespaces.values()))


def _of_subject(requirement: Requirement) -> Diagnostic:
    effect = "matches nothing" if requirement.positive else "excludes nothing"
    result = "traffic of every pod stays as it was" if requirement.positive else "none is left out"
    return Diagnostic(
        requirement.key_node.span,
        fitted(f"{{}} is a namespace label: this podSelector {effect}", requirement.key),
        help=f"the policy is about pods of its own namespace, chosen by labels of pods:\n"
        f"no pod carries {cut(requirement.key, 60)}, so {result}",
    )


def _of_peer(
    policy: Policy,
    context: Context,
    direction: Direction,
    peer: Peer,
    pods: list[Requirement],
    spaces: list[Requirement],
) -> Iterator[Diagnostic]:
    census = context.census
    pods = [each for each in pods if not _is_on_pods(census, each)]
    spaces = [each for each in spaces if not _is_on_namespaces(census, each)]
    found = sorted((*pods, *spaces), key=lambda each: (each.key in HINTS, each.key_node.start))
    if not found:
        return
    first, others = found[0], found[1:]
    side, field = ("namespace", "podSelector") if first in pods else ("pod", "namespaceSelector")
    effect = "matches nothing" if first.positive else "excludes nothing"
    yield Diagnostic(
        first.key_node.span,
        fitted(f"{{}} is a {side} label: this {field} {effect}", first.key),
        labels=tuple(
            Label(each.key_node.span, f"a {'namespace' if each in pods else 'pod'} label")
            for each in others
        ),
        help=_help(policy, direction, first),
        fix=_fix(peer, pods, spaces),
        severity=Severity.INFO if first.key in HINTS else None,
    )


def _help(policy: Policy, direction: Direction, first: Requirement) -> str:
    effect = f"by this peer nobody may connect to {witness.negated(policy)}"
    if direction is Direction.EGRESS:
        effect = f"by this peer nothing is reachable for {witness.negated(policy)}"
    if not first.positive:
        effect = "nobody is kept out by this condition"
    return (
        f"{effect};\nlabels of namespaces belong under namespaceSelector, labels of pods under "
        "podSelector"
    )


def _fix(peer: Peer, pods: list[Requirement], spaces: list[Requirement]) -> Fix | None:
    if not peer.readable or peer.block.is_set:
        return None
    pods_wrong = _is_wholly(peer.pods.value, pods)
    spaces_wrong = _is_wholly(peer.namespaces.value, spaces)
    edits: list[Edit] = []
    for field, wrong, name in (
        (peer.pods, pods_wrong, "namespaceSelector"),
        (peer.namespaces, spaces_wrong, "podSelector"),
    ):
        if field.written:
            renamed = patch.rename_key(field.entry, name) if wrong and field.entry else None
            if renamed is None:
                return None
            edits += renamed
    title = "let the two selectors change places" if len(edits) > 1 else "rename the selector"
    return Fix(Safety.UNSAFE, title, tuple(sorted(edits)))


def _is_wholly(selector: Selector | None, astray: list[Requirement]) -> bool:
    """Whether every label of a selector is on the wrong side."""
    return selector is not None and len(selector.requirements) == len(astray) > 0


RULE = Rule(
    "swapped-selectors",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"platform-keys", "namespace-labels"})),),
    silences=frozenset(
        (
            "unproven-namespace-label",
            "dangling-subject",
            "dangling-peer",
            "local-selector-for-remote-app",
        )
    ),
)
