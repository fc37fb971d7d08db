"""A rule opens the port of the Service, but its pods listen on another one.

Why
---
A connection to a Service is led to a pod and its `targetPort` before policies are asked, so they
see the pod's port and never the Service's. A rule with `port` instead of `targetPort` opens a port
on which nobody listens, and the connection is denied.

Bad
---
    apiVersion: v1
    kind: Service
    metadata:
      name: ledger
      namespace: shop
    spec:
      selector:
        app: ledger
      ports:
      - port: 80
        targetPort: http
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: ledger
      namespace: shop
    spec:
      selector:
        matchLabels:
          app: ledger
      template:
        metadata:
          labels:
            app: ledger
        spec:
          containers:
          - name: ledger
            image: ledger
            ports:
            - name: http
              containerPort: 8080
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: till-to-ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector: {}
        ports:
        - port: 80

Good
----
    apiVersion: v1
    kind: Service
    metadata:
      name: ledger
      namespace: shop
    spec:
      selector:
        app: ledger
      ports:
      - port: 80
        targetPort: http
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: ledger
      namespace: shop
    spec:
      selector:
        matchLabels:
          app: ledger
      template:
        metadata:
          labels:
            app: ledger
        spec:
          containers:
          - name: ledger
            image: ledger
            ports:
            - name: http
              containerPort: 8080
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: till-to-ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector: {}
        ports:
        - port: 8080

Fixed
-----
    apiVersion: v1
    kind: Service
    metadata:
      name: ledger
      namespace: shop
    spec:
      selector:
        app: ledger
      ports:
      - port: 80
        targetPort: http
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: ledger
      namespace: shop
    spec:
      selector:
        matchLabels:
          app: ledger
      template:
        metadata:
          labels:
            app: ledger
        spec:
          containers:
          - name: ledger
            image: ledger
            ports:
            - name: http
              containerPort: 8080
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: till-to-ledger
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: ledger
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector: {}
        ports:
        - port: 8080

When it stays silent
--------------------
It speaks only where every pod behind the rule is known, and a Service leads the port to the same
other port of all of them. A container that declares the port, a Service that leads to it, a
headless Service (it leads nowhere: clients ask for the port of the pod), Services that disagree, a
`targetPort` whose name no container has, and pods, peers or namespaces that are not known keep it
silent. So does a rule of the same direction, of this policy or of another one for the same pods,
that opens the port on which they listen and may be for the same peers: then a port too many is
open, and nothing is closed.

That a port is declared by no container proves nothing, as the declaration is only for readers:
where the pods declare no ports at all or are not here (then the labels that the rule asks for must
be enough for the Service), where charts, operators or remote bases may bring more pods,
and among examples and tests, it is only info.

Fix safety
----------
Unsafe: another port is open afterwards. The port of the Service becomes that of the pods.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netpol_lint import kin, model, patch, target
from netpol_lint.answer import Answer
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Safety, Severity
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.policy import Allow, Direction, Policy, Port
from netpol_lint.port_set import EVERY_PORT
from netpol_lint.repository import Front, Spot
from netpol_lint.repository.demonstration import is_demonstration
from netpol_lint.repository.service import ServicePort
from netpol_lint.repository.workload import ContainerPort, Labels, Workload
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.target import Target
from netpol_lint.traffic import Grant, disjoint

MAX_PAIRS = 10_000
"""Pods and Services that are held against each other; where there are more nothing is said."""


class Detour(NamedTuple):
    """Where a Service leads a port."""

    port: int
    spot: Spot
    front: Front


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Holds the numbers of each rule against the Services in front of the pods behind it."""
    for direction, allow in policy.declared_allows():
        numbers = [each for each in allow.ports.value if _is_single(each)]
        targets = target.behind(direction, allow, context) if numbers else ()
        numbers = [each for each in numbers if _is_diverted(each, targets)]
        fronts = [front for each in targets for front in each.fronts] if numbers else []
        pods = list(_pods(targets)) if fronts else []
        if not 0 < len(pods) * len(fronts) <= MAX_PAIRS:
            continue
        certain = all(each.authoritative for each in targets) and not is_demonstration(context.path)
        for port in numbers:
            detour = _detour(port, pods, fronts)
            if detour is not None and not _is_open(policy, context, direction, allow, detour, pods):
                declared = certain and all(pod.ports for pod in pods)
                yield _diagnostic(policy, context, allow, port, detour, certain=declared)


def _is_single(port: Port) -> bool:
    return port.readable and isinstance(port.port.value, int) and not port.end_port.is_set


def _is_diverted(port: Port, targets: Iterable[Target]) -> bool:
    """Whether any Service may lead the port to another one: nearly always none does."""
    number, protocol = port.port.value, port.protocol.value
    return isinstance(number, int) and any(
        home.diverts(number, protocol) for each in targets for home in each.populations
    )


class Pod(NamedTuple):
    """As much of a pod as decides where connections to it go."""

    namespace: str
    labels: Labels
    workload: Workload | None
    """Whose pod it is; None where the repository does not show it."""

    @property
    def ports(self) -> tuple[ContainerPort, ...] | None:
        """All that it declares; None where they cannot be told."""
        return () if self.workload is None else self.workload.ports


def _pods(targets: Iterable[Target]) -> Iterator[Pod]:
    """The pods behind a rule; where a namespace shows none, one that has what is asked for."""
    for each in targets:
        for resident in each.selected:
            space = resident.build.namespace or ""
            yield Pod(space, resident.labels or {}, resident.workload)
        for quarter in each.quarters:
            if not quarter.population.residents and quarter.selector is not None:
                asked = quarter.selector.requirements
                pairs = {one.key: one.values[0] for one in asked if len(one.values) == 1}
                yield Pod(quarter.population.name, pairs, None)


def _detour(port: Port, pods: Iterable[Pod], fronts: Iterable[Front]) -> Detour | None:
    """The one other port to which Services lead `port` of all pods; None where there is none."""
    found: dict[int, Detour] = {}
    for pod in pods:
        ways = _ways(port, pod, fronts)
        if not ways:
            return None
        found |= ways
    return next(iter(found.values())) if len(found) == 1 else None


def _ways(port: Port, pod: Pod, fronts: Iterable[Front]) -> dict[int, Detour]:
    """The ports to which Services lead `port` of a pod; none where it listens on that one, too."""
    number, protocol = port.port.value, port.protocol.value
    if pod.ports is None:
        return {}
    if any((each.number, each.protocol) == (number, protocol) for each in pod.ports):
        return {}
    found: dict[int, Detour] = {}
    for front in fronts:
        if not _leads_to(front, pod):
            continue
        for each in front.service.ports:
            goal = _goal(each, pod)
            if each.protocol == protocol and goal == number:
                return {}
            if (each.number, each.protocol) == (number, protocol) and not front.service.headless:
                if goal is None:
                    return {}
                found[goal] = Detour(goal, each.spot, front)
    return found


def _leads_to(front: Front, pod: Pod) -> bool:
    """Whether a pod stands behind a Service."""
    return (
        front.build.namespace == pod.namespace
        and front.selector is not None
        and all(pod.labels.get(key) == value for key, value in front.selector.items())
    )


def _goal(port: ServicePort, pod: Pod) -> int | None:
    """The number of a Service's target; None where the pod has no port of that name."""
    if isinstance(port.target, int):
        return port.target
    numbers = {
        each.number
        for each in pod.ports or ()
        if (each.name, each.protocol) == (port.target, port.protocol)
    }
    return numbers.pop() if len(numbers) == 1 else None


def _is_open(
    policy: Policy,
    context: Context,
    direction: Direction,
    allow: Allow,
    detour: Detour,
    pods: Iterable[Pod],
) -> bool:
    """Whether any rule for these pods, and perhaps the same peers, opens the right port."""
    names = {each.name for pod in pods for each in pod.ports or () if each.number == detour.port}
    policies = [policy, *(each for each in kin.of(context) if kin.may_share_pods(policy, each))]
    homes = {each.name for each in context.populations}
    own = homes.pop() if len(homes) == 1 else None
    return any(
        _opens(other, detour.port, names) and _may_share_peers(allow, other, own)
        for each in policies
        for other in each.allows(direction).value
    )


def _may_share_peers(one: Allow, other: Allow, own: str | None) -> bool:
    """Whether somebody may be at the other end of both rules."""
    mine, theirs = (Grant(model.peers(each, own), EVERY_PORT) for each in (one, other))
    return disjoint([mine], [theirs]).answer is not Answer.PROVEN


def _opens(allow: Allow, number: int, names: Iterable[str]) -> bool:
    if not allow.readable or allow.ports.nothing:
        return True
    return any(not each.readable or _holds(each, number, names) for each in allow.ports.value)


def _holds(port: Port, number: int, names: Iterable[str]) -> bool:
    start = port.port.value
    if isinstance(start, int):
        return start <= number <= (port.end_port.value or start)
    return start is None or start in names


def _diagnostic(
    policy: Policy, context: Context, allow: Allow, port: Port, detour: Detour, *, certain: bool
) -> Diagnostic:
    number = port.port.value
    edits = patch.rewrite(policy.text, port.port.node, str(detour.port), bare=True)
    title = f"open {detour.port}"
    return Diagnostic(
        port.port.node.span,
        f"{number} is the Service's port: the pods listen on {detour.port}, which stays closed",
        (context.label(detour.spot, f"the Service leads {number} to {detour.port}"),),
        f"now: connections to port {number} of the pods are allowed, and nothing listens there;\n"
        f"policies see a connection behind the Service, at {detour.port}: write that",
        None if edits is None else Fix(Safety.UNSAFE, title, edits),
        None if certain else Severity.INFO,
        # The rule opens nothing: what the other side opens instead is no mistake of its own.
        covers=Span(allow.dash.start, allow.node.end) if certain else None,
    )


RULE = Rule(
    "service-port",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(
        Concern(traits=frozenset({"numbered-ports"})),
        Concern(around=frozenset({"pods"})),
    ),
    repository=True,
    silences=frozenset(("one-sided-allow",)),
)
