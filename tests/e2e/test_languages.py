"""Languages: the interface speaks that of the site, and on the page of a piece that of the piece."""

from __future__ import annotations

import pytest
from harness import CONFIG, Page, Site

BODY = """
The opening.

1. **The first point.** It is made. {: #one }
2. **The second point.** It is made too. {: #two }
"""
HOSTILE = 'Tom & <script>alert(1)</script> %(num)s "x"'


@pytest.fixture(scope="module", params=["en", "de", "fr", "es", "ar"])
def pages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Page]]:
    """Return a language, and pages of a site in it."""
    site = Site(tmp_path_factory.mktemp("languages") / "site", f'{CONFIG}language = "{request.param}"\n')
    site.article(
        "news/other", "1. **The far point.** Yes. {: #far }\n2. **Else.** No.\n", title="Other", arguments="list"
    )
    for own in ("en", "de", "ar", "nl"):
        site.article(
            f"news/{own}", BODY, arguments="list", title=f"Piece {own}", language=own, author="[Ada Berg, Jun Matsuda]"
        )
    site.article("news/gone", title="Gone", status="withdrawn", language="de")
    run = site.build()
    urls = (
        "/",
        "/news/en/",
        "/news/de/",
        "/news/ar/",
        "/news/nl/",
        "/news/ar/one/",
        "/news/gone/",
        "/archive/2009/07/",
    )
    return request.param, {url: run.page(url) for url in urls}


MENU = {"en": "Sections", "de": "Rubriken", "fr": "Rubriques", "es": "Secciones", "ar": "الأقسام"}
DATES = {"en": "20 July 2009", "de": "20. Juli 2009", "fr": "20 juillet 2009", "es": "20 de julio de 2009",
         "ar": "20 يوليو 2009"}  # fmt: skip
AND = {"en": "Ada Berg and Jun Matsuda", "de": "Ada Berg und Jun Matsuda", "fr": "Ada Berg et Jun Matsuda",
       "es": "Ada Berg y Jun Matsuda", "ar": "Ada Berg وJun Matsuda"}  # fmt: skip
MONTHS = {"en": "July 2009", "de": "Juli 2009", "fr": "juillet 2009", "es": "julio de 2009", "ar": "يوليو 2009"}


def test_lists(pages: tuple[str, dict[str, Page]]) -> None:
    """A front page has the words, dates and lists of names of the site."""
    language, found = pages
    page = found["/"]

    [html] = page.all("html")
    assert (html.attributes["lang"], html.attributes["dir"]) == (language, "rtl" if language == "ar" else "ltr")
    page.has("nav a", MENU[language]).has("time", DATES[language]).has(".sg-meta", AND[language])
    assert not {"lang", "dir"} & page.all("main")[0].attributes.keys()
    found["/archive/2009/07/"].has("h1", MONTHS[language])


@pytest.mark.parametrize("piece", ["en", "de", "ar", "nl"])
def test_pieces(pages: tuple[str, dict[str, Page]], piece: str) -> None:
    """What stands in the main part of a piece's page is in its language, if there is a catalogue; the rest is not."""
    language, found = pages
    page = found[f"/news/{piece}/"]
    spoken = piece if piece in MENU else language

    [main] = page.all("main")
    differs = {"lang": spoken} if spoken != language else {}
    turns = {"dir": "rtl" if spoken == "ar" else "ltr"} if (spoken == "ar") != (language == "ar") else {}
    assert {name: it for name, it in main.attributes.items() if name in ("lang", "dir")} == differs | turns
    page.has(".sg-menu a", MENU[language]).has("main time", DATES[spoken])
    page.has(".sg-citation", DATES[spoken]).has(".sg-citation", AND[spoken])
    # A language without a catalogue is that of the piece's own words alone.
    assert page.all("h1")[0].attributes.get("lang") == (None if piece == spoken else piece)


def test_stated_once(pages: tuple[str, dict[str, Page]]) -> None:
    """No element states the language that it has anyway from the elements around it."""
    _, found = pages
    for url in ("/news/de/", "/news/ar/", "/news/ar/one/", "/news/gone/"):
        [main] = found[url].all("main")
        own = main.attributes.get("lang") or found[url].all("html")[0].attributes["lang"]
        stating = [element.tag for element in found[url].elements if element.attributes.get("lang") == own]
        assert stating == ["main" if "lang" in main.attributes else "html"], url


def test_tombstone(pages: tuple[str, dict[str, Page]]) -> None:
    """What stands in the place of a piece speaks its language; the way down to it that of the site."""
    language, found = pages
    page = found["/news/gone/"].has("h1", "Dieser Beitrag wurde zurückgezogen").has("main time", DATES["de"])
    home = {"en": "Home", "de": "Startseite", "fr": "Accueil", "es": "Portada", "ar": "الرئيسية"}[language]

    page.has(".sg-crumbs", home)


def test_hostile_title(site: Site) -> None:
    """Values within words are escaped like all others."""
    site.write("config.toml", f'{CONFIG.replace("The Test Desk", "A <b> %(x)s")}language = "de"\n')
    site.article("news/a", BODY, arguments="list", title=f"'{HOSTILE}'", author="'<i>Eve</i>, \"M\"'", language="de")
    site.article("news/b", title=f"'{HOSTILE}'", status="withdrawn", language="de")
    run = site.build()

    for url in ("/news/a/", "/news/a/one/", "/news/b/", "/", "/archive/", "/arguments/"):
        html = run.page(url).html
        assert [tag for tag in ("<script>alert", "<i>Eve", "<b> %") if tag in html] == [], url
    run.page("/news/b/").has(".sg-dek", "<script>alert(1)</script> %(num)s")
    run.page("/archive/").has("title", "A <b> %(x)s")


def test_own_catalogue(site: Site) -> None:
    """A site brings its language, or replaces words; an edit of the catalogue renders what uses it."""
    site.write("config.toml", f'{CONFIG}language = "nl"\n').article("news/en", BODY, arguments="list", language="en")
    site.article("news/nl", BODY, arguments="list", title="Stuk")
    site.build().page("/news/nl/").has(".sg-menu", "Sections").has("main time", "20 juli 2009")

    site.write("templates/locale/nl.po", 'msgid "Sections"\nmsgstr "Rubrieken"\n\nmsgid "Cite"\nmsgstr "Citeer"\n')
    run = site.build()
    run.page("/news/nl/").has(".sg-menu", "Rubrieken").has("summary", "Citeer")
    run.page("/news/en/").has(".sg-menu", "Rubrieken").has("summary", "Cite")

    site.write("templates/locale/nl.po", 'msgid "Sections"\nmsgstr "Rubrieken\n')
    site.fail().finds("fatal", "templates/locale/nl.po:2:1", "template", message="is no line of a gettext catalogue")


def test_feeds(site: Site) -> None:
    """A feed has its title in the language of the site, and in an entry that of the piece."""
    site.write("config.toml", f'{CONFIG}language = "fr"\n[feeds]\nfull_text = true\n')
    site.article("news/de", status="retracted", language="de").article("news/fr", status="retracted", title="Autre")
    run = site.build()

    assert "Dieser Beitrag wurde widerrufen." in run.page("/feed.xml").html
    assert "Cet article a été rétracté." in run.page("/feed.json").html
    assert "Corrections · The Test Desk" in run.page("/corrections/feed.xml").html
