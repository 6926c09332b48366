"""The language of a piece is one that exists, and lends its direction to the words of the piece only."""

from __future__ import annotations

from harness import Site, article


def test_country_for_a_language(site: Site) -> None:
    """`jp` is an error that proposes `ja`: British dates and quotes would be set in its place, in silence."""
    site.write("content/articles/news/a.md", article(language="jp"))

    [finding] = site.fail().findings
    assert "bad-value" == finding.code
    assert "`ja`" in finding.hint


def test_country_in_the_configuration(site: Site) -> None:
    """The configuration is held to the same."""
    site.write("config.toml", 'title = "T"\nbase_url = "https://example.org/"\nlanguage = "cz"\n')

    assert "`cs`" in site.fail().findings[0].hint


def test_languages_that_are_let_pass(site: Site) -> None:
    """Languages of three letters, older codes, regions and scripts are tags like any other."""
    for tag in ("lld", "iw", "no", "de-AT", "zh-Hans", "sr_Latn", "EN"):
        site.write(f"content/articles/news/{tag.lower().replace('_', '-')}.md", article(language=tag))

    site.build()


def test_direction_of_a_card(site: Site) -> None:
    """In a list, title and summary of a Hebrew piece have its language; the section's name has the site's."""
    site.write("content/articles/news/a.md", article("שלום עולם.", title="שלום", language="he"))
    page = site.build().page("/")

    [card] = page.all("article.sg-card")
    assert "lang" not in card.attributes
    assert ["he"] == [heading.attributes.get("lang") for heading in page.all("h3") if heading.text == "שלום"]
