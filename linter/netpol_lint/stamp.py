"""Labels that stand in no pod template: what controllers, operators and people put onto pods.

Sources: the label references of Kubernetes, and the documentation of the projects named here.
"""

from __future__ import annotations

from collections.abc import Iterable

from netpol_lint.policy import Operator, Requirement

_CONTROLLERS = frozenset(
    """
    apps.kubernetes.io/pod-index batch.kubernetes.io/controller-uid
    batch.kubernetes.io/job-completion-index batch.kubernetes.io/job-name controller-revision-hash
    controller-uid job-name leaderworkerset.sigs.k8s.io/name
    pod-template-generation pod-template-hash rollouts-pod-template-hash spark-app-name
    spark-app-selector spark-role statefulset.kubernetes.io/pod-name
    """.split()
)
"""Labels that come with the making of a pod."""
_OPERATORS = frozenset(
    """
    acme.cert-manager.io actions.github.com agent.elastic.co apps.emqx.io argocd.argoproj.io
    bookkeeper.pravega.io camel.apache.org camunda.io chi.altinity.com clickhouse.altinity.com
    cluster.x-k8s.io cnpg.io cockroachlabs.com crunchydata.com dapr.io datadoghq.com
    dragonflydb.io eventing.knative.dev flink.apache.org grafana.com hub.jupyter.org
    infinispan.org istio.io jaegertracing.io k8s.elastic.co k8s.enterprisedb.io k8s.io
    k8s.mariadb.com k8up.io keycloak.org knative.dev kubeflow.org kubernetes.io kubevirt.io
    linkerd.io minio.min.io mongodb.com monitoring.coreos.com mysql.oracle.com
    mysql.presslabs.org opensearch.org opentelemetry.io openshift.io opster.io percona.com
    planetscale.com postgresql.cnpg.io postgresql.org rabbitmq.com ray.io redis.io
    scylladb.com serving.knative.dev serving.kserve.io spark.apache.org stackgres.io
    strimzi.io tekton.dev toolkit.fluxcd.io vitess.io workflows.argoproj.io zalan.do
    zookeeper.pravega.io
    """.split()
)
"""Domains, with all below them, whose labels are written by controllers, operators or injectors."""
_AUTHORS = frozenset(("app.kubernetes.io", "tags.datadoghq.com"))
"""Domains below those whose labels people write into templates."""

_HANDS = frozenset(
    """
    access allow allowed allows block deny egress firewall ingress internet isolate isolated
    isolation lockdown netpol network networking networkpolicy quarantine restricted traffic
    """.split()
)
"""Words in the key of a label that is put onto pods to open or close something for them."""
_SWITCHES = frozenset(
    """
    0 1 allow allowed blocked denied deny disable disabled enable enabled false granted isolated
    lockdown no none off on open permitted quarantine quarantined required restricted true yes
    """.split()
)
"""Values that say yes or no, and do not name an application."""
_LOCKS = frozenset(("isolate", "isolated", "lockdown", "quarantine", "quarantined"))
_GUESTS = frozenset(
    """
    agent alertmanager cassandra clickhouse client clients consul consumer debug debugger
    elasticsearch etcd executor grafana kafka keycloak loki mariadb member memcached minio mongo
    mongodb mysql nats nginx notebook opensearch pgbouncer postgres postgresql prometheus rabbitmq
    redis runner runners sandbox singleuser solr tester toolbox traefik valkey vault zookeeper
    """.split()
)
"""Software that people install from charts, and pods that people or programs make as needed."""


def is_stamped(key: str) -> bool:
    """Whether pods get label `key` from something else than their template."""
    domain = key.rpartition("/")[0]
    return key in _CONTROLLERS or (bool(domain) and domain not in _AUTHORS and _is_below(domain))


def is_switch(requirement: Requirement) -> bool:
    """Whether a label looks as if it were put onto pods to open or close something for them."""
    if requirement.operator is Operator.EXISTS:
        return True
    if not _HANDS.isdisjoint(words(requirement.key)) or requirement.key.endswith("-client"):
        return True
    return any(value.lower() in _SWITCHES for value in requirement.values) or is_lock(requirement)


def is_lock(requirement: Requirement) -> bool:
    """Whether a label is one for pods that are shut off, until somebody takes it away again."""
    return any(not _LOCKS.isdisjoint(words(value)) for value in requirement.values)


def is_foreign(key: str, carried: Iterable[str]) -> bool:
    """Whether the domain of a label is one that no label of `carried` has."""
    domain = key.rpartition("/")[0]
    if not domain or domain in _AUTHORS:
        return False
    return all(each.rpartition("/")[0] != domain for each in carried)


def is_plain(value: str) -> bool:
    """Whether a value names something, and says not just yes, no or a number."""
    return len(value) > 2 and value.lower() not in _SWITCHES and not value[0].isdigit()


def is_guest(requirement: Requirement) -> bool:
    """Whether a label names what often comes without a manifest of its own."""
    return any(not _GUESTS.isdisjoint(words(value)) for value in requirement.values)


def words(text: str) -> frozenset[str]:
    """The words of a key or value, in lower case."""
    for sign in "/._":
        text = text.replace(sign, "-")
    return frozenset(word for word in text.lower().split("-") if word)


def _is_below(domain: str) -> bool:
    parts = domain.split(".")
    return any(".".join(parts[start:]) in _OPERATORS for start in range(len(parts)))
