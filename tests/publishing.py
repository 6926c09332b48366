"""What tests of publishing share: a desk that is built, what stands at a target, and what its pages refer to."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urljoin, urlsplit

from harness import CONFIG, Site

from sitegen.build.manifest import MANIFEST_NAME
from sitegen.publish.claim import CLAIM
from sitegen.publish.published import RECORD, Published

__all__ = [
    "RECORDS",
    "Reader",
    "assets_missing",
    "desk",
    "edited",
    "from_folder",
    "of_site",
    "plain",
    "start_publish",
    "tree",
]

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


def edited(site: Site, folder: Path) -> Site:
    """Return a copy of such a site, built after edits that touch every page, its style sheet and its pieces."""
    copied = site.copy(folder)
    copied.write("templates/assets/style.css", "body { color: #321 }\n" * 60)
    copied.delete("content/articles/law/piece-0.md")
    copied.article("business/news", "![A plan](plan.svg)\n", title="News")
    copied.write("content/articles/business/plan.svg", "<svg xmlns='http://www.w3.org/2000/svg'><g/></svg>")
    copied.build()
    return copied


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
        yield from (f"{path} → {asset}" for asset in _shown(path, data) if asset not in files)


def _shown(path: str, data: bytes) -> Iterator[str]:
    """Yield the paths of what a page shows; a file that is no page shows nothing."""
    if not path.endswith(".html"):
        return
    for reference in _REFERS.findall(data):
        url = urljoin(f"{BASE}{path}", reference.decode())
        asset = unquote(urlsplit(url).path.removeprefix(urlsplit(BASE).path))
        is_shown = "." in asset.rpartition("/")[2] and not asset.endswith((".xml", ".json", ".html"))
        if url.startswith(BASE) and is_shown:
            yield asset


def from_folder(folder: Path, path: str) -> bytes | None:
    """Return what a reader gets at a path."""
    try:
        return (folder / path).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


class Reader(threading.Thread):
    """Reads every page of some sites at the place where they are published in turn, and at once what each shows.

    A context manager: it reads meanwhile, and in the end every file was one of these sites', and none was missing.
    `read` returns what a reader gets at a path, `None` where nothing is.
    """

    def __init__(self, sites: Iterable[Site], read: Callable[[str], bytes | None]) -> None:
        """Be ready to read."""
        super().__init__()
        self._read = read
        self._whole: dict[str, set[bytes]] = {}
        for site in sites:
            for path, data in of_site(site).items():
                self._whole.setdefault(path, set()).add(data)
        self._seen: set[tuple[str, bytes]] = set()
        self._wrong: list[str] = []
        self._over = threading.Event()

    def run(self) -> None:
        """Read until told to stop, and then once more."""
        pages = [path for path in self._whole if path.endswith(".html")]
        is_last = False
        while not is_last and not self._wrong:
            is_last = self._over.is_set()
            for page in pages:
                data = self._read(page)
                if data is None:
                    continue
                self._check(page, data)
                for asset in _shown(page, data):
                    self._check(asset, self._read(asset), f"{page} → ")

    def _check(self, path: str, data: bytes | None, where: str = "") -> None:
        if data is None or data not in self._whole.get(path, ()):
            self._wrong.append(f"{where}{path}: {'nothing there' if data is None else f'{len(data)} other bytes'}")
        else:
            self._seen.add((path, data))

    def __enter__(self) -> Self:
        """Begin to read."""
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Stop reading, and expect that everything was there and whole, before and after it became another."""
        self._over.set()
        self.join()
        assert not self._wrong, self._wrong
        if kind is None:
            seen = Counter(path for path, _ in self._seen if path.endswith(".html"))
            assert seen.keys() == {path for path in self._whole if path.endswith(".html")}
            assert max(seen.values()) > 1


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
