"""One run of the program rsync: how it is started, and what it means when it does not end well."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from sitegen.errors import PublishError
from sitegen.publish.store import Hiccup

__all__ = ["Runs"]

OLDEST = (3, 1, 0)
"""The first rsync that removes files by a list."""

SILENCE = 60
"""Seconds without a byte after which a connection counts as lost."""

FINE, VANISHED = 0, 24

_SOCKETS = "sitegen-"
_INSTALL = "install it: `apt-get install rsync`, `dnf install rsync` or `brew install rsync`"
_BUSY = {
    10: "there is no connection",
    12: "the connection was lost",
    VANISHED: "files went away meanwhile",
    30: "it does not answer",
    35: "it does not answer",
    255: "there is no connection over SSH",
}
_KINDS = (
    # What is looked for in the words of rsync and ssh; what the user is told, which holds none of them; a hint.
    (
        "REMOTE HOST IDENTIFICATION HAS CHANGED",
        "THE KEY OF THE SERVER HAS CHANGED. Somebody may be between you and the server; nothing was sent",
        (
            "ask who runs the server whether its key was changed; only if it was, remove the old one with "
            "`ssh-keygen -R SERVER` and log in once with `ssh`"
        ),
    ),
    (
        "Host key verification failed|No .* host key is known",
        "the key of the server is not known",
        "log in once with `ssh`, which shows the key; compare it with what who runs the server says before you accept",
    ),
    (
        r"Permission denied \((publickey|password|keyboard|gssapi|hostbased)|Too many authentication failures",
        "the server does not let you in",
        "add your key to an agent with `ssh-add`, or name it in `~/.ssh/config`; nothing is asked for here",
    ),
    ("Could not resolve hostname|getaddrinfo", "there is no server of that name", "check `to`, and the network"),
    (
        "auth failed on module",
        "the daemon does not let you in",
        "set RSYNC_PASSWORD in the environment, and check the user in `to`",
    ),
    ("Unknown module", "the daemon has no such module", "check the name after the server in `to`"),
    ("module is read only|read.only", "the module may only be read", "have `read only = no` set for it on the server"),
    (
        r"No space left on device|Disk quota exceeded|\((28|122)\)$",
        "the disk of the server is full",
        "free some space there, or raise the quota, then publish again",
    ),
    (
        r"Permission denied|Operation not permitted|Read-only file system",
        "the server does not permit it",
        "check who owns the folder there and its permissions, and the user in `to`",
    ),
    (
        r"(rsync|bash|sh).*not found",
        "the server has no rsync",
        'have it installed there, or publish with `kind = "sftp"`',
    ),
    (
        "unknown option|option not supported",
        "the rsync of the server is too old",
        'have one of version 3.1 or newer installed there, or publish with `kind = "sftp"`',
    ),
    (
        "is your shell clean|protocol version mismatch",
        "what starts on the server writes something before rsync does",
        "see that `.bashrc` and its like there print nothing for a shell without a terminal",
    ),
    (
        "mkdir .* failed: No such file|change_dir|chdir failed",
        "the folder cannot be made there: there is none that it would be in",
        "check `to`, or make that folder on the server first",
    ),
    (
        "Too many levels of symbolic links",
        "a link stands in the way that may lead out of the folder",
        "remove the link, or publish to a place of its own",
    ),
)
_MISSING = re.compile(r"(change_dir|chdir).*(No such file|failed)", re.IGNORECASE)
_ESCAPED = re.compile(r"\\#([0-7]{3})")
_LISTED = re.compile(r"(?P<type>.)[^ ]+ +[0-9,.]+ \S+ \S+ (?P<path>.*)")
_MODULE = re.compile(r"rsync://[^/]*/[^/]+/|[^/]*::[^/]+/")
_BUSY_WORDS = re.compile(r"max connections|Connection (refused|reset|timed out|closed)|Operation timed out")


class Runs:
    """Runs of rsync to and from one place; over SSH they share a connection."""

    def __init__(self, to: str, ssh: str, place: str) -> None:
        """Be ready; raises `PublishError` where the program is missing or too old."""
        self._program = _program()
        self._to = to if to.endswith(("/", ":")) else f"{to}/"
        self._place = place
        self._is_daemon = to.startswith("rsync://") or "::" in to
        # Daemons of some versions look for files of a list in the folder of the module, and not in one below it.
        found = _MODULE.match(self._to) if self._is_daemon else None
        self._root = found[0] if found else self._to
        self._below = self._to.removeprefix(self._root)
        self._ssh = ssh.strip() or "ssh"
        self._sockets = ""

    def open(self, note: Path) -> None:
        """Make room for what connections share; the file `note` tells the next one where."""
        # The path of a socket may have some hundred letters only, and folders for temporary files can be far down.
        short = Path("/tmp")  # noqa: S108 - the folder made in it is ours alone
        base = short if os.access(short, os.W_OK) else Path(tempfile.gettempdir())
        with suppress(OSError, ValueError):
            _remove_sockets(Path(note.read_text("utf-8")), base)
        self._sockets = tempfile.mkdtemp(prefix=_SOCKETS, dir=base)
        note.write_text(self._sockets, "utf-8")

    async def close(self) -> None:
        """End what connections share."""
        sockets, self._sockets = self._sockets, ""
        if not sockets:
            return
        for socket in os.listdir(sockets):  # noqa: PTH208 - quick
            with suppress(OSError):
                end = await asyncio.create_subprocess_exec(
                    *shlex.split(self._ssh),
                    "-o",
                    f"ControlPath={sockets}/{socket}",
                    "-O",
                    "exit",
                    "-",
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
                await end.wait()
        shutil.rmtree(sockets, ignore_errors=True)

    async def send(self, source: Path, paths: Iterable[str], *options: str) -> None:
        """Bring files of a folder there."""
        await self._run([*options], paths, f"{source}/", self._to)

    async def delete(self, empty: Path, paths: Iterable[str]) -> None:
        """Remove files, and folders where they are empty; the files are those that a folder here does not have."""
        await self._run(["--dirs", "--delete-missing-args"], paths, f"{empty}/", self._to, fine=(FINE, VANISHED))

    async def fetch(self, paths: Iterable[str], folder: Path) -> Path:
        """Bring files from there into a folder, as far as they are there; return the one that they are in then."""
        await self._asked(paths, folder)
        return folder / self._below

    async def kinds(self, paths: Iterable[str], folder: Path) -> dict[str, str]:
        """Return what stands at paths: `-` for a file, `d` for a folder, `l` for a link."""
        found: dict[str, str] = {}
        for line in (await self._asked(paths, folder, "--list-only", "--links", "--dirs")).splitlines():
            if match := _LISTED.fullmatch(line):
                name = _ESCAPED.sub(lambda it: chr(int(it[1], 8)), match["path"])
                if match["type"] == "l":
                    name = name.partition(" -> ")[0]
                found[name.removeprefix(self._below)] = match["type"]
        return found

    async def _asked(self, paths: Iterable[str], folder: Path, *options: str) -> str:
        names = [f"{self._below}{path}" for path in paths]
        return await self._run(["--ignore-missing-args", *options], names, self._root, f"{folder}/")

    async def mirror(self, source: Path, below: str) -> None:
        """Make a folder there what one here is: nothing else is left in it."""
        await self._run(["--recursive", "--delete"], None, f"{source}/", f"{self._to}{below}/")

    async def _run(
        self, options: list[str], paths: Iterable[str] | None, source: str, target: str, fine: tuple[int, ...] = (FINE,)
    ) -> str:
        """Run rsync; return what it printed, nothing where the folder that it reads from is not there."""
        command = [self._program, *options, "--8-bit-output", f"--timeout={SILENCE}"]
        if self._is_daemon:
            command.append("--contimeout=20")
        else:
            command += ["-e", self._shell()]
        with tempfile.TemporaryFile() as words, tempfile.TemporaryFile() as names:
            if paths is not None:
                # A name that begins with “#” or “;” would be a comment.
                names.write(b"".join(b"./" + os.fsencode(path) + b"\0" for path in paths))
                names.seek(0)
                # Never the folders on the way: rsync would put one in the place of a file or link that stands there.
                command += ["--from0", "--files-from=-", "--no-implied-dirs"]
            process = await asyncio.create_subprocess_exec(
                *command,
                "--",
                source,
                target,
                stdin=names,
                stdout=subprocess.PIPE,
                stderr=words,
                env=os.environ | {"LC_ALL": "C"},
                # Without a terminal neither rsync nor ssh can ask for a password.
                start_new_session=True,
            )
            try:
                printed, _ = await process.communicate()
            finally:
                if process.returncode is None:
                    process.terminate()
                    await process.wait()
            words.seek(0)
            told = words.read().decode("utf-8", "replace")
        if process.returncode in fine:
            return printed.decode("utf-8", "surrogateescape")
        if source == self._root and _MISSING.search(told) and "ermission denied" not in told:
            return ""
        raise self._error(process.returncode or 0, told)

    def _shell(self) -> str:
        command = shlex.split(self._ssh)
        if Path(command[0]).name == "ssh":
            # What the user's command says comes first, and the first counts.
            command += ["-o", "BatchMode=yes", "-o", "ConnectTimeout=20", "-o", "ServerAliveInterval=10"]
            command += ["-o", "ControlMaster=auto", "-o", f"ControlPath={self._sockets}/%C", "-o", "ControlPersist=15"]
        return shlex.join(command)

    def _error(self, code: int, told: str) -> Exception:
        """Say what went wrong; of the words of rsync and ssh nothing is shown, they could hold anything."""
        for pattern, message, hint in _KINDS:
            if re.search(pattern, told, re.MULTILINE):
                return PublishError(f"{self._place}: {message}", hint=hint)
        if code in _BUSY or _BUSY_WORDS.search(told):
            return Hiccup(f"{_BUSY.get(code, 'it has no time')} (rsync ended with code {code})")
        return PublishError(
            f"{self._place}: rsync ended with code {code}",
            hint="`man rsync` says under EXIT VALUES what that is; publish again when it is mended",
        )


def _remove_sockets(folder: Path, base: Path) -> None:
    """Remove what an earlier run has left, where it is the folder of one: in `base`, and the user's own."""
    status = folder.lstat()
    is_ours = folder.parent == base and folder.name.startswith(_SOCKETS) and status.st_uid == os.getuid()
    if not is_ours or not stat.S_ISDIR(status.st_mode):
        return
    for socket in folder.iterdir():
        if socket.is_socket():
            socket.unlink()
    folder.rmdir()


def _program() -> str:
    found = shutil.which("rsync")
    if found is None:
        raise PublishError("publishing to this kind of target needs the program rsync", hint=_INSTALL)
    try:
        told = subprocess.run(  # noqa: S603 - found on the path, as the user wants
            [found, "--version"], capture_output=True, text=True, errors="replace", timeout=20, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PublishError("the program rsync cannot be run", hint=_INSTALL) from error
    first = told.partition("\n")[0].strip()
    match = re.match(r"rsync\s+version\s+v?(\d+)\.(\d+)\.(\d+)", first)
    version = tuple(map(int, match.groups())) if match else None
    if version is None or version < OLDEST:
        name = f"rsync {'.'.join(map(str, version))}" if version else first[:80] or "of no known version"
        raise PublishError(
            f"the program rsync here cannot do what is needed: it is “{name}”, and 3.1.0 is the oldest that can",
            hint=_INSTALL,
        )
    return found
