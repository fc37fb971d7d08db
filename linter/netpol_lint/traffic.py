"""Traffic as sets: who, on which ports; and the questions that can be asked about it.

Each question is decided twice, once with what is certain and once with what is possible: a name of
a port may stand for any number, an address may be that of a pod, what cannot be read may be
everything. Where both agree the answer is proven or refuted, otherwise it is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from netpol_lint.address_set import EVERY_ADDRESS, NO_ADDRESS, Address, AddressSet
from netpol_lint.answer import Answer
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.pod_set import EVERY_POD, METADATA_NAME, OWN, Pod, PodSet
from netpol_lint.port_set import EVERY_PORT, Port, PortSet

MOST_CELLS = 512
"""Pieces that a difference may fall into before the question is given up."""
MOST_WORLDS = 16
"""Names that the policy's own namespace may have before the question is given up."""


class PeerSet(NamedTuple):
    """Who is at the other end: pods and addresses."""

    pods: tuple[PodSet, ...] = ()
    addresses: AddressSet = NO_ADDRESS
    rest: bool = False
    """Whether everybody is meant, with those who are neither pods nor plain addresses."""
    unknown: bool = False
    """Whether there may be more than can be read."""

    @property
    def empty(self) -> bool:
        """Whether nobody can be meant."""
        nobody = all(pods.empty for pods in self.pods) and self.addresses.empty
        return nobody and not self.rest and not self.unknown


EVERYONE = PeerSet((EVERY_POD,), EVERY_ADDRESS, rest=True)
UNKNOWN_PEERS = PeerSet(unknown=True)


class Grant(NamedTuple):
    """What one allow lets through: these peers on these ports."""

    peers: PeerSet
    ports: PortSet

    @property
    def everything(self) -> bool:
        """Whether all traffic is certainly in it."""
        return self.peers.rest and self.ports.rest

    @property
    def unknown(self) -> bool:
        """Whether some part of it cannot be read."""
        return self.peers.unknown or self.ports.unknown

    @property
    def loose(self) -> Grant:
        """The same with everything in the place of what cannot be read."""
        if not self.unknown:
            return self
        return Grant(
            EVERYONE if self.peers.unknown else self.peers,
            EVERY_PORT if self.ports.unknown else self.ports,
        )

    @property
    def widened(self) -> Grant:
        """All that it may let through, whatever names stand for and whose addresses these are."""
        peers = self.peers
        if peers.unknown:
            peers = EVERYONE
        elif not peers.rest:
            pods = any(not each.empty for each in peers.pods)
            addresses = not peers.addresses.empty
            peers = PeerSet(
                (EVERY_POD,) if addresses else peers.pods,
                EVERY_ADDRESS if pods else peers.addresses,
                pods or addresses,
            )
        return Grant(peers, self.ports.widened())

    def landed(self, name: str | None) -> Grant:
        """The same where the policy's own namespace has this name; None is one nobody mentions."""
        if name is None:
            return self
        pods = tuple(each.landed(name) for each in self.peers.pods)
        return self._replace(peers=self.peers._replace(pods=pods))


class Traffic(NamedTuple):
    """One direction of a policy's pods."""

    declared: bool | None
    """Whether the policy isolates it at all; None where that cannot be told."""
    grants: tuple[Grant, ...] = ()

    @property
    def unknown(self) -> bool:
        """Whether some part of it cannot be read."""
        return self.declared is None or any(grant.unknown for grant in self.grants)


class Flow(NamedTuple):
    """One connection: a pod or an address at the other end, and a port."""

    other: Pod | Address
    port: Port

    def landed(self, name: str | None) -> Flow:
        """The same where the policy's own namespace has this name."""
        if name is None or not isinstance(self.other, Pod):
            return self
        spaces = self.other.namespace
        if spaces.get(METADATA_NAME) != OWN:
            return self
        return self._replace(other=self.other._replace(namespace={**spaces, METADATA_NAME: name}))


class Verdict(NamedTuple):
    """An answer; one that is refuted has a flow that shows it."""

    answer: Answer
    witness: Flow | None = None


PROVEN = Verdict(Answer.PROVEN)
UNKNOWN = Verdict(Answer.UNKNOWN)


_Proof = Callable[["Flow", str | None], bool]
"""Whether a flow shows what is claimed where the policy's own namespace has this name."""


class _Cell(NamedTuple):
    """One kind of peers on some ports; None stands for those who are neither pods nor addresses."""

    who: PodSet | AddressSet | None
    ports: PortSet


def is_contained(inner: Sequence[Grant], outer: Sequence[Grant]) -> bool:
    """Whether all traffic of `inner` is proven to be traffic of `outer`."""
    worlds = _worlds((*inner, *outer))
    loose = [grant.loose for grant in inner]
    return worlds is not None and all(_left_over(loose, outer, world) == [] for world in worlds)


def contained(inner: Sequence[Grant], outer: Sequence[Grant]) -> Verdict:
    """Whether all traffic of `inner` is traffic of `outer`; else a flow that only `inner` has."""
    if is_contained(inner, outer):
        return PROVEN
    worlds = _worlds((*inner, *outer))
    if worlds is None:
        return UNKNOWN
    widest = [grant.widened for grant in outer]
    return _refuted(
        _left_over(inner, widest, None) or (),
        lambda flow, world: (
            admits(_land(inner, world), flow) and not admits(_land(widest, world), flow)
        ),
        worlds,
    )


def disjoint(first: Sequence[Grant], second: Sequence[Grant]) -> Verdict:
    """Whether no traffic is in both; else a flow that is."""
    worlds = _worlds((*first, *second))
    if worlds is None:
        return UNKNOWN
    widest = [grant.widened for grant in first]
    loose = [grant.loose for grant in second]
    if all(not any(_common(widest, loose, world)) for world in worlds):
        return PROVEN
    return _refuted(
        _common(first, second, None),
        lambda flow, world: (
            admits(_land(first, world), flow) and admits(_land(second, world), flow)
        ),
        worlds,
    )


def nothing(grants: Sequence[Grant]) -> Verdict:
    """Whether the grants let nothing through; else a flow that they do."""
    return contained(grants, ())


def same(first: Sequence[Grant], second: Sequence[Grant]) -> Verdict:
    """Whether both let the same traffic through; else a flow that only one of them does."""
    there = contained(first, second)
    if there.answer is Answer.REFUTED:
        return there
    back = contained(second, first)
    return back if back.answer is Answer.REFUTED else max(there, back, key=_doubt)


def admits(grants: Iterable[Grant], flow: Flow) -> bool:
    """Whether one of the grants certainly lets the flow through."""
    return any(grant.ports.holds(flow.port) and _holds(grant.peers, flow) for grant in grants)


def _doubt(verdict: Verdict) -> bool:
    return verdict.answer is Answer.UNKNOWN


def _holds(peers: PeerSet, flow: Flow) -> bool:
    if isinstance(flow.other, Pod):
        pod = flow.other
        return any(pods.holds(pod) for pods in peers.pods)
    return peers.addresses.holds(flow.other)


def _worlds(grants: Iterable[Grant]) -> list[str | None] | None:
    """The names an unknown own namespace may have, as far as they matter; None is any other."""
    names = {name for grant in grants for pods in grant.peers.pods for name in pods.names}
    if OWN not in names:
        return [None]
    return [None, *sorted(names - {OWN})] if len(names) <= MOST_WORLDS else None


def _land(grants: Sequence[Grant], world: str | None) -> Sequence[Grant]:
    return grants if world is None else [grant.landed(world) for grant in grants]


def _refuted(cells: Iterable[_Cell], shows: _Proof, worlds: Sequence[str | None]) -> Verdict:
    """The first flow of the cells that shows it under every name of the own namespace."""
    for cell in cells:
        flow = _example(cell)
        if flow is not None and all(shows(flow.landed(world), world) for world in worlds):
            return Verdict(Answer.REFUTED, flow)
    return UNKNOWN


def _example(cell: _Cell) -> Flow | None:
    if cell.who is None:
        return None
    ports = cell.ports
    if isinstance(cell.who, AddressSet):
        # Whether the one who has an address names its ports is not known.
        ports = ports._replace(names=frozenset())
    port = ports.example()
    return None if port is None else Flow(cell.who.example(), port)


def _cells(grants: Iterable[Grant]) -> Iterator[_Cell]:
    for peers, ports in grants:
        for pods in peers.pods:
            if not pods.empty:
                yield _Cell(pods, ports)
        if not peers.addresses.empty:
            yield _Cell(peers.addresses, ports)
        if peers.rest:
            yield _Cell(None, ports)


def _left_over(
    inner: Sequence[Grant], outer: Sequence[Grant], world: str | None
) -> list[_Cell] | None:
    """The pieces of `inner` that are not certainly in `outer`; None if they become too many."""
    cells = list(_cells(_land(inner, world)))
    for grant in _land(outer, world):
        cells = [piece for cell in cells for piece in _cut(cell, grant)]
        if len(cells) > MOST_CELLS:
            return None
        if not cells:
            break
    return cells


def _cut(cell: _Cell, grant: Grant) -> Iterator[_Cell]:
    """What is left of a cell without the traffic of a grant."""
    left = cell.ports.minus(grant.ports)
    if left == cell.ports:
        yield cell
        return
    inside: list[PodSet | AddressSet | None] = []
    outside: list[PodSet | AddressSet | None] = []
    if isinstance(cell.who, PodSet):
        pieces = [cell.who]
        for pods in grant.peers.pods:
            both = [met for piece in pieces if not (met := piece.meet(pods)).empty]
            if both:
                inside += both
                pieces = [smaller for piece in pieces for smaller in piece.minus(pods)]
        outside += pieces
    elif cell.who is not None:
        inside.append(cell.who.meet(grant.peers.addresses))
        outside.append(cell.who.minus(grant.peers.addresses))
    elif grant.peers.rest:
        inside.append(None)
    else:
        outside.append(None)
    for who in outside:
        if who is None or not who.empty:
            yield _Cell(who, cell.ports)
    if not left.empty:
        for who in inside:
            if who is None or not who.empty:
                yield _Cell(who, left)


def _common(first: Sequence[Grant], second: Sequence[Grant], world: str | None) -> Iterator[_Cell]:
    """The traffic that two lists of grants share, in pieces."""
    others = _land(second, world)
    for mine in _land(first, world):
        for theirs in others:
            ports = mine.ports.meet(theirs.ports)
            if ports.empty:
                continue
            for pods in mine.peers.pods:
                for more in theirs.peers.pods:
                    if not (both := pods.meet(more)).empty:
                        yield _Cell(both, ports)
            addresses = mine.peers.addresses.meet(theirs.peers.addresses)
            if not addresses.empty:
                yield _Cell(addresses, ports)
            if mine.peers.rest and theirs.peers.rest:
                yield _Cell(None, ports)
