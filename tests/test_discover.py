"""Which files a run finds, in what order, and how it reads them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from netpol_lint import discover
from netpol_lint.discover import Unreadable, is_binary, mentions_policy

POLICY = "kind: NetworkPolicy\n"

needs_rights = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything"
)
needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")


def put(root: Path, *paths: str, text: str = POLICY) -> None:
    for path in paths:
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


def git(root: Path, *arguments: str) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    subprocess.run(
        ["git", "-C", root, *identity, *arguments], check=True, capture_output=True, env=environment
    )


@pytest.fixture
def work_tree(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    root.mkdir()
    git(root, "init", "-q")
    return root


def found(root: Path, *paths: str) -> list[str]:
    names = discover.files([str(root / path) for path in paths or ("",)], str(root))
    return list(names.places)


def reasons(root: Path, *paths: str) -> list[tuple[str, str, bool]]:
    result = discover.files([str(root / path) for path in paths or ("",)], str(root))
    return [
        (os.path.relpath(each.path, root), each.reason, each.failure) for each in result.omissions
    ]


def test_a_folder_is_walked_for_manifests_in_order(tmp_path: Path) -> None:
    """Three endings in any case, sorted, hidden folders and those of version control left out."""
    put(tmp_path, "b.yml", "a.YAML", "sub/deep/c.Json", "notes.txt", "sub/values.tpl")
    put(tmp_path, ".hidden/d.yaml", "sub/.cache/e.yaml", ".f.yaml", "CVS/g.yaml")
    assert found(tmp_path) == ["a.YAML", "b.yml", "sub/deep/c.Json"]


def test_a_named_file_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    """Endings and hidden names only count for what nobody named."""
    put(tmp_path, "policy.tpl", ".hidden/policy", "other.yaml")
    assert found(tmp_path, "policy.tpl", ".hidden/policy") == [".hidden/policy", "policy.tpl"]


def test_each_file_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often and however it is named."""
    put(tmp_path, "sub/a.yaml", "b.yaml")
    monkeypatch.chdir(tmp_path)
    paths = ["sub/a.yaml", ".", "./sub/../sub/a.yaml", str(tmp_path / "sub"), "b.yaml"]
    result = discover.files(paths, str(tmp_path))
    assert result.paths == ("b.yaml", "sub/a.yaml")
    assert result.places == ("b.yaml", "sub/a.yaml")


def test_what_lies_below_the_root_is_kept(tmp_path: Path) -> None:
    """Whoever looks around in it needs no second look; of a part of it nothing is kept."""
    put(tmp_path, "sub/a.yaml", "b.txt")
    whole = discover.files([str(tmp_path / "sub"), str(tmp_path)], str(tmp_path)).whole
    assert whole is not None
    assert sorted(whole.files) == ["b.txt", "sub/a.yaml"]
    assert discover.files([str(tmp_path / "sub")], str(tmp_path)).whole is None


def test_what_git_ignores_is_left_out(work_tree: Path) -> None:
    """Tracked files stay even where a pattern matches them; deleted ones are gone."""
    put(
        work_tree, "a.yaml", "kept.gen.yaml", "deleted.yaml", "new.yaml", "out/b.yaml", "x.gen.yaml"
    )
    put(work_tree, ".gitignore", text="out/\n*.gen.yaml\n")
    git(work_tree, "add", "a.yaml", "deleted.yaml")
    git(work_tree, "add", "--force", "kept.gen.yaml")
    git(work_tree, "commit", "-qm", "one")
    (work_tree / "deleted.yaml").unlink()
    assert found(work_tree) == ["a.yaml", "kept.gen.yaml", "new.yaml"]
    assert reasons(work_tree) == []


def test_an_ignored_folder_that_is_named_is_walked(work_tree: Path) -> None:
    """Rendered output is ignored by git, and linted by whoever names it."""
    put(work_tree, "out/b.yaml", "a.yaml")
    put(work_tree, ".gitignore", text="out/\n")
    assert found(work_tree, "out") == ["out/b.yaml"]


def test_another_repository_inside_is_not_entered(work_tree: Path) -> None:
    """It has a root of its own."""
    put(work_tree, "a.yaml", "inner/b.yaml")
    git(work_tree / "inner", "init", "-q")
    assert found(work_tree) == ["a.yaml"]
    assert discover.root_of([str(work_tree / "inner/b.yaml")]) == str(work_tree / "inner")


def test_hostile_names(work_tree: Path) -> None:
    """Names are bytes: line breaks, quotes, tabs, escapes and invalid UTF-8 pass through."""
    names = ["a\nb.yaml", 'q"uote.yaml', "tab\there.yaml", "-rf.yaml", "\x1b[31m.yaml", "é.yaml"]
    put(work_tree, *names, "H 100644 0 0\tz.yaml", "? y.yaml")
    odd = os.fsdecode(b"\xff.yaml")
    put(work_tree, odd)
    expected = sorted([*names, "H 100644 0 0\tz.yaml", "? y.yaml", odd])
    assert found(work_tree) == expected
    git(work_tree, "add", "-A")
    assert found(work_tree) == expected
    (work_tree / ".git").rename(work_tree.parent / "elsewhere")
    assert found(work_tree) == expected


def test_git_runs_nothing_of_the_repository(work_tree: Path) -> None:
    """A file system monitor named in the repository's own configuration is not started."""
    put(work_tree, "a.yaml")
    script = work_tree / "monitor.sh"
    script.write_text(f"#!/bin/sh\ntouch {work_tree}/started\n")
    script.chmod(0o755)
    git(work_tree, "add", "a.yaml")
    git(work_tree, "config", "core.fsmonitor", str(script))
    assert found(work_tree) == ["a.yaml"]
    assert not (work_tree / "started").exists()


def test_git_variables_of_a_hook_do_not_mislead(
    work_tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hooks run with the index and folder of another repository in their environment."""
    put(work_tree, "a.yaml")
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    assert found(work_tree) == ["a.yaml"]


def test_without_git_folders_are_walked(work_tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing git, or one that refuses the repository, is no reason to stop."""
    put(work_tree, "a.yaml", "out/b.yaml")
    put(work_tree, ".gitignore", text="out/\n")
    monkeypatch.setenv("PATH", str(work_tree))
    assert found(work_tree) == ["a.yaml", "out/b.yaml"]


@pytest.mark.parametrize("tracked", [False, True])
def test_links_are_not_followed_out(work_tree: Path, tracked: bool) -> None:
    """A link out of the root is an omission; one inside stands for its target, once."""
    put(work_tree.parent, "outside/secret.yaml")
    put(work_tree, "a.yaml", "shared/b.txt")
    (work_tree / "out.yaml").symlink_to(work_tree.parent / "outside/secret.yaml")
    (work_tree / "folder").symlink_to(work_tree.parent / "outside")
    (work_tree / "twin.yaml").symlink_to("a.yaml")
    (work_tree / "odd.yaml").symlink_to("shared/b.txt")
    (work_tree / "self.yaml").symlink_to("self.yaml")
    (work_tree / "gone.yaml").symlink_to("nowhere.yaml")
    if tracked:
        git(work_tree, "add", "-A")
    assert found(work_tree) == ["a.yaml", "shared/b.txt"]
    assert [(path, failure) for path, _, failure in reasons(work_tree)] == [
        ("gone.yaml", False),
        ("out.yaml", False),
        ("self.yaml", False),
    ]


def test_named_links(work_tree: Path) -> None:
    """Naming a link does not help it out of the root, and the run says so."""
    put(work_tree.parent, "outside/secret.yaml")
    put(work_tree, "a.yaml")
    (work_tree / "out.yaml").symlink_to(work_tree.parent / "outside/secret.yaml")
    (work_tree / "folder").symlink_to(work_tree.parent / "outside")
    (work_tree / "twin.yaml").symlink_to("a.yaml")
    assert found(work_tree, "twin.yaml") == ["a.yaml"]
    leaves = "a link that leaves the repository"
    on_its_path = "a link on its path leaves the repository"
    assert reasons(work_tree, "out.yaml") == [("out.yaml", leaves, True)]
    assert reasons(work_tree, "folder") == [("folder", leaves, True)]
    assert reasons(work_tree, "folder/secret.yaml") == [("folder/secret.yaml", on_its_path, True)]


def test_outside(work_tree: Path) -> None:
    """Where no link is to blame, none is: another root was chosen than the folder one is in."""
    put(work_tree.parent, "outside/secret.yaml")
    why = f"not in the repository, which is {work_tree.resolve()}"
    assert reasons(work_tree, "../outside") == [("../outside", why, True)]
    assert reasons(work_tree, "../outside/secret.yaml") == [("../outside/secret.yaml", why, True)]


def test_what_cannot_be_found(tmp_path: Path) -> None:
    """Each is one line, and nothing is raised."""
    put(tmp_path, "a.yaml")
    missing = "no such file or folder"
    assert reasons(tmp_path, "b.yaml", "a.yaml/c.yaml", "x" * 300, "a\0b", "a.yaml") == [
        ("a\0b", "not a possible file name", True),
        ("a.yaml/c.yaml", missing, True),
        ("b.yaml", missing, True),
        ("x" * 300, "the name is too long", True),
    ]


@needs_rights
def test_a_folder_without_permission(tmp_path: Path) -> None:
    """It fails the run, since nobody knows what is in it; the rest is still found."""
    put(tmp_path, "a.yaml", "closed/b.yaml")
    (tmp_path / "closed").chmod(0)
    try:
        assert found(tmp_path) == ["a.yaml"]
        assert reasons(tmp_path) == [("closed", "permission denied", True)]
    finally:
        (tmp_path / "closed").chmod(0o700)


@needs_rights
def test_a_file_without_permission(tmp_path: Path) -> None:
    """The reason is one line."""
    put(tmp_path, "a.yaml")
    (tmp_path / "a.yaml").chmod(0)
    with pytest.raises(Unreadable, match="permission denied"):
        discover.read(str(tmp_path / "a.yaml"))


@needs_pipes
def test_pipes_and_devices(tmp_path: Path) -> None:
    """Neither is waited for, however it is reached."""
    os.mkfifo(tmp_path / "pipe.yaml")
    assert found(tmp_path) == []
    assert reasons(tmp_path, "pipe.yaml") == [("pipe.yaml", "not a regular file", True)]
    for path in (str(tmp_path / "pipe.yaml"), os.devnull, str(tmp_path)):
        with pytest.raises(Unreadable, match="not a regular file"):
            discover.read(path)


def test_reading(tmp_path: Path) -> None:
    """A file that vanished, a link, one that is too large: each says so in words."""
    put(tmp_path, "a.yaml")
    (tmp_path / "link.yaml").symlink_to("a.yaml")
    assert discover.read(str(tmp_path / "a.yaml")) == POLICY.encode()
    for path, reason in (("b.yaml", "no such file"), ("link.yaml", "links are not followed")):
        with pytest.raises(Unreadable, match=reason):
            discover.read(str(tmp_path / path))
    with (tmp_path / "huge.yaml").open("wb") as file:
        file.truncate(discover.MAX_BYTES + 1)
    with pytest.raises(Unreadable, match="larger than 50 MiB"):
        discover.read(str(tmp_path / "huge.yaml"))


def test_the_root(tmp_path: Path) -> None:
    """The folder with `.git`, be it a folder or a file; else the common parent."""
    put(tmp_path, "one/a/x.yaml", "one/b/y.yaml", "two/z.yaml")
    one, two = tmp_path / "one", tmp_path / "two"
    paths = [str(one / "a/x.yaml"), str(one / "b/y.yaml")]
    assert discover.root_of(paths) == str(one)
    assert discover.root_of([str(one / "a")]) == str(one / "a")
    assert discover.root_of([str(one / "missing.yaml")]) == str(one)
    (two / ".git").write_text("gitdir: elsewhere\n")
    assert discover.root_of([str(two / "z.yaml")]) == str(two)
    (tmp_path / ".git").mkdir()
    assert discover.root_of(paths) == str(tmp_path)
    (one / "link.yaml").symlink_to(two / "z.yaml")
    assert discover.root_of([str(one / "link.yaml")]) == str(tmp_path)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"kind: NetworkPolicy", True),
        (b"kind: NetworkPolicyList", True),
        (b"kind: Deployment", False),
        (b"kind: Networkpolicy", False),
        ("kind: NetworkPolicy".encode("utf-16"), True),
        (b"\xfe\xff" + "kind: NetworkPolicy".encode("utf-16-be"), True),
        ("kind: Deployment".encode("utf-16"), False),
        (b'kind: "Network\\u0050olicy"', True),
        (b'kind: "Network\\x50olicy"', True),
        (b'kind: "\\U0000004EetworkPolicy"', True),
        (b'kind: "Network\\\n   Policy"', True),
        (b'kind: "Network\\\r\n   Policy"', True),
        (b'script: "a \\\n   b \\u003c \\n"', False),
        (b"", False),
    ],
)
def test_the_filter_by_bytes(data: bytes, expected: bool) -> None:
    """What may hold a policy is parsed, and hardly anything else."""
    assert mentions_policy(data) is expected


def test_binary() -> None:
    """Zero bytes among bytes that are no text; a stray one in a text is the reader's matter."""
    assert is_binary(b"\x7fELF\0kind\xff")
    assert is_binary(b"\x1f\x8b\0kind")
    assert not is_binary(b"kind: NetworkPolicy\0")
    assert not is_binary("kind".encode("utf-16"))
    assert not is_binary(b"kind")
