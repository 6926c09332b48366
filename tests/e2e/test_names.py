"""Sections, authors and tags: many spellings become one name with one page."""

from __future__ import annotations

from harness import Site
from links import faults


def pages(site: Site, kind: str) -> list[str]:
    """Return the ids that have a page, sorted."""
    return sorted(page.parent.name for page in (site.output / kind).glob("*/index.html"))


def test_spellings_of_one_name(site: Site) -> None:
    """Case, blanks, hyphens and underscores do not part names; the commonest spelling is shown."""
    site.article("a/one", author="Mara Ivers", tags="[Free Software, linux]")
    site.article("a/two", author="mara-ivers", tags="[free_software, Linux]")
    site.article("a/three", author="Mara Ivers", tags="[free-software, Linux]")

    run = site.build()

    assert pages(site, "authors") == ["mara-ivers"]
    assert pages(site, "tags") == ["free-software", "linux"]
    run.page("/authors/mara-ivers/").has("h1", "Mara Ivers")
    run.page("/tags/linux/").has("h1", "Linux")
    run.page("/a/two/").has("a[rel=author]", "Mara Ivers")


def test_a_file_names_describes_and_merges(site: Site) -> None:
    """A file gives the display name, slug and description, and takes other names in."""
    site.write(
        "content/tags/linux.md",
        "---\nname: GNU/Linux\nslug: gnu-linux\naliases: [Tux, gnu linux]\n---\n\nThe system.\n",
    )
    site.write("content/sections/business.md", "---\nname: Business & Money\ndescription: On money.\n---\n")
    site.write("content/authors/mara.md", "---\nname: Mara Ivers\naliases: [M. Ivers]\n---\n\nWrites *much*.\n")
    site.article("business/one", tags="linux", author="mara").article("Business/two", tags="Tux", author="M. Ivers")
    site.article("business/three", tags="GNU Linux", author="Mara Ivers", section="business")

    run = site.build()

    assert run.findings == []
    assert pages(site, "tags") == ["gnu-linux"]
    assert pages(site, "authors") == ["mara"]
    run.page("/tags/gnu-linux/").has("h1", "GNU/Linux").has("main", "The system.").has("main", "3 pieces")
    run.page("/business/").has("h1", "Business & Money").has("main", "On money.").has("main", "3 pieces")
    run.page("/authors/mara/").has("em", "much").has("main", "3 pieces")


def test_signs_in_names(site: Site) -> None:
    """`+` and `#` are spelt out in slugs, so C++ and C# have pages of their own."""
    site.article("a/one", tags='["C++", "C#", "C"]')

    run = site.build()

    assert pages(site, "tags") == ["c", "c-plus-plus", "c-sharp"]
    run.page("/tags/c-sharp/").has("h1", "C#")


def test_names_that_give_no_slug(site: Site) -> None:
    """A name without any letter or digit is an error that says how to mend it."""
    site.article("a/one", tags='["!!!"]')

    finding = site.fail().finds("error", "content/articles/a/one.md:5:8", "bad-slug")

    assert "add a file for it to content/tags/" in finding.hint


def test_roles_and_unsigned_pieces(site: Site) -> None:
    """A role is shown as it was printed; a piece that nobody signed says so."""
    site.article("a/one", author=None, authors="[{name: Mara Ivers, role: Contributor}, Ada Berg]")
    site.article("a/two", author=None, byline="none")

    run = site.build()

    run.page("/a/one/").has(".sg-role", "Contributor").has("a[rel=author]", "Ada Berg")
    run.page("/a/two/").has(".sg-author", "Unsigned").lacks("a[rel=author]")
    assert pages(site, "authors") == ["ada-berg", "mara-ivers"]


def test_defaults_of_sections(site: Site) -> None:
    """A section's defaults go before the site's, and an article's own words before both."""
    site.configure("[defaults]\nauthors = ['The Desk']\ngenre = 'opinion'\n[sections.news]\ngenre = 'reportage'\n")
    site.article("news/one", author=None).article("else/two", author=None).article("news/three", genre="analysis")

    run = site.build()

    run.page("/news/one/").has(".sg-genre", "Reportage").has("a[rel=author]", "The Desk")
    run.page("/else/two/").has(".sg-genre", "Opinion")
    run.page("/news/three/").has(".sg-genre", "Analysis").has("a[rel=author]", "Mara Ivers")


def test_a_name_in_many_scripts(site: Site) -> None:
    """Names of any script get a slug in ASCII, and are shown as they are written."""
    site.article("a/one", author="Лев Толстой", tags='["日本", "Ελλάδα", "Łódź"]')

    run = site.build()

    run.page("/authors/lev-tolstoi/").has("h1", "Лев Толстой")
    assert "lodz" in pages(site, "tags")
    assert faults(site.tree()) == []


def test_a_file_that_nobody_uses(site: Site) -> None:
    """An author of whom there is no piece yet has a page that says so."""
    site.write("content/authors/new.md", "---\nname: New Author\n---\n")

    site.build().page("/authors/new/").has("h1", "New Author")
