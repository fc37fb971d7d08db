"""What occurs in a policy at all: its words and shapes, listed once so that most rules can pass.

Everything written is counted, also in a direction that is not declared and in items that cannot be
judged: what is not in the inventory is nowhere in the policy.
"""

from __future__ import annotations

from typing import Any

from netpol_lint import schema
from netpol_lint.node import Scalar
from netpol_lint.policy import (
    Direction,
    Field,
    IpBlock,
    Operator,
    Peer,
    Policy,
    Port,
    Presence,
    Selector,
    string,
)

_RULES = frozenset(("podSelector", "ingress", "egress"))
_NEGATIVE = frozenset((Operator.NOT_IN, Operator.DOES_NOT_EXIST))


class Inventory:
    """The words and shapes of one policy."""

    __slots__ = (
        "bare_ports",
        "blocks",
        "cidrs",
        "closed",
        "conjunctions",
        "declared",
        "empty_lists",
        "everyone",
        "exact",
        "excepts",
        "hollow_peers",
        "legible",
        "mixed_peers",
        "namespace_keys",
        "namespaces_alone",
        "negations",
        "nulls",
        "odd_numbers",
        "peers",
        "pod_keys",
        "pods_alone",
        "ports",
        "protocols",
        "ranges",
        "repeated_keys",
        "sound",
        "unlimited_selectors",
        "unlimited_subject",
        "untyped",
        "values",
    )

    def __init__(self, policy: Policy) -> None:
        self.pod_keys: set[str] = set()
        """The label keys that the policy's podSelectors ask for, its own among them."""
        self.namespace_keys: set[str] = set()
        """Those that its namespaceSelectors ask for."""
        self.values: set[str] = set()
        """The label values that any of its selectors lists."""
        self.cidrs: set[str] = set()
        """What stands in `cidr` and `except`; empty for a missing `cidr`."""
        self.ports: set[int | str | None] = set()
        """The numbers and names of its ports; None for an item that has none."""
        self.bare_ports: set[int | str | None] = set()
        """Those of its ports without a protocol."""
        self.protocols: set[str] = set()
        """The protocols of its ports, TCP where none is written."""

        self.declared = policy.declared
        """The directions that it isolates; None where that cannot be told."""
        self.untyped = policy.policy_types.nothing
        """Whether it lists no policyTypes."""
        self.legible = policy.subject.readable
        """Whether its rules and its subject can be read to their last part."""
        self.exact = True
        """Whether every selector can be read to its last part."""
        self.conjunctions = False
        """Whether a selector has several requirements."""
        self.repeated_keys = False
        """Whether a selector asks for one label more than once."""
        self.negations = False
        """Whether a requirement is NotIn or DoesNotExist."""
        self.closed = False
        """Whether a declared direction has no allows."""
        self.unlimited_subject = True
        """Whether its own podSelector is not written or asks for nothing."""
        self.unlimited_selectors = False
        """Whether a selector of a peer asks for nothing, such as `{}`."""
        self.blocks = False
        """Whether a peer has an `ipBlock`."""
        self.excepts = False
        """Whether a block has an `except`."""
        self.peers = False
        """Whether it has peers at all."""
        self.pods_alone = False
        """Whether a peer has a podSelector and nothing else that says whom it means."""
        self.namespaces_alone = False
        """Whether a peer has a namespaceSelector and nothing else that says whom it means."""
        self.hollow_peers = False
        """Whether a peer says nothing about whom it means."""
        self.mixed_peers = False
        """Whether a peer has a block beside a selector."""
        self.everyone = False
        """Whether an allow has no peers."""
        self.empty_lists = False
        """Whether a list of allows, peers or ports is written and has no item."""
        self.nulls = False
        """Whether an allow, or a selector of a peer, is written as null."""
        self.ranges = False
        """Whether a port has an `endPort`."""
        self.odd_numbers = False
        """Whether a port's number begins with a zero or a sign."""

        if policy.subject.value is not None:
            self._add_selector(policy.subject.value, self.pod_keys)
            self.unlimited_subject = not policy.subject.value.requirements
        for direction, allows in (
            (Direction.INGRESS, policy.ingress),
            (Direction.EGRESS, policy.egress),
        ):
            if not allows.value and allows.entry is not None:
                self.empty_lists = True
            if not allows.readable:
                self.legible = False
            if allows.nothing and direction in (policy.declared or ()):
                self.closed = True
        for allow in (*policy.ingress.value, *policy.egress.value):
            peers, ports = allow.peers, allow.ports
            if not peers.value:
                self.everyone = True
                self.empty_lists = self.empty_lists or peers.entry is not None
            else:
                self.peers = True
            if not ports.value and ports.entry is not None:
                self.empty_lists = True
            if peers.entry is None and ports.entry is None and type(allow.node) is Scalar:
                self.nulls = True
            if not allow.readable:
                self.legible = False
            for peer in peers.value:
                self._add_peer(peer)
            for port in ports.value:
                self._add_port(port)
        self.sound = (self.legible and schema.accepts(policy.root, read=_RULES)) or schema.accepts(
            policy.root
        )
        """Whether it has the structure of the API. What can be read needs no second look."""

    def _add_peer(self, peer: Peer) -> None:
        if not peer.readable:
            self.legible = False
        pods, namespaces, block = peer.pods.value, peer.namespaces.value, peer.block.value
        if pods is not None:
            self._add_selector(pods, self.pod_keys)
            if not pods.requirements:
                self.unlimited_selectors = True
            if namespaces is None:
                self.pods_alone = True
        elif peer.pods.presence is Presence.NULL:
            self.nulls = True
        if namespaces is not None:
            self._add_selector(namespaces, self.namespace_keys)
            if not namespaces.requirements:
                self.unlimited_selectors = True
            if pods is None:
                self.namespaces_alone = True
        elif peer.namespaces.presence is Presence.NULL:
            self.nulls = True
        if block is not None:
            self._add_block(block)
            if pods is not None or namespaces is not None:
                self.mixed_peers = True
        elif pods is None and namespaces is None:
            self.hollow_peers = True

    def _add_selector(self, selector: Selector, keys: set[str]) -> None:
        for key, operator, values, _, _ in selector.requirements:
            keys.add(key)
            self.values.update(values)
            if operator in _NEGATIVE:
                self.negations = True
        if len(selector.requirements) > 1:
            self.conjunctions = True
            if len({each.key for each in selector.requirements}) < len(selector.requirements):
                self.repeated_keys = True
        if not selector.exact:
            self.exact = False

    def _add_block(self, block: IpBlock) -> None:
        self.blocks = True
        self.cidrs.add(block.cidr.value or "")
        if not block.cidr.readable:
            self.legible = False
        if block.excepts.entry is not None:
            self.excepts = True
            for node in block.excepts.value:
                text = string(node)
                self.cidrs.add(node.text if text is None else text)
                if text is None:
                    self.legible = False

    def _add_port(self, port: Port) -> None:
        number = port.port.value
        if not port.readable:
            self.legible = False
        self.ports.add(number)
        self.protocols.add(port.protocol.value)
        if port.protocol.presence is not Presence.FILLED:
            self.bare_ports.add(number)
        if type(number) is int:
            self._add_number(port.port)
        if port.end_port.entry is not None:
            self.ranges = True
            if type(port.end_port.value) is int:
                self._add_number(port.end_port)
            elif port.end_port.is_set:
                self.legible = False

    def _add_number(self, field: Field[Any]) -> None:
        if field.node.text[:1] in "+-0":  # type: ignore[union-attr]  # a number is a scalar
            self.odd_numbers = True
        if not 0 <= field.value <= 65535:
            self.legible = False
