"""Which policies let their pods resolve names."""

from __future__ import annotations

import pytest

from netpol_lint import name_service, parse, policy
from netpol_lint.answer import Answer

ONE = "{podSelector: {matchLabels: {app: ledger}}}"
SYSTEM = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}"


def opens(egress: str, own: str | None = "shop", *, openshift: bool = False) -> Answer:
    text = f"kind: NetworkPolicy\nspec: {{policyTypes: [Egress], egress: [{egress}]}}"
    (found,) = policy.find(text, parse.parse(text, parse.Part(0, len(text))).root)
    return name_service.opens(found, own, openshift=openshift)


@pytest.mark.parametrize(
    "egress",
    [
        "{}",
        "{ports: [{port: 53, protocol: UDP}]}",
        "{ports: [{port: 53}]}",
        f"{{to: [{ONE}], ports: [{{port: 50, endPort: 60, protocol: UDP}}]}}",
        f"{{to: [{ONE}], ports: [{{port: dns-udp, protocol: UDP}}]}}",
        f"{{to: [{SYSTEM}]}}",
        f"{{to: [{SYSTEM}], ports: [{{protocol: UDP}}]}}",
        "{to: [{namespaceSelector: {}}]}",
        "{to: [{namespaceSelector: {matchLabels: {name: kube-system}}}]}",
        "{to: [{namespaceSelector: {}, podSelector: {matchLabels: {app: coredns}}}], "
        "ports: [{port: 1053, protocol: UDP}]}",
        "{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}",
        "{to: [{ipBlock: {cidr: 169.254.20.10/32}}]}",
        "{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}",
        '{to: [{ipBlock: {cidr: "fd00::/8"}}]}',
        '{ports: [{port: "${PORT}"}]}',
        '{to: [{podSelector: {matchLabels: {app: "${APP}"}}}]}',
    ],
)
def test_open(egress: str) -> None:
    """Port 53 to anybody, every port to whom may be a name server, and what cannot be read."""
    assert opens(egress) is Answer.PROVEN


@pytest.mark.parametrize(
    "egress",
    [
        "",
        "{ports: [{port: 443}]}",
        "{ports: [{protocol: TCP}]}",
        "{ports: [{port: 53, protocol: TCP}]}",
        "{to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}], "
        "ports: [{port: 53, protocol: TCP}]}",
        "{ports: [{port: 5353, protocol: UDP}]}",
        f"{{to: [{ONE}]}}",
        f"{{to: [{SYSTEM}], ports: [{{port: 443}}]}}",
        "{to: [{podSelector: {}}]}",
        "{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: lab}}}]}",
        "{to: [{namespaceSelector: {matchLabels: {name: lab}}}]}",
        "{to: [{namespaceSelector: {}, podSelector: {matchLabels: {app: ledger}}}]}",
        "{to: [{ipBlock: {cidr: 192.0.2.1/32}}]}",
        f"{{to: [{ONE}], ports: [{{port: http}}]}}",
    ],
)
def test_shut(egress: str) -> None:
    """Other ports, and every port of somebody else."""
    assert opens(egress) is Answer.REFUTED


@pytest.mark.parametrize(
    ("egress", "own"),
    [
        ("{to: [{namespaceSelector: {matchLabels: {team: platform}}}]}", "shop"),
        ("{to: [{podSelector: {}}]}", None),
    ],
)
def test_unknown(egress: str, own: str | None) -> None:
    """Whose labels, or whose name, may be those of kube-system."""
    assert opens(egress, own) is Answer.UNKNOWN


def test_the_own_namespace() -> None:
    """The pods of kube-system have the name service among them."""
    assert opens("{to: [{podSelector: {}}]}", "kube-system") is Answer.PROVEN


def test_openshift() -> None:
    """There the pods listen on another port."""
    assert opens("{ports: [{port: 5353, protocol: UDP}]}", openshift=True) is Answer.PROVEN
