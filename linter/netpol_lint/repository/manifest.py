"""An object of a file as its surroundings see it: what it is, and which namespace it states."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from netpol_lint import parse
from netpol_lint.named_tuple import NamedTuple
from netpol_lint.node import Mapping, Node, Scalar, Sequence
from netpol_lint.policy import string
from netpol_lint.regex import regex
from netpol_lint.repository import head
from netpol_lint.repository.head import Block, Head


def _kinds(names: str) -> frozenset[str]:
    return frozenset(names.split())


NAMESPACED = _kinds(
    "ConfigMap ControllerRevision CronJob DaemonSet Deployment DeploymentConfig Endpoints"
    " EndpointSlice HorizontalPodAutoscaler Ingress Job Lease LimitRange PersistentVolumeClaim Pod"
    " PodDisruptionBudget PodTemplate ReplicaSet ReplicationController ResourceQuota Role"
    " RoleBinding Rollout Route Secret Service ServiceAccount ServiceMonitor"
    " StatefulSet"
)
"""Kinds that certainly live in a namespace and travel with a policy."""

CLUSTER_SCOPED = _kinds(
    "APIService ClusterRole ClusterRoleBinding CSIDriver CustomResourceDefinition"
    " MutatingWebhookConfiguration Namespace Node PersistentVolume PriorityClass StorageClass"
    " ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding"
    " ValidatingWebhookConfiguration"
)
"""Kinds on which a namespace says nothing."""

WORKLOADS = _kinds(
    "CronJob DaemonSet Deployment DeploymentConfig Job Pod ReplicaSet ReplicationController"
    " Rollout StatefulSet"
)
"""Kinds that hold pods, or are one."""

TEMPLATE = regex(r"\{\{|\{%|<%")
"""The marks of a text that becomes a manifest only after rendering."""

Path = tuple[str, ...]
"""Names of fields, from the outermost on."""

Seen = tuple[parse.Part, Head | None]
"""Where a document stands, and what the object in it says it is.

That is None where it takes the parser to say, and where the document is a list of objects."""

# The fields that say what an object is, with the indented lines that follow them.
_HEAD = regex(
    r"^(?:apiVersion|kind|metadata)[ \t]*:[^\n]*(?:\n(?:[ \t#][^\n]*|\r?(?=\n|\Z)))*", re.MULTILINE
)


class Manifest:
    """One object; the items of a List stand for themselves.

    Most objects are only asked what they are: the whole is parsed when somebody reads `root`.
    """

    def __init__(
        self,
        text: str,
        part: parse.Part,
        head: Head,
        root: Mapping | None,
        *,
        blocks: Iterable[tuple[Path, Block | None]] = (((), None),),
        read: parse.Reader = parse.parse,
    ) -> None:
        self._source = text, part
        self._read = read
        self._root = root
        self._blocks = dict(blocks)
        """What is known about the text without a parser."""
        self._texts: dict[Path, dict[str, str] | None] = {}
        """The same of fields that are plain texts: they are asked for on each way of the object."""
        self.head = head
        self.start = part.start if root is None else root.start
        """Where it begins, or its document does."""
        self.kind = head.kind
        self.api_version = head.api_version
        self.name = head.name
        placed = head.kind not in CLUSTER_SCOPED
        self.states = head.states if placed else ""
        """The namespace it states; it may be a placeholder. Nothing on a cluster-wide kind."""
        self.namespace = head.namespace if placed else ""
        """The same, if it is a plain text."""

    @property
    def own(self) -> str | None:
        """The namespace it states; the empty text for a placeholder, None where it states none."""
        return self.namespace or ("" if self.states else None)

    @property
    def known_as(self) -> str | None:
        """The namespace in which patches find it: an empty text for none, None if nobody knows."""
        return None if self.states and not self.namespace else self.namespace

    @property
    def root(self) -> Mapping:
        """The whole object; an empty one where it cannot be read."""
        if self._root is None:
            root = self._read(*self._source).root
            self._root = root if isinstance(root, Mapping) else Mapping(0, [], False)
        return self._root

    def below(self, *names: str) -> Node | None:
        """The value at the end of a path of field names; the rest is only parsed if it has to be.

        None where there is none, and where the object cannot be read.
        """
        block = self._block(names) if self._root is None else None
        if block is not None and not head.is_unfinished(self.text, block):
            node = parse.parse(self.text, parse.Part(block.margin, block.end)).root
            if isinstance(node, Mapping):
                return node
        return at(self.root, *names)

    def lists_below(self, path: Path, parents: Iterable[str], field: str) -> list[Sequence] | None:
        """All lists called `field` anywhere below some fields at the end of a path, in their order.

        None where only the parser can tell.
        """
        block = self._block(path) if self._root is None else None
        lists = None if block is None else head.lists(self.text, block, parents, field)
        if lists is None:
            return None
        nodes = [parse.parse(self.text, parse.Part(*each)).root for each in lists]
        found = [node for node in nodes if isinstance(node, Sequence)]
        return found if len(found) == len(nodes) else None

    def texts_below(self, *names: str) -> dict[str, str] | None:
        """The fields at the end of a path, if all of them are plain texts that need no parser."""
        if names not in self._texts:
            block = self._block(names)
            self._texts[names] = None if block is None else head.texts(self.text, block)
        return self._texts[names]

    def _block(self, path: Path) -> Block | None:
        """The fields at the end of a path; None where there are none, or only the parser knows."""
        known = self._blocks
        if path not in known:
            if path:
                above = self._block(path[:-1])
                known[path] = None if above is None else head.below(self.text, above, path[-1])
            else:
                text, (start, end) = self._source
                known[path] = head.top(text, start, end)
        return known[path]

    @property
    def seen(self) -> Seen:
        """Where it stands, and what it says it is."""
        return self._source[1], None if self._block(()) is None else self.head

    @property
    def is_broken(self) -> bool:
        """Whether the object cannot be read, although its head can."""
        return not self.root.entries

    @property
    def group(self) -> str:
        """The API group; empty for the core one."""
        return self.api_version.rpartition("/")[0]

    @property
    def lives_in_a_namespace(self) -> bool:
        """Whether it certainly needs a namespace."""
        return self.kind in NAMESPACED

    @property
    def text(self) -> str:
        """The text of its whole file, which every span of `root` refers to."""
        return self._source[0]

    @property
    def body(self) -> str:
        """The text of its document."""
        text, part = self._source
        return text[part.start : part.end]

    def mentions(self, word: str) -> bool:
        """Whether its text has `word` somewhere."""
        text, part = self._source
        return text.find(word, part.start, part.end) >= 0


class Unread(NamedTuple):
    """A document whose objects cannot be told."""

    text: str
    """Of its whole file."""
    part: parse.Part
    rendered: bool
    """Whether it is a template; else it is broken."""

    def mentions(self, word: str) -> bool:
        """Whether its text has `word` somewhere."""
        return self.text.find(word, self.part.start, self.part.end) >= 0


def as_it_is(template: Unread) -> Manifest | None:
    """The object of a template that is one before it is rendered: its holes stand in values."""
    root = parse.parse(template.text, template.part).root
    if not isinstance(root, Mapping) or string(root.get("kind")) is None:
        return None
    return Manifest(template.text, template.part, _head(root), root)


def manifests(text: str, read: parse.Reader = parse.parse) -> Iterator[Manifest]:
    """The objects of a file. Templates and what cannot be read are left out."""
    return _manifests(contents(text, read))


def _manifests(found: Iterable[Manifest | Unread]) -> Iterator[Manifest]:
    return (each for each in found if isinstance(each, Manifest))


def contents(text: str, read: parse.Reader = parse.parse) -> Iterator[Manifest | Unread]:
    """The objects of a file, and the documents that may be some but cannot be read.

    Policies are parsed by `read`, and so is what has no plain head: whoever judges a file parses
    them, too.
    """
    usual = head.is_usual(text)
    for part in parse.split(text):
        start, end = part
        if text.find("kind", start, end) < 0:
            continue
        if is_template(text, start, end):
            yield Unread(text, part, True)
            continue
        block = head.top(text, start, end) if usual else None
        found = None if block is None else head.read(text, block)
        if found is None:
            yield from _parsed(text, part, read)
        elif found.kind:
            reader = read if found.kind == "NetworkPolicy" else parse.parse
            yield Manifest(text, part, found, None, blocks=(((), block),), read=reader)


def recalled(text: str, seen: Iterable[Seen], read: parse.Reader) -> Iterator[Manifest]:
    """The objects in the documents of a file that somebody has seen already."""
    for part, found in seen:
        if found is None:
            yield from _manifests(_parsed(text, part, read))
        else:
            reader = read if found.kind == "NetworkPolicy" else parse.parse
            yield Manifest(text, part, found, None, blocks=(), read=reader)


def is_template(text: str, start: int, end: int) -> bool:
    """Whether a stretch of text has the marks of what is rendered before it is applied."""
    if text.find("{", start, end) < 0 and text.find("%", start, end) < 0:
        return False
    return (
        text.find("{{", start, end) >= 0
        or text.find("{%", start, end) >= 0
        or text.find("<%", start, end) >= 0
    )


def _parsed(text: str, part: parse.Part, read: parse.Reader) -> Iterator[Manifest | Unread]:
    """The object of one document, or the items of a list, as the parser sees them."""
    opening = _opening(text[part.start : part.end])
    if opening is not None:
        yield Manifest(text, part, _head(opening), None)
        return
    root = read(text, part).root
    if root is None:
        yield Unread(text, part, False)
    if not isinstance(root, Mapping) or string(root.get("kind")) is None:
        return
    listed = root.get("items") if (string(root.get("kind")) or "").endswith("List") else None
    for each in (root,) if listed is None else items(listed):
        if isinstance(each, Mapping) and string(each.get("kind")) is not None:
            yield Manifest(text, part, _head(each), each)


def _head(root: Mapping) -> Head:
    namespace = at(root, "metadata", "namespace")
    states = namespace if isinstance(namespace, Scalar) and not namespace.is_null else None
    return Head(
        string(root.get("kind")) or "",
        string(root.get("apiVersion")) or "",
        string(at(root, "metadata", "name")) or "",
        "" if states is None else states.text,
        string(states) or "",
    )


def _opening(body: str) -> Mapping | None:
    """An object without its contents; None where only the whole of it can be read."""
    if body.lstrip(" \t\r\n").startswith(("{", "[")) or "<<" in body:
        return None
    text = "\n".join(match[0] for match in _HEAD.finditer(body))
    root = parse.parse(text, parse.Part(0, len(text))).root
    kind = string(root.get("kind")) if isinstance(root, Mapping) else None
    if not isinstance(root, Mapping) or kind is None or kind.endswith("List"):
        return None
    return root


def at(node: Node | None, *names: str) -> Node | None:
    """The value below `node` at the end of a path of field names, or None."""
    for name in names:
        if not isinstance(node, Mapping):
            return None
        node = node.get(name)
    return node


def stated(node: Node | None) -> str | None:
    """A stated name; the empty text for a placeholder, None where nothing is stated."""
    if not isinstance(node, Scalar) or node.is_null or not node.text:
        return None
    return "" if node.is_unknown else node.text


def items(node: Node | None) -> list[Node]:
    """The items of a list, or none."""
    return node.items if isinstance(node, Sequence) else []


def text_at(node: Node | None, *names: str) -> str:
    """The text at the end of a path of field names, as written; empty where none stands."""
    node = at(node, *names)
    return "" if not isinstance(node, Scalar) or node.is_null else node.text
