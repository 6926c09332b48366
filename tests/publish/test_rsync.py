"""rsync: programs that are missing or old, daemons and servers that do not let in, disks without room."""

from __future__ import annotations

import asyncio
import shutil
import socket
from pathlib import Path

import pytest
from conftest import Find
from harness import Run, Site
from publishing import of_site, plain, tree
from ssh_servers import RsyncDaemon, SshServer, made_key, small_disk

from sitegen.errors import PublishError
from sitegen.publish.claim import Claim
from sitegen.publish.patience import patiently
from sitegen.publish.rsync import RsyncStore
from sitegen.publish.rsync_run import Runs
from sitegen.publish.store import Hiccup
from sitegen.targets import Rsync

PATIENCE = 30.0
"""Seconds that a claim is not left over."""

SECRET = "corr3ct-horse"  # noqa: S105 - of a daemon that lives for a second


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no key of the machine open a server, and nothing be tried for long."""
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    monkeypatch.delenv("RSYNC_PASSWORD", raising=False)
    monkeypatch.setattr(patiently, "__defaults__", ((0.01,),))


@pytest.fixture
def rsync(system_tool: Find) -> Path:
    """Return the program."""
    return system_tool("rsync")


def publish(built: Site, folder: Path, to: str, ssh: str = "ssh") -> Run:
    """Publish a copy of a desk to a target."""
    shutil.rmtree(folder / "site", ignore_errors=True)
    site = built.copy(folder / "site")
    table = f'[publish.live]\nkind = "rsync"\nto = "{to}"\nssh = "{ssh}"\n'
    site.write("config.toml", f"{(site.folder / 'config.toml').read_text()}\n{table}").build()
    return site.run("publish")


def command(server: SshServer, known_hosts: Path | None = None, identity: Path | None = None) -> str:
    """Return the command that connects to a server."""
    known, key = known_hosts or server.known_hosts, identity or server.identity
    return f"ssh -F none -p {server.port} -o IdentitiesOnly=yes -i {key} -o UserKnownHostsFile={known}"


def test_servers_of_ssh_that_are_not_right(server: SshServer, built: Site, tmp_path: Path) -> None:
    """A key that is not known, one that has changed, and a login that is refused: each is told."""
    to = f"{server.user}@127.0.0.1:{tmp_path / 'www'}/"
    known, wrong = tmp_path / "known_hosts", made_key(tmp_path / "wrong")
    publish(built, tmp_path, to, command(server, known)).expect(1).says("key of the server is not known", "ssh")
    assert not known.exists()
    known.write_text(f"[127.0.0.1]:{server.port} {Path(f'{wrong}.pub').read_text()}")
    publish(built, tmp_path, to, command(server, known)).expect(1).says("HAS CHANGED", "ssh-keygen -R")
    publish(built, tmp_path, to, command(server, identity=wrong)).expect(1).says("does not let you in", "ssh-add")
    assert not (tmp_path / "www").exists()
    publish(built, tmp_path, f"{server.user}@127.0.0.1:{tmp_path}/no/no/www/", command(server)).expect(1).says(
        "cannot be made", "hint"
    )


@pytest.mark.usefixtures("rsync")
def test_a_server_that_is_not_there(built: Site, tmp_path: Path, system_tool: Find) -> None:
    """After some tries it is told that the server cannot be reached."""
    system_tool("ssh")
    publish(built, tmp_path, "rsync://127.0.0.1:1/www/").expect(1).says(
        "cannot be reached: there is no connection", "nothing is half done"
    )
    publish(built, tmp_path, "me@127.0.0.1:/www/", "ssh -F none -p 1").expect(1).says("cannot be reached")


def test_a_daemon_with_a_password(built: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment has it; one that is missing or wrong is told and not shown, and so is a module that is not."""
    www = tmp_path / "www"
    www.mkdir()
    daemon = RsyncDaemon(tmp_path / "daemon", www, secret=SECRET)
    to = f"rsync://editor@127.0.0.1:{daemon.port}/www/"
    try:
        daemon.start()
        publish(built, tmp_path, to).expect(1).says("does not let you in", "RSYNC_PASSWORD")
        monkeypatch.setenv("RSYNC_PASSWORD", "wr0ng-one")
        publish(built, tmp_path, to).expect(1).says("does not let you in").silent_about("wr0ng-one")
        publish(built, tmp_path, to.replace("/www/", "/other/")).expect(1).says("no such module")
        assert not list(www.iterdir())
        monkeypatch.setenv("RSYNC_PASSWORD", SECRET)
        run = publish(built, tmp_path, to).expect(0).silent_about(SECRET)
        assert of_site(run.site) == plain(tree(www))
    finally:
        daemon.kill()


def test_a_module_that_may_only_be_read(built: Site, tmp_path: Path) -> None:
    """That is told, with what to do."""
    www = tmp_path / "www"
    www.mkdir()
    daemon = RsyncDaemon(tmp_path / "daemon", www, "read only = yes")
    try:
        daemon.start()
        publish(built, tmp_path, f"rsync://127.0.0.1:{daemon.port}/www/").expect(1).says("may only be read", "hint")
    finally:
        daemon.kill()


@pytest.mark.long
def test_a_full_disk(built: Site, tmp_path: Path) -> None:
    """It is told; what is there are whole files; with more room the next publish brings the rest."""
    www = tmp_path / "www"
    with small_disk(www) as enlarge:
        daemon = RsyncDaemon(tmp_path / "daemon", www)
        try:
            daemon.start()
            run = publish(built, tmp_path, f"rsync://127.0.0.1:{daemon.port}/www/").expect(1)
            run.says("the disk of the server is full", "free some")
            whole = of_site(run.site)
            assert {path: data for path, data in tree(www).items() if path in whole}.items() <= whole.items()
            enlarge()
            run.site.run("publish").expect(0)
            assert plain(tree(www)) == whole
        finally:
            daemon.kill()


def test_one_publisher_at_a_time(tmp_path: Path) -> None:
    """Of two who begin at once one waits until the other has ended."""
    www = tmp_path / "www"
    www.mkdir()
    daemon = RsyncDaemon(tmp_path / "daemon", www)
    table = Rsync(to=f"rsync://127.0.0.1:{daemon.port}/www/")
    order: list[str] = []

    async def publisher(name: str) -> None:
        store = RsyncStore(table, tmp_path / name)
        async with store, Claim(store, tmp_path / name, lambda _: None, gone=PATIENCE, renewed=0.1):
            order.append(name)
            await asyncio.sleep(0.8)
            order.append(name)

    async def both() -> None:
        await asyncio.gather(publisher("first"), publisher("second"))

    try:
        daemon.start()
        asyncio.run(both())
    finally:
        daemon.kill()
    assert order[0] == order[1] != order[2] == order[3]
    assert not list(www.iterdir())


@pytest.mark.usefixtures("rsync")
def test_sockets_of_others(tmp_path: Path) -> None:
    """Sockets that an earlier run left are removed, those in any other folder are not."""
    others = tmp_path / "others"
    others.mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{others / 'one'}")
    note = tmp_path / "sockets"
    note.write_text(f"{others}", "utf-8")
    runs = Runs("server:/www", "ssh", "server:/www")
    runs.open(note)
    first = Path(note.read_text("utf-8"))
    assert first.name.startswith("sitegen-")
    assert (others / "one").exists()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{first / 'one'}")
    runs.open(note)
    assert not first.exists()
    Path(note.read_text("utf-8")).rmdir()


@pytest.mark.parametrize(
    ("first_line", "told"),
    [
        ("", "needs the program rsync"),
        ("rsync  version 3.0.9  protocol version 30", "rsync 3.0.9"),
        ("openrsync: protocol version 29, rsync version 2.6.9 compatible", "openrsync"),
        ("rsync  version v3.2.7  protocol version 31", ""),
    ],
)
def test_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first_line: str, told: str) -> None:
    """One that is missing or cannot do what is needed is told in words, with how to install another."""
    if first_line:
        (tmp_path / "rsync").write_text(f"#!/bin/sh\necho '{first_line}'\n")
        (tmp_path / "rsync").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    if not told:
        Runs("server:/www", "ssh", "server:/www")
        return
    with pytest.raises(PublishError, match=told) as caught:
        Runs("server:/www", "ssh", "server:/www")
    assert "brew install rsync" in caught.value.hint


@pytest.mark.usefixtures("rsync")
@pytest.mark.parametrize(
    ("code", "words", "told"),
    [
        (12, "bash: line 1: rsync: command not found", "the server has no rsync"),
        (1, "rsync: --delete-missing-args: unknown option", "the rsync of the server is too old"),
        (2, "protocol version mismatch -- is your shell clean?", "writes something before rsync does"),
        (23, 'mkstemp "/x" failed: Permission denied (13)', "does not permit it"),
        (5, "@ERROR: max connections (1) reached -- try again later", None),
        (12, "rsync: connection unexpectedly closed", None),
        (30, "", None),
        (77, "token=abc", "rsync ended with code 77"),
    ],
)
def test_what_went_wrong(code: int, words: str, told: str | None) -> None:
    """Codes and words of rsync become ours, which hold none of its words; what may pass is tried again."""
    error = Runs("server:/www", "ssh", "server:/www")._error(code, f"{words}\n")
    assert isinstance(error, Hiccup if told is None else PublishError)
    assert (told or "") in str(error)
    assert not words or words not in str(error)
