"""Ignores: where they reach, what they need, and what becomes of those that nobody needs."""

from __future__ import annotations

import pytest
from support import check

from netpol_lint.engine import Result

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ledger
  namespace: shop{annotation}
spec:{spec}
  podSelector: {{matchLabels: {{app: ledger}}}}
  policyTypes: [Ingress]
  ingress:{ingress}
  - from:{before}
    - namespaceSelector:{first}
        matchLabels:{inside}
          kubernetes.io/metadata.name: monitoring{above}
    - podSelector:{second}
        matchLabels:
          app: prometheus{last}
    ports:{ports}
    - port: 9090
"""
PLACES = [
    "annotation",
    "spec",
    "ingress",
    "before",
    "first",
    "inside",
    "above",
    "second",
    "last",
    "ports",
]


def lint(ignore: str = "split-peer", **where: str) -> Result:
    """The policy with `# netpol-lint: ignore[...]` at some of its places."""
    filled = dict.fromkeys(PLACES, "") | where
    return check(POLICY.format(**filled).replace("IGNORE", f"netpol-lint: ignore[{ignore}]"))


def rules(result: Result) -> list[str]:
    return [finding.rule for finding in result.findings]


def test_without_ignore() -> None:
    """The policy has one finding."""
    assert rules(lint()) == ["split-peer"]


@pytest.mark.parametrize(
    "where",
    [
        {"second": "  # IGNORE both are meant"},
        {"above": "\n    # IGNORE"},
        {"above": "\n    # IGNORE\n    # for two reasons"},
        {"first": "  # IGNORE"},
        {"inside": "\n          # IGNORE"},
        {"before": "\n    # IGNORE"},
        {"last": "  # IGNORE"},
    ],
)
def test_reach(where: dict[str, str]) -> None:
    """An ignore works on the line, on its own line above, and anywhere inside the finding."""
    result = lint(**where)
    assert rules(result) == []
    assert result.suppressed == 1


@pytest.mark.parametrize(
    "where", [{"spec": "  # IGNORE"}, {"ingress": "\n  # IGNORE"}, {"ports": "  # IGNORE"}]
)
def test_out_of_reach(where: dict[str, str]) -> None:
    """Elsewhere it silences nothing, and says that it is not needed."""
    assert sorted(rules(lint(**where))) == ["split-peer", "unused-ignore"]


def test_other_rule() -> None:
    """It silences only what it names; a name of another rule is unused, of none unknown."""
    assert rules(lint("split-rule", second="  # IGNORE")) == ["split-peer", "unused-ignore"]
    result = lint("split-per", second="  # IGNORE")
    assert rules(result) == ["split-peer", "unknown-rule"]
    assert "did you mean split-peer" in result.findings[1].message


def test_several_names() -> None:
    """Each name of a list is judged for itself, and pointed at."""
    result = lint("split-rule, split-peer", second="  # IGNORE reason")
    assert rules(result) == ["unused-ignore"]
    (finding,) = result.findings
    line = dict(finding.lines)[finding.place.start.line]
    assert line[finding.place.start.column - 1 :].startswith("split-rule, split-peer")


def test_no_names() -> None:
    """An ignore without names silences nothing."""
    text = POLICY.format(**dict.fromkeys(PLACES, "") | {"second": "  # netpol-lint: ignore"})
    assert rules(check(text)) == ["split-peer", "unknown-rule"]


@pytest.mark.parametrize("value", ["split-peer", '"split-peer, split-port"', "'split-peer'"])
def test_annotation(value: str) -> None:
    """The annotation reaches the whole object, and survives rendering."""
    result = lint(annotation=f"\n  annotations:\n    netpol-lint.io/ignore: {value}")
    assert "split-peer" not in rules(result)
    assert rules(result) == (["unused-ignore"] if "port" in value else [])


@pytest.mark.parametrize(
    "other",
    [
        "# netpol-lint: ignore-file[split-peer] generated\n---\n",
        "apiVersion: v1\nkind: Service # netpol-lint: ignore-file[split-peer]\n---\n",
    ],
)
def test_whole_file(other: str) -> None:
    """`ignore-file` works from any document of the file."""
    text = POLICY.format(**dict.fromkeys(PLACES, ""))
    assert rules(check(other + text + "---\n" + text)) == []


def test_inside_a_block_scalar() -> None:
    """What looks like an ignore inside a text is text."""
    note = "\n  annotations:\n    note: |\n      # netpol-lint: ignore-file[split-peer]"
    assert rules(lint(annotation=note)) == ["split-peer"]
