"""Addresses in finished HTML: which attributes hold them, and how a whole page of them is changed.

Templates and answers hold URLs from the root (`/business/gift/`). A page gets them relative to itself,
so the folder works under any path of any host; a feed gets them absolute, because it is read elsewhere.
Only attributes of tags count (HTML, section 13.1.2): text that looks like one is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urljoin

__all__ = ["make_absolute", "make_relative"]

# Values are passed over whole and without looking back, so a `<` or ` href=` inside one begins nothing.
_TAG = re.compile(r"""<[a-zA-Z](?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]++)(\s*+=\s*+)("[^"]*+"|'[^']*+'|[^\s"'<>]++)""")
_NAMES = frozenset({"action", "cite", "formaction", "href", "poster", "src", "srcset"})
_ANY = re.compile("=")
_FROM_ROOT = re.compile(r"""=\s*["']?/|,\s*/""")
_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:|//")


def make_relative(html: str, url: str, base_path: str) -> str:
    """Make the addresses of a page that begin at the root relative to the page at `url`.

    One of a place on the page itself keeps its fragment only. `/404.html` is shown by hosts at any URL,
    so there addresses begin with `base_path`, the path of the site, instead.
    """
    is_anywhere = url == "/404.html"
    prefix = base_path if is_anywhere else "../" * (url.count("/") - 1) or "./"
    own = f"{url}#"

    def relative(address: str) -> str:
        if not address.startswith("/") or address.startswith("//"):
            return address
        if address.startswith(own) and not is_anywhere:
            return address[len(url) :]
        return prefix + address[1:]

    return _change(html, relative, _FROM_ROOT)


def make_absolute(html: str, page: str, base_url: str) -> str:
    """Make every address of a fragment absolute, as seen from the page at `page` of the site at `base_url`."""
    base = base_url.rstrip("/")

    def absolute(address: str) -> str:
        if _ELSEWHERE.match(address):
            return address
        return base + urljoin(page, address)

    return _change(html, absolute, _ANY)


def _change(html: str, change: Callable[[str], str], sign: re.Pattern[str]) -> str:
    """Change the addresses in the tags of `html`; a tag without `sign` has none that would change."""

    def attribute(match: re.Match[str]) -> str:
        if (name := match[1].lower()) not in _NAMES:
            return match[0]
        value = match[3]
        mark = value[0] if value[0] in "\"'" else ""
        text = value[1:-1] if mark else value
        new = _candidates(text, change) if name == "srcset" else change(text)
        return f"{match[1]}{match[2]}{mark}{new}{mark}"

    def tag(match: re.Match[str]) -> str:
        text = match[0]
        return _ATTRIBUTE.sub(attribute, text) if sign.search(text) else text

    return _TAG.sub(tag, html)


def _candidates(text: str, change: Callable[[str], str]) -> str:
    """Change the addresses of a `srcset` (HTML, section 4.8.4.2.1); none of ours holds a comma."""
    parts = (part.strip().split(None, 1) for part in text.split(","))
    return ", ".join(" ".join([change(part[0]), *part[1:]]) for part in parts if part)
