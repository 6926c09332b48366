"""The archive: every card and index of a build, immutable, made anew each time.

Templates never see it. They ask `Queries`, and queries look at it through a `Window`, which writes down
every look: so all that an answer can depend on is known, also what was asked for and is not there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from msgspec import Struct

from sitegen.archive.cards import Card, Standards
from sitegen.archive.references import References
from sitegen.archive.relations import Graph
from sitegen.archive.standards import Notices
from sitegen.archive.tallies import Tally
from sitegen.archive.terms import TermKind, Terms
from sitegen.archive.urls import Urls
from sitegen.articles.article import Article, Link, Point
from sitegen.articles.dates import EdtfDate
from sitegen.articles.meta import Correction
from sitegen.articles.records import Record
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic

__all__ = ["Archive", "Key", "Owner", "Resolved", "claim_slug", "page_slug"]

Key = tuple[str, ...]
FileKind = Literal["article", "section", "author", "tag", "notice", "claim", "page"]


class Owner(Struct, frozen=True):
    """The source that links are written in: its path, its page, and what it became (see `Archive.files`)."""

    path: str
    url: str
    kind: str
    id: str


class Resolved(Struct, frozen=True):
    """The answer to a link: its URL, empty where the text stays without a link, and what is wrong.

    `settled` is false for a page or file of the site that only the plan of all pages can confirm. `media` is the
    path of a file that is published from beside its source.
    """

    url: str
    finding: Diagnostic | None = None
    settled: bool = True
    media: str = ""


class Archive(Struct, frozen=True, kw_only=True, eq=False):
    """Cards and indexes.

    `articles` and `cards` are by id and hold withdrawn pieces too, which no listing does. `instants`
    are seconds since 1970, for ordering; `ranks` are positions in the listing of all; `updated` is when anything
    was published or changed last. `tallies` count what stands in buckets of articles. `files` tell what each path of
    `content/` became. `entries` locate corrections by their key. `pictures` are the paths of files that links and
    front matter name, `shown` those that are shown as pictures, `loose` the links that only the plan can
    confirm.
    """

    config: Config
    urls: Urls
    articles: Mapping[str, Article]
    cards: Mapping[str, Card]
    instants: Mapping[str, int]
    ranks: Mapping[str, int]
    standards: Mapping[str, Standards]
    terms: Mapping[TermKind, Terms]
    notices: Notices
    claims: Mapping[str, Record]
    pages: Mapping[str, Record]
    graph: Graph
    references: References
    entries: Mapping[str, tuple[str, Correction]]
    files: Mapping[str, tuple[FileKind, str]]
    left_out: Mapping[str, str]
    media: frozenset[str]
    buckets: Mapping[Key, tuple[str, ...]]
    tallies: Mapping[Key, Tally]
    updated: EdtfDate | None = None
    pictures: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    loose: tuple[tuple[Owner, Link, Resolved], ...] = ()

    def bucket(self, key: Key) -> tuple[str, ...]:  # noqa: C901, PLR0911, PLR0912 - one line for each kind of key
        """Return the ids under a key; a key that means nothing has none.

        Articles, newest first (latest instant, then id): `("all",)`, `("section", id)`, `("author", id)`,
        `("tag", id)`, `("year", "2009")`, `("month", "2009", "07")`, `("standards", notice)`,
        `("standards", notice, date)`, `("withdrawn",)`; `("neighbours", id)`: the earlier and the later
        one, empty where there is none.

        Arguments as `article#id`, by article as above, then by number: `("arguments", *key)` for a key of
        articles, `("arguments", "article", id)`, `("arguments", "stance", stance)`, `("arguments", "claim", id)`,
        `("arguments", "claim", id, stance)`; `("answers", ref)`: the sources of the relations to an argument
        or claim; `("relations", ref)`: the targets of those from an argument.

        In the order of their pages: `("terms", kind)`, `("claims",)`, `("notices",)`, `("versions", notice)`,
        `("pages",)`, `("years",)` newest first, `("months", year)`, `("corrections",)` newest first.

        One id or none, whether it exists: `("article", id)`, `("argument", ref)`, `("term", kind, id)`,
        `("claim", id)`, `("notice", id)`, `("page", slug)`, `("media", path)`, and
        `("fragment", kind, id, fragment)`: the fragment as it is now. `("present", ref)`: an argument by an id that it
        has or once had. `("file", path)`: kind and id.
        `("reference", text)`: the articles that a reference could mean. `("left-out", path or reference)`: a title.
        """
        if (stored := self.buckets.get(key)) is not None:
            return stored
        match key:
            case (("article" | "claim" | "notice" | "page" | "media") as kind, name):
                return (name,) if name in self._known(kind) else ()
            case ("argument", ref):
                return (ref,) if self._index(ref) is not None else ()
            case ("arguments", *rest):
                return tuple(ref for name in self.bucket(tuple(rest)) for ref in self.refs_of(name))
            case ("answers", ref):
                return tuple(edge.source for edge in self.graph.incoming.get(ref, ()))
            case ("relations", ref):
                return tuple(edge.target for edge in self.graph.outgoing.get(ref, ()))
            case ("neighbours", name):
                return self._neighbours(name)
            case ("term", ("section" | "author" | "tag") as kind, name):
                return (name,) if name in self.terms[kind].entries else ()
            case ("present", ref):
                now = self.references.present(ref)
                return () if now is None else (now,)
            case ("file", path):
                return self.files.get(path, ())
            case ("reference", text):
                return self.references.articles.get(text, ())
            case ("left-out", text):
                title = self.references.unlinked.get(text, self.left_out.get(text))
                return () if title is None else (title,)
            case ("fragment", kind, name, fragment):
                return self._fragment(kind, name, fragment)
        return ()

    def _known(self, kind: str) -> Collection[str]:
        """Return the names of one kind that exist."""
        known: dict[str, Collection[str]] = {
            "article": self.cards,
            "claim": self.claims,
            "notice": self.notices.versions,
            "page": self.pages,
            "media": self.media,
        }
        return known[kind]

    def refs_of(self, article: str) -> tuple[str, ...]:
        """Return the arguments of an article as `article#id`, in order."""
        return self.buckets.get(("arguments", "article", article), ())

    def argument(self, ref: str) -> Point:
        """Return an argument; raises `KeyError` for a reference that no bucket gave."""
        index = self._index(ref)
        if index is None:
            raise KeyError(ref)
        return self.articles[ref.partition("#")[0]].body.arguments[index]

    def _index(self, ref: str) -> int | None:
        """Return the place of an argument among those of its article, `None` where there is no such argument."""
        owner, _, name = ref.partition("#")
        own = self.references.own.get(owner, ())
        return own.index(name) if name in own else None

    def url_of(self, kind: str, name: str) -> str:
        """Return the page of what a file became, by the kind and id of the bucket `("file", path)`."""
        match kind:
            case "article":
                return self.cards[name].url
            case "section" | "author" | "tag":
                return self.terms[kind].entries[name].term.url
            case "notice":
                notice, _, date = name.partition("@")
                version = next((v for v in self.notices.versions[notice] if str(v.date) == date), None)
                return self.notices.url(notice, version.date if version else None)
            case "claim":
                return self.urls.claim(claim_slug(self.claims[name]))
            case _:
                return self.urls.page(name)

    def _neighbours(self, name: str) -> tuple[str, ...]:
        rank = self.ranks.get(name)
        if rank is None:
            return ()
        listing = self.buckets["all",]
        earlier = listing[rank + 1] if rank + 1 < len(listing) else ""
        return earlier, (listing[rank - 1] if rank else "")

    def _fragment(self, kind: str, name: str, fragment: str) -> tuple[str, ...]:
        if kind == "article":
            if ref := self.references.present(f"{name}#{fragment}"):
                return (ref.partition("#")[2],)
            article = self.articles.get(name)
            if article is None or article.meta.status == "withdrawn":
                return ()
            return (fragment,) if fragment in article.body.ids else ()
        record = self._record(kind, name)
        return (fragment,) if record is not None and fragment in record.ids else ()

    def _record(self, kind: str, name: str) -> Record | None:
        match kind:
            case "section" | "author" | "tag":
                entry = self.terms[kind].entries.get(name)
                return entry.record if entry is not None else None
            case "claim":
                return self.claims.get(name)
            case "page":
                return self.pages.get(name)
        notice, _, date = name.partition("@")
        return next((v for v in self.notices.versions.get(notice, ()) if str(v.date) == date), None)


def claim_slug(record: Record) -> str:
    """Return the slug of a claim: the file's, else its id."""
    return record.slug or record.id


def page_slug(record: Record) -> str:
    """Return the slug of a page of `content/pages/`: the file's, else its id."""
    return record.slug or record.id
