"""What occurs in a policy at all: its words and shapes, listed once so that most rules can pass.

Everything written is counted, also in a direction that is not declared and in items that cannot be
judged: what is not in the inventory is nowhere in the policy.
"""

from __future__ import annotations

from typing import Any, Literal

from netpol_lint import schema
from netpol_lint.address import is_exception, is_strict
from netpol_lint.habitat import METADATA_NAME, marks_namespaces
from netpol_lint.label import dns_label_flaw, key_flaw, port_name_flaw, value_flaw
from netpol_lint.node import Mapping, Node, Scalar
from netpol_lint.placeholder import has_trace
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
from netpol_lint.sieve import Sieve

Trait = Literal[
    "unsound",  # it has not the structure of the API
    "inexact",  # a selector cannot be read to its last part
    "other-type",  # `apiVersion` or `kind` is not written as the API writes it
    "no-namespace",  # it states no namespace, or an empty one
    "odd-names",  # its name or namespace may not be accepted
    "odd-labels",  # the same for a key or value of a label, or a key of an annotation
    "more-metadata",  # it has further fields of metadata, or very large annotations
    "leftovers",  # a name, a label or a port may be a placeholder that nobody has replaced
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
    "platform-keys",  # a podSelector asks for a label that platforms put on namespaces only
    "negations",  # a requirement is NotIn or DoesNotExist
    "peers",  # an allow lists peers
    "everyone",  # an allow has none
    "lone-pods",  # a peer has a podSelector and nothing else that says whom it means
    "lone-namespaces",  # a peer has a namespaceSelector and nothing else of that kind
    "unlimited-peers",  # a selector of a peer asks for nothing, such as `{}`
    "blocks",  # a peer has an `ipBlock`
    "odd-blocks",  # an address is not written as the API wants it
    "excepts",  # a block has an `except`
    "odd-excepts",  # an item of one is no part of the block, as the API sees it
    "hollow-peers",  # a peer says nothing about whom it means
    "mixed-peers",  # a peer has a block beside a selector
    "empty-lists",  # a list of allows, peers or ports is written and has no item
    "nulls",  # an allow, or a selector of a peer, is written as null
    "numbered-ports",  # a port has a number
    "named-ports",  # a port has a name
    "portless-items",  # an item of `ports` has neither
    "ports-alone",  # a port has no protocol
    "odd-protocols",  # a protocol is neither TCP nor UDP
    "odd-port-names",  # the name of a port is refused
    "odd-numbers",  # a port's number is none from 1 to 65535, or begins with a zero or a sign
    "odd-ranges",  # an `endPort` has no number before it, or a higher one
]
"""The shapes that rules ask for before they look at a policy."""

_INGRESS, _EGRESS = Direction
_IN = Operator.IN
_NEGATIVE = Operator.NOT_IN, Operator.DOES_NOT_EXIST
_ABSENT, _NULL = Presence.ABSENT, Presence.NULL
_FILLED, _UNREADABLE = Presence.FILLED, Presence.UNREADABLE
_PROTOCOLS = frozenset(("TCP", "UDP"))
_ROOT = frozenset(("apiVersion", "kind", "metadata", "spec"))
_METADATA = frozenset(("name", "namespace", "labels", "annotations"))
_SPEC = frozenset(("podSelector", "policyTypes", "ingress", "egress"))
_MUCH = 65_536
"""Characters of annotations; fewer have not as many bytes as the API refuses."""
_KEYS, _VALUES, _PLAIN = Sieve(key_flaw), Sieve(value_flaw), Sieve(has_trace)
_KEYS_OF_PODS = Sieve(marks_namespaces)


class Inventory:
    """The words and shapes of one policy."""

    __slots__ = (
        "_legible",
        "_traits",
        "_values",
        "cidrs",
        "namespace_keys",
        "pod_keys",
        "remarks",
        "traits",
        "words",
    )

    def __init__(self, policy: Policy) -> None:
        self.pod_keys: set[str] = set()
        """The label keys that the policy's podSelectors ask for, its own among them."""
        self.namespace_keys: set[str] = set()
        """Those that its namespaceSelectors ask for."""
        self.cidrs: set[str] = set()
        """What stands in `cidr` and `except`; empty for a missing `cidr`."""
        self.words: set[str | int | None] = set()
        """All of these, the values of its selectors and labels, its ports and its names."""
        self.remarks: list[str] = []
        """The values of its annotations."""

        self._traits: set[Trait] = set()
        self._values: set[str] = set()
        self._legible = True
        self._add_root(policy)
        self._add_metadata(policy)
        self._add_spec(policy)
        for allows in (policy.ingress.value, policy.egress.value):
            for allow in allows:
                self._add_allow(allow)
        self._add_words()
        # What can be read to its last part needs no second look.
        if not self._legible and not schema.accepts(policy.root):
            self._traits.add("unsound")
        self.traits = frozenset(self._traits)

    def _add_root(self, policy: Policy) -> None:
        if policy.api_version != API_VERSION or string(policy.root.get("kind")) != KIND:
            self._traits.add("other-type")
            self._legible = False
        spec, metadata = policy.spec.value, policy.metadata.value
        if spec is None or metadata is None or not _SPEC.issuperset(spec.fields):
            self._legible = False
        if not _ROOT.issuperset(policy.root.fields):
            self._legible = False

    def _add_metadata(self, policy: Policy) -> None:
        add = self._traits.add
        fields = {} if policy.metadata.value is None else policy.metadata.value.fields
        if not _METADATA.issuperset(fields):
            add("more-metadata")
            self._legible = False
        _, namespace_is, namespace = policy.namespace
        if namespace_is is not _FILLED:
            add("no-namespace")
            if namespace_is is _UNREADABLE:
                self._legible = False
        name = string(policy.name)
        if name is None:
            self._legible = False
        if dns_label_flaw(name or "") or (namespace and dns_label_flaw(namespace)):
            add("odd-names")
        self.words.update((name, namespace))
        if "labels" in fields:
            texts = self._of_strings(fields["labels"].value)
            if not (_KEYS.passes(texts) and _VALUES.passes(texts.values())):
                add("odd-labels")
            self.words.update(texts.values())
        if "annotations" in fields:
            texts = self._of_strings(fields["annotations"].value)
            if not _KEYS.passes(texts):
                add("odd-labels")
            self.remarks += texts.values()
            if sum(map(len, texts)) + sum(map(len, self.remarks)) > _MUCH:
                add("more-metadata")

    def _of_strings(self, node: Node) -> dict[str, str]:
        """The pairs of a map of labels or annotations, with the text of what is no string, too."""
        if not isinstance(node, Mapping):
            self._legible = False
            return {}
        found: dict[str, str] = {}
        for key, entry in node.fields.items():
            text = string(entry.value)
            if text is None:
                self._legible = False
                self._traits.add("odd-labels")
                text = entry.value.text if isinstance(entry.value, Scalar) else ""
            found[key] = text
        return found

    def _add_spec(self, policy: Policy) -> None:
        add = self._traits.add
        types, declared = policy.policy_types, policy.declared
        if types.nothing:
            add("untyped")
        if declared is None or len(types.value) > 2:
            add("odd-types")
        if declared is None:
            self._legible = False
            declared = frozenset()
        if len(declared) == 1:
            add("one-direction")
            if len(types.value) == 2:
                add("repeated-types")
        if _EGRESS in declared:
            add("egress")
        _, subject_is, subject = policy.subject
        if subject_is is _UNREADABLE:
            self._legible = False
        if subject is not None:
            self._add_selector(subject, self.pod_keys)
        if subject is None or not subject.requirements:
            add("whole-namespace")
        for direction, allows in ((_INGRESS, policy.ingress), (_EGRESS, policy.egress)):
            entry, allows_are, listed = allows
            if not listed and entry is not None:
                add("empty-lists")
            if allows_are is _UNREADABLE:
                self._legible = False
            if direction not in declared:
                if entry is not None:
                    add("undeclared-rules")
            elif allows.nothing:
                add("closed")

    def _add_allow(self, allow: Allow) -> None:
        add = self._traits.add
        node, _, (from_entry, peers_are, peers), (ports_entry, ports_are, ports), clean = allow
        if not clean or peers_are is _UNREADABLE or ports_are is _UNREADABLE:
            self._legible = False
        if peers:
            add("peers")
        else:
            add("everyone")
            if from_entry is not None:
                add("empty-lists")
            elif ports_entry is None and type(node) is Scalar:
                add("nulls")
        if not ports and ports_entry is not None:
            add("empty-lists")
        for peer in peers:
            self._add_peer(peer)
        for port in ports:
            self._add_port(port)

    def _add_peer(self, peer: Peer) -> None:
        add = self._traits.add
        _, _, (_, pods_are, pods), (_, spaces_are, spaces), (_, block_is, block), clean = peer
        if (
            not clean
            or pods_are is _UNREADABLE
            or spaces_are is _UNREADABLE
            or block_is is _UNREADABLE
        ):
            self._legible = False
        if pods_are is _NULL or spaces_are is _NULL:
            add("nulls")
        if pods is not None:
            self._add_selector(pods, self.pod_keys)
            if not pods.requirements:
                add("unlimited-peers")
            if spaces is None:
                add("lone-pods")
        if spaces is not None:
            self._add_selector(spaces, self.namespace_keys)
            if not spaces.requirements:
                add("unlimited-peers")
            if pods is None:
                add("lone-namespaces")
        if block is not None:
            self._add_block(block)
            if pods is not None or spaces is not None:
                add("mixed-peers")
        elif pods is None and spaces is None:
            add("hollow-peers")

    def _add_selector(self, selector: Selector, keys: set[str]) -> None:
        _, requirements, exact = selector
        for key, operator, values, _, _ in requirements:
            keys.add(key)
            self._values.update(values)
            if operator is not _IN and operator in _NEGATIVE:
                self._traits.add("negations")
        if len(requirements) > 1:
            self._traits.add("several-labels")
            if len({each.key for each in requirements}) < len(requirements):
                self._traits.add("repeated-keys")
        if not exact:
            self._traits.add("inexact")

    def _add_block(self, block: IpBlock) -> None:
        self._traits.add("blocks")
        cidr = block.cidr.value or ""
        self.cidrs.add(cidr)
        if not block.cidr.readable:
            self._legible = False
        if block.excepts.entry is not None:
            self._traits.add("excepts")
            for node in block.excepts.value:
                text = string(node)
                self.cidrs.add(node.text if text is None else text)
                if text is None:
                    self._legible = False
                elif not is_exception(cidr, text):
                    self._traits.add("odd-excepts")

    def _add_port(self, port: Port) -> None:
        add = self._traits.add
        _, _, (_, protocol_is, protocol), field, end, clean = port
        _, number_is, number = field
        _, end_is, last = end
        if (
            not clean
            or protocol_is is _UNREADABLE
            or number_is is _UNREADABLE
            or end_is is _UNREADABLE
        ):
            self._legible = False
        if protocol_is is not _FILLED:
            add("ports-alone")
        if protocol not in _PROTOCOLS:
            add("odd-protocols")
        if number is None:
            add("portless-items")
        else:
            self.words.add(number)
            if type(number) is int:
                add("numbered-ports")
                self._add_number(field)
            else:
                add("named-ports")
                if port_name_flaw(str(number)) is not None:
                    add("odd-port-names")
        if end_is is not _ABSENT:
            if type(last) is int:
                self._add_number(end)
                if type(number) is not int or last < number:
                    add("odd-ranges")
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
            if not _KEYS_OF_PODS.passes(self.pod_keys):
                add("platform-keys")
        if METADATA_NAME in self.namespace_keys:
            add("namespace-names")
        if len(self.namespace_keys) > (METADATA_NAME in self.namespace_keys):
            add("namespace-labels")
        if "" in self._values:
            add("empty-values")
        if self.cidrs and not all(map(is_strict, self.cidrs)):
            add("odd-blocks")
        keys = self.pod_keys | self.namespace_keys
        if not (_KEYS.passes(keys) and _VALUES.passes(self._values)):
            add("odd-labels")
        self.words.update(keys, self._values, self.cidrs)
        if not _PLAIN.passes(self.words):
            add("leftovers")
