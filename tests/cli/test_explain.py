"""`sitegen explain`: every way of asking leads to the answer, and the answer says where values come from."""

from __future__ import annotations

import os
from typing import Any

import pytest
from harness import Site

BODY = """\
Before the points.

* **It is a gift.** {: #gift stance=pro claim=openness }

    It costs nothing.

* Another point that nobody gave a name to in the text at all.

See [the other](../../policy/other.md) and [a draft](../unready.md).
"""


@pytest.fixture
def desk(site: Site) -> Site:
    """Return a site with an article that has something of everything."""
    site.configure('[defaults]\nstandards = "editorial"\n[archive]\npage_size = 1\n')
    site.write("content/standards/editorial/2009-01-01.md", "---\ntitle: Editorial standards\n---\nRules.\n")
    site.write("content/claims/openness.md", "---\ntitle: Open is better\n---\n")
    site.write("content/pages/about.md", "---\ntitle: About\n---\nWe.\n")
    site.write("content/files/humans.txt", "us\n")
    site.article("policy/other", "* One {: .argument rebuts=gift#gift }\n", title="The other")
    site.article("business/unready", draft="true", title="Not ready")
    site.article(
        "business/2009/2009-07-21-gift", BODY, title="The gift", date=None, aliases="[/old/]", arguments="list"
    )
    return site


GIFT = "content/articles/business/2009/2009-07-21-gift.md"


def facts(told: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Return value and origin by name."""
    return {fact["name"]: (fact["value"], fact["origin"]) for fact in told["facts"]}


@pytest.mark.parametrize(
    "asked",
    [
        GIFT,
        "{site}/" + GIFT,
        "/business/gift/",
        "/business/gift",
        "business/gift",
        "gift",
        "/archive/business/gift/",
        "https://example.org/archive/business/gift/",
        "https://EXAMPLE.org/archive/business/gift/index.html",
        "output/business/gift/index.html",
    ],
)
def test_a_piece_is_found_however_it_is_named(desk: Site, asked: str) -> None:
    """By path, URL, output file or reference."""
    desk.build()
    told = desk.run("explain", "--json", asked.replace("{site}", str(desk.folder))).expect(0).json

    assert (told["kind"], told["path"], told["url"]) == ("article", GIFT, "/business/gift/")


def test_each_value_has_its_origin(desk: Site) -> None:
    """From the path, the front matter, or the configuration."""
    told = facts(desk.run("explain", "gift", "--json").expect(0).json)

    assert told["id"] == ("business/gift", "section and slug")
    assert told["title"] == ("The gift", "front matter, line 2")
    assert told["date"] == ("2009-07-21", "the file's name")
    assert told["section"] == ("business", "the folder")
    assert told["standards"] == ("Editorial standards, version of 2009-01-01, in force on 2009-07-21", "[defaults]")
    assert told["language"] == ("en", "`language` of config.toml")
    assert told["description"][1] == "the text"


def test_arguments_are_told_with_their_relations(desk: Site) -> None:
    """How they were found, their ids, their stance, and who answers them."""
    told = desk.run("explain", "gift", "--json").expect(0).json
    first, second = told["arguments"]

    assert (told["mode"], told["mode_reason"]) == ("list", "`arguments: list`")
    assert (first["id"], first["explicit_id"], first["title"], first["stance"]) == ("gift", True, "lead", "pro")
    assert first["claim_id"] == "openness"
    assert first["relations"] == [{"kind": "rebuts", "direction": "in", "other": "policy/other#one", "by": ""}]
    assert (second["number"], second["explicit_id"]) == (2, False)


def test_links_pages_and_listings_are_told(desk: Site) -> None:
    """A link to what is left out has no URL; every page made of the piece is there; so is each that lists it."""
    told = desk.run("explain", "gift", "--json").expect(0).json

    assert [(link["target"], link["url"]) for link in told["links"]] == [
        ("../../policy/other.md", "/policy/other/"),
        ("../unready.md", ""),
    ]
    assert {page["template"] for page in told["pages"]} == {"article.html", "argument.html", "redirect.html"}
    assert "/business/" in told["listings"]
    assert "/archive/2009/07/" in told["listings"]


def test_on_the_console(desk: Site) -> None:
    """The same in words, on stdout."""
    run = desk.run("explain", "/business/gift/#gift").expect(0)

    assert run.err == ""
    assert run.out.splitlines()[:2] == [GIFT, "Argument 1 of 2 of “The gift” at /business/gift/#gift"]
    assert "      It is a gift.  (a bold lead-in, line 10)" in run.out
    assert "      pro openness" in run.out
    assert "      rebutted by policy/other#one" in run.out


@pytest.mark.parametrize("asked", ["content/articles/business/unready.md", "/business/unready/"])
def test_what_is_left_out_says_why(desk: Site, asked: str) -> None:
    """A draft, by its path and by the URL that it would have."""
    told = desk.run("explain", asked, "--json").expect(0).json

    assert (told["left_out"], told["pages"]) == ("a draft", [])
    assert "--drafts" in told["hint"]
    assert facts(told)["url"][0] == "/business/unready/"


@pytest.mark.parametrize(
    ("front", "reason"),
    [({"date": "2999-01-01"}, "due on 2999-01-01"), ({"expiry_date": "2010-01-01"}, "expired on 2010-01-01")],
)
def test_what_is_out_of_its_time_says_why(site: Site, front: dict[str, str], reason: str) -> None:
    """Due later, or expired."""
    site.article("business/gift", **front)

    assert site.run("explain", "/business/gift/", "--json").expect(0).json["left_out"] == reason


@pytest.mark.parametrize(
    ("asked", "kind", "summary"),
    [
        ("/old/", "redirect", "A redirect to /business/gift/"),
        ("/", "generated", "A page, made of the home page"),
        ("/archive/page/1/", "listing", "A page, made of the archive by date"),
        ("/about/", "page", "A page of its own"),
        ("content/claims/openness.md", "claim", "A claim"),
        ("/standards/editorial/2009-01-01/", "notice", "A version of a standards notice"),
        ("/humans.txt", "file", "A file that is published"),
        ("config.toml", "config", "The configuration of the site"),
    ],
)
def test_everything_of_a_site_can_be_asked_for(desk: Site, asked: str, kind: str, summary: str) -> None:
    """Redirects, listings, records, files."""
    told = desk.run("explain", asked, "--json").expect(0).json

    assert (told["kind"], told["summary"]) == (kind, summary)


def test_a_chunk_says_what_it_shows(desk: Site) -> None:
    """Its number is counted from the oldest end."""
    told = facts(desk.run("explain", "/archive/page/1/", "--json").expect(0).json)

    assert told["shows"] == ("1 of 2 articles", "chunk 1, counted from the oldest")
    assert told["template"] == ("archive.html", "packaged with sitegen")


def test_other_files_may_have_errors(desk: Site) -> None:
    """The question is answered all the same, and an article that cannot be understood shows what is wrong."""
    desk.write("content/articles/business/broken.md", "---\ntitle: [open\n---\n")
    desk.run("explain", "gift").expect(0)
    run = desk.run("explain", "content/articles/business/broken.md").expect(0)

    assert "An article that cannot be understood: it has errors" in run.out
    assert "[front-matter-syntax]" in run.out


def test_nothing_is_written(desk: Site) -> None:
    """Neither output nor state."""
    before = sorted(desk.folder.rglob("*"))
    desk.run("explain", "gift").expect(0)

    assert sorted(desk.folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("/business/gitf/", "did you mean `/business/gift/`?"),
        ("content/articles/business/2009/2009-07-21-gitf.md", f"did you mean `{GIFT}`?"),
        ("https://example.com/business/gift/", "its pages are under https://example.org/archive/"),
        ("/business/gift/#gfit", "did you mean `/business/gift/#gift`?"),
        ("content/articles", "name a file in it"),
        ("http://[x", "http://[x is not a URL of this site"),
        ("//[x", "“//[x” is neither a source nor a page of this site"),
        ("x" * 5000, "is neither a source nor a page of this site"),
        ("\x1b[2J", "is neither a source nor a page of this site"),
    ],
)
def test_what_is_unknown_is_told_with_what_is_near(desk: Site, asked: str, says: str) -> None:
    """Exit code 1, no traceback."""
    run = desk.run("explain", asked).expect(1).says(says)

    assert run.out == ""
    assert "\x1b" not in run.err


def test_paths_may_be_relative_to_where_one_stands(desk: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """As shells complete them."""
    monkeypatch.chdir(desk.folder / "content" / "articles" / "policy")
    told = desk.run("explain", f"..{os.sep}business/2009/2009-07-21-gift.md", "--json").expect(0).json

    assert told["path"] == GIFT
