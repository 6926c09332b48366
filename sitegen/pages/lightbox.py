"""What is known of pictures: their variants and share images, as the darkroom made them, to be looked at by pages.

It only reads. What a page is to show is known here before the page is rendered, or it is a mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sitegen.archive.cards import Card
from sitegen.articles.typography import typographic
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.digest import digest_bytes
from sitegen.pages.filters import Filters
from sitegen.pictures.entry import Entry, ShareText, share_key, variants_key

__all__ = ["Lightbox", "font_problem"]


class Lightbox:
    """The entries of a build by their keys, and the words of its share images."""

    def __init__(self, entries: Mapping[str, Entry], config: Config, theme: Mapping[str, bytes]) -> None:
        """Look at `entries`; the font of share images is one of the assets of the `theme`."""
        self._entries = entries
        self._config = config
        font = font_of(config, theme)
        self._font = digest_bytes(font) if font is not None else ""
        self._filters: Filters | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what each process makes for itself."""
        return self.__dict__ | {"_filters": None}

    @property
    def has_shares(self) -> bool:
        """Whether articles have share images."""
        return self._config.archive.share_images

    def variants(self, path: str, digest: str) -> Entry:
        """Return what was made of a picture; raises `LookupError` where that is not known."""
        return self._entries[variants_key(path, digest)]

    def share(self, card: Card) -> Entry:
        """Return the share image of an article; raises `LookupError` where it is not known whether it has one."""
        return self._entries[share_key(self.text(card))]

    def text(self, card: Card) -> ShareText:
        """Return the words of the share image of an article."""
        if self._filters is None:
            self._filters = Filters(self._config, _no_markdown)
        colours = self._config.design.colours("light")
        has_typography = self._config.markdown.typography
        return ShareText(
            title=typographic(card.title, card.language) if has_typography else card.title,
            authors=", ".join(author.term.name for author in card.authors),
            date=self._filters.said(card.date),
            site=self._config.title,
            font=self._font,
            colours=(colours["paper"], colours["ink"], colours["quiet"], colours["accent"], colours["line"]),
        )


def font_of(config: Config, theme: Mapping[str, bytes]) -> bytes | None:
    """Return the font that share images are set in, `None` for Pillow's own, or where there are none."""
    if not config.archive.share_images:
        return None
    if config.archive.share_font:
        return theme.get(config.archive.share_font)
    from sitegen.pictures.share import own_font

    return own_font()


def font_problem(config: Config, theme: Mapping[str, bytes]) -> Diagnostic | None:
    """Return what is wrong with the font of share images, where such are to be made."""
    name = config.archive.share_font
    if not config.archive.share_images or not name:
        return None
    from sitegen.pictures.share import can_read

    font = theme.get(name)
    if font is not None and can_read(font):
        return None
    what = "is no TrueType font" if font is not None else "is not there"
    hint = "put a .ttf file there, or remove `share_font` from `config.toml`"
    return Diagnostic.of("config", f"the font of share images, templates/assets/{name}, {what}", hint=hint)


def _no_markdown(_: str) -> Any:  # noqa: ANN401 - it is never asked
    raise LookupError("share images have no Markdown")
