"""Markdown to the blocks of a body, through Python-Markdown and our rules for arguments.

One `Markup` serves many bodies of one dialect and language. A body goes through Python-Markdown's own
stages; two tree processors of ours read the marks before inline parsing and cut the tree after it,
and what is serialised are the pieces, not one document. Then each piece is sanitised and its links
are replaced by placeholders, to be answered when a page is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple, cast
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from sitegen.articles.arguments import Marks, Segment, Splitter, choose_mode, read_marks
from sitegen.articles.article import Block, Footnote, Heading, Rendered
from sitegen.articles.claims import Parted, part
from sitegen.articles.dialect import load_dialect
from sitegen.articles.fences import FenceProcessor, check_fences
from sitegen.articles.footnotes import Note, citations, take_footnotes
from sitegen.articles.identity import Identified, identify
from sitegen.articles.lints import lint
from sitegen.articles.listings import lines_outside_code
from sitegen.articles.literals import holds_any
from sitegen.articles.locate import Locator
from sitegen.articles.outline import nest_headings
from sitegen.articles.pieces import assemble
from sitegen.articles.placeholders import Placeholders
from sitegen.articles.plain import PlainText
from sitegen.articles.quick_html import quick_html, quick_inside
from sitegen.articles.quicken import quicken
from sitegen.articles.removals import ID_HINT, removals
from sitegen.articles.sanitise import Sanitiser
from sitegen.articles.treelints import tree_findings
from sitegen.articles.typography import smarty
from sitegen.config import Markdown as MarkdownConfig
from sitegen.diagnostics import Diagnostic

__all__ = ["Markup", "Rendered"]

_PIECE = "\x1e"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CONTROLS = tuple(filter(_CONTROL.match, map(chr, range(128))))
_ALIGNMENT = re.compile(r"text-align:\s*(left|right|center)")
_ID = re.compile(r'<[a-z][^<>]*\sid="([^"]+)"')
_TAG_BEGINS = re.compile(r"<[a-zA-Z]")
EXCERPT_WORDS = 40
MAX_OPEN = 500
"""Brackets or tags that may be open at one place: for each, Python-Markdown reads on to the end."""

_TOO_DEEP = "the text is nested deeper than sitegen can read; nothing of it is shown"
_TOO_DEEP_HINT = "look for lists or quotations within each other by the hundred, or for brackets that are never closed"


class _Unbounded(Exception):  # noqa: N818 - names what the text is
    """A paragraph that Python-Markdown would read for minutes; the message is the line it begins with."""


class _Draft:
    """What is known of the body that is being read."""

    def __init__(self, locator: Locator, mode: str) -> None:
        self.locator = locator
        self.mode = mode
        self.reason = ""
        self.marks = Marks({}, {}, [])
        self.findings: list[Diagnostic] = []
        self.parts: list[_Part] = []
        self.notes: list[Note] = []
        self.note_texts: list[str] = []
        self.note_citations: list[tuple[int, ...]] = []
        self.headings: list[Element] = []
        self.excerpt = ""


class _Part(NamedTuple):
    """A segment, taken apart where it is an argument, with what was read before serialising."""

    segment: Segment
    text: str
    footnotes: tuple[int, ...]
    parted: Parted | None = None
    rest: str = ""
    identified: Identified | None = None


class Markup:
    """Reads Markdown of one dialect and language."""

    def __init__(self, dialect: MarkdownConfig, language: str) -> None:
        """Load the extensions.

        Raises `ConfigError` for one that does not exist or refuses its settings.
        """
        self._dialect = dialect
        self._sanitiser = Sanitiser(dialect.iframe_hosts) if dialect.raw_html != "allow" else None
        extensions: list[Extension] = [_Stages(self)]
        if dialect.typography:
            extensions.append(smarty(language))
        self._md = load_dialect(dialect, extensions)
        if dialect.raw_html == "escape":
            self._md.preprocessors.deregister("html_block")
            self._md.inlinePatterns.deregister("html")
        quicken(self._md)
        self._plain = PlainText(self._md)
        self._draft = _Draft(Locator(""), "none")

    def render(self, text: str, *, mode: str = "none", first_line: int = 1) -> Rendered:
        """Read a body.

        `mode` is how arguments are found; `first_line` is the line of the file on which `text` begins.
        """
        if holds_any(text, _CONTROLS):
            text = _CONTROL.sub("", text)
        self._draft = draft = _Draft(Locator(text, first_line), mode)
        draft.findings.extend(check_fences(draft.locator) if ":::" in text else ())
        draft.findings.extend(lint(draft.locator))
        try:
            _check_bounds(text)
            return self._read(text, draft)
        except (RecursionError, _Unbounded) as error:
            place = draft.locator.passed(str(error)) if isinstance(error, _Unbounded) else draft.locator.at(0)
            draft.findings.append(draft.locator.finding("too-deep", _TOO_DEEP, place, hint=_TOO_DEEP_HINT))
            return Rendered(mode=mode, findings=tuple(draft.findings))

    def _read(self, text: str, draft: _Draft) -> Rendered:
        pieces = self._convert(text)
        taken = tuple(p.identified.id for p in draft.parts if p.identified)
        if self._sanitiser:
            raw = map(str, self._md.htmlStash.rawHtmlBlocks)
            draft.locator.rewind()
            draft.findings.extend(removals(raw, draft.locator, self._dialect.iframe_hosts, taken))
            self._sanitiser.begin(taken)
            pieces = [self._sanitiser.clean(piece) for piece in pieces]
            ids: Iterable[str] = self._sanitiser.ids
        else:
            ids = dict.fromkeys([*taken, *(found for piece in pieces for found in _ID.findall(piece))])
        draft.locator.rewind()
        placeholders = Placeholders(draft.locator)
        pieces = [placeholders.put(piece) for piece in pieces]
        return self._rendered(draft, pieces, placeholders, tuple(ids))

    def _convert(self, text: str) -> list[str]:
        """Run Python-Markdown's stages and return the serialised pieces."""
        md = self._md.reset()
        del md.parser.state[:]  # a body that was too deep leaves its own behind
        if not text.strip():
            return []
        md.lines = text.split("\n")  # type: ignore[attr-defined]  # as `Markdown.convert` does
        for preprocessor in md.preprocessors:
            md.lines = preprocessor.run(md.lines)  # type: ignore[attr-defined]
        root = cast("Element", md.parser.parseDocument(md.lines).getroot())  # type: ignore[attr-defined]
        for processor in md.treeprocessors:
            changed = processor.run(root)
            root = root if changed is None else changed
        html = _PIECE.join([_inner(md, holder) for holder in root])
        for postprocessor in md.postprocessors:
            html = postprocessor.run(html)
        return [piece.strip() for piece in html.split(_PIECE)] if len(root) else []

    def read_marks(self, root: Element) -> None:
        """Take the marks out of the tree, before inline markup is parsed."""
        self._draft.marks = read_marks(root, self._draft.locator)
        self._draft.findings.extend(self._draft.marks.findings)

    def cut(self, root: Element) -> Element:
        """Replace the children of the tree by one holder for each piece."""
        draft, plain = self._draft, self._plain
        plain.forget()
        draft.locator.rewind()
        draft.findings.extend(tree_findings(root, draft.locator, is_sanitised=self._sanitiser is not None))
        draft.notes = take_footnotes(root)
        wanted = draft.mode
        draft.mode, draft.reason = choose_mode(wanted, root, draft.marks, plain)
        splitter = Splitter(draft.mode, draft.marks, draft.locator)
        segments = splitter.split(root)
        draft.findings.extend(splitter.findings)
        if wanted != "none":
            draft.findings.extend(splitter.unheard())
        _set_attributes(draft.marks, segments)
        self._part(segments)
        draft.note_texts = [plain.of(note.content) for note in draft.notes]
        draft.note_citations = [citations([note.content]) for note in draft.notes]
        holders = Element("div")
        levels = [(holder, 2 if part_.parted else 1) for part_ in draft.parts for holder in _holders(part_)]
        holders.extend([holder for holder, _ in levels])
        holders.extend([note.content for note in draft.notes])
        draft.headings = nest_headings(levels)
        for table in list(holders.iter("table")):
            _mend_table(table)
        plain.forget()  # typography will change it
        return holders

    def _part(self, segments: list[Segment]) -> None:
        draft, plain = self._draft, self._plain
        texts = [plain.of_all(segment.elements) for segment in segments]
        identities, findings = identify(
            [(segment, text) for segment, text in zip(segments, texts, strict=True) if segment.is_argument],
            draft.locator,
        )
        draft.findings.extend(findings)
        self._check_ids({identified.id for identified in identities}, segments)
        following = iter(identities)
        for segment, text in zip(segments, texts, strict=True):
            cited = citations(segment.elements)
            if not segment.is_argument:
                draft.parts.append(_Part(segment, text, cited))
                continue
            parted = part(segment.elements, plain)
            has_claim = len(parted.claim) or parted.claim.text
            rest = [*([parted.tail] if parted.tail is not None else []), *parted.rest] if has_claim else []
            rest_text = plain.of_all(rest) if has_claim else text[len(parted.text) :].strip()
            draft.parts.append(_Part(segment, text, cited, parted, rest_text, next(following)))
        draft.excerpt = self._excerpt(segments)

    def _check_ids(self, taken: set[str], segments: list[Segment]) -> None:
        """Find ids that marks give to something besides arguments, and that are taken."""
        draft = self._draft
        of_arguments = {id(segment.mark) for segment in segments if segment.is_argument}
        for mark in draft.marks.by_element.values():
            if not mark.id or id(mark) in of_arguments:
                continue
            if mark.id in taken or mark.id.startswith("sg-"):
                place = draft.locator.within(mark.place, mark.text, f"#{mark.id}")
                draft.findings.append(
                    draft.locator.finding("duplicate-id", f"the id “{mark.id}” is taken", place, hint=ID_HINT)
                )
            taken.add(mark.id)

    def _excerpt(self, segments: list[Segment]) -> str:
        """Return the beginning of the first paragraph, prose before arguments."""
        paragraphs = (
            self._plain.of(element)
            for is_argument in (False, True)
            for segment in segments
            if segment.is_argument is is_argument
            for element in segment.elements
            if element.tag == "p" and not self._plain.is_raw_block(element)
        )
        words = next((text for text in paragraphs if text), "").split()
        return " ".join(words[:EXCERPT_WORDS]) + ("…" if len(words) > EXCERPT_WORDS else "")

    def _rendered(self, draft: _Draft, pieces: list[str], placeholders: Placeholders, ids: tuple[str, ...]) -> Rendered:
        following = iter(pieces)
        blocks = []
        number = 0
        for part_ in draft.parts:
            if part_.parted is None:
                blocks.append(Block(html=next(following), text=part_.text, footnotes=part_.footnotes))
                continue
            number += 1
            claim, tail, rest = next(following), next(following), next(following)
            argument = assemble(
                number, part_.segment, part_.parted, part_.identified, (part_.text, part_.rest), (claim, tail, rest)
            )
            blocks.append(Block(html=argument.html, text=part_.text, argument=argument, footnotes=part_.footnotes))
        notes = []
        everything = "".join(pieces)
        for note, text, cites in zip(draft.notes, draft.note_texts, draft.note_citations, strict=True):
            cited = tuple(re.findall(rf'id="(sg-fnref-{note.number}-\d+)"', everything))
            notes.append(Footnote(note.number, next(following), text, cited, cites))
        headings = tuple(
            Heading(int(h.tag[1]), h.get("id", ""), self._plain.of(h)) for h in draft.headings if h.get("id")
        )
        return Rendered(
            blocks=tuple(blocks),
            footnotes=tuple(notes),
            links=tuple(placeholders.links),
            headings=headings,
            ids=ids,
            excerpt=draft.excerpt,
            words=sum(block.text.count(" ") + block.text.count("\n") + 1 for block in blocks if block.text),
            mode=draft.mode,
            mode_reason=draft.reason,
            findings=tuple(draft.findings),
        )


class _Stages(Extension):
    """Puts our two tree processors and the fence into Python-Markdown's order."""

    def __init__(self, markup: Markup) -> None:
        super().__init__()
        self._markup = markup

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name is Python-Markdown's
        self._fences = FenceProcessor(md.parser)
        md.registerExtension(self)  # so that `reset` is called before each document
        md.parser.blockprocessors.register(self._fences, "sg-fence", 104)
        md.treeprocessors.register(_Stage(md, self._markup.read_marks), "sg-marks", 45)  # before `inline`, 20
        md.treeprocessors.register(_Stage(md, self._markup.cut), "sg-cut", 7)  # after `attr_list`, before `smarty`

    def reset(self) -> None:
        self._fences.reset()


class _Stage(Treeprocessor):
    def __init__(self, md: Markdown, step: Any) -> None:  # noqa: ANN401 - returns a tree or nothing
        super().__init__(md)
        self._step = step

    def run(self, root: Element) -> Element | None:
        result: Element | None = self._step(root)
        return result


def _inner(md: Markdown, holder: Element) -> str:
    """Serialise what is inside an element."""
    if not len(holder) and not holder.text:
        return ""
    holder.tail = None
    if md.serializer is quick_html:
        return quick_inside(holder)
    html: str = md.serializer(holder)
    return html[html.index(">") + 1 : html.rindex("<")] if "</" in html else ""


def _holders(part_: _Part) -> list[Element]:
    """Return the elements whose insides are the pieces of a part: one for prose, three for an argument."""
    if part_.parted is None:
        holder = Element("div")
        holder.extend(part_.segment.elements)
        return [holder]
    claim = part_.parted.claim
    if part_.identified:
        claim.set("id", part_.identified.id)  # so that `toc` gives the id to no heading
    tail, rest = Element("div"), Element("div")
    if part_.parted.tail is not None:
        tail.append(part_.parted.tail)
    rest.extend(part_.parted.rest)
    return [claim, tail, rest]


def _set_attributes(marks: Marks, segments: list[Segment]) -> None:
    """Set what marks say besides our keys on their elements, and the ids of those that are no arguments."""
    of_arguments = {id(segment.mark) for segment in segments if segment.is_argument}
    for element, mark in marks.by_element.items():
        for name, value in mark.other:
            element.set(name, f"{element.get('class')} {value}" if name == "class" and element.get("class") else value)
        if mark.id and id(mark) not in of_arguments:
            element.set("id", mark.id)


def _check_bounds(text: str) -> None:
    """Raise `_Unbounded` for brackets or tags that stay open by the hundred, in a paragraph or at the end."""
    if text.count("[") + text.count("<") < MAX_OPEN:
        return
    brackets = tags = 0
    first = ""
    for _, line in lines_outside_code(text):
        if not line or line.isspace():
            brackets, first = 0, ""
            continue
        first = first or line.strip()[:80]
        brackets = max(0, brackets + line.count("[") - line.count("]"))
        tags = len(_TAG_BEGINS.findall(line, line.rfind(">") + 1)) + (0 if ">" in line else tags)
        if brackets > MAX_OPEN or tags > MAX_OPEN:
            raise _Unbounded(first)


def _mend_table(table: Element) -> None:
    """Say alignment by class, because pages have no inline styles, and let a wide table scroll by itself."""
    for cell in table.iter():
        if (style := cell.get("style")) and (found := _ALIGNMENT.search(style)):
            del cell.attrib["style"]
            cell.set("class", f"sg-{found[1]}")
    inner = Element("table", dict(table.attrib))
    inner.text = table.text
    inner.extend(list(table))
    tail = table.tail
    table.clear()
    table.tag, table.tail = "div", tail
    table.set("class", "sg-table")
    table.append(inner)
