"""Bodies as a whole: typography, links, headings, footnotes, excerpts, limits."""

from __future__ import annotations

import time

import pytest

from sitegen.articles.article import Heading
from sitegen.articles.markup import Markup, Rendered
from sitegen.articles.typography import typographic
from sitegen.config import Markdown

MARKUP = Markup(Markdown(), "en")


def html(rendered: Rendered) -> str:
    """Return the HTML of all blocks."""
    return "\n".join(block.html for block in rendered.blocks)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "“It’s” – a ‘b’ — c…"),
        ("de", "„It’s“ – a ‚b‘ — c…"),
        ("de-CH", "«It’s» – a ‹b› — c…"),
        ("fr", "«\u202fIt’s\u202f» – a ‹\u202fb\u202f› — c…"),
        ("sv_SE", "”It’s” – a ’b’ — c…"),
        ("tlh", "“It’s” – a ‘b’ — c…"),
    ],
)
def test_typography_by_language(language: str, expected: str) -> None:
    """Pages have a language's marks, also in titles; ids, claims and code keep what was typed."""
    text = "\"It's\" -- a 'b' --- c..."
    rendered = Markup(Markdown(), language).render(f"- {text} `\"x\" -- 'y'`", mode="list")
    (argument,) = [block.argument for block in rendered.blocks if block.argument]

    assert f"<p>{expected} <code>\"x\" -- 'y'</code></p>" == argument.html
    assert f"{text} \"x\" -- 'y'" == argument.text
    assert expected == typographic(text, language)
    assert argument.id == "it-s-a-b-c"


def test_typography_can_be_off() -> None:
    """Then pages have the characters of the source."""
    assert html(Markup(Markdown(typography=False), "en").render('"a" -- b')) == '<p>"a" -- b</p>'
    assert typographic("plain", "en") == "plain"
    assert typographic('a <b> & "c"', "en") == "a <b> & “c”"


def test_links_are_numbered() -> None:
    """Links into the site are placeholders, with the target as written and its place; others stay."""
    text = (
        "[a](../b.md#c) [d](article:e/f#g) [h](https://x.org/) [i](#j) <mailto:k@l.org> ![m](n.png)\n\n"
        '`href="/o"` href="/p" <a href="/q?r&amp;s">t</a> <img src="u.png" alt="v">'
    )
    rendered = MARKUP.render(text, first_line=3)

    assert [(li.target, li.kind, li.place.line, li.place.column) for li in rendered.links[:3]] == [
        ("../b.md#c", "page", 3, 5),
        ("article:e/f#g", "page", 3, 20),
        ("#j", "page", 3, text.index("#j") + 1),
    ]
    assert [(li.target, li.kind) for li in rendered.links[3:]] == [
        ("n.png", "image"),
        ("/q?r&s", "page"),
        ("u.png", "image"),
    ]
    assert 'href="https://x.org/"' in html(rendered)
    assert all(f'="sg-link:{number}"' in html(rendered) for number in range(6))
    assert '<code>href=&quot;/o"</code>' in html(rendered)


@pytest.mark.parametrize(
    ("text", "mode", "expected"),
    [
        ("# A\n\n# B", "none", [2, 2]),
        ("#### A\n\n## B\n\n### C\n\n#### D", "none", [2, 2, 3, 4]),
        ("## A\n\n##### B\n\n### C", "none", [2, 3, 3]),
        ("# A\n\n## B\n\n### C\n\n#### D\n\n##### E\n\n###### F", "none", [2, 3, 4, 5, 6, 6]),
        ("### O\n\n## A\n\n#### B\n\n##### C\n\n## D\n\n### E", "headings", [2, 3, 4, 3]),
    ],
)
def test_headings_are_nested_without_gaps(text: str, mode: str, expected: list[int]) -> None:
    """Under the title, and under the claim of an argument."""
    assert expected == [heading.level for heading in MARKUP.render(text, mode=mode).headings]


def test_heading_ids_make_room_for_arguments() -> None:
    """A heading never takes the id of an argument, nor that of another heading."""
    rendered = MARKUP.render("## Gift\n\n## Gift\n\n- x {: .argument #gift }", mode="marked")

    assert (Heading(2, "gift_1", "Gift"), Heading(2, "gift_2", "Gift")) == rendered.headings


def test_footnotes_are_kept_apart() -> None:
    """Numbered by first citation; each block tells which it cites, each note where it is cited."""
    rendered = MARKUP.render(
        "a[^x] b[^y] c[^x]\n\n- d[^y] {: .argument }\n\n[^y]: Why[^x].\n[^x]: *Ex*.\n\n    More.", mode="auto"
    )

    assert [block.footnotes for block in rendered.blocks] == [(1, 2), (2,)]
    assert [(n.number, n.text, n.cites) for n in rendered.footnotes] == [(1, "Ex.\nMore.", ()), (2, "Why.", (1,))]
    assert rendered.footnotes[0].citations == ("sg-fnref-1-1", "sg-fnref-1-2", "sg-fnref-1-3")
    assert "backref" not in "".join(note.html for note in rendered.footnotes)


def test_excerpt_and_words() -> None:
    """The first paragraph, prose before arguments, cut at forty words."""
    rendered = MARKUP.render(f"## H\n\n<div>no</div>\n\n{'word ' * 45}\n\n- item", mode="list")

    assert (" ".join(["word"] * 40) + "…", 48) == (rendered.excerpt, rendered.words)
    assert MARKUP.render("## H\n\n- item", mode="list").excerpt == "item"
    assert MARKUP.render("## H").excerpt == ""


def test_tables_scroll_and_align_by_class() -> None:
    """No inline style is needed."""
    out = html(MARKUP.render("| a | b |\n|:-:|--:|\n| 1 | 2 |"))

    assert out.startswith('<div class="sg-table"><table>')
    assert ('<th class="sg-center">' in out, "style" in out) == (True, False)


@pytest.mark.parametrize(
    "text",
    [
        "\n".join("    " * depth + "- x" for depth in range(340)),
        "Text.\n\n" + "[" * 100_000,
        "Text.\n\n" + "![" * 50_000,
        "Text.\n\n" + "<a " * 30_000,
    ],
)
def test_what_is_too_deep_is_a_finding(text: str) -> None:
    """Never a traceback, nor minutes of work; the next body is read as if nothing had happened."""
    rendered = MARKUP.render(text, mode="auto", first_line=3)

    assert [(f.code, f.line >= 3) for f in rendered.findings] == [("too-deep", True)]
    assert rendered.blocks == ()
    assert html(MARKUP.render("- a")) == "<ul>\n<li>a</li>\n</ul>"


@pytest.mark.parametrize(
    "text",
    [
        "{:" * 20_000,
        "<" * 20_000,
        "x" + " " * 50_000 + "{:",
        "- a\n" * 2_000,
        "> " * 1_000 + "x",
        "::: argument\n\n" * 2_000,
        "{% " * 20_000,
        "{{ " * 20_000,
        "- a {: .argument }\n" * 1_000,
        "A b. " * 10_000,
        "(" * 20_000 + ". A",
        "\n\n".join("A paragraph with *words* in it." for _ in range(2_000)),
    ],
)
def test_work_grows_with_the_text(text: str) -> None:
    """Hostile or merely long, a body of some ten thousand characters takes seconds at most."""
    began = time.process_time()
    MARKUP.render(text, mode="auto")

    assert time.process_time() - began < 5
