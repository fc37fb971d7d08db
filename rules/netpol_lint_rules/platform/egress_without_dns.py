"""Egress is limited to some peers, and nothing lets the pods resolve their names.

Why
---
Once a policy limits egress, the name service of the cluster needs an allowance like everybody else.
Without one the pods cannot find the very peers that they may connect to, and what they show is a
timeout long before the connection.

Bad
---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
      namespace: shop
    spec:
      template:
        metadata:
          labels:
            app: web
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
      policyTypes: [Egress]
      egress:
      - to:
        - podSelector:
            matchLabels:
              app: ledger
        ports:
        - port: 8080

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes: [Egress]
      egress:
      - to:
        - podSelector:
            matchLabels:
              app: ledger
        ports:
        - port: 8080
      - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
        ports:
        - port: 53
          protocol: UDP
        - port: 53
          protocol: TCP

Fixed
-----
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
      namespace: shop
    spec:
      template:
        metadata:
          labels:
            app: web
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
      policyTypes: [Egress]
      egress:
      - to:
        - podSelector:
            matchLabels:
              app: ledger
        ports:
        - port: 8080
      - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
        ports:
        - port: 53
          protocol: UDP
        - port: 53
          protocol: TCP

When it stays silent
--------------------
Some policy that may select the same pods opens port 53 to anybody, for UDP or without a protocol
(then missing-udp has its say); or every port to whom may be a name server: pods of kube-system, any
pod, any address, a wide block, a resolver (of a node, a cloud, a Service). In a tree that speaks of
OpenShift 5353 counts as well. Policies whose namespace is unknown, those of other clusters, and
what cannot be read may be the one; a policy of another engine is, if it speaks of DNS, and so is a
file beside this one that has "dns" in its name. All peers are addresses, or nobody is allowed at
all. Name or comments speak of DNS (or, where port 53 is open for `protocol: TCP` alone, of TCP), of
quarantine, or of a denial. The pods are name servers, or they resolve names by themselves
(`dnsPolicy: None`), or they use the host's network.

It is a warning where its namespace is known, nothing unseen may bring a policy there (but a chart
of the repository in which nothing speaks of egress), and it selects a workload of the repository;
or the repository has no workloads there, but a Service, the Namespace itself or policies of other
files. Else, and in examples, it is only said on request. Of several policies for the same pods the
one with the most rules is reported, and the widest first.

Fix safety
----------
Unsafe: DNS is opened to the pods that most clusters run it in.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from netpol_lint import declare, kin, mark, name_service, patch, witness
from netpol_lint.answer import Answer
from netpol_lint.concern import Concern
from netpol_lint.context import Context, File
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety, Severity
from netpol_lint.habitat import METADATA_NAME
from netpol_lint.node import Sequence
from netpol_lint.policy import Allow, Direction, Policy
from netpol_lint.regex import regex
from netpol_lint.repository import Build, Population, Resident, Sibling
from netpol_lint.repository.environment import together
from netpol_lint.repository.match import selects
from netpol_lint.rule import Rule
from netpol_lint.speech import Word

_DNS = regex(r"dns|(?<!\d)53(?!\d)", re.IGNORECASE)
"""What a policy of another engine has in it that lets names be resolved."""
_SERVERS = ("dns", "pihole", "pi-hole", "adguard", "unbound", "blocky")
"""Parts of the names of name servers."""
_OPENSHIFT = "openshift"


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks for names to resolve, then for anything that lets them be resolved."""
    if not policy.isolates(Direction.EGRESS) or name_service.names_port(policy):
        return
    allow = next(filter(_needs_names, policy.egress.value), None)
    if allow is None or not policy.egress.readable or not policy.subject.readable:
        return
    if name_service.opens(policy, policy.namespace.value, openshift=False) is Answer.PROVEN:
        return
    if not _is_server(policy) and not _is_meant(policy, context):
        yield from _judge(policy, context, allow)


def _needs_names(allow: Allow) -> bool:
    """Whether peers are allowed that are found by their names; addresses need none."""
    return allow.readable and (
        allow.peers.nothing or any(peer.block.value is None for peer in allow.peers.value)
    )


def _is_meant(policy: Policy, context: Context) -> bool:
    """Whether the author speaks of names, or of shutting pods off."""
    intent = context.intent
    if intent.says(None, Word.QUARANTINE):
        return True
    remarks = context.notes.on(policy.root.span)
    if name_service.over_tcp(policy) is not None:
        # Then it is DNS that was to be opened, unless somebody knows what is missing.
        said = [policy.name_text, *policy.annotations.values(), *(each.text for each in remarks)]
        return any(word in each.lower() for each in said for word in ("tcp", "udp"))
    if intent.says(policy.root.span, Word.DNS):
        return True
    if any("dns" in each.text.lower() for each in remarks):
        return True  # "no DNS here" speaks of it as well
    return any(not each.directions or each.names(Direction.EGRESS) for each in intent.denials)


def _is_server(policy: Policy) -> bool:
    """Whether its pods are name servers themselves."""
    selector = policy.subject.value
    values = [] if selector is None else [v for each in selector.requirements for v in each.values]
    return any(word in value.lower() for value in values for word in _SERVERS)


def _judge(policy: Policy, context: Context, allow: Allow) -> Iterator[Diagnostic]:
    """Looks at the repository, which nobody reads before there is a suspicion."""
    itself = [each.itself for each in kin.households(context)]
    everybody = [*itself, *kin.all_of(context)]
    if len(everybody) > kin.MOST_POLICIES:
        return
    openshift = _is_openshift(policy, context, everybody)
    answers = {
        answer
        for each in everybody
        if (answer := _opens(context, each, openshift)) is not Answer.REFUTED
        and kin.may_share_pods(policy, each.policy)
    }
    if Answer.PROVEN in answers or _is_opened_otherwise(policy, context):
        return
    residents = list(_residents(policy, context))
    if residents and all(map(_resolves_alone, residents)):
        return
    if all(
        any(
            _precedes(each, household.itself) and _is_shut(context, each, everybody, openshift)
            for each in household.others
        )
        for household in kin.households(context)
    ):
        return  # a policy of the same pods, or of more of them, is the better place to say it
    doubt = _doubt(policy, context, residents)
    is_certain = not doubt and Answer.UNKNOWN not in answers
    yield _diagnostic(policy, context, allow, openshift, doubt, is_certain=is_certain)


def _is_openshift(policy: Policy, context: Context, everybody: list[Sibling]) -> bool:
    """Whether the tree is one of OpenShift's: it says so somewhere."""
    texts = {each.path: each.policy.text for each in everybody}
    if any(_OPENSHIFT in text for text in texts.values()):
        return True
    return context.surroundings.index(policy).is_of_openshift


def _is_opened_otherwise(policy: Policy, context: Context) -> bool:
    """Whether another engine's policy, or a file beside this one, is about DNS."""
    for population in context.populations:
        if any(_DNS.search(each.text) is not None for each in population.foreigners):
            return True
    index = context.surroundings.index(policy)
    places = {posixpath.dirname(context.path)}
    places |= {each.itself.build.root or "" for each in kin.households(context)} - {""}
    own = posixpath.basename(context.path)
    return any(
        "dns" in name.lower() and name != own
        for place in places
        for name in index.tree.folders.get(place, ())
    )


def _residents(policy: Policy, context: Context) -> Iterator[Resident]:
    """The workloads that the policy selects, or may select."""
    populations = {each.name: each for each in context.populations}
    for household in kin.households(context):
        population = populations.get(household.namespace or "")
        itself = household.itself
        for each in () if population is None else population.residents:
            if selects(itself.policy.subject.value, each.labels) is not Answer.REFUTED and together(
                (itself.path, itself.build),
                (each.path, each.build),
                scattered=population is not None and population.scattered,
            ):
                yield each


def _resolves_alone(resident: Resident) -> bool:
    """Whether the policy does not matter for its names: it asks others, or from its node."""
    return resident.workload.dns_policy == "None" or resident.workload.host_network


def _opens(context: Context, relative: Sibling, openshift: bool) -> Answer:
    """Whether a policy lets its pods resolve names: asked once, however many want to know."""
    known = context.file.once(_opening)
    key = (relative.order, relative.build, openshift)
    if key not in known:
        own = relative.build.namespace or None
        known[key] = name_service.opens(relative.policy, own, openshift=openshift)
    return known[key]


def _opening(_: File) -> dict[tuple[tuple[str, int], Build, bool], Answer]:
    """What is known of the policies so far."""
    return {}


def _precedes(other: Sibling, itself: Sibling) -> bool:
    if not kin.selects_all_of(other.policy, itself.policy):
        return False
    if not kin.selects_all_of(itself.policy, other.policy):
        return True
    return _rank(other) < _rank(itself)


def _rank(relative: Sibling) -> tuple[int, tuple[str, int]]:
    """The most rules first, then the place."""
    return -len(relative.policy.egress.value), relative.order


def _is_shut(
    context: Context, relative: Sibling, everybody: list[Sibling], openshift: bool
) -> bool:
    """Whether its pods need names, and nobody lets them resolve any."""
    policy = relative.policy
    if not policy.isolates(Direction.EGRESS) or _is_server(policy):
        return False
    return any(map(_needs_names, policy.egress.value)) and not any(
        _opens(context, each, openshift) is Answer.PROVEN
        and kin.may_share_pods(policy, each.policy)
        for each in everybody
    )


def _doubt(policy: Policy, context: Context, residents: list[Resident]) -> str:
    """Why it is not certain, in words; nothing where it is."""
    found = context.surroundings.namespace_of(policy)
    if not found.names or found.supplied or not context.populations:
        return "in which namespace it lands is not known here"
    for population in context.populations:
        if population.unseen_egress:
            return population.unseen_egress
        if population.foreigners:
            return "policies of another engine are in the repository"
    if not residents and any(each.residents for each in context.populations):
        return "none of the workloads of the repository is selected"
    if not residents and not any(_is_described(context, each) for each in context.populations):
        return "no other file of the repository is about its namespace"
    if context.surroundings.is_demonstration(policy):
        return "it lies among examples or tests"
    return ""


def _is_described(context: Context, population: Population) -> bool:
    """Whether the repository has more about a namespace than the policies of this file."""
    if population.fronts or population.name in context.census.namespaces:
        return True
    return any(each.path != context.path for each in population.policies)


def _diagnostic(
    policy: Policy,
    context: Context,
    allow: Allow,
    openshift: bool,
    doubt: str,
    *,
    is_certain: bool,
) -> Diagnostic:
    names = ", ".join(each.name for each in context.populations[:3])
    where = f" in namespace {names}" if names else ""
    lines = [
        f"{witness.barred(policy, 'ask for a name')}, and no other policy{where} allows it;",
        "allow port 53, UDP and TCP, to the name service of the cluster",
    ]
    if doubt:
        lines.append(f"said as info: {doubt}")
    message = "egress is limited and nothing allows dns: names cannot be resolved"
    labels = [Label(allow.dash, "who is allowed here is found by a name")]
    half = name_service.over_tcp(policy)
    if half is not None:
        message = "dns is allowed over tcp only, and asked for over udp: names cannot be resolved"
        labels = [Label(mark.first_line(policy.text, half.node.span), "this is for TCP only")]
    return Diagnostic(
        policy.egress.key.span,
        message,
        labels=tuple(labels),
        help="\n".join(lines),
        fix=_fix(policy, openshift),
        severity=None if is_certain else Severity.INFO,
    )


def _fix(policy: Policy, openshift: bool) -> Fix | None:
    node = policy.egress.node
    if not isinstance(node, Sequence) or policy.spec.value is None:
        return None
    namespace, pods = "kube-system", {"k8s-app": "kube-dns"}
    port = name_service.PORT
    if openshift:
        namespace, port = "openshift-dns", name_service.OPENSHIFT_PORT
        pods = {"dns.operator.openshift.io/daemonset-dns": "default"}
    content = {
        "to": [
            {
                "namespaceSelector": {"matchLabels": {METADATA_NAME: namespace}},
                "podSelector": {"matchLabels": pods},
            }
        ],
        "ports": [{"port": port, "protocol": word} for word in ("UDP", "TCP")],
    }
    quote = declare.quote_of(policy.spec.value)
    edits = patch.add_tree(policy.text, node, len(node.items) - 1, content, quote)
    if edits is None:
        return None
    return Fix(Safety.UNSAFE, f"allow DNS to the pods of {namespace}", edits)


RULE = Rule(
    "egress-without-dns",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"egress"})),),
    repository=True,
)
