"""What an editorial archive lives of: standards, arguments and their relations, corrections, withdrawals."""

from __future__ import annotations

from harness import Page, Site
from links import faults

CLAIM = "---\ntitle: Formats should be open\n---\n"


def notice(site: Site, *dates: str) -> None:
    """Write versions of the notice `editorial`."""
    for date in dates:
        site.write(
            f"content/standards/editorial/{date}.md", f"---\ntitle: Editorial standards\n---\n\nRules of {date}.\n"
        )


def test_the_version_in_force(site: Site) -> None:
    """A piece shows the version that held on its date, and each version lists its pieces."""
    notice(site, "2000-01-01", "2009-01-01")
    site.article("a/old", date="2008-12-31", standards="editorial", title="Old")
    site.article("a/new", date="2009-01-01", standards="editorial", title="New")
    site.article("a/pinned", date="2010-01-01", standards="editorial@2000-01-01", title="Pinned")

    run = site.build()

    for name, version in (("old", "2000-01-01"), ("new", "2009-01-01"), ("pinned", "2000-01-01")):
        links = list(run.page(f"/a/{name}/").links())

        assert f"../../standards/editorial/{version}/" in links
    run.page("/standards/editorial/2000-01-01/").has("h3", "Old").has("h3", "Pinned").lacks("h3", "New")
    run.page("/standards/editorial/2009-01-01/").has("h3", "New").has("main", "Rules of 2009-01-01.")
    run.page("/standards/editorial/").has("main", "Rules of 2009-01-01.")
    run.page("/standards/").has("a", "Editorial standards")


def test_exceptions_from_standards_are_shown(site: Site) -> None:
    """No notice, one not recorded and one not determinable: each piece says so in words, and honestly."""
    notice(site, "2009-07-01")
    site.configure("[defaults]\nstandards = 'editorial'\n")
    site.article("a/none", standards="none", date="2010-01-01")
    site.article("a/early", date="2001-01-01")
    site.article("a/within", date="2009")

    run = site.build()

    run.finds("warning", "content/articles/a/within.md:3:7", "version-unknown", hint="`editorial@2009-07-01`")
    words = {name: facts(run.page(f"/a/{name}/"))["Standards"] for name in ("none", "early", "within")}
    assert "No standards notice" in words["none"]
    assert "not recorded" in words["early"]
    assert "not determinable" in words["within"]


def facts(page: Page) -> dict[str, str]:
    """Return the facts about a piece: what stands beside each term of the list of facts."""
    return {term.text: page.elements[page.elements.index(term) + 1].text for term in page.all("dt")}


def arguing(site: Site) -> None:
    """Write three pieces that argue with each other, a claim, and what an editor says of it."""
    site.write("content/claims/open.md", CLAIM)
    site.write("content/authors/ada.md", "---\nname: Ada Berg\n---\n")
    site.article(
        "a/first",
        "- Formats last when they are open. {: .argument #last stance=pro claim=open }\n"
        "- Not every format is read. {: .argument #read }\n",
        title="The first",
        date="2001-01-01",
        annotations="[{argument: read, stance: con, claim: open, by: ada, date: 2010-05-01},"
        " {argument: read, undercuts: '#last', by: Ada Berg}]",
    )
    site.article(
        "b/second",
        "Before.\n\n- Closed ones last too. {: .argument #closed rebuts=a/first#last }\n\nAfter.\n",
        title="The second",
        date="2005-01-01",
    )
    site.article(
        "b/third",
        "- Some do. {: .argument #some supports='second#closed open' }\n",
        title="The third",
        date="2007-01-01",
    )


def test_relations_from_both_sides(site: Site) -> None:
    """What an argument says of another stands under it, and the answer stands beside what it answers."""
    arguing(site)

    run = site.build()

    assert run.findings == []
    second = run.page("/b/second/")
    second.has(".sg-under", "Rebuts Formats last when they are open.").has(".sg-under", "The first")
    second.has(".sg-note", "Supported by").has(".sg-note", "The third")
    first = run.page("/a/first/").has(".sg-note", "Rebutted by").has(".sg-note", "Closed ones last too")
    assert "../../b/second/#closed" in list(first.links())
    run.page("/a/first/last/").has(".sg-note", "Rebutted by").has(".sg-note", "Undercut by")
    run.page("/b/third/some/").has(".sg-under", "Supports Closed ones last too").has(
        ".sg-under", "Formats should be open"
    )


def test_what_editors_assert_is_theirs(site: Site) -> None:
    """Stances and relations of annotations carry the editor's name and date; the author's carry none."""
    arguing(site)

    run = site.build()

    first = run.page("/a/first/").has(".sg-editor", "Ada Berg, editor")
    under = first.texts(".sg-under")
    assert "editor" not in under[0]
    assert under[1].count("Ada Berg, editor") >= 2
    claim = run.page("/claims/open/")
    claim.has("section.sg-pro", "Formats last when they are open").has("section.sg-con", "Not every format is read")
    claim.has("section.sg-con", "Ada Berg, editor").lacks("section.sg-pro", "editor")


def test_arguments_have_pages_and_places(site: Site) -> None:
    """Each argument has a place in its piece and a page, with number, neighbours and the way back."""
    arguing(site)

    run = site.build()

    page = run.page("/a/first/read/").has("h1", "Not every format is read").has(".sg-kicker", "Argument 2 of 2")
    assert "../../../a/first/#read" in list(page.links())
    assert "../../../a/first/last/" in list(page.links())
    run.page("/a/first/").has("article#last").has("article#read")
    run.page("/b/second/").has("#sg-opening", "Before.").has("#sg-closing", "After.")
    run.page("/arguments/").has("a", "Some do")
    assert faults(site.tree()) == []


def test_without_argument_pages(site: Site) -> None:
    """With `argument_pages = false` links lead to the place in the piece."""
    arguing(site)
    site.configure("[archive]\nargument_pages = false\n")

    run = site.build()

    run.missing("/a/first/read/").page("/arguments/").has("a", "Some do")
    assert faults(site.tree()) == []


def test_only_cited_footnotes(site: Site) -> None:
    """An argument's page carries the footnotes that it cites, and those that these cite; the piece has all."""
    site.article(
        "a/notes",
        "Opening[^open].\n\n- One two three[^one]. {: .argument #one }\n- Four five six. {: .argument #two }\n"
        "- Seven[^seven] eight. {: .argument #three }\n\n"
        "[^open]: Of the opening.\n[^one]: Of one, see[^deep].\n[^seven]: Of seven.\n[^deep]: Deeper.\n",
    )

    run = site.build()

    def notes(url: str) -> list[str]:
        main = run.page(url).texts("main")[0]
        return [text for text in ("Of the opening", "Of one", "Of seven", "Deeper") if text in main]

    assert notes("/a/notes/") == ["Of the opening", "Of one", "Of seven", "Deeper"]
    assert notes("/a/notes/one/") == ["Of one", "Deeper"]
    assert notes("/a/notes/two/") == []
    assert notes("/a/notes/three/") == ["Of seven"]
    assert faults(site.tree()) == []


def test_corrections(site: Site) -> None:
    """A correction is told at its argument, at the end of the piece, on the argument's page and in the log."""
    site.article(
        "a/piece",
        "- One two three. {: .argument #one }\n- Four five. {: .argument #two }\n",
        title="The piece",
        corrections="[{date: 2010-01-01, text: It was *two*., argument: one},"
        " {date: 2011-01-01, kind: clarification, text: All of it.}]",
    )

    run = site.build()

    page = run.page("/a/piece/").has("#sg-correction-1", "It was two.").has("#sg-correction-2", "All of it.")
    assert ["Corrected" in text for text in page.texts(".sg-under")] == [True, False]
    run.page("/a/piece/one/").has("main", "It was two.").lacks("main", "All of it.")
    log = run.page("/corrections/").texts("main")[0]
    assert log.index("All of it.") < log.index("It was two.")


def test_a_correction_of_no_argument(site: Site) -> None:
    """A correction that names an argument which is not there is an error."""
    site.article(
        "a/piece", "- One two. {: .argument #one }", corrections="[{date: 2010-01-01, text: x, argument: oen}]"
    )

    site.fail().finds("error", "content/articles/a/piece.md:5:53", "missing-reference", hint="did you mean `one`?")


def test_retracted_and_withdrawn(site: Site) -> None:
    """A retracted piece stays under a banner; of a withdrawn one nothing is left but a tombstone."""
    site.article("a/retracted", "The retracted text.", title="The retracted", status="retracted")
    site.article(
        "a/withdrawn",
        "- The withdrawn text. {: .argument #gone }",
        title="The withdrawn",
        status="withdrawn",
        dek="The withdrawn dek",
        tags="topic",
    )
    site.article(
        "a/other", "See [it](withdrawn.md).\n\n- One two. {: .argument rebuts=withdrawn#gone }", title="The other"
    )

    run = site.build()

    kept = run.page("/a/retracted/").has("main", "The retracted text.")
    assert "retracted" in kept.texts("header.sg-head")[0].replace("The retracted", "").lower()
    run.page("/").has(".sg-flag", "Retracted")
    stone = run.page("/a/withdrawn/").has("h1", "withdrawn").has("meta[name=robots][content=noindex]")
    stone.has("main", "The withdrawn")
    everything = b"".join(data for path, data in site.tree().items() if path.endswith((".html", ".xml")))
    assert b"withdrawn text" not in everything
    assert b"withdrawn dek" not in everything
    run.missing("/a/withdrawn/gone/")
    run.finds("warning", "content/articles/a/other.md:9:32", "unlinked-reference")
    for listing in ("/", "/archive/", "/a/", "/tags/topic/"):
        run.page(listing).lacks("h3", "The withdrawn")
    assert b"/a/withdrawn/" not in site.tree()["sitemap.xml"]
    assert faults(site.tree()) == []


def test_facts_of_a_piece(site: Site) -> None:
    """Where it first appeared, whose rights, which interests: all of it stands with the piece."""
    site.article(
        "a/piece",
        original="{publisher: The Daily, title: First, url: 'https://example.net/first', date: 1999-05, page: 7}",
        rights="{holder: Mara Ivers, year: 1999, license: 'https://creativecommons.org/licenses/by/4.0/'}",
        disclosures="[{text: Paid by *nobody*., kind: funding}]",
        kicker="Special",
        dek="A *line* more",
        updated="2010-01-01",
        language="de",
    )

    page = site.build().page("/a/piece/")

    known = facts(page)
    assert "First" in known["Zuerst erschienen"]
    assert "The Daily" in known["Zuerst erschienen"]
    assert "Seite 7" in known["Zuerst erschienen"]
    assert "© 1999 Mara Ivers." in known["Rechte"]
    assert known["Funding"] == "Paid by nobody."
    page.has(".sg-kicker", "Special").has("em", "line").has("time[datetime=2010-01-01]").has(
        "main[lang=de] h1", "A piece"
    )


def test_modes_of_arguments(site: Site) -> None:
    """`list`, `headings`, `marked`, `none` and `auto` each find what they say."""
    items = "1. Item of at least eight words is here now.\n2. Second item of at least eight words here.\n"
    body = f"Before.\n\n## A heading\n\nText.\n\n## Another\n\n{items}"
    for mode in ("list", "headings", "marked", "none", "auto"):
        site.article(f"a/{mode}", body, arguments=mode)
    site.article("a/fenced", "::: argument {#x}\nOne.\n\nTwo.\n:::\n")

    run = site.build()

    found = {
        mode: len(run.page(f"/a/{mode}/").all("article.sg-argument"))
        for mode in ("list", "headings", "marked", "none", "auto", "fenced")
    }
    assert found == {"list": 2, "headings": 2, "marked": 0, "none": 0, "auto": 2, "fenced": 1}


def test_ids_survive_reordering(site: Site) -> None:
    """Turned round, with one more between: each argument keeps its address."""
    items = [
        "- Alpha beta gamma delta. {: .argument }",
        "- Gift horses bite. {: .argument }",
        "- The third one. {: .argument }",
    ]
    site.article("a/piece", "\n".join(items)).build()
    before = {page.parent.name for page in site.output.glob("a/piece/*/index.html")}

    site.article("a/piece", "\n".join([*reversed(items), "- A new one. {: .argument }"])).build()

    after = {page.parent.name for page in site.output.glob("a/piece/*/index.html")}
    assert before == {"alpha-beta-gamma-delta", "gift-horses-bite", "the-third-one"}
    assert after - before == {"a-new-one"}
    assert before < after
