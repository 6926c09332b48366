"""The front matter of an article: frozen values, as written."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct, field

from sitegen.articles.dates import EdtfDate

__all__ = [
    "Annotation",
    "Correction",
    "Credit",
    "Disclosure",
    "Image",
    "Meta",
    "Original",
    "Place",
    "Reference",
    "Rights",
    "Stance",
]

Stance = Literal["pro", "con", "neutral"]


class Place(Struct, frozen=True, array_like=True, gc=False):
    """Where something stands in its file: line and column from 1, length in characters; 0 where unknown."""

    line: int = 0
    column: int = 0
    length: int = 0


class Credit(Struct, frozen=True, omit_defaults=True, gc=False):
    """An author as the byline names them: a name or an id, and the role as printed then."""

    name: str
    role: str = ""


class Image(Struct, frozen=True, omit_defaults=True, gc=False):
    """A picture of an article: `src` as written, with its description, credit and caption."""

    src: str
    alt: str = ""
    credit: str = ""
    caption: str = ""


class Original(Struct, frozen=True, omit_defaults=True, gc=False):
    """Where a piece first appeared."""

    publisher: str = ""
    title: str = ""
    url: str = ""
    date: EdtfDate | None = None
    page: str = ""
    archived_url: str = ""


class Rights(Struct, frozen=True, omit_defaults=True, gc=False):
    """The licence of a piece, and who holds the rights."""

    license: str = ""
    holder: str = ""
    year: str = ""
    statement: str = ""


class Disclosure(Struct, frozen=True, omit_defaults=True, gc=False):
    """A conflict of interest or a source of money that the reader should know of."""

    text: str
    kind: str = ""
    date: EdtfDate | None = None


class Correction(Struct, frozen=True, omit_defaults=True, gc=False):
    """A change made after publication; `argument` is the id of the argument that it concerns, or empty."""

    text: str
    date: EdtfDate
    kind: Literal["correction", "clarification", "update", "editors-note"] = "correction"
    argument: str = ""


class Reference(Struct, frozen=True, omit_defaults=True, gc=False):
    """A reference as written, `article#id`, `#id` or a claim's id, and its place in the file."""

    text: str
    place: Place = Place()


class Annotation(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What the archive's editors say of an argument, apart from the author's text."""

    argument: str
    stance: Stance | None = None
    claim: Reference | None = None
    supports: tuple[Reference, ...] = ()
    rebuts: tuple[Reference, ...] = ()
    undercuts: tuple[Reference, ...] = ()
    by: str = ""
    date: EdtfDate | None = None
    place: Place = Place()


class Meta(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The front matter of an article as written: `None` or empty where a key is absent.

    `places` tells where each key's value stands, by canonical key; keys of lists and tables are
    dotted (`corrections.0.argument`).
    """

    title: str = ""
    date: EdtfDate | None = None
    authors: tuple[Credit, ...] | None = None
    byline: Literal["none"] | None = None
    section: str = ""
    standards: str = ""
    id: str = ""
    dek: str = ""
    description: str = ""
    kicker: str = ""
    tags: tuple[str, ...] = ()
    genre: Literal["opinion", "analysis", "reportage", "background", "review"] | None = None
    arguments: Literal["auto", "list", "headings", "marked", "none"] | None = None
    annotations: tuple[Annotation, ...] = ()
    slug: str = ""
    aliases: tuple[str, ...] = ()
    updated: EdtfDate | None = None
    draft: bool = False
    publish_date: EdtfDate | None = None
    expiry_date: EdtfDate | None = None
    status: Literal["published", "retracted", "withdrawn"] = "published"
    original: Original | None = None
    rights: Rights | None = None
    disclosures: tuple[Disclosure, ...] = ()
    corrections: tuple[Correction, ...] = ()
    image: Image | None = None
    language: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
