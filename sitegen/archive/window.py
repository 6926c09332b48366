"""The window through which queries look at an archive; every look is written down.

A look is named by its `Sight`: a key of `Archive.bucket`, or one of the kinds below. What was seen has a
digest, so that whoever kept the sights of an answer can tell, of the next archive, whether asking again
could give another one. What a page shows of settings is not written down: `config` and `urls` are the
same for all pages, and whoever keeps answers keeps them for one configuration only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sitegen.archive.archive import Archive, Key, claim_slug
from sitegen.archive.cards import Card, Standards
from sitegen.archive.pictures import Picture, PictureOf
from sitegen.archive.relations import Assertion, Edge
from sitegen.archive.tallies import Tally
from sitegen.archive.terms import Entry, TermKind
from sitegen.archive.urls import Urls
from sitegen.articles.article import Article, Body, Point, Text
from sitegen.articles.meta import Correction
from sitegen.articles.packed import shown_digest
from sitegen.articles.records import Record
from sitegen.config import Config
from sitegen.digest import fingerprint

__all__ = ["MediaUrl", "ShareUrl", "Sight", "Texts", "Window"]

Sight = Key
"""What was looked at: a key of `Archive.bucket`, or one of these.

`("card", article)`; `("points", article)`: its arguments and who takes which stance with them; `("text", article)`:
everything else that its page shows; `("standing", article)`: its standards; `("edges", article or claim)`: the
relations from and to it; `("entry", kind, term)`, `("claim record", id)`, `("page record", slug)`,
`("notice record", id)`: files of `content/`; `("correction", key)`; `("url", kind, id)`;
`("dated", *key)`: the articles of a bucket with their moments; `("tally", *key)`: what is counted of a bucket;
`("picture", path)`: the URL of a file, and
those of its variants; `("share", article)`: the URL of its share image.
"""

MediaUrl = Callable[[str], str]
"""Gives the URL of a file that is published from beside its source, by its path."""

ShareUrl = Callable[[Card], str]
"""Gives the URL of the share image of an article, empty where it has none."""

Texts = Callable[[str], Text]
"""Gives the text of an article by the path of its source."""

NOTHING = b""
_NO_TALLY = Tally(())

_OWN = frozenset({
    "card", "points", "text", "standing", "edges", "entry", "claim record", "page record", "notice record",
    "correction", "url", "dated", "tally", "picture", "share",
})  # fmt: skip


def _own_path(path: str) -> str:
    return f"/{path}"


def _unknown(_: str) -> Picture:
    return Picture()


class Window:
    """Looks at one archive. `seen` holds the sights since whoever asks has emptied it."""

    __slots__ = (
        "_archive",
        "_asserted",
        "_edged",
        "_media_url",
        "_picture",
        "_share_url",
        "_texts",
        "config",
        "seen",
        "urls",
    )

    def __init__(
        self,
        archive: Archive,
        media_url: MediaUrl = _own_path,
        texts: Texts | None = None,
        picture: PictureOf = _unknown,
        share_url: ShareUrl | None = None,
    ) -> None:
        """Look at `archive`; `texts` is asked for what its articles do not hold themselves.

        Without `share_url` there are no share images.
        """
        self._archive = archive
        self._media_url = media_url
        self._texts = texts
        self._picture = picture
        self._share_url = share_url
        self._asserted: frozenset[str] | None = None
        self._edged: frozenset[str] | None = None
        self.config: Config = archive.config
        self.urls: Urls = archive.urls
        self.seen: set[Sight] = set()

    @property
    def unwatched(self) -> Archive:
        """The archive itself, for what becomes no part of an answer: the hints of findings."""
        return self._archive

    def bucket(self, key: Key) -> tuple[str, ...]:
        """Return the ids under a key, see `Archive.bucket`."""
        self.seen.add(key)
        return self._archive.bucket(key)

    def card(self, name: str) -> Card:
        """Return the card of an article."""
        self.seen.add(("card", name))
        return self._archive.cards[name]

    def cards(self, names: Iterable[str]) -> tuple[Card, ...]:
        """Return the cards of articles."""
        return tuple(map(self.card, names))

    def points(self, name: str) -> tuple[Point, ...]:
        """Return the arguments of an article without their texts."""
        self.seen.add(("points", name))
        return self._archive.articles[name].body.arguments

    def stands_alone(self, name: str) -> bool:
        """Whether no argument of an article takes a stance, none says anything of others, and none is spoken of."""
        self.seen.add(("points", name))
        self.seen.add(("edges", name))
        if self._asserted is None:
            self._asserted = _articles_of(self._archive.graph.assertions)
        return name not in self._asserted and name not in self._with_edges()

    def point(self, ref: str) -> Point:
        """Return an argument without its text."""
        self.seen.add(("points", ref.partition("#")[0]))
        return self._archive.argument(ref)

    def assertions(self, ref: str) -> tuple[Assertion, ...]:
        """Return the stances that are taken with an argument."""
        self.seen.add(("points", ref.partition("#")[0]))
        return self._archive.graph.assertions.get(ref, ())

    def article(self, name: str) -> Article:
        """Return an article; its text is asked for with `text`."""
        self.seen.add(("text", name))
        return self._archive.articles[name]

    def text(self, name: str) -> Text:
        """Return the text of an article."""
        article = self.article(name)
        if isinstance(article.body, Body):
            return Text.of(article.body)
        if self._texts is None:
            raise LookupError(f"nothing holds the text of {article.path}")
        return self._texts(article.path)

    def standards(self, name: str) -> Standards:
        """Return what an article was published under."""
        self.seen.add(("standing", name))
        return self._archive.standards[name]

    def outgoing(self, ref: str) -> tuple[Edge, ...]:
        """Return the relations from an argument."""
        self.seen.add(("edges", ref.partition("#")[0]))
        return self._archive.graph.outgoing.get(ref, ())

    def incoming(self, ref: str) -> tuple[Edge, ...]:
        """Return the relations to an argument or a claim, oldest first."""
        self.seen.add(("edges", ref.partition("#")[0]))
        return self._archive.graph.incoming.get(ref, ())

    def entry(self, kind: TermKind, name: str) -> Entry:
        """Return a section, an author or a tag."""
        self.seen.add(("entry", kind, name))
        return self._archive.terms[kind].entries[name]

    def claim(self, name: str) -> Record:
        """Return the file of a claim."""
        self.seen.add(("claim record", name))
        return self._archive.claims[name]

    def page(self, slug: str) -> Record:
        """Return a file of `content/pages/`."""
        self.seen.add(("page record", slug))
        return self._archive.pages[slug]

    def versions(self, notice: str) -> tuple[Record, ...]:
        """Return the versions of a standards notice, oldest first."""
        self.seen.add(("notice record", notice))
        return self._archive.notices.versions[notice]

    def notice_title(self, notice: str) -> str:
        """Return the title of a standards notice."""
        self.seen.add(("notice record", notice))
        return self._archive.notices.title(notice)

    def correction(self, key: str) -> tuple[str, Correction]:
        """Return a correction and the id of its article, by its key in the bucket `("corrections",)`."""
        self.seen.add(("correction", key))
        return self._archive.entries[key]

    def url_of(self, kind: str, name: str) -> str:
        """Return the page of what a file became, see `Archive.url_of`."""
        self.seen.add(("url", kind, name))
        return self._archive.url_of(kind, name)

    def dated(self, key: Key) -> tuple[tuple[str, ...], Mapping[str, int]]:
        """Return the articles of a bucket, and the moments of these (seconds since 1970)."""
        self.seen.add(("dated", *key))
        return self._archive.bucket(key), self._archive.instants

    def tally(self, key: Key) -> Tally:
        """Return what is counted of the articles of a bucket; of an empty one nothing."""
        self.seen.add(("tally", *key))
        return self._archive.tallies.get(key, _NO_TALLY)

    def media_url(self, path: str) -> str:
        """Return the URL of a file that is published from beside its source."""
        self.seen.add(("picture", path))
        return self._media_url(path)

    def picture(self, path: str) -> Picture:
        """Return such a file as a picture; its size depends on its bytes, whose digest stands in its URL."""
        self.seen.add(("picture", path))
        return self._picture(path)

    def share_url(self, name: str) -> str:
        """Return the URL of the share image of an article, empty where it has none."""
        if self._share_url is None:
            return ""
        self.seen.add(("share", name))
        return self._share(self.card(name))

    def digest(self, sight: Sight) -> bytes:  # noqa: C901, PLR0911, PLR0912 - one line for each kind of sight
        """Return the digest of what is seen there now; of nothing it is empty."""
        archive = self._archive
        if sight[0] not in _OWN:
            names = archive.bucket(sight)
            return fingerprint(names) if names else NOTHING
        match sight:
            case ("card", name):
                return fingerprint(archive.cards.get(name))
            case ("points", name):
                return self._points(name)
            case ("text", name):
                article = archive.articles.get(name)
                if article is None:
                    return NOTHING
                body = article.body
                shown = shown_digest(body) if isinstance(body, Body) else body.digest
                return fingerprint((shown, article.path))
            case ("standing", name):
                return fingerprint(archive.standards.get(name))
            case ("edges", name):
                return self._edges(name)
            case ("entry", ("section" | "author" | "tag") as kind, name):
                entry = archive.terms[kind].entries.get(name)
                return fingerprint((entry.term, _shown(entry.record))) if entry else NOTHING
            case ("claim record", name):
                record = archive.claims.get(name)
                return fingerprint((_shown(record), claim_slug(record))) if record else NOTHING
            case ("page record", slug):
                return fingerprint(_shown(archive.pages.get(slug)))
            case ("notice record", name):
                versions = archive.notices.versions.get(name, ())
                return fingerprint([_shown(record) for record in versions]) if versions else NOTHING
            case ("correction", key):
                return fingerprint(archive.entries.get(key))
            case ("url", kind, name):
                return self._url(kind, name)
            case ("dated", *key):
                names = archive.bucket(tuple(key))
                return fingerprint([(name, archive.instants[name]) for name in names]) if names else NOTHING
            case ("tally", *key):
                counted = archive.tallies.get(tuple(key))
                return fingerprint(counted) if counted else NOTHING
            case ("picture", path):
                return self._pictured(path) if path in archive.media else NOTHING
            case ("share", name):
                card = archive.cards.get(name)
                return self._share(card).encode() if card else NOTHING
        return NOTHING

    def _share(self, card: Card) -> str:
        """Return the URL of a share image; none is made of what is withdrawn."""
        return self._share_url(card) if self._share_url and card.status != "withdrawn" else ""

    def _pictured(self, path: str) -> bytes:
        url = self._media_url(path)
        try:
            variants = self._picture(path).srcset
        except LookupError:
            variants = ""  # no page shows it any more, or none ever did: it is linked
        return f"{url} {variants}".encode() if variants else url.encode()

    def _points(self, name: str) -> bytes:
        article = self._archive.articles.get(name)
        if article is None or not article.body.arguments:
            return NOTHING
        assertions = self._archive.graph.assertions
        return fingerprint(
            [(p.id, p.number, p.claim, p.title, assertions.get(f"{name}#{p.id}")) for p in article.body.arguments]
        )

    def _edges(self, name: str) -> bytes:
        if name not in self._with_edges():
            return NOTHING
        graph = self._archive.graph
        refs = self._archive.refs_of(name)
        seen = [(ref, graph.outgoing.get(ref), graph.incoming.get(ref)) for ref in refs]
        return fingerprint((seen, graph.incoming.get(name)))

    def _with_edges(self) -> frozenset[str]:
        """Return the articles and claims that relations begin or end at."""
        if self._edged is None:
            graph = self._archive.graph
            self._edged = _articles_of((*graph.outgoing, *graph.incoming))
        return self._edged

    def _url(self, kind: str, name: str) -> bytes:
        try:
            return self._archive.url_of(kind, name).encode()
        except KeyError:
            return NOTHING


def _articles_of(refs: Iterable[str]) -> frozenset[str]:
    return frozenset([ref.partition("#")[0] for ref in refs])


def _shown(record: Record | None) -> object:
    """Return what a page shows of a record: everything but the places of its keys."""
    if record is None:
        return None
    values = {name: getattr(record, name) for name in record.__struct_fields__ if name not in ("places", "targets")}
    return values, [(link.target, link.kind) for link in record.targets]
