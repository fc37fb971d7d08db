"""A field stands where the API has none of that name: strict clients refuse it, lenient ones drop it.

Why
---
A field that is dropped takes its restriction with it, and all of these mistakes open something: labels
without `matchLabels` select every pod, `ports` one level too deep leave every port open, a peer without `from:`
above it lets everybody in. Names are case-sensitive, and there is no `x-` escape for one's own fields.

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
A key that a later substitution decides (`${NAME}: x`) or that only a patch has (`$patch`). `status` is a
warning: it was a field for a few releases.

Fix safety
----------
Unsafe: a document that was refused begins to work, and with a lenient client the traffic changes. A field is
moved or renamed only where it is clear what it was meant to be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from netpol_lint import patch
from netpol_lint.context import Context
from netpol_lint.diagnostic import Diagnostic, Label
from netpol_lint.habitat import METADATA_NAME
from netpol_lint.node import Mapping, Scalar, Sequence
from netpol_lint.patch import Edits
from netpol_lint.policy import Direction, Policy, is_null
from netpol_lint.schema import UnknownField
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


def check(policy: Policy, context: Context) -> Iterator[Diagnostic]:
    """Unknown fields, those that one cure mends together as one finding."""
    groups: dict[tuple[Cure, int], list[UnknownField]] = {}
    for violation in context.violations:
        if isinstance(violation, UnknownField):
            cure = _cure(violation)
            groups.setdefault((cure, _what_is_mended(policy, violation, cure)), []).append(
                violation
            )
    for (cure, _), fields in groups.items():
        yield cure(Stray(policy, fields))


Cure = Callable[[Stray], Diagnostic]


def _cure(field: UnknownField) -> Cure:
    """The first cure that fits the place and the key."""
    for_place = _BY_PLACE.get(field.place)
    cure = None if for_place is None else for_place(field)
    if cure is not None:
        return cure
    if _meant(field) is not None:
        return _misspelt
    return _misplaced if field.name in WHERE or field.name in _ROOT else _unheard_of


def _what_is_mended(policy: Policy, field: UnknownField, cure: Cure) -> int:
    """What must be the same for two fields to be one mistake."""
    if cure is _ports_in_peer:
        return id(Stray(policy, [field]).peers)
    return id(field.owner) if cure in _TOGETHER else id(field.entry)


def _in_selector(field: UnknownField) -> Cure | None:
    name, value, owner = field.name, field.entry.value, field.owner
    if name in PEER:
        return _too_deep
    if name in NAMES and field.path[-1] == "namespaceSelector" and _one_name(value) is not None:
        return _namespace_name
    if name in EXPRESSION and owner.get("operator") is not None:
        return _bare_expression
    if isinstance(value, Scalar) and _meant(field) is None and name not in (*SPEC, *_ROOT):
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
        "labels to select by stand under `matchLabels`; a lenient client that drops the rest reads\n"
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
        f"Kubernetes puts the label {METADATA_NAME} on every namespace, with the namespace's name;\n"
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
        effect=Label(peers.key.span, "open on every port") if open_ports else None,
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
        effect=Label(block.key.span, "the whole block is let through") if void and block else None,
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
        "a selector is `podSelector` or `namespaceSelector`; its fields stand one level deeper than it",
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
    loss = ": the rule then allows everything" if open_rule else ", only `{word}` is read"
    free = word not in stray.owner.fields
    return _finding(
        stray,
        f"`{stray.name}` is dropped under {direction}{loss.format(word=word)}",
        f"`{direction}` takes `{word}`; if the other direction is meant, the rule belongs\n"
        f"under `{direction.other}`",
        f"write `{word}`",
        patch.rename_key(stray.entry, word) if free else None,
        effect=_everybody(stray) if open_rule else None,
        covers=stray.owner.span,
    )


def _peer_as_rule(stray: Stray) -> Diagnostic:
    word, owner = stray.direction.peer_key, stray.owner
    written = owner.fields.get(word)
    if written is None:
        edits = patch.nest(_text(stray), owner, stray.entries, word, item=True)
    else:
        edits = patch.adopt(_text(stray), owner, written, stray.entries, item=True)
    open_rule = not is_set(owner, word) and not is_set(owner, "ports")
    loss = "without it the rule allows everything" if open_rule else "without it, it is dropped"
    if written is not None:
        need = f"{{}} {{verb}} to be an item of `{word}`: " + loss.replace(
            "without it", "as it stands"
        )
    else:
        need = f"{{}} {{verb}} a `{word}:` above it: {loss}"
    return _finding(
        stray,
        _told(stray, need.replace("{verb}", "needs"), need.replace("{verb}", "need")),
        f"the items of `{stray.direction}` are rules; whom a rule lets through are the items of\n"
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
        effect=Label(stray.steps[1].owner.fields[str(stray.path[1])].key.span, "open on every port")
        if free and isinstance(stray.steps[1].owner, Mapping)
        else None,
        covers=stray.owner.span,
    )


def _verdict(stray: Stray) -> Diagnostic:
    return _finding(
        stray,
        fitted("a NetworkPolicy rule has no {}: rules only allow", stray.name),
        "what no rule of any policy allows is denied, in no particular order; exceptions exist only\n"
        "inside an `ipBlock`",
        covers=stray.owner.span,
    )


def _peer_as_port(stray: Stray) -> Diagnostic:
    who = "source" if stray.direction is Direction.INGRESS else "destination"
    verb = "may use" if stray.direction is Direction.INGRESS else "is open on"
    everyone = not is_set(stray.rule, stray.direction.peer_key)
    every_port = stray.alone
    loss = "it is dropped"
    if everyone and every_port:
        loss = f"it is dropped: every {who} {verb} every TCP port"
    elif everyone:
        loss = f"it is dropped: every {who} {verb} these ports"
    return _finding(
        stray,
        _told(
            stray,
            f"{{}} inside `ports` {loss[3:]}",
            f"{{}} inside `ports` {loss[3:]}".replace(" is dropped", " are dropped", 1),
        ),
        f"whom a rule is for stands in its `{stray.direction.peer_key}`, beside `ports`",
        covers=stray.owner.span,
    )
