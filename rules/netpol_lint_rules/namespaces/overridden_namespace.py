"""A policy names one namespace, and a build moves it into another.

Why
---
`namespace:` in a kustomization, like `targetNamespace` of Flux, replaces what the objects state. A
policy for another namespace that gets into such a build lands where its pods are not: it selects
nothing there, or the wrong pods, and the namespace it was written for stays open.

Bad
---
    # file: shop/kustomization.yaml
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    namespace: shop
    resources:
    - web.yaml
    - netpol.yaml
    ---
    # file: shop/web.yaml
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      selector:
        app: web
      ports:
      - port: 8080
    ---
    # file: shop/netpol.yaml
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: close-metrics
      namespace: metrics
    spec:
      podSelector:
        matchLabels:
          app: collector
      policyTypes: [Ingress]
    ---
    # file: metrics/namespace.yaml
    apiVersion: v1
    kind: Namespace
    metadata:
      name: metrics

Good
----
    # file: shop/kustomization.yaml
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    namespace: shop
    resources:
    - web.yaml
    - netpol.yaml
    ---
    # file: shop/web.yaml
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      selector:
        app: web
      ports:
      - port: 8080
    ---
    # file: shop/netpol.yaml
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: close-web
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]
    ---
    # file: metrics/namespace.yaml
    apiVersion: v1
    kind: Namespace
    metadata:
      name: metrics

When it stays silent
--------------------
Where builds move it to different namespaces, or one of them cannot be read; where the stated
namespace is none of this repository, so that it is no more than a word (`system`, `default`); where
the whole base states it: then an environment is renamed. It takes one of three signs that the
policy was meant for the stated one: the pods it selects live there, and none of them where it is
built into (both namespaces must be wholly in the repository); all that is built with it states the
other namespace or none; or a policy that is built with it states a third one, and both are thrown
together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netpol_lint import mark
from netpol_lint.answer import Answer
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Group
from netpol_lint.phrase import listed
from netpol_lint.policy import Policy, Presence
from netpol_lint.regex import regex
from netpol_lint.repository import Build, Company, Population, Resident, Spot
from netpol_lint.repository.environment import stem
from netpol_lint.repository.match import selects
from netpol_lint.rule import Rule
from netpol_lint.wording import cut, fitted

SCAFFOLDS = frozenset(("default", "example", "namespace", "placeholder", "system"))
"""Words that stand where a namespace will be put."""
SUBJECT = ("spec", "podSelector")
_NAME = regex(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Compares the stated namespace with the one that all builds give."""
    stated = policy.namespace.value
    if policy.namespace.presence is not Presence.FILLED or not stated or stated in SCAFFOLDS:
        return
    found = context.surroundings.namespace_of(policy)
    if found.supplied or len(found.names) != 1 or stated in found.names or found.open_ways:
        return
    (built,) = found.names
    if any(_is_out_of_sight(policy, way) for way in found.ways):
        return
    company = [context.surroundings.company(policy, way) for way in found.ways]
    near = [member for each in company if each is not None for member in each.near]
    if any(not each.is_policy for each in near) and all(each.states == stated for each in near):
        return  # an environment is renamed
    home = context.census.population(stated)
    reason = _workload(policy, context, home, built, found.ways)
    if reason is None and stem(stated) != stem(built) and _is_real(context, home):
        reason = _company(company, stated, built)
    if reason is not None:
        yield _finding(policy, context, stated, built, found.ways, reason)


def _company(company: Sequence[Company | None], stated: str, built: str) -> str | None:
    """What the other objects of its build say against a move that somebody meant."""
    known = [each for each in company if each is not None]
    near = [member for each in known for member in each.near]
    names = {each.states for each in near if each.is_policy and _NAME.fullmatch(each.states)}
    merged = sorted(name for name in names if stem(name) not in (stem(stated), stem(built)))
    if merged:
        return f"it goes together with policies for {listed(merged, 40)}: one namespace for all"
    if not any(each.lives and each.states in ("", built) for each in near):
        return None
    whole = [member for each in known for member in each.whole]
    if len(known) < len(company) or any(each.states not in ("", built) for each in whole):
        return None
    return f"all that is built with it states {cut(built, 30)} or no namespace"


def _is_out_of_sight(policy: Policy, way: Build) -> bool:
    """Whether something on the way may change the policy itself or leave it out."""
    name, stated = policy.name_text, policy.namespace.value
    deleted = way.done.deletes("NetworkPolicy", name, "networking.k8s.io", stated)
    return way.done.unclear or deleted is not Answer.REFUTED


def _is_real(context: Context, home: Population) -> bool:
    """Whether the stated namespace is one of this repository."""
    if home.name in context.census.namespaces:
        return True
    return len(home.residents) + len(home.fronts) + len(home.policies) > 1


def _workload(
    policy: Policy, context: Context, home: Population, built: str, ways: tuple[Build, ...]
) -> str | None:
    """The workload of the stated namespace that the policy is for, and that it does not reach."""
    subject = policy.subject.value
    target = context.census.population(built)
    if subject is None or subject.everything or not home.authoritative or not target.authoritative:
        return None
    keys = {each.key for each in subject.requirements}
    for way in ways:
        rewritten = any(pair.key in keys for pair in way.done.selector_pairs)
        if rewritten or way.done.may_change("NetworkPolicy", policy.name_text, SUBJECT):
            return None
    if any(
        selects(subject, each.labels) is not Answer.REFUTED
        for each in (*target.residents, *target.strays)
    ):
        return None
    meant: Resident | None = next(
        (each for each in home.residents if selects(subject, each.labels) is Answer.PROVEN), None
    )
    if meant is None:
        return None
    return f"it selects {meant} of {cut(home.name, 30)}, and no workload of {cut(built, 30)}"


def _finding(
    policy: Policy,
    context: Context,
    stated: str,
    built: str,
    ways: tuple[Build, ...],
    reason: str,
) -> Diagnostic:
    assert policy.namespace.entry is not None
    places = dict.fromkeys(way.place for way in ways if way.place is not None)
    who = min(way.why for way in ways)
    return Diagnostic(
        mark.value(policy.text, policy.namespace.entry),
        fitted("namespace {} is overwritten: this policy is built into {}", stated, built),
        tuple(context.label(Spot(*place), "this is written over it") for place in places),
        f"{reason};\nleave it out of what gets {who}, or delete the line if it belongs there",
        covers=policy.root.span,
    )


RULE = Rule(
    "overridden-namespace",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(around=frozenset({"files"})),),
    silences=frozenset(("dangling-peer", "dangling-subject", "local-selector-for-remote-app")),
    repository=True,
)
