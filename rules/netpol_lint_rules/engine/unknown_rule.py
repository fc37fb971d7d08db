"""An ignore that names no rule.

Why
---
A misspelled name silences nothing, and an ignore without names would silence everything, now and
later. Names are required: `# netpol-lint: ignore[split-peer] reason`.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: open
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress:
      - {}  # netpol-lint: ignore[nul-rule]

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: open
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress:
      # netpol-lint: ignore[null-rule] the generator writes it so
      -

When it stays silent
--------------------
`--no-ignores` is given.
"""

from __future__ import annotations

from netpol_lint.diagnostic import Group
from netpol_lint.rule import Rule

RULE = Rule("unknown-rule", Group.ENGINE, since="0.1.0", page=__doc__ or "")
