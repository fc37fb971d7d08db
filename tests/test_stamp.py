"""Labels that no template has: whose they are."""

from __future__ import annotations

import pytest

from netpol_lint import stamp
from netpol_lint.node import Scalar
from netpol_lint.policy import Operator, Requirement

NODE = Scalar(0, 0, "", "", None)


def asks(key: str, *values: str) -> Requirement:
    operator = Operator.IN if values else Operator.EXISTS
    return Requirement(key, operator, values, NODE, NODE)


@pytest.mark.parametrize(
    "key",
    [
        "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index",
        "batch.kubernetes.io/job-name",
        "job-name",
        "pod-template-hash",
        "cnpg.io/cluster",
        "postgresql.cnpg.io/cluster",
        "strimzi.io/name",
        "acme.cert-manager.io/http01-solver",
        "security.istio.io/tlsMode",
        "topology.kubernetes.io/zone",
    ],
)
def test_labels_of_controllers_and_operators(key: str) -> None:
    """They come onto pods without standing in a template."""
    assert stamp.is_stamped(key)


@pytest.mark.parametrize(
    "key", ["app", "app.kubernetes.io/name", "acme.example/app", "run", "io/x", "notcnpg.io/x"]
)
def test_labels_of_authors(key: str) -> None:
    """People write these into templates."""
    assert not stamp.is_stamped(key)


@pytest.mark.parametrize(
    ("requirement", "is_switch"),
    [
        (asks("db-client", "true"), True),
        (asks("db-client", "ledger"), True),
        (asks("network/db", "anything"), True),
        (asks("internet-access", "anything"), True),
        (asks("uses-db", "yes"), True),
        (asks("uses-db"), True),
        (asks("app", "web"), False),
        (asks("tier", "front"), False),
    ],
)
def test_switches(requirement: Requirement, is_switch: bool) -> None:
    """Labels that open or close something for the pods that carry them."""
    assert stamp.is_switch(requirement) is is_switch


def test_locks() -> None:
    """Labels of pods that are shut off."""
    assert stamp.is_lock(asks("state", "quarantine"))
    assert not stamp.is_lock(asks("quarantine-office", "web"))


def test_domains() -> None:
    """A domain that no carried label has is somebody else's; the common one is nobody's."""
    assert stamp.is_foreign("acme.example/zone", ["app", "other.example/zone"])
    assert not stamp.is_foreign("acme.example/zone", ["app", "acme.example/team"])
    assert not stamp.is_foreign("zone", ["app"])
    assert not stamp.is_foreign("app.kubernetes.io/name", ["app"])


def test_guests() -> None:
    """Software of charts, pods made by hand."""
    assert stamp.is_guest(asks("app", "shop-redis"))
    assert stamp.is_guest(asks("role", "db-client"))
    assert not stamp.is_guest(asks("app", "ledger"))


@pytest.mark.parametrize("value", ["true", "1", "on", "no", "", "db", "2024"])
def test_values_that_name_nothing(value: str) -> None:
    """Switches, numbers, two letters."""
    assert not stamp.is_plain(value)


def test_values_that_name_something() -> None:
    """All others."""
    assert stamp.is_plain("ledger")
