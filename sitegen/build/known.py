"""What a build remembers of a source."""

from __future__ import annotations

from msgspec import Struct

from sitegen.stamps import Stamp

__all__ = ["Known"]


class Known(Struct, frozen=True, array_like=True):
    """A source as a build saw it: its stamp, empty where it was not settled, its digest, and the key of its body."""

    stamp: Stamp | None
    digest: str
    key: bytes
