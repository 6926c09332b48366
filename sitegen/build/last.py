"""What the last build saw, and the test whether a new one would see anything else.

Everything that a build reads is looked at by its stamp; only files whose stamp says nothing are read. If
all of it is as it was, so is the output, and nothing is parsed, planned or rendered.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path

import msgspec
from msgspec import Struct, structs

from sitegen.articles.paths import is_article
from sitegen.articles.sources import Found, Tree
from sitegen.build.job import Choices
from sitegen.build.known import Known
from sitegen.build.left import Left
from sitegen.build.output import Output
from sitegen.build.report import BuildReport
from sitegen.build.state import Damaged, State
from sitegen.digest import digest_bytes, fingerprint
from sitegen.stamps import Stamp, Stamped

__all__ = ["Last", "is_as_was", "stamped_folders", "tree_again", "unchanged"]

_NAME = "last"
FILES = "content/files/"


class Last(Struct, frozen=True, kw_only=True):
    """What the last build saw and did.

    `world` is the digest of all that is no file: sitegen itself, the configuration, the choices of the run.
    `choices` says what of that a user decides for a run. It held from `since` until before `until`, moments in
    seconds since 1970, and for `today`. `sources` are the files of Markdown by path, `others` all other files of
    `content/`; `folders` are its folders, none where stamps cannot stand for a walk, and `findings` the digest of
    what the walk had to tell. `left` is the output folder, `foreign` what stands there and the user was told of.
    `good` are the versions that stood in for pieces kept back. `archive` is the name of the archive's file, empty where
    there is none.
    """

    world: bytes
    choices: Choices
    today: str
    since: float
    until: float | None
    sources: dict[str, Known]
    others: dict[str, Stamped]
    folders: dict[str, Stamp | None]
    findings: bytes
    left: Left
    foreign: tuple[str, ...]
    good: dict[str, Known]
    report: BuildReport
    archive: str

    @classmethod
    def read(cls, state: State) -> Last | None:
        """Return what is remembered of the last build, `None` where nothing is; raises `Damaged`."""
        data = state.get(_NAME)
        if data is None:
            return None
        try:
            last = msgspec.msgpack.decode(data, type=cls)
        except msgspec.DecodeError as error:
            raise Damaged(str(error)) from error
        if not _lead_down(last.sources, last.others, last.folders, last.left.files, last.left.folders):
            raise Damaged("a path leads elsewhere")
        return last

    def written(self) -> dict[str, bytes]:
        """Return this as a record of the state."""
        return {_NAME: msgspec.msgpack.encode(self)}

    def holds_at(self, now: dt.datetime) -> bool:
        """Whether at a moment the same pieces are due as then, on the same day."""
        moment = now.timestamp()
        in_time = self.since <= moment and (self.until is None or moment < self.until)
        return in_time and now.date().isoformat() == self.today


def _lead_down(*tables: Iterable[str]) -> bool:
    """Whether all of these paths are relative and lead nowhere up; tens of thousands are looked at as one text."""
    paths = [*chain(("",), *tables, ("",))]
    text = "\0".join(paths)
    if text.count("\0") != len(paths) - 1 or "\0/" in text:
        return False
    return ".." not in text or not any(part in text for part in ("/../", "\0../", "/..\0", "\0..\0"))


def _restamped(
    project: Path, seen: Mapping[str, Stamped], stamps: Mapping[str, Stamp], moment: int
) -> dict[str, Stamped] | None:
    """Return files as they are stamped now, where all of them have the bytes that they had; else `None`.

    Only files whose stamp says nothing are read.
    """
    if seen.keys() != stamps.keys():
        return None
    now: dict[str, Stamped] = {}
    for path, was in seen.items():
        stamp = stamps[path]
        if was.still(stamp):
            now[path] = was
            continue
        try:
            digest = digest_bytes((project / path).read_bytes())
        except OSError:
            return None
        if digest != was.digest:
            return None
        now[path] = Stamped(digest, stamp if stamp.settled(moment) else None)
    return now


def tree_again(last: Last, project: Path) -> Tree | None:
    """Return what a walk through `content/` would find, without walking; `None` where only a walk can tell.

    Where no folder has changed, no file has come or gone.
    """
    base = os.fspath(project)
    if not last.folders:
        return None
    try:
        stamps = {path: Stamp.of(os.stat(f"{base}/{path}")) for path in last.folders}  # noqa: PTH116 - as below
        if stamps != last.folders:
            return None
        sources = [Found(path, Stamp.of(os.stat(f"{base}/{path}"))) for path in sorted(last.sources)]  # noqa: PTH116 - by the ten thousand
        others = [Found(path, Stamp.of(os.stat(f"{base}/{path}"))) for path in sorted(last.others)]  # noqa: PTH116 - as above
    except (OSError, UnicodeError):  # in another locale a name may be none
        return None
    return Tree(
        articles=tuple([it for it in sources if is_article(it.path)]),
        records=tuple([it for it in sources if not is_article(it.path)]),
        media=tuple([it for it in others if not it.path.startswith(FILES)]),
        files=tuple([it for it in others if it.path.startswith(FILES)]),
        folders=tuple([Found(path, stamp) for path, stamp in stamps.items()]),
        is_plain=True,
    )


def is_as_was(last: Last, tree: Tree) -> bool:
    """Whether every file of `content/` surely is as the last build saw it."""
    found = {it.path: it.stamp for it in (*tree.articles, *tree.records)}
    others = {it.path: it.stamp for it in (*tree.media, *tree.files)}
    return (
        found.keys() == last.sources.keys()
        and others.keys() == last.others.keys()
        and all(known.stamp == found[path] for path, known in last.sources.items())
        and all(stamped.still(others[path]) for path, stamped in last.others.items())
    )


def unchanged(last: Last, tree: Tree, output: Output, project: Path, moment: int) -> Last | None:
    """Return the last build with the stamps of now, where nothing that it read or wrote has changed.

    Files whose stamp says nothing are read.
    """
    if last.findings != fingerprint(tree.findings):
        return None
    markdown = {found.path: found.stamp for found in (*tree.articles, *tree.records)}
    others = {found.path: found.stamp for found in (*tree.media, *tree.files)}
    was = {path: Stamped(known.digest, known.stamp) for path, known in last.sources.items()}
    sources = _restamped(project, was, markdown, moment)
    rest = _restamped(project, last.others, others, moment) if sources is not None else None
    if sources is None or rest is None:
        return None
    if not output.is_as_left:
        if output.foreign() != last.foreign:
            return None
        if any(output.there(path) != stamped.digest for path, stamped in last.left.files.items()):
            return None
    known = {path: Known(sources[path].stamp, it.digest, it.key) for path, it in last.sources.items()}
    folders = stamped_folders(tree, moment)
    return structs.replace(last, sources=known, others=rest, folders=folders, left=output.left())


def stamped_folders(tree: Tree, moment: int) -> dict[str, Stamp | None]:
    """Return the folders of `content/` with their stamps, where these can stand for a walk; else none."""
    if not tree.is_plain:
        return {}
    return {it.path: it.stamp if it.stamp.settled(moment) else None for it in tree.folders}
