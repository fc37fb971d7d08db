"""What a rule says about the same policy for clusters of different versions."""

from __future__ import annotations

import pytest
from support import check

from netpol_lint.diagnostic import Severity
from netpol_lint.option import KubeVersion, Options

HEAD = (
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: t, namespace: shop}\n"
)


def policy(ingress: str) -> str:
    return (
        f"{HEAD}spec:\n  podSelector: {{matchLabels: {{app: web}}}}\n"
        f"  policyTypes: [Ingress]\n  ingress: [{ingress}]\n"
    )


def block(cidr: str, *excepts: str) -> str:
    return policy(f'{{from: [{{ipBlock: {{cidr: "{cidr}", except: [{", ".join(excepts)}]}}}}]}}')


@pytest.mark.parametrize(
    ("text", "rule", "change", "before", "after"),
    [
        (block("203.0.113.9/24"), "cidr-host-bits", "1.36", Severity.WARNING, Severity.ERROR),
        (block("010.0.0.0/8"), "invalid-cidr", "1.36", Severity.WARNING, Severity.ERROR),
        (block("10.0.0.0/08"), "invalid-cidr", "1.36", Severity.WARNING, Severity.ERROR),
        (block("::ffff:10.0.0.0/104"), "invalid-cidr", "1.36", Severity.WARNING, Severity.ERROR),
        (
            block("10.0.0.0/8", "10.0.0.0/8"),
            "except-outside-cidr",
            "1.18",
            Severity.WARNING,
            Severity.ERROR,
        ),
        (
            policy("{from: [{podSelector: {}}], ports: [{port: 90, endPort: 80}]}"),
            "invalid-port",
            "1.21",
            None,
            Severity.ERROR,
        ),
        (
            policy("{from: [{podSelector: {}}], ports: [{port: 90, protocol: SCTP}]}"),
            "invalid-protocol",
            "1.20",
            Severity.WARNING,
            None,
        ),
        (
            policy(
                "{from: [{podSelector: {matchExpressions: "
                "[{key: app, operator: In, values: ['a b']}]}}]}"
            ),
            "invalid-label",
            "1.26",
            None,
            Severity.ERROR,
        ),
    ],
)
def test_change(
    text: str, rule: str, change: str, before: Severity | None, after: Severity | None
) -> None:
    """The finding changes with the release in which the API server changed."""
    major, minor = map(int, change.split("."))
    for version, wanted in (
        (KubeVersion(major, minor - 1), before),
        (KubeVersion(major, minor), after),
    ):
        findings = check(text, rule, options=Options(kube_version=version)).findings
        found = [(finding.rule, finding.severity) for finding in findings]
        assert found == ([] if wanted is None else [(rule, wanted)])
