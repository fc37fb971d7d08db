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


def brief(requirement: Requirement) -> str:
    """A requirement with `…/` for the prefix of its key, which keeps it apart from a plain key."""
    words, key = str(requirement), requirement.key
    prefix, slash, name = key.rpartition("/")
    return f"…/{name}{words[len(key) :]}" if slash and prefix else words


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
