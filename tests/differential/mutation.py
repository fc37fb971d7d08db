"""Mutations: the ways to spoil a policy, or to write it oddly, in the tree and in the text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from manifest import (
    NULLS,
    WORDS,
    Entry,
    Literal,
    Mapping,
    Node,
    Scalar,
    Sequence,
    bare,
    mapping,
    mappings,
    sequence,
    slots,
)
from policy import right_peer, right_port, right_selector

# --- Places: where a mutation strikes. None: an earlier one has left nothing there. ---------------

Place = Callable[[Random, Mapping], "Mapping | None"]


def child_mapping(owner: Mapping | None, key: str) -> Mapping | None:
    if owner is None:
        return None
    child = owner.get(key)
    if child is None or (isinstance(child, Scalar) and child.text in NULLS):
        child = Mapping()
        owner.put(key, child)
    return child if isinstance(child, Mapping) else None


def child_sequence(owner: Mapping | None, key: str) -> Sequence | None:
    if owner is None:
        return None
    child = owner.get(key)
    if child is None or (isinstance(child, Scalar) and child.text in NULLS):
        child = Sequence()
        owner.put(key, child)
    return child if isinstance(child, Sequence) else None


def item_of(rng: Random, owner: Sequence | None, fresh: Mapping) -> Mapping | None:
    """An item that is there, or the fresh one, put in."""
    if owner is None:
        return None
    there = [item for item in owner.items if isinstance(item, Mapping)]
    if there and rng.random() < 0.6:
        return rng.choice(there)
    owner.items.insert(rng.randint(0, len(owner.items)), fresh)
    return fresh


def root(_rng: Random, policy: Mapping) -> Mapping | None:
    return policy


def metadata(_rng: Random, policy: Mapping) -> Mapping | None:
    return child_mapping(policy, "metadata")


def spec(_rng: Random, policy: Mapping) -> Mapping | None:
    return child_mapping(policy, "spec")


def labels(rng: Random, policy: Mapping) -> Mapping | None:
    return child_mapping(metadata(rng, policy), "labels")


def notes(rng: Random, policy: Mapping) -> Mapping | None:
    return child_mapping(metadata(rng, policy), "annotations")


def rule_and_side(rng: Random, policy: Mapping) -> tuple[Mapping | None, str]:
    direction, side = rng.choice((("ingress", "from"), ("egress", "to")))
    return item_of(rng, child_sequence(spec(rng, policy), direction), Mapping()), side


def rule(rng: Random, policy: Mapping) -> Mapping | None:
    return rule_and_side(rng, policy)[0]


def port(rng: Random, policy: Mapping) -> Mapping | None:
    return item_of(rng, child_sequence(rule(rng, policy), "ports"), right_port(rng))


def number_port(rng: Random, policy: Mapping) -> Mapping | None:
    """A port item with a number and nothing else, so that an endPort can be tried."""
    ports = child_sequence(rule(rng, policy), "ports")
    if ports is None:
        return None
    ports.items.append(mapping(port="8000"))
    last = ports.items[-1]
    return last if isinstance(last, Mapping) else None


def peer(rng: Random, policy: Mapping) -> Mapping | None:
    owner, side = rule_and_side(rng, policy)
    return item_of(rng, child_sequence(owner, side), right_peer(rng))


def fresh_peer(rng: Random, policy: Mapping, content: Mapping) -> Mapping | None:
    owner, side = rule_and_side(rng, policy)
    peers = child_sequence(owner, side)
    if peers is None:
        return None
    peers.items.append(content)
    return content


def block(rng: Random, policy: Mapping) -> Mapping | None:
    found = fresh_peer(rng, policy, mapping(ipBlock=mapping(cidr="10.0.0.0/8")))
    return child_mapping(found, "ipBlock")


def selector(rng: Random, policy: Mapping) -> Mapping | None:
    key = rng.choice(("", "podSelector", "namespaceSelector"))
    if not key:
        return child_mapping(spec(rng, policy), "podSelector")
    return child_mapping(fresh_peer(rng, policy, Mapping([Entry(key, Mapping())])), key)


def match_labels(rng: Random, policy: Mapping) -> Mapping | None:
    return child_mapping(selector(rng, policy), "matchLabels")


def label_map(rng: Random, policy: Mapping) -> Mapping | None:
    return (labels if rng.random() < 0.4 else match_labels)(rng, policy)


def expression(rng: Random, policy: Mapping) -> Mapping | None:
    fresh = mapping(key="app", operator="In", values=sequence("web"))
    return item_of(rng, child_sequence(selector(rng, policy), "matchExpressions"), fresh)


def owner_reference(rng: Random, policy: Mapping) -> Mapping | None:
    fresh = mapping(apiVersion="apps/v1", kind="Deployment", name="web", uid="0-1")
    return item_of(rng, child_sequence(metadata(rng, policy), "ownerReferences"), fresh)


# --- Mutations of the tree ------------------------------------------------------------------------


@dataclass(frozen=True)
class Mutation:
    """One way to change a policy; `apply` says False when there was nothing to change."""

    name: str
    apply: Callable[[Random, Mapping], bool]
    weight: int = 1


def put(name: str, place: Place, key: str, *spellings: str, weight: int = 1) -> Mutation:
    """Give a field one of these values."""

    def apply(rng: Random, policy: Mapping) -> bool:
        target = place(rng, policy)
        if target is None:
            return False
        target.put(key, Scalar(rng.choice(spellings)))
        return True

    return Mutation(name, apply, weight)


def add(name: str, place: Place, *entries: tuple[str, str], weight: int = 1) -> Mutation:
    """Write one more entry, even beside another of the same key."""

    def apply(rng: Random, policy: Mapping) -> bool:
        target = place(rng, policy)
        if target is None:
            return False
        key, value = rng.choice(entries)
        target.entries.insert(rng.randint(0, len(target.entries)), Entry(key, Scalar(value)))
        return True

    return Mutation(name, apply, weight)


def drop(name: str, place: Place, *keys: str) -> Mutation:
    """Take a field away."""

    def apply(rng: Random, policy: Mapping) -> bool:
        target = place(rng, policy)
        if target is None:
            return False
        target.drop(rng.choice(keys))
        return True

    return Mutation(name, apply)


def items(name: str, place: Place, key: str, *spellings: str, weight: int = 1) -> Mutation:
    """Put an item into a list."""

    def apply(rng: Random, policy: Mapping) -> bool:
        target = child_sequence(place(rng, policy), key)
        if target is None:
            return False
        item = Scalar(rng.choice(spellings))
        target.items.insert(rng.randint(0, len(target.items)), item)
        return True

    return Mutation(name, apply, weight)


def keys(name: str, place: Place, *spellings: str, weight: int = 1) -> Mutation:
    """Write an entry with one of these keys."""
    return add(name, place, *((key, "web") for key in spellings), weight=weight)


LONG = {
    "EMPTY": "",
    "LABEL_63": "a" * 63,
    "LABEL_64": "a" * 64,
    "NAME_253": "a" * 253,
    "NAME_254": "a" * 254,
    "PREFIX_253": ".".join(("a" * 63, "b" * 63, "c" * 63, "d" * 61)),
    "OWNER": "apiVersion: apps/v1, kind: Deployment, name: web",
    "NBSP": "\u00a0",
}


def spell(text: str) -> tuple[str, ...]:
    """The spellings that `|` separates, long words written out."""
    words = re.compile("|".join(LONG))
    return tuple(words.sub(lambda m: LONG[m[0]], part.strip()) for part in text.split("|"))


# Every plain scalar that some YAML reader has an opinion about; then tags and quotes on top.
SCALARS = spell(r"""
    y | Y | n | N | yes | Yes | yEs | YES | no | No | NO | on | On | ON | off | Off | OFF | true
    | True | TRUE | tRue | false | False | FALSE | null | Null | NULL | nULL | ~ | EMPTY | 80 | 080
    | 0120 | 0o120 | 0O17 | 0x50 | 0X50 | 0b101 | 0B1 | 8_0 | _80 | 80_ | 1__0 | +80 | -80 | --8
    | 1e3 | 8e1 | 1E3 | 1.0 | 1. | .5 | +.5 | -.5 | . | 1.5e3 | 1.5e+3 | 1e-1 | 0x1.8p1 | 0.1_5
    | 1_0.5 | .inf | -.Inf | +.INF | .nan | .NaN | inf | nan | Infinity | infinity | 12:30
    | 12:30:45 | 190:20:30.15 | 2020-01-01 | 2020-1-1 | 2020-01-01T00:00:00Z | 2020-01-01 00:00:00
    | = | << | 0 | -0 | 00 | 08 | 09 | 0b | 0o | 0x | 9223372036854775807 | 9223372036854775808
    | 18446744073709551615 | 18446744073709551616 | 1e400 | 0777 | 0o777 | 0o8 | 1_000 | 0x1_F
    | 1,000 | ٣ | -0x10 | +0x10 | -0o7 | -010 | -0b1 | 1e | e1 | 1e+ | 0_1 | 0.0 | 5e-324
    | 123456789012345678901234567890 | 1e21 | 1e20 | 0.000001 | 1e-7 | 80.5 | 2147483648
    | !!int "80" | !!str 80 | !!float 80 | !!bool yes | !!null null | !!binary d2Vi | !foo 80 | "80"
    | '80' | "true" | "" | '' | "\x77eb" | "web\n" | !!str | ! 80 | !!bool "y" | !!float "1.0"
    | !!timestamp 2020-01-01 | !!str true | !!null ""
""")


def any_scalar(rng: Random, policy: Mapping) -> bool:
    """Write any scalar in the place of any other."""
    found = [s for s in slots(policy) if isinstance(s.node, (Scalar, Literal))]
    rng.choice(found).node = Scalar(rng.choice(SCALARS))
    return True


def replace_any(name: str, *spellings: str, weight: int = 1) -> Mutation:
    """Write one of these in any place whatever."""

    def apply(rng: Random, policy: Mapping) -> bool:
        rng.choice(list(slots(policy))).node = Scalar(rng.choice(spellings))
        return True

    return Mutation(name, apply, weight)


def wrong_container(rng: Random, policy: Mapping) -> bool:
    """Wrap a node in a list or a mapping, or unwrap a list."""
    slot = rng.choice(list(slots(policy)))
    node = slot.node
    if isinstance(node, Sequence) and node.items and rng.random() < 0.7:
        slot.node = rng.choice(node.items)
    elif isinstance(node, Mapping) and node.entries and rng.random() < 0.3:
        slot.node = rng.choice(node.entries).value
    else:
        slot.node = rng.choice((Sequence([node]), Mapping([Entry("web", node)])))
    return True


def null_item(rng: Random, policy: Mapping) -> bool:
    """Put a null into some list."""
    found = [s.node for s in slots(policy) if isinstance(s.node, Sequence)]
    if not found:
        return False
    target = rng.choice(found)
    target.items.insert(rng.randint(0, len(target.items)), Scalar(rng.choice(NULLS)))
    return True


def repeat_item(rng: Random, policy: Mapping) -> bool:
    """Say some list's item twice."""
    found = [s.node for s in slots(policy) if isinstance(s.node, Sequence) and s.node.items]
    if not found:
        return False
    target = rng.choice(found)
    target.items.append(rng.choice(target.items))
    return True


def shuffle_keys(rng: Random, policy: Mapping) -> bool:
    """Change the order of some mapping's keys."""
    rng.shuffle(rng.choice(mappings(policy)).entries)
    return True


UNKNOWN = spell("""
    status | x-why | clusterName | description | serviceName | endPorts | cidrs | action | Ingress
    | podSelectors | matchLabel | policytypes | ipblock | endport | PolicyTypes
""")
KNOWN = spell("""
    apiVersion | kind | metadata | spec | podSelector | policyTypes | ingress | egress | from | to
    | ports | port | endPort | protocol | namespaceSelector | ipBlock | cidr | except | matchLabels
    | matchExpressions | key | operator | values | name | namespace | labels | annotations
""")


def extra_field(names: tuple[str, ...]) -> Callable[[Random, Mapping], bool]:
    def apply(rng: Random, policy: Mapping) -> bool:
        target = rng.choice(mappings(policy))
        value = rng.choice(("web", "80", "{}", "[]", "~"))
        target.entries.insert(
            rng.randint(0, len(target.entries)), Entry(rng.choice(names), Scalar(value))
        )
        return True

    return apply


def move_field(rng: Random, policy: Mapping) -> bool:
    """Move a field to where it does not belong, as a wrong indent does."""
    found = mappings(policy)
    source, target = rng.choice(found), rng.choice(found)
    if not source.entries or source is target:
        return False
    entry = rng.choice(source.entries)
    if target in mappings(Mapping([entry])):
        return False  # It would hold itself.
    source.entries.remove(entry)
    target.entries.append(entry)
    return True


def rename_key(rename: Callable[[Random, str], str]) -> Callable[[Random, Mapping], bool]:
    def apply(rng: Random, policy: Mapping) -> bool:
        entries = [e for m in mappings(policy) for e in m.entries]
        entry = rng.choice(entries)
        old, entry.key = entry.key, rename(rng, entry.key)
        return entry.key != old

    return apply


def other_case(rng: Random, key: str) -> str:
    return rng.choice((key.lower(), key.upper(), key[:1].swapcase() + key[1:]))


def misspelled(rng: Random, key: str) -> str:
    at = rng.randrange(len(key) + 1)
    return rng.choice((key[:at] + key[at + 1 :] or "x", key[:at] + "s" + key[at:], key + "s"))


def requoted(rng: Random, key: str) -> str:
    word = bare(key)
    if not re.fullmatch(r"[A-Za-z][\w./-]*", word):
        return key
    return rng.choice((f'"{word}"', f"'{word}'", f"!!str {word}"))


def duplicate_key(rng: Random, policy: Mapping) -> bool:
    """Write some field twice, with the same value or with another."""
    found = [m for m in mappings(policy) if m.entries]
    target = rng.choice(found)
    entry = rng.choice(target.entries)
    key = rng.choice((entry.key, f'"{bare(entry.key)}"', f"'{bare(entry.key)}'"))
    value = rng.choice((entry.value, Scalar("~"), Scalar("web"), Scalar("{}")))
    target.entries.insert(rng.randint(0, len(target.entries)), Entry(key, value))
    return True


def duplicate_resolved(rng: Random, policy: Mapping) -> bool:
    """Write two keys that differ in spelling only."""
    target = label_map(rng, policy)
    if target is None:
        return False
    pairs = (("yes", "true"), ("on", "y"), ("0x1F", "31"), ("1.0", "1."), ("8_0", "80"))
    target.entries += [Entry(key, Scalar(rng.choice(WORDS))) for key in rng.choice(pairs)]
    return True


def duplicate_int_string(rng: Random, policy: Mapping) -> bool:
    """Write a number and its string as keys: the server does not see that they are one."""
    target = label_map(rng, policy)
    if target is None:
        return False
    pairs = (("1", '"1"'), ("true", "'true'"), ("0x10", '"16"'), ("1.0", "'1'"))
    target.entries += [Entry(key, Scalar("web")) for key in rng.choice(pairs)]
    return True


def merge(name: str, *layouts: tuple[tuple[str, str], ...], weight: int = 1) -> Mutation:
    """Write these entries, merges among them, into a label map."""

    def apply(rng: Random, policy: Mapping) -> bool:
        target = label_map(rng, policy)
        if target is None:
            return False
        target.entries = [Entry(key, Scalar(value)) for key, value in rng.choice(layouts)]
        return True

    return Mutation(name, apply, weight)


def anchored(rng: Random, policy: Mapping) -> bool:
    """Share one selector's labels with another by an alias or a merge."""
    first = child_mapping(child_mapping(spec(rng, policy), "podSelector"), "matchLabels")
    second = fresh_peer(rng, policy, mapping(podSelector=Mapping()))
    owner = child_mapping(second, "podSelector")
    if first is None or owner is None or not first.entries:
        return False
    if any(s.node is first for s in slots(owner)):
        return False
    names = [bare(e.key) for e in policy.entries]
    body = policy.get("spec")
    if "spec" not in names or not isinstance(body, Mapping):
        return False
    # The anchor has to stand before its alias.
    body.entries.sort(key=lambda e: bare(e.key) != "podSelector")
    first.anchor = "&shared"
    if rng.random() < 0.5:
        owner.put("matchLabels", Scalar("*shared"))
    else:
        merged = [Entry("<<", Scalar("*shared")), Entry("zone", Scalar("a"))]
        owner.put("matchLabels", Mapping(merged))
    return True


def respell(rng: Random, policy: Mapping) -> bool:
    """Quote, tag or fold a word without changing it."""
    found = [
        s
        for s in slots(policy)
        if isinstance(s.node, Scalar) and re.fullmatch(r"[A-Za-z][\w./-]{2,}", s.node.text)
    ]
    if not found:
        return False
    slot = rng.choice(found)
    word = slot.node.text if isinstance(slot.node, Scalar) else ""
    first = f'"\\x{ord(word[0]):02x}{word[1:]}"'
    spelled = (f'"{word}"', f"'{word}'", f"!!str {word}", f"&a {word}", first, f'!!str "{word}"')
    folded: tuple[Node, ...] = (Literal("|-", [word]), Literal(">-", [word]))
    slot.node = rng.choice((*folded, *map(Scalar, spelled)))
    return True


def literal(rng: Random, policy: Mapping) -> bool:
    """Write a value as a block that keeps its last newline, or holds two lines."""
    found = [s for s in slots(policy) if isinstance(s.node, Scalar) and s.node.text]
    if not found:
        return False
    slot = rng.choice(found)
    word = bare(slot.node.text) if isinstance(slot.node, Scalar) else ""
    lines = [word] if rng.random() < 0.7 else [word, "web"]
    slot.node = Literal(rng.choice(("|", ">", "|+", ">-", "|-", "|2", ">1-")), lines)
    return True


def three_types(rng: Random, policy: Mapping) -> bool:
    target = spec(rng, policy)
    if target is None:
        return False
    kinds = [rng.choice(("Ingress", "Egress", "Other", "~")) for _ in range(rng.randint(3, 4))]
    target.put("policyTypes", Sequence([Scalar(kind) for kind in kinds]))
    return True


def mixed_peer(rng: Random, policy: Mapping) -> bool:
    content = mapping(ipBlock=mapping(cidr="10.0.0.0/8"))
    key = rng.choice(("podSelector", "namespaceSelector"))
    content.put(key, rng.choice((Mapping(), right_selector(rng))))
    rng.shuffle(content.entries)
    return fresh_peer(rng, policy, content) is not None


def lone_null_selector(rng: Random, policy: Mapping) -> bool:
    entry = Entry(rng.choice(("podSelector", "namespaceSelector")), Scalar(rng.choice(NULLS)))
    return fresh_peer(rng, policy, Mapping([entry])) is not None


def empty_peer(rng: Random, policy: Mapping) -> bool:
    return fresh_peer(rng, policy, Mapping()) is not None


def null_beside(rng: Random, policy: Mapping) -> bool:
    """A null selector beside something that names somebody."""
    content = right_peer(rng)
    free = [k for k in ("podSelector", "namespaceSelector", "ipBlock") if content.get(k) is None]
    content.entries.insert(0, Entry(rng.choice(free), Scalar(rng.choice(NULLS))))
    return fresh_peer(rng, policy, content) is not None


def bad_except(*pairs: tuple[str, str]) -> Callable[[Random, Mapping], bool]:
    def apply(rng: Random, policy: Mapping) -> bool:
        target = block(rng, policy)
        if target is None:
            return False
        cidr, hole = rng.choice(pairs)
        target.put("cidr", Scalar(cidr))
        target.put("except", sequence(hole))
        return True

    return apply


def selector_values(*pairs: tuple[str, str]) -> Callable[[Random, Mapping], bool]:
    """An operator with a list of values, or without one when the text is `-`."""

    def apply(rng: Random, policy: Mapping) -> bool:
        target = expression(rng, policy)
        if target is None:
            return False
        operator, values = rng.choice(pairs)
        target.put("operator", Scalar(operator))
        target.drop("values")
        if values != "-":
            target.put("values", Scalar(values))
        return True

    return apply


def port_pair(*pairs: tuple[str, str]) -> Callable[[Random, Mapping], bool]:
    def apply(rng: Random, policy: Mapping) -> bool:
        target = number_port(rng, policy)
        if target is None:
            return False
        low, high = rng.choice(pairs)
        target.put("port", Scalar(low))
        target.put("endPort", Scalar(high))
        return True

    return apply


def large_annotation(total: int) -> Callable[[Random, Mapping], bool]:
    def apply(rng: Random, policy: Mapping) -> bool:
        target = metadata(rng, policy)
        if target is None or rng.random() < 0.8:  # A quarter of a megabyte: now and then is enough.
            return False
        target.put("annotations", mapping(note="x" * (total - len("note"))))
        return True

    return apply


PLACES: dict[str, Place] = {
    "root": root,
    "metadata": metadata,
    "notes": notes,
    "labels": label_map,
    "owner": owner_reference,
    "spec": spec,
    "rule": rule,
    "selector": selector,
    "expression": expression,
    "block": block,
    "port": port,
    "number": number_port,
}


def table(text: str) -> tuple[Mutation, ...]:
    """Read rows of `name place.key = spellings`; `key[]` is an item of it, `?` a key of its own."""
    mutations = []
    for row in text.strip().replace("\n    |", " |").splitlines():
        head, spellings = row.split(" = ", 1)
        name, target = head.split()
        where, key = target.split(".")
        place = PLACES[where]
        if key == "?":
            mutations.append(keys(name, place, *spell(spellings)))
        elif key.endswith("[]"):
            mutations.append(items(name, place, key.removesuffix("[]"), *spell(spellings)))
        else:
            mutations.append(put(name, place, key, *spell(spellings)))
    return tuple(mutations)


# Changes that mostly leave a policy right.
GENTLE = (
    *table(r"""
right-name metadata.name = a | web.shop | 2020-01-01 | 1.2.3 | "80" | 'true' | 1e | NAME_253
right-name metadata.name = 0x | inf | a.b.c | 0-0 | yes1 | !!str 80 | "\x77eb"
right-generate-name metadata.generateName = web- | a | web.shop- | web-- | NAME_253
right-namespace metadata.namespace = shop | LABEL_63 | "" | ~ | 0-a | "80" | EMPTY
right-label-value labels.odd = "" | ~ | A_b.c | LABEL_63 | "80" | 1e400 | nULL | EMPTY
right-label-value labels.odd = 2020-01-01 | 1.2.3 | yEs | 'y' | 0x | !!str 80
right-label-key labels.? = a/b | A | 80 | true | 1.0 | 0x1F | 2020-01-01 | LABEL_63
right-label-key labels.? = a.b.c/D_e.f | PREFIX_253/a | 1e3 | 0.5 | "x" | off
right-annotation-key notes.? = Example.COM/purpose | a | A/b | 80 | LABEL_63
right-annotation notes.note = "any: {text}" | "" | ~ | '# no' | a b c | yEs | "\ud83d\ude00"
right-finalizer metadata.finalizers[] = a.b/c | kubernetes | orphan | example.com/X
right-owner metadata.ownerReferences = [{OWNER, uid: a}] | [] | ~
    | [{OWNER, uid: a, controller: true}, {OWNER, uid: b, controller: false}]
    | [{OWNER, uid: a, controller: yes, blockOwnerDeletion: off}]
    | [{apiVersion: events.k8s.io/v1, kind: Event, name: a, uid: b}]
    | [&o {OWNER, uid: a, controller: true}, *o]
right-creation metadata.creationTimestamp = ~ | EMPTY | 2020-01-01T00:00:00Z
    | "2020-01-01T00:00:00.5+02:00"
right-generation metadata.generation = -1 | 0 | 9223372036854775807 | 1.0 | 0x10
right-uid metadata.uid = "" | 0-1 | ~ | anything at all
right-self-link metadata.selfLink = /a | "" | ~
right-deletion metadata.deletionGracePeriodSeconds = 30 | ~ | 0 | -1
right-managed metadata.managedFields = [] | ~ | [{manager: a, operation: Any}]
    | [{manager: a, operation: Update, fieldsType: FieldsV1, fieldsV1: {"f:spec": {}}}]
right-port port.port = 80.0 | 8e1 | 080 | 0x50 | 0b1010000 | 8_0 | +80 | 0120
right-port number.port = !!int "80" | ~ | EMPTY | null | "0x50" | a23456789012345
right-port-name number.port = http | a1 | 1a | 'e1' | a-1 | "8a" | 0x | inf
right-end-port number.endPort = 8000 | 65535 | 9e3 | 0x1F91 | 8_001 | ~ | EMPTY
right-protocol port.protocol = "UDP" | 'SCTP' | ~ | EMPTY | !!str TCP | "T\x43P"
right-port-item rule.ports[] = {} | ~ | {protocol: UDP} | {port: 53} | {port: ~}
right-cidr block.cidr = 0.0.0.0/0 | 255.255.255.255/32 | 0.0.0.0/32 | 1.0.0.0/8 | 10.0.0.0/7
right-cidr block.cidr = ::/0 | 'FD00::/8' | 2001:db8:0:0::/64 | '::1.2.3.4/128' | "::1/128"
right-excepts block.except = [] | ~ | EMPTY | [10.0.0.0/9, 10.0.0.0/9]
right-types spec.policyTypes = [Ingress, Ingress] | [] | ~ | [Egress] | ['Ingress']
right-rules spec.ingress = [] | ~ | [{}] | [~] | [{from: []}] | [{ports: ~}]
right-rules spec.egress = [] | ~ | [{}] | [~, {}] | [{to: ~, ports: []}] | EMPTY
right-pod-selector spec.podSelector = {} | ~ | EMPTY | {matchLabels: ~} | {matchLabels: {}}
right-expressions selector.matchExpressions = [] | ~ | EMPTY
right-spec root.spec = {} | ~ | EMPTY | {ingress: [{}]}
"""),
    Mutation(
        "right-except",
        bad_except(
            ("10.0.0.0/8", "10.0.0.0/9"),
            ("0.0.0.0/0", "255.0.0.0/8"),
            ("'::/0'", "'2001:DB8::/32'"),
            ("10.0.0.0/31", "10.0.0.1/32"),
            ("'fd00::/8'", "fd00::/9"),
        ),
    ),
    Mutation(
        "right-values",
        selector_values(
            ("In", '[""]'),
            ("In", "[~]"),
            ("NotIn", "[a, a]"),
            ("Exists", "[]"),
            ("DoesNotExist", "~"),
            ("Exists", "-"),
            ("'In'", '["80", yEs, 2020-1-1]'),
        ),
    ),
    drop("no-spec", root, "spec"),
    drop("no-spec-field", spec, "podSelector", "ingress", "egress", "policyTypes"),
    Mutation("null-beside", null_beside),
    Mutation("repeat-item", repeat_item),
    Mutation("shuffle-keys", shuffle_keys),
    Mutation("requote-key", rename_key(requoted), 2),
    Mutation("respell", respell, 4),
    Mutation("anchored", anchored, 3),
    merge(
        "merge",
        (("<<", "{app: web}"), ("tier", "a")),
        (("tier", "a"), ("<<", "{app: web}")),
        (("<<", "[{app: web}, {tier: b}]"),),
        (("<<", "{}"), ("app", "web")),
        (("<<", "{<<: {app: web}}"),),
        weight=2,
    ),
    Mutation("large-annotation", large_annotation(262144)),
)

# Changes that mostly break it.
HARSH = (
    *table(r"""
wrong-name metadata.name = Web | web_shop | -web | web- | web..shop | .web | 80 | y | 1.0 | true
wrong-name metadata.name = "web shop" | '*' | "web\n" | wéb | web/shop | "a " | NAME_254 | a.-b | a.
no-name metadata.name = ~ | "" | EMPTY
wrong-generate-name metadata.generateName = Web- | web_ | NAME_254 | -- | 80 | - | . | foo.- | web-.
wrong-namespace metadata.namespace = a.b | Web | LABEL_64 | -a | a- | 80 | y | a_b
wrong-label-value labels.odd = web shop | -a | a- | _a | a/b | LABEL_64 | 'a ' | é | "a\n" | '*'
wrong-label-value labels.odd = y | 80 | 1.0 | on | 0755 | 1e3 | +1 | .5 | {} | [] | a:b | !!int 1
wrong-label-key labels.? = a/b/c | /a | a/ | A/b | -a | a- | 'a b' | LABEL_64 | "" | a_b/c | é
wrong-label-key labels.? = "a\n" | a..b/c | PREFIX_253x/a | '*' | -.5 | 12:30 | "\u0000"
bad-key labels.? = ~ | [a] | null | 9223372036854775808 | EMPTY | 2.5 | .inf | 1e21 | !!null x
bad-key labels.? = << | = | *no | @a | `a | %a | !!int 80 | - a | &a b
wrong-annotation-key notes.? = a/b/c | /a | a/ | -a | 'a b' | LABEL_64 | a_b/c | é
wrong-annotation notes.note = 80 | true | y | 1.5 | [] | {} | 0x1F | off
wrong-finalizer metadata.finalizers[] = cleanup | "" | ~ | a/b/c | A/b | 80 | orphans
wrong-finalizers metadata.finalizers = [orphan, foregroundDeletion] | a.b/c | {} | [[]]
wrong-owner-field owner.apiVersion = "" | ~ | a/b/c | apps/ | /v1 | 1 | v1
wrong-owner-field owner.kind = "" | ~ | 1 | Event | y
wrong-owner-field owner.name = "" | ~ | 1 | Any Thing
wrong-owner-field owner.uid = "" | ~ | 1 | any thing
wrong-owner-field owner.controller = 'true' | 1 | ~ | yes | "y" | tRue
wrong-owners metadata.ownerReferences = [{}] | [~] | {OWNER, uid: a} | [{OWNER}]
    | [{OWNER, uid: a, controller: true}, {OWNER, uid: b, controller: true}]
    | [{apiVersion: v1, kind: Event, name: a, uid: b}]
    | [{OWNER, uid: a, namespace: b}]
wrong-creation metadata.creationTimestamp = "" | 2020-01-01 | 0 | 2020-01-01 00:00:00 | {} | now
    | 2020-01-01t00:00:00z | 2020-13-01T00:00:00Z | 2020-01-01T00:00:00
wrong-system-field metadata.generation = x | 1.5 | '1' | 9223372036854775808 | 1e19
wrong-system-field metadata.resourceVersion = 12 | '12' | '0' | ~ | 'x'
wrong-system-field metadata.managedFields = {} | [[]] | [{manager: 1}] | [{when: a}]
wrong-port port.port = 0 | 65536 | -1 | 80.5 | 2147483648 | "" | '*' | true | y
wrong-port number.port = "80" | '443' | !!str 80 | 8000-9000 | 12:30 | 1,2 | [80] | {} | -
wrong-port-name number.port = HTTP | a--b | -a | a- | a_b | a234567890123456 | 'a b' | "http\n" | é
wrong-end-port number.endPort = 7999 | 0 | 65536 | "9000" | http | 9000.5
wrong-protocol port.protocol = tcp | "" | ICMP | Any | 6 | TCP/UDP | 'TCP ' | [TCP]
wrong-cidr block.cidr = 10.0.0.0 | 10.0.0.0/33 | 10.0.0/8 | 10.0.0.256/32 | "" | ~ | [a] | 80 | true
wrong-cidr block.cidr = 10.0.0.0/8/9 | '10.0.0.0/ 8' | 10.0.0.0/-1 | 10.0.0.0/+8 | 10.0.0.0/ | /8
wrong-cidr block.cidr = localhost | example.com/32 | '::/129' | '[::]/0' | fe80::%a/64 | 1::2::3/64
wrong-cidr block.cidr = 10.0.0.0/255.0.0.0 | 10.0.0.0-10.0.0.9 | 0x0a.0.0.0/8 | '10.0.0.0/8 ' | ::1
wrong-cidr block.cidr = '10.0.0.0/8NBSP' | '1٠.0.0.0/8' | ':::/0' | '*' | ' 10.0.0.0/8' | '::/'
loose-cidr block.cidr = 10.0.0.1/8 | '2001:db8::1/64' | 192.0.2.9/31 | 0.0.0.1/0 | 010.0.0.0/8
loose-cidr block.cidr = 10.0.0.0/08 | 10.00.0.0/8 | 010.0.0.1/08 | '::ffff:10.0.0.0/104' | '::/00'
loose-cidr block.cidr = '::ffff:0a00:0/104' | '::FFFF:1.2.3.4/128' | '::ffff:0:0/96' | '::/032'
loose-cidr block.cidr = '::fffe:0:0/96' | '::ffff:0:0/95' | '::1.2.3.04/128' | '::10.0.0.1/8'
wrong-excepts block.except = 10.0.0.0/9 | {} | [[10.0.0.0/9]] | [{}]
wrong-type spec.policyTypes[] = ingress | INGRESS | "" | ~ | Both | 80 | {} | Ingres
wrong-types spec.policyTypes = Ingress | {} | '[Ingress]' | [[Ingress]] | {Ingress: ~}
wrong-operator expression.operator = in | IN | Gt | Equals | "" | ~ | y | notin | =
wrong-expression-key expression.key = "" | ~ | a/b/c | -a | 80 | A/b | a b | no
wrong-selector spec.podSelector = [] | web | "" | {app: web} | [{matchLabels: {a: b}}]
wrong-rules spec.ingress = {} | web | "" | [[]] | [web] | {from: []} | [{to: []}]
wrong-rules spec.egress = {} | true | [{from: []}] | [{ports: {}}] | [{to: {}}] | 0
wrong-spec root.spec = [] | web | "" | [{}] | 0
wrong-metadata root.metadata = ~ | {} | [] | web | [{name: web}]
kind-near root.kind = NetworkPolicies | Networkpolicy | networkpolicy | NetworkPolicy1
kind-foreign root.kind = Pod | GlobalNetworkPolicy | Ingress | CiliumNetworkPolicy
kind-none root.kind = ~ | "" | 1 | {}
version-wrong root.apiVersion = networking.k8s.io/v1beta1 | extensions/v1beta1 | v1 | "" | ~ | 1
version-wrong root.apiVersion = networking.k8s.io | networking.k8s.io/V1 | networking.k8s.io/v1/v1
once-a-field root.status = {} | ~ | {conditions: []}
version-foreign root.apiVersion = projectcalico.org/v3 | crd.projectcalico.org/v1
"""),
    Mutation(
        "wrong-port-pair",
        port_pair(
            ('"80"', "90"),
            ("http", "90"),
            ("~", "90"),
            ("", "~"),
            ("http", "~"),
            ("0", "0"),
            ("70000", "80000"),
            ("-1", "-2"),
            ("0x50", "0120"),
            ("080", "079"),
            ("1e1", "1e2"),
        ),
        2,
    ),
    Mutation(
        "wrong-except",
        bad_except(
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("10.0.0.0/8", "0.0.0.0/0"),
            ("10.0.0.0/8", "11.0.0.0/9"),
            ("'::/0'", "10.0.0.0/8"),
            ("0.0.0.0/0", "'2001:db8::/32'"),
            ("10.0.0.0/8", '""'),
            ("10.0.0.0/8", "~"),
            ("10.0.0.0/8", "10.1.0.0"),
            ("10.0.0.0/8", "10.0.0.1/9"),
            ("10.0.0.0/8", "010.0.0.0/9"),
            ("10.0.0.0/8", "80"),
            ("bad", "worse"),
            ("'::ffff:10.0.0.0/104'", "10.0.0.0/9"),
            ("10.0.0.0/8", "'::ffff:10.0.0.0/112'"),
            ("10.5.0.0/8", "10.0.0.0/9"),
        ),
        3,
    ),
    Mutation(
        "wrong-values",
        selector_values(
            ("In", "-"),
            ("NotIn", "[]"),
            ("In", "~"),
            ("Exists", "[a]"),
            ("DoesNotExist", "[~]"),
            ("In", "[a b]"),
            ("In", "[80]"),
            ("NotIn", "[y]"),
            ("In", "web"),
            ("In", "{}"),
            ("Foo", "['-']"),
            ("Exists", "['-']"),
            ("In", "[[a]]"),
            ("In", f"[{LONG['LABEL_64']}]"),
        ),
        3,
    ),
    drop("no-name", metadata, "name", "generateName"),
    drop("no-metadata", root, "metadata"),
    drop("kind-none", root, "kind"),
    drop("version-none", root, "apiVersion"),
    drop("no-owner-field", owner_reference, "apiVersion", "kind", "name", "uid"),
    drop("no-port", port, "port"),
    drop("no-cidr", block, "cidr"),
    drop("no-expression-field", expression, "key", "operator", "values"),
    Mutation("three-types", three_types),
    Mutation("empty-peer", empty_peer),
    Mutation("lone-null-selector", lone_null_selector),
    Mutation("mixed-peer", mixed_peer, 2),
    Mutation("scalar-anywhere", any_scalar, 8),
    put("scalar-label", label_map, "odd", *SCALARS, weight=4),
    put("scalar-port", number_port, "port", *SCALARS, weight=5),
    put("scalar-end-port", number_port, "endPort", *SCALARS, weight=2),
    put("scalar-name", metadata, "name", *SCALARS, weight=2),
    keys("scalar-key", label_map, *SCALARS, weight=3),
    items("scalar-values", expression, "values", *SCALARS, weight=2),
    replace_any("null-anywhere", *NULLS, weight=4),
    replace_any("empty-anywhere", "{}", "[]", '""', "{ }", "[ ]", weight=4),
    Mutation("wrong-container", wrong_container, 4),
    Mutation("null-item", null_item, 3),
    Mutation("unknown-field", extra_field(UNKNOWN), 3),
    Mutation("known-field-elsewhere", extra_field(KNOWN), 3),
    Mutation("move-field", move_field, 3),
    Mutation("other-case", rename_key(other_case), 3),
    Mutation("misspelled", rename_key(misspelled), 2),
    Mutation("duplicate-key", duplicate_key, 4),
    Mutation("duplicate-resolved", duplicate_resolved),
    Mutation("duplicate-int-string", duplicate_int_string),
    merge("merge-before-override", (("<<", "{app: web, tier: a}"), ("app", "shop")), weight=2),
    merge("merge-after-override", (("app", "shop"), ("<<", "{app: web, tier: a}"))),
    merge("merge-twice", (("<<", "{a: b}"), ("<<", "{c: d}"))),
    merge("merge-overlapping", (("<<", "[{a: b}, {a: c}]"),)),
    merge(
        "merge-wrong",
        (("<<", "web"),),
        (("<<", "~"),),
        (("<<", "[web]"),),
        (("<<", "*nobody"),),
        (("'<<'", "web"),),
        weight=2,
    ),
    Mutation("literal", literal, 2),
    Mutation("large-annotation-over", large_annotation(262145)),
)


# --- Mutations of the text ------------------------------------------------------------------------

TextMutation = Callable[[Random, str], str]


def before(*texts: str) -> TextMutation:
    """Write one of these before the document."""
    return lambda rng, text: rng.choice(texts) + text


def after(*texts: str) -> TextMutation:
    """Write one of these after the document."""
    return lambda rng, text: text + rng.choice(texts)


def instead(*texts: str) -> TextMutation:
    """Write one of these in the place of the document."""
    return lambda rng, _text: rng.choice(texts)


def whole(change: Callable[[str], str]) -> TextMutation:
    """Change the whole text."""
    return lambda _rng, text: change(text)


def line(change: Callable[[str], str]) -> TextMutation:
    """Change one line."""

    def apply(rng: Random, text: str) -> str:
        lines = text.split("\n")
        at = rng.randrange(max(1, len(lines) - 1))
        lines[at] = change(lines[at])
        return "\n".join(lines)

    return apply


def line_end(*texts: str) -> TextMutation:
    """Write one of these at the end of a line."""
    return lambda rng, text: line(lambda old: old + rng.choice(texts))(rng, text)


def odd_space(rng: Random, text: str) -> str:
    """Write a blank that is none in the place of a blank."""
    odd = rng.choice(("\u00a0", "\u2003", "\u3000"))
    return line(lambda old: old.replace(" ", odd, 1))(rng, text)


GENTLE_TEXT: dict[str, TextMutation] = {
    "crlf": whole(lambda text: text.replace("\n", "\r\n")),
    "bom": before("\ufeff"),
    "start": before("---\n", "--- # why\n", "# why\n---\n", "\n\n---\n"),
    "end": after("...\n", "---\n", "---\n# why\n", "\n\n", "--- \n"),
    "no-last-newline": whole(lambda text: text.rstrip("\n")),
    "comment-line": line(lambda old: "      # why\n" + old),
    "blank-line": line(lambda old: "\n\n" + old),
    "trailing-blanks": line_end("   "),
    "trailing-tab": line_end("\t"),
    "comment-words": line_end(" # wéb 허용 \U0001f600"),
}

HARSH_TEXT: dict[str, TextMutation] = {
    "directive-1.1": before("%YAML 1.1\n---\n"),
    "directive-1.2": before("%YAML 1.2\n---\n"),
    "directive-tag": before("%TAG !k! tag:example.com,2020:\n---\n"),
    "tab-indent": line(lambda old: "\t" + old.lstrip(" ")),
    "less-indent": line(lambda old: old.removeprefix(" ")),
    "more-indent": line(lambda old: " " + old),
    "lost-colon": line(lambda old: old.replace(":", "", 1)),
    "lost-blank": line(lambda old: old.replace(": ", ":", 1)),
    "lost-dash": line(lambda old: old.replace("- ", "  ", 1)),
    "extra-dash": line(lambda old: re.sub(r"^( *)", r"\1- ", old, count=1)),
    "lost-line": line(lambda _old: ""),
    "open-quote": line_end('"', "'", "[", "{"),
    "control": line_end(" # \x07", "\x00", " # \x7f", "\x1b"),
    "odd-space": odd_space,
    "odd-break": line_end("\x85", "\u2028", "\r", "\f", "\v"),
    "bom-inside": line_end("\ufeff"),
    "no-document": instead("", "---\n", "# kind: NetworkPolicy\n", "web\n", "[]\n"),
}
