"""What sanitising removes from authors' HTML, told to them with its place.

nh3 does not say what it takes out, so each piece of raw HTML is read once more by the same rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from sitegen.articles.locate import Locator
from sitegen.articles.meta import Place
from sitegen.articles.sanitise import is_allowed_attribute, is_allowed_frame, is_allowed_tag, is_unsafe
from sitegen.diagnostics import Diagnostic

__all__ = ["ID_HINT", "removals"]

ID_HINT = "ids are unique in an article, and those that begin with `sg-` belong to the theme"
_ALT_HINT = 'say what it shows, or write `alt=""` where it only decorates'
_FRAME_HINT = "https hosts of `iframe_hosts` under [markdown] are kept"
_STYLE_HINT = "pages have no inline styles; use a `class` and the theme's style sheet"
_TAG_HINT = 'say it in Markdown, or trust your authors entirely with `raw_html = "allow"` under [markdown]'
_HIGHLIGHTED = '<div class="codehilite"'


def removals(
    raw: Iterable[str], locator: Locator, iframe_hosts: tuple[str, ...], taken: Iterable[str]
) -> Iterator[Diagnostic]:
    """Yield a finding for each part of raw HTML that cleaning removes, and for pictures without `alt`.

    `raw` are the pieces of raw HTML of a body in their order, `taken` the ids of its arguments.
    """
    pieces = [piece for piece in raw if piece.startswith("<") and not piece.startswith(_HIGHLIGHTED)]
    if not pieces:
        return
    scanner = _Scanner(locator, frozenset(iframe_hosts), set(taken))
    for piece in pieces:
        scanner.reset()
        scanner.feed(piece)
        scanner.close()
    yield from scanner.findings


class _Scanner(HTMLParser):
    def __init__(self, locator: Locator, hosts: frozenset[str], ids: set[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._locator = locator
        self._hosts = hosts
        self._ids = ids
        self._behind: dict[str, int] = {}  # where to look for a tag next: blocks are kept before what stands in lines
        self._place = Place()
        self.findings: list[Diagnostic] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        written = self.get_starttag_text() or ""
        if attrs or not is_allowed_tag(tag):
            self._place = self._next(written) if written in self._locator.body else self._next(f"<{tag}")
        values = {name: value or "" for name, value in attrs}
        if not is_allowed_tag(tag):
            self._tell("removed-html", f"<{tag}> is not allowed and was removed", _TAG_HINT)
        elif tag == "iframe" and not is_allowed_frame(values.get("src", ""), self._hosts):
            source = values.get("src", "")[:80] or "no source"
            self._tell("removed-html", f"an <iframe> of {source} was removed", _FRAME_HINT)
        elif "{{" not in written and "{%" not in written:  # that is told as another generator's
            self._check_attributes(tag, values)
        if tag == "img" and "alt" not in values:
            self._tell("missing-alt", "a picture without an `alt` text", _ALT_HINT)

    def _check_attributes(self, tag: str, values: dict[str, str]) -> None:
        removed = [name for name in values if not is_allowed_attribute(tag, name)]
        if removed:
            names = ", ".join(f"“{name}”" for name in removed)
            what = (
                "the attribute {} of <{}> was removed"
                if len(removed) == 1
                else "the attributes {} of <{}> were removed"
            )
            self._tell("removed-html", what.format(names, tag), _STYLE_HINT if "style" in removed else "")
        for name, value in values.items():
            if name in ("href", "src", "poster", "cite") and is_unsafe(value):
                self._tell("unsafe-url", f"{name}=“{value[:60]}” was removed")
        written = values.get("id", "")
        if written.startswith("sg-") or written in self._ids:
            self._tell("removed-html", f"the id “{written}” of <{tag}> was removed: it is taken", ID_HINT)
        elif written:
            self._ids.add(written)

    def _tell(self, code: str, message: str, hint: str = "") -> None:
        self.findings.append(self._locator.finding(code, message, self._place, hint=hint))

    def _next(self, written: str) -> Place:
        """Return where a tag stands that was found so many times before."""
        at = self._locator.body.find(written, self._behind.get(written, 0))
        if at < 0:
            return Place()
        self._behind[written] = at + len(written)
        return self._locator.at(at, len(written))
