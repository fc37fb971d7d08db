"""The file is no YAML that Kubernetes can read, so nothing in the document is applied.

Why
---
A document that cannot be read protects nobody, and an apply of the directory stops there. Each
document is read on its own: a broken one hides none of its neighbours.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress
      ingress: []

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]
      ingress: []

When it stays silent
--------------------
Templates, which are no YAML before they are rendered; documents of other kinds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netpol_lint import mark
from netpol_lint.diagnostic import Diagnostic, Group, Label
from netpol_lint.parse import Document
from netpol_lint.policy import Policy
from netpol_lint.rule import Rule
from netpol_lint.wording import LONGEST, cut

HELP = "nothing of this document is applied until it can be read"


def check(document: Document, policies: Sequence[Policy]) -> Iterator[Diagnostic]:
    """What the reader could not turn into JSON."""
    del policies
    text = document.text
    for span, reason, quote in document.problems:
        message = f"not readable as yaml: {reason}"
        yield Diagnostic(
            mark.first_line(text, span),
            cut(message, LONGEST),
            labels=() if quote is None else (Label(quote, "it opens here: is a quote missing?"),),
            help=HELP,
        )


RULE = Rule(
    "yaml-syntax",
    Group.REJECTED,
    since="0.1.0",
    page=__doc__ or "",
    document=check,
    fragments=True,
)
