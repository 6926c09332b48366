"""Links to pages that are not there: told with the nearest that is, and quickly in a large archive."""

from __future__ import annotations

import pytest

from sitegen.archive.archive import Owner, Resolved
from sitegen.articles.article import Link
from sitegen.articles.meta import Place
from sitegen.diagnostics import Diagnostic
from sitegen.pages.links import missing_pages
from sitegen.pages.page import Page, PublishedFile

OWNER = Owner("content/articles/business/gift.md", "/business/gift/", "article", "business/gift")
PAGES = [
    Page(url=url, template="page.html", source="") for url in ("/", "/about/", "/business/the-guest/", "/old.html")
]
FILES = [PublishedFile("/papers/report.pdf", "content/files/papers/report.pdf")]


def found(target: str, kind: str = "page", *, settled: bool = False) -> list[Diagnostic]:
    """Return what is found about one link."""
    link = Link(target, kind, Place(7, 3, 5))  # type: ignore[arg-type]
    return list(missing_pages([(OWNER, link, Resolved(target, settled=settled))], PAGES, FILES))


@pytest.mark.parametrize(
    "target", ["/", "/about/", "/about", "/about/#x", "/about/?q=1", "/About/", "/old.html", "/papers/report.pdf"]
)
def test_there(target: str) -> None:
    """A page is there with or without its slash, a query and a fragment, and so is a file."""
    assert found(target) == []


@pytest.mark.parametrize("target", ["https://example.org/x", "mailto:a@b.c", "/{{ site.baseurl }}/x", "/{% link x %}"])
def test_not_ours(target: str) -> None:
    """Other hosts are not asked about, and another generator's tags have a finding of their own."""
    assert found(target) == []
    assert found("/gone/", settled=True) == []


@pytest.mark.parametrize(
    ("target", "kind", "what", "near"),
    [
        ("/moved/", "page", "page", ""),
        ("/abouts/", "page", "page", "/about/"),
        ("/policy/the-guest/", "page", "page", "/business/the-guest/"),
        ("/x.png#y", "image", "image", ""),
        ("/report.pdf", "page", "page", "/papers/report.pdf"),
    ],
)
def test_missing(target: str, kind: str, what: str, near: str) -> None:
    """What is not there is told at its place, with one of its name elsewhere, or the nearest."""
    (finding,) = found(target, kind)

    assert finding.code == f"missing-{what}"
    assert finding.message == f"the site has no {what} at {target.partition('#')[0]}"
    assert finding.hint == (f"did you mean `{near}`?" if near else "")
    assert (finding.path, finding.line, finding.column, finding.length) == (OWNER.path, 7, 3, 5)


def test_many() -> None:
    """Each missing target is compared once, and only with what begins alike."""
    pages = [Page(url=f"/s/{n:05}/", template="page.html", source="") for n in range(20_000)]
    link = Link("/s/x/", "page")
    links = [(OWNER, link, Resolved(f"/s/000{n % 50:02}x/", settled=False)) for n in range(5_000)]

    assert len(list(missing_pages(links, pages, []))) == 5_000
