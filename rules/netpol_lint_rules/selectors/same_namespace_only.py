"""`podSelector: {}` in a peer is every pod of this namespace, where everyone was meant.

Why
---
Under `spec`, an empty podSelector is "all pods". Under `from` or `to` it is all pods of the
policy's own namespace, and nobody else: not the ingress controller, not another namespace, no
address outside. A policy that means to open a service to the world with it keeps the world out.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-allow-external
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

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-allow-external
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]
      ingress:
      - ports:
        - port: 8080

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-allow-external
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]
      ingress:
      - ports:
        - port: 8080

When it stays silent
--------------------
Without words for everyone in the name or in a comment on the rule, and without an entrance, nothing
is said: one's own namespace is the most usual peer there is. A description of the policy counts
where it lets everyone in, and that can only be about this rule. An entrance is a Service of type
LoadBalancer or NodePort, an Ingress or a route of the repository that leads to exactly the policy's
pods. It counts where the repository shows all pods and policies of the namespace and none of the
policies lets anybody else in; an Ingress or a route only where none of the pods looks like a proxy
or gateway.

Words such as "same namespace", "all pods", "internal" or "within" say that it is meant; so does a
name or comment that denies, and one that names pods: `public-api`. Another rule that lets others in
ends the matter. Egress to the outside belongs to internet-via-selector.

Fix safety
----------
Unsafe: it opens the ports to everyone. The list of peers is removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netpol_lint import claim, kin, patch, whereabouts, witness
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety
from netpol_lint.intent import Source
from netpol_lint.node import Mapping
from netpol_lint.policy import Allow, Direction, Peer, Policy, Presence
from netpol_lint.regex import regex
from netpol_lint.repository import Population, Resident, Spot
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.speech import Word, find, hear, says
from netpol_lint.wording import cut

LIMITS = (
    Word.SAME_NAMESPACE,
    Word.NAMESPACE,
    Word.INTERNAL,
    Word.ALL_OF,
    Word.DENY,
    Word.QUARANTINE,
    Word.EXCEPTION,
)
"""Words that tell who is meant, or that somebody is not."""
VENDORS = frozenset(("stripe", "sendgrid", "github", "slack", "s3", "sqs", "aws", "azure", "gcp"))
"""In a name of ingress they are parts of applications rather than clients."""
OPEN_TYPES = frozenset(("LoadBalancer", "NodePort"))
WEAK = frozenset(("all", "any", "every", "모든", "모두", "전체", "전부"))
"""Words that may be about traffic or ports; only a whole "allow all" is about peers."""
_PROXY = regex(
    r"ingress|gateway|router|proxy|traefik|nginx|envoy|istio|kong|haproxy|contour|caddy|edge"
    r"|tunnel|cloudflared|ambassador|skipper|apisix|pomerium",
    re.IGNORECASE,
)
PEOPLE = frozenset(("everyone", "everybody", "anyone", "anybody"))
"""In a description, who is let in, without a word for letting in."""
_ASIDE = regex(r"\b(?:via|through|behind|balancers?)\b", re.IGNORECASE)
"""In a description: the way in leads through others."""
_INSIDE = regex(
    r"\b(?:intra|local|inner|within|inside|between|among|amongst|each|mutual|own|siblings?"
    r"|internal|(?<!outside )(?<!outside the )(?<!outside of the )cluster|namespaces?|ns|here"
    r"|only|other|others|but|unless)\b",
    re.IGNORECASE,
)


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Finds rules of the own namespace only, and holds them against words for everyone."""
    for direction, allow in policy.declared_allows():
        if _is_own_namespace(allow):
            source = (
                _remark(context, direction, allow)
                or _name(policy, context, direction, allow)
                or _description(policy, context, direction)
            )
            if source is not None and not _is_open(policy, direction):
                label = Label(source.span, "this speaks of more")
                yield _diagnostic(policy, direction, allow, label)
            elif source is None and direction is Direction.INGRESS:
                entrance = _entrance(policy, context, allow)
                if entrance is not None:
                    yield _diagnostic(policy, direction, allow, entrance)


def _is_own_namespace(allow: Allow) -> bool:
    """Whether every peer is `podSelector: {}` alone."""
    peers = allow.peers.value
    return bool(peers) and all(map(_is_all_local_pods, peers)) and allow.readable


def _is_all_local_pods(peer: Peer) -> bool:
    pods = peer.pods.value
    return pods is not None and pods.everything and peer.pods_only is not None


def _remark(context: Context, direction: Direction, allow: Allow) -> Source | None:
    """A comment on the rule that speaks of everyone."""
    comments = context.notes.on(_whole(allow))
    said = "\n".join(comment.text for comment in comments)
    if not said or says(said, *LIMITS) is not None or _INSIDE.search(said):
        return None
    wanted = frozenset(_words(direction))
    for comment in comments:
        for piece in hear(comment.text).pieces:
            if not piece.words & wanted or piece.text.lower() in WEAK:
                continue
            if direction is Direction.INGRESS or Word.OUTSIDE not in piece.words:
                return Source("comment", comment.span, piece.text)
    allowed = claim.of_prose(said).allow
    if allowed is None or (allowed and direction not in allowed):
        return None
    return Source("comment", comments[0].span, said)


def _name(policy: Policy, context: Context, direction: Direction, allow: Allow) -> Source | None:
    """A name that speaks of everyone, or any source that says "allow all"."""
    intent = context.intent
    if _lets_others_in(policy, direction) or _INSIDE.search(policy.name_text):
        return None
    if intent.says(_whole(allow), Word.SAME_NAMESPACE, Word.NAMESPACE, Word.INTERNAL) is not None:
        return None
    for word in _words(direction):
        found = intent.named_for(direction, word)
        if found is None or found.text.lower() in VENDORS | WEAK:
            continue
        if not _is_of_egress(direction, found):
            return found
    if _names_its_namespace(policy):
        return None
    for stance in intent.allowances:
        if not stance.directions or stance.names(direction):
            return stance.source
    return None


def _description(policy: Policy, context: Context, direction: Direction) -> Source | None:
    """A description that lets everyone in, where there is nothing else that it is about."""
    if direction is not Direction.INGRESS or policy.declared != frozenset((Direction.INGRESS,)):
        return None
    if len(policy.ingress.value) > 1 or context.intent.named(*LIMITS) is not None:
        return None
    for source in context.intent.descriptions:
        text = source.text
        if find(text, Word.OUTSIDE, Word.EVERYONE) is None:
            continue
        if says(text, *LIMITS, Word.NOT, Word.NOT_SO) is not None:
            return None
        if any(each.search(text) for each in (_INSIDE, _PROXY, _ASIDE)):
            return None
        speech = hear(text)
        found = speech.find(Word.OUTSIDE, Word.EVERYONE)
        word = "" if found is None else found.text
        if word.lower() not in PEOPLE and speech.find(Word.ALLOW) is None:
            return None
        return None if word.lower() in WEAK | VENDORS else source._replace(text=word)
    return None


def _words(direction: Direction) -> tuple[Word, ...]:
    if direction is Direction.INGRESS:
        return Word.OUTSIDE, Word.EVERYONE
    return (Word.EVERYONE,)


def _is_of_egress(direction: Direction, source: Source) -> bool:
    """Whether it speaks of the outside as a target, which another rule listens to."""
    return direction is Direction.EGRESS and says(source.text, Word.OUTSIDE) is not None


def _is_open(policy: Policy, direction: Direction) -> bool:
    """Whether another rule of the direction has no peers, and with it everyone."""
    return any(allow.peers.nothing for allow in policy.allows(direction).value)


def _lets_others_in(policy: Policy, direction: Direction) -> bool:
    """Whether another rule has peers beyond the policy's own namespace."""
    return any(
        allow.peers.presence is not Presence.FILLED
        or any(peer.pods_only is None for peer in allow.peers.value)
        for allow in policy.allows(direction).value
    )


def _names_its_namespace(policy: Policy) -> bool:
    """Whether the name of the policy holds that of its namespace: "allow all" may be about it."""
    own = policy.namespace.value
    return own is not None and own != "" and own in policy.name_text


def _whole(allow: Allow) -> Span:
    return Span(allow.dash.start, max(allow.dash.end, allow.node.end))


def _entrance(policy: Policy, context: Context, allow: Allow) -> Label | None:
    """What brings traffic from outside to just these pods, where certainly no policy lets it in."""
    subject = policy.subject.value
    seats = context.seats
    if subject is None or not subject.requirements or len(seats) != 1:
        return None
    population = seats[0].population
    found = whereabouts.find(seats[0].policy.subject.value, [population])
    if not found.residents or not found.certain or not population.authoritative:
        return None
    door = next(_doors(context, population, found.residents), None)
    if door is None or not population.complete:
        return None
    if _is_meant(policy, context, allow) or _is_let_in(policy, context):
        return None
    return context.label(*door)


def _doors(
    context: Context, population: Population, pods: tuple[Resident, ...]
) -> Iterator[tuple[Spot, str]]:
    """The Services, and what leads to them, that bring in traffic for exactly these pods."""
    names = {each.workload.name for each in pods}
    has_proxy = any(map(_is_proxy, population.residents))
    for front in population.fronts:
        if (
            front.selector is None
            or {
                each.workload.name
                for each in population.residents
                if all(
                    (each.labels or {}).get(key) == value for key, value in front.selector.items()
                )
            }
            != names
        ):
            continue
        if front.service.type in OPEN_TYPES:
            words = f"{front.service.type} {cut(front.service.name, 40)} brings in traffic for it"
            yield front.service.spot, words
        for namespace, entrance in () if has_proxy else context.census.entrances:
            if namespace == population.name and front.service.name in entrance.services:
                yield entrance.spot, f"{cut(str(entrance), 50)} brings in traffic for it"


def _is_meant(policy: Policy, context: Context, allow: Allow) -> bool:
    """Whether a comment on the rule, or the name, says that the own namespace is meant."""
    said = context.notes.of(_whole(allow)) if context.notes.comments else ""
    return any(
        hear(text).find(*LIMITS) is not None or _INSIDE.search(text) is not None
        for text in (said, policy.name_text)
        if text
    )


def _is_proxy(resident: Resident) -> bool:
    """Whether it may be what lets traffic from outside in, by its name or labels."""
    values = (resident.workload.name, *(resident.labels or {}).values())
    return any(_PROXY.search(value) for value in values)


def _is_let_in(policy: Policy, context: Context) -> bool:
    """Whether a policy may let more than the own namespace in to some of the pods."""
    others = (each.policy for each in kin.all_of(context))
    return any(
        each.declared is None
        or not each.ingress.readable
        or _lets_others_in(each, Direction.INGRESS)
        for each in (policy, *others)
        if each is policy or kin.may_share_pods(policy, each)
    )


def _diagnostic(policy: Policy, direction: Direction, allow: Allow, label: Label) -> Diagnostic:
    first = allow.peers.value[0]
    pods = witness.negated(policy)
    flow = f"a pod of another namespace may not connect to {pods}, nor may any address outside"
    if direction is Direction.EGRESS:
        deed = "connect to a pod of another namespace, nor to any address outside"
        flow = witness.barred(policy, deed)
    return Diagnostic(
        first.pods.key.span,
        "`podSelector: {}` admits only pods of this namespace, not everyone",
        labels=(label,),
        help=f"{flow};\nif everyone is meant, leave `{direction.peer_key}` out; if only this "
        "namespace is, say so in a comment on the rule",
        fix=_fix(policy, direction, allow),
        covers=Span(allow.peers.key.start, allow.peers.node.end),
    )


def _fix(policy: Policy, direction: Direction, allow: Allow) -> Fix | None:
    node, entry = allow.node, allow.peers.entry
    if not isinstance(node, Mapping) or entry is None:
        return None
    if len(node.entries) > 1:
        edits = patch.remove_entry(policy.text, node, entry)
    else:
        edits = patch.replace(node, "{}")
    title = f"leave `{direction.peer_key}` out: open to everyone"
    return None if edits is None else Fix(Safety.UNSAFE, title, edits)


RULE = Rule(
    "same-namespace-only",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"unlimited-peers"})),),
    silences=frozenset(("broad-peer", "api-server-by-selector")),
)
