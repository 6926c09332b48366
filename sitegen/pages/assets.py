"""Assets: the theme's stylesheet and script, and pictures of the content, under fingerprinted names.

The name holds a digest of the bytes, so a host may let browsers keep the file for ever. A file of the
site's `templates/assets/` replaces the packaged one of the same name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath

from sitegen.archive.cards import Card
from sitegen.archive.pictures import Picture
from sitegen.diagnostics import Diagnostic
from sitegen.digest import digest_bytes, digest_file
from sitegen.pages.lightbox import Lightbox
from sitegen.pages.page import PublishedFile
from sitegen.pictures.entry import Made, is_raster
from sitegen.slugs import slugify

__all__ = ["Assets"]

FINGERPRINT = 10


class Assets:
    """The assets of a build, each read once when it is first asked for.

    The bytes of the theme's are at hand already. Of pictures only the digest is kept: an archive may
    have more of them than memory. `findings` tell which pictures cannot be read. `lightbox` knows what was made of
    pictures, where anything is.
    """

    def __init__(self, project: Path, theme: Mapping[str, bytes], known: Mapping[str, str] | None = None) -> None:
        """`theme` has the bytes of names such as `style.css`; pictures are read below `project`.

        `known` are the digests of pictures that need not be read, by path.
        """
        self._project = project
        self._theme = theme
        self._known = known or {}
        self._files: dict[str, PublishedFile] = {}
        self._urls: dict[str, str] = {}
        self._digests: dict[str, str] = {}
        self._pictures: dict[str, Picture] = {}
        self.lightbox: Lightbox | None = None
        self.findings: list[Diagnostic] = []

    @property
    def files(self) -> tuple[PublishedFile, ...]:
        """The files that were asked for, in the order of their URLs."""
        return tuple(sorted(self._files.values(), key=lambda file: file.url))

    def theme_url(self, name: str) -> str:
        """Return the URL of an asset of the theme. Raises `KeyError` for one that does not exist."""
        source = f"templates/assets/{name}"
        if source not in self._urls:
            data = self._theme[name]
            self._publish(source, digest_bytes(data), data)
        return self._urls[source]

    def media_url(self, path: str) -> str:
        """Return the URL of a file beside an article, by its path in the project."""
        if path not in self._urls:
            self._publish(path, self._known.get(path) or self._read(path), None)
        return self._urls[path]

    def digest(self, path: str) -> str:
        """Return the digest of a file beside an article."""
        self.media_url(path)
        return self._digests[path]

    def picture(self, path: str) -> Picture:
        """Return a picture as it is shown; its size is not known where its file does not tell.

        Only the beginning of the file is read, and only when a page shows the picture. Raises `LookupError` where it
        should be known what was made of it, and is not.
        """
        if path not in self._pictures:
            width, height = _measured(self._project / path)
            known = self.lightbox.variants(path, self.digest(path)).files if self.lightbox and is_raster(path) else ()
            srcset = ", ".join(f"{_variant_url(path, made)} {made.width}w" for made in known)
            self._pictures[path] = Picture(width, height, srcset)
        return self._pictures[path]

    def share_url(self, card: Card) -> str:
        """Return the URL of the share image of an article, empty where it has none; raises `LookupError` as above."""
        files = self.lightbox.share(card).files if self.lightbox and self.lightbox.has_shares else ()
        return _share_url(card, files[0]) if files else ""

    def publish_variants(self, path: str) -> None:
        """Publish what was made of a picture."""
        for made in self.lightbox.variants(path, self.digest(path)).files if self.lightbox else ():
            url = _variant_url(path, made)
            self._files.setdefault(url, PublishedFile(url, f"a variant of {path}", digest=made.digest, is_made=True))

    def publish_share(self, card: Card) -> None:
        """Publish the share image of an article."""
        for made in self.lightbox.share(card).files if self.lightbox else ():
            url, source = _share_url(card, made), f"the share image of {card.id}"
            self._files.setdefault(url, PublishedFile(url, source, digest=made.digest, is_made=True))

    def publish_theme(self, without: Collection[str] = ()) -> None:
        """Ask for every asset of the theme, so that what templates name is known before they are rendered.

        Those that no page uses go `without` being published.
        """
        for name in sorted(self._theme.keys() - set(without)):
            self.theme_url(name)

    def _read(self, path: str) -> str:
        """Return the digest of a picture's bytes; of one that cannot be read, that of nothing."""
        try:
            with (self._project / path).open("rb") as file:
                return digest_file(file)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            hint = "check the file and its permissions"
            self.findings.append(Diagnostic.of("unreadable", f"cannot be read: {reason}", path=path, hint=hint))
            return digest_bytes(b"")

    def _publish(self, source: str, digest: str, kept: bytes | None) -> None:
        suffix = slugify(PurePosixPath(source).suffix)
        url = f"/assets/{_stem(source)}.{digest[:FINGERPRINT]}{'.' if suffix else ''}{suffix}"
        self._urls[source] = url
        self._digests[source] = digest
        self._files.setdefault(url, PublishedFile(url, source, kept, digest))


def _stem(path: str) -> str:
    return slugify(PurePosixPath(path).stem) or "file"


def _variant_url(path: str, made: Made) -> str:
    return f"/assets/{_stem(path)}.{made.digest[:FINGERPRINT]}.webp"


def _share_url(card: Card, made: Made) -> str:
    return f"/assets/share/{slugify(card.id)}.{made.digest[:FINGERPRINT]}.png"


def _measured(file: Path) -> tuple[int, int]:
    """Return width and height as a browser shows a picture: turned as its metadata says."""
    import imagesize  # not at the start: most sites have few pictures, and it takes as long as the command line

    try:
        with file.open("rb") as opened:
            width, height = imagesize.get(opened)
    except Exception:  # noqa: BLE001 - a file may hold anything, and a picture without its size is still shown
        return 0, 0
    return (int(width), int(height)) if width > 0 and height > 0 else (0, 0)
