"""Writes the four corpora that the benchmarks read: the same arguments give the same bytes.

    python bench/corpus.py repo   DIR    a GitOps mono-repo: 10,000 files, 50 MB, 600 with policies
    python bench/corpus.py np100  DIR    100 files, one policy each
    python bench/corpus.py multi  DIR    1,000 policies in one file, about 1.4 MB
    python bench/corpus.py one    DIR    one ordinary clean file

Every app of the made-up company has a namespace, labels, named ports and other apps that it calls.
Its workloads and its policies are written from the same facts, so that the policies are right:
`--defects 0.2` breaks one in five.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from company import App, company
from monorepo import Repository
from policy import OF_AN_APP, Pattern, PolicyWriter

WORKS = ("one", "np100", "multi", "repo")
GENERATOR = ("corpus", "company", "manifest", "monorepo", "pen", "policy")


@dataclass
class Corpus:
    """What was written, for those who measure: counts and a digest over all names and bytes."""

    work: str
    files: int = 0
    bytes: int = 0
    policy_files: int = 0
    policies: int = 0
    digest: str = ""
    made_by: str = ""
    extra: dict[str, int] = field(default_factory=dict)


ONE = """---
# What the shop's API talks to.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: shop-api
  namespace: shop
  labels:
    app.kubernetes.io/name: shop-api
    app.kubernetes.io/part-of: shop
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/name: shop-api
  policyTypes:
    - Ingress
    - Egress
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: ingress-nginx
          podSelector:
            matchLabels:
              app.kubernetes.io/name: ingress-nginx
        - podSelector:
            matchLabels:
              app.kubernetes.io/name: shop-web
      ports:
        - protocol: TCP
          port: 8080
  egress:
    # Name resolution.
    - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
      ports:
        - protocol: UDP
          port: 53
        - protocol: TCP
          port: 53
    - to:
        - podSelector:
            matchLabels:
              app.kubernetes.io/name: shop-postgres
      ports:
        - protocol: TCP
          port: 5432
    # The card processor.
    - to:
        - ipBlock:
            cidr: 198.51.100.0/24
            except:
              - 198.51.100.240/28
      ports:
        - protocol: TCP
          port: 443
"""


def choices(rng: random.Random, count: int) -> Iterator[tuple[App, Pattern, str]]:
    """Three policies for each app, no two of one name."""
    for number, app in zip(range(count), thrice(company(rng, count)), strict=False):
        turn = number % 3
        yield app, OF_AN_APP[number % len(OF_AN_APP)], f"-{turn + 1}" if turn else ""


def thrice(apps: list[App]) -> Iterator[App]:
    """Each app three times in a row."""
    for app in apps:
        yield from (app, app, app)


def build(
    work: str, out: Path, seed: int = 7, defects: float = 0.0, size: int | None = None
) -> Corpus:
    """Write the corpus into the new folder `out` and say what is in it."""
    rng = random.Random(f"{seed} {work}")
    out.mkdir(parents=True)
    corpus = Corpus(work)
    writer = PolicyWriter(rng, defects)
    if work == "one":
        (out / "policy.yaml").write_bytes(ONE.encode())
        corpus.policy_files = corpus.policies = 1
    elif work == "np100":
        for number, chosen in enumerate(choices(rng, size or 100)):
            text = "---\n" + writer.write(*chosen)
            (out / f"policy-{number:04d}.yaml").write_bytes(text.encode())
            corpus.policy_files += 1
            corpus.policies += 1
    elif work == "multi":
        texts = [writer.write(*chosen) for chosen in choices(rng, size or 1000)]
        (out / "policies.yaml").write_bytes(("---\n" + "---\n".join(texts)).encode())
        corpus.policy_files, corpus.policies = 1, len(texts)
    elif work == "repo":
        repository = Repository(rng, out, size or 10_000, 0.06, defects)
        repository.write()
        corpus.policy_files = repository.policy_files
        corpus.policies = repository.policies
        corpus.extra = {"decoys": repository.decoys, "templates": repository.templates}
    else:
        raise ValueError(f"no such work: {work}")
    digest = hashlib.sha256()
    for path in sorted(path for path in out.rglob("*") if path.is_file()):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(out).as_posix()} {len(data)}\n".encode() + data)
        corpus.files += 1
        corpus.bytes += len(data)
    corpus.digest = digest.hexdigest()
    return corpus


def obtain(
    work: str, home: Path, seed: int = 7, defects: float = 0.0, size: int | None = None
) -> tuple[Path, Corpus]:
    """The corpus below `home`, kept from an earlier run if the generator would write the same."""
    generator = b"".join((Path(__file__).parent / f"{name}.py").read_bytes() for name in GENERATOR)
    asked = f"{work} {seed} {defects} {size}".encode()
    made_by = hashlib.sha256(generator + asked).hexdigest()
    folder, record = home / work, home / f"{work}.json"
    if folder.is_dir() and record.is_file():
        facts: dict[str, Any] = json.loads(record.read_text())
        kept = Corpus(**facts)
        if kept.made_by == made_by:
            return folder, kept
    shutil.rmtree(folder, ignore_errors=True)
    corpus = build(work, folder, seed, defects, size)
    corpus.made_by = made_by
    record.write_text(json.dumps(asdict(corpus), indent=2) + "\n")
    return folder, corpus


def main() -> int:
    """The command line."""
    about = (__doc__ or "").split("\n", 1)
    parser = argparse.ArgumentParser(
        description=about[0], epilog=about[1], formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("work", choices=WORKS)
    parser.add_argument("dir", type=Path, help="a folder that does not exist yet")
    parser.add_argument("--size", type=int, help="files of repo and np100, policies of multi")
    parser.add_argument(
        "--defects", type=float, default=0.0, help="share of policies with a mistake (default 0)"
    )
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    if args.dir.exists():
        parser.error(f"{args.dir} exists")
    print(
        json.dumps(asdict(build(args.work, args.dir, args.seed, args.defects, args.size)), indent=2)
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
