"""Bodies and records as bytes, to be kept: MessagePack, read back only as the types that were written.

A body is packed in two parts. The outline is what the archive is made of, for every build; the text is
asked for when a page that shows it is rendered.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from sitegen.articles.article import Body, Outline, Text
from sitegen.articles.records import Record
from sitegen.diagnostics import Diagnostic
from sitegen.digest import fingerprint

__all__ = [
    "PACKING",
    "Packed",
    "pack_body",
    "pack_record",
    "shown_digest",
    "unpack_outline",
    "unpack_record",
    "unpack_text",
]

PACKING = 4
"""Goes up when the same bytes would be read back as something else; `SCHEMA` of the state then does too."""

_SHOWN = ("corrections", "disclosures", "original", "rights", "image", "extra")

_encoder = msgspec.msgpack.Encoder(order="deterministic")
_outlines = msgspec.msgpack.Decoder(Outline)
_texts = msgspec.msgpack.Decoder(Text)
_records = msgspec.msgpack.Decoder(tuple[Record, tuple[Diagnostic, ...]])


class Packed(Struct, frozen=True):
    """The parts of a body as bytes; a record has no text."""

    outline: bytes
    text: bytes = b""


def pack_body(body: Body) -> Packed:
    """Return a body as bytes."""
    text = _encoder.encode(Text.of(body))
    return Packed(_encoder.encode(Outline.of(body, _digest(body, text))), text)


def pack_record(record: Record, findings: tuple[Diagnostic, ...]) -> Packed:
    """Return a record and what was found in its file as bytes."""
    return Packed(_encoder.encode((record, findings)))


def unpack_outline(data: bytes) -> Outline:
    """Return an outline; raises `msgspec.DecodeError` for other bytes."""
    return _outlines.decode(data)


def unpack_text(data: bytes) -> Text:
    """Return a text; raises `msgspec.DecodeError` for other bytes."""
    return _texts.decode(data)


def unpack_record(data: bytes) -> tuple[Record, tuple[Diagnostic, ...]]:
    """Return a record with its findings; raises `msgspec.DecodeError` for other bytes."""
    return _records.decode(data)


def shown_digest(body: Body) -> str:
    """Return the digest of everything that a page shows of a body, line numbers and findings left out."""
    return _digest(body, _encoder.encode(Text.of(body)))


def _digest(body: Body, text: bytes) -> str:
    meta = body.meta
    links = [(link.target, link.kind) for link in body.links]
    shown = [getattr(meta, name) for name in _SHOWN]
    return fingerprint((text, links, body.ids, body.words, shown)).hex()
