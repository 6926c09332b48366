"""The questions that a template may ask of the archive; there are no others.

Every answer is a plain frozen value, every argument text or a number, so that a question and its
answer can be written down, and asked again of the next archive. What does not exist is `None`, or
an empty list: those are answers too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import groupby
from typing import Literal, TypeVar

from sitegen.archive.archive import Key
from sitegen.archive.cards import (
    ArgumentCard,
    ArgumentView,
    ArticleView,
    Card,
    Chunk,
    Claim,
    CorrectionEntry,
    Debate,
    Footnote,
    MonthCount,
    Neighbours,
    Notice,
    PageView,
    Relation,
    TermCount,
    TermView,
    YearCount,
)
from sitegen.archive.chunks import cut
from sitegen.archive.debate import MOST, Debates
from sitegen.archive.profiles import Profiles
from sitegen.archive.related import related
from sitegen.archive.terms import TermKind
from sitegen.archive.views import Views
from sitegen.archive.window import Window

__all__ = ["Order", "Queries"]

Order = Literal["newest", "oldest"]
Item = TypeVar("Item", Card, ArgumentCard)


class Queries:
    """Asks one archive, through the window that writes down what every answer is made of.

    Listings are newest first, those of arguments by number within an article; `order="oldest"` turns
    the articles around. Filters are combined: an article must meet all of them. A listing with
    `limit` has at most so many items; with `chunk` it is a `Chunk`, 0 the landing page and k the page
    `/page/k/`. Withdrawn pieces are in no listing and no count.

    Raises `ValueError` for arguments that do not go together: a mistake in a template.
    """

    def __init__(self, window: Window) -> None:
        """Ask the archive behind `window`."""
        self._window = window
        self._views = Views(window)
        self._profiles = Profiles(window)
        self._debates = Debates(self._views)

    def articles(  # noqa: PLR0913 - one for each filter
        self,
        *,
        section: str | None = None,
        tag: str | None = None,
        author: str | None = None,
        year: int | str | None = None,
        month: int | str | None = None,
        standards: str | None = None,
        limit: int | None = None,
        order: Order = "newest",
        chunk: int | None = None,
    ) -> tuple[Card, ...] | Chunk:
        """Return the cards of articles; `standards` is `notice` or `notice@date`, `month` needs `year`."""
        keys = _article_keys(section, tag, author, year, month, standards)
        names = self._select(keys)
        oldest = names[::-1] if order == "oldest" else ()
        return self._part(names, oldest, self._window.card, limit, order, chunk)

    def arguments(  # noqa: PLR0913 - one for each filter
        self,
        *,
        claim: str | None = None,
        stance: str | None = None,
        article: str | None = None,
        section: str | None = None,
        tag: str | None = None,
        author: str | None = None,
        limit: int | None = None,
        order: Order = "newest",
        chunk: int | None = None,
    ) -> tuple[ArgumentCard, ...] | Chunk:
        """Return the cards of arguments; with `claim` they show the stance toward that claim."""
        keys = [("arguments", *key) for key in _article_keys(section, tag, author, None, None, None, all_=False)]
        if article is not None:
            keys.append(("arguments", "article", article))
        if claim is not None:
            keys.append(("arguments", "claim", claim) if stance is None else ("arguments", "claim", claim, stance))
        elif stance is not None:
            keys.append(("arguments", "stance", stance))
        refs = self._select(keys or [("arguments", "all")])
        oldest = self._turned(refs) if order == "oldest" else ()
        return self._part(
            refs,
            oldest,
            lambda ref: self._views.argument_card(ref, claim or "", stance or ""),
            limit,
            order,
            chunk,
        )

    def article(self, id: str) -> ArticleView | None:  # noqa: A002 - the name that templates use
        """Return an article by its id; a withdrawn one has no text."""
        return self._views.article(id) if self._window.bucket(("article", id)) else None

    def card(self, id: str) -> Card | None:  # noqa: A002 - the name that templates use
        """Return the card of an article by its id."""
        return self._window.card(id) if self._window.bucket(("article", id)) else None

    def argument(self, ref: str) -> ArgumentView | None:
        """Return an argument by `article#id`."""
        return self._views.argument(ref) if self._window.bucket(("argument", ref)) else None

    def footnotes(self, ref: str) -> tuple[Footnote, ...]:
        """Return the footnotes that the argument `article#id` cites, for its own page."""
        return self._views.footnotes(ref) if self._window.bucket(("argument", ref)) else ()

    def answers(self, ref: str) -> tuple[Relation, ...]:
        """Return what arguments say of the argument `article#id`, or of a claim by its id, oldest first."""
        return self._views.incoming(ref)

    def debate(self, ref: str, *, limit: int = MOST) -> Debate | None:
        """Return what is said about a claim, or around an article, given by its id; at most so many nodes."""
        if limit < 0:
            raise ValueError("limit must not be negative")
        if self._window.bucket(("article", ref)):
            return self._debates.around(ref, limit)
        return self._debates.about(ref, limit) if self._window.bucket(("claim", ref)) else None

    def section(self, id: str) -> TermView | None:  # noqa: A002 - the name that templates use
        """Return a section."""
        return self._term("section", id)

    def tag(self, id: str) -> TermView | None:  # noqa: A002 - the name that templates use
        """Return a tag."""
        return self._term("tag", id)

    def author(self, id: str) -> TermView | None:  # noqa: A002 - the name that templates use
        """Return an author."""
        return self._term("author", id)

    def claim(self, id: str) -> Claim | None:  # noqa: A002 - the name that templates use
        """Return a claim."""
        return self._profiles.claim(id) if self._window.bucket(("claim", id)) else None

    def notice(self, id: str) -> Notice | None:  # noqa: A002 - the name that templates use
        """Return a standards notice."""
        return self._profiles.notice(id) if self._window.bucket(("notice", id)) else None

    def document(self, slug: str) -> PageView | None:
        """Return a page of `content/pages/`."""
        return self._profiles.page(slug) if self._window.bucket(("page", slug)) else None

    def sections(self) -> tuple[TermCount, ...]:
        """Return all sections by name."""
        return self._terms("section")

    def tags(self) -> tuple[TermCount, ...]:
        """Return all tags by name."""
        return self._terms("tag")

    def authors(self) -> tuple[TermCount, ...]:
        """Return all authors by name."""
        return self._terms("author")

    def claims(self) -> tuple[Claim, ...]:
        """Return all claims by title."""
        return tuple(self._profiles.claim(name) for name in self._window.bucket(("claims",)))

    def standards(self) -> tuple[Notice, ...]:
        """Return all standards notices by id."""
        return tuple(self._profiles.notice(name) for name in self._window.bucket(("notices",)))

    def years(self) -> tuple[YearCount, ...]:
        """Return the years that have articles, newest first."""
        return tuple(
            YearCount(int(year), len(self._window.bucket(("year", year))), self._window.urls.year(int(year)))
            for year in self._window.bucket(("years",))
        )

    def months(self, year: int | str) -> tuple[MonthCount, ...]:
        """Return the months of a year that have articles, January first; dates without a month have none."""
        key = f"{int(year):04d}"
        return tuple(
            MonthCount(
                int(year),
                int(month),
                len(self._window.bucket(("month", key, month))),
                self._window.urls.month(int(year), int(month)),
            )
            for month in self._window.bucket(("months", key))
        )

    def histogram(
        self,
        *,
        section: str | None = None,
        tag: str | None = None,
        author: str | None = None,
        standards: str | None = None,
    ) -> tuple[YearCount, ...]:
        """Return the number of articles a year, from the first year to the last, zeros too."""
        keys = _article_keys(section, tag, author, None, None, standards)
        if len(keys) == 1:
            counts = Counter(dict(self._window.tally(keys[0]).years))
        else:
            counts = Counter(self._window.card(name).date.year for name in self._select(keys))
        if not counts:
            return ()
        return tuple(
            YearCount(year, counts[year], self._window.urls.year(year) if counts[year] else "")
            for year in range(min(counts), max(counts) + 1)
        )

    def corrections(self, *, limit: int | None = None) -> tuple[CorrectionEntry, ...]:
        """Return the corrections of all pieces, newest first; those of withdrawn pieces too."""
        return tuple(self._views.correction(key) for key in self._window.bucket(("corrections",))[:limit])

    def related(self, article: str, *, limit: int | None = None) -> tuple[Card, ...]:
        """Return the articles most related to one, given by its id; as many as `[archive]` says."""
        if not self._window.bucket(("article", article)):
            return ()
        wanted = self._window.config.archive.related if limit is None else limit
        return self._window.cards(related(self._window, article, wanted))

    def neighbours(self, article: str) -> Neighbours:
        """Return the pieces published just before and just after one, given by its id."""
        names = self._window.bucket(("neighbours", article)) or ("", "")
        earlier, later = (self._window.card(name) if name else None for name in names)
        return Neighbours(earlier, later)

    def url(self, ref: str) -> str | None:
        """Return the URL of an article by any unambiguous reference, an argument `article#id`, or a claim."""
        where, _, name = ref.partition("#")
        candidates = self._window.bucket(("reference", where))
        if len(candidates) == 1:
            url = self._window.card(candidates[0]).url
            if not name:
                return url
            now = self._window.bucket(("fragment", "article", candidates[0], name))
            return self._window.urls.argument(url, now[0]) if now else None
        claim = None if name or candidates else self._views.claim_link(ref)
        return claim.url if claim else None

    def _term(self, kind: TermKind, name: str) -> TermView | None:
        return self._profiles.term(kind, name) if self._window.bucket(("term", kind, name)) else None

    def _terms(self, kind: TermKind) -> tuple[TermCount, ...]:
        return tuple(self._profiles.term_count(kind, name) for name in self._window.bucket(("terms", kind)))

    def _select(self, keys: list[Key]) -> tuple[str, ...]:
        """Return what stands in every one of the buckets, in their common order."""
        first, *others = sorted((self._window.bucket(key) for key in keys), key=len)
        for other in others:
            members = set(other)
            first = tuple(name for name in first if name in members)
        return first

    def _turned(self, refs: tuple[str, ...]) -> tuple[str, ...]:
        """Return arguments with their articles oldest first, and by number within an article as before."""
        groups = [tuple(group) for _, group in groupby(refs, lambda ref: ref.partition("#")[0])]
        return tuple(ref for group in reversed(groups) for ref in group)

    def _part(
        self,
        newest: tuple[str, ...],
        oldest: tuple[str, ...],
        item: Callable[[str], Item],
        limit: int | None,
        order: Order,
        chunk: int | None,
    ) -> tuple[Item, ...] | Chunk:
        if order not in ("newest", "oldest"):
            raise ValueError(f"order must be `newest` or `oldest`, not “{order}”")
        if limit is not None and limit < 0:
            raise ValueError("limit must not be negative")
        if chunk is None:
            return tuple(item(name) for name in (newest if order == "newest" else oldest)[:limit])
        if limit is not None or order != "newest":
            raise ValueError("a listing with `chunk` is newest first and has no `limit`")
        part = cut(len(newest), self._window.config.archive.page_size, chunk)
        items = tuple(item(name) for name in newest[part.start : part.stop])
        return Chunk(items=items, number=chunk, older=part.older, newer=part.newer)


def _article_keys(
    section: str | None,
    tag: str | None,
    author: str | None,
    year: int | str | None,
    month: int | str | None,
    standards: str | None,
    *,
    all_: bool = True,
) -> list[Key]:
    """Return the buckets that a choice of filters names; that of all articles where none is given."""
    keys: list[Key] = [
        (kind, name) for kind, name in (("section", section), ("tag", tag), ("author", author)) if name is not None
    ]
    if month is not None:
        if year is None:
            raise ValueError("`month` needs `year`")
        keys.append(("month", f"{int(year):04d}", f"{int(month):02d}"))
    elif year is not None:
        keys.append(("year", f"{int(year):04d}"))
    if standards is not None:
        keys.append(("standards", *standards.split("@", 1)))
    return keys or ([("all",)] if all_ else [])
