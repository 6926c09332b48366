"""How an archive is put together from the articles and records of a build.

Everything that needs more than one file to be judged is judged here: ids that two pieces share,
references, notices, names of terms, slugs that the site itself needs, links between pieces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from operator import attrgetter

from msgspec.structs import replace

from sitegen.archive.archive import Archive, FileKind, claim_slug, page_slug
from sitegen.archive.cards import Byline, Card, Standards
from sitegen.archive.findings import found, meant
from sitegen.archive.links import every_link
from sitegen.archive.listings import listings
from sitegen.archive.memory import anew
from sitegen.archive.references import LeftOut, References
from sitegen.archive.relations import Graph, relate
from sitegen.archive.standards import Notices, unknown_defaults
from sitegen.archive.standards import gather as gather_notices
from sitegen.archive.tallies import tally
from sitegen.archive.terms import TermKind, Terms, Use
from sitegen.archive.terms import gather as gather_terms
from sitegen.archive.urls import Urls, reserved
from sitegen.archive.window import Window
from sitegen.archive.wording import words_of
from sitegen.articles.article import Article
from sitegen.articles.dates import EdtfDate
from sitegen.articles.meta import Correction, Credit, Place
from sitegen.articles.records import Record
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.slugs import is_slug, slugify

__all__ = ["make_archive"]

KINDS: tuple[TermKind, ...] = ("section", "author", "tag")
_RENAME = "choose another slug: the site itself needs this one"


def make_archive(
    articles: Iterable[Article],
    records: Iterable[Record],
    config: Config,
    *,
    left_out: Iterable[LeftOut] = (),
    media: Collection[str] = (),
) -> tuple[Archive, tuple[Diagnostic, ...]]:
    """Make the archive of a build, with every finding about how its sources go together.

    `articles` and `records` are those of this build, in any order; `left_out` names the drafts and
    the pieces out of their time, so that what refers to them can say so. `media` are the paths of
    the files published from beside their sources. The archive can always be used, also where there
    are errors: of two pieces with one id it has the first by path, and what leads nowhere is not there.
    """
    maker = _Maker(articles, records, config, left_out, media)
    archive = maker.archive()
    window = Window(archive)
    loose, findings, shown = [], list(maker.findings), set()
    pages = {card.url for card in archive.cards.values()}
    for owner, link, resolved in every_link(archive, window):
        if resolved.finding is not None:
            findings.append(resolved.finding)
        if link.kind == "image" and resolved.media:
            shown.add(resolved.media)
        if not resolved.settled and resolved.url not in pages:
            loose.append((owner, link, resolved))
    pictures = sorted(sight[1] for sight in window.seen if sight[0] == "picture")
    return replace(archive, loose=tuple(loose), pictures=tuple(pictures), shown=tuple(sorted(shown))), tuple(findings)


class _Maker:
    """Puts one archive together; its findings grow on the way."""

    def __init__(
        self,
        articles: Iterable[Article],
        records: Iterable[Record],
        config: Config,
        left_out: Iterable[LeftOut],
        media: Collection[str],
    ) -> None:
        self.config = config
        self.urls = Urls.of(config)
        self.media = frozenset(media)
        self.left_out = sorted(left_out, key=lambda item: (item.path, item.kind, item.id))
        self.records = sorted(records, key=lambda record: record.path)
        self.findings: list[Diagnostic] = []
        self.zone = config.zone
        self.instants: dict[str, int] = {}
        unique = self._unique(articles)
        # Newest first, from here on: every listing is a part of this order.
        order = sorted((-self.instants[name], name) for name in unique)
        self.articles = {anew(name): unique[name] for _, name in order}
        self.instants = {name: self.instants[name] for name in self.articles}
        self.shown = {name: a for name, a in self.articles.items() if a.body.meta.status != "withdrawn"}
        self.by_path = sorted(unique.values(), key=attrgetter("path"))
        # Every index names an argument by the same text, of which a large archive has very many.
        self.refs: dict[str, tuple[str, ...]] = {}
        self.own: dict[str, tuple[str, ...]] = dict.fromkeys(self.articles, ())
        self.former: dict[str, str] = {}
        for name, article in self.shown.items():
            points = article.body.arguments
            self.own[name] = ids = tuple([anew(it.id) for it in points])
            self.refs[name] = refs = tuple([f"{name}#{it}" for it in ids])
            for ref, old in ((ref, old) for ref, it in zip(refs, points, strict=True) for old in it.was):
                self.former.setdefault(f"{name}#{old}", ref)

    def archive(self) -> Archive:
        """Return the archive."""
        terms = {kind: self._terms(kind) for kind in KINDS}
        notices, findings = gather_notices(self.records, self.urls)
        self.findings += findings
        self.findings += unknown_defaults(self.config, notices)
        standards = self._standards(notices)
        claims = self._records("claim", claim_slug)
        pages = {page_slug(record): record for record in self._records("page", page_slug).values()}
        cards = self._cards(terms)
        self._reserve(cards, terms["section"], pages)
        references = self._references(terms["section"], claims)
        graph = self._graph(references, terms["author"])
        buckets = listings(self.refs, cards, standards, graph)
        entries = self._corrections(references)
        buckets |= {("terms", kind): tuple(found.entries) for kind, found in terms.items()}
        buckets |= {("versions", name): tuple(str(v.date) for v in found) for name, found in notices.versions.items()}
        buckets["claims",] = tuple(sorted(claims, key=lambda name: (slugify(claims[name].name), name)))
        buckets["notices",] = tuple(sorted(notices.versions))
        buckets["pages",] = tuple(sorted(pages))
        buckets["corrections",] = tuple(entries)
        return Archive(
            config=self.config,
            urls=self.urls,
            articles=self.articles,
            cards=cards,
            instants=self.instants,
            ranks={name: rank for rank, name in enumerate(buckets["all",])},
            standards=standards,
            terms=terms,
            notices=notices,
            claims=claims,
            pages=pages,
            graph=graph,
            references=references,
            entries=entries,
            files=self._files(terms, claims, pages, notices),
            left_out={item.path: item.title for item in self.left_out},
            media=self.media,
            buckets=buckets,
            tallies=tally(buckets, cards),
            updated=self._last_change(cards),
        )

    def _unique(self, articles: Iterable[Article]) -> dict[str, Article]:
        """Return the articles by id, those whose path gives the id of an older one with their date added.

        An id that is written must be the only one. One that comes from section and slug may be met
        again where the date parts the URLs; the oldest piece keeps it, so that a new one changes no
        identity. Where the URLs are one too, the plan of the pages says so.
        """
        unique: dict[str, Article] = {}
        given = list(articles)
        keys = [(not a.body.meta.id, a.date.instant(self.zone), a.path, index) for index, a in enumerate(given)]
        for _, instant, _, index in sorted(keys):
            article = given[index]
            other = unique.get(article.id)
            if other is not None and article.meta.id:
                self.findings.append(
                    found(
                        "duplicate-id",
                        f"the id “{article.id}” is also that of {other.path}",
                        article.path,
                        article.places.get("id"),
                        "give one of them another `id`; the one that was published keeps it",
                    )
                )
                continue
            name = article.id
            if other is not None:
                name = f"{article.id}-{article.date.text[:10]}"
            number = 2
            while name in unique:
                name, number = f"{article.id}-{article.date.text[:10]}-{number}", number + 1
            unique[name] = article if name == article.id else replace(article, id=name)
            self.instants[name] = instant
        return unique

    def _terms(self, kind: TermKind) -> Terms:
        first: dict[str, Use] = {}
        counts: Counter[str] = Counter()
        key = f"{kind}s"
        for article in self.by_path:
            path, meta = article.path, article.body.meta
            if kind == "section":
                names: Iterable[str] = (article.section,)
            else:
                names = meta.tags if kind == "tag" else [credit.name for credit in article.authors]
            counts.update(names)
            for number, name in enumerate(names):
                known = first.get(name)
                if known is not None and known.path != path:
                    continue
                written = ("section",) if kind == "section" else (f"{key}.{number}", key)
                places = article.places
                place = next((places[where] for where in written if where in places), Place())
                if known is None or (place.line, place.column) < (known.place.line, known.place.column):
                    first[name] = Use(name, path, place)
        uses = [replace(use, count=counts[name]) for name, use in first.items()]
        terms, findings = gather_terms(kind, uses, self.records, self.urls)
        self.findings += findings
        return terms

    def _standards(self, notices: Notices) -> dict[str, Standards]:
        standards = {}
        for name, article in self.articles.items():
            standards[name], finding = notices.resolve(article)
            self.findings += [finding] if finding else []
        return standards

    def _records(self, kind: FileKind, slug: Callable[[Record], str]) -> dict[str, Record]:
        """Return claims or pages by id, once each, with findings for slugs that cannot stand in a URL."""
        kept: dict[str, Record] = {}
        slugs: dict[str, Record] = {}
        for record in (record for record in self.records if record.kind == kind):
            place = record.places.get("slug")
            if not is_slug(slug(record)):
                message = f"the slug “{slug(record)}” cannot stand in a URL"
                hint = "use lower-case letters and digits, in parts joined by one hyphen, or give a `slug`"
                self.findings.append(found("bad-slug", message, record.path, place, hint))
            other = slugs.setdefault(slug(record), record)
            if other is not record or record.id in kept:
                message = f"the {kind} “{slug(record)}” is also that of {(kept.get(record.id) or other).path}"
                self.findings.append(
                    found("duplicate-id", message, record.path, place, "give one of them another name or `slug`")
                )
                continue
            kept[record.id] = record
        return kept

    def _cards(self, terms: Mapping[TermKind, Terms]) -> dict[str, Card]:
        """Return the cards of all articles; that of a withdrawn piece tells nothing of its text."""
        section_of, author_of, tag_of = (cache(terms[kind].term) for kind in KINDS)
        bylines: dict[tuple[Credit, ...], tuple[Byline, ...]] = {}
        cards = {}
        for name, article in self.articles.items():
            meta = article.body.meta
            section = section_of(article.section)
            for part in self.urls.missing_parts(article.date):
                message = f"the permalink pattern `{self.urls.permalink}` needs a {part}, which {article.date} lacks"
                hint = "write a fuller date, or change `permalink` in config.toml"
                self.findings.append(found("permalink-part", message, article.path, article.places.get("date"), hint))
            authors = bylines.get(article.authors)
            if authors is None:
                credited = (Byline(author_of(credit.name), credit.role) for credit in article.authors)
                authors = bylines[article.authors] = tuple(dict.fromkeys(credited))
            words = words_of(article.body, section.name)
            cards[name] = Card(
                id=name,
                url=self.urls.article(section.id, article.slug, article.date),
                **{key: it if it is section.name else anew(it) for key, it in words.items()},
                date=EdtfDate(anew(article.date.text)),
                section=section,
                authors=authors,
                tags=tuple({tag.id: tag for tag in map(tag_of, meta.tags)}.values()),
                arguments=len(self.refs.get(name, ())),
                genre=article.genre,
                status=meta.status,
                language=article.language,
                updated=self._updated(article) if meta.updated or meta.corrections else None,
            )
        return cards

    def _updated(self, article: Article) -> EdtfDate | None:
        """Return when a piece last changed after it was published; a correction is a change."""
        changes = [date for date in (article.meta.updated, *(c.date for c in article.meta.corrections)) if date]
        last = max(changes, key=lambda date: date.instant(self.zone), default=None)
        return last if last and last.instant(self.zone) > self.instants[article.id] else None

    def _last_change(self, cards: Mapping[str, Card]) -> EdtfDate | None:
        """Return when a piece was published or changed last."""
        changed = {name: it.updated.instant(self.zone) for name, it in cards.items() if it.updated}
        last = max(cards, key=lambda name: changed.get(name, self.instants[name]), default=None)
        return (cards[last].updated or cards[last].date) if last is not None else None

    def _reserve(self, cards: Mapping[str, Card], sections: Terms, pages: Mapping[str, Record]) -> None:
        """Find what would stand where the site's own pages stand."""
        told = set()
        first = self.urls.permalink.strip("/").partition("/")[0]
        if "{" not in first and reserved(f"/{first}/"):
            self._reserved(f"the first part of `permalink`, “{first}”,", "config.toml", None)
            told.add(first)
        for article in self.by_path:
            card = cards[article.id]
            section, url = card.section.id, card.url
            if reserved(article.slug):
                self._reserved(f"the slug “{article.slug}”", article.path, article.places.get("slug"))
            elif reserved(url) not in ("", section, article.slug, first):
                places = article.places
                self._reserved(f"the URL {url}", article.path, places.get("slug") or places.get("date"))
            if section not in told and reserved(section):
                told.add(section)
                self._reserved(f"the section “{section}”", article.path, article.places.get("section"))
        for slug, record in pages.items():
            if reserved(f"/{slug}/"):
                self._reserved(f"the page “{slug}”", record.path, record.places.get("slug"))
        for slug, entry in sections.entries.items():
            if reserved(f"/{slug}/") and slug not in told and entry.record is not None:
                self._reserved(f"the section “{slug}”", entry.record.path, entry.record.places.get("slug"))

    def _reserved(self, what: str, path: str, place: Place | None) -> None:
        self.findings.append(found("reserved-slug", f"{what} is reserved", path, place, _RENAME))

    def _references(self, sections: Terms, claims: Mapping[str, Record]) -> References:
        """Collect every way of writing a reference; an id that is written goes before the other ways."""
        ways: dict[str, tuple[str, ...]] = {}
        itself = {name: (name,) for name in sorted(self.articles)}
        for name, alone in itself.items():
            article = self.articles[name]
            section = sections.term(article.section).id
            by_id, as_written = f"{section}/{article.slug}", f"{article.section}/{article.slug}"
            for way in dict.fromkeys((name if name == by_id else by_id, as_written, article.slug)):
                others = ways.setdefault(way, alone)
                if others is not alone:
                    ways[way] = (*others, name)
        unlinked = {name: a.meta.title for name, a in self.articles.items() if name not in self.shown}
        for item in self.left_out:
            if item.kind == "article":
                unlinked.setdefault(item.id, item.title)
                unlinked.setdefault(item.id.rpartition("/")[2], item.title)
            elif item.kind == "claim":
                unlinked.setdefault(f"claim:{item.id}", item.title)
        # What the path gives to several pieces names none of them; a written id always names its own.
        ways |= {name: it for name, it in itself.items() if self.articles[name].meta.id or len(ways.get(name, it)) <= 1}
        return References(ways, self.own, self.former, tuple(sorted(claims)), unlinked)

    def _graph(self, references: References, authors: Terms) -> Graph:
        def editor(name: str) -> str:
            term = authors.find(name)
            return term.name if term else name or self.config.publisher.name or self.config.title

        graph, findings = relate(reversed(self.shown.values()), references, editor)
        self.findings += findings
        return graph

    def _corrections(self, references: References) -> dict[str, tuple[str, Correction]]:
        """Return the corrections of all pieces, newest first, by a key of their own."""
        entries = []
        for name, article in self.articles.items():
            for number, correction in enumerate(article.meta.corrections):
                wanted = correction.argument.lstrip("#")
                ref = references.present(f"{name}#{wanted}")
                if wanted and ref is None and name in self.shown:
                    places = article.places
                    place = places.get(f"corrections.{number}.argument") or places.get("corrections")
                    message = f"the correction names no argument “{wanted}” of this piece"
                    hint = meant(wanted, references.own[name], "leave `argument` out for the whole piece")
                    self.findings.append(found("missing-reference", message, article.path, place, hint))
                current = replace(correction, argument=ref.partition("#")[2] if ref else "")
                when = correction.date.instant(self.config.zone)
                entries.append((-when, name, number, current))
        entries.sort(key=lambda entry: entry[:3])
        return {f"{name} {number}": (name, correction) for _, name, number, correction in entries}

    def _files(
        self,
        terms: Mapping[TermKind, Terms],
        claims: Mapping[str, Record],
        pages: Mapping[str, Record],
        notices: Notices,
    ) -> dict[str, tuple[FileKind, str]]:
        files: dict[str, tuple[FileKind, str]] = {a.path: ("article", name) for name, a in self.articles.items()}
        for kind, found_terms in terms.items():
            files |= {e.record.path: (kind, name) for name, e in found_terms.entries.items() if e.record is not None}
        files |= {record.path: ("claim", name) for name, record in claims.items()}
        files |= {record.path: ("page", slug) for slug, record in pages.items()}
        for name, versions in notices.versions.items():
            files |= {version.path: ("notice", f"{name}@{version.date}") for version in versions}
        return files
