"""What findings say: sentences that a tired person understands, and that fit into their line."""

from __future__ import annotations

import re
import shutil
import textwrap
from pathlib import Path

import pytest
from support import RULE_FIXTURES, check, check_alone

from netpol_lint.finding import Finding
from netpol_lint.wording import LONGEST
from netpol_lint_rules import RULES

HEAD = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
SUBJECT = "  podSelector: {matchLabels: {app: web}}\n"


def policy(spec: str, *, name: str = "some", subject: str = SUBJECT, notes: str = "") -> str:
    """A policy of namespace shop with the directions that `spec` has."""
    spec = textwrap.dedent(spec).strip("\n")
    types = ", ".join(each.title() for each in ("ingress", "egress") if f"{each}:" in spec)
    return (
        f"{notes}{HEAD}metadata: {{name: {name}, namespace: shop}}\nspec:\n{subject}"
        f"  policyTypes: [{types}]\n{textwrap.indent(spec, '  ')}\n"
    )


def ports(item: str) -> str:
    """A policy that opens one port to everyone."""
    return policy(f"ingress:\n- ports:\n  - {item}")


def peers(items: str, *, name: str = "some", notes: str = "") -> str:
    """A policy that lets peers in."""
    return policy(
        "ingress:\n- from:\n" + textwrap.indent(textwrap.dedent(items).strip("\n"), "  "),
        name=name,
        notes=notes,
    )


def said(text: str, rule: str) -> str:
    """All words of the only finding of a rule: its message, its help, its labels and its fix."""
    (found,) = [each for each in check(text, rule).findings if each.rule == rule]
    return words(found)


def words(finding: Finding) -> str:
    labels = [label.message for label in finding.labels]
    title = [] if finding.fix is None else [finding.fix.title]
    return "\n".join((finding.message, finding.help or "", *labels, *title))


PAIR = """
- namespaceSelector: {matchLabels: {%s}}
- podSelector: {matchLabels: {%s}}
"""
NAME = "kubernetes.io/metadata.name"

SAID = {
    "a block is left out by except": (
        "deny-written-as-allow",
        policy(
            "egress:\n- to:\n  - ipBlock: {cidr: 203.0.113.0/24}",
            notes="# block traffic to 203.0.113.0/24\n",
        ),
        "allow a wider `cidr` that has 203.0.113.0/24 under `except`",
    ),
    "a namespace is left out by NotIn": (
        "deny-written-as-allow",
        peers(f"- namespaceSelector: {{matchLabels: {{{NAME}: lab}}}}", name="block-lab"),
        "`operator: NotIn` with `values: [lab]` allows all the others",
    ),
    "a number is no protocol": (
        "wrong-type",
        ports("{port: 53, protocol: 17}"),
        "`protocol` is one of the words TCP, UDP and SCTP",
    ),
    "two protocols": (
        "wrong-type",
        ports("{port: 53, protocol: [TCP, UDP]}"),
        "each protocol is an item of `ports` of its own",
    ),
    "two ports": (
        "wrong-type",
        ports("port: [80, 443]"),
        "each port is an item of `ports` of its own",
    ),
    "half a port": (
        "wrong-type",
        ports("port: 80.5"),
        "`…ports[0].port` must be a whole number or a name, not the number `80.5`",
    ),
    "a port is a whole number": ("wrong-type", ports("port: 80.5"), "from 1 to 65535, or the name"),
    "a list of labels": (
        "wrong-type",
        policy("ingress: []", subject="  podSelector: {matchLabels: [{app: web}]}\n"),
        "a line for each label, as `app: web`, without a dash",
    ),
    "a path is cut at its front": (
        "wrong-type",
        policy("egress:\n- to:\n  - ipBlock: 203.0.113.0/24"),
        "`…egress[0].to[0].ipBlock` must be an object, not the string `203.0.113.0/24`",
    ),
    "the shared range is not private": (
        "wrong-private-mask",
        policy(
            "egress:\n- to:\n  - ipBlock:\n      cidr: 0.0.0.0/0\n"
            "      except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/16]"
        ),
        "carriers share 100.64.0.0/10, and clusters use it like a private range;\n"
        "100.65.0.0, for example, belongs to 100.64.0.0/10 and is not in this block",
    ),
    "who comes in": (
        "split-default-route",
        peers('- ipBlock: {cidr: "::/1"}\n- ipBlock: {cidr: "8000::/1"}'),
        "any IPv6 address may connect to pods app=web, for example a host on the internet",
    ),
    "where connections go": (
        "split-default-route",
        policy('egress:\n- to:\n  - ipBlock: {cidr: "::/1"}\n  - ipBlock: {cidr: "8000::/1"}'),
        "pods app=web may connect to any IPv6 address, for example fd00:ec2::254 or a host",
    ),
    "several pods are allowed": (
        "redundant-peer",
        peers("- namespaceSelector: {}\n- namespaceSelector: {matchLabels: {tenant: a}}"),
        "this peer adds nothing: all pods of every namespace are allowed already",
    ),
    "nothing is kept out": (
        "voided-restriction",
        policy(
            "egress:\n- to:\n  - ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}\n"
            "  ports: [{port: 80}]\n- ports: [{port: 80}]"
        ),
        "`169.254.169.254/32` is not kept out: everyone is allowed as well",
    ),
    "namespaces are several": (
        "voided-restriction",
        peers(
            f"""
            - namespaceSelector:
                matchExpressions: [{{key: {NAME}, operator: NotIn, values: [lab, dev]}}]
            - namespaceSelector:
                matchExpressions: [{{key: {NAME}, operator: Exists}}]
            """
        ),
        f"`namespace lab` is not kept out: namespaces {NAME} Exists are allowed as well",
    ),
    "the prefix of a key is hinted at": (
        "split-peer",
        peers(PAIR % (f"{NAME}: monitoring", "app.kubernetes.io/name: prometheus")),
        "allows all pods of monitoring or local pods …/name=prometheus: drop the dash",
    ),
    "long labels are only pointed at": (
        "split-peer",
        peers(
            PAIR
            % (
                f"{NAME}: openshift-ingress",
                "ingresscontroller.operator.openshift.io/deployment-ingresscontroller: default",
            )
        ),
        "allows all pods of openshift-ingress or local pods of these labels: drop the dash",
    ),
    "a little shorter": (
        "split-peer",
        peers(PAIR % (f"{NAME}: openshift-monitoring", "app.kubernetes.io/name: prometheus")),
        "allows all of openshift-monitoring or local pods …/name=prometheus: drop the dash",
    ),
    "two namespaces by name": (
        "split-peer",
        peers(
            f"""
            - namespaceSelector:
                matchExpressions: [{{key: {NAME}, operator: In, values: [shop, crm]}}]
            - podSelector: {{matchLabels: {{role: puller}}}}
            """
        ),
        "role=puller is dead: every pod of shop or crm is allowed, drop the dash",
    ),
    "any pod": (
        "split-peer",
        peers(PAIR % (f"{NAME}: monitoring", "app.kubernetes.io/name: prometheus")),
        "now: from any pod in namespace monitoring, and from pods",
    ),
    "evidence in words": (
        "split-peer",
        peers(PAIR % (f"{NAME}: monitoring", "app.kubernetes.io/name: prometheus")),
        "what speaks for one item, in points: the application is known to live there +6, "
        "just these two items +2; 8 in all",
    ),
    "a long peer beside two ports": (
        "split-rule",
        policy(
            f"""
            ingress:
            - from:
              - namespaceSelector: {{matchLabels: {{{NAME}: storefront}}}}
                podSelector: {{matchLabels: {{app: bff}}}}
            - ports: [{{port: 7070}}, {{port: 7071}}]
            """
        ),
        "everyone may use 7070, 7071, and pods app=bff of namespace storefront may use every port",
    ),
    "every port and not one of them": (
        "split-rule",
        policy(
            "ingress:\n- from:\n  - podSelector: {matchLabels: {app: till}}\n"
            "- ports: [{port: 7070}]"
        ),
        "anybody may connect to 7070, and pods app=till to every port",
    ),
    "a pod like any other": (
        "unsatisfiable-selector",
        peers(
            """
            - podSelector:
                matchExpressions:
                - {key: canary, operator: Exists}
                - {key: canary, operator: DoesNotExist}
            """
        ),
        "lets nobody through: a pod without the label canary, like any other, is not selected",
    ),
    "a namespace like any other": (
        "unsatisfiable-selector",
        peers(
            f"""
            - namespaceSelector:
                matchExpressions:
                - {{key: {NAME}, operator: In, values: [ops]}}
                - {{key: {NAME}, operator: In, values: [infra]}}
            """
        ),
        "`…/metadata.name` can never satisfy both `ops` and `infra`: this selector matches "
        "nothing\n"
        f"this item lets nobody through: a namespace {NAME}=infra, like any other,",
    ),
    "an empty protocol": (
        "invalid-protocol",
        ports("{port: 80, protocol: ''}"),
        "an empty protocol is refused: only TCP, UDP and SCTP exist here",
    ),
    "an empty cidr": (
        "invalid-cidr",
        peers("- ipBlock: {cidr: ''}"),
        "an empty text is not a cidr: the policy is refused",
    ),
    "an empty key": (
        "invalid-label",
        peers("- podSelector: {matchLabels: {'': web}}"),
        "label key is empty: it is refused",
    ),
    "two fields are them": (
        "unknown-field",
        f"{HEAD}metadata: {{name: a, namespace: shop}}\n"
        "podSelector: {}\npolicyTypes: [Ingress]\n",
        "a lenient client drops them, as if `spec` said nothing of the kind",
    ),
    "one field is it": (
        "unknown-field",
        f"{HEAD}metadata: {{name: a, namespace: shop}}\npodSelector: {{}}\n"
        "spec: {policyTypes: [Ingress]}\n",
        "move it under `spec`",
    ),
    "no such time": (
        "invalid-metadata",
        f'{HEAD}metadata: {{name: a, namespace: shop, creationTimestamp: "2024-05-05"}}\n'
        "spec: {podSelector: {}, policyTypes: [Ingress]}\n",
        "`metadata.creationTimestamp` is refused: it is no time such as 2024-05-01T12:00:00Z",
    ),
    "what counts as missing": (
        "empty-peer",
        peers("- podSelector:"),
        "`podSelector:` without a value counts as missing: the policy is refused",
    ),
    "what counts as missing beside another": (
        "null-namespace-selector",
        peers("- namespaceSelector:\n  podSelector: {matchLabels: {app: curl}}"),
        "`namespaceSelector:` without a value counts as missing: only this namespace is searched",
    ),
    "any pod of any namespace": (
        "open-to-everyone",
        policy("ingress:\n- from: []\n  ports: [{port: 7070}]"),
        "any pod of any namespace and any address outside the cluster may connect to TCP 7070",
    ),
    "everyone or nobody": (
        "open-to-everyone",
        policy("ingress:\n- from: []\n  ports: [{port: 7070}]"),
        "if everyone is meant, leave `from` out; if nobody is, delete the rule",
    ),
    "an address outside": (
        "internet-via-selector",
        policy(
            "egress:\n- to: [{namespaceSelector: {}}]\n  ports: [{port: 443}]", name="web-to-stripe"
        ),
        "pods only, not to an address outside such as 203.0.113.10",
    ),
    "who may connect": (
        "sensitive-port",
        ports("port: 27017"),
        "everyone may connect to TCP port 27017 of pods app=web",
    ),
    "and to another port": (
        "sensitive-port",
        ports("{port: 2379, endPort: 2380}"),
        "everyone may connect to TCP port 2379 of pods app=web, and to 2380 (etcd)",
    ),
    "everyone or this namespace": (
        "same-namespace-only",
        peers("- podSelector: {}", name="web-allow-external"),
        "if everyone is meant, leave `from` out; if only this namespace is, say so in a comment",
    ),
    "an item without a port": (
        "all-ports-item",
        policy("ingress:\n- from: [{podSelector: {matchLabels: {app: till}}}]\n  ports: [{}]"),
        "an item without a `port` stands for all of them: write the one that is meant",
    ),
    "every port but one": (
        "split-port",
        policy(
            "ingress:\n- from: [{podSelector: {matchLabels: {app: till}}}]\n"
            "  ports: [{port: 9443}, {protocol: TCP}]"
        ),
        "now: every TCP port is allowed, so the item with 9443 changes nothing",
    ),
    "labels with prefixes": (
        "labels-are-and",
        peers(
            "# till or cart\n- podSelector: {matchLabels: {app.kubernetes.io/name: till, "
            "app.kubernetes.io/component: cart}}"
        ),
        "`…/name=till` and `…/component=cart` must both match here",
    ),
    "the same port twice": (
        "overlapping-ports",
        policy(
            "ingress:\n- from: [{podSelector: {matchLabels: {app: till}}}]\n"
            "  ports: [{port: 80}, {port: 80}]"
        ),
        "TCP 80 is listed twice",
    ),
    "all addresses of a family": (
        "dns-to-anywhere",
        policy(
            "egress:\n- to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]\n"
            "  ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]"
        ).replace("{port: 53, protocol: TCP}", "{port: 54}"),
        "dns is allowed to `0.0.0.0/0`: almost every IPv4 address",
    ),
    "the quote is shown where it opens": (
        "yaml-syntax",
        f'{HEAD}metadata:\n  name: "a\n  namespace: "shop"\nspec: {{}}\n',
        "text follows the closing quote of a value that begins lines above\n"
        "nothing of this document is applied until it can be read\n"
        "it opens here: is a quote missing?",
    ),
    "no rule of that name": (
        "unknown-rule",
        policy("ingress: []  # netpol-lint: ignore[open-to-everybody]"),
        "no rule is called open-to-everybody, did you mean open-to-everyone?\n"
        "it silences nothing; `netpol-lint rules` lists all names",
    ),
    "an ignore that is not needed": (
        "unused-ignore",
        policy("ingress: []  # netpol-lint: ignore[open-to-everyone]"),
        "delete it; a comment silences what is found on its line",
    ),
}


@pytest.mark.parametrize(("rule", "text", "sentence"), SAID.values(), ids=SAID.keys())
def test_says(rule: str, text: str, sentence: str) -> None:
    """Each of these was once said in a way that was wrong, cut to pieces or a riddle."""
    assert sentence in said(text, rule)


QUARANTINE = policy(
    "ingress: []",
    name="quarantine",
    subject='  podSelector: {matchLabels: {quarantine: "yes"}}\n',
)
WEB = policy("ingress:\n- from: [{podSelector: {matchLabels: {app: till}}}]", name="web")
POLICIES = {
    "of both labels": (
        "powerless-deny",
        QUARANTINE,
        WEB,
        "still let in to pods quarantine=yes, app=web of namespace shop, for example a pod ",
    ),
    "what to do": (
        "powerless-deny",
        QUARANTINE,
        WEB,
        "to cut these pods off, take the labels off them that the other policies select",
    ),
    "an example in words": (
        "voided-by-allow-all",
        policy("ingress: [{}]", name="open", subject="  podSelector: {}\n"),
        WEB,
        "reached from a pod without labels in namespace other, on TCP port 1",
    ),
}


@pytest.mark.parametrize(
    ("rule", "one", "other", "sentence"), POLICIES.values(), ids=POLICIES.keys()
)
def test_says_of_two(rule: str, one: str, other: str, sentence: str, tmp_path: Path) -> None:
    """The same, where two policies belong together."""
    text = f"{one}---\n{other}"
    (tmp_path / "policy.yaml").write_text(text, encoding="utf-8")
    (found,) = [each for each in check(text, rule, root=tmp_path).findings if each.rule == rule]
    assert sentence in words(found)


def test_no_other_policy() -> None:
    """What is missing is named: no other policy allows it, and not "adds to that"."""
    text = (RULE_FIXTURES / "egress-without-dns" / "bad.yaml").read_text(encoding="utf-8")
    findings = check_alone(text, "egress-without-dns").findings
    assert findings
    assert all("and no other policy" in words(each) for each in findings)


def test_service_port_says_what_is_open() -> None:
    """Its help is a sentence."""
    text = (RULE_FIXTURES / "service-port" / "bad.yaml").read_text(encoding="utf-8")
    findings = check_alone(text, "service-port").findings
    assert findings
    assert all("of the pods are allowed, and nothing listens" in words(each) for each in findings)


# However long the names are

NAMES = re.compile(
    r"\b(attic|auditor|bank|caller|canary|cart|churn|collector|compliance|edge|feed|lab|ledger"
    r"|metrics|names|press|quarantine|scale|shop|till|tills|warehouse|web)\b"
)
"""Words by which the fixtures call what they are free to name."""
FIXTURES = sorted(
    (rule.name, path)
    for rule in RULES
    if (RULE_FIXTURES / rule.name).is_dir()
    for path in (RULE_FIXTURES / rule.name).iterdir()
    if path.is_dir() or path.suffix in (".yaml", ".yml")
)


def lengthened(text: str, more: int) -> str:
    """A manifest whose names are `more` letters longer; paths stay, and what no name may have."""
    return "\n".join(
        line
        if "/" in line.partition("#")[0].replace("kubernetes.io/", "") or ".yaml" in line
        else NAMES.sub(lambda match: f"{match[0]}-{'n' * more}"[:63], line)
        for line in text.split("\n")
    )


@pytest.mark.parametrize(
    ("rule", "path"), FIXTURES, ids=[f"{rule}/{path.name}" for rule, path in FIXTURES]
)
def test_long_names_fit(rule: str, path: Path, tmp_path: Path) -> None:
    """No message is longer than its line, whatever names a file has."""
    for more in (12, 50):
        for message in _messages(rule, path, tmp_path / str(more), more):
            assert len(message) <= LONGEST, message


def _messages(rule: str, path: Path, root: Path, more: int) -> list[str]:
    if path.is_file():
        text = lengthened(path.read_text(encoding="utf-8"), more)
        return [each.message for each in check_alone(text, rule).findings]
    shutil.copytree(path, root, symlinks=True)
    manifests = [
        each
        for each in root.rglob("*")
        if each.suffix in (".yaml", ".yml", ".json") and each.is_file() and not each.is_symlink()
    ]
    for each in manifests:
        each.write_text(lengthened(each.read_text(encoding="utf-8"), more), encoding="utf-8")
    return [
        finding.message
        for each in manifests
        for finding in check(
            each.read_text(encoding="utf-8"),
            rule,
            path=each.relative_to(root).as_posix(),
            root=root,
        ).findings
    ]
