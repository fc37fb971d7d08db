"""A dash before `podSelector` makes it a peer of its own: OR, where the author meant AND.

Why
---
Each item of `from` or `to` is an alternative. A namespaceSelector and a podSelector in one item
select those pods in those namespaces; as two items they allow every pod of these namespaces, and
also the pods of the policy's own namespace. One dash too many opens a database to a whole
namespace, and nothing complains.

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
              kubernetes.io/metadata.name: kube-system
        - podSelector:
            matchLabels:
              k8s-app: kube-dns
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
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
        ports:
        - port: 53
          protocol: UDP

When it stays silent
--------------------
Two alternatives are often meant, so the shape alone is no finding. The rule adds up the signals in
`SIGNALS` and `KNOWLEDGE` below: error from 6 with a decisive one, warning from 4, info from 2.
Comments of the items' own, words such as "or" and "same namespace", a longer mixed list, and
`podSelector: {}` ("my own namespace as well") speak against it; so does a workload of the policy's
own namespace that has the labels. What the repository shows speaks for it: the same two selectors
in one item of another policy, a Namespace with the labels, and pods that run nowhere but over
there.

Fix safety
----------
Unsafe: the policy allows less afterwards. Offered from 4 when the namespaceSelector comes directly
first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice, takewhile

from netpol_lint import habitat, kin, patch, whereabouts
from netpol_lint.answer import Answer
from netpol_lint.concern import Concern
from netpol_lint.context import MAX_NAMESPACES, Context, File
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety, Severity
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Sequence
from netpol_lint.phrase import brief, namespace_words
from netpol_lint.policy import Allow, Direction, Peer, Policy, Selector
from netpol_lint.regex import regex
from netpol_lint.repository.match import selects
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.speech import Piece, Word, hear, may_say, says
from netpol_lint.wording import LONGEST, filled

ERROR, WARNING, INFO = 6, 4, 2
"""The least totals for each severity; an error also needs a decisive signal."""
_OWN = regex(r"\b(?:our own|its own|local|locally|additionally|in addition)\b", re.IGNORECASE)
"""On the pod item: pods of the policy's own namespace are meant, or further ones."""
_ONLY = regex(r"\bonly\b|\b(?:that|those) namespaces?\b|만(?!\w)", re.IGNORECASE)
"""On the pod item: of what is said above it, a part is meant."""
REACH = 4
"""How many words from an "or" its sides are looked for."""


class Pair(NamedTuple):
    """A namespace item and a pod item of one list that may have been meant as one."""

    policy: Policy
    context: Context
    direction: Direction
    allow: Allow
    position: int
    """The place of the first of the two in the list; the other one follows it."""
    namespaces: Selector
    pods: Selector

    @property
    def first(self) -> Peer:
        """The upper item."""
        return self.allow.peers.value[self.position]

    @property
    def second(self) -> Peer:
        """The lower item."""
        return self.allow.peers.value[self.position + 1]

    @property
    def in_order(self) -> bool:
        """Whether the namespace item comes first, as both are usually written."""
        return self.first.namespaces_only is not None

    @property
    def said(self) -> str:
        """The comments on the rule and its list, those of the items not included."""
        notes = self.context.notes
        heads = {notes.head(self.allow.dash.start), notes.head(self.allow.peers.key.start)}
        return "\n".join(sorted(heads))


class Signal(NamedTuple):
    """One piece of evidence for (positive) or against (negative) a lost AND."""

    name: str
    score: int
    fires: Callable[[Pair], bool]
    decisive: bool = False


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Scores every pair of neighbouring items."""
    if "lone-namespaces" not in context.inventory.traits:
        return
    for pair in _pairs(policy, context):
        signals = _signals(pair)
        if _total(signals) < WARNING and HABIT.fires(pair):
            signals.append(HABIT)
        if _total(signals) >= INFO:
            yield _diagnostic(pair, signals)


def _signals(pair: Pair) -> list[Signal]:
    """The evidence for a pair: what its own file says first, and last what the repository knows."""
    signals = [signal for signal in SIGNALS if signal.fires(pair)]
    if _total(signals) + MOST >= INFO:
        signals += (signal for signal in KNOWLEDGE if signal.fires(pair))
    return signals


def _pairs(policy: Policy, context: Context) -> Iterator[Pair]:
    for direction, allow in policy.declared_allows():
        for found in _candidates(allow):
            yield Pair(policy, context, direction, allow, *found)


def _total(signals: list[Signal]) -> int:
    return sum(signal.score for signal in signals)


def _candidates(allow: Allow) -> Iterator[tuple[int, Selector, Selector]]:
    """Neighbours: one with only a namespaceSelector, one with only a podSelector that asks."""
    peers = allow.peers.value
    index = 0
    while index + 1 < len(peers):
        upper, lower = peers[index], peers[index + 1]
        namespaces = upper.namespaces_only or lower.namespaces_only
        pods = upper.pods_only or lower.pods_only
        if namespaces is not None and pods is not None and _may_pair(namespaces, pods):
            yield index, namespaces, pods
            index += 1
        index += 1


def _may_pair(namespaces: Selector, pods: Selector) -> bool:
    """Whether both may be meant together: with labels of the other side they would be nobody."""
    if not pods.requirements or any(map(habitat.marks_namespaces, _keys(pods))):
        return False
    return habitat.POD_KEYS.isdisjoint(_keys(namespaces))


def _keys(selector: Selector) -> list[str]:
    return [requirement.key for requirement in selector.requirements]


def _diagnostic(pair: Pair, signals: list[Signal]) -> Diagnostic:
    total = _total(signals)
    decisive = any(signal.decisive for signal in signals)
    if total >= ERROR and decisive:
        severity = Severity.ERROR
    else:
        severity = Severity.WARNING if total >= WARNING else Severity.INFO
    label = "or this one, whatever its pods" if pair.in_order else "or these pods"
    return Diagnostic(
        pair.second.dash,
        _message(pair, is_dead=any(signal.fires is _is_dead for signal in signals)),
        labels=(Label(pair.first.dash, label),),
        help=_help(pair, signals),
        fix=_fix(pair) if total >= WARNING else None,
        severity=severity,
        covers=Span(pair.first.dash.start, pair.second.node.end),
    )


def _message(pair: Pair, *, is_dead: bool) -> str:
    """What the pair allows; pods that take too much room are only pointed at."""
    pods, spaces = _brief(pair.pods), _spaces(pair.namespaces)
    if is_dead:
        end = "is allowed, drop the dash to require both"
        wholes = [f"{pods} is dead: every pod of {spaces} {end}"]
        short = f"this item is dead: every pod of {{}} {end}"
    else:
        end = "drop the dash to require both"
        rest = f"of {spaces} or local pods {pods}: {end}"
        wholes = [f"allows all pods {rest}", f"allows all {rest}"]
        short = f"allows all pods of {{}} or local pods of these labels: {end}"
    return next((each for each in wholes if len(each) <= LONGEST), filled(short, spaces))


def _spaces(selector: Selector) -> str:
    """Namespaces by their names, where these are all that is asked for, or by their labels."""
    names = selector.value_of(habitat.METADATA_NAME)
    if names is not None and len(selector.requirements) == 1:
        return " or ".join(names)
    return habitat.names(selector) or _brief(selector)


def _brief(selector: Selector) -> str:
    """The labels without the prefixes of their keys."""
    return ", ".join(map(brief, selector.requirements)) or "every namespace"


def _help(pair: Pair, signals: list[Signal]) -> str:
    spaces = namespace_words(pair.namespaces)
    verb = "from" if pair.direction is Direction.INGRESS else "to"
    reasons = ", ".join(f"{signal.name} {signal.score:+}" for signal in signals)
    return (
        f"now: {verb} any pod in {_some(spaces)}, and {verb} pods {pair.pods} of the "
        f"policy's own namespace;\n"
        f"as one item: {verb} pods {pair.pods} in {spaces} only;\n"
        f"what speaks for one item, in points: {reasons}; {_total(signals)} in all"
    )


def _some(spaces: str) -> str:
    return "any namespace" if spaces == "every namespace" else spaces


def _fix(pair: Pair) -> Fix | None:
    node = pair.allow.peers.node
    if not pair.in_order or not isinstance(node, Sequence):
        return None
    edits = patch.merge_items(pair.policy.text, node, pair.position)
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, "drop the dash: these pods in these namespaces only", edits)


def _is_dead(pair: Pair) -> bool:
    """The namespace item certainly matches the policy's own namespace: the pod item is dead."""
    if pair.namespaces.everything:
        return True
    found = pair.context.surroundings.namespace_of(pair.policy)
    if not found.names or not pair.namespaces.exact:
        return False
    if all(each.key == habitat.METADATA_NAME for each in pair.namespaces.requirements):
        return all(whereabouts.certainly_selects(pair.namespaces, name, ()) for name in found.names)
    known = pair.context.census.namespaces
    return not found.supplied and all(
        bool(known.get(name)) and whereabouts.certainly_selects(pair.namespaces, name, known[name])
        for name in found.names
    )


def _is_known(pair: Pair) -> bool:
    """The application is known to live in the named namespace, or has its name."""
    name = habitat.names(pair.namespaces)
    if name is None:
        return False
    return habitat.lives_in(name, pair.pods.requirements) or name in _values(pair.pods)


def _is_known_in_part(pair: Pair) -> bool:
    """Namespace and pod label share a whole word that is not the policy's own."""
    name = habitat.names(pair.namespaces)
    if name is None or _is_known(pair):
        return False
    own = _words(pair.policy.name_text)
    for namespace in pair.context.surroundings.namespace_of(pair.policy).names:
        own |= _words(namespace)
    if pair.policy.subject.value is not None:
        for value in _values(pair.policy.subject.value):
            own |= _words(value)
    return any(
        (_contains(name, value) or _contains(value, name))
        and not (_words(name) & _words(value) & own)
        for value in _values(pair.pods)
    )


def _contains(whole: str, part: str) -> bool:
    return len(part) >= 4 and f"-{part}-" in f"-{whole}-"


def _values(selector: Selector) -> set[str]:
    return {
        value
        for requirement in selector.requirements
        if requirement.positive
        for value in requirement.values
    }


def _words(text: str) -> set[str]:
    return {word for word in re.split(r"[^a-z0-9]+", text.lower()) if len(word) > 2}


def _is_said(pair: Pair) -> bool:
    """A comment on the rule names both, or asks for both."""
    words = _words(pair.said)
    if not words:
        return False
    spaces, pods = _names(pair)
    if words & spaces and words & pods and not _are_joined(pair):
        return True
    return says(pair.said, Word.AND) is not None


def _names(pair: Pair) -> tuple[set[str], set[str]]:
    """The words by which a comment may call the namespaces, and the pods."""
    spaces = set().union(*map(_words, _values(pair.namespaces)), set())
    return spaces, set().union(*map(_words, _values(pair.pods)), set())


def _are_joined(pair: Pair) -> bool:
    """A comment has the namespaces on one side of an "or", and the pods on the other."""
    said = _remarks(pair)
    if not may_say(said, Word.OR):
        return False
    spaces, pods = _names(pair)
    for sentence in hear(said).sentences:
        pieces = sentence.pieces
        for index, piece in enumerate(pieces):
            if Word.OR in piece.words:
                before = _stretch(reversed(pieces[:index]))
                after = _stretch(iter(pieces[index + 1 :]))
                # "grafana or prometheus in monitoring" are alternatives within one namespace.
                if (before & spaces - pods and after & pods - spaces) or (
                    before & pods - spaces and after & spaces - pods
                ):
                    return True
    return False


def _stretch(pieces: Iterator[Piece]) -> set[str]:
    """The words up to the next preposition."""
    nearest = takewhile(lambda each: not each.words & {Word.ABOUT, Word.FROM}, pieces)
    return set().union(*(_words(each.text) for each in islice(nearest, REACH)), set())


def _has_twin(pair: Pair) -> bool:
    """The same two selectors stand in one item elsewhere in the file."""
    return (str(pair.namespaces), str(pair.pods)) in pair.context.file.once(_combined)


def _has_twin_elsewhere(pair: Pair) -> bool:
    """The same two selectors stand in one item of a policy that is applied together with this."""
    twin = (str(pair.namespaces), str(pair.pods))
    return not _has_twin(pair) and any(twin in _both(each) for each in kin.of(pair.context))


def _combined(file: File) -> frozenset[tuple[str, str]]:
    """What the items of the file with both selectors ask for."""
    return frozenset(twin for policy, _ in file.subjects for twin in _both(policy))


def _both(policy: Policy) -> Iterator[tuple[str, str]]:
    """What the items of a policy with both selectors ask for."""
    for direction in Direction:
        for allow in policy.allows(direction).value:
            for peer in allow.peers.value:
                if peer.combined:
                    yield str(peer.namespaces.value), str(peer.pods.value)


def _lives_there(pair: Pair) -> bool:
    """No pod of the own namespace is meant, but one of a namespace that the other item selects."""
    own = whereabouts.own(pair.policy, pair.context)
    if not own or not all(whereabouts.is_nowhere_in(pair.pods, each) for each in own):
        return False
    census = pair.context.census
    names = whereabouts.named(pair.namespaces) or [
        name
        for name, known in sorted(census.namespaces.items())
        if known and whereabouts.certainly_selects(pair.namespaces, name, known)
    ]
    return any(
        (population := census.population(name)).authoritative
        and whereabouts.is_in(pair.pods, population)
        for name in names[:MAX_NAMESPACES]
    )


def _lives_here(pair: Pair) -> bool:
    """A workload of the own namespace is meant, and the other item does not allow it already."""
    return not _is_dead(pair) and any(
        selects(pair.pods, each.labels) is Answer.PROVEN
        for each in whereabouts.beside(pair.policy, pair.context)
    )


def _has_plain_shape(pair: Pair) -> bool:
    """Exactly these two items, nothing between them."""
    return len(pair.allow.peers.value) == 2 and pair.in_order and not _between(pair).strip()


def _between(pair: Pair) -> str:
    """The text between the two items, without the line break that ends the first one."""
    text = pair.policy.text[pair.first.node.end : pair.second.dash.start]
    return text.partition("\n")[2] if "\n" in text else text.strip(", ")


def _is_named(pair: Pair) -> bool:
    """The policy's name or head comment names the namespace and no word of the pods."""
    name = habitat.names(pair.namespaces)
    if name is None:
        return False
    head = pair.context.notes.head(pair.policy.root.start)
    for text in (pair.policy.name_text, head):
        words = _words(text)
        pods = set().union(*map(_words, _values(pair.pods)), set())
        if _words(name) and _words(name) <= words and not words & (pods - _words(name)):
            return True
    return False


def _has_matching_port(pair: Pair) -> bool:
    """DNS ports for a resolver, metrics ports for a collector."""
    ports = {port.port.value for port in pair.allow.ports.value}
    values = " ".join(_values(pair.pods))
    if 53 in ports and "dns" in values:
        return True
    metrics = ports & {9090, 9100} or any("metrics" in str(port) for port in ports)
    return bool(metrics) and any(word in values for word in ("prometheus", "exporter", "metrics"))


def _has_own_comments(pair: Pair) -> bool:
    """A comment on the second item, or on each of the two."""
    said = pair.context.notes.of(Span(pair.second.dash.start, pair.second.node.end))
    # "Only prometheus", behind the namespace, tells the one from the other no more than the dash.
    return bool(said) and not (pair.in_order and _ONLY.search(said) and not _OWN.search(said))


def _says_or(pair: Pair) -> bool:
    """A comment asks for alternatives, or for the policy's own namespace."""
    said = _remarks(pair)
    if any(says(said, word) is not None for word in (Word.OR, Word.SAME_NAMESPACE)):
        return True
    second = pair.second
    if not pair.in_order:
        return False
    own = pair.context.notes.of(Span(second.dash.start, second.node.end))
    return _OWN.search(own) is not None


def _remarks(pair: Pair) -> str:
    """What is said on the rule, and in its list."""
    field = pair.allow.peers
    inside = pair.context.notes.inside(Span(field.key.start, field.node.end))
    return f"{pair.said}\n{inside}"


def _is_mixed(pair: Pair) -> bool:
    """Other kinds of peers in the list, or several of one kind that do not alternate."""
    peers = pair.allow.peers.value
    if any(peer.block.is_set for peer in peers):
        return True
    shape = "".join(
        "N" if peer.namespaces_only is not None else "P"
        for peer in peers
        if peer.namespaces_only is not None or peer.pods_only is not None
    )
    return len(shape) > 2 and "NP" * (len(shape) // 2) != shape


def _is_sibling(pair: Pair) -> bool:
    """The pods belong to the same release or application as the policy's own."""
    subject = pair.policy.subject.value
    if subject is None:
        return False
    return any(
        (value := pair.pods.value_of(key)) is not None and value == subject.value_of(key)
        for key in ("app.kubernetes.io/instance", "app.kubernetes.io/part-of", "release")
    )


def _has_gap(pair: Pair) -> bool:
    """A blank line between the two."""
    return any(not line.strip() for line in _between(pair).split("\n")[:-1])


def _knows_and(pair: Pair) -> bool:
    """The list also has an item with both selectors."""
    return any(peer.combined for peer in pair.allow.peers.value)


def _is_habit(pair: Pair) -> bool:
    """Whether another pair of the same file already has an error's total."""
    return bool(pair.context.file.once(_clear_pairs) - {pair.second.dash.start})


def _clear_pairs(file: File) -> frozenset[int]:
    """Where the pairs of the file stand that have an error's total by themselves."""
    return frozenset(
        pair.second.dash.start
        for policy, context in file.subjects
        for pair in _pairs(policy, context)
        if _total(_signals(pair)) >= ERROR
    )


SIGNALS = (
    Signal("dead item", 6, _is_dead, decisive=True),
    Signal("the application is known to live there", 6, _is_known, decisive=True),
    Signal("shared name", 6, _is_known_in_part),
    Signal("a comment asks for both", 3, _is_said),
    Signal("written together elsewhere", 3, _has_twin),
    Signal("just these two items", 2, _has_plain_shape),
    Signal("the policy is named so", 2, _is_named),
    Signal("the port fits", 1, _has_matching_port),
    Signal("the items have comments of their own", -4, _has_own_comments),
    Signal("a comment says or", -4, _says_or),
    Signal("both named as alternatives", -4, _are_joined),
    Signal("mixed list", -3, _is_mixed),
    Signal("same application", -3, _is_sibling),
    Signal("pods first", -2, lambda pair: not pair.in_order),
    Signal("blank line", -2, _has_gap),
    Signal("written right beside it", -2, _knows_and),
)
"""The evidence of the file itself, with its weight."""
KNOWLEDGE = (
    Signal("written together in another policy", 3, _has_twin_elsewhere),
    Signal("the pods run over there", 5, _lives_there, decisive=True),
    Signal("such pods run here", -5, _lives_here),
)
"""The evidence of the repository: looked for only where it can matter."""
MOST = sum(signal.score for signal in KNOWLEDGE if signal.score > 0)
HABIT = Signal("another clear case in this file", 3, _is_habit)
"""Looked at only where it can matter: it scores all other pairs of the file."""

RULE = Rule(
    "split-peer",
    Group.CONTRADICTION,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"lone-pods"})),),
    silences=frozenset(
        (
            "redundant-peer",
            "voided-restriction",
            "local-selector-for-remote-app",
            "dangling-peer",
            "unproven-namespace-label",
            "broad-peer",
        )
    ),
)
