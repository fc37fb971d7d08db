"""Two policies of one namespace have the same name, so only one of them is left.

Why
---
An object is known by its namespace and its name. Where a second policy of that name is applied, it
replaces the first one, and what the first one said is gone without a word. A build of kustomize
that meets the name twice is refused.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web
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
      podSelector: {}
      policyTypes: [Egress]

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-in
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Ingress]
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web-out
      namespace: shop
    spec:
      podSelector: {}
      policyTypes: [Egress]

When it stays silent
--------------------
Only policies that are applied together are compared: those of one file, of one build of kustomize,
of one folder that no kustomization takes apart, or of the folders that one order of Flux or Argo CD
applies as they are. The one that comes later is reported, in a build by the order in which it
gathers its files. Two overlays may each have their own. One is a patch of the other, or a build
gives them names that cannot be foreseen. Across files the namespace has to be known; examples,
files that repeat more than one object, and names that tell variants or versions stay silent. Such
files are a warning where an application lies in their folder, or the policy selects a workload of
the repository, or Flux or Argo CD applies it; else, and where both policies mean the same, it is
only said on request (info).
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator

from netpol_lint import kin, model, target
from netpol_lint.answer import Answer
from netpol_lint.context import Context, File
from netpol_lint.diagnostic import Diagnostic, Group, Severity
from netpol_lint.kin import Household
from netpol_lint.node import Mapping, Node, Scalar, Sequence
from netpol_lint.policy import Policy
from netpol_lint.repository import Sibling
from netpol_lint.repository.demonstration import is_demonstration
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.wording import fitted


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks for an earlier policy of the same name on each way to a cluster."""
    if policy.name is None or policy.name.is_unknown or not _may_have_twins(policy, context):
        return
    found = [
        _diagnostic(policy, context, household, earlier)
        for household in kin.households(context)
        if (earlier := _earlier(policy, context, household)) is not None
    ]
    if found:
        yield max(found, key=_weight)


def _may_have_twins(policy: Policy, context: Context) -> bool:
    """Whether it is worth asking who is applied together with it."""
    name = policy.name_text
    if not name:
        return False
    if context.file.once(_names)[name] > 1:
        return True
    return context.surroundings.has_namesake(policy)


def _names(file: File) -> Counter[str]:
    """How often each name occurs in a file."""
    return Counter(each.name_text for each, _ in file.subjects)


def _weight(diagnostic: Diagnostic) -> Severity:
    return diagnostic.severity or Group.CONTRADICTION.severity


def _earlier(policy: Policy, context: Context, household: Household) -> Sibling | None:
    """The first policy that this one replaces."""
    itself = household.itself
    name = itself.name
    if name is None:
        return None
    alike = (
        each
        for each in household.others
        if each.name == name
        and _collide(policy, context, itself, each)
        and _comes_first(policy, context, itself, each)
    )
    return next(alike, None)


def _comes_first(policy: Policy, context: Context, itself: Sibling, other: Sibling) -> bool:
    """Whether the other policy is the one that is replaced: a build has an order of its own."""
    root = itself.build.root
    if root is None or other.path == itself.path:
        return other.order < itself.order
    return context.surroundings.is_built_after(policy, other.path, root)


def _collide(policy: Policy, context: Context, itself: Sibling, other: Sibling) -> bool:
    """Whether both are certainly, or by all appearance, applied at once."""
    mine, theirs = itself.build, other.build
    if theirs.root != mine.root or theirs.namespace != mine.namespace:
        return False
    if other.path == itself.path or mine.root is not None:
        return True
    is_known = bool(mine.namespace) and not mine.supplied and not theirs.supplied
    if not is_known:
        return False
    if posixpath.dirname(other.path) == posixpath.dirname(itself.path):
        return True
    return context.surroundings.is_ordered_with(policy, other.path)


def _diagnostic(
    policy: Policy, context: Context, household: Household, earlier: Sibling
) -> Diagnostic:
    assert policy.name is not None
    itself = household.itself
    name = "/".join(filter(None, (household.namespace, itself.name)))
    unchanged = model.unchanged(
        model.of(earlier.policy, household.namespace), model.of(itself.policy, household.namespace)
    )
    if unchanged is Answer.UNKNOWN and _same(earlier.policy.root.get("spec"), _spec(policy)):
        unchanged = Answer.PROVEN
    is_built = itself.build.root is not None
    return Diagnostic(
        policy.name.span,
        _message(name, unchanged, is_built=is_built),
        labels=(context.label(earlier.spot, "the first of that name"),),
        help=_help(itself, unchanged, is_built=is_built),
        severity=None if is_built else _severity(policy, context, earlier, unchanged),
        covers=Span(min(policy.kind_node.start, policy.name.start), policy.name.end),
    )


def _message(name: str, unchanged: Answer, *, is_built: bool) -> str:
    if is_built:
        return fitted("{} is defined twice in one build: kustomize refuses it", name)
    if unchanged is Answer.PROVEN:
        return fitted("{} is defined twice, both times alike", name)
    if unchanged is Answer.UNKNOWN:
        return fitted("{} is defined twice: the last one applied wins", name)
    return fitted("{} is defined twice with different rules: the last one applied wins", name)


def _help(itself: Sibling, unchanged: Answer, *, is_built: bool) -> str:
    if is_built:
        return (
            f"the kustomization in {itself.build.root or '.'} brings both: a name may occur once "
            "in a namespace, so rename one of them, or write the difference as a patch"
        )
    if unchanged is Answer.PROVEN:
        return "one of the two can go: the second does not change anything"
    return (
        "a namespace has one policy of a name: the second replaces the first, whose rules are "
        "gone;\ngive the two different names, and they add to each other"
    )


def _severity(
    policy: Policy, context: Context, earlier: Sibling, unchanged: Answer
) -> Severity | None:
    if unchanged is Answer.PROVEN:
        return Severity.INFO
    if earlier.path != context.path:
        # Nobody shows that both are applied, only that they lie side by side.
        is_likely = context.surroundings.is_deployed(policy) or _is_needed(context)
        return Severity.WARNING if is_likely else Severity.INFO
    return None if unchanged is Answer.REFUTED else Severity.WARNING


def _is_needed(context: Context) -> bool:
    """Whether it is about a workload of the repository, wherever that lies."""
    subject = target.subject(context)
    return subject is not None and any(not is_demonstration(each.path) for each in subject.selected)


def _spec(policy: Policy) -> Node | None:
    return policy.root.get("spec")


def _same(first: Node | None, second: Node | None) -> bool:
    """Whether two nodes are written alike, apart from style."""
    if first is None or second is None:
        return first is second
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return first.fields.keys() == second.fields.keys() and all(
            _same(entry.value, second.fields[key].value) for key, entry in first.fields.items()
        )
    if isinstance(first, Scalar) and isinstance(second, Scalar):
        return first.text == second.text and bool(first.style) is bool(second.style)
    if isinstance(first, Sequence) and isinstance(second, Sequence):
        return len(first.items) == len(second.items) and all(map(_same, first.items, second.items))
    return False


RULE = Rule(
    "duplicate-policy",
    Group.CONTRADICTION,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    silences=frozenset(("redundant-policy",)),
    repository=True,
)
