"""`sitegen new article`: the file is where it belongs, is read as it was typed, and harms no other."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path

import pytest
from harness import Site
from hypothesis import given, reject
from hypothesis import strategies as st

from sitegen.articles.fields import article_meta
from sitegen.articles.frontmatter import read
from sitegen.build.newarticle import new_article
from sitegen.config import parse
from sitegen.errors import UsageError

TODAY = {"SOURCE_DATE_EPOCH": "1248134400"}  # 21 July 2009
CONFIG = parse(b'title = "T"\nbase_url = "https://example.org/"\n[defaults]\nauthors = ["Mara"]\n')


def test_a_draft_is_put_where_it_belongs(site: Site) -> None:
    """Its path is printed, and it holds what an article needs; a build leaves it out."""
    run = site.run("new", "article", "The gift", "-s", "Business", "-a", "Mara Ivers", env=TODAY).expect(0)

    path = site.folder / "content/articles/business/2009/2009-07-21-the-gift.md"
    assert run.out == f"{path}\n"
    assert path.read_text() == "---\ntitle: The gift\ndate: 2009-07-21\nauthor: Mara Ivers\ndraft: true\n---\n\n"
    assert [omission["reason"] for omission in site.build("--json").json["omissions"]] == ["a draft"]
    assert site.run("build", "-D", env=TODAY).expect(0).page("/business/the-gift/").has("h1", "The gift")


def test_it_follows_the_habit_of_its_section(site: Site) -> None:
    """Where pieces lie without years and days, a new one does too; other sections do not count."""
    site.article("business/one").article("policy/2009/2009-01-01-two").article("policy/2009/2009-01-02-three")

    for section, path in (("business", "business/four.md"), ("policy", "policy/2009/2009-07-21-four.md")):
        site.run("new", "article", "Four", "-s", section, env=TODAY).expect(0)
        assert (site.folder / "content/articles" / path).is_file()


def test_the_section_is_the_configured_one(site: Site) -> None:
    """So are the standards; a configured author needs no key."""
    site.configure('[defaults]\nsection = "Open Data"\nstandards = "editorial"\nauthors = ["Mara Ivers"]\n')
    site.run("new", "article", "One", env=TODAY).expect(0)

    text = (site.folder / "content/articles/open-data/2009/2009-07-21-one.md").read_text()
    assert text == "---\ntitle: One\ndate: 2009-07-21\nstandards: editorial\ndraft: true\n---\n\n"


def test_a_section_keeps_its_name(site: Site) -> None:
    """Where the folder cannot say it, the front matter does."""
    run = site.run("new", "article", "One", "-s", "Science & Tech", "-a", "Me", "--json", env=TODAY).expect(0)

    assert run.json["url"] == "/science-tech/one/"
    assert "section: Science & Tech\n" in (site.folder / run.json["path"]).read_text()


def test_the_only_author_is_the_author(site: Site) -> None:
    """With one file in `content/authors/` there is nothing to ask; with none it says what is missing."""
    site.run("new", "article", "One", env=TODAY).expect(0).says("name the author before you publish it")
    site.write("content/authors/mara-ivers.md", "---\nname: Mara Ivers\n---\n")
    run = site.run("new", "article", "Two", "--json", env=TODAY).expect(0)

    assert "author: mara-ivers\n" in (site.folder / run.json["path"]).read_text()


def test_no_file_is_written_over(site: Site) -> None:
    """Neither the same file, nor a piece that would have the same URL."""
    site.article("business/2003/the-gift")
    for _ in range(2):
        site.run("new", "article", "The gift", "-s", "business", env=TODAY).expect(1).says(
            "there is content/articles/business/2003/the-gift.md already", "`--slug`"
        )
    site.run("new", "article", "The gift", "-s", "business", "--slug", "another-gift", env=TODAY).expect(0)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["🐎"], "no slug can be made of “🐎”"),
        (["  "], "the title is empty"),
        (["Two\nlines"], "more than one line"),
        (["Bell \x07"], "control character"),
        (["Archive"], "reserved"),
        (["One", "--slug", "Not A Slug"], "--slug not-a-slug"),
        (["One", "-s", "../.."], "cannot be a section"),
        (["One", "-s", "2009"], "cannot be a section"),
        (["One", "-s", "tags"], "cannot be a section"),
    ],
)
def test_what_cannot_be_used_is_refused(site: Site, arguments: list[str], says: str) -> None:
    """With exit code 2, a reason, and no file."""
    site.run("new", "article", *arguments, env=TODAY).expect(2).says(says)

    assert list(site.folder.rglob("*.md")) == []


@given(st.text(max_size=60))
def test_every_title_is_read_as_it_was_typed(title: str) -> None:
    """Whatever YAML makes of colons, quotes, dashes or emoji: refused, or the same text but for blanks."""
    try:
        article = new_article(Path("nowhere"), CONFIG, title, dt.date(2009, 7, 21), slug="slug")
    except UsageError:
        reject()
    meta, findings = article_meta(read(article.text.encode()))

    assert findings == ()
    assert meta.title == " ".join(title.split())
    assert (str(meta.date), meta.draft) == ("2009-07-21", True)


def test_it_opens_in_the_editor(site: Site, tmp_path: Path) -> None:
    """`--open` starts `$VISUAL` with the file."""
    editor = tmp_path / "editor.py"
    editor.write_text("import sys\nopen(sys.argv[1], 'a').write('Written.')\n")
    env = TODAY | {"VISUAL": f"{sys.executable} {editor}", "PATH": os.environ["PATH"]}
    run = site.run("new", "article", "One", "-a", "Me", "--open", env=env).expect(0)

    assert Path(run.out.strip()).read_text().endswith("---\n\nWritten.")
