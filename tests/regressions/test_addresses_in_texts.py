"""Addresses reach the page as addresses: legal ones as URLs, and none at all where there is nothing to load."""

from __future__ import annotations

from harness import Site, article

PIXEL = b'<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>'


def test_illegal_signs_are_encoded(site: Site) -> None:
    """Signs that may not stand in a URL are percent-encoded, in links to other hosts and in broken ones."""
    body = "[m](mailto:a@b.example?subject=two words) [p](http://e.example/a|b{c}%20d%) [t]({{ site.url }}/about/)"
    site.write("content/articles/news/a.md", article(body))
    links = {link.text: link.attributes["href"] for link in site.build().page("/news/a/").all("a")}

    assert "mailto:a@b.example?subject=two%20words" == links["m"]
    assert "http://e.example/a%7Cb%7Bc%7D%20d%25" == links["p"]
    assert links["t"].endswith("%7B%7B%20site.url%20%7D%7D/about/")


def test_picture_without_an_address(site: Site) -> None:
    """A picture that has no address, or whose address was removed, leaves its words; a browser would load the page."""
    site.write("content/articles/news/a.md", article("Text ![nothing]() and ![data](data:image/png;base64,AAAA)."))
    run = site.build()

    assert ["missing-image", "unsafe-url"] == [finding.code for finding in run.findings]
    page = run.page("/news/a/")
    assert [] == page.all("img")
    assert "Text nothing and data." in page.html


def test_hint_for_a_picture_can_be_pasted(site: Site) -> None:
    """Capitals, and signs that mean something in a URL, are told as what to write for the file that is there."""
    for name in ("UP.SVG", "per%cent.svg", "ha#sh.svg", "que?.svg"):
        site.write(f"content/articles/news/{name}", PIXEL)
    site.write("content/articles/news/a.md", article("![a](up.svg) ![b](per%cent.svg) ![c](ha#sh.svg) ![d](que?.svg)"))

    hints = [finding.hint.split("`")[1] for finding in site.run("-v", "build").findings]
    assert ["UP.SVG", "per%25cent.svg", "ha%23sh.svg", "que%3F.svg"] == hints
    site.write("content/articles/news/a.md", article(" ".join(f"![x]({hint})" for hint in hints)))
    assert [] == site.build().findings
