"""The model of an article: frozen values, its front matter and the blocks of its body.

A `Body` is what parsing bytes gives. It knows neither its path nor the other files, so it can be
cached by the digest of the bytes. An `Article` is a body at a path, with configured defaults
applied. Links are placeholders that are answered when a page is rendered.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from sitegen.articles.dates import EdtfDate
from sitegen.articles.meta import Credit, Meta, Place, Reference, Stance
from sitegen.diagnostics import Diagnostic

__all__ = [
    "Argument",
    "Article",
    "Block",
    "Body",
    "Footnote",
    "Heading",
    "Link",
    "Outline",
    "Part",
    "Point",
    "Rendered",
    "Shown",
    "Text",
]

RelationKind = Literal["supports", "rebuts", "undercuts"]


class Link(Struct, frozen=True, omit_defaults=True, gc=False):
    """A link or picture of a body that points into the site; its index is the number in the placeholder.

    `target` is as written. `kind` is `page` for `href` and `image` for what is loaded.
    """

    target: str
    kind: Literal["page", "image"]
    place: Place = Place()


class Heading(Struct, frozen=True, omit_defaults=True, gc=False):
    """A heading of the body, for the outline of pieces that are not argued point by point."""

    level: int
    id: str
    text: str


class Point(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What an argument says and how it stands to others, without the text that it is shown with.

    `claim` is plain text with the characters of the source. `title` says where the claim comes from; a
    claim that is a `sentence` is part of the text.
    """

    number: int
    id: str
    claim: str
    title: Literal["heading", "lead", "sentence"]
    explicit_id: bool = False
    was: tuple[str, ...] = ()
    stance: Stance | None = None
    claim_ref: Reference | None = None
    supports: tuple[Reference, ...] = ()
    rebuts: tuple[Reference, ...] = ()
    undercuts: tuple[Reference, ...] = ()
    place: Place = Place()


class Argument(Point, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One argument of an article: a point with its text.

    `rest` and `text` are plain text with the characters of the source; `claim_html`, `rest_html` and
    `html` are for pages, with typography and link placeholders. Claim and rest together are the whole.
    """

    claim_html: str
    rest_html: str
    html: str
    text: str
    rest: str

    @property
    def point(self) -> Point:
        """The argument without its text."""
        return Point(
            number=self.number,
            id=self.id,
            claim=self.claim,
            title=self.title,
            explicit_id=self.explicit_id,
            was=self.was,
            stance=self.stance,
            claim_ref=self.claim_ref,
            supports=self.supports,
            rebuts=self.rebuts,
            undercuts=self.undercuts,
            place=self.place,
        )


class Block(Struct, frozen=True, kw_only=True):
    """A block of the body, in order: prose, or an argument. `footnotes` are the numbers it cites."""

    html: str
    text: str
    argument: Argument | None = None
    footnotes: tuple[int, ...] = ()


class Footnote(Struct, frozen=True):
    """A footnote: its number in order of first citation, the HTML, the ids of its citations in the text.

    `cites` are the numbers of the footnotes that its own text cites.
    """

    number: int
    html: str
    text: str
    citations: tuple[str, ...] = ()
    cites: tuple[int, ...] = ()


class Rendered(Struct, frozen=True, kw_only=True):
    """What the Markdown of a body gives. `mode` tells how arguments were found, `mode_reason` why so."""

    blocks: tuple[Block, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    links: tuple[Link, ...] = ()
    headings: tuple[Heading, ...] = ()
    ids: tuple[str, ...] = ()
    excerpt: str = ""
    words: int = 0
    mode: str = ""
    mode_reason: str = ""
    findings: tuple[Diagnostic, ...] = ()


class Body(Rendered, frozen=True, kw_only=True):
    """What parsing the bytes of an article gives: its front matter, and its Markdown rendered.

    `understood` is false where the file or its front matter could not be read: what it lacks is then
    not worth telling.
    """

    meta: Meta
    understood: bool = True

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """The arguments, in order."""
        return tuple(block.argument for block in self.blocks if block.argument is not None)

    @property
    def places(self) -> dict[str, Place]:
        """The places of the front matter's values."""
        return self.meta.places


class Part(Struct, frozen=True):
    """A block as it is shown; an argument has its claim and the rest apart, both empty in prose."""

    html: str
    text: str
    footnotes: tuple[int, ...] = ()
    claim_html: str = ""
    rest_html: str = ""


class Text(Struct, frozen=True):
    """What is shown of a body and nothing else asks for: most of its bytes, so it is loaded when it is rendered.

    `points` tells which parts are the arguments, in their order.
    """

    parts: tuple[Part, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    points: tuple[int, ...] = ()

    @classmethod
    def of(cls, body: Body) -> Text:
        """Return the text of a body."""
        parts: list[Part] = []
        points: list[int] = []
        for index, block in enumerate(body.blocks):
            said = block.argument
            if said is None:
                parts.append(Part(block.html, block.text, block.footnotes))
                continue
            parts.append(Part(block.html, block.text, block.footnotes, said.claim_html, said.rest_html))
            points.append(index)
        return cls(tuple(parts), body.footnotes, tuple(points))


class Shown(Struct, frozen=True, kw_only=True, array_like=True):
    """What of an outline only the page of the piece asks for; `digest` is that of everything it shows of the body."""

    arguments: tuple[Point, ...] = ()
    headings: tuple[Heading, ...] = ()
    words: int = 0
    mode: str = ""
    mode_reason: str = ""
    digest: str = ""


class Outline(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A body without its text: all that the archive is made of, and little else, because a large one has very many.

    `ids` are those that no argument has; the `excerpt` is there where the front matter describes the piece with nothing
    else. What is asked for piece by piece stays packed: `Shown`, and the places of front matter, which findings name.
    """

    meta: Meta
    links: tuple[Link, ...] = ()
    ids: tuple[str, ...] = ()
    excerpt: str = ""
    findings: tuple[Diagnostic, ...] = ()
    understood: bool = True
    packed_shown: bytes = b""
    packed_places: bytes = b""

    @property
    def shown(self) -> Shown:
        """What only the page of the piece asks for."""
        return _shown(self.packed_shown) if self.packed_shown else _NOTHING

    @property
    def arguments(self) -> tuple[Point, ...]:
        """The arguments without their texts, in order."""
        return self.shown.arguments

    @property
    def words(self) -> int:
        """The number of words of the text."""
        return self.shown.words

    @property
    def mode(self) -> str:
        """How arguments were found, see `Rendered`."""
        return self.shown.mode

    @property
    def mode_reason(self) -> str:
        """Why so."""
        return self.shown.mode_reason

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The headings of a piece that is not argued point by point."""
        return self.shown.headings

    @property
    def digest(self) -> str:
        """The digest of everything that a page shows of the body."""
        return self.shown.digest

    @property
    def places(self) -> dict[str, Place]:
        """The places of the front matter's values."""
        return _places.decode(self.packed_places) if self.packed_places else {}

    def showing(self, shown: Shown) -> Outline:
        """Return the outline with something else to show."""
        return replace(self, packed_shown=msgspec.msgpack.encode(shown))

    @classmethod
    def of(cls, body: Body, digest: str) -> Outline:
        """Return the outline of a body."""
        points = tuple([argument.point for argument in body.arguments])
        own = {point.id for point in points}
        shown = Shown(
            arguments=points,
            headings=body.headings,
            words=body.words,
            mode=body.mode,
            mode_reason=body.mode_reason,
            digest=digest,
        )
        return cls(
            meta=replace(body.meta, places={}),
            links=body.links,
            ids=tuple([it for it in body.ids if it not in own]),
            excerpt="" if body.meta.description else body.excerpt,
            findings=body.findings,
            understood=body.understood,
            packed_shown=msgspec.msgpack.encode(shown),
            packed_places=msgspec.msgpack.encode(body.places) if body.places else b"",
        )


_NOTHING = Shown()
_places = msgspec.msgpack.Decoder(dict[str, Place])
_shown = lru_cache(maxsize=64)(msgspec.msgpack.Decoder(Shown).decode)


class Article(Struct, frozen=True, kw_only=True):
    """An article: a body at its path in `content/`, with defaults applied.

    `path` is relative to the project, with slashes. `origins` tells where each value comes from, in
    words for `sitegen explain`.
    """

    path: str
    id: str
    slug: str
    section: str
    date: EdtfDate
    authors: tuple[Credit, ...]
    standards: str
    standards_origin: Literal["article", "default"]
    genre: str
    language: str
    body: Body | Outline
    origins: dict[str, str] = field(default_factory=dict)

    @property
    def meta(self) -> Meta:
        """The front matter as written."""
        return self.body.meta

    @property
    def places(self) -> dict[str, Place]:
        """The places of the front matter's values, by key; see `Meta`."""
        return self.body.places
