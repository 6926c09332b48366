"""The darkroom: variants and share images are made here, and kept, so that each is made once.

`.sitegen/pictures/` has the files, each named by the digest of its bytes, and an index of what is known under which
key. A picture is made where the index does not have its key, or a file of it is gone. What no build has asked for in a
while is thrown away. Whatever is damaged counts as not there; the folder may be deleted at any time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from sitegen.archive.archive import Archive
from sitegen.build.atomic import disk_trouble, write_file
from sitegen.build.workers import Crew, Stage, at
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.digest import digest_bytes
from sitegen.errors import OutputError
from sitegen.pages.assets import Assets
from sitegen.pages.lightbox import Lightbox, font_of, font_problem
from sitegen.pages.page import PublishedFile
from sitegen.pictures.entry import Entry, Made, ShareText, is_raster, pillow, share_key, variants_key

__all__ = ["FOLDER", "Darkroom", "wants_pictures"]

FOLDER = "pictures"
KEPT = 10
"""Builds that may pass over an entry before it is thrown away."""

_INDEX = "index"
_LEAST = 4
_HINT = "save it again with a program for pictures; until then the original is shown"


_Files = tuple[Entry, tuple[bytes, ...]]
"""An entry with the bytes of its files."""


class Slot(Struct, array_like=True):
    """An entry of the index, and how many builds have passed over it."""

    entry: Entry
    age: int = 0


class Order(Struct, frozen=True, array_like=True):
    """What is to be made: the variants of the picture at `path` with this digest, or a share image."""

    key: str
    path: str = ""
    digest: str = ""
    text: ShareText | None = None


class Darkroom:
    """Makes the pictures of one build. `made` counts what was made, `findings` tell of pictures that cannot be used."""

    def __init__(self, project: Path, memory: Path, config: Config, theme: Mapping[str, bytes]) -> None:
        """Work for a project; nothing is looked at yet. The font is one of the assets of the `theme`."""
        self._project = project
        self._folder = memory / FOLDER
        self._config = config
        self._theme = theme
        self._orders: dict[str, Order] = {}
        self.made = 0
        self.findings: list[Diagnostic] = []

    def lightbox(self) -> Lightbox | None:
        """Return what the last build had made, `None` where nothing is made here."""
        if not pillow():
            return None
        entries = {key: slot.entry for key, slot in self._index().items() if not slot.age}
        return Lightbox(entries, self._config, self._theme)

    def develop(
        self, archive: Archive, assets: Assets, crew: Crew | None, progress: Callable[[int, int], None]
    ) -> None:
        """Make what the pages of an archive show and is not there, and let `assets` publish it.

        Without a `crew` nothing is made, and nothing published but what is there.
        """
        pictures = [path for path in archive.shown if is_raster(path)]
        has_shares = self._config.archive.share_images
        if not pillow() or not (pictures or has_shares or (self._folder / _INDEX).exists()):
            return
        if problem := font_problem(self._config, self._theme):
            self.findings.append(problem)
            return
        lightbox = Lightbox({}, self._config, self._theme)
        cards = [card for card in archive.cards.values() if card.status != "withdrawn"] if has_shares else []
        of_pictures = {path: self._order(path, assets.digest(path)) for path in pictures}
        for card in cards:
            self._set(lightbox.text(card))
        index = self._index()
        if crew is not None:
            self._make(index, crew, progress)
        entries = {key: index[key].entry if key in index else Entry() for key in self._orders}
        assets.lightbox = Lightbox(entries, self._config, self._theme)
        for path, order in of_pictures.items():
            assets.publish_variants(path)
            if problem_of := entries[order.key].problem:
                message = f"the picture cannot be used: {problem_of}"
                self.findings.append(Diagnostic.of("bad-image", message, path=path, hint=_HINT))
        for card in cards:
            assets.publish_share(card)

    def read(self, file: PublishedFile) -> bytes:
        """Return the bytes of a file that was made; one that is damaged or gone is made anew."""
        with suppress(OSError):
            data = (self._folder / file.digest).read_bytes()
            if digest_bytes(data) == file.digest:
                return data
        index = self._index()
        for key, order in self._orders.items():
            if key in index and any(made.digest == file.digest for made in index[key].entry.files):
                self.made += 1
                self._keep(_make(order, self._project, font_of(self._config, self._theme)))
        with suppress(OSError):
            data = (self._folder / file.digest).read_bytes()
            if digest_bytes(data) == file.digest:
                return data
        hint = "build again; the picture may have been written just now"
        raise OutputError(f"{file.source} cannot be made again", hint=hint)

    def _order(self, path: str, digest: str) -> Order:
        order = Order(variants_key(path, digest), path, digest)
        return self._orders.setdefault(order.key, order)

    def _set(self, text: ShareText) -> None:
        order = Order(share_key(text), text=text)
        self._orders.setdefault(order.key, order)

    def _index(self) -> dict[str, Slot]:
        """Return the index; one that cannot be read has nothing."""
        try:
            return msgspec.msgpack.decode((self._folder / _INDEX).read_bytes(), type=dict[str, Slot])
        except (OSError, msgspec.DecodeError):
            return {}

    def _make(self, index: dict[str, Slot], crew: Crew, progress: Callable[[int, int], None]) -> None:
        """Bring the index to what is ordered, and the folder to the index."""
        before = msgspec.msgpack.encode(index)
        waiting = [order for key, order in self._orders.items() if key not in index or not self._holds(index[key])]
        stage = Stage(_set_up, (self._project, font_of(self._config, self._theme), self._folder), _LEAST, 1)
        try:
            if waiting:
                self._folder.mkdir(parents=True, exist_ok=True)
            for number, (order, entry) in enumerate(zip(waiting, crew.run(stage, waiting), strict=True), 1):
                progress(number, len(waiting))
                index.pop(order.key, None)
                if entry is not None:
                    index[order.key] = Slot(entry)
                    self.made += 1
            for key, slot in index.items():
                slot.age = 0 if key in self._orders else slot.age + 1
            for key in [key for key, slot in index.items() if slot.age > KEPT]:
                del index[key]
            if (after := msgspec.msgpack.encode(index)) != before:
                self._folder.mkdir(parents=True, exist_ok=True)
                write_file(self._folder / _INDEX, after)
                self._sweep(index)
        except OSError as error:
            raise disk_trouble(error, f"{self._folder.parent.name}/{FOLDER}") from error

    def _holds(self, slot: Slot) -> bool:
        """Whether all files of an entry are there, and as long as they were."""
        try:
            return all((self._folder / made.digest).stat().st_size == made.size for made in slot.entry.files)
        except OSError:
            return False

    def _sweep(self, index: Mapping[str, Slot]) -> None:
        """Remove files that no entry has."""
        wanted = {made.digest for slot in index.values() for made in slot.entry.files} | {_INDEX}
        for file in self._folder.iterdir():
            if file.name not in wanted:
                file.unlink(missing_ok=True)

    def _keep(self, files: _Files | None) -> None:
        for data in files[1] if files else ():
            _store(self._folder, data)


def wants_pictures(config: Config) -> bool:
    """Whether a configuration asks for pictures that nothing here can make."""
    return config.archive.share_images and not pillow()


def _set_up(project: Path, font: bytes | None, folder: Path) -> Callable[[Sequence[Order]], Entry | None]:
    """Return what makes the picture of an order, leaves its files in the folder, and returns the entry.

    `None` where the picture is another one by now, or cannot be read: then nothing is known of it.
    """

    def work(orders: Sequence[Order]) -> Entry | None:
        (order,) = orders
        at(order.path or (order.text.title if order.text else ""))
        made = _make(order, project, font)
        if made is None:
            return None
        entry, files = made
        for data in files:
            _store(folder, data)
        return entry

    return work


def _store(folder: Path, data: bytes) -> None:
    """Write a file under its digest; it need not have reached the disk, since it is checked when it is read."""
    file = folder / digest_bytes(data)
    temporary = file.with_name(f"{file.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    with temporary.open("xb") as stream:
        stream.write(data)
    temporary.replace(file)


def _make(order: Order, project: Path, font: bytes | None) -> _Files | None:
    """Make what is ordered: the entry, and the bytes of its files."""
    if order.text is not None:
        from sitegen.pictures.share import SIZE, make_share

        image = make_share(order.text, font)
        return _entered([(*SIZE, image)] if image is not None else [])
    from sitegen.pictures.variants import LARGEST_FILE, make_variants

    file = project / order.path
    try:
        if file.stat().st_size > LARGEST_FILE:
            return Entry(problem=f"it is larger than {LARGEST_FILE // (1 << 20)} MiB"), ()
        data = file.read_bytes()
    except OSError:
        return None
    if digest_bytes(data) != order.digest:
        return None
    variants, problem = make_variants(data, file.suffix.lower())
    return (Entry(problem=problem), ()) if problem else _entered(variants)


def _entered(made: Iterable[tuple[int, int, bytes]]) -> _Files:
    pictures = tuple(made)
    files = tuple(Made(width, height, digest_bytes(data), len(data)) for width, height, data in pictures)
    return Entry(files), tuple(data for _, _, data in pictures)
