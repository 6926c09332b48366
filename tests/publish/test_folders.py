"""Folders of this machine as targets: in place, and as releases with a link to the current one."""

from __future__ import annotations

import asyncio
import errno
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from harness import Site, snapshot
from publishing import assets_missing, desk, of_site, plain, tree

from sitegen.publish.plan import plan
from sitegen.publish.published import RECORD
from sitegen.publish.releases import Releases
from sitegen.publish.shipment import Shipment

IN_PLACE = '[publish.live]\nkind = "folder"\npath = "{}"\nreleases = 0\n'
RELEASES = '[publish.live]\nkind = "folder"\npath = "{}"\nreleases = 3\n'

Make = Callable[[str], tuple[Site, Path]]


@pytest.fixture(scope="module", params=[IN_PLACE, RELEASES], ids=["in place", "releases"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a desk that publishes into a folder beside it."""
    return desk(tmp_path_factory.mktemp("desk") / "site", request.param.format("../www"))


@pytest.fixture
def site(built: Site, tmp_path: Path) -> Site:
    """Return a copy of it, with nothing published."""
    return built.copy(tmp_path / "site")


def live(site: Site) -> Path:
    """Return the folder that a server would send."""
    folder = site.folder.parent / "www"
    return folder / "current" if (folder / "current").is_symlink() else folder


def publish(site: Site, *options: str, code: int = 0) -> dict[str, object]:
    """Publish, and return the facts."""
    return site.run("publish", "--json", *options).expect(code).json


def test_every_file_is_there(site: Site) -> None:
    """What is published is the output, byte for byte, with an encoding beside texts that are worth it."""
    publish(site)

    there = tree(live(site))
    assert of_site(site) == plain(there)
    assert {"index.html.gz", "sitemap.xml.gz"} <= there.keys()
    assert not list(assets_missing(there))


def test_only_what_changed_travels(site: Site) -> None:
    """After a change, a rename and a deletion, these and what lists them are sent, and nothing else."""
    publish(site)
    again = publish(site)
    assert ([], [], []) == (again["added"], again["changed"], again["removed"])

    site.rename("content/articles/law/piece-0.md", "content/articles/law/piece-9.md")
    site.delete("content/articles/law/piece-2.md")
    site.article("business/piece-1", "1. Another point entirely, with words.\n", title="Piece 1", arguments="none")
    before = {path: item.stat().st_ino for path in tree(live(site)) if (item := live(site) / path).is_file()}
    site.build()
    done = publish(site, "--yes")

    assert of_site(site) == plain(tree(live(site)))
    assert "law/piece-9/index.html" in done["added"]
    assert {"law/piece-0/index.html", "law/piece-2/index.html"} <= set(done["removed"])
    assert "business/piece-1/index.html" in done["changed"]
    sent = {*done["added"], *done["changed"]}
    stayed = of_site(site).keys() - sent
    assert {"404.html", "business/piece-5/index.html"} & stayed
    assert all((live(site) / path).stat().st_ino == before[path] for path in stayed)


def test_a_dry_run_touches_nothing(site: Site) -> None:
    """It says what would be done."""
    done = publish(site, "--dry-run")

    assert "index.html" in done["added"]
    assert not list(live(site).iterdir()) if live(site).exists() else True
    text = site.run("publish", "--dry-run").expect(0).out
    assert "a dry run: nothing was sent" in text


def test_files_of_others_stay(site: Site) -> None:
    """What sitegen did not put there is there afterwards, also beside its files and in folders of its own."""
    publish(site)
    theirs = {".htaccess": b"Deny from none\n", "CNAME": b"example.org\n", "law/notes.html": b"mine", "own/a.txt": b"a"}
    for path, data in theirs.items():
        (live(site) / path).parent.mkdir(exist_ok=True)
        (live(site) / path).write_bytes(data)
    for number in (0, 2, 4):
        site.delete(f"content/articles/law/piece-{number}.md")
    site.build()
    publish(site, "--yes")

    there = tree(live(site))
    assert theirs == {path: there.pop(path) for path in theirs}
    assert of_site(site) == plain(there)


def test_a_file_of_others_in_the_way(site: Site) -> None:
    """It is named before anything is written; one with the same bytes is taken over."""
    publish(site)
    site.article("business/late", title="Late").article("business/later", title="Later").build()
    for name, data in (("late", b"mine"), ("later", (site.output / "business/later/index.html").read_bytes())):
        (live(site) / f"business/{name}").mkdir()
        (live(site) / f"business/{name}/index.html").write_bytes(data)
    before = tree(live(site).resolve())

    foreseen = site.run("publish", "--dry-run").expect(0).out
    said = site.run("publish").expect(1).err
    assert "a publish would stop" in foreseen
    assert "business/late/index.html" in foreseen.partition("a publish would stop")[2]
    assert "business/late/index.html" in said
    assert "business/later/" not in said
    assert before == tree(live(site).resolve())

    (live(site) / "business/late/index.html").unlink()
    publish(site)
    assert of_site(site) == plain(tree(live(site)))


def test_what_stands_where_a_folder_is_to_be(site: Site) -> None:
    """A file of others, or a link that leads elsewhere, is told before anything is written."""
    publish(site)
    site.article("business/late", title="Late").build()
    in_the_way = live(site) / "business/late"
    elsewhere = site.folder.parent / "elsewhere"
    elsewhere.mkdir()
    for put in (lambda: in_the_way.write_text("theirs"), lambda: in_the_way.symlink_to(elsewhere)):
        put()
        before = tree(live(site).resolve())
        site.run("publish").expect(1).says("business/late", "hint")
        assert before == tree(live(site).resolve())
        in_the_way.unlink()
    publish(site)
    assert of_site(site) == plain(tree(live(site)))
    assert not list(elsewhere.iterdir())


def test_deletions_have_a_cap(site: Site) -> None:
    """More than a tenth of what is published, and more than 20, need to be allowed."""
    publish(site)
    for number in range(6):
        site.delete(f"content/articles/{'business' if number % 2 else 'law'}/piece-{number}.md")
    site.build()
    before = tree(live(site))

    assert ["would be removed" in it["message"] for it in publish(site, "--dry-run")["objections"]] == [True]
    assert not publish(site, "--dry-run", "--yes")["objections"]
    said = site.run("publish").expect(1).says("would be removed", "--max-delete", "--yes").err
    assert before == tree(live(site))
    site.run("publish", "--max-delete", "3").expect(1)
    count = said.split(" of ")[0].rpartition(" ")[2]
    publish(site, "--max-delete", count)
    assert of_site(site) == plain(tree(live(site)))


def test_full_finds_what_was_damaged(site: Site) -> None:
    """The record says nothing of a file that somebody damaged or removed there; looking at every file does."""
    publish(site)
    page, gone = live(site) / "index.html", live(site) / "sitemap.xml"
    page.unlink()
    page.write_bytes(b"damaged")
    gone.unlink()
    assert [] == publish(site)["changed"]

    done = publish(site, "--full")
    assert {"index.html", "sitemap.xml"} == set(done["changed"])
    assert of_site(site) == plain(tree(live(site)))


def test_a_record_that_cannot_be_read(site: Site) -> None:
    """Nothing is published over it: whose files are there would not be known."""
    publish(site)
    (live(site) / RECORD).write_bytes(b"\x1f\x8bnonsense")

    site.run("publish").expect(1).says(RECORD, "put it back")


@pytest.mark.parametrize("kind", [IN_PLACE, RELEASES], ids=["in place", "releases"])
def test_a_folder_that_cannot_be(kind: str, tmp_path: Path) -> None:
    """A folder on a mount that is not there is not made, and one of the project's own is refused."""
    site = desk(tmp_path / "site", kind.format("../mnt/www/archive"), pieces=1)
    site.run("publish").expect(1).says("there is no")
    for path in ("output", ".", "content", "..", "output/x", ".git"):
        configured = (site.folder / "config.toml").read_text().rpartition("[publish")[0]
        site.write("config.toml", configured + kind.format(path))
        before = snapshot(site.folder)
        site.run("publish").expect(1).says("belongs to the site itself")
        assert before == snapshot(site.folder)
    site.write("config.toml", configured + kind.format("~nobody-of-that-name/www"))
    site.run("publish").expect(1).says("there is no such user")


def test_a_full_disk(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a disk refuses is told, and the next publish finishes."""
    publish(site)
    site.article("business/late", title="Late").build()
    written = Path.open
    left = [3]

    def refused(path: Path, mode: str = "r", *rest: object, **options: object) -> object:
        if "www" in path.parts and ("w" in mode or "x" in mode):
            left[0] -= 1
            if left[0] < 0:
                raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return written(path, mode, *rest, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refused)
        site.run("publish").expect(1).says("the disk is full")
    assert not list(assets_missing(tree(live(site))))
    publish(site)
    assert of_site(site) == plain(tree(live(site)))


def test_releases_go_back(tmp_path: Path) -> None:
    """The link is switched to the release before, and old releases beyond the number are removed."""
    site = desk(tmp_path / "site", RELEASES.format("../www"), pieces=2)
    site.run("publish", "--rollback").expect(1).says("no release before")
    states = []
    for number in range(5):
        site.article("business/news", f"News number {number}.", title="News").build()
        publish(site)
        states.append(plain(tree(live(site))))
    folder = tmp_path / "www" / "releases"
    assert 3 == len(list(folder.iterdir()))

    site.run("publish", "--rollback").expect(0)
    assert states[3] == plain(tree(live(site)))
    site.run("publish", "--rollback").expect(0)
    assert states[2] == plain(tree(live(site)))
    site.run("publish", "--rollback").expect(1)
    publish(site)
    assert states[4] == plain(tree(live(site)))


def test_an_interrupted_release_is_not_switched_to(tmp_path: Path) -> None:
    """An interruption takes effect before the switch, also at the last file; the next publish clears it away."""
    site = desk(tmp_path / "site", RELEASES.format("../www"), pieces=1)
    publish(site)
    before = (tmp_path / "www" / "current").readlink()
    shipment = Shipment.of(site.output, "https://example.org/", {}, (), lambda _: [("a.txt", b"a"), ("b.txt", b"b")])

    async def interrupted(at: int) -> None:
        task = asyncio.current_task()
        assert task is not None
        target = Releases(tmp_path / "www", "www", 3, lambda _: None)
        async with target:
            await target.publish(
                shipment, partial(plan, shipment), lambda _, done, __: task.cancel() if at == done else None
            )

    for at in (1, len(shipment.items)):
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(interrupted(at))
        assert before == (tmp_path / "www" / "current").readlink()
    site.article("business/news", title="News").build()
    publish(site)
    assert before != (tmp_path / "www" / "current").readlink()
    assert not [it.name for it in (tmp_path / "www" / "releases").iterdir() if "unfinished" in it.name]


def test_a_link_is_not_followed_out_of_the_folder(tmp_path: Path) -> None:
    """A folder of the target that is a link to somewhere else is neither written into nor emptied."""
    site = desk(tmp_path / "site", IN_PLACE.format("../www"), pieces=1)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "law").symlink_to(elsewhere)

    site.run("publish").expect(1).says("leads out of the folder")
    assert not list(elsewhere.iterdir())


def test_a_current_that_is_a_folder(tmp_path: Path) -> None:
    """A folder where the link would have to be is left alone."""
    site = desk(tmp_path / "site", RELEASES.format("../www"), pieces=1)
    (tmp_path / "www" / "current").mkdir(parents=True)

    site.run("publish").expect(1).says("is not a link")
    shutil.rmtree(tmp_path / "www")
    publish(site)


def test_what_was_rolled_back_from_is_no_release_to_go_back_to(tmp_path: Path) -> None:
    """After a rollback and a publish, going back leads to the good release, not to the bad one."""
    site = desk(tmp_path / "site", RELEASES.format("../www").replace("= 3", "= 2"), pieces=1)
    publish(site)
    good = plain(tree(live(site)))
    site.article("business/news", "Bad.", title="News").build()
    publish(site)
    site.run("publish", "--rollback").expect(0)
    (live(site) / "theirs.txt").write_text("of somebody else")
    site.article("business/news", "Mended.", title="News").build()
    publish(site)

    site.run("publish", "--rollback").expect(0)
    assert good | {"theirs.txt": b"of somebody else"} == plain(tree(live(site)))
    site.run("publish", "--rollback").expect(1)


def test_files_that_become_folders(site: Site) -> None:
    """A file where a folder is to be, and the other way round, makes room where both are ours."""
    site.write("content/files/report", "one").write("content/files/cv/old.txt", "two").build()
    publish(site)
    site.delete("content/files/report").write("content/files/report/data.csv", "three")
    shutil.rmtree(site.folder / "content/files/cv")
    site.write("content/files/cv", "four").build()
    publish(site)
    assert of_site(site) == plain(tree(live(site)))


def test_a_retired_file_that_is_gone(site: Site) -> None:
    """What nobody shows any more and somebody has removed there is missed by nobody."""
    publish(site)
    for style in (live(site) / "assets").glob("style*.css*"):
        style.unlink()
    site.write("templates/assets/style.css", "body { color: #321 }\n" * 60).build()
    publish(site)
    publish(site, "--full")
    assert of_site(site) == plain(tree(live(site)))


def test_a_clock_that_ran_ahead(tmp_path: Path) -> None:
    """Releases keep their order when the newest is of a time to come."""
    site = desk(tmp_path / "site", RELEASES.format("../www"), pieces=1)
    publish(site)
    folder = tmp_path / "www" / "releases"
    (folder / live(site).readlink().name).rename(folder / "29991231T000000Z-9")
    live(site).unlink()
    (tmp_path / "www" / "current").symlink_to("releases/29991231T000000Z-9")
    for number in range(3):
        site.article("business/news", f"News number {number}.", title="News").build()
        publish(site)
        assert of_site(site) == plain(tree(live(site)))
    assert "29991231T000000Z-12" == live(site).readlink().name


def test_a_file_system_without_hard_links(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are copied there, and a claim is still only one's."""

    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("os.link", refused)
    publish(site)
    site.article("business/late", title="Late").build()
    publish(site)
    assert of_site(site) == plain(tree(live(site)))
