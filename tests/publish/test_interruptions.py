"""A publish that is killed, refused or overtaken harms no reader, and the next one finishes its job.

Real processes publish into a folder in place, as into any store, and are killed at instants spread over their work.
"""

from __future__ import annotations

import asyncio
import random
import signal
import socket
import time
from functools import partial
from pathlib import Path

import pytest
from harness import Site
from publishing import RECORDS, Reader, assets_missing, desk, edited, from_folder, of_site, plain, start_publish, tree

from sitegen.build.atomic import is_temporary
from sitegen.errors import PublishError
from sitegen.publish.claim import CLAIM, Claim
from sitegen.publish.folder import FolderStore
from sitegen.publish.published import RECORD
from sitegen.publish.shipment import Item, Shipment
from sitegen.publish.store import Hiccup
from sitegen.stamps import Stamped

LIVE = '[publish.live]\nkind = "folder"\npath = "../www"\nreleases = 0\n'
KILLS = 8
OTHER = b'{"id":"x","host":"y","turn":0}'
"""The claim of somebody else."""

PATIENCE = 30.0


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Site]:
    """Return a desk, and the same after edits that touch every page, its style sheet and its pieces."""
    folder = tmp_path_factory.mktemp("desk")
    first = desk(folder / "first", LIVE, pieces=10)
    return first, edited(first, folder / "second")


def test_killed_at_any_instant(states: tuple[Site, Site], tmp_path: Path) -> None:
    """Whole files stand there after each kill, no page shows what is missing, and the next publish ends right."""
    sites = [site.copy(tmp_path / name / "site") for site, name in zip(states, ("a", "b"), strict=True)]
    folder = tmp_path / "www"
    for site in sites:
        config = (site.folder / "config.toml").read_text().replace("../www", str(folder))
        site.write("config.toml", config).build()
    sites[0].run("publish").expect(0)
    whole = [{*of_site(site).items()} for site in sites]
    chance = random.Random(7)  # noqa: S311 - instants of kills are no secret
    wanted = 1
    killed = 0
    with Reader(sites, partial(from_folder, folder)):
        for _ in range(KILLS):
            began = time.monotonic()
            before = (folder / RECORD).stat().st_ino
            process = start_publish(sites[wanted], "--yes")
            # Most of the time goes into starting; the kill comes when the first file has been written, or later.
            while (folder / RECORD).stat().st_ino == before and process.poll() is None:
                assert time.monotonic() - began < PATIENCE
                time.sleep(0.001)
            time.sleep(chance.uniform(0, 0.05))
            killed += process.poll() is None
            process.kill()
            process.communicate(timeout=PATIENCE)

            there = tree(folder)
            assert set(without_temporaries(there).items()) <= whole[0] | whole[1]
            assert not list(assets_missing(there))
            if chance.random() < 0.5:
                sites[wanted].run("publish", "--yes").expect(0)
                assert of_site(sites[wanted]) == plain(tree(folder))
                wanted = 1 - wanted
        for site in sites:
            site.run("publish", "--yes").expect(0)
            assert of_site(site) == plain(tree(folder))
    assert killed > KILLS / 2
    assert not (folder / CLAIM).exists()


def without_temporaries(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files of readers, without encodings and what a kill left half written."""
    names = RECORDS | {path for path in files if path.endswith(".gz") or is_temporary(path)}
    return {path: data for path, data in files.items() if path not in names}


def test_interrupted_by_its_user(states: tuple[Site, Site], tmp_path: Path) -> None:
    """Ctrl-C ends it with 130 and one word; the claim is given up, and the next publish finishes."""
    site = states[0].copy(tmp_path / "site")
    folder = tmp_path / "www"
    process = start_publish(site)
    began = time.monotonic()
    while not (folder / RECORD).exists() and process.poll() is None:
        assert time.monotonic() - began < PATIENCE
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE)

    assert process.returncode in (0, 130)
    assert "Traceback" not in said
    assert not (folder / CLAIM).exists()
    site.run("publish").expect(0)
    assert of_site(site) == plain(tree(folder))


def test_one_at_a_time(tmp_path: Path) -> None:
    """Of two publishers one waits; it goes on when the other has ended."""
    told: list[str] = []
    order: list[str] = []
    begun = asyncio.Event()
    store = FolderStore(tmp_path / "www", "the folder")

    async def publisher(name: str, seconds: float) -> None:
        async with Claim(store, tmp_path / name, told.append, gone=PATIENCE, renewed=0.05) as claim:
            order.append(f"{name} begins")
            begun.set()
            await asyncio.sleep(seconds)
            await claim.check()
            order.append(f"{name} ends")

    async def both() -> None:
        first = asyncio.create_task(publisher("first", 0.8))
        await begun.wait()
        await asyncio.gather(first, publisher("second", 0))

    asyncio.run(both())
    assert ["first begins", "first ends", "second begins", "second ends"] == order
    assert any("waiting for another publish" in it for it in told)
    assert not list((tmp_path / "www").iterdir())


def test_a_claim_of_somebody_who_is_gone(tmp_path: Path) -> None:
    """It is taken over when it has not been renewed for a while, one that the same project left at once."""
    store = FolderStore(tmp_path / "www", "the folder")
    first, second = tmp_path / "first", tmp_path / "second"
    for memory in (first, second):
        memory.mkdir()

    async def left() -> float:
        gone = Claim(store, first, lambda _: None, gone=0.3, renewed=60)
        await gone.__aenter__()
        began = time.monotonic()
        async with Claim(store, second, lambda _: None, gone=0.3, renewed=60):
            waited = time.monotonic() - began
            with pytest.raises(PublishError, match="has taken over"):
                await gone.check()
        await Claim(store, first, lambda _: None, renewed=60).__aenter__()
        async with Claim(store, first, pytest.fail, renewed=60):
            pass
        return waited

    assert asyncio.run(left()) >= 0.3
    assert not list(second.iterdir())
    assert not list((tmp_path / "www").iterdir())


def test_a_claim_of_a_project_that_is_called_the_same(tmp_path: Path) -> None:
    """Containers agree in host name and path: that alone does not make a claim one's own."""
    store = FolderStore(tmp_path / "www", "the folder")
    told: list[str] = []
    here, there = (tmp_path / name / "project" / ".sitegen" for name in ("here", "there"))
    for memory in (here, there):
        memory.mkdir(parents=True)

    async def both() -> None:
        async with Claim(store, here, pytest.fail, gone=PATIENCE, renewed=0.05) as claim:
            waiting = asyncio.create_task(Claim(store, there, told.append, gone=PATIENCE, renewed=0.05).__aenter__())
            while not told:
                await asyncio.wait([waiting], timeout=0.05)
            await claim.check()
        await waiting

    asyncio.run(both())
    assert told == [f"waiting for another publish, from {socket.gethostname()}"]


def test_a_claim_whose_answer_was_lost(tmp_path: Path) -> None:
    """It was made all the same, and is held."""

    class Lossy(FolderStore):
        async def create(self, path: str, data: bytes) -> bool:
            made = await super().create(path, data)
            if made:
                raise Hiccup("the answer was lost")
            return made

    async def claimed() -> None:
        async with Claim(Lossy(tmp_path / "www", "the folder"), tmp_path, pytest.fail) as claim:
            await claim.check()

    asyncio.run(claimed())


def test_a_claim_that_cannot_be_made_or_read(tmp_path: Path) -> None:
    """What stands there under its name and is no file is told, after a few tries."""
    (tmp_path / CLAIM).symlink_to("nowhere")

    async def claimed() -> None:
        async with Claim(FolderStore(tmp_path, "the folder"), tmp_path, lambda _: None):
            pass

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sitegen.publish.claim._PAUSE", 0)
        with pytest.raises(PublishError, match="neither be made nor read"):
            asyncio.run(claimed())


def test_an_output_that_changes_meanwhile(states: tuple[Site, Site], tmp_path: Path) -> None:
    """A file that is not that of the build any more is not sent, and what was begun is finished later."""
    site = states[0].copy(tmp_path / "site")
    shipment = Shipment.of(site.output, "", {"index.html": Stamped("0" * 32)}, ())

    with pytest.raises(PublishError, match="was changed while"):
        shipment.load(shipment.items["index.html"])


def test_a_piece_comes_back_after_its_removal_was_cut_short(tmp_path: Path) -> None:
    """What was being removed when a publish was killed is sent again when it is wanted again."""
    site = desk(tmp_path / "site", LIVE, pieces=2)
    site.run("publish").expect(0)
    folder = tmp_path / "www"
    whole = of_site(site).keys()
    text = (site.folder / "content/articles/law/piece-0.md").read_text()
    site.delete("content/articles/law/piece-0.md").build()

    async def cut_short(store: FolderStore, paths: list[str], done: object) -> None:
        del done
        await store.remove(paths[0])
        raise PublishError("killed")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FolderStore, "remove_all", cut_short)
        site.run("publish").expect(1)
    assert whole != whole & tree(folder).keys()
    site.write("content/articles/law/piece-0.md", text).build()
    site.run("publish").expect(0)
    assert of_site(site) == plain(tree(folder))


def test_interrupted_twice_in_a_row(tmp_path: Path) -> None:
    """A page that was brought by one publish, and announced otherwise by another that was cut short, is still ours."""
    site = desk(tmp_path / "site", LIVE, pieces=1)
    site.run("publish").expect(0)
    written = FolderStore.write

    async def cut_short(store: FolderStore, path: str, data: bytes, item: Item | None = None) -> None:
        if item is not None and not path.startswith("law/fresh/"):
            await asyncio.sleep(0.05)
            raise PublishError("killed")
        await written(store, path, data, item)

    async def cut_off(store: FolderStore, path: str, data: bytes, item: Item | None = None) -> None:
        if item is not None:
            raise PublishError("killed")
        await written(store, path, data, item)

    for text, interruption in (("One.", cut_short), ("Two.", cut_off), ("Three.", cut_off)):
        site.article("law/fresh", text, title="Fresh").build()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(FolderStore, "write", interruption)
            site.run("publish").expect(1).says("killed")
    site.article("law/fresh", "Four.", title="Fresh").build()
    site.run("publish").expect(0)
    assert of_site(site) == plain(tree(tmp_path / "www"))


def test_open_pages_keep_their_assets_after_an_interruption(tmp_path: Path) -> None:
    """Assets of before a publish that was cut short stay when it is finished, and its own when another follows."""
    site = desk(tmp_path / "site", LIVE, pieces=1)
    site.run("publish").expect(0)
    folder = tmp_path / "www"
    written = FolderStore.write

    def styles() -> set[str]:
        return {it.name for it in (folder / "assets").glob("style.*.css")}

    def dressed(color: str) -> None:
        site.write("templates/assets/style.css", f"body {{ color: {color} }}\n" * 60).build()

    async def without_home(store: FolderStore, path: str, data: bytes, item: Item | None = None) -> None:
        if path == "index.html":
            raise PublishError("killed")
        await written(store, path, data, item)

    first = styles()
    for color in ("#321", "#444"):
        dressed(color)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(FolderStore, "write", without_home)
            site.run("publish").expect(1).says("killed")
    assert len(styles()) == 3
    site.run("publish").expect(0)
    assert len(styles()) == 3
    assert first < styles()
    dressed("#555")
    site.run("publish").expect(0)
    assert len(styles()) == 2
    dressed("#123")
    site.run("publish").expect(0)
    assert first < styles()
    assert of_site(site) == plain(tree(folder))


def test_an_asset_of_which_it_is_not_known_whether_it_is_there(tmp_path: Path) -> None:
    """One that was announced before a publish was cut short, and then not wanted, is sent when it is wanted again."""
    site = desk(tmp_path / "site", LIVE, pieces=1)
    site.run("publish").expect(0)
    written = FolderStore.write

    async def without_assets(store: FolderStore, path: str, data: bytes, item: Item | None = None) -> None:
        if item is not None:
            raise PublishError("killed")
        await written(store, path, data, item)

    styles = [f"body {{ color: {color} }}\n" * 60 for color in ("#321", "#444", "#321")]
    site.write("templates/assets/style.css", styles[0]).build()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FolderStore, "write", without_assets)
        site.run("publish").expect(1).says("killed")
    for style in styles[1:]:
        site.write("templates/assets/style.css", style).build()
        site.run("publish").expect(0)
        assert of_site(site) == plain(tree(tmp_path / "www"))


def test_who_was_overtaken_stops(tmp_path: Path) -> None:
    """A publish whose claim another has taken does not write on."""

    async def overtaken() -> None:
        store = FolderStore(tmp_path, "the folder")
        async with Claim(store, tmp_path, lambda _: None, renewed=0.05) as claim:
            await store.write(CLAIM, OTHER)
            await asyncio.wait_for(claim.overtaken(), 5)

    with pytest.raises(PublishError, match="has taken over"):
        asyncio.run(overtaken())


def test_who_slept_looks_before_it_goes_on(tmp_path: Path) -> None:
    """A claim that was not renewed for a while is renewed where it is still held, and is lost where it is not."""

    async def slept() -> None:
        store = FolderStore(tmp_path, "the folder")
        async with Claim(store, tmp_path, lambda _: None, gone=1, renewed=60) as claim:
            await claim.sure()
            before = await store.read(CLAIM)
            assert claim.is_sure
            await asyncio.sleep(0.6)
            assert not claim.is_sure
            await claim.sure()
            assert claim.is_sure
            assert before != await store.read(CLAIM)
            await store.write(CLAIM, OTHER)
            await asyncio.sleep(0.6)
            await claim.sure()

    with pytest.raises(PublishError, match="has taken over"):
        asyncio.run(slept())


def test_what_was_written_after_another_took_over_is_mended(tmp_path: Path) -> None:
    """A publish that was overtaken announces its files again, so that the next one brings them to what they should be.

    The other has ended meanwhile, and its record says nothing of them.
    """
    site = desk(tmp_path / "site", LIVE, pieces=1)
    other = site.copy(tmp_path / "other")
    site.run("publish").expect(0)
    folder = tmp_path / "www"
    record = (folder / RECORD).read_bytes()
    site.write("templates/assets/style.css", "body { color: #321 }\n" * 60)
    site.article("business/news", title="News").build()
    written = FolderStore.write

    async def overtaken(store: FolderStore, path: str, data: bytes, item: Item | None = None) -> None:
        await written(store, path, data, item)
        if path == "index.html":
            await written(store, RECORD, record)
            await written(store, CLAIM, OTHER)
            await asyncio.sleep(0.5)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FolderStore, "write", overtaken)
        # No renewal is under way when the other writes: it looks again when it is not sure any more.
        for name, seconds in (("gone", 0.3), ("renewed", PATIENCE)):
            patch.setitem(Claim.__init__.__kwdefaults__, name, seconds)
        site.run("publish").expect(1).says("has taken over")
    assert of_site(other) != plain(tree(folder))
    other.run("publish").expect(0)
    assert of_site(other) == plain(tree(folder))
