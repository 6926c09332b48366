"""Fingerprints of what is no source: sitegen itself, and the settings that pages and builds depend on.

What stands here is coarse on purpose: a change of it makes everything anew, so it must change seldom.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from hashlib import blake2b
from pathlib import Path

from msgspec import structs

from sitegen.build.job import Job
from sitegen.config import DEFAULT_EXTENSIONS, Config, Preview
from sitegen.digest import digest_of, fingerprint
from sitegen.pages.snapshot import Snapshot

__all__ = ["engine_fingerprint", "page_settings", "world_fingerprint"]

_PACKAGE = Path(__file__).resolve().parent.parent
_FORMS = (".dist-info", ".egg-info")
_LIBRARIES = (
    "babel",
    "fast-sugiyama",
    "imagesize",
    "jinja2",
    "markdown",
    "markupsafe",
    "msgspec",
    "nh3",
    "pillow",
    "pagefind-bin",
    "pagefind-bin-extended",
    "pygments",
    "python-frontmatter",
    "python-slugify",
    "pyyaml",
    "text-unidecode",
    "tzdata",
)

# Of the configuration, what is known to reach no page but through sources and their archive.
_NOT_SHOWN = ("checks", "defaults", "output", "preview", "publish", "sections")


@cache
def _sitegen() -> str:
    """Return the digest of sitegen's code and catalogues, of Python, and of the libraries that make bytes of pages."""
    hasher = blake2b(sys.version.encode(), digest_size=16)
    for file in sorted(_PACKAGE.rglob("*.py")):
        hasher.update(file.relative_to(_PACKAGE).as_posix().encode() + b"\0")
        hasher.update(blake2b(file.read_bytes()).digest())
    for file in sorted((_PACKAGE / "locale").glob("*/LC_MESSAGES/*.po")):
        hasher.update(blake2b(file.read_bytes()).digest())
    for name in _installed():
        hasher.update(name.encode() + b"\n")
    return hasher.hexdigest()


def _installed() -> list[str]:
    """Return the libraries with their versions, as the names of what describes them (PEP 376, and what came before).

    `importlib.metadata` would say the same and take as long as all the rest of a build that has nothing to do.
    """
    found = set()
    for folder in filter(None, dict.fromkeys(sys.path)):
        try:
            names = os.listdir(folder)  # noqa: PTH208 - names are wanted, not paths
        except OSError:
            continue
        found |= {name for name in names if name.endswith(_FORMS) and _library(name) in _LIBRARIES}
    return sorted(found)


def _library(name: str) -> str:
    return name.partition("-")[0].lower().replace("_", "-")


def engine_fingerprint(config: Config) -> str:
    """Return the digest of the code that makes a site, extensions of Markdown included."""
    foreign = [name for name in config.markdown.extensions if name not in DEFAULT_EXTENSIONS]
    return fingerprint((_sitegen(), [(name, _extension(name)) for name in foreign])).hex() if foreign else _sitegen()


def _extension(name: str) -> tuple[str, str]:
    """Return what an extension of Markdown is: the version that is installed, and the digest of its code.

    Like Python-Markdown, look among the entry points first. Of its own extensions its version says everything,
    which is part of the engine anyway.
    """
    from importlib.metadata import entry_points

    if any((folder / "extensions" / f"{name}.py").is_file() for folder in _package("markdown")[1]):
        return "", ""
    for entry in entry_points(group="markdown.extensions", name=name):
        version = entry.dist.version if entry.dist else ""
        return version, _code(entry.module)
    return "", _code(name.partition(":")[0])


def _code(module: str) -> str:
    """Return the digest of all code of the package that a module is in, or of the module where it is in none.

    It is empty where there is no such module. No code of the package is run.
    """
    files, folders = _package(module.partition(".")[0])
    return _digest(files, folders) if files or folders else ""


def _package(name: str) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Return the file of a module or package at the top level, where it has one, and the folders of a package."""
    from importlib.util import find_spec

    try:
        found = find_spec(name)
    except (ImportError, ValueError):
        found = None
    if found is None:
        return (), ()
    origin = (Path(found.origin),) if found.origin and found.has_location else ()
    return origin, tuple(Path(folder) for folder in found.submodule_search_locations or ())


@cache
def _digest(files: tuple[Path, ...], folders: tuple[Path, ...]) -> str:
    """Return the digest of files and of all Python files in folders, as they are when first asked for.

    Code that has been loaded stays what it was until the program ends, so its digest must stay too.
    """
    found = [(file.name, digest_of(file)) for file in files]
    for folder in folders:
        found += [(file.relative_to(folder).as_posix(), digest_of(file)) for file in sorted(folder.rglob("*.py"))]
    return fingerprint(found).hex()


def page_settings(config: Config, engine: str) -> bytes:
    """Return the digest of what every page depends on."""
    shown = {name: value for name, value in structs.asdict(config).items() if name not in _NOT_SHOWN}
    return fingerprint((engine, shown))


def world_fingerprint(job: Job, engine: str, snapshot: Snapshot) -> bytes:
    """Return the digest of all that a build depends on besides files of `content/`, its output and the time."""
    choices = (job.clock.drafts, job.clock.future, job.keep_going, job.output_name)
    templates = {name: file.text for name, file in snapshot.templates.items()}
    catalogues = {name: file.text for name, file in snapshot.catalogues.items()}
    config = structs.replace(job.config, preview=Preview(), publish={})
    return fingerprint((engine, config, choices, templates, catalogues, snapshot.assets, snapshot.findings))
