"""Which documents are judged, which are counted as skipped, and which are nobody's business."""

from __future__ import annotations

import pytest

from netpol_lint import triage
from netpol_lint.parse import Document

POLICY = (
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, namespace: b}\n"
)
CALICO = POLICY.replace("networking.k8s.io/v1", "projectcalico.org/v3")
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {}\n"
ADMIN = (
    "apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: {name: a}\n"
)


def _outcomes(text: str) -> list[str]:
    """`judged`, `broken`, or why it was skipped, for each document of interest."""
    found: list[str] = []
    for each in triage.documents(text):
        if isinstance(each, Document):
            found.append("judged" if each.root is not None else "broken")
        else:
            found.append(each.reason)
    return found


@pytest.mark.parametrize(
    "text",
    [
        POLICY,
        f"\ufeff{POLICY}",
        f"# a comment\n---\n{POLICY}...\n",
        "--- {kind: NetworkPolicy, apiVersion: networking.k8s.io/v1}\n",
        '{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"}',
        '{"apiVersion": "networking.k8s.io/v1", "kind": "Network\\u0050olicy"}',
        "kind: NetworkPolicy\n",
        "apiVersion:\nkind: NetworkPolicy\n",
        "apiVersion: extensions/v1beta1\nkind: NetworkPolicy\n",
        "apiVersion: networking/v1\nkind: NetworkPolicy\n",
        "apiVersion: ${VERSION}\nkind: NetworkPolicy\n",
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicies\n",
        "apiVersion: networking.k8s.io/v1\nkind: networkPolicy\n",
        "apiVersion: networking.k8s.io/v1\nkind: NetworPolicy\n",
        "apiVersion: networking.k8s.io/v1\nkind: Network Policy\n",
        f"apiVersion: v1\nkind: List\nitems:\n- {POLICY.replace(chr(10), chr(10) + '  ')}",
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicyList\nitems: []\n",
        f"# a mark in a comment: {{{{ x }}}}\n{POLICY}",
        SERVICE + POLICY,
        POLICY + SERVICE,
        ADMIN,
        "apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\n",
        "apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\n",
        "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\n",
    ],
)  # fmt: skip
def test_judged(text: str) -> None:
    """These are ours."""
    assert _outcomes(text) == ["judged"]


@pytest.mark.parametrize(
    ("text", "outcomes"),
    [
        (CALICO, ["other-kind"]),
        (f"{POLICY}spec: {{{{ .Values.spec }}}}\n", ["template"]),
        (f"{POLICY}spec: [\n# {{{{- if .Values.on }}}}\n", ["template"]),
        (f"{POLICY}{{% if on %}}\n", ["template"]),
        (f"{POLICY}<% on %>\n", ["template"]),
        (f"{POLICY}sops: {{mac: x}}\n", ["encrypted"]),
        ("apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nspec:\n  generate:\n"
         "    kind: NetworkPolicy\n", ["embedded"]),
        ("- kind: NetworkPolicy\n", ["embedded"]),
        (f"{POLICY}---\n{CALICO}---\n{POLICY}spec: [\n", ["judged", "other-kind", "broken"]),
    ],
)  # fmt: skip
def test_skipped(text: str, outcomes: list[str]) -> None:
    """These are counted, so that nobody believes they were checked."""
    assert _outcomes(text) == outcomes


@pytest.mark.parametrize(
    "text",
    [
        "",
        "---\n",
        SERVICE,
        f"# NetworkPolicy\n{SERVICE}",
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\n",
        "apiVersion: networking.k8s.io/v1\nkind: IngressClass\n# NetworkPolicy\n",
        "apiVersion: v1\nkind: ConfigMap\ndata: [\n# kind of NetworkPolicy\n",
        "apiVersion: apps/v1\nkind: Deployment\nspec: {owner: {kind: NetworkPolicy,\n",
        "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nspec: [\n",
        "apiVersion: example.com/v1\nkind: ClusterNetworkPolicy\n",
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n",
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\npatches:\n"
        "- target: {kind: NetworkPolicy}\n",
        f"%YAML 1.2\n---\n{SERVICE}",
        "apiVersion: admissionregistration.k8s.io/v1\nkind: Foo\nrules: [NetworkPolicy]\n",
        f"{ADMIN}spec: {{{{ .Values.spec }}}}\n",
    ],
)
def test_not_ours(text: str) -> None:
    """These are not even mentioned."""
    assert _outcomes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        f"{POLICY}spec: [\n",
        f"\ufeff{POLICY}spec: [\n",
        "apiVersion: .nan\nkind: NetworkPolicy\n",
        "kind: NetworkPolicy\n  apiVersion: networking.k8s.io/v1\n",
        "apiVersion: networking.k8s.io/v1\nkind NetworkPolicy\nmetadata:\n  name: a\n",
        '{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",\n',
        "apiVersion: v1\nkind: List\nitems:\n- kind: NetworkPolicy\n spec: 1\n",
        f"{POLICY}---\n%YAML 1.2\n".partition("---\n")[2] + f"---\n{POLICY}",
    ],
)
def test_broken(text: str) -> None:
    """Unreadable documents that are plainly policies, or the prologue of a file of policies."""
    assert _outcomes(text)[0] == "broken"


def test_broken_neighbours_hide_nothing() -> None:
    """Every document of a file is judged on its own."""
    assert _outcomes(f"foo: [\n---\n{POLICY}---\n{POLICY}spec: [\n---\n{POLICY}") == [
        "judged",
        "broken",
        "judged",
    ]


@pytest.mark.parametrize("text", [SERVICE, "kind: NetPol\n", "networking.k8s.io/v1 kind: Ingress"])
def test_cheap_test_says_no(text: str) -> None:
    """What cannot hold a policy is not even parsed."""
    assert not triage.mentions_policy(text)


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: networking.k8s.io/v1\nkind: |-\n  NetworkPolicy\nmetadata: {name: [\n",
        "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicies, metadata: {name: \x07}}\n",
        "apiVersion: networking.k8s.io/v1\nkind:\u3000NetworkPolicy\nmetadata: {name: t}\n",
        "{ownerReferences: [{\n kind: Deployment}], kind: NetworkPolicy, a: \x7f}\n",
        "# comment\n\n\ufeffapiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n",
    ],
)
def test_unreadable_policies_are_ours(text: str) -> None:
    """What kube-apiserver's comparison has shown: a policy is one however oddly it is broken."""
    (outcome,) = triage.documents(text)
    assert isinstance(outcome, Document)
    assert outcome.problems
