"""What builds do to objects, as kustomize v5.8 does it; tests/differential/builds.py asks it."""

from __future__ import annotations

import os
import pickle
import time
from pathlib import Path

import pytest

from netpol_lint import processes
from netpol_lint.answer import Answer
from netpol_lint.repository import kustomize, transformation
from netpol_lint.repository.kustomize import Build, Graph
from netpol_lint.repository.target import Target
from netpol_lint.repository.transformation import NOTHING, Pair, Patch, Transformation
from netpol_lint.repository.transformer import TRANSFORMING
from netpol_lint.repository.tree import Tree
from netpol_lint.span import Span

COMPONENT = "kind: Component\n"
FILE = "app/netpol.yaml"
GROUP = "networking.k8s.io"
MERGE = "apiVersion: networking.k8s.io/v1\\nkind: NetworkPolicy\\nmetadata: {name: close}\\n"
NETPOL = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: close
spec:
  podSelector: {}
"""


def graph(root: Path, **files: str) -> Graph:
    """A repository; the keyword `app` is the kustomization of the folder app."""
    place(root, {FILE: NETPOL})
    place(root, {f"{folder}/kustomization.yaml": text for folder, text in files.items()})
    return Graph(Tree(str(root)))


def place(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def only(found: Graph, path: str = FILE) -> Build:
    (build,) = found.builds(path)
    return build


def done(root: Path, more: str) -> Transformation:
    """What one kustomization with these fields does."""
    return only(graph(root, app=f"resources: [netpol.yaml]\n{more}")).done


def pairs(found: tuple[Pair, ...]) -> dict[str, str]:
    return {pair.key: pair.value for pair in found}


# Several processes


def test_several_processes_see_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each reads some of the kustomizations, and sends what they do to all they build."""
    patch = NETPOL.replace("podSelector: {}", "ingress: []")
    shop = "resources: [../app]\nnamespace: shop\npatches: [{path: close.yaml}]"
    place(tmp_path, {"shop/close.yaml": patch})
    folders = {
        "app": "resources: [netpol.yaml]",
        "shop": shop,
        "team": "resources: [../app]\ncommonLabels: {team: tills}",
        "remote": "resources: [../app]\ncomponents: [https://example.com/it]",
    }
    alone = graph(tmp_path, **folders)
    monkeypatch.setattr(processes, "FORK_FROM", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    shared = graph(tmp_path, **folders)
    assert list(shared.kustomizations.items()) == list(alone.kustomizations.items())
    for found, one in zip(shared.builds(FILE), alone.builds(FILE), strict=True):
        assert found[:4] == one[:4]
        assert pairs(found.done.selector_pairs) == pairs(one.done.selector_pairs)
        assert _written(found) == _written(one)


def _written(build: Build) -> list[bool]:
    fields = ("spec", "ingress"), ("spec", "egress")
    return [build.done.may_change("NetworkPolicy", "close", field) for field in fields]


@pytest.mark.parametrize("count", [1, 3])
def test_edges_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """However many processes read them, the same kustomizations are left out."""
    monkeypatch.setattr(processes, "FORK_FROM", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: count)
    monkeypatch.setattr(kustomize, "MAX_EDGES", 3)
    folders = {f"k{number}": "resources: [../app/netpol.yaml]" for number in range(9)}
    found = graph(tmp_path, **folders)
    assert list(found.kustomizations) == ["k0", "k1", "k2"]
    assert not found.complete


def test_nothing_is_the_same_everywhere() -> None:
    """Who asks for it by `is` gets the answer of the process that sent it."""
    sent = NOTHING, transformation.ANYTHING, Transformation(prefix="a-")
    received = pickle.loads(pickle.dumps(sent))  # noqa: S301  # our own
    assert received == sent
    assert received[0] is NOTHING


# Labels


def test_nothing_is_done_by_default(tmp_path: Path) -> None:
    assert done(tmp_path, "images: [{name: web, newTag: v1}]\nreplicas: [{name: a, count: 1}]") == (
        NOTHING
    )


def test_common_labels_go_everywhere(tmp_path: Path) -> None:
    found = done(tmp_path, "commonLabels: {team: tills, app: web}")
    assert pairs(found.selector_pairs) == {"app": "web", "team": "tills"}
    assert found.selector_pairs == found.template_pairs == found.label_pairs


@pytest.mark.parametrize(
    ("flags", "selectors", "templates"),
    [
        ("", {}, {}),
        ("includeSelectors: false", {}, {}),
        ("includeTemplates: true", {}, {"team": "tills"}),
        ("includeSelectors: true", {"team": "tills"}, {"team": "tills"}),
    ],
)
def test_labels_go_where_they_are_told(
    tmp_path: Path, flags: str, selectors: dict[str, str], templates: dict[str, str]
) -> None:
    found = done(tmp_path, f"labels:\n- pairs: {{team: tills}}\n  {flags}")
    assert pairs(found.selector_pairs) == selectors
    assert pairs(found.template_pairs) == templates
    assert pairs(found.label_pairs) == {"team": "tills"}


def test_a_pair_knows_where_it_stands(tmp_path: Path) -> None:
    text = "resources: [netpol.yaml]\nlabels:\n- includeSelectors: true\n  pairs: {team: '${TEAM}'}"
    (pair,) = only(graph(tmp_path, app=text)).done.selector_pairs
    assert pair.path == "app/kustomization.yaml"
    assert text[pair.span.start : pair.span.end] == "team"
    assert pair.unknown


@pytest.mark.parametrize(
    ("kind", "group", "found"),
    [
        ("Pod", "", "label"),
        ("Deployment", "apps", "template"),
        ("Deployment", "extensions", "template"),
        ("StatefulSet", "apps", "template"),
        ("StatefulSet", "example.com", ""),
        ("CronJob", "batch", "template"),
        ("Rollout", "argoproj.io", ""),
    ],
)
def test_which_pods_get_labels(tmp_path: Path, kind: str, group: str, found: str) -> None:
    labels = "- {pairs: {x: label}}\n- {pairs: {x: template}, includeTemplates: true}"
    both = done(tmp_path, f"labels:\n{labels}")
    meta = done(tmp_path, "labels:\n- {pairs: {x: label}}")
    value = pairs((meta if found == "label" else both).pod_pairs(kind, group)).get("x", "")
    assert value == found


@pytest.mark.parametrize(
    ("field", "unclear", "pods"),
    [
        ("{path: metadata/labels, create: true}", False, {}),
        ("{path: spec/podSelector/matchLabels, kind: NetworkPolicy}", True, {}),
        ("{path: spec/selector/matchLabels, kind: Service}", True, {}),
        ("{path: spec/selector/matchLabels, kind: Widget}", False, {}),
        ("{path: spec/selector/matchLabels, kind: Rollout}", False, {}),
        ("{path: spec/template/metadata/labels, kind: Rollout}", True, {}),
        (
            "{path: spec/template/metadata/labels, kind: Rollout, create: true}",
            False,
            {"team": "tills"},
        ),
        ("{path: spec/template/metadata/labels}", True, {}),
        ("{path: spec/other/template, kind: Rollout}", True, {}),
    ],
)
def test_labels_with_fields_of_their_own(
    tmp_path: Path, field: str, unclear: bool, pods: dict[str, str]
) -> None:
    found = done(tmp_path, f"labels:\n- pairs: {{team: tills}}\n  fields: [{field}]")
    assert found.unclear == unclear
    assert pairs(found.pod_pairs("Rollout", "argoproj.io")) == pods
    assert not found.pod_pairs("Deployment", "apps")


def test_a_field_of_its_own_may_take_the_place_of_all_labels(tmp_path: Path) -> None:
    """Who names `metadata/labels` of one kind takes it from the others."""
    item = "{pairs: {a: b}, fields: [{path: metadata/labels, kind: Pod, create: true}]}"
    found = done(tmp_path, f"labels: [{item}]")
    assert pairs(found.pod_pairs("Pod", "")) == {"a": "b"}
    found = done(tmp_path, f"labels: [{item.replace('Pod', 'Service')}]")
    assert not found.pod_pairs("Pod", "")
    assert [pair.kind for pair in found.label_pairs] == ["Service"]


def test_a_patch_upon_labels_changes_them_everywhere(tmp_path: Path) -> None:
    """The node that it changes in metadata is the one that stands in the selectors too."""
    text = f'patches: [{{patch: "{MERGE.replace("close", "close, labels: {a: c}")}"}}]'
    path = ("spec", "podSelector")
    found = graph(
        tmp_path,
        app="resources: [netpol.yaml]\ncommonLabels: {a: b}",
        dev=f"resources: [../app]\n{text}",
    )
    assert only(found).done.may_change("NetworkPolicy", "close", path, GROUP, "")
    assert not only(found).done.may_change("NetworkPolicy", "close", ("spec", "x"), GROUP, "")
    before = done(tmp_path / "other", f"commonLabels: {{a: b}}\n{text}")
    assert not before.may_change("NetworkPolicy", "close", path, GROUP, "")


def test_the_outermost_label_stays(tmp_path: Path) -> None:
    found = graph(
        tmp_path,
        app="resources: [netpol.yaml]\ncommonLabels: {a: inner, b: inner}",
        dev="resources: [../app]\ncommonLabels: {a: outer}",
    )
    build = only(found)
    assert [(pair.key, pair.value) for pair in build.done.selector_pairs] == [
        ("b", "inner"),
        ("a", "outer"),
    ]
    assert build.root == "dev"


def test_a_label_that_is_written_over_elsewhere_is_not_known(tmp_path: Path) -> None:
    """Kustomize shares one node between selectors and metadata: a later label changes both."""
    found = graph(
        tmp_path,
        app="resources: [netpol.yaml]\ncommonLabels: {a: inner, b: inner, c: same}",
        dev="resources: [../app]\nlabels: [{pairs: {a: outer, c: same}}]",
    )
    unknown = {pair.key: pair.unknown for pair in only(found).done.selector_pairs}
    assert unknown == {"a": True, "b": False, "c": False}


def test_the_signature_of_kustomize(tmp_path: Path) -> None:
    """It is added by the outermost kustomization alone."""
    signed = "buildMetadata: [originAnnotations, managedByLabel]"
    inner = graph(
        tmp_path,
        app=f"resources: [netpol.yaml]\n{signed}",
        dev="resources: [../app]",
    )
    assert not only(inner).done.label_pairs
    outer = graph(tmp_path, app="resources: [netpol.yaml]", dev=f"resources: [../app]\n{signed}")
    (pair,) = only(outer).done.label_pairs
    assert (pair.key, pair.unknown) == ("app.kubernetes.io/managed-by", True)


# Names and namespaces


def test_names_grow_outwards(tmp_path: Path) -> None:
    found = graph(
        tmp_path,
        app="resources: [netpol.yaml]\nnamePrefix: a-\nnameSuffix: -b",
        dev="resources: [../app]\nnamePrefix: dev-\nnameSuffix: -v1",
    )
    result = only(found).done
    assert (result.prefix, result.suffix) == ("dev-a-", "-b-v1")
    assert result.name_of("NetworkPolicy", "close") == "dev-a-close-b-v1"
    assert result.name_of("Namespace", "shop") == "shop"


def test_a_prefix_that_is_filled_in_later(tmp_path: Path) -> None:
    found = done(tmp_path, "namePrefix: ${ENV}-")
    assert found.renames
    assert found.name_of("NetworkPolicy", "close") is None


def test_a_transformer_may_rename(tmp_path: Path) -> None:
    text = '{"apiVersion": "builtin", "kind": "PrefixTransformer", "prefix": "x"}'
    assert done(tmp_path, f"transformers: ['{text}']").renames


def test_where_the_namespace_stands(tmp_path: Path) -> None:
    text = "resources: [../app]\nnamespace: shop\n"
    found = graph(tmp_path, app="resources: [netpol.yaml]\nnamespace: inner", dev=text)
    build = only(found)
    assert build.namespace == "shop"
    assert build.place is not None
    assert build.place.path == "dev/kustomization.yaml"
    assert text[build.place.span.start : build.place.span.end] == "shop"


def test_a_transformer_gives_a_namespace(tmp_path: Path) -> None:
    place(
        tmp_path,
        {
            "app/ns.yaml": "apiVersion: builtin\nkind: NamespaceTransformer\n"
            "metadata: {name: ns, namespace: shop}\n"
        },
    )
    build = only(graph(tmp_path, app="resources: [netpol.yaml]\ntransformers: [ns.yaml]"))
    assert (build.namespace, build.supplied) == ("shop", False)
    assert build.place is not None
    assert build.place.path == "app/ns.yaml"
    with (tmp_path / "app/ns.yaml").open("a") as file:
        file.write("unsetOnly: true\n")
    build = only(graph(tmp_path, app="resources: [netpol.yaml]\ntransformers: [ns.yaml]"))
    assert (build.namespace, build.supplied) == (None, True)


# Components


def test_components_transform_what_was_gathered_before_them(tmp_path: Path) -> None:
    """A file of a component meets those behind it, not those before it."""
    place(tmp_path, {"b/own.yaml": NETPOL})
    found = graph(
        tmp_path,
        a=f"{COMPONENT}commonLabels: {{a: x}}\nnamespace: of-a",
        b=f"{COMPONENT}resources: [own.yaml]\ncommonLabels: {{b: x}}",
        c=f"{COMPONENT}commonLabels: {{c: x}}\nnamespace: of-c",
        app="resources: [netpol.yaml]\ncomponents: [../a, ../b, ../c]\ncommonLabels: {own: x}",
    )
    beside = only(found)
    assert list(pairs(beside.done.selector_pairs)) == ["a", "b", "c", "own"]
    assert beside.namespace == "of-c"
    assert list(pairs(only(found, "b/own.yaml").done.selector_pairs)) == ["b", "c", "own"]


def test_components_inside_components(tmp_path: Path) -> None:
    """The inner ones come first, and they too transform all that the outer one was given."""
    place(tmp_path, {"outer/own.yaml": NETPOL})
    found = graph(
        tmp_path,
        inner=f"{COMPONENT}commonLabels: {{a: inner, b: inner}}",
        outer=f"{COMPONENT}resources: [own.yaml]\ncomponents: [../inner]\ncommonLabels: {{b: o}}",
        app="resources: [netpol.yaml]\ncomponents: [../outer]\nnamespace: shop",
    )
    for path in (FILE, "outer/own.yaml"):
        assert pairs(only(found, path).done.selector_pairs) == {"a": "inner", "b": "o"}
        assert only(found, path).namespace == "shop"


def test_a_component_from_elsewhere_may_do_anything(tmp_path: Path) -> None:
    remote = "components: ['https://example.com/repo//component']"
    build = only(graph(tmp_path, app=f"resources: [netpol.yaml]\n{remote}"))
    assert build.supplied
    assert build.done.unclear
    build = only(graph(tmp_path, app=f"resources: [netpol.yaml]\n{remote}\nnamespace: shop"))
    assert (build.namespace, build.supplied, build.done.unclear) == ("shop", False, True)


# Patches


def touches(found: Transformation, kind: str = "NetworkPolicy", name: str = "close") -> Answer:
    return found.may_touch(kind, name, GROUP, "")


def test_a_merge_patch_is_for_one_object(tmp_path: Path) -> None:
    text = f'patches: [{{patch: "{MERGE}spec: {{podSelector: {{}}}}"}}]'
    found = done(tmp_path, text)
    assert touches(found) is Answer.PROVEN
    assert touches(found, name="other") is Answer.REFUTED
    assert touches(found, kind="Deployment") is Answer.REFUTED
    assert found.may_touch("NetworkPolicy", "close", GROUP, "shop") is Answer.UNKNOWN
    assert found.may_change("NetworkPolicy", "close", ("spec", "podSelector"), GROUP, "")
    assert not found.may_change("NetworkPolicy", "close", ("spec", "ingress"), GROUP, "")
    assert found.deletes("NetworkPolicy", "close", GROUP, "") is Answer.REFUTED


def test_a_patch_may_use_every_name_that_an_object_had(tmp_path: Path) -> None:
    """Its name in the file, and each name that a prefix gave it before."""
    for name, answer in (
        ("close", Answer.PROVEN),
        ("a-close", Answer.PROVEN),
        ("dev-a-close", Answer.REFUTED),
    ):
        patch = MERGE.replace("close", name)
        found = graph(
            tmp_path,
            app="resources: [netpol.yaml]\nnamePrefix: a-",
            dev=f'resources: [../app]\nnamePrefix: dev-\npatchesStrategicMerge: ["{patch}"]',
        )
        assert touches(only(found).done) is answer, name


def test_identity_is_kept_whatever_a_merge_patch_says(tmp_path: Path) -> None:
    patch = MERGE.replace("{name: close}", "{name: new, namespace: new}")
    item = f'{{target: {{kind: NetworkPolicy}}, patch: "{patch}"}}'
    build = only(graph(tmp_path, app=f"resources: [netpol.yaml]\npatches: [{item}]"))
    assert not build.supplied
    assert build.done.name_of("NetworkPolicy", "close") == "close"
    renamed = done(
        tmp_path,
        f'patches: [{{target: {{kind: NetworkPolicy}}, patch: "{patch}", '
        "options: {allowNameChange: true}}]",
    )
    assert renamed.name_of("NetworkPolicy", "close") is None


def test_a_patch_that_deletes(tmp_path: Path) -> None:
    found = done(tmp_path, f'patches: [{{patch: "$patch: delete\\n{MERGE}"}}]')
    assert found.deletes("NetworkPolicy", "close", GROUP, "") is Answer.PROVEN
    assert found.deletes("NetworkPolicy", "other", GROUP, "") is Answer.REFUTED


@pytest.mark.parametrize(
    ("target", "answer"),
    [
        ("{kind: NetworkPolicy}", Answer.PROVEN),
        ("{name: close}", Answer.PROVEN),
        ("{}", Answer.PROVEN),
        ("{kind: NetworkPolicy, name: open}", Answer.REFUTED),
        ("{kind: Deployment|NetworkPolicy}", Answer.PROVEN),
        ("{kind: Policy}", Answer.REFUTED),
        ("{name: clo.*}", Answer.PROVEN),
        ("{name: .*se}", Answer.PROVEN),
        ("{name: closed.*}", Answer.REFUTED),
        ("{name: clo.e}", Answer.PROVEN),
        ("{name: ^close$}", Answer.PROVEN),
        ("{name: (a+)+$}", Answer.UNKNOWN),
        ("{name: '[c]lose'}", Answer.UNKNOWN),
        ("{name: a.*b.*c}", Answer.UNKNOWN),
        ("{group: networking.k8s.io}", Answer.PROVEN),
        ("{group: apps}", Answer.REFUTED),
        ("{kind: NetworkPolicy, labelSelector: app=web}", Answer.UNKNOWN),
        ("{kind: NetworkPolicy, namespace: shop}", Answer.UNKNOWN),
        ("{kind: Deployment, labelSelector: app=web}", Answer.REFUTED),
    ],
)
def test_targets_are_patterns(tmp_path: Path, target: str, answer: Answer) -> None:
    patch = '[{"op": "replace", "path": "/spec/podSelector", "value": {}}]'
    found = done(tmp_path, f"patches:\n- target: {target}\n  patch: '{patch}'")
    assert touches(found) is answer


@pytest.mark.parametrize(
    ("operation", "changed"),
    [
        ('"op": "replace", "path": "/spec/podSelector"', True),
        ('"op": "add", "path": "/spec/podSelector/matchLabels/a~1b"', True),
        ('"op": "replace", "path": "/spec"', True),
        ('"op": "replace", "path": ""', True),
        ('"op": "move", "from": "/spec/podSelector", "path": "/spec/other"', True),
        ('"op": "test", "path": "/spec/podSelector"', False),
        ('"op": "add", "path": "/spec/ingress/0/from/-"', False),
        ('"op": "add", "path": "/metadata/annotations/spec"', False),
    ],
)
def test_what_a_json_patch_writes(tmp_path: Path, operation: str, changed: bool) -> None:
    item = f"target: {{kind: NetworkPolicy, name: close}}\n  patch: '[{{{operation}}}]'"
    found = done(tmp_path, f"patchesJson6902:\n- {item}")
    path = ("spec", "podSelector")
    assert found.may_change("NetworkPolicy", "close", path, GROUP, "") == changed


def test_lists_are_replaced_as_a_whole(tmp_path: Path) -> None:
    """But containers are merged by their names, as far as kustomize knows the kind."""
    spec = "{template: {spec: {containers: [{name: web, image: a}]}}}"
    ports = ("spec", "template", "spec", "containers", "*", "ports")
    for kind, changed in (("Deployment", False), ("Rollout", True)):
        patch = f"kind: {kind}\\nmetadata: {{name: web}}\\nspec: {spec}"
        found = done(tmp_path, f'patches: [{{patch: "{patch}"}}]')
        assert found.may_change(kind, "web", ports, "", "") == changed
        assert not found.may_change(kind, "web", ("spec", "selector"), "", "")


def test_directives_change_what_stands_around_them(tmp_path: Path) -> None:
    spec = "{template: {$patch: replace, spec: {a: b}}}"
    patch = f"kind: Deployment\\nmetadata: {{name: web}}\\nspec: {spec}"
    found = done(tmp_path, f'patches: [{{patch: "{patch}"}}]')
    assert found.may_change("Deployment", "web", ("spec", "template", "metadata"), "", "")
    assert not found.may_change("Deployment", "web", ("spec", "selector"), "", "")


@pytest.mark.parametrize(
    ("paths", "reject", "answer", "changed"),
    [
        ("['spec.podSelector.matchLabels.app\\.kubernetes\\.io/name']", "", Answer.PROVEN, True),
        ("[metadata.annotations.x]", "", Answer.PROVEN, False),
        ("['spec.ingress.[a=b.c].from']", "", Answer.PROVEN, False),
        ("[spec]", "  reject: [{name: open}]", Answer.UNKNOWN, True),
    ],
)
def test_replacements(
    tmp_path: Path, paths: str, reject: str, answer: Answer, changed: bool
) -> None:
    targets = f"- select: {{kind: NetworkPolicy}}\n  fieldPaths: {paths}\n{reject}\n"
    place(tmp_path, {"app/copy.yaml": f"source: {{kind: ConfigMap, name: x}}\ntargets:\n{targets}"})
    found = done(tmp_path, "replacements: [{path: copy.yaml}]")
    assert touches(found) is answer
    path = ("spec", "podSelector")
    assert found.may_change("NetworkPolicy", "close", path, GROUP, "") == changed


def test_a_replacement_without_a_path_renames(tmp_path: Path) -> None:
    text = "replacements: [{sourceValue: x, targets: [{select: {kind: NetworkPolicy}}]}]"
    assert done(tmp_path, text).name_of("NetworkPolicy", "close", GROUP, "") is None


NAMESPACE = '[{"op": "add", "path": "/metadata/namespace", "value": "x"}]'


def test_order_of_patches_and_namespace(tmp_path: Path) -> None:
    """`patches` come before the namespace, JSON patches of the old field behind it."""
    for field, supplied in (("patches", False), ("patchesJson6902", True)):
        text = f"{field}: [{{target: {{kind: NetworkPolicy}}, patch: '{NAMESPACE}'}}]"
        build = only(graph(tmp_path, app=f"resources: [netpol.yaml]\nnamespace: shop\n{text}"))
        assert (build.namespace, build.supplied) == ("shop", supplied), field


def test_a_patch_that_moves_another_object(tmp_path: Path) -> None:
    text = f"patches: [{{target: {{kind: ConfigMap}}, patch: '{NAMESPACE}'}}]"
    build = only(graph(tmp_path, app=f"resources: [netpol.yaml]\n{text}"))
    assert build.supplied
    assert not build.of("NetworkPolicy", "close", GROUP, "").supplied
    assert build.of("ConfigMap", "x", "", "").supplied


def test_a_patch_that_is_not_there_may_do_anything(tmp_path: Path) -> None:
    found = done(tmp_path, "patches: [{path: missing.yaml}]")
    assert touches(found) is Answer.PROVEN
    assert found.may_change("NetworkPolicy", "close", ("spec",), GROUP, "")


# What cannot be read


@pytest.mark.parametrize(
    "text",
    [
        "transformers: [missing.yaml]",
        "transformers: ['{apiVersion: example.com/v1, kind: Anything}']",
        "transformers: ['{apiVersion: builtin, kind: ValueAddTransformer}']",
        "transformers: ['{broken: [']",
        "configurations: [labels.yaml]",
        "configurations: [missing.yaml]",
    ],
)
def test_what_is_unclear(tmp_path: Path, text: str) -> None:
    place(tmp_path, {"app/labels.yaml": "commonLabels: [{path: a/b, kind: NetworkPolicy}]"})
    found = done(tmp_path, text)
    assert found.unclear
    assert touches(found) is Answer.UNKNOWN
    assert found.deletes("NetworkPolicy", "close") is Answer.UNKNOWN


def test_configurations_hold_for_all_that_is_built_upon_them(tmp_path: Path) -> None:
    """Also for what stands beside the base that brings them; harmless ones do no harm."""
    place(tmp_path, {"base/c.yaml": "commonLabels: [{path: a/b, kind: NetworkPolicy}]"})
    files = {
        "base": "configurations: [c.yaml]\nconfigMapGenerator: [{name: x}]",
        "app": "resources: [netpol.yaml, ../base]\ncommonLabels: {a: b}",
    }
    assert only(graph(tmp_path, **files)).done.unclear
    place(tmp_path, {"base/c.yaml": "images: [{path: spec/image, kind: Widget}]"})
    assert not only(graph(tmp_path, **files)).done.unclear


def test_other_transformers_are_understood(tmp_path: Path) -> None:
    head = "apiVersion: builtin\\nkind: "
    patch = f'"{head}PatchTransformer\\npatch: |\\n  $patch: delete\\n  kind: A\\n  metadata: {{}}"'
    fields = "fieldSpecs: [{path: metadata/labels, create: true}]"
    labels = f'"{head}LabelTransformer\\nlabels: {{a: b}}\\n{fields}"'
    found = done(tmp_path, f"transformers: [{patch}, {labels}]")
    assert not found.unclear
    assert [each.deletes for each in found.patches] == [True]
    assert pairs(found.label_pairs) == {"a": "b"}
    assert done(tmp_path, f"transformers: [{labels.replace(', create: true', '')}]").unclear
    everywhere = labels.replace("metadata/labels", "spec/podSelector/matchLabels")
    assert done(tmp_path, f"transformers: [{everywhere}]").unclear


# The graph


def test_circles_are_refused(tmp_path: Path) -> None:
    """What leads into a circle is never built; another way to the same file is."""
    found = graph(
        tmp_path,
        a="resources: [../b, ../app]\nnamespace: of-a",
        b="resources: [../a]",
        c="resources: [../app]\nnamespace: of-c",
        app="resources: [netpol.yaml]",
    )
    assert [build.namespace for build in found.builds(FILE)] == ["of-c"]


def test_who_refers_to_a_file(tmp_path: Path) -> None:
    names = ("values.yaml", "settings.env", "openapi.json", "patch.yaml", "crd.yaml", "free.yaml")
    place(tmp_path, {f"app/{name}": "a: b\n" for name in (*names, "charts/x/values.yaml")})
    found = graph(
        tmp_path,
        app="resources: [netpol.yaml]\n"
        "configMapGenerator: [{name: a, files: [key=settings.env]}]\n"
        "openapi: {path: openapi.json}\n"
        "patches: [{path: ./patch.yaml}]\n"
        "crds: [../app/crd.yaml]\n"
        "helmCharts: [{name: x, valuesFile: values.yaml}]\n",
    )
    assert [name for name in names if not found.refers_to(f"app/{name}")] == ["free.yaml"]
    assert found.refers_to("app/charts/x/values.yaml")
    assert found.refers_to(FILE)
    assert not found.refers_to("elsewhere.yaml")


def test_what_a_plugin_reads_is_referred_to(tmp_path: Path) -> None:
    place(tmp_path, {"app/input.yaml": "a: b\n"})
    found = graph(tmp_path, app='generators: ["kind: X\\nspec:\\n  files: [input.yaml]\\n"]')
    assert found.refers_to("app/input.yaml")


@pytest.mark.parametrize(
    ("more", "closed", "charts"),
    [
        ("", True, False),
        ("configMapGenerator: [{name: a}]", True, False),
        ("helmCharts: [{name: x}]", False, True),
        ("generators: [netpol.yaml]", False, False),
        ("components: ['https://example.com/c']", False, False),
        ("bases: [../missing]", False, False),
    ],
)
def test_whether_a_build_is_closed(tmp_path: Path, more: str, closed: bool, charts: bool) -> None:
    found = graph(
        tmp_path, app=f"resources: [netpol.yaml]\n{more}", dev="resources: [../app]"
    ).contents("dev")
    assert found == ((FILE,), closed, charts)


@pytest.mark.parametrize(
    "field",
    [
        *TRANSFORMING,
        *("resources", "bases", "components", "configurations", "generators", "helmCharts"),
        *("helmGlobals", "buildMetadata", "kind", "crds", "openapi", "configMapGenerator"),
    ],
)
def test_odd_values_do_no_harm(tmp_path: Path, field: str) -> None:
    """Whatever stands in a field: there is an answer, and the file is still built."""
    values = ("", "5", "x", "[]", "{}", "[~]", "[[1]]", "[{}]", "{a: ~}", "['{']", "[{a: [b]}]")
    inside = ("patch", "path", "target", "pairs", "fields", "targets", "options", "chartHome")
    odd = [*values, *(f"[{{{name}: {value}}}]" for name in inside for value in values)]
    for number, value in enumerate(odd):
        text = f"{field}: {value}\n" + ("" if field == "resources" else "bases: [netpol.yaml]")
        more = "resources: [netpol.yaml]" if field == "bases" else ""
        found = graph(tmp_path / str(number), app=f"{text}\n{more}", dev="resources: [../app]")
        for build in found.builds(FILE):
            build.of("NetworkPolicy", "close", GROUP, "")
            build.done.name_of("NetworkPolicy", "close", GROUP, "")
            build.done.may_touch("NetworkPolicy", "close", GROUP, "")
        assert found.contents("dev").files == (() if field == "resources" else (FILE,)), text


# Bounds


def test_too_many_labels_names_and_patches(tmp_path: Path) -> None:
    """Beyond the limits nothing is claimed."""
    labels = ", ".join(f"k{number}: v" for number in range(transformation.MAX_PAIRS + 1))
    assert done(tmp_path, f"commonLabels: {{{labels}}}\nnamePrefix: a-").unclear
    patches = "- {path: missing.yaml}\n" * (transformation.MAX_PATCHES + 1)
    build = only(
        graph(tmp_path, app=f"resources: [netpol.yaml]\nnamePrefix: a-\npatches:\n{patches}")
    )
    assert build.done.unclear
    assert build.supplied


@pytest.mark.parametrize("step", ["resources", "components"])
def test_deep_chains_and_wide_diamonds_end(tmp_path: Path, step: str) -> None:
    """Each level is reached by two ways that differ: two to the power of 400 ways in all."""
    kind = COMPONENT if step == "components" else ""
    files = {"k0a": f"{kind}resources: [../{FILE}]", "k0b": f"{kind}resources: [../{FILE}]"}
    for level in range(1, 400):
        for name in "ab":
            below = f"{step}: [../k{level - 1}a, ../k{level - 1}b]"
            files[f"k{level}{name}"] = f"{kind}{below}\nnamePrefix: {name}{level}-"
    started = time.monotonic()
    builds = graph(tmp_path, **files).builds(FILE)
    assert time.monotonic() - started < 20
    assert all(build.supplied and build.done.unclear for build in builds)


def test_ways_are_counted_for_all_folders_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kustomize, "MAX_WAYS", 3)
    files = {f"dev{number}": "resources: [../app]" for number in range(3)}
    found = graph(tmp_path, app="resources: [netpol.yaml]", **files)
    assert all(build.done.unclear for build in found.builds(FILE))


def test_a_pattern_takes_no_time() -> None:
    """A regex that would keep others busy for years is not run."""
    evil = Patch("k", Span(0, 1), Target(name="(a|a)*" * 1000 + "$"))
    started = time.monotonic()
    assert evil.touches("NetworkPolicy", "a" * 60, None, None) is Answer.UNKNOWN
    many = Patch("k", Span(0, 1), Target(name="|".join(["a.*"] * 10_000)))
    assert many.touches("NetworkPolicy", "b", None, None) is Answer.REFUTED
    assert time.monotonic() - started < 2
