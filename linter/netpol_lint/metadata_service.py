"""The metadata service of cloud machines: where it listens, who speaks of it, how to leave it out.

Whoever reaches it from a pod may read the credentials of the node.
"""

from __future__ import annotations

import re
from collections.abc import Sequence as Row
from enum import Enum

from netpol_lint import patch
from netpol_lint.address import Network, read
from netpol_lint.block import Block
from netpol_lint.comment import Comment
from netpol_lint.declare import quote_of
from netpol_lint.edit import Edit
from netpol_lint.node import Mapping, Sequence
from netpol_lint.patch import Edits
from netpol_lint.policy import Allow, Policy, Port, Presence
from netpol_lint.regex import regex
from netpol_lint.span import Span
from netpol_lint.speech import Piece, Word, hear

ADDRESS = "169.254.169.254"
HOST = f"{ADDRESS}/32"
PORT = 80

OTHER_ADDRESSES = (
    "169.254.170.2",
    "169.254.170.23",
    "168.63.129.16",
    "100.100.100.200",
    "fd00:ec2::254",
)
"""ECS tasks, EKS Pod Identity, Azure's host, Alibaba Cloud, and EC2 over IPv6."""

_WORDS = frozenset(("metadata", "imds", ADDRESS, "메타데이터"))
_MENTION = regex("|".join(map(re.escape, sorted(_WORDS))), re.IGNORECASE)
_TURNING = frozenset((Word.NOT, Word.EXCEPTION))
_BUT = frozenset(("but", "excluding", "exclude", "excludes", "excepting"))


class Said(Enum):
    """What words tell about the service."""

    DENIED = "denied"
    NAMED = "named"
    """It is mentioned, and not denied."""


def address_of(text: str) -> Network:
    """One of the addresses above, as a block."""
    network = read(f"{text}/{128 if ':' in text else 32}")
    assert network is not None
    return network


def on_port(allow: Allow) -> bool:
    """Whether an allow certainly opens the port that the service listens on."""
    return allow.readable and (allow.ports.nothing or any(map(_is_open, allow.ports.value)))


def _is_open(port: Port) -> bool:
    first, last = port.port.value, port.end_port.value
    if not port.readable or port.protocol.value != "TCP" or isinstance(first, str):
        return False
    return first is None or first <= PORT <= (last if isinstance(last, int) else first)


def reaches(block: Block, address: Network) -> bool:
    """Whether a block certainly has the address, its exceptions taken into account."""
    if not block.network.holds(address):
        return False
    holes = block.exceptions
    return holes is not None and not any(hole.holds(address) for hole in holes)


def leaves_out(block: Block, address: Network) -> bool:
    """Whether a block would have the address but for an exception."""
    if not block.network.holds(address):
        return False
    holes = block.exceptions
    return holes is not None and any(hole.holds(address) for hole in holes)


def mentions(text: str) -> bool:
    """Whether a text may speak of the service: a cheap question before the one of `said`."""
    return _MENTION.search(text) is not None


def spoken(text: str, comments: Row[Comment]) -> str:
    """Comments as one text: lines that follow each other are a paragraph, all else stands apart."""
    parts: list[str] = []
    end: int | None = None
    for comment in comments:
        if parts:
            follows = (
                comment.own_line and end is not None and not text[end : comment.span.start].strip()
            )
            parts.append("\n" if follows else "\n\n")
        parts.append(comment.text)
        end = comment.span.end if comment.own_line else None
    return "".join(parts)


def said(text: str) -> Said | None:
    """What a name or a comment says about the service; None where it does not mention it."""
    found: Said | None = None
    for sentence in hear(text).sentences if mentions(text) else ():
        pieces = sentence.pieces
        for index, piece in enumerate(pieces):
            if piece.text.lower() in _WORDS:
                if _is_denied(pieces, index):
                    return Said.DENIED
                found = Said.NAMED
    return found


def _is_denied(pieces: Row[Piece], index: int) -> bool:
    """Whether the verb that belongs to a mention denies it: "all but", "without" turn it around."""
    is_turned = False
    for piece in reversed(pieces[:index]):
        # What a negation has turned into a denial is no negation of it as well.
        if piece.words & {Word.DENY, Word.ALLOW}:
            return (Word.DENY in piece.words) is not is_turned
        if piece.words & _TURNING or piece.text.lower() in _BUT:
            is_turned = True
    if is_turned:
        return True
    verbs = (each for each in pieces[index + 1 :] if each.words & {Word.DENY, Word.ALLOW})
    verb = next(verbs, None)
    return verb is not None and Word.DENY in verb.words


def exempt(policy: Policy, block: Block, host: str) -> Edits:
    """Adds `host` to the exceptions of a block, in the style of its surroundings."""
    node, excepts = block.ip_block.node, block.ip_block.excepts
    network = read(host)
    if network is None or not block.network.allows_except(network):
        return None
    if not isinstance(node, Mapping) or node.alias or block.entry not in node.entries:
        return None
    quote = quote_of(node)
    words = f"{quote}{host}{quote}"
    if excepts.entry is None:
        key = f"{quote}except{quote}:"
        if node.flow:
            return patch.add_entry(policy.text, node, block.entry, f"{key} [{words}]")
        margin = _margin(policy.text, block)
        return patch.add_entry(policy.text, node, block.entry, f"{key}\n{margin}- {words}")
    if excepts.presence is Presence.NULL:
        return patch.fill(policy.text, excepts.entry, f"[{words}]")
    if excepts.presence is Presence.EMPTY:
        return patch.replace(excepts.node, f"[{words}]")
    if not isinstance(excepts.node, Sequence):
        return None
    return patch.add_scalar(policy.text, excepts.node, host)


def _margin(text: str, block: Block) -> str:
    """How far the lists of the policy stand behind their keys."""
    key = block.allow.peers.key.start
    behind = patch.column(text, block.peer.dash.start) - patch.column(text, key)
    is_below = patch.line_start(text, key) != patch.line_start(text, block.peer.dash.start)
    return "  " if is_below and behind > 0 else ""


def merged(edits: Row[Edits]) -> Edits:
    """The edits of several blocks as one fix; None where one of them is missing."""
    found: dict[Span, Edit] = {}
    for each in edits:
        if each is None:
            return None
        found.update((edit.span, edit) for edit in each)
    return tuple(found.values()) or None
