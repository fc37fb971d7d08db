"""An empty `from` or `to` allows everyone, not nobody.

Why
---
An empty list of rules allows nobody, but an empty list of peers inside a rule restricts nothing:
every pod of every namespace and every address of the world may use its ports. Templates that
render a list without items open a port in this way while the policy still looks as if it
restricted something.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: chat
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: chat
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till
        ports:
        - port: 8080
      - from: []
        ports:
        - port: 3000

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: chat
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: chat
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till
        ports:
        - port: 8080

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: chat
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: chat
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till
        ports:
        - port: 8080

When it stays silent
--------------------
The key is not written at all: ports without peers are a common way to open them on purpose. The
direction is not declared. Where the name or a comment says that everyone or the outside is meant,
and for DNS ports under `to`, it is only said on request (info).

Fix safety
----------
Unsafe: the rule is deleted and with it the access of everyone, who may have been meant. Safe
where the words say that everyone is meant: the key is deleted, which allows the same and looks
like it.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import patch, witness
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety, Severity
from netpol_lint.lexicon import Word
from netpol_lint.node import Mapping, Sequence
from netpol_lint.phrase import listed
from netpol_lint.policy import Allow, Direction, Policy
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.speech import says

DNS_PORTS = frozenset((53, 5353, "dns", "dns-tcp", "dns-udp"))


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Finds a written list of peers without a peer."""
    declared = policy.evident.declared or ()
    for direction in Direction:
        if direction not in declared:
            continue
        for index, allow in enumerate(policy.allows(direction).value):
            if allow.clean and allow.peers.written and allow.peers.nothing:
                yield _diagnostic(policy, context, direction, index, allow)


def _diagnostic(
    policy: Policy, context: Context, direction: Direction, index: int, allow: Allow
) -> Diagnostic:
    is_meant = _is_said(policy, context, direction, allow) or _is_dns(direction, allow)
    key = allow.peers.key.span
    return Diagnostic(
        key,
        f"`{direction.peer_key}:` without a peer means everyone, not nobody",
        help=f"{witness.everyone(policy, direction, _ports(allow))};\n"
        f"if everyone is meant, leave `{direction.peer_key}` out; if nobody is, delete the rule",
        fix=_omit(policy, direction, allow) if is_meant else _delete(policy, direction, index),
        severity=Severity.INFO if is_meant else None,
        covers=_whole(allow),
    )


def _is_said(policy: Policy, context: Context, direction: Direction, allow: Allow) -> bool:
    """Whether name or comments say that everyone is meant."""
    intent = context.intent
    texts = [policy.name_text, *(each.text for each in intent.descriptions)]
    texts.append(context.notes.of(_whole(allow)))
    allows = policy.allows(direction)
    if len(allows.value) == 1:  # then what stands on the direction is about it
        texts.append(context.notes.head(allows.key.span.start))
        beside = context.notes.beside(allows.key.span.start)
        texts.append("" if beside is None else beside.text)
    if any(map(_welcomes, texts)):
        return True
    return any(direction in each.directions for each in intent.allowances)


def _welcomes(text: str) -> bool:
    """Whether it speaks of everyone or of the outside, and not to keep them out."""
    if says(text, Word.EVERYONE, Word.OUTSIDE) is None:
        return False
    return says(text, Word.DENY) is None or says(text, Word.ALLOW) is not None


def _whole(allow: Allow) -> Span:
    return Span(allow.dash.start, max(allow.dash.end, allow.node.end))


def _is_dns(direction: Direction, allow: Allow) -> bool:
    """Whether only names can be resolved: DNS is widely allowed to any address."""
    ports = allow.ports.value
    return (
        direction is Direction.EGRESS
        and bool(ports)
        and all(port.readable and port.port.value in DNS_PORTS for port in ports)
    )


def _ports(allow: Allow) -> str:
    ports = allow.ports.value
    if allow.ports.nothing:
        return "every port"
    if not ports or not all(port.readable for port in ports):
        return "these ports"
    return listed([str(port) for port in ports], 40)


def _omit(policy: Policy, direction: Direction, allow: Allow) -> Fix | None:
    """The same meaning without the key."""
    node, entry = allow.node, allow.peers.entry
    if not isinstance(node, Mapping) or entry is None:
        return None
    if len(node.entries) > 1:
        edits = patch.remove_entry(policy.text, node, entry)
    else:
        edits = patch.replace(node, "{}")
    title = f"leave `{direction.peer_key}` out: everyone, plainly written"
    return None if edits is None else Fix(Safety.SAFE, title, edits)


def _delete(policy: Policy, direction: Direction, index: int) -> Fix | None:
    node = policy.allows(direction).node
    edits = patch.remove_item(policy.text, node, index) if isinstance(node, Sequence) else None
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, "delete the rule: nobody is allowed by it", edits)


RULE = Rule(
    "open-to-everyone",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"empty-lists"})),),
    silences=frozenset(("sensitive-port", "voided-by-allow-all")),
)
