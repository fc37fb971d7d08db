"""A selector matches pods only: what it is meant to reach outside stays blocked.

Why
---
`namespaceSelector: {}` reads like "anywhere". It is every pod of the cluster, and nothing else:
addresses on the internet, nodes, and whatever runs on the host's network are no pods. The
connection works in the test cluster without policies and fails in the one with them.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: till
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: till
      policyTypes: [Egress]
      egress:
      # card payments go to the internet
      - to:
        - namespaceSelector: {}
        ports:
        - port: 443

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: till
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: till
      policyTypes: [Egress]
      egress:
      # card payments go to the internet
      - to:
        - ipBlock:
            cidr: 0.0.0.0/0
            except:
            - 10.0.0.0/8
            - 172.16.0.0/12
            - 192.168.0.0/16
            - 169.254.0.0/16
        ports:
        - port: 443

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: till
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: till
      policyTypes: [Egress]
      egress:
      # card payments go to the internet
      - to:
        - ipBlock:
            cidr: 0.0.0.0/0
            except:
            - 10.0.0.0/8
            - 172.16.0.0/12
            - 192.168.0.0/16
            - 169.254.0.0/16
        ports:
        - port: 443

When it stays silent
--------------------
Without words for the outside in the name or in a comment on the rule it is only said on request
(info), and only for `namespaceSelector: {}` on 80 and 443. A description of the policy counts where
it speaks of the internet, and that can only be about this rule. Another rule of the policy, or a
policy for all of the same pods, that reaches outside on these ports ends the matter. So do words
that deny, that mean the inside of the cluster, or a proxy or gateway on the way, and a word that is
part of the name of pods (`external-dns`). Rules for DNS alone are no way to the internet.

Fix safety
----------
Unsafe: the pods that were allowed no longer are, and addresses outside are. The broadest peer
becomes a block of all public IPv4 addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netpol_lint import address, habitat, kin, patch, witness
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety, Severity
from netpol_lint.intent import Source
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Mapping
from netpol_lint.policy import Allow, Direction, Field, Peer, Policy, Port, Selector
from netpol_lint.regex import regex
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.speech import Word, find, hear, says
from netpol_lint.wording import cut

WEB_PORTS = frozenset((80, 443, "http", "https"))
DNS_PORTS = frozenset((53, 5353, "dns", "dns-tcp", "dns-udp"))
PRIVATE = tuple(
    network
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "127.0.0.0/8",
        "fc00::/7",
        "fe80::/10",
    )
    if (network := address.read(text)) is not None
)
"""Addresses that are not on the internet."""
SYSTEM = frozenset(("kube-system", "kube-public", "kube-node-lease"))
"""Namespaces through which nobody leaves the cluster."""
SYSTEM_BREADTH = 2
"""Such a namespace is broader than the own one, and less than all of them."""
REPLACEMENT = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16")
"""What a block for the internet leaves out."""
SILENCING = (
    Word.DENY,
    Word.QUARANTINE,
    Word.INTERNAL,
    Word.SAME_NAMESPACE,
    Word.API_SERVER,
    Word.IDENTITY,
    Word.EXCEPTION,
)
"""Words that say the pods are meant, or that the outside is not."""
GENERAL = frozenset(
    "internet external externally outside public publicly world third-party 3rd-party".split()
)
"""Words for the outside as a whole; the others name somebody there."""
INTERNET = frozenset(("internet", "인터넷", "외부망", "インターネット", "互联网", "互聯網"))
"""What stands for nothing else in the words about a whole policy."""
_ASIDE = regex(
    r"\b(?:proxy|proxies|gateways?|squid|envoy|nat|via|through|restrict\w*|prevent\w*|stop\w*"
    r"|instead|local|intra|pods of|namespaces?)\b",
    re.IGNORECASE,
)
"""In a comment: the way leads through pods, or it is closed."""


class Reach(NamedTuple):
    """A broad peer, and how broad it is: the greater the broader."""

    breadth: int
    peer: Peer
    field: Field[Selector | None]
    words: str


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Holds egress to selectors only against words for the outside."""
    for direction, allow in policy.declared_allows():
        if direction is Direction.EGRESS:
            reach = _broadest(allow)
            if reach is not None and not _is_dns(allow):
                yield from _judged(policy, context, allow, reach)


def _broadest(allow: Allow) -> Reach | None:
    """The broadest peer of an allow of selectors; None where all are narrow, or one is a block."""
    best: Reach | None = None
    for peer in allow.peers.value:
        if not peer.readable or peer.block.is_set:
            return None
        reach = _reach(peer)
        if reach is not None and (best is None or reach.breadth > best.breadth):
            best = reach
    return best if best is not None and allow.readable else None


def _reach(peer: Peer) -> Reach | None:
    spaces, pods = peer.namespaces.value, peer.pods.value
    if pods is not None and not pods.everything:
        return None
    if spaces is None:
        return Reach(1, peer, peer.pods, "podSelector: {}") if pods is not None else None
    if spaces.everything:
        return Reach(3, peer, peer.namespaces, "namespaceSelector: {}")
    name = habitat.names(spaces)
    if name in SYSTEM:
        return Reach(SYSTEM_BREADTH, peer, peer.namespaces, f"namespace {name}")
    return None


def _is_dns(allow: Allow) -> bool:
    ports = allow.ports.value
    return bool(ports) and all(port.port.value in DNS_PORTS for port in ports)


def _judged(policy: Policy, context: Context, allow: Allow, reach: Reach) -> Iterator[Diagnostic]:
    source = _remark(context, allow, reach)
    ports: tuple[Port, ...] = allow.ports.value
    if source is None:
        source = _name(policy, context, allow, reach) or _description(policy, context, allow)
        ports = ()  # such words are about the whole policy
    if source is None:
        ports = allow.ports.value
        is_web = bool(ports) and all(port.port.value in WEB_PORTS for port in ports)
        if reach.breadth < 3 or not is_web or _is_explained(context, allow):
            return
    if not any(_overlap(ports, others) for others in _ways_out(policy, context)):
        yield _diagnostic(policy, allow, reach, source)


def _remark(context: Context, allow: Allow, reach: Reach) -> Source | None:
    """A word for the outside in a comment on the rule."""
    found = context.intent.noted(_whole(allow), Word.OUTSIDE)
    if found is None or _is_explained(context, allow):
        return None
    # The resolver of names outside is a pod all the same.
    is_resolver = reach.breadth == SYSTEM_BREADTH and context.intent.noted(_whole(allow), Word.DNS)
    return None if is_resolver else found


def _is_explained(context: Context, allow: Allow) -> bool:
    """Whether a comment on the rule says that pods are meant."""
    said = context.notes.of(_whole(allow))
    if not said:
        return False
    return says(said, *SILENCING) is not None or _leads_aside(said)


def _leads_aside(said: str) -> bool:
    """Whether the way leads through pods; "via Stripe" is no way but its end."""
    for match in _ASIDE.finditer(said):
        if match[0].lower() not in ("via", "through"):
            return True
        end = find(said[match.end() :], Word.OUTSIDE)
        if end is None or said[match.end() :][: end.start].strip().lower() not in ("", "the"):
            return True
    return False


def _name(policy: Policy, context: Context, allow: Allow, reach: Reach) -> Source | None:
    """A word for the outside in the name, where it can be about this rule."""
    found = context.intent.named_for(Direction.EGRESS, Word.OUTSIDE)
    if found is None or _is_explained(context, allow) or _ASIDE.search(policy.name_text):
        return None
    if says(policy.name_text, *SILENCING) is not None:
        return None
    ports = allow.ports.value
    if any(port.port.value in WEB_PORTS for port in ports):
        return found
    if reach.breadth == SYSTEM_BREADTH:
        return None
    rivals = [each for each in policy.egress.value if each is not allow and not _is_dns(each)]
    return None if ports and rivals else found


def _description(policy: Policy, context: Context, allow: Allow) -> Source | None:
    """A word for the internet in a description, where there is nothing else that it is about."""
    if policy.declared != frozenset((Direction.EGRESS,)) or _is_explained(context, allow):
        return None
    if any(each is not allow and not _is_dns(each) for each in policy.egress.value):
        return None
    for source in context.intent.descriptions:
        if find(source.text, Word.OUTSIDE) is None:
            continue
        spoken = [each.text for each in hear(source.text).pieces if Word.OUTSIDE in each.words]
        found = next((each for each in spoken if each.lower() in INTERNET), None)
        if found is None or _leads_aside(source.text):
            return None
        if says(source.text, *SILENCING, Word.NOT, Word.NOT_SO) is not None:
            return None
        return source._replace(text=found)
    return None


def _ways_out(policy: Policy, context: Context) -> Iterator[tuple[Port, ...]]:
    """The ports on which the subject reaches addresses outside, by any policy that covers it."""
    yield from _outward(policy)
    for relative in kin.all_of(context):
        if kin.selects_all_of(relative.policy, policy):
            yield from _outward(relative.policy)


def _outward(policy: Policy) -> Iterator[tuple[Port, ...]]:
    """The ports of all rules of a policy that lead outside."""
    for direction, allow in policy.declared_allows():
        if direction is Direction.EGRESS and _leads_outside(allow):
            yield allow.ports.value


def _leads_outside(allow: Allow) -> bool:
    if allow.peers.nothing:
        return not _is_dns(allow)
    return any(peer.block.is_set and _is_public(peer) for peer in allow.peers.value)


def _is_public(peer: Peer) -> bool:
    """Whether a block may hold public addresses; one that cannot be read may."""
    block = peer.block.value
    network = None if block is None else address.read(block.cidr.value or "")
    return network is None or not any(private.holds(network) for private in PRIVATE)


def _overlap(first: tuple[Port, ...], second: tuple[Port, ...]) -> bool:
    """Whether two lists of ports may have one in common; a list without ports is all of them."""
    if not first or not second:
        return True
    if any(port.end_port.is_set or port.port.value is None for port in (*first, *second)):
        return True
    return not {port.port.value for port in first}.isdisjoint(port.port.value for port in second)


def _whole(allow: Allow) -> Span:
    return Span(allow.dash.start, max(allow.dash.end, allow.node.end))


def _diagnostic(policy: Policy, allow: Allow, reach: Reach, source: Source | None) -> Diagnostic:
    word = "the internet"
    if source is not None and source.text.isascii() and source.text.lower() not in GENERAL:
        word = cut(source.text, 24)
    return Diagnostic(
        reach.field.key.span,
        f"`{reach.words}` allows pods only: traffic to {word} stays blocked",
        labels=() if source is None else (Label(source.span, "this speaks of the outside"),),
        help=f"{witness.subject(policy)} may connect to pods only, not to an address outside such "
        "as 203.0.113.10;\nwho is no pod needs an `ipBlock`: hosts outside, nodes, and pods on the "
        "network of a node",
        fix=None if source is None else _fix(policy, reach.peer),
        severity=Severity.INFO if source is None else None,
        covers=Span(allow.peers.key.start, allow.peers.node.end),
    )


def _fix(policy: Policy, peer: Peer) -> Fix | None:
    node = peer.node
    if not isinstance(node, Mapping) or "#" in policy.text[node.start : node.end]:
        return None
    if node.flow:
        block = f"{{ipBlock: {{cidr: 0.0.0.0/0, except: [{', '.join(REPLACEMENT)}]}}}}"
    else:
        indent = " " * patch.column(policy.text, node.start)
        lines = ["ipBlock:", f"{indent}  cidr: 0.0.0.0/0", f"{indent}  except:"]
        lines += [f"{indent}  - {each}" for each in REPLACEMENT]
        block = patch.line_break(policy.text).join(lines)
    edits = patch.replace(node, block)
    title = "allow the public IPv4 addresses instead"
    return None if edits is None else Fix(Safety.UNSAFE, title, edits)


RULE = Rule(
    "internet-via-selector",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(
        Concern(traits=frozenset({"unlimited-peers", "lone-namespaces"})),
        Concern(traits=frozenset({"unlimited-peers"}), words=SYSTEM),
    ),
    silences=frozenset(("broad-peer", "api-server-by-selector", "dangling-peer")),
)
