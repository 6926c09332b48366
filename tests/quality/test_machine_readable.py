"""What machines read is as its specification says: feeds and sitemaps, by schemas of others and by the text."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import feedparser
import pytest

if TYPE_CHECKING:
    from conftest import Sample

Find = Callable[[str], Path]

ATOM = "{http://www.w3.org/2005/Atom}"
XML = "{http://www.w3.org/XML/1998/namespace}"
BASE = "https://example.org/archive/"


class _Addresses(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("href", "src", "poster", "cite")]


def is_moment(text: str | None) -> bool:
    """Whether a text is a date-time of RFC 3339."""
    try:
        return dt.datetime.strptime(text or "", "%Y-%m-%dT%H:%M:%S%z").tzinfo is not None
    except ValueError:
        return False


def is_iri(text: str | None) -> bool:
    """Whether a text is an absolute IRI as ours are."""
    parts = urlsplit(text or "")
    if parts.scheme == "tag":  # RFC 4151, section 2.1: authority, date, and what is specific
        return re.fullmatch(r"[a-z0-9.-]+,\d{4}:[!-~]+", (text or "").removeprefix("tag:")) is not None
    return parts.scheme == "https" and bool(parts.netloc) and not any(sign.isspace() for sign in text or "")


def links(element: ET.Element, rel: str) -> list[ET.Element]:
    """Return the links of a feed or entry with a relation; `alternate` is what none says."""
    return [link for link in element.findall(f"{ATOM}link") if link.get("rel", "alternate") == rel]


def feeds(sample: Sample) -> dict[str, ET.Element]:
    """Return every Atom feed by the path of its file."""
    return {path: ET.fromstring(data) for path, data in sample.tree.items() if path.endswith("feed.xml")}  # noqa: S314 - our own files


def test_sitemap(sample: Sample, system_tool: Find, npm_package: Find) -> None:
    """The sitemap is valid by the protocol's schema, and lists each page once, without those not to be found."""
    schema = npm_package("sitemap") / "schema" / "sitemap.xsd"
    found = subprocess.run(
        [system_tool("xmllint"), "--nonet", "--noout", "--schema", schema, sample.folder / "sitemap.xml"],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    urls = sample.run.page("/sitemap.xml").texts("loc")
    shown = {page.url for page in sample.pages.values() if not page.all("meta[name=robots]")}

    assert found.returncode == 0, found.stderr
    assert sorted(urls) == sorted(f"{BASE}{url.lstrip('/')}" for url in shown)


def test_atom_feeds(sample: Sample) -> None:
    """Every feed keeps the rules of RFC 4287, section 4.1.1, and of a feed that is found again (section 4.2.7.2)."""
    found = feeds(sample)
    for path, feed in found.items():
        assert feed.tag == f"{ATOM}feed", path
        for name in ("id", "title", "updated", "author"):
            assert len(feed.findall(f"{ATOM}{name}")) == 1, (path, name)
        assert [link.get("href") for link in links(feed, "self")] == [f"{BASE}{path}"]
        assert [link.get("href") for link in links(feed, "alternate")] == [f"{BASE}{path}".removesuffix("feed.xml")]
        assert feed.findtext(f"{ATOM}id") == f"{BASE}{path}"
        assert is_moment(feed.findtext(f"{ATOM}updated")), path
        assert (feed.findtext(f"{ATOM}author/{ATOM}name") or "").strip(), path
        assert feed.get(f"{XML}lang"), path
    assert len({feed.findtext(f"{ATOM}id") for feed in found.values()}) == len(found) > 20


def test_atom_entries(sample: Sample) -> None:
    """Every entry keeps the rules of RFC 4287, section 4.1.2, and its HTML can stand alone."""
    count = 0
    for path, feed in feeds(sample).items():
        entries = feed.findall(f"{ATOM}entry")
        ids = [entry.findtext(f"{ATOM}id") for entry in entries]
        assert len(set(ids)) == len(ids), path
        moments = []
        for entry in entries:
            count += 1
            for name in ("id", "title", "updated", "published"):
                assert len(entry.findall(f"{ATOM}{name}")) == 1, (path, name)
            assert is_iri(entry.findtext(f"{ATOM}id"))
            assert is_moment(entry.findtext(f"{ATOM}updated"))
            assert is_moment(entry.findtext(f"{ATOM}published"))
            assert len(links(entry, "alternate")) == 1
            assert is_iri(links(entry, "alternate")[0].get("href"))
            content = entry.find(f"{ATOM}content")
            assert content is not None
            assert content.get("type") == "html"
            assert (content.text or "").strip()
            assert [
                a for a in _Addresses(content.text or "").found if not a.startswith(("https:", "http:", "mailto:"))
            ] == []
            assert all(len(author.findall(f"{ATOM}name")) == 1 for author in entry.findall(f"{ATOM}author"))
            assert all(category.get("term") for category in entry.findall(f"{ATOM}category"))
            moments.append(dt.datetime.fromisoformat(entry.findtext(f"{ATOM}updated") or ""))
        if moments:
            assert dt.datetime.fromisoformat(feed.findtext(f"{ATOM}updated") or "") == max(moments), path
    assert count > 100


def test_feedparser(sample: Sample) -> None:
    """A reader of feeds that many use reads each without a complaint."""
    for path in feeds(sample):
        assert not feedparser.parse(sample.tree[path]).bozo, path


def test_json_feeds(sample: Sample, system_tool: Find, npm_package: Find) -> None:
    """Every JSON feed is valid by the schema of JSON Feed 1.1, and says what the Atom feed beside it says."""
    schema = npm_package("jsonfeed-schema") / "schema-v1.1.json"
    npm_package("ajv")
    files = [sample.folder / path for path in sample.tree if path.endswith("feed.json")]
    program = """
        const { readFileSync } = require("node:fs");
        const Ajv = require("ajv").default;
        const [schema, ...files] = process.argv.slice(1).map((f) => JSON.parse(readFileSync(f, "utf8")));
        const check = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
        console.log(JSON.stringify(files.flatMap((f) => check(f) ? [] : check.errors)));
    """
    command = [system_tool("node"), "-e", program, schema, *files]
    found = subprocess.run(command, check=False, capture_output=True, text=True, cwd=npm_package("ajv").parent.parent)

    assert (found.stdout, found.stderr) == ("[]\n", "")
    for path, feed in feeds(sample).items():
        other = json.loads(sample.tree[path.replace(".xml", ".json")])
        assert [item["id"] for item in other["items"]] == [
            e.findtext(f"{ATOM}id") for e in feed.findall(f"{ATOM}entry")
        ]
        assert other["feed_url"] == f"{BASE}{path}".replace(".xml", ".json")
        assert all(is_moment(item["date_published"]) for item in other["items"])


def test_robots(sample: Sample) -> None:
    """Robots are led to the sitemap."""
    assert b"Sitemap: https://example.org/archive/sitemap.xml\n" in sample.tree["robots.txt"]


@pytest.mark.parametrize("path", ["feed.xml", "corrections/feed.xml", "sitemap.xml"])
def test_xmllint(path: str, sample: Sample, system_tool: Find) -> None:
    """What is XML is well-formed for a strict reader."""
    found = subprocess.run(
        [system_tool("xmllint"), "--noout", sample.folder / path], check=False, capture_output=True, text=True
    )

    assert (found.stderr, found.returncode) == ("", 0)
