"""Footnotes, taken out of the tree: each page prints those that it cites.

Python-Markdown collects the notes at the end of a document with ids made of the author's labels. An
argument's own page shows only a part of the text, so we keep notes and citations apart, numbered in
order of first citation, under ids that no text can collide with.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple
from xml.etree.ElementTree import Element

from markdown.extensions.footnotes import NBSP_PLACEHOLDER

from sitegen.articles.plain import is_citation

__all__ = ["Note", "citations", "take_footnotes"]


class Note(NamedTuple):
    """A footnote of the tree: its number and its content."""

    number: int
    content: Element


def take_footnotes(root: Element) -> list[Note]:
    """Remove the list of notes from the tree and give citations their final ids.

    A citation of note n that is the k-th of that note becomes `sg-fnref-n-k` and links to `#sg-fn-n`.
    """
    contents: dict[str, Element] = {}
    holders = [element for element in root.iter("div") if element.get("class") == "footnote"]
    parents = {child: parent for parent in root.iter() for child in parent} if holders else {}
    for holder in holders:
        for item in holder.iterfind("ol/li"):
            contents.setdefault(f"#{item.get('id')}", _content(item))
        parents[holder].remove(holder)
    if not contents:
        return []
    numbers = _numbers(root, contents)
    notes = sorted(
        (Note(numbers[target], content) for target, content in contents.items()), key=lambda note: note.number
    )
    counts: Counter[int] = Counter()
    for tree in (root, *(note.content for note in notes)):
        for sup in _citations(tree):
            number = numbers.get(sup[0].get("href", ""), 0)
            counts[number] += 1
            sup.set("id", f"sg-fnref-{number}-{counts[number]}")
            sup[0].set("href", f"#sg-fn-{number}")
            sup[0].text = str(number)
    return notes


def _numbers(root: Element, contents: dict[str, Element]) -> dict[str, int]:
    """Return the number of each note: first those that the text cites, then those that only notes do, then the rest."""
    order: dict[str, None] = {}
    trees = [root]
    for tree in trees:
        for sup in _citations(tree):
            target = sup[0].get("href", "")
            if target in contents and target not in order:
                order[target] = None
                trees.append(contents[target])
    return {target: number for number, target in enumerate(order | dict.fromkeys(contents), 1)}


def _citations(tree: Element) -> list[Element]:
    return [sup for sup in tree.iter("sup") if is_citation(sup)]


def _content(item: Element) -> Element:
    content = Element("div")
    content.text = item.text
    content.extend(list(item))
    for parent in list(content.iter()):
        for link in [child for child in parent if child.get("class") == "footnote-backref"]:
            parent.remove(link)
    last = content[-1] if len(content) else None
    if last is not None:
        _strip_blank(last)
        if not len(last) and not (last.text or "").strip():
            content.remove(last)
    return content


def _strip_blank(paragraph: Element) -> None:
    """Remove the blank that stood before the link back."""
    if len(paragraph):
        paragraph[-1].tail = _without_blank(paragraph[-1].tail)
    else:
        paragraph.text = _without_blank(paragraph.text)


def _without_blank(text: str | None) -> str:
    return (text or "").replace(NBSP_PLACEHOLDER, "").rstrip()


def citations(elements: list[Element]) -> tuple[int, ...]:
    """Return the numbers of the notes that elements cite, each once, in order of first citation."""
    found: dict[int, None] = {}
    for element in elements:
        for sup in _citations(element):
            found[int(sup[0].get("href", "#sg-fn-0").rpartition("-")[2])] = None
    return tuple(found)
