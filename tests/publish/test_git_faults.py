"""A branch as a target where things go wrong: kills, servers that fail or refuse, credentials, disks."""

from __future__ import annotations

import base64
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Find
from extent import later
from harness import Run, Site
from links import faults
from publish.git_server import PASSWORD, USER, Bare, HttpServer, http_server, ssh_daemon

from sitegen.publish import git as program
from sitegen.publish.published import RECORD


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a small site, built."""
    return Site(tmp_path_factory.mktemp("small") / "site").article().article("business/loan").build().site


@pytest.fixture
def bare(tmp_path: Path) -> Bare:
    """Return an empty repository in a folder of repositories."""
    return Bare(tmp_path / "served/site.git")


@pytest.fixture
def site(small: Site, tmp_path: Path, bare: Bare) -> Site:
    """Return the small site, with a target that is the repository."""
    return targeted(small.copy(tmp_path / "site"), f"file://{bare.folder}")


@pytest.fixture
def server(bare: Bare) -> Iterator[HttpServer]:
    """Return a server of the repository over HTTP."""
    with http_server(bare.folder.parent) as found:
        yield found


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sitegen.publish.branch.PAUSES", (0.01, 0.01))


def targeted(site: Site, remote: str, more: str = "") -> Site:
    """Give a site a target, and build it for that."""
    text = (site.folder / "config.toml").read_text("utf-8").partition("[publish.")[0]
    site.write("config.toml", f'{text}\n[publish.live]\nkind = "git"\nremote = "{remote}"\n{more}\n')
    return site.build().site


def publish(site: Site, code: int = 0, env: dict[str, str] | None = None) -> Run:
    """Publish what was built."""
    return site.run("publish", env=env).expect(code)


def served(bare: Bare) -> dict[str, bytes]:
    """Return what readers get."""
    return {path: data for path, data in bare.tree().items() if path not in (RECORD, ".nojekyll")}


def wanted(site: Site) -> dict[str, bytes]:
    """Return what they are to get."""
    return {path: data for path, data in site.tree().items() if path not in (".sitegen-manifest.json", ".gitignore")}


@pytest.mark.parametrize("delay", [0.05, *later(0.0, 0.15, 0.3)])
def test_killed(site: Site, bare: Bare, delay: float) -> None:
    """Killed at any instant, readers have the old site or the new one, whole; the next publish goes well."""
    publish(site)
    old = served(bare)
    new = wanted(site.write("content/files/note.txt", "Another.").build().site)
    command = [sys.executable, "-m", "sitegen", "-c", str(site.folder / "config.toml"), "publish"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    store = next((site.folder / ".sitegen/publish").iterdir())
    last = (store / "lock").stat().st_mtime_ns
    while process.poll() is None and (store / "lock").stat().st_mtime_ns == last:
        time.sleep(0.005)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert served(bare) in (old, new)
    assert faults(served(bare)) == []
    publish(site)
    assert served(bare) == new
    assert len(bare.commits()) == 2


def received(site: Site, bare: Bare, folder: Path) -> subprocess.Popen[bytes]:
    """Begin to publish, and return when the server has everything and has confirmed nothing."""
    reached = folder / "reached"
    bare.hook("pre-receive", f"touch {reached}; sleep 0.5")
    command = [sys.executable, "-m", "sitegen", "-c", str(site.folder / "config.toml"), "publish"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not reached.exists():
        time.sleep(0.01)
    return process


def test_killed_while_the_server_takes_it(site: Site, bare: Bare, tmp_path: Path) -> None:
    """Killed when everything is sent and nothing is confirmed, the next publish finds out which it was."""
    process = received(site, bare, tmp_path)
    process.send_signal(signal.SIGKILL)
    process.wait()
    publish(site)
    assert served(bare) == wanted(site)
    assert len(bare.commits()) == 1


def test_a_server_that_refuses(site: Site, bare: Bare) -> None:
    """What a hook of the server says is shown, without what would move the terminal; nothing is there."""
    bare.hook("pre-receive", "printf 'No pages \\033[31mon Fridays\\n' >&2; exit 1")
    publish(site, 1).says("No pages  [31mon Fridays", "pre-receive hook declined", "hint:").silent_about("Writing")
    assert bare.refs() == ""
    bare.hook("pre-receive", "exit 0")
    publish(site)


def test_a_branch_that_is_protected(site: Site, bare: Bare) -> None:
    """A server that takes no forced push is told of where one is needed."""
    publish(site)
    targeted(site.write("content/files/note.txt", "Another."), f"file://{bare.folder}", 'history = "squash"')
    subprocess.run(["git", "-C", bare.folder, "config", "receive.denyNonFastForwards", "true"], check=True)
    refs = bare.refs()
    publish(site, 1).says("cannot be written", "non-fast-forward", "hint:")
    assert bare.refs() == refs


def test_over_http(site: Site, bare: Bare, server: HttpServer) -> None:
    """Over HTTP it is the same; nothing changed is one look."""
    targeted(site, f"{server.url}/site.git")
    publish(site)
    assert served(bare) == wanted(site)
    server.asked.clear()
    assert "nothing to do" in publish(site).out
    assert server.asked == ["GET refs service=git-upload-pack", "POST git-upload-pack"]


def test_a_server_that_is_busy(site: Site, bare: Bare, server: HttpServer) -> None:
    """What a server cannot do for a moment is asked again; where it stays so, that is told."""
    targeted(site, f"{server.url}/site.git")
    server.trouble = [503, 429]
    publish(site)
    assert served(bare) == wanted(site)
    server.trouble = [500] * 20
    publish(site, 1).says("cannot be reached", "500", "hint:")


def test_a_push_whose_answer_is_lost(
    site: Site, bare: Bare, server: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the server has taken a push and could not say so, it is not made again."""
    targeted(site, f"{server.url}/site.git")
    answer = server.RequestHandlerClass._send  # type: ignore[attr-defined]
    lost = 0

    def losing(handler: object, status: int, headers: dict[str, str], data: bytes) -> None:
        nonlocal lost
        if server.asked[-1] == "POST git-receive-pack" and not lost and bare.tip():
            lost += 1
            status, data = 502, b"lost"
        answer(handler, status, headers, data)

    monkeypatch.setattr(server.RequestHandlerClass, "_send", losing)
    publish(site)
    assert lost == 1
    assert len(bare.commits()) == 1
    assert sum(asked == "POST git-receive-pack" for asked in server.asked) <= 2


def files_with_the_password(site: Site) -> list[Path]:
    """Return which files that sitegen keeps have it."""
    files = [file for file in (site.folder / ".sitegen").rglob("*") if file.is_file()]
    return [file for file in files if PASSWORD.encode() in file.read_bytes()]


def test_credentials(site: Site, bare: Bare, server: HttpServer, tmp_path: Path) -> None:
    """Missing and wrong credentials are told, with a hint and without them; those of a helper of git do."""
    server.password = PASSWORD
    targeted(site, f"{server.url}/site.git")
    home = tmp_path / "home"
    home.mkdir()
    env = {"HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    publish(site, 1, env).says("cannot be read", "push there without asking").silent_about("Traceback")
    helper = f'"!f() {{ echo username={USER}; echo password=wr0ng; }}; f"'
    (home / ".gitconfig").write_text(f"[credential]\nhelper = {helper}\n")
    publish(site, 1, env).says("cannot be read", "hint:").silent_about("wr0ng")
    text = (home / ".gitconfig").read_text().replace("wr0ng", PASSWORD)
    (home / ".gitconfig").write_text(text)
    publish(site, 0, env).silent_about(PASSWORD)
    assert served(bare) == wanted(site)
    assert files_with_the_password(site) == []


def test_credentials_in_the_url_of_a_remote(site: Site, bare: Bare, server: HttpServer) -> None:
    """A CI may keep a token in the URL of a remote: it serves, and neither a message nor a file of ours has it."""
    server.password = PASSWORD
    subprocess.run(["git", "-C", site.folder, "init", "--quiet"], check=True)
    url = f"{server.url.replace('//', f'//{USER}:{PASSWORD}@')}/site.git"
    subprocess.run(["git", "-C", site.folder, "remote", "add", "pages", url], check=True)
    targeted(site, "pages")
    publish(site).silent_about(PASSWORD)
    assert served(bare) == wanted(site)
    assert files_with_the_password(site) == []
    shutil.rmtree(bare.folder)
    publish(site, 1).says("cannot be read", "hint:").silent_about(PASSWORD)


def test_credentials_of_a_checkout(site: Site, bare: Bare, server: HttpServer) -> None:
    """GitHub's checkout keeps a header in the configuration of the repository: it serves for what is published too."""
    server.password = PASSWORD
    subprocess.run(["git", "-C", site.folder, "init", "--quiet"], check=True)
    given = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    for key, value in {
        f"http.{server.url}/.extraheader": f"AUTHORIZATION: basic {given}",
        "remote.origin.url": f"{server.url}/site.git",
    }.items():
        subprocess.run(["git", "-C", site.folder, "config", key, value], check=True)
    targeted(site, "origin")
    publish(site)
    assert served(bare) == wanted(site)
    kept = [file for file in (site.folder / ".sitegen").rglob("*") if file.is_file()]
    assert not [file for file in kept if given.encode() in file.read_bytes()]


def test_ssh(site: Site, tmp_path: Path, system_tool: Find) -> None:
    """A host whose key is unknown is not connected to, and who may not log in is told so; nobody is asked anything."""
    with ssh_daemon(system_tool("sshd"), tmp_path) as port:
        targeted(site, f"ssh://nobody@127.0.0.1:{port}/site.git")
        known = tmp_path / "known"
        ssh = f"ssh -F none -o IdentityAgent=none -o IdentityFile={tmp_path}/none -o UserKnownHostsFile={known}"
        env = {"GIT_SSH_COMMAND": f"{ssh} -o StrictHostKeyChecking=ask"}
        publish(site, 1, env).says("host key is unknown", "compare its fingerprint")
        key = (tmp_path / "host.pub").read_text().split()
        known.write_text(f"[127.0.0.1]:{port} {key[0]} {key[1]}\n")
        publish(site, 1, env).says("Permission denied", "push there without asking")


def test_nobody_there(site: Site, tmp_path: Path) -> None:
    """A repository that is not there, a path that is none and a port at which nobody listens are told."""
    with http_server(tmp_path) as gone:
        url = gone.url
    targeted(site, f"{url}/site.git")
    publish(site, 1).says("cannot be reached", "hint:")
    targeted(site, f"file://{tmp_path}/nowhere.git")
    publish(site, 1).says("cannot be read", "check `remote`")


def test_a_server_that_falls_silent(site: Site, bare: Bare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A push that shows no sign of life is given up in the end, and what was started for it is ended."""
    monkeypatch.setattr(program, "STALLED", 0.3)
    monkeypatch.setattr("sitegen.publish.branch.PAUSES", ())
    bare.hook("pre-receive", f"echo $$ > {tmp_path}/pid; exec sleep 30")
    publish(site, 1).says("nothing was heard", "hint:")
    assert bare.refs() == ""


def test_a_disk_that_is_full(site: Site, bare: Bare, tmp_path: Path) -> None:
    """Where there is no room here for a commit, that is told, and nothing was sent."""
    wrapper = tmp_path / "bin/git"
    wrapper.parent.mkdir()
    real = shutil.which("git")
    fails = 'cat > /dev/null; echo "fatal: write error: No space left on device" >&2; exit 128'
    full = f'case "$*" in *fast-import*) {fails};; esac'
    wrapper.write_text(f'#!/bin/sh\n{full}\nexec {real} "$@"\n')
    wrapper.chmod(0o755)
    env = {"PATH": f"{wrapper.parent}:{os.environ['PATH']}"}
    publish(site, 1, env).says("No space left on device", "free some space")
    assert bare.refs() == ""
    publish(site)


def test_two_of_one_project(site: Site, bare: Bare, tmp_path: Path) -> None:
    """A rollback while a publish of the same project is under way is refused."""
    process = received(site, bare, tmp_path)
    site.run("publish", "--rollback").expect(1).says("another publish of this project is under way")
    assert process.wait() == 0
    assert served(bare) == wanted(site)


def test_two_projects_at_once(site: Site, bare: Bare, tmp_path: Path) -> None:
    """Of two checkouts that publish at the same time, both end well, and what one of them has is there."""
    other = site.copy(tmp_path / "other").write("content/files/note.txt", "Other.").build().site
    bare.hook("pre-receive", "sleep 0.2")
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "sitegen", "-c", str(it.folder / "config.toml"), "publish"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for it in (site, other)
    ]
    assert [process.wait() for process in both] == [0, 0]
    assert served(bare) in (wanted(site), wanted(other))
    assert len(bare.commits()) == 2
