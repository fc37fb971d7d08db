"""Kustomize adds its labels to a peer of another namespace, whose pods do not have them.

Why
---
`commonLabels`, and `labels` with `includeSelectors: true`, are written into every selector of a
build. In a NetworkPolicy these are the `podSelector` of the policy, which is right, and those of
its peers, which is right only for pods of the same build. A peer of another namespace, such as the
cluster's DNS, then asks for a label that its pods do not have, and is shut out.

Bad
---
    # file: kustomization.yaml
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    resources:
    - netpol.yaml
    labels:
    - includeSelectors: true
      pairs:
        team: tills
    ---
    # file: netpol.yaml
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: scraped
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress:
      - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: monitoring
          podSelector:
            matchLabels:
              app.kubernetes.io/name: prometheus

Good
----
    # file: kustomization.yaml
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    resources:
    - netpol.yaml
    labels:
    - includeSelectors: false
      pairs:
        team: tills
    ---
    # file: netpol.yaml
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: scraped
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress:
      - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: monitoring
          podSelector:
            matchLabels:
              app.kubernetes.io/name: prometheus

When it stays silent
--------------------
Peers without `matchLabels`, which kustomize leaves alone; peers that write the labels themselves;
pods of the other namespace that the repository gives the same labels, or that may have them;
policies that a patch may change. Peers of the policy's own namespace, unless a value that is
written there is replaced by another one: then the rule speaks if workloads of the namespace are
shown, none of which the peer may stand for gets the new value, too, and if the subject does not
have the same label.

It is an error only with a proof: a label that is written is replaced (in the own namespace one that
names the application), the peer is a widely known application that somebody else ships, or the
repository shows all pods of the other namespace. A namespace that the repository does not show is a
warning, and one that may be the policy's own is a note.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netpol_lint import habitat
from netpol_lint.answer import Answer
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group, Severity
from netpol_lint.habitat import APP_KEYS, METADATA_NAME
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Entry, Mapping
from netpol_lint.policy import Direction, Operator, Peer, Policy, Requirement, Selector, string
from netpol_lint.repository import Build, Resident, Spot
from netpol_lint.repository.match import meets, selects
from netpol_lint.repository.transformation import Pair
from netpol_lint.repository.workload import Labels, read, texts
from netpol_lint.rule import Rule
from netpol_lint.wording import LONGEST, cut, fitted, quoted

MOST_LABELS = 3
LONGEST_PEER = 28
_MESSAGE = "kustomize adds {} to this peer: {} {}"


class _Verdict(NamedTuple):
    """What one build makes of one peer."""

    severity: Severity
    pairs: tuple[Pair, ...]
    why: str = ""
    replaced: Entry | None = None
    """The label of a peer of any namespace that gets another value."""


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Asks each build for the labels that it writes into the peers."""
    ways = [
        way
        for way in context.surroundings.namespace_of(policy).ways
        if way.done.selector_pairs and not way.done.unclear
    ]
    for direction, peer, selector, entry in _rewritten(policy) if ways else ():
        verdicts = [
            verdict
            for way in ways
            if not way.done.may_change("NetworkPolicy", policy.name_text, ("spec", direction.value))
            if (verdict := _judged(policy, context, way, peer, selector, entry)) is not None
        ]
        if verdicts:
            worst = max(verdicts, key=lambda each: each.severity)
            if worst.replaced is not None:
                yield _replacement(context, peer, worst.replaced, worst)
            else:
                yield _finding(context, peer, selector, entry, worst)


def _rewritten(policy: Policy) -> Iterator[tuple[Direction, Peer, Selector, Entry]]:
    """The peers whose pods are chosen by `matchLabels`."""
    for direction, allow in policy.declared_allows():
        for peer in allow.peers.value:
            entry = _match_labels(peer.pods.value)
            if entry is not None and peer.pods.value is not None and not peer.block.is_set:
                yield direction, peer, peer.pods.value, entry


def _match_labels(selector: Selector | None) -> Entry | None:
    if selector is None or not isinstance(selector.node, Mapping):
        return None
    entry = selector.node.fields.get("matchLabels")
    return entry if entry is not None and isinstance(entry.value, Mapping) else None


def _judged(
    policy: Policy, context: Context, way: Build, peer: Peer, selector: Selector, entry: Entry
) -> _Verdict | None:
    """What is known about the peer's pods and the labels that this build adds."""
    asked = {each.key: each.values[0] for each in _exact(selector)}
    pairs = tuple(
        pair
        for pair in way.done.selector_pairs
        if pair.kind in ("", "NetworkPolicy") and asked.get(pair.key) != pair.value
    )
    if not pairs or any(pair.unknown for pair in pairs):
        return None
    namespaces = peer.namespaces.value
    if namespaces is None:
        return None if peer.namespaces.is_set else _replaced(policy, context, way, pairs, peer)
    foreign = _is_foreign(context, way, namespaces, selector)
    if foreign is Answer.REFUTED:
        return _replaced(policy, context, way, pairs, peer)
    names = namespaces.value_of(METADATA_NAME)
    pods = _pods(context, names, selector)
    if any(_may_have(each, pairs) for each in pods):
        return None
    if foreign is Answer.UNKNOWN:
        why = "this peer then matches nobody, unless these are pods of the policy's own namespace"
        return _Verdict(Severity.INFO, pairs, why)
    assert isinstance(entry.value, Mapping)
    replaced = next((pair for pair in pairs if pair.key in entry.value.fields), None)
    if replaced is not None and replaced.key in asked:
        written = quoted(f"{replaced.key}: {asked[replaced.key]}", 60)
        return _Verdict(Severity.ERROR, pairs, f"it takes the place of {written}")
    known = habitat.home(selector.requirements)
    # A selector without a name looks into the policy's own namespace, too.
    places = names or (known or frozenset()) | {way.namespace or ""}
    homes = [context.census.population(name) for name in sorted(places)]
    if names and pods and all(home.authoritative and not home.strays for home in homes):
        return _Verdict(Severity.ERROR, pairs, f"{pods[0]} does not have it ({pods[0].path})")
    if known is not None and not any(home.unseen_pods for home in homes):
        return _Verdict(Severity.ERROR, pairs, "those pods come from elsewhere and do not have it")
    why = "this peer then matches nobody, unless somebody gives it to those pods, too"
    return _Verdict(Severity.WARNING, pairs, why)


def _replaced(
    policy: Policy, context: Context, way: Build, pairs: tuple[Pair, ...], peer: Peer
) -> _Verdict | None:
    """The label of a peer of the own namespace in the place of which another value is written.

    What the subject has as well is a placeholder, or the policy's own pods.
    """
    entry = _match_labels(peer.pods.value)
    if entry is None or not isinstance(entry.value, Mapping):
        return None
    written, subject = texts(entry.value), _written(policy.subject.value)
    changed = [
        pair
        for pair in pairs
        if pair.key in written and written[pair.key] != subject.get(pair.key, "")
    ]
    if not changed or _is_met(policy, context, way, pairs, peer):
        return None
    first = min(changed, key=lambda pair: pair.key not in APP_KEYS)
    severity = Severity.ERROR if first.key in APP_KEYS else Severity.WARNING
    return _Verdict(severity, (first,), replaced=entry.value.fields[first.key])


def _written(selector: Selector | None) -> Labels:
    """What stands in `matchLabels`, as far as it is known."""
    entry = _match_labels(selector)
    return {} if entry is None else texts(entry.value)


def _is_met(
    policy: Policy, context: Context, way: Build, pairs: tuple[Pair, ...], peer: Peer
) -> bool:
    """Whether pods that are meant may get the labels, too, so that the peer still lets them in."""
    selector = peer.pods.value
    if selector is None or not selector.exact:
        return True
    added = {pair.key for pair in pairs}
    kept = [each for each in selector.requirements if each.key not in added]
    homes = {way.namespace, None, ""}
    anywhere = peer.namespaces.is_set or not way.namespace
    around = [
        each for each in context.census.workloads if anywhere or each.build.namespace in homes
    ]
    for each in around:
        labels = each.labels
        if labels is None:
            return True
        if not _may_have(each, pairs) or not all(meets(one, labels) for one in kept):
            continue
        if kept or selects(selector, _labels_of_file(policy, context, each)) is not Answer.REFUTED:
            return True
    return not around  # whoever keeps the pods elsewhere may label them there


def _labels_of_file(policy: Policy, context: Context, resident: Resident) -> Labels | None:
    """The labels of a workload's pods before the build."""
    path, start = resident.workload.place
    found = context.surroundings.index(policy).tree.manifests(path)
    return next((read(each, path).labels for each in found if each.start == start), None)


def _is_foreign(context: Context, way: Build, namespaces: Selector, selector: Selector) -> Answer:
    """Whether the peer certainly stands for pods of other namespaces than the policy's own."""
    own = way.namespace
    if not own or not namespaces.exact:
        return Answer.UNKNOWN
    home = habitat.home(selector.requirements)
    if home is not None and own not in home:
        return Answer.PROVEN
    answers = {
        selects(namespaces, {**labels, METADATA_NAME: own})
        for labels in context.census.namespaces.get(own, ({},))
    }
    names = namespaces.value_of(METADATA_NAME)
    if names is not None and own not in names:
        return Answer.PROVEN
    return Answer.REFUTED if answers == {Answer.PROVEN} else Answer.UNKNOWN


def _pods(context: Context, names: tuple[str, ...] | None, selector: Selector) -> list[Resident]:
    """The workloads of the repository that may be the peer, by what is written."""
    exact = _exact(selector)
    found: Iterable[Resident] = ()
    if exact:
        found = context.census.workloads.candidates(exact)
    elif names:
        populations = [context.census.population(name) for name in names]
        found = [each for home in populations for each in (*home.residents, *home.strays)]
    # Pods of unknown labels are the peer only where such applications live.
    homes = {*(names or habitat.home(selector.requirements) or ()), None, ""}
    return [
        each
        for each in found
        if each.build.namespace in homes or (names is None and each.labels is not None)
        if selects(selector, each.labels) is not Answer.REFUTED
    ]


def _exact(selector: Selector) -> list[Requirement]:
    """The conditions that ask for one value of a label."""
    return [
        each
        for each in selector.requirements
        if each.operator is Operator.IN and len(each.values) == 1
    ]


def _may_have(resident: Resident, pairs: tuple[Pair, ...]) -> bool:
    """Whether the pods of a workload may carry all the labels that are added."""
    labels = resident.labels
    return labels is None or all(labels.get(pair.key) == pair.value for pair in pairs)


def _finding(
    context: Context, peer: Peer, selector: Selector, entry: Entry, verdict: _Verdict
) -> Diagnostic:
    namespaces = peer.namespaces.value
    assert namespaces is not None
    tail = "no longer matches" if verdict.severity is Severity.ERROR else "must have it, too"
    who = cut(_who(selector, namespaces), LONGEST_PEER)
    room = LONGEST - len(_MESSAGE.format("", who, tail))
    return Diagnostic(
        entry.key.span,
        _MESSAGE.format(_added(verdict.pairs, room), who, tail),
        tuple(
            context.label(Spot(pair.path, pair.span), "this is written into every selector")
            for pair in verdict.pairs[:MOST_LABELS]
        ),
        f"{verdict.why};\nchoose pods of other namespaces by `matchExpressions`, which kustomize "
        "leaves alone, or add the labels with `includeSelectors: false`",
        severity=verdict.severity,
        covers=peer.node.span,
    )


def _replacement(context: Context, peer: Peer, entry: Entry, verdict: _Verdict) -> Diagnostic:
    """What is said about a label of a peer that gets another value."""
    pair = verdict.pairs[0]
    before = f"{pair.key}: {string(entry.value)}"
    return Diagnostic(
        entry.key.span,
        fitted("kustomize replaces {} by {} in this peer", before, f"{pair.key}: {pair.value}"),
        (context.label(Spot(pair.path, pair.span), "this is written into every selector"),),
        "the pods that are written here are shut out, and others let in;\nchoose them by "
        "`matchExpressions` alone, which kustomize leaves as they are,\nor add the labels with "
        "`includeSelectors: false`",
        severity=verdict.severity,
        covers=peer.node.span,
    )


def _added(pairs: tuple[Pair, ...], room: int) -> str:
    """The labels, or the first of them where they are many."""
    texts = [f"{pair.key}: {pair.value}" for pair in pairs]
    for written in (", ".join(texts), f"{texts[0]} and {len(texts) - 1} more", texts[0]):
        if len(written) + 2 <= room:
            return quoted(written, room)
    return quoted(texts[0], room)


def _who(selector: Selector, namespaces: Selector) -> str:
    """The peer in a few words: `prometheus in monitoring`."""
    values = [value for each in selector.requirements for value in each.values]
    app = values[0] if len(values) == 1 else str(selector)
    names = namespaces.value_of(METADATA_NAME)
    if not selector.requirements:
        app = "every pod"
    return app if names is None else f"{app} in {' or '.join(names)}"


RULE = Rule(
    "kustomize-rewrites-peers",
    Group.CONTRADICTION,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(around=frozenset({"files"})),),
    silences=frozenset(("dangling-peer",)),
    repository=True,
)
