"""Terms, claims, notices and pages as their own pages show them: a record with what belongs to it."""

from __future__ import annotations

from functools import cache

from msgspec.structs import replace

from sitegen.archive.archive import Resolved, claim_slug
from sitegen.archive.cards import Claim, NamedLink, Notice, NoticeVersion, PageView, TermCount, TermView
from sitegen.archive.links import fill, owner_of, resolve
from sitegen.archive.terms import TermKind
from sitegen.archive.views import Views
from sitegen.archive.window import Window
from sitegen.articles.records import Record
from sitegen.slugs import slugify

__all__ = ["Profiles"]


class Profiles:
    """Makes the views of what is not an article."""

    __slots__ = ("window",)

    def __init__(self, window: Window) -> None:
        """Look through `window`; nothing is made yet."""
        self.window = window

    def term(self, kind: TermKind, name: str) -> TermView:
        """Return a section, author or tag, with the tags that stand most often on its pieces."""
        entry = self.window.entry(kind, name)
        listing = self.window.bucket((kind, name))
        counted = self.window.tally((kind, name))
        years = [year for year, _ in counted.years]
        view = TermView(
            term=entry.term,
            count=len(listing),
            related=tuple(self.term_count("tag", tag) for tag in counted.tags),
            first_year=min(years, default=None),
            last_year=max(years, default=None),
        )
        record = entry.record
        if record is None:
            return view
        image = record.image
        if image is not None:
            url = Views(self.window).image_url(image, owner_of(self.window, record))
            image = replace(image, src=url) if url else None
        return replace(
            view,
            description=record.description,
            html=self.html(record),
            links=tuple(NamedLink(link.name, link.url) for link in record.links),
            image=image,
        )

    def term_count(self, kind: TermKind, name: str) -> TermCount:
        """Return a term with the number of its articles."""
        entry = self.window.entry(kind, name)
        description = entry.record.description if entry.record is not None else ""
        return TermCount(entry.term, len(self.window.bucket((kind, name))), description)

    def claim(self, name: str) -> Claim:
        """Return a claim with the number of arguments that take each stance on it."""
        record = self.window.claim(name)
        pro, con, neutral = (
            len(self.window.bucket(("arguments", "claim", name, stance))) for stance in ("pro", "con", "neutral")
        )
        return Claim(
            id=name,
            url=self.window.urls.claim(claim_slug(record)),
            title=record.name or name,
            description=record.description,
            html=self.html(record),
            pro=pro,
            con=con,
            neutral=neutral,
        )

    def notice(self, name: str) -> Notice:
        """Return a standards notice with its versions, newest first."""
        title, slug = self.window.notice_title(name), slugify(name)
        versions = [record for record in self.window.versions(name) if record.date is not None]
        ends = [*(record.date for record in versions[1:]), None]
        return Notice(
            id=name,
            title=title,
            url=self.window.urls.notice(slug),
            count=len(self.window.bucket(("standards", name))),
            description=versions[-1].description,
            versions=tuple(
                NoticeVersion(
                    notice=name,
                    date=record.date,
                    until=until,
                    title=record.name or title,
                    url=self.window.urls.version(slug, record.date),
                    count=len(self.window.bucket(("standards", name, str(record.date)))),
                    description=record.description,
                    html=self.html(record),
                )
                for record, until in reversed(list(zip(versions, ends, strict=True)))
                if record.date is not None
            ),
        )

    def page(self, slug: str) -> PageView:
        """Return a page of `content/pages/`."""
        record = self.window.page(slug)
        return PageView(
            id=slug,
            url=self.window.urls.page(slug),
            title=record.name or slug.replace("-", " ").capitalize(),
            description=record.description,
            html=self.html(record),
            language=record.language or self.window.config.language,
        )

    def html(self, record: Record) -> str:
        """Return the text of a record with its links answered, its footnotes at the end."""
        owner = owner_of(self.window, record)

        @cache
        def answer(number: int) -> Resolved:
            if number >= len(record.targets):
                return Resolved("")
            return resolve(record.targets[number], owner, self.window)

        return fill(
            record.html + _endnotes(record), answer, self.window.picture, self.window.config.archive.picture_sizes
        )


def _endnotes(record: Record) -> str:
    if not record.footnotes:
        return ""
    items = "".join(f'<li id="sg-fn-{note.number}">{note.html}</li>' for note in record.footnotes)
    return f'<section class="footnotes" role="doc-endnotes"><ol>{items}</ol></section>'
