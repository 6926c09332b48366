"""The census: what a build has made, by kind of page, so that it can be seen whether the work is the same."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from msgspec import Struct

from benchmarks.corpus import SECTIONS

__all__ = ["KINDS", "Census", "kind_of", "take"]

KINDS = (
    "articles",
    "argument pages",
    "home and indexes",
    "listing of all",
    "listings of sections",
    "listings of authors",
    "listings of tags",
    "listings of years and months",
    "listings of arguments",
    "feeds",
    "sitemaps",
    "other",
)
"""The kinds of files, in the order of the table."""

_LISTINGS = {
    "archive": "listing of all",
    "authors": "listings of authors",
    "tags": "listings of tags",
    "arguments": "listings of arguments",
}
_FEEDS = ("feed.xml", "feed.json", "rss.xml")
_ARTICLE_DEPTH = 3


class Census(Struct, frozen=True):
    """The number of files of each kind, and their bytes."""

    files: dict[str, int]
    sizes: dict[str, int]


def take(output: Path) -> tuple[Census, list[tuple[int, str]]]:
    """Count the files below a folder; return the census, and the length and path of each file."""
    files: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    listed: list[tuple[int, str]] = []
    for folder, _, names in os.walk(output):
        for name in names:
            file = Path(folder, name)
            path, size = file.relative_to(output).as_posix(), file.stat().st_size
            kind = kind_of(path)
            files[kind] += 1
            sizes[kind] += size
            listed.append((size, path))
    return Census(dict(files), dict(sizes)), sorted(listed, key=lambda item: item[1])


def kind_of(path: str) -> str:  # noqa: PLR0911 - one return for each kind
    """Return the kind of a file by its path below the output folder."""
    parts = path.split("/")
    first, name = parts[0], parts[-1]
    if name in _FEEDS:
        return "feeds"
    if name.startswith("sitemap") and name.endswith(".xml"):
        return "sitemaps"
    if path in {"index.html", "sections/index.html", "authors/index.html", "tags/index.html"}:
        return "home and indexes"
    if name != "index.html":
        return "other"
    if first == "archive" and parts[1].isdigit():
        return "listings of years and months"
    if first in _LISTINGS:
        return _LISTINGS[first]
    if first in SECTIONS:
        if parts[1] in {"index.html", "page"}:
            return "listings of sections"
        return "articles" if len(parts) == _ARTICLE_DEPTH else "argument pages"
    return "other"
