"""A policy that is to block the instance metadata address leaves it reachable.

Why
---
On cloud machines 169.254.169.254 gives out the credentials of the node. A policy can only keep pods
away from it by not allowing it: the address has to be missing from every rule. An exception with
a slip in it, or a rule of everything beside it, and the name promises what the policy does not do.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: deny-metadata
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Egress]
      egress:
      - to:
        - ipBlock:
            cidr: 0.0.0.0/0
            except:
            - 169.254.0.0/24

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: deny-metadata
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Egress]
      egress:
      - to:
        - ipBlock:
            cidr: 0.0.0.0/0
            except:
            - 169.254.169.254/32

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: deny-metadata
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Egress]
      egress:
      - to:
        - ipBlock:
            cidr: 0.0.0.0/0
            except:
            - 169.254.0.0/24
            - 169.254.169.254/32

When it stays silent
--------------------
The address is left out, or the ports do not have TCP 80. A rule leaves it out and another one, also
of another policy, allows it again: that is voided-restriction. The words only mention the metadata
service, or they are about a proxy or an identity of workloads that may use it; in a name they are
part of the name of the policy's own pods or namespace. Other policies of the repository count where
they are applied together with this one and select all of its pods, unless their name speaks of the
service, too; in examples and tests that is only said on request (info).

Fix safety
----------
Unsafe: the address is added to `except`, and pods that use it no longer reach it.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import block, kin, metadata_service, witness
from netpol_lint.block import Block
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety, Severity
from netpol_lint.metadata_service import ADDRESS, HOST, Said
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.policy import Allow, Direction, Policy
from netpol_lint.repository import Sibling, Spot
from netpol_lint.repository.demonstration import is_demonstration
from netpol_lint.repository.tree import STREAM
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.speech import Word, hear
from netpol_lint.wording import fitted

_HOST = metadata_service.address_of(ADDRESS)
_DESCRIBING = ("description", "comment", "purpose")


class Opening(NamedTuple):
    """A rule that has the address, and its blocks that do; none where it is for everyone."""

    allow: Allow
    blocks: list[Block]


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Finds the rules that have the address, then looks for words that deny it."""
    if not policy.isolates(Direction.EGRESS):
        return
    openings = list(_openings(policy, context.egress_blocks))
    if openings:
        said = _words(policy, context, [each.allow for each in openings])
        if said is not None and not _is_left_out(context) and not _is_needed(context, openings):
            yield _diagnostic(policy, openings, said)
    elif context.path != STREAM and not _is_left_out(context):
        said = _words(policy, context, [])
        if said is not None:
            yield from _of_siblings(policy, context, said)


def _openings(policy: Policy, blocks: tuple[Block, ...]) -> Iterator[Opening]:
    for allow in policy.egress.value:
        if not allow.readable or not metadata_service.on_port(allow):
            continue
        if allow.peers.nothing:
            yield Opening(allow, [])
        elif blocks:
            found = [
                each
                for each in blocks
                if each.allow is allow and metadata_service.reaches(each, _HOST)
            ]
            if found:
                yield Opening(allow, found)


def _of_siblings(policy: Policy, context: Context, said: Span) -> Iterator[Diagnostic]:
    """Another policy that opens the address for all of these pods."""
    for relative in kin.family(context):
        other = relative.policy
        if not other.isolates(Direction.EGRESS):
            continue
        if metadata_service.mentions(other.name_text) or not kin.selects_all_of(other, policy):
            continue
        blocks = tuple(
            each for each in block.effective(other) if each.direction is Direction.EGRESS
        )
        opening = next(_openings(other, blocks), None)
        if opening is not None:
            yield _of_sibling(policy, context, said, relative, opening)
            return


def _of_sibling(
    policy: Policy, context: Context, said: Span, relative: Sibling, opening: Opening
) -> Diagnostic:
    name = relative.policy.name_text or "another policy"
    spot = Spot(relative.path, opening.allow.dash)
    return Diagnostic(
        said,
        fitted(f"{ADDRESS} stays reachable: policy {{}} allows it", name),
        labels=(context.label(spot, "this allows it for the same pods"),),
        help=f"{witness.subject(policy)} may connect to TCP 80 of {ADDRESS};\n"
        "policies only add to each other: the address has to be missing from all of them, or a "
        "policy of another kind denies it, such as AdminNetworkPolicy",
        severity=Severity.INFO if is_demonstration(context.path) else None,
    )


def _is_left_out(context: Context) -> bool:
    """Whether a rule leaves the address out on purpose, so that another one voids that."""
    return any(
        metadata_service.leaves_out(each, _HOST) and metadata_service.on_port(each.allow)
        for each in context.egress_blocks
    )


def _is_needed(context: Context, openings: list[Opening]) -> bool:
    """Whether the words speak of a proxy or an identity."""
    return any(
        context.intent.says(_whole(each.allow), Word.IDENTITY) is not None for each in openings
    )


def _words(policy: Policy, context: Context, allows: list[Allow]) -> Span | None:
    """Where it is said that the address is denied."""
    name = policy.name
    if name is not None and not name.is_unknown and _denies(name.text):
        is_of_others = _is_of_ingress(name.text) or _is_of_pods(policy)
        if not is_of_others:
            return name.span
    for key, text in policy.annotations.items():
        if key.lower().endswith(_DESCRIBING) and _denies(text):
            return policy.kind_node.span
    notes = context.notes
    if not any(metadata_service.mentions(each.text) for each in notes.comments):
        return None
    comments = [each for part in notes.preface(policy.root.start) for each in part]
    for allow in allows:
        comments += notes.on(_whole(allow))
    if not _denies(metadata_service.spoken(policy.text, comments)):
        return None
    return next((each.span for each in comments if metadata_service.mentions(each.text)), None)


def _denies(text: str) -> bool:
    return metadata_service.said(text) is Said.DENIED


def _is_of_ingress(name: str) -> bool:
    speech = hear(name)
    return speech.find(Word.INBOUND) is not None and speech.find(Word.OUTBOUND) is None


def _is_of_pods(policy: Policy) -> bool:
    """Whether the word in the name comes from the policy's pods or its namespace."""
    subject = policy.subject.value
    values = [policy.namespace.value or ""]
    if subject is not None:
        values += [value for each in subject.requirements for value in each.values]
    return any(metadata_service.said(value) is not None for value in values)


def _whole(allow: Allow) -> Span:
    return Span(allow.dash.start, max(allow.dash.end, allow.node.end))


def _diagnostic(policy: Policy, openings: list[Opening], said: Span) -> Diagnostic:
    (allow, blocks), *others = openings
    message = f"{ADDRESS} stays reachable: a rule without peers allows it"
    if blocks:
        message = fitted(f"{ADDRESS} stays reachable: {{}} allows it", blocks[0].text)
    labels = [Label(said, "this denies it")]
    labels += [Label(each.allow.dash, "this allows it, too") for each in others[:3]]
    return Diagnostic(
        allow.dash,
        message,
        labels=tuple(labels),
        help=f"{witness.subject(policy)} may connect to TCP 80 of {ADDRESS};\n"
        "rules only allow, and those of other policies add to them: to deny an address for "
        "certain takes a policy of another kind, such as AdminNetworkPolicy",
        fix=_fix(policy, openings),
        covers=Span(allow.dash.start, max(_whole(each.allow).end for each in openings)),
    )


def _fix(policy: Policy, openings: list[Opening]) -> Fix | None:
    if not all(each.blocks for each in openings):
        return None
    edits = metadata_service.merged(
        [metadata_service.exempt(policy, each, HOST) for _, found in openings for each in found]
    )
    return None if edits is None else Fix(Safety.UNSAFE, f"add {HOST} to `except`", edits)


RULE = Rule(
    "metadata-not-denied",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(
        Concern(traits=frozenset({"egress"})),
        Concern(speech=frozenset({Word.METADATA})),
    ),
    silences=frozenset(("metadata-reachable",)),
)
