"""The record of which files in the output folder are sitegen's own.

It lies in the output folder itself, so that it is moved, copied and deleted together with the files
it speaks of. Only what it names is ever replaced or removed, so it is read with distrust: a path
that could lead out of the folder is ignored, whoever wrote it there.
"""

from __future__ import annotations

import os.path
import re
from pathlib import Path
from stat import S_ISREG

import msgspec

from sitegen.build.atomic import is_temporary, write_file

__all__ = ["MANIFEST_NAME", "VERSION", "Manifest", "belongs", "read_manifest", "write_manifest"]

MANIFEST_NAME = ".sitegen-manifest.json"
VERSION = 1

# What nearly all paths are, and nothing that needs a second look.
_PLAIN = re.compile(r"(?:[a-z0-9-]+/)*[a-z0-9-]+(?:\.[a-z0-9]+)?")


class Manifest(msgspec.Struct, frozen=True):
    """Own files by path, relative to the output folder with slashes; values are digests of the bytes.

    `files` were there when the last build ended. `pending` is what a build under way is about to
    write: after a kill such a file is sitegen's only if its bytes have that digest, because the
    build may not have come so far. A finished build leaves `pending` empty.
    """

    version: int = VERSION
    files: dict[str, str] = {}
    pending: dict[str, str] = {}


def belongs(path: str) -> bool:
    """Whether a relative path with slashes names a place for a page in an output folder, and nowhere else.

    What leads out of the folder, sitegen's own records and a repository's `.git` are no such places.
    """
    if _PLAIN.fullmatch(path):
        return True
    parts = path.split("/")
    return not (
        {"", ".", ".."}.intersection(parts)
        or any(character in path for character in "\\\0")
        or any("\ud800" <= character <= "\udfff" for character in path)
        or os.path.splitdrive(path)[0]
        or any(part.casefold() == ".git" for part in parts)
        or parts[-1].casefold() == MANIFEST_NAME
        or is_temporary(parts[-1].casefold())
    )


def read_manifest(folder: Path) -> tuple[Manifest, str]:
    """Return the manifest of an output folder, and a note for the user where there is something to tell.

    A manifest that is absent, cannot be read, is not ours or comes from a newer sitegen is an empty
    one: then no file in the folder counts as ours. Raises `OSError` where the folder cannot be read.
    """
    path = folder / MANIFEST_NAME
    try:
        # Not through a link and not from a pipe: only a file that sitegen itself could have put there.
        if not S_ISREG(path.lstat().st_mode):
            return Manifest(), f"{MANIFEST_NAME} is not a file of sitegen’s and is not used"
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return Manifest(), ""
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Manifest(), f"{MANIFEST_NAME} cannot be read and is not used"
    if manifest.version != VERSION:
        return Manifest(), f"{MANIFEST_NAME} is of version {manifest.version}, this sitegen knows {VERSION}: not used"
    files, pending = (
        {path: digest for path, digest in table.items() if belongs(path)}
        for table in (manifest.files, manifest.pending)
    )
    ignored = len(manifest.files) + len(manifest.pending) - len(files) - len(pending)
    note = f"{MANIFEST_NAME} names {ignored} impossible path{'s' * (ignored != 1)}, ignored" if ignored else ""
    return Manifest(files=files, pending=pending), note


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest in one step: the same manifest is the same bytes, one line a file.

    Raises `OSError`.
    """
    data = msgspec.json.format(msgspec.json.encode(manifest, order="deterministic"), indent=1)
    write_file(folder / MANIFEST_NAME, data + b"\n")
