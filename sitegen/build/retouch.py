"""The commonest edit of all: words of a few articles changed, and nothing that the order of the archive depends on.

Then the archive, but for the cards of these pieces, the plan and all other traces are those of the last build, and
need not be made again. Only the pages that show these texts, or cards with another title, are looked at. Whatever is
more than that is left to the whole line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
from msgspec import DecodeError, structs

from sitegen.archive.archive import Archive
from sitegen.archive.cards import Card
from sitegen.archive.stored import Unpacked, unpack_archive, with_other_cards
from sitegen.articles.dates import EdtfDate
from sitegen.articles.packed import unpack_outline
from sitegen.articles.paths import is_article
from sitegen.articles.sources import Tree
from sitegen.build.archive_file import ArchiveFile
from sitegen.build.beginning import Beginning
from sitegen.build.bodies import Bodies
from sitegen.build.darkroom import Darkroom
from sitegen.build.extract import Extract
from sitegen.build.last import Last, stamped_folders
from sitegen.build.ledger import told
from sitegen.build.output import Output
from sitegen.build.recorder import Question
from sitegen.build.rendering import Scene, Task, rendering
from sitegen.build.report import BuildReport
from sitegen.build.state import Damaged
from sitegen.build.wording import differs_in_words, other_cards
from sitegen.build.workers import Crew
from sitegen.digest import fingerprint
from sitegen.pages.assets import Assets
from sitegen.pages.page import Page

if TYPE_CHECKING:
    from sitegen.build.search import Index

__all__ = ["CARDS", "retouch"]

CARDS = "cards"
"""The name of a record in the state: the cards that have other words than in the file of the archive."""

_MANY = 50
_MOST = 500
"""Cards that are kept beside the file; with more of them all is made anew."""

_cards = msgspec.msgpack.Decoder(dict[str, Card])


def retouch(begun: Beginning, tree: Tree, output: Output) -> BuildReport | None:
    """Build, where only texts have changed since the last build; `None` where it is not so, and nothing was done.

    What is damaged is left to the whole line: without the file of the archive, and it finds out if the state is.
    """
    last = begun.comparable
    if last is None or not output.is_as_left:
        return None
    changed = _changed(last, tree)
    if changed is None:
        return None
    stored = ArchiveFile.named(begun.job.memory, last.archive)
    if stored is None:
        return None
    try:
        bodies = _bodies(begun, last, tree, changed)
        others = _cards.decode(begun.state.get(CARDS) or b"")
        archive = unpack_archive(stored, begun.job.config, bodies.article, others)
        return _rendered(begun, last, tree, output, bodies, changed, archive)
    except (DecodeError, Damaged):
        output.discard()
        stored.remove()
        return None
    finally:
        stored.rest()


def _changed(last: Last, tree: Tree) -> tuple[str, ...] | None:
    """Return the articles whose stamps say that they may have changed, where nothing else may have."""
    if last.findings != fingerprint(tree.findings) or last.report.kept:
        return None
    found = {it.path: it.stamp for it in (*tree.articles, *tree.records)}
    others = {it.path: it.stamp for it in (*tree.media, *tree.files)}
    if found.keys() != last.sources.keys() or others.keys() != last.others.keys():
        return None
    if not all(last.others[path].still(stamp) for path, stamp in others.items()):
        return None
    changed = tuple(path for path, stamp in found.items() if last.sources[path].stamp != stamp)
    told_of = {finding.path for finding in last.report.diagnostics}
    is_small = len(changed) <= _MANY and all(is_article(path) and path not in told_of for path in changed)
    return changed if is_small else None


def _bodies(begun: Beginning, last: Last, tree: Tree, changed: tuple[str, ...]) -> Bodies:
    bodies = Bodies(begun.job.project, begun.job.config, begun.engine, begun.state)
    bodies.trust({path: known for path, known in last.sources.items() if path not in changed})
    wanted = [it for it in tree.articles if it.path in changed]
    crew = Crew(1, begun.job.memory)
    bodies.fetch(wanted, {}, crew, begun.moment, lambda done: begun.progress("reading", done, len(wanted)))
    return bodies


def _stands_the_same(path: str, last: Last, bodies: Bodies, begun: Beginning, archive: Archive) -> bool:
    """Whether the archive, but for words of a card, is the same with an article as it was and as it is.

    And there is nothing to tell of it.
    """
    if path not in bodies.known:
        return False
    key = last.sources[path].key
    before = begun.state.outlines([key]).get(key)
    if before is None:
        return False
    return differs_in_words(unpack_outline(before), bodies.article(path), is_known=path in archive.files)


def _rendered(
    begun: Beginning,
    last: Last,
    tree: Tree,
    output: Output,
    bodies: Bodies,
    changed: tuple[str, ...],
    archive: Unpacked,
) -> BuildReport | None:
    job = begun.job
    if not all(_stands_the_same(path, last, bodies, begun, archive) for path in changed):
        return None
    names = [archive.files[path][1] for path in changed if path in archive.files]
    cards = other_cards(archive, names)
    if (cards and job.config.archive.share_images) or len(archive.others.keys() | cards) > _MOST:
        return None
    archive = with_other_cards(archive, cards)
    extract = Extract(begun.state, names, cards)
    known = {path: stamped.digest for path, stamped in last.others.items()}
    stored = begun.state.bodies({path: known.key for path, known in bodies.known.items()})
    assets = Assets(job.project, begun.snapshot.assets, known)
    assets.lightbox = Darkroom(job.project, job.memory, job.config, begun.snapshot.assets).lightbox()
    scene = Scene(
        config=job.config,
        archive=archive,
        pages=tuple(trace.page for trace in extract.traces.values()),
        snapshot=begun.snapshot,
        assets=assets,
        texts=stored.text,
        today=EdtfDate(job.clock.now.date().isoformat()),
        stage=job.memory / "stage",
    )
    try:
        recorder = scene.recorder()
        reasons = {path: told(askings) for path, askings in extract.changed(recorder.again).items()}
        index = _index(begun, scene, output)
        output.keep(reasons.keys() | (index.files if index else ()), is_all=index is None)
        if not _render(scene, extract, output, reasons):
            output.discard()
            return None
        if index:
            index.make(lambda *it: begun.progress("indexing", *it))
        records = extract.written(recorder.window.digest)
        written = output.commit()
    finally:
        stored.close()
    pages = last.report.rendered + last.report.reused
    report = structs.replace(
        last.report,
        parsed=bodies.parsed,
        rendered=len(reasons),
        reused=pages - len(reasons),
        written=len(written.written),
        unchanged=written.unchanged,
        pictures=0,
        pruned=len(written.pruned),
        search="made" if index else "kept" if last.report.search else "",
        pages=tuple(sorted(extract.traces[path].page.url for path in reasons)),
        notes=(),
    )
    folders = stamped_folders(tree, begun.moment)
    now = structs.replace(last, sources=bodies.known, folders=folders, left=output.left(), report=report)
    records |= now.written()
    begun.state.commit(records | {CARDS: msgspec.msgpack.encode(archive.others)} if cards else records)
    return report


def _index(begun: Beginning, scene: Scene, output: Output) -> Index | None:
    """Return the index of the search page where it has to be made anew."""
    if not begun.job.config.has_search or not begun.job.is_indexed:
        return None
    from sitegen.build.search import Index

    index = Index(scene, output, begun.engine)
    return None if index.is_current else index


def _render(scene: Scene, extract: Extract, output: Output, reasons: Mapping[str, tuple[str, ...]]) -> bool:
    """Render pages; false where one asked for anything new, or could not be rendered."""
    places = {page.path: place for place, page in enumerate(scene.pages)}
    tasks = [Task(places[path], output.there(path)) for path in reasons]
    asked: list[Question] = []
    for batch in Crew(1, scene.stage.parent).run(rendering(scene), tasks):
        asked += batch.questions
        for it in batch.pages:
            page: Page = scene.pages[it.place]
            if it.finding is not None:
                return False
            questions = [asked[position] for position in it.questions]
            if not extract.enter(page.path, it.digest, questions, reasons[page.path]):
                return False
            output.accept(page.path, it.digest, is_staged=it.is_staged)
    return True
