"""A block includes the instance metadata address, which gives out the credentials of the node.

Why
---
On the machines of most clouds 169.254.169.254 answers everybody who asks on port 80, and hands out
the rights of the node that a pod runs on. A rule for the internet that leaves the private ranges
out and forgets the link-local one opens it to every pod it is about.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: sync
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: sync
      policyTypes: [Egress]
      egress:
      - to:
        - ipBlock:
            cidr: 0.0.0.0/0
            except:
            - 10.0.0.0/8
            - 172.16.0.0/12
            - 192.168.0.0/16

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: sync
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: sync
      policyTypes: [Egress]
      egress:
      - to:
        - ipBlock:
            cidr: 0.0.0.0/0
            except:
            - 10.0.0.0/8
            - 172.16.0.0/12
            - 192.168.0.0/16
            - 169.254.0.0/16

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: sync
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: sync
      policyTypes: [Egress]
      egress:
      - to:
        - ipBlock:
            cidr: 0.0.0.0/0
            except:
            - 10.0.0.0/8
            - 172.16.0.0/12
            - 192.168.0.0/16
            - 169.254.169.254/32

When it stays silent
--------------------
The ports do not have TCP 80. The address is allowed on purpose: by a block of its own within
169.254.0.0/16, or a comment speaks of metadata or identities without denying them. A rule of the
policy leaves it out and another one allows it again: that is voided-restriction. Rules without
peers, and blocks that have only the address of another cloud's service (168.63.129.16,
100.100.100.200, 169.254.170.2, 169.254.170.23, fd00:ec2::254), are hardening: only reported where
that group is asked for.

Fix safety
----------
Unsafe: the address is added to `except`, and pods that use it no longer reach it.
"""

from __future__ import annotations

from collections.abc import Iterator

from netpol_lint import metadata_service, witness
from netpol_lint.block import Block
from netpol_lint.comment import Comment
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Fix, Group, Label, Safety
from netpol_lint.metadata_service import ADDRESS, OTHER_ADDRESSES, Said
from netpol_lint.patch import line_end
from netpol_lint.policy import Allow, Direction, Policy
from netpol_lint.rule import Rule
from netpol_lint.span import Span
from netpol_lint.speech import Word, find, says
from netpol_lint.wording import fitted

_HOST = metadata_service.address_of(ADDRESS)
_OTHERS = tuple((text, metadata_service.address_of(text)) for text in OTHER_ADDRESSES)
_LINK_LOCAL = metadata_service.address_of("169.254.0.0")._replace(length=16)
_NARROW = {32: 16, 128: 48}
"""A block of at least this prefix length names the service it holds."""


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Looks for the addresses in the blocks of egress, and for rules without peers."""
    if not policy.isolates(Direction.EGRESS):
        return
    for allow in policy.egress.value:
        is_open = allow.peers.nothing and allow.readable and metadata_service.on_port(allow)
        if is_open and not _is_meant(policy, context, allow):
            yield _everyone(policy, allow)
    for each in context.egress_blocks:
        address = _reached(each)
        if address is None or not metadata_service.on_port(each.allow):
            continue
        is_settled = address == ADDRESS and any(map(_settles, context.egress_blocks))
        if not is_settled and not _is_meant(policy, context, each.allow, each):
            yield _diagnostic(policy, each, address)


def _reached(found: Block) -> str | None:
    """The address of a metadata service that a block has, unless it leaves out the usual one."""
    if found.network.holds(_HOST):
        is_own = _LINK_LOCAL.holds(found.network)
        return ADDRESS if metadata_service.reaches(found, _HOST) and not is_own else None
    if found.network.length >= _NARROW[found.network.bits]:
        return None
    return next(
        (text for text, address in _OTHERS if metadata_service.reaches(found, address)), None
    )


def _settles(found: Block) -> bool:
    """Whether a block of the policy allows just the address, or leaves just it out."""
    if not metadata_service.on_port(found.allow):
        return False
    if metadata_service.leaves_out(found, _HOST):
        return True
    return _LINK_LOCAL.holds(found.network) and metadata_service.reaches(found, _HOST)


def _is_meant(policy: Policy, context: Context, allow: Allow, found: Block | None = None) -> bool:
    """Whether the author speaks of the service, and not to deny it."""
    notes, name = context.notes, policy.name_text
    if metadata_service.said(name) is Said.NAMED and says(name, Word.ALLOW) is not None:
        return True
    if not notes.comments and not policy.annotations:
        return False
    described = context.intent.described(Word.METADATA, Word.IDENTITY)
    if described is not None and described.text.lower() != "proxy":
        return not _denies(notes.preface(policy.root.start))
    whole = Span(allow.dash.start, max(allow.dash.end, allow.node.end))
    outside = [each for each in notes.on(whole) if not _is_of_exceptions(policy, found, each)]
    said = metadata_service.spoken(policy.text, outside)
    mention = metadata_service.said(said)
    if mention is not None:
        return mention is Said.NAMED
    identity = find(said, Word.IDENTITY)
    return identity is not None and identity.text.lower() != "proxy"


def _denies(paragraphs: tuple[tuple[Comment, ...], ...]) -> bool:
    text = "\n".join(comment.text for part in paragraphs for comment in part)
    return metadata_service.said(text) is Said.DENIED


def _is_of_exceptions(policy: Policy, found: Block | None, comment: Comment) -> bool:
    """Whether a comment stands in the list of exceptions, and so speaks of those."""
    excepts = None if found is None else found.ip_block.excepts
    if excepts is None or excepts.entry is None:
        return False
    entry = excepts.entry
    end = line_end(policy.text, max(entry.key.end, entry.value.end))
    return entry.key.start < comment.span.start <= end


def _diagnostic(policy: Policy, found: Block, address: str) -> Diagnostic:
    host = metadata_service.address_of(address)
    is_main = address == ADDRESS
    excepts = found.ip_block.excepts
    labels: tuple[Label, ...] = ()
    if excepts.entry is not None and excepts.value:
        labels = (Label(excepts.key.span, f"{address} is not among these"),)
    edits = metadata_service.exempt(policy, found, str(host))
    title = f"add {host} to `except`"
    kind = "the instance metadata address" if is_main else "the cloud's address"
    return Diagnostic(
        found.span(policy.text),
        fitted(f"{{}} includes {kind} {address} on port 80", found.text),
        labels=labels,
        help=f"{witness.subject(policy)} may connect to TCP 80 of {address}, "
        "which gives out credentials and settings of the machine on many clouds;\n"
        f"if that is meant, say so in a comment or write a block of its own, {host}",
        fix=None if edits is None else Fix(Safety.UNSAFE, title, edits),
        group=None if is_main else Group.HARDENING,
        covers=found.item,
    )


def _everyone(policy: Policy, allow: Allow) -> Diagnostic:
    return Diagnostic(
        allow.dash,
        f"a rule without peers includes the instance metadata address {ADDRESS} on port 80",
        help=f"{witness.subject(policy)} may connect to TCP 80 of {ADDRESS};\n"
        "a block of 0.0.0.0/0 can leave it out with `except`, a rule without peers cannot",
        group=Group.HARDENING,
        covers=Span(allow.dash.start, max(allow.dash.end, allow.node.end)),
    )


RULE = Rule(
    "metadata-reachable",
    Group.SUSPICIOUS,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"blocks", "everyone"})),),
)
