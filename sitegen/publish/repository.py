"""A bare repository of our own, below `.sitegen/`, in which commits for a branch elsewhere are made.

It holds of that branch what a commit needs: the newest commit with its trees, and of the files only those that were
sent from here. It can be thrown away at any time, and is when it has grown or is broken.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from sitegen.publish.git import GitFailed, Program, Told
from sitegen.publish.history import Change

__all__ = ["Commit", "Entry", "Rejected", "Repository"]

LARGEST = 256 * 1024 * 1024
MOST = 2_000
"""Bytes and files above which it is thrown away after a publish."""

TIP = "refs/sitegen/tip"
_REMOTE = "target"
_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SHA256 = 64
_AT_ONCE = 64
_FILE = "100644"


_MADE_HERE = re.compile(
    r"(\s*(\[(core|extensions)\]"
    r"|(repositoryformatversion|filemode|bare|ignorecase|symlinks|precomposeunicode) = (true|false|\d)"
    r"|objectformat = sha(1|256)|partialclone = target)\n)*"
)
"""The settings that `git init` and we write into a repository, in small letters."""


class Entry(Struct, frozen=True):
    """What stands at a path of a tree: mode and object."""

    mode: str
    oid: str

    @property
    def is_file(self) -> bool:
        """Whether it is a file, not a link or another repository."""
        return self.mode.startswith("100")


class Commit(Struct, frozen=True, kw_only=True):
    """A commit to make: on which one it stands, what differs from that one's tree, and whether it forgets it.

    `files` are objects by path, `removed` paths that are gone.
    """

    base: str
    files: Mapping[bytes, str]
    removed: Iterable[bytes]
    message: str
    author: tuple[str, str]
    is_parentless: bool = False


class Rejected(Exception):  # noqa: N818 - says what it is
    """The repository did not take a push; `error` is what git said."""

    def __init__(self, error: GitFailed) -> None:
        """Keep what was said."""
        super().__init__(error.text)
        self.error = error


class Repository:
    """A store for commits to one branch of one repository elsewhere."""

    def __init__(
        self, folder: Path, url: str, branch: str, settings: tuple[tuple[str, str], ...], protocols: str
    ) -> None:
        """Be ready; nothing is made before it is needed."""
        self._folder = folder
        self._ref = f"refs/heads/{branch}"
        remote = (
            (f"remote.{_REMOTE}.url", url),
            (f"remote.{_REMOTE}.promisor", "true"),
            (f"remote.{_REMOTE}.partialCloneFilter", "blob:none"),
        )
        self._git = Program(folder, (*settings, *remote), protocols)
        self._index = {"GIT_INDEX_FILE": str(folder / "sitegen-index")}

    async def tip(self) -> str:
        """Return the newest commit of the branch there, empty where there is no such branch; one request."""
        await self._ready("")
        listed = await self._git.network("ls-remote", "--heads", _REMOTE, self._ref)
        for line in listed.decode("utf-8", "replace").splitlines():
            oid, _, ref = line.partition("\t")
            if ref == self._ref and _OID.fullmatch(oid):
                return oid
        return ""

    async def bring(self, tip: str) -> str:
        """Have the newest commit of the branch here, with its trees; return it, should it be newer than `tip`."""
        await self._ready(tip)
        if await self._has(tip):
            return tip
        return await self._fetch("--depth=1")

    async def entries(self, commit: str) -> dict[bytes, Entry]:
        """Return everything in the tree of a commit, by path."""
        found = {}
        if commit:
            listed = await self._git.local("ls-tree", "-r", "-z", "--full-tree", commit)
            for line in listed.split(b"\0")[:-1]:
                about, _, path = line.partition(b"\t")
                mode, _, oid = about.decode().split(" ")
                found[path] = Entry(mode, oid)
        return found

    async def read(self, oid: str) -> bytes:
        """Return the bytes of a file, fetched where it is not here."""
        return await self._git.network("cat-file", "blob", oid)

    async def entry(self, commit: str, path: str) -> Entry | None:
        """Return what stands at a path."""
        listed = await self._git.local("ls-tree", "-z", "--full-tree", commit, "--", path)
        about, _, found = listed.rstrip(b"\0").partition(b"\t")
        if found != path.encode():
            return None
        mode, _, oid = about.decode().split(" ")
        return Entry(mode, oid)

    def oid(self, data: bytes, like: str) -> str:
        """Return the name that bytes have as an object, in a repository with names like another."""
        hasher = hashlib.sha256 if len(like) == _SHA256 else hashlib.sha1
        return hasher(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()

    async def write(self, paths: Iterable[str], load: Callable[[str], bytes], like: str, told: Told) -> dict[str, str]:
        """Keep the bytes of files as they are, and return their objects by path."""
        oids: dict[str, str] = {}
        wanted = list(paths)
        async with self._git.fed("fast-import", "--quiet", "--done", "--force", "--depth=50") as process:
            assert process.stdin is not None  # noqa: S101 - it is a pipe

            def packed(some: list[str]) -> bytes:
                pieces = []
                for path in some:
                    data = load(path)
                    oids[path] = self.oid(data, like)
                    pieces += [b"blob\ndata %d\n" % len(data), data, b"\n"]
                return b"".join(pieces)

            for start in range(0, len(wanted), _AT_ONCE):
                process.stdin.write(await asyncio.to_thread(packed, wanted[start : start + _AT_ONCE]))
                await process.stdin.drain()
                told(len(oids), len(wanted))
            process.stdin.write(b"done\n")
            await process.stdin.drain()
        return oids

    async def commit(self, wanted: Commit) -> str:
        """Make a commit and return it."""
        self._fresh_index()
        try:
            if wanted.base:
                await self._git.local("read-tree", wanted.base, extra=self._index)
            zero = "0" * (len(wanted.base) or 40)
            lines = [b"0 %s\t%s\0" % (zero.encode(), path) for path in wanted.removed]
            lines += [b"%s %s\t%s\0" % (_FILE.encode(), oid.encode(), path) for path, oid in wanted.files.items()]
            await self._git.local("update-index", "-z", "--index-info", feed=b"".join(lines), extra=self._index)
            tree = await self._line("write-tree", "--missing-ok", extra=self._index)
        finally:
            self._fresh_index()
        name, email = wanted.author
        who = {
            f"GIT_{role}_{key}": it
            for role in ("AUTHOR", "COMMITTER")
            for key, it in (("NAME", name), ("EMAIL", email))
        }
        parents = () if wanted.is_parentless or not wanted.base else ("-p", wanted.base)
        return await self._line("commit-tree", tree, *parents, "-F", "-", feed=wanted.message.encode(), extra=who)

    async def push(self, commit: str, there: tuple[str, ...], told: Told, *, is_forced: bool) -> None:
        """Move the branch there to a commit, in one step; raises `Rejected` where it is not taken.

        `there` are commits that it has already, the first the newest of the branch: what is in them is not sent.
        Without force the commit has to follow what is there; with force that has to be what is expected.
        """
        expected = there[0] if there else ""
        # A graft, for this command only: git looks for what need not be sent in the parents of a commit.
        grafts = self._folder / "sitegen-grafts"
        grafts.write_text(" ".join((commit, *there)) + "\n", "ascii")
        lease = (f"--force-with-lease={self._ref}:{expected}",) if is_forced else ()
        options = ("--porcelain", "--progress", "--no-verify", "--no-signed", "--no-follow-tags", "--no-thin")
        more = ("--recurse-submodules=no", *lease)
        extra = {"GIT_GRAFT_FILE": str(grafts)}
        try:
            await self._git.network(
                "push", *options, *more, "--", _REMOTE, f"{commit}:{self._ref}", told=told, extra=extra
            )
        except GitFailed as error:
            refused = re.search(rb"^!\t.*\(([^()\n]*)\)$", error.output, re.MULTILINE)
            if refused is not None:
                raise Rejected(GitFailed(f"{error.text}\n{refused[1].decode('utf-8', 'replace')}")) from error
            raise
        await self._git.local("update-ref", TIP, commit)

    async def history(self, tip: str, path: str, depth: int) -> tuple[list[Change], bool]:
        """Return the commits that changed a file, the newest first, and whether these are all there are.

        So many are fetched, 0 for all; without all, the oldest that is returned may only have kept the file.
        """
        await self._ready(tip)
        await self._fetch(f"--depth={depth}" if depth else "--depth=2147483647")
        form = "--format=%x00%H%x09%(trailers:key=Sitegen-Rollback,valueonly,separator=%x2C)%x09%cI"
        options = ("--first-parent", "--no-renames", "--raw", "--no-abbrev", "--no-show-signature", form)
        listed = await self._git.local("log", *options, tip, "--", f":(top,literal){path}")
        found = []
        for block in listed.decode("utf-8", "replace").split("\0")[1:]:
            head, _, raw = block.partition("\n")
            commit, trailer, when = head.split("\t")
            new = re.search(r"^:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) ([A-Z])", raw, re.MULTILINE)
            if new is not None:
                found.append(Change(commit, "" if new[2] == "D" else new[1], trailer.strip(), when.strip()))
        return found, (await self._line("rev-parse", "--is-shallow-repository")) == "false"

    def discard(self) -> None:
        """Throw everything away; what is needed is fetched again."""
        shutil.rmtree(self._folder, ignore_errors=True)
        if self._folder.is_file():
            self._folder.unlink()

    def bound(self) -> None:
        """Throw everything away where it has become large."""
        size = count = 0
        for folder, _, names in os.walk(self._folder):
            count += len(names)
            size += sum(_size(Path(folder, name)) for name in names)
        if size > LARGEST or count > MOST:
            self.discard()

    async def _ready(self, like: str) -> None:
        """Make the repository where it is not there, or has names of another kind."""
        kind = "sha256" if len(like) == _SHA256 else "sha1"
        config = self._config()
        if config and (not like or ("sha256" in config) == (kind == "sha256")):
            return
        self.discard()
        self._folder.mkdir(parents=True)
        await self._git.local("init", "--quiet", "--bare", "--template=", f"--object-format={kind}")
        await self._git.local("config", "core.repositoryFormatVersion", "1")
        # Last: a repository that lacks it was not finished.
        await self._git.local("config", "extensions.partialClone", _REMOTE)

    def _config(self) -> str:
        """Return the settings of the repository, nothing where it is not whole, or not as it was made here.

        It lies in the project, which may come from somebody else, and some settings are commands.
        """
        try:
            config = (self._folder / "config").read_text("utf-8", "replace").lower()
            is_led_elsewhere = any(os.path.lexists(self._folder / name) for name in ("commondir", "config.worktree"))
        except OSError:
            return ""
        return config if _MADE_HERE.fullmatch(config) and "partialclone" in config and not is_led_elsewhere else ""

    async def _has(self, commit: str) -> bool:
        try:
            await self._git.local("cat-file", "-e", f"{commit}^{{tree}}")
        except GitFailed:
            return False
        return True

    async def _fetch(self, depth: str) -> str:
        options = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--recurse-submodules=no")
        more = ("--filter=blob:none", "--update-shallow", "--force", depth)
        await self._git.network("fetch", *options, *more, "--", _REMOTE, f"+{self._ref}:{TIP}")
        return await self._line("rev-parse", "--verify", f"{TIP}^{{commit}}")

    async def _line(self, *arguments: str, feed: bytes = b"", extra: Mapping[str, str] | None = None) -> str:
        return (await self._git.local(*arguments, feed=feed, extra=extra)).decode().strip()

    def _fresh_index(self) -> None:
        for name in ("sitegen-index", "sitegen-index.lock"):
            (self._folder / name).unlink(missing_ok=True)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
