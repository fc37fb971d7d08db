"""A policy allows everything, so that another policy of its pods restricts nothing any more.

Why
---
Policies only add to each other: whatever one of them allows is allowed. Where one allows everything
in a direction, the careful lists of the others have no effect for these pods, and they still look
as if they had.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: open
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress:
      - {}
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: closed
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till

When it stays silent
--------------------
Only policies are compared that are applied together, and only pods that certainly are among those
of the open one. A plain default deny is there to be opened for some of its pods; one that is named
for the direction counts where it is about the very same pods. Two policies that both allow all by
their names void nothing. It is only said on request (info) where a comment says that all is meant
or that it is temporary, where the others are called an allowance for the very same pods
(`allow-dns`), which restricts nothing, and among examples.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import claim, kin, model, witness
from netpol_lint.address_set import EVERY_ADDRESS
from netpol_lint.answer import Answer
from netpol_lint.concern import Concern
from netpol_lint.context import Context, File
from netpol_lint.diagnostic import Diagnostic, Group, Severity
from netpol_lint.kin import Household
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.pod_set import EVERY_POD
from netpol_lint.policy import Allow, Direction, Meaning, Policy, is_null
from netpol_lint.port_set import EVERY_PORT
from netpol_lint.repository import Build, Sibling
from netpol_lint.rule import Rule
from netpol_lint.speech import Word, hear
from netpol_lint.traffic import Grant, PeerSet, contained
from netpol_lint.wording import fitted

ANYBODY = Grant(PeerSet((EVERY_POD,), EVERY_ADDRESS), EVERY_PORT)
"""Every pod and every address, as some write it who mean everybody."""


class Voided(NamedTuple):
    """A policy without effect, and where that is so."""

    relative: Sibling
    household: Household
    is_restriction: bool
    """Whether it is there to restrict; an allowance by its name only adds."""


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks for narrower policies around one that is open in a direction."""
    for direction in Direction:
        if policy.meaning(direction) is not Meaning.ALLOW_ALL:
            continue
        allow = next(each for each in policy.allows(direction).value if each.everything)
        if is_null(allow.node):
            continue
        found = list(_voided(policy, context, direction))
        if found:
            yield _diagnostic(policy, context, direction, allow, found)


def _voided(policy: Policy, context: Context, direction: Direction) -> Iterator[Voided]:
    """What it voids, each policy once, those that are there to restrict first."""
    is_named_open = _allows_all(policy.name_text, direction)
    found: dict[tuple[str, int], Voided] = {}
    for household in kin.households(context):
        itself = household.itself.policy
        if itself.meaning(direction) is not Meaning.ALLOW_ALL:
            continue
        for each in household.others:
            if each.order in found or not kin.selects_all_of(itself, each.policy):
                continue
            if not _restricts(each, itself, direction, _is_narrow(context, each, direction)):
                continue
            if not (is_named_open and _allows_all(each.policy.name_text, direction)):
                found[each.order] = Voided(each, household, not _only_adds(each.policy, itself))
    yield from sorted(found.values(), key=lambda each: not each.is_restriction)


def _restricts(other: Sibling, itself: Policy, direction: Direction, is_narrow: bool) -> bool:
    """Whether another policy, of some of the same pods, is there to limit their traffic."""
    policy = other.policy
    meaning = policy.meaning(direction)
    if meaning is Meaning.DENY_ALL:
        denied = claim.of_name(policy.name_text).deny
        return denied is not None and direction in denied and kin.selects_all_of(policy, itself)
    return meaning is Meaning.PARTIAL and is_narrow


def _is_narrow(context: Context, other: Sibling, direction: Direction) -> bool:
    """Whether a policy provably leaves somebody out: asked once, however many are open."""
    known = context.file.once(_narrow)
    key = (other.order, other.build, direction)
    if key not in known:
        own = other.build.namespace or None
        grants = model.traffic(other.policy, direction, own).grants
        known[key] = contained([ANYBODY], grants).answer is Answer.REFUTED
    return known[key]


def _narrow(_: File) -> dict[tuple[tuple[str, int], Build, Direction], bool]:
    """What is known of the other policies so far."""
    return {}


def _only_adds(other: Policy, itself: Policy) -> bool:
    """Whether it is an allowance for the very same pods, such as `allow-dns`: a part of the whole.

    One for some of them is a list of its own, whatever it is called.
    """
    is_allowance = hear(other.name_text).find(Word.ALLOW) is not None
    return is_allowance and kin.selects_all_of(other, itself)


def _allows_all(name: str, direction: Direction) -> bool:
    allowed = claim.of_name(name).allow
    return allowed is not None and (not allowed or direction in allowed)


def _diagnostic(
    policy: Policy, context: Context, direction: Direction, allow: Allow, found: list[Voided]
) -> Diagnostic:
    first = found[0]
    return Diagnostic(
        allow.dash,
        fitted(
            f"everything is allowed here: {{}} no longer restricts its {direction}",
            first.relative.policy.name_text,
        ),
        labels=tuple(
            context.label(each.relative.spot, "without effect for its pods") for each in found[:3]
        ),
        help=_help(direction, first),
        severity=_severity(policy, context, direction, allow, found),
    )


def _help(direction: Direction, voided: Voided) -> str:
    other, household = voided.relative.policy, voided.household
    where = f" in namespace {household.namespace}" if household.namespace else ""
    pods = witness.subject(other)
    grants = model.traffic(other, direction, household.namespace).grants
    shown = contained([ANYBODY], grants).witness
    who = "anybody" if shown is None else witness.flow(shown)
    opens = "can be reached from" if direction is Direction.INGRESS else "may connect to"
    return (
        f"{pods}{where} {opens} {who};\n{_name(other)} alone would not allow that, but policies "
        "add to each other, and none takes away what another one allows"
    )


def _name(policy: Policy) -> str:
    return fitted("{}", policy.name_text)


def _severity(
    policy: Policy, context: Context, direction: Direction, allow: Allow, found: list[Voided]
) -> Severity | None:
    if not found[0].is_restriction or context.surroundings.is_demonstration(policy):
        return Severity.INFO
    if context.intent.says(allow.node.span, Word.TEMPORARY) is not None:
        return Severity.INFO
    is_said = any(
        stance.source.kind != "name" and (not stance.directions or stance.names(direction))
        for stance in context.intent.allowances
    )
    return Severity.INFO if is_said else None


RULE = Rule(
    "voided-by-allow-all",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"everyone"})),),
    repository=True,
)
