"""The answers of the archive: small frozen values that templates see.

Every URL in an answer is relative to the root of the site and begins with a slash
(`/business/gift/`); the renderer makes the links of a finished page relative. Text is plain unless a
field is named `html`: those are safe HTML fragments, printed as they are.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from sitegen.articles.dates import EdtfDate
from sitegen.articles.meta import Correction, Disclosure, Image, Original, Rights

__all__ = [
    "ArgumentCard",
    "ArgumentView",
    "ArticleView",
    "Byline",
    "Card",
    "Chunk",
    "Claim",
    "CorrectionEntry",
    "Debate",
    "DebateEdge",
    "DebateNode",
    "Footnote",
    "MonthCount",
    "NamedLink",
    "Neighbours",
    "Notice",
    "NoticeVersion",
    "PageView",
    "Passage",
    "Relation",
    "ShareImage",
    "Standards",
    "Term",
    "TermCount",
    "TermView",
    "YearCount",
]


class NamedLink(Struct, frozen=True):
    """A link with its name."""

    name: str
    url: str


class Term(Struct, frozen=True):
    """A section, an author or a tag, as a list names it."""

    kind: Literal["section", "author", "tag"]
    id: str
    name: str
    url: str


class TermCount(Struct, frozen=True):
    """A term with the number of its articles."""

    term: Term
    count: int
    description: str = ""


class TermView(Struct, frozen=True, kw_only=True):
    """A section, author or tag as its own page shows it. `html` is the description or biography."""

    term: Term
    count: int
    description: str = ""
    html: str = ""
    links: tuple[NamedLink, ...] = ()
    image: Image | None = None
    related: tuple[TermCount, ...] = ()
    first_year: int | None = None
    last_year: int | None = None


class Byline(Struct, frozen=True):
    """An author of an article, with the role as printed then."""

    term: Term
    role: str = ""


class Card(Struct, frozen=True, kw_only=True, gc=False):
    """The part of an article that lists show."""

    id: str
    url: str
    title: str
    date: EdtfDate
    section: Term
    dek: str = ""
    description: str = ""
    kicker: str = ""
    authors: tuple[Byline, ...] = ()
    tags: tuple[Term, ...] = ()
    arguments: int = 0
    genre: str = ""
    status: Literal["published", "retracted", "withdrawn"] = "published"
    language: str = "en"
    updated: EdtfDate | None = None


class ArgumentCard(Struct, frozen=True, kw_only=True):
    """An argument as lists and relations show it.

    `ref` is `article#id`. `url` leads to the place in the article, `page_url` to the argument's own
    page (the same as `url` where argument pages are off). `short` is the claim cut at a phrase.
    """

    ref: str
    id: str
    number: int
    claim: str
    short: str
    url: str
    page_url: str
    article: Card
    stance: Literal["pro", "con", "neutral"] | None = None
    stance_by: str = ""
    claim_id: str = ""
    answers: int = 0


class Relation(Struct, frozen=True, kw_only=True):
    """One relation between arguments, seen from one of its ends.

    `direction` is `out` where this argument supports, rebuts or undercuts the other, `in` where the
    other does so to this one. `by` is empty where the author says so in the text, else the editor who
    asserts it, and `date` when. `other` is `None` and `url` empty where the target is left out of
    this build; `label` then names it. `claim` stands instead of `other` where the target is a claim.
    """

    kind: Literal["supports", "rebuts", "undercuts"]
    direction: Literal["out", "in"]
    label: str
    url: str = ""
    other: ArgumentCard | None = None
    claim: NamedLink | None = None
    by: str = ""
    date: EdtfDate | None = None


class Passage(Struct, frozen=True, kw_only=True):
    """Prose of an article: its opening, its closing, or what stands between arguments."""

    place: Literal["opening", "between", "closing"]
    html: str
    text: str


class ArgumentView(Struct, frozen=True, kw_only=True):
    """An argument as its article and its own page show it.

    `title` is `heading` or `lead` where the claim is set as a headline of its own, `sentence` where
    it is the first sentence of the text. `is_long` says that the claim is too long for a headline
    (over 16 words). `claim_html` then `rest_html` show the argument; nothing is printed twice.
    `corrections` are those that name this argument. `relations` are both directions, outgoing first.
    """

    card: ArgumentCard
    claim_html: str
    rest_html: str
    html: str
    text: str
    title: Literal["heading", "lead", "sentence"]
    is_long: bool = False
    claim: NamedLink | None = None
    relations: tuple[Relation, ...] = ()
    corrections: tuple[Correction, ...] = ()
    footnotes: tuple[int, ...] = ()


class Footnote(Struct, frozen=True):
    """A footnote with its number, its id on the page (`sg-fn-1`), and the ids of its citations."""

    number: int
    id: str
    html: str
    citations: tuple[str, ...] = ()


class Standards(Struct, frozen=True, kw_only=True):
    """The standards notice under which an article was published.

    `status`: `in-force` (a version governs the piece), `not-determinable` (the notice changed within
    a partial date), `not-recorded` (the piece is older than the first version, the notice a
    default), `none`.
    """

    status: Literal["in-force", "not-determinable", "not-recorded", "none"]
    notice: str = ""
    title: str = ""
    url: str = ""
    version: EdtfDate | None = None


class ShareImage(Struct, frozen=True, kw_only=True):
    """The picture that stands for a piece where its link is shared, with its size in pixels."""

    url: str
    width: int
    height: int
    alt: str


class ArticleView(Struct, frozen=True, kw_only=True):
    """An article as its own page shows it. `blocks` are passages and arguments in their order."""

    card: Card
    blocks: tuple[Passage | ArgumentView, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    standards: Standards
    corrections: tuple[Correction, ...] = ()
    disclosures: tuple[Disclosure, ...] = ()
    original: Original | None = None
    rights: Rights | None = None
    image: Image | None = None
    image_url: str = ""
    image_width: int = 0
    image_height: int = 0
    image_srcset: str = ""
    image_sizes: str = ""
    share: ShareImage | None = None
    words: int = 0
    minutes: int = 1
    has_code: bool = False
    extra: dict[str, object] = {}

    @property
    def arguments(self) -> tuple[ArgumentView, ...]:
        """The arguments, in order."""
        return tuple(block for block in self.blocks if isinstance(block, ArgumentView))

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The prose, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Passage))


class Chunk(Struct, frozen=True, kw_only=True):
    """A part of a listing. `number` is 0 for the landing page, else k of `/page/k/`.

    `older` and `newer` are the numbers of the neighbouring chunks; `None` where there is none.
    """

    items: tuple[Card, ...] | tuple[ArgumentCard, ...]
    number: int = 0
    older: int | None = None
    newer: int | None = None


class YearCount(Struct, frozen=True):
    """The articles of a year; `url` leads to the year's page of the archive, empty where none is."""

    year: int
    count: int
    url: str


class MonthCount(Struct, frozen=True):
    """The articles of a month (1 to 12)."""

    year: int
    month: int
    count: int
    url: str


class Neighbours(Struct, frozen=True):
    """The pieces published just before and just after a piece."""

    earlier: Card | None = None
    later: Card | None = None


class Claim(Struct, frozen=True, kw_only=True):
    """A proposition on which arguments take a stance."""

    id: str
    url: str
    title: str
    description: str = ""
    html: str = ""
    pro: int = 0
    con: int = 0
    neutral: int = 0


class NoticeVersion(Struct, frozen=True, kw_only=True):
    """A version of a standards notice, in force from its date to the next version's."""

    notice: str
    date: EdtfDate
    until: EdtfDate | None
    title: str
    url: str
    count: int
    description: str = ""
    html: str = ""


class Notice(Struct, frozen=True, kw_only=True):
    """A standards notice with its versions, newest first."""

    id: str
    title: str
    url: str
    count: int
    description: str = ""
    versions: tuple[NoticeVersion, ...] = ()


class CorrectionEntry(Struct, frozen=True, kw_only=True):
    """An entry of the corrections log; `argument` where the correction names one.

    `url` leads to the entry in the list at the end of its article: `/business/gift/#sg-correction-1`.
    """

    correction: Correction
    article: Card
    url: str
    argument: ArgumentCard | None = None


class PageView(Struct, frozen=True, kw_only=True):
    """A page of `content/pages/`."""

    id: str
    url: str
    title: str
    description: str = ""
    html: str = ""
    language: str = "en"


class DebateNode(Struct, frozen=True, kw_only=True):
    """A place in a debate: an argument, or a claim.

    `ref` is `article#id`, or the id of the claim. `distance` counts the relations between it and what the
    debate is about.
    """

    ref: str
    distance: int = 0
    argument: ArgumentCard | None = None
    claim: NamedLink | None = None


class DebateEdge(Struct, frozen=True, kw_only=True):
    """What an argument does to another, or to a claim; `source` and `target` are the `ref` of nodes.

    A stance toward a claim is told as a relation to it, `neutral` where it is neither for nor against.
    `by` is empty where the author says so, else the editor who asserts it.
    """

    kind: Literal["supports", "rebuts", "undercuts", "neutral"]
    source: str
    target: str
    by: str = ""


class Debate(Struct, frozen=True, kw_only=True):
    """What is said about a claim, or around an article: nodes from near to far, and the edges among them.

    `subject` is the id of the claim or of the article; `left_out` counts the nodes that are not told.
    """

    subject: str
    nodes: tuple[DebateNode, ...] = ()
    edges: tuple[DebateEdge, ...] = ()
    left_out: int = 0
