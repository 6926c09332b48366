"""Languages of the interface: how dates are written, and in which direction lines run, as CLDR has it (by Babel)."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale, UnknownLocaleError

__all__ = ["direction", "locale_of"]

_BRITISH = Locale("en", "GB")


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    """Return the locale of a language tag (BCP 47), of its language alone, or else British English.

    Plain English is British too: it writes the day first.
    """
    tag = language.replace("_", "-")
    if tag.lower() == "en":
        return _BRITISH
    for candidate in (tag, tag.partition("-")[0]):
        try:
            return Locale.parse(candidate, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return _BRITISH


def direction(language: str) -> str:
    """Return `rtl` for a language written from right to left, else `ltr`."""
    return str(locale_of(language).text_direction)
