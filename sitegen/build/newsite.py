"""A new site: the packaged starter site, with the title and the address that it is to have.

`config.toml` is written last. So what a killed run leaves is no site yet, and the next run says that
the folder is not empty.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from sitegen.build.atomic import disk_trouble, write_file
from sitegen.config import parse
from sitegen.errors import ConfigError, SitegenError, UsageError
from sitegen.resources import starter_folder

__all__ = ["new_site"]

CONFIG = "config.toml"
_IGNORED = b"# What sitegen makes, and can make again.\n/output/\n/.sitegen/\n"
_STAYS = frozenset({".git"})


def new_site(folder: Path, *, title: str = "", base_url: str = "") -> tuple[str, ...]:
    """Make a site in a folder that is empty or not there, and return its files, sorted, relative to the folder.

    A repository without files counts as empty. Raises `UsageError` for a title or URL that cannot
    be used, and `SitegenError` for a folder that holds something; nothing has been written then.
    """
    starter = starter_folder()
    files = {file.relative_to(starter).as_posix(): file.read_bytes() for file in starter.rglob("*") if file.is_file()}
    config = files.pop(CONFIG).decode()
    files |= {".gitignore": _IGNORED, CONFIG: _configured(config, title=title, base_url=base_url)}
    try:
        _refuse(folder)
        for path, data in files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            write_file(file, data)
    except OSError as error:
        raise disk_trouble(error, str(folder)) from None
    return tuple(sorted(files))


def _refuse(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise SitegenError(f"{folder} is a file", hint="name another folder")
    if folder.is_dir() and (names := sorted({there.name for there in folder.iterdir()} - _STAYS)):
        raise SitegenError(
            f"{folder} is not empty: it holds {', '.join(names[:3])}{' …' if len(names) > 3 else ''}",  # noqa: PLR2004 - as many as are named
            hint="name a folder that is empty or not there yet",
        )


def _configured(config: str, **values: str) -> bytes:
    """Return the configuration with these values in place of its own; raises `UsageError` where it is wrong then."""
    for key, value in values.items():
        if value:
            # A JSON string is a TOML basic string, but for the sign U+007F (TOML 1.0, "String").
            written = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
            before, after = re.split(rf'^{key} = "[^"]*"', config, maxsplit=1, flags=re.MULTILINE)
            config = f"{before}{key} = {written}{after}"
    data = config.encode("utf-8", "replace")
    try:
        parse(data)
    except ConfigError as error:
        raise UsageError(error.message, hint=error.hint) from None
    return data
