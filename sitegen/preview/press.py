"""The press: it renders pages of one edition when they are asked for, and knows why they are others than before."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping

import jinja2
from jinja2.bccache import Bucket
from msgspec import Struct

from sitegen.articles.dates import EdtfDate
from sitegen.build.recorder import Asking, Question, Recorder, phrase
from sitegen.build.rendering import Scene
from sitegen.build.state import State
from sitegen.diagnostics import Diagnostic
from sitegen.digest import digest_bytes
from sitegen.pages.page import Page
from sitegen.pages.render import Renderer
from sitegen.pages.templates import problem
from sitegen.preview.edition import Edition

__all__ = ["Compiled", "Press", "Print"]

KEPT = 128
"""Pages that are kept after they were rendered."""


class Print(Struct, frozen=True, kw_only=True):
    """A page as it was rendered: its bytes and their digest, or what its template has wrong.

    `askings` are the questions that it asked, with the digests of the answers.
    """

    data: bytes = b""
    digest: str = ""
    finding: Diagnostic | None = None
    askings: Mapping[Asking, bytes] = {}


class Compiled(jinja2.BytecodeCache):
    """Templates that were compiled, as long as their text is the same."""

    def __init__(self) -> None:
        """Begin with none."""
        self._codes: dict[tuple[str, str], object] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was made of the same text."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))  # type: ignore[assignment]  # what was dumped

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was made of a text."""
        self._codes[bucket.key, bucket.checksum] = bucket.code


class Press:
    """Renders pages of an edition, and keeps them; it ends when the press of the next edition takes over."""

    def __init__(self, edition: Edition, state: State, compiled: Compiled, before: Press | None = None) -> None:
        """Work for `edition`; `before` is the press of the one before."""
        self.edition = edition
        self._earlier: OrderedDict[str, Print] = before.latest() if before is not None else OrderedDict()
        self._bodies = state.bodies(edition.bodies.keys)
        scene = Scene(
            config=edition.job.config,
            archive=edition.archive,
            pages=edition.pages,
            snapshot=edition.snapshot,
            assets=edition.assets,
            texts=self._bodies.text,
            today=EdtfDate(edition.day),
            stage=edition.job.memory,
        )
        self._styled_alike = before is not None and _look_alike(before.edition, edition)
        if before is not None and self._styled_alike:
            self.recorder: Recorder = scene.recorder(before.recorder)
            self.renderer: Renderer = before.renderer
        else:
            self.recorder = scene.recorder()
            self.renderer = scene.renderer(self.recorder)
            self.renderer.environment.bytecode_cache = compiled
        self._questions: list[Question] = []
        self._prints: OrderedDict[str, Print] = OrderedDict()
        self._why: dict[str, tuple[str, ...]] = {}

    def page(self, page: Page) -> Print:
        """Render a page, or return it as it was rendered in this edition."""
        path = page.path
        found = self._prints.get(path)
        if found is None:
            found = self._prints[path] = self._print(page)
            self._why[path] = self._reasons(path, found)
            while len(self._prints) > KEPT:
                gone, _ = self._prints.popitem(last=False)
                self._why.pop(gone, None)
        self._prints.move_to_end(path)
        return found

    def last_good(self, page: Page) -> bytes:
        """Return a page as it was when its template had nothing wrong, empty where it was not seen so."""
        found = self._earlier.get(page.path)
        return found.data if found is not None else b""

    def why(self, page: Page) -> tuple[str, ...]:
        """Return why a page is another one than it was, in words; nothing where it is the same, or is new."""
        self.page(page)
        return self._why.get(page.path, ())

    def check(self, templates: Iterable[str]) -> tuple[Diagnostic, ...]:
        """Return what cannot be parsed among templates, each told once."""
        found = []
        for name in templates:
            try:
                self.renderer.environment.get_template(name)
            except jinja2.TemplateError as error:
                found.append(problem(error, self.edition.snapshot))
        return tuple(found)

    def rest(self) -> None:
        """Let go of the state, so that it can be written; the next page opens it again."""
        self._bodies.close()

    def latest(self) -> OrderedDict[str, Print]:
        """Return the good pages that were rendered last, in this edition or before."""
        good = {path: it for path, it in self._prints.items() if it.finding is None}
        every = OrderedDict([(path, it) for path, it in self._earlier.items() if path not in good])
        every.update(good)
        while len(every) > KEPT:
            every.popitem(last=False)
        return every

    def _print(self, page: Page) -> Print:
        recorder = self.recorder
        recorder.begin()
        data = self.renderer.render(page, recorder)
        self._questions += recorder.taken()
        if isinstance(data, Diagnostic):
            return Print(finding=data)
        asked = (self._questions[position] for position in recorder.end())
        return Print(data=data, digest=digest_bytes(data), askings={it.asking: it.answer for it in asked})

    def _reasons(self, path: str, now: Print) -> tuple[str, ...]:
        was = self._earlier.get(path)
        if was is None or now.finding is not None or was.digest == now.digest:
            return ()
        told = [
            f"`{phrase(asking)}` answered differently"
            for asking, answer in now.askings.items()
            if was.askings.get(asking, answer) != answer
        ]
        told += [f"`{phrase(asking)}` was not asked before" for asking in now.askings if asking not in was.askings]
        return tuple(told) or (("its templates have changed",) if not self._styled_alike else ())


def _look_alike(one: Edition, other: Edition) -> bool:
    """Whether pages of two editions are rendered by the same templates and settings."""
    return one.snapshot == other.snapshot and one.job.config == other.job.config and one.engine == other.engine
