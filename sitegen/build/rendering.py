"""Pages become bytes, in this process or in several, and what each was made of is handed back.

A page's bytes stay where they are made: those that differ from what stands in the output folder go to the
stage, and only digests and questions return.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from sitegen.archive.archive import Archive
from sitegen.archive.window import Texts, Window
from sitegen.articles.dates import EdtfDate
from sitegen.articles.parse import Parser
from sitegen.build.atomic import disk_trouble
from sitegen.build.compiled import compiled
from sitegen.build.fingerprints import engine_fingerprint
from sitegen.build.output import stage_file
from sitegen.build.recorder import Question, Recorder
from sitegen.build.workers import Stage, at
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.digest import digest_bytes
from sitegen.pages.assets import Assets
from sitegen.pages.catalogues import Catalogues
from sitegen.pages.filters import Filters
from sitegen.pages.page import Page
from sitegen.pages.render import Renderer
from sitegen.pages.site import Site
from sitegen.pages.sitemap import sitemap_entries, sitemap_parts
from sitegen.pages.snapshot import Snapshot
from sitegen.pages.templates import environment
from sitegen.pages.words import Tongues

__all__ = ["Rendered", "Scene", "Task", "is_large", "rendering"]

_LEAST = 800
_BATCH = 24
_SHIFT = 10_000
_LARGE = 30_000


class Scene(Struct, frozen=True, kw_only=True):
    """All that rendering needs, the same for every page: one build's archive, plan, templates and day."""

    config: Config
    archive: Archive
    pages: Sequence[Page]
    snapshot: Snapshot
    assets: Assets
    texts: Texts
    today: EdtfDate
    stage: Path

    def recorder(self, earlier: Recorder | None = None) -> Recorder:
        """Return the archive as templates see it; an `earlier` recorder is turned to it."""
        archive = self.archive
        parts = cache(lambda: sitemap_parts(self.pages))

        facts: dict[str, Callable[..., Any]] = {
            "today": lambda: self.today,
            "updated": lambda: archive.updated,
            "sitemap": lambda part: sitemap_entries(parts()[part], archive.cards),
            "sitemaps": lambda: len(parts()),
            "asset": self.assets.theme_url,
            "words": Catalogues(self.snapshot).own,
        }
        assets = self.assets
        share_url = assets.share_url if assets.lightbox is not None and assets.lightbox.has_shares else None
        window = Window(archive, assets.media_url, self.texts, assets.picture, share_url)
        if earlier is None:
            return Recorder(window, facts)
        earlier.turn(window, facts)
        return earlier

    def renderer(self, recorder: Recorder) -> Renderer:
        """Return what renders pages and asks `recorder`."""
        site = Site.of(self.config, recorder.fact)
        tongues = Tongues(Catalogues(self.snapshot), self.config.language, recorder.fact)
        filters = Filters(self.config, Parser(self.config.markdown).inline, tongues)
        kept = compiled(engine_fingerprint(self.config))
        env = environment(self.snapshot, filters.by_name(), tongues, kept)
        return Renderer(env, self.snapshot, site, recorder.fact, self.config, tongues)


class Task(Struct, frozen=True, array_like=True):
    """A page to render, by its place in the plan, and the digest of the file that stands there, if any."""

    place: int
    there: str


class Rendered(Struct, frozen=True, array_like=True):
    """What became of a page: its digest, whether it was staged, and the questions that it asked, by position.

    Or the finding that says why nothing did.
    """

    place: int
    digest: str = ""
    is_staged: bool = False
    questions: tuple[int, ...] = ()
    finding: Diagnostic | None = None


class Batch(Struct, frozen=True, array_like=True):
    """Some pages, and the questions that their `worker` had not asked before; its name is its own in the build."""

    worker: bytes
    questions: tuple[Question, ...]
    pages: tuple[Rendered, ...]


def rendering(scene: Scene) -> Stage[Task, Batch]:
    """Return the step that renders pages of a scene."""
    return Stage(_set_up, (scene,), _LEAST, _BATCH, _SHIFT if is_large(scene.pages) else 0)


def is_large(pages: Sequence[Page]) -> bool:
    """Whether a build of so many pages had better take a twelfth more time than twice the memory."""
    return len(pages) > _LARGE


def _set_up(scene: Scene) -> Callable[[Sequence[Task]], Batch]:
    recorder = scene.recorder()
    renderer = scene.renderer(recorder)
    worker = os.urandom(8)  # the number of a process may be that of one that has ended

    def work(tasks: Sequence[Task]) -> Batch:
        pages = tuple([_render(task, scene, renderer, recorder) for task in tasks])
        return Batch(worker, recorder.taken(), pages)

    return work


def _render(task: Task, scene: Scene, renderer: Renderer, recorder: Recorder) -> Rendered:
    page = scene.pages[task.place]
    at(page.url)
    recorder.begin()
    data = renderer.render(page, recorder)
    if isinstance(data, Diagnostic):
        return Rendered(task.place, finding=data)
    digest = digest_bytes(data)
    if digest != task.there:
        try:
            stage_file(scene.stage, page.path, data)
        except OSError as error:
            name = f"{scene.stage.parent.name}/{scene.stage.name}/{page.path}"
            raise disk_trouble(error, name) from error
    return Rendered(task.place, digest, digest != task.there, recorder.end())
