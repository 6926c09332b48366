"""Sources become bodies: those that are known are not read or parsed again.

A source whose stamp is settled has the bytes that it had. A body whose key is known is what parsing would
give. All others are read and parsed, by workers where they are many.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from msgspec import Struct

from sitegen.articles.article import Outline
from sitegen.articles.packed import PACKING, Packed, pack_body, pack_record, unpack_outline, unpack_record
from sitegen.articles.parse import Fresh, Parser
from sitegen.articles.paths import Location, identify, is_article, locate
from sitegen.articles.records import Record
from sitegen.articles.sources import Found, Source, read_source
from sitegen.build.database import Told
from sitegen.build.known import Known
from sitegen.build.shelf import Shelf, batches
from sitegen.build.state import Damaged, State
from sitegen.build.workers import Crew, Stage, at
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.digest import fingerprint

__all__ = ["Bodies", "parsing_fingerprint"]

_LEAST = 120
_BATCH = 16
_HELD = 32 << 20
"""Bytes of outlines that are held from when they are packed until an article is made of them."""
_AT_ONCE = 500


class _Parsed(Struct, frozen=True, array_like=True):
    """What reading and parsing a source gave: nothing but a finding, or a body; none where its key is known."""

    path: str
    digest: str = ""
    key: bytes = b""
    packed: Packed | None = None
    finding: Diagnostic | None = None


class Bodies:
    """The bodies of one build by path; see `articles.load.Reader`.

    `known` are all its sources as they were seen, `replaced` the keys of those for which another body stands;
    `findings` are those of files that cannot be read, `parsed` counts the sources that were parsed.
    """

    def __init__(self, project: Path, config: Config, engine: str, state: State, *, holds: bool = False) -> None:
        """Read below `project`; `engine` stands for the code that parses.

        Who `holds` outlines can ask for them as often as he likes, also when the state is closed.
        """
        self._project = project
        self._config = config
        self._engine = engine
        self._state = state
        self._holds = holds
        self._outlines: dict[str, bytes] = {}
        self._room = _HELD
        self._later: dict[str, None] = {}
        self.known: dict[str, Known] = {}
        self.replaced: dict[str, bytes] = {}
        self.findings: list[Diagnostic] = []
        self.parsed = 0

    def fetch(
        self,
        found: Sequence[Found],
        before: Mapping[str, Known],
        crew: Crew,
        moment: int,
        progress: Callable[[int], None],
    ) -> None:
        """Get the bodies of all sources; `before` is what the last build knew, `moment` when this one began.

        Raises `Damaged` where the state fails.
        """
        stamps = {item.path: item.stamp for item in found}
        salt = parsing_fingerprint(self._config, self._engine)
        keys = {}
        for path, stamp in stamps.items():
            was = before.get(path)
            if was is not None and was.stamp == stamp:
                keys[path] = _key(salt, path, was.digest)
        for batch in batches(keys.items()):
            outlines = self._state.outlines(dict.fromkeys(key for _, key in batch))
            for path, key in batch:
                if key in outlines:
                    self._hold(path, outlines[key])
                    self.known[path] = Known(stamps[path], before[path].digest, key)
        done = len(self.known)
        progress(done)
        for results in crew.run(self._stage(salt), [path for path in stamps if path not in self.known]):
            fresh = [(it.key, it.packed) for it in results if it.packed is not None]
            self.parsed += len(fresh)
            self._state.keep(fresh)
            missing = self._state.outlines([it.key for it in results if it.packed is None and it.finding is None])
            for it in results:
                if it.finding is not None:
                    self.findings.append(it.finding)
                    continue
                self._hold(it.path, it.packed.outline if it.packed is not None else missing[it.key])
                stamp = stamps[it.path]
                self.known[it.path] = Known(stamp if stamp.settled(moment) else None, it.digest, it.key)
            done += len(results)
            progress(done)

    def _stage(self, salt: bytes) -> Stage[str, list[_Parsed]]:
        shelf = self._state.path if self._state.shared and not self._state.is_empty else None
        return Stage(_set_up, (self._project, self._config, salt, shelf), _LEAST, _BATCH)

    def trust(self, known: Mapping[str, Known]) -> None:
        """Take sources as the last build knew them; their outlines are loaded when they are asked for."""
        self.known.update(known)

    def article(self, path: str) -> Outline:
        """Return the outline of an article; its text is in the state. Raises `Damaged`."""
        with Told():
            return unpack_outline(self._outline(path))

    def forget(self) -> None:
        """Let go of outlines that articles have been made of; whoever wants one again gets it from the state."""
        self._outlines.clear()

    def record(self, path: str) -> tuple[Record, tuple[Diagnostic, ...]]:
        """Return another file of `content/`, with its findings."""
        with Told():
            return unpack_record(self._outline(path))

    def _hold(self, path: str, outline: bytes) -> None:
        """Hold an outline, if there is room for it or whoever wants it again will not find it in the state."""
        if self._holds or not self._state.shared or self._room > 0:
            self._outlines[path] = outline
            self._room -= len(outline)
        else:
            self._later[path] = None

    def _outline(self, path: str) -> bytes:
        outline = self._outlines.get(path) if self._holds else self._outlines.pop(path, None)
        if outline is not None:
            return outline
        wanted = {path}
        if path in self._later:  # they are wanted one after the other, nearly always: many at once are quicker
            wanted.update(islice(self._later, _AT_ONCE))
            for it in wanted:
                self._later.pop(it, None)
        keys = {it: self.replaced.get(it) or self.known[it].key for it in wanted}
        found = self._state.outlines(keys.values())
        self._outlines |= {it: found[key] for it, key in keys.items() if key in found and it != path}
        if keys[path] not in found:
            raise Damaged("an outline is missing")
        return found[keys[path]]

    def replace(self, path: str, key: bytes) -> bool:
        """Let an earlier body stand for a source; false where it is not there any more."""
        found = self._state.outlines([key]).get(key)
        if found is None:
            return False
        self._outlines[path] = found
        self.replaced[path] = key
        return True

    @property
    def keys(self) -> dict[str, bytes]:
        """The keys of the bodies that stand for each source."""
        return {path: known.key for path, known in self.known.items()} | self.replaced

    def source(self, path: str) -> Source | None:
        """Return the bytes of a source, `None` where they are not those that were parsed, or there is none."""
        if path not in self.known or path in self.replaced:
            return None
        source = read_source(self._project, path)
        return source if isinstance(source, Source) and source.digest == self.known[path].digest else None


def parsing_fingerprint(config: Config, engine: str) -> bytes:
    """Return the digest of everything that parsing depends on besides the bytes and the path."""
    tables = [config.defaults, *(table for _, table in sorted(config.sections.items()))]
    defaults = [(table.section, table.arguments, table.language) for table in tables]
    return fingerprint((PACKING, engine, config.markdown, config.language, sorted(config.sections), defaults))


def _key(salt: bytes, path: str, digest: str) -> bytes:
    """Return the key of a body: the path counts as far as parsing asks for it."""
    if not is_article(path):
        return fingerprint((salt, digest, path))
    location = locate(path)
    return fingerprint((salt, digest, location.section if isinstance(location, Location) else ""))


def _set_up(project: Path, config: Config, salt: bytes, shelf: Path | None) -> Callable[[Sequence[str]], list[_Parsed]]:
    """Return what reads and parses sources; `shelf` is the state file where there are bodies in it."""
    parser = Parser(config.markdown)
    shelved = Shelf(shelf) if shelf is not None else None

    def work(paths: Sequence[str]) -> list[_Parsed]:
        with _uncollected():
            return parsed(paths)

    def parsed(paths: Sequence[str]) -> list[_Parsed]:
        read = [read_source(project, path) for path in paths]
        sources = {it.path: it for it in read if isinstance(it, Source)}
        keys = {path: _key(salt, path, source.digest) for path, source in sources.items()}
        known = shelved.known(keys.values()) if shelved is not None else frozenset()
        results = [_Parsed(it.path, finding=it) for it in read if isinstance(it, Diagnostic)]
        for path, key in keys.items():
            packed = None if key in known else _pack(sources[path], parser, config)
            results.append(_Parsed(path, sources[path].digest, key, packed))
        return results

    return work


@contextmanager
def _uncollected() -> Iterator[None]:
    """Leave cycles alone for a while: a tree has none, and looking for them takes a fourteenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _pack(source: Source, parser: Parser, config: Config) -> Packed:
    at(source.path)
    fresh = Fresh([source], parser, config)
    try:
        if is_article(source.path):
            return pack_body(fresh.article(source.path))
        if isinstance(identify(source.path), Diagnostic):
            return Packed(b"")
        return pack_record(*fresh.record(source.path))
    except BaseException as error:
        error.add_note(f"while parsing {source.path}")
        raise
