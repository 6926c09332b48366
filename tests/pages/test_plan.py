"""The plan: every page that the URL contract names, at its URL, and never two at one."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from harness import Site, article
from hypothesis import given
from hypothesis import strategies as st

from sitegen.articles.clock import Clock
from sitegen.build.clock import now
from sitegen.build.engine import Job, read
from sitegen.config import load
from sitegen.pages import sitemap
from sitegen.pages.page import Page, PublishedFile, output_path, path_key
from sitegen.pages.plan import collisions, plan

PROJECT = Path(__file__).resolve().parents[2]


def planned(project: Path) -> tuple[Page, ...]:
    """Return the plan of a project."""
    config = load(project / "config.toml")
    clock = Clock(now(config, "2026-11-01", {}))
    return read(Job(project=project, config=config, clock=clock, output=project / "output")).pages


@pytest.fixture
def small(site: Site) -> Site:
    """Return a site with one of everything."""
    site.write("config.toml", (site.folder / "config.toml").read_text() + "[archive]\npage_size = 1\n")
    site.article(
        "business/gift", "- One two three four. {: #one was=uno was=eins }\n- Five six.\n", tags="[linux]",
        arguments="list", aliases="[/old, /2009/gift.html, /business/gift/, /old/]", standards="editorial",
    )  # fmt: skip
    site.article("business/gone", status="withdrawn", title="Gone", aliases="[/was-here/]")
    site.article("business/older", date="1998-05", title="Older")
    site.write("content/claims/free.md", "---\ntitle: Software is free\n---\n")
    site.write("content/standards/editorial/2000-01-01.md", "---\ntitle: Standards\n---\n")
    site.write("content/pages/about.md", "---\ntitle: About\n---\n")
    site.write("content/files/humans.txt", "us")
    return site


EXPECTED = """
    / /feed.xml /feed.json /404.html /robots.txt /sitemap.xml
    /corrections/ /corrections/feed.xml /corrections/feed.json
    /business/gift/ /business/gift/one/ /business/gift/five-six/ /business/gone/ /business/older/
    /sections/ /business/ /business/page/1/ /business/feed.xml /business/feed.json
    /authors/ /authors/mara-ivers/ /authors/mara-ivers/page/1/
    /authors/mara-ivers/feed.xml /authors/mara-ivers/feed.json
    /tags/ /tags/linux/ /tags/linux/feed.xml /tags/linux/feed.json
    /archive/ /archive/page/1/ /archive/2009/ /archive/2009/07/ /archive/1998/ /archive/1998/05/
    /arguments/ /arguments/page/1/ /claims/ /claims/free/
    /standards/ /standards/editorial/ /standards/editorial/2000-01-01/
    /about/ /old/ /2009/gift.html /business/gift/uno/ /business/gift/eins/ /was-here/
"""


def test_every_url(small: Site) -> None:
    """One of everything has exactly these pages."""
    pages = planned(small.folder)

    assert sorted(EXPECTED.split()) == sorted(page.url for page in pages)
    assert pages == planned(small.folder)


def test_every_page_is_written(small: Site) -> None:
    """What is planned is what the output folder holds."""
    small.build()
    files = {path for path in small.tree() if not path.startswith((".", "assets/"))}

    assert {page.path for page in planned(small.folder)} | {"humans.txt"} == files


def test_redirects(small: Site) -> None:
    """An alias leads to its piece, a former id to the argument's page; one at its own target is left out."""
    redirects = {page.url: page.parameters["target"] for page in planned(small.folder) if page.kind == "redirect"}

    assert redirects == {
        "/old/": "/business/gift/",
        "/2009/gift.html": "/business/gift/",
        "/was-here/": "/business/gone/",
        "/business/gift/uno/": "/business/gift/one/",
        "/business/gift/eins/": "/business/gift/one/",
    }
    small.build().page("/old/").has("a[href=../business/gift/]").has("[content=0; url=../business/gift/]")
    small.build().page("/2009/gift.html").has("a[href=../business/gift/]")


def test_without_argument_pages(small: Site) -> None:
    """Where argument pages are off there are none, nor redirects to them."""
    small.write("config.toml", (small.folder / "config.toml").read_text() + "argument_pages = false\n")
    pages = planned(small.folder)

    assert [page.url for page in pages if page.kind == "argument" or "/gift/" in page.url] == ["/business/gift/"]


def test_sample_has_every_kind() -> None:
    """The sample archive shows every kind of page that there is, but for a sitemap's index."""
    kinds = {page.template for page in planned(PROJECT)}
    written = {p.name for p in (PROJECT / "templates").iterdir() if p.is_file() and not p.name.startswith("_")}

    assert written - {"base.html", "sitemap-index.xml", "tombstone.html", "redirect.html"} == kinds - {
        "tombstone.html",
        "redirect.html",
    }


def test_feeds_belong_to_pages(small: Site) -> None:
    """Each listing of a term names its own feed, an article that of its section."""
    feeds = {page.url: page.feed for page in planned(small.folder)}

    assert feeds["/"] == feeds["/archive/"] == "/feed.xml"
    assert feeds["/tags/linux/"] == "/tags/linux/feed.xml"
    assert feeds["/business/page/1/"] == feeds["/business/gift/one/"] == "/business/feed.xml"
    assert feeds["/archive/2009/"] == ""
    assert {feed for feed in feeds.values() if feed} <= feeds.keys()


def test_sitemap_index(small: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the limit of the protocol there is an index, and every page is in one part."""
    monkeypatch.setattr(sitemap, "LIMIT", 10)
    run = small.build()
    listed = [page.url for page in planned(small.folder) if page.in_sitemap]
    parts = -(-len(listed) // 10)
    index = run.page("/sitemap.xml").html
    found = [line for part in range(1, parts + 1) for line in run.page(f"/sitemap-{part}.xml").texts("loc")]

    assert parts > 1
    assert index.count("<loc>") == parts
    assert "<loc>https://example.org/archive/sitemap-1.xml</loc>" in index
    assert [f"https://example.org/archive{url}" for url in listed] == found


def test_sitemap_leaves_out(small: Site) -> None:
    """No redirect, tombstone, feed or error page is in the sitemap; everything else is."""
    absent = {page.template for page in planned(small.folder) if not page.in_sitemap}
    present = {page.template for page in planned(small.folder) if page.in_sitemap}

    assert absent == {
        "404.html", "corrections.json", "corrections.xml", "feed.json", "feed.xml", "redirect.html", "robots.txt",
        "sitemap.xml", "tombstone.html",
    }  # fmt: skip
    assert not absent & present


@pytest.mark.parametrize(
    ("write", "message", "hint"),
    [
        (
            {"content/files/robots.txt": ""},
            "the rules for robots and content/files/robots.txt ask for the URL /robots.txt",
            "move the file to templates/robots.txt",
        ),
        (
            {"content/files/business/gift/index.html": ""},
            "content/articles/business/gift.md and content/files/business/gift/index.html ask for",
            "rename the file in content/files/",
        ),
        (
            {"content/files/Business/Gift/index.html": ""},
            "ask for URLs that are one on some hosts, /business/gift/ and /Business/Gift/index.html",
            "rename the file in content/files/",
        ),
        (
            {"content/files/business/gift": ""},
            "ask for URLs of which one is a file and a folder, /business/gift/ and /business/gift",
            "rename the file in content/files/",
        ),
        (
            {"content/articles/business/2010/gift.md": article(title="b", date="2010-01-01")},
            "ask for the URL /business/gift/",
            "give one of them another `slug`, or put the date into `permalink`",
        ),
        (
            {"content/articles/business/b.md": article(title="b", aliases="[/tags/]")},
            "the index of tags and content/articles/business/b.md, the alias /tags/, ask for the URL /tags/",
            "remove the alias",
        ),
        (
            {"content/articles/business/b.md": article(title="b", aliases="[/Business/Gift/]")},
            "ask for URLs that are one on some hosts, /business/gift/ and /Business/Gift/",
            "remove the alias",
        ),
        (
            {"content/pages/business.md": "---\ntitle: Business\n---\n"},
            "the section “business” and content/pages/business.md ask for the URL /business/",
            "give one of them another `slug`",
        ),
    ],
)  # fmt: skip
def test_collision(site: Site, write: dict[str, str], message: str, hint: str) -> None:
    """Two sources at one place stop the build, with both names and what to do."""
    site.article("business/gift")
    for path, text in write.items():
        site.write(path, text)

    site.fail().says(message, hint, "[url-collision]")
    assert not site.output.exists()


def page(url: str, source: str = "content/articles/x/a.md") -> Page:
    """Return a page at a URL."""
    return Page(url=url, template="article.html", source=source)


def test_unicode_forms_collide() -> None:
    """A name composed and one decomposed are one file on some hosts."""
    composed, decomposed = (unicodedata.normalize(form, "/café/") for form in ("NFC", "NFD"))

    assert [f.code for f in collisions([page(composed)], [PublishedFile(f"{decomposed}index.html", "x")])] == [
        "url-collision"
    ]
    assert [f.code for f in collisions([page("/STRASSE/"), page("/straße/")], [])] == ["url-collision"]


@given(st.lists(st.text("aAbB/.é", max_size=5).map(lambda text: f"/{text}"), max_size=8))
def test_no_collision_means_that_all_can_be_written(urls: list[str]) -> None:
    """Where nothing is found, no path is another, nor a folder of another, on any file system."""
    files = [PublishedFile(url, f"content/files{url}") for url in urls if "//" not in url]
    if any(True for _ in collisions([], files)):
        return
    keys = [path_key(output_path(file.url)) for file in files]

    assert max(Counter(keys).values(), default=1) == 1
    assert not [key for key in keys for other in keys if other.startswith(f"{key}/")]


@given(st.lists(st.text("ab/", min_size=1, max_size=4).map(lambda text: f"/{text}"), unique=True, max_size=8))
def test_collisions_do_not_depend_on_the_order(urls: list[str]) -> None:
    """Whether there is a collision does not depend on the order of the pages."""
    pages = [page(url) for url in urls if "//" not in url]

    assert bool(list(collisions(pages, []))) == bool(list(collisions(pages[::-1], [])))


def test_large_plan(small: Site) -> None:
    """A hundred thousand aliases are planned and compared in one pass."""
    config = load(small.folder / "config.toml")
    prepared = read(Job(project=small.folder, config=config, clock=Clock(now(config, "2026", {})), output=small.output))
    pages = [page(f"/section-{n % 7}/slug-{n}/") for n in range(100_000)]

    assert list(collisions(pages, [])) == []
    assert len(plan(prepared.archive)) == len(prepared.pages)
