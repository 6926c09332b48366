"""Sections, authors and tags."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.archive.terms import Use, gather
from sitegen.archive.urls import Urls
from sitegen.articles.meta import Credit, Place
from sitegen.articles.records import Record


def test_spellings_are_one(site: Any) -> None:
    """Case, blanks, hyphens and underscores do not part names; the commonest spelling is shown."""
    made = site().article("a/x", tags=("Free Software",)).article("a/y", tags=("free-software",))
    made.article("a/z", tags=("Free Software", "free_software"))
    ask = made.make().ask

    assert [(tag.term.id, tag.term.name, tag.count) for tag in ask.tags()] == [("free-software", "Free Software", 3)]


def test_ties_go_by_code_point(site: Any) -> None:
    """Of two spellings as common as each other, the one with the smaller code points is shown."""
    ask = site().article("a/x", tags=("linux",)).article("a/y", tags=("Linux",)).make().ask

    assert ask.tag("linux").term.name == "Linux"


def test_file_names_merges_and_describes(site: Any) -> None:
    """A file gives the display name and the slug, and merges its aliases."""
    made = site().article("a/x", tags=("GNU/Linux",)).article("a/y", tags=("gnu linux", "LINUX", "linux"))
    made.record("tag", "linux", name="Linux, the kernel", aliases=("gnu-linux", "GNU/Linux"), description="The kernel.")
    ask = made.make().ask

    assert [(tag.term.id, tag.term.name, tag.count, tag.description) for tag in ask.tags()] == [
        ("linux", "Linux, the kernel", 2, "The kernel.")
    ]
    assert [tag.id for tag in ask.articles()[1].tags] == ["linux"]


def test_author_by_id_name_and_alias(site: Any) -> None:
    """An author written by id, by name or by alias is one; the roles stay as printed."""
    made = site().record("author", "mara-ivers", name="Mara Ivers", aliases=("M. Ivers",))
    made.article("a/x", authors=("mara-ivers",)).article("a/y", authors=(Credit("Mara Ivers", "Contributor"),))
    made.article("a/z", authors=("M. Ivers",))
    ask = made.make().ask

    assert [(author.term.id, author.count) for author in ask.authors()] == [("mara-ivers", 3)]
    assert [card.authors[0].role for card in ask.articles(author="mara-ivers")] == ["", "Contributor", ""]


def test_slug_comes_from_the_file(site: Any) -> None:
    """The URL keeps the file's id when the display name changes; a `slug` goes before it."""
    made = site().article("biz/x").record("section", "biz", name="Business & Trade")
    made.record("author", "mara-ivers", name="Mara Ivers", slug="ivers")
    ask = made.make().ask

    assert ask.section("biz").term.url == "/biz/"
    assert ask.author("ivers").term.url == "/authors/ivers/"
    assert ask.article("biz/x").card.url == "/biz/x/"


def test_unused_files_exist(site: Any) -> None:
    """A file that no article uses has its page, with no articles."""
    ask = site().article("a/x").record("tag", "open-data").record("author", "ada-berg", name="Ada Berg").make().ask

    assert [(tag.term.name, tag.count) for tag in ask.tags()] == [("open data", 0)]
    assert (ask.author("ada-berg").count, ask.author("ada-berg").first_year) == (0, None)


def test_names_sort_without_accents(site: Any) -> None:
    """Indexes are ordered by the slugs of names, so that É stands with E."""
    made = site().article("a/x", authors=("Zola", "Émile", "Fay"))

    assert [author.term.name for author in made.make().ask.authors()] == ["Émile", "Fay", "Zola"]


def test_shared_slug(site: Any) -> None:
    """Two names with one slug are an error that names both and asks for a file."""
    finding = site().article("a/x", tags=("GNU/Linux", "gnu linux")).make().one("shared-slug")

    assert "“GNU/Linux”" in finding.message
    assert "“gnu linux”" in finding.message
    assert "content/tags/" in finding.hint


def test_spelt_out_signs_do_not_collide(site: Any) -> None:
    """`C++`, `C#` and `C` are three tags."""
    made = site().article("a/x", tags=("C++", "C#", "C")).make()

    assert [tag.term.id for tag in made.ask.tags()] == ["c", "c-plus-plus", "c-sharp"]
    assert made.codes == []


def test_name_without_a_slug(site: Any) -> None:
    """A name of which no letter survives asks for a file; the article can still be shown."""
    made = site().article("a/x", tags=("???",), places={"tags.0": Place(4, 8, 3)}).make()
    finding = made.one("bad-slug")

    assert (finding.path, finding.line, finding.column) == ("content/articles/a/x.md", 4, 8)
    assert [tag.name for tag in made.ask.articles()[0].tags] == ["???"]


def test_two_files_of_one_name(site: Any) -> None:
    """A name or alias that two files claim is an error at the second."""
    made = site().record("tag", "gnu-linux").record("tag", "linux", aliases=("GNU Linux",)).make()
    finding = made.one("shared-name")

    assert (finding.path, "content/tags/gnu-linux.md" in finding.message) == ("content/tags/linux.md", True)


def test_two_people_of_one_name(site: Any) -> None:
    """Two authors may have one name, while articles tell them apart by id."""
    made = site().record("author", "smith-uk", name="John Smith").record("author", "smith-us", name="John Smith")

    assert made.make().codes == []

    made.article("a/x", authors=("John Smith",))

    assert "`smith-uk`, `smith-us`" in made.make().one("ambiguous-reference").message


names = st.lists(st.sampled_from(["Linux", "linux", "LINUX", "GNU/Linux", "c++", "C++", "x y", "x_y", "?", "É"]))


@settings(deadline=None)
@given(names=names, seed=st.randoms(use_true_random=False))
def test_order_never_matters(names: list[str], seed: random.Random) -> None:
    """Whatever order names and files come in, terms, names and findings are the same."""
    uses = [Use(name, f"{number}.md") for number, name in enumerate(names)]
    files = [
        Record(kind="tag", path="content/tags/linux.md", id="linux", aliases=("GNU/Linux",)),
        Record(kind="tag", path="content/tags/unix.md", id="unix", aliases=("GNU/Linux",)),
    ]
    shuffled, turned = uses.copy(), files[::-1]
    seed.shuffle(shuffled)

    assert gather("tag", shuffled, turned, Urls()) == gather("tag", uses, files, Urls())
    assert all(gather("tag", uses, files, Urls())[0].find(name) for name in names)
