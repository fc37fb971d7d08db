"""Which well-known applications live in which well-known namespaces, as data.

Sources: the installation manifests and charts of the projects named here. A pair in this table is
evidence that a namespace and a pod label were meant together; it is never a proof of anything else.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.pod_set import METADATA_NAME as METADATA_NAME
from netpol_lint.policy import Requirement, Selector

NAME_KEYS = frozenset(
    (
        METADATA_NAME,
        "name",
        "namespace",
        "ns",
        "kubernetes.io/name",
        "app.kubernetes.io/name",
        "project",
    )
)
"""Namespace labels whose value is, or usually is, the namespace's name."""
APP_KEYS = frozenset(("app", "app.kubernetes.io/name", "k8s-app", "name"))
"""Pod labels whose value is the application's name."""

_POLICY_GROUP = "network.openshift.io/policy-group"
_POLICY_GROUPS = "policy-group.network.openshift.io/"
"""The label of OpenShift's own namespaces, and the domain of the newer ones."""
_NAMESPACE_KEYS = frozenset(
    (
        METADATA_NAME,
        _POLICY_GROUP,
        "field.cattle.io/projectId",
        "istio-injection",
    )
)
_NAMESPACE_PREFIXES = (
    "pod-security.kubernetes.io/",
    _POLICY_GROUPS,
    "openshift.io/",
)
_POD_PREFIXES = ("openshift.io/build", "openshift.io/deployer-pod", "openshift.io/component")
"""What OpenShift puts on pods, in spite of the prefix."""
POD_KEYS = frozenset(
    (
        "k8s-app",
        "pod-template-hash",
        "controller-revision-hash",
        "statefulset.kubernetes.io/pod-name",
        "job-name",
        "batch.kubernetes.io/job-name",
    )
)
"""Labels that controllers and platforms put on pods, and on pods only."""


class Home(NamedTuple):
    """Namespaces that go by several names, and what lives there."""

    namespaces: tuple[str, ...]
    """The usual one first."""
    apps: tuple[str, ...] = ()
    """Beginnings of values of an app label."""
    labels: tuple[tuple[str, str], ...] = ()
    """Exact pairs of key and value; an empty value stands for any."""
    key_prefixes: tuple[str, ...] = ()


def _home(
    namespaces: str,
    apps: str = "",
    labels: tuple[tuple[str, str], ...] = (),
    key_prefixes: tuple[str, ...] = (),
) -> Home:
    return Home(tuple(namespaces.split()), tuple(apps.split()), labels, key_prefixes)


HOMES = (
    _home(
        "kube-system",
        labels=(
            *(("k8s-app", app) for app in ("kube-dns", "coredns", "metrics-server", "kube-proxy")),
            *(("k8s-app", app) for app in ("cilium", "calico-node", "calico-kube-controllers")),
            *(("app.kubernetes.io/name", app) for app in ("coredns", "metrics-server", "traefik")),
            *(("component", part) for part in ("kube-apiserver", "etcd", "kube-scheduler")),
        ),
    ),
    _home("openshift-dns", labels=(("dns.operator.openshift.io/daemonset-dns", "default"),)),
    _home("openshift-ingress", key_prefixes=("ingresscontroller.operator.openshift.io/",)),
    _home("ingress-nginx nginx-ingress", "ingress-nginx nginx-ingress"),
    _home("contour projectcontour", "contour projectcontour"),
    _home("envoy-gateway-system", "envoy-gateway"),
    _home(
        "istio-system istio-ingress",
        labels=(("app", "istiod"), ("app", "istio-ingressgateway"), ("istio", "")),
    ),
    _home(
        "monitoring prometheus observability openshift-monitoring",
        "prometheus grafana alertmanager victoria otel-collector",
    ),
    _home("logging", "fluentd fluent-bit loki promtail elasticsearch"),
    *(
        _home(name, name.removesuffix("-system"))
        for name in [
            "traefik",
            "kong",
            "cert-manager",
            "argocd",
            "flux-system",
            "vault",
            "external-secrets",
            "keda",
            "velero",
            "gatekeeper-system",
            "kyverno",
            "linkerd",
            "linkerd-viz",
            "metallb-system",
            "longhorn-system",
            "rook-ceph",
            "cnpg-system",
        ]
    ),
)
"""The known pairs."""

_ANYWHERE = Home(
    (),
    tuple(app for home in HOMES for app in home.apps),
    tuple(label for home in HOMES for label in home.labels),
    tuple(prefix for home in HOMES for prefix in home.key_prefixes),
)
"""What is known to live anywhere."""
_BY_NAMESPACE = {name: home for home in HOMES for name in home.namespaces}


def names(selector: Selector) -> str | None:
    """The one namespace that a namespace selector names, by the guaranteed label or a usual one."""
    for requirement in selector.requirements:
        if requirement.key in NAME_KEYS and requirement.positive and len(requirement.values) == 1:
            return requirement.values[0]
    return None


def marks_namespaces(key: str) -> bool:
    """Whether platforms put label `key` on namespaces, and on namespaces only."""
    return key in _NAMESPACE_KEYS or (
        key.startswith(_NAMESPACE_PREFIXES) and not key.startswith(_POD_PREFIXES)
    )


def is_policy_group(key: str) -> bool:
    """Whether OpenShift puts label `key` on namespaces of its own, and people on none of theirs."""
    return key == _POLICY_GROUP or key.startswith(_POLICY_GROUPS)


def lives_in(namespace: str, requirements: Iterable[Requirement]) -> bool:
    """Whether pod labels name an application that is known to live in `namespace`."""
    home = _BY_NAMESPACE.get(namespace)
    if home is None:
        return False
    return any(
        _matches(home, requirement.key, value)
        for requirement in requirements
        if requirement.positive
        for value in _values(requirement)
    )


def home(requirements: Iterable[Requirement]) -> frozenset[str] | None:
    """The namespaces where the application of these pod labels is known to live, if it is known."""
    found: frozenset[str] = frozenset()
    for requirement in requirements:
        if requirement.positive:
            found = found.union(*(_homes(requirement.key, each) for each in _values(requirement)))
    return found or None


def usual(namespaces: frozenset[str]) -> str:
    """Of the namespaces where an application is known to live the one that is named first."""
    return next(name for name in _BY_NAMESPACE if name in namespaces)


@lru_cache(maxsize=1024)
def _homes(key: str, value: str) -> frozenset[str]:
    """The namespaces where the application that this label names is known to live."""
    if not _matches(_ANYWHERE, key, value):
        return frozenset()  # so it is with most labels
    return frozenset().union(*(each.namespaces for each in HOMES if _matches(each, key, value)))


def _values(requirement: Requirement) -> tuple[str, ...]:
    return requirement.values or ("",)


def is_known(namespace: str) -> bool:
    """Whether `namespace` is one that a platform or a widely used project creates."""
    return namespace in _BY_NAMESPACE


def _matches(home: Home, key: str, value: str) -> bool:
    return (
        (key in APP_KEYS and value.startswith(home.apps))
        or (key, value) in home.labels
        or (key, "") in home.labels
        or key.startswith(home.key_prefixes)
    )
