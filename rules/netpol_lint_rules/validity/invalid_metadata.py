"""Something else under `metadata` is refused: a finalizer, an owner, a time, too long annotations.

Why
---
These fields are seldom written by hand; they arrive in a manifest that was copied out of a
cluster. The API server checks them all the same, and a policy that it refuses protects nothing.
What it sets by itself can simply be deleted from the file.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-from-till
      namespace: shop
      finalizers:
      - cleanup
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-from-till
      namespace: shop
      creationTimestamp: null
      finalizers:
      - shop.example.com/cleanup
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till

When it stays silent
--------------------
Fields that the server overwrites whatever they say: `uid`, `generation`, `selfLink`, the contents
of `managedFields`, `creationTimestamp: null`. `resourceVersion`, which matters only while the
object exists. Values that a later substitution decides.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import mark
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group, Label
from netpol_lint.label import key_flaw
from netpol_lint.node import Entry, Mapping, Node, Scalar, Sequence
from netpol_lint.policy import Policy, dash_of, is_null, string
from netpol_lint.regex import regex
from netpol_lint.rule import Rule
from netpol_lint.span import Span

_MOST_ANNOTATIONS = 262_144
"""Bytes of all keys and values together."""
_STANDARD_FINALIZERS = frozenset(("kubernetes", "orphan", "foregroundDeletion"))
_ORPHAN, _FOREGROUND = "orphan", "foregroundDeletion"
_OWNER_FIELDS = ("apiVersion", "kind", "name", "uid")
_TIMES = ("creationTimestamp", "deletionTimestamp")
# As Go's time.RFC3339 is read: one digit of the hour will do, and a comma before the fraction.
_TIME = regex(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:[.,][0-9]+)?"
    r"(?:Z|[+-]([0-9]{2}):([0-9]{2}))"
)
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FINALIZER_HELP = (
    "a finalizer is a domain, a `/` and a name, such as shop.example.com/cleanup; on its own "
    "stand only kubernetes, orphan and foregroundDeletion"
)
_OWNER_HELP = (
    "an owner is named by apiVersion, kind, name and uid; in a file that is applied it has no place"
)
_TIME_HELP = (
    "the server sets it: delete the line; otherwise it is null or like 2024-05-01T12:00:00Z"
)


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks at the fields of `metadata` that no other rule looks at."""
    metadata = policy.metadata.value
    if metadata is None:
        return
    text, fields = policy.text, metadata.fields
    if "annotations" in fields:
        yield from _annotations(text, fields["annotations"])
    if "finalizers" in fields:
        yield from _finalizers(text, fields["finalizers"].value)
    if "ownerReferences" in fields:
        yield from _owners(text, fields["ownerReferences"].value)
    for name in _TIMES:
        if name in fields:
            yield from _time(text, fields[name], name)
    managed = fields["managedFields"].value if "managedFields" in fields else None
    for item in managed.items if isinstance(managed, Sequence) else ():
        if isinstance(item, Mapping) and "time" in item.fields:
            yield from _time(text, item.fields["time"], "managedFields.time")


def _annotations(text: str, entry: Entry) -> Iterator[Diagnostic]:
    node = entry.value
    if not isinstance(node, Mapping):
        return
    texts = list(node.fields)
    texts += [each.value.text for each in node.fields.values() if isinstance(each.value, Scalar)]
    # No character takes more than four bytes.
    if sum(map(len, texts)) * 4 <= _MOST_ANNOTATIONS:
        return
    size = sum(_size(key) + _size(string(each.value) or "") for key, each in node.fields.items())
    if size > _MOST_ANNOTATIONS:
        yield Diagnostic(
            mark.first_line(text, entry.key.span),
            f"`metadata.annotations` is refused: {size} bytes, {_MOST_ANNOTATIONS} are allowed",
            help="the keys and values of all annotations count together",
        )


def _size(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))


def _finalizers(text: str, node: Node) -> Iterator[Diagnostic]:
    if not isinstance(node, Sequence):
        return
    standing: dict[str, Span] = {}
    for index, item in enumerate(node.items):
        value = "" if is_null(item) else string(item)
        if value is None:
            continue
        span = mark.nth(text, node, index)
        flaw = key_flaw(value)
        if flaw is None and "/" not in value and value not in _STANDARD_FINALIZERS:
            flaw = "a finalizer needs a domain and a `/`"
        if flaw is not None:
            yield Diagnostic(
                span, f"`metadata.finalizers` is refused: {flaw}", help=_FINALIZER_HELP
            )
        elif value in (_ORPHAN, _FOREGROUND):
            other = standing.get(_FOREGROUND if value == _ORPHAN else _ORPHAN)
            if other is not None and value not in standing:
                yield _contradiction(span, other)
            standing.setdefault(value, span)


def _contradiction(span: Span, other: Span) -> Diagnostic:
    return Diagnostic(
        span,
        "`metadata.finalizers` is refused: orphan and foregroundDeletion exclude each other",
        labels=(Label(other, "the other one"),),
        help="orphan keeps what the object owns, foregroundDeletion deletes it first",
    )


def _owners(text: str, node: Node) -> Iterator[Diagnostic]:
    if not isinstance(node, Sequence):
        return
    controllers: list[tuple[object, Span]] = []
    for index, item in enumerate(node.items):
        dash = dash_of(text, node, index)
        if is_null(item):
            yield _owner(dash, list(_OWNER_FIELDS))
        if not isinstance(item, Mapping):
            continue
        yield from _owner_fields(text, item, dash)
        entry = item.fields.get("controller")
        if entry is None or not isinstance(entry.value, Scalar) or entry.value.is_unknown:
            continue
        if entry.value.value is True:
            identity = _identity(item)
            span = mark.value(text, entry)
            # The server drops an owner that repeats another in all its fields.
            if controllers and all(identity != each for each, _ in controllers):
                yield _second_controller(span, controllers[0][1])
            controllers.append((identity, span))


def _owner_fields(text: str, item: Mapping, dash: Span) -> Iterator[Diagnostic]:
    absent = [name for name in _OWNER_FIELDS if name not in item.fields]
    if absent:
        yield _owner(dash, absent)
    for name in _OWNER_FIELDS:
        entry = item.fields.get(name)
        value = "" if entry is None or is_null(entry.value) else string(entry.value)
        if entry is not None and (value == "" or (name == "apiVersion" and _no_version(value))):
            missing = "version" if value else name
            yield _owner(mark.value(text, entry), [missing])
    kind, version = item.fields.get("kind"), string(item.get("apiVersion"))
    if kind is not None and string(kind.value) == "Event" and version in ("v1", "/v1"):
        yield Diagnostic(
            mark.value(text, kind),
            "`metadata.ownerReferences` is refused: an Event owns nothing",
            help=_OWNER_HELP,
        )


def _no_version(api_version: str | None) -> bool:
    if api_version is None:
        return False
    return api_version.count("/") > 1 or api_version.endswith("/")


def _owner(span: Span, missing: list[str]) -> Diagnostic:
    names = ", ".join(missing)
    return Diagnostic(
        span, f"`metadata.ownerReferences` is refused: an owner lacks {names}", help=_OWNER_HELP
    )


def _second_controller(span: Span, first: Span) -> Diagnostic:
    return Diagnostic(
        span,
        "`metadata.ownerReferences` is refused: only one owner can be the controller",
        labels=(Label(first, "the first one"),),
        help=_OWNER_HELP,
        covers=span,
    )


def _identity(item: Mapping) -> object:
    """All that an owner reference says; what is empty and what is missing are the same."""
    pairs = [
        (name, entry.value.value)
        for name, entry in item.fields.items()
        if isinstance(entry.value, Scalar)
    ]
    return {(name, value) for name, value in pairs if value is not None and value != ""}


def _time(text: str, entry: Entry, name: str) -> Iterator[Diagnostic]:
    value = string(entry.value)
    if value is not None and not _is_time(value):
        yield Diagnostic(
            mark.value(text, entry),
            f"`metadata.{name}` is refused: it is no time such as 2024-05-01T12:00:00Z",
            help=_TIME_HELP,
        )


def _is_time(value: str) -> bool:
    match = _TIME.fullmatch(value)
    if match is None:
        return False
    year, month, day, hour, minute, second, zone_hour, zone_minute = (
        int(part or 0) for part in match.groups()
    )
    if not 1 <= month <= 12 or hour > 23 or minute > 59 or second > 59:
        return False
    if zone_hour > 24 or zone_minute > 60:
        return False
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 1 <= day <= _DAYS[month - 1] + leap


RULE = Rule(
    "invalid-metadata",
    Group.REJECTED,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"more-metadata"})),),
)
