"""The index of the search page among the files of a build: kept while what it is made of is the same, else made anew.

A file of the index says what it is made of, so nothing else has to be remembered. Pagefind gives other bytes each time:
these are the only files of the output of which no two builds need to have the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

import msgspec

from sitegen.articles.parse import Parser
from sitegen.build.output import Output
from sitegen.build.pagefind import make_bundle
from sitegen.build.rendering import Scene
from sitegen.digest import digest_bytes
from sitegen.pages.filters import Filters
from sitegen.pages.search import BUNDLE, Entries

__all__ = ["Index", "is_index"]

MADE_OF = f"{BUNDLE}made-of.txt"
"""The file that holds the digest of all that an index is made of."""

# The program brings user interfaces along, and modules for languages that the index does not have.
_ENGINE, _ENTRY = "pagefind.js", "pagefind-entry.json"


def is_index(path: str) -> bool:
    """Whether a file of the output folder is one of the index."""
    return path.startswith(BUNDLE)


class Index:
    """The index that belongs to a scene, and the files of the last one in an output folder."""

    def __init__(self, scene: Scene, output: Output, engine: str) -> None:
        """Find out what it is to be made of; `engine` stands for sitegen's code and for Pagefind's version."""
        config = scene.config
        filters = Filters(config, Parser(config.markdown).inline)
        self._language = config.language
        self._output = output
        self._entries = Entries(scene.archive, scene.recorder().window, filters)
        self._made_of = f"{self._entries.fingerprint((engine, config.language))}\n".encode()
        self.files = {path: digest for path, digest in output.own.items() if is_index(path)}

    @property
    def is_current(self) -> bool:
        """Whether the files that stand there are whole, and made of the same."""
        if self.files.get(MADE_OF) != digest_bytes(self._made_of):
            return False
        return all(self._output.there(path) == digest for path, digest in self.files.items())

    def bring(self, progress: Callable[[int, int], None]) -> Literal["made", "kept"]:
        """Add the files to the output: those that stand there, or new ones; raises `Failed` or `OutputError`."""
        if self.is_current:
            for path, digest in self.files.items():
                self._output.accept(path, digest, is_staged=False)
            return "kept"
        self.make(progress)
        return "made"

    def make(self, progress: Callable[[int, int], None]) -> None:
        """Make the index anew, and add its files to the output; raises `Failed` or `OutputError`."""
        total = len(self._entries)
        progress(0, total)
        for name, data in _used(make_bundle(self._entries, self._language, lambda done: progress(done, total))):
            self._output.add(f"{BUNDLE}{name}", data)
        self._output.add(MADE_OF, self._made_of)


def _used(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Yield the files that the search page loads."""
    modules: dict[str, bytes] = {}
    needed: set[str] = set()
    for name, data in files:
        if name == _ENTRY:
            languages = msgspec.json.decode(data)["languages"].values()
            needed = {f"wasm.{it['wasm'] or 'unknown'}.pagefind" for it in languages}
        if name.startswith("wasm."):
            modules[name] = data
        elif "/" in name or name in (_ENTRY, _ENGINE) or name.endswith(".pf_meta"):
            yield name, data
    yield from ((name, data) for name, data in modules.items() if name in needed)
