"""Workloads: whatever is read of a part of the text is what the parser finds in the whole."""

from __future__ import annotations

import pytest
from repositories import workload
from support import corpus

from netpol_lint import parse
from netpol_lint.repository.manifest import WORKLOADS, Manifest, manifests
from netpol_lint.repository.workload import read

FULL = workload("web", "shop").replace(
    "          ports:\n            - containerPort: 8080\n",
    """\
          ports:
          # - containerPort: 1
          - containerPort: 8080
            name: http

          - protocol: UDP
            containerPort: 53
          env:
            - name: A
              value: b
        - ports:
            - {containerPort: 9090, name: "metrics"}
          name: side
      initContainers:
      - name: first
        ports:
        - containerPort: 1
""",
)
CHANGES = (
    ("", ""),
    ("containerPort: 8080", "containerPort: ${PORT}"),
    ("containerPort: 8080", "containerPort: &port 8080"),
    ("containerPort: 8080", "containerPort: '8080'"),
    ("          env:\n", "          args: ['-c', |\n"),
    ("value: b", "value: |\n                ports:\n                - containerPort: 7\n"),
    ("value: b", "value: >-\n                ports:\n                - containerPort: 7\n"),
    ("value: b", 'value: "\n              ports:\n              - containerPort: 7"'),
    ("value: b", "value: [\n              a, ports: [containerPort: 7]]"),
    ("- name: A", "- &a\n              name: A"),
    ("      initContainers:\n", "      other:\n"),
    ("ports:\n            - {", "'ports':\n            - {"),
    ("ports:\n            - {", "ports: [{containerPort: 7}]\n          more:\n            - {"),
    ("labels:\n", "labels: # of pods\n"),
    ("labels:\n", "annotations:\n        labels: no\n      labels:\n"),
    ("        app: web\n", "        app: web\n        app: api\n"),
    ("        app: web\n", ""),
    ("    spec:\n", "    spec:\n      hostNetwork: true\n      dnsPolicy: None\n"),
    ("metadata:\n", "metadata:\n  labels:\n    tier: front\n    'a': b\n"),
)


def compare(text: str) -> int:
    """Reads all workloads of a file both ways; answers how many there are."""
    count = 0
    for each, twin in zip(manifests(text), manifests(text), strict=True):
        # Of an object that is parsed nothing is read in parts any more.
        if each.kind in WORKLOADS and not twin.is_broken:
            part, all_of_it = read(each, "a.yaml"), read(twin, "a.yaml")
            assert part.labels == all_of_it.labels
            assert part.own_labels == all_of_it.own_labels
            assert part.annotations == all_of_it.annotations
            assert part.ports == all_of_it.ports
            assert (part.spot, part.labels_spot) == (all_of_it.spot, all_of_it.labels_spot)
            assert list(map(part.own_labels_spot, part.own_labels)) == list(
                map(all_of_it.own_labels_spot, all_of_it.own_labels)
            )
            assert part.host_network_spot == all_of_it.host_network_spot
            assert part.dns_policy == all_of_it.dns_policy
            count += 1
    return count


@pytest.mark.parametrize("change", CHANGES, ids=range(len(CHANGES)))
def test_parts_are_read_like_the_whole(change: tuple[str, str]) -> None:
    text = FULL.replace(*change, 1)
    assert change[0] in FULL
    compare(text.replace("\n", "\r\n"))
    assert compare(f"{text}---\n{FULL}") > 0


def test_the_usual_style_is_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the whole ever being parsed."""
    monkeypatch.setattr(Manifest, "root", None)
    (each,) = manifests(FULL)
    found = read(each, "a.yaml")
    assert found.labels == {"app": "web"}
    ports = [(port.number, port.protocol, port.name) for port in found.ports or ()]
    assert ports == [
        (8080, "TCP", "http"),
        (53, "UDP", ""),
        (9090, "TCP", "metrics"),
        (1, "TCP", ""),
    ]
    assert [FULL[port.spot.span.start : port.spot.span.end] for port in found.ports or ()] == [
        "http", "53", '"metrics"', "1",
    ]  # fmt: skip


def test_real_workloads() -> None:
    files = corpus()
    found = sum(compare(parse.decode(path.read_bytes())[0]) for path in files)
    assert not files or found > 10
