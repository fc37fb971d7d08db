"""A port, or the range it begins, is not one that Kubernetes accepts.

Why
---
A port is a number from 1 to 65535 without quotes, or the name of a container's port. In quotes a
number is taken for a name, and a name needs a letter, so `"80"` is refused. A range is written
with `port` and `endPort`, both numbers, the larger one last.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-from-till
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
        ports:
        - port: "8443"

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-from-till
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
        ports:
        - port: 8443
        - port: https-alt
        - port: 9000
          endPort: 9010

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-from-till
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
        ports:
        - port: 8443

When it stays silent
--------------------
Values that a later substitution decides. Numbers in another spelling, such as `80.0`, `8e1` or
`0x50`, which are all 80, and quoted ones with a letter, such as `"0x50"`, which are names.
`endPort` for clusters before 1.21, which do not know it and drop it.

Fix safety
----------
Unsafe: a refused policy begins to work. Quotes are taken away, `8000-9000` becomes `port` and
`endPort`, and a reversed range is turned round.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import mark, patch, walk
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety
from netpol_lint.label import port_name_flaw
from netpol_lint.node import Mapping, Scalar
from netpol_lint.option import KubeVersion
from netpol_lint.policy import Policy, Port
from netpol_lint.regex import regex
from netpol_lint.rule import Rule
from netpol_lint.wording import quoted

_END_PORT_IS_KNOWN = KubeVersion(1, 21)
_NUMBER = regex(r"[0-9]+")
_RANGE = regex(r"\s*([0-9]+)\s*(?:-|:|\.\.)\s*([0-9]+)\s*")
_LIST = regex(r"\s*[0-9]+(?:\s*[,;]\s*[0-9]+)+\s*")
_HELP = (
    "a port is a number from 1 to 65535 without quotes, or a port name: up to 15 lower-case "
    "letters, digits and single hyphens, with a letter among them"
)
_END_HELP = (
    "a range needs two numbers: `port` is its first and `endPort` its last port; without `endPort` "
    "it is one port"
)
_LIST_HELP = "each port is an item of its own under `ports`"


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks at `port` and `endPort` of every item."""
    ranges = context.options.kube_version >= _END_PORT_IS_KNOWN
    for port in walk.ports(policy):
        value = port.port.value
        if isinstance(value, str):
            yield from _name(policy.text, port, value)
        elif value is not None and not 1 <= value <= 65535:
            yield _out_of_range(policy.text, port, value)
        if ranges and port.end_port.is_set:
            yield from _end(policy.text, port)


def _out_of_range(text: str, port: Port, value: int) -> Diagnostic:
    assert port.port.entry is not None
    advice = _HELP
    if value == 0:
        advice = "for every port of the protocol leave `port` out"
    return Diagnostic(
        mark.value(text, port.port.entry),
        f"port {quoted(str(value), 20)} is refused: a port is between 1 and 65535",
        help=advice,
    )


def _name(text: str, port: Port, value: str) -> Iterator[Diagnostic]:
    flaw = port_name_flaw(value)
    if flaw is None:
        return
    assert port.port.entry is not None
    span = mark.value(text, port.port.entry)
    if _NUMBER.fullmatch(value):
        shown = quoted(f'"{value}"', 30)
        message = f"{shown} is a port name, not a number: remove the quotes"
        yield Diagnostic(span, message, help=_HELP, fix=_unquote(text, port, value))
    elif _RANGE.fullmatch(value):
        message = f"{quoted(value, 40)} is no range: use port and endPort"
        yield Diagnostic(span, message, help=_END_HELP, fix=_unfold(text, port, value))
    else:
        room = 100 - len(f"port  is refused: {flaw}")
        advice = _LIST_HELP if _LIST.fullmatch(value) else _HELP
        yield Diagnostic(span, f"port {quoted(value, room)} is refused: {flaw}", help=advice)


def _end(text: str, port: Port) -> Iterator[Diagnostic]:
    end, value = port.end_port.value, port.port.value
    if end is None or isinstance(end, str) or not port.port.readable:
        return
    shown = quoted(str(end), 20)
    fix = None
    if value is None:
        message = f"endPort {shown} has no port to begin at: the policy is refused"
    elif isinstance(value, str):
        if port_name_flaw(value) is not None and _NUMBER.fullmatch(value):
            return  # the quotes are the cause, and reported
        message = f"endPort {shown} cannot end at a port name: the range needs a number"
    elif not 1 <= end <= 65535:
        message = f"endPort {shown} is refused: a port is between 1 and 65535"
    elif end < value:
        message = f"endPort {shown} is below port {quoted(str(value), 20)}: the policy is refused"
        fix = _swap(text, port, value, end)
    else:
        return
    assert port.end_port.entry is not None
    labels: tuple[Label, ...] = ()
    if port.port.entry is not None and port.port.is_set:
        labels = (Label(mark.value(text, port.port.entry), "the range begins here"),)
    yield Diagnostic(
        mark.value(text, port.end_port.entry), message, labels=labels, help=_END_HELP, fix=fix
    )


def _unquote(text: str, port: Port, value: str) -> Fix | None:
    number = int(value) if len(value) <= 5 else 0
    end = port.end_port.value
    if not 1 <= number <= 65535 or (isinstance(end, int) and end < number):
        return None
    edits = patch.rewrite(text, port.port.node, str(number), bare=True)
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, f"remove the quotes: this opens port {number}", edits)


def _unfold(text: str, port: Port, value: str) -> Fix | None:
    match = _RANGE.fullmatch(value)
    entry, item = port.port.entry, port.node
    if match is None or entry is None or port.end_port.written or not isinstance(item, Mapping):
        return None
    if max(map(len, match.groups())) > 5:
        return None
    first, last = int(match[1]), int(match[2])
    if not 1 <= first <= last <= 65535:
        return None
    start = patch.rewrite(text, entry.value, str(first), bare=True)
    quote = entry.key.style if isinstance(entry.key, Scalar) else ""
    end = patch.add_entry(text, item, entry, f"{quote}endPort{quote}: {last}")
    if start is None or end is None:
        return None
    return Fix(Safety.UNSAFE, f"open ports {first} to {last}", (*start, *end))


def _swap(text: str, port: Port, value: int, end: int) -> Fix | None:
    if not 1 <= value <= 65535:
        return None
    first = patch.rewrite(text, port.port.node, str(end), bare=True)
    last = patch.rewrite(text, port.end_port.node, str(value), bare=True)
    if first is None or last is None:
        return None
    return Fix(Safety.UNSAFE, f"turn the range round: ports {end} to {value}", (*first, *last))


RULE = Rule(
    "invalid-port",
    Group.REJECTED,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"odd-ranges", "odd-port-names", "odd-numbers"})),),
    silences=frozenset(
        {"octal-port", "unknown-named-port", "overlapping-ports", "wide-port-range", "service-port"}
    ),
)
