"""Rendering: what a site's own templates can do and cannot, seen in the pages and on the console."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from harness import Site

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def test_own_template(site: Site) -> None:
    """A template of the site replaces the packaged one, and sees the site, its page and its subject."""
    site.article("business/gift", title="The gift").article("business/old", date="1998", title="Old")
    site.write("templates/article.html", "{{ site.title }}|{{ page.url }}|{{ page.kind }}|{{ article.card.title }}")
    site.write("templates/section.html", "{{ page.feed }} {{ page.json_feed }} {{ page.base }} {{ page.number }} "
               "{{ chunk.items | length }} {{ chunk.number }}")  # fmt: skip
    site.configure("[archive]\npage_size = 1\n")
    run = site.build()

    assert run.page("/business/gift/").html == "The Test Desk|/business/gift/|article|The gift"
    assert run.page("/business/").html == "/business/feed.xml /business/feed.json /business/ 0 1 0"


def test_own_parts(site: Site) -> None:
    """`_head.html` adds to the head of every page, and an asset of the site gets its fingerprint."""
    site.article().write("templates/_head.html", '<link rel="stylesheet" href="{{ "own.css" | asset }}">')
    page = site.write("templates/assets/own.css", "p { margin: 0 }").build().page("/business/gift/")

    (own,) = [url for e in page.all("link[rel=stylesheet]") if "own" in (url := e.attributes["href"])]
    assert re.fullmatch(r"\.\./\.\./assets/own\.[0-9a-f]{10}\.css", own)


def test_a_name_that_is_put_together(site: Site) -> None:
    """The name of an asset may be safe HTML, as what a `set` block holds is."""
    site.article().write("templates/_head.html", "{% set name %}own.css{% endset %}<i id='{{ name | asset }}'></i>")
    page = site.write("templates/assets/own.css", "p { margin: 0 }").build().page("/business/gift/")

    assert "assets/own." in page.html


def test_mistake(site: Site) -> None:
    """A mistake is told once for each place, with its line and a page, and nothing is written."""
    site.article().article("business/other", title="Other")
    site.write("templates/article.html", "{% extends 'base.html' %}\n{% block main %}{{ article.tit }}{% endblock %}")
    site.write("templates/404.html", "{{ none }}")

    site.fail().says(
        "templates/article.html:2", "has no `tit`", "while rendering /business/", "and 1 more page",
        "templates/404.html:1", "can print text and numbers, not None", "[template]",
    )  # fmt: skip
    assert not site.output.exists()


def test_not_text(site: Site) -> None:
    """A template that is not UTF-8 stops the build, and the finding says where."""
    site.article().write("templates/article.html", b"one\n\xff")

    site.fail().says("templates/article.html:2", "not UTF-8 text", "save templates in UTF-8")


def test_packaged_template_in_findings(site: Site) -> None:
    """A mistake of the site that shows in a packaged template names that as ours, not as the site's."""
    site.article().write("templates/_macros.html", "{# nothing #}")

    site.fail().says("sitegen/templates/base.html:")


def test_values_stay(site: Site) -> None:
    """No template can change what the next page sees."""
    site.article().configure("[extra]\ncolours = ['red']\n")
    site.write("templates/_head.html", "{% set gone = site.extra.colours.append('blue') %}")

    site.fail().says("access to attribute 'append'", "make a new list with `+`")


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ({"date": "2009-07-20"}, "2009-07-20T00:00:00Z"),
        ({"date": "2009-07-20", "updated": "2010-01-01 10:00 -4"}, "2010-01-01T10:00:00-04:00"),
        ({"date": "2009-07"}, None),
        ({"date": "1998"}, None),
        ({"date": "1998", "updated": "2001-02-03"}, "2001-02-03T00:00:00Z"),
    ],
)
def test_lastmod(site: Site, front: dict[str, str], expected: str | None) -> None:
    """The sitemap says when a piece last changed, and nothing where the day is not known."""
    run = site.article("business/gift", **front).build()
    entries = {entry.findtext(f"{NAMESPACE}loc"): entry.findtext(f"{NAMESPACE}lastmod")
               for entry in ET.fromstring(run.page("/sitemap.xml").html)}  # noqa: S314 - our own file  # fmt: skip

    assert entries["https://example.org/archive/business/gift/"] == expected
    assert entries["https://example.org/archive/business/"] is None
    assert "https://example.org/archive/404.html" not in entries


def test_right_to_left(site: Site) -> None:
    """A site in Hebrew runs from right to left, and its dates are Hebrew."""
    page = site.configure('language = "he"\n').article().build().page("/business/gift/")

    page.has("html[lang=he][dir=rtl]").has("time", "20 ביולי 2009")


def test_versions_of_a_notice(site: Site) -> None:
    """The page of a version lists the pieces under it, and no others."""
    for date in ("2000-01-01", "2010-01-01"):
        site.write(f"content/standards/editorial/{date}.md", "---\ntitle: Standards\n---\nText.\n")
    site.article("business/early", date="2005-01-01", title="Early", standards="editorial")
    site.article("business/late", date="2015-01-01", title="Late", standards="editorial")
    run = site.build()

    assert "Early" in run.page("/standards/editorial/2000-01-01/").html
    assert "Late" not in run.page("/standards/editorial/2000-01-01/").html
    assert "Late" in run.page("/standards/editorial/2010-01-01/").html
