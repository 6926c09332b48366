"""Lines of Markdown: inline markup is read, blocks are text, and nothing unsafe or unclosed comes out."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.articles.inline import Inline
from sitegen.config import Markdown

VOID = {"br", "wbr"}
BLOCKS = {"p", "div", "h1", "h2", "ol", "ul", "li", "blockquote", "pre", "hr", "table", "script", "style"}


class _Balance(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A *gift* is **a** `gift`", "A <em>gift</em> is <strong>a</strong> <code>gift</code>"),
        ("1. not a list", "1. not a list"),
        ("# not a heading", "# not a heading"),
        ("> not a quotation", "&gt; not a quotation"),
        ("    not code", "not code"),
        ("two\n\nparagraphs", "two paragraphs"),
        ("<div>blocks</div> <em>and inline</em>", "blocks <em>and inline</em>"),
        ("[to a host](https://example.org/)", '<a href="https://example.org/">to a host</a>'),
        ("[from the root](/about/)", '<a href="/about/">from the root</a>'),
        ("[to a file](other.md)", "<a>to a file</a>"),
        ("[to a place](#here)", "<a>to a place</a>"),
        ("[script](javascript:alert)", "<a>script</a>"),
        ("![picture](x.png)", ""),
        ("AT&T, a < b", "AT&amp;T, a &lt; b"),
        ("\x02wzxhzdk:0\x03 and \x0b", "wzxhzdk:0 and"),
        ("", ""),
    ],
)
def test_line(text: str, expected: str) -> None:
    """What would begin a block is text, and a link means the same wherever the line is shown."""
    assert expected == Inline(Markdown(), "en").render(text)


def test_dialect() -> None:
    """Typography and raw HTML are as the site has them."""
    plain = Inline(Markdown(typography=False, raw_html="escape"), "en")

    assert plain.render("it's <b>raw</b>") == "it's &lt;b&gt;raw&lt;/b&gt;"


@given(st.text("<>/&*_`[]()!\"' \nabdivpscriptem:.#1-", max_size=80))
def test_always_inline_and_balanced(text: str) -> None:
    """Whatever the line, the HTML can stand in the middle of a sentence."""
    balance = _Balance(Inline(Markdown(), "en").render(text))

    assert balance.open == []
    assert not balance.seen & BLOCKS
