"""The other files of `content/`: sections, authors, tags, standards notices, claims and pages.

A record is to a term or a page what an article is to a piece: its front matter and its text, at its
path. It is one struct for all kinds, because all share the same few keys.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from sitegen.articles.article import Footnote, Link
from sitegen.articles.dates import EdtfDate
from sitegen.articles.meta import Image, Place

__all__ = ["Record", "RecordKind", "WebLink"]

RecordKind = Literal["section", "author", "tag", "notice", "claim", "page"]


class WebLink(Struct, frozen=True):
    """A named link of a profile."""

    name: str
    url: str


class Record(Struct, frozen=True, kw_only=True):
    """A file of `content/` that is not an article.

    `id` is the file's name without `.md`; for a notice the name of its folder, with `date` the day
    from which the version holds. `name` is the display name or title, empty where the file gives
    none. `html` has link placeholders into `links`.
    """

    kind: RecordKind
    path: str
    id: str
    name: str = ""
    slug: str = ""
    description: str = ""
    aliases: tuple[str, ...] = ()
    date: EdtfDate | None = None
    links: tuple[WebLink, ...] = ()
    image: Image | None = None
    language: str = ""
    draft: bool = False
    html: str = ""
    text: str = ""
    footnotes: tuple[Footnote, ...] = ()
    targets: tuple[Link, ...] = ()
    ids: tuple[str, ...] = ()
    places: dict[str, Place] = field(default_factory=dict)
