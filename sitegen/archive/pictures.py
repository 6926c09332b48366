"""Pictures in bodies: several widths for a browser to choose from, and captions.

What a picture is made of is answered with its link (see `links.py`), so it is the tag around a link that changes here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

from msgspec import Struct

__all__ = ["Picture", "PictureOf", "with_captions", "with_variants"]


class Picture(Struct, frozen=True):
    """A picture of the site as pages show it: its size in pixels, 0 where its file does not tell, and its variants.

    `srcset` has the URLs of the same picture as WebP with their widths (HTML, section 4.8.4.2.1), narrowest first;
    it is empty where the original is all there is.
    """

    width: int = 0
    height: int = 0
    srcset: str = ""


PictureOf = Callable[[str], Picture]
"""Gives a picture by the path of its file."""

_ATTRIBUTE = r"[^<>\"]*+(?:\"[^\"]*+\"[^<>\"]*+)*+"
_IMAGE = rf"<img {_ATTRIBUTE}>"
_ALONE = re.compile(rf"<p>((?:<picture><source {_ATTRIBUTE}>)?{_IMAGE}(?:</picture>)?)</p>")
_TITLE = re.compile(r"(<img(?:[^<>\"]*+\"[^\"]*+\")*?) title=\"([^\"]*+)\"")


def with_variants(tag: str, picture: Picture, sizes: str) -> str:
    """Return the tag of a picture, in an element that offers its variants too; `sizes` says how wide it is shown.

    It is then loaded when it is near, and decoded beside the text.
    """
    more = "".join(f' {name}="{value}"' for name, value in _LAZY if f" {name}=" not in tag)
    source = f'<source type="image/webp" srcset="{escape(picture.srcset)}" sizes="{escape(sizes)}">'
    return f"<picture>{source}{tag[:-1].rstrip(' /')}{more}></picture>"


_LAZY = (("loading", "lazy"), ("decoding", "async"))


def with_captions(html: str) -> str:
    """Return HTML in which a picture with a title, alone in its paragraph, is a figure with the title as caption."""
    if "<p><" not in html or ' title="' not in html:
        return html
    return _ALONE.sub(_figure, html)


def _figure(paragraph: re.Match[str]) -> str:
    title = _TITLE.search(paragraph[1])
    if title is None or not (caption := unescape(title[2]).strip()):
        return paragraph[0]
    image = _TITLE.sub(r"\1", paragraph[1], count=1)
    return f"<figure>{image}<figcaption>{escape(caption, quote=False)}</figcaption></figure>"
