"""Safe HTML: what authors' HTML may hold, cleaned by nh3 (ammonia's allow-list sanitiser).

Runs after arguments are taken, on each finished piece, so nothing that an author wrote reaches a
page unchecked. What it removes is told to the author, with its place.
"""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

import nh3

__all__ = ["SCHEMES", "Sanitiser", "is_allowed_attribute", "is_allowed_frame", "is_allowed_tag", "is_unsafe"]

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
"""The schemes that links may have; `article:` is ours and is answered when a page is rendered."""

_TAGS = frozenset(
    [
        "a",
        "abbr",
        "aside",
        "audio",
        "b",
        "bdi",
        "bdo",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "iframe",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "picture",
        "pre",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "section",
        "small",
        "source",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "track",
        "u",
        "ul",
        "var",
        "video",
        "wbr",
    ]
)
_ANYWHERE = frozenset({"class", "dir", "id", "lang", "title", "aria-label", "aria-hidden", "role"})
_ATTRIBUTES: dict[str, frozenset[str]] = {
    "a": frozenset({"href", "hreflang"}),
    "audio": frozenset({"src", "controls", "preload"}),
    "blockquote": frozenset({"cite"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "del": frozenset({"cite", "datetime"}),
    "details": frozenset({"open"}),
    "iframe": frozenset({"src", "width", "height", "allowfullscreen", "allow"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "ins": frozenset({"cite", "datetime"}),
    "li": frozenset({"value"}),
    "ol": frozenset({"start", "reversed", "type"}),
    "q": frozenset({"cite"}),
    "source": frozenset({"src", "type"}),
    "td": frozenset({"colspan", "rowspan", "headers"}),
    "th": frozenset({"colspan", "rowspan", "headers", "scope", "abbr"}),
    "time": frozenset({"datetime"}),
    "track": frozenset({"src", "kind", "srclang", "label", "default"}),
    "video": frozenset({"src", "controls", "poster", "preload", "width", "height", "muted", "loop"}),
}
_NUMBERS = frozenset({"width", "height", "start", "value", "span", "colspan", "rowspan"})
_OWN_ID = re.compile(r"sg-fnref-\d+-\d+")
_EMPTY_FRAME = re.compile(r"<iframe(?![^>]*\ssrc=)[^>]*>.*?</iframe>", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x20]+")
_TEXT = "(?:[^<>&\0\r\xa0\ufeff\ud800-\udfff]++|&(?:amp|lt|gt);)"
_URL = r"(?:https?://(?:[a-z0-9]+[.-])+[a-z]{2,}(?=[/\"]))?[A-Za-z0-9_./#~-]*+"
_LINK = rf"a href=\"{_URL}\">{_TEXT}*+</a"
_INLINE = rf"(?:{_TEXT}|<(?:em>{_TEXT}*+</em|strong>{_TEXT}*+</strong|code>{_TEXT}*+</code|{_LINK})>)*+"
_HEADING = rf"h(?P<level>[2-6])>{_INLINE}</h(?P=level)"
_QUOTE = rf"blockquote>\n(?:<p>{_INLINE}</p>\n)++</blockquote"
_BLOCK = rf"<(?:p>{_INLINE}</p|{_HEADING}|ul>\n(?:<li>{_INLINE}</li>\n)*+</ul|{_QUOTE})>"
_PLAIN = re.compile(rf"(?:{_INLINE}|(?:{_BLOCK}(?:\n(?=<)|\Z))++)")
"""HTML that cleaning returns as it stands: blocks without attributes, and the plainest links."""


class _Attributes:
    """Judges attributes, and knows the `ids` of a body."""

    def __init__(self, hosts: frozenset[str]) -> None:
        """Allow iframes of these hosts."""
        self._hosts = hosts
        self.ids: dict[str, None] = {}

    def filtered(self, tag: str, name: str, value: str) -> str | None:
        """Return the value of an attribute as it may stand, `None` where it may not."""
        if name == "id":
            return self._id(value)
        if name in _NUMBERS:
            return value if value.isdigit() else None
        if tag == "iframe" and name == "src":
            return value if is_allowed_frame(value, self._hosts) else None
        if name == "poster" and _scheme(value) not in ("", "http", "https"):
            return None
        return value

    def _id(self, value: str) -> str | None:
        if value in self.ids or not value or any(sign.isspace() for sign in value):
            return None
        if value.startswith("sg-") and not _OWN_ID.fullmatch(value):
            return None
        self.ids[value] = None
        return value


class Sanitiser:
    """Cleans the pieces of one body after another.

    Ids are kept once a body: a second element with the same id loses it, and so does one whose id
    begins with `sg-`, which the theme uses.
    """

    def __init__(self, iframe_hosts: tuple[str, ...]) -> None:
        """Allow iframes of these hosts, over https."""
        self._attributes = _Attributes(frozenset(iframe_hosts))
        self._cleaner = nh3.Cleaner(
            tags=set(_TAGS),
            clean_content_tags={"script", "style", "noscript", "template"},
            attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()} | {"*": set(_ANYWHERE)},
            # Not a method of our own: what nh3 holds the collector does not see, so a circle would stay for ever.
            attribute_filter=self._attributes.filtered,
            link_rel=None,
            url_schemes=set(SCHEMES | {"article"}),
            # one for each tag: of several, nh3 leaves the order to chance
            set_tag_attribute_values={"img": {"loading": "lazy"}, "pre": {"tabindex": "0"}},
        )

    @property
    def ids(self) -> dict[str, None]:
        """The ids of the body, in their order."""
        return self._attributes.ids

    def begin(self, taken: tuple[str, ...]) -> None:
        """Start on another body; `taken` are the ids of its arguments."""
        self._attributes.ids = dict.fromkeys(taken)

    def clean(self, html: str) -> str:
        """Return the safe part of a fragment of HTML."""
        if _PLAIN.fullmatch(html):
            return html
        cleaned = self._cleaner.clean(html)
        if "<iframe" in cleaned:
            cleaned = _EMPTY_FRAME.sub("", cleaned)
        return cleaned


def _scheme(url: str) -> str:
    match = re.match(r"([a-zA-Z][a-zA-Z0-9+.\-]*):", _CONTROL.sub("", url))
    return match[1].lower() if match else ""


def is_allowed_tag(tag: str) -> bool:
    """Whether elements with this tag are kept."""
    return tag in _TAGS


def is_allowed_attribute(tag: str, name: str) -> bool:
    """Whether elements with this tag may have the attribute, or are given it by cleaning."""
    return name in _ANYWHERE or name in _ATTRIBUTES.get(tag, ()) or name in ("loading", "decoding", "tabindex")


def is_allowed_frame(url: str, hosts: frozenset[str]) -> bool:
    """Whether an iframe may load this: over https, from one of the hosts."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and parts.hostname in hosts and parts.username is None


def is_unsafe(url: str) -> bool:
    """Whether a URL, as it stands in Markdown or in an attribute, has a scheme that links may not have."""
    return _scheme(unescape(url)) not in ("", "article", *SCHEMES)
