"""All that the repository tells about one namespace, and how far that is everything."""

from __future__ import annotations

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.repository.resident import Foreigner, Front, Sibling
from netpol_lint.repository.roll import Roll


class Population(NamedTuple):
    """All that the repository tells about one namespace."""

    name: str
    residents: Roll
    strays: Roll
    """Workloads of the repository that may live here as well as anywhere: nobody says where."""
    fronts: tuple[Front, ...]
    policies: tuple[Sibling, ...]
    foreigners: tuple[Foreigner, ...]
    """Policies of other engines that may be about its pods."""
    unseen_pods: str
    """Why pods may be here that no file of the repository shows; nothing where they are not."""
    unseen_policies: str
    """Why policies may be here that no file of the repository shows; nothing where not."""
    scattered: bool
    """Whether one object is brought here from several places: there are several clusters."""

    @property
    def authoritative(self) -> bool:
        """Whether "no pod matches" can be said at all (catalogue, section 4.3)."""
        return bool(self.residents) and not self.unseen_pods

    @property
    def complete(self) -> bool:
        """Whether "no policy allows" can be said at all (catalogue, section 4.3)."""
        return not self.unseen_policies and not self.foreigners
