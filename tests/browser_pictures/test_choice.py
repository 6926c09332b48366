"""What a browser makes of variants: it loads the one that fits, and nothing moves when it comes."""

from __future__ import annotations

import io
import mimetypes
from collections.abc import Iterator
from pathlib import Path

import pytest
from extent import later
from harness import Site
from photographs import encoded, photograph
from PIL import Image
from playwright.sync_api import Browser, Page, Route

HOST = "http://archive.test"
PARTS = ".sg-text :is(article, h2, p:not([hidden]), figure, figcaption)"
PLACES = """(parts) => [...document.querySelectorAll(parts)].map((it) => it.getBoundingClientRect().top + scrollY)"""
SHOWN = """() => [...document.images].map((it) => [it.currentSrc, Math.round(it.getBoundingClientRect().width)])"""
LOADED = "() => [...document.images].every((it) => it.complete && it.naturalWidth)"


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a site, built, with a piece that shows a lead picture and two more."""
    site = Site(tmp_path_factory.mktemp("gallery") / "site")
    for name, turn in (("lead", 0), ("one", 90), ("two", 180)):
        site.write(f"content/articles/a/{name}.jpg", encoded(photograph(1700, 1100).rotate(turn, expand=True)))
    body = '## One. {: #one }\n\nFirst.\n\n![A](one.jpg "Of one")\n\n## Two. {: #two }\n\n![B](two.jpg)\n\nLast.'
    site.article("a/x", body, arguments="headings", image="{src: lead.jpg, alt: Lead, credit: Me, caption: Of it}")
    site.build()
    return site


@pytest.fixture
def window(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """Return a page of a width, and of so many device pixels for each of CSS."""
    width, scale = request.param
    context = browser.new_context(viewport={"width": width, "height": 700}, device_scale_factor=scale)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    ("window", "widest"),
    [((360, 1), 480), ((1280, 2), 1600), *later(((360, 2), 800), ((1280, 1), 800))],
    indirect=["window"],
)
def test_the_fitting_variant_is_loaded(gallery: Site, window: Page, widest: int) -> None:
    """Each picture is the WebP of the next larger width, the original is not asked for, and no text moves."""
    held: list[Route] = []
    asked: list[str] = []

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(HOST).lstrip("/")
        file = gallery.output / path
        if file.suffix in (".jpg", ".webp"):
            asked.append(path)
            if not may_load:
                held.append(route)
                return
        file = file / "index.html" if file.is_dir() else file
        route.fulfill(path=file, content_type=mimetypes.guess_type(file.name)[0])

    may_load = False
    window.route(f"{HOST}/**", answer)
    window.goto(f"{HOST}/a/x/", wait_until="domcontentloaded")
    window.wait_for_function("document.fonts.status === 'loaded'")
    before = window.evaluate(PLACES, PARTS)
    may_load = True
    for route in held:
        answer(route)
    for image in window.locator("main img").all():
        image.scroll_into_view_if_needed()
    window.wait_for_function(LOADED)
    shown = window.evaluate(SHOWN)

    # Heights of variants are whole pixels, so their shapes differ by less than one.
    assert window.evaluate(PLACES, PARTS) == pytest.approx(before, abs=1)
    assert len(before) >= 10
    assert len(shown) == 3
    for url, width in shown:
        loaded = width_of(gallery.output / url.removeprefix(HOST).lstrip("/"))
        assert (url.rpartition(".")[2], loaded <= widest, loaded >= width) == ("webp", True, True)
    assert not [path for path in asked if path.endswith(".jpg")]


def width_of(file: Path) -> int:
    """Return the width of a picture in its own pixels."""
    return Image.open(io.BytesIO(file.read_bytes())).width


@pytest.mark.parametrize("window", [(1280, 1)], indirect=True)
def test_without_webp(gallery: Site, window: Page) -> None:
    """A browser that does not know WebP shows the original, in the same place."""
    window.route(
        f"{HOST}/**", lambda route: route.fulfill(**served(gallery.output, route.request.url.removeprefix(HOST)))
    )
    window.goto(f"{HOST}/a/x/")
    window.wait_for_function("document.images[0].complete && document.images[0].naturalWidth === 1700")

    assert window.evaluate("document.images[0].currentSrc").endswith(".jpg")


def served(folder: Path, url: str) -> dict[str, str | bytes | None]:
    """Return a file of the output folder, pages with the variants in a format that nobody knows."""
    file = folder / url.lstrip("/")
    file = file / "index.html" if file.is_dir() else file
    return {
        "body": file.read_bytes().replace(b"image/webp", b"image/none"),
        "content_type": mimetypes.guess_type(file.name)[0],
    }
