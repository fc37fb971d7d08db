"""What is said about the policies of a run, before anybody shows it."""

from __future__ import annotations

from typing import Any

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.policy import Direction


class Permission(NamedTuple):
    """One item of `ingress:` or `egress:`; the peers are alternatives, and so are the ports."""

    peers: tuple[str, ...]
    ports: tuple[str, ...]


class Way(NamedTuple):
    """What happens to one direction."""

    state: str
    """`untouched`, `denied`, `open`, `limited` or `unknown`."""
    sentence: str
    permissions: tuple[Permission, ...] = ()


class Description(NamedTuple):
    """One policy in words."""

    path: str
    line: int
    name: str
    namespace: str | None
    """None where it is not known, or where there are several."""
    landings: tuple[str, ...]
    """Where it lands and who says so, if that is not just what it states."""
    subject: str
    ingress: Way
    egress: Way
    notes: tuple[str, ...]


class Change(NamedTuple):
    """What becomes of a policy when two of its items are joined."""

    path: str
    line: int
    rule: str
    message: str
    now: tuple[tuple[Direction, Way], ...]
    merged: tuple[tuple[Direction, Way], ...]
    """The directions that change."""
    lost: tuple[str, ...]
    """Connections that are allowed now and would not be."""
    gained: tuple[str, ...]
    unknown: tuple[str, ...]
    """What cannot be told about the difference."""


class Account(NamedTuple):
    """All that is said about the files of a run."""

    descriptions: tuple[Description, ...] = ()
    changes: tuple[Change, ...] = ()
    complaints: tuple[str, ...] = ()
    """What could not be read, one sentence each."""
    skipped: tuple[str, ...] = ()
    """What is no policy to be described, one sentence each."""

    def __add__(self, other: tuple[Any, ...]) -> Account:
        return Account(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))
