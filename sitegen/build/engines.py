"""Whether there is something to search with: Pagefind, where it is installed.

It stands by itself because every build asks, and what makes the index takes longer to import than most of a build.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from msgspec import structs

from sitegen.config import Config

__all__ = ["NO_SEARCH", "program", "with_engine"]

PACKAGES = ("pagefind_bin_extended", "pagefind_bin")
"""Packages that carry the program; the extended one also divides Chinese and Japanese into words."""

NO_SEARCH = (
    "there is no search page, because Pagefind is not installed: "
    """run `pip install 'sitegen[search]'`, or write `engine = "none"` below [search]"""
)
"""What is told where a site would have a search page."""


def with_engine(config: Config, *, wanted: bool = True) -> Config:
    """Return a configuration without a search page where none is wanted, or Pagefind is not installed."""
    if not config.has_search or (wanted and _package()):
        return config
    return structs.replace(config, search=structs.replace(config.search, engine="none"))


def program() -> Path | None:
    """Return the file of Pagefind's program, `None` where there is none."""
    name = _package()
    if not name:
        return None
    try:
        return Path(import_module(name).get_executable())
    except FileNotFoundError:
        return None


def _package() -> str:
    """Return the name of the package that carries the program, empty where none does."""
    return next((name for name in PACKAGES if find_spec(name) is not None), "")
