"""Seals: values that are written without waiting for the disk carry a checksum of themselves (CRC-32).

What a power cut leaves half written is then known as such.
"""

from __future__ import annotations

from zlib import crc32

from sitegen.errors import Damaged

__all__ = ["LENGTH", "opened", "seal", "sealed"]

LENGTH = 4
"""Bytes of a seal."""


def seal(data: bytes | memoryview) -> bytes:
    """Return the seal of a value."""
    return crc32(data).to_bytes(LENGTH, "big")


def sealed(data: bytes) -> bytes:
    """Return a value with its seal before it."""
    return seal(data) + data


def opened(data: bytes) -> bytes:
    """Return the value of what was `sealed`; raises `Damaged` where it is another."""
    if seal(memoryview(data)[LENGTH:]) != data[:LENGTH]:
        raise Damaged("a value is not as it was written")
    return data[LENGTH:]
