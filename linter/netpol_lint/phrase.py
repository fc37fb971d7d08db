"""Words for the parts of a policy, short enough for a message of one line."""

from __future__ import annotations

from collections.abc import Sequence

from netpol_lint.habitat import METADATA_NAME
from netpol_lint.policy import Peer, Requirement, Selector
from netpol_lint.wording import cut


def listed(words: Sequence[str], room: int) -> str:
    """`a, b` where it fits, else the first word and how many follow."""
    whole = ", ".join(words)
    if len(whole) <= room or len(words) == 1:
        return cut(whole, room)
    more = f" and {len(words) - 1} more"
    return cut(words[0], room - len(more)) + more


def short_key(key: str) -> str:
    """A key with `…/` for its prefix, which keeps it apart from a plain one."""
    prefix, slash, name = key.rpartition("/")
    return f"…/{name}" if slash and prefix else key


def brief(requirement: Requirement) -> str:
    """A requirement with a short key."""
    return short_key(requirement.key) + str(requirement)[len(requirement.key) :]


def selector_words(selector: Selector, room: int) -> str:
    """A selector as it is written or, where that takes more than `room`, with short keys."""
    whole = str(selector)
    if len(whole) <= room or not selector.requirements:
        return whole
    return ", ".join(map(brief, selector.requirements))


def namespace_words(selector: Selector) -> str:
    """`namespace shop`, `every namespace`, or `namespaces team=tills`."""
    if selector.everything:
        return "every namespace"
    values = selector.value_of(METADATA_NAME)
    if values is not None and len(selector.requirements) == 1:
        return f"namespace {' or '.join(values)}"
    return f"namespaces {selector}"


def peer_words(peer: Peer) -> str:
    """Who a peer is."""
    if peer.block.value is not None:
        return peer.block.value.cidr.value or "an address block"
    pods, namespaces = peer.pods.value, peer.namespaces.value
    who = "all pods" if pods is None or pods.everything else f"pods {pods}"
    if namespaces is None:
        return f"{who} of this namespace" if pods is None or pods.everything else who
    return f"{who} of {namespace_words(namespaces)}"
