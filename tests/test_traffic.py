"""The model against an evaluator that knows no sets: it tries every connection of a small world."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from itertools import product
from typing import Any, NamedTuple

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from netpol_lint import model, parse, policy
from netpol_lint.address_set import words
from netpol_lint.answer import Answer
from netpol_lint.interval import Intervals
from netpol_lint.label_set import LabelSet, Values
from netpol_lint.pod_set import METADATA_NAME, OWN, Pod
from netpol_lint.traffic import Flow, Grant, Verdict, contained, disjoint, nothing, same

Spec = dict[str, Any]
Labels = dict[str, str | None]

NAMESPACES = ("a", "b", "c")
ENVS = (None, "x", "y", "w")
APPS = (None, "p", "q", "w")
ROLES = (None, "r", "w")
ADDRESSES = (
    "10.0.0.0",
    "10.0.0.1",
    "10.0.0.2",
    "10.0.0.7",
    "10.0.0.8",
    "11.0.0.0",
    "fd00::1",
    "::",
)
NUMBERS = (1, 79, 80, 81, 82, 443, 9999, 10000)
NAMES = ("http", "web")
EXAMPLES = int(os.environ.get("NETPOL_LINT_EXAMPLES", "200"))
"""For each property. Thousands take minutes: for whoever changes the model."""
MANY = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


class Endpoint(NamedTuple):
    """Somebody at the other end. A pod may or may not be known by its address, too."""

    namespace: Labels | None
    pod: Labels | None
    address: str | None


class World(NamedTuple):
    """What a policy does not say."""

    own: str
    """The name of its namespace."""
    numbers: dict[str, int]
    """What the names of ports stand for."""


def _labels(**labels: str | None) -> Labels:
    return {key: value for key, value in labels.items() if value is not None}


SPACES = [{METADATA_NAME: name, **_labels(env=env)} for name, env in product(NAMESPACES, ENVS)]
PODS = [_labels(app=app, role=role) for app, role in product(APPS, ROLES)]
ENDPOINTS = [
    *(Endpoint(space, pod, None) for space, pod in product(SPACES, PODS)),
    *(Endpoint(None, None, address) for address in ADDRESSES),
    *(Endpoint(SPACES[1], PODS[4], address) for address in ADDRESSES),
]
PORTS = list(product(("TCP", "UDP"), NUMBERS))


# The evaluator: what the documentation of the API says, one connection at a time.


def selects(selector: Spec, labels: Labels) -> bool:
    for key, value in selector.get("matchLabels", {}).items():
        if labels.get(key) != value:
            return False
    for each in selector.get("matchExpressions", []):
        value = labels.get(each["key"])
        fits = {
            "In": value in each.get("values", []),
            "NotIn": value not in each.get("values", []),
            "Exists": value is not None,
            "DoesNotExist": value is None,
        }[each["operator"]]
        if not fits:
            return False
    return True


def is_peer(peer: Spec, end: Endpoint, own: str) -> bool:
    if "ipBlock" in peer:
        block = peer["ipBlock"]
        if end.address is None:
            return False
        address = ip_address(end.address)
        return address in ip_network(block["cidr"]) and not any(
            address in ip_network(hole) for hole in block.get("except", [])
        )
    if end.pod is None or end.namespace is None:
        return False
    if "namespaceSelector" in peer:
        if not selects(peer["namespaceSelector"], end.namespace):
            return False
    elif end.namespace[METADATA_NAME] != own:
        return False
    return selects(peer.get("podSelector", {}), end.pod)


def is_port(port: Spec, protocol: str, number: int, world: World, *, names: bool) -> bool:
    if port.get("protocol", "TCP") != protocol:
        return False
    first = port.get("port")
    if first is None:
        return True
    if isinstance(first, str):
        return names and world.numbers[first] == number
    assert isinstance(first, int)
    return first <= number <= int(port.get("endPort", first))


def admits_end(allow: Spec, end: Endpoint, own: str) -> bool:
    return not allow.get("from") or any(is_peer(peer, end, own) for peer in allow["from"])


def admits_port(allow: Spec, port: tuple[str, int], world: World, *, names: bool = True) -> bool:
    return not allow.get("ports") or any(
        is_port(each, *port, world, names=names) for each in allow["ports"]
    )


def admits(
    allows: list[Spec], end: Endpoint, port: tuple[str, int], world: World, *, names: bool = True
) -> bool:
    return any(
        admits_end(allow, end, world.own) and admits_port(allow, port, world, names=names)
        for allow in allows
    )


def connections(allows: list[Spec], world: World) -> set[tuple[int, tuple[str, int]]]:
    """All that the allows let through in this world, by the number of the endpoint."""
    found: set[tuple[int, tuple[str, int]]] = set()
    for allow in allows:
        ends = [index for index, end in enumerate(ENDPOINTS) if admits_end(allow, end, world.own)]
        ports = [port for port in PORTS if admits_port(allow, port, world)]
        found.update(product(ends, ports))
    return found


def worlds(own: str | None) -> Iterator[World]:
    for name in NAMESPACES if own is None else (own,):
        for numbers in ((80, 81), (443, 443), (9999, 80)):
            yield World(name, dict(zip(NAMES, numbers, strict=True)))


# The generators: allows as they would stand in a manifest.


def _expression(key: str, values: list[str]) -> st.SearchStrategy[Spec]:
    some = st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)
    return st.one_of(
        st.builds(
            lambda operator, chosen: {"key": key, "operator": operator, "values": chosen},
            st.sampled_from(["In", "NotIn"]),
            some,
        ),
        st.builds(
            lambda operator: {"key": key, "operator": operator},
            st.sampled_from(["Exists", "DoesNotExist"]),
        ),
    )


def _selector(pairs: dict[str, list[str]]) -> st.SearchStrategy[Spec]:
    labels = st.fixed_dictionaries(
        {}, optional={key: st.sampled_from(values) for key, values in pairs.items()}
    )
    expressions = st.one_of(*(_expression(key, values) for key, values in pairs.items()))
    return st.one_of(
        st.just({}),
        st.builds(lambda found: {"matchLabels": found}, labels),
        st.builds(
            lambda found, more: {"matchLabels": found, "matchExpressions": more},
            labels,
            st.lists(expressions, max_size=3),
        ),
    )


pod_selectors = _selector({"app": ["p", "q"], "role": ["r"]})
space_selectors = _selector({METADATA_NAME: ["a", "b"], "env": ["x", "y"]})
pod_peers = st.one_of(
    st.builds(lambda pods: {"podSelector": pods}, pod_selectors),
    st.builds(lambda spaces: {"namespaceSelector": spaces}, space_selectors),
    st.builds(
        lambda spaces, pods: {"namespaceSelector": spaces, "podSelector": pods},
        space_selectors,
        pod_selectors,
    ),
)
blocks = st.sampled_from(
    [
        {"cidr": "0.0.0.0/0"},
        {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]},
        {"cidr": "10.0.0.0/29"},
        {"cidr": "10.0.0.0/29", "except": ["10.0.0.0/30"]},
        {"cidr": "10.0.0.0/29", "except": ["10.0.0.0/30", "10.0.0.4/30"]},
        {"cidr": "10.0.0.0/30"},
        {"cidr": "10.0.0.2/32"},
        {"cidr": "10.0.0.0/8", "except": ["10.0.0.1/32"]},
        {"cidr": "::/0"},
        {"cidr": "fd00::/8"},
        {"cidr": "::/0", "except": ["fd00::/8"]},
        {"cidr": "0.0.0.0/1"},
        {"cidr": "128.0.0.0/1"},
    ]
).map(lambda block: {"ipBlock": block})
protocols = st.fixed_dictionaries({}, optional={"protocol": st.sampled_from(["TCP", "UDP"])})
number_ports = st.builds(
    lambda protocol, port: {**protocol, **port},
    protocols,
    st.sampled_from(
        [
            {},
            {"port": 80},
            {"port": 81},
            {"port": 443},
            {"port": 79, "endPort": 81},
            {"port": 80, "endPort": 9999},
            {"port": 1, "endPort": 65535},
            {"port": 1, "endPort": 80},
            {"port": 81, "endPort": 65535},
        ]
    ),
)
name_ports = st.builds(
    lambda protocol, name: {**protocol, "port": name}, protocols, st.sampled_from(NAMES)
)


def _allows(
    peers: st.SearchStrategy[Spec], ports: st.SearchStrategy[Spec]
) -> st.SearchStrategy[list[Spec]]:
    allow = st.fixed_dictionaries(
        {}, optional={"from": st.lists(peers, max_size=3), "ports": st.lists(ports, max_size=3)}
    )
    return st.lists(allow, max_size=3)


# Everybody, and traffic that has no ports, would be more than the little world has.
exact_allows = st.lists(
    st.fixed_dictionaries(
        {
            "from": st.lists(pod_peers, min_size=1, max_size=3),
            "ports": st.lists(number_ports, min_size=1, max_size=3),
        }
    ),
    max_size=3,
)


any_allows = _allows(st.one_of(pod_peers, blocks), st.one_of(number_ports, name_ports))
owns = st.sampled_from([None, None, "a", "b"])


def named(operator: str, *names: str) -> Spec:
    """A peer that is chosen by the name of its namespace."""
    expression = {"key": METADATA_NAME, "operator": operator, "values": list(names)}
    return {"namespaceSelector": {"matchExpressions": [expression]}}


def asking(operator: str, *values: str) -> Spec:
    """An allow for pods by their label `app`."""
    expression = {"key": "app", "operator": operator, "values": list(values)}
    return {"from": [{"podSelector": {"matchExpressions": [expression]}}], "ports": [{}]}


def grants(allows: list[Spec], own: str | None) -> tuple[Grant, ...]:
    text = json.dumps(
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": "t"},
            "spec": {"policyTypes": ["Ingress"], "ingress": allows},
        }
    )
    document = parse.parse(text, parse.Part(0, len(text)))
    (found,) = policy.find(text, document.root)
    return model.of(found, own).ingress.grants


def _is_real(
    flow: Flow, own: str | None, inside: list[list[Spec]], outside: list[list[Spec]]
) -> bool:
    """Whether the flow is let through by all `inside` and none `outside`, whatever is not known."""
    protocol, number = flow.port
    for world in worlds(own):
        if isinstance(flow.other, Pod):
            space = dict(flow.other.namespace)
            if space[METADATA_NAME] == OWN:
                space[METADATA_NAME] = world.own
            elif own is None and space[METADATA_NAME] not in NAMESPACES:
                assert space[METADATA_NAME] != world.own
            ends = [
                Endpoint(space, dict(flow.other.labels), address) for address in (None, *ADDRESSES)
            ]
        else:
            address = words(flow.other)
            ends = [
                Endpoint(None, None, address),
                *(Endpoint(s, p, address) for s, p in product(SPACES[:3], PODS)),
            ]
        port = protocol, world.numbers[number] if isinstance(number, str) else number
        for end in ends:
            knows_names = end.pod is not None
            if not all(admits(each, end, port, world, names=knows_names) for each in inside):
                return False
            if any(admits(each, end, port, world) for each in outside):
                return False
    return True


def _sharp(verdict: Verdict, truth: bool) -> bool:
    return verdict.answer is (Answer.PROVEN if truth else Answer.REFUTED)


@MANY
@given(any_allows, any_allows, owns)
@example([{"from": [{"podSelector": {}}]}], [{"from": [{"namespaceSelector": {}}]}], None)
@example([{"from": [{"podSelector": {}}]}], [{"from": [named("In", "a")]}], None)
@example([{"from": [{"podSelector": {}}]}], [{"from": [named("NotIn", "a")]}], None)
@example([{"ports": [{"port": "http"}]}], [{"ports": [{"port": 80}]}], None)
@example([{"from": [{"ipBlock": {"cidr": "::/0"}}], "ports": [{"port": "http"}]}], [], None)
@example([{"ports": [{"port": 80}]}], [{"ports": [{"port": "http"}]}], None)
def test_contained(inner: list[Spec], outer: list[Spec], own: str | None) -> None:
    """Proven means true in every world, refuted means that the witness is real in every world."""
    verdict = contained(grants(inner, own), grants(outer, own))
    if verdict.answer is Answer.PROVEN:
        for world in worlds(own):
            assert connections(inner, world) <= connections(outer, world)
    if verdict.answer is Answer.REFUTED:
        assert verdict.witness is not None
        assert _is_real(verdict.witness, own, [inner], [outer])


@MANY
@given(any_allows, any_allows, owns)
def test_disjoint(first: list[Spec], second: list[Spec], own: str | None) -> None:
    """The same for traffic that two lists of allows have in common."""
    verdict = disjoint(grants(first, own), grants(second, own))
    if verdict.answer is Answer.PROVEN:
        for world in worlds(own):
            assert not connections(first, world) & connections(second, world)
    if verdict.answer is Answer.REFUTED:
        assert verdict.witness is not None
        assert _is_real(verdict.witness, own, [first, second], [])


@MANY
@given(any_allows, owns)
def test_nothing(allows: list[Spec], own: str | None) -> None:
    """The same for allows that let nothing through."""
    verdict = nothing(grants(allows, own))
    if verdict.answer is Answer.PROVEN:
        assert not any(connections(allows, world) for world in worlds(own))
    if verdict.answer is Answer.REFUTED:
        assert verdict.witness is not None
        assert _is_real(verdict.witness, own, [allows], [])


@MANY
@given(exact_allows, exact_allows, st.sampled_from("ab"))
@example([asking("NotIn", "p")], [asking("Exists")], "a")
@example([asking("DoesNotExist")], [asking("NotIn", "p")], "a")
@example([asking("Exists")], [asking("NotIn", "p")], "a")
@example([asking("NotIn", "q")], [asking("NotIn", "p"), asking("In", "p")], "a")
def test_pods_are_exact(inner: list[Spec], outer: list[Spec], own: str) -> None:
    """Pods in a known namespace on numbered ports are decided in every case."""
    world = next(worlds(own))
    truth = connections(inner, world) <= connections(outer, world)
    assert _sharp(contained(grants(inner, own), grants(outer, own)), truth)


@MANY
@given(st.lists(blocks, min_size=1, max_size=4), st.lists(blocks, min_size=1, max_size=4))
def test_blocks_are_exact(inner: list[Spec], outer: list[Spec]) -> None:
    """Addresses leave no doubt either."""
    numbers = [
        ip_network(text)
        for peer in (*inner, *outer)
        for text in (peer["ipBlock"]["cidr"], *peer["ipBlock"].get("except", []))
    ]
    edges = {
        str(ip_address(int(edge)) if each.version == 4 else type(each[0])(int(edge)))
        for each in numbers
        for edge in (each[0], each[-1])
    }
    ends = [Endpoint(None, None, address) for address in edges]
    # Just behind an edge lies another piece.
    for each in numbers:
        if int(each[-1]) + 1 < 2**each.max_prefixlen:
            ends.append(Endpoint(None, None, str(type(each[0])(int(each[-1]) + 1))))
        if int(each[0]) > 0:
            ends.append(Endpoint(None, None, str(type(each[0])(int(each[0]) - 1))))
    truth = all(
        not any(is_peer(peer, end, "a") for peer in inner)
        or any(is_peer(peer, end, "a") for peer in outer)
        for end in ends
    )
    first, second = ([{"from": peers}] for peers in (inner, outer))
    assert _sharp(contained(grants(first, "a"), grants(second, "a")), truth)


@MANY
@given(any_allows, owns)
def test_same(allows: list[Spec], own: str | None) -> None:
    """Order does not matter, and everything is the same as itself."""
    straight, turned = grants(allows, own), grants(allows[::-1], own)
    assert same(straight, turned).answer is Answer.PROVEN


def test_names_of_ports() -> None:
    """A name is a port of its protocol, and otherwise only equal to itself."""

    def answer(inner: Spec, outer: Spec) -> Answer:
        first, second = (
            [{"from": [{"podSelector": {}}], "ports": [each]}] for each in (inner, outer)
        )
        return contained(grants(first, "a"), grants(second, "a")).answer

    assert answer({"port": "http"}, {"port": "http"}) is Answer.PROVEN
    assert answer({"port": "http"}, {}) is Answer.PROVEN
    assert answer({"port": "http"}, {"port": 1, "endPort": 65535}) is Answer.PROVEN
    assert answer({"port": "http"}, {"port": "web"}) is Answer.UNKNOWN
    assert answer({"port": "http"}, {"port": 80}) is Answer.UNKNOWN
    assert answer({"port": 80}, {"port": "http"}) is Answer.UNKNOWN
    assert answer({"port": "http"}, {"protocol": "UDP"}) is Answer.REFUTED


# The sets below.

numbers = st.integers(0, 12)
intervals = st.lists(st.tuples(numbers, numbers), max_size=4).map(Intervals.of)


@MANY
@given(intervals, intervals)
def test_intervals(first: Intervals, second: Intervals) -> None:
    """Intervals behave as the sets of their numbers, and stay sorted and apart."""

    def members(each: Intervals) -> set[int]:
        assert all(a[1] + 1 < b[0] for a, b in zip(each.pieces, each.pieces[1:], strict=False))
        return {number for start, end in each.pieces for number in range(start, end + 1)}

    mine, theirs = members(first), members(second)
    assert members(first.join(second)) == mine | theirs
    assert members(first.meet(second)) == mine & theirs
    assert members(first.minus(second)) == mine - theirs
    assert all(first.holds(number) is (number in mine) for number in range(13))
    assert first.empty is (not mine)


some_values = st.builds(Values, st.frozensets(st.sampled_from("pqr")), st.booleans(), st.booleans())
label_sets = st.dictionaries(st.sampled_from(["k", "l"]), some_values).map(LabelSet)


@MANY
@given(label_sets, label_sets)
def test_label_sets(first: LabelSet, second: LabelSet) -> None:
    """Label sets behave as the sets of their objects; the pieces of a difference are disjoint."""
    values = (None, "p", "q", "r", "s")
    objects = [_labels(k=k, l=label) for k, label in product(values, values)]
    left = first.minus(second)
    for each in objects:
        mine, theirs = first.holds(each), second.holds(each)
        assert first.meet(second).holds(each) is (mine and theirs)
        assert sum(piece.holds(each) for piece in left) == (mine and not theirs)
    assert first.empty is (not any(map(first.holds, objects)))
    if not first.empty:
        assert first.holds(first.example("s"))
