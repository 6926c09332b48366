"""A page: its URL and what to ask. Nothing of it is rendered yet."""

from __future__ import annotations

import unicodedata
from urllib.parse import unquote

from msgspec import Struct, field

__all__ = ["Page", "PublishedFile", "output_path", "path_key"]


class Page(Struct, frozen=True, kw_only=True, gc=False):
    """A page of the plan.

    `parameters` name the subject by kind (`article`, `tag`, `year` …) and, for listings, the `chunk`;
    they are what the renderer asks the archive for. `base` is the landing URL of a listing, `feed` the
    Atom feed that belongs to the page or empty. `source` is the path of the file that asks for the page,
    or says in words where it comes from; `part` says which part of the file does.
    """

    url: str
    template: str
    source: str
    part: str = ""
    parameters: dict[str, str | int] = field(default_factory=dict)
    base: str = ""
    feed: str = ""
    in_sitemap: bool = True

    @property
    def kind(self) -> str:
        """The name of the template without its extension."""
        return self.template.rpartition(".")[0]

    @property
    def path(self) -> str:
        """The file of the page in the output folder."""
        return output_path(self.url)


class PublishedFile(Struct, frozen=True):
    """A file that is published as it is: its URL, and its bytes or the path of its source in the project.

    `digest` is that of its bytes, empty where it is not known yet. What `is_made` has no source: the darkroom has it.
    """

    url: str
    source: str
    data: bytes | None = None
    digest: str = ""
    is_made: bool = False

    @property
    def path(self) -> str:
        """The file in the output folder."""
        return output_path(self.url)


def output_path(url: str) -> str:
    """Return the file of a root-relative URL in the output folder: folders get an `index.html`."""
    path = (unquote(url) if "%" in url else url).lstrip("/")
    return f"{path}index.html" if not path or path.endswith("/") else path


def path_key(path: str) -> str:
    """Return the key under which two paths are one file on some file system: case-folded and in NFC."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
