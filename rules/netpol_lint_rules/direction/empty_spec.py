"""An empty `spec` is a policy: it selects every pod and denies all ingress.

Why
---
Every field of `spec` has a default. A policy without one, often what is left of a template or a
merge, is accepted, selects every pod of its namespace and lets nobody in.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger
      namespace: shop
    spec: {}

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress: []

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress: []

When it stays silent
--------------------
The fields of the spec, or others that the API does not know, stand beside it: then they are the
mistake. The file is a patch of a kustomization, or a template. Where the name or a comment says
that ingress is denied, it is only said on request (info).

Fix safety
----------
Safe: what the API makes of an empty spec is written down.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import declare, patch
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety, Severity
from netpol_lint.edit import Edit
from netpol_lint.policy import Direction, Policy, Presence
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.speech import Word

_FIELDS = (("podSelector", "{}"), ("policyTypes", "[Ingress]"), ("ingress", "[]"))


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Finds a spec in which nothing is written."""
    if policy.spec.nothing and policy.metadata.readable:
        yield _diagnostic(policy, context)


def _diagnostic(policy: Policy, context: Context) -> Diagnostic:
    intent = context.intent
    is_meant = intent.says(None, Word.QUARANTINE) is not None or any(
        not each.directions or each.names(Direction.INGRESS) for each in intent.denials
    )
    return Diagnostic(
        policy.spec.key.span if policy.spec.written else policy.kind_node.span,
        "an empty spec selects every pod of the namespace and denies all ingress",
        help="nobody may connect to any pod of the namespace, not even from within;\n"
        "if that is meant, write it down: an empty `podSelector`, `policyTypes: [Ingress]`, "
        "`ingress: []`",
        fix=_fix(policy),
        severity=Severity.INFO if is_meant else None,
    )


def _fix(policy: Policy) -> Fix | None:
    edits = _edits(policy)
    return None if edits is None else Fix(Safety.SAFE, "write down what it means", edits)


def _edits(policy: Policy) -> patch.Edits:
    text, root, entry = policy.text, policy.root, policy.spec.entry
    quote = declare.quote_of(root)
    if root.flow:
        pairs = ", ".join(
            f"{quote}{key}{quote}: {value.replace('Ingress', f'{quote}Ingress{quote}')}"
            for key, value in _FIELDS
        )
        if entry is None:
            after = policy.metadata.entry or root.entries[-1]
            return patch.add_entry(text, root, after, f"{quote}spec{quote}: {{{pairs}}}")
        if policy.spec.presence is Presence.NULL:
            return patch.fill(text, entry, f"{{{pairs}}}")
        return patch.replace(entry.value, f"{{{pairs}}}")
    lines = [f"{quote}{key}{quote}: {value}" for key, value in _FIELDS]
    if entry is None:
        after = policy.metadata.entry or root.entries[-1]
        field = "\n  ".join((f"{quote}spec{quote}:", *lines))
        return patch.add_entry(text, root, after, field)
    if root.alias or entry.value.alias or text[entry.value.start : entry.value.start + 1] == "&":
        return None
    margin = " " * (patch.column(text, entry.key.start) + 2)
    written = "".join(f"{patch.line_break(text)}{margin}{line}" for line in lines)
    colon = text.find(":", entry.key.end)
    end = max(entry.value.end, colon + 1)
    if text[entry.key.end : colon].strip() or "#" in text[colon:end]:
        return None
    return (Edit(Span(colon + 1, end), written),)


RULE = Rule(
    "empty-spec",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"untyped"})),),
    silences=frozenset(("implicit-subject", "missing-policy-types")),
)
