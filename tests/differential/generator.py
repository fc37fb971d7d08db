"""Write NetworkPolicies, right ones and broken ones, to compare two judges with.

`generate(seed, index)` is a pure function: a right policy in a random style, then 0 to 4 mutations
of the tree or of the text. It knows YAML only as something to *write*, and shares nothing with the
linter, so that no misunderstanding of ours can hide in both. Whether a document is right is not
said here either: that is the oracle's word. About half of them are accepted.

Run as a program, it prints one document: `python generator.py --seed 1 --index 42`.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from random import Random

from manifest import Style, Writer, as_json
from mutation import GENTLE, GENTLE_TEXT, HARSH, HARSH_TEXT
from policy import right_policy


@dataclass(frozen=True)
class Document:
    """One text, and the names of what was done to it."""

    index: int
    text: str
    mutations: tuple[str, ...]


def generate(seed: int, index: int) -> Document:
    """The document of this number; the same one every time."""
    rng = Random(f"{seed}/{index}")
    policy = right_policy(rng)
    gentle = rng.choices((0, 1, 2), (35, 45, 20))[0]
    harsh = rng.choices((0, 1, 2), (42, 46, 12))[0]
    # Some mutations are of the text, which is not there before the tree is done.
    gentle_text = sum(rng.random() < 0.2 for _ in range(gentle))
    harsh_text = sum(rng.random() < 0.2 for _ in range(harsh))
    done: list[str] = []

    for choices, count in ((GENTLE, gentle - gentle_text), (HARSH, harsh - harsh_text)):
        weights = [mutation.weight for mutation in choices]
        drawn = rng.choices(choices, weights, k=count)
        done += [mutation.name for mutation in drawn if mutation.apply(rng, policy)]

    text = as_json(policy, rng) if rng.random() < 0.08 else None
    if text is None:
        text = Writer(Style.draw(rng)).write(policy)
    else:
        done.append("json")

    for changes, count in ((HARSH_TEXT, harsh_text), (GENTLE_TEXT, gentle_text)):
        for name in rng.choices(list(changes), k=count):
            text = changes[name](rng, text)
            done.append(name)
    return Document(index, text, tuple(done))


def main() -> None:
    """Print one document."""
    parser = argparse.ArgumentParser(description="Print one generated document.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--index", type=int, default=0)
    options = parser.parse_args()
    document = generate(options.seed, options.index)
    print(f"# {document.index}: {', '.join(document.mutations) or 'untouched'}")
    print(document.text, end="")


if __name__ == "__main__":
    main()
