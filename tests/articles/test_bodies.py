"""What holds for every body: no word lost, claim and rest are the whole, ids survive, HTML is sound."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from markdown import Markdown as PythonMarkdown

from sitegen.articles.markup import Markup, Rendered
from sitegen.config import Markdown

MODES = ("auto", "list", "headings", "marked", "none")
MARKUP = Markup(Markdown(), "en")
STOCK = PythonMarkdown(
    extensions=list(Markdown().extensions),
    extension_configs={"codehilite": {"guess_lang": False}},
    output_format="html",
)
BLOCKS = frozenset(
    (
        *(
            "blockquote",
            "br",
            "dd",
            "div",
            "dl",
            "dt",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "li",
            "ol",
            "p",
            "pre",
        ),
        *("table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)
VOID = frozenset({"br", "col", "hr", "img", "source", "track", "wbr"})


class Reading(HTMLParser):
    """Reads a piece of HTML as a browser would: its words, its ids, and whether its tags are balanced."""

    def __init__(self, html: str) -> None:
        """Read the whole piece."""
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.ids: list[str] = []
        self.open: list[str] = []
        self.faults: list[str] = []
        self._unspoken = 0
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self.open]

    @property
    def words(self) -> list[str]:
        """The words that are read out, in order; no marks of footnotes."""
        return self.text.split()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and its id."""
        values = dict(attrs)
        self.ids += [values["id"] or ""] if "id" in values else []
        self.text += " " if tag in BLOCKS else ""
        if tag in VOID:
            return
        self.open.append(tag)
        if self._unspoken or (values.get("class") or "").startswith("footnote-"):
            self._unspoken += 1

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that is open."""
        self.text += " " if tag in BLOCKS else ""
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")
        self._unspoken = max(0, self._unspoken - 1)

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += "" if self._unspoken else data


class Source(NamedTuple):
    """Markdown with our marks and fences, and the same without them."""

    marked: str
    bare: str


def straight(words: list[str]) -> list[str]:
    """Return words without typography."""
    return [re.sub("[“”]", '"', re.sub("[‘’]", "'", word)) for word in words]


WORDS = ["gift", "horse", "mouth", "bread", "free", "nobody", "Vendors", "sell", "Cost", "U.S.", "3.5", "naïve", "Dr."]
word = st.sampled_from(WORDS)
plain = st.lists(word, min_size=1, max_size=9).map(" ".join)
inline = st.one_of(
    plain,
    plain.map(lambda text: f"*{text}*"),
    plain.map(lambda text: f"**{text}.**"),
    plain.map(lambda text: f"`{text}`"),
    plain.map(lambda text: f'"{text}."'),
    plain.map(lambda text: f"[{text}](/there/)"),
    plain.map(lambda text: f"({text}. {text}.)"),
    plain.map(lambda text: f"<em>{text}. {text}.</em>"),
    plain.map(lambda text: f"{text} & {text} &amp; {text}"),
    st.just("noted[^1]"),
    st.just("don't"),
)
sentence = st.tuples(
    st.lists(inline, min_size=1, max_size=3).map(" ".join), st.sampled_from([".", "?", "!", "…", ":"])
).map("".join)
text = st.lists(sentence, min_size=1, max_size=3).map(" ".join)
mark = st.sampled_from(
    ["", "", " {: .argument }", " {: .argument stance=con }", " {: .prose }", "\n    {: .argument }"]
)


@st.composite
def items(draw: st.DrawFn, depth: int = 0, is_loose: bool | None = None) -> Source:  # noqa: FBT001 - for itself
    """Return a list: ordered or not, tight or loose, wrapped or not, with lists and paragraphs in its items."""
    sign = draw(st.sampled_from(["- ", "1. "]))
    is_loose = draw(st.booleans()) if is_loose is None else is_loose
    pad = "    " * depth
    marked, bare = [], []
    for _ in range(draw(st.integers(1, 3))):
        own = draw(text)
        if draw(st.booleans()):
            own = own.replace(" ", f"\n{pad}    ", 1) if draw(st.booleans()) else own
        sign_of_item = draw(mark).replace("\n", f"\n{pad}")
        lines, plain_lines = [f"{pad}{sign}{own}{sign_of_item}"], [f"{pad}{sign}{own}"]
        if is_loose and draw(st.booleans()):
            more, its_mark = draw(text), draw(st.sampled_from(["", " {: .argument }"]))
            lines += ["", f"{pad}    {more}{its_mark}"]
            plain_lines += ["", f"{pad}    {more}"]
        if depth < 2 and draw(st.booleans()):
            inner = draw(items(depth=depth + 1, is_loose=is_loose))
            lines += [""] * is_loose + [inner.marked]
            plain_lines += [""] * is_loose + [inner.bare]
        marked.append("\n".join(lines))
        bare.append("\n".join(plain_lines))
    between = "\n\n" if is_loose else "\n"
    return Source(between.join(marked), between.join(bare))


def same(source: str) -> Source:
    """Return Markdown without marks of ours."""
    return Source(source, source)


def fenced(inner: list[Source]) -> Source:
    """Return blocks in a fence."""
    marked, bare = (f"{joined}" for joined in join(inner))
    return Source(f"::: argument\n{marked}\n\n:::", bare)


def join(blocks: list[Source]) -> Source:
    """Return blocks, one after the other."""
    return Source("\n\n".join(b.marked for b in blocks), "\n\n".join(b.bare for b in blocks))


closing = st.sampled_from(["", "", " {: .closing }", " {: .argument }"])
paragraph = st.tuples(text, closing).map(lambda pair: Source(pair[0] + pair[1], pair[0]))
heading = st.tuples(st.sampled_from(["#", "##", "##", "###"]), plain, closing).map(
    lambda t: Source(f"{t[0]} {t[1]}{t[2]}", f"{t[0]} {t[1]}")
)
simple = st.one_of(
    paragraph,
    heading,
    items(),
    plain.map(lambda t: same(f"```python\n::: {t} {{: .argument }}\n## no\n```")),
    plain.map(lambda t: same(f"    indented {t}\n    <b>")),
    st.tuples(plain, plain).map(lambda t: same(f"| {t[0]} | b |\n|---|:-:|\n| {t[1]} | d |")),
    text.map(lambda t: same(f"> {t}\n>\n> - {t}")),
    text.map(lambda t: same(f'<div class="x"><p>{t}</p></div>')),
    plain.map(lambda t: same(f"Term {t}\n:   {t}")),
    st.just(same("* * *")),
    plain.map(lambda t: same(f"Setext {t}\n------")),
)
block = st.one_of(simple, simple, st.lists(simple, min_size=1, max_size=3).map(fenced))
NOTES = "\n\n[^1]: A *note* of its own, and more.\n"
# Indented code behind a list is a part of its last item, but not where a fence is opened or closed between them.
body = (
    st.lists(block, min_size=1, max_size=6)
    .map(join)
    .filter(lambda source: not re.search(r"\n:::[^\n]*\n+    ", source.marked))
)
mode = st.sampled_from(MODES)
thorough = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def whole(rendered: Rendered) -> str:
    """Return all of a body's HTML, its footnotes last."""
    return "\n".join([*(b.html for b in rendered.blocks), *(n.html for n in rendered.footnotes)])


@thorough
@given(body, mode)
def test_no_word_is_lost(source: Source, mode: str) -> None:
    """The words of the blocks are those of Python-Markdown's page, in order, each once; so is the text."""
    rendered = MARKUP.render(source.marked + NOTES, mode=mode)
    expected = Reading(STOCK.reset().convert(source.bare + NOTES)).words

    assert straight(expected) == straight(Reading(whole(rendered)).words)
    assert straight(expected) == straight(
        " ".join([*(b.text for b in rendered.blocks), *(n.text for n in rendered.footnotes)]).split()
    )


@thorough
@given(body, mode)
def test_claim_and_rest_are_the_whole(source: Source, mode: str) -> None:
    """Nothing of an argument is printed twice and nothing is missing, as text and as HTML."""
    for block in MARKUP.render(source.marked + NOTES, mode=mode).blocks:
        if (argument := block.argument) is None:
            continue
        halves = f"{argument.claim_html} {argument.rest_html}" if argument.claim_html else argument.rest_html

        assert argument.text.split() == f"{argument.claim} {argument.rest}".split()
        assert "".join(Reading(argument.html).words) == "".join(Reading(halves).words)
        assert block.html == argument.html
        assert argument.claim.strip() or not argument.text.strip()


@thorough
@given(body, mode)
def test_html_is_sound(source: Source, mode: str) -> None:
    """Tags are balanced in every piece, ids are unique and told, and nothing of the machinery shows."""
    rendered = MARKUP.render(source.marked + NOTES, mode=mode)
    arguments = [b.argument for b in rendered.blocks if b.argument]
    pieces = [whole(rendered)] + [html for a in arguments for html in (a.html, a.claim_html, a.rest_html)]
    ids = Reading(whole(rendered)).ids + [a.id for a in arguments]
    told = " ".join(f"{f.code} {f.message}" for f in rendered.findings)

    assert [[] for _ in pieces] == [Reading(piece).faults for piece in pieces]
    assert "identical" in told or max(Counter(ids).values(), default=1) == 1
    assert set(ids) == set(rendered.ids)
    assert {h.id for h in rendered.headings} <= set(rendered.ids)
    assert [piece for piece in pieces if re.search("[\x00-\x08\x0b-\x1f]|wzxhzdk|sg-fence|sg-from", piece)] == []
    assert [f for f in rendered.findings if "visible" in f.message] == []
    assert [f for f in rendered.findings if not f.line] == []


@settings(deadline=None, max_examples=80)
@given(st.text(max_size=300), mode)
def test_any_text_is_read(text: str, mode: str) -> None:
    """No text whatever raises, and what comes out is sound HTML."""
    rendered = MARKUP.render(text, mode=mode)

    assert Reading(whole(rendered)).faults == []


@settings(deadline=None, max_examples=80)
@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "- ",
                    "1. ",
                    "\n",
                    "\n\n",
                    "    ",
                    "{: ",
                    ".argument ",
                    "}",
                    "#a ",
                    "::: argument",
                    ":::",
                    "## ",
                    "`",
                ),
                *("```\n", "<div>", "</div>", "<b ", ">", "[^1]", "[^1]: ", "| a |", "|---|", "word ", "**", "_", "\t"),
                *(
                    "stance=",
                    '"',
                    "&amp;",
                    "&",
                    "<!--",
                    "-->",
                    "![",
                    "](",
                    ")",
                    "\\",
                    "> ",
                    "\x02",
                    "{{ ",
                    "{% x ",
                    "%}",
                ),
                *("<script>", "!!! x"),
            ]
        ),
        max_size=40,
    ).map("".join),
    mode,
)
def test_any_mixture_of_signs_is_read(text: str, mode: str) -> None:
    """Broken Markdown of every kind gives sound HTML, and findings stand in the text."""
    rendered = MARKUP.render(text, mode=mode, first_line=7)
    last = 7 + text.count("\n")

    assert Reading(whole(rendered)).faults == []
    assert [f for f in rendered.findings if f.line and not 7 <= f.line <= last] == []


distinct = st.lists(
    st.lists(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), min_size=3, max_size=8).map("".join), min_size=2, max_size=9
).map(" ".join)


@thorough
@given(st.lists(distinct, min_size=1, max_size=6, unique=True), distinct, st.randoms(use_true_random=False))
def test_ids_survive_reordering_and_insertion(texts: list[str], other: str, random: object) -> None:
    """An argument keeps its id when others move, or come in: it never holds the number."""

    def ids(texts: list[str]) -> dict[str, str]:
        blocks = MARKUP.render("".join(f"- {text}.\n" for text in texts), mode="list").blocks
        return {b.text: b.argument.id for b in blocks if b.argument}

    first = ids(texts)
    moved = texts.copy()
    random.shuffle(moved)  # type: ignore[attr-defined]
    assume(other.split()[:6] not in [text.split()[:6] for text in texts])

    assert first == ids(moved)
    assert first.items() <= ids([other, *moved]).items()
    assert len(set(first.values())) == len(texts)


@pytest.mark.parametrize("mode", MODES)
def test_an_empty_body_gives_nothing(mode: str) -> None:
    """Neither blocks nor findings."""
    rendered = MARKUP.render(" \n\n", mode=mode)

    assert (rendered.blocks, rendered.findings, rendered.ids) == ((), (), ())
