"""The URL contract."""

from __future__ import annotations

from typing import Any

import pytest

from sitegen.archive.urls import Urls, reserved
from sitegen.articles.dates import EdtfDate
from sitegen.articles.meta import Place


def test_contract() -> None:
    """Every page stands where the contract says."""
    urls = Urls()

    assert urls.article("business", "gift", EdtfDate("2009")) == "/business/gift/"
    assert urls.argument("/business/gift/", "horse") == "/business/gift/#horse"
    assert urls.argument_page("/business/gift/", "horse") == "/business/gift/horse/"
    assert [urls.term(kind, "x") for kind in ("section", "author", "tag")] == ["/x/", "/authors/x/", "/tags/x/"]
    assert [urls.terms(kind) for kind in ("section", "author", "tag")] == ["/sections/", "/authors/", "/tags/"]
    assert [urls.home(), urls.archive(), urls.arguments(), urls.claims()] == [
        "/",
        "/archive/",
        "/arguments/",
        "/claims/",
    ]
    assert [urls.year(987), urls.month(2009, 7)] == ["/archive/0987/", "/archive/2009/07/"]
    assert [urls.notices(), urls.notice("editorial")] == ["/standards/", "/standards/editorial/"]
    assert urls.version("editorial", EdtfDate("2009-01-01")) == "/standards/editorial/2009-01-01/"
    assert [urls.claim("x"), urls.page("about")] == ["/claims/x/", "/about/"]
    assert [urls.corrections(), urls.search()] == ["/corrections/", "/search/"]
    assert [urls.chunk("/tags/x/", 0), urls.chunk("/tags/x/", 3), urls.chunk("/", 1)] == [
        "/tags/x/",
        "/tags/x/page/3/",
        "/page/1/",
    ]
    assert [urls.feed("/", "xml"), urls.feed("/tags/x/", "json")] == ["/feed.xml", "/tags/x/feed.json"]


def test_argument_pages_off() -> None:
    """Without argument pages an argument's page is its place in the article."""
    assert Urls(argument_pages=False).argument_page("/a/b/", "c") == "/a/b/#c"


@pytest.mark.parametrize(
    ("date", "url", "missing"),
    [
        ("2009-07-02", "/2009/07/02/gift/", ()),
        ("2009-07", "/2009/07/gift/", ("day",)),
        ("2009", "/2009/gift/", ("month", "day")),
    ],
)
def test_pattern(date: str, url: str, missing: tuple[str, ...]) -> None:
    """Month and day have two digits; the parts that a partial date lacks are told."""
    urls = Urls("/{year}/{month}/{day}/{slug}/")

    assert urls.article("business", "gift", EdtfDate(date)) == url
    assert urls.missing_parts(EdtfDate(date)) == missing


def test_reserved_segment() -> None:
    """The first segment alone decides whether the site needs a URL itself."""
    assert [reserved("/tags/x/"), reserved("/x/tags/"), reserved("/tagsoup/")] == ["tags", "", ""]


def test_partial_date_under_pattern(site: Any) -> None:
    """A pattern that needs what the date lacks is an error at the date."""
    made = site('[archive]\npermalink = "/{year}/{month}/{slug}/"').article(
        date="2009", places={"date": Place(3, 7, 4)}
    )
    finding = made.make().one("permalink-part")

    assert (finding.path, finding.line, finding.column) == ("content/articles/business/gift.md", 3, 7)
    assert "month" in finding.message


def test_reserved_words(site: Any) -> None:
    """A section, page or article that would stand where the site's own pages stand is an error, once each."""
    made = site().article("business/page").article("tags/a").article("tags/b").record("page", "search").make()

    assert made.codes == ["reserved-slug"] * 3
    assert sorted(finding.path for finding in made.findings) == [
        "content/articles/business/page.md",
        "content/articles/tags/a.md",
        "content/pages/search.md",
    ]


def test_reserved_first_part_of_pattern(site: Any) -> None:
    """A pattern that begins with a reserved word is told once, whatever the number of articles."""
    made = site('[archive]\npermalink = "/archive/{slug}/"').article("a/x").article("a/y").make()

    assert made.one("reserved-slug").path == "config.toml"


def test_reserved_by_a_whole_segment(site: Any) -> None:
    """What a pattern makes of harmless slugs can be reserved all the same; so can a section without articles."""
    made = site('[archive]\npermalink = "/{slug}s/"').article("a/tag").record("section", "search").make()

    assert [finding.path for finding in made.findings] == ["content/articles/a/tag.md", "content/sections/search.md"]
    assert made.codes == ["reserved-slug"] * 2
