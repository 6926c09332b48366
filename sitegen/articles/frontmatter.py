"""The front matter of a file: from bytes to a neutral tree of nodes, each with its place in the file.

python-frontmatter finds the delimiters. Everything else is done here because an archive needs what
a dictionary cannot tell: values as written, and the line and column of each. Nothing in a file
makes reading fail: what is wrong becomes a finding.
"""

from __future__ import annotations

import re
from typing import Literal

from frontmatter.default_handlers import YAMLHandler
from msgspec import Struct

from sitegen.articles.meta import Place
from sitegen.articles.nodes import FrontMatterProblem, Node, Ruler, Scalar, Table
from sitegen.articles.toml_nodes import read_toml
from sitegen.articles.yaml_nodes import read_yaml
from sitegen.diagnostics import Diagnostic

__all__ = ["Document", "read"]

Format = Literal["yaml", "toml", "none"]


class Document(Struct, frozen=True, kw_only=True):
    """A file taken apart.

    `root` holds the front matter; `body` is the rest, with line feeds only, and begins in line
    `body_line`. `lines` are the lines of the file, for excerpts. `understood` is false where the
    front matter, or the file itself, could not be read: what it lacks is then not worth telling.
    """

    root: Table
    body: str
    body_line: int
    format: Format
    lines: tuple[str, ...]
    findings: tuple[Diagnostic, ...] = ()
    understood: bool = True

    def finding(self, code: str, message: str, place: Place, hint: str = "") -> Diagnostic:
        """Return a finding at a place of this file, with its line."""
        return _finding(self.lines, code, message, place, hint)


def _delimiter(sign: str) -> YAMLHandler:
    # The handlers' own patterns also match longer rules (`-----`) and swallow the blank lines that
    # follow, which would lose count of lines; and the one for TOML asks for another parser.
    return YAMLHandler(fm_boundary=re.compile(rf"^{re.escape(sign)}[^\S\n]*$", re.MULTILINE))


_HANDLERS: tuple[tuple[Format, str, YAMLHandler], ...] = (
    ("yaml", "---", _delimiter("---")),
    ("toml", "+++", _delimiter("+++")),
)
_BLANK_LINES = re.compile(r"\A(?:[^\S\n]*\n)*")
_ALMOST_CLOSED = re.compile(r"^[^\S\n]*(?:-{2,}|\+{2,}|\.{3}|[–—]+)[^\S\n]*$", re.MULTILINE)
_LINE_END = re.compile(rb"\r\n|\r|\n")


def read(data: bytes) -> Document:
    """Take the bytes of a file apart into front matter and body.

    Line ends of any system, a byte order mark, blank lines before the front matter and blanks after
    its delimiters are accepted. A file without front matter is all body.
    """
    text, findings, understood = _decoded(data)
    lines = tuple(text.split("\n"))
    if not understood:
        return _document(lines, findings, understood=False)
    blank = _BLANK_LINES.match(text)
    offset = blank.end() if blank else 0
    for name, sign, handler in _HANDLERS:
        if text.startswith(sign, offset) and handler.detect(text[offset:]):
            return _taken_apart(text, lines, offset, findings, name, handler)
    return Document(
        root=Table((), Place()), body=text, body_line=1, format="none", lines=lines, findings=tuple(findings)
    )


def _finding(lines: tuple[str, ...], code: str, message: str, place: Place, hint: str = "") -> Diagnostic:
    excerpt = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
    return Diagnostic.of(
        code, message, line=place.line, column=place.column, length=place.length, excerpt=excerpt, hint=hint
    )


def _document(
    lines: tuple[str, ...],
    findings: list[Diagnostic],
    *,
    body: str = "",
    body_line: int = 1,
    format: Format = "none",  # noqa: A002 - the field's name
    root: Table | None = None,
    understood: bool,
) -> Document:
    return Document(
        root=root or Table((), Place()),
        body=body,
        body_line=body_line,
        format=format,
        lines=lines,
        findings=tuple(findings),
        understood=understood,
    )


def _decoded(data: bytes) -> tuple[str, list[Diagnostic], bool]:
    """Return the text with line feeds only, what is odd about it, and whether it is text at all."""
    findings: list[Diagnostic] = []
    bad = data.find(b"\0")
    problem = "holds a NUL byte"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = ""
        if bad < 0 or error.start < bad:
            bad, problem = error.start, "is not UTF-8"
    if bad >= 0:
        before = _LINE_END.split(data[:bad])
        column = len(before[-1].decode("utf-8", "replace")) + 1
        wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        hint = "it seems to be UTF-16: save it as UTF-8" if wide else "save it as UTF-8 text"
        place = Place(len(before), column, 1)
        return "", [_finding((), "not-text", f"the file {problem} (byte {bad + 1:,})", place, hint)], False
    if text.startswith("\ufeff"):
        text = text.lstrip("\ufeff")
        place = Place(1, 1)
        hint = "save the file as UTF-8 without a byte order mark"
        findings.append(_finding((), "byte-order-mark", "the file begins with a byte order mark", place, hint))
    if "\r" in text:
        ends = set(_LINE_END.findall(data))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if len(ends) > 1:
            names = {b"\r\n": "CR LF", b"\r": "CR", b"\n": "LF"}
            found = " and ".join(sorted(names[end] for end in ends))
            message = f"lines end in different ways: {found}"
            findings.append(
                _finding(
                    (), "mixed-line-ends", message, Place(1, 1), "let your editor save it with one kind of line end"
                )
            )
    return text, findings, True


def _taken_apart(
    text: str,
    lines: tuple[str, ...],
    offset: int,
    findings: list[Diagnostic],
    name: Format,
    handler: YAMLHandler,
) -> Document:
    """Split a file that begins with a delimiter, and read its front matter."""
    opening = text.count("\n", 0, offset) + 1
    if offset:
        place = Place(1, 1)
        findings.append(
            _finding(lines, "loose-front-matter", "blank lines before the front matter", place, "remove them")
        )
    try:
        front, body = handler.split(text[offset:])
    except ValueError:  # there is no second delimiter
        findings.append(_unclosed(text, lines, offset, opening))
        return _document(lines, findings, format=name, understood=False)
    closing = opening + front.count("\n")
    for line in (opening, closing):
        if lines[line - 1] != lines[line - 1].rstrip():
            place = Place(line, len(lines[line - 1].rstrip()) + 1)
            findings.append(_finding(lines, "loose-front-matter", "blanks after the delimiter", place, "remove them"))
    start = offset + len(lines[opening - 1])
    ruler = Ruler.over(text[: start + len(front)])
    root: Table | None = None
    try:
        node, odd = _parsed(front, ruler, start, name)
        findings += (_finding(lines, it.code, it.message, it.place, it.hint) for it in odd)
        root = _rooted(node)
    except FrontMatterProblem as problem:
        findings.append(_finding(lines, problem.code, problem.message, problem.place, problem.hint))
    return _document(
        lines,
        findings,
        body=body[1:],
        body_line=closing + 1,
        format=name,
        root=root,
        understood=root is not None,
    )


def _parsed(front: str, ruler: Ruler, start: int, name: Format) -> tuple[Node | None, list[FrontMatterProblem]]:
    if name == "toml":
        return read_toml(front, ruler, start), []
    return read_yaml(front, ruler, start)


def _rooted(node: Node | None) -> Table:
    if isinstance(node, Table):
        return node
    if node is None or (isinstance(node, Scalar) and node.kind == "null"):
        return Table((), Place())
    raise FrontMatterProblem(
        "front-matter-syntax",
        "the front matter is not made of keys and values",
        node.place,
        "write `key: value`, one to a line, with a blank after the colon",
    )


def _unclosed(text: str, lines: tuple[str, ...], offset: int, opening: int) -> Diagnostic:
    sign = lines[opening - 1].strip()
    hint = f"end it with a line `{sign}`"
    if almost := _ALMOST_CLOSED.search(text, offset + len(lines[opening - 1])):
        line = text.count("\n", 0, almost.start()) + 1
        hint = f"line {line} is `{almost[0]}`: make it exactly `{sign}`"
    place = Place(opening, 1, len(sign))
    return _finding(lines, "front-matter-unclosed", "the front matter is never closed", place, hint)
