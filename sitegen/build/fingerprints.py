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
from sitegen.digest import fingerprint
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
    return fingerprint((_sitegen(), [(name, _module(name)) for name in foreign])).hex() if foreign else _sitegen()


def _module(name: str) -> str:
    """Return the digest of the file of a module, empty where it is an entry point or not there."""
    from importlib.util import find_spec

    try:
        found = find_spec(name.partition(":")[0])
    except (ImportError, ValueError):
        return ""
    if found is None or not found.origin or not Path(found.origin).is_file():
        return ""
    return blake2b(Path(found.origin).read_bytes(), digest_size=16).hexdigest()


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
