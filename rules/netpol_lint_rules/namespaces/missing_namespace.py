"""A policy without a namespace lands in whatever namespace it is applied to.

Why
---
A policy protects the pods of its own namespace only. Without `metadata.namespace`, and without
anything in the repository that gives one, `kubectl apply` puts it into the namespace of whoever
runs the command. That is often `default`: there it selects nothing, or cuts off what was never
meant, while the pods it was written for stay open.

Bad
---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
      namespace: shop
    spec:
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
          - name: web
            image: web
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: close-web
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]

Good
----
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
      namespace: shop
    spec:
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
          - name: web
            image: web
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: close-web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]

Fixed
-----
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
      namespace: shop
    spec:
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
          - name: web
            image: web
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: close-web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Ingress]

When it stays silent
--------------------
Where something gives the namespace: a kustomization that builds the file, directly or through
others; a Flux Kustomization, an Argo CD Application or a Rancher Fleet bundle that applies it; a
chart's release; Skaffold, Ansible, Terraform, Tilt, helmfile or a deploying step of a pipeline that
is told to apply it into one; a command with `-n` in a script, a Makefile, a CI file or a README; a
program that renders or embeds the file, or a package of kpt that sets it; the option
`--default-namespace`. A component, a base and an install bundle, in which no object states a
namespace, leave it to their user; a kustomization that is a template may list the file and give it
one.

It is only info where nothing of the repository names a namespace, in folders of examples and tests,
and in a folder of policies none of which states one: such a set is meant for any namespace. So it
is where some builds give a namespace and others do not, which is then said of each, and where the
kustomization beside the file has it in a comment: then nobody applies it. A kustomization in the
same folder that does not list the file gives it nothing, and a tool gives nothing to what it is not
told to apply.

Fix safety
----------
Unsafe: the policy takes effect somewhere else afterwards. Offered when the best evidence speaks for
exactly one namespace: the workloads that the policy selects live there and nowhere else, or its
file, the kustomization beside it or all of its neighbours name that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netpol_lint import patch, scalar
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety, Severity
from netpol_lint.edit import Edit
from netpol_lint.phrase import listed
from netpol_lint.policy import Direction, Meaning, Policy, Presence
from netpol_lint.regex import regex
from netpol_lint.repository import Build, EffectiveNamespace, Spot, Suggestion
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.wording import cut

_NAME = regex(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST_MESSAGE = 100
_MOST_LABELS = 3
_SOME = "no namespace if built from {}, unlike from {}"


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """A finding where the policy states no namespace and not everything around it gives one."""
    if policy.namespace.presence not in (Presence.ABSENT, Presence.NULL):
        return
    found = context.surroundings.namespace_of(policy)
    if found.unknown:
        yield _homeless(policy, context, found)
    elif found.open_ways:
        yield _left_open(policy, context, found)


def _homeless(policy: Policy, context: Context, found: EffectiveNamespace) -> Diagnostic:
    """Nothing gives it a namespace."""
    excuse = context.surroundings.namespace_excuse(policy)
    suggestions = context.surroundings.suggestions(policy)
    meant = suggestions[0] if len(suggestions) == 1 else None
    return Diagnostic(
        _place(policy),
        _message(meant),
        tuple(context.label(each.spot, each.why) for each in suggestions if each.spot is not None),
        _help(policy, suggestions, excuse, found),
        _fix(policy, meant),
        Severity.INFO if excuse else None,
    )


def _left_open(policy: Policy, context: Context, found: EffectiveNamespace) -> Diagnostic:
    """Some builds give it a namespace, and others do not: for each it may be meant."""
    giving = [way for way in found.ways if way.namespace or way.supplied]
    half = (_LONGEST_MESSAGE - len(_SOME.format("", ""))) // 2
    return Diagnostic(
        _place(policy),
        _SOME.format(listed(_sources(found.open_ways), half), listed(_sources(giving), half)),
        tuple(
            context.label(Spot(*way.place), f"gives {cut(way.namespace, 63)}")
            for way in giving[:_MOST_LABELS]
            if way.place is not None and way.namespace
        ),
        f"only a note, because this gives one: {found.why};\n"
        "state one in `metadata.namespace`, which builds may overwrite, or in what gives none",
        severity=Severity.INFO,
    )


def _place(policy: Policy) -> Span:
    return policy.metadata.key.span if policy.metadata.written else policy.kind_node.span


def _sources(ways: Iterable[Build]) -> list[str]:
    """By what a policy reaches a cluster: the folders of builds, or whoever applies it."""
    found = {
        (way.root or ".") if way.root is not None else (way.why or "whoever applies the file")
        for way in ways
    }
    return sorted(found)


def _message(meant: Suggestion | None) -> str:
    if meant is None:
        return "no namespace: the policy lands in whatever namespace it is applied to"
    head, tail = (
        "no namespace: the policy lands wherever it is applied, here probably ",
        " is meant",
    )
    return head + cut(meant.name, _LONGEST_MESSAGE - len(head) - len(tail)) + tail


def _help(
    policy: Policy, suggestions: tuple[Suggestion, ...], excuse: str, found: EffectiveNamespace
) -> str:
    sentences: list[str] = []
    if len(suggestions) == 1:
        sentences += (each.why for each in suggestions if each.spot is None)
    elif suggestions:
        names = listed([each.name for each in suggestions], 60)
        sentences.append(f"what stands around it speaks for several namespaces: {names}")
    roots = [way for way in found.open_ways if way.root is not None]
    if roots:
        sentences.append(f"it is built by {listed(_sources(roots), 60)}, which sets no namespace")
    if policy.subject.value is not None and policy.subject.value.everything:
        if any(policy.meaning(direction) is Meaning.DENY_ALL for direction in Direction):
            sentences.append("it selects every pod: whatever runs where it lands is cut off")
        else:
            sentences.append("it selects every pod, so it works on whatever runs where it lands")
    if excuse:
        sentences.append(f"only a note, because {excuse}")
    else:
        where = " or in the kustomization" if roots else ""
        sentences.append(f"state the namespace in `metadata.namespace`{where}")
    return "; ".join(sentences)


def _fix(policy: Policy, meant: Suggestion | None) -> Fix | None:
    if meant is None or _NAME.fullmatch(meant.name) is None:
        return None
    name = meant.name if isinstance(scalar.resolve(meant.name), str) else f'"{meant.name}"'
    edits = _edits(policy, name)
    return None if edits is None else Fix(Safety.UNSAFE, f"add `namespace: {name}`", edits)


def _edits(policy: Policy, name: str) -> tuple[Edit, ...] | None:
    metadata = policy.metadata.value
    if metadata is None or not metadata.entries:
        return None
    if not policy.namespace.written:
        after = metadata.fields.get("name", metadata.entries[-1])
        return patch.add_entry(policy.text, metadata, after, f"namespace: {name}")
    if policy.namespace.node.start != policy.namespace.node.end:
        return patch.replace(policy.namespace.node, name)
    colon = policy.namespace.key.end
    written = not metadata.alias and policy.text.startswith(":", colon)
    return (Edit(Span(colon + 1, colon + 1), f" {name}"),) if written else None


RULE = Rule(
    "missing-namespace",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"no-namespace"})),),
)
