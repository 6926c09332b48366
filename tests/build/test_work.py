"""The work of a build, by name: after each kind of edit exactly the pages whose answers changed are rendered.

A page depends on an answer as a whole. A list that shows titles alone is rendered when another part of a card changes:
its bytes may stay the same, and then its file is not written.
"""

from __future__ import annotations

import os

from miniature import CONFIG, DAY, FILES, GIFT, MOONS, REPLY, Desk


def feeds(*listings: str) -> set[str]:
    """Return the URLs of the feeds of listings."""
    return {f"{url}feed.{form}" for url in listings for form in ("xml", "json")}


GIFT_PAGES = {"/business/gift/", "/business/gift/horse/", "/business/gift/keys/"}
GIFT_TEXTS = {"/business/feed.xml", "/authors/mara-ivers/feed.xml", "/tags/linux/feed.xml"}
REPLY_PAGES = {"/business/reply/", "/business/reply/no/"}
REPLY_TEXTS = {"/business/feed.xml", "/authors/ada-berg/feed.xml", "/tags/linux/feed.xml", "/tags/law/feed.xml"}
STARS_PAGES = {"/science/stars/", "/science/stars/far/"}
STARS_TEXTS = {"/feed.xml", "/science/feed.xml", "/authors/noor-said/feed.xml", "/tags/sky/feed.xml"}
MOONS_LISTS = {
    "/",
    "/science/",
    "/authors/noor-said/",
    "/tags/sky/",
    "/archive/",
    "/archive/2012/",
    "/archive/2012/06/",
}
MOONS_FEEDS = feeds("/", "/science/", "/authors/noor-said/", "/tags/sky/")
TAGS = {"/tags/law/", "/tags/linux/", "/tags/sky/"}
TERMS = TAGS | {"/business/", "/science/", "/authors/ada-berg/", "/authors/mara-ivers/", "/authors/noor-said/"}


def test_first(desk: Desk) -> None:
    """The first build renders every page and parses every source."""
    clean = desk.site.clean(desk.folder / "clean")

    assert clean.report is not None
    assert (clean.report.parsed, clean.report.reused) == (7, 0)
    assert set(clean.pages) == desk.everything
    assert clean.report.written == len([data for data in clean.output.values() if isinstance(data, bytes)]) - 1


def test_nothing(desk: Desk) -> None:
    """Nothing changed: nothing is parsed, rendered, written or pruned."""
    report = desk.result().report

    assert report is not None
    assert (report.parsed, report.rendered, report.pages, report.written, report.pruned) == (0, 0, (), 0, 0)
    assert report.reused == len(desk.everything)
    assert report.unchanged == len(desk.everything) + report.files


def test_touched(desk: Desk) -> None:
    """A file that was saved as it was makes no work, whatever its time says."""
    file = desk.site.folder / GIFT
    for stamp in (1, 2**31 - 1):
        os.utime(file, (stamp, stamp))
        report = desk.result().report

        assert report is not None
        assert (report.parsed, report.rendered, report.written) == (0, 0, 0)


def test_everything_new(desk: Desk) -> None:
    """Files that were copied elsewhere and back have other stamps, and the same bytes: no page is rendered."""
    for path in FILES:
        file = desk.site.folder / path
        data = file.read_bytes()
        file.unlink()
        file.write_bytes(data)

    assert desk.build() == set()


def test_body(desk: Desk) -> None:
    """A body edit renders the article, its argument pages and the feeds that carry its text."""
    assert desk.edit(GIFT, ("last words", "very last words")) == GIFT_PAGES | GIFT_TEXTS


def test_body_of_one_size(desk: Desk) -> None:
    """Nor does it matter that neither size nor time of the file changed."""
    file = desk.site.folder / GIFT
    stat = file.stat()
    file.write_bytes(file.read_bytes().replace(b"last words", b"lost words"))
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    assert desk.build() == GIFT_PAGES | GIFT_TEXTS


def test_only_lines(desk: Desk) -> None:
    """An empty line more in a text moves findings, and changes no page."""
    assert desk.edit(GIFT, ("The opening of the gift.", "\nThe opening of the gift.")) == set()


def test_excerpt(desk: Desk) -> None:
    """The first words of a piece stand in lists too."""
    pages = desk.edit(MOONS, ("The opening of the moons.", "The first words."))

    assert pages - {"/sitemap.xml"} == {"/science/moons/", "/science/stars/"} | MOONS_LISTS | MOONS_FEEDS


def test_title(desk: Desk) -> None:
    """A title stands in lists and feeds, on neighbours and on what is related, beside claims and corrections."""
    pages = desk.edit(GIFT, ("title: The gift", "title: The present"))

    assert pages - {"/sitemap.xml"} == {
        *GIFT_PAGES,
        *("/business/", "/authors/mara-ivers/", "/tags/linux/", "/archive/page/1/", "/archive/2009/"),
        *("/archive/2009/07/", "/arguments/page/1/", "/claims/free/", "/standards/editorial/2009-01-01/"),
        *feeds("/business/", "/authors/mara-ivers/", "/tags/linux/"),
        *("/corrections/", *feeds("/corrections/")),
        # The reply answers it.
        *REPLY_PAGES,
        *REPLY_TEXTS,
    }


def test_claim_of_an_argument(desk: Desk) -> None:
    """What an argument says stands on its claim's page, in the list of arguments, and with what answers it."""
    pages = desk.edit(GIFT, ("A gift is never free.", "A gift is never cheap."))

    assert pages == {*GIFT_PAGES, *GIFT_TEXTS, *REPLY_PAGES, *REPLY_TEXTS, "/arguments/page/1/", "/claims/free/"}


def test_relation(desk: Desk) -> None:
    """A relation stands at both of its ends; the other arguments of the target's article show that article too."""
    pages = desk.edit(REPLY, (" rebuts=business/gift#horse", ""))

    assert pages == {*GIFT_PAGES, *GIFT_TEXTS, *REPLY_PAGES, *REPLY_TEXTS, "/arguments/page/1/", "/claims/free/"}


def test_tag_added(desk: Desk) -> None:
    """A tag more on a piece renders what shows its card, and the tag's own page, feeds and index."""
    pages = desk.edit(MOONS, ("[sky]", "[sky, night]"))

    assert pages == {
        *("/science/moons/", "/science/stars/"),
        *MOONS_LISTS,
        *MOONS_FEEDS,
        *("/tags/", "/tags/night/", "/sitemap.xml"),
        *feeds("/tags/night/"),
    }


def test_article_added(desk: Desk) -> None:
    """A piece that is the newest of all leaves the listings of others alone."""
    desk.site.article("law/code", "A code.", title="The code", date="2012-06-30", author="Ida Lund", tags="[code]")

    assert desk.build() == {
        *("/law/", "/law/code/", "/authors/ida-lund/", "/tags/code/"),
        *("/", "/sitemap.xml", "/sections/", "/authors/", "/tags/", "/archive/2012/", "/archive/2012/06/"),
        # The years are counted on every part of this listing.
        *("/archive/", "/archive/page/1/"),
        *feeds("/", "/law/", "/authors/ida-lund/", "/tags/code/"),
        # Its neighbour.
        "/science/moons/",
    }


def test_article_removed(desk: Desk) -> None:
    """What listed a piece that is gone is rendered, its pages are pruned, and nothing else is done."""
    desk.site.delete(MOONS)

    assert desk.build() == {
        *MOONS_LISTS - {"/archive/2012/06/"},
        *MOONS_FEEDS,
        *("/science/stars/", "/sitemap.xml", "/sections/", "/authors/", "/tags/"),
    }


def test_template(desk: Desk) -> None:
    """A template that only tag pages use."""
    assert desk.edit("templates/tag.html", ("{% endblock %}", "A tag.{% endblock %}")) == TAGS


def test_include(desk: Desk) -> None:
    """An include renders what includes it, however far away."""
    assert desk.write("templates/_term.html", "{{ term.count }}") == TERMS
    assert desk.write("templates/_text.html", "{{ card.title }}") == {
        url for url in desk.everything if url.endswith("/feed.xml") and url != "/corrections/feed.xml"
    }


def test_macros(desk: Desk) -> None:
    """Macros render what imports them, and a frame what extends it."""
    plain = {url for url in desk.everything if url.endswith((".xml", ".json", ".txt"))} | {"/moon/"}

    assert desk.edit("templates/_macros.html", ("<p>{{ point.number }}", "{{ point.number }}")) == (
        desk.everything - plain
    )
    assert desk.edit("templates/_frame.html", ("<!doctype html>", "<!DOCTYPE html>")) == desk.everything - plain


def test_catalogue(desk: Desk) -> None:
    """A catalogue of the site renders what can speak its language: pages of pieces in it, or all of the site's."""
    desk.edit(GIFT, ("title: The gift", "title: The gift\nlanguage: de-AT"))

    assert desk.write("templates/locale/de.po", 'msgid "Tags"\nmsgstr "Themen"\n') == GIFT_PAGES
    assert desk.write("templates/locale/de-AT.po", 'msgid "Tags"\nmsgstr "Sachen"\n') == GIFT_PAGES
    assert desk.write("templates/locale/fr.po", 'msgid "Tags"\nmsgstr "Sujets"\n') == set()
    assert desk.write("templates/locale/en.po", 'msgid "Tags"\nmsgstr "Topics"\n') == desk.everything
    desk.site.delete("templates/locale/de.po")
    assert desk.build() == GIFT_PAGES


def test_unused_template(desk: Desk) -> None:
    """A template that no page uses makes no work."""
    assert desk.write("templates/_unused.html", "Unused.") == set()
    assert desk.write("templates/tombstone.html", "Nobody withdrew a piece.") == set()


def test_stylesheet(desk: Desk) -> None:
    """A stylesheet has a new name with new bytes, so what links it is rendered; the old file goes."""
    plain = {url for url in desk.everything if url.endswith((".xml", ".json", ".txt"))} | {"/moon/"}

    assert desk.write("templates/assets/style.css", "p { color: red }\n") == desk.everything - plain
    assert desk.write("templates/assets/script.js", "'use strict'\n") == set()


def test_author(desk: Desk) -> None:
    """A biography stands on the author's page; its feeds ask for the author too, to be told the name."""
    pages = desk.write("content/authors/noor-said.md", "---\nname: Noor Said\n---\n\nAn astronomer.\n")

    assert pages - feeds("/authors/noor-said/") == {"/authors/noor-said/"}


def test_name_of_an_author(desk: Desk) -> None:
    """A name stands wherever the author's pieces are listed."""
    pages = desk.write("content/authors/noor-said.md", "---\nname: N. Said\naliases: [Noor Said]\n---\n")

    assert pages - {"/sitemap.xml"} == {
        *MOONS_LISTS,
        *MOONS_FEEDS,
        *STARS_PAGES,
        *("/science/moons/", "/archive/2012/05/", "/arguments/", "/authors/"),
        # The later neighbour of this one are the stars.
        "/business/reply/",
    }


def test_notice(desk: Desk) -> None:
    """The text of a notice stands on its own pages; pieces only name it."""
    pages = desk.edit("content/standards/editorial/2009-01-01.md", ("We check.", "We check twice."))

    assert pages == {"/standards/", "/standards/editorial/", "/standards/editorial/2009-01-01/"}


def test_version_of_a_notice(desk: Desk) -> None:
    """A version that begins before a piece was published governs that piece from now on."""
    pages = desk.write("content/standards/editorial/2009-07-01.md", "---\ntitle: Standards\n---\n\nWe check twice.\n")

    assert pages == {
        *GIFT_PAGES,
        *GIFT_TEXTS,
        *("/standards/", "/standards/editorial/", "/sitemap.xml"),
        *("/standards/editorial/2009-01-01/", "/standards/editorial/2009-07-01/"),
    }


def test_picture(desk: Desk) -> None:
    """A picture has a new name with new bytes, so what shows it is rendered."""
    assert desk.write("content/articles/science/star.svg", "<svg></svg>") == STARS_PAGES | STARS_TEXTS


def test_file(desk: Desk) -> None:
    """A file that is copied as it is makes no page."""
    assert desk.write("content/files/humans.txt", "People.\n") == set()
    assert (desk.site.output / "humans.txt").read_text() == "People.\n"
    assert desk.write("content/files/humans.txt", "Person.\n") == set()
    desk.site.delete("content/files/humans.txt")
    assert desk.build() == set()


def test_page(desk: Desk) -> None:
    """A page of `content/pages/` is alone."""
    assert desk.edit("content/pages/about.md", ("Us.", "All of us.")) == {"/about/"}


def test_configuration(desk: Desk) -> None:
    """Every page may show the title of the site."""
    assert desk.write("config.toml", CONFIG.replace("Test Desk", "Next Desk")) == desk.everything
    assert desk.write("config.toml", f"# A comment.\n{CONFIG.replace('Test Desk', 'Next Desk')}") == set()


def test_day(desk: Desk) -> None:
    """Another day renders what shows the day, as long as nothing becomes due."""
    assert desk.build(1) == set()

    desk.site.write("templates/404.html", "{{ site.today | date }}")

    assert desk.build(1) == {"/404.html"}
    assert desk.build(1) == set()
    assert desk.build(2) == {"/404.html"}
    assert desk.build() == {"/404.html"}


def test_due(desk: Desk) -> None:
    """A piece becomes due, and goes again, without an edit."""
    moons = (desk.site.folder / MOONS).read_text("utf-8")
    desk.site.write(MOONS, moons.replace("tags:", f"expiry_date: {DAY.replace(day=9)}\ntags:"))
    assert desk.build() - {"/science/moons/"} == set()
    gone = desk.build(10)

    assert "/science/moons/" not in gone
    assert gone >= {"/", "/science/", "/science/stars/", "/tags/sky/", "/feed.xml", "/sitemap.xml"}
    assert desk.build(11) == set()
    assert desk.build() >= {"/science/moons/", "/moon/", "/", "/science/stars/"}
