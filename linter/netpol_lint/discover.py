"""Which files a run looks at, and how they are read: regular files, inside the root, bounded.

A repository may be hostile: nothing of it is executed, no link is followed out of it, and a file
that cannot be read becomes one line for a person instead of an exception.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.regex import regex

MAX_BYTES = 50 * 1024 * 1024
"""Of one file. Larger ones are no manifests."""
SUFFIXES = (".yaml", ".yml", ".json")
GIT_SECONDS = 60
"""After which git's listing is given up and the folders are walked."""

_VCS = frozenset(("CVS", "_darcs", "_MTN", "SCCS"))
"""Those of version control systems that are not hidden by a leading dot."""

# O_NONBLOCK: opening a pipe without a writer must not wait. Some platforms lack some flags.
_OPEN = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_NOFOLLOW", "O_BINARY"):
    _OPEN |= getattr(os, _name, 0)

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_KIND = b"NetworkPolicy"
_KIND_16 = tuple(_KIND.decode().encode(encoding) for encoding in ("utf-16-le", "utf-16-be"))
# Any escape that stands for a letter of the kind; nobody escapes letters without a reason.
_ESCAPED_LETTER = regex(
    rb"\\(?:x|u00|U000000)(?i:%s)" % b"|".join(sorted({b"%02x" % letter for letter in _KIND}))
)
_API = b"networking.k8s.io/"
_NEAR_KIND = regex(rb"kind[\"']?[ \t]*:[ \t]*[\"']?net[a-z]*[-_ ]?pol")
"""A kind that was meant to be NetworkPolicy, in small letters: in them it is found fastest."""
_CONTINUED_LINE = regex(rb"\\(?:\r\n?|\n)[ \t]*")


class Omission(NamedTuple):
    """A path that is not read, and why, in words for a person."""

    path: str
    reason: str
    failure: bool
    """Whether somebody asked for it by name, so that the run cannot count as complete."""


class Listing(NamedTuple):
    """What lies below a folder, as paths relative to it with `/` between the names."""

    files: list[str]
    links: list[str]
    omissions: list[Omission]


class Found(NamedTuple):
    """The files of a run, sorted and each of them once, and what was left out on the way."""

    paths: tuple[str, ...]
    """As a person would type them."""
    places: tuple[str, ...]
    """The same files, in the same order, as seen from the root."""
    omissions: tuple[Omission, ...]
    whole: Listing | None
    """What lies below the root, if that was looked through for them."""


class Unreadable(Exception):
    """The file is not read; the text says why."""


def root_of(paths: Sequence[str]) -> str:
    """The repository around `paths`: the folder with `.git`, else their common parent.

    A link as the last name of a path does not count: it stands where it stands, wherever it points.
    """
    folders = {_folder_of(path) for path in paths} or {os.path.realpath(".")}
    try:
        common = os.path.commonpath(folders)
    except ValueError:  # different drives
        common = min(folders)
    folder = common
    while True:
        if os.path.lexists(os.path.join(folder, ".git")):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return common
        folder = parent


def _folder_of(path: str) -> str:
    if os.path.isdir(path):
        return os.path.realpath(path)
    return os.path.realpath(os.path.dirname(path) or ".")


def relative(root: str, path: str) -> str | None:
    """`path` as seen from `root`, with `/` between the names; None where it lies outside."""
    place = os.path.relpath(path, root).replace(os.sep, "/")
    return None if place == ".." or place.startswith("../") or os.path.isabs(place) else place


def files(paths: Iterable[str], root: str) -> Found:
    """The files that `paths` stand for: files as given, folders with all manifests below them.

    Hidden folders, what git ignores, and links are left out of folders; a link's target is looked
    at where it really lies, provided it lies inside `root`.
    """
    finder = _Finder(os.path.realpath(root))
    for path in paths:
        finder.add(os.path.normpath(path))
    chosen = sorted((shown, place) for place, shown in finder.chosen.items())
    head = len(os.path.join(finder.root, ""))
    return Found(
        tuple(shown for shown, _ in chosen),
        tuple(place[head:].replace(os.sep, "/") for _, place in chosen),
        tuple(sorted(finder.omissions)),
        finder.whole,
    )


class _Finder:
    def __init__(self, root: str) -> None:
        self.root = root
        self.chosen: dict[str, str] = {}
        """The real place of a file -> how it is shown."""
        self.omissions: list[Omission] = []
        self.whole: Listing | None = None
        self._real_folders: dict[str, str] = {}

    def add(self, path: str) -> None:
        try:
            status = os.lstat(path)
            if stat.S_ISLNK(status.st_mode):
                self._add_link(path)
            elif stat.S_ISDIR(status.st_mode):
                self._add_folder(path)
            elif stat.S_ISREG(status.st_mode):
                self._add_file(path)
            else:
                self._omit(path, "not a regular file")
        except (OSError, ValueError) as error:
            self._omit(path, explain(error))

    def _add_file(self, path: str) -> None:
        folder, name = os.path.split(path)
        real = self._real_folders.get(folder)
        if real is None:
            real = self._real_folders[folder] = os.path.realpath(folder)
        if relative(self.root, real) is None:
            self._omit(path, self._way_out(folder))
        else:
            self.chosen.setdefault(os.path.join(real, name), path)

    def _way_out(self, folder: str) -> str:
        """How a folder comes to lie outside of the root."""
        if relative(self.root, os.path.abspath(folder)) is None:
            return f"not in the repository, which is {self.root}"
        return "a link on its path leaves the repository"

    def _add_link(self, path: str) -> None:
        """A link that somebody named: its target, if it is inside; never a loop or a way out."""
        target = os.path.realpath(path, strict=True)
        if os.path.isdir(target) and relative(self.root, target) is not None:
            self._add_folder(path)
        elif relative(self.root, target) is None:
            self._omit(path, "a link that leaves the repository")
        elif os.path.isfile(target):
            self.chosen.setdefault(target, _shown(target))
        else:
            self._omit(path, "not a regular file")

    def _add_folder(self, folder: str) -> None:
        real = os.path.realpath(folder)
        if relative(self.root, real) is None:
            self._omit(folder, self._way_out(folder))
            return
        listing = below(real, self.root)
        if real == self.root:
            self.whole = listing
        self.omissions += (
            Omission(os.path.normpath(os.path.join(folder, path)), reason, failure)
            for path, reason, failure in listing.omissions
        )
        shown = "" if folder == os.curdir else os.path.join(folder, "")
        real = os.path.join(real, "")
        chosen = self.chosen
        for name in listing.files:
            if name.lower().endswith(SUFFIXES) and "/." not in name and name[0] != ".":
                chosen.setdefault(real + name, shown + name)
        for name in listing.links:
            if name.lower().endswith(SUFFIXES) and "/." not in name and name[0] != ".":
                self._add_walked_link(real + name, shown + name)

    def _add_walked_link(self, path: str, shown: str) -> None:
        try:
            target = os.path.realpath(path, strict=True)
            if relative(self.root, target) is None:
                self.omissions.append(Omission(shown, "a link that leaves the repository", False))
            elif os.path.isfile(target) and ".git" not in target.split(os.sep):
                self.chosen.setdefault(target, _shown(target))
        except OSError as error:
            self.omissions.append(Omission(shown, explain(error), False))

    def _omit(self, path: str, reason: str) -> None:
        self.omissions.append(Omission(path, reason, True))


def _shown(path: str) -> str:
    """A real path as a person would type it here."""
    return relative(os.path.realpath(os.curdir), path) or path


def below(folder: str, root: str) -> Listing:
    """Everything below `folder`: as git sees it where `root` is a work tree, else as it lies."""
    if os.path.lexists(os.path.join(root, ".git")):
        listing = _listed_by_git(folder)
        # Nothing at all: an ignored folder, or an empty one. Whoever names it means it.
        if listing is not None and (listing.files or listing.links):
            return listing
    return _walked(folder)


def _listed_by_git(folder: str) -> Listing | None:
    """What git tracks and does not ignore; None where git is missing or refuses the repository."""
    import subprocess

    environment = {
        name: value
        for name, value in os.environ.items()
        # A hook of git runs with the variables of its own index and folder.
        if not name.startswith("GIT_") or name.startswith(("GIT_CONFIG", "GIT_EXEC", "GIT_CEILING"))
    }
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    guards = ("core.fsmonitor=false", "core.hooksPath=" + os.devnull, "core.pager=cat")
    command = ["git", "--no-pager", "-C", folder]
    for guard in guards:
        command += "-c", guard
    command += "ls-files", "-z", "-t", "--stage", "--cached", "--deleted", "--others"
    try:
        answer = subprocess.run(  # noqa: S603  # a fixed command, found on the user's PATH as git is
            [*command, "--exclude-standard"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environment,
            timeout=GIT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    if answer.returncode != 0:
        return None
    return _read_git(os.fsdecode(answer.stdout), folder)


def _read_git(output: str, folder: str) -> Listing:
    """Git's listing: `? path`, or a state, a mode, an object and a stage before `<tab>path`."""
    regular: dict[str, None] = {}
    links: dict[str, None] = {}
    gone: list[str] = []
    for line in output.split("\0"):
        state = line[:2]
        if state == "? ":
            name = line[2:]
            if os.path.islink(os.path.join(folder, name)):
                links[name] = None
            elif not name.endswith("/"):  # another repository inside this one
                regular[name] = None
        elif state == "R ":
            gone.append(line[line.index("\t") + 1 :])
        elif state == "H " or state == "M ":
            mode = line[2:5]
            name = line[line.index("\t") + 1 :]
            if mode == "100":
                regular[name] = None
            elif mode == "120":
                links[name] = None
    for name in gone:
        regular.pop(name, None)
        links.pop(name, None)
    return Listing(list(regular), list(links), [])


def _walked(folder: str) -> Listing:
    found = Listing([], [], [])
    pending = [""]
    while pending:
        prefix = pending.pop()
        try:
            with os.scandir(os.path.join(folder, prefix)) as entries:
                for entry in entries:
                    name = prefix + entry.name
                    if entry.is_symlink():
                        found.links.append(name)
                    elif entry.is_dir(follow_symlinks=False):
                        if entry.name != ".git" and entry.name not in _VCS:
                            pending.append(name + "/")
                    elif entry.is_file(follow_symlinks=False):
                        found.files.append(name)
        except OSError as error:
            shown = prefix.rstrip("/")
            # Of a hidden folder nobody would have read anything.
            if not ("/" + shown).count("/."):
                found.omissions.append(Omission(shown, explain(error), True))
    return found


def read(path: str, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a regular file. Raises Unreadable; a link is not followed."""
    try:
        descriptor = os.open(path, _OPEN)
    except (OSError, ValueError) as error:
        raise Unreadable(explain(error)) from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("not a regular file")
        size = status.st_size
        if size > limit:
            raise Unreadable(f"larger than {limit // (1024 * 1024)} MiB")
        data = os.read(descriptor, size)
        if len(data) < size:
            data += b"".join(_rest(descriptor, size - len(data)))
    except OSError as error:
        raise Unreadable(explain(error)) from error
    else:
        return data
    finally:
        os.close(descriptor)


def _rest(descriptor: int, missing: int) -> Iterator[bytes]:
    while missing > 0:
        piece = os.read(descriptor, missing)
        if not piece:
            return
        missing -= len(piece)
        yield piece


def explain(error: OSError | ValueError) -> str:
    """A failed system call in a few words."""
    import errno

    if not isinstance(error, OSError):
        return "not a possible file name"
    reasons = {
        errno.ENOENT: "no such file or folder",
        errno.ENOTDIR: "no such file or folder",
        errno.EACCES: "permission denied",
        errno.EPERM: "permission denied",
        errno.ELOOP: "a link, and links are not followed",
        errno.EISDIR: "not a regular file",
        errno.ENXIO: "not a regular file",
        errno.ENAMETOOLONG: "the name is too long",
    }
    return reasons.get(error.errno or 0) or (error.strerror or "unreadable").lower()


def mentions_policy(data: bytes) -> bool:
    """Whether a NetworkPolicy may be written in `data`: never wrongly no, rarely wrongly yes."""
    if _KIND in data or (_API in data and _NEAR_KIND.search(data.lower()) is not None):
        return True
    if data[:2] in _UTF16:
        return any(kind in data for kind in _KIND_16) or b"\\" in data
    if b"\\" in data:
        if _ESCAPED_LETTER.search(data) is not None:
            return True
        broken = b"\\\n" in data or b"\\\r" in data
        return broken and _KIND in _CONTINUED_LINE.sub(b"", data)
    return False


def is_binary(data: bytes) -> bool:
    """Whether `data` is no text at all; a text with a stray NUL in it is one."""
    if b"\0" not in data or data[:2] in _UTF16:
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False
