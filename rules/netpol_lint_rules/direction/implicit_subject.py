"""A policy that names no pod applies to every pod of its namespace.

Why
---
A missing `podSelector`, a null one and one whose `matchLabels` is null all select every pod, as
`podSelector: {}` does. Only the last one shows that it is meant. Under a name such as `allow-till`,
beside policies that select `app: till`, it most likely is not.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: shared
      namespace: shop
    spec:
      podSelector:
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector: {}

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: shared
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector: {}

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: shared
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector: {}

When it stays silent
--------------------
It is a matter of style (info, on request) unless the name is `allow-X`, `X-policy`, `X-ingress` or
the like, and another policy or a workload of its namespace has pods of app X. Names that deny,
that are about all or about the namespace, and names of this policy's own peers leave it so.
Unknown fields in the selector or the spec are the mistake themselves. The file is a patch of a
kustomization.

Fix safety
----------
Safe: `podSelector: {}` selects the same pods. Not offered where a single app was probably meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import declare, kin, patch, whereabouts
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety
from netpol_lint.edit import Edit
from netpol_lint.habitat import APP_KEYS
from netpol_lint.node import Entry, Mapping
from netpol_lint.policy import Direction, Policy, Presence, Selector
from netpol_lint.regex import regex
from netpol_lint.repository import Spot
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.speech import hear

_PREFIX = regex(r"(?:allow|permit)-")
_SUFFIX = regex(r"-(?:network-?policy|netpol|np|policy|ingress|egress)\Z")


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Finds an empty subject that is not written as `{}`."""
    field = policy.subject
    if field.presence is Presence.FILLED:
        if field.value is None or field.value.requirements or not field.value.exact:
            return
    elif field.presence not in (Presence.ABSENT, Presence.NULL):
        return
    spec = policy.spec.value
    if spec is not None and spec.entries:
        yield _diagnostic(policy, context, spec)


def _diagnostic(policy: Policy, context: Context, spec: Mapping) -> Diagnostic:
    meant = _one_app(policy, context)
    if meant is not None:
        label, pods = meant
        return Diagnostic(
            _place(policy).key.span,
            "no pod is named: the policy applies to every pod of the namespace",
            labels=(label,),
            help=f"the policy's name speaks of one app: select it by `{pods:.100}`,\n"
            "or write `podSelector: {}` if every pod is meant",
        )
    return Diagnostic(
        _place(policy).key.span,
        "no pod is named: the policy applies to every pod of the namespace",
        help="write `podSelector: {}` if every pod is meant",
        fix=_fix(policy, spec),
        group=Group.STYLE,
    )


def _place(policy: Policy) -> Entry:
    """The key below which nothing is written, or the spec."""
    entry = policy.subject.entry or policy.spec.entry
    assert entry is not None
    selector = policy.subject.value
    if selector is not None and isinstance(selector.node, Mapping) and selector.node.entries:
        return selector.node.entries[0]
    return entry


def _one_app(policy: Policy, context: Context) -> tuple[Label, str] | None:
    """The one app that the name speaks of: where it stands, and what selects it."""
    name = policy.name_text
    word = _SUFFIX.sub("", _PREFIX.sub("", name, count=1))
    if word in (name, "", policy.namespace.value) or policy.name is None or policy.name.is_unknown:
        return None
    if any(piece.words for piece in hear(word).pieces):
        return None
    if any(word in each.values for selector in _named(policy) for each in selector.requirements):
        return None
    return _selected(context, word) or _running(policy, context, word)


def _selected(context: Context, word: str) -> tuple[Label, str] | None:
    """An app of that name as another policy of the namespace selects it."""
    for relative in kin.family(context):
        for selector in _local(relative.policy):
            for each in selector.requirements:
                if each.key in APP_KEYS and each.positive and each.values == (word,):
                    spot = Spot(relative.path, each.key_node.span)
                    label = context.label(spot, f"the pods with {each!s:.60} are selected so")
                    return label, str(each)
    return None


def _running(policy: Policy, context: Context, word: str) -> tuple[Label, str] | None:
    """A workload of that name in the namespace."""
    for each in whereabouts.beside(policy, context):
        labels = each.labels or {}
        app = next((key for key in sorted(APP_KEYS) if labels.get(key) == word), None)
        if labels and (app is not None or each.workload.name == word):
            pairs = [f"{key}={value}" for key, value in labels.items() if app in (None, key)]
            words = f"the pods of {each!s:.60} are labelled so"
            return context.label(each.workload.labels_spot, words), ", ".join(pairs)
    return None


def _local(policy: Policy) -> Iterator[Selector]:
    """What selects pods of the policy's own namespace."""
    if policy.subject.value is not None:
        yield policy.subject.value
    for direction in Direction:
        for allow in policy.allows(direction).value:
            for peer in allow.peers.value:
                if peer.pods_only is not None:
                    yield peer.pods_only


def _named(policy: Policy) -> Iterator[Selector]:
    """The selectors of all peers."""
    for direction in Direction:
        for allow in policy.allows(direction).value:
            for peer in allow.peers.value:
                for selector in (peer.pods.value, peer.namespaces.value):
                    if selector is not None:
                        yield selector


def _fix(policy: Policy, spec: Mapping) -> Fix | None:
    edits = _edits(policy, spec)
    title = "write `podSelector: {}`: every pod, plainly said"
    return None if edits is None else Fix(Safety.SAFE, title, edits)


def _edits(policy: Policy, spec: Mapping) -> patch.Edits:
    text, entry = policy.text, policy.subject.entry
    quote = declare.quote_of(spec)
    if entry is None:
        return patch.prepend_entry(text, spec, f"{quote}podSelector{quote}: {{}}")
    if policy.subject.presence is Presence.NULL:
        return patch.fill(text, entry, "{}")
    colon = text.find(":", entry.key.end)
    between = text[colon + 1 : entry.value.end]
    if spec.alias or entry.value.alias or colon < 0 or "#" in between or "&" in between:
        return None
    return (Edit(Span(colon + 1, entry.value.end), " {}"),)


RULE = Rule(
    "implicit-subject",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"whole-namespace"})),),
)
