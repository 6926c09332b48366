"""Languages of the interface: every tag has a locale, and a direction."""

from __future__ import annotations

import pytest

from sitegen.pages.languages import direction, locale_of


@pytest.mark.parametrize(
    ("language", "locale", "runs"),
    [
        ("en", "en_GB", "ltr"),
        ("EN", "en_GB", "ltr"),
        ("en-US", "en_US", "ltr"),
        ("pt_BR", "pt_BR", "ltr"),
        ("de-1996", "de", "ltr"),
        ("ar", "ar", "rtl"),
        ("he-IL", "he_IL", "rtl"),
        ("az-Arab", "az_Arab", "rtl"),
        ("az", "az", "ltr"),
        ("x-private", "en_GB", "ltr"),
        ("tlh", "en_GB", "ltr"),
        ("", "en_GB", "ltr"),
    ],
)
def test_locale(language: str, locale: str, runs: str) -> None:
    """A tag gives its locale, or that of its language, or British English; the script gives the direction."""
    assert (locale, runs) == (str(locale_of(language)), direction(language))
