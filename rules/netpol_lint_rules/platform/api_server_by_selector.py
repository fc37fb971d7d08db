"""A selector for the API server, which is on the host's network or outside of the cluster.

Why
---
The `kubernetes` Service of the namespace `default` leads to no pod of that namespace: the API
server runs on the network of its host, or at a cloud provider. Selectors match pods by their own
addresses and do not find it (kubernetes/kubernetes#90590); the connection is refused as if no rule
were there.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: lister-to-api-server
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: lister
      policyTypes: [Egress]
      egress:
      - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: default
        ports:
        - port: 443

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: lister-to-api-server
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: lister
      policyTypes: [Egress]
      egress:
      - to:
        - ipBlock:
            cidr: 192.0.2.10/32
        ports:
        - port: 6443

When it stays silent
--------------------
Another rule of the policy, or of a policy for the same pods, opens these ports to a block or to
everyone. A workload of the repository is in the namespace that the peer names: in `default`, or
elsewhere with one of the ports. Words that are the name of the policy's own pods, and comments on
extension API servers (metrics-server, webhooks), which are pods. Without words for the API server
and without its label, a rule for 443 or 6443 of `default`, kube-system or all pods is only said on
request (info).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netpol_lint import habitat, kin, whereabouts, witness
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group, Label, Severity
from netpol_lint.intent import Source
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.policy import Allow, Direction, Field, Peer, Policy, Port, Selector
from netpol_lint.regex import regex
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.speech import Word, says
from netpol_lint.wording import cut

PORTS = frozenset((443, 6443))
LABEL = ("component", "kube-apiserver")
DEFAULT = "default"
NAMESPACES = frozenset((DEFAULT, "kube-system"))
_EXTENSIONS = regex(
    r"metrics-?[ ]?server|web-?[ ]?hooks?|extension|aggregat|custom[ -]metrics|konnectivity",
    re.IGNORECASE,
)
_LETTERS = regex(r"[^a-z0-9]+")


class Target(NamedTuple):
    """A selector that may be meant to find the API server."""

    field: Field[Selector | None]
    where: str
    """The pods of whom it selects."""
    labelled: bool
    """Whether it has the label of the API server's pods."""


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks at rules of egress on the ports of the API server, to selectors only."""
    for allow in policy.egress.value if policy.isolates(Direction.EGRESS) else ():
        ports = allow.ports.value
        if ports and not all(map(_is_api_port, ports)):
            continue
        target = _target(allow)
        if target is None or not (ports or target.labelled):
            continue
        if _is_explained(policy, context, allow) or _is_found(context, allow):
            continue
        if not _is_reached(policy, context, allow):
            yield _diagnostic(policy, allow, target, _words(policy, context, allow))


def _is_api_port(port: Port) -> bool:
    if port.port.value not in PORTS or port.end_port.is_set:
        return False
    return port.readable and port.protocol.value == "TCP"


def _target(allow: Allow) -> Target | None:
    """The selector of a rule whose peers all may stand for the API server."""
    found: Target | None = None
    if not allow.readable:
        return None
    for peer in allow.peers.value:
        target = _selected(peer)
        if target is None:
            return None
        if found is None or (target.labelled and not found.labelled):
            found = target
    return found


def _selected(peer: Peer) -> Target | None:
    spaces, pods = peer.namespaces.value, peer.pods.value
    if not peer.readable or peer.block.is_set:
        return None
    where = "this namespace"
    if spaces is not None:
        name = habitat.names(spaces)
        where = "any namespace" if spaces.everything else name or "these namespaces"
    if pods is not None and not pods.everything:
        key, value = LABEL
        is_labelled = value in (pods.value_of(key) or ())
        return Target(peer.pods, where, True) if is_labelled else None
    if spaces is None:
        return None if pods is None else Target(peer.pods, where, False)
    is_known = len(spaces.requirements) == 1 and where in NAMESPACES
    return Target(peer.namespaces, where, False) if spaces.everything or is_known else None


def _is_explained(policy: Policy, context: Context, allow: Allow) -> bool:
    """Whether it is said that an API server is meant which is a pod."""
    if _EXTENSIONS.search(policy.name_text):
        return True
    if not context.notes.comments:
        return False
    said = context.notes.of(_whole(allow))
    head = context.notes.head(policy.root.start)
    # The webhooks of somebody outside are no pods either.
    return any(
        _EXTENSIONS.search(line) and says(line, Word.OUTSIDE) is None
        for line in (*said.splitlines(), *head.splitlines())
    )


def _is_found(context: Context, allow: Allow) -> bool:
    """Whether a workload of the repository is what a peer selects in the namespace it names."""
    for peer in allow.peers.value:
        spaces = peer.namespaces.value
        for name in () if spaces is None else whereabouts.named(spaces):
            for each in whereabouts.residents(peer.pods.value, context.census.population(name)):
                ports = each.workload.ports or ()
                if name == DEFAULT or any(port.number in PORTS for port in ports):
                    return True
    return False


def _is_reached(policy: Policy, context: Context, allow: Allow) -> bool:
    """Whether the same pods reach addresses on these ports by another rule."""
    if any(_overlap(allow.ports.value, ports) for ports in _ways_out(policy)):
        return True
    return any(
        _overlap(allow.ports.value, ports)
        for relative in kin.all_of(context)
        for ports in _ways_out(relative.policy)
        if kin.selects_all_of(relative.policy, policy)
    )


def _ways_out(policy: Policy) -> Iterator[tuple[Port, ...]]:
    """The ports of all rules of a policy for blocks or for everyone."""
    for direction, allow in policy.declared_allows():
        if direction is Direction.EGRESS and (
            allow.peers.nothing or any(peer.block.is_set for peer in allow.peers.value)
        ):
            yield allow.ports.value


def _overlap(first: tuple[Port, ...], second: tuple[Port, ...]) -> bool:
    """Whether two lists of ports may have one in common; a list without ports is all of them."""
    if not first or not second:
        return True
    numbers = {port.port.value for port in first}
    for port in second:
        if port.end_port.is_set or not isinstance(port.port.value, int):
            return True
        if port.port.value in numbers:
            return True
    return False


def _words(policy: Policy, context: Context, allow: Allow) -> Source | None:
    """Where the API server is spoken of."""
    noted = context.intent.noted(_whole(allow), Word.API_SERVER)
    if noted is not None:
        return noted
    for source in (
        context.intent.named(Word.API_SERVER),
        context.intent.described(Word.API_SERVER),
    ):
        if source is not None and not _is_of_pods(policy, source.text):
            denies = source.kind == "name" and says(policy.name_text, Word.DENY) is not None
            if not denies:
                return source
    return None


def _is_of_pods(policy: Policy, term: str) -> bool:
    """Whether a term comes from the labels of the policy's own pods: an application's name."""
    subject = policy.subject.value
    word = _LETTERS.sub("", term.lower())
    return subject is not None and any(
        word in _LETTERS.sub("", value.lower())
        for each in subject.requirements
        for value in each.values
    )


def _whole(allow: Allow) -> Span:
    return Span(allow.dash.start, max(allow.dash.end, allow.node.end))


def _diagnostic(policy: Policy, allow: Allow, target: Target, source: Source | None) -> Diagnostic:
    message = (
        f"the api server is not a pod of {cut(target.where, 40)}: this selector never reaches it"
    )
    if target.labelled:
        message = "the api server runs on the host's network: this selector never reaches it"
    number = next((port.port.value for port in allow.ports.value), 443)
    return Diagnostic(
        target.field.key.span,
        message,
        labels=() if source is None else (Label(source.span, "this speaks of the api server"),),
        help=f"{witness.barred(policy, f'connect to TCP {number} of the api server')}, whose "
        "address is that of a node or of a host outside: allow a block of its endpoints, often on "
        "port 6443 (kubectl get endpointslices -n default)",
        severity=None if source is not None or target.labelled else Severity.INFO,
        covers=_whole(allow),
    )


RULE = Rule(
    "api-server-by-selector",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(
        Concern(traits=frozenset({"egress"})),
        Concern(words=PORTS | {LABEL[1]}),
    ),
)
