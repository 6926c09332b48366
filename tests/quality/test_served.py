"""The folder works wherever it is put: at the root of a host, and below a path that it does not know of."""

from __future__ import annotations

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag, urljoin

import pytest

if TYPE_CHECKING:
    from conftest import Sample

Find = Callable[[str], Path]


class _Seen(HTMLParser):
    """What a page links to and loads, and the ids on it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.ids.add(values.get("id", ""))
        if tag != "link" or values.get("rel") in ("stylesheet", "icon"):
            self.links += [values[name] for name in ("href", "src", "poster") if values.get(name)]


def fetch(url: str) -> tuple[str, str]:
    """Return the address of what a host answers, and the page, or an empty text for what is no page."""
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - our own server
        is_page = answer.headers.get_content_type() == "text/html"
        return answer.url, answer.read().decode() if is_page else ""


def crawl(start: str) -> tuple[dict[str, _Seen], list[str]]:
    """Follow every link of a host from one page; return its pages by URL, and what is broken."""
    pages: dict[str, _Seen] = {}
    waiting, seen, broken = [(start, "")], {start}, []
    fragments: list[tuple[str, str, str]] = []
    while waiting:
        url, source = waiting.pop()
        try:
            final, html = fetch(url)
        except urllib.error.HTTPError as error:
            broken.append(f"{source}: {url} ({error.code})")
            continue
        page = pages[url] = _Seen(html)
        for link in page.links:
            target, fragment = urldefrag(urljoin(final, link))
            if target.startswith("http://127.0.0.1"):
                if fragment:
                    fragments.append((url, target, unquote(fragment)))
                if target not in seen:
                    seen.add(target)
                    waiting.append((target, url))
    broken += [
        f"{page}: {url}#{place}" for page, url, place in fragments if url in pages and place not in pages[url].ids
    ]
    return pages, broken


@pytest.mark.parametrize("place", ["at_root", "below"])
def test_every_page_is_reached(place: str, sample: Sample, request: pytest.FixtureRequest) -> None:
    """From the home page one comes to every page of the sitemap by links alone, and none is broken."""
    start = request.getfixturevalue(place)
    pages, broken = crawl(start)
    reached = {url.removeprefix(start) for url in pages}
    listed = {url.removeprefix("https://example.org/archive/") for url in sample.run.page("/sitemap.xml").texts("loc")}

    assert broken == []
    assert listed - reached == set()


def test_not_found_page(sample: Sample) -> None:
    """The page for what is missing is shown at any URL, so it links by the path of the base URL."""
    links = [e.attributes[n] for e in sample.pages["/404.html"].elements for n in ("href", "src") if n in e.attributes]

    assert [link for link in links if not link.startswith(("/archive/", "#"))] == []


def test_linkinator(sample: Sample, npm_tool: Find) -> None:
    """Linkinator, which serves the folder itself, finds no broken link and no place that its page does not have."""
    command = [
        npm_tool("linkinator"), sample.folder, "--recurse", "--check-fragments", "--check-css", "--format", "json",
        "--skip", r"https?://(?!localhost)", "--skip", "^mailto:",
    ]  # fmt: skip
    found = subprocess.run(command, check=False, capture_output=True, text=True)
    answer = json.loads(found.stdout[found.stdout.index("{") :])
    broken = [(link["parent"], link["url"], link["status"]) for link in answer["links"] if link["state"] == "BROKEN"]

    assert broken == []
    assert len(answer["links"]) > 300
