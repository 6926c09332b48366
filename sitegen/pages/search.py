"""What can be found: an archive as entries for an index, one for each argument and one for each piece.

They are made of answers and not of finished pages: so a hit is an argument with its own stance and its own place, and
no button or menu is ever found. Pieces that are withdrawn are in no listing, and so they are not here.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from sitegen.archive.archive import Archive
from sitegen.archive.cards import Card, Term
from sitegen.archive.profiles import Profiles
from sitegen.archive.views import Views
from sitegen.archive.window import Sight, Window
from sitegen.articles.article import Text
from sitegen.diagnostics import Diagnostic
from sitegen.digest import fingerprint
from sitegen.pages.filters import Filters
from sitegen.pages.page import PublishedFile

__all__ = ["BUNDLE", "SEARCH_ASSETS", "Entries", "Entry", "in_the_way"]

BUNDLE = "assets/pagefind/"
"""The folder of the index in the output folder; the search page's script stands beside it."""

SEARCH_ASSETS = ("search.css", "search.js")
"""The assets of the theme that only the search page uses."""

_TAG = re.compile(r"<[^>]*+>")
# Pagefind reads signs to itself in a text, between these words (1.5); an author's text has none to give.
_SIGN = re.compile(r"___(?=(?:END_)?PAGEFIND_)")
_OLDEST = "-1000000000000"


class Entry(Struct, frozen=True, kw_only=True):
    """One thing that can be found.

    `url` is from the root, with the fragment of an argument. `content` is the text that is searched and quoted, `meta`
    words that weigh by their name and are shown, `filters` what hits can be narrowed down by. `sort` are numbers. Where
    there are no words but those of the claim or title, `content` is these: what has none would be left out.
    """

    url: str
    content: str
    meta: dict[str, str]
    filters: dict[str, list[str]] = field(default_factory=dict)
    sort: dict[str, str] = field(default_factory=dict)


class Entries:
    """The entries of one archive, in the order of its listings."""

    def __init__(self, archive: Archive, window: Window, filters: Filters) -> None:
        """Ask `window` for what is in `archive`, and `filters` for how dates and quotes are printed."""
        self._archive = archive
        self._window = window
        self._filters = filters
        self._views = Views(window)
        self._profiles = Profiles(window)
        entries = [(kind, entry.term) for kind, terms in archive.terms.items() for entry in terms.entries.values()]
        self._names = Counter((kind, term.name) for kind, term in entries)

    def __len__(self) -> int:
        """Return how many there are."""
        keys: tuple[Sight, ...] = (("all",), ("arguments", "all"), ("claims",), ("pages",))
        return sum(len(self._archive.bucket(key)) for key in keys)

    def fingerprint(self, settings: object) -> str:
        """Return a digest of all that they are made of; `settings` are what is no part of the archive."""
        sights: list[Sight] = []
        for name in self._archive.bucket(("all",)):
            sights += ("card", name), ("points", name), ("text", name)
        sights += [("claim record", name) for name in self._archive.bucket(("claims",))]
        sights += [("page record", name) for name in self._archive.bucket(("pages",))]
        many = sorted(name for name, count in self._names.items() if count > 1)
        return fingerprint((settings, many, [(sight, self._window.digest(sight)) for sight in sights])).hex()

    def __iter__(self) -> Iterator[Entry]:
        """Yield them, with one text at a time in memory."""
        for name in self._archive.bucket(("all",)):
            yield from self._article(name)
        for name in self._archive.bucket(("claims",)):
            claim = self._profiles.claim(name)
            title = self._filters.typeset(claim.title)
            yield _record("claim", claim.url, title, f"{claim.description} {_words(claim.html)}")
        for name in self._archive.bucket(("pages",)):
            page = self._profiles.page(name)
            title = self._filters.typeset(page.title, page.language)
            yield _record("page", page.url, title, f"{page.description} {_words(page.html)}", self._language(page))

    def _article(self, name: str) -> Iterator[Entry]:
        card, text = self._window.card(name), self._window.text(name)
        about = {
            "author": ", ".join(byline.term.name for byline in card.authors),
            "date": self._filters.said(card.date),
            **self._language(card),
        }
        filters = {
            "section": [self._name(card.section)],
            "author": [self._name(byline.term) for byline in card.authors],
            "tag": [self._name(tag) for tag in card.tags],
            "year": [str(card.date.year)],
        }
        sort = {"date": str(self._archive.instants[name])}
        title = _plain(self._filters.typeset(card.title, card.language))
        yield Entry(
            url=card.url,
            content=_plain(self._other_words(card, text)) or title,
            meta={"title": title, **about},
            filters={"kind": ["piece"], **filters},
            sort=sort,
        )
        for point, index in zip(self._window.points(name), text.points, strict=True):
            argument = self._views.argument_card(f"{name}#{point.id}")
            claim = _plain(self._filters.typeset(point.claim, card.language))
            rest = _plain(text.parts[index].text.removeprefix(point.claim).lstrip(" .:;,"))
            yield Entry(
                url=argument.url,
                content=rest or claim,
                meta={"claim": claim, "piece": title, **about},
                filters={"kind": ["argument"], **filters, **({"stance": [argument.stance]} if argument.stance else {})},
                sort=sort,
            )

    def _other_words(self, card: Card, text: Text) -> str:
        """Return what an article says besides its arguments."""
        arguments = set(text.points)
        own = self._window.article(card.id).meta.description
        parts = [part.text for index, part in enumerate(text.parts) if index not in arguments]
        dek = _words(self._filters.line(card.dek, card.language)) if card.dek else ""
        return " ".join([dek, own, *parts, *(note.text for note in text.footnotes)])

    def _language(self, of: object) -> dict[str, str]:
        language = str(getattr(of, "language", ""))
        return {"language": language} if language not in ("", self._window.config.language) else {}

    def _name(self, term: Term) -> str:
        """Return the name of a term; of several with one name also the id."""
        return f"{term.name} ({term.id})" if self._names[term.kind, term.name] > 1 else term.name


def _record(kind: str, url: str, title: str, content: str, about: dict[str, str] | None = None) -> Entry:
    title = _plain(title)
    meta = {"title": title, **(about or {})}
    return Entry(url=url, content=_plain(content) or title, meta=meta, filters={"kind": [kind]}, sort={"date": _OLDEST})


def _words(fragment: str) -> str:
    """Return the text of safe HTML."""
    return html.unescape(_TAG.sub(" ", fragment))


def _plain(text: str) -> str:
    """Return a text with single blanks, and without what Pagefind would take for a sign to itself."""
    return _SIGN.sub("_ ", " ".join(text.split()))


def in_the_way(files: Iterable[PublishedFile]) -> Iterator[Diagnostic]:
    """Yield a fatal finding for every file of the site's own that would stand in the folder of the index."""
    for file in files:
        if f"{file.path.casefold()}/".startswith(BUNDLE):
            what = f"{file.source} stands where the index of the search page goes, /{BUNDLE}"
            yield Diagnostic.of("url-collision", what, path=file.source, hint="give its folder another name")
