"""The defaults of a section hold for its articles however they say that they belong to it."""

from __future__ import annotations

from harness import Site

LIST = "* One is short.\n* Two is too.\n"


def test_section_in_the_front_matter(site: Site) -> None:
    """`section:` in the front matter brings the section's way of finding arguments, not only its notice."""
    site.configure('[sections.opinion]\narguments = "list"\n[sections."Op Ed"]\narguments = "list"\n')
    site.article("written", LIST, section="opinion").article("opinion/folder", LIST)
    site.article("loud", LIST, section="Opinion").article("spaced", LIST, section="Op Ed").article("none", LIST)
    run = site.build()

    for url in ("/opinion/written/", "/opinion/folder/", "/opinion/loud/", "/op-ed/spaced/"):
        assert ["1", "2"] == run.page(url).texts(".sg-number")
    assert [] == run.page("/articles/none/").texts(".sg-number")
