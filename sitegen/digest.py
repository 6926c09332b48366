"""Canonical digests: the same value has the same digest on every machine and in every run."""

from __future__ import annotations

import hashlib

import msgspec

__all__ = ["digest", "digest_bytes"]

_encoder = msgspec.msgpack.Encoder(order="deterministic")


def digest_bytes(data: bytes) -> str:
    """Return the BLAKE2b digest (RFC 7693) of bytes: 32 hexadecimal digits, 128 bits."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def digest(value: object) -> str:
    """Return the digest of a value made of structs, tuples, mappings, text and numbers.

    The value is encoded as MessagePack with sorted mapping keys first, so two equal values have
    equal digests whatever order their mappings were made in.
    """
    return digest_bytes(_encoder.encode(value))
