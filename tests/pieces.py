"""Articles and other files of a site that is edited at random: what may stand in each, as Hypothesis strategies."""

from __future__ import annotations

import os
import struct
import zlib
from typing import Any, NamedTuple

from hypothesis import strategies as st

__all__ = [
    "BREAKAGES",
    "OPTIONS",
    "OTHERS",
    "PATHS",
    "START",
    "START_FILES",
    "Piece",
    "Point",
    "arguments",
    "as_bytes",
    "broken",
    "changes",
    "configuration",
]

PATHS = tuple(
    f"content/articles/{name}.md"
    for name in (
        "business/gift",
        "business/2010/reply/index",
        "science/stars",
        "science/gift",
        "law/2009-05-05-code",
        "loose",
    )
)
"""Where articles stand, or may stand."""


class Point(NamedTuple):
    """An argument: its id, its words, and the rest of its mark."""

    id: str
    words: str
    mark: str = ""

    @property
    def text(self) -> str:
        """The item of the list."""
        return f"- {self.words} {{: .argument #{self.id} {self.mark} }}".replace("  }", " }")


class Piece(NamedTuple):
    """An article by its parts; `front` are further lines of the front matter, `blank` empty lines before the text."""

    title: str = "A piece"
    date: str = "2010-03-04"
    authors: tuple[str, ...] = ("Mara Ivers",)
    tags: tuple[str, ...] = ()
    opening: str = "Some words come first."
    points: tuple[Point, ...] = ()
    closing: str = ""
    front: tuple[str, ...] = ()
    blank: int = 0

    @property
    def data(self) -> bytes:
        """The file."""
        head = [
            "---",
            f"title: {self.title}",
            f"date: {self.date}",
            f"authors: [{', '.join(self.authors)}]",
            f"tags: [{', '.join(self.tags)}]",
            *self.front,
            "---",
        ]
        blocks = [self.opening, "\n\n".join(point.text for point in self.points), self.closing]
        return ("\n".join(head) + "\n" * (2 + self.blank) + "\n\n".join(filter(None, blocks)) + "\n").encode()


WORDS = (
    "A gift is never free.",
    "A loan is never free.",
    "Whoever holds the keys of a house is no guest in it.",
    "**Look.** The price comes later.",
)
MARKS = (
    "",
    "stance=pro claim=free",
    "stance=con claim=free",
    "stance=pro claim=dear",
    "rebuts=business/gift#a",
    "supports=stars#b",
    "undercuts=gift#a",
    "supports=free",
    "rebuts=#a",
    "was=old",
)
# Of one length, so that only their bytes tell them apart.
OPENINGS = ("Some words come first.", "Same words come first.", "Some words come fi*st*")
CLOSINGS = (
    "",
    "The last words are here.",
    "See [it](../business/gift.md), or [that](article:stars#b).",
    "See [it](article:gift).",
    "See [nothing](/nowhere/) and [all](/about/).",
    "![A picture](layers.svg)",
    "![](layers.svg) ![There is none](absent.svg)",
    "Somebody said so.[^1]\n\n[^1]: In [a letter](/humans.txt).",
    "```python\nx = 1\n```",
)
FRONT = (
    "draft: true",
    "status: retracted",
    "status: withdrawn",
    "publish_date: 2012-07-10",
    "expiry_date: 2012-07-05",
    "aliases: [/old/]",
    "aliases: [/old/, /older.html]",
    "corrections: [{date: 2012-01-01, text: It was *wrong*., argument: a}]",
    "corrections: [{date: 2012-02-02, kind: update, text: It went on.}]",
    "annotations: [{argument: a, stance: con, claim: dear, by: The editors, date: 2012-03-03}]",
    "annotations: [{argument: a, rebuts: [science/stars#b], by: The editors, date: 2012-03-03}]",
    "standards: editorial",
    "image: layers.svg",
    "description: In short.",
    "updated: 2012-05-05",
    "id: fixed",
    "slug: other",
    "section: law",
    "language: de",
    "arguments: none",
    "colour: red",
)

_points = st.lists(
    st.builds(Point, st.sampled_from("abc"), st.sampled_from(WORDS), st.sampled_from(MARKS)),
    max_size=3,
    unique_by=lambda point: point.id,
).map(tuple)
_authors = st.lists(st.sampled_from(("Mara Ivers", "Ada Berg", "ada-berg")), min_size=1, max_size=2, unique=True)
_tags = st.lists(st.sampled_from(("linux", "GNU-Linux", "law", "c++")), max_size=3, unique=True)

_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "opening": st.sampled_from(OPENINGS),
    "closing": st.sampled_from(CLOSINGS),
    "title": st.sampled_from(("A piece", "B piece", "The Gift's price")),
    "date": st.sampled_from(("2010-03-04", "2010-03-05", "2008", "2011-12", "2012-07-01", "2012-07-08")),
    "authors": _authors.map(tuple),
    "tags": _tags.map(tuple),
    "points": _points,
    "front": st.lists(st.sampled_from(FRONT), max_size=2, unique=True).map(tuple),
    "blank": st.integers(0, 2),
}
changes = st.sampled_from(tuple(_FIELDS)).flatmap(lambda name: st.tuples(st.just(name), _FIELDS[name]))
"""A field of a piece, and its new value."""

arguments = st.sampled_from(
    [*(("words", it) for it in WORDS), *(("mark", it) for it in MARKS), *(("id", it) for it in "abc")]
)
"""A part of an argument, and its new value."""

START = {
    PATHS[0]: Piece("The gift", tags=("linux", "law"), points=(Point("a", WORDS[0], MARKS[1]), Point("b", WORDS[2]))),
    PATHS[1]: Piece("The reply", "2010-04-01", ("Ada Berg",), ("linux",), points=(Point("a", WORDS[1], MARKS[4]),)),
    PATHS[2]: Piece("The stars", "2012-06-07", tags=("law",), points=(Point("b", WORDS[3]),), closing=CLOSINGS[4]),
    PATHS[4]: Piece("The code", "2009", closing=CLOSINGS[2], front=(FRONT[11], FRONT[7])),
}
"""The articles that are there at first."""

BREAKAGES: tuple[tuple[bytes, bytes], ...] = (
    (b"\ndate: ", b"\ndate: 2009-02-30 "),
    (b"---\ntitle:", b"---\nheading:"),
    (b"\ntags: [", b"\ntags: [["),
    (b"\n---\n", b"\n---\n\n{: .argument #lost rebuts }\n\n[gone](absent.md)\n"),
)


def broken(data: bytes, number: int) -> bytes:
    """Return an article with an error in it."""
    return data.replace(*BREAKAGES[number], 1)


_CATALOGUE = """msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Home"
msgstr "{}"
"""


def _photo(shade: int) -> bytes:
    """Return a grey picture that is wide enough for variants, as PNG (third edition, section 5)."""
    rows = b"".join(b"\0" + bytes((shade + x * y) % 256 for x in range(600)) for y in range(8))
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", 600, 8, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


_PICTURE = '<svg xmlns="http://www.w3.org/2000/svg"><title>{}</title></svg>'
_HEAD = '{% extends "_frame.html" %}{% import "_macros.html" as m %}{% block main %}'
_HOMES = (
    "{{ m.cards(archive.articles(limit=3)) }}{{ site.today | date }}",
    '{% include ["_absent.html", "_late.html"] %}',
    '{% include "_absent.html" ignore missing %}{{ archive.url("gift#a") or "?" }} {{ archive.url("fixed") or "?" }}',
    '{% if archive.author("ada-berg") %}{{ archive.author("ada-berg").count }}{% endif %}',
    "{{ archive.answers('free') | length }} {{ archive.section('law') is none }}",
    "{% for card in archive.articles(order='oldest') %}{{ m.cards(archive.related(card.id)) }}{% endfor %}",
    '{% include "_" ~ page.kind ~ ".html" ignore missing %}{{ site.updated | date if site.updated }}',
    '{% import "_absent.html" as absent %}{{ absent.word }}',
    "{{ nothing }}",
)
ABSENT = """{% macro known(it) %}{{ "there" if it else "none" }}{% endmacro %}
{{ known(archive.author("ada-berg")) }} {{ known(archive.author("mara-ivers")) }} {{ known(archive.section("law")) }}
{{ known(archive.tag("c-plus-plus")) }} {{ known(archive.claim("dear")) }} {{ known(archive.article("fixed")) }}
{{ known(archive.argument("business/gift#c")) }} {{ known(archive.notice("editorial")) }}
{{ known(archive.url("gift")) }} {{ known(archive.url("code#a")) }}
{{ archive.articles(tag="c-plus-plus") | length }} {{ archive.months(2012) | length }}
{{ archive.answers("dear") | length }} {{ _("Home") }}
{% for it in archive.answers("business/gift#a") %}{{ it.kind }} {{ it.by }}{% endfor %}
{% include "_absent.html" ignore missing %}{% include ["_late.html", "_home.html"] ignore missing %}
"""
"""A template that asks for what may be absent."""

_MACROS = """{% macro cards(items) %}{{ items | length }}{% endmacro %}{% macro points(items) %}{% endmacro %}
{% macro relations(argument) %}{{ argument.card.number }}{% endmacro %}
"""

_LINK, _SHOWN = "[One](article:gift#a).", "![A photo](../articles/business/photo.png)"
_WORDS = '{{ archive.article(card.id).words }} {% include "_late.html" ignore missing %}'

OTHERS: dict[str, tuple[str | bytes, ...]] = {
    "content/authors/mara.md": ("---\nname: Mara Ivers\n---\n", "---\nname: M. Ivers\naliases: [Mara Ivers]\n---\n"),
    "content/authors/ada-berg.md": ("---\nname: Ada Berg\ndescription: A name.\n---\n\nSee [it](article:gift).\n",),
    "content/tags/linux.md": ("---\nname: Linux\naliases: [gnu-linux]\n---\n", "---\nname: LINUX\n---\n\nA kernel.\n"),
    "content/sections/business.md": ("---\nname: Trade\n---\n\nMoney.\n", "---\nname: Fair\nslug: trade\n---\n"),
    "content/claims/free.md": ("---\ntitle: Gifts are free.\n---\n\nOr not.\n", "---\ntitle: Gifts are dear.\n---\n"),
    "content/claims/dear.md": ("---\ntitle: All is dear.\n---\n\nSee [it](article:stars).\n",),
    "content/standards/editorial/2008-01-01.md": ("---\ntitle: Standards\n---\n\nOh.\n", "---\ntitle: Rules\n---\n"),
    "content/standards/editorial/2010-04-01.md": ("---\ntitle: Standards\n---\n\nWe check twice.\n",),
    "content/pages/about.md": tuple(f"---\ntitle: About\n---\n\n{text}\n" for text in ("Us.", _LINK, _SHOWN)),
    "content/files/humans.txt": ("People.\n", "Person.\n"),
    "content/files/.well-known/x.html": ("<p>x",),
    "content/articles/business/layers.svg": (_PICTURE.format("one"), _PICTURE.format("two")),
    "content/articles/business/photo.png": (_photo(0), _photo(90), "no picture"),
    "content/articles/business/2010/reply/layers.svg": (_PICTURE.format("one"),),
    "templates/assets/style.css": ("p { color: red }\n", "p { color: tan }\n"),
    "templates/assets/extra.css": ("p { }\n",),
    "templates/home.html": tuple(f"{_HEAD}\n{text}\n{{% endblock %}}\n" for text in _HOMES),
    "templates/tag.html": tuple(_HEAD + text + "{% endblock %}" for text in ("{{ tag.term.name }}", "{{ page.url }}")),
    "templates/locale/de.po": tuple(_CATALOGUE.format(word) for word in ("Anfang", "Beginn")),
    "templates/404.html": ('{% extends "_frame.html" %}{% block main %}{{ site.today | date }}{% endblock %}', "None"),
    "templates/_text.html": (_WORDS, "", "{{ _('Home') }}"),
    "templates/_macros.html": (_MACROS,),
    "templates/_frame.html": ("<title>{{ site.title }}</title>{% block main %}{% endblock %}{{ page.url }}",),
    "templates/_absent.html": ("{% set word = 'here' %}{{ page.url }} is {{ word }}", "{{ site.today | date }}"),
    "templates/_late.html": ("late", "{{ archive.tag('law') is none }}"),
    "templates/_home.html": ("{{ archive.claim('dear') is none }}", "{{ _('Home') }} {{ interface.gettext('Home') }}"),
    "templates/redirect.html": ("to {{ target }}",),
    "templates/feed.json": ("[{% for card in feed.articles %}{{ card.date.text | tojson }},{% endfor %}0]",),
}  # fmt: skip
"""Files that come, change and go: those of the records, pictures, files and templates of the site."""


def as_bytes(version: str | bytes) -> bytes:
    """Return a version of a file as it is written."""
    return version if isinstance(version, bytes) else version.encode()


START_FILES = {
    **{path: piece.data for path, piece in START.items()},
    **{path: as_bytes(versions[0]) for path, versions in OTHERS.items() if path.startswith("content/")},
    "templates/corrections.html": ABSENT.encode(),
}
"""All files that are there at first, besides the configuration and the templates of the miniature."""

OPTIONS: dict[str, tuple[str, ...]] = {
    "search.engine": ('"none"',),
    "design.accent": ('""', '"#0b5fa5"'),
    "title": ('"The Test Desk"', '"The Next Desk"'),
    "base_url": ('"https://example.org/archive/"', '"https://example.net/"'),
    "timezone": ('"UTC"', '"Pacific/Kiritimati"'),
    "language": ('"en"', '"de"'),
    "archive.page_size": ("2", "1", "50"),
    "archive.argument_pages": ("true", "false"),
    "archive.related": ("4", "1"),
    "archive.share_images": ("false", "true") if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else ("false",),
    "archive.permalink": ('"/{section}/{slug}/"', '"/{section}/{year}/{slug}/"'),
    "feeds.limit": ("2", "1", "20"),
    "defaults.standards": ('"none"', '"editorial"'),
    "defaults.section": ('"loose"', '"law"'),
    "sections.business.arguments": ('"marked"', '"none"'),
    "markdown.typography": ("true", "false"),
    "checks.missing-reference": ('"warning"', '"error"'),
    "checks.missing-page": ('"warning"', '"off"'),
    "extra.note": ('"one"', '"two"'),
}
"""Keys of the configuration with their values, the first one at first."""


def configuration(chosen: dict[str, str]) -> str:
    """Return `config.toml` with these values, and the first ones of the other keys."""
    return "".join(f"{key} = {chosen.get(key, values[0])}\n" for key, values in OPTIONS.items())
