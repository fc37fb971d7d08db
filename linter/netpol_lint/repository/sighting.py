"""What the bytes of a manifest mention: which files are worth reading, and for which namespace."""

from __future__ import annotations

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.regex import regex
from netpol_lint.repository.manifest import WORKLOADS

_KIND = regex(rb"kind[\"']?\s*:\s*[\"']?([A-Z][A-Za-z]+)")
_GROUP = regex(rb"apiVersion[\"']?\s*:\s*[\"']?([a-z0-9.-]+\.[a-z0-9-]+)/")
_NAMESPACE = regex(rb"namespace[\"']?\s*:\s*[\"']?([^\s\"'#,}]+)")
_METADATA = b"\nmetadata:"
_NEXT_FIELD = regex(rb"\n[^\s#]")

_MAKERS = frozenset(kind.encode() for kind in WORKLOADS)
_KINDS = _MAKERS | {b"Service", b"Namespace"}
_HARMLESS = frozenset(
    """
    argoproj.io aquasecurity.github.io bitnami.com cert-manager.io cilium.io crd.antrea.io
    extensions.istio.io external-secrets.io fluxcd.io gateway.envoyproxy.io gatekeeper.sh
    helm.cattle.io isindir.github.com k8s.io k8s.ovn.org keda.sh kyverno.io longhorn.io metallb.io
    monitoring.coreos.com networking.istio.io openshift.io policies.kubewarden.io
    projectcalico.org secrets-store.csi.x-k8s.io security.istio.io telemetry.istio.io
    traefik.containo.us traefik.io velero.io wgpolicyk8s.io
    """.split()  # noqa: SIM905  # a list of words to be read as such
)
"""API groups, with all below them, whose objects make no pods but for the kinds that follow."""
_POD_MAKERS = frozenset(
    """
    Alertmanager ArgoCD Build BuildConfig CronWorkflow EventBus EventSource Prometheus
    PrometheusAgent ScaledJob Sensor ThanosRuler Workflow WorkflowTemplate
    """.split()  # noqa: SIM905
)


class Sighting(NamedTuple):
    """A manifest with something that decides about pods, Services or policies."""

    path: str
    kinds: frozenset[bytes]
    """Those of interest. `NetworkPolicy` stands for everything that has the word in it."""
    custom: bool
    """Whether it mentions an object of somebody's own kind that may make pods."""
    template: bool
    """Whether it has the marks of a text that is rendered before it is applied."""
    namespaces: frozenset[bytes]
    """Whatever stands behind a `namespace:`."""
    bare: bool
    """Whether an object of it may state no namespace."""
    udp: bool = False
    """Whether a workload of it may have a port for UDP."""

    @property
    def makes_pods(self) -> bool:
        """Whether it mentions a workload."""
        return not self.kinds.isdisjoint(_MAKERS)


def sight(path: str, data: bytes) -> Sighting | None:
    """What the bytes of one manifest mention; None where nobody is interested."""
    mentioned = frozenset(_KIND.findall(data))
    kinds = mentioned & _KINDS
    if b"NetworkPolicy" in data:
        kinds |= {b"NetworkPolicy"}
    custom = _is_custom(data, mentioned)
    if not kinds and not custom:
        return None
    return Sighting(
        path,
        kinds,
        custom,
        any(mark in data for mark in (b"{{", b"{%", b"<%")),
        frozenset(_NAMESPACE.findall(data)),
        any(kind.endswith(b"List") for kind in mentioned) or _is_bare(data),
        not kinds.isdisjoint(_MAKERS) and b"UDP" in data,
    )


def makes_pods(kind: str, group: str) -> bool:
    """Whether an operator may make pods of an object of somebody's own kind."""
    return kind in _POD_MAKERS or ("." in group and not _is_harmless(group))


def _is_custom(data: bytes, kinds: frozenset[bytes]) -> bool:
    groups = frozenset(_GROUP.findall(data))
    return any(not _is_harmless(group.decode()) for group in groups) or any(
        kind.decode() in _POD_MAKERS for kind in kinds
    )


def _is_harmless(group: str) -> bool:
    parts = group.split(".")
    return any(".".join(parts[start:]) in _HARMLESS for start in range(len(parts)))


def _is_bare(data: bytes) -> bool:
    """Certain only for the usual style, where `metadata:` begins a line of its own."""
    place = data.find(_METADATA)
    if place < 0 or data.startswith((b"metadata:", b"{")) or b"\n{" in data:
        return True
    while place >= 0:
        following = _NEXT_FIELD.search(data, place + len(_METADATA))
        end = len(data) if following is None else following.start()
        if data.find(b" namespace:", place, end) < 0:
            return True
        place = data.find(_METADATA, end)
    return False
