"""A site of a few dozen small pages, to be built hundreds of times: every kind of page and of source, plain templates.

What each template asks for is seen at a glance, so a test can name the pages that an edit must touch. Builds go through
the engine in this process; a build of the same project in a folder of its own says what is right.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path
from typing import Any, NamedTuple

from harness import Site, article, snapshot

from sitegen.articles.clock import Clock
from sitegen.build.engine import Job, build, output_folder
from sitegen.build.report import BuildReport
from sitegen.config import load
from sitegen.errors import SitegenError

__all__ = [
    "CONFIG",
    "DAY",
    "FILES",
    "GIFT",
    "MANY",
    "MEMORY",
    "MOONS",
    "REPLY",
    "STARS",
    "TEMPLATES",
    "Desk",
    "Miniature",
    "Result",
    "day",
]

CONFIG = """\
title = "The Test Desk"
base_url = "https://example.org/archive/"
search.engine = "none"

[archive]
page_size = 2

[feeds]
limit = 2

[checks]
missing-reference = "warning"
"""

TEMPLATES = {
    "_frame.html": """<!doctype html>
<title>{% block title %}{{ site.title }}{% endblock %}</title>
<link rel="stylesheet" href="{{ "style.css" | asset }}">
{% block main %}{% endblock %}
""",
    "_macros.html": """{% macro cards(items) %}
{% for card in items %}
<p><a href="{{ card.url }}">{{ card.title }}</a> {{ card.date | date }} {{ card.description }}
{% for tag in card.tags %}<a href="{{ tag.url }}">{{ tag.name }}</a> {% endfor %}
{% for byline in card.authors %}<a href="{{ byline.term.url }}">{{ byline.term.name }}</a> {% endfor %}
{% endfor %}
{% endmacro %}
{% macro points(items) %}
{% for point in items %}
<p>{{ point.number }} <a href="{{ point.page_url }}">{{ point.claim }}</a> {{ point.stance or "" }}
{{ point.article.title }}
{% endfor %}
{% endmacro %}
{% macro relations(argument) %}
{% for it in argument.relations %}
<p>{{ it.direction }} {{ it.kind }} <a href="{{ it.url or "#" }}">{{ it.label }}</a>
{% if it.other %}{{ it.other.article.title }}{% endif %}
{% endfor %}
{% endmacro %}
""",
    "_term.html": """<h1>{{ term.term.name }} {{ term.count }}</h1>{{ term.html | safe }}
{{ m.cards(chunk.items) }}
{% for item in term.related %}<a href="{{ item.term.url }}">{{ item.term.name }} {{ item.count }}</a> {% endfor %}
{% if chunk.older is not none %}<p>older: {{ chunk.older }}{% endif %}
""",
    "_text.html": """{% for block in archive.article(card.id).blocks %}{{ block.html | safe }}{% endfor %}""",
}
"""The templates of the miniature, by name."""

_HEAD = '{% extends "_frame.html" %}{% import "_macros.html" as m %}{% block main %}\n'
_PAGES = {
    "home": "{{ m.cards(archive.articles(limit=2)) }}",
    "404": "Nothing is here.",
    "article": """<h1>{{ article.card.title }}</h1>{{ article.card.status }} {{ article.words }}
{% for block in article.blocks %}
{{ block.html | safe }}{% if block.card is defined %}{{ m.relations(block) }}{% endif %}
{% endfor %}
{% for note in article.footnotes %}<p id="{{ note.id }}">{{ note.html | safe }}{% endfor %}
{% if article.image_url %}<img src="{{ article.image_url }}" alt="">{% endif %}
<p>{{ article.standards.title }}
{% for correction in article.corrections %}<p>{{ correction.text }}{% endfor %}
{% set near = archive.neighbours(article.card.id) %}
{% for card in (near.earlier, near.later) if card %}<p>{{ card.title }}{% endfor %}
{{ m.cards(archive.related(article.card.id, limit=2)) }}""",
    "argument": """<h1>{{ argument.card.claim }}</h1>{{ article.card.title }}{{ argument.html | safe }}
{{ m.relations(argument) }}
{% for note in archive.footnotes(argument.card.ref) %}{{ note.html | safe }}{% endfor %}""",
    "section": '{% set term = section %}{% include "_term.html" %}',
    "author": '{% set term = author %}{% include "_term.html" %}',
    "tag": '{% set term = tag %}{% include "_term.html" %}',
    "sections": "{% for it in archive.sections() %}{{ it.term.name }} {{ it.count }} {% endfor %}",
    "authors": "{% for it in archive.authors() %}{{ it.term.name }} {{ it.count }} {% endfor %}",
    "tags": "{% for it in archive.tags() %}{{ it.term.name }} {{ it.count }} {% endfor %}",
    "archive": "{{ m.cards(chunk.items) }}{% for it in archive.years() %}{{ it.year }} {{ it.count }} {% endfor %}",
    "year": "{{ m.cards(chunk.items) }}{% for it in archive.months(year) %}{{ it.month }} {{ it.count }} {% endfor %}",
    "month": "{{ m.cards(chunk.items) }}",
    "arguments": "{{ m.points(chunk.items) }}",
    "claims": "{% for it in archive.claims() %}{{ it.title }}{% endfor %}",
    "claim": "<h1>{{ claim.title }}</h1>{{ claim.html | safe }}{{ m.points(archive.arguments(claim=claim.id)) }}",
    "standards": "{% for it in archive.standards() %}{{ it.title }} {{ it.count }} {% endfor %}",
    "notice": "{% for it in notice.versions %}{{ it.date | date }} {{ it.count }} {% endfor %}",
    "version": "{{ version.html | safe }}{{ m.cards(chunk.items) }}",
    "corrections": "{% for it in archive.corrections() %}{{ it.article.title }} {{ it.correction.text }}{% endfor %}",
    "page": "<h1>{{ document.title }}</h1>{{ document.html | safe }}",
    "tombstone": "{{ article.card.title }} is gone",
}
TEMPLATES |= {f"{name}.html": f"{_HEAD}{body}\n{{% endblock %}}\n" for name, body in _PAGES.items()}
TEMPLATES |= {
    "redirect.html": '<a href="{{ target }}">moved</a>\n',
    "robots.txt": "User-agent: *\n",
    "sitemap.xml": "<urlset>{% for it in entries %}<url>{{ it.url | absolute }}</url>{% endfor %}</urlset>\n",
    "feed.json": "[{% for card in feed.articles %}{{ card.title | tojson }}, {% endfor %}0]\n",
    "feed.xml": """<feed>{{ feed.updated | date("rfc3339") }}
{% for card in feed.articles %}
{{ card.title }}{% set html %}{% include "_text.html" %}{% endset %}{{ html | absolute_links(card.url) | forceescape }}
{% endfor %}
</feed>
""",
    # Parts of the packaged theme for which nothing here asks: even to read them takes longer than a page.
    **dict.fromkeys(("_about.html", "_argument.html", "_pager.html", "base.html"), ""),
    "corrections.json": "[{% for it in feed.corrections %}{{ it.id | tojson }}, {% endfor %}0]\n",
    "corrections.xml": "<feed>{% for it in feed.corrections %}{{ it.entry.correction.text }}{% endfor %}</feed>\n",
}

GIFT, REPLY = "content/articles/business/gift.md", "content/articles/business/reply.md"
STARS, MOONS = "content/articles/science/stars.md", "content/articles/science/moons.md"
FILES: dict[str, str | bytes] = {
    GIFT: article(
        """
        The opening of the gift.

        - A gift is never free. {: .argument #horse stance=pro claim=free }

        - The keys stay with the giver. {: .argument #keys }

        The last words.
        """,
        title="The gift",
        tags="[linux]",
        standards="editorial",
        corrections="[{date: 2009-08-01, text: It was wrong.}]",
    ),
    REPLY: article(
        """
        The opening of the reply.

        - It is free for all. {: .argument #no rebuts=business/gift#horse }
        """,
        title="The reply",
        date="2010-02-01",
        author="Ada Berg",
        tags="[linux, law]",
    ),
    STARS: article(
        """
        The opening of the stars.

        - They are far away. {: .argument #far }

        ![A star](star.svg)
        """,
        title="The stars",
        date="2012-05-05",
        author="Noor Said",
        tags="[sky]",
    ),
    MOONS: article(
        "The opening of the moons.",
        title="The moons",
        date="2012-06-06",
        author="Noor Said",
        tags="[sky]",
        aliases="[/moon/]",
    ),
    "content/articles/science/star.svg": "<svg/>",
    "content/claims/free.md": "---\ntitle: Gifts are free.\n---\n",
    "content/standards/editorial/2009-01-01.md": "---\ntitle: Standards\n---\n\nWe check.\n",
    "content/pages/about.md": "---\ntitle: About\n---\n\nUs.\n",
}
"""Two pairs of pieces: the reply answers the gift, and the stars and moons have nothing to do with them."""

MANY = {
    f"content/articles/law/piece-{number}.md": article(
        f"""
        Opening {number}.

        - This is point {number}. {{: .argument #point }}
        """,
        title=f"Piece {number}",
        date=f"20{number % 10:02}-0{number % 9 + 1}-11",
        author="Ida Lund",
        tags="[code]",
    )
    for number in range(40)
}
"""So many pieces more that work is shared out to workers."""

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - names in it are random
"""Where temporary folders are made: in memory, where the system has such a place, small files take half of the time."""

DAY = dt.date(2012, 7, 1)
"""The day of the builds, unless a test says another."""


def day(days: int = 0) -> dt.datetime:
    """Return noon of the day of the builds, or of so many days after it."""
    return dt.datetime.combine(DAY + dt.timedelta(days), dt.time(12), dt.UTC)


class Result(NamedTuple):
    """How a build ended: its report or its error, and the output folder afterwards, folders and links too."""

    report: BuildReport | None
    error: SitegenError | None
    output: dict[str, bytes | str]

    @property
    def facts(self) -> tuple[object, ...]:
        """What two builds of one project must agree on, whatever was there before and however much they did."""
        if self.report is None:
            return type(self.error), str(self.error), getattr(self.error, "diagnostics", ())
        it = self.report
        counts = (it.articles, it.arguments, it.rendered + it.reused, it.files, it.omissions)
        return *counts, tuple(finding for finding in it.diagnostics if finding.code != "foreign-files")

    @property
    def pages(self) -> tuple[str, ...]:
        """The URLs of the pages that were rendered."""
        assert self.report is not None, self.error
        return self.report.pages


class Miniature(Site):
    """A site with those templates."""

    def __init__(self, folder: Path, files: dict[str, str | bytes] | None = None) -> None:
        """Write the configuration, the templates and these files."""
        super().__init__(folder, CONFIG)
        for name, text in TEMPLATES.items():
            self.write(f"templates/{name}", text)
        for path, text in (files or {}).items():
            self.write(path, text)

    def job(self, now: dt.datetime, *, drafts: bool = False, future: bool = False, **choices: Any) -> Job:
        """Return the job of building it, in this process unless `choices` say otherwise."""
        config = load(self.folder / "config.toml")
        return Job(
            project=self.folder,
            config=config,
            clock=Clock(now, drafts=drafts, future=future),
            output=output_folder(self.folder, config),
            **({"jobs": 1} | choices),
        )

    def make(self, now: dt.datetime | None = None, **choices: Any) -> Result:
        """Build it through the engine, with the choices of `job`."""
        report, error = None, None
        try:
            report = build(self.job(now or day(), **choices))
        except SitegenError as caught:
            error = caught
        return Result(report, error, snapshot(self.output))

    def clean(self, folder: Path, now: dt.datetime | None = None, **choices: Any) -> Result:
        """Build a copy of the project without output and state in `folder`, which is emptied first."""
        shutil.rmtree(folder, ignore_errors=True)
        for name in ("content", "templates"):
            shutil.copytree(self.folder / name, folder / name)
        shutil.copyfile(self.folder / "config.toml", folder / "config.toml")
        fresh = Miniature.__new__(Miniature)
        fresh.folder = folder
        return fresh.make(now, **choices)


class Desk:
    """A built miniature, which is edited and built again."""

    def __init__(self, folder: Path) -> None:
        """Write and build it."""
        self.folder = folder
        self.site = Miniature(folder / "site", FILES)
        self.everything = set(self.result().pages)

    def build(self, days: int = 0) -> set[str]:
        """Build, expect the result of a clean build, and return the pages that were rendered."""
        result = self.result(days)
        clean = self.site.clean(self.folder / "clean", day(days))
        assert result.error is None
        assert result.facts == clean.facts
        assert result.output == clean.output
        return set(result.pages)

    def result(self, days: int = 0) -> Result:
        """Build, and return how it ended."""
        return self.site.make(day(days))

    def edit(self, path: str, *changes: tuple[str, str]) -> set[str]:
        """Replace texts in a file that is there, and build."""
        text = (self.site.folder / path).read_text("utf-8")
        for old, new in changes:
            assert text.count(old) == 1, f"{old!r} in {path}"
            text = text.replace(old, new)
        return self.write(path, text)

    def write(self, path: str, text: str) -> set[str]:
        """Write a file, and build."""
        self.site.write(path, text)
        return self.build()

    def shown(self, url: str) -> str:
        """Return the finished page at a URL."""
        return (self.site.output / (f"{url[1:]}index.html" if url.endswith("/") else url[1:])).read_text("utf-8")
