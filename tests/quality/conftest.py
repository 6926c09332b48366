"""The sample archive, built once and served on this machine, for the checkers that others wrote.

What they measure goes into `docs/quality.md` where `make quality` asks for it.
"""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from harness import Page, Run, Site
from serving import listening

ROOT = Path(__file__).resolve().parents[2]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The content security policy that every page must work under (CSP Level 3): nothing inline, nothing from elsewhere."""

SEARCHING = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
"""That of the search page alone, which runs WebAssembly."""

COMPRESSED = {".html", ".css", ".js", ".svg"}

REPORT = """\
# Quality

Written by `make quality`, which builds the sample archive, asks these checkers about every kind of page, and fails
where one of them finds anything. `.ci/run` does the same.

| what | target | measured |
| --- | --- | --- |
{rows}
"""


class Sample:
    """The finished sample archive: its files, and its pages by URL."""

    def __init__(self, run: Run) -> None:
        """Read every page."""
        self.folder = run.site.output
        self.run = run
        self.tree = run.site.tree()
        self.pages = {
            "/" + path.removesuffix("index.html"): Page("/" + path.removesuffix("index.html"), data.decode())
            for path, data in self.tree.items()
            if path.endswith(".html")
        }

    def kind(self, page: Page) -> str:
        """Return the kind of a page, as its body says; redirects have none."""
        return page.all("body")[0].attributes.get("class", "redirect").removeprefix("sg-").removesuffix("-page")

    def one_of_each(self) -> dict[str, str]:
        """Return the largest page of each kind, by its URL."""
        by_size = sorted(self.pages.values(), key=lambda page: len(page.html))
        return {self.kind(page): page.url for page in by_size}


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """Return the sample archive with a few pages more, so that there is one of every kind."""
    site = Site(tmp_path_factory.mktemp("sample") / "site", (ROOT / "config.toml").read_text("utf-8"))
    shutil.copytree(ROOT / "content", site.folder / "content", dirs_exist_ok=True)
    site.article("policy/withdrawn-here", status="withdrawn", title="Withdrawn here", aliases="[/moved/here.html]")
    return Sample(site.build())


class _Quiet(SimpleHTTPRequestHandler):
    """Serves a folder below a prefix, as a host with a site of somebody does."""

    def __init__(self, *args: Any, prefix: str, **kwargs: Any) -> None:
        self.prefix = prefix
        super().__init__(*args, **kwargs)

    def translate_path(self, path: str) -> str:
        if not path.startswith(self.prefix):
            return str(Path(self.directory) / "nothing-here")
        return super().translate_path("/" + path.removeprefix(self.prefix))

    def send_head(self) -> Any:
        """Send a page, style sheet or script compressed to whoever takes it so, as static hosts do."""
        file = Path(self.translate_path(self.path.partition("?")[0]))
        file = file / "index.html" if file.is_dir() and self.path.endswith("/") else file
        if not file.is_file() or file.suffix not in COMPRESSED or "gzip" not in self.headers.get("Accept-Encoding", ""):
            return super().send_head()
        data = gzip.compress(file.read_bytes())
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", self.guess_type(file))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        return BytesIO(data)

    def end_headers(self) -> None:
        is_search = self.path.partition("?")[0].endswith("/search/")
        self.send_header("Content-Security-Policy", SEARCHING if is_search else POLICY)
        super().end_headers()

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@contextmanager
def serve(folder: Path, prefix: str = "/") -> Iterator[str]:
    """Serve a folder on this machine, and give the URL of its root."""
    with listening(partial(_Quiet, prefix=prefix, directory=str(folder))) as url:
        yield f"{url}{prefix}"


class Figures:
    """What was measured: a row for each quality, in the order in which they are told."""

    def __init__(self) -> None:
        """Begin without any."""
        self.rows: dict[str, tuple[str, str]] = {}

    def tell(self, what: str, target: str, measured: str) -> None:
        """Note a figure; one that is told twice is measured anew."""
        self.rows[what] = (target, measured)


@pytest.fixture(scope="session")
def figures() -> Iterator[Figures]:
    """Return what figures are told to; they are written to the file that `SITEGEN_FIGURES` names."""
    told = Figures()
    yield told
    if file := os.environ.get("SITEGEN_FIGURES"):
        rows = "\n".join(f"| {what} | {target} | {measured} |" for what, (target, measured) in told.rows.items())
        Path(file).write_text(REPORT.format(rows=rows), "utf-8")


@pytest.fixture(scope="session")
def serving() -> Callable[[Path], AbstractContextManager[str]]:
    """Return what serves a folder at the root of a host."""
    return serve


@pytest.fixture(scope="session")
def at_root(sample: Sample) -> Iterator[str]:
    """Serve the sample at the root of a host."""
    with serve(sample.folder) as url:
        yield url


@pytest.fixture(scope="session")
def below(sample: Sample) -> Iterator[str]:
    """Serve the sample below a path that it does not know of."""
    with serve(sample.folder, "/some/where/") as url:
        yield url


@pytest.fixture(scope="session")
def at_home(sample: Sample) -> Iterator[str]:
    """Serve the sample below the path of its base URL, so that the page for what is missing works too."""
    with serve(sample.folder, "/archive/") as url:
        yield url
