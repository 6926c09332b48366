"""Bytes to bodies, bodies to articles, and which of them belong to a build."""

from __future__ import annotations

import datetime as dt

import pytest

from sitegen.articles.clock import Clock
from sitegen.articles.load import Content, load
from sitegen.articles.parse import Fresh, Parser
from sitegen.articles.sources import Source
from sitegen.config import parse as read_config
from sitegen.digest import digest_bytes

CONFIG = read_config(
    b"""
title = "T"
base_url = "https://example.org/"
[defaults]
authors = ["desk"]
[sections.opinion]
arguments = "list"
standards = "editorial"
language = "de"
"""
)
PLAIN = read_config(b'title = "T"\nbase_url = "https://example.org/"\n')
NOW = dt.datetime(2020, 6, 1, tzinfo=dt.UTC)
FULL = "---\ntitle: A\ndate: 2009-07-20\nauthor: Ada\n---\n"


def build(files: dict[str, str], clock: Clock | None = None, config: object = PLAIN) -> Content:
    """Load files of a site whose today is the first of June 2020."""
    sources = [Source(p, t.encode(), digest_bytes(t.encode())) for p, t in files.items()]
    reader = Fresh(sources, Parser(PLAIN.markdown), config)  # type: ignore[arg-type]
    return load(files, config, clock or Clock(now=NOW), reader)  # type: ignore[arg-type]


def test_an_article_gets_what_its_path_and_the_configuration_say() -> None:
    """Section and date from the path, the rest from its section's defaults; each value tells its origin."""
    text = '---\ntitle: A\n---\n"Eins"\n\n- zwei\n'
    content = build({"content/articles/opinion/2009-07-20-gift.md": text}, config=CONFIG)
    (article,) = content.articles

    assert (
        article.id,
        article.slug,
        article.section,
        str(article.date),
    ) == ("opinion/gift", "gift", "opinion", "2009-07-20")
    assert (
        [credit.name for credit in article.authors],
        article.standards,
        article.standards_origin,
        article.language,
    ) == (["desk"], "editorial", "default", "de")
    assert (article.body.blocks[0].html, len(article.body.arguments), article.meta.title) == ("<p>„Eins“</p>", 1, "A")
    assert tuple(
        article.origins.get(key, article.origins["date"] if key == "date" else "front matter, line 2")
        for key in ("section", "date", "title")
    ) == ("the folder", "the file's name", "front matter, line 2")
    assert content.findings == ()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("---\ntitle: A\n---\nx", ["missing-key"] * 2),
        ("---\ndate: 2009\nbyline: none\n---\nx", ["missing-key"]),
        ("---\ntitle: A\nauthor: B\ndate: 2009-02-30\n---\nx", ["bad-date"]),
        ("", ["empty-file"]),
        (f"{FULL}- a {{: .arguement }}", ["bad-mark"]),
    ],
)
def test_what_is_missing_is_told(text: str, codes: list[str]) -> None:
    """An article without title, date or authors is not built; the findings have the path."""
    content = build({"content/articles/opinion/gift.md": text})

    assert codes == [finding.code for finding in content.findings]
    assert {"content/articles/opinion/gift.md"} == {finding.path for finding in content.findings}


def test_a_finding_stands_at_the_line_of_the_file() -> None:
    """However long the front matter is."""
    for extra in (0, 1, 7):
        front = FULL.replace(
            "author: Ada\n", "author: Ada\n" + "tags: [x,\n" * (extra > 0) + "y,\n" * extra + "]\n" * (extra > 0)
        )
        content = build({"content/articles/a/b.md": f"{front}Text.\n\n- x {{: .arguement }}"})

        assert [(front.count("\n") + 3, 8)] == [(f.line, f.column) for f in content.findings]


@pytest.mark.parametrize(
    ("line", "clock", "reason"),
    [
        ("draft: true", {}, "a draft"),
        ("draft: true", {"drafts": True}, ""),
        ("date: 2031-01-01", {}, "due on 2031-01-01"),
        ("date: 2031-01-01", {"future": True}, ""),
        ("publish_date: 2020-07-01", {}, "due on 2020-07-01"),
        ("expiry_date: 2019-07-01", {}, "expired on 2019-07-01"),
        ("expiry_date: 2031-07-01", {}, ""),
    ],
)
def test_what_is_left_out(line: str, clock: dict[str, bool], reason: str) -> None:
    """Drafts, pieces to come and expired ones are counted with a reason, and fail no build."""
    front = (
        FULL.replace("date: 2009-07-20", line) if line.startswith("date") else FULL.replace("author", f"{line}\nauthor")
    )
    content = build({"content/articles/a/b.md": f"{front}- x {{: .arguement }}"}, Clock(now=NOW, **clock))

    assert [reason] * bool(reason) == [omission.reason for omission in content.omissions]
    assert [not reason] == [bool(content.findings)]
    assert bool(reason) != bool(content.articles)


def test_records_are_read_beside_articles() -> None:
    """Claims, pages and the rest; a draft of one is left out; a file at no place is an error."""
    content = build(
        {
            "content/claims/free.md": "---\nname: It is *free*\n---\nText[^1]\n\n[^1]: Note",
            "content/pages/about.md": "---\ntitle: About\ndraft: true\n---\nx",
            "content/articles/a/b/c/d.md": FULL,
            "content/claims/a/b.md": "x",
        }
    )

    assert ([record.id for record in content.records], content.records[0].text) == (["free"], "Text")
    assert [(omission.kind, omission.id) for omission in content.omissions] == [("page", "about")]
    assert [f.path for f in content.findings if f.fails] == ["content/articles/a/b/c/d.md", "content/claims/a/b.md"]
