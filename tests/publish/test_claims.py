"""A claim is taken by one at a time, at whatever instant another is interrupted or tidies."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from sitegen.errors import PublishError
from sitegen.publish.claim import CLAIM, Claim
from sitegen.publish.folder import FolderStore

PATIENCE = 30.0


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
