"""How arguments are found: the tree of a body becomes a sequence of prose and arguments.

Runs on Python-Markdown's tree in two steps. `read_marks` takes the marks out of the text before
inline markup is parsed; `split` cuts the finished tree into segments. The rules are those of the
content model: `list`, `headings`, `marked`, `none`, and `auto`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

from msgspec import structs

from sitegen.articles.claims import HEADINGS
from sitegen.articles.fences import FENCE_TAG
from sitegen.articles.locate import Locator
from sitegen.articles.marks import Mark, Written, find_mark, parse_mark
from sitegen.articles.meta import Place
from sitegen.articles.plain import BLOCK_TAGS, PlainText
from sitegen.diagnostics import Diagnostic

__all__ = ["Marks", "Segment", "Splitter", "choose_mode", "read_marks"]

LISTS = ("ul", "ol")
ARGUMENT_LEVEL = 2
MIN_ITEMS, MIN_ITEM_WORDS, MIN_SHARE = 2, 8, 1 / 3
"""`auto` takes a list of so many items, each of so many words, together that part of the body's words."""


class Marks(NamedTuple):
    """What was read before inline parsing: marks by element, where elements stand, and findings."""

    by_element: dict[Element, Mark]
    places: dict[Element, Place]
    findings: list[Diagnostic]

    def role(self, element: Element) -> str:
        """Return the role that an element's mark gives it, or an empty string."""
        mark = self.by_element.get(element)
        return mark.role if mark else ""


class Segment(NamedTuple):
    """A stretch of the body: prose, or one argument with its mark and place."""

    is_argument: bool
    elements: list[Element]
    mark: Mark | None = None
    place: Place = Place()


def read_marks(root: Element, locator: Locator) -> Marks:
    """Take the marks out of list items, headings and paragraphs of a tree whose text is still Markdown."""
    marks = Marks({}, {}, [])
    _Reader(marks, locator).read(root)
    return marks


class _Reader:
    def __init__(self, marks: Marks, locator: Locator) -> None:
        self.marks = marks
        self.locator = locator

    def read(self, parent: Element) -> None:
        """Read the marks of a sequence of blocks, in the order of the document."""
        before: Element | None = None
        for child in list(parent):
            tag = child.tag
            if tag in LISTS:
                self.read_list(child)
            elif tag in HEADINGS:
                self.note_place(child, child.text)
                self.take(child, child, heading=True)
            elif tag == "p":
                if self.take_alone(before, child):
                    parent.remove(child)
                    continue
                self.note_place(child, child.text)
                self.take_from_paragraph(child)
            elif tag == FENCE_TAG:
                self.read_fence(child)
            elif tag == "table":
                self.read_table(child)
            before = child

    def read_fence(self, fence: Element) -> None:
        text = fence.get("mark", "")
        opening = self.locator.reached(fence.get("line", ""))
        mark, findings = parse_mark(text, text.strip("{}").lstrip(":"), self.locator)
        self.keep(fence, mark, findings)
        self.read(fence)
        self.marks.places[fence] = mark.place if text else opening

    def read_list(self, element: Element) -> None:
        for item in element:
            self.note_place(item, item.text if (item.text or "").strip() else next((child.text for child in item), ""))
            self.take(item, item)
            for child in list(item):
                if child.tag == "p":
                    self.take(item, child)
                    if not plain_content(child):
                        item.remove(child)
                elif child.tag in LISTS:
                    self.read_list(child)
                if child.tail and (found := find_mark(child.tail)):
                    self.accept(item, found)
                    child.tail = child.tail[: found.before]

    def read_table(self, table: Element) -> None:
        """Take the mark on the line below a table, which Python-Markdown has made its last row."""
        body = table.find("tbody")
        if body is None or not len(body):
            return
        cells = [(cell.text or "").strip() for cell in body[-1]]
        found = find_mark(cells[0]) if cells and not any(cells[1:]) else None
        if found and not found.before:
            self.accept(table, found)
            body.remove(body[-1])

    def note_place(self, element: Element, text: str | None) -> None:
        self.marks.places[element] = self.locator.reached((text or "").strip().partition("\n")[0].rstrip())

    def take(self, owner: Element, holder: Element, *, heading: bool = False) -> None:
        """Take the mark at the end of an element's own text."""
        text = holder.text or ""
        if found := find_mark(text, heading=heading):
            self.accept(owner, found)
            holder.text = text[: found.before].rstrip(" #") if heading else text[: found.before]

    def take_from_paragraph(self, paragraph: Element) -> None:
        """Take a paragraph's mark where it speaks of arguments; any other belongs to `attr_list`."""
        text = paragraph.text or ""
        if not (found := find_mark(text)):
            return
        mark, findings = parse_mark(found.text, found.inner, self.locator)
        if mark.speaks_of_arguments or findings:
            self.keep(paragraph, mark, findings)
            paragraph.text = text[: found.before]

    def take_alone(self, before: Element | None, paragraph: Element) -> bool:
        """Give a mark that stands alone to the heading or list before it; whether the paragraph was one."""
        found = find_mark(paragraph.text or "")
        if found is None or found.before:
            return False
        mark, findings = parse_mark(found.text, found.inner, self.locator)
        is_ours = bool(mark.speaks_of_arguments or findings)
        if before is not None and (before.tag in HEADINGS or (before.tag in LISTS and mark.role == "prose")):
            self.keep(before, mark, findings)
        elif is_ours:
            self.complain(
                "misplaced-mark",
                "this mark belongs to no block",
                mark.place,
                "put it at the end of the item, heading or paragraph that it speaks of; "
                "alone after a list only `{: .prose }` has a meaning",
            )
        return is_ours or before is not None

    def accept(self, owner: Element, found: Written) -> None:
        """Read a mark and keep it for the element that it speaks of."""
        self.keep(owner, *parse_mark(found.text, found.inner, self.locator))

    def keep(self, owner: Element, mark: Mark, findings: tuple[Diagnostic, ...]) -> None:
        self.marks.findings.extend(findings)
        if previous := self.marks.by_element.get(owner):
            if (previous.role and mark.role and previous.role != mark.role) or (previous.id and mark.id):
                self.complain(
                    "bad-mark", "a second mark of the same block that says otherwise", mark.place, "keep one of the two"
                )
            mark = _joined(previous, mark)
        self.marks.by_element[owner] = mark

    def complain(self, code: str, message: str, place: Place, hint: str) -> None:
        self.marks.findings.append(self.locator.finding(code, message, place, hint=hint))


def _joined(first: Mark, second: Mark) -> Mark:
    """Return one mark for a block that has two."""
    return structs.replace(
        second,
        role=second.role or first.role,
        id=second.id or first.id,
        was=first.was + second.was,
        stance=second.stance or first.stance,
        claim=second.claim or first.claim,
        supports=first.supports + second.supports,
        rebuts=first.rebuts + second.rebuts,
        undercuts=first.undercuts + second.undercuts,
        other=first.other + second.other,
        place=first.place,
    )


def choose_mode(wanted: str, root: Element, marks: Marks, plain: PlainText) -> tuple[str, str]:
    """Return the mode for a body, and the reason in words; `auto` looks for marks, then for one list."""
    if wanted != "auto":
        return wanted, f"`arguments: {wanted}`"
    marked = sum(1 for mark in marks.by_element.values() if mark.role == "argument")
    marked += sum(1 for _ in root.iter(FENCE_TAG))
    if marked:
        return "marked", f"{marked} {'argument is' if marked == 1 else 'arguments are'} marked"
    lists = [child for child in root if child.tag in LISTS]
    if len(lists) != 1:
        return "none", "no top-level list" if not lists else f"{len(lists)} top-level lists, and none is marked"
    if marks.role(lists[0]) == "prose":
        return "none", "the only top-level list is marked `.prose`"
    return _judge_list(lists[0], root, marks, plain)


def _judge_list(element: Element, root: Element, marks: Marks, plain: PlainText) -> tuple[str, str]:
    lengths = [plain.words(item) for item in element if marks.role(item) != "prose"]
    total = plain.words(root)
    share = sum(lengths) / total if total else 0.0
    if len(lengths) < MIN_ITEMS:
        return "none", "the only top-level list has one item"
    if min(lengths) < MIN_ITEM_WORDS:
        return "none", f"an item of the only top-level list has {min(lengths)} words, fewer than {MIN_ITEM_WORDS}"
    if share < MIN_SHARE:
        return "none", f"the only top-level list holds {share:.0%} of the words, less than a third"
    return "list", f"the only top-level list has {len(lengths)} items and {share:.0%} of the words"


class Splitter:
    """Cuts the children of a tree into segments, under one mode."""

    def __init__(self, mode: str, marks: Marks, locator: Locator) -> None:
        """Prepare for one body."""
        self.mode = mode
        self.marks = marks
        self.locator = locator
        self.segments: list[Segment] = []
        self.findings: list[Diagnostic] = []
        self._owners: set[Element] = set()  # the elements that became arguments
        self._may_nest = True  # whether any argument may stand inside another
        self._level = 0  # of the heading whose argument is open, 0 for none
        self._sources: dict[Element, Element] = {}  # of a list of prose items, the list that they come from

    def split(self, root: Element) -> list[Segment]:
        """Return the segments in order; every element of the tree is in exactly one."""
        self._may_nest = bool(self.marks.by_element) or next(root.iter(FENCE_TAG), None) is not None
        for child in list(root):
            self._place(child)
        return [segment for segment in self.segments if segment.elements]

    def unheard(self) -> Iterator[Diagnostic]:
        """Yield a finding for each mark that says something of an argument where there is none."""
        for element, mark in self.marks.by_element.items():
            says = mark.stance or mark.claim or mark.supports or mark.rebuts or mark.undercuts or mark.was
            if says and element not in self._owners and mark.role != "argument":
                yield self.locator.finding(
                    "unheard-mark",
                    "this mark speaks of an argument, but its block is none",
                    mark.place,
                    hint="add `.argument` to the mark, or say with `arguments` how arguments are found",
                )

    def _place(self, child: Element) -> None:
        role = self.marks.role(child)
        level = HEADINGS.index(child.tag) + 1 if child.tag in HEADINGS else 0
        if self._level and (role == "closing" or (level and level <= self._level)):
            self._level = 0
            self.segments.append(Segment(is_argument=False, elements=[]))
        if child.tag == FENCE_TAG:
            self._place_fence(child)
        elif level and self._starts_argument(level, role):
            self._argument([child], child)
            self._level = level
        elif self._level:
            self._forbid_nested(child)
            self.segments[-1].elements.append(child)
        elif child.tag in LISTS and self._splits(child):
            self._place_list(child)
        elif role == "argument" and self.mode != "none":
            self._argument([child], child)
        else:
            self._prose(child)

    def _starts_argument(self, level: int, role: str) -> bool:
        if self.mode == "none" or role in ("prose", "closing"):
            return False
        if role == "argument":
            return not self._level
        return self.mode == "headings" and level == ARGUMENT_LEVEL

    def _splits(self, element: Element) -> bool:
        if self.mode == "none" or self.marks.role(element) == "prose":
            return False
        return self.mode == "list" or self._has_marked(element)

    def _has_marked(self, element: Element) -> bool:
        return any(self.marks.role(item) == "argument" for item in element.iter("li"))

    def _place_fence(self, fence: Element) -> None:
        if self.mode == "none":
            for child in fence:
                self._prose(child)
        elif self._level:
            self._complain_nested(fence)
            self.segments[-1].elements.extend(fence)
        else:
            for child in fence:
                self._forbid_nested(child)
            self._argument(list(fence), fence)

    def _place_list(self, element: Element) -> None:
        for number, item in enumerate(list(element)):
            role = self.marks.role(item)
            if role != "prose" and (self.mode == "list" or role == "argument"):
                for child in item:
                    self._forbid_nested(child)
                self._argument(list(blocks_of(item)), item)
            elif self._has_marked(item):
                self._open_item(element, item, number)
            else:
                self._prose_item(element, item, number)

    def _open_item(self, parent: Element, item: Element, number: int) -> None:
        """Part an item that is not an argument itself around the marked items of its lists."""
        before = Element("li", dict(item.attrib))
        before.text = item.text
        for child in list(item):
            if child.tag in LISTS and self._has_marked(child):
                if plain_content(before):
                    self._prose_item(parent, before, number)
                before = Element("li")
                before.text = child.tail
                child.tail = None
                self._place_list(child)
            else:
                before.append(child)
        if plain_content(before):
            self._prose_item(parent, before, number)

    def _prose_item(self, parent: Element, item: Element, number: int) -> None:
        """Keep an item as prose, in a list of the same kind; the numbers of an ordered list go on."""
        last = self.segments[-1] if self.segments else None
        holder = last.elements[-1] if last and not last.is_argument and last.elements else None
        if holder is None or self._sources.get(holder) is not parent:
            holder = Element(parent.tag, dict(parent.attrib))
            self._sources[holder] = parent
            first = int(parent.get("start", "1")) if parent.get("start", "1").isdigit() else 1
            if parent.tag == "ol" and first + number != 1:
                holder.set("start", str(first + number))
            self._prose(holder)
        holder.append(item)

    def _argument(self, elements: list[Element], owner: Element) -> None:
        mark = self.marks.by_element.get(owner)
        self._owners.add(owner)
        place = self.marks.places.get(owner, Place())
        if mark is not None and not place.line:
            place = mark.place
        self.segments.append(Segment(is_argument=True, elements=elements, mark=mark, place=place))

    def _prose(self, element: Element) -> None:
        if not self.segments or self.segments[-1].is_argument:
            self.segments.append(Segment(is_argument=False, elements=[]))
        self.segments[-1].elements.append(element)

    def _forbid_nested(self, element: Element) -> None:
        for inner in element.iter() if self._may_nest else ():
            if self.marks.role(inner) == "argument" or inner.tag == FENCE_TAG:
                self._complain_nested(inner)

    def _complain_nested(self, element: Element) -> None:
        mark = self.marks.by_element.get(element)
        place = mark.place if mark and mark.place.line else self.marks.places.get(element, Place())
        self.findings.append(
            self.locator.finding(
                "nested-argument",
                "an argument inside another",
                place,
                hint="remove the inner mark, or end the outer argument first",
            )
        )


def blocks_of(item: Element) -> Iterator[Element]:
    """Yield the content of a list item as blocks; text that stands in no block is made a paragraph."""
    paragraph = Element("p", dict(item.attrib))
    paragraph.text = item.text
    for child in list(item):
        if child.tag in BLOCK_TAGS or child.tag == FENCE_TAG:
            if plain_content(paragraph):
                yield paragraph
            paragraph = Element("p")
            paragraph.text, child.tail = child.tail, None
            yield child
        else:
            paragraph.append(child)
    if plain_content(paragraph):
        yield paragraph


def plain_content(element: Element) -> bool:
    """Whether an element has any child, or any text that is not blank."""
    return bool(len(element) or (element.text or "").strip())
