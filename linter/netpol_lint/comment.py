"""Comments of a document: found in the gaps between its scalars, and whom they belong to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property

from netpol_lint import speech
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.regex import regex
from netpol_lint.span import Lines, Span
from netpol_lint.speech import Word

_COMMENT = regex(r"#(?<![^\s,\[\]{}]#)[^\r\n]*")
"""The `#` goes before what must go before it: so the search runs from one to the next."""
_MACHINE = regex(r"(?:\A|#)\s*(?:expect|netpol-lint):.*\Z")
"""What speaks to a program, to this linter or to its own tests: a whole comment, or its end."""


class Comment(NamedTuple):
    """A `# …` with its place; `own_line` tells that nothing stands before it on its line."""

    span: Span
    text: str
    own_line: bool


def find(text: str, span: Span, shadows: tuple[Span, ...]) -> tuple[Comment, ...]:
    """All comments of the document at `span`. In the scalars at `shadows` a `#` is text."""
    comments: list[Comment] = []
    pending = iter(shadows)
    shadow = next(pending, None)
    position = span.start
    while (match := _COMMENT.search(text, position, span.end)) is not None:
        start, position = match.span()
        while shadow is not None and shadow.end <= start:
            shadow = next(pending, None)
        if shadow is not None and shadow.start <= start:
            position = shadow.end
            continue
        line_start = text.rfind("\n", span.start, start) + 1 or span.start
        line_start = text.rfind("\r", line_start, start) + 1 or line_start
        own_line = not text[line_start:start].strip("\ufeff \t")
        comments.append(Comment(Span(start, position), match[0].lstrip("#").strip(), own_line))
    return tuple(comments)


class Notes:
    """What people say in the comments of one document, by the line and the node it belongs to.

    Comments for machines (ignores, the marks of fixtures) are no evidence and are left out.
    """

    def __init__(self, text: str, span: Span, shadows: tuple[Span, ...], lines: Lines) -> None:
        self._text = text
        self._span = span
        self._shadows = shadows
        self._lines = lines

    @cached_property
    def found(self) -> tuple[Comment, ...]:
        """Every comment, those for machines among them. Most rules never ask."""
        return find(self._text, self._span, self._shadows)

    @cached_property
    def comments(self) -> tuple[Comment, ...]:
        """What is said to people, in its order."""
        heard = map(_without_machine_words, self.found)
        return tuple(each for each in heard if each is not None)

    @cached_property
    def _places(self) -> list[int]:
        """The beginnings of the lines of `comments`."""
        return [self._lines.start(each.span.start) for each in self.comments]

    @cached_property
    def _own(self) -> dict[int, Comment | None]:
        """Own-line comments by the beginning of their line.

        None where one is for machines, which does not tear a block apart.
        """
        return {
            self._lines.start(each.span.start): _without_machine_words(each)
            for each in self.found
            if each.own_line
        }

    @cached_property
    def _trailing(self) -> dict[int, Comment]:
        places = zip(self._places, self.comments, strict=True)
        return {place: each for place, each in places if not each.own_line}

    def may_say(self, *words: Word) -> bool:
        """Whether any comment may have a term of one of these classes, at a first glance."""
        return speech.may_be_said(self.glimpsed, *words)

    @cached_property
    def glimpsed(self) -> frozenset[str] | None:
        """The words of all comments; None where only hearing them tells their words."""
        text, (place, end) = self._text, self._span
        found: list[str] = []
        # A glance need not tell a comment from a `#` in a scalar, nor whom it speaks to.
        while (start := text.find("#", place, end)) >= 0:
            place = text.find("\n", start, end)
            place = end if place < 0 else place
            found.append(text[start:place].strip("# \t\r"))
        return speech.glance(*found)

    def above(self, offset: int) -> tuple[Comment, ...]:
        """The own-line comments directly above the line of `offset`, no blank line between."""
        return self._block(self._lines.start(offset))[0] if self._own else ()

    def _block(self, place: int) -> tuple[tuple[Comment, ...], int]:
        """The own-line comments above the line that begins at `place`, and where they begin."""
        found: list[Comment] = []
        while place > 0 and (line := self._lines.start(place - 1)) in self._own:
            comment = self._own[line]
            if comment is not None:
                found.append(comment)
            place = line
        return tuple(reversed(found)), place

    def preface(self, offset: int) -> tuple[tuple[Comment, ...], ...]:
        """The paragraphs of comments above the line of `offset`, blank lines between them."""
        if not self._own:
            return ()
        paragraphs: list[tuple[Comment, ...]] = []
        place = self._lines.start(offset)
        while place > 0:
            paragraph, start = self._block(place)
            if start == place:
                start = self._lines.start(place - 1)
                if not self._lines.is_blank(start, place):
                    break
            paragraphs.append(paragraph)
            place = start
        return tuple(paragraph for paragraph in reversed(paragraphs) if paragraph)

    def beside(self, offset: int) -> Comment | None:
        """The comment at the end of the line of `offset`."""
        return self._trailing.get(self._lines.start(offset)) if self._trailing else None

    def head(self, offset: int) -> str:
        """The text of the comments directly above the line of `offset`."""
        return "\n".join(comment.text for comment in self.above(offset))

    def within(self, span: Span) -> tuple[Comment, ...]:
        """Every comment between the first and the last line of `span`, heads of parts included."""
        if not self.comments:
            return ()
        first, last = self._lines.start(span.start), self._lines.start(span.end)
        return self.comments[bisect_left(self._places, first) : bisect_right(self._places, last)]

    def on(self, span: Span) -> tuple[Comment, ...]:
        """The comments on the node at `span`: directly above it and inside it."""
        return (*self.above(span.start), *self.within(span)) if self.comments else ()

    def inside(self, span: Span) -> str:
        """The text of every comment between the first and the last line of `span`."""
        return "\n".join(comment.text for comment in self.within(span))

    def of(self, span: Span) -> str:
        """What is said about the node at `span`: its head comment and those inside it."""
        return "\n".join(comment.text for comment in self.on(span) if comment.text)


def _without_machine_words(comment: Comment) -> Comment | None:
    """What a comment says to people; None where it only speaks to machines."""
    mark = _MACHINE.search(comment.text) if ":" in comment.text else None
    if mark is None:
        return comment
    words = comment.text[: mark.start()].strip()
    return comment._replace(text=words) if words else None
