"""Pictures of the site have their width and height, so that no text moves when they come."""

from __future__ import annotations

import struct
import zlib

import pytest
from harness import Site


def png(width: int, height: int) -> bytes:
    """Return a grey PNG (its specification, sections 11.2.2 to 11.2.5)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(height)))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def gif(width: int, height: int) -> bytes:
    """Return the beginning of a GIF (GIF89a, section 18), which has no picture."""
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0) + b";"


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><rect width="9" height="9"/></svg>'


@pytest.mark.parametrize(
    ("name", "data", "size"),
    [
        ("a.png", png(64, 48), ("64", "48")),
        ("a.gif", gif(7, 9), ("7", "9")),
        ("a.svg", SVG, ("30", "20")),
        ("no-size.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', (None, None)),
        ("empty.png", b"", (None, None)),
        ("broken.png", png(64, 48)[:20], (None, None)),
        ("no-picture.jpg", b"\xff\xd8 this is text", (None, None)),
        ("of-nothing.png", png(64, 48)[:16] + struct.pack(">II", 0, 0), (None, None)),
        ("bomb.svg", b'<!DOCTYPE x [<!ENTITY a "' + b"h" * 999 + b'">]><svg width="&a;" height="1"/>', (None, None)),
    ],
)
def test_size(name: str, data: bytes, size: tuple[str | None, str | None], site: Site) -> None:
    """What the file says is printed; a file that does not say it is shown without."""
    site.write(f"content/articles/a/{name}", data)
    site.article("a/x", f"![A picture]({name})", image=name)
    page = site.build().page("/a/x/")
    pictures = page.all("img")

    assert len(pictures) == 2
    for picture in pictures:
        assert (picture.attributes.get("width"), picture.attributes.get("height")) == size


def test_another_picture_under_the_same_name(site: Site) -> None:
    """Its new size is printed by the next build."""
    site.write("content/articles/a/a.png", png(64, 48))
    site.article("a/x", "![A picture](a.png)")
    site.build()
    site.write("content/articles/a/a.png", png(32, 16))
    picture = site.build().page("/a/x/").all("img")[0]

    assert (picture.attributes["width"], picture.attributes["height"]) == ("32", "16")
