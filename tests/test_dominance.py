"""One mistake, one finding: where two rules could speak about the same thing, the cause speaks.

Each row of TABLE is a policy that both rules know about.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from support import check, rule_named

from netpol_lint_rules import RULES

NAMES = frozenset(rule.name for rule in RULES)


class Row(NamedTuple):
    """A rule that speaks, those that would only repeat it, and a spec with the mistake."""

    winner: str
    silenced: tuple[str, ...]
    spec: str
    name: str = "web"
    beside: str = ""
    """The objects around the policy: a file of its own in the same folder."""
    other: tuple[str, str] | None = None
    """Name and spec of a policy before it, where the mistake takes two."""

    @property
    def text(self) -> str:
        """The whole file."""
        own = _document(self.name, self.spec)
        return own if self.other is None else f"{_document(*self.other)}\n---\n{own}"

    def findings(self, *names: str) -> list[str]:
        """The rules that speak about it, of the default-on ones and of `names`."""
        if not self.beside:
            return [finding.rule for finding in check(self.text, *names).findings]
        with TemporaryDirectory() as folder:
            Path(folder, "policy.yaml").write_text(self.text, encoding="utf-8")
            Path(folder, "beside.yaml").write_text(self.beside, encoding="utf-8")
            found = check(self.text, *names, root=Path(folder)).findings
        return [finding.rule for finding in found]

    def __str__(self) -> str:
        return f"{self.winner}-over-{'-and-'.join(self.silenced)}"


def _document(name: str, spec: str) -> str:
    metadata = f"metadata: {{name: {name}, namespace: shop}}\n"
    return f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n{metadata}{spec}"


OPEN = "ingress: [{}]"
OWN = "[{podSelector: {}}]"
WEB = "podSelector: {matchLabels: {app: web}}"
TILL = "podSelector: {matchLabels: {app: till}}"
WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {tier: front}}
spec: {template: {metadata: {labels: {app: ledger}}}}
---
apiVersion: v1
kind: Service
metadata: {name: front, namespace: shop}
spec: {selector: {app: ledger}}
"""
KUBE_SYSTEM = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}"
NARROW = f"spec: {{{WEB}, policyTypes: [Ingress], ingress: [{{from: [{{{TILL}}}]}}]}}"
NOTHING_OPEN = ("null-rule", "open-to-everyone", "deny-that-allows")

TABLE = (
    Row(
        "yaml-syntax",
        ("implicit-subject", "missing-policy-types"),
        "spec:\n  podSelector:\n  ingress: [{}\n",
    ),
    Row(
        "wrong-type",
        ("allow-that-denies", "direction-without-rules"),
        f"spec: {{{WEB}, policyTypes: [Ingress], ingress: {{}}}}",
        "allow-all-ingress",
    ),
    Row("wrong-type", ("empty-spec", "implicit-subject"), "spec: []"),
    Row(
        "unknown-field",
        ("empty-peer",),
        f"spec: {{{WEB}, policyTypes: [Ingress], ingress: [{{from: [{{podSelecter: {{}}}}]}}]}}",
    ),
    Row(
        "unknown-field",
        NOTHING_OPEN,
        f"spec: {{{WEB}, policyTypes: [Ingress], ingress: [{{to: {OWN}}}]}}",
        "deny-ingress",
    ),
    Row(
        "unknown-field",
        ("all-ports-item",),
        f"spec: {{{WEB}, policyTypes: [Ingress], "
        f"ingress: [{{from: {OWN}, ports: [{{prot: 1}}]}}]}}",
    ),
    Row(
        "unknown-field",
        ("implicit-subject",),
        "spec: {podSelector: {app: web}, policyTypes: [Ingress]}",
    ),
    Row(
        "unknown-field",
        ("implicit-subject",),
        f"spec: {{podselector: {{}}, policyTypes: [Ingress], {OPEN}}}",
    ),
    Row(
        "unknown-field",
        ("missing-policy-types", "inert-policy"),
        f"spec: {{{WEB}, policytypes: [Ingress, Egress], {OPEN}}}",
    ),
    Row(
        "unknown-field",
        ("direction-without-rules",),
        f"spec: {{{WEB}, policyTypes: [Ingress, Egress], {OPEN}, Egress: [{{to: {OWN}}}]}}",
    ),
    Row(
        "unknown-field",
        ("implied-ingress-deny", "missing-policy-types"),
        f"spec: {{podSelector: {{policyTypes: [Egress]}}, egress: [{{to: {OWN}}}]}}",
    ),
    Row(
        "wrong-type",
        ("implied-ingress-deny", "missing-policy-types"),
        f"spec: {{podSelector: {{matchLabels: {{policyTypes: [Egress]}}}}, "
        f"egress: [{{to: {OWN}}}]}}",
    ),
    Row("unknown-field", ("empty-spec",), "podSelector: {}\n"),
    Row(
        "duplicate-key",
        ("open-to-everyone", "all-ports-item", "octal-port"),
        f"spec: {{{WEB}, policyTypes: [Ingress], "
        f"ingress: [{{from: [], ports: [{{port: 0120}}]}}], ingress: [{{from: {OWN}}}]}}",
    ),
    Row(
        "template-leftover",
        ("invalid-label", "swapped-selectors"),
        f"spec: {{{WEB}, policyTypes: [Ingress], ingress: [{{from: "
        "[{podSelector: {matchLabels: {app: <app-name>}}}]}]}",
    ),
    Row(
        "invalid-port",
        ("octal-port", "missing-udp"),
        f"spec: {{{WEB}, policyTypes: [Ingress], ingress: [{{ports: [{{port: 0200000}}]}}]}}",
    ),
    Row(
        "invalid-policy-type",
        ("duplicate-policy-type",),
        f"spec: {{{WEB}, policyTypes: [Ingress, Egress, Egress]}}",
    ),
    Row(
        "split-peer",
        ("redundant-peer", "broad-peer"),
        f"spec: {{{WEB}, policyTypes: [Ingress], ingress: [{{from: "
        f"[{{namespaceSelector: {{}}}}, {{{TILL}}}]}}]}}",
    ),
    Row(
        "split-peer",
        ("unproven-namespace-label",),
        f"spec: {{{WEB}, policyTypes: [Egress], egress: [{{to: "
        "[{namespaceSelector: {matchLabels: {name: kube-system}}}, "
        "{podSelector: {matchLabels: {k8s-app: kube-dns}}}]}]}",
    ),
    Row(
        "split-rule",
        ("open-to-everyone", "sensitive-port"),
        f"spec: {{{WEB}, policyTypes: [Ingress], "
        f"ingress: [{{from: [{{{TILL}}}]}}, {{ports: [{{port: 5432}}]}}]}}",
    ),
    Row(
        "split-port",
        ("all-ports-item", "missing-udp", "overlapping-ports"),
        f"spec: {{{WEB}, policyTypes: [Ingress], "
        f"ingress: [{{from: {OWN}, ports: [{{port: 53}}, {{protocol: UDP}}]}}]}}",
    ),
    Row(
        "split-port",
        ("all-ports-item", "overlapping-ports"),
        f"spec: {{{WEB}, policyTypes: [Ingress], "
        f"ingress: [{{from: {OWN}, ports: [{{port: 8080}}, {{protocol: TCP}}]}}]}}",
    ),
    Row(
        "null-rule",
        ("deny-that-allows", "inert-policy"),
        f"spec:\n  {WEB}\n  policyTypes: [Ingress]\n  ingress:\n  -\n",
        "deny-ingress",
    ),
    Row(
        "empty-egress-without-types",
        ("deny-that-allows", "missing-policy-types"),
        "spec: {podSelector: {}, egress: []}",
        "deny-egress",
    ),
    Row(
        "empty-egress-without-types",
        ("deny-that-allows", "missing-policy-types", "inert-policy"),
        f"spec: {{podSelector: {{}}, {OPEN}, egress: []}}",
        "lab-deny",
    ),
    Row(
        "empty-egress-without-types",
        ("missing-policy-types", "inert-policy"),
        f"spec: {{podSelector: {{}}, {OPEN}, egress: []}}",
    ),
    Row(
        "undeclared-direction",
        ("direction-without-rules",),
        f"spec: {{{WEB}, policyTypes: [Ingress], egress: [{{to: {OWN}}}]}}",
    ),
    Row(
        "undeclared-direction",
        ("inert-policy", "deny-that-allows"),
        f"spec: {{{WEB}, policyTypes: [Ingress], {OPEN}, egress: [{{to: {OWN}}}]}}",
        "lab-deny",
    ),
    Row(
        "undeclared-direction",
        ("deny-that-allows",),
        f"spec: {{{WEB}, policyTypes: [Ingress], egress: [{{}}]}}",
        "deny-egress",
    ),
    Row(
        "implied-ingress-deny",
        ("missing-policy-types",),
        f"spec: {{{WEB}, egress: [{{to: {OWN}}}]}}",
    ),
    Row("empty-spec", ("implicit-subject", "missing-policy-types"), "spec: {}"),
    Row("empty-spec", ("implicit-subject", "missing-policy-types"), "spec:\n"),
    Row("empty-spec", ("implicit-subject", "missing-policy-types"), ""),
    Row(
        "deny-that-allows",
        ("open-to-everyone", "all-ports-item", "inert-policy"),
        f"spec: {{{WEB}, policyTypes: [Ingress], ingress: [{{from: [], ports: []}}]}}",
        "deny-ingress",
    ),
    Row(
        "allow-that-denies",
        ("open-to-everyone", "same-namespace-only"),
        f"spec: {{{WEB}, policyTypes: [Ingress], ingress: []}}",
        "allow-all-ingress",
    ),
    Row(
        "internet-via-selector",
        ("broad-peer",),
        f"spec: {{{WEB}, policyTypes: [Egress], egress: [{{to: [{{namespaceSelector: {{}}}}], "
        "ports: [{port: 443}]}]}",
        "allow-internet",
    ),
    Row(
        "open-to-everyone",
        ("sensitive-port",),
        f"spec: {{{WEB}, policyTypes: [Ingress], ingress: [{{from: [], ports: [{{port: 22}}]}}]}}",
    ),
    Row(
        "open-to-everyone",
        ("all-ports-item",),
        f"spec: {{{WEB}, policyTypes: [Ingress], ingress: [{{from: [], ports: []}}]}}",
    ),
    Row(
        "workload-label-selector",
        ("service-name-as-label", "dangling-subject"),
        "spec: {podSelector: {matchLabels: {tier: front}}, policyTypes: [Ingress]}",
        beside=WORKLOAD,
    ),
    Row(
        "workload-label-selector",
        ("service-name-as-label", "dangling-peer"),
        "spec: {podSelector: {}, policyTypes: [Ingress], "
        "ingress: [{from: [{podSelector: {matchLabels: {tier: front}}}]}]}",
        beside=WORKLOAD,
    ),
    Row(
        "service-name-as-label",
        ("dangling-subject",),
        "spec: {podSelector: {matchLabels: {app: front}}, policyTypes: [Ingress]}",
        beside=WORKLOAD,
    ),
    Row(
        "service-name-as-label",
        ("dangling-peer",),
        "spec: {podSelector: {}, policyTypes: [Ingress], "
        "ingress: [{from: [{podSelector: {matchLabels: {app: front}}}]}]}",
        beside=WORKLOAD,
    ),
    Row(
        "unsatisfiable-selector",
        ("dangling-subject",),
        "spec: {podSelector: {matchLabels: {app: ledgers}, matchExpressions: "
        "[{key: app, operator: In, values: [legder]}]}, policyTypes: [Ingress]}",
        beside=WORKLOAD,
    ),
    Row(
        "empty-label-value",
        ("dangling-subject",),
        "spec: {podSelector: {matchLabels: {app: ledger, tier: }}, policyTypes: [Ingress]}",
        beside=WORKLOAD,
    ),
    Row(
        "volatile-label",
        ("dangling-subject",),
        "spec: {podSelector: {matchLabels: {app: ledger, app.kubernetes.io/version: v1}}, "
        "policyTypes: [Ingress]}",
        beside=WORKLOAD,
    ),
    Row(
        "labels-are-and",
        ("dangling-peer",),
        "spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{from: [\n"
        "# ledgers or tills\n{podSelector: {matchLabels: {app: ledgers, tier: tills}}}]}]}",
        beside=WORKLOAD,
    ),
    Row(
        "split-peer",
        ("dangling-peer",),
        "spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{from: "
        "[{namespaceSelector: {}}, {podSelector: {matchLabels: {app: ledgers}}}]}]}",
        beside=WORKLOAD,
    ),
    Row(
        "deny-that-allows",
        ("voided-by-allow-all",),
        f"spec: {{{WEB}, policyTypes: [Ingress], {OPEN}}}",
        "deny-ingress",
        other=("till", NARROW),
    ),
    Row(
        "null-rule",
        ("voided-by-allow-all",),
        f"spec:\n  {WEB}\n  policyTypes: [Ingress]\n  ingress:\n  -\n",
        "open",
        other=("till", NARROW),
    ),
    Row(
        "open-to-everyone",
        ("voided-by-allow-all",),
        f"spec: {{{WEB}, policyTypes: [Ingress], ingress: [{{from: []}}]}}",
        "open",
        other=("till", NARROW),
    ),
    Row("duplicate-policy", ("redundant-policy",), NARROW, other=("web", NARROW)),
    Row(
        "undeclared-direction",
        ("egress-without-dns",),
        f"spec: {{{WEB}, policyTypes: [Ingress], egress: [{{to: [{{{TILL}}}]}}]}}",
    ),
    Row(
        "openshift-dns-port",
        ("egress-without-dns",),
        f"spec: {{{WEB}, policyTypes: [Egress], egress: [{{to: [{{{TILL}}}]}}, {{to: "
        "[{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: openshift-dns}}}], "
        "ports: [{port: 53, protocol: UDP}]}]}",
    ),
    Row(
        "missing-udp",
        ("egress-without-dns",),
        f"spec: {{{WEB}, policyTypes: [Egress], egress: [{{to: [{{{TILL}}}]}}, "
        "{ports: [{port: 53}]}]}",
    ),
)


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_one_cause_one_finding(row: Row) -> None:
    """Of all the rules that could speak about a policy, the winner does, once."""
    known = [name for name in row.silenced if name in NAMES]
    assert row.findings(row.winner, *known) == [row.winner], f"\n{row.text}"


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_causes_come_first(row: Row) -> None:
    """Who silences a rule is heard before it."""
    order = [rule.name for rule in RULES]
    for name in rule_named(row.winner).silences & NAMES & frozenset(row.silenced):
        assert order.index(row.winner) < order.index(name)
