"""A reader finds the way: down by breadcrumbs, along by years and letters, and to arguments by what they are about."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest
from harness import Page, Site

HOME = "Home"
POINT = "- A gift is never free. {: .argument #horse stance=pro claim=free }\n"


@pytest.fixture(scope="module")
def browsed(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a site, built, with pieces in 2001, 2004 and 2009 and a page of every kind that lists."""
    site = Site(tmp_path_factory.mktemp("browsed") / "site")
    site.configure("[archive]\npage_size = 2\n")
    site.write("content/claims/free.md", "---\ntitle: Gifts are free.\n---\n")
    site.write("content/standards/editorial/2000-01-01.md", "---\ntitle: Editorial standards\n---\n\nWe check.\n")
    site.write("content/pages/about.md", "---\ntitle: About us\n---\n\nUs.\n")
    for date in ("2001-05-02", "2001-12-24", "2004-02-03", "2009-07-20", "2009-07-21", "2009-07-22", "2009-08"):
        site.article(f"business/on-{date}", POINT, date=date, tags="[gifts]", standards="editorial", title=f"On {date}")
    site.build()
    return site


def page(site: Site, url: str) -> Page:
    """Return a page of the output folder."""
    return Page(url, (site.output / url.lstrip("/") / "index.html").read_text("utf-8"))


def way(here: Page) -> list[tuple[str, str]]:
    """Return the steps of the breadcrumbs: what each is called, and the URL that it leads to."""
    html = re.search(r'<nav class="sg-crumbs".*?</nav>', here.html, re.DOTALL)
    if html is None:
        return []
    steps = [
        (re.sub(r"<.*?>", "", step).strip(), re.search(r'href="(.*?)"', step))
        for step in re.findall(r"<li\b[^>]*>(.*?)</li>", html[0], re.DOTALL)
    ]
    return [(name, urljoin(here.url, link[1]) if link else "") for name, link in steps]


@pytest.mark.parametrize(
    ("url", "steps"),
    [
        ("/sections/", [("Sections", "")]),
        ("/business/", [("Sections", "/sections/"), ("business", "")]),
        ("/authors/", [("Authors", "")]),
        ("/authors/mara-ivers/", [("Authors", "/authors/"), ("Mara Ivers", "")]),
        ("/tags/", [("Tags", "")]),
        ("/tags/gifts/", [("Tags", "/tags/"), ("gifts", "")]),
        ("/tags/gifts/page/1/", [("Tags", "/tags/"), ("gifts", "/tags/gifts/"), ("Part 1", "")]),
        ("/archive/", [("Archive", "")]),
        ("/archive/page/1/", [("Archive", "/archive/"), ("Part 1", "")]),
        ("/archive/2009/", [("Archive", "/archive/"), ("2009", "")]),
        ("/archive/2009/07/", [("Archive", "/archive/"), ("2009", "/archive/2009/"), ("July", "")]),
        ("/arguments/", [("Arguments", "")]),
        ("/claims/", [("Claims", "")]),
        ("/standards/", [("Standards", "")]),
        ("/standards/editorial/", [("Standards", "/standards/"), ("Editorial standards", "")]),
        (
            "/standards/editorial/2000-01-01/",
            [("Standards", "/standards/"), ("Editorial standards", "/standards/editorial/"), ("1 January 2000", "")],
        ),
        ("/corrections/", [("Corrections", "")]),
        ("/about/", [("About us", "")]),
        ("/claims/free/", [("Claims", "/claims/"), ("Gifts are free.", "")]),
        ("/business/on-2009-07-20/", [("business", "/business/"), ("On 2009-07-20", "")]),
        (
            "/business/on-2009-07-20/horse/",
            [("business", "/business/"), ("On 2009-07-20", "/business/on-2009-07-20/"), ("Argument 1", "")],
        ),
    ],
)
def test_breadcrumbs(browsed: Site, url: str, steps: list[tuple[str, str]]) -> None:
    """Every page says where it stands, from the front page down; the last step is the page, and no link."""
    here = page(browsed, url)

    assert way(here) == [(HOME, "/"), *steps]
    assert len(here.all("nav.sg-crumbs")) == 1
    assert [e.text for e in here.all("span[aria-current=page]")] == [steps[-1][0]]


def test_no_breadcrumbs_at_home(browsed: Site) -> None:
    """The front page is where they begin."""
    assert way(page(browsed, "/")) == []


@pytest.mark.parametrize("url", ["/", "/archive/", "/business/", "/authors/mara-ivers/", "/tags/gifts/"])
def test_years_as_bars_and_as_a_table(browsed: Site, url: str) -> None:
    """Bars lead to the years that have pieces; the table has all years between, and nothing for those without."""
    here = page(browsed, url)
    table = re.search(r"<details class=\"sg-figures\">.*?</details>", here.html, re.DOTALL)
    assert table is not None
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td>(\d+)</td></tr>', table[0])
    counts = {2001: 2, 2004: 1, 2009: 4}
    drawn = re.search(r"<svg class=\"sg-bars\".*?</svg>", here.html, re.DOTALL)
    assert drawn is not None

    assert [(int(re.sub("<.*?>", "", year)), int(count)) for year, count in rows] == [
        (year, counts.get(year, 0)) for year in range(2001, 2010)
    ]
    for html in (table[0], drawn[0]):
        assert [urljoin(url, link) for link in re.findall(r'href="(.*?)"', html)] == [
            f"/archive/{year}/" for year in counts
        ]
    assert "<caption>Pieces by year</caption>" in table[0]
    assert "style=" not in drawn[0]


@pytest.mark.parametrize(("first", "last"), [(2009, 2009), (1980, 2009), (1900, 2019)])
def test_bars_of_any_number_of_years(site: Site, first: int, last: int) -> None:
    """Each year has its row; there are as many labels as a wide screen and a narrow one have room for."""
    for year in {first, last}:
        site.article(f"business/in-{year}", date=f"{year}-05-05")
    here = site.build().page("/")
    labels = re.findall(r'<text(?: class="(.*?)")? x="[\d.]+%" y="98%">(\d+)</text>', here.html)

    assert len(here.all("th[scope=row]")) == last - first + 1
    assert 1 <= len([year for kind, year in labels if kind != "sg-coarse"]) <= 18
    assert 1 <= len([year for kind, year in labels if kind != "sg-fine"]) <= 8


def neighbours(here: Page) -> dict[str, tuple[str, str]]:
    """Return where the links before and after lead, and what they say."""
    links = [e for e in here.all("a[rel]") if e.attributes["rel"] in ("prev", "next")]
    assert len(links) == len({e.attributes["rel"] for e in links}), "two ways to go on"
    return {e.attributes["rel"]: (urljoin(here.url, e.attributes["href"]), e.text) for e in links}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/archive/2001/", {"prev": ("/archive/2004/", "← Later 2004, 1 piece")}),
        (
            "/archive/2004/",
            {
                "prev": ("/archive/2009/", "← Later 2009, 4 pieces"),
                "next": ("/archive/2001/", "Earlier → 2001, 2 pieces"),
            },
        ),
        ("/archive/2001/05/", {"prev": ("/archive/2001/12/", "← Later December 2001, 1 piece")}),
        (
            "/archive/2001/12/",
            {
                "prev": ("/archive/2004/02/", "← Later February 2004, 1 piece"),
                "next": ("/archive/2001/05/", "Earlier → May 2001, 1 piece"),
            },
        ),
        ("/archive/2009/08/", {"next": ("/archive/2009/07/", "Earlier → July 2009, 3 pieces")}),
        (
            "/archive/2009/",
            {"next": ("/archive/2009/page/1/", "Older → Part 1, up to July 2009")},
        ),
        ("/archive/2009/page/1/", {"prev": ("/archive/2009/", "← Newer The newest pieces")}),
        (
            "/archive/page/1/",
            {"prev": ("/archive/page/2/", "← Newer Part 2, from December 2001 on")},
        ),
    ],
)
def test_before_and_after(browsed: Site, url: str, expected: dict[str, tuple[str, str]]) -> None:
    """Parts, months and years lead on to those beside them, over years without pieces, and say what is there."""
    assert neighbours(page(browsed, url)) == expected


def test_years_beside_one_in_parts(browsed: Site) -> None:
    """A year whose older pieces are on another page still leads to the year before it."""
    links = page(browsed, "/archive/2009/").all("a.sg-onward")

    assert [(e.text, e.attributes.get("rel")) for e in links] == [("Earlier → 2004, 1 piece", None)]


NAMES = ["Ärger", "ångström", "Émile", "Łódź", "4chan", "2001", "Żubr", "Ωmega", "...Dots", "a11y", "b-side"]


def letters(here: Page) -> dict[str, list[str]]:
    """Return the groups of an index: the names below each letter."""
    groups = re.findall(r'<h2 id="sg-letter-\w+">(.).*?</h2>(.*?)</section>', here.html, re.DOTALL)
    return {letter: re.findall(r"<bdi>(.*?)</bdi>", names) for letter, names in groups}


def test_letters(site: Site) -> None:
    """A long index is cut by letters: accents do not count, digits and signs stand under their own, order is kept."""
    names = NAMES + [f"Tag {number:02}" for number in range(29)]
    site.article(tags=names)
    run = site.build()
    found = letters(run.page("/tags/"))
    jumps = [e.attributes["href"] for e in run.page("/tags/").all("a[href]") if "#sg-letter" in e.attributes["href"]]

    assert list(found) == ["A", "B", "E", "L", "O", "T", "Z", "#"]
    assert found["A"] == ["a11y", "ångström", "Ärger"]
    assert found["E"] == ["Émile"]
    assert found["L"] == ["Łódź"]
    assert found["Z"] == ["Żubr"]
    assert set(found["#"]) == {"2001", "4chan", "...Dots"}
    assert sorted(name for group in found.values() for name in group) == sorted(names)
    assert [jump.rpartition("-")[2].replace("other", "#").upper() for jump in jumps] == list(found)


def test_a_short_index_has_no_letters(site: Site) -> None:
    """Below forty names there is nothing to jump to."""
    here = site.article(tags=[f"Tag {number:02}" for number in range(39)]).build().page("/tags/")

    assert letters(here) == {}
    assert len(here.all("nav.sg-letters")) == 0
    assert len(here.all("bdi")) >= 39


def test_most_used_tags_come_first(site: Site) -> None:
    """Before all tags by name stand a few by the number of their pieces."""
    site.article("business/one", tags=[f"t{number:02}" for number in range(20)])
    site.article("business/two", tags="[t17, t05]")
    site.article("business/three", tags="[t17]")
    here = site.build().page("/tags/")
    most = re.search(r'<section class="sg-most".*?</section>', here.html, re.DOTALL)
    assert most is not None

    assert re.findall(r"<bdi>(.*?)</bdi>", most[0])[:3] == ["t17", "t05", "t00"]
    assert len(re.findall("<bdi>", most[0])) == 12


def test_arguments_by_what_they_are_about(browsed: Site) -> None:
    """Before all arguments stand the ways to some of them: by claim and its sides, stance, section and tag."""
    here = page(browsed, "/arguments/")
    filters = re.search(r'<section class="sg-filters".*?\n  </section>', here.html, re.DOTALL)
    assert filters is not None
    targets = [urljoin("/arguments/", link) for link in re.findall(r'href="(.*?)"', filters[0])]

    here.has("summary", "Claim").has("summary", "Stance").has("summary", "Section").has("summary", "Tag")
    assert {"/claims/free/", "/claims/free/#sg-pro", "/business/", "/tags/gifts/", "/tags/"} <= set(targets)
    assert "/business/on-2001-05-02/horse/" in targets
    assert page(browsed, "/claims/free/").all("#sg-pro")
    assert "sg-filters" not in page(browsed, "/arguments/page/1/").html


def test_nothing_published(site: Site) -> None:
    """An archive without pieces has its pages, which say so, and draws no bars."""
    run = site.build()

    run.page("/").has("li", "Nothing is published yet.").lacks("svg")
    for url in ("/archive/", "/sections/", "/authors/", "/tags/", "/arguments/", "/claims/", "/standards/"):
        assert run.page(url).all(".sg-empty"), url
        run.page(url).lacks("svg").lacks("table")
