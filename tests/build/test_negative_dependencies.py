"""“There is none” is an answer: who asked for what was not there is rendered when it comes, and when it goes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from extent import part
from harness import article
from miniature import FILES, GIFT, Desk

PROBE = "/404.html"
"""A page that depends on nothing else, and asks in its template."""

NEW = "content/articles/law/code.md"
CODE = article(
    """
    A code.

    - It is the law. {: .argument #law stance=con claim=free supports=business/gift#horse }
    """,
    title="The code",
    date="2011-11-11",
    author="Ida Lund",
    tags="[code]",
)
NOTED = CODE.replace("It is the law.", "It is the law.[^1]") + "\n[^1]: Or not.\n"
RECORD = "---\ntitle: It is so.\n---\n\nIt is.\n"

ABSENT = {
    "article": ('{{ archive.article("law/code").words if archive.article("law/code") else "none" }}', NEW, CODE),
    "card": ('{{ archive.card("law/code").title if archive.card("law/code") else "none" }}', NEW, CODE),
    "argument": ('{{ "none" if archive.argument("law/code#law") is none else "there" }}', NEW, CODE),
    "footnotes": ('{{ archive.footnotes("law/code#law") | length }}', NEW, NOTED),
    "section": ('{{ "none" if archive.section("law") is none else "there" }}', NEW, CODE),
    "tag": ('{{ "none" if archive.tag("code") is none else "there" }}', NEW, CODE),
    "author": ('{{ archive.author("ida-lund").term.name if archive.author("ida-lund") else "none" }}', NEW, CODE),
    "listing by tag": ("{{ archive.articles(tag='code') | length }}", NEW, CODE),
    "listing by author": ("{{ archive.articles(author='ida-lund') | length }}", NEW, CODE),
    "listing by year": ("{{ archive.articles(year=2011) | length }}", NEW, CODE),
    "listing by month": ("{{ archive.articles(year=2011, month=11) | length }}", NEW, CODE),
    "listing by two": ("{{ archive.articles(section='law', tag='code') | length }}", NEW, CODE),
    "months": ("{{ archive.months(2011) | length }}", NEW, CODE),
    "histogram": ("{{ archive.histogram(tag='code') | length }}", NEW, CODE),
    "arguments of an article": ("{{ archive.arguments(article='law/code') | length }}", NEW, CODE),
    "arguments by stance": ("{{ archive.arguments(claim='free', stance='con') | length }}", NEW, CODE),
    "answers": ("{{ archive.answers('business/gift#keys') | length }}", NEW, CODE.replace("#horse", "#keys")),
    "related": ("{{ archive.related('law/code') | length }}", NEW, CODE.replace("[code]", "[linux]")),
    "neighbours": ("{{ 'there' if archive.neighbours('law/code').earlier else 'none' }}", NEW, CODE),
    "url": ('{{ archive.url("law/code") or "none" }}', NEW, CODE),
    "url by slug": ('{{ archive.url("code") or "none" }}', NEW, CODE),
    "url of an argument": ('{{ archive.url("code#law") or "none" }}', NEW, CODE),
    "url of a claim": ('{{ archive.url("so") or "none" }}', "content/claims/so.md", RECORD),
    "claim": ('{{ archive.claim("so").title if archive.claim("so") else "none" }}', "content/claims/so.md", RECORD),
    "document": (
        '{{ archive.document("so").title if archive.document("so") else "none" }}',
        "content/pages/so.md",
        RECORD,
    ),
    "notice": (
        '{{ archive.notice("so").title if archive.notice("so") else "none" }}',
        "content/standards/so/2009-01-01.md",
        RECORD,
    ),
    "include": ('{% include "_new.html" ignore missing %}', "templates/_new.html", "It is there."),
    "first of a list": ('{% include ["_new.html", "_old.html"] %}', "templates/_new.html", "It is there."),
    "include by a name that is made": (
        '{% include "_" ~ "new.html" ignore missing %}',
        "templates/_new.html",
        "It is there.",
    ),
    "include of an include": ('{% include "_old.html" %}', "templates/_new.html", "It is there."),
}  # fmt: skip
"""For each question a template that asks it, and the file with which there is an answer."""


@pytest.mark.parametrize(("template", "path", "text"), part([*ABSENT.values()]), ids=part([*ABSENT]))
def test_absent(desk: Desk, template: str, path: str, text: str) -> None:
    """Nothing is done while it is absent; when it comes and when it goes, the page is rendered and shows it."""
    desk.site.write("templates/_old.html", 'Old.{% include "_new.html" ignore missing %}')
    desk.write("templates/404.html", template)
    before = desk.shown(PROBE)
    assert desk.result().pages == ()

    assert PROBE in desk.write(path, text)
    assert desk.shown(PROBE) != before
    assert desk.result().pages == ()

    desk.site.delete(path)
    assert PROBE in desk.build()
    assert desk.shown(PROBE) == before


def test_unrelated(desk: Desk) -> None:
    """What comes and goes elsewhere is no reason to render a page, however much it asked for that is not there."""
    desk.site.write("templates/_old.html", "Old.")
    desk.write("templates/404.html", "".join(template for template, _, _ in ABSENT.values() if "~" not in template))
    desk.site.write("templates/_unused.html", "Unused.")
    desk.site.write("content/articles/science/suns.md", article("Suns.", title="The suns", author="Noor Said"))

    pages = desk.build()

    assert "/science/suns/" in pages
    assert PROBE not in pages


def test_template_of_the_site_before_the_packaged_one(desk: Desk) -> None:
    """A packaged template stands in while the site has none of its name, and again when that is gone."""
    (desk.site.folder / "templates/redirect.html").unlink()
    desk.build()
    before = desk.shown("/moon/")

    assert desk.write("templates/redirect.html", "To {{ target }}.") == {"/moon/"}
    assert desk.shown("/moon/") == "To /science/moons/."
    desk.site.delete("templates/redirect.html")
    assert desk.build() == {"/moon/"}
    assert desk.shown("/moon/") == before


def test_asset_of_the_site_before_the_packaged_one(desk: Desk) -> None:
    """So with assets."""
    desk.write("templates/404.html", '{{ "script.js" | asset }}')
    before = desk.shown(PROBE)

    assert desk.write("templates/assets/script.js", "'use strict'\n") == {PROBE}
    desk.site.delete("templates/assets/script.js")
    assert desk.build() == {PROBE}
    assert desk.shown(PROBE) == before


LINKS: dict[str, tuple[str, str, str, Callable[[str], bool]]] = {
    "article": ("[it](article:code)", NEW, CODE, lambda html: "law/code/" in html),
    "file": ("[it](../law/code.md)", NEW, CODE, lambda html: "law/code/" in html),
    "fragment": ("[it](article:code#law)", NEW, CODE, lambda html: "law/code/#law" in html),
    "claim": ("[it](../../claims/so.md)", "content/claims/so.md", RECORD, lambda html: "claims/so/" in html),
    "picture": ("![Seen](new.svg)", "content/articles/business/new.svg", "<svg/>", lambda html: "assets/new." in html),
}


@pytest.mark.parametrize(("link", "path", "text", "holds"), LINKS.values(), ids=LINKS)
def test_link(desk: Desk, link: str, path: str, text: str, holds: Callable[[str], bool]) -> None:
    """A link of a text that leads nowhere, with a warning, leads there as soon as there is something."""
    desk.edit(GIFT, ("The last words.", f"The last words: {link}."))
    assert not holds(desk.shown("/business/gift/"))

    assert desk.write(path, text) >= {"/business/gift/", "/business/feed.xml"}
    assert holds(desk.shown("/business/gift/"))

    desk.site.delete(path)
    assert desk.build() >= {"/business/gift/", "/business/feed.xml"}
    assert not holds(desk.shown("/business/gift/"))


def test_relation(desk: Desk) -> None:
    """So does a relation: it has no link until its target is there."""
    desk.edit(GIFT, ("#keys }", "#keys rebuts=law/code#law }"))

    assert desk.write(NEW, CODE) >= {"/business/gift/", "/business/gift/keys/", "/business/feed.xml"}
    assert "law/code/#law" in desk.shown("/business/gift/keys/")

    desk.site.delete(NEW)
    assert desk.build() >= {"/business/gift/", "/business/gift/keys/", "/business/feed.xml"}
    assert "law/code" not in desk.shown("/business/gift/keys/")


def test_reference_that_becomes_ambiguous(desk: Desk) -> None:
    """An answer can go because there is a second one: a slug alone names no piece any more."""
    desk.write("templates/404.html", '{{ archive.url("gift") or "none" }}')

    assert PROBE in desk.write("content/articles/law/gift.md", str(FILES[GIFT]).replace("horse", "mule"))
    assert desk.shown(PROBE) == "none"


def test_term_is_named(desk: Desk) -> None:
    """A record that comes gives a term another name, and takes it along when it goes."""
    desk.write("templates/404.html", "{{ archive.tag('sky').term.name }}")

    assert PROBE in desk.write("content/tags/sky.md", "---\nname: The sky\n---\n")
    assert desk.shown(PROBE) == "The sky"
    desk.site.delete("content/tags/sky.md")
    assert PROBE in desk.build()
    assert desk.shown(PROBE) == "sky"
