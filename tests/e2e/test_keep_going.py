"""`--keep-going`: the rest is published, a broken piece keeps its last good version, and the exit code says so."""

from __future__ import annotations

import pytest
from harness import Site, article, snapshot

GIFT = "content/articles/business/gift.md"
BROKEN = article("The new text.", title="The gift", date="2009-02-30")


def test_the_last_good_version_stands_in(published: Site) -> None:
    """A piece that breaks stays as it was, what is right beside it is published, and the run ends with 3."""
    published.write(GIFT, BROKEN)
    published.article("business/other", title="The other")

    run = published.run("build", "--keep-going").expect(3)

    run.finds("error", f"{GIFT}:3:7", "bad-date", message="is not a date that exists")
    run.finds("warning", "content/articles/business/neighbour.md:5:1", "unknown-key")
    assert f"kept back {GIFT}: its last good version stands in" in run.out
    run.page("/business/gift/").has("article", "A gift is never free").lacks("main", "The new text")
    run.page("/business/other/").has("h1", "The other")
    run.page("/").has("a", "The other")


def test_without_it_nothing_changes(published: Site) -> None:
    """The same site without the option: exit code 1, and the output is what it was to the byte."""
    published.write(GIFT, BROKEN)
    published.article("business/other", title="The other")
    before = snapshot(published.output)

    published.fail(code=1)

    assert snapshot(published.output) == before


def test_mending_restores(published: Site) -> None:
    """Once the piece is mended it is published as it is now, whatever builds came between."""
    published.write(GIFT, BROKEN)
    published.run("build", "--keep-going").expect(3)
    published.run("build", "--keep-going").expect(3)
    published.write(GIFT, BROKEN.replace("2009-02-30", "2009-02-28"))

    run = published.build()

    run.page("/business/gift/").has("main", "The new text")
    assert "kept back" not in run.out


def test_left_out_where_there_is_no_good_version(published: Site) -> None:
    """A new piece with an error is left out; one that refers to it loses only its link."""
    published.article("business/new", date="2009-02-30", title="The new")

    run = published.run("build", "--keep-going").expect(3)

    run.missing("/business/new/")
    assert "kept back content/articles/business/new.md: left out" in run.out


def test_state_that_was_forgotten(published: Site) -> None:
    """After `--clean` there is no last good version: the piece is left out, and that is said."""
    published.write(GIFT, BROKEN)

    run = published.run("build", "--clean", "--keep-going").expect(3)

    run.missing("/business/gift/")
    assert f"kept back {GIFT}: left out" in run.out


def test_damaged_state(published: Site) -> None:
    """A state file that is no database is told in one line and made anew; the build goes on."""
    published.write(".sitegen/state.sqlite", b"this is no database" * 100)

    published.build().says(".sitegen/state.sqlite was not usable")

    published.write(GIFT, BROKEN)
    published.run("build", "--keep-going").expect(3).page("/business/gift/").has("article", "A gift is never free")


@pytest.mark.parametrize(
    "text",
    [
        BROKEN.replace("---\n\n", "status: withdrawn\n---\n\n"),
        "---\ntitle: [never closed\nstatus: withdrawn\n---\n\nThe new text.\n",
    ],
)
def test_withdrawn_is_never_kept(published: Site, text: str) -> None:
    """A piece that is withdrawn and broken does not come back in its old version."""
    published.write(GIFT, text)

    run = published.run("build", "--keep-going").expect(3)

    run.missing("/business/gift/")
    assert f"kept back {GIFT}: left out" in run.out
    assert all(b"A gift is never free" not in data for data in published.tree().values())


def test_errors_in_records(published: Site) -> None:
    """Authors and notices are kept back in the same way as articles."""
    author, notice = "content/authors/mara-ivers.md", "content/standards/editorial/2009-01-01.md"
    published.write(author, "---\nname: Mara Ivers\ndescription: Writes.\n---\n").article(standards="editorial")
    published.build()
    published.write(author, "---\nname: [Mara\n---\n").write(notice, "---\ntitle: {a: b}\n---\n")

    run = published.run("build", "--keep-going").expect(3)

    run.finds("error", f"{author}:2:7", "front-matter-syntax")
    run.finds("error", f"{notice}:2:8", "wrong-type")
    run.page("/authors/mara-ivers/").has("main", "Writes.")
    run.page("/standards/editorial/2009-01-01/").has("main", "We check.")


def test_errors_between_files(published: Site) -> None:
    """A relation to a piece that was never there is an error of the piece that names it."""
    body = "- One two three. {: .argument rebuts=business/gfit#horse }\n"
    published.article("business/answer", body, title="The answer")

    run = published.run("build", "--keep-going").expect(3)

    run.finds("error", "content/articles/business/answer.md:7:38", "missing-reference")
    run.missing("/business/answer/").page("/business/gift/").has("h1", "The gift")


def test_one_that_is_left_out_takes_no_other_along(published: Site) -> None:
    """Where a piece refers to one that had to be left out, it is published, and the relation has no link."""
    published.article("business/new", "- One two. {: .argument #one }", date="2009-02-30", title="The new")
    published.article("business/answer", "- Three four. {: .argument rebuts=business/new#one }", title="The answer")

    run = published.run("build", "--keep-going").expect(3)

    assert "kept back content/articles/business/new.md: left out" in run.out
    assert "answer.md: left out" not in run.out
    run.finds("warning", "content/articles/business/answer.md:7:35", "unlinked-reference")
    run.missing("/business/new/").page("/business/answer/").has("main", "The new").lacks("a", "The new")


def test_facts_as_json(published: Site) -> None:
    """`--json` lists what was kept back, and how."""
    published.write(GIFT, BROKEN).article("business/new", date="2009-02-30")

    facts = published.run("build", "--keep-going", "--json").expect(3).json

    assert facts["kept"] == [
        {"path": GIFT, "stands_in": True},
        {"path": "content/articles/business/new.md", "stands_in": False},
    ]
    assert [(it["severity"], it["code"]) for it in facts["diagnostics"]] == [
        ("error", "bad-date"),
        ("warning", "unknown-key"),
        ("error", "bad-date"),
    ]


def test_what_no_version_can_mend(published: Site) -> None:
    """Two sources at one URL, a broken template and a broken configuration stop the build all the same."""
    before = snapshot(published.output)
    published.article("business/2009/gift", title="Another")
    published.fail("--keep-going", code=1).finds("fatal", GIFT, "url-collision")
    published.delete("content/articles/business/2009/gift.md").write("templates/home.html", "{{ a }}")
    published.fail("--keep-going", code=1).finds("fatal", "templates/home.html:1:1", "template")
    published.delete("templates/home.html").configure("tilte = 'x'")
    published.fail("--keep-going", code=1).finds("fatal", "config.toml:4:1", "config")

    assert snapshot(published.output) == before


def test_nothing_to_keep_back(published: Site) -> None:
    """Where nothing is wrong the option changes nothing."""
    facts = published.build("--keep-going", "--json").json

    assert (facts["kept"], facts["written"], facts["pruned"]) == ([], 0, 0)
