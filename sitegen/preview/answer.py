"""What a static host would answer, had the site been built: pages, files, redirects to folders, and the 404 page."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from msgspec import Struct

from sitegen.diagnostics import Diagnostic
from sitegen.errors import OutputError
from sitegen.media_types import media_type
from sitegen.pages.page import Page, PublishedFile
from sitegen.preview.press import Press

__all__ = ["Answer", "answer", "page_at"]

HTML = "text/html; charset=utf-8"
_MISSING = "404.html"


class Answer(Struct, frozen=True, kw_only=True):
    """What is answered at a path: the status of HTTP, and bytes or the file that is to be sent as it is.

    `location` is where a redirect leads, relative to the address that was asked for. `is_page` tells HTML of the site
    from other files; `digest` is that of its bytes. `finding` is what is wrong with the template of the page: its
    bytes are then those of the last time that it was right, and nothing where it never was.
    """

    status: int
    media_type: str
    body: bytes | Path = b""
    location: str = ""
    is_page: bool = False
    digest: str = ""
    finding: Diagnostic | None = None


def answer(press: Press, path: str) -> Answer:
    """Answer for a decoded path of the site, which begins with a slash and is below the path of its base URL."""
    name = path.removeprefix("/")
    folder = f"{name}/index.html"
    if not name or name.endswith("/"):
        return _at(press, f"{name}index.html") or _missing(press)
    if (found := _at(press, name)) is not None:
        return found
    edition = press.edition
    if edition.pages.at(folder) is not None or folder in edition.files:
        return Answer(status=301, media_type=HTML, location=f"{quote(name.rpartition('/')[2])}/")
    return _missing(press)


def page_at(press: Press, path: str) -> Page | None:
    """Return the page at a decoded path of the site, `None` where none is."""
    name = path.removeprefix("/")
    return press.edition.pages.at(f"{name}index.html" if not name or name.endswith("/") else name)


def _at(press: Press, name: str) -> Answer | None:
    """Answer with the page or file that is at a path of the output folder, `None` where nothing is."""
    page = press.edition.pages.at(name)
    if page is not None:
        return _page(press, page, 200)
    file = press.edition.files.get(name)
    return _file(press, file) if file is not None else None


def _missing(press: Press) -> Answer:
    page = press.edition.pages.at(_MISSING)
    return _page(press, page, 404) if page is not None else Answer(status=404, media_type=HTML, is_page=True)


def _page(press: Press, page: Page, status: int) -> Answer:
    kind = media_type(page.path)
    printed = press.page(page)
    is_page = kind == HTML
    if printed.finding is not None:
        good = press.last_good(page)
        return Answer(status=500, media_type=kind, body=good, is_page=is_page, finding=printed.finding)
    return Answer(status=status, media_type=kind, body=printed.data, is_page=is_page, digest=printed.digest)


def _file(press: Press, file: PublishedFile) -> Answer | None:
    """Answer with a file that is published as it is, `None` where it is gone or not ours to show."""
    kind = media_type(file.path)
    if file.data is not None:
        return Answer(status=200, media_type=kind, body=file.data, digest=file.digest)
    if file.is_made:
        try:
            return Answer(status=200, media_type=kind, body=press.edition.darkroom.read(file), digest=file.digest)
        except OutputError:
            return None
    project = press.edition.job.project
    real = Path(os.path.realpath(project / file.source))
    if not real.is_file() or not real.is_relative_to(os.path.realpath(project / "content")):
        return None
    return Answer(status=200, media_type=kind, body=real, digest=file.digest)
