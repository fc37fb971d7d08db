"""What one item excludes, another item allows again, so the exclusion has no effect.

Why
---
The items of a list, and the rules of a direction, only add to each other. `except` and `NotIn` take
something out of their own item, but not out of the policy: where another item allows it, it is
allowed.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        - namespaceSelector:
            matchExpressions:
            - key: kubernetes.io/metadata.name
              operator: NotIn
              values: [lab]
        - namespaceSelector: {}

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        - namespaceSelector:
            matchExpressions:
            - key: kubernetes.io/metadata.name
              operator: NotIn
              values: [lab]

When it stays silent
--------------------
The other item allows something else, or it is not certain: pods are never compared with addresses.
Where only a part is allowed again (some of the ports, a narrower block in a rule of its own), or
single addresses, or a comment announces the exception, it is only said on request (info). A
narrower block in the same list is a warning, and so is a range that gets a rule of its own; so is
an exclusion that another policy of the repository cancels, which is applied with this one, selects
all of its pods and allows all that the excluding item allows, and what it leaves out (an info in
examples and tests). A policy that allows everything belongs to voided-by-allow-all.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import address_set, kin, mark, model, witness
from netpol_lint.address import Network, read
from netpol_lint.answer import Answer
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group, Label, Severity
from netpol_lint.habitat import METADATA_NAME
from netpol_lint.label_set import PRESENT, LabelSet, Values, one_of
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.phrase import peer_words
from netpol_lint.pod_set import PodSet
from netpol_lint.policy import (
    Allow,
    Direction,
    IpBlock,
    Meaning,
    Peer,
    Policy,
    Requirement,
    Selector,
)
from netpol_lint.repository import Sibling, Spot
from netpol_lint.repository.demonstration import is_demonstration
from netpol_lint.repository.tree import STREAM
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.speech import Word
from netpol_lint.traffic import Grant, PeerSet, disjoint, is_contained, nothing
from netpol_lint.wording import LONGEST, cut, fitted, quoted

MOST_COMPARISONS = 2000
"""Exclusions times items of one direction; longer lists are not judged."""
_SEVERAL = ("pods ", "all pods ", "namespaces ", "other items")
MOST_RIVALS = 200
"""Items of other policies that are held against one item."""


class Item(NamedTuple):
    """One peer with the ports of its rule; None is a rule for everyone."""

    peer: Peer | None
    allow: Allow
    grant: Grant

    @property
    def dash(self) -> Span:
        """Where it begins."""
        return self.allow.dash if self.peer is None else self.peer.dash

    @property
    def end(self) -> int:
        """Where it ends."""
        node = self.allow.node if self.peer is None else self.peer.node
        return max(node.end, self.dash.end)

    @property
    def words(self) -> str:
        """Who it is, in few words."""
        if self.peer is None:
            return "everyone"
        words = peer_words(self.peer)
        return words if self.peer.namespaces.value is None else words.removeprefix("all pods of ")


class Exclusion(NamedTuple):
    """Something that an item leaves out."""

    span: Span
    words: str
    region: Grant
    """What would be allowed without it."""
    limit: tuple[str, str] | None
    """The label and the value that are left out; None for addresses."""


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Holds every exclusion against the other items of its direction."""
    for direction in Direction:
        if not policy.isolates(direction):
            continue
        allows = policy.allows(direction).value
        # Nearly all are clean: only a suspicion is worth reading the repository for.
        peers = [peer for allow in allows for peer in allow.peers.value]
        excluding = [peer for peer in peers if _excludes(peer)]
        if not excluding:
            continue
        judged: set[int] = set()
        may_void = _may_void(allows, peers, excluding)
        if may_void and any(_judge(policy, context, allows, policy.namespace.value)):
            for item, diagnostic in _judge(policy, context, allows, context.own):
                judged.add(item.dash.start)
                yield diagnostic
        # What is piped in may be several lists of policies: it is not held against itself.
        rivals = [] if context.path == STREAM else list(_rivals(policy, context, direction))
        for item in _items(allows, context.own) if rivals else ():
            if item.dash.start not in judged:
                yield from _cancelled(policy, context, item, rivals)


def _may_void(allows: tuple[Allow, ...], peers: list[Peer], excluding: list[Peer]) -> bool:
    """Whether something that an exclusion may be about stands in another item."""
    if any(not allow.peers.value for allow in allows):
        return True
    blocks = [peer.block.value for peer in peers if peer.block.value is not None]
    return any(
        len(blocks) < len(peers) - 1
        if peer.block.value is None
        else _meets(peer.block.value, blocks)
        for peer in excluding
    )


def _meets(block: IpBlock, blocks: list[IpBlock]) -> bool:
    """Whether addresses that a block leaves out are in another one."""
    networks = [read(each.cidr.value or "") for each in blocks if each is not block]
    return any(
        network is None or network.holds(hole) or hole.holds(network)
        for _, hole in _holes(block)
        for network in networks
    )


def _rivals(
    policy: Policy, context: Context, direction: Direction
) -> Iterator[tuple[Sibling, Item]]:
    """The items of other policies that all pods of this one are subject to."""
    for relative in kin.family(context):
        other = relative.policy
        if not other.isolates(direction):
            continue
        if other.meaning(direction) is Meaning.ALLOW_ALL:
            continue
        if kin.selects_all_of(other, policy):
            for item in _items(other.allows(direction).value, context.own):
                yield relative, item


def _cancelled(
    policy: Policy,
    context: Context,
    item: Item,
    rivals: list[tuple[Sibling, Item]],
) -> Iterator[Diagnostic]:
    """An item that another policy outdoes: it allows the same, and what is left out of it."""
    if item.peer is None or item.grant.unknown or not _excludes(item.peer):
        return
    wider = [each for each in rivals[:MOST_RIVALS] if is_contained([item.grant], [each[1].grant])]
    for exclusion in _exclusions(policy.text, item) if wider else ():
        if nothing([exclusion.region]).answer is not Answer.REFUTED:
            continue
        for relative, other in wider:
            if is_contained([exclusion.region], [other.grant]):
                yield _by_policy(context, item, exclusion, relative, other)
                return


def _by_policy(
    context: Context, item: Item, exclusion: Exclusion, relative: Sibling, other: Item
) -> Diagnostic:
    by = relative.policy.name_text or "another policy"
    sentence = "{} is not kept out: policy {} allows it again"
    shown = disjoint([exclusion.region], [other.grant]).witness
    lines = []
    if shown is not None:
        lines.append(f"for example {witness.flow(shown)}: left out here, let through there;")
    lines.append("policies add to each other: write the exclusion into each that covers it")
    return Diagnostic(
        exclusion.span,
        fitted(sentence, exclusion.words, by),
        labels=(context.label(Spot(relative.path, other.dash), "this allows it again"),),
        help="\n".join(lines),
        severity=Severity.INFO if is_demonstration(context.path) else Severity.WARNING,
        covers=Span(item.dash.start, item.end),
    )


def _excludes(peer: Peer) -> bool:
    if peer.block.value is not None:
        return bool(peer.block.value.excepts.value)
    return any(
        not requirement.positive
        for selector in (peer.pods.value, peer.namespaces.value)
        if selector is not None
        for requirement in selector.requirements
    )


def _judge(
    policy: Policy, context: Context, allows: tuple[Allow, ...], own: str | None
) -> Iterator[tuple[Item, Diagnostic]]:
    items = list(_items(allows, own))
    budget = MOST_COMPARISONS
    for item in items:
        if item.peer is None or item.grant.unknown or not _excludes(item.peer):
            continue
        others = [each for each in items if each is not item]
        found: list[tuple[Exclusion, list[Item], bool]] = []
        for exclusion in _exclusions(policy.text, item):
            budget -= len(others)
            if budget < 0:
                return
            cancelling, is_void = _cancelling(exclusion, others)
            if cancelling:
                found.append((exclusion, cancelling, is_void))
        voided = [each for each in found if each[2]] or found
        if voided:
            yield item, _diagnostic(context, item, voided)


def _items(allows: tuple[Allow, ...], own: str | None) -> Iterator[Item]:
    for allow in allows:
        if not allow.readable:
            continue
        if allow.peers.nothing:
            yield Item(None, allow, model.grant(allow, own))
        ports = model.ports(allow)
        for peer in allow.peers.value:
            yield Item(peer, allow, Grant(model.peer_set(peer, own), ports))


def _exclusions(text: str, item: Item) -> Iterator[Exclusion]:
    """What an item leaves out, one exception and one value at a time."""
    assert item.peer is not None
    block = item.peer.block.value
    if block is not None:
        for node, hole in _holes(block):
            span = mark.first_line(text, node)
            peers = PeerSet(addresses=address_set.block(hole))
            yield Exclusion(span, str(hole), item.grant._replace(peers=peers), None)
        return
    (pods,) = item.grant.peers.pods
    for selector, is_namespace in (
        (item.peer.namespaces.value, True),
        (item.peer.pods.value, False),
    ):
        for requirement in () if selector is None else selector.requirements:
            if requirement.positive:
                continue
            for value in requirement.values or (None,):
                wanted = PRESENT if value is None else one_of((value,))
                region = _turned(pods, selector, requirement, wanted, is_namespace=is_namespace)
                yield Exclusion(
                    mark.first_line(text, requirement.node.span),
                    _excluded(requirement.key, value),
                    item.grant._replace(peers=PeerSet((region,))),
                    (requirement.key, value or ""),
                )


def _excluded(key: str, value: str | None) -> str:
    """What a requirement leaves out, in few words."""
    if value is None:
        return f"label {key}"
    return f"namespace {value}" if key == METADATA_NAME else f"{key}={value}"


def _holes(block: IpBlock) -> Iterator[tuple[Span, Network]]:
    for node in block.excepts.value:
        network = read(node.text)
        if network is not None:
            yield node.span, network


def _turned(
    pods: PodSet,
    selector: Selector | None,
    requirement: Requirement,
    wanted: Values,
    *,
    is_namespace: bool,
) -> PodSet:
    """The pods that an item would select if one of its requirements were the opposite."""
    assert selector is not None
    rest = [
        (each.key, model.values(each)) for each in selector.requirements if each is not requirement
    ]
    labels = LabelSet.of(((requirement.key, wanted), *rest))
    return pods._replace(namespaces=labels) if is_namespace else pods._replace(pods=labels)


def _cancelling(exclusion: Exclusion, others: list[Item]) -> tuple[list[Item], bool]:
    """The items that allow it again, and whether they allow all of it."""
    region = [exclusion.region]
    if nothing(region).answer is not Answer.REFUTED:
        return [], False
    found = [each for each in others if disjoint(region, [each.grant]).answer is Answer.REFUTED]
    for each in found:
        if is_contained(region, [each.grant]):
            return [each], True
    if is_contained(region, [each.grant for each in found]):
        return found, True
    return [each for each in found if _speaks_of(each, exclusion)], False


def _speaks_of(item: Item, exclusion: Exclusion) -> bool:
    """Whether an item means just what is excluded, and does not meet it by chance."""
    if item.peer is None:
        return False
    if exclusion.limit is None:
        return True
    key, value = exclusion.limit
    return any(
        requirement.key == key and requirement.positive and value in requirement.values
        for selector in (item.peer.pods.value, item.peer.namespaces.value)
        if selector is not None
        for requirement in selector.requirements
    )


def _diagnostic(
    context: Context,
    item: Item,
    found: list[tuple[Exclusion, list[Item], bool]],
) -> Diagnostic:
    exclusion, cancelling, is_void = found[0]
    labels = [Label(each.dash, "this allows it again") for each in cancelling[:3]]
    labels += [Label(each.span, "and so is this") for each, others, _ in found[1:4] if others]
    span = exclusion.span
    everywhere = [item, *cancelling]
    return Diagnostic(
        span,
        _message(exclusion, cancelling, is_void=is_void),
        labels=tuple(label for label in labels if label.span != span),
        help=_help(exclusion, cancelling, is_void=is_void),
        severity=_severity(context, item, exclusion, cancelling, is_void=is_void),
        covers=Span(
            min(each.dash.start for each in everywhere), max(each.end for each in everywhere)
        ),
    )


def _message(exclusion: Exclusion, cancelling: list[Item], *, is_void: bool) -> str:
    is_one = len(cancelling) == 1
    words = cancelling[0].words if is_one else "other items"
    be = "are" if words.startswith(_SEVERAL) else "is"
    start = " is not kept out: " if is_void else " is only kept out in part: "
    end = f" {be} allowed as well"
    room = LONGEST - len(start) - len(end)
    is_block = is_one and cancelling[0].peer is not None and cancelling[0].peer.block.is_set
    share = max(room - len(exclusion.words) - 2, room // 2)
    by = quoted(words, share) if is_block else cut(words, share)
    return f"{quoted(exclusion.words, room - len(by))}{start}{by}{end}"


def _help(exclusion: Exclusion, cancelling: list[Item], *, is_void: bool) -> str:
    grants = [each.grant for each in cancelling]
    shown = disjoint([exclusion.region], grants).witness
    lines = []
    if shown is not None:
        lines.append(f"for example {witness.flow(shown)}: left out here, let through there;")
    if is_void:
        lines.append("items add to each other: write the exclusion into every item that covers it")
    else:
        lines.append("items add to each other: an exclusion is only about its own item")
    return "\n".join(lines)


def _severity(
    context: Context, item: Item, exclusion: Exclusion, cancelling: list[Item], *, is_void: bool
) -> Severity | None:
    if all(map(_is_one_address, cancelling)):
        return Severity.INFO
    if not is_void:
        holes = [
            each for each in cancelling if _is_unannounced_hole(context, item, exclusion, each)
        ]
        return Severity.WARNING if holes else Severity.INFO
    is_wider = any(is_contained([item.grant], [each.grant]) for each in cancelling)
    if is_wider:
        return None
    if any(_is_announced(context, each, Word.EXCEPTION) for each in cancelling):
        return Severity.INFO
    return None if any(each.allow is item.allow for each in cancelling) else Severity.WARNING


def _is_announced(context: Context, item: Item, *words: Word) -> bool:
    """Whether a comment on an item, or on its rule, says one of these."""
    places = ((item.dash, item.end), (item.allow.dash, item.allow.dash.end))
    return any(
        context.intent.noted(Span(place.start, end), *words) is not None for place, end in places
    )


def _is_unannounced_hole(context: Context, item: Item, exclusion: Exclusion, other: Item) -> bool:
    """Whether a narrower block of the same list allows a part again, and nobody says why.

    In a rule of its own such a block is the usual way to write an exception.
    """
    if other.allow is not item.allow or other.peer is None or other.peer.block.value is None:
        return False
    is_narrower = is_contained([other.grant], [exclusion.region])
    announced = _is_announced(context, other, Word.EXCEPTION, Word.ALLOW)
    return is_narrower and not announced and not _is_one_address(other)


def _is_one_address(item: Item) -> bool:
    block = None if item.peer is None else item.peer.block.value
    network = None if block is None else read(block.cidr.value or "")
    return network is not None and network.length == network.bits


RULE = Rule(
    "voided-restriction",
    Group.CONTRADICTION,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"negations", "excepts"})),),
    silences=frozenset(
        ("redundant-peer", "overlapping-cidrs", "metadata-not-denied", "metadata-reachable")
    ),
)
