"""Links between pieces, and to what stands beside them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.archive import Window
from sitegen.archive.archive import Resolved
from sitegen.archive.links import every_link, fill
from sitegen.archive.pictures import Picture
from sitegen.articles.meta import Image, Place


def answer(site: Any, target: str, kind: str = "page") -> tuple[Any, Any]:
    """Return what a link of `content/articles/a/x.md` is answered with, and its archive."""
    made = site().article(
        "a/x", "2001", site.argument("here", was=("was-here",)), ids=("heading",), links=[(target, kind)]
    )
    made.article("b/y", "2002", site.argument("horse"), ids=("note",))
    made.article("b/z", "2003", path="content/articles/b/z/index.md").article("b/twin").article("c/twin")
    made.record("tag", "linux", slug="gnu-linux").record("claim", "free").record("page", "about", ids=("us",))
    made.record("notice", "editorial", date="2009-01-01").record("author", "mara-ivers", name="Mara Ivers")
    made.leave_out("b/draft", "A draft")
    made.media = {"content/articles/a/p i.png", "content/articles/a/paper.pdf"}
    made = made.make()
    (resolved,) = (
        resolved
        for owner, _, resolved in every_link(
            made.archive, Window(made.archive, lambda path: f"/assets/{path.rpartition('/')[2]}")
        )
        if owner.id == "a/x"
    )
    return resolved, made


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("../b/y.md", "/b/y/"),
        ("../b/y.md#horse", "/b/y/#horse"),
        ("../b/y.md#note", "/b/y/#note"),
        ("../b/y.md#sg-cite", "/b/y/#sg-cite"),
        ("../b/z/index.md", "/b/z/"),
        ("%2E%2E/b/y.md", "/b/y/"),
        ("/articles/b/y.md", "/b/y/"),
        ("./x.md#was-here", "/a/x/#here"),
        ("#here", "/a/x/#here"),
        ("#heading", "/a/x/#heading"),
        ("article:y", "/b/y/"),
        ("article:b/y#horse", "/b/y/#horse"),
        ("article:#here", "/a/x/#here"),
        ("/tags/linux.md", "/tags/gnu-linux/"),
        ("/claims/free.md", "/claims/free/"),
        ("/pages/about.md#us", "/about/#us"),
        ("/authors/mara-ivers.md", "/authors/mara-ivers/"),
        ("/standards/editorial/2009-01-01.md", "/standards/editorial/2009-01-01/"),
        ("p%20i.png", "/assets/p i.png"),
        ("paper.pdf#page=3", "/assets/paper.pdf#page=3"),
        ("/articles/a/paper.pdf", "/assets/paper.pdf"),
        ("https://example.org/x.md", "https://example.org/x.md"),
    ],
)
def test_what_is_there(site: Any, target: str, url: str) -> None:
    """Files, articles, arguments, places and media are answered with their URL, and nothing is wrong."""
    resolved, made = answer(site, target)

    assert (resolved.url, resolved.finding, resolved.settled) == (url, None, True)
    assert made.codes == []


@pytest.mark.parametrize(
    ("target", "url"),
    [("/about/", "/about/"), ("horse/", "/a/x/horse/"), ("../y/?q=1#z", "/a/y/?q=1#z"), ("/i.svg", "/i.svg")],
)
def test_what_only_the_plan_knows(site: Any, target: str, url: str) -> None:
    """Other links are to pages, relative to the page's own URL; the plan of all pages confirms them."""
    resolved, _ = answer(site, target)

    assert (resolved.url, resolved.finding, resolved.settled) == (url, None, False)


@pytest.mark.parametrize(
    ("target", "kind", "code", "url", "hint"),
    [
        ("../b/yy.md", "page", "missing-reference", "", "did you mean `content/articles/b/y.md`?"),
        ("y.md", "page", "missing-reference", "", "did you mean `content/articles/b/y.md`?"),
        ("../../../../etc/x.md", "page", "missing-reference", "", "did you mean `content/articles/a/x.md`?"),
        ("article:b/yy", "page", "missing-reference", "", "did you mean `b/y`?"),
        ("article:twin", "page", "ambiguous-reference", "", "write the section too"),
        ("../b/y.md#hors", "page", "missing-fragment", "/b/y/#hors", "did you mean `horse`?"),
        ("#her", "page", "missing-fragment", "/a/x/#her", "did you mean `here`?"),
        ("../b/draft.md#x", "page", "unlinked-reference", "", "publish the piece, or remove the link"),
        ("article:draft", "page", "unlinked-reference", "", "publish the piece, or remove the link"),
        ("pi.png", "image", "missing-image", "/a/x/pi.png", "did you mean `content/articles/a/p i.png`?"),
    ],
)  # fmt: skip
def test_what_is_not_there(site: Any, target: str, kind: str, code: str, url: str, hint: str) -> None:
    """A link that leads nowhere is told at its place with what was probably meant."""
    resolved, made = answer(site, target, kind)
    finding = made.one(code)

    assert (resolved.url, resolved.finding) == (url, finding)
    assert (finding.path, finding.line, finding.column) == ("content/articles/a/x.md", 7, 2)
    assert finding.hint == hint


def test_withdrawn_pieces(site: Any) -> None:
    """A link leads to the tombstone of a withdrawn piece; its places are gone, its own links not judged."""
    made = site().article("a/gone", "2001", site.argument("z"), status="withdrawn", links=[("nowhere.md", "page")])
    made = made.article("a/x", "2002", links=[("gone.md", "page"), ("gone.md#z", "page")]).make()
    resolved = [resolved for _, _, resolved in every_link(made.archive, Window(made.archive))]

    assert [r.url for r in resolved] == ["/a/gone/", "/a/gone/#z"]
    assert made.codes == ["missing-fragment"]


def test_pictures_of_front_matter(site: Any) -> None:
    """The picture of an article is looked for beside it, too."""
    made = site().article("a/x", image=Image("cover.png"), places={"image": Place(8, 8, 9)})
    finding = made.make().one("missing-image")

    assert (finding.line, finding.column) == (8, 8)
    assert made.make().ask.article("a/x").image_url == ""

    made.media = {"content/articles/a/cover.png"}

    assert made.make().codes == []
    assert made.make().ask.article("a/x").image_url == "/assets/cover.png"


def test_links_of_records(site: Any) -> None:
    """The texts of terms, claims, notices and pages have links as well."""
    made = (
        site()
        .article("a/x")
        .record("page", "about", html='<a href="sg-link:0">x</a>', targets=[("../articles/a/x.md", "page")])
    )
    made = made.record("tag", "t", html='<a href="sg-link:0">x</a>', targets=[("x.md", "page")]).make()

    assert made.ask.document("about").html == '<a href="/a/x/">x</a>'
    assert made.ask.tag("t").html == "<a>x</a>"
    assert made.one("missing-reference").path == "content/tags/t.md"


def test_fill() -> None:
    """Placeholders become URLs, escaped; without a URL the attribute goes and the text stays."""
    html = '<p><a href="sg-link:0" rel="x">a</a> <img alt="" src="sg-link:12"> <a href="sg-link:1">b</a> sg-link:0</p>'
    answers = {0: Resolved('/?a=1&b="2"'), 12: Resolved("/i.png"), 1: Resolved("")}

    assert fill(html, answers.__getitem__, {}.get) == (
        '<p><a href="/?a=1&amp;b=%222%22" rel="x">a</a> <img alt="" src="/i.png"> <a>b</a> sg-link:0</p>'
    )


PICTURES = {"content/i.png": Picture(640, 480), "content/k.png": Picture(9, 6, "/k.1.webp 4w, /k.2.webp 9w")}
CHOICE = '<picture><source type="image/webp" srcset="/k.1.webp 4w, /k.2.webp 9w" sizes="(x&gt;1px) 9px">'
ASYNC = ' decoding="async"'
LAZY = f' loading="lazy"{ASYNC}'
CAPTION = "<figcaption>It's &lt;b&gt;</figcaption>"


@pytest.mark.parametrize(
    ("tag", "filled"),
    [
        ('<img alt="" src="sg-link:0">', '<img alt="" src="/i.png" width="640" height="480">'),
        ('<img alt="" src="sg-link:0" width="64">', '<img alt="" src="/i.png" width="64">'),
        ('<img height="48" alt="" src="sg-link:0">', '<img height="48" alt="" src="/i.png">'),
        ('<img alt="" src="sg-link:1">', '<img alt="" src="/j.png">'),
        ('<a href="sg-link:0">i</a>', '<a href="/i.png">i</a>'),
        ('<video src="sg-link:0"></video>', '<video src="/i.png"></video>'),
    ],
)
def test_pictures_have_a_size(tag: str, filled: str) -> None:
    """A picture whose size is known gets it, unless its author has said another."""
    answers = (Resolved("/i.png", media="content/i.png"), Resolved("/j.png", media="content/j.png"))

    assert fill(tag, answers.__getitem__, lambda path: PICTURES.get(path, Picture())) == filled


@pytest.mark.parametrize(
    ("html", "filled"),
    [
        ('<img alt="" src="sg-link:0">', f'{CHOICE}<img alt="" src="/k.png" width="9" height="6"{LAZY}></picture>'),
        (
            '<b>a</b><img src="sg-link:0" alt=">" loading="eager" /><a>z</a>',
            f'<b>a</b>{CHOICE}<img src="/k.png" width="9" height="6" alt=">" loading="eager"{ASYNC}></picture><a>z</a>',
        ),
        (
            '<picture><source srcset="x"><img src="sg-link:0"></picture>',
            '<picture><source srcset="x"><img src="/k.png" width="9" height="6"></picture>',
        ),
        ('<img srcset="x" src="sg-link:0">', '<img srcset="x" src="/k.png" width="9" height="6">'),
        ('<a href="sg-link:0">k</a>', '<a href="/k.png">k</a>'),
        (
            '<p><img alt="a" src="sg-link:0" title="It&#39;s &lt;b&gt;"></p>',
            f'<figure>{CHOICE}<img alt="a" src="/k.png" width="9" height="6"{LAZY}></picture>{CAPTION}</figure>',
        ),
        (
            '<p><img title="Said" alt="a" src="sg-link:1"></p>',
            '<figure><img alt="a" src="/j.png"><figcaption>Said</figcaption></figure>',
        ),
        (
            '<p><img title="Said" alt="a" src="sg-link:1"> and more</p>',
            '<p><img title="Said" alt="a" src="/j.png"> and more</p>',
        ),
        ('<p><img title=" " alt="a" src="sg-link:1"></p>', '<p><img title=" " alt="a" src="/j.png"></p>'),
    ],
)
def test_variants_and_captions(html: str, filled: str) -> None:
    """A picture offers its variants, unless its author made a choice; a title alone in a paragraph is a caption."""
    answers = (Resolved("/k.png", media="content/k.png"), Resolved("/j.png", media="content/j.png"))

    assert fill(html, answers.__getitem__, lambda path: PICTURES.get(path, Picture()), "(x>1px) 9px") == filled


@settings(deadline=None, max_examples=200)
@given(target=st.text(max_size=30) | st.from_regex(r"(\.\./|/|article:|#)?[a-z/.%#?]{0,12}(\.md)?", fullmatch=True))
def test_no_link_breaks_the_build(site: Any, target: str) -> None:
    """Whatever is written as a link gets an answer."""
    made = site().article("a/x", "2001", site.argument("z"), links=[(target, "page")]).make()

    assert all(finding.path == "content/articles/a/x.md" for finding in made.findings)
