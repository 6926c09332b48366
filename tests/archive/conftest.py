"""A small site made of values: what the parser would give, written by hand."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from sitegen.archive import LeftOut, Queries, Window, make_archive
from sitegen.articles.article import Argument, Article, Block, Body, Link
from sitegen.articles.dates import EdtfDate
from sitegen.articles.meta import Credit, Meta, Place, Reference
from sitegen.articles.records import Record
from sitegen.config import parse


class Made:
    """An archive with its findings, and the queries over it."""

    def __init__(self, archive: Any, findings: Any) -> None:
        """Keep both, and ask the archive with media under `/assets/`."""
        self.archive = archive
        self.findings = findings
        self.ask = Queries(Window(archive, lambda path: f"/assets/{path.rpartition('/')[2]}"))

    @property
    def codes(self) -> list[str]:
        """The codes of the findings, in order."""
        return sorted(finding.code for finding in self.findings)

    def one(self, code: str) -> Any:
        """Return the only finding, which has this code."""
        assert self.codes == [code], self.findings
        return self.findings[0]


class Site:
    """Collects articles and records, then makes their archive."""

    def __init__(self, config: str = "") -> None:
        """Take further lines of `config.toml`."""
        self.config = parse(f'title = "The Open Desk"\nbase_url = "https://example.org/"\n{config}'.encode())
        self.articles: list[Article] = []
        self.records: list[Record] = []
        self.left: list[LeftOut] = []
        self.media: set[str] = set()

    @staticmethod
    def argument(name: str, claim: str = "It costs nothing.", **keys: Any) -> Argument:
        """Return an argument; relations are given as text with blanks between, as authors write them."""
        for kind in ("supports", "rebuts", "undercuts"):
            if kind in keys:
                keys[kind] = tuple(Reference(text, Place(9, 4, len(text))) for text in keys[kind].split())
        if "about" in keys:
            keys["claim_ref"] = Reference(keys.pop("about"), Place(9, 1, 3))
        html = keys.pop("html", f"<p>{claim}</p>")
        return Argument(
            number=keys.pop("number", 1), id=name, claim=claim, claim_html=claim, rest="", rest_html="", html=html,
            text=claim, title="sentence", **keys,
        )  # fmt: skip

    def article(self, name: str = "business/gift", date: str = "2009-07-20", *parts: Any, **keys: Any) -> Site:
        """Add an article; `parts` are arguments, or prose as HTML; other keys are front matter."""
        section, _, slug = name.rpartition("/")
        blocks, number = [], 0
        for part in parts:
            if isinstance(part, Argument):
                number += 1
                argument = replace(part, number=number)
                blocks.append(Block(html=part.html, text=part.text, argument=argument, footnotes=keys.get("cites", ())))
            else:
                blocks.append(Block(html=part, text=part))
        keys.pop("cites", None)
        links = tuple(Link(target, kind, Place(7, 2, 5)) for target, kind in keys.pop("links", ()))
        body = {key: keys.pop(key) for key in ("footnotes", "ids", "words", "excerpt") if key in keys}
        authors = keys.pop("authors", ("Mara Ivers",))
        known = {key: keys.pop(key) for key in ("path", "section", "slug", "standards", "genre") if key in keys}
        origin = keys.pop("origin", "article" if "standards" in known else "default")
        meta = Meta(title=keys.pop("title", slug.replace("-", " ").title()), date=EdtfDate(date), **keys)
        self.articles.append(
            Article(
                path=known.get("path", f"content/articles/{name}.md"),
                id=name,
                slug=known.get("slug", slug),
                section=known.get("section", section),
                date=EdtfDate(date),
                authors=tuple(a if isinstance(a, Credit) else Credit(a) for a in authors),
                standards=known.get("standards", "none"),
                standards_origin=origin,
                genre="opinion",
                language="en",
                body=Body(meta=meta, blocks=tuple(blocks), links=links, **body),
            )
        )
        return self

    def record(self, kind: Any, file: str, **keys: Any) -> Site:
        """Add a file of `content/` that is not an article; a notice's version is given as `date`."""
        date = keys.pop("date", None)
        folder = {"notice": f"standards/{file}"}.get(kind, f"{kind}s")
        keys.setdefault("path", f"content/{folder}/{date or file}.md")
        links = tuple(Link(target, which, Place(3, 1, 2)) for target, which in keys.pop("targets", ()))
        self.records.append(Record(kind=kind, id=file, date=EdtfDate(date) if date else None, targets=links, **keys))
        return self

    def leave_out(self, name: str, title: str, path: str = "", kind: Any = "article") -> Site:
        """Name a source that is not part of the build."""
        self.left.append(LeftOut(name, title, path or f"content/articles/{name}.md", kind))
        return self

    def make(self) -> Made:
        """Make the archive."""
        return Made(*make_archive(self.articles, self.records, self.config, left_out=self.left, media=self.media))


@pytest.fixture(scope="session")
def site() -> type[Site]:
    """Return the class of small sites: `site().article(…).make()`."""
    return Site
