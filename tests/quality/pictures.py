"""The program behind `make pictures`: every kind of page as a picture, wide and narrow, light and dark.

They go to `build-report/pictures/`, to be looked at; the best few go to `docs/pictures/`, for the documentation.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import run

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build-report" / "pictures"
WIDTHS = (360, 768, 1280, 1920)
SCHEMES = ("light", "dark")
HEIGHT = 900
CHOSEN = {
    "article": "policy/who-pays-the-surveyor/",
    "claim": "claims/public-data-free/",
}
"""Pages that the documentation shows, by the name of the picture; the narrow ones have `-phone` behind it."""

_KIND = re.compile(r'<body class="sg-([a-z0-9]+)-page"')


class _Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def largest(site: Path) -> dict[str, Path]:
    """Return the largest page of each kind, by the kind."""
    found: dict[str, Path] = {}
    for file in sorted(site.rglob("*.html"), key=lambda file: file.stat().st_size):
        if kind := _KIND.search(file.read_text("utf-8")):
            found[kind[1]] = file
    return found


def shoot(browser: Browser, url: str, file: Path, width: int, scheme: str, *, whole: bool) -> None:
    """Take a picture of a page."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(url)
    page.screenshot(path=file, full_page=whole)
    context.close()


def main() -> int:
    """Build the sample archive and take all pictures."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        print("pictures need Chromium: install the package `chromium`", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Path(folder)
        run(
            [sys.executable, "-m", "sitegen", "-q", "build", "-b", "https://example.org/", "-o", folder],
            cwd=ROOT,
            check=True,
        )
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        host = f"http://127.0.0.1:{server.server_port}"
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        pages = largest(site)
        for number, (kind, file) in enumerate(sorted(pages.items()), 1):
            url = f"{host}/{file.relative_to(site).as_posix()}"
            for width in WIDTHS:
                for scheme in SCHEMES:
                    shoot(browser, url, FOLDER / f"{kind}-{width}-{scheme}.png", width, scheme, whole=True)
            print(f"{number:3} of {len(pages)}  {kind}", file=sys.stderr)
        for name, page in CHOSEN.items():
            shoot(browser, f"{host}/{page}", ROOT / f"docs/pictures/{name}.png", 1280, "light", whole=False)
            shoot(browser, f"{host}/{page}", ROOT / f"docs/pictures/{name}-phone.png", 390, "dark", whole=False)
        browser.close()
        server.shutdown()
        server.server_close()
    print(f"{len(pages) * len(WIDTHS) * len(SCHEMES)} pictures in {FOLDER.relative_to(ROOT)}/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
