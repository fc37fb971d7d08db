"""Which documents are ours to judge, and why the others are not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from netpol_lint import cluster_kind, policy
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Mapping
from netpol_lint.parse import Document, Part, Reader, parse, split
from netpol_lint.regex import regex
from netpol_lint.span import Span

_ESCAPED = regex(r'kind["\']?[ \t]*:[ \t]*"[^"\r\n]*\\')
_NEAR_MISS = regex(r"kind[\"']?[ \t]*:[ \t]*[\"']?net[a-z]*[-_ ]?pol", re.IGNORECASE)
_MARKER = regex(r"\{\{|\{%|<%")
_OWN_LINE_COMMENT = regex(r"^[ \t]*#[^\r\n]*", re.MULTILINE)
_KIND = regex(
    r"^\ufeff?([ \t]*)(?:-[ \t]+)?[\"']?kind[\"']?[ \t]*:[^\S\r\n]*"
    r"(?:[|>][-+0-9]*\s+|[\"'])?([A-Za-z]+)",
    re.MULTILINE,
)
_API_VERSION = regex(r"^[ \t]*[\"']?apiVersion[\"']?[ \t]*:[ \t]*[\"']?([^\s\"'#,]+)", re.MULTILINE)
_MENTION = regex(
    r"(?:^|[{,])[ \t-]*[\"']?kind[\"']?[ \t]*(?::[^\S\r\n]*|[ \t])[\"']?NetworkPolic(?:y|ies)\b",
    re.MULTILINE,
)
_PROLOGUE = regex(r"(?:[\ufeff \t\r\n]|#[^\r\n]*)*%")
_LISTS = ("List", "NetworkPolicyList")


class Skip(NamedTuple):
    """A document that is not judged."""

    span: Span
    reason: str
    """One of `template`, `encrypted`, `other-kind`, `embedded`."""


def mentions_policy(text: str) -> bool:
    """Whether a text can hold a NetworkPolicy at all; a cheap test that spares most parsing."""
    return (
        "NetworkPolicy" in text
        or ("networking.k8s.io/" in text and _NEAR_MISS.search(text) is not None)
        or ("\\" in text and _ESCAPED.search(text) is not None)
    )


def documents(text: str, read: Reader = parse) -> Iterator[Document | Skip]:
    """The documents of a file that concern us: to be judged, or to be counted as skipped."""
    for part in split(text):
        body = text[part.start : part.end]
        if mentions_policy(body) or (_is_prologue(body) and mentions_policy(text)):
            outcome = _judge(text, part, body, read)
            if outcome is not None:
                yield outcome


def _judge(text: str, part: Part, body: str, read: Reader) -> Document | Skip | None:
    span = Span(part.start, part.end)
    if _MARKER.search(body):
        if _MARKER.search(_OWN_LINE_COMMENT.sub("", body)):
            return _skip(span, "template", body)
        document = read(text, part)
        if document.root is None:
            return _skip(span, "template", body)
    else:
        document = read(text, part)
    root = document.root
    if root is None:
        return document if _broken_policy(body) else None
    if not isinstance(root, Mapping):
        return _embedded(span, body)
    kind = policy.string(root.get("kind"))
    if "sops" in root.fields and kind in ("NetworkPolicy", *_LISTS):
        return Skip(span, "encrypted")
    if policy.is_policy(root) or kind in _LISTS or policy.is_lost_policy(root):
        return document
    if kind in cluster_kind.GROUPS and next(cluster_kind.find(root), None) is not None:
        return document
    if kind == "NetworkPolicy":
        return Skip(span, "other-kind")
    return None if kind == "Kustomization" else _embedded(span, body)


def _skip(span: Span, reason: str, body: str) -> Skip | None:
    return Skip(span, reason) if _MENTION.search(body) else None


def _embedded(span: Span, body: str) -> Skip | None:
    return _skip(span, "embedded", body)


def _is_prologue(body: str) -> bool:
    """Whether a part begins with a directive such as `%YAML 1.2`."""
    return "%" in body and _PROLOGUE.match(body) is not None


def _broken_policy(body: str) -> bool:
    """Whether an unreadable document is a policy: its least indented `kind:` says so."""
    kinds = [(len(match[1]), match.start(), match[2]) for match in _KIND.finditer(body)]
    if not kinds or body.lstrip().startswith("{"):
        return _is_prologue(body) or _MENTION.search(body) is not None
    group = _API_VERSION.search(body)
    if group is not None and policy.API_GROUP not in group[1]:
        name, slash, _ = group[1].partition("/")
        if slash and "." in name and "\\" not in name:
            return False
    return min(kinds)[2] in ("NetworkPolicy", *_LISTS)
