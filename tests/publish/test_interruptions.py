"""A publish that is killed, refused or overtaken harms no reader, and the next one finishes its job.

Real processes publish into a folder in place, as into any store, and are killed at instants spread over their work.
"""

from __future__ import annotations

import asyncio
import random
import signal
import socket
import threading
import time
from pathlib import Path

import pytest
from harness import Site
from publishing import RECORDS, assets_missing, desk, of_site, plain, start_publish, tree

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
PATIENCE = 30.0


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Site]:
    """Return a desk, and the same after edits that touch every page, its style sheet and its pieces."""
    folder = tmp_path_factory.mktemp("desk")
    first = desk(folder / "first", LIVE, pieces=10)
    second = first.copy(folder / "second")
    second.write("templates/assets/style.css", "body { color: #321 }\n" * 60)
    second.delete("content/articles/law/piece-0.md")
    second.article("business/news", "![A plan](plan.svg)\n", title="News")
    second.write("content/articles/business/plan.svg", "<svg xmlns='http://www.w3.org/2000/svg'><g/></svg>")
    second.build()
    return first, second


class Reader(threading.Thread):
    """Reads every page that stands in a folder, again and again, and what each shows."""

    def __init__(self, folder: Path) -> None:
        """Be ready to read."""
        super().__init__()
        self.folder = folder
        self.wrong: list[str] = []
        self.pages = 0
        self._over = threading.Event()

    def run(self) -> None:
        """Read until told to stop."""
        while not self._over.is_set():
            try:
                pages = sorted(self.folder.rglob("*.html"))
            except FileNotFoundError:
                # A folder was removed while it was being listed.
                continue
            for page in pages:
                try:
                    data = page.read_bytes()
                except FileNotFoundError:
                    continue
                name = page.relative_to(self.folder).as_posix()
                self.pages += 1
                for wrong in assets_missing({name: data}):
                    if not (self.folder / wrong.rpartition(" → ")[2]).exists():
                        self.wrong.append(wrong)

    def stop(self) -> None:
        """Stop reading, and expect that everything was there."""
        self._over.set()
        self.join()
        assert self.pages
        assert not self.wrong


def test_killed_at_any_instant(states: tuple[Site, Site], tmp_path: Path) -> None:
    """Whole files stand there after each kill, no page shows what is missing, and the next publish ends right."""
    sites = [site.copy(tmp_path / name / "site") for site, name in zip(states, ("a", "b"), strict=True)]
    folder = tmp_path / "www"
    for site in sites:
        config = (site.folder / "config.toml").read_text().replace("../www", str(folder))
        site.write("config.toml", config).build()
    sites[0].run("publish").expect(0)
    whole = [{*of_site(site).items()} for site in sites]
    reader = Reader(folder)
    reader.start()
    chance = random.Random(7)  # noqa: S311 - instants of kills are no secret
    wanted = 1
    killed = 0
    try:
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
    finally:
        reader.stop()
    assert killed > KILLS / 2

    for site in sites:
        site.run("publish", "--yes").expect(0)
        assert of_site(site) == plain(tree(folder))
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


def test_a_claim_whose_making_was_interrupted(tmp_path: Path) -> None:
    """It is taken back at once, as is one that was left before it, whichever of them is there."""
    folder, memory = tmp_path / "www", tmp_path / "memory"
    memory.mkdir()
    made = asyncio.Event()

    class Slow(FolderStore):
        async def create(self, path: str, data: bytes) -> bool:
            await super().create(path, data)
            made.set()
            await asyncio.sleep(PATIENCE)
            return True

    async def interrupted() -> None:
        making = asyncio.create_task(Claim(Slow(folder, "the folder"), memory, pytest.fail).__aenter__())
        await made.wait()
        making.cancel()
        await asyncio.gather(making, return_exceptions=True)
        left = (folder / CLAIM).read_bytes()
        elsewhere = FolderStore(tmp_path / "gone" / "www", "the folder")
        with pytest.raises(PublishError, match="cannot be written"):
            await Claim(elsewhere, memory, pytest.fail).__aenter__()
        assert (folder / CLAIM).read_bytes() == left
        async with Claim(FolderStore(folder, "the folder"), memory, pytest.fail) as claim:
            await claim.check()

    asyncio.run(interrupted())
    assert not list(memory.iterdir())


def test_who_comes_while_another_tidies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A claim whose half made file was tidied away by who has the claim now waits for that one."""
    told: list[str] = []
    store = FolderStore(tmp_path / "www", "the folder")
    here, there = tmp_path / "here", tmp_path / "there"
    for memory in (here, there):
        memory.mkdir()

    def tidied(source: Path, _: Path) -> None:
        source.unlink()
        source.stat()

    async def both() -> None:
        async with Claim(store, here, pytest.fail) as claim:
            with monkeypatch.context() as patch:
                patch.setattr("os.link", tidied)
                second = Claim(FolderStore(tmp_path / "www", "the folder"), there, told.append, renewed=0.05)
                waiting = asyncio.create_task(second.__aenter__())
                while not told and not waiting.done():
                    await asyncio.wait([waiting], timeout=0.05)
            await claim.check()
        await waiting

    asyncio.run(both())
    assert told == [f"waiting for another publish, from {socket.gethostname()}"]


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


def test_who_was_overtaken_stops(tmp_path: Path) -> None:
    """A publish whose claim another has taken does not write on."""

    async def overtaken() -> None:
        store = FolderStore(tmp_path, "the folder")
        async with Claim(store, tmp_path, lambda _: None, renewed=0.05) as claim:
            await store.write(CLAIM, b'{"id":"x","host":"y","turn":0}')
            await asyncio.wait_for(claim.overtaken(), 5)

    with pytest.raises(PublishError, match="has taken over"):
        asyncio.run(overtaken())
