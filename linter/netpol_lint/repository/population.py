"""All that the repository tells about one namespace, and how far that is everything."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from netpol_lint.repository.resident import Foreigner, Front, Sibling
from netpol_lint.repository.roll import Roll


class Population:
    """All that the repository tells about one namespace. Its policies are read when asked for."""

    def __init__(
        self,
        name: str,
        residents: Roll,
        strays: Roll,
        fronts: tuple[Front, ...],
        policies: Callable[[], tuple[Sibling, ...]],
        foreigners: Callable[[], tuple[Foreigner, ...]],
        unseen_pods: str,
        unseen_policies: str,
        unseen_egress: str,
        *,
        scattered: bool,
    ) -> None:
        self.name = name
        self.residents = residents
        self.strays = strays
        """Workloads of the repository that may live here as well as anywhere: nobody says where."""
        self.fronts = fronts
        self._diverted: dict[tuple[int, str], bool] = {}
        self._policies = policies
        self._foreigners = foreigners
        self.unseen_pods = unseen_pods
        """Why pods may be here that no file of the repository shows; nothing where they are not."""
        self.unseen_policies = unseen_policies
        """Why policies may be here that no file of the repository shows; nothing where not."""
        self.unseen_egress = unseen_egress
        """Why some of them may allow anything outwards; nothing where they do not."""
        self.scattered = scattered
        """Whether one object is brought here from several places: there are several clusters."""

    @cached_property
    def policies(self) -> tuple[Sibling, ...]:
        """Those of Kubernetes."""
        return self._policies()

    @cached_property
    def foreigners(self) -> tuple[Foreigner, ...]:
        """Policies of other engines that may be about its pods."""
        return self._foreigners()

    def diverts(self, number: int, protocol: str) -> bool:
        """Whether one of its Services may lead a port to another one of the pods."""
        port = number, protocol
        if port not in self._diverted:
            self._diverted[port] = any(each.diverts(number, protocol) for each in self.fronts)
        return self._diverted[port]

    @property
    def authoritative(self) -> bool:
        """Whether "no pod matches" can be said at all (catalogue, section 4.3)."""
        return bool(self.residents) and not self.unseen_pods

    @property
    def complete(self) -> bool:
        """Whether "no policy allows" can be said at all (catalogue, section 4.3)."""
        return not self.unseen_policies and not self.foreigners
