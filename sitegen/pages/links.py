"""Links that only the whole plan can judge: from the root, or relative, to a page or file of the site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from sitegen.archive.links import Owner, Resolved
from sitegen.articles.article import Link
from sitegen.diagnostics import Diagnostic, nearest
from sitegen.pages.page import Page, PublishedFile, output_path, path_key

__all__ = ["missing_pages"]


def missing_pages(
    links: Iterable[tuple[Owner, Link, Resolved]], pages: Iterable[Page], files: Iterable[PublishedFile]
) -> Iterator[Diagnostic]:
    """Yield a warning for each link to a page or file that the site does not have."""
    known = {path_key(page.path): page.url for page in pages} | {path_key(file.path): file.url for file in files}
    for owner, link, resolved in links:
        if resolved.settled or not resolved.url.startswith("/") or "{{" in link.target or "{%" in link.target:
            continue  # template tags of another generator have a finding of their own
        target = urlsplit(resolved.url).path
        if path_key(output_path(target)) in known or path_key(output_path(f"{target}/")) in known:
            continue
        code = "missing-image" if link.kind == "image" else "missing-page"
        what = "image" if link.kind == "image" else "page"
        near = nearest(target, known.values())
        yield Diagnostic.of(
            code,
            f"the site has no {what} at {target}",
            path=owner.path,
            line=link.place.line,
            column=link.place.column,
            length=link.place.length,
            hint=f"did you mean `{near}`?" if near else "",
        )
