"""What is published: the files of the output folder, and the encodings that some targets want beside them."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from sitegen.digest import digest_bytes
from sitegen.errors import PublishError
from sitegen.media_types import is_text, media_type
from sitegen.stamps import Stamped

__all__ = ["Item", "Shipment", "is_encoding"]

SMALLEST = 512
"""Bytes of a text under which an encoding of it is not worth a file."""

_ENCODERS = {"gzip": (".gz", "gz9"), "brotli": (".br", "br9")}
_SUFFIXES = tuple(suffix for suffix, _ in _ENCODERS.values())
_LEVEL = 9
_UNSTAMPED = 0


class Item(Struct, frozen=True, kw_only=True):
    """A file to publish.

    `path` is where it comes to stand, relative to the root of the target with slashes. `version` says which bytes
    it has: the digest of the file in the output folder at `source`, and before it the name of its `encoding` where
    it is not that file itself. `made` are the bytes of a file that is not in the output folder: the host wants it.
    """

    path: str
    source: str
    digest: str
    encoding: str = ""
    made: bytes | None = None

    @property
    def version(self) -> str:
        """What tells these bytes from others at the same path."""
        return f"{_ENCODERS[self.encoding][1]}:{self.digest}" if self.encoding else self.digest

    @property
    def media_type(self) -> str:
        """The media type, with the charset of a text."""
        return "application/octet-stream" if self.encoding else media_type(self.path)


class Shipment(Struct, frozen=True, kw_only=True):
    """All files to publish, by path; `folder` is the output folder, `base_url` the address that it was built for."""

    folder: Path
    base_url: str
    items: dict[str, Item]

    @classmethod
    def of(
        cls,
        folder: Path,
        base_url: str,
        files: Mapping[str, Stamped],
        encodings: Iterable[str],
        more: Callable[[Collection[str]], Iterable[tuple[str, bytes]]] = lambda _: (),
    ) -> Shipment:
        """Return a shipment of files as a build left them, and of their encodings.

        `more` gives paths and bytes of further files for a site with these paths. A site that has a file of its own
        at the path of one of those, or of an encoding, keeps that.
        """
        own = [Item(path=path, source=path, digest=stamped.digest) for path, stamped in files.items()]
        beside = _beside(folder, files, tuple(encodings))
        made = [Item(path=path, source=path, digest=digest_bytes(data), made=data) for path, data in more(files.keys())]
        items = {item.path: item for item in (*made, *beside, *own)}
        return cls(folder=folder, base_url=base_url, items=dict(sorted(items.items())))

    def load(self, item: Item) -> bytes:
        """Return the bytes of an item.

        Raises `PublishError` where the file is gone, cannot be read or is not that of the build any more.
        """
        if item.made is not None:
            return item.made
        try:
            data = (self.folder / item.source).read_bytes()
        except OSError as error:
            raise PublishError(f"{item.source} in the output cannot be read: {error.strerror}", hint=_AGAIN) from error
        if digest_bytes(data) != item.digest:
            raise PublishError(f"{item.source} in the output was changed while it was being published", hint=_AGAIN)
        if item.encoding == "gzip":
            return gzip.compress(data, _LEVEL, mtime=_UNSTAMPED)
        return _brotli(data) if item.encoding else data

    def is_encoding(self, path: str) -> bool:
        """Whether a file at a target is an encoding beside another, of this shipment or an earlier one."""
        item = self.items.get(path)
        return bool(item.encoding) if item is not None else is_encoding(path)

    def size(self, item: Item) -> int:
        """Return the size of the file in the output folder that an item is made of, 0 where it is gone."""
        if item.made is not None:
            return len(item.made)
        try:
            return (self.folder / item.source).stat().st_size
        except OSError:
            return 0


def is_encoding(path: str) -> bool:
    """Whether a file is an encoding of the one beside it, by its name."""
    return path.endswith(_SUFFIXES) and is_text(path.rpartition(".")[0])


_AGAIN = "run `sitegen build`, then publish again"


def _beside(folder: Path, files: Mapping[str, Stamped], encodings: tuple[str, ...]) -> Iterator[Item]:
    if not encodings:
        return
    if "brotli" in encodings:
        _brotli(b"")
    for path, stamped in files.items():
        if not is_text(path):
            continue
        try:
            size = stamped.stamp.size if stamped.stamp is not None else (folder / path).stat().st_size
        except OSError:
            continue
        if size >= SMALLEST:
            for encoding in encodings:
                yield Item(
                    path=f"{path}{_ENCODERS[encoding][0]}", source=path, digest=stamped.digest, encoding=encoding
                )


def _brotli(data: bytes) -> bytes:
    try:
        import brotli
    except ModuleNotFoundError:
        raise PublishError("the encoding “brotli” needs a library", hint="pip install 'sitegen[brotli]'") from None
    encoded: bytes = brotli.compress(data, quality=_LEVEL)
    return encoded
