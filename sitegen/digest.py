"""Canonical digests: the same value has the same digest on every machine and in every run."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO

import msgspec

__all__ = ["digest", "digest_bytes", "digest_file", "digest_of", "fingerprint"]

_encoder = msgspec.msgpack.Encoder(order="deterministic")


def digest_bytes(data: bytes) -> str:
    """Return the BLAKE2b digest (RFC 7693) of bytes: 32 hexadecimal digits, 128 bits."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def digest_file(file: BinaryIO) -> str:
    """Return the same digest of all that a file has, without holding it; raises `OSError`."""
    hasher = hashlib.blake2b(digest_size=16)
    while piece := file.read(1 << 20):
        hasher.update(piece)
    return hasher.hexdigest()


def digest_of(file: Path) -> str:
    """Return the digest of a file's bytes, empty where it cannot be read."""
    try:
        with file.open("rb") as opened:
            return digest_file(opened)
    except OSError:
        return ""


def digest(value: object) -> str:
    """Return the digest of a value made of structs, tuples, mappings, text and numbers.

    The value is encoded as MessagePack with sorted mapping keys first, so two equal values have
    equal digests whatever order their mappings were made in.
    """
    return digest_bytes(_encoder.encode(value))


def fingerprint(value: object) -> bytes:
    """Return the digest of a value as 12 bytes, for the many that are kept side by side."""
    return hashlib.blake2b(_encoder.encode(value), digest_size=12).digest()
