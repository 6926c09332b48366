"""Assets: the theme's stylesheet and script, and pictures of the content, under fingerprinted names.

The name holds a digest of the bytes, so a host may let browsers keep the file for ever. A file of the
site's `templates/assets/` replaces the packaged one of the same name.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from sitegen.digest import digest_bytes
from sitegen.pages.page import PublishedFile
from sitegen.slugs import slugify

__all__ = ["Assets"]

FINGERPRINT = 10


class Assets:
    """The assets of a build, each read once when it is first asked for."""

    def __init__(self, project: Path, theme: dict[str, Path]) -> None:
        """`theme` maps names such as `style.css` to files; pictures are read below `project`."""
        self._project = project
        self._theme = theme
        self._files: dict[str, PublishedFile] = {}
        self._urls: dict[str, str] = {}

    @property
    def files(self) -> tuple[PublishedFile, ...]:
        """The files that were asked for, in the order of their URLs."""
        return tuple(sorted(self._files.values(), key=lambda file: file.url))

    def theme_url(self, name: str) -> str:
        """Return the URL of an asset of the theme. Raises `KeyError` for one that does not exist."""
        return self._url(f"templates/assets/{name}", self._theme[name])

    def media_url(self, path: str) -> str:
        """Return the URL of a file beside an article, by its path in the project."""
        return self._url(path, self._project / path)

    def publish_theme(self) -> None:
        """Ask for every asset of the theme, so that what templates name is known before they are rendered."""
        for name in sorted(self._theme):
            self.theme_url(name)

    def _url(self, source: str, file: Path) -> str:
        if source not in self._urls:
            data = file.read_bytes()
            name = PurePosixPath(source)
            suffix = name.suffix.lower()
            url = f"/assets/{slugify(name.stem) or 'file'}.{digest_bytes(data)[:FINGERPRINT]}{suffix}"
            self._urls[source] = url
            self._files.setdefault(url, PublishedFile(url, source, data))
        return self._urls[source]
