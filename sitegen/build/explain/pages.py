"""What is told of a page of the plan: its template, its parameters, its sources, its part of a listing."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from sitegen.archive.archive import Archive, Key
from sitegen.archive.chunks import cut
from sitegen.build.explain.explanation import Explanation, Fact, PageFacts
from sitegen.build.explain.sources import Sources
from sitegen.build.job import Job
from sitegen.build.ledger import Ledger
from sitegen.build.reading import Reading
from sitegen.build.state import DATABASE, Damaged, State
from sitegen.diagnostics import nearest
from sitegen.errors import SitegenError
from sitegen.pages.page import Page, PublishedFile

__all__ = ["explain_file", "explain_page", "listings_of"]

_PIECES = ("article.html", "tombstone.html")


def explain_page(page: Page, fragment: str, reading: Reading, sources: Sources) -> Explanation:
    """Tell of a page, or of the place on it that a fragment names.

    The page of an article is told as the article. Raises `SitegenError` for a place that it has not.
    """
    told = _told(page, fragment, reading, sources)
    if fragment:  # the place is asked about, not the page
        return told
    reasons = _rendered_because(page, sources.job)
    last = (Fact("rendered last", reason, "in the last build that made it anew") for reason in reasons)
    return replace(told, facts=(*told.facts, *last))


def _told(page: Page, fragment: str, reading: Reading, sources: Sources) -> Explanation:
    if page.template == "redirect.html":
        return Explanation(
            kind="redirect",
            summary=f"A redirect to {page.parameters['target']}",
            path=_path(page),
            url=page.url,
            facts=(Fact("made of", page.source), Fact("leads to", str(page.parameters["target"]))),
            pages=(_facts(page),),
        )
    if "argument" in page.parameters:
        return _argument(str(page.parameters["argument"]), reading, sources)
    if page.template in _PIECES:
        name = str(page.parameters["article"])
        if not fragment:
            return replace(sources.explain(page.source), listings=listings_of(name, reading))
        return _place(name, fragment, page, reading, sources)
    values = tuple(_page_values(page, reading, sources))
    path = _path(page)
    if path:
        told = sources.explain(path)
        return replace(told, url=page.url, facts=(*told.facts, *values))
    return Explanation(
        kind="listing" if "chunk" in page.parameters else "generated",
        summary=f"A page, made of {page.source}",
        url=page.url,
        facts=values,
        pages=(_facts(page),),
    )


def explain_file(file: PublishedFile, sources: Sources) -> Explanation:
    """Tell of a file that is published as it is."""
    if file.source.startswith("content/"):
        return sources.explain(file.source)
    return Explanation(
        kind="file",
        summary="A file of the theme",
        path=file.source,
        url=file.url,
        facts=(Fact("made of", file.source),),
    )


def listings_of(name: str, reading: Reading) -> tuple[str, ...]:
    """Return the pages that list an article, by its id."""
    return tuple(page.url for page in reading.pages if name in _listed(page, reading.archive))


def _place(name: str, fragment: str, page: Page, reading: Reading, sources: Sources) -> Explanation:
    archive = reading.archive
    present = archive.bucket(("fragment", "article", name, fragment))
    if not present:
        ids = archive.articles[name].body.ids
        near = nearest(fragment, (*archive.references.own.get(name, ()), *ids))
        hint = f"did you mean `{page.url}#{near}`?" if near else ""
        raise SitegenError(f"the page {page.url} has no place “{fragment}”", hint=hint)
    ref = f"{name}#{present[0]}"
    if archive.bucket(("argument", ref)):
        return _argument(ref, reading, sources)
    return Explanation(
        kind="article",
        summary=f"A place on the page of “{archive.cards[name].title}”",
        path=page.source,
        url=f"{page.url}#{fragment}",
        pages=(_facts(page),),
    )


def _argument(ref: str, reading: Reading, sources: Sources) -> Explanation:
    """Tell of one argument, by `article#id`."""
    archive = reading.archive
    card = archive.cards[ref.partition("#")[0]]
    article = archive.articles[card.id]
    found = next(a for a in sources.arguments(article, card.id) if f"{card.id}#{a.id}" == ref)
    return Explanation(
        kind="argument",
        summary=f"Argument {found.number} of {card.arguments} of “{card.title}”",
        path=article.path,
        url=found.url,
        facts=(Fact("ref", ref), Fact("article", card.url)),
        mode=article.body.mode,
        mode_reason=article.body.mode_reason,
        arguments=(found,),
        pages=tuple(_facts(page) for page in reading.pages if page.parameters.get("argument") == ref),
    )


def _facts(page: Page) -> PageFacts:
    return PageFacts(page.url, page.template, page.parameters)


def _path(page: Page) -> str:
    """Return the path of the source of a page, empty where there is no single file."""
    path = page.source.partition(", ")[0]
    return path if path.startswith("content/") and not path.endswith("/") else ""


def _page_values(page: Page, reading: Reading, sources: Sources) -> Iterator[Fact]:
    template = reading.snapshot.templates.get(page.template)
    own = (sources.job.project / "templates" / page.template).is_file()
    if template is not None:
        yield Fact("template", page.template, "the site's own" if own else "packaged with sitegen")
    yield Fact("made of", page.source)
    yield Fact("file", page.path, "in the output folder")
    asked = {name: value for name, value in page.parameters.items() if name != "chunk"}
    if asked:
        yield Fact("asks for", ", ".join(f"{name} {value}" for name, value in asked.items()))
    key = _key(page)
    if key is not None:
        yield from _chunk(page, key, reading.archive)
    if page.feed:
        yield Fact("feed", page.feed)


def _rendered_because(page: Page, job: Job) -> tuple[str, ...]:
    """Return why a page was rendered last, in words; nothing where no build is remembered."""
    try:
        with State(job.memory / DATABASE, reads_only=True) as state:
            trace = Ledger.read(state).traces.get(page.path)
    except Damaged:
        return ()
    return trace.why if trace is not None else ()


def _chunk(page: Page, key: Key, archive: Archive) -> Iterator[Fact]:
    names = archive.bucket(key)
    number = int(page.parameters["chunk"])
    part = cut(len(names), archive.config.archive.page_size, number)
    what = "arguments" if key[0] == "arguments" else "articles"
    shown = names[part.start : part.stop]
    where = f"chunk {number}, counted from the oldest" if number else "the landing page, the newest"
    yield Fact("shows", f"{len(shown)} of {len(names)} {what}", where)
    for name, other in (("older", part.older), ("newer", part.newer)):
        if other is not None:
            yield Fact(name, archive.urls.chunk(page.base, other))


def _listed(page: Page, archive: Archive) -> tuple[str, ...]:
    """Return the articles that a page lists."""
    key = _key(page)
    if key is None or key[0] == "arguments":
        return ()
    names = archive.bucket(key)
    part = cut(len(names), archive.config.archive.page_size, int(page.parameters["chunk"]))
    return names[part.start : part.stop]


def _key(page: Page) -> Key | None:
    """Return the bucket that a page lists, `None` where it is no listing."""
    given = page.parameters
    key: Key | None = None
    match page.template:
        case "section.html" | "author.html" | "tag.html":
            key = (page.kind, str(given[page.kind]))
        case "archive.html":
            key = ("all",)
        case "arguments.html":
            key = ("arguments", "all")
        case "year.html":
            key = ("year", f"{int(given['year']):04d}")
        case "month.html":
            key = ("month", f"{int(given['year']):04d}", f"{int(given['month']):02d}")
        case "version.html":
            key = ("standards", str(given["notice"]), str(given["version"]))
    return key
