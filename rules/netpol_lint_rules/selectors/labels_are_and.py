"""Several labels in one selector must all match, where they were meant as alternatives.

Why
---
The pairs of `matchLabels` are joined by AND. Who lists two groups of pods in one selector gets the
pods that belong to both, and mostly there are none: the peer is dead, or the policy protects
nothing.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        # cart or till pods
        - podSelector:
            matchLabels:
              role: cart
              tier: till

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        # cart or till pods
        - podSelector:
            matchLabels:
              role: cart
        - podSelector:
            matchLabels:
              tier: till

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        # cart or till pods
        - podSelector:
            matchLabels:
              role: cart
        - podSelector:
            matchLabels:
              tier: till

When it stays silent
--------------------
Two labels are normal: nothing is said without a comment that puts an "or" between their values, or
the proof that no pod has both. The comment has to stand on the selector, on its peer, or on the
rule where that is its only peer. For the proof the repository has to show all pods of the namespace
and, for each of the two labels, a workload that has it and does not know the other one's key. Two
values of one key belong to unsatisfiable-selector.

Fix safety
----------
Unsafe: the pods of either label are allowed afterwards. The peer is written twice, with one label
each. For the subject there is no fix: it takes two policies.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from netpol_lint import patch, whereabouts
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Mapping
from netpol_lint.phrase import brief
from netpol_lint.policy import Allow, Peer, Policy, Requirement, Selector
from netpol_lint.regex import regex
from netpol_lint.repository import Population, Resident
from netpol_lint.repository.match import meets
from netpol_lint.repository.workload import Labels
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.speech import Sentence, Word, hear, may_say
from netpol_lint.wording import cut, fitted

REACH = 4
"""How many words of a comment may stand between "or" and a value."""
BESIDES = frozenset(("either", "any of"))
"""Words of OR that do not stand between the two."""
ALSO = "also"
"""Joins two only behind a comma or an "and": pods that are also cart have both labels."""
ABROAD = frozenset(("oder", "bzw", "sowie", "ou", "o", "u"))
"""An "or" of other languages, which a single word does not show: between two values it does."""
FILLERS = frozenset(("and", "pod", "pods", "the", "from"))
"""What may stand beside such a word nevertheless."""
_PART = regex(r"[^\w]+|_")


class Place(NamedTuple):
    """A selector that asks for several labels, and where it stands."""

    policy: Policy
    selector: Selector
    allow: Allow | None
    peer: Peer | None
    """The peer that it belongs to; None for the policy's own selector."""

    @property
    def span(self) -> Span:
        """The stretch whose comments are about it: with its whole list where it is alone there."""
        allow, peer = self.allow, self.peer
        if allow is None or peer is None:
            return Span(self.policy.subject.key.start, self.policy.subject.node.end)
        start = allow.dash.start if len(allow.peers.value) == 1 else peer.dash.start
        return Span(start, max(peer.dash.end, peer.node.end))


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Holds selectors with several labels against the comments on them, and against workloads."""
    spoken = context.notes.may_say(Word.OR)
    for place in _places(policy):
        demands = [each for each in place.selector.requirements if each.positive and each.values]
        if len(demands) < 2:
            continue
        pair = _alternatives(context.notes.of(place.span), demands) if spoken else None
        apart = None if pair is not None else _apart(policy, context, place, demands)
        if pair is not None or apart is not None:
            yield _diagnostic(policy, context, place, pair, apart)


class Apart(NamedTuple):
    """Two labels that pods have, but never both."""

    first: Requirement
    second: Requirement
    one: Resident
    """A workload whose pods have the first."""
    other: Resident


def _apart(
    policy: Policy, context: Context, place: Place, demands: list[Requirement]
) -> Apart | None:
    """Proof that certainly no pod has all of the labels, and that some have each of them."""
    pods = policy.subject.value if place.peer is None else place.peer.pods.value
    if place.selector is not pods or not place.selector.exact or not context.census.shows_pods:
        return None
    populations = _populations(policy, context, place.peer)
    residents = [each for population in populations for each in population.residents]
    if not residents or not all(
        whereabouts.is_nowhere_in(place.selector, each) for each in populations
    ):
        return None
    for first, second in combinations(demands, 2):
        one, other = _carriers(first, residents), _carriers(second, residents)
        # Who has the other key with another value is rather an application that was renamed.
        is_apart = (
            one
            and other
            and not any(
                key in _labels(each)
                for key, carriers in ((second.key, one), (first.key, other))
                for each in carriers
            )
        )
        if first.key != second.key and is_apart:
            return Apart(first, second, one[0], other[0])
    return None


def _populations(policy: Policy, context: Context, peer: Peer | None) -> tuple[Population, ...]:
    """The namespaces that pods are looked for in; none where that is not certain."""
    if peer is not None and peer.namespaces.value is not None:
        return whereabouts.of_peer(policy, context, peer)
    # Whether there is anybody is known sooner than what a build makes of the policy.
    inhabited = any(each.residents for each in context.populations)
    return whereabouts.own(policy, context) if inhabited else ()


def _carriers(requirement: Requirement, residents: list[Resident]) -> list[Resident]:
    return [each for each in residents if meets(requirement, _labels(each))]


def _labels(resident: Resident) -> Labels:
    return resident.labels or {}


def _places(policy: Policy) -> Iterator[Place]:
    """The selectors that ask for several labels."""
    subject = policy.subject.value
    if subject is not None and len(subject.requirements) > 1:
        yield Place(policy, subject, None, None)
    for _, allow in policy.declared_allows():
        for peer in allow.peers.value:
            for selector in (peer.namespaces.value, peer.pods.value):
                if selector is not None and len(selector.requirements) > 1:
                    yield Place(policy, selector, allow, peer)


def _alternatives(said: str, demands: list[Requirement]) -> tuple[Requirement, Requirement] | None:
    """The two requirements whose values stand on either side of an "or"."""
    if not may_say(said, Word.OR):
        return None
    for sentence in hear(said).sentences:
        for before, after in _joined(sentence, said):
            first, second = _nearest(before, demands), _nearest(after, demands)
            if first is not None and second is not None and first.key != second.key:
                low, high = sorted((first, second), key=lambda each: each.key_node.start)
                return low, high
    return None


class Side(NamedTuple):
    """The words on one side of an "or"."""

    words: list[str]
    """The nearest first."""
    is_close: bool
    """Whether only the nearest may be a value."""
    step: int
    """-1 where they are read from the end."""


def _joined(sentence: Sentence, said: str) -> Iterator[tuple[Side, Side]]:
    """The words on either side of each "or", those near it only."""
    pieces = sentence.pieces
    for index, piece in enumerate(pieces):
        word = piece.text.lower()
        if (Word.OR not in piece.words and word not in ABROAD) or word in BESIDES or index == 0:
            continue
        is_close = word == ALSO or Word.OR not in piece.words
        if word == ALSO:
            last = pieces[index - 1]
            if last.text.lower() != "and" and "," not in said[last.end : piece.start]:
                continue
        before = [each.text.lower() for each in pieces[max(index - REACH, 0) : index]]
        after = [each.text.lower() for each in pieces[index + 1 : index + 1 + REACH]]
        yield Side(before[::-1], is_close, -1), Side(after, is_close, 1)


def _nearest(side: Side, demands: list[Requirement]) -> Requirement | None:
    """The requirement whose value stands there, or that the first fitting word alone belongs to.

    Words that several values have decide nothing: of "user-service" the next one does.
    """
    whole = {length: each for each in demands if (length := _length(side, each))}
    if whole:
        return whole[max(whole)]
    is_close = side.is_close
    for word in side.words:
        owners = [each for each in demands if word in _words(each)]
        if len(owners) == 1:
            return owners[0]
        if owners:
            is_close = True
        elif is_close and word not in FILLERS:
            return None
    return None


def _length(side: Side, requirement: Requirement) -> int:
    """How many words of a value stand next to the "or", from its first to its last; else 0."""
    values = ([part for part in _PART.split(each.lower()) if part] for each in requirement.values)
    return max(
        (len(parts) for parts in values if side.words[: len(parts)] == parts[:: side.step]),
        default=0,
    )


def _words(requirement: Requirement) -> set[str]:
    """The words of its values, as one and as many."""
    words = {
        word
        for value in requirement.values
        for word in (value.lower(), *_PART.split(value.lower()))
        if len(word) > 1
    }
    return words | {f"{word}s" for word in words}


def _diagnostic(
    policy: Policy,
    context: Context,
    place: Place,
    pair: tuple[Requirement, Requirement] | None,
    apart: Apart | None,
) -> Diagnostic:
    if apart is not None:
        pair = apart.first, apart.second
    assert pair is not None
    first, second = pair
    one, other = brief(first), brief(second)
    is_of_namespaces = place.peer is not None and place.peer.namespaces.value is place.selector
    noun = "a namespace" if is_of_namespaces else "a pod"
    cure = "write one item for each of them, since items are alternatives"
    if place.peer is None:
        cure = "write one policy for each of them, since policies are alternatives"
    labels = [Label(first.key_node.span, "and this one as well")]
    sentence = "{} and {} must both match here: as alternatives they need two items"
    if apart is not None:
        sentence = "no pod has both {} and {}: as alternatives they need two items"
        if place.peer is None:
            sentence = "no pod has both {} and {}: as alternatives they need two policies"
        for resident in (apart.one, apart.other):
            spot = resident.workload.labels_spot
            labels.append(context.label(spot, cut(f"{resident} has only one of them", 80)))
    return Diagnostic(
        second.key_node.span,
        fitted(sentence, one, other),
        labels=tuple(labels),
        help=f"now: {noun} with {cut(one, 60)} that lacks {cut(other, 60)} is not selected;\n"
        f"{cure}",
        fix=_fix(policy, place, first, second),
        covers=place.selector.node.span,
    )


def _fix(policy: Policy, place: Place, first: Requirement, second: Requirement) -> Fix | None:
    """Writes the peer twice, where it is one plain selector of two labels."""
    peer, selector = place.peer, place.selector
    if peer is None or peer.combined or not selector.exact or len(selector.requirements) != 2:
        return None
    node = selector.node
    pairs = node.get("matchLabels") if isinstance(node, Mapping) else None
    if not isinstance(pairs, Mapping) or not isinstance(peer.node, Mapping):
        return None
    one, other = pairs.fields.get(first.key), pairs.fields.get(second.key)
    if one is None or other is None:
        return None
    edits = patch.part_item(policy.text, peer.dash, peer.node, pairs, one, other)
    return None if edits is None else Fix(Safety.UNSAFE, "write two items, one label each", edits)


RULE = Rule(
    "labels-are-and",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(
        Concern(traits=frozenset({"several-labels"})),
        Concern(speech=frozenset({Word.OR}), around=frozenset({"pods"})),
    ),
    silences=frozenset(("dangling-subject", "dangling-peer")),
)
