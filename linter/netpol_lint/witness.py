"""One concrete flow that shows what a policy does, for the help of a finding."""

from __future__ import annotations

from netpol_lint import address_set
from netpol_lint.label_set import Labels
from netpol_lint.pod_set import METADATA_NAME, OWN, Pod
from netpol_lint.policy import Direction, Policy
from netpol_lint.traffic import Flow
from netpol_lint.wording import cut


def subject(policy: Policy) -> str:
    """The pods that a policy is about."""
    selector = policy.subject.value
    if selector is not None and not selector.exact:
        return "the selected pods"
    if selector is None or selector.everything:
        return "every pod of the namespace"
    return f"pods {cut(str(selector), 90)}"


def negated(policy: Policy) -> str:
    """The same behind a negation: nobody reaches *any* pod, which "every pod" would leave open."""
    return subject(policy).replace("every pod", "any pod")


def barred(policy: Policy, deed: str) -> str:
    """What the pods that a policy is about cannot do."""
    pods = subject(policy)
    if pods.startswith("every pod"):
        return f"{pods.replace('every pod', 'no pod')} can {deed}"
    return f"{pods} cannot {deed}"


def everyone(policy: Policy, direction: Direction, ports: str = "every port") -> str:
    """What an allow without peers lets through."""
    if direction is Direction.INGRESS:
        return (
            "any pod of any namespace and any address outside the cluster "
            f"may connect to {ports} of {subject(policy)}"
        )
    return (
        f"{subject(policy)} may connect to {ports} of any pod and of any address, "
        "for example 169.254.169.254 or a host on the internet"
    )


def nobody(policy: Policy, direction: Direction) -> str:
    """What a direction without any allow stops."""
    pods = negated(policy)
    if direction is Direction.INGRESS:
        return f"nobody may connect to {pods}, not even from the same namespace"
    return f"no connection may leave {pods}, not even to resolve a name"


def flow(example: Flow) -> str:
    """One connection: who is at the other end, and on which port."""
    protocol, number = example.port
    port = f'on {protocol} port "{number}"'
    if not isinstance(number, str):
        port = f"on {protocol} port {number}"
    if not isinstance(example.other, Pod):
        return f"address {address_set.words(example.other)}, {port}"
    pod = _labels(example.other.labels) or "without labels"
    spaces = dict(example.other.namespace)
    name = spaces.pop(METADATA_NAME, None) or ""
    space = "the policy's own namespace" if name == OWN else f"namespace {cut(name, 63)}"
    # What labels a namespace has is not in the policy, so they are a condition.
    more = f" (if it is {_labels(spaces)})" if spaces else ""
    return f"a pod {pod} in {space}{more}, {port}"


def _labels(labels: Labels) -> str:
    words = (
        f"without {key}" if value is None else f"{key}={value}" for key, value in labels.items()
    )
    return cut(", ".join(words), 80)
