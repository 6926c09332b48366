"""Feeds: what is in them, in which order, and that they stay true when pieces change."""

from __future__ import annotations

import json
from typing import Any

import feedparser
import pytest
from harness import Run, Site


def atom(run: Run, url: str) -> Any:
    """Return a feed as `feedparser` reads it."""
    feed = feedparser.parse(run.page(url).html)
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


def test_newest_first(site: Site) -> None:
    """A feed has the newest pieces, as many as configured, each under its permanent identity."""
    for year in range(2001, 2006):
        site.article(f"business/piece-{year}", date=f"{year}-01-01", title=f"Piece {year}")
    run = site.configure("[feeds]\nlimit = 3\n").build()
    expected = [f"tag:example.org,{year}:business/piece-{year}" for year in (2005, 2004, 2003)]

    for url in ("/feed.xml", "/business/feed.xml", "/authors/mara-ivers/feed.xml"):
        assert expected == [entry.id for entry in atom(run, url).entries]
    for url in ("/feed.json", "/business/feed.json", "/authors/mara-ivers/feed.json"):
        assert expected == [item["id"] for item in json.loads(run.page(url).html)["items"]]


def test_updated(site: Site) -> None:
    """`updated` is the newest change of an entry by its instant, and a correction is one."""
    site.article("business/old", date="2001-01-01", corrections="[{date: 2011-05-06, text: Not so.}]")
    site.article("business/late", date="2010-01-01T23:00:00-05:00")
    site.article("business/later", date="2010-01-02T03:00:00+00:00")
    feed = atom(site.build(), "/feed.xml")

    assert feed.feed.updated == "2011-05-06T00:00:00Z"
    assert [entry.updated for entry in feed.entries] == [
        "2010-01-01T23:00:00-05:00",
        "2010-01-02T03:00:00Z",
        "2011-05-06T00:00:00Z",
    ]
    site.delete("content/articles/business/old.md")
    assert atom(site.build(), "/feed.xml").feed.updated == "2010-01-01T23:00:00-05:00"


def test_full_text(site: Site) -> None:
    """An entry has the whole text with absolute links, and code that looks like a link stays as it is."""
    site.article(
        "business/gift",
        'See [it](../other/), [all](/archive/) and [note][n].\n\n    <a href="relative/">\n\n[n]: #x\n\n## X {: #x }\n',
    )
    run = site.run("build")
    html = atom(run, "/feed.xml").entries[0].content[0].value

    assert 'href="https://example.org/archive/archive/"' in html
    assert 'href="https://example.org/archive/business/gift/#x"' in html
    assert 'href="relative/"' in html.replace("&quot;", '"')
    assert html == json.loads(run.page("/feed.json").html)["items"][0]["content_html"].strip()


def test_summaries_only(site: Site) -> None:
    """Without full text an entry has its description."""
    site.article("business/gift", "The secret text.", description="What it says.")
    run = site.configure("[feeds]\nfull_text = false\n").build()

    assert "secret" not in run.page("/feed.xml").html + run.page("/feed.json").html
    assert atom(run, "/feed.xml").entries[0].summary == "What it says."
    assert json.loads(run.page("/feed.json").html)["items"][0]["content_text"] == "What it says."


def test_corrections(site: Site) -> None:
    """The feed of corrections has one entry for each, whose id stays when others are added."""
    first = "{date: 2010-03-01, text: 'See [it](/about/).'}"
    site.article("business/gift", corrections=f"[{first}]").write("content/pages/about.md", "---\ntitle: About\n---\n")
    before = [entry.id for entry in atom(site.build(), "/corrections/feed.xml").entries]
    more = "{date: 2011-01-01, text: Two.}, {date: 2010-03-01, text: Three., kind: update}"
    run = site.article("business/gift", corrections=f"[{more}, {first}]").build()
    feed = atom(run, "/corrections/feed.xml")
    ids = [entry.id for entry in feed.entries]

    assert before == ["tag:example.org,2009:business/gift#correction-2010-03-01"]
    assert len(set(ids)) == 3
    assert set(before) < set(ids)
    assert [entry.updated[:10] for entry in feed.entries] == ["2011-01-01", "2010-03-01", "2010-03-01"]
    assert 'href="https://example.org/archive/about/"' in run.page("/corrections/feed.json").html.replace("\\", "")
    assert ids == [item["id"] for item in json.loads(run.page("/corrections/feed.json").html)["items"]]


def test_empty(site: Site) -> None:
    """An archive without a piece has feeds without an entry, as of the day of the build."""
    run = site.build("--as-of", "2020-02-03")

    for url in ("/feed.xml", "/corrections/feed.xml"):
        feed = atom(run, url)
        assert (feed.entries, feed.feed.updated) == ([], "2020-02-03T00:00:00Z")
    assert json.loads(run.page("/feed.json").html)["items"] == []


@pytest.mark.parametrize("text", ["a &#1; b", "a &#xb; b", "a &#xFFFE; b", "a &#x85; b", "a \x1b b"])
def test_control_characters(site: Site, text: str) -> None:
    """Characters that XML cannot hold do not reach a feed, however they were written."""
    run = site.article("business/gift", text).run("build")

    assert len(atom(run, "/feed.xml").entries) == 1
    for sign in "\x01\x0b\x1b\x85\ufffe":
        assert sign not in run.page("/feed.xml").html + run.page("/business/gift/").html


def test_names_with_signs(site: Site) -> None:
    """Signs that mean something in XML and JSON come through."""
    site.article("business/gift", title="'A <b>\"B\"</b> & \\C'", tags="['x & y']")
    run = site.build()

    assert atom(run, "/feed.xml").entries[0].title in ('A <b>"B"</b> & \\C', 'A &lt;b&gt;"B"&lt;/b&gt; &amp; \\C')
    item = json.loads(run.page("/feed.json").html)["items"][0]
    assert (item["title"], item["tags"]) == ('A <b>"B"</b> & \\C', ["business", "x & y"])
