"""The picture that stands for a piece where its link is shared: its title, its authors, the day and the site's name.

Set in a TrueType font of the site, or else in Source Serif (Latin, Greek, Cyrillic), which the extra `images` brings;
without that in Pillow's own, which has the letters of English and hardly any other. What the font cannot write is not
written with boxes in the place of letters: then there is no picture.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from sitegen.pictures.entry import ShareText

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

__all__ = ["SIZE", "can_read", "make_share", "own_font"]

SIZE = (1200, 630)
"""Width and height that the services which show such pictures ask for (Open Graph; 1.91 to 1)."""

_MARGIN = 84
_ROOM = SIZE[0] - 2 * _MARGIN
_STEP = 24
_TOP, _BOTTOM = 168, 476
_TITLE = (92, 84, 76, 68, 60, 54, 48, 44)
_LEADING = 1.16
_SMALL = 32
_EDGE = 13
_SHADES = 15
# From top to bottom: the site, the title, who and when.
_BANDS = ((0, 130), (130, 505), (505, SIZE[1]))
# None of these begins a line.
_CLOSING = frozenset(" -–—、。，．！？：；）」』】〉》ー々")
_PLAINER = str.maketrans({"–": "-", "—": "-", "\u00a0": " ", "\u202f": " ", "\u2011": "-"})


def make_share(text: ShareText, font: bytes | None) -> bytes | None:
    """Return the picture as a PNG with a palette, `None` where the font or Pillow cannot set the text.

    `font` are the bytes of a TrueType or OpenType font, `None` for Pillow's own.
    """
    from PIL import Image as Images
    from PIL import ImageDraw

    if font is None:
        text = structs.replace(
            text, **{name: getattr(text, name).translate(_PLAINER) for name in ("title", "authors", "date", "site")}
        )
    words = [unicodedata.normalize("NFC", " ".join(it.split())) for it in (text.title, text.authors, text.date)]
    site = unicodedata.normalize("NFC", " ".join(text.site.split()))
    if not words[0] or not _can_set((*words, site), font):
        return None
    image = Images.new("L", SIZE, 0)
    is_rtl = _is_rtl(words[0])
    _Sheet(ImageDraw.Draw(image), font).draw(words[0], " · ".join(filter(None, words[1:])), site)
    written = io.BytesIO()
    _coloured(image, text.colours, is_rtl=is_rtl).save(written, "PNG", compress_level=6)
    return written.getvalue()


def _coloured(image: Image, colours: Sequence[str], *, is_rtl: bool) -> Image:
    """Return a drawing of shades from 0 to `_SHADES` in colours: each band of it has its own ink on one paper."""
    from PIL import ImageColor, ImageDraw

    paper, ink, quiet, accent, line = map(ImageColor.getrgb, colours)
    palette = list(paper)
    for number, ((top, bottom), colour) in enumerate(zip(_BANDS, (accent, ink, quiet), strict=True)):
        first = number * _SHADES
        band = (0, top, SIZE[0], bottom)
        image.paste(image.crop(band).point([0, *range(first + 1, first + 256)]), band)
        for shade in range(1, _SHADES + 1):
            pairs = zip(paper, colour, strict=True)
            palette += [round(one + (other - one) * shade / _SHADES) for one, other in pairs]
    draw = ImageDraw.Draw(image)
    draw.rectangle((SIZE[0] - _EDGE, 0, *SIZE) if is_rtl else (0, 0, _EDGE, SIZE[1]), fill=_SHADES)
    draw.line((_MARGIN, 508, SIZE[0] - _MARGIN, 508), fill=len(palette) // 3, width=2)
    image.putpalette([*palette, *line])
    return image


def own_font() -> bytes | None:
    """Return the font of the extra `images`, `None` where it is not installed."""
    package = find_spec("font_source_serif_pro")
    if package is None or package.origin is None:
        return None
    file = Path(package.origin).parent / "files" / "SourceSerifPro-Semibold.ttf"
    return file.read_bytes() if file.is_file() else None


def can_read(font: bytes) -> bool:
    """Whether the bytes are a font that can be set."""
    from PIL import ImageFont

    try:
        return ImageFont.truetype(io.BytesIO(font), _SMALL) is not None
    except (OSError, ValueError):
        return False


class _Sheet:
    """Sets lines on a picture, from the side that their writing begins at."""

    def __init__(self, draw: ImageDraw, font: bytes | None) -> None:
        self._draw = draw
        self._font = font

    def draw(self, title: str, under: str, site: str) -> None:
        """Draw all of it: the site above, the title, and who wrote it and when below a line."""
        is_rtl = _is_rtl(title)
        self._line(self._cut(site, _SMALL), 74, _SMALL, is_rtl=is_rtl)
        size, lines = self._title(title)
        height = round(size * _LEADING)
        start = _TOP + (_BOTTOM - _TOP - height * len(lines)) // 2
        for number, line in enumerate(lines):
            self._line(line, start + number * height, size, is_rtl=is_rtl, weight=1 if self._font is None else 0)
        self._line(self._cut(under, _SMALL), 532, _SMALL, is_rtl=is_rtl)

    def _line(self, text: str, top: int, size: int, *, is_rtl: bool, weight: int = 0) -> None:
        font, way = self._of(text, size)
        place = (SIZE[0] - _MARGIN, top) if is_rtl else (_MARGIN, top)
        self._draw.text(place, text, _SHADES, font, anchor="ra" if is_rtl else "la", direction=way, stroke_width=weight)

    def _title(self, title: str) -> tuple[int, list[str]]:
        """Return the largest size in which the title has room, and its lines; a very long one is cut."""
        for size in _TITLE:
            most = (_BOTTOM - _TOP) // round(size * _LEADING)
            lines = list(self._broken(title, size))
            if len(lines) <= most and all(self._width(line, size) <= _ROOM for line in lines):
                return size, self._balanced(title, size, lines)
        shown = [self._cut(line, size) for line in lines[:most]]
        if len(lines) > most:
            shown[-1] = self._cut(shown[-1] + " " + lines[most], size)
        return size, shown

    def _balanced(self, title: str, size: int, lines: list[str]) -> list[str]:
        """Return as many lines, of widths as much alike as words allow."""
        for room in range(_ROOM // 2, _ROOM, _STEP):
            narrower = list(self._broken(title, size, room))
            if len(narrower) == len(lines) and all(self._width(line, size) <= room for line in narrower):
                return narrower
        return lines

    def _broken(self, text: str, size: int, room: int = _ROOM) -> Iterator[str]:
        line = ""
        for piece in _pieces(text):
            longer = line + piece
            if line.strip() and self._width(longer.strip(), size) > room:
                yield line.strip()
                line = piece
            else:
                line = longer
        if line.strip():
            yield line.strip()

    def _cut(self, text: str, size: int) -> str:
        """Return a line that has room, with an ellipsis where some of it has none."""
        if self._width(text, size) <= _ROOM:
            return text
        while text and self._width(text + "…", size) > _ROOM:
            text = text[:-1].rstrip()
        return text + "…"

    def _width(self, text: str, size: int) -> float:
        font, way = self._of(text, size)
        return font.getlength(text, direction=way)

    def _of(self, text: str, size: int) -> tuple[FreeTypeFont, str | None]:
        """Return the font for a text, and its direction where that has to be said."""
        shapes = _needs_shaping(text)
        return _font(self._font, size, shapes=shapes), ("rtl" if _is_rtl(text) else "ltr") if shapes else None


@lru_cache(maxsize=32)
def _font(font: bytes | None, size: int, *, shapes: bool = False) -> FreeTypeFont:
    from PIL import ImageFont

    if font is None:
        return ImageFont.load_default(size)  # type: ignore[return-value]
    engine = ImageFont.Layout.RAQM if shapes else ImageFont.Layout.BASIC
    return ImageFont.truetype(io.BytesIO(font), size, layout_engine=engine)


def _can_set(texts: tuple[str, ...], font: bytes | None) -> bool:
    """Whether every letter is in the font, and can be put to the others."""
    from PIL import features

    if any(map(_needs_shaping, texts)) and not features.check("raqm"):
        return False
    return all(_has(font, letter) for letter in {*"".join(texts)} if not letter.isspace())


@lru_cache(maxsize=4096)
def _has(font: bytes | None, letter: str) -> bool:
    """Whether a font has a letter: it is not drawn like U+FFFF, which no font has."""
    if unicodedata.category(letter) == "Cf":
        return True  # shows nothing, and shapes what is beside it
    if unicodedata.category(letter)[0] == "C":
        return False  # no text
    setting = _font(font, _SMALL)
    one, none = setting.getmask(letter), setting.getmask("\uffff")
    return one.size != none.size or bytes(one) != bytes(none)


def _needs_shaping(text: str) -> bool:
    """Whether letters change with their neighbours, or run from the right."""
    return any(
        unicodedata.bidirectional(it) in ("R", "AL", "AN") or unicodedata.category(it) in ("Mn", "Mc") for it in text
    )


def _is_rtl(text: str) -> bool:
    """Whether a text begins at the right: its first letter with a direction says so (Unicode, UAX #9, P2)."""
    return next((it for it in map(unicodedata.bidirectional, text) if it in ("L", "R", "AL")), "L") != "L"


def _pieces(text: str) -> Iterator[str]:
    """Yield the parts between which a line may end: words with the blank after them, and letters of wide writing."""
    piece = ""
    for letter in text:
        may_end = piece and (piece[-1] in " -" or _is_wide(letter) or _is_wide(piece[-1]))
        if may_end and letter not in _CLOSING:
            yield piece
            piece = ""
        piece += letter
    if piece:
        yield piece


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in ("W", "F")
