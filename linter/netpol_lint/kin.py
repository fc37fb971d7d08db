"""The other policies of a policy's namespace, as far as its file holds them."""

from __future__ import annotations

from netpol_lint.context import Context, File
from netpol_lint.label_set import EVERYTHING, LabelSet
from netpol_lint.model import labels
from netpol_lint.node import Scalar
from netpol_lint.policy import Policy


def of(policy: Policy, context: Context) -> list[Policy]:
    """All that land in the same namespace, without itself."""
    family = context.file.once(_by_namespace)[_namespace(policy)]
    return [each for each in family if each is not policy]


def selects_all_of(outer: Policy, inner: Policy) -> bool:
    """Whether every pod of `inner` certainly is one of `outer`, too."""
    first, second = _pods(outer), _pods(inner)
    return first is not None and second is not None and not second.minus(first)


def may_share_pods(first: Policy, second: Policy) -> bool:
    """Whether one pod may be selected by both."""
    pods, others = _pods(first), _pods(second)
    return pods is None or others is None or not pods.meet(others).empty


def _pods(policy: Policy) -> LabelSet | None:
    if not policy.spec.readable or not policy.subject.readable:
        return None
    return EVERYTHING if policy.subject.value is None else labels(policy.subject.value)


def _by_namespace(file: File) -> dict[str, list[Policy]]:
    families: dict[str, list[Policy]] = {}
    for policy, _ in file.subjects:
        families.setdefault(_namespace(policy), []).append(policy)
    return families


def _namespace(policy: Policy) -> str:
    """The namespace as written; two placeholders are the same if they look so."""
    node = policy.namespace.node if policy.namespace.written else None
    return node.text if isinstance(node, Scalar) and not node.is_null else ""
