"""Variants: the right widths, upright, in sRGB, without metadata; and no picture that harms."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from photographs import encoded, photograph
from PIL import Image, ImageCms, ImageOps

from sitegen.pictures.variants import LARGEST, WIDTHS, make_variants, widths_of


def opened(data: bytes) -> Image.Image:
    """Return a picture from its bytes."""
    return Image.open(io.BytesIO(data))


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that says it has so many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(2000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("width", "widths"),
    [
        (1, ()),
        (480, ()),
        (481, (481,)),
        (600, (480, 600)),
        (850, (480, 850)),
        (1000, (480, 800, 1000)),
        (1600, WIDTHS),
        (4000, WIDTHS),
    ],
)
def test_widths(width: int, widths: tuple[int, ...]) -> None:
    """Some widths up to that of the picture, none for small ones, no two that are nearly the same."""
    assert widths_of(width) == widths


def test_sizes() -> None:
    """Each variant is WebP of its width, keeps the shape, and all are smaller than the original."""
    data = encoded(photograph(2000, 1000))
    variants, problem = make_variants(data, ".jpg")

    assert problem == ""
    assert [(width, height) for width, height, _ in variants] == [(480, 240), (800, 400), (1200, 600), (1600, 800)]
    for width, height, made in variants:
        assert (opened(made).format, opened(made).size) == ("WEBP", (width, height))
        assert len(made) < len(data)
    assert make_variants(data, ".jpg")[0] == variants


@pytest.mark.parametrize("turn", range(1, 9))
def test_orientation(turn: int) -> None:
    """A picture that says how it is to be turned is turned, and says so no more."""
    exif = Image.Exif()
    exif[0x0112] = turn
    exif[0x010F] = "A camera"
    data = encoded(photograph(1000, 700), exif=exif.tobytes())
    expected = ImageOps.exif_transpose(opened(data))
    variants, _ = make_variants(data, ".jpg")
    made = opened(variants[-1][2])
    small = [image.convert("RGB").resize((2, 2)) for image in (expected, made)]

    assert made.size == expected.size
    assert not made.getexif()
    for one, other in zip(*(image.tobytes() for image in small), strict=True):
        assert abs(one - other) < 12


def test_metadata_and_profiles() -> None:
    """Nothing of the metadata is carried over, and colours of another profile are those of sRGB."""
    # A profile whose red and blue have changed places shows whether it was applied.
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"tXYZ").replace(b"bXYZ", b"rXYZ").replace(b"tXYZ", b"bXYZ")
    image = Image.new("RGB", (600, 400), (230, 20, 20))
    image.paste(photograph(300, 400), (300, 0))
    (*_, plain), (*_, changed) = (
        make_variants(encoded(image, icc_profile=it, comment=b"private"), ".jpg")[0] for it in (srgb, swapped)
    )
    for _, _, data in (plain, changed):
        assert not {"icc_profile", "exif", "xmp", "comment"} & opened(data).info.keys()
    red, _, blue = opened(plain[2]).getpixel((100, 200))
    other_red, _, other_blue = opened(changed[2]).getpixel((100, 200))

    assert red > blue + 140
    assert other_blue > other_red + 60


def test_a_profile_that_is_none() -> None:
    """A profile that is damaged, or of other channels, counts as none."""
    for profile in (b"x" * 200, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()):
        variants, problem = make_variants(encoded(photograph(600, 400), icc_profile=profile), ".jpg")

        assert (len(variants), problem) == (2, "")


@pytest.mark.parametrize(
    ("mode", "form", "made"),
    [
        ("RGB", "PNG", "RGB"),
        ("RGBA", "PNG", "RGB"),
        ("L", "PNG", "RGB"),
        ("LA", "PNG", "RGB"),
        ("CMYK", "JPEG", "RGB"),
        ("I;16", "PNG", "RGB"),
    ],
)
def test_modes(mode: str, form: str, made: str) -> None:
    """Pictures of any number and depth of channels have variants, which have alpha only where something is clear."""
    image = photograph(700, 500).convert("L").convert("I;16") if mode == "I;16" else photograph(700, 500, mode)
    if mode == "I;16":
        image = Image.frombytes(
            "I;16", (700, 500), bytes(byte for it in photograph(700, 500, "L").tobytes() for byte in (7, it))
        )
    variants, problem = make_variants(encoded(image, form), f".{form.lower()}")

    assert problem == ""
    assert [opened(data).mode for _, _, data in variants] == [made] * 2


def test_transparency() -> None:
    """What is clear stays clear: in full colour, and in a palette."""
    image = photograph(700, 500, "RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 350, 500))
    # Of few colours, one of them clear.
    drawn = Image.new("P", (700, 500), 0)
    drawn.putpalette([255, 255, 255, 200, 10, 10])
    for left in range(350, 700, 2):
        drawn.paste(1, (left, left % 90, left + 1, 500))
    for data in (encoded(image, "PNG"), encoded(drawn, "PNG", transparency=0, compress_level=0)):
        variants, problem = make_variants(data, ".png")

        assert problem == ""
        for width, height, made in variants:
            clear = opened(made).convert("RGBA").getpixel((width // 5, height // 2))
            assert clear[3] == 0


def test_drawings_keep_their_edges() -> None:
    """A drawing of few colours, in its own width, loses nothing."""
    drawing = Image.new("RGB", (600, 400), "white")
    for left in range(0, 600, 7):
        drawing.paste("navy", (left, 0, left + 3, 400))
    variants, _ = make_variants(encoded(drawing, "PNG", compress_level=0), ".png")

    assert opened(variants[-1][2]).convert("RGB").tobytes() == drawing.tobytes()


def moving(form: str) -> bytes:
    """Return a picture that moves."""
    frames = [photograph(600, 400), photograph(600, 400).rotate(180)]
    return encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=100)


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (encoded(photograph(480, 300)), ".jpg"),
        (encoded(photograph(1000, 800), quality=1), ".jpg"),
        (encoded(photograph(600, 17_000), quality=10), ".jpg"),
        (moving("GIF"), ".gif"),
        (moving("PNG"), ".png"),
        (moving("WEBP"), ".webp"),
    ],
    ids=["small", "smaller than WebP", "too tall for WebP", "GIF", "APNG", "WebP"],
)
def test_what_stays_as_it_is(data: bytes, suffix: str) -> None:
    """There is nothing wrong with these, and nothing is made of them."""
    assert make_variants(data, suffix) == ((), "")


@pytest.mark.parametrize(
    ("data", "suffix", "problem"),
    [
        (b"", ".jpg", "it is no picture, whatever its name says"),
        (b"Only words.\n" * 99, ".jpg", "it is no picture, whatever its name says"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ".png", "it is no picture, whatever its name says"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", ".png", "it is no picture, whatever its name says"),
        (encoded(photograph(600, 400), "PNG"), ".jpg", "it is a PNG picture, which its name does not say"),
        (encoded(photograph(600, 400))[:-9000], ".jpg", "it is damaged, or cut off"),
        (encoded(photograph(600, 400), "PNG")[:-9000], ".png", "it is damaged, or cut off"),
        (encoded(photograph(90, 60), "PNG")[:-900], ".png", "it is damaged, or cut off"),
        (bomb(40_000, 40_000), ".png", "it has more than 50 million pixels"),
        (bomb(10_000, 10_000), ".png", "it has more than 50 million pixels"),
        (bomb(2**31 - 1, 2**31 - 1), ".png", None),
        (bomb(0, 9), ".png", None),
        (bomb(5000, 5000), ".png", "it is damaged, or cut off"),
    ],
)
def test_hostile(data: bytes, suffix: str, problem: str | None) -> None:
    """What is wrong is said in words, and nothing is made."""
    variants, said = make_variants(data, suffix)

    assert variants == ()
    assert said
    assert problem in (None, said)


def test_a_bomb_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limit no pixel is decoded."""

    def load(*_: Any) -> None:
        raise AssertionError("it was decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", load)
    _, said = make_variants(bomb(LARGEST, 2), ".png")

    assert said == "it has more than 50 million pixels"
