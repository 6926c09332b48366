"""All templates, catalogues and theme assets of a build, read once: what is rendered is what was there when it began.

The site's own files come before the packaged ones, file by file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from sitegen.diagnostics import Diagnostic

__all__ = ["PACKAGED", "Snapshot", "TemplateFile"]

PACKAGED = "sitegen/templates"
"""The folder that findings name for packaged templates: they are not among the site's files."""

_ASSETS = "assets/"
_CATALOGUES = "locale/"


class TemplateFile(Struct, frozen=True):
    """A template as it was read: the path that findings name, and its text."""

    path: str
    text: str


class Snapshot(Struct, frozen=True):
    """All templates, theme assets and catalogues of a build, by name, and what could not be read.

    The catalogues are those of the site.
    """

    templates: dict[str, TemplateFile]
    assets: dict[str, bytes]
    findings: tuple[Diagnostic, ...] = ()
    catalogues: dict[str, TemplateFile] = {}

    @classmethod
    def read(cls, site: Path, theme: Path) -> Snapshot:
        """Read the packaged templates of `theme`, then the site's own, which replace them by name.

        Symbolic links are followed: a theme may be shared. What begins with a dot is not looked at.
        """
        templates: dict[str, TemplateFile] = {}
        assets: dict[str, bytes] = {}
        findings: list[Diagnostic] = []
        catalogues: dict[str, TemplateFile] = {}
        for folder, shown in ((theme, PACKAGED), (site, "templates")):
            for name, file in _files(folder):
                path = f"{shown}/{name}" if name else shown
                if isinstance(file, OSError):
                    findings.append(_unreadable(file, path))
                    continue
                content = _content(file, path, is_text=not name.startswith(_ASSETS))
                if isinstance(content, Diagnostic):
                    findings.append(content)
                elif isinstance(content, bytes):
                    assets[name.removeprefix(_ASSETS)] = content
                elif name.startswith(_CATALOGUES) and name.endswith(".po"):
                    catalogues[name.removeprefix(_CATALOGUES)] = TemplateFile(path, content)
                else:
                    templates[name] = TemplateFile(path, content)
        return cls(templates, assets, tuple(findings), catalogues)


def _files(folder: Path, prefix: str = "", above: tuple[str, ...] = ()) -> Iterator[tuple[str, Path | OSError]]:
    """Yield the name and the path of every file in a folder, in order; a link to a folder above ends there.

    Of a folder that cannot be read, yield its own name and why.
    """
    real = os.path.realpath(folder)
    if real in above or not os.path.isdir(folder):  # noqa: PTH112 - `Path.is_dir` raises where one may not look
        return
    try:
        files = sorted(folder.iterdir())
    except OSError as error:
        yield prefix.rstrip("/"), error
        return
    for file in files:
        if file.name.startswith("."):
            continue
        if os.path.isdir(file):  # noqa: PTH112 - as above
            yield from _files(file, f"{prefix}{file.name}/", (*above, real))
        else:
            yield f"{prefix}{file.name}", file


def _unreadable(error: OSError, path: str) -> Diagnostic:
    reason = (error.strerror or str(error)).lower()
    return Diagnostic.of("template", f"cannot be read: {reason}", path=path, hint="check its permissions")


def _content(file: Path, path: str, *, is_text: bool) -> str | bytes | Diagnostic:
    """Return the text of a template, the bytes of an asset, or why there are none."""
    if not path.isprintable():
        message = f"the name of {ascii(path)[1:-1]} is not printable text"
        return Diagnostic.of("template", message, hint="rename the file")
    try:
        if not file.is_file():
            hint = "remove it, or mend the link"
            return Diagnostic.of("template", "this is no file, or a link that leads nowhere", path=path, hint=hint)
        data = file.read_bytes()
        return data.decode("utf-8-sig") if is_text else data
    except OSError as error:
        return _unreadable(error, path)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        hint = "save templates in UTF-8; pictures and fonts belong in templates/assets/"
        return Diagnostic.of("template", "not UTF-8 text", path=path, line=line, hint=hint)
