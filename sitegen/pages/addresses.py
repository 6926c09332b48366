"""Addresses in finished HTML: which attributes hold them, and how a whole page of them is changed.

Templates and answers hold URLs from the root (`/business/gift/`). A page gets them relative to itself,
so the folder works under any path of any host; a feed gets them absolute, because it is read elsewhere.
Only attributes of tags count (HTML, section 13.1.2): text that looks like one is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urljoin

__all__ = ["make_absolute", "make_relative"]

# Values are passed over whole and without looking back, so a `<` or ` href=` inside one begins nothing. Tags without
# attributes are not looked for.
_TAG = re.compile(r"""(<[a-zA-Z][^<>"'=]*+=(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>)""")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]++)(\s*+=\s*+)("[^"]*+"|'[^']*+'|[^\s"'<>]++)""")
_NAMES = frozenset({"action", "cite", "formaction", "href", "poster", "src", "srcset"})
_REFRESH = re.compile(r"""^<meta\b.*\bhttp-equiv=["']?refresh\b.*\burl=""", re.IGNORECASE | re.DOTALL)
_ONE_LINK = '<a href="/'
_FROM_ROOT = re.compile(r"""=\s*["']?/|,\s*/""")
# Neither a dot nor a sign with a meaning: joined to a page without looking at its parts.
_PLAIN = re.compile(r"(?:/[\w~-]+)*/?")
_PLAIN_FRAGMENT = re.compile(r"#[\w~-]+")
_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:|//")
_CACHED = 4_096


def make_relative(html: str, url: str, base_path: str) -> str:
    """Make the addresses of a page that begin at the root relative to the page at `url`.

    One of a place on the page itself keeps its fragment only. `/404.html` is shown by hosts at any URL,
    so there addresses begin with `base_path`, the path of the site, instead.
    """
    is_anywhere = url == "/404.html"
    prefix = base_path if is_anywhere else "../" * (url.count("/") - 1) or "./"
    own = f"{url}#"

    def relative(address: str) -> str:
        return address[len(url) :] if address.startswith(own) else _from(prefix, address)

    def tag(text: str) -> str:
        if own in text and _FROM_ROOT.search(text):
            return _change(text, relative)
        return _moved(text, prefix)

    # Between tags, which are every second piece, nothing changes; nor in a tag without a slash.
    pieces = _TAG.split(html)
    if own in html and not is_anywhere:
        pieces[1::2] = [tag(text) if "/" in text else text for text in pieces[1::2]]
    else:
        pieces[1::2] = [_moved(text, prefix) if "/" in text else text for text in pieces[1::2]]
    return "".join(pieces)


def _from(prefix: str, address: str) -> str:
    """Return an address with `prefix` in place of the root where it begins there."""
    return prefix + address[1:] if address.startswith("/") and not address.startswith("//") else address


@lru_cache(maxsize=_CACHED)
def _moved(tag: str, prefix: str) -> str:
    """Return a tag with `prefix` in place of the root; menus, terms and pieces are linked on many pages."""
    if tag.startswith(_ONE_LINK) and tag.count("=") == 1:
        return tag if tag[len(_ONE_LINK)] == "/" else f"{_ONE_LINK[:-1]}{prefix}{tag[len(_ONE_LINK) :]}"
    return _change(tag, lambda address: _from(prefix, address)) if _FROM_ROOT.search(tag) else tag


def make_absolute(html: str, page: str, base_url: str) -> str:
    """Make every address of a fragment absolute, as seen from the page at `page` of the site at `base_url`."""
    base = base_url.rstrip("/")

    is_plain = _PLAIN.fullmatch(page) is not None

    def absolute(address: str) -> str:
        if _ELSEWHERE.match(address):
            return address
        if address and _PLAIN.fullmatch(address):
            return base + address
        if is_plain and _PLAIN_FRAGMENT.fullmatch(address):
            return base + page + address
        return base + urljoin(page, address)

    pieces = _TAG.split(html)
    pieces[1::2] = [_change(text, absolute) if "=" in text else text for text in pieces[1::2]]
    return "".join(pieces)


def _change(tag: str, change: Callable[[str], str]) -> str:
    """Change the addresses in a tag."""

    def attribute(match: re.Match[str]) -> str:
        if (name := match[1].lower()) not in _NAMES and not (name == "content" and _REFRESH.search(tag)):
            return match[0]
        value = match[3]
        mark = value[0] if value[0] in "\"'" else ""
        text = value[1:-1] if mark else value
        if name == "content":
            delay, sign, address = text.partition("url=")
            new = delay + sign + change(address)
        else:
            new = _candidates(text, change) if name == "srcset" else change(text)
        return f"{match[1]}{match[2]}{mark}{new}{mark}"

    return _ATTRIBUTE.sub(attribute, tag)


def _candidates(text: str, change: Callable[[str], str]) -> str:
    """Change the addresses of a `srcset` (HTML, section 4.8.4.2.1); none of ours holds a comma."""
    parts = (part.strip().split(None, 1) for part in text.split(","))
    return ", ".join(" ".join([change(part[0]), *part[1:]]) for part in parts if part)
