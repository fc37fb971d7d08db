"""A file with policies, read once for those who judge them and those who look around."""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import parse, policy
from netpol_lint.node import Mapping, Node
from netpol_lint.parse import Document, Part
from netpol_lint.policy import Policy


class Reading:
    """What is known of one text: its documents and policies, each made when first asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._documents: dict[Part, Document] = {}
        self._policies: dict[int, Policy] = {}

    def document(self, text: str, part: Part) -> Document:
        """The document that is a part of this text; what `parse.parse` says of it."""
        known = self._documents.get(part)
        if known is None:
            known = self._documents[part] = parse.parse(text, part)
        return known

    def policy(self, root: Mapping) -> Policy:
        """The views of a policy, which keep its `root` alive."""
        known = self._policies.get(id(root))
        if known is None:
            known = self._policies[id(root)] = policy.read(self.text, root)
        return known

    def policies(self, root: Node | None) -> Iterator[Policy]:
        """The policies of one document: itself, or the items of a list."""
        return map(self.policy, policy.roots(root))
