"""A picture in the widths that screens need, as WebP.

The picture comes from anybody, so nothing that it says of itself is believed before it is looked at, and no more of
it is decoded than `LARGEST` allows. Whatever is wrong with it is said in words; it never raises.
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sitegen.pictures.entry import SUFFIXES

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["LARGEST", "LARGEST_FILE", "WIDTHS", "make_variants", "widths_of"]

WIDTHS = (480, 800, 1200, 1600)
LARGEST = 50_000_000
"""Pixels above which a picture is not decoded: some 200 MB are needed for that many."""
LARGEST_FILE = 64 * 1024 * 1024
"""Bytes above which a file is not read."""

_TOO_LARGE = f"it has more than {LARGEST // 1_000_000} million pixels"
_QUALITY = 80
_ALIKE = 1.15
_TALLEST = 16_383  # WebP has 14 bits for a side
_FEW_COLOURS = 256
_ORIENTATION = 0x0112
_SWAPPED = 5

Variant = tuple[int, int, bytes]


class _Unusable(Exception):  # noqa: N818 - it is what a picture is
    """Says what is wrong with a picture."""


def widths_of(width: int) -> tuple[int, ...]:
    """Return the widths in which a picture is made: none for a small one, and never wider than it is."""
    if width <= WIDTHS[0]:
        return ()
    top = min(width, WIDTHS[-1])
    return (*(it for it in WIDTHS if it * _ALIKE <= top), top)


def make_variants(data: bytes, suffix: str) -> tuple[tuple[Variant, ...], str]:
    """Return width, height and bytes of each variant, narrowest first, or none and what is wrong with the picture.

    There are none of what moves, of what is small, and where WebP would not be smaller than the original.
    """
    from PIL import Image, UnidentifiedImageError, features

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a size that is looked at below, and of metadata that is not kept
            with Image.open(io.BytesIO(data), formats=sorted(set(SUFFIXES.values()))) as image:
                _look(image, SUFFIXES[suffix])
                if image.format != "MPO" and getattr(image, "is_animated", False):
                    return (), ""
                variants = tuple(_variants(image)) if features.check("webp") else ()
    except UnidentifiedImageError:
        return (), "it is no picture, whatever its name says"
    except Image.DecompressionBombError:
        return (), _TOO_LARGE
    except _Unusable as error:
        return (), str(error)
    except Exception:  # noqa: BLE001 - decoders raise anything, and a picture that one refuses is shown as it is
        return (), "it is damaged, or cut off"
    is_worth_it = all(len(written) < len(data) for _, _, written in variants)
    return (variants if is_worth_it else ()), ""


def _look(image: Image, expected: str) -> None:
    """Look at what the head of a picture says, before any of it is decoded."""
    found = "JPEG" if image.format == "MPO" else image.format
    if found != expected:
        raise _Unusable(f"it is a {found} picture, which its name does not say")
    if image.width * image.height > LARGEST:
        raise _Unusable(_TOO_LARGE)


def _variants(image: Image) -> Iterator[Variant]:
    from PIL.Image import Resampling

    turn = image.getexif().get(_ORIENTATION, 1)
    is_turned = isinstance(turn, int) and turn >= _SWAPPED
    width, height = (image.height, image.width) if is_turned else image.size
    widths = widths_of(width)
    if widths and height * widths[-1] > _TALLEST * width:
        widths = ()
    if widths:
        # A JPEG is decoded at a half, a quarter or an eighth where that is enough.
        least = (widths[-1], math.ceil(height * widths[-1] / width))
        image.draft(None, (least[1], least[0]) if is_turned else least)
    image.load()  # also where nothing is made of it: who is cut off is told of
    if not widths:
        return
    profile = image.info.get("icc_profile")
    plain = _plain(image)
    is_drawn = image.format not in ("JPEG", "MPO") and plain.getcolors(_FEW_COLOURS) is not None
    top = (widths[-1], max(1, round(height * widths[-1] / width)))
    scaled = plain.resize((top[1], top[0]) if is_turned else top, Resampling.LANCZOS, reducing_gap=3.0)
    upright = _upright(_in_srgb(scaled, profile), turn)
    for wanted in widths:
        size = (wanted, max(1, round(height * wanted / width)))
        smaller = upright if size == upright.size else upright.resize(size, Resampling.LANCZOS, reducing_gap=3.0)
        yield (*size, _webp(smaller, is_drawn=is_drawn))


def _plain(image: Image) -> Image:
    """Return a picture in a mode that can be scaled: without a palette, with eight bits for each channel."""
    mode = image.mode
    is_clear = "transparency" in image.info
    if mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if mode in ("1", "L"):
        return image.convert("LA" if is_clear else "L")
    if mode in ("P", "PA", "RGB"):
        return image.convert("RGBA" if is_clear or mode == "PA" else "RGB")
    return image


def _in_srgb(image: Image, profile: bytes | None) -> Image:
    """Return a picture in sRGB, which is what a browser takes one without a profile for."""
    from PIL import Image as Images

    alpha = image.getchannel("A") if "A" in image.getbands() and image.mode != "LAB" else None
    colours = image.convert(image.mode.rstrip("A")) if alpha is not None else image
    colours = _converted(colours, profile) if profile else colours.convert("RGB")
    if alpha is None or alpha.getextrema() == (255, 255):
        return colours
    return Images.merge("RGBA", (*colours.split(), alpha))


def _converted(colours: Image, profile: bytes) -> Image:
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(colours, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        converted = None  # a profile that is damaged, or of other channels, is none
    return colours.convert("RGB") if converted is None else converted


def _upright(image: Image, turn: Any) -> Image:  # noqa: ANN401 - what stands in the metadata
    """Return a picture turned as its metadata says (Exif 2.32, section 4.6.4, Orientation)."""
    from PIL.Image import Transpose

    method = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }.get(turn)
    return image if method is None else image.transpose(method)


def _webp(image: Image, *, is_drawn: bool) -> bytes:
    """Return the bytes of WebP, without any metadata; a drawing keeps all of its edges where that takes less."""
    ways = ({"lossless": True}, {"quality": _QUALITY}) if is_drawn else ({"quality": _QUALITY},)
    return min((_written(image, way) for way in ways), key=len)


def _written(image: Image, way: dict[str, Any]) -> bytes:
    written = io.BytesIO()
    image.save(written, "WEBP", method=4, icc_profile=b"", exif=b"", xmp=b"", **way)
    return written.getvalue()
