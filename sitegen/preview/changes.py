"""What has changed in `content/` since an edition was made."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from sitegen.articles.paths import is_article
from sitegen.articles.sources import Found, Tree
from sitegen.build.known import Known
from sitegen.digest import digest_bytes, digest_of, fingerprint
from sitegen.preview.edition import Edition
from sitegen.stamps import Stamp, Stamped

__all__ = ["Difference", "compare", "hinted"]


class Difference(Struct, frozen=True):
    """Articles with other bytes; `is_more` where files have come or gone, or others have changed."""

    articles: tuple[Found, ...] = ()
    is_more: bool = False

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return self.is_more or bool(self.articles)


def hinted(edition: Edition, paths: Iterable[str]) -> Difference | None:
    """Return what differs among some paths of `content/`; `None` where only a walk can tell.

    Files are read, whatever their stamps say: there are few.
    """
    project = edition.job.project
    articles = []
    for path in sorted(set(paths)):
        known = edition.sources.get(path)
        if known is None or not is_article(path):
            return None
        file = project / path
        try:
            status = file.lstat()
            data = file.read_bytes()
        except OSError:
            return None
        if not os.path.isfile(file) or file.is_symlink():  # noqa: PTH113 - one question to the system, as above
            return None
        if digest_bytes(data) != known.digest:
            articles.append(Found(path, Stamp.of(status)))
    return Difference(tuple(articles))


def compare(edition: Edition, tree: Tree, moment: int) -> Difference:
    """Return what differs between an edition and what a walk has found at a moment.

    Only files whose stamp says nothing are read. The edition takes the stamps of those that have not changed.
    """
    found = {it.path: it for it in (*tree.articles, *tree.records)}
    others = {it.path: it for it in (*tree.media, *tree.files)}
    if (
        found.keys() != edition.sources.keys()
        or others.keys() != edition.others.keys()
        or fingerprint(tree.findings) != edition.walked
    ):
        return Difference(is_more=True)
    project = edition.job.project
    changed = [it for path, it in found.items() if edition.sources[path].stamp != it.stamp]
    same: dict[str, Known] = {}
    articles = []
    for it in changed:
        known = edition.sources[it.path]
        if digest_of(project / it.path) == known.digest:
            same[it.path] = Known(it.stamp if it.stamp.settled(moment) else None, known.digest, known.key)
        elif not is_article(it.path):
            return Difference(is_more=True)
        else:
            articles.append(it)
    edition.bodies.trust(same)
    return Difference(tuple(articles), is_more=_have_changed(edition.others, others, project))


def _have_changed(known: Mapping[str, Stamped], found: Mapping[str, Found], project: Path) -> bool:
    unsure = (path for path, it in found.items() if not known[path].still(it.stamp))
    return any(digest_of(project / path) != known[path].digest for path in unsure)
