"""Fields that the API does not know, with what stands around them and what is left without them."""

from __future__ import annotations

from netpol_lint import schema
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Entry, Mapping, Scalar
from netpol_lint.policy import Direction, Policy
from netpol_lint.schema import Step, UnknownField
from netpol_lint.span import Span


class Home(NamedTuple):
    """An object further out that knows a stray field."""

    owner: Mapping
    through: Entry
    """The pair of `owner` in which the stray field stands now."""
    path: schema.Path


class Stray:
    """One or more unknown fields that one mistake explains; the first one stands for all."""

    def __init__(self, policy: Policy, fields: list[UnknownField]) -> None:
        self.policy = policy
        self.fields = fields
        self.entries = [field.entry for field in fields]
        self.names = [field.name for field in fields]
        self.entry, self.name, self.owner, self.path, self.place, self.known = fields[0]
        self.steps: list[Step] = schema.trail(policy.root, self.path)

    @property
    def span(self) -> Span:
        """The first key."""
        return self.entry.key.span

    @property
    def direction(self) -> Direction:
        """The direction it stands in. Only below `ingress` or `egress`."""
        return Direction(str(self.path[1]))

    @property
    def parent(self) -> Entry | None:
        """The pair whose value is the object that has the field; None for an item of a list."""
        return self.steps[-1].entry if self.steps else None

    @property
    def alone(self) -> bool:
        """Whether nothing is left of the object when its unknown fields are dropped."""
        return not any(is_set(self.owner, name) for name in self.known)

    @property
    def rule(self) -> Mapping:
        """The item of `ingress` or `egress` around it."""
        node = self.steps[2].node
        assert isinstance(node, Mapping)
        return node

    @property
    def peers(self) -> Entry:
        """The `from` or `to` around it."""
        entry = self.steps[3].entry
        assert entry is not None
        return entry

    def home(self) -> Home | None:
        """The nearest object further out that has a field of this name."""
        for depth in range(len(self.path) - 1, -1, -1):
            _, through, _ = self.steps[depth]
            owner = self.steps[depth].owner
            if through is not None and self.name in schema.known_at(self.path[:depth]):
                assert isinstance(owner, Mapping)
                return Home(owner, through, self.path[:depth])
        return None


def is_set(owner: Mapping, name: str) -> bool:
    """Whether a field says anything: neither missing nor null nor an empty collection."""
    node = owner.get(name)
    if node is None or isinstance(node, Scalar):
        return node is not None and not node.is_null
    return bool(node.entries if isinstance(node, Mapping) else node.items)
