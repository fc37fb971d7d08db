"""A port that another item of the same list already covers.

Why
---
The items of `ports` add to each other. A port that stands twice, or inside a range of the same
protocol, changes nothing; it stays behind when the other item goes, and hides what the list really
opens.

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
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector: {}
        ports:
        - port: 8080
        - port: 8000
          endPort: 8999

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
      ingress:
      - from:
        - podSelector: {}
        ports:
        - port: 8000
          endPort: 8999

Fixed
-----
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
      ingress:
      - from:
        - podSelector: {}
        ports:
        - port: 8000
          endPort: 8999

When it stays silent
--------------------
The protocols differ, where none is written TCP is meant. A name and a number are never the same for
sure. An item with only a protocol beside numbered ones belongs to split-port.

Fix safety
----------
Safe: the other item opens the same ports, which is proven.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import model, patch
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety
from netpol_lint.node import Sequence
from netpol_lint.policy import Allow, Policy, Port
from netpol_lint.port_set import PortSet
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.wording import cut

MOST_PORTS = 100
"""Every item is held against every other one; longer lists are not judged."""


def check(policy: Policy, _: Context) -> Iterator[Diagnostic]:
    """Holds the items of each list against each other."""
    for _direction, allow in policy.declared_allows():
        if 1 < len(allow.ports.value) <= MOST_PORTS:
            sets = [model.port_range(port) for port in allow.ports.value]
            for index in range(len(sets)):
                other = _covering(sets, index)
                if other is not None:
                    yield _diagnostic(policy, allow, index, other)


def _covering(sets: list[PortSet], index: int) -> int | None:
    """The widest item that covers this one; of equal items the first one stays."""
    others = [other for other in range(len(sets)) if other != index and _holds(sets, other, index)]
    others = [other for other in others if other < index or not _holds(sets, index, other)]
    # What covers one of them covers this one as well, so the last in the row of covers is widest.
    return next(
        (each for each in others if not any(_covers(sets, more, each) for more in others)), None
    )


def _covers(sets: list[PortSet], outer: int, inner: int) -> bool:
    return (
        outer != inner
        and _holds(sets, outer, inner)
        and (outer < inner or not _holds(sets, inner, outer))
    )


def _holds(sets: list[PortSet], outer: int, inner: int) -> bool:
    large, small = sets[outer], sets[inner]
    return not (large.unknown or small.unknown) and small.minus(large).empty


def _diagnostic(policy: Policy, allow: Allow, index: int, other: int) -> Diagnostic:
    ports = allow.ports.value
    covered, covering = ports[index], ports[other]
    node, fix = allow.ports.node, None
    if isinstance(node, Sequence):
        edits = patch.remove_item(policy.text, node, index)
        fix = None if edits is None else Fix(Safety.SAFE, "delete the covered item", edits)
    message = f"{_words(covered)} is already covered by {_words(covering)}"
    if str(covered) == str(covering):
        message = f"{_words(covered)} is listed twice"
    return Diagnostic(
        covered.dash,
        message,
        labels=(Label(covering.dash, "this item covers it"),),
        help="the items of a list add to each other: without this one the same ports are open",
        fix=fix,
        covers=Span(
            min(covered.dash.start, covering.dash.start),
            max(covered.node.end, covering.node.end),
        ),
    )


def _words(port: Port) -> str:
    if port.port.value is None:
        return f"every {port.protocol.value} port"
    return cut(str(port), 30)


RULE = Rule("overlapping-ports", Group.STYLE, since="0.1.0", page=__doc__ or "", policy=check)
