"""Policies that were written to let pods through, and fail by a mistake that is named elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

from netpol_lint import admission, model, target, whereabouts
from netpol_lint.admission import Pods
from netpol_lint.answer import Answer
from netpol_lint.policy import Direction, Peer, Policy
from netpol_lint.port_set import PortSet
from netpol_lint.repository import Population, Sibling
from netpol_lint.resemblance import Likeness, nearest


def is_meant(
    mine: Pods, other: Pods, direction: Direction, ports: PortSet, lost: Iterable[Sibling]
) -> bool:
    """Whether a policy was written to let `other` through, and fails by a mistake of its own.

    It does not declare the direction of these rules, or it selects no pod of the namespace, or a
    peer of it is a near miss of these pods that no others meet.
    """
    name = mine.population.name
    for each in (*mine.population.policies, *lost):
        policy = each.policy
        if policy.declared is None or not policy.spec.readable or not policy.subject.readable:
            continue
        if direction not in policy.declared:
            is_in_vain = admission.selects(policy, mine) is not Answer.REFUTED
        else:
            is_in_vain = _is_astray(policy, mine.population)
        if is_in_vain:
            grants = (model.grant(allow, name) for allow in policy.allows(direction).value)
            if any(admission.may_hold(grant, other, ports) for grant in grants):
                return True
        elif admission.selects(policy, mine) is not Answer.REFUTED and any(
            _is_near_miss(peer, mine, other)
            for allow in policy.allows(direction).value
            if admission.may_share(model.ports(allow), ports)
            for peer in allow.peers.value
        ):
            return True
    return False


def _is_near_miss(peer: Peer, mine: Pods, other: Pods) -> bool:
    """Whether a peer selects no pod of a namespace, and comes close to these."""
    pods, spaces = peer.pods.value, peer.namespaces.value
    names = (mine.population.name,) if spaces is None else whereabouts.named(spaces)
    if not peer.readable or pods is None or other.population.name not in names:
        return False
    if not whereabouts.is_nowhere_in(pods, other.population):
        return False
    lookalikes = nearest(tuple(target.demands(pods)), [other.resident])
    return any(each.likeness is Likeness.CLOSE for each in lookalikes)


def _is_astray(policy: Policy, population: Population) -> bool:
    """Whether no workload of the namespace can have the pods that a policy selects."""
    if policy.subject.value is None:
        return False
    limits = model.labels(policy.subject.value)
    return not any(
        each.labels is None or admission.may_be(limits, each.labels)
        for each in population.residents
    )
