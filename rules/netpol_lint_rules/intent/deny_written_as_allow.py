"""A policy that says "block X" and lists X as an allowed peer.

Why
---
A NetworkPolicy has no deny. What stands under `from` or `to` is allowed, and everybody else is
not: a peer that was listed in order to be blocked is the only one that gets in, and all others
lose their access.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: block-lab
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress:
      - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: lab

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: block-lab
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress:
      - from:
        - namespaceSelector:
            matchExpressions:
            - key: kubernetes.io/metadata.name
              operator: NotIn
              values: [lab]

When it stays silent
--------------------
X has to follow the word at once ("block lab", "deny traffic from lab", "deny web from lab" in a
policy about web, "lab 차단") and to be a value in a peer of the direction spoken of. "other",
"except" and "not" take it back, and so does a word that allows, in the same text or on the rule. An
environment (prod, staging) in a comment counts behind "from" or "to" only.
Nothing is said where X is excluded only, where it is the policy's own namespace or application, and
about "isolate X", which is about X itself unless "from" follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from netpol_lint import witness
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group, Label
from netpol_lint.intent import Source
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Mapping, Node, Scalar
from netpol_lint.node import Sequence as Items
from netpol_lint.policy import Direction, Operator, Peer, Policy, Requirement, Selector, string
from netpol_lint.regex import regex
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.speech import Piece, Sentence, Word, hear, may_say
from netpol_lint.wording import cut

BETWEEN = frozenset(
    (Word.FROM, Word.TO, Word.TRAFFIC, Word.PLAIN, Word.INBOUND, Word.OUTBOUND, Word.ALL)
)
"""What may stand between the denial and its object."""
BEHIND = BETWEEN | {Word.NAMESPACE, Word.ABOUT}
"""What may follow the object; anything else would be a part of it."""


KOREAN_FILLERS = frozenset(
    ["오는", "가는", "향하는", "로부터", "로부터의", "으로부터", "으로부터의", "에서의"]
)
"""What leads from a name to what becomes of it."""
CHINESE_VISITS = frozenset(("访问", "訪問", "存取", "连接", "連接", "连线", "連線"))
"""Whoever stands behind these is who is called."""
_VERB_LAST = regex(r"[\u1100-\u11ff\u3040-\u30ff\uac00-\ud7a3]")
"""Letters of Korean and Japanese, where the object goes before the verb."""
_HAN = regex(r"[\u3400-\u9fff]")

MOST_LABELS = 3


class Denial(NamedTuple):
    """Words that deny somebody."""

    source: Source
    text: str
    """The text of the name or comment, in lower case."""
    start: int
    """Where the denied one begins in it, or ends where `backwards`."""
    backwards: bool
    directions: frozenset[Direction]


class Listed(NamedTuple):
    """A value by which a peer is chosen."""

    text: str
    node: Node
    direction: Direction
    span: Span
    """The rule that it stands in."""


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Holds the object of each denial against the values of the peers."""
    denials = list(_denials(policy, context))
    found: dict[tuple[Denial, Direction], list[Listed]] = {}
    seen: set[Span] = set()
    for listed in _listed(policy) if denials else ():
        for denial in denials:
            is_object = listed.direction in denial.directions and _is_object(denial, listed.text)
            if is_object and listed.node.span not in seen and not _is_own(policy, context, listed):
                seen.add(listed.node.span)
                found.setdefault((denial, listed.direction), []).append(listed)
    for (denial, _), places in found.items():
        yield _diagnostic(policy, denial, places)


def _denials(policy: Policy, context: Context) -> Iterator[Denial]:
    """What name and head comment deny, unless they allow as well."""
    name = policy.name
    sources = []
    if name is not None and may_say(name.text, Word.DENY) and not name.is_unknown:
        sources.append(Source("name", name.span, name.text))
    if context.notes.may_say(Word.DENY):
        sources += (
            Source("comment", comment.span, comment.text)
            for comment in context.notes.above(policy.root.start)
        )
    for source in sources:
        speech = hear(source.text)
        if speech.find(Word.DENY) is None or speech.find(Word.ALLOW) is not None:
            continue
        for sentence in speech.sentences:
            yield from _of_sentence(source, sentence, _own_words(policy))


def _of_sentence(source: Source, sentence: Sentence, own: set[str]) -> Iterator[Denial]:
    pieces = sentence.pieces
    if any(Word.UNDO in piece.words for piece in pieces):
        return
    for index, piece in enumerate(pieces):
        if Word.DENY not in piece.words:
            continue
        for backwards in _sides(piece, sentence.text):
            others = list(reversed(pieces[:index])) if backwards else list(pieces[index + 1 :])
            passed, target = _object(others, own)
            if target is None:
                continue
            spoken = frozenset[Word]().union(*(each.words for each in passed))
            is_limited = any(_limits(each, target, source, spoken) for each in pieces)
            if is_limited or (Word.QUARANTINE in piece.words and Word.FROM not in spoken):
                break
            place = target.end if backwards else target.start
            directions = _directions(passed, pieces)
            yield Denial(source, source.text.lower(), place, backwards, directions)
            break


def _sides(piece: Piece, text: str) -> tuple[bool, ...]:
    """Whether the object stands before the word: in Korean and Japanese, at times in Chinese."""
    if _VERB_LAST.search(piece.text) or (_HAN.search(piece.text) and _VERB_LAST.search(text)):
        return (True,)
    return (False, True) if _HAN.search(piece.text) else (False,)


def _limits(piece: Piece, target: Piece, source: Source, passed: frozenset[Word]) -> bool:
    """Whether a piece takes the denial back, or leaves it open whether it holds here.

    An environment does not where it is denied itself: in a name, or behind "from" or "to".
    """
    if Word.LIMIT not in piece.words:
        return False
    if Word.ENVIRONMENT not in piece.words:
        return True
    is_denied = piece is target and bool(passed & {Word.FROM, Word.TO})
    return source.kind != "name" and not is_denied


def _object(pieces: Sequence[Piece], own: set[str]) -> tuple[list[Piece], Piece | None]:
    """What is passed over, and the first word that may name somebody.

    The pods that the policy is about may come first: "deny web from lab".
    """
    passed: list[Piece] = []
    skipped = False
    for piece in pieces:
        if piece.text.lower() in own:
            skipped = True
        elif not piece.words & BETWEEN and not _is_korean_filler(piece):
            if skipped and not any(each.words & {Word.FROM, Word.TO} for each in passed):
                return passed, None
            return passed, piece
        passed.append(piece)
    return passed, None


def _own_words(policy: Policy) -> set[str]:
    """The words of the labels by which the policy chooses its pods, where they say all of a value.

    A `kube-prometheus` has a part in no "block-prometheus", only in a "deny-kube-prometheus".
    """
    subject, name = policy.subject.value, _split(policy.name_text)
    words: set[str] = set()
    for value in () if subject is None else _positive(subject):
        parts = _split(value)
        spoken = any(name[start : start + len(parts)] == parts for start in range(len(name)))
        if spoken or len(parts) == 1:
            words.update(parts)
    return words


def _split(text: str) -> list[str]:
    return re.split(r"[-_.]", text.lower())


def _is_korean_filler(piece: Piece) -> bool:
    return piece.text in KOREAN_FILLERS or Word.NAMESPACE in piece.words


def _directions(passed: Sequence[Piece], pieces: Sequence[Piece]) -> frozenset[Direction]:
    """The direction that is named; else the one that "from" or "to" tells; else both."""
    spoken = frozenset[Word]().union(*(piece.words for piece in pieces))
    named = {
        direction
        for direction, word in (
            (Direction.INGRESS, Word.INBOUND),
            (Direction.EGRESS, Word.OUTBOUND),
        )
        if word in spoken
    }
    if len(named) == 1:
        return frozenset(named)
    if passed and passed[-1].text in CHINESE_VISITS:
        return frozenset((Direction.EGRESS,))
    ways = frozenset[Word]().union(*(piece.words for piece in passed))
    if Word.FROM in ways and Word.TO not in ways:
        return frozenset((Direction.INGRESS,))
    if Word.TO in ways and Word.FROM not in ways:
        return frozenset((Direction.EGRESS,))
    return frozenset(Direction)


def _is_object(denial: Denial, value: str) -> bool:
    """Whether exactly `value` stands where the denied one is named."""
    value = value.lower()
    if not value:
        return False
    if denial.backwards:
        return denial.text[: denial.start].endswith(value)
    if not denial.text.startswith(value, denial.start):
        return False
    rest = denial.text[denial.start + len(value) :]
    if rest[:1].isalnum() and not _HAN.match(rest):
        return False
    following = next(iter(hear(rest).pieces), None) if rest.strip("-_. ") else None
    return following is None or bool(following.words & BEHIND) or rest[:1] in ",;:."


def _listed(policy: Policy) -> Iterator[Listed]:
    """All values that choose a peer, by a label or as a block."""
    for direction, allow in policy.declared_allows():
        span = Span(allow.dash.start, max(allow.dash.end, allow.node.end))
        for peer in allow.peers.value:
            for text, node in _values(peer):
                yield Listed(text, node, direction, span)


def _values(peer: Peer) -> Iterator[tuple[str, Node]]:
    for selector in (peer.namespaces.value, peer.pods.value):
        if selector is not None:
            for requirement in selector.requirements:
                if requirement.operator is Operator.IN:
                    yield from _of_requirement(requirement)
    block = peer.block.value
    if block is not None and block.cidr.value:
        yield block.cidr.value, block.cidr.node


def _of_requirement(requirement: Requirement) -> Iterator[tuple[str, Node]]:
    if isinstance(requirement.node, Scalar):
        yield requirement.values[0], requirement.node
    elif isinstance(requirement.node, Mapping):
        values = requirement.node.get("values")
        for node in values.items if isinstance(values, Items) else ():
            yield string(node) or "", node


def _is_own(policy: Policy, context: Context, listed: Listed) -> bool:
    """Whether it is the policy's own application or namespace, or a comment allows it."""
    subject = policy.subject.value
    if subject is not None and listed.text in _positive(subject):
        return True
    if policy.namespace.value == listed.text:
        return True
    if listed.text in context.surroundings.namespace_of(policy).names:
        return True
    return context.intent.noted(listed.span, Word.ALLOW) is not None or (
        context.intent.described(Word.ALLOW) is not None
    )


def _positive(selector: Selector) -> set[str]:
    return {value for each in selector.requirements if each.positive for value in each.values}


def _diagnostic(policy: Policy, denial: Denial, places: list[Listed]) -> Diagnostic:
    """One finding for all places of one direction that list whom a name denies."""
    listed, *others = places
    value = cut(listed.text, 24)
    flow = f"{value} may connect to {witness.subject(policy)}, and only who is listed may"
    if listed.direction is Direction.EGRESS:
        flow = f"{witness.subject(policy)} may connect to {value}, and only to who is listed"
    return Diagnostic(
        listed.node.span,
        denial.source.against(f"lists {value} as an allowed peer"),
        labels=(
            Label(denial.source.span, "this denies it"),
            *(Label(each.node.span, "listed here, too") for each in others[:MOST_LABELS]),
        ),
        help=f"now: {flow}: every other peer is denied instead;\n"
        f"a NetworkPolicy cannot deny: {_cure(listed, value)}",
    )


def _cure(listed: Listed, value: str) -> str:
    # No value of a label has a slash, and every range has one.
    if "/" in listed.text:
        return f"allow a wider `cidr` that has {value} under `except`"
    return f"`operator: NotIn` with `values: [{value}]` allows all the others"


RULE = Rule(
    "deny-written-as-allow",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(speech=frozenset({Word.DENY})),),
)
