"""Git repositories as servers have them: bare ones, over a stand-in for ssh that counts, over HTTP, and behind sshd."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

USER, PASSWORD = "editor", "correct-horse"


def git(folder: Path, *arguments: str, feed: bytes | None = None) -> bytes:
    """Run git in a folder as whoever is not sitegen, and return what it prints."""
    names = {f"GIT_{role}_{key}": "Somebody" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return subprocess.run(
        ["git", "-C", folder, *arguments], env=environment | names, input=feed, capture_output=True, check=True
    ).stdout


class Bare:
    """A bare repository."""

    def __init__(self, folder: Path, *options: str) -> None:
        """Make it."""
        folder.mkdir(parents=True)
        self.folder = folder
        git(folder, "init", "--quiet", "--bare", *options)

    def tip(self, branch: str = "gh-pages") -> str:
        """Return the newest commit of a branch, empty where there is none."""
        return git(self.folder, "for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}").decode().strip()

    def refs(self) -> str:
        """Return all branches and tags with what they point to."""
        return git(self.folder, "for-each-ref").decode()

    def commits(self, branch: str = "gh-pages") -> list[str]:
        """Return the commits of a branch, the newest first."""
        return git(self.folder, "rev-list", branch).decode().split()

    def message(self, commit: str = "gh-pages") -> str:
        """Return the message of a commit."""
        return git(self.folder, "log", "-1", "--format=%an <%ae>%n%B", commit).decode()

    def names(self, commit: str = "gh-pages") -> set[str]:
        """Return the paths of a tree."""
        return {path.decode() for path in git(self.folder, "ls-tree", "-rz", "--name-only", commit).split(b"\0")[:-1]}

    def tree(self, commit: str = "gh-pages") -> dict[str, bytes]:
        """Return every file of a tree, as it is in the repository."""
        names = sorted(self.names(commit))
        asked = "".join(f"{commit}:{name}\n" for name in names).encode()
        data = git(self.folder, "cat-file", "--batch", feed=asked)
        found = {}
        for name in names:
            head, _, data = data.partition(b"\n")
            size = int(head.split()[-1])
            found[name], data = data[:size], data[size + 1 :]
        return found

    def changes(self, commit: str = "gh-pages") -> set[str]:
        """Return how a commit differs from the one before: letter and path of each file."""
        listed = git(self.folder, "diff-tree", "-r", "--no-renames", "--name-status", f"{commit}^", commit).decode()
        return {line.replace("\t", " ") for line in listed.splitlines()}

    def put(self, files: dict[str, bytes | None], branch: str = "gh-pages") -> str:
        """Commit files to a branch as somebody else would; `None` removes one."""
        parts = [f"commit refs/heads/{branch}\ncommitter Somebody <s@example.org> now\ndata 5\nmine\n\n".encode()]
        if tip := self.tip(branch):
            parts.append(f"from {tip}\n".encode())
        for path, data in files.items():
            if data is None:
                parts.append(f"D {path}\n".encode())
            else:
                parts.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))
        git(self.folder, "fast-import", "--quiet", "--date-format=now", feed=b"".join(parts))
        return self.tip(branch)

    def hook(self, name: str, script: str) -> None:
        """Let the server run a script."""
        file = self.folder / "hooks" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)


class Counted:
    """A stand-in for ssh that starts what it is asked to on this machine, and notes it."""

    def __init__(self, folder: Path) -> None:
        """Write the program."""
        self._log = folder / "asked.log"
        self._program = folder / "stand-in"
        # The configuration of the user is not that of a server.
        lines = (
            "#!/bin/sh",
            "for last; do :; done",
            f'echo "$last" >> {self._log}',
            f"HOME={folder}/none XDG_CONFIG_HOME=",
        )
        self._program.write_text("\n".join((*lines, "export HOME XDG_CONFIG_HOME", 'exec sh -c "$last"', "")))
        self._program.chmod(0o755)

    @property
    def environment(self) -> dict[str, str]:
        """What makes git use it."""
        return {"GIT_SSH_COMMAND": str(self._program), "GIT_SSH_VARIANT": "ssh"}

    def asked(self) -> list[str]:
        """Return the commands since the last time."""
        lines = self._log.read_text().splitlines() if self._log.exists() else []
        self._log.unlink(missing_ok=True)
        return [line.split()[0] for line in lines]


class HttpServer(ThreadingHTTPServer):
    """Repositories below a folder over HTTP, by git's own program; `trouble` are answers that come first."""

    daemon_threads = True

    def __init__(self, folder: Path, password: str = "") -> None:
        """Listen on a free port."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = folder
        self.password = password
        self.trouble: list[int] = []
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: HttpServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, body: bytes) -> None:
        server = self.server
        path, _, query = self.path.partition("?")
        server.asked.append(f"{self.command} {path.rpartition('/')[2]} {query}".strip())
        given = self.headers.get("Authorization", "")
        wanted = base64.b64encode(f"{USER}:{server.password}".encode()).decode()
        if server.password and given.partition(" ")[2] != wanted:
            return self._send(403 if given else 401, {"WWW-Authenticate": 'Basic realm="git"'}, b"no")
        if server.trouble:
            return self._send(server.trouble.pop(0), {}, b"busy")
        environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")} | {
            "GIT_PROJECT_ROOT": str(server.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_USER": USER,
            "REMOTE_ADDR": "127.0.0.1",
        }
        done = subprocess.run(["git", "http-backend"], env=environment, input=body, capture_output=True, check=False)
        head, _, data = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if line)
        self._send(int(headers.pop("Status", "200").split()[0]), headers, data)
        return None

    def _send(self, status: int, headers: dict[str, str], data: bytes) -> None:
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(data))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def http_server(folder: Path, password: str = "") -> Iterator[HttpServer]:
    """Serve the repositories below a folder."""
    server = HttpServer(folder, password)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def ssh_daemon(program: Path, folder: Path) -> Iterator[int]:
    """Run a real sshd on a free port that lets nobody in, and yield the port."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "host"], check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {
        "Port": port,
        "ListenAddress": "127.0.0.1",
        "HostKey": folder / "host",
        "PidFile": "none",
        "PasswordAuthentication": "no",
        "KbdInteractiveAuthentication": "no",
        "UsePAM": "no",
        "AuthorizedKeysFile": "none",
    }
    (folder / "sshd_config").write_text("".join(f"{key} {value}\n" for key, value in options.items()))
    # It needs this folder where it is started by root.
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    daemon = subprocess.Popen([program, "-D", "-f", folder / "sshd_config"], stderr=subprocess.DEVNULL)
    try:
        for _ in range(500):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.01)
        yield port
    finally:
        daemon.terminate()
        daemon.wait()
