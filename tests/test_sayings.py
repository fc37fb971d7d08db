"""What findings say in so many words, where a mark in a fixture cannot tell."""

from __future__ import annotations

import pytest
from support import check_alone

WEB = "podSelector: {matchLabels: {app: web}}"
TILL = "podSelector: {matchLabels: {app: till}}"
DNS = "to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}]"


def _said(rule: str, spec: str) -> tuple[str, str | None]:
    text = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: web, namespace: shop}}\nspec: {{{WEB}, {spec}}}\n"
    )
    (finding,) = [each for each in check_alone(text, rule).findings if each.rule == rule]
    return finding.message, None if finding.fix is None else finding.fix.title


@pytest.mark.parametrize(
    ("rule", "spec", "message", "title"),
    [
        (
            "undeclared-direction",
            "policyTypes: [Ingress], ingress: [{}], egress: [{}]",
            "the egress rules are ignored: policyTypes lists only Ingress",
            "list Egress: its rules count",
        ),
        (
            "undeclared-direction",
            f"policyTypes: [Ingress], ingress: [{{}}], egress: [{{to: [{{{TILL}}}]}}]",
            "the egress rules are ignored: policyTypes lists only Ingress",
            "list Egress: its rules count, and all other egress is denied",
        ),
        (
            "undeclared-direction",
            f"policyTypes: [Ingress], egress: [{{to: [{{{TILL}}}]}}]",
            "the egress rules are ignored: policyTypes lists only Ingress, "
            "and all ingress is denied",
            "list Egress: its rules count, and all other egress is denied",
        ),
        (
            "missing-udp",
            f"policyTypes: [Egress], egress: [{{{DNS}, ports: [{{port: 53}}]}}]",
            "port 53 is TCP here: DNS uses UDP",
            "open UDP 53 as well",
        ),
        (
            "missing-udp",
            "policyTypes: [Egress], egress: [{ports: [{port: 123}]}]",
            "port 123 is TCP here: NTP uses UDP",
            "open UDP 123 instead of TCP",
        ),
        (
            "local-selector-for-remote-app",
            "policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: istiod}}}]}]",
            "`app=istiod` is looked for in this namespace only, but it runs in `istio-system`",
            None,
        ),
    ],
)
def test_saying(rule: str, spec: str, message: str, title: str | None) -> None:
    """The message and the title of the fix, word for word."""
    assert _said(rule, spec) == (message, title)
