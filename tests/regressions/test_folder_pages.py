"""`_index.md`, with which other generators describe a folder, is told what it is here, and where its words go."""

from __future__ import annotations

from harness import Site, article


def test_index_of_a_section(site: Site) -> None:
    """It is one error with the file to write instead, not an article without a date and authors."""
    site.write("content/articles/essays/_index.md", "+++\ntitle = 'Essays'\n+++\n\nAll of them.\n")
    site.write("content/articles/_index.md", "---\ntitle: Home\n---\n")

    home, essays = site.fail().findings
    assert ["bad-path", "bad-path"] == [home.code, essays.code]
    assert "`content/sections/essays.md`" in essays.hint


def test_index_of_pages(site: Site) -> None:
    """Beside pages and terms it has no counterpart; a page in a folder of its own is told its path."""
    site.write("content/articles/essays/a.md", article())
    site.write("content/pages/_index.md", "---\ntitle: Pages\n---\n")
    site.write("content/pages/about/index.md", "---\ntitle: About\n---\n")

    index, about = site.fail().findings
    assert ("bad-path", "bad-path") == (index.code, about.code)
    assert "remove it" in index.hint
    assert "move it to `content/pages/about.md`" == about.hint
