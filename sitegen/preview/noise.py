"""Files that say nothing of the site: what editors and systems put beside a text while it is being written.

The walk through `content/` and the snapshot of the templates pass over most of them too.
"""

from __future__ import annotations

from sitegen.articles.paths import CONTENT, FILES

__all__ = ["is_noise"]

_ENDINGS = ("~", ".swp", ".swo", ".swx", ".kate-swp", "___jb_tmp___", "___jb_old___")
_LOCK = ".#"
_WRITABLE = "4913"
"""Vim makes a file of this name to see whether it may write into a folder."""

_NEVER_COPIED = frozenset({".DS_Store", ".git", ".hg", ".svn"})
_PUBLISHED = f"{CONTENT}/{FILES}/"


def is_noise(name: str, *, is_folder: bool = False) -> bool:
    """Whether a path relative to the project, with slashes, is none of the site's, whatever stands there.

    Hidden files are, but for those of `content/files/`, which hosts may ask for.
    """
    parts = name.split("/")
    is_published = name.startswith(_PUBLISHED)
    if any(part.startswith(".") and (not is_published or part in _NEVER_COPIED) for part in parts):
        return True
    last = parts[-1]
    if is_folder:
        return False
    is_autosave = last.startswith("#") and last.endswith("#")
    return is_autosave or last == _WRITABLE or last.startswith(_LOCK) or last.endswith(_ENDINGS)
