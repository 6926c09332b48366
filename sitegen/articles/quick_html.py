"""Python-Markdown's serialiser made quicker: for trees of plain elements, without a stack of its own.

Part of `quicken`, which says when this function may stand in for Python-Markdown's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from xml.etree.ElementTree import HTML_EMPTY, Element

from markdown import serializers

__all__ = ["quick_html"]

_BOOLEAN: frozenset[str] = vars(serializers)["BOOLEAN_ATTRIBUTES"]["html"]
_AMPERSAND: re.Pattern[str] = serializers.RE_AMP  # one that is not part of a reference
_VERBATIM = frozenset({"script", "style"})


def quick_html(element: Element) -> str:
    """Serialise an element and its children to a string of HTML, as `to_html_string` does."""
    parts: list[str] = []
    try:
        _write(element, parts)
    except (_Unusual, RecursionError):
        html: str = serializers.to_html_string(element)
        return html
    return "".join(parts)


class _Unusual(Exception):  # noqa: N818 - names what the tree is
    """A tree with a comment, a qualified name or something else that is no plain element."""


def _write(element: Element, parts: list[str]) -> None:
    tag = element.tag
    if type(tag) is not str:
        raise _Unusual
    attributes = element.items()
    parts.append(f"<{tag}{_attributes(attributes)}>" if attributes else f"<{tag}>")
    text = element.text
    if text:
        if "&" in text or "<" in text or ">" in text:
            text = text if tag.lower() in _VERBATIM else _escaped(text)
        parts.append(text)
    for child in element:
        _write(child, parts)
    if tag not in HTML_EMPTY and tag.lower() not in HTML_EMPTY:
        parts.append(f"</{tag}>")
    tail = element.tail
    if tail:
        parts.append(_escaped(tail) if "&" in tail or "<" in tail or ">" in tail else tail)


def _attributes(attributes: Iterable[tuple[Any, Any]]) -> str:
    found = ""
    for name, value in sorted(attributes):
        if value is None:
            found += f" {name}"
        elif type(name) is not str or not isinstance(value, str):
            raise _Unusual
        else:
            escaped = _escaped(value).replace('"', "&quot;")
            found += f" {escaped}" if name == escaped and name in _BOOLEAN else f' {name}="{escaped}"'
    return found


def _escaped(text: str) -> str:
    if "&" in text:
        text = _AMPERSAND.sub("&amp;", text)
    return text.replace("<", "&lt;").replace(">", "&gt;")
