"""What tests of publishing share: a desk that is built, what stands at a target, and what its pages refer to."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from harness import CONFIG, Site

from sitegen.build.manifest import MANIFEST_NAME
from sitegen.publish.claim import CLAIM
from sitegen.publish.published import RECORD, Published

__all__ = ["RECORDS", "assets_missing", "desk", "of_site", "plain", "start_publish", "tree"]

BASE = "https://example.org/archive/"
RECORDS = {RECORD, CLAIM, MANIFEST_NAME}
"""Files at a target that are sitegen's own, and no reader's."""


def desk(folder: Path, target: str, pieces: int = 6) -> Site:
    """Return a small site with a target, built: pieces of two sections, a picture, an own style sheet."""
    site = Site(folder, f"{CONFIG}\n{target}")
    site.write("templates/assets/style.css", "body { color: #123 }\n" * 60)
    site.write("content/articles/business/plan.svg", "<svg xmlns='http://www.w3.org/2000/svg'></svg>")
    for number in range(pieces):
        section = "business" if number % 2 else "law"
        points = "\n\n".join(
            f"{it}. Point {it} of piece {number} has its reasons, and they are told." for it in (1, 2, 3)
        )
        site.article(f"{section}/piece-{number}", points, title=f"Piece {number}", tags="[one, two]", arguments="list")
    site.article("business/pictured", "![A plan](plan.svg)\n", title="Pictured")
    site.build()
    return site


def tree(folder: Path) -> dict[str, bytes]:
    """Return all files below a folder by path, links followed."""
    found = {}
    for parent, _, names in os.walk(folder, followlinks=True):
        for name in names:
            file = Path(parent, name)
            found[file.relative_to(folder).as_posix()] = file.read_bytes()
    return found


def of_site(site: Site) -> dict[str, bytes]:
    """Return the files of a site's output that are to be published."""
    return {path: data for path, data in site.tree().items() if path not in RECORDS}


def plain(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return published files without records, encodings, and what stays for readers of the release before.

    Each encoding must be one of the file beside it.
    """
    retired = Published.decode(files.get(RECORD), "the target").retired
    for path, data in files.items():
        if path.endswith(".gz") and path not in RECORDS:
            assert gzip.decompress(data) == files[path.removesuffix(".gz")], path
    return {
        path: data
        for path, data in files.items()
        if path not in RECORDS and path not in retired and not path.endswith((".gz", ".br"))
    }


_REFERS = re.compile(rb"""<(?:link|script|img|source)\b[^>]*?\b(?:href|src)=["']?([^"' >]+)""")


def assets_missing(files: Mapping[str, bytes]) -> Iterator[str]:
    """Yield what pages show and is not there, as “page → file”."""
    for path, data in files.items():
        if not path.endswith(".html"):
            continue
        for reference in _REFERS.findall(data):
            url = urljoin(f"{BASE}{path}", reference.decode())
            asset = unquote(urlsplit(url).path.removeprefix(urlsplit(BASE).path))
            is_shown = "." in asset.rpartition("/")[2] and not asset.endswith((".xml", ".json", ".html"))
            if url.startswith(BASE) and is_shown and asset not in files:
                yield f"{path} → {asset}"


def start_publish(site: Site, *options: str, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """Start a publish as a user would, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "sitegen", "-c", str(site.folder / "config.toml"), "publish", *options],
        cwd=site.folder,
        env=os.environ | {"CI": "true", "NO_COLOR": "1"} | (env or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
