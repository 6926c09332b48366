"""Fingerprints of what is no source: sitegen itself, and the settings that pages and builds depend on.

What stands here is coarse on purpose: a change of it makes everything anew, so it must change seldom.
"""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from hashlib import blake2b
from importlib import metadata
from pathlib import Path

from msgspec import structs

from sitegen.build.reading import Job
from sitegen.config import DEFAULT_EXTENSIONS, Config
from sitegen.digest import fingerprint
from sitegen.pages.templates import Snapshot

__all__ = ["engine_fingerprint", "page_settings", "world_fingerprint"]

_PACKAGE = Path(__file__).resolve().parent.parent
_LIBRARIES = (
    "babel",
    "jinja2",
    "markdown",
    "markupsafe",
    "msgspec",
    "nh3",
    "pygments",
    "python-slugify",
    "pyyaml",
    "tzdata",
)

# Of the configuration, what is known to reach no page but through sources and their archive.
_NOT_SHOWN = ("checks", "defaults", "output", "preview", "publish", "sections")


@cache
def _sitegen() -> str:
    """Return the digest of sitegen's own code, of Python, and of the libraries that make bytes of pages."""
    hasher = blake2b(sys.version.encode(), digest_size=16)
    for file in sorted(_PACKAGE.rglob("*.py")):
        hasher.update(file.relative_to(_PACKAGE).as_posix().encode() + b"\0")
        hasher.update(blake2b(file.read_bytes()).digest())
    for name in _LIBRARIES:
        hasher.update(f"{name} {_version(name)}\n".encode())
    return hasher.hexdigest()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def engine_fingerprint(config: Config) -> str:
    """Return the digest of the code that makes a site, extensions of Markdown included."""
    foreign = [name for name in config.markdown.extensions if name not in DEFAULT_EXTENSIONS]
    return fingerprint((_sitegen(), [(name, _module(name)) for name in foreign])).hex() if foreign else _sitegen()


def _module(name: str) -> str:
    """Return the digest of the file of a module, empty where it is an entry point or not there."""
    try:
        found = importlib.util.find_spec(name.partition(":")[0])
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
    choices = (job.clock.drafts, job.clock.future, job.keep_going, str(job.output))
    templates = {name: file.text for name, file in snapshot.templates.items()}
    return fingerprint((engine, job.config, choices, templates, snapshot.assets, snapshot.findings))
