"""Listings are cut from the oldest end, so that a new piece leaves the old parts alone."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from harness import Page, Run, Site

LISTINGS = (
    "/archive/",
    "/archive/2009/",
    "/archive/2009/07/",
    "/business/",
    "/authors/mara-ivers/",
    "/tags/topic/",
    "/standards/editorial/2009-01-01/",
)


def dated(site: Site, day: int) -> None:
    """Write the piece of a day, under a notice."""
    site.write("content/standards/editorial/2009-01-01.md", "---\ntitle: Editorial standards\n---\n")
    site.article(
        f"business/piece-{day:02}", date=f"2009-07-{day:02}", title=f"Piece {day}", tags="topic", standards="editorial"
    )


def pieces(page: Page) -> list[int]:
    """Return the days of the pieces that a page lists, in its order."""
    links = [link for link in page.links() if "/business/piece-" in urljoin(page.url, link)]
    return list(dict.fromkeys(int(link.rstrip("/")[-2:]) for link in links))


def walk(run: Run, url: str) -> list[list[int]]:
    """Follow “Older” from a landing page to the end, and check the way back."""
    chunks = []
    newer = ""
    while url:
        page = run.page(url)
        chunks.append(pieces(page))
        back = [urljoin(url, e.attributes["href"]) for e in page.all("a[rel=prev]")]
        assert back == ([newer] if newer else [])
        newer, url = url, next((urljoin(url, e.attributes["href"]) for e in page.all("a[rel=next]")), "")
    return chunks


@pytest.fixture
def listed(site: Site) -> Site:
    """Return a site with nine pieces, one a day, in chunks of two."""
    site.configure("[archive]\npage_size = 2\nrelated = 0\n")
    for day in range(1, 10):
        dated(site, day)
    return site


@pytest.mark.parametrize("url", LISTINGS)
def test_every_piece_once(listed: Site, url: str) -> None:
    """From the landing page to the oldest chunk each piece is met once, newest first."""
    assert walk(listed.build(), url) == [[9, 8, 7], [6, 5], [4, 3], [2, 1]]


@pytest.mark.parametrize(("count", "expected"), [(0, [[]]), (1, [[1]]), (3, [[3, 2, 1]]), (4, [[4, 3], [2, 1]])])
def test_sizes(site: Site, count: int, expected: list[list[int]]) -> None:
    """The landing page holds the newest n to 2n − 1, or all where there are fewer than 2n."""
    site.configure("[archive]\npage_size = 2\n")
    for day in range(1, count + 1):
        dated(site, day)

    assert walk(site.build(), "/archive/") == expected


def parts(site: Site) -> dict[str, bytes]:
    """Return the landing pages and chunks of all listings."""
    landing = tuple(f"{url.strip('/')}/index.html" for url in LISTINGS)
    return {path: data for path, data in site.tree().items() if path in landing or "/page/" in path}


def test_a_new_piece_changes_the_landing_page_and_one_chunk(listed: Site) -> None:
    """A chunk that is complete is written, and the one before it now leads there; all older ones keep their bytes."""
    listed.build()
    for day in (10, 11, 12):
        before = parts(listed)
        dated(listed, day)
        listed.build()
        after = parts(listed)
        changed = {path for path in before if before[path] != after[path]}
        new = after.keys() - before.keys()

        for url in LISTINGS:
            own = [path for path in changed if path.startswith(f"{url.strip('/')}/page/")]

            assert len(own) == sum(path.startswith(f"{url.strip('/')}/page/") for path in new) <= 1, changed


def test_order_within_a_day(site: Site) -> None:
    """Pieces are ordered by instant, then by identity; an offset counts."""
    site.article("a/late", date="2009-07-20T23:00:00+02:00", title="Late")
    site.article("a/later", date="2009-07-20T22:00:00Z", title="Later")
    site.article("b/day", date="2009-07-20", title="Day")
    site.article("a/day", date="2009-07-20", title="Another day")
    site.article("a/month", date="2009-07", title="Month")

    assert site.build().page("/archive/").texts("h3") == ["Later", "Late", "Another day", "Day", "Month"]


def test_indexes_count(listed: Site) -> None:
    """The indexes of sections, authors, tags and years name each with its number of pieces."""
    listed.article("policy/other", date="2010-01-01", author="Ada Berg", title="Other")

    run = listed.build()

    run.page("/sections/").has("li", "business 9").has("li", "policy 1")
    run.page("/authors/").has("li", "Mara Ivers 9").has("li", "Ada Berg 1")
    run.page("/tags/").has("li", "topic 9")
    run.page("/archive/").has("a", "2009: 9 pieces").has("a", "2010: 1 piece")


def test_related_and_neighbours(listed: Site) -> None:
    """A piece leads to the one before and the one after it, and to others with its tags."""
    listed.configure("[archive]\nrelated = 3\n")
    listed.article("policy/other", date="2009-07-05T12:00:00Z", title="Other", tags="topic")

    page = listed.build().page("/policy/other/")

    page.has("a[rel=prev]", "Piece 5").has("a[rel=next]", "Piece 6")
    related = page.all("section.sg-related")
    assert related[0].text.count("Piece ") == 3
