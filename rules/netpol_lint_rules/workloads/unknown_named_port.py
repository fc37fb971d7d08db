"""A rule names a port that no container behind it has.

Why
---
A port name in a policy is looked up in the containers of the pods behind the rule: those of the
policy for ingress, those of the peers for egress. The name of a Service's port is another one, and
addresses have no port names at all. A name that nobody has opens nothing.

Bad
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
            - name: http-api
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
        - port: http-apis

Good
----
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
            - name: http-api
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
        - port: http-api

Fixed
-----
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
            - name: http-api
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
        - port: http-api

When it stays silent
--------------------
About pods it speaks only where every pod behind the rule is known, with all of its ports, and the
repository has at least one. Pods into which a sidecar is injected may get further ports with it,
unless their labels or those of the namespace say `disabled`.
It is only info where charts, operators or remote bases may bring more pods, and among examples and
tests.

Of a rule for addresses no repository needs to be known: an egress rule of which every peer is an
`ipBlock` opens nothing by a port name. An egress rule without `to` is only info, as network plugins
differ in what they make of it (kubernetes/kubernetes#99256).

Fix safety
----------
Unsafe: a port is open afterwards that was closed. The name becomes the one that it is most likely a
slip of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netpol_lint import patch, target
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety, Severity
from netpol_lint.policy import Allow, Direction, Policy, Port
from netpol_lint.repository import Resident
from netpol_lint.repository.demonstration import is_demonstration
from netpol_lint.repository.workload import ContainerPort
from netpol_lint.rule import Rule
from netpol_lint.spelling import nearest
from netpol_lint.target import Target
from netpol_lint.wording import fitted

INJECTED = ("inject", "sidecar", "dapr.io/enabled", "istio.io/rev")
"""What stands in the labels and annotations of pods and namespaces that get a sidecar."""
SIDECARS = ("http-envoy", "linkerd-", "dapr-", "envoy-")
"""How the ports of sidecars begin, which whole namespaces may get."""
REFUSALS = frozenset(("disabled", "false", "no"))
"""The values with which such a label keeps the sidecar away."""


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks up each name in the containers behind its rule."""
    for direction, allow in policy.declared_allows():
        named = [each for each in allow.ports.value if _is_named(each)]
        if not named or not allow.readable:
            continue
        if direction is Direction.EGRESS and allow.peers.nothing:
            yield from map(_to_anyone, named)
        elif direction is Direction.EGRESS and _is_of_blocks(allow):
            yield from map(_to_addresses, named)
        elif context.census.shows_pods:
            targets = target.behind(direction, allow, context)
            pods = [resident for each in targets for resident in each.selected]
            shown = targets and all(each.selected for each in targets)
            strange = [each for each in named if shown and not _is_declared(each, pods)]
            if strange and not any(_is_vague(context, pod) for pod in pods):
                for port in strange:
                    yield from _among(policy, context, port, targets, pods)


def _is_named(port: Port) -> bool:
    return port.readable and isinstance(port.port.value, str)


def _is_of_blocks(allow: Allow) -> bool:
    return all(
        each.readable and each.block.is_set and not each.pods.is_set and not each.namespaces.is_set
        for each in allow.peers.value
    )


def _is_declared(port: Port, pods: Iterable[Resident]) -> bool:
    """Whether a pod has a port of this name and protocol, or gets one with a sidecar."""
    sought = _name(port), port.protocol.value
    return sought[0].startswith(SIDECARS) or any(
        (each.name, each.protocol) == sought for pod in pods for each in pod.workload.ports or ()
    )


def _is_vague(context: Context, pod: Resident) -> bool:
    """Whether a pod may have more ports than its template says."""
    if pod.workload.ports is None:
        return True
    spaces = context.census.namespaces.get(pod.build.namespace or "", ())
    return any(
        mark in key and value.lower() not in REFUSALS
        for labels in (pod.workload.annotations, pod.labels or {}, *spaces)
        for key, value in labels.items()
        for mark in INJECTED
    )


def _to_anyone(port: Port) -> Diagnostic:
    return Diagnostic(
        port.port.node.span,
        fitted("without `to` plugins disagree on what the port name {} opens", _name(port)),
        help="a name is looked up in the pods behind a rule, and here nobody knows which these are;"
        "\nwrite the number",
        severity=Severity.INFO,
    )


def _to_addresses(port: Port) -> Diagnostic:
    return Diagnostic(
        port.port.node.span,
        fitted("addresses have no port names: {} opens nothing", _name(port)),
        help="a name is looked up in the containers of pods, and an ipBlock has none;\n"
        "write the number",
    )


def _among(
    policy: Policy,
    context: Context,
    port: Port,
    targets: tuple[Target, ...],
    pods: Iterable[Resident],
) -> Iterator[Diagnostic]:
    name, protocol = _name(port), port.protocol.value
    known = [each for pod in pods for each in pod.workload.ports or () if each.name]
    alike = [each for each in known if each.name == name]
    sentence = "no pod behind this rule names a port {}: it opens nothing"
    near = _near(name, [each for each in known if each.protocol == protocol])
    if alike:
        sentence = f"{{}} is a port of {alike[0].protocol}, not of {protocol}: it opens nothing"
        near = alike[0]
    certain = all(each.authoritative for each in targets) and not is_demonstration(context.path)
    names = ", ".join(dict.fromkeys(f"{each.name} ({each.protocol})" for each in known))
    yield Diagnostic(
        port.port.node.span,
        fitted(sentence, name),
        _labels(context, near),
        f"the containers behind it name {names or 'no ports'};\n"
        "the port names of a Service are others: policies do not know them",
        _fix(policy, port, near),
        None if certain else Severity.INFO,
    )


def _name(port: Port) -> str:
    return str(port.port.value)


def _near(name: str, known: Iterable[ContainerPort]) -> ContainerPort | None:
    """The port whose name `name` is a slip of."""
    ports = {each.name: each for each in known}
    return ports.get(nearest(name, ports) or "")


def _labels(context: Context, near: ContainerPort | None) -> tuple[Label, ...]:
    if near is None:
        return ()
    return (context.label(near.spot, f"a container names {near.protocol} {near.number} like this"),)


def _fix(policy: Policy, port: Port, near: ContainerPort | None) -> Fix | None:
    if near is None or near.name == _name(port):
        return None
    edits = patch.rewrite(policy.text, port.port.node, near.name)
    return None if edits is None else Fix(Safety.UNSAFE, f"name {near.name}", edits)


RULE = Rule(
    "unknown-named-port",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(
        Concern(traits=frozenset({"named-ports"})),
        Concern(traits=frozenset({"everyone", "blocks"}), around=frozenset({"pods"})),
    ),
    repository=True,
)
