"""Servers of SSH and rsync for tests: real programs on loopback, with throw-away keys, started and ended here."""

from __future__ import annotations

import getpass
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple, Self

import pytest
from conftest import require

__all__ = ["Place", "RsyncDaemon", "SshServer", "free_port", "made_key", "served", "small_disk"]

PATIENCE = 20.0


def program(name: str) -> str:
    """Return the path of a program; servers are where only root looks."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    return str(require(found, name, "`.ci/run` installs it"))


def free_port() -> int:
    """Return a port of loopback that nothing listens at."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def made_key(file: Path, kind: str = "ed25519", passphrase: str = "") -> Path:
    """Make a pair of keys, and return the file of the private one."""
    command = [program("ssh-keygen"), "-q", "-t", kind, "-N", passphrase, "-C", "test", "-f", str(file)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return file


class _Served(ABC):
    """A program that listens at a port."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """Return what starts it."""

    def start(self, **more: object) -> Self:
        """Start it, and wait until it listens."""
        self._process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, **more)  # type: ignore[call-overload]
        began = time.monotonic()
        while True:
            with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", self.port), timeout=5):
                return self
            assert self._process.poll() is None
            assert time.monotonic() - began < PATIENCE
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill it, and whatever it has started for those who are connected."""
        if self._process is None:
            return
        for process in (self._process.pid, *_below(self._process.pid)):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._process.wait(PATIENCE)
        self._process = None

    def kill_sessions(self) -> int:
        """Kill only what it has started for those who are connected, and return how many that were."""
        assert self._process is not None
        sessions = list(_below(self._process.pid))
        for process in sessions:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        return len(sessions)


class SshServer(_Served):
    """An sshd that lets the user who runs the tests in, with one key."""

    def __init__(self, folder: Path) -> None:
        """Make keys and files in a folder of its own."""
        super().__init__()
        self.folder = folder
        folder.mkdir(parents=True)
        self.user = getpass.getuser()
        self.host_key = made_key(folder / "host_key")
        self.identity = made_key(folder / "identity")
        self.known_hosts = folder / "known_hosts"
        self.log = folder / "sshd.log"
        shutil.copy(f"{self.identity}.pub", folder / "authorized_keys")
        self.know()
        self.write()
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)

    def write(self) -> None:
        """Write the configuration."""
        settings = (
            f"Port {self.port}",
            "ListenAddress 127.0.0.1",
            f"HostKey {self.host_key}",
            f"AuthorizedKeysFile {self.folder / 'authorized_keys'}",
            "PidFile none",
            "StrictModes no",
            "UsePAM no",
            "PasswordAuthentication no",
            "PermitRootLogin yes",
            "MaxStartups 100",
            "PrintMotd no",
            # What shells read at login belongs to the user: a session that is killed must not leave half of it done.
            f"SetEnv HOME={self.folder}",
            f"Subsystem sftp {self._sftp()}",
        )
        (self.folder / "sshd_config").write_text("\n".join(settings) + "\n")

    def _sftp(self) -> str:
        """Make a script that writes what the server of files notes beside what sshd does."""
        folders = "/usr/lib/openssh:/usr/lib/ssh:/usr/libexec/openssh:/usr/libexec"
        server = require(shutil.which("sftp-server", path=folders), "sftp-server", "`.ci/run` installs it")
        script = self.folder / "sftp-server"
        script.write_text(f"#!/bin/sh\nexec {server} -e -l INFO 2>>{self.log}\n")
        script.chmod(0o755)
        return str(script)

    def know(self) -> None:
        """Write the file of known hosts as it is after `ssh-keyscan`."""
        key = Path(f"{self.host_key}.pub").read_text().rsplit(" ", 1)[0]
        self.known_hosts.write_text(f"[127.0.0.1]:{self.port} {key}\n")

    def command(self) -> list[str]:
        """Return what starts it."""
        return [program("sshd"), "-D", "-f", str(self.folder / "sshd_config"), "-E", str(self.log)]

    def table(self, path: Path, **more: str) -> str:
        """Return the table of a target in `config.toml` that publishes to a folder over SFTP."""
        keys = {
            "kind": "sftp",
            "server": "127.0.0.1",
            "user": self.user,
            "path": str(path),
            "identity": str(self.identity),
            "known_hosts": str(self.known_hosts),
        } | more
        return "[publish.live]\n" + f"port = {self.port}\n" + "".join(f'{key} = "{it}"\n' for key, it in keys.items())

    def rsync_table(self, path: Path) -> str:
        """Return the table of a target in `config.toml` that publishes to a folder with rsync over SSH."""
        shell = f"ssh -F none -p {self.port} -i {self.identity} -o UserKnownHostsFile={self.known_hosts}"
        return f'[publish.live]\nkind = "rsync"\nto = "{self.user}@127.0.0.1:{path}/"\nssh = "{shell}"\n'

    @contextmanager
    def noting(self) -> Iterator[list[str]]:
        """Yield a list that has, at the end, what was asked of SFTP meanwhile: “open name”, “rename name”."""
        begun = len(self.log.read_text())
        found: list[str] = []
        yield found
        time.sleep(0.05)
        for line in self.log.read_text()[begun:].splitlines():
            if match := re.match(r'(open|remove name|mkdir name|rmdir name|opendir) "([^"]+)"', line):
                found.append(f"{match[1].split()[0]} {match[2]}")
            elif match := re.match(r'posix-rename old "[^"]+" new "([^"]+)"', line):
                found.append(f"rename {match[1]}")


class RsyncDaemon(_Served):
    """A daemon of rsync with one module, `www`."""

    def __init__(self, folder: Path, served: Path, *lines: str, secret: str = "") -> None:
        """Make its files in a folder of its own; with a secret, the user `editor` has to give it."""
        super().__init__()
        self.folder = folder
        folder.mkdir(parents=True)
        self.log = folder / "rsyncd.log"
        if secret:
            (folder / "secrets").write_text(f"editor:{secret}\n")
            (folder / "secrets").chmod(0o600)
            lines = (*lines, "auth users = editor", f"secrets file = {folder / 'secrets'}")
        user = [f"uid = {os.geteuid()}", f"gid = {os.getegid()}"] if os.geteuid() == 0 else []
        settings = (
            "use chroot = no",
            f"log file = {self.log}",
            "transfer logging = yes",
            "log format = %o %f",
            "[www]",
            f"path = {served}",
            "read only = no",
            *user,
            *lines,
        )
        (folder / "rsyncd.conf").write_text("\n".join(settings) + "\n")

    def table(self, path: str) -> str:
        """Return the table of a target in `config.toml` that publishes to a path in the module."""
        return f'[publish.live]\nkind = "rsync"\nto = "rsync://127.0.0.1:{self.port}/www/{path}/"\n'

    def command(self) -> list[str]:
        """Return what starts it."""
        config = f"--config={self.folder / 'rsyncd.conf'}"
        return [program("rsync"), "--daemon", "--no-detach", config, f"--port={self.port}", "--address=127.0.0.1"]


class Place(NamedTuple):
    """A folder that a server serves, the table of a target that leads there, and what the server counts."""

    folder: Path
    table: str
    server: SshServer | RsyncDaemon
    logins: Callable[[], int]


@contextmanager
def served(kind: str, ssh: SshServer, folder: Path) -> Iterator[Place]:
    """Yield a place of a kind: `sftp`, `rsync` over SSH, or a `daemon` of rsync; its folder is not made yet."""
    www = folder / "served" / "www"
    www.parent.mkdir()
    logins = partial(_count, ssh.log, "Accepted")
    if kind == "sftp":
        yield Place(www, ssh.table(www), ssh, logins)
        return
    if kind == "rsync":
        yield Place(www, ssh.rsync_table(www), ssh, logins)
        return
    daemon = RsyncDaemon(folder / "daemon", www.parent)
    try:
        daemon.start()
        yield Place(www, daemon.table("www"), daemon, partial(_count, daemon.log, "allowed access"))
    finally:
        daemon.kill()


@contextmanager
def small_disk(folder: Path) -> Iterator[Callable[[], object]]:
    """Mount a disk of 128 KiB at a folder; what is yielded makes it a larger one."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=128k,mode=755", "none", str(folder)]
    if os.geteuid() or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("a small disk can be mounted by root only")
    try:
        yield lambda: subprocess.run(["mount", "-o", "remount,size=16m", str(folder)], check=True)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _count(log: Path, words: str) -> int:
    return log.read_text().count(words)


def _below(process: int) -> Iterator[int]:
    """Yield the processes that a process has started, and theirs."""
    with suppress(OSError):
        for child in Path(f"/proc/{process}/task/{process}/children").read_text().split():
            yield from _below(int(child))
            yield int(child)
