"""What occurs in a policy at all: its words and shapes, listed once so that most rules can pass.

Everything written is counted, also in a direction that is not declared and in items that cannot be
judged: what is not in the inventory is nowhere in the policy.
"""

from __future__ import annotations

from typing import Any, Literal

from netpol_lint import schema
from netpol_lint.habitat import METADATA_NAME
from netpol_lint.node import Scalar
from netpol_lint.policy import (
    API_VERSION,
    KIND,
    Allow,
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

Trait = Literal[
    "unsound",  # it has not the structure of the API
    "inexact",  # a selector cannot be read to its last part
    "other-type",  # `apiVersion` or `kind` is not written as the API writes it
    "no-namespace",  # it states no namespace
    "untyped",  # it lists no policyTypes
    "odd-types",  # its policyTypes are more than two, or not all of them can be read
    "repeated-types",  # they are two, and the same
    "one-direction",  # it isolates its pods for one direction only
    "egress",  # it isolates its pods for egress
    "closed",  # a declared direction has no allows
    "undeclared-rules",  # allows are written for a direction that is not declared
    "whole-namespace",  # its own podSelector is not written or asks for nothing
    "pod-labels",  # a podSelector asks for a label, its own among them
    "namespace-names",  # a namespaceSelector asks for the name
    "namespace-labels",  # one asks for another label
    "empty-values",  # a selector lists the empty value
    "several-labels",  # a selector has several requirements
    "repeated-keys",  # one asks for one label more than once
    "negations",  # a requirement is NotIn or DoesNotExist
    "peers",  # an allow lists peers
    "everyone",  # an allow has none
    "lone-pods",  # a peer has a podSelector and nothing else that says whom it means
    "lone-namespaces",  # a peer has a namespaceSelector and nothing else of that kind
    "unlimited-peers",  # a selector of a peer asks for nothing, such as `{}`
    "blocks",  # a peer has an `ipBlock`
    "excepts",  # a block has an `except`
    "hollow-peers",  # a peer says nothing about whom it means
    "mixed-peers",  # a peer has a block beside a selector
    "empty-lists",  # a list of allows, peers or ports is written and has no item
    "nulls",  # an allow, or a selector of a peer, is written as null
    "numbered-ports",  # a port has a number
    "named-ports",  # a port has a name
    "portless-items",  # an item of `ports` has neither
    "ports-alone",  # a port has no protocol
    "odd-protocols",  # a protocol is neither TCP nor UDP
    "odd-numbers",  # a port's number is none from 1 to 65535, or begins with a zero or a sign
    "ranges",  # a port has an `endPort`
]
"""The shapes that rules ask for before they look at a policy."""

_RULES = frozenset(("podSelector", "ingress", "egress"))
_NEGATIVE = frozenset((Operator.NOT_IN, Operator.DOES_NOT_EXIST))
_NULL, _FILLED = Presence.NULL, Presence.FILLED
_NOT_STATED = frozenset((Presence.ABSENT, Presence.NULL))
_PROTOCOLS = frozenset(("TCP", "UDP"))
_OF_PORTS: dict[type, Trait] = {
    int: "numbered-ports",
    str: "named-ports",
    type(None): "portless-items",
}


class Inventory:
    """The words and shapes of one policy."""

    __slots__ = (
        "_legible",
        "_traits",
        "cidrs",
        "namespace_keys",
        "pod_keys",
        "ports",
        "traits",
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

        self._traits: set[Trait] = set()
        self._legible = policy.subject.readable
        self._add_head(policy)
        self._add_spec(policy)
        for allow in (*policy.ingress.value, *policy.egress.value):
            self._add_allow(allow)
        self._add_words()
        # What can be read needs no second look.
        read_whole = self._legible and schema.accepts(policy.root, read=_RULES)
        if not read_whole and not schema.accepts(policy.root):
            self._traits.add("unsound")
        self.traits = frozenset(self._traits)

    def words(self) -> set[str | int | None]:
        """Label keys and values, addresses and ports, all in one."""
        return {*self.pod_keys, *self.namespace_keys, *self.values, *self.cidrs, *self.ports}

    def _add_head(self, policy: Policy) -> None:
        if policy.api_version != API_VERSION or string(policy.root.get("kind")) != KIND:
            self._traits.add("other-type")
        if policy.namespace.presence in _NOT_STATED:
            self._traits.add("no-namespace")

    def _add_spec(self, policy: Policy) -> None:
        add = self._traits.add
        declared = policy.declared or ()
        types = policy.policy_types
        if types.nothing:
            add("untyped")
        if policy.declared is None or len(types.value) > 2:
            add("odd-types")
        if len(declared) == 1:
            add("one-direction")
            if len(types.value) == 2:
                add("repeated-types")
        if Direction.EGRESS in declared:
            add("egress")
        subject = policy.subject.value
        if subject is not None:
            self._add_selector(subject, self.pod_keys)
        if subject is None or not subject.requirements:
            add("whole-namespace")
        for direction, allows in (
            (Direction.INGRESS, policy.ingress),
            (Direction.EGRESS, policy.egress),
        ):
            if not allows.value and allows.entry is not None:
                add("empty-lists")
            if not allows.readable:
                self._legible = False
            if direction not in declared:
                if allows.written:
                    add("undeclared-rules")
            elif allows.nothing:
                add("closed")

    def _add_allow(self, allow: Allow) -> None:
        add = self._traits.add
        node, _, peers, ports, _ = allow
        if peers.value:
            add("peers")
        else:
            add("everyone")
            if peers.entry is not None:
                add("empty-lists")
        if not ports.value and ports.entry is not None:
            add("empty-lists")
        if peers.entry is None and ports.entry is None and type(node) is Scalar:
            add("nulls")
        if not allow.readable:
            self._legible = False
        for peer in peers.value:
            self._add_peer(peer)
        for port in ports.value:
            self._add_port(port)

    def _add_peer(self, peer: Peer) -> None:
        add = self._traits.add
        if not peer.readable:
            self._legible = False
        pods = self._add_side(peer.pods, self.pod_keys)
        spaces = self._add_side(peer.namespaces, self.namespace_keys)
        block = peer.block.value
        if pods and not spaces:
            add("lone-pods")
        elif spaces and not pods:
            add("lone-namespaces")
        if block is not None:
            self._add_block(block)
            if pods or spaces:
                add("mixed-peers")
        elif not pods and not spaces:
            add("hollow-peers")

    def _add_side(self, side: Field[Selector | None], keys: set[str]) -> bool:
        """Adds one of the two selectors of a peer, and says whether it is there."""
        if side.value is None:
            if side.presence is _NULL:
                self._traits.add("nulls")
            return False
        self._add_selector(side.value, keys)
        if not side.value.requirements:
            self._traits.add("unlimited-peers")
        return True

    def _add_selector(self, selector: Selector, keys: set[str]) -> None:
        requirements = selector.requirements
        for key, operator, values, _, _ in requirements:
            keys.add(key)
            self.values.update(values)
            if operator in _NEGATIVE:
                self._traits.add("negations")
        if len(requirements) > 1:
            self._traits.add("several-labels")
            if len({each.key for each in requirements}) < len(requirements):
                self._traits.add("repeated-keys")
        if not selector.exact:
            self._traits.add("inexact")

    def _add_block(self, block: IpBlock) -> None:
        self._traits.add("blocks")
        self.cidrs.add(block.cidr.value or "")
        if not block.cidr.readable:
            self._legible = False
        if block.excepts.entry is not None:
            self._traits.add("excepts")
            for node in block.excepts.value:
                text = string(node)
                self.cidrs.add(node.text if text is None else text)
                if text is None:
                    self._legible = False

    def _add_port(self, port: Port) -> None:
        _, _, (_, protocol_is, protocol), field, end, _ = port
        number = field.value
        if not port.readable:
            self._legible = False
        self.ports.add(number)
        if protocol_is is not _FILLED:
            self._traits.add("ports-alone")
        if protocol not in _PROTOCOLS:
            self._traits.add("odd-protocols")
        if type(number) is int:
            self._add_number(field)
        if end.entry is not None:
            self._traits.add("ranges")
            if type(end.value) is int:
                self._add_number(end)
            elif end.is_set:
                self._legible = False

    def _add_number(self, field: Field[Any]) -> None:
        first = field.node.text[:1]  # type: ignore[union-attr]  # a number is a scalar
        if first in "+-0" or field.value > 65535:
            self._traits.add("odd-numbers")
            if not 0 <= field.value <= 65535:
                self._legible = False

    def _add_words(self) -> None:
        add = self._traits.add
        if self.pod_keys:
            add("pod-labels")
        if METADATA_NAME in self.namespace_keys:
            add("namespace-names")
        if len(self.namespace_keys) > (METADATA_NAME in self.namespace_keys):
            add("namespace-labels")
        if "" in self.values:
            add("empty-values")
        for kind in map(type, self.ports):
            add(_OF_PORTS[kind])
