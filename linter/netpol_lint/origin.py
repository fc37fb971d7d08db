"""Where a rendered document comes from, in the words of the program that rendered it."""

from __future__ import annotations

import re

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Mapping, Node, Scalar
from netpol_lint.regex import regex
from netpol_lint.span import Span
from netpol_lint.wording import cut

ANNOTATION = "config.kubernetes.io/origin"
"""What kustomize writes where `buildMetadata` has `originAnnotations`."""

_LONGEST = 200
"""Characters of one part of an origin."""
_READ = 2000
"""Characters of the annotation that are looked at."""
# People write `# Source: https://…` above what they copied: only the path of a template counts.
_SOURCE = regex(r"[\ufeff\s]{0,99}# Source: ([^\s:/][^\s:]{0,999}?/templates/[^\r\n]{1,999})")
_FIELD = regex(r"^(path|configuredIn|repo|ref):[ \t]([^\r\n]*)", re.MULTILINE)
_LOGIN = regex(r"(?<=//)[^/@]*@")


class Origin(NamedTuple):
    """A file that a document was rendered from. Others wrote these words: nobody opens it."""

    renderer: str
    """`helm` or `kustomize`."""
    path: str
    """As the renderer sees it: from above the chart, or from the folder that was built."""
    repo: str | None = None
    """The address of the repository, if it is another one."""
    ref: str | None = None
    """Its branch, tag or commit."""


def of(text: str, document: Span, root: Node | None) -> Origin | None:
    """The origin of the object `root` in the document at `document`; None where none is written.

    Helm says it in the first comment of a document, kustomize in an annotation of the object. Of
    both, Helm's is closer to the source.
    """
    comment = _SOURCE.match(text, document.start, document.end)
    if comment is not None:
        return Origin("helm", cut(comment[1].strip(), _LONGEST))
    written = _annotation(root)
    if written is None:
        return None
    fields = {match[1]: _value(match[2]) for match in _FIELD.finditer(written[:_READ])}
    path = fields.get("path") or fields.get("configuredIn")
    if path is None:
        return None
    return Origin("kustomize", path, fields.get("repo"), fields.get("ref"))


def _value(written: str) -> str | None:
    """A plain or quoted value, without the login that an address may have in it."""
    value = written.strip()
    if value[:1] in ("'", '"') and value[-1:] == value[:1]:
        value = value[1:-1]
    return cut(_LOGIN.sub("", value), _LONGEST) or None


def _annotation(root: Node | None) -> str | None:
    metadata = root.get("metadata") if isinstance(root, Mapping) else None
    annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    node = annotations.get(ANNOTATION) if isinstance(annotations, Mapping) else None
    return node.text if isinstance(node, Scalar) else None
