"""Python-Markdown's serialiser made quicker: for trees of plain elements, without a stack of its own.

Part of `quicken`, which says when this function may stand in for Python-Markdown's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from xml.etree.ElementTree import HTML_EMPTY, Element

from markdown import serializers

__all__ = ["quick_html", "quick_inside"]

_BOOLEAN: frozenset[str] = vars(serializers)["BOOLEAN_ATTRIBUTES"]["html"]
_AMPERSAND: re.Pattern[str] = serializers.RE_AMP  # one that is not part of a reference
_VERBATIM = frozenset({"script", "style"})


def quick_html(element: Element) -> str:
    """Serialise an element and its children to a string of HTML, as `to_html_string` does."""
    holder, parts = Element("div"), list[str]()
    holder.append(element)
    try:
        _write(holder, parts)
    except (_Unusual, RecursionError):
        html: str = serializers.to_html_string(element)
        return html
    return "".join(parts)


def quick_inside(element: Element) -> str:
    """Serialise what stands inside of an element that is not empty and no void one."""
    parts: list[str] = []
    try:
        _write(element, parts)
    except (_Unusual, RecursionError):
        html: str = serializers.to_html_string(element)
        return html[html.index(">") + 1 : html.rindex("<")]
    return "".join(parts)


class _Unusual(Exception):  # noqa: N818 - names what the tree is
    """A tree with a comment, a qualified name or something else that is no plain element."""


def _write(element: Element, parts: list[str]) -> None:
    """Serialise what stands inside of an element."""
    if text := element.text:
        parts.append(_written(text, element.tag))
    for child in element:
        tag = child.tag
        if type(tag) is not str:
            raise _Unusual
        attributes = child.items()
        parts.append(f"<{tag}{_attributes(attributes)}>" if attributes else f"<{tag}>")
        if len(child):
            _write(child, parts)
        elif text := child.text:
            parts.append(_written(text, tag) if "&" in text or "<" in text or ">" in text else text)
        if tag not in HTML_EMPTY and tag.lower() not in HTML_EMPTY:
            parts.append(f"</{tag}>")
        if tail := child.tail:
            parts.append(_escaped(tail) if "&" in tail or "<" in tail or ">" in tail else tail)


def _written(text: str, tag: str) -> str:
    return text if tag.lower() in _VERBATIM else _escaped(text)


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
