"""Workloads that share the network of their node, as findings speak of them."""

from __future__ import annotations

from collections.abc import Mapping

from netpol_lint.context import Context
from netpol_lint.diagnostic import Label
from netpol_lint.repository import Resident
from netpol_lint.wording import cut, quoted

_SHOWN = 3
"""Workloads whose place a finding shows."""


def use(hosts: Mapping[str, Resident], width: int) -> str:
    """`Deployment a and 2 more use`, or `uses`: the first name has at most `width` characters."""
    others = f" and {len(hosts) - 1} more use" if len(hosts) > 1 else " uses"
    return quoted(min(hosts), width) + others


def labels(hosts: Mapping[str, Resident], context: Context) -> tuple[Label, ...]:
    """Where the workloads, by their names, say so."""
    spots = {each.workload.host_network_spot: name for name, each in sorted(hosts.items())}
    return tuple(
        context.label(spot, f"{cut(name, 60)} shares the network of its node")
        for spot, name in list(spots.items())[:_SHOWN]
        if spot is not None
    )
