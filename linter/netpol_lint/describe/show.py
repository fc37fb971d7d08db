"""How an account of policies is shown: for people, and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from netpol_lint.describe.account import Account, Change, Description, Way
from netpol_lint.policy import Direction
from netpol_lint.terminal import sanitize

_HEAD = {Direction.INGRESS: "Ingress", Direction.EGRESS: "Egress"}


def text(account: Account) -> str:
    """Everything in sentences."""
    blocks = [*map(_block, account.descriptions), *map(_change_block, account.changes)]
    return "\n".join("\n".join(map(sanitize, block)) + "\n" for block in blocks)


def _block(each: Description) -> list[str]:
    unknown = "(several namespaces)" if len(each.landings) > 1 else "(namespace unknown)"
    place = each.namespace or unknown
    return [
        f"{place}/{each.name} ({each.path}:{each.line})",
        *(f"  {'OR' if number else 'In'}: {one}" for number, one in enumerate(each.landings)),
        f"  Selects: {each.subject}",
        *_way_lines(Direction.INGRESS, each.ingress, "  "),
        *_way_lines(Direction.EGRESS, each.egress, "  "),
        *(f"  Note: {note}" for note in each.notes),
    ]


def _way_lines(direction: Direction, each: Way, margin: str) -> Iterator[str]:
    yield f"{margin}{_HEAD[direction]}: {each.sentence}{':' if each.permissions else ''}"
    for number, permission in enumerate(each.permissions, 1):
        lead = f"{margin}  {'   ' if number == 1 else 'OR '}{number}. "
        blank = " " * len(lead)
        for index, peer in enumerate(permission.peers):
            yield f"{lead if index == 0 else f'{blank}OR '}{peer}"
        yield (
            f"{blank}AND only on {' OR '.join(permission.ports)}"
            if permission.ports != ("every port",)
            else f"{blank}on every port"
        )
    if each.state in ("denied", "limited"):
        other = "All else stays denied" if each.permissions else "It stays so"
        yield f"{margin}  {other}, unless another policy allows more."


def _change_block(each: Change) -> list[str]:
    lines = [f"{each.path}:{each.line}: {each.rule}: {each.message}"]
    for title, ways in (("Now", each.now), ("If merged", each.merged)):
        if ways:
            lines.append(f"  {title}:")
            for direction, one in ways:
                lines += _way_lines(direction, one, "    ")
    for title, flows in (("Lost", each.lost), ("Gained", each.gained)):
        lines += [f"  {title}: {flow}" for flow in flows]
        if not flows and each.now and not any(title.lower() in part for part in each.unknown):
            lines.append(f"  {title}: nothing")
    lines += [f"  Unknown: {part}" for part in each.unknown]
    return lines


def as_json(account: Account) -> str:
    """Everything for programs (schemas/netpol_lint_schemas/description.v1.json)."""
    document = {
        "version": 1,
        "policies": [
            {
                "path": _plain(each.path),
                "line": each.line,
                "name": each.name,
                "namespace": each.namespace,
                "landings": each.landings,
                "selects": each.subject,
                "ingress": _way_object(each.ingress),
                "egress": _way_object(each.egress),
                "notes": each.notes,
            }
            for each in account.descriptions
        ],
        "changes": [
            {
                "path": _plain(each.path),
                "line": each.line,
                "rule": each.rule,
                "message": each.message,
                "now": {str(way): _way_object(one) for way, one in each.now},
                "merged": {str(way): _way_object(one) for way, one in each.merged},
                "lost": each.lost,
                "gained": each.gained,
                "unknown": each.unknown,
            }
            for each in account.changes
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _way_object(each: Way) -> dict[str, Any]:
    return {
        "state": each.state,
        "sentence": each.sentence,
        "allows": [permission._asdict() for permission in each.permissions],
    }


def _plain(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode("utf-8")
