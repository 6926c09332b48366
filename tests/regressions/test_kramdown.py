"""What Jekyll's Markdown says beside the text is heard where it has a meaning here, and told where it has none."""

from __future__ import annotations

from harness import Site, article


def test_mark_below_a_table(site: Site) -> None:
    """A mark on the line below a table is the table's, as below a paragraph, and no row of it."""
    site.write("content/articles/news/a.md", article("| a | b |\n|---|---|\n| 1 | 2 |\n{: .wide #numbers }\n"))
    page = site.build().page("/news/a/")

    [table] = page.all("table")
    assert ("wide", "numbers") == (table.attributes["class"], table.attributes["id"])
    assert "a b 1 2" == table.text
    assert "{:" not in page.html


def test_extensions_are_foreign_markup(site: Site) -> None:
    """`{::comment}` and `{:toc}` are template tags of another generator: a warning, and no error of marks."""
    site.write("content/articles/news/a.md", article("* TOC\n{:toc}\n\n{::comment}\nhidden\n{:/comment}\n"))

    findings = site.build().findings
    assert ["foreign-markup"] * 3 == [finding.code for finding in findings]
    assert "[TOC]" in findings[0].hint


def test_misplaced_mark_is_told_at_its_line(site: Site) -> None:
    """Where several marks begin alike, the finding stands at the one that it speaks of."""
    body = "A paragraph.\n{: .argument #one }\n\n> A quotation.\n{: .argument #two }\n"
    site.write("content/articles/news/a.md", article(body, arguments="marked"))

    [finding] = site.fail().findings
    assert ("misplaced-mark", "{: .argument #two }") == (finding.code, finding.excerpt)
