"""How an edition comes to be: of everything, of the edition before and some changed words, or of other templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from urllib.parse import urlsplit

from msgspec import structs

from sitegen.archive.archive import Archive
from sitegen.archive.links import owner_of, resolve
from sitegen.archive.rows import Held
from sitegen.archive.stored import renewed, rows_of, unpack_archive, with_other_cards
from sitegen.archive.window import Window
from sitegen.articles.assemble import why_left_out
from sitegen.articles.clock import Clock
from sitegen.articles.load import Content
from sitegen.articles.packed import unpack_outline
from sitegen.articles.paths import is_article
from sitegen.articles.sources import Found, Tree
from sitegen.build.archive_file import ArchiveFile
from sitegen.build.bodies import Bodies
from sitegen.build.darkroom import Darkroom
from sitegen.build.job import Job
from sitegen.build.known import Known
from sitegen.build.reading import Reading, prepare
from sitegen.build.state import State
from sitegen.build.whole import until
from sitegen.build.wording import differs_in_text, other_cards
from sitegen.build.workers import Crew, available
from sitegen.diagnostics import Diagnostic, ordered
from sitegen.digest import digest_of, fingerprint
from sitegen.pages.assets import Assets
from sitegen.pages.catalogues import Catalogues
from sitegen.pages.page import output_path
from sitegen.pages.search import SEARCH_ASSETS
from sitegen.pages.snapshot import Snapshot
from sitegen.preview.edition import Edition, Unpublished
from sitegen.preview.index import PageIndex
from sitegen.preview.spool import Spool
from sitegen.stamps import Stamped, moment

__all__ = ["Progress", "leads", "restyled", "reworded", "whole", "world_of"]

Progress = Callable[[str, int, int], None]
"""Is told the name of a step, how much of it is done, and how much there is."""

_TEMPLATES = "templates/"


def world_of(job: Job, engine: str, snapshot: Snapshot) -> bytes:
    """Return the digest of all that an archive and its pictures depend on besides files of `content/` and the time."""
    archive = job.config.archive
    font = snapshot.assets.get(archive.share_font, b"") if archive.share_images else b""
    return fingerprint((engine, job.config, job.clock.drafts, job.clock.future, font))


def whole(
    job: Job, engine: str, snapshot: Snapshot, tree: Tree, state: State, before: Edition | None, progress: Progress
) -> Edition:
    """Make an edition of everything there is; what was parsed is not parsed again.

    Raises `Failed` with every finding where nothing can be shown, and `Damaged` where the state fails.
    """
    now = moment(job.memory)
    found = (*tree.articles, *tree.records)
    bodies = Bodies(job.project, job.config, engine, state)
    crew = Crew(job.jobs or available(), job.memory, job.start)
    bodies.fetch(found, before.sources if before else {}, crew, now, lambda it: progress("reading", it, len(found)))
    known = before.others if before else {}
    stamps = {it.path: it.stamp for it in (*tree.media, *tree.files)}
    still = {path: known[path].digest for path, stamp in stamps.items() if path in known and known[path].still(stamp)}
    assets = Assets(job.project, snapshot.assets, still)
    darkroom = Darkroom(job.project, job.memory, job.config, snapshot.assets)

    def develop(archive: Archive, assets: Assets) -> list[Diagnostic]:
        darkroom.develop(archive, assets, crew, lambda *it: progress("pictures", *it))
        return darkroom.findings

    prepared = prepare(job, tree, bodies, snapshot, assets, _good(before), develop)
    reading = prepared.reading
    stored = ArchiveFile.write(job.memory, reading.archive)
    tables = stored or Held(rows_of(reading.archive))
    pages = Spool(job.memory, partial(PageIndex.parts_of, reading.pages))
    files = {file.path: file for file in reading.files}
    digests = still | {path: assets.digest(path) for path in reading.archive.pictures}
    unpublished = tuple(_unpublished(reading, job))
    changes = until(reading.content, bodies, job)
    findings, kept, good = prepared.findings, prepared.kept, prepared.good
    del prepared, reading  # they take more memory than all that stays, and what follows needs some
    bodies.forget()
    # What no stamp can stand for is compared by its bytes.
    unsure = (path for path, stamp in stamps.items() if path not in digests and not stamp.settled(now))
    digests |= {path: digest_of(job.project / path) for path in unsure}
    edition = Edition(
        job=job,
        world=world_of(job, engine, snapshot),
        engine=engine,
        snapshot=snapshot,
        archive=unpack_archive(tables, job.config, bodies.article),
        stored=stored,
        pages=PageIndex(pages),
        files=files,
        assets=assets,
        darkroom=darkroom,
        bodies=bodies,
        findings=findings,
        walked=fingerprint(tree.findings),
        others={
            path: Stamped(digests.get(path, ""), stamp if stamp.settled(now) else None)
            for path, stamp in stamps.items()
        },
        kept=frozenset(it.path for it in kept),
        good=good,
        unpublished=unpublished,
        until=changes,
        day=job.clock.now.date().isoformat(),
    )
    pages.rest()
    return edition


def _good(before: Edition | None) -> dict[str, Known]:
    if before is None:
        return {}
    return {path: it for path, it in before.sources.items() if path not in before.kept} | dict(before.good)


def _unpublished(reading: Reading, job: Job) -> Iterator[Unpublished]:
    """Yield the pieces that a build without drafts and pieces of a later date would leave out."""
    content: Content = reading.content
    clock = Clock(job.clock.now)
    for article in content.articles:
        meta = article.meta
        if meta.draft:
            yield Unpublished(article.path, "draft")
        elif why_left_out(meta, article.date, clock, job.config):
            yield Unpublished(article.path, "future", str(max(str(meta.publish_date or ""), str(article.date))))
    for record in content.records:
        if record.draft:
            yield Unpublished(record.path, "draft")


def reworded(edition: Edition, changed: Iterable[Found], state: State) -> Edition | None:
    """Return the edition with some articles as they are now; `None` where more than their text has changed.

    Raises `Damaged` where the state fails.
    """
    job = edition.job
    paths = {it.path: it for it in changed}
    told_of = {finding.path for finding in edition.findings}
    if (
        edition.kept
        or not all(is_article(path) and path in edition.sources for path in paths)
        or told_of & paths.keys()
    ):
        return None
    now = moment(job.memory)
    bodies = Bodies(job.project, job.config, edition.engine, state)
    bodies.fetch(tuple(paths.values()), {}, Crew(1, job.memory), now, lambda _: None)
    if bodies.findings:
        return None
    before = state.outlines([edition.sources[path].key for path in paths])
    for path in paths:
        was = before.get(edition.sources[path].key)
        is_known = path in edition.archive.files
        if was is None or not differs_in_text(unpack_outline(was), bodies.article(path), is_known=is_known):
            return None
    bodies.trust({path: known for path, known in edition.sources.items() if path not in paths})
    names = [edition.archive.files[path][1] for path in paths if path in edition.archive.files]
    archive = renewed(edition.archive, names, bodies.article)
    cards = other_cards(archive, names)
    if cards and job.config.archive.share_images:
        return None
    archive = with_other_cards(archive, cards)
    made = structs.replace(edition, archive=archive, bodies=bodies)
    return made if all(_leads_somewhere(it, name) for it in (edition, made) for name in names) else None


def _leads_somewhere(edition: Edition, name: str) -> bool:
    """Whether there is nothing to tell of the links of an article, and none leads to a file beside it."""
    window = Window(edition.archive, edition.assets.media_url)
    article = edition.archive.articles[name]
    owner = owner_of(window, article)
    for link in article.body.links:
        if link.kind == "page":
            resolved = resolve(link, owner, window)
            if resolved.finding is not None or resolved.media or not (resolved.settled or leads(edition, resolved.url)):
                return False
    return True


def leads(edition: Edition, url: str) -> bool:
    """Whether a root-relative URL leads to a page or file of an edition, as `missing_pages` would say."""
    path = output_path(urlsplit(url).path)
    return edition.pages.at(path) is not None or path in edition.files


def restyled(edition: Edition, snapshot: Snapshot) -> Edition | None:
    """Return the edition with other templates; `None` where they decide more than how pages look, or are wrong."""
    job = edition.job
    if edition.world != world_of(job, edition.engine, snapshot):
        return None
    known = {path: stamped.digest for path, stamped in edition.others.items()}
    assets = Assets(job.project, snapshot.assets, known)
    assets.publish_theme(() if job.config.has_search else SEARCH_ASSETS)
    assets.lightbox = edition.assets.lightbox
    theme = {file.path: file for file in assets.files}
    files = {path: file for path, file in edition.files.items() if not file.source.startswith(_TEMPLATES)}
    if files.keys() & theme.keys() or any(edition.pages.at(path) for path in theme):
        return None
    # A file of the content with the same bytes and name is published as the theme's.
    gone = {file.digest for path, file in edition.files.items() if path not in files and path not in theme}
    if gone & {it.digest for it in edition.others.values()}:
        return None
    severities = job.config.severities
    every = (*snapshot.findings, *Catalogues(snapshot).findings())
    found = tuple(finding.judged(severities) for finding in every)
    others = (it for it in edition.findings if not it.path.startswith(_TEMPLATES))
    findings = ordered([*others, *found])
    if any(finding.fails for finding in found):
        return None
    return structs.replace(edition, snapshot=snapshot, assets=assets, files=files | theme, findings=findings)
