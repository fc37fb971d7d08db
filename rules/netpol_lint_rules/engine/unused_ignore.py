"""An ignore that silences nothing.

Why
---
An ignore that outlives its finding hides the next one: the mistake comes back and nobody hears of
it. Only rules that run are judged; an ignore for a rule that is switched off is left alone.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: closed
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress: []  # netpol-lint: ignore[null-rule] nothing to silence here

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: closed
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress: []

When it stays silent
--------------------
The rule does not run, or `--no-ignores` is given.
"""

from __future__ import annotations

from netpol_lint.diagnostic import Group
from netpol_lint.rule import Rule

RULE = Rule("unused-ignore", Group.ENGINE, since="0.1.0", page=__doc__ or "")
