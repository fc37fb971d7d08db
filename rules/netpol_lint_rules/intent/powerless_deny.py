"""A policy that puts pods into quarantine takes nothing away, since another one still allows.

Why
---
Policies only add to each other. Pods that get a quarantine label keep their other labels, and with
them every policy that selects them by these. What those allow stays allowed.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: quarantine
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          quarantine: "true"
      policyTypes: [Ingress, Egress]
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
      name: quarantine
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          quarantine: "true"
      policyTypes: [Ingress, Egress]
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
        matchExpressions:
        - key: quarantine
          operator: DoesNotExist
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till

When it stays silent
--------------------
The policy is about every pod: that is a base on which others allow. Neither its name speaks of
quarantine, nor do the labels that it selects, nor do these speak of an incident (`compromised`);
"isolate" and "lockdown" in the name alone are what every default deny does. No other policy of its
namespace allows something for pods that may be the same. A comment says that labels are taken off.
A policy of another kind, which can deny, names the label. Where the pods are an application, and
the other policy may select some of them only by chance, it is only said on request (info), and so
among examples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netpol_lint import kin, model, witness
from netpol_lint.answer import Answer
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group, Severity
from netpol_lint.habitat import APP_KEYS
from netpol_lint.kin import Household
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.policy import Direction, Meaning, Policy, Requirement
from netpol_lint.regex import regex
from netpol_lint.repository import Sibling
from netpol_lint.rule import Rule
from netpol_lint.speech import Word, hear
from netpol_lint.stamp import words
from netpol_lint.traffic import nothing
from netpol_lint.wording import cut, fitted

_LABEL = regex(r"label|라벨|레이블", re.IGNORECASE)
_INCIDENTS = frozenset(
    "breach breached compromised forensic forensics hacked incident infected malicious".split()
)
"""What pods are marked with when something has happened to them."""
_TAKEN_OFF = regex(r"delet|drop|overwrit|remov|replac|strip|tak(?:e|ing)|제거", re.IGNORECASE)


class Opening(NamedTuple):
    """Another policy that still allows, in these directions, and where."""

    relative: Sibling
    directions: tuple[Direction, ...]
    household: Household
    is_certain: bool
    """Whether it is about the same pods for sure, or only by the labels that it asks for."""


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks for allowances around a policy that is to isolate the pods it selects."""
    denied = [each for each in Direction if policy.meaning(each) is Meaning.DENY_ALL]
    selector = policy.subject.value
    if not denied or selector is None or not selector.requirements or policy.name is None:
        return
    markers = [each for each in selector.requirements if _is_marker(each)]
    if not _is_quarantine(policy.name_text, markers) or _is_aware(policy, context):
        return
    is_marked_only = len(markers) == len(selector.requirements)
    found = list(_openings(context, denied, is_marked_only=is_marked_only))
    if found and not _is_denied_otherwise(context, selector.requirements):
        yield _diagnostic(policy, context, found)


def _is_quarantine(name: str, markers: list[Requirement]) -> bool:
    """Whether name or labels speak of pods that are shut off, not of a default for pods."""
    pieces = list(hear(name).pieces)
    if any(Word.DEFAULT in piece.words for piece in pieces):
        return False
    # "isolate" and "lockdown" are denials like any other, where no label says more.
    return bool(markers) or any(
        Word.QUARANTINE in piece.words and Word.DENY not in piece.words for piece in pieces
    )


def _is_marker(requirement: Requirement) -> bool:
    """Whether a label is one that is put on by hand: it speaks of quarantine itself."""
    texts = (requirement.key.rpartition("/")[2], *requirement.values)
    return requirement.positive and (
        any(hear(text).find(Word.QUARANTINE) is not None for text in texts)
        or (
            requirement.key not in APP_KEYS
            and (
                not _INCIDENTS.isdisjoint(words(texts[0]))
                or any(text.lower() in _INCIDENTS for text in texts[1:])
            )
        )
    )


def _is_aware(policy: Policy, context: Context) -> bool:
    """Whether it is said that the other labels are taken off."""
    texts = [context.notes.of(policy.root.span), *policy.annotations.values()]
    texts += (each.text for part in context.notes.preface(policy.root.start) for each in part)
    said = "\n".join(texts)
    return _LABEL.search(said) is not None and _TAKEN_OFF.search(said) is not None


def _openings(
    context: Context, denied: list[Direction], *, is_marked_only: bool
) -> Iterator[Opening]:
    """What still allows something for the same pods, the certain first, each policy once."""
    found: dict[tuple[str, int], Opening] = {}
    for household in kin.households(context):
        itself = household.itself.policy
        for each in household.others:
            if each.order in found or not each.policy.subject.readable:
                continue
            if not each.policy.spec.readable or not kin.may_share_pods(itself, each.policy):
                continue
            directions = tuple(
                direction
                for direction in denied
                if itself.meaning(direction) is Meaning.DENY_ALL
                and _allows(each.policy, direction, household.namespace)
            )
            if directions:
                is_certain = is_marked_only or kin.selects_all_of(each.policy, itself)
                found[each.order] = Opening(each, directions, household, is_certain)
    yield from sorted(found.values(), key=lambda each: not each.is_certain)


def _allows(policy: Policy, direction: Direction, own: str | None) -> bool:
    traffic = model.traffic(policy, direction, own)
    return bool(traffic.declared) and nothing(traffic.grants).answer is Answer.REFUTED


def _is_denied_otherwise(context: Context, requirements: tuple[Requirement, ...]) -> bool:
    """Whether a policy of another kind, which may deny, speaks of one of the labels."""
    return any(
        requirement.key in foreigner.text
        for population in context.populations
        for foreigner in population.foreigners
        for requirement in requirements
    )


def _diagnostic(policy: Policy, context: Context, found: list[Opening]) -> Diagnostic:
    assert policy.name is not None
    first = found[0]
    other = first.relative.policy
    directions = " and ".join(first.directions)
    is_weak = not first.is_certain or context.surroundings.is_demonstration(policy)
    return Diagnostic(
        policy.name.span,
        fitted(
            f"{{}} takes nothing away: {{}} still allows {directions} for the same pods",
            policy.name_text,
            other.name_text,
        ),
        labels=tuple(context.label(each.relative.spot, "still allows") for each in found[:3]),
        help=_help(policy, first),
        severity=Severity.INFO if is_weak else None,
    )


def _help(policy: Policy, opening: Opening) -> str:
    other, own = opening.relative.policy, opening.household.namespace
    direction = opening.directions[0]
    shown = nothing(model.traffic(other, direction, own).grants).witness
    pods = witness.subject(other)
    mine = policy.subject.value
    if mine is not None and mine.exact and mine.requirements:
        theirs = "" if pods.startswith(("every pod", "the ")) else f", {pods.removeprefix('pods ')}"
        pods = f"pods {cut(f'{mine}{theirs}', 80)}"
    if own:
        pods = f"{pods.removesuffix(' of the namespace')} of namespace {own}"
    way, to = ("in to", "") if direction is Direction.INGRESS else ("out of", " to")
    example = "" if shown is None else f", for example{to} {witness.flow(shown)}"
    return (
        f"still let {way} {pods}{example};\n"
        "to cut these pods off, take the labels off them that the other policies select, exclude "
        "them there (`operator: DoesNotExist`), or use a kind of policy that can deny"
    )


RULE = Rule(
    "powerless-deny",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"closed"})),),
    repository=True,
)
