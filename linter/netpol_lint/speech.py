"""Hears the words in a text: cuts a name or a sentence into terms of the lexicon, with its guards.

A text without a blank is a name: it is cut at `-`, `_`, `.`, `/` and at camel-case humps. Any
other text is prose and is cut into sentences as well. Besides English a text is heard in the
languages that it shows, and the terms of a language are read when the first text shows it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import pairwise

from netpol_lint.lexicon import IMPLIES, LANGUAGES, SCRIPTS, SIGNS
from netpol_lint.lexicon import Word as Word
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.regex import regex

# Not compiled here: `re` keeps what it has compiled, and most runs never hear a word.
_SCRIPTS = "".join(letters for letters, _ in SCRIPTS)
"""Writing that puts no blank between a word and its endings, or between words."""
_TOKEN = rf"[{_SCRIPTS}]+|[^\W_{_SCRIPTS}]+(?:['’][^\W_{_SCRIPTS}]+)*"
_ALNUM = regex(r"[a-z0-9]+")
_WORDS_ALONE = bytes(each if chr(each).isalnum() else ord(" ") for each in range(128)) + bytes(128)
"""Makes blanks of what is no part of a word in plain letters."""
_HUMP = regex(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BREAK = r"(?<!\.\w)[.!;](?=\s|\Z)|[?。！？；]|\n[ \t]*\n|\n[ \t]*(?=[-*•][ \t]|\d{1,2}[.)][ \t])"
_CODE = regex(r"[\[\]{}<>=`$]|[?？:：]\s*\Z")
"""In a sentence: it quotes a manifest, asks, or announces what follows."""
_PAUSE = regex(r"[,;:()、，；：（）]|\b(?:but|sondern|aber|mais|sino|pero)\b", re.IGNORECASE)
"""What a negation does not reach across."""
_NOTE = regex(r"TODO(?=[:(]|\Z)|^[ \t]*TODO\b", re.MULTILINE)
"""A note to oneself in any language; the word is Spanish for *all* as well."""
_REACH = 3
"""How many words a negation reaches."""
_WORLD = frozenset((Word.OUTSIDE, Word.EVERYONE))
"""Whom it reaches over prepositions: "not reachable from the internet"."""
_STEPS = frozenset((Word.ARTICLE, Word.FROM, Word.TO, Word.ABOUT))
"""The little words that lead there."""
_LONGEST_REACH = 8
"""How many words it reaches with them."""
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
_ENGLISH = "en"
_IS_SHOWN = 2
"""What the words that show a language have to weigh together."""
_SHORTEST = 3
"""How many letters such a word has at least."""


class Piece(NamedTuple):
    """One term, or one word that the lexicon does not know."""

    text: str
    """As written."""
    start: int
    end: int
    words: frozenset[Word]
    """Its classes, negations taken into account: an allow that is negated is a DENY."""
    negated: bool = False
    """Whether a negation has taken classes away."""


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
    """The terms of English and of some other languages, ready for looking up."""

    def __init__(self, languages: Iterable[str] = ()) -> None:
        meanings = _meanings(_ENGLISH) | _meanings(*languages)
        self._fragments: set[str] = set()
        """The words that are found inside longer ones."""
        self._terms: dict[tuple[str, ...], frozenset[Word]] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        """How many words the terms that begin with one have, longest first."""
        for term, meaning in meanings.items():
            tokens = _tokens(term)
            if not term.isascii() and term[0] != "=":
                self._fragments.update(token for token in tokens if _is_scripted(token))
            self._terms[tokens] = meaning
            lengths = self._lengths.get(tokens[0], ())
            if len(tokens) not in lengths:
                self._lengths[tokens[0]] = tuple(sorted((*lengths, len(tokens)), reverse=True))
        self._elided = frozenset(token for token in self._lengths if token[-1] == "'")
        self._reaches: dict[str, list[int]] = {}
        """How long the fragments that begin with one letter are, longest first."""
        for length in sorted({len(fragment) for fragment in self._fragments}, reverse=True):
            for letter in {each[0] for each in self._fragments if len(each) == length}:
                self._reaches.setdefault(letter, []).append(length)

    def tokens(self, text: str, *, humps: bool) -> Iterator[tuple[str, int, int]]:
        """The words of `text` in lower case, with their places."""
        notes = {match.end() for match in _NOTE.finditer(text)} if "TODO" in text else ()
        for match in re.finditer(_TOKEN, text):
            start, token = match.start(), match[0]
            if _is_scripted(token):
                for left, right in self._cut(token):
                    yield token[left:right], start + left, start + right
                continue
            if self._elided:
                length = token.replace("’", "'").find("'") + 1
                article = token[:length].replace("’", "'").lower()
                if article in self._elided:
                    yield article, start, start + length
                    start, token = start + length, token[length:]
            if humps and not token.islower():
                edges = [0, *(hump.start() for hump in _HUMP.finditer(token)), len(token)]
                for left, right in pairwise(edges):
                    yield token[left:right].lower(), start + left, start + right
            elif match.end() in notes:
                yield "fixme", start, match.end()
            else:
                yield token.lower().replace("’", "'"), start, match.end()

    def _cut(self, token: str) -> Iterator[tuple[int, int]]:
        """Where the fragments are in letters without a blank, and what is left between them."""
        index = rest = 0
        while index < len(token):
            lengths = self._reaches.get(token[index], ())
            ends = (index + length for length in lengths if index + length <= len(token))
            end = next((end for end in ends if token[index:end] in self._fragments), None)
            if end is None:
                index += 1
                continue
            if rest < index:
                yield rest, index
            yield index, end
            index = rest = end
        if rest < len(token):
            yield rest, len(token)

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
    piece = find(text, *words)
    return None if piece is None else piece.text


def find(text: str, *words: Word) -> Piece | None:
    """The first term of one of these classes in a name or a text."""
    return hear(text).find(*words) if may_say(text, *words) else None


def may_say(text: str, *words: Word) -> bool:
    """Whether a term of one of these classes may be heard in a text, at a first glance.

    Most texts have no word that such a term begins with, and need not be heard.
    """
    return may_be_said(_glance(text), *words)


def may_be_said(glimpsed: frozenset[str] | None, *words: Word) -> bool:
    """The same for what a `glance` at texts has shown."""
    return glimpsed is None or not _beginnings(words).isdisjoint(glimpsed)


def glance(*texts: str) -> frozenset[str] | None:
    """The words of texts in plain letters; None where only hearing them tells all their words."""
    whole = "\n".join(texts)
    # A note to oneself is no word of Spanish; which of the two it is, only hearing tells.
    if not whole.isascii() or "TODO" in whole:
        return None
    lower = whole.lower()
    if lower != whole and any(each != each.lower() and _is_name(each) for each in texts):
        return None
    return frozenset(lower.encode().translate(_WORDS_ALONE).decode().split())


_glance = lru_cache(maxsize=512)(glance)
"""Several rules look at one name."""


def classes(glimpsed: frozenset[str], wanted: frozenset[Word]) -> frozenset[Word]:
    """Which of some classes what a `glance` has shown may have terms of."""
    openers, table = _openers(wanted)
    found = openers.intersection(glimpsed)
    return _NO_CLASS.union(*[table[each] for each in found]) if found else _NO_CLASS


@cache
def _openers(wanted: frozenset[Word]) -> tuple[frozenset[str], dict[str, frozenset[Word]]]:
    """The words by which terms of some classes begin, and those classes by the words."""
    table: dict[str, frozenset[Word]] = {}
    for word in wanted:
        for beginning in _beginnings((word,)):
            table[beginning] = table.get(beginning, _NO_CLASS) | {word}
    return frozenset(table), table


@cache
def _beginnings(words: tuple[Word, ...]) -> frozenset[str]:
    """The first words of all terms in plain letters that may give one of these classes."""
    sources = {each for each in Word if not {each, *IMPLIES.get(each, ())}.isdisjoint(words)}
    if Word.EVERYONE in words:
        sources |= {each for each in Word if Word.ALL in (each, *IMPLIES.get(each, ()))}
    if Word.DENY in words or Word.PLAIN in words:
        sources |= {Word.NOT, Word.NOT_SO}  # an allow that is negated is a denial
    return frozenset(
        beginning[0]
        for table in LANGUAGES.values()
        for word in sources
        for term in table.get(word, "").split()
        if term.isascii() and (beginning := _ALNUM.search(term.lower())) is not None
    )


@lru_cache(maxsize=512)
def hear(text: str) -> Speech:
    """The terms of a name or of prose, in sentences."""
    vocabulary = _vocabulary(())
    is_name = _is_name(text) and (text.isascii() or re.search(_BREAK, text) is None)
    tokens = list(vocabulary.tokens(text, humps=is_name))
    languages = _languages(text, tokens)
    if languages:
        vocabulary = _vocabulary(languages)
        tokens = list(vocabulary.tokens(text, humps=is_name))
    places = [token[1] for token in tokens]
    sentences: list[Sentence] = []
    first, start = 0, 0
    for match in [*(() if is_name else re.finditer(_BREAK, text)), None]:
        end = len(text) if match is None else match.end()
        last = bisect_left(places, end)
        if last > first:
            spoken = text[start:end].strip()
            pieces = _negated(vocabulary.pieces(text, tokens[first:last]), text)
            plain = _CODE.search(spoken) is None
            sentences.append(Sentence(spoken, tokens[first][1], tuple(pieces), plain))
        first, start = last, end
    return Speech(text, tuple(sentences))


def _is_name(text: str) -> bool:
    """Whether a text may be one word, which is cut at its humps."""
    return len(text.split(None, 1)) < 2


@cache
def _vocabulary(languages: tuple[str, ...]) -> Vocabulary:
    return Vocabulary(languages)


def _languages(text: str, tokens: Iterable[tuple[str, int, int]]) -> tuple[str, ...]:
    """The languages besides English that a text shows."""
    signs = _signs()
    words = {token for token, _, _ in tokens if token in signs}
    if "'" in text or "’" in text:
        words.update(token.rpartition("'")[2] for token, _, _ in tokens)
    if not words and text.isascii():
        return ()
    found: set[str] = set()
    for letters, languages in _writing():
        if found.isdisjoint(languages) and letters.search(text):
            found.update(languages)
    weights: dict[str, int] = {}
    for word in words:
        for language, weight in signs.get(word, ()):
            weights[language] = weights.get(language, 0) + weight
    found.update(language for language, weight in weights.items() if weight >= _IS_SHOWN)
    return tuple(sorted(found))


@cache
def _writing() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """How to know the languages that have a script of their own."""
    return tuple((re.compile(f"[{letters}]"), languages) for letters, languages in SCRIPTS)


@cache
def _signs() -> Mapping[str, tuple[tuple[str, int], ...]]:
    """What the words that English does not have weigh as signs of another language."""
    scripted = {language for _, languages in SCRIPTS for language in languages}
    english = {word for terms in LANGUAGES[_ENGLISH].values() for word in terms.split()}
    signs: dict[str, tuple[tuple[str, int], ...]] = {}
    for language in LANGUAGES.keys() - scripted - {_ENGLISH}:
        table = LANGUAGES[language]
        words = {each for terms in table.values() for each in terms.split() if "-" not in each}
        # Names of places and codes of countries have these: El Paso, Des Moines, de, es.
        words -= {*table[Word.ARTICLE].split(), *(each for each in words if len(each) < _SHORTEST)}
        clear = {each for word in SIGNS & table.keys() for each in table[word].split()}
        clear -= {*table.get(Word.SHARED, "").split()}
        for word in words - english:
            weight = _IS_SHOWN if word in clear or not word.isascii() else 1
            signs[word] = (*signs.get(word, ()), (language, weight))
    return signs


def _meanings(*languages: str) -> dict[str, frozenset[Word]]:
    """The classes of each term, as written in the tables, those that follow from them included."""
    meanings: dict[str, frozenset[Word]] = {}
    for language in languages:
        for word, terms in LANGUAGES[language].items():
            if word is Word.SHARED:
                continue
            own = frozenset((word, *IMPLIES.get(word, ())))
            for term in terms.split():
                known = meanings.get(term)
                meanings[term] = own if known is None else known | own
    for term, meaning in meanings.items():
        if Word.ALL in meaning and Word.ALL_OF not in meaning:
            meanings[term] = meaning | {Word.EVERYONE}
    return meanings


def _tokens(term: str) -> tuple[str, ...]:
    """The words of a term of the lexicon."""
    if term.isalpha() and term.isascii():
        return (term.lower(),)
    parts = (part for part in term.split("-") if part)
    return tuple(
        token
        for part in parts
        for token in ([part] if part[-1] == "'" else re.findall(_TOKEN, part.lower()))
    )


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
            for each in _within_reach(pieces, index, -1)
        ) or any(
            Word.NOT_SO in each.words and _reaches(text, piece, each)
            for each in _within_reach(pieces, index, 1)
        ):
            words = _turned(words)
        if words is not piece.words:
            pieces[index] = piece._replace(words=words, negated=True)
    return pieces


def _within_reach(pieces: list[Piece], index: int, step: int) -> Iterator[Piece]:
    """The pieces from which a negation reaches the one at `index`, nearest first."""
    is_world = bool(pieces[index].words & _WORLD)
    # What stands behind its object negates it over particles too: "인터넷에서 접근할 수 없음".
    steps = _STEPS if step < 0 else _STEPS | {Word.PLAIN}
    passed = 0
    for place in range(index + step, index + step * (_LONGEST_REACH + 1), step):
        if passed == _REACH or not 0 <= place < len(pieces):
            return
        yield pieces[place]
        passed += not (is_world and pieces[place].words & steps)


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
    while before >= 0 and Word.ARTICLE in pieces[before].words:
        before -= 1
    return before >= 0 and Word.FROM in pieces[before].words
