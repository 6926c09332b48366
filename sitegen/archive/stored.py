"""An archive as rows of tables, and read back row by row.

A build in which only texts have changed has the archive of the build before. Then it is not made anew: what
is looked at is read and decoded, of ten thousand cards perhaps thirty. Texts and outlines are not in here, they have a
store of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, structs

from sitegen.archive.archive import Archive, FileKind, Key
from sitegen.archive.cards import Card, Standards
from sitegen.archive.memory import anew
from sitegen.archive.references import References
from sitegen.archive.relations import Assertion, Edge, Graph
from sitegen.archive.rows import Table, Tables, Whole
from sitegen.archive.standards import Notices
from sitegen.archive.tallies import Tally
from sitegen.archive.terms import TermKind, Terms
from sitegen.archive.urls import Urls
from sitegen.articles.article import Article, Outline
from sitegen.articles.dates import EdtfDate
from sitegen.articles.meta import Correction, Credit
from sitegen.articles.records import Record
from sitegen.config import Config

__all__ = ["TABLES", "Outlines", "Unpacked", "put_away", "renewed", "rows_of", "unpack_archive", "with_other_cards"]

Outlines = Callable[[str], Outline]
"""Gives the outline of an article by the path of its source."""

Value = TypeVar("Value")

_KEPT = 128
_NONE: Mapping[str, Card] = {}
WHOLE = "whole"
"""The table of what is small, or is needed as a whole: a row for each field."""


class _Stub(Struct, frozen=True, array_like=True):
    """An article without its body."""

    path: str
    slug: str
    section: str
    date: EdtfDate
    authors: tuple[Credit, ...]
    standards: str
    genre: str
    language: str
    is_own_standards: bool

    @classmethod
    def of(cls, it: Article) -> _Stub:
        """Return what is stored of an article."""
        is_own = it.standards_origin == "article"
        path, slug, date = anew(it.path), anew(it.slug), EdtfDate(anew(it.date.text))
        return cls(path, slug, it.section, date, it.authors, it.standards, it.genre, it.language, is_own)

    def article(self, name: str, body: Outline) -> Article:
        """Return the article of that id; where its values come from is not stored."""
        return Article(
            path=self.path,
            id=name,
            slug=self.slug,
            section=self.section,
            date=self.date,
            authors=self.authors,
            standards=self.standards,
            standards_origin="article" if self.is_own_standards else "default",
            genre=self.genre,
            language=self.language,
            body=body,
        )


_TYPES: dict[str, Any] = {
    "articles": _Stub,
    "cards": Card,
    "standards": Standards,
    "outgoing": tuple[Edge, ...],
    "incoming": tuple[Edge, ...],
    "assertions": tuple[Assertion, ...],
    "ways": tuple[str, ...],
    "own": tuple[str, ...],
    "entries": tuple[str, Correction],
    "files": tuple[FileKind, str],
    "buckets": tuple[str, ...],
    "tallies": Tally,
    "urls": Urls,
    "instants": dict[str, int],
    "terms": dict[TermKind, Terms],
    "notices": Notices,
    "claims": dict[str, Record],
    "pages": dict[str, Record],
    "former": dict[str, str],
    "unlinked": dict[str, str],
    "left_out": dict[str, str],
    "media": frozenset[str],
    "updated": EdtfDate | None,
}
_WHOLES = (
    "urls", "instants", "terms", "notices", "claims", "pages", "former", "unlinked", "left_out", "media", "updated",
)  # fmt: skip

TABLES = (*(name for name in _TYPES if name not in _WHOLES), WHOLE)
"""The names of all tables."""

_encode = msgspec.msgpack.Encoder().encode
_keys = msgspec.msgpack.Decoder(Key)


@cache
def _decoder(kind: str) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(_TYPES[kind])


def rows_of(archive: Archive) -> Iterator[tuple[str, Iterator[tuple[bytes, bytes]]]]:
    """Yield the tables of an archive by name, each with its keys and rows."""
    graph, references = archive.graph, archive.references
    tables: dict[str, Mapping[str, Any]] = {
        "cards": archive.cards,
        "standards": archive.standards,
        "outgoing": graph.outgoing,
        "incoming": graph.incoming,
        "assertions": graph.assertions,
        "ways": references.articles,
        "own": references.own,
        "entries": archive.entries,
        "files": archive.files,
    }
    for name, table in tables.items():
        yield name, ((key.encode(), _encode(value)) for key, value in table.items())
    yield "articles", ((key.encode(), _encode(stub)) for key, stub in _stubs(archive.articles))
    yield "buckets", ((_encode(key), _encode(names)) for key, names in archive.buckets.items() if not _follows(key))
    yield "tallies", ((_encode(key), _encode(it)) for key, it in archive.tallies.items())
    wholes = {
        "urls": archive.urls,
        "instants": archive.instants,
        "terms": archive.terms,
        "notices": archive.notices,
        "claims": archive.claims,
        "pages": archive.pages,
        "former": references.former,
        "unlinked": references.unlinked,
        "left_out": archive.left_out,
        "media": archive.media,
        "updated": archive.updated,
    }
    yield WHOLE, ((name.encode(), _encode(value)) for name, value in wholes.items())


def put_away(archive: Archive, outline: Outlines) -> Archive:
    """Return an archive that does not hold the bodies of its articles; `outline` gives them again, by their paths."""
    return structs.replace(archive, articles=_Away(dict(_stubs(archive.articles)), outline), loose=())


class _Away(Mapping[str, Article]):
    """Articles of which only stubs are held; those that were asked for last stay whole."""

    def __init__(self, stubs: Mapping[str, _Stub], outline: Outlines) -> None:
        self.stubs = stubs
        self._outline = outline
        self._article = lru_cache(maxsize=_KEPT)(self._made)

    def _made(self, name: str) -> Article:
        stub = self.stubs[name]
        return stub.article(name, self._outline(stub.path))

    def __getitem__(self, name: str) -> Article:
        return self._article(name)

    def __contains__(self, name: object) -> bool:
        return name in self.stubs

    def __iter__(self) -> Iterator[str]:
        return iter(self.stubs)

    def __len__(self) -> int:
        return len(self.stubs)

    def __reduce__(self) -> tuple[object, ...]:
        """Travel to another process without what was loaded."""
        return _Away, (self.stubs, self._outline)


def _stubs(articles: Mapping[str, Article]) -> Iterator[tuple[str, _Stub]]:
    if isinstance(articles, _Away):
        yield from articles.stubs.items()
    else:
        yield from ((name, _Stub.of(it)) for name, it in articles.items())


_EVERY: Key = ("arguments", "all")


def _follows(key: Key) -> bool:
    """Whether a bucket follows from the ids of each article's arguments, see `_Buckets`."""
    return key == _EVERY or key[:2] == ("arguments", "article")


class Unpacked(Archive, frozen=True, kw_only=True, eq=False):
    """An archive of rows; `others` are the cards that are given for stored ones."""

    tables: Tables
    others: Mapping[str, Card] = {}

    def rest(self) -> None:
        """Let go of what was decoded; it is decoded again when it is asked for."""
        graph, references = self.graph, self.references
        for table in (
            self.articles, self.cards, self.instants, self.ranks, self.standards, graph.outgoing, graph.incoming,
            graph.assertions, references.articles, references.own, self.entries, self.files, self.buckets, self.tallies,
        ):  # fmt: skip
            if isinstance(table, Table | Whole):
                table.rest()
        self.tables.rest()


def unpack_archive(tables: Tables, config: Config, outline: Outlines, others: Mapping[str, Card] = _NONE) -> Unpacked:
    """Return an archive of what was stored; `outline` gives the body of an article by the path of its source.

    `others` are cards in the place of stored ones. `pictures` and `loose`, which only the plan asks for, are empty.
    Raises `Damaged`, and `msgspec.DecodeError` for rows of something else, also later, when they are looked at.
    """

    def whole(name: str) -> Any:  # noqa: ANN401 - each field has its own type
        return _decoder(name).decode(tables.get(WHOLE, name.encode()) or b"")

    own = _table(tables, "own")
    buckets = _Buckets(tables, own)
    claims: dict[str, Record] = whole("claims")
    return Unpacked(
        config=config,
        urls=whole("urls"),
        articles=_Articles(tables, outline),
        cards=_table(tables, "cards", others),
        instants=Whole(lambda: whole("instants")),
        ranks=Whole(buckets.ranks),
        standards=_table(tables, "standards"),
        terms=whole("terms"),
        notices=whole("notices"),
        claims=claims,
        pages=whole("pages"),
        graph=Graph(_table(tables, "outgoing"), _table(tables, "incoming"), _table(tables, "assertions")),
        references=References(_table(tables, "ways"), own, whole("former"), tuple(sorted(claims)), whole("unlinked")),
        entries=_table(tables, "entries"),
        files=_table(tables, "files"),
        left_out=whole("left_out"),
        media=whole("media"),
        buckets=buckets,
        tallies=_ByKey(tables, "tallies", _decoder("tallies")),
        updated=whole("updated"),
        tables=tables,
        others=others,
    )


def _table(tables: Tables, name: str, given: Mapping[str, Any] | None = None) -> Table[Any]:
    return Table(tables, name, _decoder(name), given)


def renewed(archive: Unpacked, changed: Iterable[str], outline: Outlines) -> Unpacked:
    """Return the archive with other bodies of some articles; see `unpack_archive` for `outline`.

    All else that was decoded stays so.
    """
    articles = _Articles(archive.tables, outline)
    articles.take(archive.articles, changed)
    return structs.replace(archive, articles=articles)


def with_other_cards(archive: Unpacked, cards: Mapping[str, Card]) -> Unpacked:
    """Return the archive with other cards for some of its articles."""
    others = {**archive.others, **cards}
    table = _table(archive.tables, "cards", others)
    table.take(archive.cards, others)
    return structs.replace(archive, cards=table, others=others)


class _Articles(Table[Article]):
    """Articles, made of stubs and outlines."""

    def __init__(self, tables: Tables, outline: Outlines) -> None:
        super().__init__(tables, "articles", _decoder("articles"))
        self._outline = outline

    def _make(self, key: str, row: bytes) -> Article:
        stub: _Stub = self._decoder.decode(row)
        return stub.article(key, self._outline(stub.path))


class _ByKey(Table[Value]):
    """A table of which the keys are those of buckets."""

    @staticmethod
    def _packed(key: Key) -> bytes:
        return _encode(key)

    @staticmethod
    def _unpacked(key: bytes) -> Key:
        return _keys.decode(key)


class _Buckets(_ByKey[tuple[str, ...]]):
    """The buckets; those that follow from the ids of each article's arguments would be long to store."""

    def __init__(self, tables: Tables, own: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__(tables, "buckets", _decoder("buckets"))
        self._own = own

    def get(self, key: Any, default: Any = None) -> Any:  # noqa: ANN401 - as `Mapping` has it
        """Return the ids under a key."""
        if not _follows(key):
            return super().get(key, default)
        if key == _EVERY:
            if key not in self.decoded:
                self.decoded[key] = tuple([ref for name in self._all for ref in self._of(name)])
            return self.decoded[key]
        return self._of(key[2]) or default

    def __contains__(self, key: object) -> bool:
        return self.get(key) is not None

    def __iter__(self) -> Iterator[Key]:
        yield from super().__iter__()
        yield _EVERY
        yield from (("arguments", "article", name) for name in self._own if self._own[name])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @property
    def _all(self) -> tuple[str, ...]:
        """All articles, the newest first."""
        return self["all",]

    def _of(self, article: str) -> tuple[str, ...]:
        return tuple([f"{article}#{name}" for name in self._own.get(article, ())])

    def ranks(self) -> dict[str, int]:
        """Return the positions of articles in the listing of all."""
        return {name: rank for rank, name in enumerate(self._all)}
