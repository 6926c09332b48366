"""Links that only the whole plan can judge: from the root, or relative, to a page or file of the site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from sitegen.archive.archive import Owner, Resolved
from sitegen.articles.article import Link
from sitegen.diagnostics import Diagnostic, nearest
from sitegen.pages.page import Page, PublishedFile, output_path, path_key

__all__ = ["missing_pages"]

_BEGINNING = 3
_DIVIDED = re.compile(r"^//|[?#\s]")


def missing_pages(
    links: Iterable[tuple[Owner, Link, Resolved]], pages: Iterable[Page], files: Iterable[PublishedFile]
) -> Iterator[Diagnostic]:
    """Yield a warning for each link to a page or file that the site does not have."""
    links = tuple(links)
    if not links:
        return
    urls = [*(page.url for page in pages), *(file.url for file in files)]
    known = {path_key(output_path(url)) for url in urls}
    there = {url for url in urls if not _DIVIDED.search(url)}
    alike: dict[str, list[str]] = {}
    hints: dict[str, str] = {}
    for owner, link, resolved in links:
        if resolved.settled or resolved.url in there:
            continue
        if not resolved.url.startswith("/") or "{{" in link.target or "{%" in link.target:
            continue  # template tags of another generator have a finding of their own
        target = urlsplit(resolved.url).path
        if path_key(output_path(target)) in known or path_key(output_path(f"{target}/")) in known:
            there.add(resolved.url)
            continue
        if not alike:
            for url in urls:
                alike.setdefault(_last(url)[:_BEGINNING], []).append(url)
        if target not in hints:
            hints[target] = _hint(target, alike.get(_last(target)[:_BEGINNING], ()))
        what = "image" if link.kind == "image" else "page"
        yield Diagnostic.of(
            f"missing-{what}",
            f"the site has no {what} at {target}",
            path=owner.path,
            line=link.place.line,
            column=link.place.column,
            length=link.place.length,
            hint=hints[target],
        )


def _hint(target: str, candidates: Iterable[str]) -> str:
    """Return the hint for a missing page: one of its name elsewhere, else the nearest URL.

    Only those whose last part begins alike are compared: with every page of a large archive, for each of
    many broken links, it would take minutes.
    """
    moved = [url for url in candidates if _last(url) == _last(target)]
    near = moved[0] if moved else nearest(target, candidates)
    return f"did you mean `{near}`?" if near else ""


def _last(url: str) -> str:
    return url.rstrip("/").rpartition("/")[2].casefold()
