"""What a file holds, object by object: which files are worth reading, and for which namespace."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache, lru_cache

from netpol_lint.cluster_kind import GROUPS
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.repository.entrance import KINDS as ENTRANCES
from netpol_lint.repository.manifest import (
    NAMESPACED,
    WORKLOADS,
    Manifest,
    Seen,
    contents,
)

WIDE_ENGINES = frozenset(GROUPS)
"""Kinds of policies that belong to the whole cluster."""
ENGINES = WIDE_ENGINES | {
    "CiliumNetworkPolicy",
    "EgressFirewall",
    "EgressNetworkPolicy",
    "NetworkPolicy",
}
"""Kinds of policies about the traffic of pods, in whatever API group."""
GENERATORS = frozenset(("ClusterPolicy", "GeneratingPolicy", "Policy"))
"""Kinds of Kyverno that may make policies for the namespaces they choose."""
COUNTED = WORKLOADS | ENGINES | {"Policy", "Service"}
"""Kinds whose objects make up a namespace."""
KEPT = COUNTED | GENERATORS | ENTRANCES | {"Namespace"}
"""Kinds whose objects are looked at again."""

_HARMLESS = frozenset(
    """
    apps.openshift.io aquasecurity.github.io argoproj.io authorization.openshift.io bitnami.com
    cert-manager.io cilium.io cloud.google.com config.openshift.io console.openshift.io
    crd.antrea.io elbv2.k8s.aws extensions.istio.io external-secrets.io fluxcd.io
    gateway.envoyproxy.io gatekeeper.sh helm.cattle.io helm.openshift.io image.openshift.io
    isindir.github.com k8s.io k8s.ovn.org karpenter.sh keda.sh kyverno.io linkerd.io longhorn.io
    machine.openshift.io machineconfiguration.openshift.io metallb.io monitoring.coreos.com
    monitoring.openshift.io network.openshift.io networking.gke.io networking.istio.io
    oauth.openshift.io onepassword.com policies.kubewarden.io project.openshift.io
    projectcalico.org quota.openshift.io route.openshift.io secrets-store.csi.x-k8s.io
    secrets.hashicorp.com secrets.infisical.com security.istio.io security.openshift.io
    spire.spiffe.io telemetry.istio.io template.openshift.io traefik.containo.us traefik.io
    user.openshift.io velero.io vpcresources.k8s.aws wgpolicyk8s.io
    """.split()
)
"""API groups, with all below them, whose objects make no pods but for the kinds that follow."""
_POD_MAKERS = frozenset(
    """
    Alertmanager AnalysisRun AnalysisTemplate ArgoCD Build BuildConfig ClusterAnalysisTemplate
    ClusterWorkflowTemplate CronWorkflow EventBus EventSource Experiment MetalLB Prometheus
    PrometheusAgent RecurringJob ScaledJob ScheduledSparkApplication Sensor SparkApplication
    ThanosRuler Workflow WorkflowTemplate
    """.split()
)
_LIVELY = tuple(WORKLOADS | {"NetworkPolicy"})
_NAMELESS = "default"
"""Where objects land that name no namespace: to state it is to say nothing."""


class Trait(NamedTuple):
    """What one object is, and where it wants to be."""

    kind: str
    group: str
    own: str | None
    """The namespace it states; the empty text for a placeholder, None where it states none."""

    @property
    def states(self) -> bool:
        """Whether it states a namespace."""
        return self.own is not None

    @property
    def names_a_namespace(self) -> bool:
        """Whether it states a namespace other than the default one."""
        return self.own not in (None, _NAMELESS)

    @property
    def lives_in_a_namespace(self) -> bool:
        """Whether it certainly needs a namespace."""
        return self.kind in NAMESPACED

    @property
    def makes_pods(self) -> bool:
        """Whether an operator may make pods of it: an object of somebody's own kind."""
        return self.kind in _POD_MAKERS or ("." in self.group and not _is_harmless(self.group))


class Sighting(NamedTuple):
    """The objects of a file."""

    path: str
    traits: tuple[Trait, ...]
    """Of all that can be read, in their order."""
    rendered: bool
    """Whether it has a template of a workload or a policy."""
    broken: bool
    """Whether it has something broken that may be a workload or a policy."""
    seen: tuple[Seen, ...]
    """The documents with objects that are looked at again."""
    length: int
    """Of the text; if it is another one now, somebody has written into the file."""

    @property
    def places(self) -> frozenset[tuple[str, str | None]]:
        """The kinds of objects that make up a namespace, with the namespaces that they state."""
        return frozenset((each.kind, each.own) for each in self.traits if each.kind in COUNTED)

    @property
    def makes_pods(self) -> bool:
        """Whether it has a workload."""
        return self.has(WORKLOADS)

    def has(self, kinds: Collection[str]) -> bool:
        """Whether an object of one of these kinds is in it."""
        return any(trait.kind in kinds for trait in self.traits)


def sight(path: str, text: str) -> Sighting | None:
    """The objects of one file; None where there is nothing of the kind."""
    traits: list[Trait] = []
    kept: dict[Seen, None] = {}
    rendered = broken = False
    for each in contents(text):
        if isinstance(each, Manifest):
            traits.append(_trait(each.kind, each.group, each.own))
            if each.kind in KEPT:
                kept[each.seen] = None
        elif any(map(each.mentions, _LIVELY)):
            rendered = rendered or each.rendered
            broken = broken or not each.rendered
    if not traits and not rendered and not broken:
        return None
    return Sighting(
        path,
        tuple(traits),
        rendered,
        broken,
        tuple(kept),
        len(text),
    )


def may_matter(data: bytes) -> bool:
    """Whether a file that is too large to be read may hold workloads or policies."""
    return b"kind" in data and any(kind.encode() in data for kind in _LIVELY)


@lru_cache(maxsize=20_000)
def _trait(kind: str, group: str, own: str | None) -> Trait:
    """One and the same for all objects that look alike: a repository holds many."""
    return Trait(kind, group, own)


@cache
def _is_harmless(group: str) -> bool:
    parts = group.split(".")
    return any(".".join(parts[start:]) in _HARMLESS for start in range(len(parts)))
