"""A field stands where the API has none of that name: it is refused, or dropped without a word.

Why
---
Strict clients refuse such a policy. Lenient ones drop the field, its restriction goes with it, and
all of these mistakes open something: labels without `matchLabels` select every pod, `ports` one
level too deep leave every port open, a peer without `from:` above it lets everybody in. Names are
case-sensitive, and there is no `x-` escape for fields of one's own.

Bad
---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web
      namespace: shop
    spec:
      podSelector:
        app: web
        tier: front
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till

Good
----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
          tier: front
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till

Fixed
-----
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
          tier: front
      policyTypes: [Ingress]
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: till

When it stays silent
--------------------
A key that a later substitution decides (`${NAME}: x`) or that only a patch has (`$patch`).
`status` is a warning: it was a field for a few releases.

Fix safety
----------
Unsafe: a document that was refused begins to work, and with a lenient client the traffic changes.
A field is moved or renamed only where it is clear what it was meant to be.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator

from netpol_lint import loss, patch, schema
from netpol_lint.concern import Concern
from netpol_lint.context import Context
from netpol_lint.diagnostic import Consequence, Diagnostic, Fix, Group, Label, Safety, Severity
from netpol_lint.habitat import METADATA_NAME
from netpol_lint.node import Entry, Mapping, Node, Scalar, Sequence
from netpol_lint.patch import Edits
from netpol_lint.policy import Direction, Policy, is_null
from netpol_lint.rule import Rule
from netpol_lint.schema import UnknownField, to_json
from netpol_lint.span import Span
from netpol_lint.spelling import nearest
from netpol_lint.stray import Stray, is_set
from netpol_lint.wording import fitted

SELECTOR = ("matchLabels", "matchExpressions")
EXPRESSION = ("key", "operator", "values")
PEER = ("podSelector", "namespaceSelector", "ipBlock")
BLOCK = ("cidr", "except")
PORT = ("port", "protocol", "endPort")
SPEC = ("podSelector", "policyTypes", "ingress", "egress")
METADATA = ("name", "namespace", "labels", "annotations")
NAMES = ("name", "namespace", "namespaces", "matchNames")
NAMESPACES = ("namespace", "namespaces", "matchNames")
# What other policy languages have, and this one has not.
FOREIGN = ("node", "serviceaccount", "service", "fqdn", "tofqdn", "entities", "fromentities",
           "toentities", "endpointselector", "host", "domain")  # fmt: skip
VERDICTS = ("action", "deny", "order", "except", "allow", "priority")
SYNONYMS = {
    ("spec", "selector"): "podSelector",
    ("spec", "types"): "policyTypes",
    ("selector", "labels"): "matchLabels",
    ("selector", "expressions"): "matchExpressions",
    ("expression", "op"): "operator",
    ("port", "proto"): "protocol",
    ("port", "number"): "port",
    ("port", "targetPort"): "port",
    ("port", "containerPort"): "port",
    ("ipBlock", "excludes"): "except",
    ("ipBlock", "exclude"): "except",
    ("ipBlock", "exceptions"): "except",
}
WHERE = {
    **dict.fromkeys(METADATA, "`metadata`"),
    **dict.fromkeys(SPEC, "`spec`"),
    "from": "an item of `ingress`",
    "to": "an item of `egress`",
    "ports": "an item of `ingress` or `egress`",
    "namespaceSelector": "an item of `from` or `to`",
    "ipBlock": "an item of `from` or `to`",
    **dict.fromkeys(BLOCK, "`ipBlock`"),
    **dict.fromkeys(SELECTOR, "a selector"),
    **dict.fromkeys(EXPRESSION, "an item of `matchExpressions`"),
    **dict.fromkeys(PORT, "an item of `ports`"),
}


ROOT = ("apiVersion", "kind", "metadata", "spec")
ELSEWHERE = ("policyTypes", "ingress", "egress", "spec", "apiVersion")
"""Fields that mean the same wherever they have got to."""

# What the loss of a field comes to.
WITHOUT = {
    "podSelector": "every pod of the namespace",
    "policyTypes": "directions as the rules suggest",
    "ingress": "no rule for what comes in",
    "egress": "no rule for what goes out",
    "matchLabels": "nothing is asked of labels",
    "except": "no exceptions",
}


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Unknown fields, those that one cure mends together as one finding."""
    groups: dict[tuple[Cure, Hashable], list[UnknownField]] = {}
    for violation in context.violations:
        if isinstance(violation, UnknownField):
            cure = _cure(policy, violation)
            cause = cure, _cause(policy, violation, cure)
            groups.setdefault(cause, []).append(violation)
    for (cure, _), fields in groups.items():
        explained = tuple(_explained(policy, context, fields))
        yield cure(Stray(policy, fields))._replace(explains=explained)


Cure = Callable[[Stray], Diagnostic]


def _cure(policy: Policy, field: UnknownField) -> Cure:
    """The first cure that fits the place and the key."""
    for_place = _BY_PLACE.get(field.place)
    cure = None if for_place is None else for_place(field)
    if cure is not None:
        return cure
    if _meant(field) is not None:
        return _misspelt
    if field.name in WHERE or field.name in ROOT:
        return _misplaced if Stray(policy, [field]).home() is None else _indented
    return _unheard_of


def _cause(policy: Policy, field: UnknownField, cure: Cure) -> Hashable:
    """What must be the same for two fields to be one mistake."""
    if cure is _ports_in_peer:
        return id(Stray(policy, [field]).peers)
    if cure is _indented:
        home = Stray(policy, [field]).home()
        return id(field.owner), None if home is None else home.path
    return id(field.owner if cure in _TOGETHER else field.entry)


def _explained(
    policy: Policy, context: Context, fields: list[UnknownField]
) -> Iterator[Consequence]:
    """What comes of the absence of these fields at their right places, and of nothing else."""
    undirected = not any(each.directions for each in context.intent.denials)
    for field in fields:
        name = _right_name(field)
        if name is None:
            continue
        if field.place in _OUTSIDE or name in ELSEWHERE:
            yield from loss.of(policy, name, field.entry.value, undirected=undirected)
        if len(field.path) > 2:
            yield from _in_its_rule(policy, field, name)


def _right_name(field: UnknownField) -> str | None:
    """The name of the field that it was meant to be; None where it is one of no field."""
    name = field.name
    if name not in WHERE and name not in ROOT:
        name = _meant(field) or nearest(name, ELSEWHERE) or ""
    if name in SELECTOR and field.place in _OUTSIDE:
        return "podSelector"
    return name or None


def _in_its_rule(policy: Policy, field: UnknownField, name: str) -> Iterator[Consequence]:
    """What a rule says that has its peers or ports further in, below a key without a value."""
    rule = schema.trail(policy.root, field.path)[2].node
    if not isinstance(rule, Mapping) or rule is field.owner:
        return
    if name == "ports":
        key, effect = "ports", "all-ports-item"
    elif name in ("from", "to") or (name in PEER and field.place == "port"):
        key, effect = Direction(str(field.path[1])).peer_key, "open-to-everyone"
    else:
        return
    if key in rule.fields and not is_set(rule, key):
        yield Consequence(rule.fields[key].key.span, frozenset((effect,)))


def _in_selector(field: UnknownField) -> Cure | None:
    name, value, owner = field.name, field.entry.value, field.owner
    if name in PEER:
        return _too_deep
    if name in NAMES and field.path[-1] == "namespaceSelector" and _one_name(value) is not None:
        return _namespace_name
    if name in EXPRESSION and owner.get("operator") is not None:
        return _bare_expression
    if isinstance(value, Scalar) and _meant(field) is None and name not in (*SPEC, *ROOT):
        return _labels_outside if any(key in owner.fields for key in SELECTOR) else _bare_labels
    return None


def _in_peer(field: UnknownField) -> Cure | None:
    name = field.name
    if name == "ports":
        return _ports_in_peer
    if name in BLOCK:
        return _outside_block
    if name in SELECTOR:
        return _outside_selector
    if name in NAMESPACES:
        return _namespace_in_peer
    if name.lower().startswith(FOREIGN) and _meant(field) is None:
        return _foreign_peer
    return None


def _in_rule(field: UnknownField) -> Cure | None:
    name, value = field.name, field.entry.value
    if name in ("from", "to"):
        return _other_direction
    if name in PEER:
        return _peer_as_rule
    if name in PORT and (isinstance(value, Scalar) or name == "endPort"):
        return _port_as_rule
    return _verdict if name in VERDICTS else None


def _in_port(field: UnknownField) -> Cure | None:
    return _peer_as_port if field.name in PEER else None


def _in_root(field: UnknownField) -> Cure | None:
    if field.name == "status":
        return _status
    if field.name in SPEC:
        return _outside_spec
    return _outside_metadata if field.name in METADATA else None


def _in_spec(field: UnknownField) -> Cure | None:
    if field.name in SELECTOR:
        return _outside_selector
    return _outside_metadata if field.name in METADATA else None


def _in_metadata(field: UnknownField) -> Cure | None:
    return _outside_spec if field.name in SPEC else None


def _bare_labels(stray: Stray) -> Diagnostic:
    noun = "namespace" if stray.path[-1] == "namespaceSelector" else "pod"
    return _finding(
        stray,
        _told(
            stray,
            f"missing `matchLabels`: without it {{}} is dropped and every {noun} is selected",
            f"missing `matchLabels`: without it {{}} are dropped and every {noun} is selected",
        ),
        "labels to select by stand under `matchLabels`; a lenient client that drops them reads "
        f"an empty selector, and that is {_everything(stray)}",
        "put it under `matchLabels`",
        patch.nest(_text(stray), stray.owner, stray.entries, "matchLabels"),
        effect=_widened(stray),
        covers=_pair(stray),
    )


def _labels_outside(stray: Stray) -> Diagnostic:
    labels = stray.owner.fields.get("matchLabels")
    if labels is None:
        edits = patch.nest(_text(stray), stray.owner, stray.entries, "matchLabels")
    else:
        edits = _into(stray, stray.owner, labels)
    effect = " and every pod is selected" if stray.alone else ""
    return _finding(
        stray,
        _told(
            stray,
            f"{{}} belongs inside `matchLabels`: here it is dropped{effect}",
            f"{{}} belong inside `matchLabels`: here they are dropped{effect}",
        ),
        "indented by two more blanks it is one of the labels to select by",
        "move it into `matchLabels`",
        edits,
        effect=_widened(stray),
        covers=_pair(stray),
    )


def _bare_expression(stray: Stray) -> Diagnostic:
    text, owner, entries = _text(stray), stray.owner, stray.entries
    free = "matchExpressions" not in owner.fields
    return _finding(
        stray,
        _told(
            stray,
            "{} belongs into `matchExpressions`: here it is dropped",
            "{} belong into `matchExpressions`: here they are dropped",
        ),
        "an expression is an item of the list `matchExpressions`, behind a dash of its own",
        "put it into `matchExpressions`",
        patch.nest(text, owner, entries, "matchExpressions", item=True) if free else None,
        effect=_widened(stray),
        covers=_pair(stray),
    )


def _too_deep(stray: Stray) -> Diagnostic:
    loss = "it is dropped and the selector becomes empty" if stray.alone else "it is dropped"
    home = stray.home()
    if home is None or stray.path[:2] == ("spec", "podSelector"):
        return _finding(
            stray,
            fitted(f"{{}} has no place here: {loss}", stray.name),
            "the policy protects pods of its own namespace, chosen by their labels;\n"
            "whom they may talk to stands in `from` and `to`",
            effect=_widened(stray),
            covers=_pair(stray),
        )
    free = stray.name not in home.owner.fields
    return _finding(
        stray,
        fitted(f"{{}} is one level too deep: {loss}", stray.name),
        "two selectors in one item must both fit: these pods of these namespaces;\n"
        "behind a dash of its own each of them is an alternative",
        f"move it out, beside `{stray.path[-1]}`",
        patch.move(_text(stray), stray.owner, stray.entries, home.owner, home.through)
        if free
        else None,
        effect=_widened(stray),
        covers=_pair(stray),
    )


def _namespace_name(stray: Stray) -> Diagnostic:
    free = not any(key in stray.owner.fields for key in SELECTOR)
    return _finding(
        stray,
        _by_label(stray),
        f"each namespace has the label {METADATA_NAME} with its name as the value;\n"
        "several names are an expression with the operator In",
        "select it by that label",
        _select_by_name(stray, ("matchLabels", METADATA_NAME)) if free else None,
        effect=_widened(stray),
        covers=_pair(stray),
    )


def _ports_in_peer(stray: Stray) -> Diagnostic:
    word, rule, peers = stray.direction.peer_key, stray.rule, stray.peers
    open_ports = not is_set(rule, "ports")
    loss = "it is dropped and every port is open" if open_ports else "it is dropped"
    return _finding(
        stray,
        f"`ports` belongs beside `{word}`: inside a peer {loss}",
        f"the ports of a rule stand beside its `{word}` and hold for all of its peers;\n"
        "peers with other ports need a rule of their own",
        f"move it beside `{word}`",
        _one_ports(stray) if "ports" not in rule.fields else None,
        effect=_label(peers, "left open on every port") if open_ports else None,
        covers=peers.span,
        others="this one too",
    )


def _one_ports(stray: Stray) -> Edits:
    """The ports of all peers, written once for the rule; only if every peer has the same."""
    peers = stray.peers.value
    if not isinstance(peers, Sequence) or len(stray.fields) != len(peers.items):
        return None
    if any(to_json(each.value) != to_json(stray.entry.value) for each in stray.entries):
        return None
    text, (*others, last) = _text(stray), stray.fields
    moved = patch.move(text, last.owner, [last.entry], stray.rule, stray.peers)
    removed = [patch.remove_entry(text, each.owner, each.entry) for each in others]
    if moved is None or None in removed:
        return None
    return (*moved, *(edit for edits in removed if edits is not None for edit in edits))


def _outside_block(stray: Stray) -> Diagnostic:
    block = stray.owner.fields.get("ipBlock")
    if block is not None:
        edits = _into(stray, stray.owner, block)
    else:
        edits = patch.nest(_text(stray), stray.owner, stray.entries, "ipBlock")
    void = "except" in stray.names and block is not None and not is_null(block.value)
    loss = " and nothing is excepted" if void else ""
    return _finding(
        stray,
        _told(
            stray,
            f"{{}} belongs inside `ipBlock`: here it is dropped{loss}",
            f"{{}} belong inside `ipBlock`: here they are dropped{loss}",
        ),
        "`cidr` and `except` are the two fields of an `ipBlock`, one level deeper than it",
        "move it into `ipBlock`",
        edits,
        effect=_label(block, "left without its exceptions") if void else None,
        covers=stray.owner.span,
    )


def _outside_selector(stray: Stray) -> Diagnostic:
    """`matchLabels` in a peer, or in `spec`, beside the selector that it was meant for."""
    selectors = [
        stray.owner.fields[name]
        for name in ("podSelector", "namespaceSelector")
        if name in stray.owner.fields
    ]
    empty = [entry for entry in selectors if is_null(entry.value)]
    edits = _into(stray, stray.owner, (empty or selectors)[0]) if selectors else None
    everyone = stray.place == "spec" and bool(empty or not selectors)
    loss = " and every pod is selected" if everyone else ""
    return _finding(
        stray,
        _told(
            stray,
            f"{{}} belongs inside a selector: here it is dropped{loss}",
            f"{{}} belong inside a selector: here they are dropped{loss}",
        ),
        "a selector is `podSelector` or `namespaceSelector`; its fields stand one level deeper",
        "move it into the selector",
        edits,
        covers=stray.owner.span,
    )


def _namespace_in_peer(stray: Stray) -> Diagnostic:
    free = "namespaceSelector" not in stray.owner.fields
    keys = ("namespaceSelector", "matchLabels", METADATA_NAME)
    return _finding(
        stray,
        fitted(f"a peer has no {{}}: use `namespaceSelector` with `{METADATA_NAME}`", stray.name),
        f"Kubernetes puts the label {METADATA_NAME} on every namespace, with the namespace's name",
        "select it by that label",
        _select_by_name(stray, keys) if free else None,
        covers=stray.owner.span,
    )


def _foreign_peer(stray: Stray) -> Diagnostic:
    return _finding(
        stray,
        fitted(
            "a NetworkPolicy peer cannot name a {}: only pods, namespaces and address blocks",
            stray.name,
        ),
        "pods behind a service or of a service account are selected by their own labels;\n"
        "host names and nodes only by their addresses, or with the policies of the network plugin",
        covers=stray.owner.span,
    )


def _other_direction(stray: Stray) -> Diagnostic:
    word, direction = stray.direction.peer_key, stray.direction
    open_rule = not is_set(stray.owner, word)
    loss = "the rule then allows everything" if open_rule else f"only `{word}` is read"
    free = word not in stray.owner.fields
    return _finding(
        stray,
        f"`{stray.name}` is dropped under {direction}: {loss}",
        f"`{direction}` takes `{word}`; if the other direction is meant, the rule belongs "
        f"under `{direction.other}`",
        f"write `{word}`",
        patch.rename_key(stray.entry, word) if free else None,
        effect=_everybody(stray) if open_rule else None,
        covers=stray.owner.span,
    )


def _peer_as_rule(stray: Stray) -> Diagnostic:
    word, owner = stray.direction.peer_key, stray.owner
    written = owner.fields.get(word)
    open_rule = not is_set(owner, word)
    if written is None:
        edits = patch.nest(_text(stray), owner, stray.entries, word, item=True)
        sentence = f"{{}} need{{s}} a `{word}:` above it: without it the rule allows everything"
    else:
        edits = patch.adopt(_text(stray), owner, written, stray.entries, item=True)
        loss = "the rule then allows everything" if open_rule else "here it is dropped"
        sentence = f"{{}} belong{{s}} into an item of `{word}`: {loss}"
    return _finding(
        stray,
        _told(stray, sentence.replace("{s}", "s"), sentence.replace("{s}", "")),
        f"the items of `{stray.direction}` are rules; whom a rule lets through are the items of "
        f"its `{word}`, and a rule without `{word}` is for everyone",
        f"put it under `{word}`",
        edits,
        effect=_everybody(stray) if open_rule else None,
        covers=owner.span,
    )


def _port_as_rule(stray: Stray) -> Diagnostic:
    free = "ports" not in stray.owner.fields
    return _finding(
        stray,
        _told(
            stray,
            "a NetworkPolicy rule has no {}: it goes into an item of `ports`",
            "a NetworkPolicy rule has no {}: they go into an item of `ports`",
        ),
        "without `ports` a rule is for every port; one item of it is a `port` with its `protocol`",
        "put it into `ports`",
        patch.nest(_text(stray), stray.owner, stray.entries, "ports", item=True) if free else None,
        effect=_label(stray.steps[1].entry, "left with rules for every port") if free else None,
        covers=stray.owner.span,
    )


def _verdict(stray: Stray) -> Diagnostic:
    return _finding(
        stray,
        fitted("a NetworkPolicy rule has no {}: rules only allow", stray.name),
        "what no rule of any policy allows is denied, in no particular order;\n"
        "exceptions exist only inside an `ipBlock`",
        covers=stray.owner.span,
    )


def _peer_as_port(stray: Stray) -> Diagnostic:
    peer_key = stray.direction.peer_key
    ports = "every TCP port" if stray.alone else "these ports"
    everyone = "every source may use" if peer_key == "from" else "every destination is open on"
    loss = "" if is_set(stray.rule, peer_key) else f": {everyone} {ports}"
    return _finding(
        stray,
        _told(
            stray,
            f"{{}} inside `ports` is dropped{loss}",
            f"{{}} inside `ports` are dropped{loss}",
        ),
        f"whom a rule is for stands in its `{peer_key}`, beside `ports`",
        effect=_everybody(stray) if loss else None,
        covers=stray.rule.span,
    )


def _outside_spec(stray: Stray) -> Diagnostic:
    return _outside(stray, "spec", "ignored")


def _outside_metadata(stray: Stray) -> Diagnostic:
    return _outside(stray, "metadata", "ignored")


def _outside(stray: Stray, name: str, loss: str) -> Diagnostic:
    """Fields of `spec` or `metadata` that stand somewhere else."""
    root = stray.policy.root
    written = root.fields.get(name)
    them = "it" if len(stray.entries) == 1 else "them"
    if written is not None:
        edits = _into(stray, root, written)
    elif stray.owner is root:
        edits = patch.nest(_text(stray), root, stray.entries, name)
    else:
        edits = None
    return _finding(
        stray,
        _told(
            stray,
            f"{{}} belongs under `{name}`: here it is {loss}",
            f"{{}} belong under `{name}`: here they are {loss}",
        ),
        f"a lenient client drops {them}, as if `{name}` said nothing of the kind",
        f"move {them} under `{name}`",
        edits,
        effect=_label(written, "stays without it"),
        covers=_around(stray),
    )


def _status(stray: Stray) -> Diagnostic:
    return _finding(
        stray,
        "`status` is no field of a NetworkPolicy: strict clients refuse it, others drop it",
        "only Kubernetes 1.24 to 1.27 knew it; it never held anything that a manifest must say",
        "delete it",
        patch.remove_entry(_text(stray), stray.owner, stray.entry),
        severity=Severity.WARNING,
    )


def _misspelt(stray: Stray) -> Diagnostic:
    near = _meant(stray.fields[0])
    assert near is not None
    free = near not in stray.owner.fields
    return _finding(
        stray,
        fitted("unknown field {}: did you mean {}, it is dropped otherwise", stray.name, near),
        "names are case-sensitive, and a lenient client reads the policy without this field",
        f"write `{near}`",
        patch.rename_key(stray.entry, near) if free else None,
        effect=_label(stray.parent, f"left without it: {WITHOUT[near]}")
        if free and near in WITHOUT
        else None,
        covers=_around(stray),
    )


def _indented(stray: Stray) -> Diagnostic:
    """Fields that exist further out."""
    home = stray.home()
    assert home is not None
    if not home.path:
        where = "at the left margin"
    elif isinstance(home.path[-1], str):
        where = f"under `{home.path[-1]}`"
    else:
        where = "one level further out"
    free = not any(name in home.owner.fields for name in stray.names)
    return _finding(
        stray,
        _told(
            stray,
            f"{{}} is indented too deeply: here it is dropped, it belongs {where}",
            f"{{}} are indented too deeply: here they are dropped, they belong {where}",
        ),
        "what a field belongs to is decided by its indentation and by nothing else",
        "move it there",
        patch.move(_text(stray), stray.owner, stray.entries, home.owner, home.through)
        if free
        else None,
        effect=_label(home.through, f"`{stray.name}` belongs beside this"),
        covers=_around(stray),
    )


def _misplaced(stray: Stray) -> Diagnostic:
    """A field that exists, but only further in or in another branch."""
    where = WHERE.get(stray.name, "the object itself")
    return _finding(
        stray,
        fitted(f"{{}} is a field of {where}: here it is dropped", stray.name),
        f"known here: {', '.join(stray.known)}",
        covers=_around(stray),
    )


def _unheard_of(stray: Stray) -> Diagnostic:
    return _finding(
        stray,
        fitted(
            "unknown field {}: lenient clients drop it, strict ones refuse the policy", stray.name
        ),
        f"known here: {', '.join(stray.known)}",
        covers=_around(stray),
    )


_OUTSIDE = ("root", "objectMeta", "spec")
"""Objects whose fields concern the whole policy."""

_TOGETHER = frozenset(
    (
        _bare_labels,
        _labels_outside,
        _bare_expression,
        _outside_block,
        _outside_selector,
        _peer_as_rule,
        _port_as_rule,
        _peer_as_port,
        _outside_spec,
        _outside_metadata,
    )
)
"""Cures that mend all such fields of one object at once."""

_BY_PLACE: dict[str, Callable[[UnknownField], Cure | None]] = {
    "root": _in_root,
    "objectMeta": _in_metadata,
    "spec": _in_spec,
    "selector": _in_selector,
    "ingressRule": _in_rule,
    "egressRule": _in_rule,
    "peer": _in_peer,
    "port": _in_port,
}


def _finding(
    stray: Stray,
    message: str,
    help_: str,
    title: str = "",
    edits: Edits = None,
    *,
    effect: Label | None = None,
    covers: Span | None = None,
    severity: Severity | None = None,
    others: str = "the same here",
) -> Diagnostic:
    labels = [Label(each.key.span, others) for each in stray.entries[1:]]
    return Diagnostic(
        stray.span,
        message,
        labels=tuple(labels if effect is None else [*labels, effect]),
        help=help_,
        fix=None if edits is None else Fix(Safety.UNSAFE, title, edits),
        severity=severity,
        covers=covers,
    )


def _told(stray: Stray, one: str, several: str) -> str:
    """A message about one field, or about several: two by name, or one and how many more."""
    first, *others = stray.names
    if not others:
        return fitted(one, first)
    if len(others) == 1:
        return fitted(several.replace("{}", "{} and {}", 1), first, others[0])
    return fitted(several.replace("{}", f"{{}} and {len(others)} more", 1), first)


def _text(stray: Stray) -> str:
    return stray.policy.text


def _label(entry: Entry | None, message: str) -> Label | None:
    return None if entry is None else Label(entry.key.span, message)


def _widened(stray: Stray) -> Label | None:
    """What the selector is without the dropped fields, where nothing else is left in it."""
    if not stray.alone:
        return None
    return _label(stray.parent, f"left empty: {_everything(stray)}")


def _everything(stray: Stray) -> str:
    """What an empty selector in the place of this one selects."""
    if stray.path[-1] == "namespaceSelector":
        return "every namespace"
    peer = stray.steps[-1].owner
    if stray.place == "selector" and isinstance(peer, Mapping):
        namespaces = peer.get("namespaceSelector")
        if namespaces is not None and not is_null(namespaces):
            return "every pod of those namespaces"
    return "every pod of the namespace"


def _everybody(stray: Stray) -> Label | None:
    who = "everyone in" if stray.direction is Direction.INGRESS else "everything out"
    return _label(stray.steps[1].entry, f"left with a rule that lets {who}")


def _pair(stray: Stray) -> Span:
    """The selector with its key."""
    return stray.owner.span if stray.parent is None else stray.parent.span


def _around(stray: Stray) -> Span:
    """The object that the field stands in; of the large ones, the field alone."""
    if stray.place not in _OUTSIDE:
        return stray.owner.span
    return Span(stray.entries[0].key.start, max(each.span.end for each in stray.entries))


def _into(stray: Stray, parent: Mapping, entry: Entry) -> Edits:
    """Moves the fields into the object that `entry` of `parent` holds or begins to hold."""
    if isinstance(entry.value, Scalar) and parent is stray.owner:
        return patch.adopt(_text(stray), parent, entry, stray.entries)
    target = entry.value
    if not isinstance(target, Mapping) or not target.entries:
        return None
    if any(name in target.fields for name in stray.names):
        return None
    return patch.move(_text(stray), stray.owner, stray.entries, target, target.entries[-1])


def _meant(field: UnknownField) -> str | None:
    """The field of this object that the key misspells, or that has this name elsewhere."""
    synonym = SYNONYMS.get((field.place, field.name))
    return nearest(field.name, field.known) if synonym is None else synonym


def _one_name(value: Node) -> Scalar | None:
    """The scalar that is, or is the only item of, a field of names."""
    if isinstance(value, Sequence) and len(value.items) == 1:
        value = value.items[0]
    return value if isinstance(value, Scalar) and value.text and not value.is_null else None


def _by_label(stray: Stray) -> str:
    name = _one_name(stray.entry.value)
    assert name is not None
    return fitted("a namespace is selected by label: use {}", f"{METADATA_NAME}: {name.text}")


def _select_by_name(stray: Stray, keys: tuple[str, ...]) -> Edits:
    name = _one_name(stray.entry.value)
    if name is None or name.alias or name.tag is not None or name.style in ("|", ">"):
        return None
    written = _text(stray)[name.start : name.end]
    return patch.replace_entry(_text(stray), stray.owner, stray.entry, keys, written)


RULE = Rule(
    "unknown-field",
    Group.REJECTED,
    since="0.1.0",
    page=__doc__ or "",
    policy=check,
    concerns=(Concern(traits=frozenset({"unsound"})),),
    fragments=True,
    silences=frozenset(
        (
            "all-ports-item",
            "allow-that-denies",
            "deny-that-allows",
            "direction-without-rules",
            "empty-egress-without-types",
            "empty-spec",
            "implicit-subject",
            "implied-ingress-deny",
            "inert-policy",
            "invalid-name",
            "missing-namespace",
            "missing-policy-types",
            "open-to-everyone",
            "unknown-api-version",
        )
    ),
)
