"""Hears the words in a text: cuts a name or a sentence into terms of the lexicon, with its guards.

A text without a blank is a name: it is cut at `-`, `_`, `.`, `/` and at camel-case humps. Any
other text is prose and is cut into sentences as well.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from netpol_lint.lexicon import IMPLIES, LANGUAGES
from netpol_lint.lexicon import Word as Word

_SCRIPTS = "\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
"""Writing that puts no blank between a word and its endings, or between words."""
_TOKEN = re.compile(rf"[{_SCRIPTS}]+|[^\W_{_SCRIPTS}]+(?:['’][^\W_{_SCRIPTS}]+)*")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BREAK = re.compile(
    r"(?<!\.\w)[.!;](?=\s|\Z)|[?。！？]|\n[ \t]*\n|\n[ \t]*(?=[-*•][ \t]|\d{1,2}[.)][ \t])"
)
_CODE = re.compile(r"[\[\]{}<>=`$]|[?？:]\s*\Z")
"""In a sentence: it quotes a manifest, asks, or announces what follows."""
_PAUSE = re.compile(r"[,;:()]")
_REACH = 3
"""How many words a negation reaches."""
_UNTOUCHED = frozenset(
    (
        Word.INBOUND,
        Word.OUTBOUND,
        Word.TRAFFIC,
        Word.NOT,
        Word.NOT_SO,
        Word.FROM,
        Word.TO,
        Word.ABOUT,
        Word.PLAIN,
        Word.LIMIT,
        Word.EXCEPTION,
    )
)
"""Classes that a negation does not take away: "do not allow egress" still is about egress."""
_NO_CLASS = frozenset[Word]()
_ARTICLES = frozenset(("a", "an", "the"))


class Piece(NamedTuple):
    """One term, or one word that the lexicon does not know."""

    text: str
    """As written."""
    start: int
    end: int
    words: frozenset[Word]
    """Its classes, negations taken into account: an allow that is negated is a DENY."""


class Sentence(NamedTuple):
    """A stretch of speech that belongs together; a name is one."""

    text: str
    start: int
    pieces: tuple[Piece, ...]
    plain: bool
    """Whether it states something: no question, no quoted manifest, no heading of a list."""


class Speech(NamedTuple):
    """A text as heard."""

    text: str
    sentences: tuple[Sentence, ...]

    @property
    def pieces(self) -> Iterator[Piece]:
        """All terms and words in their order."""
        return (piece for sentence in self.sentences for piece in sentence.pieces)

    def find(self, *words: Word) -> Piece | None:
        """The first term of one of these classes."""
        wanted = frozenset(words)
        return next((piece for piece in self.pieces if piece.words & wanted), None)


class Vocabulary:
    """The terms of some languages, ready for looking up."""

    def __init__(self, tables: Iterable[Mapping[Word, str]]) -> None:
        classes: dict[tuple[str, ...], set[Word]] = {}
        fragments: set[str] = set()
        for table in tables:
            for word, written in table.items():
                for term in written.split():
                    tokens = tuple(token.lower() for token in _TOKEN.findall(term))
                    classes.setdefault(tokens, set()).update((word, *IMPLIES.get(word, ())))
                    if not term.startswith("="):
                        fragments.update(token for token in tokens if _is_scripted(token))
        self._terms: dict[tuple[str, ...], frozenset[Word]] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        """How many words the terms that begin with one have, longest first."""
        for tokens, meaning in classes.items():
            if Word.ALL in meaning and Word.ALL_OF not in meaning:
                meaning.add(Word.EVERYONE)
            self._terms[tokens] = frozenset(meaning)
            lengths = {len(tokens), *self._lengths.get(tokens[0], ())}
            self._lengths[tokens[0]] = tuple(sorted(lengths, reverse=True))
        choice = "|".join(sorted(map(re.escape, fragments), key=len, reverse=True)) or "(?!)"
        self._cut = re.compile(f"{choice}|(?:(?!{choice}).)+")

    def tokens(self, text: str, *, humps: bool) -> Iterator[tuple[str, int, int]]:
        """The words of `text` in lower case, with their places."""
        for match in _TOKEN.finditer(text):
            start, token = match.start(), match[0]
            if _is_scripted(token):
                for part in self._cut.finditer(token):
                    yield part[0], start + part.start(), start + part.end()
            elif humps and not token.islower():
                edges = [0, *(hump.start() for hump in _HUMP.finditer(token)), len(token)]
                for left, right in pairwise(edges):
                    yield token[left:right].lower(), start + left, start + right
            else:
                yield token.lower().replace("’", "'"), start, match.end()

    def pieces(self, text: str, tokens: list[tuple[str, int, int]]) -> list[Piece]:
        """The longest terms in a row of words."""
        found: list[Piece] = []
        row = [token for token, _, _ in tokens]
        index = 0
        while index < len(row):
            words = _NO_CLASS
            last = index
            for length in self._lengths.get(row[index], ()):
                term = tuple(row[index : index + length])
                if term in self._terms:
                    words = self._terms[term]
                    last = index + len(term) - 1
                    break
            start, end = tokens[index][1], tokens[last][2]
            found.append(Piece(text[start:end], start, end, words))
            index = last + 1
        return found


def says(text: str, *words: Word) -> str | None:
    """The first term of one of these classes in a name or a text, as written there."""
    piece = hear(text).find(*words) if text else None
    return None if piece is None else piece.text


@lru_cache(maxsize=512)
def hear(text: str) -> Speech:
    """The terms of a name or of prose, in sentences."""
    vocabulary = _vocabulary()
    is_name = len(text.split(None, 1)) < 2
    tokens = list(vocabulary.tokens(text, humps=is_name))
    places = [token[1] for token in tokens]
    sentences: list[Sentence] = []
    first, start = 0, 0
    for match in [*(() if is_name else _BREAK.finditer(text)), None]:
        end = len(text) if match is None else match.end()
        last = bisect_left(places, end)
        if last > first:
            spoken = text[start:end].strip()
            pieces = _negated(vocabulary.pieces(text, tokens[first:last]), text)
            plain = _CODE.search(spoken) is None
            sentences.append(Sentence(spoken, tokens[first][1], tuple(pieces), plain))
        first, start = last, end
    return Speech(text, tuple(sentences))


@cache
def _vocabulary() -> Vocabulary:
    return Vocabulary(LANGUAGES.values())


def _is_scripted(token: str) -> bool:
    return token[0] >= "\u1100" and re.match(f"[{_SCRIPTS}]", token) is not None


def _negated(pieces: list[Piece], text: str) -> list[Piece]:
    """The pieces with what the guards take away from them."""
    for index, piece in enumerate(pieces):
        words = piece.words
        if not words:
            continue
        if Word.INBOUND in words and _follows_from(pieces, index):
            words -= {Word.INBOUND}
        if any(
            Word.NOT in each.words and _reaches(text, each, piece)
            for each in pieces[max(index - _REACH, 0) : index]
        ) or any(
            Word.NOT_SO in each.words and _reaches(text, piece, each)
            for each in pieces[index + 1 : index + 1 + _REACH]
        ):
            words = _turned(words)
        if words is not piece.words:
            pieces[index] = piece._replace(words=words)
    return pieces


def _turned(words: frozenset[Word]) -> frozenset[Word]:
    """The classes of a negated term."""
    kept = words & _UNTOUCHED
    if Word.ALLOW in words:
        kept |= {Word.DENY}
    # "do not allow any egress": the *any* is gone, but it still links the words around it.
    return kept | {Word.PLAIN} if Word.ALL in words else kept


def _reaches(text: str, first: Piece, second: Piece) -> bool:
    """Whether no comma or the like parts the two."""
    return _PAUSE.search(text, first.end, second.start) is None


def _follows_from(pieces: list[Piece], index: int) -> bool:
    """Whether `from` goes before: then `ingress` is a place, not a direction."""
    before = index - 1
    while before >= 0 and pieces[before].text.lower() in _ARTICLES:
        before -= 1
    return before >= 0 and Word.FROM in pieces[before].words
