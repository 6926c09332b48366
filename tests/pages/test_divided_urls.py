"""Links to files whose names have signs that divide a URL."""

from __future__ import annotations

from sitegen.archive.archive import Owner, Resolved
from sitegen.articles.article import Link
from sitegen.pages.links import missing_pages
from sitegen.pages.page import PublishedFile


def test_a_query_is_no_part_of_a_name() -> None:
    """A browser that follows `/a?b.txt` asks for `/a`, also where a file is named `a?b.txt`."""
    owner = Owner("content/articles/x.md", "/x/", "article", "x")
    files = [PublishedFile("/a?b.txt", "content/files/a?b.txt")]
    links = [(owner, Link(target, "page"), Resolved(target, settled=False)) for target in ("/a?b.txt", "/a%3Fb.txt")]

    assert [finding.message for finding in missing_pages(links, [], files)] == ["the site has no page at /a"]
