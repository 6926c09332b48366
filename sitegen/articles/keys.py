"""Every key of a front matter, declared once: its name, its other spellings, what it holds, what it means.

`fields` reads front matter by these declarations, and the reference page is held to them by a test.
Only spellings that other generators use are aliases; the canonical name is the one to write.
"""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

from sitegen.articles.meta import Annotation, Correction, Credit, Disclosure, Image, Original, Rights, Stance
from sitegen.articles.records import RecordKind, WebLink
from sitegen.config import ArgumentMode, Genre

__all__ = ["ARTICLE_KEYS", "ELSEWHERE", "EXPECTED", "RECORD_KEYS", "Key", "Kind", "spelling"]

Kind = Literal[
    "line",
    "text",
    "date",
    "flag",
    "choice",
    "slug",
    "id",
    "language",
    "url",
    "path",
    "argument",
    "reference",
    "image",
    "credit",
    "table",
    "names",
    "lines",
    "paths",
    "references",
    "credits",
    "tables",
    "free",
]

EXPECTED: dict[Kind, str] = {
    "line": "text",
    "text": "text",
    "date": "a date",
    "flag": "`true` or `false`",
    "choice": "a word",
    "slug": "a slug",
    "id": "an id",
    "language": "a language tag",
    "url": "a URL",
    "path": "a path",
    "argument": "the id of an argument",
    "reference": "a reference",
    "image": "a path or a table",
    "credit": "a name or a table",
    "table": "a table",
    "names": "a list of texts, or one text with commas",
    "lines": "a list of texts, or one text",
    "paths": "a list of paths, or one path",
    "references": "references with blanks between, or a list of them",
    "credits": "a name, or a list of names and tables",
    "tables": "a list of tables",
    "free": "a table",
}
"""What each kind of key holds, in words for findings and for the reference page."""


class Key(Struct, frozen=True, eq=False, kw_only=True):
    """A key: how it is written, what it holds, and what it means, in one sentence.

    `choices` are the words allowed, `keys` those of a table, `makes` the value that a table becomes.
    `field` is the name of the value's field where it is not the key's. A `required` key of a table
    must be there for the table to mean anything.
    """

    name: str
    kind: Kind
    doc: str
    aliases: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()
    makes: type[Struct] | None = None
    required: bool = False
    field: str = ""


def spelling(key: str) -> str:
    """Return the form under which two spellings of a key are one: capitals, hyphens and underscores alike."""
    return key.strip().casefold().replace("-", "_")


_STATUS = ("published", "retracted", "withdrawn")
_CORRECTION = ("correction", "clarification", "update", "editors-note")

_IMAGE_KEYS = (
    Key(name="src", kind="url", doc="path beside the article, root-relative path, or URL", required=True),
    Key(name="alt", kind="line", doc="what is to be seen, for those who do not see it"),
    Key(name="credit", kind="line", doc="who made the picture"),
    Key(name="caption", kind="line", doc="the text under the picture"),
)
_CREDIT_KEYS = (
    Key(name="name", kind="line", doc="name or id of the author", required=True),
    Key(name="role", kind="line", doc="the role as printed then, such as “Contributor”"),
)
_ANNOTATION_KEYS = (
    Key(name="argument", kind="argument", doc="id of the argument that is annotated", required=True),
    Key(name="stance", kind="choice", doc="where the argument stands toward the claim", choices=get_args(Stance)),
    Key(name="claim", kind="reference", doc="id of a claim of `content/claims/`"),
    Key(name="supports", kind="references", doc="arguments or claims that it supports"),
    Key(name="rebuts", kind="references", doc="arguments or claims that it speaks against"),
    Key(name="undercuts", kind="references", doc="arguments whose inference it denies"),
    Key(name="by", kind="line", doc="the editor who says so"),
    Key(name="date", kind="date", doc="when the editor said so"),
)
_ORIGINAL_KEYS = (
    Key(name="publisher", kind="line", doc="newspaper, magazine or site"),
    Key(name="title", kind="line", doc="its title there"),
    Key(name="url", kind="url", doc="its address there"),
    Key(name="date", kind="date", doc="when it appeared there"),
    Key(name="page", kind="line", doc="page or pages of the printed issue"),
    Key(name="archived_url", kind="url", doc="address of a copy in a web archive"),
)
_RIGHTS_KEYS = (
    Key(name="license", kind="url", doc="name or URL of the licence"),
    Key(name="holder", kind="line", doc="who holds the rights"),
    Key(name="year", kind="line", doc="year or years of the rights"),
    Key(name="statement", kind="text", doc="the notice as it must be shown"),
)
_DISCLOSURE_KEYS = (
    Key(name="text", kind="text", doc="what the reader should know", required=True),
    Key(name="kind", kind="line", doc="what sort of interest, such as `funding`"),
    Key(name="date", kind="date", doc="when it was disclosed"),
)
_CORRECTION_KEYS = (
    Key(name="date", kind="date", doc="when the piece was corrected", required=True),
    Key(name="kind", kind="choice", doc="what sort of change; `correction` where absent", choices=_CORRECTION),
    Key(name="text", kind="text", doc="what was wrong, and what is right", required=True),
    Key(name="argument", kind="argument", doc="id of the argument that it concerns"),
)
_LINK_KEYS = (
    Key(name="name", kind="line", doc="text of the link", required=True),
    Key(name="url", kind="url", doc="where it leads", required=True),
)

_TITLE = Key(name="title", kind="line", doc="the headline", aliases=("headline",), required=True)
_SLUG = Key(name="slug", kind="slug", doc="last part of the URL; from the file name where absent")
_DESCRIPTION = Key(
    name="description",
    kind="line",
    doc="a sentence or two for lists and search engines; from the text where absent",
    aliases=("excerpt", "summary", "teaser"),
)
_LANGUAGE = Key(name="language", kind="language", doc="language of the text, a BCP 47 tag; the site's where absent")
_DRAFT = Key(name="draft", kind="flag", doc="left out of a build, and counted")
_IMAGE = Key(
    name="image",
    kind="image",
    doc="the picture that stands for the piece: a path, or a table",
    keys=_IMAGE_KEYS,
    makes=Image,
)
_EXTRA = Key(name="extra", kind="free", doc="a table for keys of your own")

ARTICLE_KEYS: tuple[Key, ...] = (
    _TITLE,
    Key(
        name="date",
        kind="date",
        doc="first publication: a day, a moment, a month or a year; from the file name where absent",
        aliases=("pubdate",),
    ),
    Key(
        name="authors",
        kind="credits",
        doc="names or ids of the authors, each also as a table",
        aliases=("author",),
        keys=_CREDIT_KEYS,
        makes=Credit,
    ),
    Key(name="byline", kind="choice", doc="`none` for a piece that nobody signed", choices=("none",)),
    Key(name="section", kind="line", doc="the section; from the folder where absent", aliases=("category",)),
    Key(
        name="standards",
        kind="line",
        doc="the notice that governs the piece: `notice`, `notice@date` or `none`; the configured one where absent",
    ),
    Key(
        name="id",
        kind="id",
        doc="permanent identity; `section/slug` where absent, so write it when a piece moves",
    ),
    Key(name="dek", kind="line", doc="shown under the title", aliases=("standfirst", "subtitle", "deck")),
    _DESCRIPTION,
    Key(name="kicker", kind="line", doc="label over the title; the section's name where absent"),
    Key(name="tags", kind="names", doc="topics of the piece", aliases=("topics", "keywords")),
    Key(name="genre", kind="choice", doc="picks the schema.org type", choices=get_args(Genre)),
    Key(name="arguments", kind="choice", doc="how arguments are found in the text", choices=get_args(ArgumentMode)),
    Key(
        name="annotations",
        kind="tables",
        doc="what the archive's editors say of an argument, shown as theirs",
        keys=_ANNOTATION_KEYS,
        makes=Annotation,
    ),
    _SLUG,
    Key(
        name="aliases",
        kind="paths",
        doc="earlier addresses of the piece, which lead to it",
        aliases=("redirect_from",),
    ),
    Key(name="updated", kind="date", doc="last change of substance", aliases=("lastmod", "modified")),
    _DRAFT,
    Key(name="publish_date", kind="date", doc="left out of builds before this moment", aliases=("publishdate",)),
    Key(name="expiry_date", kind="date", doc="left out of builds from this moment", aliases=("expirydate",)),
    Key(
        name="status",
        kind="choice",
        doc="a retracted piece stays under a banner, a withdrawn one leaves a tombstone",
        choices=_STATUS,
    ),
    Key(name="original", kind="table", doc="where the piece first appeared", keys=_ORIGINAL_KEYS, makes=Original),
    Key(name="rights", kind="table", doc="licence and holder of the rights", keys=_RIGHTS_KEYS, makes=Rights),
    Key(
        name="disclosures",
        kind="tables",
        doc="conflicts of interest and sources of money",
        keys=_DISCLOSURE_KEYS,
        makes=Disclosure,
    ),
    Key(
        name="corrections",
        kind="tables",
        doc="changes after publication, on the piece and in the corrections log",
        keys=_CORRECTION_KEYS,
        makes=Correction,
    ),
    _IMAGE,
    _LANGUAGE,
    _EXTRA,
)
"""The keys of an article, in the order of the reference page."""

_NAME = Key(name="name", kind="line", doc="the name as shown; the commonest spelling where absent", aliases=("title",))
_NAMED_TITLE = Key(name="title", kind="line", doc="the title", aliases=("name",), field="name")
_TERM_SLUG = Key(name="slug", kind="slug", doc="its part of the URL; from the name where absent")
_ABOUT = Key(name="description", kind="line", doc="a sentence for lists", aliases=_DESCRIPTION.aliases)
_OTHER_NAMES = Key(name="aliases", kind="lines", doc="other names that mean the same, merged into this one")
_TERM_KEYS = (_NAME, _TERM_SLUG, _ABOUT, _OTHER_NAMES, _EXTRA)

RECORD_KEYS: dict[RecordKind, tuple[Key, ...]] = {
    "section": _TERM_KEYS,
    "author": (
        _NAME,
        _TERM_SLUG,
        _ABOUT,
        _OTHER_NAMES,
        Key(name="links", kind="tables", doc="named links of the profile", keys=_LINK_KEYS, makes=WebLink),
        Key(name="image", kind="image", doc="a portrait: a path, or a table", keys=_IMAGE_KEYS, makes=Image),
        _EXTRA,
    ),
    "tag": _TERM_KEYS,
    "notice": (_NAMED_TITLE, _ABOUT, _EXTRA),
    "claim": (_NAMED_TITLE, _ABOUT, _EXTRA),
    "page": (
        Key(name="title", kind="line", doc="the title", aliases=("name",), required=True, field="name"),
        _ABOUT,
        _SLUG,
        _LANGUAGE,
        _DRAFT,
        _EXTRA,
    ),
}
"""The keys of the other files of `content/`, by kind."""

_TEMPLATE = "the kind of a file decides on its template; remove the key"
_ADDRESS = "`permalink` of config.toml decides on the URL; an earlier address of the piece goes into `aliases`"

ELSEWHERE: dict[str, str] = {
    "categories": "name one `section`, and write the others as `tags`",
    "layout": _TEMPLATE,
    "permalink": _ADDRESS,
    "published": "remove the key; what must not be published has `draft: true`",
    "taxonomies": "write `section` and `tags` outside of this table",
    "template": _TEMPLATE,
    "type": _TEMPLATE,
    "url": _ADDRESS,
}
"""Keys of other generators that have no counterpart, with what to write instead: the nearest name would mislead."""
