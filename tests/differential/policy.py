"""Right policies: what kube-apiserver accepts, with some of everything."""

from __future__ import annotations

from random import Random

from manifest import WORDS, Entry, Mapping, Scalar, Sequence, mapping, sequence

TCP_PORTS = ("80", "443", "8080", "5432", "1", "65535", "http", "web-0", '"http"', "'a'", "a-b-c")
RIGHT_CIDRS = (
    *("0.0.0.0/0", "10.0.0.0/8", "192.0.2.0/24", "198.51.100.7/32", '"::/0"', "2001:db8::/32"),
    *("'2001:DB8::/32'", "2001:0db8:0000::/48", "fd00::1/128", '"172.16.0.0/12"'),
)


def right_policy(rng: Random) -> Mapping:
    """A policy that kube-apiserver accepts, with some of everything."""
    metadata = mapping(name="-".join(rng.sample(WORDS, 2)))
    if rng.random() < 0.1:
        metadata = mapping(generateName=rng.choice(WORDS) + "-")
    if rng.random() < 0.5:
        metadata.put("namespace", Scalar(rng.choice(WORDS)))
    if rng.random() < 0.4:
        metadata.put("labels", right_labels(rng))
    if rng.random() < 0.2:
        metadata.put("annotations", mapping(**{"example.com/purpose": '"any text, of course: 1"'}))
    root = mapping(apiVersion="networking.k8s.io/v1", kind="NetworkPolicy", metadata=metadata)
    root.put("spec", right_spec(rng))
    if rng.random() < 0.1:
        rng.shuffle(root.entries)
    return root


def right_spec(rng: Random) -> Mapping:
    spec = Mapping()
    if rng.random() < 0.95:
        spec.put("podSelector", right_selector(rng))
    types = rng.choice(("", "Ingress", "Egress", "Ingress Egress", "Egress Ingress"))
    if types:
        spec.put("policyTypes", sequence(*types.split()))
    for direction, side in (("ingress", "from"), ("egress", "to")):
        if rng.random() < 0.7:
            rules = [right_rule(rng, side) for _ in range(rng.choice((0, 1, 1, 1, 2, 3)))]
            spec.put(direction, Sequence(list(rules)))
    return spec


def right_rule(rng: Random, side: str) -> Mapping:
    rule = Mapping()
    if rng.random() < 0.85:
        rule.put(side, Sequence([right_peer(rng) for _ in range(rng.randint(1, 3))]))
    if rng.random() < 0.7:
        rule.put("ports", Sequence([right_port(rng) for _ in range(rng.randint(1, 3))]))
    if rng.random() < 0.2:
        rule.entries.reverse()
    return rule


def right_peer(rng: Random) -> Mapping:
    shape = rng.choice(("pods", "pods", "namespaces", "both", "block", "block", "except"))
    if shape == "block":
        return mapping(ipBlock=mapping(cidr=rng.choice(RIGHT_CIDRS)))
    if shape == "except":
        halves = rng.sample(("10.0.0.0/9", "10.128.0.0/9", "10.1.2.0/24", "10.1.2.3/32"), 2)
        return mapping(ipBlock=mapping(cidr="10.0.0.0/8", except_=sequence(*halves)))
    peer = Mapping()
    if shape != "pods":
        peer.put("namespaceSelector", right_selector(rng))
    if shape != "namespaces":
        peer.put("podSelector", right_selector(rng))
    return peer


def right_port(rng: Random) -> Mapping:
    port = Mapping()
    if rng.random() < 0.7:
        port.put("protocol", Scalar(rng.choice(("TCP", "UDP", "SCTP"))))
    if rng.random() < 0.2:
        low = rng.randint(1, 60000)
        port.put("port", Scalar(str(low)))
        port.put("endPort", Scalar(str(low + rng.choice((0, 1, 535)))))
    elif rng.random() < 0.95:
        port.put("port", Scalar(rng.choice(TCP_PORTS)))
    return port


def right_selector(rng: Random) -> Mapping:
    selector = Mapping()
    if rng.random() < 0.7:
        selector.put("matchLabels", right_labels(rng))
    if rng.random() < 0.2:
        operator = rng.choice(("In", "NotIn", "Exists", "DoesNotExist"))
        expression = mapping(key="example.com/tier", operator=operator)
        if operator.endswith("In"):
            expression.put("values", sequence(*rng.sample(WORDS, 2)))
        selector.put("matchExpressions", sequence(expression))
    return selector


def right_labels(rng: Random) -> Mapping:
    keys = rng.sample(("app", "tier", "app.kubernetes.io/name", "X_y.z", "0"), rng.randint(1, 3))
    return Mapping([Entry('"0"' if key == "0" else key, Scalar(rng.choice(WORDS))) for key in keys])
