"""What a rule may know beyond its policy: the words around it, and what the repository says."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

from netpol_lint import block, schema, speech
from netpol_lint.block import Block
from netpol_lint.comment import Notes
from netpol_lint.concern import Circumstance
from netpol_lint.diagnostic import Label
from netpol_lint.habitat import METADATA_NAME
from netpol_lint.intent import Intent
from netpol_lint.inventory import Inventory
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.option import Options
from netpol_lint.policy import Direction, Peer, Policy
from netpol_lint.repository import (
    Build,
    Census,
    Population,
    Sibling,
    Spot,
    Surroundings,
    outcome,
)
from netpol_lint.repository.tree import STREAM

T = TypeVar("T")

MAX_NAMESPACES = 20
"""Namespaces that are looked at for one policy or peer; who is in more is not judged by them."""


_SOMEHOW = Build(None, None, True, "")


class Seat(NamedTuple):
    """A policy in one namespace, as one build leaves it."""

    policy: Policy
    build: Build
    population: Population

    def peer(self, direction: Direction, place: tuple[int, int]) -> Peer:
        """The peer at a place that the policy has as written, too."""
        row, column = place
        return self.policy.allows(direction).value[row].peers.value[column]


class File:
    """All policies of one file, each with its context, in their order."""

    def __init__(self) -> None:
        self.subjects: list[tuple[Policy, Context]] = []
        self._known: dict[Callable[[File], Any], Any] = {}

    def once(self, find: Callable[[File], T]) -> T:
        """What `find` says about the file: asked once, however many policies want to know."""
        if find not in self._known:
            self._known[find] = find(self)
        found: T = self._known[find]
        return found


class Context:
    """The surroundings of one policy. Everything is computed on first use and then kept."""

    def __init__(
        self,
        policy: Policy,
        notes: Notes,
        file: File,
        surroundings: Surroundings,
        options: Options,
    ) -> None:
        self.notes = notes
        """The comments of the policy's document."""
        self.file = file
        """The policies around this one, which is among them."""
        self.surroundings = surroundings
        """What the repository says about the place of this file."""
        self.options = options
        self._policy = policy
        self._known: dict[Callable[[Policy, Context], Any], Any] = {}

    def once(self, find: Callable[[Policy, Context], T]) -> T:
        """What `find` says about the policy: asked once, however many rules want to know."""
        if find not in self._known:
            self._known[find] = find(self._policy, self)
        found: T = self._known[find]
        return found

    @cached_property
    def inventory(self) -> Inventory:
        """What occurs in the policy at all."""
        return Inventory(self._policy)

    @property
    def glimpsed(self) -> frozenset[str] | None:
        """The words of name, annotations and comments; None where only hearing tells them."""
        own = speech.glance(self._policy.name_text, *self.inventory.remarks)
        noted = self.notes.glimpsed
        if own is None or noted is None:
            return None
        return own | noted if noted else own

    def is_amid(self, circumstance: Circumstance) -> bool:
        """Whether this is around the policy."""
        return self.census.shows_pods if circumstance == "pods" else self.path != STREAM

    @cached_property
    def violations(self) -> tuple[schema.Violation, ...]:
        """Where the policy leaves the structure of the API."""
        is_unsound = "unsound" in self.inventory.traits
        return schema.explain(self._policy.root) if is_unsound else ()

    @cached_property
    def intent(self) -> Intent:
        """What name, annotations and comments say the policy is for."""
        return Intent.of(self._policy, self.notes)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The address blocks of the policy that take effect, those of ingress first."""
        return tuple(block.effective(self._policy))

    @cached_property
    def egress_blocks(self) -> tuple[Block, ...]:
        """The address blocks that the policy's pods may connect to."""
        return tuple(each for each in self.blocks if each.direction is Direction.EGRESS)

    @property
    def path(self) -> str:
        """Where the policy's file lies, seen from the root of the repository."""
        return self.surroundings.path(self._policy)

    @property
    def census(self) -> Census:
        """Who lives where, as far as the repository tells."""
        return self.surroundings.census(self._policy)

    def label(self, spot: Spot, message: str) -> Label:
        """A related place, in the policy's file or in another one."""
        return self.surroundings.label(self._policy, spot, message)

    @cached_property
    def landed(self) -> tuple[Sibling, ...]:
        """The policy on each of its ways to a cluster, as the build leaves it: at least one."""
        policy, path = self._policy, self.path
        ways = self.surroundings.namespace_of(policy).ways or (_SOMEHOW,)
        return tuple(Sibling(outcome.policy(policy, way), path, way) for way in ways)

    @cached_property
    def seats(self) -> tuple[Seat, ...]:
        """The policy in each known namespace that it lands in, once for each way there.

        None where what a build leaves of it cannot be read, or where there are too many of them.
        """
        found = tuple(
            Seat(each.policy, each.build, population)
            for population in self.populations
            for each in self.landed
            if each.build.namespace == population.name
        )
        return found if all(each.policy.spec.readable for each in found) else ()

    @cached_property
    def populations(self) -> tuple[Population, ...]:
        """All that the repository tells about each namespace that the policy lands in.

        None where its namespace is not known, or where there are too many of them.
        """
        names = self.surroundings.namespace_of(self._policy).names
        if len(names) > MAX_NAMESPACES:
            return ()
        return tuple(self.census.population(name) for name in sorted(names))

    @cached_property
    def own(self) -> str | None:
        """The name of the policy's namespace, where it can be only one.

        A policy that asks for no namespace by name is judged alike in all: for it, what it states
        will do, and nobody has to read the repository.
        """
        policy = self._policy
        if METADATA_NAME not in policy.text[policy.root.start : policy.root.end]:
            return policy.namespace.value
        return own_namespace(policy, self.surroundings)


def own_namespace(policy: Policy, surroundings: Surroundings) -> str | None:
    """The name of the namespace that `policy` lands in, where it can be only one."""
    found = surroundings.namespace_of(policy)
    return next(iter(found.names)) if len(found.names) == 1 and not found.supplied else None
