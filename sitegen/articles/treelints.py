"""Slips that show only when the Markdown is parsed: marks where they mean nothing, unsafe links, silent pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from sitegen.articles.locate import Locator
from sitegen.articles.marks import CLASSES, KEYS
from sitegen.articles.sanitise import SCHEMES, is_unsafe
from sitegen.diagnostics import Diagnostic

__all__ = ["tree_findings"]

_VISIBLE_MARK = re.compile(r"\{:(?![:/]\w)[^{}\n]*\}?")  # `{::name}` is no mark, but a tag of another generator


def tree_findings(root: Element, locator: Locator, *, is_sanitised: bool) -> Iterator[Diagnostic]:
    """Yield the findings of a tree after inline parsing, out of which the marks have been taken.

    `is_sanitised` says whether links with other schemes than `SCHEMES` will be removed.
    """
    may_have_marks = "{:" in locator.body
    for element in root.iter():
        if may_have_marks and element.tag not in ("code", "pre"):
            for text in (element.text, *(child.tail for child in element)):
                if text and "{:" in text and (found := _VISIBLE_MARK.search(text)):
                    yield _visible(found[0], locator)
        if element.keys():
            yield from _attribute_findings(element, locator, is_sanitised=is_sanitised)


def _attribute_findings(element: Element, locator: Locator, *, is_sanitised: bool) -> Iterator[Diagnostic]:
    classes = (element.get("class") or "").split()
    ours = [f".{name}" for name in CLASSES if name in classes] + [key for key in KEYS if key in element.attrib]
    if ours:
        locator.passed(_last_words(element))
        yield _misplaced(ours[0], locator)
    source = element.get("src", "")
    if element.tag == "img" and not source.strip():
        yield locator.find("missing-image", "a picture without an address", "]()", hint="write the path of the file")
    if element.tag == "img" and not (element.get("alt") or "").strip():
        hint = 'say what it shows between `![` and `]`; where it only decorates, write `<img alt="" …>`'
        yield locator.find("missing-alt", "a picture without an `alt` text", f"]({source}", source, hint=hint)
    url = element.get("href") or source
    if url and is_sanitised and is_unsafe(url):
        hint = f"links may begin with {', '.join(sorted(SCHEMES))} or article:"
        yield locator.find("unsafe-url", f"the link to “{url[:60]}” was removed", url, hint=hint)


def _last_words(element: Element) -> str:
    """Return the text right before the mark at the end of an element, where it can be told."""
    return ((element[-1].tail if len(element) else element.text) or "").rstrip().rpartition("\n")[2].strip()


def _visible(mark: str, locator: Locator) -> Diagnostic:
    return locator.find(
        "bad-mark",
        f"the mark “{mark[:60]}” would be left visible",
        mark,
        hint="a mark stands at the end of an item's own text, of a heading or of a paragraph",
    )


def _misplaced(key: str, locator: Locator) -> Diagnostic:
    """Tell of a key of ours that `attr_list` has made an attribute of a part of the text."""
    return locator.find(
        "misplaced-mark",
        f"this mark speaks of a part of the text only, where “{key}” means nothing",
        f"{{: {key}",
        key,
        hint="put a blank before the mark at the end of an item, heading or paragraph; a quotation or a cell of a "
        "table can be no argument, but a fence around it can: `::: argument`",
    )
