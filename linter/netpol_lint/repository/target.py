"""Which objects a patch is for: patterns of kustomize, understood as far as that is safe."""

from __future__ import annotations

from collections.abc import Iterable

from netpol_lint.answer import Answer
from netpol_lint.named_tuple import NamedTuple

_LITERAL = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.|")


class Target(NamedTuple):
    """Which objects a patch is for: patterns, empty ones fit everything."""

    kind: str = ""
    name: str = ""
    group: str = ""
    namespace: str = ""
    exact: bool = False
    """Whether it is the identity of one object: nothing is a pattern, and nothing is left open."""
    narrowed: bool = False
    """Whether labels, annotations or exceptions narrow it further."""

    def fits(
        self, kind: str, names: Iterable[str], group: str | None, namespace: str | None
    ) -> Answer:
        """Whether an object is meant that has had these names. None may be anything."""
        of_kind = _fits(self.kind, kind, self.exact)
        if of_kind is Answer.REFUTED:
            return of_kind
        answers = [of_kind, any_of(_fits(self.name, name, self.exact) for name in names)]
        if group is not None:
            answers.append(_fits(self.group, group, self.exact))
        elif self.group:
            answers.append(Answer.UNKNOWN)
        if self.narrowed:
            answers.append(Answer.UNKNOWN)
        if self.exact:
            same = namespace is not None and _or_default(namespace) == _or_default(self.namespace)
            answers.append(Answer.PROVEN if same else Answer.UNKNOWN)
        elif self.namespace:
            answers.append(Answer.UNKNOWN)
        return _all(answers)


def _fits(pattern: str, text: str, exact: bool) -> Answer:
    """Whether a pattern of kustomize, which is a regex for the whole of a text, fits.

    A hostile regex is never run: only letters, `.`, `|` and one `.*` are understood.
    """
    if exact:
        return Answer.PROVEN if pattern == text else Answer.REFUTED
    if not pattern:
        return Answer.PROVEN
    if pattern.startswith("^") and pattern.endswith("$") and "|" not in pattern:
        pattern = pattern[1:-1]
    if not _LITERAL.issuperset(pattern.replace(".*", "")):
        return Answer.UNKNOWN
    return any_of(_fits_one(each, text) for each in pattern.split("|"))


def _fits_one(pattern: str, text: str) -> Answer:
    head, star, tail = pattern.partition(".*")
    if ".*" in tail:
        return Answer.UNKNOWN
    if len(text) < len(head) + len(tail) or (not star and len(text) > len(head)):
        return Answer.REFUTED
    end = text[len(text) - len(tail) :]
    fits = all(
        wanted in (".", found)
        for wanted, found in (*zip(head, text, strict=False), *zip(tail, end, strict=True))
    )
    return Answer.PROVEN if fits else Answer.REFUTED


def any_of(answers: Iterable[Answer]) -> Answer:
    """Whether one of the answers is yes."""
    found = set(answers)
    for answer in (Answer.PROVEN, Answer.UNKNOWN):
        if answer in found:
            return answer
    return Answer.REFUTED


def _all(answers: Iterable[Answer]) -> Answer:
    found = set(answers)
    for answer in (Answer.REFUTED, Answer.UNKNOWN):
        if answer in found:
            return answer
    return Answer.PROVEN


def _or_default(namespace: str) -> str:
    """Kustomize takes no namespace and the default one for the same."""
    return namespace or "default"
