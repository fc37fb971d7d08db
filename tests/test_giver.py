"""Tools that are told in files of their own what to apply: how these are read, and the bounds."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from repositories import population, write
from test_repository import CONFIG, NETPOL, STATED, ask, kustomization, names, tree

from netpol_lint.repository import (
    ansible,
    fleet,
    giver,
    helmfile,
    pipeline,
    skaffold,
    terraform,
    tilt,
)
from netpol_lint.repository.command import Command
from netpol_lint.repository.index import Index
from netpol_lint.repository.tree import Tree

TASK = "- kubernetes.core.k8s:\n    namespace: shop\n    "


def given(commands: list[Command], target: str) -> list[str | None]:
    return [each.namespace for each in commands if each.placed and each.applies(target)]


@pytest.mark.parametrize(
    ("path", "task", "target"),
    [
        ("site.yml", "src: a.yaml", "a.yaml"),
        ("site.yml", "src: files/a.yaml", "files/a.yaml"),
        ("site.yml", "src: /etc/manifests/a.yaml", "files/a.yaml"),
        ("roles/web/tasks/main.yml", "src: a.yaml", "roles/web/files/a.yaml"),
        ("x/roles/web/tasks/more/main.yml", "src: a.yaml", "x/roles/web/files/a.yaml"),
        ("roles/web/tasks/main.yml", "src: k8s/a.yaml", "files/k8s/a.yaml"),
        ("roles/web/tasks/main.yml", "template: a.yaml", "roles/web/templates/a.yaml"),
        ("roles/web/tasks/main.yml", "template: {path: a.yaml}", "roles/web/templates/a.yaml"),
        ("roles/web/tasks/main.yml", "template: [b.yaml, a.yaml]", "roles/web/templates/a.yaml"),
        ("roles/web/tasks/main.yml", 'src: "{{ role_path }}/a.yaml"', "roles/web/a.yaml"),
        ("site.yml", "definition: \"{{ lookup('file', 'a.yaml') }}\"", "files/a.yaml"),
        ("site.yml", "definition: \"{{ lookup('file', role_path ~ '/a.yaml') }}\"", "a.yaml"),
        (
            "site.yml",
            "inline: \"{{ lookup('template', 'a.yml') | from_yaml }}\"",
            "templates/a.yml",
        ),
        ("site.yml", 'src: "{{ item }}"\n  loop: [b.yaml, a.yaml]', "a.yaml"),
        ("site.yml", 'src: "x/{{ item }}.yaml"\n  with_items: [a]', "x/a.yaml"),
        ("site.yml", 'src: "{{ item.src }}"\n  loop:\n  - {src: a.yaml, n: 1}', "a.yaml"),
        ("site.yml", 'src: "{{ item }}"\n  with_fileglob: ["k8s/*"]', "files/k8s/a.yaml"),
        (
            "site.yml",
            "definition: \"{{ lookup('file', item) }}\"\n  with_fileglob: k8s/*.yaml",
            "files/k8s/a.yaml",
        ),
    ],
)
def test_tasks_of_ansible(path: str, task: str, target: str) -> None:
    """Where a task finds the file that it names."""
    found = list(ansible.commands(TASK + task, path))
    assert given(found, target) == ["shop"]
    assert given(found, f"elsewhere/{target}") == given(found, target[1:]) == []


@pytest.mark.parametrize("folder", ["{{ playbook_dir }}/..", "{{ shop_folder }}"])
def test_tasks_with_an_unknown_folder(folder: str) -> None:
    """Only the end of the path is known."""
    task = TASK + f'src: "{folder}/k8s/a.yaml"'
    found = list(ansible.commands(task, "roles/web/tasks/main.yml"))
    assert given(found, "y/k8s/a.yaml") == ["shop"]
    assert given(found, "y/a.yaml") == []


@pytest.mark.parametrize(
    "task",
    [
        "state: absent\n    src: a.yaml",
        "src: b.yaml",
        'src: "{{ file }}"',
        "definition: {kind: Pod, metadata: {name: a.yaml}}",
        "src: [",
        "src: {a: [a]}",
        "name: a.yaml",
    ],
)
def test_tasks_that_apply_no_file(task: str) -> None:
    assert given(list(ansible.commands(TASK + task, "site.yml")), "a.yaml") == []


@pytest.mark.parametrize(
    ("module", "target", "expected"),
    [
        ('yaml_body = file("${path.module}/a.yaml")', "x/a.yaml", ["shop"]),
        ('yaml_body = file("${path.module}/../y/a.yaml")', "y/a.yaml", ["shop"]),
        ('yaml_body = file("a.yaml")', "x/a.yaml", ["shop"]),
        ('yaml_body = file("a.yaml")', "a.yaml", []),
        ('yaml_body = file("${path.root}/k8s/a.yaml")', "k8s/a.yaml", ["shop"]),
        ('yaml_body = file("${var.folder}/k8s/a.yaml")', "y/k8s/a.yaml", ["shop"]),
        ("yaml_body = file(var.file)", "a.yaml", []),
        ('yaml_body = templatefile(\n    "${path.module}/a.yaml",\n    {})', "x/a.yaml", ["shop"]),
        ('for_each = fileset(path.module, "k8s/*.yaml")', "x/k8s/a.yaml", ["shop"]),
        ('for_each = fileset(path.module, "k8s/**/*.yaml")', "x/k8s/b/c/a.yaml", ["shop"]),
        ("yaml_body = data.kubectl_path_documents.all.documents[0]", "x/all/a.yaml", ["shop"]),
        ("yaml_body = local.one", "x/one.yaml", ["shop"]),
        ("yaml_body = local.round", "x/round.yaml", ["shop"]),
        ("yaml_body = local.unknown", "x/one.yaml", []),
        ('# yaml_body = file("a.yaml")', "x/a.yaml", []),
    ],
)
def test_resources_of_terraform(module: str, target: str, expected: list[str]) -> None:
    """What a resource names itself, and what it takes from others."""
    resource = (
        f'resource "kubectl_manifest" "a" {{\n  override_namespace = "shop"\n  {module}\n}}\n'
    )
    others = (
        'data "kubectl_path_documents" "all" {\n  pattern = "./all/*.yaml"\n}\n'
        'locals {\n  one = file("one.yaml")\n  round = [local.round, local.back]\n'
        '  back = [local.round, file("round.yaml")]\n}\n'
        'resource "helm_release" "b" {\n  values = [file("values/a.yaml")]\n}\n'
    )
    found = list(terraform.commands([("x/a.tf", resource), ("x/b.tf", others)], "x"))
    assert given(found, target) == expected
    assert given(found, "x/values/a.yaml") == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("k8s_yaml(namespace_inject('a.yaml', 'shop'))", ["shop"]),
        ("k8s_yaml(namespace_inject(read_file('./a.yaml'), ns=\"shop\"))", ["shop"]),
        ("k8s_yaml(namespace_inject(\n  read_file('a.yaml'),\n  'shop',\n))", ["shop"]),
        ("k8s_yaml(namespace_inject('a.yaml', shop))", [None]),
        ("ns = 'shop'\nk8s_yaml([namespace_inject(read_file('a.yaml'), ns)])", ["shop"]),
        ("ns = settings.get('namespace')\nnamespace_inject('a.yaml', ns)", [None]),
        ("ns = os.getenv('NS', 'shop')\nk8s_yaml([namespace_inject('a.yaml', ns)])", [None]),
        ("def put(x):\n  k8s_yaml(namespace_inject(x, 'shop'))\n\nput('a.yaml')", ["shop"]),
        ("def put(x):\n  k8s_yaml(x)\n\nnamespace_inject('b', 'shop')\nput('a.yaml')", []),
        ("k8s_yaml(namespace_inject('a.yaml', 'shop-%s' % user))", [None]),
        ("text = read_file('a.yaml')\nk8s_yaml(namespace_inject(text, 'shop'))", ["shop"]),
        ("for each in ['b.yaml', 'a.yaml']:\n  namespace_inject(each, 'shop')", ["shop"]),
        ("k8s_yaml(namespace_inject('b.yaml', 'shop'))", []),
        ("k8s_yaml('a.yaml')", []),
        ("# namespace_inject('a.yaml', 'shop')", []),
        ("namespace_inject('a.yaml", []),
        ("namespace_inject(", []),
    ],
)
def test_calls_of_tilt(line: str, expected: list[str | None]) -> None:
    assert given(list(tilt.commands(line, "dev/Tiltfile")), "dev/a.yaml") == expected


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ("{namespace: shop, chart: ./k8s}", ["shop"]),
        ("{namespace: shop, chart: k8s}", ["shop"]),
        ("{namespace: '{{ .Values.shop }}', chart: ./k8s}", [None]),
        ("{chart: ./k8s}", []),
        ("{chart: ./k8s}\nnamespace: shop", ["shop"]),
        ("{namespace: shop, chart: bitnami/k8s}", []),
        ("{namespace: shop}\n- x\n- [y]", []),
    ],
)
def test_releases_of_helmfile(release: str, expected: list[str | None]) -> None:
    found = list(helmfile.commands(f"releases:\n- {release}\n", "apps/helmfile.yaml"))
    assert given(found, "apps/k8s/a.yaml") == expected


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("uses: Azure/k8s-deploy@v5\n  with: {namespace: shop, manifests: k8s/a.yaml}", ["shop"]),
        (
            "uses: azure/k8s-deploy@v1\n  with: {namespace: shop, manifests: 'b.yaml,k8s/'}",
            ["shop"],
        ),
        ("uses: azure/k8s-deploy@v1\n  with: {namespace: '${{ x }}', manifests: k8s}", [None]),
        ("uses: azure/k8s-deploy@v1\n  with: {manifests: k8s}", []),
        ("uses: azure/k8s-bake@v1\n  with: {namespace: shop, manifests: k8s}", []),
        (
            "task: KubernetesManifest@0\n  inputs: {namespace: shop, manifests: k8s/*.yaml}",
            ["shop"],
        ),
        (
            "task: KubernetesManifest@0\n  inputs: {action: delete, namespace: a, manifests: k8s}",
            [],
        ),
        ("task: Kubernetes@1\n  inputs: {namespace: shop, arguments: '-f k8s/a.yaml'}", ["shop"]),
        ("task: Kubernetes@1\n  inputs: {namespace: shop, configuration: k8s/a.yaml}", ["shop"]),
        ("task: Kubernetes@1\n  inputs: {command: get, namespace: a, configuration: k8s}", []),
        ("task: [x]\n  inputs: y", []),
    ],
)
def test_steps_of_pipelines(step: str, expected: list[str | None]) -> None:
    found = list(pipeline.commands(f"steps:\n- {step}\n", "ci/deploy.yml"))
    assert given(found, "k8s/a.yaml") + given(found, "k8s") == expected


@pytest.mark.parametrize(
    ("options", "target", "expected"),
    [
        ("deploy: {kubectl: {defaultNamespace: shop}}", "x/k8s/a.yaml", ["shop"]),
        ("deploy: {kubectl: {defaultNamespace: shop}}", "k8s/a.yaml", []),
        ("deploy: {kubectl: {defaultNamespace: shop, manifests: [a.yaml]}}", "x/a.yaml", ["shop"]),
        ("deploy: {kubectl: {defaultNamespace: '{{.X}}'}}", "x/k8s/a.yaml", [None]),
        ("deploy: {kubectl: {flags: {global: [-n, shop]}}}", "x/k8s/a.yaml", ["shop"]),
        ("deploy: {kustomize: {defaultNamespace: shop}}", "x", ["shop"]),
        ("deploy: {kustomize: {defaultNamespace: shop, path: y}}", "x/y", ["shop"]),
        ("deploy: {kustomize: {defaultNamespace: shop, paths: [y]}}", "x/k8s/a.yaml", []),
        (
            "manifests: {kustomize: [y]}\ndeploy: {kubectl: {defaultNamespace: shop}}",
            "x/y",
            ["shop"],
        ),
        ("manifests: {rawYaml: [a.yaml]}\ndeploy: {kubectl: {}}", "x/a.yaml", []),
        ("manifests: {rawYaml: [a.yaml]}\ndeploy: {helm: {releases: []}}", "x/a.yaml", []),
        ("deploy: [x]\nprofiles: {a: b}\nmanifests: y", "x/k8s/a.yaml", []),
    ],
)
def test_configurations_of_skaffold(options: str, target: str, expected: list[str | None]) -> None:
    text = f"apiVersion: skaffold/v4beta11\nkind: Config\n{options}\n"
    assert given(list(skaffold.commands(text, "x/skaffold.yaml")), target) == expected
    other = text.replace("skaffold/", "example.com/")
    assert list(skaffold.commands(other, "x/skaffold.yaml")) == []


def test_several_tools_give_several_ways(tmp_path: Path) -> None:
    """A profile of its own for each environment, and one that nobody can read."""
    profiles = "".join(
        f"- {{name: p, deploy: {{kubectl: {{defaultNamespace: {each}}}}}}}\n"
        for each in ("live", "trial", "'{{.X}}'", "live")
    )
    text = f"apiVersion: skaffold/v4beta11\nmanifests: {{rawYaml: [a.yaml]}}\nprofiles:\n{profiles}"
    root = tree(tmp_path, {"a.yaml": NETPOL, "skaffold.yaml": text, "c.yaml": CONFIG})
    found = ask(root, "a.yaml")
    assert (sorted(found.names), found.supplied) == (["live", "trial"], True)
    assert [way.namespace for way in found.ways] == ["live", "trial", None]
    assert names(tree(root, {"a.yaml": STATED}), "a.yaml") == ["own"]


def test_some_tools_replace_what_is_stated(tmp_path: Path) -> None:
    """Fleet's `namespace`, an override of Terraform, an injection of Tilt; no default does."""
    override = 'resource "kubectl_manifest" "a" {\n  override_namespace = "b"\n'
    files = {
        "x/fleet.yaml": "defaultNamespace: no\nnamespace: a\n",
        "x/a.yaml": STATED,
        "y/main.tf": override + '  yaml_body = file("a.yaml")\n}\n',
        "y/a.yaml": STATED,
        "z/Tiltfile": "k8s_yaml(namespace_inject('a.yaml', 'c'))",
        "z/a.yaml": STATED,
        "w/fleet.yaml": "defaultNamespace: d\n",
        "w/a.yaml": STATED,
    }
    root = tree(tmp_path, files)
    found = [names(root, f"{folder}/a.yaml") for folder in "xyzw"]
    assert found == [["a"], ["b"], ["c"], ["own"]]


def test_a_command_is_nearer_than_a_tool_that_only_fills(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        {
            "deploy.sh": "kubectl apply -n shop -f a.yaml\n",
            "site.yml": TASK.replace("shop", "till") + "src: a.yaml\n",
            "a.yaml": NETPOL,
        },
    )
    assert names(root, "a.yaml") == ["shop"]


def test_the_nearest_bundle_of_fleet_counts(tmp_path: Path) -> None:
    """Also one that gives nothing, and one that cannot be read."""
    root = tree(
        tmp_path,
        {
            "fleet.yaml": "namespace: shop\n",
            "a.yaml": NETPOL,
            "x/a.yaml": NETPOL,
            "y/fleet.yaml": "{}\n",
            "y/z/a.yaml": NETPOL,
            "w/fleet.yaml": "namespace: [shop\n",
            "w/a.yaml": NETPOL,
        },
    )
    found = [names(root, each) for each in ("a.yaml", "x/a.yaml", "y/z/a.yaml", "w/a.yaml")]
    assert found == [["shop"], ["shop"], [], []]


def test_what_fleet_builds_is_built_even_if_others_build_upon_it(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        {
            "k8s/fleet.yaml": "namespace: shop\n",
            "k8s/kustomization.yaml": kustomization("a.yaml"),
            "k8s/a.yaml": NETPOL,
            "live/kustomization.yaml": kustomization("../k8s", more="namespace: live\n"),
        },
    )
    assert names(root, "k8s/a.yaml") == ["live", "shop"]


@pytest.mark.parametrize(
    ("path", "text", "namespace"),
    [
        ("x/fleet.yaml", "namespace: shop\nhelm: {repo: 'https://x', chart: y}\n", "shop"),
        ("x/fleet.yaml", "helm: {chart: 'oci://x/y'}\n", "default"),
        (
            "skaffold.yaml",
            "apiVersion: skaffold/v4beta11\n"
            "deploy: {helm: {releases: [{remoteChart: x/y, namespace: shop}]}}\n",
            "shop",
        ),
        ("site.yml", "- kubernetes.core.k8s:\n    definition: {kind: Pod}\n", None),
        ("site.yml", "- k8s:\n    namespace: shop\n    definition: |\n      kind: Pod\n", "shop"),
        ("site.yml", "- kubernetes.core.helm: {release_namespace: shop} # k8s:\n", "shop"),
    ],
)
def test_what_tools_bring_from_elsewhere(
    tmp_path: Path, path: str, text: str, namespace: str | None
) -> None:
    """Then nobody says that something is missing there."""
    root = write(tmp_path, {path: text})
    assert [name for name, _ in Index(Tree(str(root))).unseen()] == [namespace]
    assert not population(root, namespace or "shop").authoritative


HOSTILE = {
    "fleet.yaml": [
        "namespace: {a: b}\ntargetCustomizations: {a: b}\nhelm: [x]\nkustomize: y\n",
        "targetCustomizations: [x, [y], {namespace: [z]}, {kustomize: {dir: ../../..}}]\n",
        "targetCustomizations: [" + "{namespace: a, kustomize: {dir: b}}, " * 20_000 + "]\n",
        "namespace: " + "[" * 10_000,
        "",
    ],
    "skaffold.yaml": [
        "apiVersion: skaffold/v1\nprofiles: [x, [y], {patches: [x, {path: [y]}]}]\ndeploy: [x]\n",
        "apiVersion: skaffold/v1\nprofiles: [" + "{deploy: {kubectl: {}}}, " * 10_000 + "]\n",
        "apiVersion: skaffold/v1\ndeploy: {kubectl: {defaultNamespace: a, manifests: ["
        + "'**/../*', " * 20_000
        + "]}}\n",
    ],
    "site.yml": [
        "- k8s: x\n- k8s: [y]\n- k8s: {src: [{a: b}], namespace: {c: d}, template: 1}\n",
        "- k8s: {namespace: a, src: '{{ item }}"
        + "{{ item" * 500
        + "'}\n  loop: ["
        + "'{{ item }}', " * 20_000
        + "]\n",
        "- k8s: {namespace: a, src: '{{ item }}.yaml'}\n  loop: [a, b, c]\n" * 5_000,
        "- &a k8s: {src: a}\n  loop: *a\n",
        "- k8s: {namespace: a, src: '{{ item }}'}\n  loop: &a ["
        + "a.yaml, " * 200
        + "]\n"
        + "- k8s: {namespace: a, src: '{{ item }}'}\n  loop: *a\n" * 400,
        "- k8s: &a {src: a, template: *a}\n",
    ],
    "main.tf": [
        'resource "kubectl_manifest" "a" {\n' + "merge(" * 40_000,
        'resource "kubectl_manifest" "a" {\n' + "file(\n" * 40_000 + "}\n",
        "".join(
            f'resource "kubectl_manifest" "a{n}" {{\n  yaml_body = local.a\n}}\n'
            for n in range(3_000)
        )
        + "locals {\n"
        + "".join(f'  a = [local.a, local.b, file("{n}")]\n' for n in range(1_000))
        + "}\n",
        'resource "kubectl_manifest" "' * 8_000,
        "locals {\n" * 20_000 + "kubectl_manifest",
    ],
    "Tiltfile": [
        "namespace_inject(" * 15_000,
        "namespace_inject(" + " " * 200_000,
        "x = '" * 40_000 + "\nnamespace_inject(x, 'a')",
        "namespace_inject((((((((((, '',,,,,,",
        "def f(x):\n  namespace_inject(x, 'a')\n" * 5_000 + "f('b')\n" * 5_000,
        "".join(f"def f{n}(x):\n  namespace_inject(x, 'a')\n" for n in range(5_000)),
    ],
    "helmfile.yaml": [
        "releases: {a: b}\nnamespace: [x]\n",
        "releases:\n" + "- {chart: ./a, namespace: b}\n" * 9_000,
        "releases:\n" + "- {chart: './{{', namespace: '{{'}\n" * 9_000,
    ],
    "ci.yml": [
        "- uses: azure/k8s-deploy@v1\n  with: [x]\n- uses: [y]\n  with: {manifests: [z]}\n",
        "- task: Kubernetes@1\n  inputs: {namespace: a, arguments: '" + "-f a " * 40_000 + "'}\n",
        "- task: Kubernetes@1\n  inputs: {namespace: a, manifests: a}\n" * 4_000,
    ],
}


@pytest.mark.parametrize(
    ("path", "text"), [(path, text) for path, texts in HOSTILE.items() for text in texts]
)
def test_files_of_tools_that_nobody_would_write(tmp_path: Path, path: str, text: str) -> None:
    """They break nothing, and cost no more than other files."""
    root = tree(tmp_path, {path: text, "x/a.yaml": NETPOL, "c.yaml": CONFIG})
    begin = time.process_time()
    found = ask(root, "x/a.yaml")
    population(root)
    assert time.process_time() - begin < 5
    assert found.names <= {"a"}


def test_a_crowd_of_files_of_tools(tmp_path: Path) -> None:
    """Two thousand bundles, modules and roles are read once each."""
    for number in range(1_000):
        tree(
            tmp_path,
            {
                f"f{number}/fleet.yaml": "namespace: shop\n",
                f"t{number}/main.tf": 'resource "kubectl_manifest" "a" {\n'
                '  override_namespace = "shop"\n  yaml_body = file("a.yaml")\n}\n',
                f"r/roles/r{number}/tasks/main.yml": TASK + "src: a.yaml\n",
            },
        )
    tree(tmp_path, {f"t{number}/a.yaml": NETPOL for number in range(1_000)})
    begin = time.process_time()
    assert names(tmp_path, "t7/a.yaml") == ["shop"]
    population(tmp_path)
    assert time.process_time() - begin < 10


@pytest.mark.parametrize("limit", ["MAX_TEXTS", "MAX_PLACES"])
def test_beyond_the_limits_it_is_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    """What is not read may give a namespace to any file."""
    root = tree(tmp_path, {"site.yml": TASK + "src: b.yaml\n", "a.yaml": NETPOL, "c.yaml": CONFIG})
    assert ask(root, "a.yaml").unknown
    monkeypatch.setattr(giver, limit, 1)
    assert ask(root, "a.yaml").supplied


def test_only_the_documented_name_makes_a_bundle(tmp_path: Path) -> None:
    """Both endings do; the longer one comes first."""
    root = tree(
        tmp_path,
        {
            "x/fleet.yml": "namespace: a\n",
            "x/fleet.yaml": "namespace: b\n",
            "x/a.yaml": NETPOL,
            "y/my-fleet.yaml": "namespace: c\n",
            "y/a.yaml": NETPOL,
        },
    )
    assert fleet.NAMES == ("fleet.yaml", "fleet.yml")
    assert [names(root, f"{each}/a.yaml") for each in "xy"] == [["b"], []]
