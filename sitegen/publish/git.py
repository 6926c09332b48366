"""The program git, run so that it asks nobody, runs nothing of the user's, and shows no password.

It works on a repository that it is given and on no other: whatever in the environment would lead it elsewhere is left
out. How the user proves who they are is theirs: credential helpers, SSH and its agent, and what a CI puts into the
configuration of the checkout.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from sitegen.errors import PublishError
from sitegen.publish.store import Hiccup

__all__ = ["GitFailed", "Program", "network_trouble", "without_credentials"]

OLDEST = (2, 31)
"""What older ones lack: settings that come in the environment."""

STALLED = 300.0
"""Seconds without a sign of life after which a transfer is given up."""

_PASSED_ON = re.compile(
    r"GIT_(ASKPASS|SSH|SSH_COMMAND|SSH_VARIANT|SSL_.*|PROXY_SSL_.*|HTTP_PROXY_AUTHMETHOD|HTTP_USER_AGENT|EXEC_PATH"
    r"|(AUTHOR|COMMITTER)_(NAME|EMAIL)|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM))"
)
_OF_ONE_COMMAND = re.compile(r"GIT_CONFIG_(COUNT|PARAMETERS|KEY_\d+|VALUE_\d+)")
_OF_THE_CHECKOUT = re.compile(r"(http|credential|url|ssh)\..*|core\.(sshcommand|askpass|gitproxy)", re.IGNORECASE)

_ALWAYS = {
    "core.hooksPath": os.devnull,
    "core.quotePath": "false",
    "core.fsync": "none",  # what is lost is fetched again
    "core.precomposeUnicode": "false",
    "advice.graftFileDeprecated": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "i18n.commitEncoding": "utf-8",
    "fetch.writeCommitGraph": "false",
    "fetch.unpackLimit": "1",
    "fastimport.unpackLimit": "1",
    "push.pushOption": "",
    "http.lowSpeedLimit": "1",
    "http.lowSpeedTime": "60",
}

_PASSES = re.compile(
    r"could(n't| not) resolve|name or service not known|temporary failure|failed to connect|couldn't connect"
    r"|connection (was )?(refused|reset|timed out|closed|aborted)|operation (timed out|too slow)|network is unreachable"
    r"|no route to host|early eof|unexpected disconnect|rpc failed|hung up unexpectedly|broken pipe"
    r"|returned error: (408|429|5\d\d)|empty reply|ssl_(read|connect|error_syscall)|gnutls",
    re.IGNORECASE,
)
_HOST_KEY = re.compile(r"host key verification failed|host identification has changed", re.IGNORECASE)
_FORBIDDEN = re.compile(
    r"permission denied|authentication failed|could not read (username|password)|returned error: 40[13]"
    r"|access denied|terminal prompts disabled|not authorized|write access to repository not granted",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"repository .*not found|does not appear to be a git repository|returned error: 404|does not exist", re.IGNORECASE
)
_FINAL = re.compile(
    r"aborted by hook|declined|no space left|quota exceeded|read-only file system|corrupt|data stream error",
    re.IGNORECASE,
)
_PROGRESS = re.compile(r"(?P<step>[A-Z][a-z]+ [a-z]+): +\d+% \((?P<done>\d+)/(?P<total>\d+)\)")
_CHATTER = re.compile(r"\d+% \(|^(remote: )?(Enumerating|Counting|Compressing|Writing|Receiving|Total |Everything )")
_USERINFO = re.compile(r"(?P<scheme>\b[a-z][a-z0-9+.-]*://)(?P<user>[^/@\s:]*)(?P<password>:[^/@\s]*)?@", re.IGNORECASE)
_BESIDE_THE_POINT = re.compile(
    r"(hint|warning): |Please make sure|and the repository exists|error: failed to push some refs|Warning: Permanently"
)
_SHOWN = 6
_READ = 1 << 16
_REMEMBERED = 1 << 16

Told = Callable[[int, int], None]
"""Is told how much of a transfer is done, and how much there is."""


class GitFailed(Exception):  # noqa: N818 - says what it is
    """Git ended with an error; `text` is what it said, without credentials. No user sees it as it is."""

    def __init__(self, text: str, output: bytes = b"") -> None:
        """Keep what was said, and what went to the output before."""
        super().__init__(text)
        self.text = text
        self.output = output


class Program:
    """Git on a repository of ours.

    `settings` are added to those that always hold. `protocols` are what it may connect with.
    """

    def __init__(self, folder: Path, settings: Iterable[tuple[str, str]] = (), protocols: str = "none") -> None:
        """Be ready to run; `folder` is a bare repository."""
        self._folder = folder
        self._protocols = protocols
        self._settings = (*settings, *_ALWAYS.items())

    async def local(self, *arguments: str, feed: bytes = b"", extra: Mapping[str, str] | None = None) -> bytes:
        """Run a command that connects to nobody, and return its output; raises `GitFailed`."""
        async with self._running(arguments, self._environment("none", extra)) as process:
            output, said = await process.communicate(feed)
        return _checked(process, output, said)

    async def network(self, *arguments: str, told: Told | None = None, extra: Mapping[str, str] | None = None) -> bytes:
        """Run a command that connects, and return its output; raises `GitFailed`, and `Hiccup` for what may pass."""
        async with self._running(arguments, self._environment(self._protocols, extra)) as process:
            _, output, said = await asyncio.gather(_closed(process), _all(process), _heard(process, told))
            await process.wait()
        try:
            return _checked(process, output, said)
        except GitFailed as error:
            lasting = (_FORBIDDEN, _HOST_KEY, _ABSENT, _FINAL)
            if _PASSES.search(error.text) and not any(it.search(error.text) for it in lasting):
                raise Hiccup(_last(error.text)) from error
            raise

    @asynccontextmanager
    async def fed(self, *arguments: str) -> AsyncIterator[Process]:
        """Run a command that is fed piece by piece; raises `GitFailed` at the end."""
        async with self._running(arguments, self._environment("none")) as process:
            assert process.stdin is not None  # noqa: S101 - it is a pipe
            hearing = asyncio.gather(_all(process), _heard(process, None))
            with suppress(ConnectionError):
                yield process
                process.stdin.close()
            output, said = await hearing
            await process.wait()
        _checked(process, output, said)

    @asynccontextmanager
    async def _running(self, arguments: tuple[str, ...], environment: dict[str, str]) -> AsyncIterator[Process]:
        command = ("git", f"--git-dir={self._folder}", *arguments)
        async with _started(command, None, environment) as process:
            yield process

    def _environment(self, protocols: str, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        # In the environment and not as arguments: those can be seen by everybody on the machine.
        settings: dict[str, str] = {"GIT_CONFIG_COUNT": str(len(self._settings))}
        for number, (key, value) in enumerate(self._settings):
            settings |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return plain_environment() | settings | {"GIT_ALLOW_PROTOCOL": protocols} | dict(extra or {})


async def in_project(project: Path, *arguments: str) -> str | None:
    """Return what git says of the repository that a project is in, `None` where it fails; nothing is changed there."""
    given = {name: value for name, value in os.environ.items() if _OF_ONE_COMMAND.fullmatch(name)}
    environment = plain_environment() | given | {"GIT_ALLOW_PROTOCOL": "none", "GIT_OPTIONAL_LOCKS": "0"}
    async with _started(("git", *arguments), project, environment) as process:
        output, _ = await process.communicate()
    return output.decode("utf-8", "replace").rstrip("\n") if process.returncode == 0 else None


async def settings_of(project: Path) -> tuple[tuple[str, str], ...]:
    """Return how git connects from the checkout of a project: what a CI keeps its credentials in."""
    listed = await in_project(project, "config", "--list", "--includes", "--show-scope", "-z") or ""
    fields = listed.split("\0")
    found = []
    for scope, setting in zip(fields[::2], fields[1::2], strict=False):
        key, _, value = setting.partition("\n")
        if scope in ("local", "worktree", "command") and _OF_THE_CHECKOUT.fullmatch(key):
            found.append((key, value))
    return tuple(found)


async def require_git(project: Path) -> None:
    """Raise `PublishError` where there is no git, or one that is too old."""
    hint = "install git, for example with `apt install git` or from https://git-scm.com"
    try:
        said = await in_project(project, "version") or ""
    except OSError as error:
        raise PublishError("a target of the kind `git` needs the program git", hint=hint) from error
    found = re.search(r"(\d+)\.(\d+)", said)
    if found is None or (int(found[1]), int(found[2])) < OLDEST:
        raise PublishError(f"{said or 'this git'} is too old, {OLDEST[0]}.{OLDEST[1]} is needed", hint=hint)


def plain_environment() -> dict[str, str]:
    """Return the environment without what leads git elsewhere, makes it ask or translates what it says."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or (_PASSED_ON.fullmatch(name) and value)
    }
    return kept | {"GIT_TERMINAL_PROMPT": "0", "SSH_ASKPASS_REQUIRE": "never", "LC_ALL": "C", "LANGUAGE": ""}


def without_credentials(text: str) -> str:
    """Return a text with the credentials taken out of all URLs in it; the name that one logs in with by SSH stays."""

    def shown(found: re.Match[str]) -> str:
        is_name = "ssh" in found["scheme"].lower() and found["user"]
        return f"{found['scheme']}{found['user']}@" if is_name else found["scheme"]

    return _USERINFO.sub(shown, text)


def network_trouble(error: GitFailed, place: str, doing: str) -> PublishError:
    """Say what came of an attempt to read or write a repository; `doing` is the verb."""
    text = error.text
    if _HOST_KEY.search(text):
        hint = "connect to it once with `ssh`, compare its fingerprint with the one it makes known, then publish again"
        return PublishError(f"{place} cannot be {doing}: its host key is unknown or another one than before", hint=hint)
    if _FORBIDDEN.search(text):
        hint = (
            "git must be able to push there without asking: with an SSH key, a credential helper or the CI’s token; "
            "try `git push --dry-run`"
        )
    elif _ABSENT.search(text):
        hint = "check `remote`, and whether you may see it: hosts say this of private repositories too"
    else:
        hint = "mend what git complains of, then publish again"
    return PublishError(f"{place} cannot be {doing}: {_last(text)}", hint=hint)


@asynccontextmanager
async def _started(
    command: tuple[str, ...], folder: Path | None, environment: dict[str, str]
) -> AsyncIterator[Process]:
    # In a session of its own there is no terminal to ask for a password at, and the whole of it can be ended.
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=environment, stdin=PIPE, stdout=PIPE, stderr=PIPE, start_new_session=True
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                if hasattr(os, "killpg"):
                    os.killpg(process.pid, signal.SIGTERM)
                else:
                    process.terminate()
            await process.wait()


async def _closed(process: Process) -> None:
    assert process.stdin is not None  # noqa: S101 - it is a pipe
    process.stdin.close()


async def _all(process: Process) -> bytes:
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    return await process.stdout.read()


async def _heard(process: Process, told: Told | None) -> bytes:
    """Return the end of what a command said, and tell how far it is; raises `Hiccup` where it falls silent."""
    assert process.stderr is not None  # noqa: S101 - it is a pipe
    said = b""
    while True:
        try:
            piece = await asyncio.wait_for(process.stderr.read(_READ), STALLED if told is not None else None)
        except TimeoutError:
            raise Hiccup(f"nothing was heard for {STALLED:.0f} seconds") from None
        if not piece:
            return said
        said = (said + piece)[-_REMEMBERED:]
        if told is not None:
            for found in _PROGRESS.finditer(piece.decode("utf-8", "replace")):
                if found["step"] == "Writing objects":
                    told(int(found["done"]), int(found["total"]))


def _checked(process: Process, output: bytes, said: bytes) -> bytes:
    if process.returncode:
        raise GitFailed(_readable(said) or f"git ended with {process.returncode}", output)
    return output


def _readable(said: bytes) -> str:
    """Return what people need of what was said: no progress, no credentials, nothing that moves a terminal."""
    lines = []
    for line in re.split(r"[\r\n]+", said.decode("utf-8", "replace")):
        shown = "".join(character if character.isprintable() else " " for character in line).strip()
        if shown and not _CHATTER.search(shown) and set(shown.removeprefix("remote:")) - {" "}:
            lines.append(without_credentials(shown))
    return "\n".join(lines)


def _last(text: str) -> str:
    """Return the lines that say why: those of the server first."""
    lines = [line for line in text.splitlines() if not _BESIDE_THE_POINT.match(line)]
    server = [line.removeprefix("remote:").strip() for line in lines if line.startswith("remote:")]
    own = [re.sub(r"^(fatal|error): ", "", line) for line in lines if not line.startswith("remote:")]
    return "; ".join(dict.fromkeys((*server, *own[-_SHOWN:])))
