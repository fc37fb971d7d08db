"""What the author says a policy is for: name, annotations and comments against the lexicon.

Two kinds of question. A *stance* is a claim about a whole direction ("deny all egress"), which
rules hold against what the policy does; it is drawn with care, since prose mentions much that it
does not claim. A *mention* is a single word of a class, which makes rules speak softer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from netpol_lint.comment import Comment, Notes
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Mapping, Scalar
from netpol_lint.policy import Direction, Policy
from netpol_lint.regex import regex
from netpol_lint.span import Span
from netpol_lint.speech import Piece, Sentence, Speech, Word, find, hear, may_say
from netpol_lint.wording import LONGEST, cut

_DIRECTIONS = {Direction.INGRESS: Word.INBOUND, Direction.EGRESS: Word.OUTBOUND}
_WAYS = frozenset(_DIRECTIONS.values())
_VERBS = frozenset((Word.DENY, Word.ALLOW))
_TIES = _WAYS | {Word.ALL, Word.EVERYONE, Word.TRAFFIC, Word.PLAIN, Word.DEFAULT, Word.NOT}
"""What may stand between a verb and the direction word that belongs to it."""
_OBJECTS = frozenset((Word.OUTSIDE, Word.INTERNAL, Word.METADATA, Word.ALL_OF, Word.SAME_NAMESPACE))
"""What a verb may be about without being about everything."""
_KNOWN = _TIES | _VERBS | {Word.NOT_SO}

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


class Claims(NamedTuple):
    """What one text states: the directions it denies or allows; None where it does not."""

    deny: frozenset[Direction] | None = None
    allow: frozenset[Direction] | None = None
    total: bool = True
    """Whether the denial is about everything; an allowance always is."""
    deny_text: str = ""
    allow_text: str = ""


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
            is_doubtful = may_say(name.text, Word.HOMONYM)
            own = _own_words(self._policy) if is_doubtful else frozenset[str]()
            yield Source("name", name.span, name.text), of_name(name.text, own)
        for source in self._annotations:
            yield source, of_prose(source.text)
        preface = self._preface
        if preface:
            # A statement and what it does not hold for may stand in two paragraphs.
            span = Span(preface[0].span.start, preface[-1].span.end)
            text = "\n\n".join(source.text for source in preface)
            yield Source("comment", span, text), of_prose(text)
        if self._notes.comments:
            for direction in Direction:
                yield from self._claims_on(direction)

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
                    yield source, _about(direction, of_prose(source.text))

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
    directions = _directions(pieces)
    if directions:
        return directions == {direction}
    other = direction.other
    if policy.declared is None or other not in policy.declared:
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


def of_name(text: str, own: frozenset[str] = frozenset()) -> Claims:
    """What a name states, such as `default-deny-ingress`; `own` is how the pods are called.

    `block-till` denies where the policy is about `till`, and may be anybody's name elsewhere.
    """
    if not may_say(text, *_VERBS):
        return Claims()
    pieces = [piece for sentence in hear(text).sentences for piece in sentence.pieces]
    verbs = {
        index: Word.DENY if Word.DENY in piece.words else Word.ALLOW
        for index, piece in enumerate(pieces)
        if _is_verb(pieces, index, own)
    }
    if len(set(verbs.values())) == 2:
        return _of_mixed_name(pieces, verbs)
    denied: frozenset[Direction] | None = None
    allowed: frozenset[Direction] | None = None
    total = True
    for index, verb in verbs.items():
        run = _run(pieces, index, _TIES | _VERBS | _OBJECTS)
        directions = _directions(pieces[run.start : run.stop])
        if verb is Word.DENY:
            denied = directions | (denied or frozenset())
            total = total and _is_total_denial(pieces, run)
        elif _allows_all(pieces, _run(pieces, index, _TIES | _VERBS)):
            allowed = directions | (allowed or frozenset())
    return Claims(denied, allowed, total)


def of_prose(text: str) -> Claims:
    """What a comment states in a sentence of nothing but known words, such as "Denies all egress.".

    Anything that takes something back, anywhere in the text, leaves no statement.
    """
    if not may_say(text, *_VERBS):
        return Claims()
    speech = hear(text)
    if speech.find(*_VERBS) is None or speech.find(Word.LIMIT) is not None:
        return Claims()
    claims: dict[Word, list[tuple[frozenset[Direction], str]]] = {verb: [] for verb in _VERBS}
    mentions: set[Word] = set()
    for sentence in speech.sentences:
        directions = _claim(sentence)
        verbs = _verbs(sentence)
        if directions is None:
            mentions |= verbs
        else:
            claims[verbs.pop()].append((directions, sentence.text))
    # Who speaks of allowing as well, in whatever words, does not deny everything; and the reverse.
    denied = _sum(claims[Word.DENY]) if Word.ALLOW not in mentions else None
    allowed = _sum(claims[Word.ALLOW]) if Word.DENY not in mentions else None
    if denied is not None and allowed is not None and _overlap(denied, allowed):
        return Claims()
    return Claims(
        denied,
        allowed,
        deny_text="" if denied is None else claims[Word.DENY][0][1],
        allow_text="" if allowed is None else claims[Word.ALLOW][0][1],
    )


def _sum(claims: list[tuple[frozenset[Direction], str]]) -> frozenset[Direction] | None:
    return frozenset().union(*(directions for directions, _ in claims)) if claims else None


def _overlap(first: frozenset[Direction], second: frozenset[Direction]) -> bool:
    """Whether two claims are about the same traffic; without a direction word about any."""
    return not first or not second or bool(first & second)


def _is_contradicted(stance: Stance, others: Sequence[Stance]) -> bool:
    return any(_overlap(stance.directions, each.directions) for each in others)


def _directions(pieces: Sequence[Piece]) -> frozenset[Direction]:
    return frozenset(
        direction
        for direction, word in _DIRECTIONS.items()
        if any(word in piece.words for piece in pieces)
    )


def _is_verb(pieces: Sequence[Piece], index: int, own: frozenset[str] = frozenset()) -> bool:
    """Whether the piece denies or allows; a homonym must stand beside a word of traffic."""
    words = pieces[index].words
    if len(words & _VERBS) != 1:
        return False
    if Word.HOMONYM not in words or all(piece.words & _KNOWN for piece in pieces):
        return True
    if own and pieces[index].text.lower() not in own and _is_about_own(pieces, own):
        return True
    tied = _WAYS | {Word.ALL, Word.DEFAULT}
    return any(pieces[place].words & tied for place in _neighbours(pieces, index))


def _is_about_own(pieces: Sequence[Piece], own: frozenset[str]) -> bool:
    """Whether all that the lexicon does not know is how the policy's pods are called."""
    return all(
        piece.words & _KNOWN or (not piece.words and piece.text.lower() in own) for piece in pieces
    )


def _neighbours(pieces: Sequence[Piece], index: int) -> Iterator[int]:
    """The places of the pieces next to `index`, those without a meaning passed over."""
    for step in (-1, 1):
        place = index + step
        while 0 <= place < len(pieces) and _is_filler(pieces[place]):
            place += step
        if 0 <= place < len(pieces):
            yield place


def _is_filler(piece: Piece) -> bool:
    words = piece.words
    return bool(words & {Word.PLAIN, Word.NOT}) and not words & (_VERBS | {Word.DEFAULT})


def _run(pieces: Sequence[Piece], index: int, words: frozenset[Word]) -> range:
    """The places around `index` whose pieces are all of these classes."""
    start, stop = index, index + 1
    while start > 0 and pieces[start - 1].words & words:
        start -= 1
    while stop < len(pieces) and pieces[stop].words & words:
        stop += 1
    return range(start, stop)


def _is_total_denial(pieces: Sequence[Piece], run: range) -> bool:
    """Whether a name denies everything, not only what comes from or goes to somebody."""
    if any(Word.LIMIT in piece.words for piece in pieces):
        return False
    spoken = frozenset[Word]().union(*(pieces[place].words for place in run))
    if spoken & _OBJECTS or _goes_on(pieces, run.stop):
        return False
    weight = _WAYS | {Word.ALL, Word.TRAFFIC, Word.DEFAULT}
    return run.stop == len(pieces) or bool(spoken & weight)


def _allows_all(pieces: Sequence[Piece], run: range) -> bool:
    """Whether a name allows everything: an *all* without a noun, and nobody named behind it."""
    if any(Word.LIMIT in piece.words for piece in pieces) or _goes_on(pieces, run.stop):
        return False
    alls = [place for place in run if _is_everything(pieces[place])]
    ends_with_all = bool(alls) and alls[-1] + 1 == run.stop < len(pieces)
    is_named = ends_with_all and Word.ABOUT not in pieces[run.stop].words
    return (
        bool(alls) and not is_named and not any(Word.ALL_OF in pieces[place].words for place in run)
    )


def _goes_on(pieces: Sequence[Piece], place: int) -> bool:
    """Whether the piece at `place` names somebody in particular: from whom, to whom, which."""
    if place >= len(pieces):
        return False
    words = pieces[place].words
    if words & {Word.FROM, Word.TO}:
        return place + 1 >= len(pieces) or not _is_everything(pieces[place + 1])
    return bool(words & (_OBJECTS | {Word.DNS, Word.API_SERVER}))


def _is_everything(piece: Piece) -> bool:
    return Word.ALL in piece.words and Word.ALL_OF not in piece.words


def _of_mixed_name(pieces: Sequence[Piece], verbs: dict[int, Word]) -> Claims:
    """A name that denies and allows: a direction counts whose word belongs to one of them."""
    candidates = {
        index: {place for place in _nearest(pieces, index) if place in verbs}
        for index, piece in enumerate(pieces)
        if piece.words & _WAYS and index not in verbs
    }
    for _ in candidates:
        # A verb that is the only one of some direction word is not the verb of another as well.
        taken = {min(places) for places in candidates.values() if len(places) == 1}
        for index, places in candidates.items():
            if len(places) == 2 and len(places - taken) == 1:
                candidates[index] = places - taken
    claims: dict[Word, frozenset[Direction]] = {}
    total = True
    for index, places in candidates.items():
        if len(places) == 1:
            (place,) = places
            stretch = range(min(index, place), max(index, place) + 1)
            wide = range(max(stretch.start - 1, 0), min(stretch.stop + 1, len(pieces)))
            is_all = any(_is_everything(pieces[each]) for each in wide)
            goes_on = _goes_on(pieces, stretch.stop)
            if verbs[place] is Word.DENY or (is_all and not goes_on):
                directions = _directions((pieces[index],))
                claims[verbs[place]] = directions | claims.get(verbs[place], frozenset())
            total = total and not goes_on
    denied, allowed = claims.get(Word.DENY), claims.get(Word.ALLOW)
    if denied and allowed and denied & allowed:
        return Claims()
    return Claims(denied, allowed, total and not any(Word.LIMIT in each.words for each in pieces))


def _nearest(pieces: Sequence[Piece], index: int) -> Iterator[int]:
    """The next verb on either side of a direction word, with nothing of weight between."""
    passed = {Word.ALL, Word.TRAFFIC, Word.PLAIN, Word.NOT}
    for step in (-1, 1):
        place = index + step
        while 0 <= place < len(pieces) and not pieces[place].words & (_VERBS | _WAYS):
            if not pieces[place].words & passed:
                break
            place += step
        if 0 <= place < len(pieces):
            yield place


def _verbs(sentence: Sentence) -> set[Word]:
    return {verb for piece in sentence.pieces for verb in piece.words & _VERBS}


def _claim(sentence: Sentence) -> frozenset[Direction] | None:
    """The directions that a sentence denies or allows as a whole; None where it claims nothing.

    Every word must be known, but for those behind a preposition that introduces the pods which
    the policy is about.
    """
    pieces = sentence.pieces
    verbs = _verbs(sentence)
    if not sentence.plain or len(verbs) != 1:
        return None
    denials = [piece for piece in pieces if Word.DENY in piece.words]
    if any(each.negated for each in denials) and not all(
        each.negated or Word.NOT in each.words for each in denials
    ):
        # "Block all traffic that is not allowed" leaves open what is.
        return None
    directions = _directions(pieces)
    own = {Word.ABOUT}
    if len(directions) == 1:
        own.add(Word.TO if Direction.INGRESS in directions else Word.FROM)
    is_tied = is_all = is_aside = False
    for place, piece in enumerate(pieces):
        words = piece.words
        after = pieces[place + 1].words if place + 1 < len(pieces) else frozenset[Word]()
        if Word.ALL_OF in words and not is_aside:
            return None
        if words & _VERBS:
            is_aside = False
        elif words & own and not after & _VERBS:
            is_aside = not _speaks_of_traffic(pieces[place + 1 :])
        elif words & {Word.FROM, Word.TO} and not after & _VERBS:
            # "from anywhere" is no restriction, "from lab" is one.
            if not after & {Word.ALL, Word.EVERYONE}:
                return None
            is_aside = Word.ALL_OF in after
        elif is_aside:
            continue
        elif not words & (_KNOWN | {Word.TO}):
            return None
        is_all = is_all or _is_everything(piece)
        is_tied = is_tied or bool(words & (_WAYS | {Word.TRAFFIC}))
    if Word.ALLOW in verbs and not is_all:
        return None
    return directions if is_all or is_tied else None


def _speaks_of_traffic(pieces: Sequence[Piece]) -> bool:
    """Whether it goes on with a direction or all traffic: "default deny for all ingress"."""
    heads = [piece.words for piece in pieces[:2]]
    if heads and Word.ALL in heads[0] and Word.ALL_OF not in heads[0]:
        heads = heads[1:]
    return bool(heads) and bool(heads[0] & (_WAYS | {Word.TRAFFIC}))


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
