"""The pages of a plan by their files, packed: of ten thousand pieces' sixty thousand pages a browser asks for one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import overload

import msgspec
from msgspec import Raw

from sitegen.pages.page import Page

__all__ = ["PageIndex"]

_decoder = msgspec.msgpack.Decoder(Page)


class PageIndex(Sequence[Page]):
    """Pages in the order of their plan, each decoded when it is asked for."""

    def __init__(self, rows: dict[str, Raw]) -> None:
        """Take packed pages by the paths of their files in the output folder."""
        self._rows = rows

    @classmethod
    def of(cls, pages: Iterable[Page]) -> PageIndex:
        """Pack the pages of a plan."""
        # Through one value, so that the rows are parts of one piece of memory.
        return cls.unpacked(msgspec.msgpack.encode({page.path: page for page in pages}))

    @classmethod
    def unpacked(cls, data: bytes) -> PageIndex:
        """Return the pages that were packed; raises `msgspec.DecodeError` for other bytes."""
        return cls(msgspec.msgpack.decode(data, type=dict[str, Raw]))

    def packed(self) -> bytes:
        """Return the pages as bytes."""
        return msgspec.msgpack.encode(self._rows)

    def at(self, path: str) -> Page | None:
        """Return the page whose file is at a path of the output folder, `None` where none is."""
        row = self._rows.get(path)
        return _decoder.decode(row) if row is not None else None

    def __len__(self) -> int:
        """Return how many pages there are."""
        return len(self._rows)

    def __iter__(self) -> Iterator[Page]:
        """Yield all pages."""
        return map(_decoder.decode, self._rows.values())

    @overload
    def __getitem__(self, place: int) -> Page: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Page]: ...

    def __getitem__(self, place: int | slice) -> Page | Sequence[Page]:
        """Return pages by their place in the plan."""
        return tuple(self)[place]
