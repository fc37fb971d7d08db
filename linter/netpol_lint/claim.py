"""What a name or a piece of prose states about whole directions, such as "deny all egress".

A claim is drawn with care, since prose mentions much that it does not claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.policy import Direction
from netpol_lint.regex import regex
from netpol_lint.speech import Piece, Sentence, Word, hear, may_say

_DIRECTIONS = {Direction.INGRESS: Word.INBOUND, Direction.EGRESS: Word.OUTBOUND}
_WAYS = frozenset(_DIRECTIONS.values())
_VERBS = frozenset((Word.DENY, Word.ALLOW))
_TIES = _WAYS | {Word.ALL, Word.EVERYONE, Word.TRAFFIC, Word.PLAIN, Word.DEFAULT, Word.NOT}
"""What may stand between a verb and the direction word that belongs to it."""
_OBJECTS = frozenset((Word.OUTSIDE, Word.INTERNAL, Word.METADATA, Word.ALL_OF, Word.SAME_NAMESPACE))
"""What a verb may be about without being about everything."""
_KNOWN = _TIES | _VERBS | {Word.NOT_SO}
_STAGES = {
    **dict.fromkeys(("prod", "production"), "prod"),
    **dict.fromkeys(("stage", "staging"), "stage"),
    **dict.fromkeys(("dev", "development"), "dev"),
}
_PARTICIPLE = regex(r"(?:ed|en)\Z")
"""How an English verb looks that says what happens rather than what is to be done."""
_PASSIVE = "被"
"""What says so in Chinese."""


class Claims(NamedTuple):
    """What one text states: the directions it denies or allows; None where it does not."""

    deny: frozenset[Direction] | None = None
    allow: frozenset[Direction] | None = None
    total: bool = True
    """Whether the denial is about everything; an allowance always is."""
    deny_text: str = ""
    allow_text: str = ""


def overlap(first: frozenset[Direction], second: frozenset[Direction]) -> bool:
    """Whether two claims are about the same traffic; without a direction word about any."""
    return not first or not second or bool(first & second)


def of_name(text: str, own: frozenset[str] = frozenset()) -> Claims:
    """What a name states, such as `default-deny-ingress`; `own` is how the pods are called.

    `block-till` denies where the policy is about `till`, and may be anybody's name elsewhere; in
    the same way `allow-all-to-till` says who is let in.
    """
    if not may_say(text, *_VERBS):
        return Claims()
    pieces = [piece for sentence in hear(text).sentences for piece in sentence.pieces]
    if any(Word.UNDO in piece.words for piece in pieces):
        return Claims()
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
        directions = directions_of(pieces[run.start : run.stop])
        if verb is Word.DENY:
            denied = directions | (denied or frozenset())
            total = total and _is_total_denial(pieces, run)
            continue
        run = _run(pieces, index, _TIES | _VERBS)
        way = _own_way(pieces, run.stop, own)
        if way is not None and directions <= {way} and _allows_all(pieces[: run.stop], run):
            allowed = frozenset((way,)) | (allowed or frozenset())
        elif _allows_all(pieces, run):
            allowed = directions | (allowed or frozenset())
    return Claims(denied, allowed, total)


def of_prose(text: str, own: frozenset[str] = frozenset()) -> Claims:
    """What a comment states in a sentence of nothing but known words, such as "Denies all egress.".

    Anything that takes something back, anywhere in the text, leaves no statement; so does an
    environment ("in production") that is not one of the policy's `own`, as `stages` tells them.
    """
    if not may_say(text, *_VERBS):
        return Claims()
    speech = hear(text)
    if speech.find(*_VERBS) is None or any(_limits(piece, own) for piece in speech.pieces):
        return Claims()
    claims: dict[Word, list[tuple[frozenset[Direction], str]]] = {verb: [] for verb in _VERBS}
    mentions: set[Word] = set()
    for sentence in speech.sentences:
        directions = None if _is_of_the_world(sentence) else _claim(sentence)
        verbs = _verbs(sentence)
        if directions is None:
            mentions |= verbs
        else:
            claims[verbs.pop()].append((directions, sentence.text))
    # Who speaks of allowing as well, in whatever words, does not deny everything; and the reverse.
    denied = _sum(claims[Word.DENY]) if Word.ALLOW not in mentions else None
    allowed = _sum(claims[Word.ALLOW]) if Word.DENY not in mentions else None
    if denied is not None and allowed is not None and overlap(denied, allowed):
        return Claims()
    return Claims(
        denied,
        allowed,
        deny_text="" if denied is None else claims[Word.DENY][0][1],
        allow_text="" if allowed is None else claims[Word.ALLOW][0][1],
    )


def stages(words: Iterable[str]) -> frozenset[str]:
    """The environments that words speak of, each in its short form."""
    return frozenset(_STAGES[word] for word in words if word in _STAGES)


def _limits(piece: Piece, own: frozenset[str] = frozenset()) -> bool:
    """Whether a piece takes something back; an environment of one's own does not."""
    if Word.LIMIT not in piece.words:
        return False
    return Word.ENVIRONMENT not in piece.words or _STAGES.get(piece.text.lower()) not in own


def _sum(claims: list[tuple[frozenset[Direction], str]]) -> frozenset[Direction] | None:
    return frozenset().union(*(directions for directions, _ in claims)) if claims else None


def directions_of(pieces: Sequence[Piece]) -> frozenset[Direction]:
    """The directions that words name."""
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
    if any(map(_takes_back, pieces)):
        return False
    spoken = frozenset[Word]().union(*(pieces[place].words for place in run))
    if spoken & _OBJECTS or _goes_on(pieces, run.stop):
        return False
    weight = _WAYS | {Word.ALL, Word.TRAFFIC, Word.DEFAULT}
    return run.stop == len(pieces) or bool(spoken & weight)


def _allows_all(pieces: Sequence[Piece], run: range) -> bool:
    """Whether a name allows everything: an *all* without a noun, and nobody named behind it."""
    if any(map(_takes_back, pieces)) or _goes_on(pieces, run.stop):
        return False
    alls = [place for place in run if _is_everything(pieces[place])]
    ends_with_all = bool(alls) and alls[-1] + 1 == run.stop < len(pieces)
    is_named = ends_with_all and Word.ABOUT not in pieces[run.stop].words
    return (
        bool(alls) and not is_named and not any(Word.ALL_OF in pieces[place].words for place in run)
    )


def _takes_back(piece: Piece) -> bool:
    """Whether a piece of a name is a limit; the environment there says only where it holds."""
    return Word.LIMIT in piece.words and Word.ENVIRONMENT not in piece.words


def _own_way(pieces: Sequence[Piece], place: int, own: frozenset[str]) -> Direction | None:
    """The direction in which a name goes on to, or from, nobody but the policy's own pods."""
    if place + 1 >= len(pieces):
        return None
    if not all(piece.text.lower() in own for piece in pieces[place + 1 :]):
        return None
    words = pieces[place].words
    if Word.TO in words:
        return Direction.INGRESS
    return Direction.EGRESS if Word.FROM in words else None


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
                directions = directions_of((pieces[index],))
                claims[verbs[place]] = directions | claims.get(verbs[place], frozenset())
            total = total and not goes_on
    denied, allowed = claims.get(Word.DENY), claims.get(Word.ALLOW)
    if denied and allowed and denied & allowed:
        return Claims()
    return Claims(denied, allowed, total and not any(map(_takes_back, pieces)))


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


def _is_of_the_world(sentence: Sentence) -> bool:
    """Whether it says what holds by default, not what the policy is to do by default.

    "Deny all by default" and "default allow" are about the policy, "is allowed by default" is not.
    """
    pieces = sentence.pieces
    if not any(Word.DEFAULT in piece.words for piece in pieces):
        return False
    for place, piece in enumerate(pieces):
        if not piece.words & _VERBS:
            continue
        if _PARTICIPLE.search(piece.text.lower()) or _PASSIVE in sentence.text:
            return True
        is_default = place > 0 and pieces[place - 1].text.lower() == "default"
        is_order = place == 0 or (is_default and not piece.text.lower().endswith("s"))
        if Word.ALLOW in piece.words and not is_order:
            return True
    return False


def _claim(sentence: Sentence) -> frozenset[Direction] | None:
    """The directions that a sentence denies or allows as a whole; None where it claims nothing.

    Every word must be known, but for those behind a preposition that introduces the pods which
    the policy is about, and for its environment.
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
    directions = directions_of(pieces)
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
        elif not words & (_KNOWN | {Word.TO, Word.ENVIRONMENT}):
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
