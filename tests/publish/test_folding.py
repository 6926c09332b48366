"""A store on a disk on which capitals and small letters are one, as on those of macOS and Windows."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import pytest

from sitegen.digest import digest_bytes
from sitegen.errors import PublishError
from sitegen.publish.folder import FolderStore
from sitegen.publish.plan import Plan, plan
from sitegen.publish.shipment import Item, Shipment
from sitegen.publish.store import Done, Load, Sure
from sitegen.publish.uploading import Uploading
from sitegen.stamps import Stamped


class Folding(FolderStore):
    """Such a store; where it `stops`, no publish gets beyond a stage in which something is written."""

    stops = False

    async def read(self, path: str) -> bytes | None:
        """Read a file under any spelling."""
        return await super().read(path.lower())

    async def write(self, path: str, data: bytes, item: Item | None = None) -> None:
        """Write a file under any spelling."""
        await super().write(path.lower(), data, item)

    async def create(self, path: str, data: bytes) -> bool:
        """Make a file that is there under no spelling."""
        return await super().create(path.lower(), data)

    async def remove(self, path: str) -> None:
        """Remove a file under any spelling."""
        await super().remove(path.lower())

    async def there(self, paths: Iterable[str]) -> set[str]:
        """Say of each spelling whether something stands there."""
        return {path for path in paths if await super(Folding, self).there([path.lower()])}

    async def write_all(self, items: Iterable[Item], load: Load, done: Done, sure: Sure) -> None:
        """Write files; where it stops, it does so when the record has been brought up to date."""
        await super().write_all(items, load, done, sure)
        if self.stops:
            await asyncio.sleep(0.3)
            raise PublishError("killed")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Return a folder with a folder for the output, and one for what is remembered."""
    for name in ("output", "memory"):
        (tmp_path / name).mkdir()
    return tmp_path


def publish(desk: Path, files: dict[str, str], *, stops: bool = False) -> Plan:
    """Publish texts; return what was to be done."""
    shutil.rmtree(desk / "output")
    for path, text in files.items():
        (desk / "output" / path).parent.mkdir(parents=True, exist_ok=True)
        (desk / "output" / path).write_text(text)
    stamped = {path: Stamped(digest_bytes(text.encode())) for path, text in files.items()}
    shipment = Shipment.of(desk / "output", "", stamped, ("gzip",))
    store = Folding(desk / "www", "the folder")
    store.stops = stops

    told: dict[str, tuple[int, int]] = {}

    async def opened() -> Plan:
        async with Uploading(store, desk / "memory", pytest.fail) as target:
            return await target.publish(
                shipment, partial(plan, shipment), lambda name, *counts: told.update({name: counts})
            )

    done = asyncio.run(opened())
    assert all(count == total for count, total in told.values()), told
    return done


def there(desk: Path) -> dict[str, str]:
    """Return what readers can get, without encodings."""
    folder = desk / "www"
    files = (file for file in folder.rglob("*") if file.is_file() and not file.name.startswith("."))
    return {file.relative_to(folder).as_posix(): file.read_text() for file in files if file.suffix != ".gz"}


@pytest.mark.parametrize("text", ["one", "another", "long enough for an encoding " * 50])
def test_a_name_in_other_capitals_after_an_interruption(desk: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """What a publish brought under the new name, before it was cut short, is not removed under the old one."""
    monkeypatch.setattr("sitegen.publish.uploading.NOTED", 0.1)
    publish(desk, {"The-Plan/index.html": "one", "a.html": "a"})
    renamed = {"THE-PLAN/index.html": text, "a.html": "a"}
    with pytest.raises(PublishError, match="killed"):
        publish(desk, renamed, stops=True)
    publish(desk, renamed)

    assert there(desk) == {"the-plan/index.html": text, "a.html": "a"}
    assert publish(desk, renamed).is_empty


def test_progress(desk: Path) -> None:
    """What is removed is counted as far as it is removed: neither what was written over, nor twice."""
    publish(desk, {"Plan.html": "one", "gone.html": "two", "way": "three"})
    publish(desk, {"plan.html": "one", "way/a.html": "three"})

    assert there(desk) == {"plan.html": "one", "way/a.html": "three"}


def test_back_and_forth(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is given back its capitals after an interruption stays."""
    monkeypatch.setattr("sitegen.publish.uploading.NOTED", 0.1)
    first, second = {"Plan.html": "one"}, {"plan.html": "two"}
    publish(desk, first)
    with pytest.raises(PublishError, match="killed"):
        publish(desk, second, stops=True)
    publish(desk, first)

    assert there(desk) == {"plan.html": "one"}
    assert publish(desk, first).is_empty


def test_files_of_others_under_other_capitals(desk: Path) -> None:
    """On a first publish they are told, and stay."""
    (desk / "www").mkdir()
    (desk / "www/readme.txt").write_text("theirs")
    with pytest.raises(PublishError, match=r"README\.txt"):
        publish(desk, {"README.txt": "ours"})

    assert there(desk) == {"readme.txt": "theirs"}
