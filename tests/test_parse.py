"""From text to nodes: exact spans, both parsers alike, nothing that breaks or hangs it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import PROJECT, corpus

from netpol_lint import comment, parse
from netpol_lint.node import Entry, Mapping, Node, Scalar, Sequence, walk
from netpol_lint.parse import CParser, Document, Part, decode, split
from netpol_lint.span import Span

EXAMPLES = sorted((PROJECT / "examples").rglob("*.yaml")) + sorted(
    (PROJECT / "tests" / "rules").rglob("*.yaml")
)


def read(text: str, *, pure: bool = False) -> Document:
    (part,) = split(text)
    return parse.parse(text, part, pure=pure)


def root(text: str) -> Node:
    document = read(text)
    assert document.root is not None, document.problems
    return document.root


def shape(node: Node | None) -> object:
    """Everything about a tree that a rule could see."""
    if node is None:
        return None
    if isinstance(node, Scalar):
        return ("scalar", node.span, node.text, node.style, node.tag, node.alias)
    if isinstance(node, Sequence):
        return ("list", node.span, node.flow, node.alias, [shape(item) for item in node.items])
    pairs = [(shape(entry.key), shape(entry.value)) for entry in node.entries]
    return ("object", node.span, node.flow, node.alias, pairs)


def plain(node: Node) -> object:
    """The data of a tree, without places."""
    if isinstance(node, Scalar):
        # A block scalar that is cut out loses the line break at its end.
        return node.text.rstrip() if node.style in ("|", ">") else node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return [(plain(entry.key), plain(entry.value)) for entry in node.entries]


def text_of(path: Path) -> str:
    return decode(path.read_bytes())[0]


# --- the two parsers ------------------------------------------------------------------------


@pytest.mark.skipif(
    CParser is None, reason="there is no C parser for this platform to compare with"
)
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_both_parsers_agree(path: Path) -> None:
    """The C parser and the pure one give the same tree for every fixture."""
    text = text_of(path)
    for part in split(text):
        fast, slow = parse.parse(text, part), parse.parse(text, part, pure=True)
        assert shape(fast.root) == shape(slow.root)
        assert bool(fast.problems) == bool(slow.problems)


@pytest.mark.skipif(
    CParser is None, reason="there is no C parser for this platform to compare with"
)
@pytest.mark.skipif(not corpus(), reason="the real manifests are not beside this checkout")
def test_both_parsers_agree_on_real_manifests() -> None:
    """The same for the policies among the real manifests (the pure parser takes its time)."""
    compared = 0
    for path in corpus():
        text = text_of(path)
        for part in split(text):
            body = text[part.start : part.end]
            if "kind: NetworkPolicy" not in body or len(body) > 20_000 or "{{" in body:
                continue
            fast, slow = parse.parse(text, part), parse.parse(text, part, pure=True)
            assert shape(fast.root) == shape(slow.root), path
            compared += 1
    assert compared > 100


# --- spans ----------------------------------------------------------------------------------

keys = st.text(alphabet="abcxyz", min_size=1, max_size=5)
scalars = st.one_of(
    st.text(alphabet="abc é😀한", max_size=6),
    st.integers(-9, 9).map(str),
    st.sampled_from(["", "null", "true", "0x10", "yes", "${NAME}", "a: b", "- x", "#no", "it's"]),
)
trees = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)),
    max_leaves=10,
)


def write(tree: object, indent: int, draw: st.DataObject) -> str:
    """One of the ways to write `tree`, to stand behind `key:` or `-`."""
    if isinstance(tree, str):
        style = draw.draw(st.sampled_from(["'", '"', "|"]))
        if style == "'":
            return f" '{tree.replace(chr(39), chr(39) * 2)}'"
        if style == "|" and tree.strip() == tree and tree:
            return f" |  # c\n{' ' * (indent + 2)}{tree}"
        return f' "{tree}"'
    if not tree:
        return " []" if isinstance(tree, list) else " {}"
    if draw.draw(st.booleans()) and indent > 0:
        return " " + flow(tree)
    pad = " " * indent
    lines: list[str] = []
    if isinstance(tree, list):
        lines += (f"{pad}-{write(item, indent + 2, draw)}" for item in tree)
    else:
        assert isinstance(tree, dict)
        lines += (f"{pad}{key}:{write(item, indent + 2, draw)}" for key, item in tree.items())
    gap = draw.draw(st.sampled_from(["\n", "\n\n", "  # why\n", "\n# head\n"]))
    return ("\n" if indent else "") + gap.join(lines) if indent else gap.join(lines)


def flow(tree: object) -> str:
    if isinstance(tree, str):
        return f'"{tree}"'
    if isinstance(tree, list):
        return f"[{', '.join(map(flow, tree))}]"
    assert isinstance(tree, dict)
    return f"{{{', '.join(f'{key}: {flow(item)}' for key, item in tree.items())}}}"


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(keys, trees, min_size=1, max_size=3), st.data())
def test_a_span_cut_out_is_the_node(tree: dict[str, object], data: st.DataObject) -> None:
    """Any node's span, cut out of the text and indented as it stood, reads as that node again."""
    text = write(tree, 0, data) + "\n"
    for node in walk(root(text)):
        line_start = text.rfind("\n", 0, node.start) + 1
        cut = " " * (node.start - line_start) + text[node.start : node.end] + "\n"
        if node.start == node.end:
            continue
        assert plain(root(cut)) == plain(node), cut


def test_collections_end_at_their_last_leaf() -> None:
    """A block collection does not swallow the blank lines and comments behind it."""
    text = "a:\n  b:\n  - c\n\n# behind\nd: e\n"
    tree = root(text)
    assert isinstance(tree, Mapping)
    value = tree.entries[0].value
    assert text[value.start : value.end] == "b:\n  - c"


def test_alias_keeps_the_place_of_use() -> None:
    """What an alias stands for is found where the alias is written."""
    text = "a: &x {k: v}\nb: *x\n"
    tree = root(text)
    assert isinstance(tree, Mapping)
    used = tree.get("b")
    assert isinstance(used, Mapping)
    assert text[used.start : used.end] == "*x"
    assert used.get("k") is not None


def test_repeated_keys_survive() -> None:
    """Both pairs are in the tree, the last one is the field."""
    tree = root("a: 1\na: 2\n")
    assert isinstance(tree, Mapping)
    assert [plain(entry.value) for entry in tree.entries] == ["1", "2"]
    assert plain(tree.fields["a"].value) == "2"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("b: &b {k: base}\na:\n  <<: *b\n  k: own\n", "own"),
        ("b: &b {k: base}\na:\n  k: own\n  <<: *b\n", "base"),
        ("b: &b {k: one}\nc: &c {k: two}\na:\n  <<: [*b, *c]\n", "one"),
    ],
)
def test_merge_order(text: str, value: str) -> None:
    """A merge takes effect where it stands, and of several mappings the first one wins."""
    tree = root(text)
    assert isinstance(tree, Mapping)
    merged = tree.get("a")
    assert isinstance(merged, Mapping)
    assert plain(merged.fields["k"].value) == value


# --- streams --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("a: 1\n---\nb: 2\n", ["a: 1", "b: 2"]),
        ("---\na: 1\n...\nb: 2\n", ["", "a: 1", "b: 2"]),
        ("--- # one\na: 1\n--- {b: 2}\n", ["", "# one\na: 1", "--- {b: 2}"]),
        ("a: |\n  ---\n  b\n---\n", ["a: |\n  ---\n  b", ""]),
        ("a: 1\r\n---\r\nb: 2\r\n", ["a: 1", "b: 2"]),
        ("a: '---x'\n---x: 1\n", ["a: '---x'\n---x: 1"]),
    ],
)
def test_split(text: str, bodies: list[str]) -> None:
    """A stream is cut at its markers, and only there."""
    found = [text[part.start : part.end].strip().removeprefix("# one\n") for part in split(text)]
    assert found == [body.removeprefix("# one\n") for body in bodies]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(encoding: str) -> None:
    """UTF-8 and UTF-16 with a byte order mark read alike."""
    text = "name: 웹\n"
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    decoded, problem = decode((mark + text).encode(encoding))
    assert (decoded, problem) == (text, None)


def test_bytes_that_are_no_text() -> None:
    """The place of the first wrong byte is known."""
    _, problem = decode("a: é\n".encode("latin-1"))
    assert problem is not None
    assert problem.span == Span(3, 4)


def test_byte_order_mark_before_a_later_document() -> None:
    """It is a problem of its own, and the document is still read."""
    text = "a: 1\n---\n\ufeffb: 2\n"
    later = parse.parse(text, list(split(text))[1])
    assert [problem.span for problem in later.problems] == [Span(9, 10)]
    assert isinstance(later.root, Mapping)
    assert list(later.root.fields) == ["b"]


# --- what cannot be read ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "at", "word"),
    [
        ("a: b: c\n", ": c", "`:`"),
        ("a:\n\tb: c\n", "\t", "tab"),
        ("a: *x\n", "*x", "anchor"),
        ("a: &x [*x]\n", "*x", "itself"),
        ("a: [b\n", "b", "`,` or `]`"),
        ("a: .inf\n", ".inf", "json"),
        ("? [a]\n: b\n", "[", "a list"),
        ("~: b\n", "~", "null"),
        ("a: @b\n", "@b", "quote"),
        ("a: \x07\n", "\x07", "U+0007"),
        ("%YAML 1.2\n", "%YAML 1.2", "directive"),
        ("<<: 1\n", "1", "merges"),
        ("a: !!int web\n", "!!int", "!!int"),
        ("18446744073709551615: b\n", "1844", "too large"),
        ("a: 1\nb\n  - c\nd: e\n", "b\n", "`:` is missing"),
        ("spec:\n  podSelector\n\n    app: web\n", "podSelector", "`:` is missing"),
        ("a:\n- from\r\n  - b: c\r\n", "from", "`:` is missing"),
        ("a:\n- b\n  c: d\n", ": d", "no value may begin"),
    ],
)
@pytest.mark.parametrize("pure", [False, True])
def test_problem(text: str, at: str, word: str, pure: bool) -> None:
    """An unreadable document has one problem, at its token, in words for a person."""
    document = read(text, pure=pure)
    assert document.root is None
    (problem,) = document.problems
    assert word in problem.reason
    if at != "b":
        assert text.startswith(at, problem.span.start)


@pytest.mark.parametrize(
    ("text", "at", "word", "opening"),
    [
        ('a: "b" c\n', "c", "text follows a closing quote", None),
        ("a: 'b' c\n", "c", "text follows a closing quote", None),
        ("- 'b'  c\n- d\n", "c", "text follows a closing quote", None),
        ('a:\n  b: "c\n  d: "e"\n', 'e"', "begins lines above", '"c'),
        ('a:\n  b: "c\n  d: ""\n', '"\n', "begins lines above", '"c'),
        ('a: 1\nb: "c\nd: e\n', '"c', "never closed", None),
        ("a: 1\nb: 'c\nd: e\n", "'c", "never closed", None),
        ('a: "b"\n c\n', "c", "no level", None),
        ("a: b'\n  c\n d: e\n", None, "`:`", None),
        ('a: "\\q"\n', None, "escape", None),
    ],
)
@pytest.mark.parametrize("pure", [False, True])
def test_quotes(text: str, at: str | None, word: str, opening: str | None, pure: bool) -> None:
    """Text behind a closing quote is told as that, with the opening one where it is far away."""
    (problem,) = read(text, pure=pure).problems
    assert word in problem.reason
    if at is not None:
        assert text.startswith(at, problem.span.start)
    if opening is None:
        assert problem.quote is None
    else:
        assert problem.quote is not None
        assert text.startswith(opening, problem.quote.start)


BOMBS = {
    "aliases": "a0: &a0 [x]\n"
    + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40)),
    "merges": "a0: &a0 {k: v}\n"
    + "".join(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 40)),
    "brackets": "a: " + "[" * 100_000,
    "braces": "{a: " * 5_000,
    "dashes": "- " * 5_000,
    "long": "a: " + "x" * (parse.MAX_DOCUMENT + 1),
    "digits": "a: " + "9" * 100_000 + "\nb: [",
    "date": "a: 2020-13-45\nb: [",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_bombs(text: str) -> None:
    """Hostile documents are refused within the time of an ordinary one."""
    start = time.process_time()
    document = read(text)
    assert document.root is None
    assert document.problems
    assert time.process_time() - start < 5


def test_number_of_thousand_digits_is_text() -> None:
    """Neither a date that does not exist nor an endless number disturbs the reader."""
    tree = root("a: 2020-13-45\nb: " + "9" * 5_000 + "\n")
    assert isinstance(tree, Mapping)
    assert [isinstance(entry.value, Scalar) for entry in tree.entries] == [True, True]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab:-[]{}#&*!|>'\"%@ \n\t?,~é\ufeff\x00", max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Whatever the text, there is a tree or a problem, no exception, and spans stay inside."""
    for part in split(text):
        document = parse.parse(text, part)
        if document.root is not None:
            for node in walk(document.root):
                assert part.start <= node.start <= node.end <= part.end
        for problem in document.problems:
            assert 0 <= problem.span.start <= problem.span.end <= len(text)


# --- comments ---------------------------------------------------------------------------------


def comments(text: str) -> list[tuple[str, bool]]:
    document = read(text)
    found = comment.find(text, document.span, document.shadows)
    return [(each.text, each.own_line) for each in found]


def test_comments() -> None:
    """Comments are what stands in the gaps; a `#` inside a value is none."""
    text = (
        "# head\n"
        "a: b # trailing\n"
        "c: 'x # no'  #close\n"
        "d: |\n  # no\n  text\n"
        "# after\n"
        "e: [f, # inner\n  g#no]\n"
    )
    assert comments(text) == [
        ("head", True),
        ("trailing", False),
        ("close", False),
        ("after", True),
        ("inner", False),
    ]


def test_part_is_a_span() -> None:
    """Parts never overlap and leave out only marker lines."""
    text = "a\n---\nb\n---\n"
    parts = list(split(text))
    assert parts == [Part(0, 2), Part(5, 8), Part(11, 12)]
    assert Entry(Scalar(0, 1, "a", "", None), Scalar(3, 4, "b", "", None)).span == Span(0, 4)


# --- what the comparison with kube-apiserver has taught ---------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "a: {b: c}\t\n",
        "a: b\t\n",
        "a: {b: 2001:db8::/32, c: d}\t\n",
        "a: b\t# c\n",
        '{\t"a": "\\ud83d\\ude00"\n}',
    ],
)
def test_read_as_kubernetes_reads(text: str) -> None:
    """What the server reads is read here, too, whatever the parser at hand thinks of it."""
    assert read(text).problems == ()


@pytest.mark.parametrize("text", ["a:\n-\t\n", "a:\n\tb: c\n", "a:\r\t\n b: c\n"])
def test_refused_as_kubernetes_refuses(text: str) -> None:
    """Tabs that indent stay refused."""
    assert read(text).problems != ()


def test_json_keeps_its_numbers() -> None:
    """In a JSON document `80.0` is no integer, in YAML it is one."""
    assert isinstance(root('{"a": 80.0}'), Mapping)
    (json,) = root('{"a": 80.0}').entries  # type: ignore[union-attr]
    (yaml,) = root("{a: 80.0}").entries  # type: ignore[union-attr]
    assert isinstance(json.value.value, float)  # type: ignore[union-attr]
    assert isinstance(yaml.value.value, int)  # type: ignore[union-attr]


def test_quoted_null() -> None:
    """An explicit tag makes even an empty string a null."""
    (entry,) = root('a: !!null ""').entries  # type: ignore[union-attr]
    assert isinstance(entry.value, Scalar)
    assert entry.value.is_null
