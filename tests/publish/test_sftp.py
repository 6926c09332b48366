"""SFTP: servers that are not known are not trusted, and who is not let in is told what to do."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import asyncssh
import pytest
from extent import later
from harness import CONFIG, Run, Site
from publishing import of_site, plain, tree
from ssh_servers import SshServer, made_key, small_disk

from sitegen.publish.claim import Claim
from sitegen.publish.login import PASSWORD
from sitegen.publish.patience import patiently
from sitegen.publish.sftp import SftpStore
from sitegen.targets import Sftp

PATIENCE = 30.0
"""Seconds that a claim is not left over."""

SECRET = "corr3ct-horse"  # noqa: S105 - of a server that lives for a second


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty home folder, in which keys and configuration of SSH are looked for."""
    folder = tmp_path / "home"
    (folder / ".ssh").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    monkeypatch.delenv(PASSWORD, raising=False)
    monkeypatch.setattr(patiently, "__defaults__", ((0.01,),))
    return folder


def publish(built: Site, folder: Path, table: str, *options: str) -> Run:
    """Publish a copy of a desk to a target."""
    shutil.rmtree(folder / "site", ignore_errors=True)
    site = built.copy(folder / "site")
    site.write("config.toml", f"{(site.folder / 'config.toml').read_text()}\n{table}").build()
    return site.run("publish", *options)


def fingerprint(key: Path) -> str:
    """Return what a person compares of a key."""
    return asyncssh.read_public_key(f"{key}.pub").get_fingerprint()


def test_a_server_that_is_not_known(server: SshServer, built: Site, tmp_path: Path, home: Path) -> None:
    """Its fingerprint is shown and how to add it; nothing is added, and nothing sent. Then it is, and all goes well."""
    table = server.table(tmp_path / "www", known_hosts="")
    run = publish(built, tmp_path, table).expect(1)
    run.says("is not known", fingerprint(server.host_key), f"ssh-keyscan -p {server.port} 127.0.0.1 >> ~/.ssh/")
    assert not (home / ".ssh/known_hosts").exists()
    assert not (tmp_path / "www").exists()

    (home / ".ssh/known_hosts").write_bytes(server.known_hosts.read_bytes())
    run = publish(built, tmp_path, table).expect(0)
    assert of_site(run.site) == plain(tree(tmp_path / "www"))


def test_no_configuration_turns_that_off(server: SshServer, built: Site, tmp_path: Path, home: Path) -> None:
    """`UserKnownHostsFile none` and `StrictHostKeyChecking no` do not make a server known."""
    (home / ".ssh/config").write_text("UserKnownHostsFile none\nStrictHostKeyChecking no\n")
    run = publish(built, tmp_path, server.table(tmp_path / "www", known_hosts="")).expect(1)
    run.says("is not known")


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_a_key_that_has_changed(server: SshServer, built: Site, tmp_path: Path, kind: str) -> None:
    """Another key than the known one is told loudly, of the same kind and of another."""
    other = made_key(tmp_path / "other", kind)
    known = tmp_path / "known_hosts"
    known.write_text(f"[127.0.0.1]:{server.port} {Path(f'{other}.pub').read_text()}")
    run = publish(built, tmp_path, server.table(tmp_path / "www", known_hosts=str(known))).expect(1)
    run.says(
        "HAS CHANGED",
        fingerprint(other),
        fingerprint(server.host_key),
        "nothing was sent",
        f"ssh-keygen -R '[127.0.0.1]:{server.port}'",
    )
    assert not (tmp_path / "www").exists()


def test_keys_that_do_not_open(server: SshServer, built: Site, tmp_path: Path) -> None:
    """A wrong key, none, one that is encrypted and one that is not there: each is told, with what to do."""
    www = tmp_path / "www"
    wrong, locked = made_key(tmp_path / "wrong"), made_key(tmp_path / "locked", passphrase="abcdefgh")  # noqa: S106
    publish(built, tmp_path, server.table(www, identity=str(wrong))).expect(1).says(
        f"does not let {server.user} in", "ssh-add -l", PASSWORD
    )
    publish(built, tmp_path, server.table(www, identity="")).expect(1).says("does not let")
    publish(built, tmp_path, server.table(www, identity=str(locked))).expect(1).says("does not let", "ssh-add")
    publish(built, tmp_path, server.table(www, identity="gone")).expect(1).says("gone cannot be used", "identity")


def test_the_configuration_of_ssh(server: SshServer, built: Site, tmp_path: Path, home: Path) -> None:
    """A name of `~/.ssh/config` brings its server, port, user, keys and known hosts."""
    (home / ".ssh/config").write_text(
        f"Host desk\n HostName 127.0.0.1\n Port {server.port}\n User {server.user}\n"
        f" IdentityFile {server.identity}\n UserKnownHostsFile {server.known_hosts}\n"
    )
    table = f'[publish.live]\nkind = "sftp"\nserver = "desk"\npath = "{tmp_path / "www"}"\n'
    run = publish(built, tmp_path, table).expect(0)
    assert of_site(run.site) == plain(tree(tmp_path / "www"))
    (home / ".ssh/config").write_text("Port no-number\n")
    publish(built, tmp_path, table).expect(1).says("~/.ssh/config")


def test_a_server_that_is_not_there(server: SshServer, built: Site, tmp_path: Path) -> None:
    """After some tries it is told that the server cannot be reached, and that nothing is half done."""
    table = server.table(tmp_path / "www").replace(f"port = {server.port}", "port = 1")
    publish(built, tmp_path, table).expect(1).says(
        "cannot be reached: connection refused", "config.toml", "nothing is half done"
    )


def test_a_folder_that_cannot_be_made(server: SshServer, built: Site, tmp_path: Path) -> None:
    """Only the last folder of the path is made."""
    publish(built, tmp_path, server.table(tmp_path / "no" / "www")).expect(1).says("cannot be made", "hint")
    (tmp_path / "file").write_text("")
    publish(built, tmp_path, server.table(tmp_path / "file")).expect(1).says("is not a folder")


@pytest.mark.parametrize(("is_read_only", "told"), [(True, "does not permit it"), (False, "offers no SFTP")])
def test_a_server_that_takes_no_files(built: Site, tmp_path: Path, told: str, *, is_read_only: bool) -> None:
    """One that only lets read, and one without SFTP: that is told, and nothing is there afterwards."""
    server = SshServer(tmp_path / "server")
    script = tmp_path / "server/sftp-server"
    script.write_text(script.read_text().replace(" -e", " -R -e") if is_read_only else "#!/bin/sh\necho welcome\n")
    (tmp_path / "www").mkdir()
    try:
        server.start()
        publish(built, tmp_path, server.table(tmp_path / "www")).expect(1).says(told, "hint")
    finally:
        server.kill()
    assert not list((tmp_path / "www").iterdir())


def test_a_connection_that_is_lost_while_it_begins(server: SshServer, built: Site, tmp_path: Path) -> None:
    """One that ends between the login and the first file is a lost one, which is made again, and no lack of SFTP."""
    begun: list[asyncssh.SSHServerConnection] = []
    host_key = Path(f"{server.host_key}.pub").read_text()

    class Doors(asyncssh.SSHServer):
        def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
            begun.append(conn)

        def begin_auth(self, username: str) -> bool:
            return not username

        def session_requested(self) -> bool:
            begun[-1].abort()
            return False

    async def publishing() -> Run:
        keys = [str(server.host_key)]
        async with asyncssh.listen("127.0.0.1", 0, server_factory=Doors, server_host_keys=keys) as doors:
            known = tmp_path / "known_hosts"
            known.write_text(f"[127.0.0.1]:{doors.get_port()} {host_key}")
            table = server.table(tmp_path / "www", known_hosts=str(known))
            table = table.replace(f"port = {server.port}", f"port = {doors.get_port()}")
            return await asyncio.to_thread(publish, built, tmp_path, table)

    asyncio.run(publishing()).expect(1).says("cannot be reached", "the connection was lost")
    assert len(begun) == 2


def test_a_full_disk(server: SshServer, built: Site, tmp_path: Path) -> None:
    """It is told; what is there are whole files; with more room the next publish brings the rest."""
    www = tmp_path / "www"
    with small_disk(www) as enlarge:
        (www / "theirs.txt").write_text("theirs")
        run = publish(built, tmp_path, server.table(www)).expect(1).says("the disk of the server is full", "free some")
        whole = of_site(run.site) | {"theirs.txt": b"theirs"}
        assert {path: data for path, data in tree(www).items() if path in whole}.items() <= whole.items()
        assert not list(www.glob(".sitegen-*.tmp"))
        enlarge()
        run.site.run("publish").expect(0)
        assert plain(tree(www)) == whole


def test_temporaries_of_killed_publishes(server: SshServer, built: Site, tmp_path: Path) -> None:
    """They are removed by the next publish, and other files of nearly that name are not."""
    www = tmp_path / "www"
    www.mkdir()
    (www / ".sitegen-0123456789ab-7.tmp").write_text("half")
    (www / ".sitegenrc").write_text("theirs")
    publish(built, tmp_path, server.table(www)).expect(0)
    assert [".sitegen-published.json.gz", ".sitegenrc"] == sorted(it.name for it in www.glob(".sitegen*"))


def test_nothing_changed_is_one_request(server: SshServer, built: Site, tmp_path: Path) -> None:
    """Of the server only the record is asked."""
    table = server.table(tmp_path / "www")
    run = publish(built, tmp_path, table).expect(0)
    with server.noting() as asked:
        run.site.run("publish").expect(0)
    assert asked == [f"open {tmp_path / 'www' / '.sitegen-published.json.gz'}"]
    (tmp_path / "www/index.html").write_text("damaged")
    run.site.run("publish", "--full").expect(0)
    assert of_site(run.site) == plain(tree(tmp_path / "www"))


def test_one_publisher_at_a_time(server: SshServer, tmp_path: Path) -> None:
    """Of two who begin at once one waits until the other has ended."""
    table = Sftp(
        server="127.0.0.1",
        port=server.port,
        user=server.user,
        path=str(tmp_path / "www"),
        identity=str(server.identity),
        known_hosts=str(server.known_hosts),
    )
    order: list[str] = []

    async def publisher(name: str) -> None:
        async with (
            SftpStore(table, tmp_path) as store,
            Claim(store, tmp_path / name, lambda _: None, gone=PATIENCE, renewed=0.05),
        ):
            order.append(name)
            await asyncio.sleep(0.2)
            order.append(name)

    async def both() -> None:
        await asyncio.gather(publisher("first"), publisher("second"))

    asyncio.run(both())
    assert order[0] == order[1] != order[2] == order[3]
    assert not list((tmp_path / "www").iterdir())


def test_a_password_of_the_environment(
    server: SshServer, built: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It opens a server that takes one; a wrong one is told, and never shown."""
    told: list[str] = []

    class Doors(asyncssh.SSHServer):
        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            told.append(username)
            return password == SECRET

    public = Path(f"{server.host_key}.pub").read_text()

    async def with_server(password: str) -> Run:
        doors = await asyncssh.listen(
            "127.0.0.1", 0, server_factory=Doors, server_host_keys=[str(server.host_key)], sftp_factory=True
        )
        async with doors:
            port = doors.get_port()
            known = tmp_path / "known_hosts"
            known.write_text(f"[127.0.0.1]:{port} {public}")
            table = server.table(tmp_path / "www", identity="", user="editor", known_hosts=str(known))
            monkeypatch.setenv(PASSWORD, password)
            table = table.replace(f"port = {server.port}", f"port = {port}")
            return await asyncio.to_thread(publish, built, tmp_path, table)

    run = asyncio.run(with_server("wr0ng-one")).expect(1)
    run.says("does not let editor in", f"the password of {PASSWORD} is wrong").silent_about("wr0ng-one")
    assert told == ["editor"]
    run = asyncio.run(with_server(SECRET)).expect(0).silent_about(SECRET)
    assert of_site(run.site) == plain(tree(tmp_path / "www"))


class Folding(asyncssh.SFTPServer):
    """A server on a disk on which capitals and small letters are one, as on those of macOS and Windows."""

    def map_path(self, path: bytes) -> bytes:
        """Return where a path leads: to what is there under any of its spellings."""
        real = Path("/")
        for name in os.fsdecode(super().map_path(path)).split("/"):
            spellings = [it.name for it in real.iterdir() if it.name.lower() == name.lower()] if real.is_dir() else []
            real /= name if name in spellings or not spellings else spellings[0]
        return os.fsencode(real)


@pytest.mark.parametrize("title", ["Pictured again", *later("Pictured")])
def test_a_disk_that_does_not_tell_capitals(server: SshServer, built: Site, tmp_path: Path, title: str) -> None:
    """A file whose name changes in nothing but capitals is there afterwards, whether its bytes changed or not."""
    www = tmp_path / "www"
    public = Path(f"{server.host_key}.pub").read_text()
    site = built.copy(tmp_path / "site")

    async def publish_there() -> Run:
        doors = await asyncssh.listen(
            "127.0.0.1",
            0,
            authorized_client_keys=f"{server.identity}.pub",
            server_host_keys=[str(server.host_key)],
            sftp_factory=Folding,
        )
        async with doors:
            port = doors.get_port()
            known = tmp_path / "known_hosts"
            known.write_text(f"[127.0.0.1]:{port} {public}")
            table = server.table(www, known_hosts=str(known)).replace(f"port = {server.port}", f"port = {port}")
            site.write("config.toml", f"{CONFIG}\n{table}")
            return await asyncio.to_thread(site.run, "publish", "--build")

    def lower(files: Mapping[str, bytes]) -> dict[str, bytes]:
        return {path.lower(): data for path, data in files.items()}

    site.article("business/pictured", "A plan.\n", title="Pictured", aliases="[/business/The-Plan/]")
    asyncio.run(publish_there()).expect(0)
    site.article("business/pictured", "A plan.\n", title=title, aliases="[/business/THE-PLAN/]")
    asyncio.run(publish_there()).expect(0)

    assert any("THE-PLAN" in path for path in of_site(site))
    assert lower(of_site(site)) == lower(plain(tree(www)))
    assert "nothing to do" in asyncio.run(publish_there()).expect(0).out
