"""What a policy does, told by example: the words for the pods it is about."""

from __future__ import annotations

import pytest

from netpol_lint import parse, policy, witness
from netpol_lint.policy import Direction


@pytest.mark.parametrize(
    ("selector", "barred", "nobody"),
    [
        ("{}", "no pod of the namespace can dial", "any pod of the namespace"),
        ("{matchLabels: {app: till}}", "pods app=till cannot dial", "pods app=till"),
        ("{matchLabels: 3}", "the selected pods cannot dial", "the selected pods"),
    ],
)
def test_negations(selector: str, barred: str, nobody: str) -> None:
    """Behind a negation "every pod" would leave the connection open to some of them."""
    text = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: t}\n"
        f"spec: {{podSelector: {selector}, policyTypes: [Ingress]}}\n"
    )
    (part,) = parse.split(text)
    (found,) = policy.find(text, parse.parse(text, part).root)
    assert witness.barred(found, "dial") == barred
    assert witness.negated(found) == nobody
    assert f"nobody may connect to {nobody}," in witness.nobody(found, Direction.INGRESS)
