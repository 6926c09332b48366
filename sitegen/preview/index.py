"""The pages of a plan by their files, packed: of ten thousand pieces' sixty thousand pages a browser asks for one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import overload

import msgspec
from msgspec import Raw

from sitegen.pages.page import Page
from sitegen.preview.spool import Spool

__all__ = ["PageIndex"]

_decoder = msgspec.msgpack.Decoder(Page)
_parting = msgspec.msgpack.Decoder(dict[str, Raw])


class PageIndex(Sequence[Page]):
    """Pages in the order of their plan, each decoded when it is asked for."""

    def __init__(self, spool: Spool) -> None:
        """Take pages that were packed; raises `msgspec.DecodeError` for other bytes."""
        self.spool = spool
        self._parted: dict[str, Raw] | None = _parting.decode(spool.data)

    @staticmethod
    def parts_of(pages: Iterable[Page]) -> Iterator[bytes]:
        """Pack the pages of a plan; yield the bytes in parts."""
        yield msgspec.msgpack.encode({page.path: page for page in pages})

    @property
    def _rows(self) -> dict[str, Raw]:
        """Packed pages by the paths of their files in the output folder."""
        if self._parted is None:
            self._parted = _parting.decode(self.spool.data)
        return self._parted

    def rest(self) -> None:
        """Let go of what can be found again."""
        self._parted = None
        self.spool.rest()

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
