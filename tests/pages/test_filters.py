"""The filters of the template API: the same answer everywhere, and a plain word to who uses one wrongly."""

from __future__ import annotations

import datetime as dt
from functools import cache, partial
from pathlib import Path
from typing import Any

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from sitegen.archive.cards import ArgumentCard, ArgumentView, ArticleView, Byline, Card, Standards, Term
from sitegen.articles.dates import EdtfDate
from sitegen.articles.inline import Inline
from sitegen.config import Config, parse
from sitegen.pages.assets import Assets
from sitegen.pages.filters import DATE_FORMATS, Filters
from sitegen.pages.site import Site


def config(more: str = "") -> Config:
    """Return a configuration with further lines."""
    return parse(f'title = "The Desk"\nbase_url = "https://example.org/archive/"\n{more}'.encode())


def filters(more: str = "", **theme: bytes) -> dict[str, Any]:
    """Return the filters of a site with these lines of configuration and these assets."""
    settings = config(more)
    assets = Assets(Path(), {name.replace("_", "."): data for name, data in theme.items()})
    found = Filters(settings, cache(lambda language: Inline(settings.markdown, language))).by_name()
    site = Site.of(settings, lambda _, name: assets.theme_url(name))
    context = (
        jinja2.Environment(autoescape=True).from_string("").new_context({"site": site, "language": settings.language})
    )
    return {
        name: partial(it, context) if hasattr(it, "jinja_pass_arg") and name != "tojson" else it
        for name, it in found.items()
    }


FULL, MONTH, YEAR = EdtfDate("2009-07-20"), EdtfDate("1998-05"), EdtfDate("1998")
TIMED, OFFSET = EdtfDate("2009-07-20T23:30:00"), EdtfDate("2009-07-20T23:30:00-04:00")


def card(*names: str, title: str = "The gift", language: str = "en") -> Card:
    """Return a card by these authors."""
    section = Term("section", "business", "Business", "/business/")
    authors = tuple(Byline(Term("author", name.lower(), name, f"/authors/{name.lower()}/")) for name in names)
    return Card(
        id="business/gift", url="/business/gift/", title=title, date=FULL, section=section, authors=authors,
        language=language,
    )  # fmt: skip


@pytest.mark.parametrize("value", ["", 'a\'s <b> & "c" \\ \n\u2028é', Markup("<i>'"), 5, None, ["<", {"a": "é"}], True])
@pytest.mark.parametrize("template", ["{{ value | tojson }}", "{{ value | tojson(2) }}", "{{ value | string | safe }}"])
def test_same_as_jinja(template: str, value: Any) -> None:
    """Filters of Jinja that are made quicker give what Jinja's give."""
    jinja = jinja2.Environment(autoescape=True)
    jinja.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    expected = jinja.from_string(template).render(value=value)
    jinja.filters |= filters()

    assert jinja.from_string(template).render(value=value) == expected


@pytest.mark.parametrize(
    ("date", "format_", "expected"),
    [
        (FULL, "long", "20 July 2009"),
        (FULL, "short", "20 Jul 2009"),
        (FULL, "month", "July 2009"),
        (FULL, "year", "2009"),
        (FULL, "iso", "2009-07-20"),
        (FULL, "rfc3339", "2009-07-20T00:00:00Z"),
        (MONTH, "long", "May 1998"),
        (MONTH, "short", "May 1998"),
        (MONTH, "iso", "1998-05"),
        (MONTH, "rfc3339", "1998-05-01T00:00:00Z"),
        (YEAR, "long", "1998"),
        (YEAR, "month", "1998"),
        (YEAR, "rfc3339", "1998-01-01T00:00:00Z"),
        (TIMED, "long", "20 July 2009"),
        (TIMED, "rfc3339", "2009-07-20T23:30:00Z"),
        (OFFSET, "long", "20 July 2009"),
        (OFFSET, "rfc3339", "2009-07-20T23:30:00-04:00"),
    ],
)
def test_date(date: EdtfDate, format_: str, expected: str) -> None:
    """A date says what is known of it, in every format; its day is that of its own offset."""
    assert expected == filters()["date"](date, format_)


@pytest.mark.parametrize(
    ("language", "day", "month"),
    [
        ("en", "20 July 2009", "May 1998"),
        ("en-US", "July 20, 2009", "May 1998"),
        ("de", "20. Juli 2009", "Mai 1998"),  # codespell:ignore juli
        ("es", "20 de julio de 2009", "mayo de 1998"),
        ("ja", "2009年7月20日", "1998年5月"),
        ("pt_BR", "20 de julho de 2009", "maio de 1998"),
        ("zh-Hant-TW", "2009年7月20日", "1998年5月"),
        ("de-1996", "20. Juli 2009", "Mai 1998"),  # codespell:ignore juli
        ("tlh", "20 July 2009", "May 1998"),
    ],
)
def test_date_languages(language: str, day: str, month: str) -> None:
    """Dates are written as the language of the site writes them; an unknown one as plain English."""
    date = filters(f'language = "{language}"')["date"]

    assert (day, month) == (date(FULL), date(MONTH))


@pytest.mark.parametrize(
    ("zone", "text", "expected"),
    [
        ("Europe/Berlin", "2009-07-20", "2009-07-20T00:00:00+02:00"),
        ("America/New_York", "2009-07-20T10:00:00", "2009-07-20T10:00:00-04:00"),
        ("America/New_York", "2009-07-20T10:00:00+01:00", "2009-07-20T10:00:00+01:00"),
        ("Europe/London", "1840-01-01", "1840-01-01T00:01:15Z"),
    ],
)
def test_rfc3339_zone(zone: str, text: str, expected: str) -> None:
    """A date without an offset has that of the site's zone; the seconds of old local times become UTC."""
    assert expected == filters(f'timezone = "{zone}"')["date"](EdtfDate(text), "rfc3339")


@given(st.dates(dt.date(1000, 1, 2), dt.date(9998, 1, 1)), st.sampled_from(["UTC", "Europe/Amsterdam", "Asia/Kolkata"]))
def test_rfc3339_is_read_back(day: dt.date, zone: str) -> None:
    """Every day gives a moment that RFC 3339 allows, and that means the same."""
    text = filters(f'timezone = "{zone}"')["date"](EdtfDate(day.isoformat()), "rfc3339")
    moment = dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z")

    assert day == moment.astimezone(config(f'timezone = "{zone}"').zone).date()


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("date", (None,), "`date` needs a date, not None"),
        ("date", ("2009",), "`date` needs a date, not a str"),
        ("date", (FULL, "%Y"), f"unknown date format “%Y”; there are {', '.join(DATE_FORMATS)}"),
        ("month_name", (13,), "there is no month 13"),
        ("month_name", (0,), "there is no month 0"),
        ("asset", ("gone.css",), "there is no asset “gone.css” in templates/assets/"),
        ("cite", ("The gift",), "`cite` needs an article, not a str"),
    ],
)
def test_wrong_use(name: str, arguments: tuple[Any, ...], message: str) -> None:
    """Wrong use is a `TypeError` that says what is wrong in plain words."""
    with pytest.raises(TypeError) as caught:
        filters()[name](*arguments)

    assert message == str(caught.value)


def test_asset() -> None:
    """An asset has its fingerprint in its URL."""
    first, second = filters(style_css=b"a {}"), filters(style_css=b"b {}")

    assert first["asset"]("style.css").startswith("/assets/style.")
    assert first["asset"]("style.css") != second["asset"]("style.css")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/", "https://example.org/archive/"),
        ("/x/#y", "https://example.org/archive/x/#y"),
        ("//host/x", "//host/x"),
        ("https://host/", "https://host/"),
        ("x/", "x/"),
    ],
)
def test_absolute(url: str, expected: str) -> None:
    """What begins at the root stands below the base URL, whatever its path; the rest stays."""
    assert expected == filters()["absolute"](url)


def test_absolute_links() -> None:
    """The HTML of a feed has absolute addresses."""
    assert filters()["absolute_links"]('<a href="#n">', "/a/") == '<a href="https://example.org/archive/a/#n">'


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("one two", 2, "one two"),
        ("one  two\nthree", 2, "one two…"),
        ("one, two – three", 1, "one…"),
        ("one two – three", 3, "one two …"),
        ("", 3, ""),
    ],
)
def test_excerpt(text: str, words: int, expected: str) -> None:
    """An excerpt has so many words, and ends in an ellipsis without a loose comma before it."""
    assert expected.replace(" …", "…") == filters()["excerpt"](text, words).replace(" …", "…")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ((), ""),
        (("Ivers",), "Ivers, "),
        (("Ivers", "Berg"), "Ivers and Berg, "),
        (("Ivers", "Berg", "Okafor"), "Ivers, Berg and Okafor, "),
    ],
)
def test_cite_authors(names: tuple[str, ...], expected: str) -> None:
    """A citation names every author, as a sentence would."""
    assert f"{expected}“The gift”, The Desk, 20 July 2009, https://example.org/archive/business/gift/" == filters()[
        "cite"
    ](card(*names))


def test_cite_argument() -> None:
    """An argument is cited by its number and its place."""
    piece = card("Ivers")
    point = ArgumentCard(
        ref="business/gift#free", id="free", number=3, claim="It is free.", short="It is free",
        url="/business/gift/#free", page_url="/business/gift/free/", article=piece,
    )  # fmt: skip
    view = ArgumentView(card=point, claim_html="", rest_html="", html="", text="", title="sentence")
    cite = filters()["cite"]

    assert cite(piece, view).endswith(", argument 3, https://example.org/archive/business/gift/#free")
    assert cite(piece, 3).endswith(", argument 3, https://example.org/archive/business/gift/")
    assert cite(ArticleView(card=piece, standards=Standards(status="none"))) == cite(piece)


def test_cite_typography() -> None:
    """The title has the quotes of its language; the URL is left as it is."""
    cite = filters("[markdown]\ntypography = true")["cite"]

    assert "“Don’t”" in cite(card(title="Don't"))
    assert "“Das „Tor“”" in cite(card(title='Das "Tor"', language="de"))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("A *gift* is a gift", "", "A <em>gift</em> is a gift"),
        ('"so" -- he', "", "“so” – he"),
        ('"so"', "de", "„so“"),
        ("<script>alert(1)</script>x", "", "x"),
    ],
)
def test_markdown(text: str, language: str, expected: str) -> None:
    """A line of Markdown becomes safe inline HTML, with the quotes of a language."""
    assert expected == filters()["markdown"](text, language)


def test_typography() -> None:
    """Plain text gets the quotes of a language, unless the site wants none."""
    assert filters()["typography"]('"so"', "de") == "„so“"
    assert filters()["typography"]("it's") == "it’s"
    assert filters("[markdown]\ntypography = false")["typography"]("it's") == "it's"


def test_month_name() -> None:
    """A month is named as it stands alone."""
    assert filters()["month_name"](7) == "July"
    assert filters('language = "pl"')["month_name"](7) == "lipiec"
