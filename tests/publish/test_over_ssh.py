"""Over SFTP, rsync over SSH, and rsync to a daemon: only what changed travels, and no fault leaves harm."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from extent import later
from harness import Site
from publishing import RECORDS, assets_missing, desk, of_site, plain, start_publish, tree
from ssh_servers import Place, SshServer, served

from sitegen.build.atomic import is_temporary
from sitegen.publish.claim import CLAIM
from sitegen.publish.published import RECORD

PATIENCE = 40.0

# Both ways of rsync run the same code: tests that take long ask one of them.
over_ssh = pytest.mark.parametrize("place", ["sftp", *later("rsync")], indirect=True)
to_daemon = pytest.mark.parametrize("place", ["daemon", *later("sftp")], indirect=True)


@pytest.fixture(scope="module")
def ssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    """Yield a server of SSH."""
    server = SshServer(tmp_path_factory.mktemp("ssh") / "server")
    try:
        yield server.start()
    finally:
        server.kill()


@pytest.fixture
def place(request: pytest.FixtureRequest, ssh: SshServer, tmp_path: Path) -> Iterator[Place]:
    """Yield a place of each kind, whose folder is not made yet."""
    with served(request.param, ssh, tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Site]:
    """Return a desk, and the same after a change, a rename and a deletion, and another style sheet."""
    folder = tmp_path_factory.mktemp("desk")
    first = desk(folder / "first", "")
    second = first.copy(folder / "second")
    second.write("templates/assets/style.css", "body { color: #321 }\n" * 60)
    second.delete("content/articles/law/piece-0.md")
    second.rename("content/articles/law/piece-2.md", "content/articles/law/renamed.md")
    second.article("business/piece-1", "Other words.\n", title="Piece 1")
    second.build()
    return first, second


def to(site: Site, place: Place, folder: Path) -> Site:
    """Return a copy of a site that publishes to a place."""
    copied = site.copy(folder)
    copied.write("config.toml", f"{(copied.folder / 'config.toml').read_text()}\n{place.table}").build()
    return copied


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """Return what tells that a file was written anew, for every file of a folder."""
    return {
        file.relative_to(folder).as_posix(): (file.stat().st_ino, file.stat().st_mtime_ns)
        for file in folder.rglob("*")
        if file.is_file()
    }


def is_tidy(folder: Path) -> bool:
    """Whether nothing half written is there, and no claim."""
    return not any(is_temporary(it.name) or it.name == CLAIM for it in folder.rglob("*"))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return the sample archive of this checkout, built."""
    site = Site(tmp_path_factory.mktemp("sample") / "site", (ROOT / "config.toml").read_text())
    shutil.copytree(ROOT / "content", site.folder / "content", dirs_exist_ok=True)
    site.build()
    return site


@pytest.mark.long
@pytest.mark.parametrize("place", ["daemon", "rsync", "sftp"], indirect=True)
def test_the_sample_archive(place: Place, sample: Site, tmp_path: Path) -> None:
    """Every file of the output stands there byte for byte, and encodings decode to them."""
    site = to(sample, place, tmp_path / "site")
    site.run("publish").expect(0)
    assert of_site(site) == plain(tree(place.folder))
    assert is_tidy(place.folder)


@over_ssh
def test_only_what_changed_travels(place: Place, built: tuple[Site, Site], tmp_path: Path) -> None:
    """Nothing changed is one connection and nothing written; edits bring just the files that differ.

    What sitegen did not put there is there afterwards, also in folders that it empties.
    """
    theirs = {".htaccess": b"Deny", "CNAME": b"example.org", "law/piece-0/theirs.txt": b"x", "old/index.html": b"y"}
    first, second = to(built[0], place, tmp_path / "a"), to(built[1], place, tmp_path / "b")
    first.run("publish", "--dry-run").expect(0)
    assert not place.folder.exists()
    for path, data in theirs.items():
        (place.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (place.folder / path).write_bytes(data)
    (place.folder / "elsewhere").symlink_to("/etc", target_is_directory=True)
    first.run("publish").expect(0)
    before, logins = stamps(place.folder), place.logins()
    first.run("publish").expect(0)
    assert before == stamps(place.folder)
    assert logins + 1 == place.logins()

    second.run("publish", "--dry-run").expect(0)
    assert before == stamps(place.folder)
    document = second.run("publish", "--json").expect(0).json
    after = stamps(place.folder)
    written = {path for path, stamp in after.items() if before.get(path) != stamp and not path.endswith(".gz")}
    assert written == {*document["added"], *document["changed"]}
    old, new = of_site(first), of_site(second)
    assert written == {path for path, data in new.items() if old.get(path) != data}
    there = tree_here(place.folder)
    assert theirs.items() <= there.items()
    assert plain({path: data for path, data in there.items() if path not in theirs}) == new
    assert ["theirs.txt"] == [it.name for it in (place.folder / "law/piece-0").iterdir()]
    assert not (place.folder / "law/piece-2").exists()
    assert (place.folder / "elsewhere").is_symlink()
    assert is_tidy(place.folder)


@pytest.mark.long
@to_daemon
def test_what_stands_in_the_way_is_refused(place: Place, built: tuple[Site, Site], tmp_path: Path) -> None:
    """A file, a folder or a link of others where one is to be written stops it before anything is sent."""
    site = to(built[0], place, tmp_path / "site")
    outside = tmp_path / "outside"
    outside.mkdir()
    index, law = place.folder / "index.html", place.folder / "law"
    ways: tuple[tuple[Callable[[], object], str], ...] = (
        (lambda: index.write_text("theirs"), "stand in the way: index.html"),
        (index.mkdir, "index.html"),
        (lambda: law.write_text("theirs"), "stand in the way: law\n"),
        (lambda: law.symlink_to(outside, target_is_directory=True), "link"),
    )
    for put, told in ways:
        shutil.rmtree(place.folder, ignore_errors=True)
        place.folder.mkdir()
        put()
        before = sorted(place.folder.rglob("*"))
        site.run("publish").expect(1).says(told, "hint")
        assert before == sorted(place.folder.rglob("*"))
        assert not list(outside.iterdir())


@over_ssh
def test_killed_and_repaired(place: Place, built: tuple[Site, Site], tmp_path: Path) -> None:
    """After kills of the client no page there shows what is missing, and the next publish ends right."""
    site = to(built[0], place, tmp_path / "site")
    whole = [of_site(it) for it in built]
    site.run("publish").expect(0)
    killed = 0
    for seconds, other in ((0.0, built[1]), (0.2, built[0])):
        become(site, other)
        process = start_publish(site, "--yes")
        wait_for_a_write(place, process)
        time.sleep(seconds)
        killed += process.poll() is None
        process.kill()
        process.communicate(timeout=PATIENCE)
        there = tree_here(place.folder)
        assert not list(assets_missing(there))
        for path, data in there.items():
            if not path.endswith(".gz") and path not in RECORDS and not is_temporary(path.split("/")[0]):
                assert data in (whole[0].get(path), whole[1].get(path)), path
    assert killed
    left = [Path(it.read_text("utf-8")) for it in (site.folder / ".sitegen").glob("rsync/sockets")]
    site.run("publish", "--yes").expect(0)
    assert not any(it.exists() for it in left)
    assert not (site.folder / ".sitegen/rsync").exists()
    assert of_site(site) == plain(tree(place.folder))
    assert is_tidy(place.folder)


def become(site: Site, other: Site) -> None:
    """Give a site the sources of another, and build."""
    for name in ("content", "templates"):
        shutil.rmtree(site.folder / name)
        shutil.copytree(other.folder / name, site.folder / name)
    site.build()


@pytest.mark.parametrize("place", ["sftp", *later("rsync", "daemon")], indirect=True)
def test_the_server_is_lost_meanwhile(place: Place, built: tuple[Site, Site], tmp_path: Path) -> None:
    """A connection that is lost is made again, and what was not done is done."""
    site = to(built[0], place, tmp_path / "site")
    process = start_publish(site)
    wait_for_a_write(place, process)
    assert place.server.kill_sessions()
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, told
    assert of_site(site) == plain(tree(place.folder))
    assert is_tidy(place.folder)


def wait_for_a_write(place: Place, process: object) -> None:
    """Wait until a publish has written its record, so that files are being written now."""
    record = place.folder / RECORD
    before = record.stat().st_ino if record.exists() else 0
    began = time.monotonic()
    while not record.exists() or record.stat().st_ino == before:
        assert process.poll() is None, process.communicate()  # type: ignore[attr-defined]
        assert time.monotonic() - began < PATIENCE
        time.sleep(0.005)


def tree_here(folder: Path) -> dict[str, bytes]:
    """Return all files below a folder by path, links not followed; one may go while it is looked for."""
    found = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            file = Path(parent, name)
            found[file.relative_to(folder).as_posix()] = file.read_bytes()
    return found
