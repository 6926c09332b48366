"""What must hold on every page of a finished site, checked with nothing of sitegen's own.

Links are followed as a browser does (RFC 3986, section 5), within the files that were written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urljoin, urlsplit

from harness import Page

__all__ = ["faults"]

LINKS = ("href", "src", "poster", "action")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Control characters, some of which stand in for other text while a page is made; none may be left."""
PLACEHOLDER = "sg-link:"
"""What stands in for a link until a page is rendered; as the text of an author it may stay."""


def faults(tree: Mapping[str, bytes], base_url: str = "https://example.org/archive/") -> list[str]:
    """Return what is wrong with the HTML of a site, given as bytes by path: an empty list where nothing is.

    Every page is UTF-8 without control characters, has no id twice, loads scripts of the site only and
    has no inline one, and each link into the site leads to a file, and to a place on its page where it
    names one. Only `404.html` may have links that begin with a slash.
    """
    pages = {path: Page(f"/{path}", data.decode("utf-8")) for path, data in tree.items() if path.endswith(".html")}
    ids = {path: [e.attributes["id"] for e in page.elements if "id" in e.attributes] for path, page in pages.items()}
    found: list[str] = []
    for path, page in pages.items():
        if left := CONTROL.search(page.html):
            found.append(f"{path}: {left[0]!r} is left in it")
        if any(PLACEHOLDER in e.attributes.get(name, "") for e in page.elements for name in LINKS):
            found.append(f"{path}: a placeholder of a link is left in it")
        found += [f"{path}: the id {name!r} stands {n} times" for name, n in Counter(ids[path]).items() if n > 1]
        found += [f"{path}: an inline script" for e in page.all("script") if not e.attributes.get("src") or e.text]
        found += [f"{path}: {fault}" for fault in _links(path, page, tree, ids, base_url)]
    return found


def _links(
    path: str, page: Page, tree: Mapping[str, bytes], ids: Mapping[str, list[str]], base_url: str
) -> Iterator[str]:
    root = urlsplit(base_url).path
    here = urljoin(base_url, path.removesuffix("index.html"))
    for element in page.elements:
        for name in LINKS:
            link = element.attributes.get(name)
            if link is None:
                continue
            if link.startswith("/") and path != "404.html":
                yield f"{link} begins at the root of the host"
            target = urlsplit(urljoin(here, link))
            if f"{target.scheme}://{target.netloc}" != "{0.scheme}://{0.netloc}".format(urlsplit(base_url)):
                if target.scheme not in ("http", "https", "mailto", "tel"):
                    yield f"{link} has a scheme that is not allowed"
                continue
            if not target.path.startswith(root):
                yield f"{link} leads out of the site"
                continue
            file = unquote(target.path.removeprefix(root))
            file = f"{file}index.html" if file.endswith("/") or not file else file
            if file not in tree:
                yield f"{link} leads to {file}, which is not there"
            elif target.fragment and file in ids and unquote(target.fragment) not in ids[file]:
                yield f"{link} leads to a place that {file} does not have"
