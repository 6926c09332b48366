"""Slips of the source that Python-Markdown renders without complaint, told at their line.

Its dialect wants a blank line before a list and four blanks before a block of an item; people who
come from CommonMark write neither. Template tags of another generator mean nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sitegen.articles.listings import lines_outside_code
from sitegen.articles.literals import holds_any
from sitegen.articles.locate import Locator
from sitegen.articles.meta import Place
from sitegen.diagnostics import Diagnostic

__all__ = ["lint"]

_ITEM = re.compile(r"^(?P<indent>[ ]{0,3})(?:[-*+]|\d{1,3}\.)[ \t]+\S")
_FIRST_ITEM = re.compile(r"^[ ]{0,3}(?:[-*+]|1\.)[ \t]+\S")  # any other number may be the end of a date
_BULLET = re.compile(r"^[ \t\u00a0]*(?P<sign>[•‣◦▪●·]|[-*+](?=\u00a0)|1\)(?=[ \t\u00a0]))[ \t\u00a0]*\S")
_SHALLOW = re.compile(r"^[ ]{1,3}(?![ ]|\{:|<)")
_NOT_PROSE = re.compile(r"^\s*(?:[>|#<]|\[\^|:::|\{:|!!!|:[ ]+)")
_RULE = re.compile(r"^[ ]{0,3}(?:(?:\*[ ]*){3,}|(?:-[ ]*){3,}|(?:_[ ]*){3,})$")
_DEEP = re.compile(r"^(?:[ ]{4}|[ ]{0,3}\t)")
_SUSPECT = re.compile(
    r"\n(?:[ ]{1,3}[^ \t\n]"  # indented, but no code
    r"|[\u00a0•‣◦▪●·]|[-*+]\u00a0|1\)[ \t\u00a0]"
    r"|(?<=[^\n]\n)(?:[-*+]|1\.)[ \t])"  # an item right below another line
)
"""The beginning of each line of which `_Lines` may find something, and of some others."""
_FOREIGN = re.compile(
    r"\{%-?\s*/?\s*(?P<name>\w+)(?:(?!\{%|%\}).)*%\}"
    r"|\{\{(?:(?!\{\{|\}\}).)*\}\}"
    r"|\{:(?:[:/]\w[^{}\n]*|[ ]*toc[ ]*)\}",  # kramdown's
    re.DOTALL,
)
_CONTENTS = re.compile(r"\{:[ ]*toc[ ]*\}")
_NOT_SHOWN = re.compile(r"(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)|<!--.*?-->", re.DOTALL)

NESTED = 2
"""Blanks before an item that set it below another, for people who come from CommonMark."""


def lint(locator: Locator) -> Iterator[Diagnostic]:
    """Yield the findings of a body."""
    is_foreign = holds_any(locator.body, ("{%", "{{", "{:"))
    if not is_foreign and not _SUSPECT.search(f"\n{locator.body}"):
        return
    lines = _Lines(locator)
    for number, line in lines_outside_code(locator.body, locator.first_line):
        if not lines.pass_over(line):
            yield from lines.read(number, line)
    if is_foreign:
        yield from _foreign(locator, lines.shown)


class _Lines:
    """Follows the lines of a body, and knows whether they are in a list."""

    def __init__(self, locator: Locator) -> None:
        self.shown: list[str] = []
        """The lines, blanks in place of code."""
        self._locator = locator
        self._is_first = True  # of its block
        self._is_prose = False  # the block so far, every line of it
        self._is_bulleted = False  # the block so far, or the one before
        self._indent: int | None = None  # of the items of the list that is open

    def pass_over(self, line: str | None) -> bool:
        """Pass over an empty line, or one that begins with a letter: nothing is ever wrong with them."""
        if line is None or (line and not line[0].isalpha()):
            return False
        self.shown.append(line)
        if line and self._is_first:
            self._is_prose, self._is_bulleted, self._indent = True, False, None
        self._is_first = not line
        return True

    def read(self, number: int, line: str | None) -> Iterator[Diagnostic]:
        """Read the next line; `None` is a line of fenced code."""
        is_code = line is None or (self._indent is None and bool(_DEEP.match(line)))
        self.shown.append("" if line is None else " " * len(line) if is_code else line)
        if line is None or not line.strip():
            self._is_first = True
        elif is_code or _DEEP.match(line):
            self._is_prose = self._is_prose and not self._is_first
            self._is_first = False
        else:
            yield from self._read_block(number, line)
            self._is_first = False

    def _read_block(self, number: int, line: str) -> Iterator[Diagnostic]:
        yield from self._bullet(number, line)
        item = None if _RULE.match(line) else _ITEM.match(line)
        indent = len(item["indent"]) if item else 0
        if self._is_first:
            self._is_prose = not item and not _is_other_block(line)
            if item and self._indent is None:
                self._indent = indent
            elif not item and self._indent is not None:
                if _SHALLOW.match(line):
                    yield self._shallow(number, line)
                else:
                    self._indent = None
        elif item and self._is_prose and _FIRST_ITEM.match(line):
            yield self._needs_blank(number, line)
            self._is_prose = False
        elif _is_other_block(line):
            self._is_prose, self._indent = False, None
        elif item and self._indent is None:
            self._indent = indent
        if item and self._indent is not None and indent >= self._indent + NESTED:
            yield self._shallow(number, line)

    def _bullet(self, number: int, line: str) -> Iterator[Diagnostic]:
        """Tell of the first of the lines that begin with a sign which makes items elsewhere, but not in Markdown."""
        found = _BULLET.match(line)
        if found and not self._is_bulleted:
            sign = found["sign"]
            signs = f"“{sign}” and a no-break space make" if sign in "-*+" else f"“{sign}” makes"
            hint = "write `1.`" if sign == "1)" else "begin each item with a hyphen and a blank, `- `"
            yield self._locator.finding(
                "unknown-bullet",
                f"{signs} no item of a list here: the line is shown as text",
                Place(number, found.start("sign") + 1, len(sign)),
                hint=f"{hint}, and put a blank line before the first item",
            )
        if found or self._is_first:  # an item may be wrapped
            self._is_bulleted = bool(found)

    def _shallow(self, number: int, line: str) -> Diagnostic:
        indent = len(line) - len(line.lstrip(" "))
        return self._locator.finding(
            "shallow-indent",
            f"indented by {indent}: this is not part of the list item above",
            Place(number, indent + 1, len(line) - indent),
            hint="indent blocks and lists of an item by four blanks",
        )

    def _needs_blank(self, number: int, line: str) -> Diagnostic:
        return self._locator.finding(
            "list-needs-blank-line",
            "a list that follows text without a blank line is shown as text",
            Place(number, 1, len(line)),
            hint="put a blank line before the first item",
        )


def _is_other_block(line: str) -> bool:
    """Whether a line belongs to no paragraph: a heading, a quotation, a table, a rule, HTML."""
    return bool(_NOT_PROSE.match(line) or _RULE.match(line))


def _foreign(locator: Locator, lines: list[str]) -> Iterator[Diagnostic]:
    """Find template tags in the lines, which are as long as those of the body except where there is code."""
    text = "\n".join(lines)
    text = _NOT_SHOWN.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    shown = Locator(text, locator.first_line)
    for found in _FOREIGN.finditer(text):
        if _CONTENTS.fullmatch(found[0]):
            message = f"“{found[0]}” of another generator makes no table of contents here"
            hint = "write `[TOC]` in the place of the list"
            yield locator.finding("foreign-markup", message, shown.at(found.start(), len(found[0])), hint=hint)
            continue
        tag = f"{{% {found['name']} %}}" if found["name"] else " ".join(found[0].split())[:40]
        yield locator.finding(
            "foreign-markup",
            f"template tag “{tag}” of another generator is shown as text",
            shown.at(found.start(), len(found[0])),
            hint="replace it with Markdown, or put it between backquotes if it is meant to be read",
        )
