"""Where things stand: the path rule, permalinks, redirects, links between pieces, files and pictures."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest
from harness import Page, Site, article
from links import faults


@pytest.mark.parametrize(
    ("path", "url", "date"),
    [
        ("gift", "/articles/gift/", "2009-07-20"),
        ("business/gift", "/business/gift/", "2009-07-20"),
        ("business/2009/gift", "/business/gift/", "2009-07-20"),
        ("2009/business/gift", "/business/gift/", "2009-07-20"),
        ("2009/gift", "/articles/gift/", "2009-07-20"),
        ("business/2008-01-02-gift", "/business/gift/", "2008-01-02"),
        ("business/2008/2008-01-02-gift", "/business/gift/", "2008-01-02"),
        ("business/2008-1-2-gift", "/business/gift/", "2008-01-02"),
        ("business/gift/index", "/business/gift/", "2009-07-20"),
        ("business/2008-01-02-gift/index", "/business/gift/", "2008-01-02"),
        ("business/2009/2008-01-02-gift/index", "/business/gift/", "2008-01-02"),
        ("business/Über uns & C++", "/business/uber-uns-c-plus-plus/", "2009-07-20"),
        ("Open Source/gift", "/open-source/gift/", "2009-07-20"),
        ("business/2008-02-30-gift", "/business/2008-02-30-gift/", "2009-07-20"),
    ],
)
def test_path_rule(site: Site, path: str, url: str, date: str) -> None:
    """Section, slug and date come from the path in each of its forms."""
    front = {} if date == "2009-07-20" else {"date": None}
    site.article(path, **front)

    page = site.build().page(url)

    assert page.all("time[datetime]")[0].attributes["datetime"] == date


def test_front_matter_goes_before_the_path(site: Site) -> None:
    """Section, slug and date of the front matter win over those of the path."""
    site.article("business/2008-01-02-gift", section="Economy", slug="present")

    site.build().missing("/business/gift/").page("/economy/present/").has("time[datetime=2009-07-20]")


@pytest.mark.parametrize(
    ("pattern", "url"),
    [
        ("/{section}/{slug}/", "/business/gift/"),
        ("/{slug}/", "/gift/"),
        ("/{year}/{month}/{day}/{slug}/", "/2009/07/20/gift/"),
        ("/{section}/{year}/{slug}/", "/business/2009/gift/"),
        ("/a/{slug}/", "/a/gift/"),
    ],
)
def test_permalink_patterns(site: Site, pattern: str, url: str) -> None:
    """Articles stand where the pattern says, and their arguments below them."""
    site.configure(f'[archive]\npermalink = "{pattern}"\n')
    site.article("business/gift", "- One two three. {: .argument #horse }")

    run = site.build()

    run.page(url).has("article#horse")
    run.page(f"{url}horse/")
    assert faults(site.tree()) == []


def test_a_date_without_the_part(site: Site) -> None:
    """A pattern that needs a month is an error for a piece of which only the year is known."""
    site.configure('[archive]\npermalink = "/{year}/{month}/{slug}/"\n').article(date="2009")

    site.fail().finds(
        "error", "content/articles/business/gift.md:3:7", "permalink-part", message="needs a month, which 2009 lacks"
    )


def test_partial_dates(site: Site) -> None:
    """A piece of a year has no month page; a piece of a month has one."""
    site.article("a/year", date="1998").article("a/month", date="1999-05")

    run = site.build()

    run.page("/archive/1998/").has("a", "A piece")
    run.missing("/archive/1998/01/").page("/archive/1999/05/").has("h1", "May 1999")


def test_aliases_and_former_ids(site: Site) -> None:
    """An alias and a former id of an argument lead to the new address, at once, without script, and on any host."""
    site.article(
        "business/gift",
        "- One two three. {: .argument #horse was='pony foal' }",
        aliases="[/old/gift.html, blog/gift/, /business/gift/]",
    )

    run = site.build()

    for old, new in (
        ("/old/gift.html", "business/gift/"),
        ("/blog/gift/", "business/gift/"),
        ("/business/gift/pony/", "business/gift/horse/"),
        ("/business/gift/foal/", "business/gift/horse/"),
    ):
        page = run.page(old)
        address = page.all("meta[http-equiv=refresh]")[0].attributes["content"].removeprefix("0; url=")

        assert "//" not in address, "a folder that is looked at elsewhere must not lead to its host"
        assert urljoin(old, address) == f"/{new}"
        page.has(f"link[rel=canonical][href=https://example.org/archive/{new}]")
    run.page("/business/gift/").has("h1", "A piece")
    assert faults(site.tree()) == []


def test_links_between_pieces(site: Site) -> None:
    """A link names a file or an article, with an argument where one is meant, also by its former id."""
    site.article("business/gift", "- One two three. {: .argument #horse was=pony }", title="The gift")
    site.write("content/authors/mara-ivers.md", "---\nname: Mara\n---\n").write(
        "content/pages/about.md", "---\ntitle: About\n---\n"
    )
    links = {
        "gift.md": "/business/gift/",
        "gift.md#horse": "/business/gift/#horse",
        "../business/gift.md#pony": "/business/gift/#horse",
        "/articles/business/gift.md": "/business/gift/",
        "article:gift": "/business/gift/",
        "article:business/gift#horse": "/business/gift/#horse",
        "article:business/gift#pony": "/business/gift/#horse",
        "../../authors/mara-ivers.md": "/authors/mara-ivers/",
        "../../pages/about.md": "/about/",
        "/business/gift/": "/business/gift/",
        "../gift/": "/business/gift/",
        "#own": "/business/other/#own",
        "https://example.com/": "https://example.com/",
    }
    site.article("business/other", "\n\n".join(f"[x]({link})" for link in links) + "\n\n## Own\n")

    run = site.build()

    assert run.findings == []
    page = run.page("/business/other/")
    assert [urljoin(page.url, e.attributes["href"]) for e in page.all("a[href]") if e.text == "x"] == list(
        links.values()
    )
    assert faults(site.tree()) == []


def test_pictures_and_files(site: Site) -> None:
    """A picture beside an article is published under a name of its content; `files/` goes to the root as it is."""
    site.article(
        "business/gift/index",
        "![A chart](chart.PNG) and [data](data.csv?x#y) and ![again](./chart.PNG)\n",
        image="{src: chart.PNG, alt: The chart}",
    )
    site.write("content/articles/business/gift/chart.PNG", b"png").write(
        "content/articles/business/gift/data.csv", "a,b"
    )
    site.write("content/articles/business/gift/unused.png", b"unused").write("content/files/.well-known/x", "y")
    site.write("content/files/robots-and-more/a b.txt", "text")

    run = site.build()

    page = run.page("/business/gift/")
    sources = {element.attributes["src"] for element in page.all("img")}
    assert len(sources) == 1
    assert re.fullmatch(r"\.\./\.\./assets/chart\.[0-9a-f]{10}\.png", sources.pop())
    assert any(re.fullmatch(r"\.\./\.\./assets/data\.[0-9a-f]{10}\.csv\?x#y", link) for link in page.links())
    tree = site.tree()
    assert tree[".well-known/x"] == b"y"
    assert tree["robots-and-more/a b.txt"] == b"text"
    assert b"unused" not in tree.values()
    assert faults(tree) == []


def test_under_any_path(site: Site) -> None:
    """No page but `404.html` has a link that begins with a slash, so the folder works wherever it stands."""
    site.article(
        "business/gift",
        "- One. {: .argument #horse }\n- Two. {: .argument }\n\n[home](/) [feed](/feed.xml)\n",
        tags="a",
    )
    site.configure('[menu]\nHome = "/"\nBusiness = "/business/"\n')

    run = site.build()

    for path in site.tree():
        if path.endswith(".html") and path != "404.html":
            page = run.page(f"/{path}")
            targets = [
                e.attributes.get(name, "") for e in page.elements for name in ("href", "src", "action", "poster")
            ]

            assert not [target for target in targets if target.startswith("/")], path
    lost = run.page("/404.html")
    assert {link for link in lost.links() if not link.startswith(("/archive/", "#"))} == set()


def test_pages(site: Site) -> None:
    """`content/pages/` stands at the root; a page with another slug stands there."""
    site.write("content/pages/about.md", "---\ntitle: About us\n---\n\nText of ours.\n")
    site.write("content/pages/imprint.md", "---\ntitle: Imprint\nslug: legal\n---\n")
    site.write("content/pages/draft.md", "---\ntitle: Draft\ndraft: true\n---\n")

    run = site.build()

    run.page("/about/").has("h1", "About us").has("main", "Text of ours.")
    run.page("/legal/").has("h1", "Imprint")
    run.missing("/imprint/").missing("/draft/")


def test_feed_sitemap_robots(site: Site) -> None:
    """The machine-readable addresses are absolute, and each page that is in the sitemap exists."""
    site.article(tags="a", aliases="/old/")
    site.build()
    tree = site.tree()

    listed = re.findall(r"<loc>(.*?)</loc>", tree["sitemap.xml"].decode())
    assert len(listed) == len(set(listed))
    for url in listed:
        assert url.startswith("https://example.org/archive/")
        assert f"{url.removeprefix('https://example.org/archive/')}index.html" in tree
    assert "https://example.org/archive/old/" not in listed
    assert {path for path in tree if path.endswith("feed.xml")} >= {"feed.xml", "business/feed.xml", "tags/a/feed.xml"}
    assert b"https://example.org/archive/business/gift/" in tree["feed.xml"]
    assert b"https://example.org/archive/sitemap.xml" in tree["robots.txt"]


def test_two_pieces_with_one_slug_and_different_dates(site: Site) -> None:
    """Where dates part the URLs two pieces may share section and slug; the older keeps the plain identity."""
    site.configure('[archive]\npermalink = "/{year}/{slug}/"\n')
    site.article("a/column", date="2011-01-01", title="Column of 2011")
    site.article("a/2009/column", date="2009-01-01", title="Column of 2009")
    site.article("a/other", "See [it](article:a/column).")

    site.fail().finds("error", "content/articles/a/other.md:7:10", "ambiguous-reference")

    site.article("a/other", "See [it](column.md) and [it](2009/column.md).")
    page = site.build().page("/2009/other/")
    assert [link for link in page.links() if link.endswith("column/")][:2] == [
        "../../2011/column/",
        "../../2009/column/",
    ]


def test_hidden_words(site: Site) -> None:
    """What only looks like a link of ours in the text stays text."""
    site.write("content/articles/a/code.md", article('`href="/x/"` and sg\\-link:3\n\n    <a href="/y/">\n'))

    page: Page = site.build().page("/a/code/")

    page.has("code", 'href="/x/"').has("pre", '<a href="/y/">')
