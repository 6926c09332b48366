"""An archive as bytes, and read back piece by piece.

A build in which only texts have changed has the archive of the build before. Then it is not made anew: what
is looked at is decoded, of ten thousand cards perhaps thirty. Texts and outlines are not in here, they
have a store of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar

import msgspec
from msgspec import Raw, Struct, structs

from sitegen.archive.archive import Archive, FileKind, Key
from sitegen.archive.cards import Card, Standards
from sitegen.archive.references import References
from sitegen.archive.relations import Assertion, Edge, Graph
from sitegen.archive.standards import Notices
from sitegen.archive.terms import TermKind, Terms
from sitegen.archive.urls import Urls
from sitegen.articles.article import Article, Correction, Credit, Outline
from sitegen.articles.dates import EdtfDate
from sitegen.articles.records import Record
from sitegen.config import Config

__all__ = ["pack_archive", "parts_of", "renewed", "rest", "unpack_archive", "with_cards", "with_other_cards"]

Value = TypeVar("Value")
_NONE: Mapping[Any, Any] = {}


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


class _Stored(Struct, frozen=True, array_like=True):
    """An archive whose large tables are not decoded."""

    urls: Urls
    articles: Raw
    cards: Raw
    instants: dict[str, int]
    standards: Raw
    terms: dict[TermKind, Terms]
    notices: Notices
    claims: dict[str, Record]
    pages: dict[str, Record]
    outgoing: Raw
    incoming: Raw
    assertions: Raw
    ways: Raw
    own: Raw
    former: dict[str, str]
    unlinked: dict[str, str]
    entries: Raw
    files: Raw
    left_out: dict[str, str]
    media: frozenset[str]
    buckets: Raw


class _Rows:
    """The rows of a table; they are parted when one is asked for."""

    def __init__(self, data: Raw, key: Any) -> None:  # noqa: ANN401 - a type, as msgspec takes it
        self._data = data
        self._decoder = msgspec.msgpack.Decoder(dict[key, Raw])
        self._parted: dict[Any, Raw] | None = None

    @property
    def parted(self) -> dict[Any, Raw]:
        """The rows by their keys."""
        if self._parted is None:
            self._parted = self._decoder.decode(self._data)
        return self._parted

    def rest(self) -> None:
        """Let go of what can be parted again."""
        self._parted = None


class _Table(Mapping[Any, Value]):
    """A mapping whose values are made of what is stored when they are asked for."""

    def __init__(self, rows: _Rows, make: Callable[[Any, Raw], Value], given: Mapping[Any, Value] = _NONE) -> None:
        self._rows = rows
        self._make = make
        self._given = given
        self._made: dict[Any, Value] = dict(given)

    def __getitem__(self, key: Any) -> Value:  # noqa: ANN401 - text, or a key of a bucket
        if key not in self._made:
            self._made[key] = self._make(key, self._rows.parted[key])
        return self._made[key]

    def rest(self) -> None:
        """Let go of what can be made again."""
        self._made = dict(self._given)
        self._rows.rest()

    def with_values(self, values: Mapping[Any, Value]) -> _Table[Value]:
        """Return the table with other values for some keys."""
        table = _Table(self._rows, self._make, {**self._given, **values})
        table._made = {**self._made, **values}
        return table

    def made_by(self, make: Callable[[Any, Raw], Value], changed: Iterable[Any]) -> _Table[Value]:
        """Return the table with another way to make values, by which the `changed` ones are made anew."""
        table = _Table(self._rows, make)
        table._made = dict(self._made)
        for key in changed:
            table._made.pop(key, None)
        return table

    def __contains__(self, key: object) -> bool:
        return key in self._rows.parted

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows.parted)

    def __len__(self) -> int:
        return len(self._rows.parted)


class _Derived(Mapping[Any, Value]):
    """A mapping that is found out from others; `keys` are counted only when all are wanted."""

    def __init__(
        self, find: Callable[[Any], Value | None], keys: Callable[[], Iterable[Any]], rest: Callable[[], None]
    ) -> None:
        self._find = find
        self._keys = keys
        self.rest = rest

    def __getitem__(self, key: Any) -> Value:  # noqa: ANN401 - text, or a key of a bucket
        found = self._find(key)
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[Any]:
        return iter(self._keys())

    def __len__(self) -> int:
        return sum(1 for _ in self._keys())


class _Arguments:
    """Everything that follows from the ids of each article's arguments, which would be long to store."""

    def __init__(self, own: Mapping[str, tuple[str, ...]], stored: _Table[tuple[str, ...]]) -> None:
        self._own = own
        self._stored = stored

    def rest(self) -> None:
        """Let go of what can be found out again."""
        self.__dict__.pop("ranks", None)
        self.__dict__.pop("refs", None)
        self._stored.rest()

    @cached_property
    def ranks(self) -> dict[str, int]:
        """The positions of articles in the listing of all."""
        return {name: rank for rank, name in enumerate(self._stored["all",])}

    @cached_property
    def refs(self) -> tuple[str, ...]:
        """All arguments as `article#id`, newest article first."""
        return tuple([ref for name in self._stored["all",] for ref in self.of(name) or ()])

    def of(self, article: str) -> tuple[str, ...] | None:
        """Return the arguments of an article as `article#id`, `None` where it has none."""
        return tuple([f"{article}#{name}" for name in self._own.get(article, ())]) or None

    def bucket(self, key: Key) -> tuple[str, ...] | None:
        """Return a bucket, stored or not."""
        if key[:2] == ("arguments", "article"):
            return self.of(key[2])
        return self.refs if key == ("arguments", "all") else self._stored.get(key)

    def keys(self) -> Iterator[Key]:
        """Yield the keys of all buckets."""
        yield from self._stored
        yield ("arguments", "all")
        yield from (("arguments", "article", name) for name in self._own if self._own[name])


def pack_archive(archive: Archive) -> bytes:
    """Return an archive as bytes."""
    return msgspec.msgpack.encode(_tables(archive))


def parts_of(archive: Archive) -> Iterator[bytes]:
    """Yield what `pack_archive` returns piece by piece."""
    tables = _tables(archive)
    yield msgspec.msgpack.encode([None] * len(tables))[: -len(tables)]  # the head of the array
    yield from map(msgspec.msgpack.encode, tables)


def _tables(archive: Archive) -> list[Any]:
    """Return what is stored of an archive, see `_Stored`."""
    stubs = {
        name: _Stub(
            it.path, it.slug, it.section, it.date, it.authors, it.standards, it.genre, it.language,
            it.standards_origin == "article",
        )
        for name, it in archive.articles.items()
    }  # fmt: skip
    graph, references = archive.graph, archive.references
    buckets = {
        key: names
        for key, names in archive.buckets.items()
        if key[:2] != ("arguments", "article") and key != ("arguments", "all")
    }
    return [
        archive.urls, stubs, archive.cards, archive.instants, archive.standards, archive.terms,
        archive.notices, archive.claims, archive.pages, graph.outgoing, graph.incoming, graph.assertions,
        references.articles, references.own, references.former, references.unlinked, archive.entries,
        archive.files, archive.left_out, archive.media, buckets,
    ]  # fmt: skip


def with_cards(data: bytes | memoryview, cards: Mapping[str, Card]) -> bytes:
    """Return the bytes of an archive with other cards for some of its articles; raises `msgspec.DecodeError`."""
    stored = msgspec.msgpack.decode(data, type=_Stored)
    rows = msgspec.msgpack.decode(stored.cards, type=dict[str, Raw])
    rows.update({name: Raw(msgspec.msgpack.encode(card)) for name, card in cards.items()})
    return msgspec.msgpack.encode(structs.replace(stored, cards=Raw(msgspec.msgpack.encode(rows))))


def unpack_archive(data: bytes | memoryview, config: Config, outline: Callable[[str], Outline]) -> Archive:
    """Return an archive of these bytes; `outline` gives the body of an article by the path of its source.

    `pictures` and `loose`, which only the plan asks for, are empty. Raises `msgspec.DecodeError` for other
    bytes, also later, when a part is looked at.
    """
    stored = msgspec.msgpack.decode(data, type=_Stored)

    own = _table(stored.own, tuple[str, ...])
    arguments = _Arguments(own, _table(stored.buckets, tuple[str, ...], Key))

    return Archive(
        config=config,
        urls=stored.urls,
        articles=_Table(_Rows(stored.articles, str), _articles(outline)),
        cards=_table(stored.cards, Card),
        instants=stored.instants,
        ranks=_Derived(lambda name: arguments.ranks.get(name), lambda: arguments.ranks, arguments.rest),  # noqa: PLW0108 - counted late
        standards=_table(stored.standards, Standards),
        terms=stored.terms,
        notices=stored.notices,
        claims=stored.claims,
        pages=stored.pages,
        graph=Graph(
            _table(stored.outgoing, tuple[Edge, ...]),
            _table(stored.incoming, tuple[Edge, ...]),
            _table(stored.assertions, tuple[Assertion, ...]),
        ),
        references=References(
            _table(stored.ways, tuple[str, ...]),
            own,
            stored.former,
            tuple(sorted(stored.claims)),
            stored.unlinked,
        ),
        entries=_table(stored.entries, tuple[str, Correction]),
        files=_table(stored.files, tuple[FileKind, str]),
        left_out=stored.left_out,
        media=stored.media,
        buckets=_Derived(arguments.bucket, arguments.keys, arguments.rest),
    )


def rest(archive: Archive) -> None:
    """Let go of what was decoded of an archive that was unpacked; it is decoded again when it is asked for."""
    graph, references = archive.graph, archive.references
    every = (
        archive.articles, archive.cards, archive.ranks, archive.standards, graph.outgoing, graph.incoming,
        graph.assertions, references.articles, references.own, archive.entries, archive.files, archive.buckets,
    )  # fmt: skip
    for table in every:
        if isinstance(table, _Table | _Derived):
            table.rest()


def renewed(archive: Archive, changed: Iterable[str], outline: Callable[[str], Outline]) -> Archive:
    """Return an archive that was unpacked, with other bodies of some articles; see `unpack_archive` for `outline`.

    All else that was decoded stays so.
    """
    articles = archive.articles
    if not isinstance(articles, _Table):
        raise TypeError("only an archive that was unpacked is renewed")
    return structs.replace(archive, articles=articles.made_by(_articles(outline), changed))


def with_other_cards(archive: Archive, cards: Mapping[str, Card]) -> Archive:
    """Return an archive that was unpacked, with other cards for some of its articles."""
    table = archive.cards
    if not isinstance(table, _Table):
        raise TypeError("only an archive that was unpacked is given other cards")
    return structs.replace(archive, cards=table.with_values(cards))


def _articles(outline: Callable[[str], Outline]) -> Callable[[str, Raw], Article]:
    """Return what makes articles of stubs."""

    def article(name: str, row: Raw) -> Article:
        stub = msgspec.msgpack.decode(row, type=_Stub)
        return Article(
            path=stub.path,
            id=name,
            slug=stub.slug,
            section=stub.section,
            date=stub.date,
            authors=stub.authors,
            standards=stub.standards,
            standards_origin="article" if stub.is_own_standards else "default",
            genre=stub.genre,
            language=stub.language,
            body=outline(stub.path),
        )

    return article


def _table(data: Raw, kind: Any, key: Any = str) -> _Table[Any]:  # noqa: ANN401 - types, as msgspec takes them
    decoder = msgspec.msgpack.Decoder(kind)
    return _Table(_Rows(data, key), lambda _, row: decoder.decode(row))
