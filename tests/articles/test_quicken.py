"""Python-Markdown made quicker: its output is that of stock Python-Markdown, on everything that can be found.

What can be found: the inputs of Python-Markdown's own test suite, the sample archive, 18F's blog where it lies
beside the checkout, and what Hypothesis makes of the signs that mean something.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import markdown
import msgspec
import pytest
from conftest import ROOT, require
from extent import part
from filelock import FileLock
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown.blockparser import BlockParser
from markdown.extensions.footnotes import FootnoteBlockProcessor
from markdown.inlinepatterns import HTML_RE, SimpleTagPattern
from markdown.treeprocessors import InlineProcessor
from markdown.util import Registry

from sitegen.articles.frontmatter import read
from sitegen.articles.literals import leading_literal, required_literals
from sitegen.articles.parse import Parser
from sitegen.articles.quick_smarty import QuickTypography
from sitegen.articles.quicken import TESTED, quicken
from sitegen.articles.sanitise import Sanitiser
from sitegen.articles.typography import smarty
from sitegen.config import Markdown

SDIST = ROOT / ".tools" / "markdown-sdist"
DIALECTS: dict[str, tuple[str, ...]] = {
    "bare": (),
    "default": Markdown().extensions,
    "typography": (*Markdown().extensions, "smarty"),
    "extra": ("extra", "smarty"),
    "all": ("extra", "admonition", "codehilite", "meta", "nl2br", "sane_lists", "smarty", "toc", "wikilinks"),
    "legacy": ("legacy_attrs", "legacy_em", "sane_lists"),
}
SIGNS = (  # noqa: SIM905 - beside each other they can be read
    "a b 1 . * ** *** _ __ [ ] ( ) ![ [a] [^1] [^1]: [a]: [TOC] [[ ]] < > <b> </b> <!-- --> <a@b.c> <http://x.y> & "
    "&amp; &#39; ` `` ``` ~~~ \\ \\* ' \" '' -- --- ... '80s # ## = === > | |- : :: ::: !!! + - 1. { } {: {.a} .b} "
    "klzzwxh:0000 wzxhzdk:0 *[a]: é » “ \x02 \x03 \x02klzzwxh:0000\x03 \x02wzxhzdk:0\x03"
).split(" ")
BLANKS = (" ", "  ", "    ", "\n", "  \n", "\n\n", "\n    ", "\n- ", "\n> ", "\n1. ", "\n: ", "\t", "\r\n", "\xa0")
BLANK = st.sampled_from(BLANKS)
TEXTS = st.lists(st.sampled_from(SIGNS) | st.sampled_from(BLANKS), max_size=60).map("".join)


def engine(dialect: str) -> markdown.Markdown:
    """Return an engine as Python-Markdown makes it."""
    smarty = {"smart_angled_quotes": dialect == "all"}
    names = [*DIALECTS[dialect]]
    return markdown.Markdown(extensions=names, extension_configs={"smarty": smarty} if "smarty" in names else {})


@cache
def engines(dialect: str) -> tuple[markdown.Markdown, markdown.Markdown]:
    """Return an engine as it is made, and one made quicker."""
    stock, quick = engine(dialect), engine(dialect)
    quicken(quick)
    return stock, quick


def outcome(md: markdown.Markdown, text: str) -> tuple[str, ...]:
    """Return all that converting a text gives, or the error that it ends with."""
    try:
        html = md.reset().convert(text)
    except Exception as error:  # noqa: BLE001 - an error, too, is to be the same
        del md.parser.state[:]
        return (type(error).__name__,)
    return (
        html,
        str(getattr(md, "toc", "")),
        str(getattr(md, "Meta", "")),
        str(md.references),
        *md.htmlStash.rawHtmlBlocks,
    )


@pytest.fixture(scope="session")
def suite() -> Path:
    """Return the folder of Python-Markdown's own tests, which only its source distribution has."""
    found = SDIST / f"markdown-{markdown.__version__}" / "tests"
    SDIST.mkdir(parents=True, exist_ok=True)
    with FileLock(SDIST / "lock"):
        if not found.exists():
            wanted = ["--no-binary", ":all:", "--no-deps", "--dest", str(SDIST), f"markdown=={markdown.__version__}"]
            quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
            subprocess.run([sys.executable, "-m", "pip", "download", *quiet, *wanted], check=False, capture_output=True)
            for archive in SDIST.glob(f"*-{markdown.__version__}.tar.gz"):
                with tarfile.open(archive) as files:
                    files.extractall(SDIST, filter="data")
    return require(found, "the source distribution of Python-Markdown", "pip could not download it")


def inputs(suite: Path) -> Iterator[str]:
    """Yield each text of the suite: its files of Markdown, and the literals of its tests."""
    for file in sorted(suite.rglob("*.txt")):
        yield file.read_text("utf-8")
    for file in sorted(suite.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield "\n".join(line.removeprefix(" " * 12) for line in node.value.strip("\n").split("\n"))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_own_suite(dialect: str, suite: Path) -> None:
    """What Python-Markdown is tested with comes out the same."""
    stock, quick = engines(dialect)
    texts = list(dict.fromkeys(inputs(suite)))
    tried = part(texts, [*DIALECTS].index(dialect))
    different = [text for text in tried if outcome(stock, text) != outcome(quick, text)]

    assert len(texts) > 2000
    assert different == []


@pytest.mark.parametrize("dialect", DIALECTS)
@given(TEXTS)
@settings(max_examples=200)
def test_any_text(dialect: str, text: str) -> None:
    """Whatever signs stand beside each other mean the same."""
    stock, quick = engines(dialect)

    assert outcome(stock, text) == outcome(quick, text)


SPANS = (  # noqa: SIM905 - beside each other they can be read
    "a b _ ! [ ] ( ) * ** ` \\ & < *a* **b·c** *a·* *[a](b)* [a](/b/) [c·d](https://e.fg/h_i) [*a*](b) [a](b·c) [a](*) "
    "[a][b] [^1] ![a](b) **[ ]** *a*b* . , *[d](e"
).split(" ")
LAYOUT = (
    "\n\n",
    "\n\n",
    "\n\n1. ",
    "\n\n- ",
    "\n\n    ",
    "\n\n> ",
    "\n\n***",
    "\n\n-- -",
    "\n",
    "  \n",
    "\n\n[b]: /c/\n\n",
)


@pytest.mark.parametrize("dialect", DIALECTS)
@given(st.lists(st.sampled_from(SPANS) | st.sampled_from((" ", " ", *LAYOUT)), max_size=40))
@example(["*a*", "\n\n", "*a*", "*", "a", "*[a](b)*"])  # the library leaves a placeholder in the text
@settings(max_examples=200)
def test_any_spans(dialect: str, parts: list[str]) -> None:
    """Plain spans and single lines are read at once; what stands beside them makes no difference."""
    stock, quick = engines(dialect)
    text = "".join(parts).replace("·", " ")

    assert outcome(stock, text) == outcome(quick, text)


QUOTED = (  # noqa: SIM905 - beside each other they can be read
    "a b 1 s 80s ' \" ' \" -- --- - ... . ( ) [ * _ ` – — &mdash; &nbsp; &#8211; # \\\" \\' <b> </b>"
).split(" ")


@cache
def typographers() -> tuple[markdown.Markdown, markdown.Markdown]:
    """Return an engine with glyphs for quotes, dashes and ellipses as it is made, and one made quicker."""
    stock, quick = (
        markdown.Markdown(extensions=[*Markdown().extensions, smarty("de")], output_format="html") for _ in range(2)
    )
    quicken(quick)
    assert type(quick.treeprocessors["smarty"]) is QuickTypography
    return stock, quick


@given(st.lists(st.sampled_from(QUOTED) | BLANK, max_size=60))
@settings(max_examples=300)
def test_any_typography(parts: list[str]) -> None:
    """Glyphs that are put into the text stand where those stand that are parked outside of it."""
    stock, quick = typographers()
    text = "".join(parts)

    assert stock.reset().convert(text) == quick.reset().convert(text)


@pytest.mark.parametrize("text", ["*" * 5000, "[" * 400, "> " * 400 + "a", "*a **b " * 300, "_*" * 800, "'\"" * 300])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_hostile_text(dialect: str, text: str) -> None:
    """So do signs by the hundred."""
    stock, quick = engines(dialect)

    assert outcome(stock, text) == outcome(quick, text)


def test_bodies_of_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bodies, findings and all, are those that stock Python-Markdown gives; so is the HTML of any dialect."""
    compare_bodies(sorted((ROOT / "content").rglob("*.md")), monkeypatch)


def test_bodies_of_a_real_archive(corpus_18f: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same holds for 509 articles as their authors wrote them."""
    compare_bodies(part(sorted(corpus_18f.rglob("*.md"))), monkeypatch)


def compare_bodies(paths: Sequence[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Read every file with the quick parser and the stock one, and expect the same."""
    files = [path.read_bytes() for path in paths]
    quick = Parser(Markdown())
    quick.markup("en")
    monkeypatch.setattr(markdown, "__version__", "0")
    stock = Parser(Markdown())
    for data in files:
        bodies = [parser.article(data, defaults=lambda _section: ("auto", "en")) for parser in (stock, quick)]

        assert msgspec.json.encode(bodies[0]) == msgspec.json.encode(bodies[1])
    for name in ("bare", "all"):
        for data in files[::12]:
            first, second = (outcome(md, read(data).body) for md in engines(name))

            assert first == second


def test_it_is_in_use() -> None:
    """The installed version is one that was tested: on another, everything works, but more slowly."""
    assert markdown.__version__ in TESTED

    md = engine("typography")
    quicken(md)

    assert type(md.treeprocessors["inline"]) is not InlineProcessor
    assert type(md.treeprocessors["smarty"]) is not InlineProcessor
    assert type(md.parser) is not BlockParser


def test_another_version_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not tested is not touched."""
    monkeypatch.setattr(markdown, "__version__", "3.12")
    md = engine("typography")
    quicken(md)

    assert type(md.treeprocessors["inline"]) is InlineProcessor
    assert type(md.treeprocessors) is Registry
    assert type(md.parser) is BlockParser


class _Loud(InlineProcessor):
    """An inline processor of somebody else's."""

    def run(self, tree: Any, ancestors: list[str] | None = None) -> Any:
        for element in tree.iter("p"):
            element.text = element.text.upper()
        return super().run(tree, ancestors)


def test_what_others_made_is_kept() -> None:
    """A processor that is not exactly Python-Markdown's is left alone; patterns of either style are found."""
    outcomes = []
    for is_quick in (False, True):
        md = engine("bare")
        md.treeprocessors.register(_Loud(md), "inline", 20)
        if is_quick:
            quicken(md)
        outcomes.append(outcome(md, "some *words*"))
        md = engine("bare")
        if is_quick:
            quicken(md)
        md.inlinePatterns.register(SimpleTagPattern(r"(\+\+)(.+?)\+\+", "ins"), "ins", 75)
        md.delimiters.add("~", "sub")
        outcomes.append(outcome(md, "some ++words++ ~and~ some"))
        md.delimiters.add("*", "i,b", smart=True)
        outcomes.append(outcome(md, "some *words* w*or*ds"))
        md.inlinePatterns.deregister("ins")
        md.parser.blockprocessors.deregister("hashheader")
        outcomes.append(outcome(md, "# some ++words++"))

    assert outcomes[4:] == outcomes[:4]
    assert "<ins>words</ins> <sub>and</sub>" in outcomes[1][0]
    assert "<b>words</b> w*or*ds" in outcomes[2][0]
    assert outcomes[3][0] == "<p># some ++words++</p>"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("", ()),
        ("(?:)+", ()),
        ("a", ("a",)),
        (r"(?<!-)---(?!-)", ("---",)),
        (r"(?<!\.)\.{3}(?!\.)", ("...",)),
        (r"\.{2,3}x", ("..",)),
        (r"x?y*", ()),
        (r"(?:ab|cd)+e?", ("ab", "cd")),
        (r"(?:ab|)", ()),
        ("[*_]", ("*", "_")),
        ("[^*]", ()),
        ("[*-_]", ()),
        ("(?i:ab)", ()),
        ("(?i)ab", ()),
        ("(?>ab)c", ("ab",)),
        ("(?=ab)", ()),
        ("(?x) a b  # a comment", ("ab",)),
        (r"(['\"])x\1", ("'", '"')),
        ("(a)?(?(1)b|c)", ()),
        ("(a|b|c|d|e)", ()),
        ("a.bc", ("bc",)),
    ],
)
def test_literals(expression: str, expected: tuple[str, ...]) -> None:
    """A text without one of these has no match; nothing is promised where the expression is not understood."""
    assert required_literals(re.compile(expression)) == expected


def expressions() -> Iterator[re.Pattern[str]]:
    """Yield the expressions of all inline patterns and of block processors."""
    for name in DIALECTS:
        md = engine(name)
        for processor in md.treeprocessors:
            if type(processor) is InlineProcessor:
                yield from (pattern.getCompiledRegExp() for pattern in processor.inlinePatterns)
        yield from (part.RE for part in md.parser.blockprocessors if isinstance(getattr(part, "RE", 0), re.Pattern))
    yield FootnoteBlockProcessor.RE
    yield re.compile(HTML_RE)


EXPRESSIONS = tuple(dict.fromkeys(expressions()))


@given(TEXTS)
def test_matches_hold_literals(text: str) -> None:
    """No expression of Python-Markdown ever matches where one of its literals does not stand in the match."""
    for expression in EXPRESSIONS:
        literals = required_literals(expression)
        for match in expression.finditer(text):
            assert not literals or any(literal in match[0] for literal in literals)
            assert match[0].startswith(leading_literal(expression))


PLAIN_HTML = (  # noqa: SIM905 - beside each other they can be read
    "<p> </p> <em> </em> <strong> </strong> <code> </code> <ul>\n </ul> <li> </li>\n <h2> </h2> <h3> </h3> "
    '<a·href="/a/"> <a·href="#b"> <a·href="https://a-b.cd/e#f"> <a·href="http://x.1"> <a·href="a:b"> '
    '</a> <br> <p·id="a"> '
    "a b &amp; &lt; &gt; &quot; & < > \" ' « \xa0 \n \r"
).split(" ")


@given(
    st.text()
    | st.lists(st.sampled_from(PLAIN_HTML)).map(lambda parts: "".join(parts).replace("·", " "))
    | st.lists(
        st.sampled_from(
            (
                "<p>%s</p>",
                "<p>%s</p>\n",
                "<ul>\n<li>%s</li>\n</ul>",
                "<blockquote>\n<p>%s</p>\n</blockquote>",
                "<h2>%s</h2>",
                "%s",
            )
        ).flatmap(
            lambda block: st.lists(st.sampled_from(("a", "\n", "&amp;", "<em>b</em>", '<a href="../c/">d</a>'))).map(
                lambda parts: block % "".join(parts)
            )
        )
    ).map("\n".join)
)
@settings(max_examples=300)
def test_plain_html_needs_no_cleaning(html: str) -> None:
    """The sanitiser is spared what is plain: cleaning would return it as it is."""
    assert Sanitiser(())._cleaner.clean(html) == Sanitiser(()).clean(html)
