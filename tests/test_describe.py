"""What `describe` says, first of all about everything that can be empty."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from netpol_lint import cli, describe
from netpol_lint.describe import Account, Description, Way
from netpol_lint.diagnostic import Severity
from netpol_lint.engine import Settings
from netpol_lint.selection import select
from netpol_lint_rules import RULES
from netpol_lint_schemas import text as schema_text

CONTRACT = Draft202012Validator(json.loads(schema_text("description.v1")))
SETTINGS = Settings(
    select(RULES, describe.MERGEABLE, []),
    frozenset(rule.name for rule in RULES),
    least=Severity.INFO,
)
HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: t, namespace: shop}
"""


def account(text: str, *, merge: bool = False) -> Account:
    return describe.stream(BytesIO(text.encode()), "policy.yaml", SETTINGS, merge=merge)


def one(spec: str) -> Description:
    (found,) = account(f"{HEAD}{spec}\n").descriptions
    return found


def ingress(value: str) -> Way:
    return one(f"spec: {{podSelector: {{}}, policyTypes: [Ingress], ingress: {value}}}").ingress


def peers(value: str) -> tuple[str, ...]:
    (permission,) = ingress(f"[{{ports: [{{port: 1}}], from: {value}}}]").permissions
    return permission.peers


def ports(value: str) -> tuple[str, ...]:
    (permission,) = ingress(f"[{{from: [{{podSelector: {{}}}}], ports: {value}}}]").permissions
    return permission.ports


EVERY_OWN = "every pod, in namespace shop"
PODS = "podSelector: {matchLabels: {a: b}}"
SPACES = "namespaceSelector: {matchLabels: {c: d}}"


# Catalogue 2.1: the spec level. Cells that the API server rejects are not here.


@pytest.mark.parametrize("spec", ["", "spec:", "spec: null", "spec: {}"])
def test_spec(spec: str) -> None:
    found = one(spec)
    assert found.subject == EVERY_OWN
    assert (found.ingress.state, found.egress.state) == ("denied", "untouched")


@pytest.mark.parametrize(
    "selector",
    [
        "",
        "podSelector: ",
        "podSelector: null",
        "podSelector: {}",
        "podSelector: {matchLabels: }",
        "podSelector: {matchLabels: {}}",
        "podSelector: {matchExpressions: }",
        "podSelector: {matchExpressions: []}",
    ],
)
def test_everyone_is_selected(selector: str) -> None:
    assert one(f"spec: {{{selector}}}").subject == EVERY_OWN


@pytest.mark.parametrize(
    ("selector", "words"),
    [
        ("{matchLabels: {app: }}", 'pods with app=""'),
        ('{matchLabels: {app: ""}}', 'pods with app=""'),
        ("{matchLabels: {app: a, tier: b}}", "pods with app=a AND tier=b"),
        ("{matchExpressions: [{key: a, operator: In, values: [null]}]}", 'pods with a=""'),
        (
            "{matchExpressions: [{key: a, operator: In, values: [x, z]}]}",
            "pods with (a=x OR a=z)",
        ),
        (
            "{matchExpressions: [{key: a, operator: NotIn, values: [null]}]}",
            'pods with (a not "", or missing)',
        ),
        (
            "{matchExpressions: [{key: a, operator: NotIn, values: [x, z]}]}",
            "pods with (a not x AND not z, or missing)",
        ),
        ("{matchExpressions: [{key: a, operator: Exists}]}", "pods with any label a"),
        ("{matchExpressions: [{key: a, operator: Exists, values: }]}", "pods with any label a"),
        ("{matchExpressions: [{key: a, operator: Exists, values: []}]}", "pods with any label a"),
        (
            "{matchExpressions: [{key: a, operator: DoesNotExist, values: []}]}",
            "pods with no label a",
        ),
        (
            "{matchExpressions: [{key: a, operator: Exists}, "
            "{key: a, operator: NotIn, values: [x]}]}",
            "pods with (a not x, and not missing)",
        ),
    ],
)
def test_selector(selector: str, words: str) -> None:
    assert one(f"spec: {{podSelector: {selector}}}").subject == f"{words}, in namespace shop"


def test_contradiction() -> None:
    expression = "{key: a, operator: NotIn, values: [x]}"
    found = one(
        f"spec: {{podSelector: {{matchLabels: {{a: x}}, matchExpressions: [{expression}]}}}}"
    )
    assert found.subject == "nobody: its requirements contradict each other"


@pytest.mark.parametrize("types", ["", "policyTypes: ", "policyTypes: null", "policyTypes: []"])
def test_defaulted_types(types: str) -> None:
    """Egress is declared by default only if it has a rule."""
    without = one(f"spec: {{podSelector: {{}}, {types}}}")
    assert (without.ingress.state, without.egress.state) == ("denied", "untouched")
    empty = one(f"spec: {{podSelector: {{}}, egress: [], {types}}}")
    assert (empty.ingress.state, empty.egress.state) == ("denied", "untouched")
    filled = one(f"spec: {{podSelector: {{}}, egress: [{{}}], {types}}}")
    assert (filled.ingress.state, filled.egress.state) == ("denied", "open")


# Catalogue 2.2: the directions.

ROWS = [
    ("ingress", "Ingress", ("denied", "denied", "denied", "open", "open")),
    ("ingress", "", ("denied", "denied", "denied", "open", "open")),
    ("ingress", "Egress", ("untouched",) * 5),
    ("egress", "Egress", ("denied", "denied", "denied", "open", "open")),
    ("egress", "Ingress", ("untouched",) * 5),
    ("egress", "", ("untouched", "untouched", "untouched", "open", "open")),
]


@pytest.mark.parametrize(("direction", "types", "states"), ROWS)
def test_direction(direction: str, types: str, states: tuple[str, ...]) -> None:
    for value, state in zip((None, "", "[]", "[{}]", "[null]"), states, strict=True):
        written = "" if value is None else f", {direction}: {value}"
        found = one(f"spec: {{podSelector: {{}}, policyTypes: [{types}]{written}}}")
        way: Way = getattr(found, direction)
        assert way.state == state, value
        is_ignored = "is ignored" in way.sentence
        assert is_ignored is (state == "untouched" and value in ("[{}]", "[null]"))
        if not types and direction == "egress":
            assert found.ingress.state == "denied"


# Catalogue 2.3: allows and peers.


@pytest.mark.parametrize("peer", ["", "null", "[]"])
def test_no_peer_is_everybody(peer: str) -> None:
    assert peers(peer) == ("everybody: every pod of every namespace and every address",)
    assert ingress(f"[{{from: {peer}}}]").state == "open"


@pytest.mark.parametrize(
    ("peer", "words"),
    [
        ("{podSelector: {}}", EVERY_OWN),
        ("{namespaceSelector: {}}", "every pod, in every namespace"),
        ("{podSelector: {matchLabels: {a: b}}}", "pods with a=b, in namespace shop"),
        (f"{{{PODS}, namespaceSelector: }}", "pods with a=b, in namespace shop"),
        (f"{{{PODS}, namespaceSelector: {{}}}}", "pods with a=b, in every namespace"),
        (f"{{{SPACES}}}", "every pod, in every namespace with c=d"),
        (f"{{{SPACES}, podSelector: }}", "every pod, in every namespace with c=d"),
        (f"{{{SPACES}, podSelector: {{}}}}", "every pod, in every namespace with c=d"),
        ("{namespaceSelector: {}, podSelector: {}}", "every pod, in every namespace"),
        ("{ipBlock: {cidr: 10.0.0.0/8}, podSelector: }", "addresses of 10.0.0.0/8"),
        ("{ipBlock: {cidr: 10.0.0.0/8, except: }}", "addresses of 10.0.0.0/8"),
        ("{ipBlock: {cidr: 10.0.0.0/8, except: []}}", "addresses of 10.0.0.0/8"),
        (
            "{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.2.0.0/16]}}",
            "addresses of 10.0.0.0/8 except 10.1.0.0/16 and 10.2.0.0/16",
        ),
        (
            "{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/9, 10.128.0.0/9]}}",
            "nobody: addresses of 10.0.0.0/8 except 10.0.0.0/9 and 10.128.0.0/9",
        ),
        (
            "{namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, "
            "operator: NotIn, values: [lab]}], matchLabels: {c: d}}}",
            "every pod, in every namespace except namespace lab, with c=d",
        ),
        (
            "{namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, "
            "operator: In, values: [lab, attic]}]}}",
            "every pod, in namespace attic OR namespace lab",
        ),
    ],
)
def test_peer(peer: str, words: str) -> None:
    assert peers(f"[{peer}]") == (words,)


@pytest.mark.parametrize(
    "peer",
    [
        "{}",
        "null",
        "{podSelector: }",
        "{ipBlock: {cidr: 10.0.0.1/8}}",
        "{ipBlock: {cidr: '${OFFICE}'}}",
        "{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/8]}}",
        "{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}",
        "{podSelector: {matchLabels: {app: '${APP}'}}}",
        "{podSelector: {app: web}}",
        "{podSelector: {}, ports: []}",
    ],
)
def test_what_cannot_be_read_is_unknown(peer: str) -> None:
    """What the server refuses, and what comes later, is never described as something else."""
    (words,) = peers(f"[{peer}]")
    assert words.startswith("unknown: the item of line ")


# Catalogue 2.4: ports.


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", ("every port",)),
        ("null", ("every port",)),
        ("[]", ("every port",)),
        ("[{}]", ("every TCP port",)),
        ("[null]", ("every TCP port",)),
        ("[{protocol: UDP}]", ("every UDP port",)),
        ("[{port: , protocol: UDP}]", ("every UDP port",)),
        ("[{port: 80, protocol: }]", ("TCP 80",)),
        ("[{port: 80, endPort: }]", ("TCP 80",)),
        (
            "[{port: 80, endPort: 90}, {port: 91}, {port: web}]",
            ("TCP 80 to 91", 'the TCP port called "web"'),
        ),
        ("[{port: '${PORT}'}]", ("unknown: ports that cannot be read for sure",)),
    ],
)
def test_ports(value: str, words: tuple[str, ...]) -> None:
    assert ports(value) == words


# Catalogue 2.5: combined shapes.


def test_combined_shapes() -> None:
    assert {ingress(value).state for value in ("[{from: []}]", "[{ports: []}]", "[{}]")} == {"open"}
    assert ingress("[{from: [], ports: [{port: 80}]}]").state == "limited"
    found = one("spec: {podSelector: {}, egress: []}")
    assert (found.ingress.state, found.egress.state) == ("denied", "untouched")


# Unknown, and untrusted.


def test_unknown_directions() -> None:
    found = one("spec: {podSelector: {}, policyTypes: ['${TYPE}'], egress: [{}]}")
    assert (found.ingress.state, found.egress.state) == ("unknown", "unknown")
    found = one("spec: {podSelector: {}, policyTypes: [Ingress], ingress: {}}")
    assert found.ingress.state == "unknown"
    assert one("spec: {podSelector: [a]}").subject.startswith("unknown: ")


def test_unknown_namespace() -> None:
    text = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: t}\n"
    (found,) = account(text).descriptions
    assert found.namespace is None
    assert found.subject == "every pod, in the policy's own namespace"


def test_where_it_lands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each build is named with its namespace and with what it adds; a stated one needs no word."""
    (tmp_path / "base").mkdir()
    (tmp_path / "base/policy.yaml").write_text(f"{HEAD}spec: {{podSelector: {{}}}}\n")
    (tmp_path / "base/kustomization.yaml").write_text("resources: [policy.yaml]\n")
    for name, more in (("dev", ""), ("prod", "commonLabels: {team: tills}\n")):
        (tmp_path / name).mkdir()
        text = f"namespace: shop-{name}\nresources: [../base]\n{more}"
        (tmp_path / name / "kustomization.yaml").write_text(text)
    assert cli.main(["describe", "--root", str(tmp_path), str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("(several namespaces)/t (")
    assert "  In: namespace shop-dev, by the namespace of dev/kustomization.yaml\n" in shown
    assert "  OR: namespace shop-prod, by the namespace of prod/kustomization.yaml\n" in shown
    assert "adds to its podSelectors: team=tills (prod/kustomization.yaml)" in shown
    assert one("spec: {podSelector: {}}").landings == ()


def test_nothing_untrusted_is_shown() -> None:
    text = HEAD.replace("name: t", r'name: "a\e[31m\u202eb"') + (
        'spec: {podSelector: {matchLabels: {"a\\e]0;x\\a": "b\\r\\nc"}}}\n'
    )
    found = account(text)
    assert describe.text(found).replace("\n", "").isprintable()
    assert "\x1b" not in describe.as_json(found)


def test_rejected_is_noted() -> None:
    assert one("spec: {podSelector: {}, Ingress: []}").notes
    assert not one("spec: {podSelector: {}}").notes


# What if it were merged.


SPLIT_PEER = f"""{HEAD}spec:
  podSelector: {{}}
  policyTypes: [Egress]
  egress:
  - to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: kube-system
    - podSelector:
        matchLabels:
          k8s-app: kube-dns
    ports:
    - port: 53
      protocol: UDP
"""


def test_split_peer() -> None:
    (change,) = account(SPLIT_PEER, merge=True).changes
    assert (change.rule, change.line, change.gained, change.unknown) == ("split-peer", 12, (), ())
    assert change.lost == (
        "a pod k8s-app=anything in namespace kube-system, on UDP port 53",
        "a pod k8s-app=kube-dns in namespace shop, on UDP port 53",
    )
    ((_, merged),) = change.merged
    assert merged.permissions[0].peers == ("pods with k8s-app=kube-dns, in namespace kube-system",)


def test_split_rule() -> None:
    (change,) = account(
        f"""{HEAD}spec:
  podSelector: {{}}
  policyTypes: [Ingress]
  ingress:
  - from:
    - podSelector: {{matchLabels: {{app: till}}}}
  - ports:
    - port: 8080
""",
        merge=True,
    ).changes
    assert change.rule == "split-rule"
    assert change.lost == (
        "a pod app=till in namespace shop, on TCP port 1",
        "a pod without labels in namespace other, on TCP port 8080",
        "address 0.0.0.0, on TCP port 8080, unless it is the address of a pod that is allowed",
    )


def test_split_port() -> None:
    (change,) = account(
        f"""{HEAD}spec:
  podSelector: {{}}
  policyTypes: [Ingress]
  ingress:
  - from:
    - podSelector: {{}}
    ports:
    - port: 53
    - protocol: UDP
""",
        merge=True,
    ).changes
    assert change.rule == "split-port"
    assert change.lost == ("a pod without labels in namespace shop, on TCP port 53",)
    assert change.gained == ()


def test_addresses_are_a_condition() -> None:
    """Whether a pod's address lies in the block is not known, so it is said."""
    text = SPLIT_PEER.replace("    ports:", "    - ipBlock: {cidr: 10.0.0.0/8}\n    ports:")
    (change,) = account(text, merge=True).changes
    assert change.lost[0] == (
        "a pod k8s-app=anything in namespace kube-system, on UDP port 53, "
        "unless its address is in a block that is allowed"
    )
    assert change.unknown == ()


def test_what_is_unknown_stays_so() -> None:
    """What comes later may be anything."""
    text = SPLIT_PEER.replace("    ports:", "    - ipBlock: {cidr: '${OFFICE}'}\n    ports:")
    (change,) = account(text, merge=True).changes
    assert (change.lost, change.gained) == ((), ())
    assert change.unknown == (
        "whether anything else is lost in egress",
        "whether anything else is gained in egress",
    )


# The command.


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(SPLIT_PEER, encoding="utf-8")
    assert cli.main(["describe", "--if-merged", "--root", str(tmp_path), str(path)]) == 0
    shown = capsys.readouterr().out
    assert "Egress: limited, these pods may connect to these only:" in shown
    assert "OR pods with k8s-app=kube-dns, in namespace shop" in shown
    assert "  Lost: a pod k8s-app=anything in namespace kube-system, on UDP port 53" in shown
    assert cli.main(["describe", "--format", "json", str(path)]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["policies"][0]["egress"]["state"] == "limited"
    assert document["changes"] == []


FILES = sorted((Path(__file__).parent / "rules").glob("*/*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_json_keeps_its_schema(path: Path) -> None:
    """What is said of every fixture has the form that the schema promises."""
    text = path.read_text(encoding="utf-8", errors="replace")
    CONTRACT.validate(json.loads(describe.as_json(account(text, merge=True))))


def test_the_schema_refuses() -> None:
    """It is no form that everything has."""
    Draft202012Validator.check_schema(CONTRACT.schema)
    told = json.loads(describe.as_json(account(SPLIT_PEER, merge=True)))
    assert CONTRACT.is_valid(told)
    assert told["changes"], "the example has to be one that changes"
    for broken in (
        told | {"version": 2},
        told | {"more": 1},
        told | {"policies": [told["policies"][0] | {"line": 0}]},
        told | {"policies": [told["policies"][0] | {"egress": {"state": "ajar"}}]},
        told | {"changes": [told["changes"][0] | {"now": {"sideways": {}}}]},
    ):
        assert not CONTRACT.is_valid(broken)


def test_what_cannot_be_described(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(f"{HEAD}---\n{HEAD}  : [\n---\n{HEAD}spec: {{{{ x }}}}\n", encoding="utf-8")
    assert cli.main(["describe", str(broken)]) == 2
    heard = capsys.readouterr()
    assert heard.out.count("shop/t") == 1
    assert "broken.yaml:8: not readable as yaml: " in heard.err
    assert "not described: template" in heard.err
    assert cli.main(["describe", str(tmp_path / "nowhere")]) == 2
