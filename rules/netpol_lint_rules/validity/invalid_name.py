"""The name or the namespace is not one that Kubernetes accepts.

Why
---
Names become parts of addresses, so the API server is strict: a policy's name is up to 253
lower-case letters, digits, `-` and `.`, a namespace up to 63 without dots. A policy without a
name cannot be stored at all. A refused policy protects nothing, and `kubectl apply` of a whole
folder easily hides that one object failed.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: Allow_Web
      namespace: shop
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
      name: allow-web.v2
      namespace: shop
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

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: allow-web
      namespace: shop
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
Values that a later substitution decides, such as `${NAME}`. An empty namespace, which is filled
in from where the policy is applied. Names with dots, and names that look like a date or a version
number: they are strings.

Fix safety
----------
Unsafe: a refused policy begins to work, under a name that others may not expect. Offered only if
lower case, and `-` in place of `_`, make the name a valid one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from netpol_lint import mark, patch
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety
from netpol_lint.label import dns_label_flaw, generate_name_flaw, subdomain_flaw
from netpol_lint.node import Entry, Mapping
from netpol_lint.policy import Policy, is_null, string
from netpol_lint.rule import Rule
from netpol_lint.wording import quoted

Flaw = Callable[[str], str | None]

_GRAMMAR = {
    "name": "a name has up to 253 lower-case letters, digits, `-` and `.`, and begins and ends "
    "with a letter or a digit",
    "namespace": "a namespace has up to 63 lower-case letters, digits and `-`, and begins and ends "
    "with a letter or a digit",
    "generateName": "the server adds five letters to a `generateName`, and the result must be a "
    "name: lower-case letters, digits, `-` and `.`",
}


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks at `name`, `generateName` and `namespace`."""
    metadata = policy.metadata.value
    if metadata is None:
        if policy.metadata.readable:
            yield _nameless(policy)
        return
    fields = metadata.fields
    name, base = _text(fields, "name"), _text(fields, "generateName")
    if name and subdomain_flaw(name) is not None:
        yield from _judge(policy, fields["name"], name, subdomain_flaw)
    if base:
        flaw_of = partial(generate_name_flaw, alone=name == "")
        yield from _judge(policy, fields["generateName"], base, flaw_of)
    elif base == name == "":
        yield _nameless(policy)
    namespace = _text(fields, "namespace")
    if namespace and dns_label_flaw(namespace) is not None:
        yield from _judge(policy, fields["namespace"], namespace, dns_label_flaw)


def _text(fields: dict[str, Entry], name: str) -> str | None:
    """The text of a field: empty where nothing is written, None where nobody can tell."""
    entry = fields.get(name)
    if entry is None:
        return ""
    value = string(entry.value)
    return "" if value is None and is_null(entry.value) else value


def _nameless(policy: Policy) -> Diagnostic:
    metadata = policy.metadata
    name = metadata.value.fields.get("name") if isinstance(metadata.value, Mapping) else None
    if name is not None:
        span = mark.value(policy.text, name)
    elif metadata.written:
        span = metadata.key.span
    else:
        span = policy.kind_node.span
    return Diagnostic(
        span,
        "the policy has no name: it is refused",
        help="give it a `name` under `metadata`, unique among the policies of its namespace",
    )


def _judge(policy: Policy, entry: Entry, value: str, flaw_of: Flaw) -> Iterator[Diagnostic]:
    flaw = flaw_of(value)
    if flaw is None:
        return
    field = string(entry.key) or ""
    rest = f"{field}  is refused: {flaw}"
    yield Diagnostic(
        mark.value(policy.text, entry),
        f"{field} {quoted(value, 100 - len(rest))} is refused: {flaw}",
        help=_GRAMMAR[field],
        fix=_fix(policy, entry, value, flaw_of),
    )


def _fix(policy: Policy, entry: Entry, value: str, flaw_of: Flaw) -> Fix | None:
    better = value.lower().replace("_", "-")
    if better == value or flaw_of(better) is not None:
        return None
    edits = patch.rewrite(policy.text, entry.value, better)
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, f"write {quoted(better, 60)}: the policy is then accepted", edits)


RULE = Rule(
    "invalid-name",
    Group.REJECTED,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"odd-names", "more-metadata"})),),
)
