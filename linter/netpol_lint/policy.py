"""A NetworkPolicy as the API sees it, with typed views over the nodes.

`Field.presence` tells apart what looks alike and means different things: a missing key, a null, an
empty list, a list, and what cannot be judged (a wrong type or a value that is substituted later).
Names are those of networking.k8s.io/v1 (k8s.io/api/networking/v1/types.go); one item of `ingress:`
or `egress:` is an Allow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum, StrEnum
from typing import Any, Generic, TypeVar

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Entry, Mapping, Node, Scalar, Sequence
from netpol_lint.regex import regex
from netpol_lint.scalar import NotJson
from netpol_lint.span import Span, past_blank
from netpol_lint.spelling import nearest

T = TypeVar("T")

API_GROUP = "networking.k8s.io"
API_VERSION = f"{API_GROUP}/v1"
KIND = "NetworkPolicy"


class Presence(Enum):
    """How a field is written."""

    ABSENT = "absent"
    NULL = "null"
    EMPTY = "empty"
    """`[]` or `{}`."""
    FILLED = "filled"
    UNREADABLE = "unreadable"
    """A wrong type, or a placeholder: nothing may be concluded."""


# Asking the class for a member takes CPython 3.11 ten times as long as asking the module.
_ABSENT, _NULL, _EMPTY, _FILLED, _UNREADABLE = Presence


class Direction(StrEnum):
    """A policy type, and the spec key that goes with it."""

    INGRESS = "ingress"
    EGRESS = "egress"

    @property
    def policy_type(self) -> str:
        """The word of `policyTypes`."""
        return self.value.capitalize()

    @property
    def peer_key(self) -> str:
        """`from` or `to`."""
        return "from" if self is Direction.INGRESS else "to"

    @property
    def other(self) -> Direction:
        """The opposite direction."""
        return Direction.EGRESS if self is Direction.INGRESS else Direction.INGRESS


_INGRESS, _EGRESS = Direction


class Meaning(Enum):
    """What a policy does to one direction of its pods."""

    UNTOUCHED = "untouched"
    DENY_ALL = "deny all"
    ALLOW_ALL = "allow all"
    PARTIAL = "partial"
    UNKNOWN = "unknown"


class Field(NamedTuple, Generic[T]):
    """One field of an object: its key, its node, how it is written, and its typed value."""

    entry: Entry | None
    presence: Presence
    value: T

    @property
    def key(self) -> Node:
        """The key token. Only for a field that is written."""
        assert self.entry is not None
        return self.entry.key

    @property
    def node(self) -> Node:
        """The value's node. Only for a field that is written."""
        assert self.entry is not None
        return self.entry.value

    @property
    def written(self) -> bool:
        """Whether the key stands in the text."""
        return self.entry is not None

    @property
    def is_set(self) -> bool:
        """Whether the API sees a value: null counts as not written."""
        return self.presence is not _ABSENT and self.presence is not _NULL

    @property
    def readable(self) -> bool:
        """Whether conclusions may be drawn from the value or its absence."""
        return self.presence is not _UNREADABLE

    @property
    def nothing(self) -> bool:
        """Whether the API sees no item here: absent, null or empty."""
        return self.presence is _ABSENT or self.presence is _NULL or self.presence is _EMPTY


class Operator(StrEnum):
    """The four operators of a label requirement."""

    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"


_IN = Operator.IN
_POSITIVE = (Operator.IN, Operator.EXISTS)
_WITH_VALUES = (Operator.IN, Operator.NOT_IN)


class Requirement(NamedTuple):
    """One condition on one label; a `matchLabels` pair is an In with one value."""

    key: str
    operator: Operator
    values: tuple[str, ...]
    key_node: Node
    node: Node
    """The pair's value of `matchLabels`, or the whole item of `matchExpressions`."""

    @property
    def positive(self) -> bool:
        """Whether the label must be there."""
        return self.operator in _POSITIVE

    def __str__(self) -> str:
        if self.operator is _IN and len(self.values) == 1:
            return f"{self.key}={self.values[0]}"
        if self.values:
            return f"{self.key} {self.operator} ({', '.join(self.values)})"
        return f"{self.key} {self.operator}"


class Selector(NamedTuple):
    """A label selector: all of its requirements must hold; none at all selects everything."""

    node: Node
    requirements: tuple[Requirement, ...]
    exact: bool
    """Whether every part could be read; else the selector is narrower than its requirements."""

    @property
    def everything(self) -> bool:
        """Whether it certainly selects every object."""
        return self.exact and not self.requirements

    def value_of(self, key: str) -> tuple[str, ...] | None:
        """The values that label `key` may have, or None where it is not restricted to a list."""
        for requirement in self.requirements:
            if requirement.key == key and requirement.operator is _IN:
                return requirement.values
        return None

    def __str__(self) -> str:
        return ", ".join(map(str, self.requirements)) or "{}"


class IpBlock(NamedTuple):
    """A range of addresses with the ranges taken out of it, as written."""

    node: Node
    cidr: Field[str | None]
    excepts: Field[tuple[Scalar, ...]]


Place = tuple[str, Sequence, int]
"""Where an item stands: the text, its list, and its number there, counted from zero."""


class Peer(NamedTuple):
    """One item of `from:` or `to:`."""

    node: Node
    place: Place
    pods: Field[Selector | None]
    namespaces: Field[Selector | None]
    block: Field[IpBlock | None]
    clean: bool
    """Whether it holds no field that the API does not know."""

    @property
    def dash(self) -> Span:
        """From the `-` of the item to the end of its first key."""
        return dash_of(*self.place)

    @property
    def readable(self) -> bool:
        """Whether the peer can be judged at all."""
        _, _, pods, namespaces, block, clean = self
        return (
            clean
            and pods.presence is not _UNREADABLE
            and namespaces.presence is not _UNREADABLE
            and block.presence is not _UNREADABLE
        )

    @property
    def pods_only(self) -> Selector | None:
        """The pod selector of a peer that has nothing else."""
        alone = self.readable and not self.namespaces.is_set and not self.block.is_set
        return self.pods.value if alone else None

    @property
    def namespaces_only(self) -> Selector | None:
        """The namespace selector of a peer that has nothing else."""
        alone = self.readable and not self.pods.is_set and not self.block.is_set
        return self.namespaces.value if alone else None

    @property
    def combined(self) -> bool:
        """Whether both selectors are set: namespace AND pod."""
        return self.readable and self.pods.is_set and self.namespaces.is_set


class Port(NamedTuple):
    """One item of `ports:`."""

    node: Node
    place: Place
    protocol: Field[str]
    """TCP where nothing is written."""
    port: Field[int | str | None]
    end_port: Field[int | None]
    clean: bool

    @property
    def dash(self) -> Span:
        """From the `-` of the item to the end of its first key."""
        return dash_of(*self.place)

    @property
    def readable(self) -> bool:
        """Whether the item can be judged at all."""
        _, _, protocol, port, end_port, clean = self
        return (
            clean
            and protocol.presence is not _UNREADABLE
            and port.presence is not _UNREADABLE
            and end_port.presence is not _UNREADABLE
        )

    def __str__(self) -> str:
        number = "every port" if self.port.value is None else str(self.port.value)
        if self.end_port.value is not None:
            number += f"-{self.end_port.value}"
        return f"{self.protocol.value} {number}"


class Allow(NamedTuple):
    """One item of `ingress:` or `egress:`; a bare dash is an empty one."""

    node: Node
    place: Place
    peers: Field[tuple[Peer, ...]]
    ports: Field[tuple[Port, ...]]
    clean: bool

    @property
    def dash(self) -> Span:
        """From the `-` of the item to the end of its first key."""
        return dash_of(*self.place)

    @property
    def readable(self) -> bool:
        """Whether the allow itself can be judged (its items may still be unreadable)."""
        _, _, peers, ports, clean = self
        return clean and peers.presence is not _UNREADABLE and ports.presence is not _UNREADABLE

    @property
    def everything(self) -> bool:
        """Whether it certainly allows every peer on every port."""
        if self.peers.value or self.ports.value:
            return False
        return self.readable and self.peers.nothing and self.ports.nothing


Allows = Field[tuple[Allow, ...]]


class Policy(NamedTuple):
    """One NetworkPolicy object."""

    text: str
    """The text of its whole file, which every span refers to."""
    root: Mapping
    api_version: str | None
    name: Scalar | None
    namespace: Field[str | None]
    metadata: Field[Mapping | None]
    spec: Field[Mapping | None]
    subject: Field[Selector | None]
    policy_types: Field[tuple[Node, ...]]
    ingress: Allows
    egress: Allows
    declared: frozenset[Direction] | None
    """The directions it isolates after defaulting; None where that cannot be told."""

    @property
    def kind_node(self) -> Node:
        """The value of `kind`; the first key of an object that has it miswritten."""
        entry = self.root.fields.get("kind")
        return self.root.entries[0].key if entry is None else entry.value

    @property
    def name_text(self) -> str:
        """The name, or nothing."""
        return "" if self.name is None else self.name.text

    def allows(self, direction: Direction) -> Allows:
        """The `ingress:` or `egress:` field."""
        return self.ingress if direction is _INGRESS else self.egress

    def isolates(self, direction: Direction) -> bool:
        """Whether it certainly isolates its pods for `direction`."""
        return self.declared is not None and direction in self.declared

    def meaning(self, direction: Direction) -> Meaning:
        """What happens to `direction` of the selected pods, as far as the text tells for sure."""
        allows = self.allows(direction)
        if self.declared is None or not allows.readable:
            return Meaning.UNKNOWN
        if direction not in self.declared:
            return Meaning.UNTOUCHED
        if allows.nothing:
            return Meaning.DENY_ALL
        if any(allow.everything for allow in allows.value):
            return Meaning.ALLOW_ALL
        if all(allow.readable for allow in allows.value):
            return Meaning.PARTIAL
        return Meaning.UNKNOWN

    @property
    def evident(self) -> Policy:
        """The same, with policy types in the wrong case or without a list read as what they say.

        The server refuses them; what else is wrong with the policy will still be when it does not.
        """
        if self.declared is not None or self.policy_types.entry is None:
            return self
        meant = directions(self.policy_types.node)
        return self._replace(declared=meant) if meant else self

    def declared_allows(self) -> list[tuple[Direction, Allow]]:
        """The allows that take effect: those of a direction that is not declared are ignored."""
        declared = self.declared
        if declared is None:
            declared = self.evident.declared or frozenset()
        found: list[tuple[Direction, Allow]] = []
        if _INGRESS in declared:
            found += [(_INGRESS, allow) for allow in self.ingress.value]
        if _EGRESS in declared:
            found += [(_EGRESS, allow) for allow in self.egress.value]
        return found

    @property
    def annotations(self) -> dict[str, str]:
        """The annotations whose values are strings."""
        metadata = self.metadata.value
        node = None if metadata is None else metadata.get("annotations")
        if not isinstance(node, Mapping):
            return {}
        return {
            key: entry.value.text
            for key, entry in node.fields.items()
            if isinstance(entry.value, Scalar)
        }


ABSENT: Field[Any] = Field(None, Presence.ABSENT, None)
_NO_ITEMS: Field[Any] = Field(None, Presence.ABSENT, ())
_DEFAULT_PROTOCOL = Field(None, Presence.ABSENT, "TCP")

_SELECTOR = frozenset(("matchLabels", "matchExpressions"))
_EXPRESSION = frozenset(("key", "operator", "values"))
_INGRESS_ITEM = frozenset(("from", "ports"))
_EGRESS_ITEM = frozenset(("to", "ports"))
_PEER = frozenset(("podSelector", "namespaceSelector", "ipBlock"))
_PORT = frozenset(("protocol", "port", "endPort"))
_BLOCK = frozenset(("cidr", "except"))
_POLICY_TYPES = {"Ingress": Direction.INGRESS, "Egress": Direction.EGRESS}
_BOTH = frozenset(Direction)
_INGRESS_ALONE = frozenset((Direction.INGRESS,))
_OPERATORS = frozenset(operator.value for operator in Operator)
_LINE_BREAK = regex(r"[\r\n]")
_EMPTY_MAPPING = Mapping(0, [], False)


def find(text: str, root: Node | None) -> Iterator[Policy]:
    """The policies of one document: itself, or the items of a list (without nested lists)."""
    return (read(text, each) for each in roots(root))


def roots(root: Node | None) -> Iterator[Mapping]:
    """The objects of one document that are policies."""
    if not isinstance(root, Mapping):
        return
    if is_policy(root):
        yield root
    elif string(root.get("kind")) in ("List", "NetworkPolicyList"):
        items = root.get("items")
        for item in items.items if isinstance(items, Sequence) else ():
            if isinstance(item, Mapping) and is_policy(item):
                yield item


def is_policy(root: Mapping) -> bool:
    """Whether the object is a NetworkPolicy of Kubernetes, of whatever (even wrong) version.

    Any other dotted group, such as `projectcalico.org`, has a kind of its own by that name.
    """
    kind = _kind(root)
    api_version = string(root.get("apiVersion"))
    group = "" if api_version is None or "/" not in api_version else api_version.partition("/")[0]
    if kind != KIND:
        return group == API_GROUP and kind is not None and _is_near_miss(kind)
    return group == API_GROUP or "." not in group


def _kind(root: Mapping) -> str | None:
    """The kind, also where the key has the wrong case: clients refuse it, but it is a policy."""
    if "kind" in root.fields:
        return string(root.get("kind"))
    miswritten = (entry for key, entry in root.fields.items() if key.lower() == "kind")
    return next((string(entry.value) for entry in miswritten), None)


def is_lost_policy(root: Mapping) -> bool:
    """Whether a missing `---` has merged a policy with another object: `kind` is repeated."""
    kinds = [entry for entry in root.entries if string(entry.key) == "kind"]
    versions = [entry for entry in root.entries if string(entry.key) == "apiVersion"]
    return len(kinds) > 1 and any(
        is_policy(Mapping(root.start, [kind, *versions[index : index + 1]], root.flow))
        for index, kind in enumerate(kinds)
    )


def _is_near_miss(kind: str) -> bool:
    return nearest(kind, ("NetworkPolicy", "NetworkPolicies")) is not None


def string(node: Node | None) -> str | None:
    """The text of a node that is a string for the API, else None."""
    if not isinstance(node, Scalar) or node.is_unknown:
        return None
    try:
        value = node.value
    except NotJson:
        return None
    return value if isinstance(value, str) else None


def read(text: str, root: Mapping) -> Policy:
    """The typed views of one policy object."""
    metadata = _object(root, "metadata")
    spec = _object(root, "spec")
    body = spec.value or _EMPTY_MAPPING
    name = None if metadata.value is None else metadata.value.get("name")
    ingress = _list(body, "ingress", text, _ingress)
    egress = _list(body, "egress", text, _egress)
    policy_types = _list(body, "policyTypes", text, lambda node, _: node)
    if not spec.readable:
        unreadable: Field[tuple[Allow, ...]] = Field(None, _UNREADABLE, ())
        ingress = egress = unreadable
    return Policy(
        text=text,
        root=root,
        api_version=string(root.get("apiVersion")),
        name=name if isinstance(name, Scalar) else None,
        namespace=_text(metadata.value or _EMPTY_MAPPING, "namespace"),
        metadata=metadata,
        spec=spec,
        subject=_selector(body, "podSelector"),
        policy_types=policy_types,
        ingress=ingress,
        egress=egress,
        declared=_declared(policy_types, egress, spec),
    )


def _declared(
    policy_types: Field[tuple[Node, ...]], egress: Allows, spec: Field[Mapping | None]
) -> frozenset[Direction] | None:
    """The effective policy types (k/k pkg/apis/networking/v1/defaults.go)."""
    if not spec.readable or not policy_types.readable:
        return None
    if policy_types.nothing:
        if not egress.readable:
            return None
        if egress.presence is _FILLED:
            return _BOTH
        return _INGRESS_ALONE
    words = {string(node) for node in policy_types.value}
    if not words <= _POLICY_TYPES.keys():
        return None
    return frozenset(direction for word, direction in _POLICY_TYPES.items() if word in words)


def directions(node: Node) -> frozenset[Direction] | None:
    """The policy types that a node says, in whatever case; None where that is unclear."""
    if is_null(node):
        return frozenset()
    words = {
        (string(each) or "").capitalize()
        for each in (node.items if isinstance(node, Sequence) else [node])
    }
    if not words <= _POLICY_TYPES.keys():
        return None
    return frozenset(_POLICY_TYPES[word] for word in words)


def _presence(node: Node) -> Presence:
    """Of a value that should be an object or a list; UNREADABLE is for the caller to find."""
    if isinstance(node, Scalar):
        return _NULL if node.is_null else _UNREADABLE
    children = node.entries if isinstance(node, Mapping) else node.items
    return _FILLED if children else _EMPTY


def _object(parent: Mapping, name: str) -> Field[Mapping | None]:
    entry = parent.fields.get(name)
    if entry is None:
        return ABSENT
    node = entry.value
    if isinstance(node, Sequence):
        return Field(entry, _UNREADABLE, None)
    return Field(entry, _presence(node), node if isinstance(node, Mapping) else None)


def _list(
    parent: Mapping, name: str, text: str, item: Callable[[Node, Place], T]
) -> Field[tuple[T, ...]]:
    entry = parent.fields.get(name)
    if entry is None:
        return _NO_ITEMS
    node = entry.value
    if isinstance(node, Mapping):
        return Field(entry, _UNREADABLE, ())
    if isinstance(node, Scalar):
        return Field(entry, _presence(node), ())
    items = [item(child, (text, node, index)) for index, child in enumerate(node.items)]
    return Field(entry, _FILLED if items else _EMPTY, tuple(items))


def _text(parent: Mapping, name: str) -> Field[str | None]:
    entry = parent.fields.get(name)
    if entry is None:
        return ABSENT
    node = entry.value
    value = string(node)
    if value is not None:
        return Field(entry, _FILLED if value else _EMPTY, value)
    null = isinstance(node, Scalar) and node.is_null
    return Field(entry, _NULL if null else _UNREADABLE, None)


def _ingress(node: Node, place: Place) -> Allow:
    return _allow(node, place, "from", _INGRESS_ITEM)


def _egress(node: Node, place: Place) -> Allow:
    return _allow(node, place, "to", _EGRESS_ITEM)


def _allow(node: Node, place: Place, peer_key: str, known: frozenset[str]) -> Allow:
    body = node if isinstance(node, Mapping) else _EMPTY_MAPPING
    text, _, _ = place
    return Allow(
        node,
        place,
        _list(body, peer_key, text, _peer),
        _list(body, "ports", text, _port),
        _clean(node, known),
    )


def _clean(node: Node, known: frozenset[str]) -> bool:
    """Whether `node` is an object with known fields only, or a null that counts as an empty one."""
    if isinstance(node, Mapping):
        return known.issuperset(node.fields)
    return isinstance(node, Scalar) and node.is_null


def _peer(node: Node, place: Place) -> Peer:
    body = node if isinstance(node, Mapping) else _EMPTY_MAPPING
    return Peer(
        node,
        place,
        _selector(body, "podSelector"),
        _selector(body, "namespaceSelector"),
        _block(body),
        _clean(node, _PEER),
    )


def _block(parent: Mapping) -> Field[IpBlock | None]:
    if "ipBlock" not in parent.fields:
        return ABSENT
    entry, presence, node = _object(parent, "ipBlock")
    if node is None:
        return Field(entry, presence, None)
    excepts = _excepts(node)
    readable = _clean(node, _BLOCK) and excepts.readable
    block = IpBlock(node, _text(node, "cidr"), excepts)
    return Field(entry, presence if readable else _UNREADABLE, block)


def _excepts(parent: Mapping) -> Field[tuple[Scalar, ...]]:
    entry = parent.fields.get("except")
    if entry is None:
        return _NO_ITEMS
    node = entry.value
    if not isinstance(node, Sequence):
        return Field(entry, _NULL if is_null(node) else _UNREADABLE, ())
    items = tuple(item for item in node.items if isinstance(item, Scalar))
    presence = _presence(node) if len(items) == len(node.items) else _UNREADABLE
    return Field(entry, presence, items)


def _port(node: Node, place: Place) -> Port:
    body = node if isinstance(node, Mapping) else _EMPTY_MAPPING
    protocol = _DEFAULT_PROTOCOL
    if "protocol" in body.fields:
        entry, presence, word = _text(body, "protocol")
        protocol = Field(entry, presence, "TCP" if presence is _NULL else word or "")
    return Port(
        node,
        place,
        protocol,
        _number(body, "port"),
        _number(body, "endPort"),  # type: ignore[arg-type]  # a string there is wrong-type's matter
        _clean(node, _PORT),
    )


def _number(parent: Mapping, name: str) -> Field[int | str | None]:
    entry = parent.fields.get(name)
    if entry is None:
        return ABSENT
    node = entry.value
    if isinstance(node, Scalar) and not node.is_unknown:
        try:
            value = node.value
        except NotJson:
            return Field(entry, _UNREADABLE, None)
        if type(value) is int or type(value) is str:
            return Field(entry, _FILLED, value)
        if value is None:
            return Field(entry, _NULL, None)
    return Field(entry, _UNREADABLE, None)


def _selector(parent: Mapping, name: str) -> Field[Selector | None]:
    if name not in parent.fields:
        return ABSENT
    entry, presence, node = _object(parent, name)
    if node is None:
        return Field(entry, presence, None)
    requirements: list[Requirement] = []
    exact = _clean(node, _SELECTOR)
    fields = node.fields
    if "matchLabels" in fields:
        exact = _pairs(fields["matchLabels"].value, requirements) and exact
    if "matchExpressions" in fields:
        exact = _expressions(fields["matchExpressions"].value, requirements) and exact
    selector = Selector(node, tuple(requirements), exact)
    return Field(entry, presence if exact else _UNREADABLE, selector)


def _pairs(node: Node, requirements: list[Requirement]) -> bool:
    """Adds the pairs of a `matchLabels`; answers whether all could be read."""
    if not isinstance(node, Mapping):
        return isinstance(node, Scalar) and node.is_null
    exact = True
    for key, entry in node.fields.items():
        written = entry.value
        value = string(written)
        if value is None and isinstance(written, Scalar) and written.is_null:
            value = ""
        if value is None or "$" in key:
            exact = False
        else:
            requirements.append(Requirement(key, _IN, (value,), entry.key, written))
    return exact


def _expressions(node: Node, requirements: list[Requirement]) -> bool:
    """Adds the items of a `matchExpressions`; answers whether all could be read."""
    if not isinstance(node, Sequence):
        return isinstance(node, Scalar) and node.is_null
    exact = True
    for item in node.items:
        requirement = _expression(item)
        if requirement is None:
            exact = False
        else:
            requirements.append(requirement)
    return exact


def _expression(item: Node) -> Requirement | None:
    if not isinstance(item, Mapping) or not _clean(item, _EXPRESSION):
        return None
    key, operator = string(item.get("key")), string(item.get("operator"))
    if not key or operator is None or operator not in _OPERATORS:
        return None
    written = item.get("values")
    nodes = written.items if isinstance(written, Sequence) else []
    if written is not None and not isinstance(written, Sequence) and not is_null(written):
        return None
    values = tuple("" if is_null(node) else string(node) for node in nodes)
    word = Operator(operator)
    takes_values = word in _WITH_VALUES
    if None in values or bool(values) != takes_values:
        return None
    return Requirement(key, word, values, item.fields["key"].value, item)  # type: ignore[arg-type]


def is_null(node: Node) -> bool:
    """Whether the API reads a null here."""
    return isinstance(node, Scalar) and node.is_null


def dash_of(text: str, sequence: Sequence, index: int) -> Span:
    """From the `-` of an item to the end of its first key.

    In a flow list, where there is no dash, the item's own beginning stands for it.
    """
    item = sequence.items[index]
    head = item.entries[0].key if isinstance(item, Mapping) and item.entries else item
    end = head.end if isinstance(head, Scalar) or head.alias else head.start + 1
    if item.alias:
        end = item.end
    if sequence.flow:
        start = item.start
    else:
        before = sequence.items[index - 1].end if index else sequence.home
        start = past_blank(text, before, len(text))
    return Span(start, max(_line_end(text, start, end), start + 1))


def _line_end(text: str, start: int, end: int) -> int:
    """`end`, but no further than the line of `start`."""
    line_break = _LINE_BREAK.search(text, start, end)
    return end if line_break is None else line_break.start()
