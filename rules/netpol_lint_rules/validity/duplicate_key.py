"""A key is written twice: the last one wins, and the first is lost without a word.

Why
---
kubectl keeps the last value before the server can object, even with strict validation, so this is
often the only warning anyone gets. A second `podSelector` in one peer is no alternative, and two
objects without a `---` between them become one.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
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
      name: ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: cart
        - podSelector:
            matchLabels:
              app: till

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till

When it stays silent
--------------------
A merge key `<<` before a key that it provides, which is a common way to override; behind one it is
a warning, unless both say the same. Objects of other kinds, unless a policy is lost in them.

Fix safety
----------
Safe where both values are equal: the first one is deleted. Unsafe where `---` is inserted: the lost
object comes back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from netpol_lint import node, patch
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety, Severity
from netpol_lint.edit import Edit
from netpol_lint.node import Entry, Mapping, Node, Scalar, is_merge, merged
from netpol_lint.parse import Document
from netpol_lint.policy import Policy, is_lost_policy, is_policy, string
from netpol_lint.rule import Rule
from netpol_lint.schema import to_json
from netpol_lint.span import Span
from netpol_lint.wording import fitted

OBJECT = ("apiVersion", "kind", "metadata", "spec")
PEER = ("podSelector", "namespaceSelector", "ipBlock")


def check(document: Document, policies: Sequence[Policy]) -> Iterator[Diagnostic]:
    """Looks at every object of the policies, and around them for policies that are lost."""
    if not document.repeats:
        return  # as nearly always
    text, root = document.text, document.root
    merges = text.find("<<", *document.span) >= 0
    for policy in policies:
        yield from _inside(text, policy.root, merges, listed=policy.root is not root)
    if isinstance(root, Mapping) and not (policies and policies[0].root is root):
        yield from _around(text, root, [policy.root for policy in policies])


def _inside(text: str, root: Mapping, merges: bool, *, listed: bool) -> Iterator[Diagnostic]:
    """The repeats in a policy, without what stands in a lost value."""
    if len(root.fields) != len(root.entries):
        glued = list(_glued(text, root, listed))
        if glued:
            yield from glued
            root = Mapping(root.start, _kept(root), root.flow)
    pending: list[tuple[Node, str]] = [(root, "")]
    while pending:
        current, key = pending.pop()
        if isinstance(current, Scalar) or current.alias:
            continue
        if isinstance(current, node.Sequence):
            pending.extend((item, key) for item in reversed(current.items))
            continue
        entries = current.entries
        if merges or len(current.fields) != len(entries):
            yield from _repeats(text, current, in_peer=key in ("from", "to"))
            entries = _kept(current)
        for entry in reversed(entries):
            if not isinstance(entry.value, Scalar):
                assert isinstance(entry.key, Scalar)
                pending.append((entry.value, entry.key.text))


def _kept(mapping: Mapping) -> list[Entry]:
    """The entries that are not lost to a later one."""
    last = {entry.key.key: entry for entry in mapping.entries if isinstance(entry.key, Scalar)}
    return list(last.values())


def _around(text: str, root: Mapping, policies: list[Mapping]) -> Iterator[Diagnostic]:
    """Objects of other kinds and lists, as far as a policy is lost in them."""
    if is_lost_policy(root):
        yield from _glued(text, root, listed=False)
        return
    written = [entry for entry in root.entries if string(entry.key) == "items"]
    if any(_holds_policy(entry.value) for entry in written[:-1]):
        for first, second in pairwise(written):
            yield _written_twice(text, root, first, second, in_peer=False)
    items = root.get("items")
    for item in items.items if isinstance(items, node.Sequence) else ():
        if isinstance(item, Mapping) and item not in policies and is_lost_policy(item):
            yield from _glued(text, item, listed=True)


def _holds_policy(items: Node) -> bool:
    return isinstance(items, node.Sequence) and any(
        isinstance(item, Mapping) and is_policy(item) for item in items.items
    )


def _repeats(text: str, mapping: Mapping, *, in_peer: bool) -> Iterator[Diagnostic]:
    seen: dict[str, Entry] = {}
    for entry in mapping.entries:
        if is_merge(entry.key):
            lost = [
                (seen[name], other)
                for name, other in merged(entry.value).items()
                if name in seen and not _same(seen[name].value, other.value)
            ]
            if lost:
                yield _merged_over(entry, [first for first, _ in lost])
        elif isinstance(entry.key, Scalar):
            first = seen.get(entry.key.key)
            if first is not None:
                yield _written_twice(text, mapping, first, entry, in_peer=in_peer)
            seen[entry.key.key] = entry


def _same(one: Node, other: Node) -> bool:
    # Not `==`, for which 1, 1.0 and true are the same.
    return repr(to_json(one)) == repr(to_json(other))


def _written_twice(
    text: str, mapping: Mapping, first: Entry, second: Entry, *, in_peer: bool
) -> Diagnostic:
    assert isinstance(second.key, Scalar)
    key = second.key.key
    equal = _same(first.value, second.value)
    if in_peer and key in PEER and not equal:
        message = f"a peer has one `{key}`: the last one wins, alternatives are items of their own"
        advice = f"with a dash of its own before it, each `{key}` is an alternative"
    else:
        message = fitted("{} is written twice: the last one wins, the first is lost", key)
        advice = "kubectl drops the first one silently, other clients refuse the document"
    fix = None
    if equal and "&" not in text[first.key.start : first.span.end]:
        edits = patch.remove_entry(text, mapping, first)
        if edits is not None:
            fix = Fix(Safety.SAFE, "delete the first, both say the same", edits)
    return Diagnostic(
        second.key.span,
        message,
        labels=(Label(first.key.span, "this one is lost"),),
        help=advice,
        fix=fix,
        severity=None if _noticed(first.key, second.key) else Severity.WARNING,
    )


def _noticed(first: Node, second: Node) -> bool:
    """Whether strict clients see the repeat: they compare before a number becomes a string."""
    assert isinstance(first, Scalar)
    assert isinstance(second, Scalar)
    return type(first.value) is type(second.value)


def _merged_over(merge: Entry, lost: list[Entry]) -> Diagnostic:
    assert isinstance(lost[0].key, Scalar)
    return Diagnostic(
        merge.key.span,
        fitted(
            "`<<` overrides {} above it in Kubernetes, and in other readers it does not",
            lost[0].key.key,
        ),
        labels=tuple(Label(entry.key.span, "in Kubernetes this one is lost") for entry in lost),
        help="write `<<` first: then every reader lets the keys behind it win",
        severity=Severity.WARNING,
    )


def _glued(text: str, root: Mapping, listed: bool) -> Iterator[Diagnostic]:
    """The beginnings of further objects in what is written as one."""
    if root.flow or root.alias or not _looks_glued([string(entry.key) for entry in root.entries]):
        return
    starts = [root.entries[0]]
    seen: set[str] = set()
    for index, entry in enumerate(root.entries):
        name = string(entry.key) or ""
        if name in seen:
            starts.append(_header(root.entries, index))
            seen = set()
        if name in OBJECT:
            seen.add(name)
    kinds = [entry.value for entry in root.entries if string(entry.key) == "kind"]
    for index, (first, start) in enumerate(pairwise(starts)):
        lost = len(kinds) == len(starts) and string(kinds[index]) != "NetworkPolicy"
        noun = "object" if lost else "policy"
        mark = "a dash" if listed else "`---`"
        yield Diagnostic(
            _named(root.entries, start).key.span,
            f"{mark} is missing: two objects become one and the first {noun} is lost",
            labels=(Label(first.key.span, "what is written here is lost"),),
            help="as it is, the later keys replace the earlier ones of the same name",
            fix=_separated(text, root, start, listed),
        )


def _looks_glued(names: list[str | None]) -> bool:
    """Whether two or more of the four keys of an object begin again behind all of them."""
    repeated = [name for name in OBJECT if names.count(name) > 1]
    if len(repeated) < 2:
        return False
    again = min(names.index(name, names.index(name) + 1) for name in repeated)
    return all(names.index(name) < again for name in repeated)


def _header(entries: list[Entry], index: int) -> Entry:
    """The first line of an object whose repeated key stands at `index`."""
    while index > 1 and string(entries[index - 1].key) in ("apiVersion", "kind"):
        index -= 1
    return entries[index]


def _named(entries: list[Entry], start: Entry) -> Entry:
    """The `apiVersion` or `kind` of the object that begins at `start`."""
    following = entries[entries.index(start) :]
    return next((each for each in following if string(each.key) in ("apiVersion", "kind")), start)


def _separated(text: str, root: Mapping, start: Entry, listed: bool) -> Fix | None:
    place = start.key.start
    begin = patch.line_start(text, place)
    if text[begin:place].strip(" ") or not root.entries:
        return None
    if listed:
        dash = patch.line_start(text, root.start)
        before = text[dash : root.start]
        if not before.endswith("- ") or before.strip(" ") != "-" or len(before) != place - begin:
            return None
        edit = Edit(Span(place - 2, place), "- ")
        return Fix(Safety.UNSAFE, "begin another item", (edit,))
    while begin > 0:
        above = patch.line_start(text, begin - 1)
        if text[above : above + 1] != "#":
            break
        begin = above
    edit = Edit(Span(begin, begin), f"---{patch.line_break(text)}")
    return Fix(Safety.UNSAFE, "insert `---`", (edit,))


RULE = Rule(
    "duplicate-key",
    Group.REJECTED,
    since="0.1.0",
    page=__doc__ or "",
    document=check,
    fragments=True,
)
