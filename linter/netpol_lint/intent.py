"""What the author says a policy is for: its name, annotations and comments.

Two kinds of question. A *stance* is a claim about a whole direction ("deny all egress"), which
rules hold against what the policy does. A *mention* is a single word of a class, which makes rules
speak softer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from netpol_lint import claim
from netpol_lint.claim import Claims
from netpol_lint.comment import Comment, Notes
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Mapping, Scalar
from netpol_lint.policy import Direction, Policy
from netpol_lint.regex import regex
from netpol_lint.span import Span
from netpol_lint.speech import Piece, Speech, Word, find, hear, may_say
from netpol_lint.wording import LONGEST, cut

_WORD = regex(r"[^A-Za-z0-9]+")
_DESCRIBING = ("description", "comment", "purpose")
_LICENSE = regex(r"licen[sc]e|copyright|spdx-|warrant", re.IGNORECASE)
_MANIFEST = regex(
    r"(?:-\s*)*(?:apiVersion|kind|metadata|name|namespace|labels|annotations|spec|podSelector|policyTypes"
    r"|ingress|egress|from|to|ports|port|protocol|endPort|namespaceSelector|ipBlock|cidr|except"
    r"|matchLabels|matchExpressions|key|operator|values|[\w.-]+/[\w.-]+):(?:\s|\Z)|-(?:\s|\Z)|[{}\[\]]"
)
"""A line of a manifest that was commented out."""


class Source(NamedTuple):
    """Where words of intent stand."""

    kind: str
    """`name`, `annotation` or `comment`."""
    span: Span
    text: str
    """The words: a name, a sentence, or one term."""

    def against(self, effect: str) -> str:
        """A message that holds these words against what the policy does, such as `allows all`."""
        start, end = {
            "name": ('the policy is called "', f'" but {effect}'),
            "annotation": ('the annotation says "', f'" but the policy {effect}'),
            "comment": ('the comment says "', f'" but the policy {effect}'),
        }[self.kind]
        return start + cut(self.text, LONGEST - len(start) - len(end)) + end


class Stance(NamedTuple):
    """What the author states about whole directions, such as "deny all egress"."""

    source: Source
    directions: frozenset[Direction]
    """The directions that a direction word ties to it; empty where none is named."""
    total: bool
    """Whether it is about everything; a name such as `deny-from-lab` is not."""

    def names(self, direction: Direction) -> bool:
        """Whether it speaks of `direction` in so many words."""
        return direction in self.directions


class Intent:
    """The author's words about one policy; nothing is read before it is asked for."""

    def __init__(self, policy: Policy, notes: Notes) -> None:
        self._policy = policy
        self._notes = notes

    @classmethod
    def of(cls, policy: Policy, notes: Notes) -> Intent:
        """The words in the policy's own text, `notes` being the comments of its document."""
        return cls(policy, notes)

    @property
    def deny(self) -> Stance | None:
        """The strongest statement that the policy denies."""
        return next(iter(self.denials), None)

    @property
    def denials(self) -> tuple[Stance, ...]:
        """All statements that the policy denies, strongest source first."""
        return self._stances[0]

    @property
    def allowances(self) -> tuple[Stance, ...]:
        """All statements that the policy allows everything, strongest source first."""
        return self._stances[1]

    def denies(self, direction: Direction) -> Stance | None:
        """The strongest denial that names `direction`."""
        return next((each for each in self.denials if each.names(direction)), None)

    def named(self, *words: Word) -> Source | None:
        """The first term of one of these classes in the name."""
        name = self._policy.name
        if name is None:
            return None
        piece = find(name.text, *words)
        return None if piece is None else Source("name", name.span, piece.text)

    def described(self, *words: Word) -> Source | None:
        """The first such term in a describing annotation or above the policy."""
        for source in self.descriptions:
            piece = find(source.text, *words)
            if piece is not None:
                return source._replace(text=piece.text)
        return None

    def noted(self, span: Span, *words: Word) -> Source | None:
        """The first such term in a comment on the node at `span`: above, beside, inside it."""
        if not self._notes.may_say(*words):
            return None
        comments = self._notes.on(span)
        if not comments:
            return None
        piece = find("\n".join(comment.text for comment in comments), *words)
        return None if piece is None else Source("comment", _at(comments, piece.start), piece.text)

    def says(self, span: Span | None, *words: Word) -> Source | None:
        """The first such term in the name, in a description or, with a span, on that node."""
        return (
            self.named(*words)
            or self.described(*words)
            or (None if span is None else self.noted(span, *words))
        )

    def named_for(self, direction: Direction, *words: Word) -> Source | None:
        """The first such term in a name that denies nothing and can only be about `direction`.

        A word out of the name of a pod or a namespace is no statement: `public-api`.
        """
        name = self._policy.name
        if name is None or name.is_unknown:
            return None
        piece = find(name.text, *words)
        if piece is None:
            return None
        speech = hear(name.text)
        if speech.find(Word.DENY, Word.QUARANTINE) is not None:
            return None
        if not _is_about(speech, piece, direction, self._policy):
            return None
        if piece.text.lower() in _named_things(self._policy):
            return None
        return Source("name", name.span, piece.text)

    @property
    def descriptions(self) -> tuple[Source, ...]:
        """The describing annotations, and the paragraphs of comments above the policy."""
        return (*self._annotations, *self._preface)

    @cached_property
    def _annotations(self) -> tuple[Source, ...]:
        metadata = self._policy.metadata.value
        node = None if metadata is None else metadata.get("annotations")
        if not isinstance(node, Mapping):
            return ()
        return tuple(
            Source("annotation", entry.key.span, entry.value.text)
            for key, entry in node.fields.items()
            if key.lower().endswith(_DESCRIBING) and isinstance(entry.value, Scalar)
        )

    @cached_property
    def _preface(self) -> tuple[Source, ...]:
        """The comments above the policy, but for licences and parts of manifests."""
        if not self._notes.comments:
            return ()
        found = (_source(each) for each in self._notes.preface(self._policy.root.start))
        return tuple(each for each in found if each is not None)

    @cached_property
    def _stances(self) -> tuple[tuple[Stance, ...], tuple[Stance, ...]]:
        denials: list[Stance] = []
        allowances: list[Stance] = []
        for source, claims in self._claims():
            if claims.deny is not None:
                spoken = self._spoken(source, claims.deny_text)
                denials.append(Stance(spoken, claims.deny, claims.total))
            if claims.allow is not None:
                spoken = self._spoken(source, claims.allow_text)
                allowances.append(Stance(spoken, claims.allow, True))
        return (
            tuple(each for each in denials if not _is_contradicted(each, allowances)),
            tuple(each for each in allowances if not _is_contradicted(each, denials)),
        )

    def _claims(self) -> Iterator[tuple[Source, Claims]]:
        """What each source states, strongest source first."""
        name = self._policy.name
        if name is not None and not name.is_unknown:
            is_doubtful = may_say(name.text, Word.HOMONYM, Word.FROM, Word.TO)
            own = _own_words(self._policy) if is_doubtful else frozenset[str]()
            yield Source("name", name.span, name.text), claim.of_name(name.text, own)
        for source in self._annotations:
            yield source, self._prose(source.text)
        preface = self._preface
        if preface:
            # A statement and what it does not hold for may stand in two paragraphs.
            span = Span(preface[0].span.start, preface[-1].span.end)
            text = "\n\n".join(source.text for source in preface)
            yield Source("comment", span, text), self._prose(text)
        if self._notes.comments:
            for direction in Direction:
                yield from self._claims_on(direction)

    def _prose(self, text: str) -> Claims:
        """What a description or comment states, the policy's own environment known."""
        is_staged = may_say(text, Word.ENVIRONMENT)
        return claim.of_prose(text, self._stages if is_staged else frozenset())

    @cached_property
    def _stages(self) -> frozenset[str]:
        """The environments that the policy's namespace, name and labels speak of."""
        policy = self._policy
        texts = [policy.namespace.value or "", policy.name_text]
        metadata = policy.metadata.value
        labels = None if metadata is None else metadata.get("labels")
        if isinstance(labels, Mapping):
            texts += (
                entry.value.text
                for entry in labels.fields.values()
                if isinstance(entry.value, Scalar)
            )
        words = {word.lower() for text in texts for word in _WORD.split(text)}
        return claim.stages(words | _own_words(policy))

    def _claims_on(self, direction: Direction) -> Iterator[tuple[Source, Claims]]:
        """What is said on a direction: on its key, and on a rule that allows everything."""
        allows = self._policy.allows(direction)
        if not allows.written:
            return
        places = [allows.key.start]
        places += [allow.dash.start for allow in allows.value if allow.everything]
        for place in places:
            beside = self._notes.beside(place)
            for comments in (self._notes.above(place), () if beside is None else (beside,)):
                source = _source(comments)
                if source is not None:
                    yield source, _about(direction, self._prose(source.text))

    def _spoken(self, source: Source, sentence: str) -> Source:
        """The sentence of a source that makes the statement, and the comment it begins in."""
        if not sentence:
            return source
        span = source.span
        if source.kind == "comment":
            first = sentence.partition("\n")[0]
            inside = (each for each in self._notes.comments if span.holds(each.span))
            span = next((each.span for each in inside if first in each.text), span)
        return Source(source.kind, span, " ".join(sentence.split()))


def _is_about(speech: Speech, piece: Piece, direction: Direction, policy: Policy) -> bool:
    """Whether a term of the name belongs to `direction`, be it for want of another."""
    pieces = list(speech.pieces)
    before = pieces[pieces.index(piece) - 1].words if piece is not pieces[0] else frozenset[Word]()
    if (Word.TO if direction is Direction.INGRESS else Word.FROM) in before:
        return False
    directions = claim.directions_of(pieces)
    if directions:
        return directions == {direction}
    other = direction.other
    if not policy.isolates(other):
        return policy.declared is not None
    return policy.allows(other).nothing


def _named_things(policy: Policy) -> set[str]:
    """The words of all labels' values and namespaces that the policy names."""
    selectors = [policy.subject.value]
    for _, allow in policy.declared_allows():
        for peer in allow.peers.value:
            selectors += peer.pods.value, peer.namespaces.value
    texts = [policy.namespace.value or ""]
    for selector in selectors:
        if selector is not None:
            texts += (value for each in selector.requirements for value in each.values)
    return {word.lower() for text in texts for word in _WORD.split(text)}


def _own_words(policy: Policy) -> frozenset[str]:
    """The words of the labels that the policy's own pods are chosen by."""
    subject = policy.subject.value
    requirements = () if subject is None else subject.requirements
    texts = (value for each in requirements if each.positive for value in each.values)
    return frozenset(word.lower() for text in texts for word in _WORD.split(text) if word)


def _is_contradicted(stance: Stance, others: Sequence[Stance]) -> bool:
    return any(claim.overlap(stance.directions, each.directions) for each in others)


def _about(direction: Direction, claims: Claims) -> Claims:
    """Claims in a comment on a direction: without a direction word they are about that one."""
    own = frozenset((direction,))
    deny, allow = (
        None if said is None or (said and said != own) else own
        for said in (claims.deny, claims.allow)
    )
    return claims._replace(deny=deny, allow=allow)


def _at(comments: Sequence[Comment], offset: int) -> Span:
    """The comment that holds the character at `offset` of their texts, put together by lines."""
    for comment in comments:
        if offset <= len(comment.text):
            return comment.span
        offset -= len(comment.text) + 1
    return comments[-1].span


def _source(comments: Sequence[Comment]) -> Source | None:
    """Comments as one text; None where they are a licence or lines of a manifest."""
    lines = [each.text for each in comments if not _MANIFEST.match(each.text)]
    text = "\n".join(lines)
    if not text or _LICENSE.search(text):
        return None
    return Source("comment", Span(comments[0].span.start, comments[-1].span.end), text)
