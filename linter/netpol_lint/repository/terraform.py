"""What Terraform and OpenTofu are told: the manifests that resources apply into a namespace.

Their language is read by the lines that `fmt` writes: a block ends where a brace begins a line.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from itertools import islice, zip_longest

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.regex import regex
from netpol_lint.repository.command import Command, told

SUFFIXES = (".tf", ".tofu")
MARKS = ("kubectl_manifest", "kubernetes_manifest")
"""One of them is in every file that applies manifests."""
MAX_NAMES = 200
"""Files that one resource applies."""
MAX_STEPS = 50
"""References that are followed from one resource."""

_APPLYING = frozenset(("kubectl_manifest", "kubernetes_manifest"))
_OPENING = regex(
    r"^(resource|data|locals)\b(?:[ \t]+\"(\w+)\"[ \t]+\"([\w-]+)\")?[ \t]*\{", re.MULTILINE
)
_END = "\n}"
_LOCAL = regex(r"^  (\w+)[ \t]*=", re.MULTILINE)
_COMMENT = regex(r"^[ \t]*(?:#|//)[^\n]*", re.MULTILINE)
_FILE = regex(
    r"\b(?:file|templatefile)\([ \t\r\n]*\"([^\"\n]+)\""
    r"|^[ \t]*pattern[ \t]*=[ \t]*\"([^\"\n]+)\"",
    re.MULTILINE,
)
_SET = regex(
    r"\bfileset\([ \t\r\n]*(?:\"([^\"\n]+)\"|(path\.\w+))[ \t\r\n]*,[ \t\r\n]*\"([^\"\n]+)\""
)
_REFERENCE = regex(r"\b(?:data\.(kubectl_\w+)|(local))\.([\w-]+)")
_HERE = regex(r"\$\{path\.(module|root|cwd)\}/?|")
_OVERRIDE = regex(r"^[ \t]*override_namespace[ \t]*=[ \t]*(?:\"([^\"\n]*)\")?", re.MULTILINE)
_MERGE = "merge("
_NAMESPACE = regex(r"\bnamespace\"?[ \t]*[=:]")


class _Block(NamedTuple):
    """A resource, a data source, or a local value."""

    path: str
    """Of its file."""
    kind: str
    name: str
    text: str
    files: tuple[str, ...]
    """Those it names."""
    references: tuple[tuple[str, str], ...]
    """Kind and name of the blocks that it takes something from."""


def commands(texts: Iterable[tuple[str, str]], folder: str) -> Iterator[Command]:
    """What the files of one folder, given by path and text, apply together: they are one module.

    `override_namespace` replaces what a manifest states. Source: docs/resources/kubectl_manifest.md
    of terraform-provider-kubectl.
    """
    blocks = [block for path, text in texts for block in _blocks(path, text, folder)]
    known = {(block.kind, block.name): block for block in blocks}
    for block in blocks:
        if block.kind in _APPLYING:
            override = _OVERRIDE.search(block.text)
            merged = _MERGE in block.text and _NAMESPACE.search(block.text) is not None
            yield from told(
                None if override is None else override[1],
                islice(_files(block, known), MAX_NAMES),
                ("",),
                f"{block.kind} {block.name} in {block.path}",
                placed=override is not None or merged,
                overwrites=override is not None,
            )


def _blocks(path: str, text: str, folder: str) -> Iterator[_Block]:
    text = _COMMENT.sub("", text)
    match = _OPENING.search(text)
    while match is not None:
        end = text.find(_END, match.end())
        end = len(text) if end < 0 else end
        inside = text[match.end() : end]
        if match[1] != "locals":
            yield _block(path, match[2] or "", match[3] or "", inside, folder)
        else:
            starts = list(_LOCAL.finditer(inside))
            for start, following in zip_longest(starts, starts[1:]):
                stop = len(inside) if following is None else following.start()
                yield _block(path, "local", start[1], inside[start.end() : stop], folder)
        match = _OPENING.search(text, end)


def _block(path: str, kind: str, name: str, text: str, folder: str) -> _Block:
    named = [match[1] or match[2] for match in _FILE.finditer(text)]
    named += ((each[1] or "${" + each[2] + "}") + "/" + each[3] for each in _SET.finditer(text))
    files = (place for each in named for place in _places(each, folder))
    references = ((match[1] or match[2], match[3]) for match in _REFERENCE.finditer(text))
    return _Block(path, kind, name, text, tuple(files), tuple(dict.fromkeys(references)))


def _places(written: str, folder: str) -> Iterator[str]:
    """Where a file lies, counted from the root of the repository.

    A module may be used by any of the folders around it. From where Terraform is run nobody knows;
    as a rule it is the folder itself.
    """
    match = _HERE.match(written)
    assert match is not None
    above = match[1] in ("root", "cwd")
    while True:
        place = posixpath.normpath(posixpath.join(folder, written[match.end() :]))
        if not place.startswith("../"):
            yield place
        if not folder or not above:
            return
        folder = posixpath.dirname(folder)


def _files(block: _Block, known: dict[tuple[str, str], _Block]) -> Iterator[str]:
    """The files that a block names, and those of the blocks to which it refers."""
    pending, seen = [block], {(block.kind, block.name)}
    while pending:
        block = pending.pop()
        yield from block.files
        for reference in block.references:
            if reference in known and reference not in seen and len(seen) < MAX_STEPS:
                seen.add(reference)
                pending.append(known[reference])
