"""Slips of the source that Python-Markdown renders without complaint, told at their line.

Its dialect wants a blank line before a list and four blanks before a block of an item; people who
come from CommonMark write neither. Template tags of another generator mean nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sitegen.articles.article import Place
from sitegen.articles.locate import Locator
from sitegen.diagnostics import Diagnostic

__all__ = ["lint"]

_CODE_FENCE = re.compile(r"^[ ]{0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"^[ ]{0,3}(?:[-*+]|\d{1,3}[.)])[ \t]+\S")
_NESTED_ITEM = re.compile(r"^[ ]{2,3}(?:[-*+]|\d{1,3}[.)])[ \t]+\S")
_SHALLOW = re.compile(r"^[ ]{1,3}\S")
_NOT_PROSE = re.compile(r"^\s*(?:[>|#<]|\[\^|:::|\{:|!!!|(?:[-*_][ ]*){3,}$|:[ ]+)")
_FOREIGN = re.compile(r"\{%-?\s*/?\s*(\w+).*?%\}|\{\{.*?\}\}|\{\{[<%].*?[>%]\}\}")
_INLINE_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")


def lint(locator: Locator) -> Iterator[Diagnostic]:
    """Yield the findings of a body, in the order of its lines."""
    block: list[str] = []
    before = ""  # the last line of the block before this one
    in_list = False
    fence = ""
    for number, line in enumerate(locator.body.split("\n"), locator.first_line):
        if fence or _CODE_FENCE.match(line):
            fence = _after_fence_line(fence, line)
            block = []
            in_list = in_list and line.startswith(" ")
            continue
        if not line.strip():
            before, block = (block[-1] if block else before), []
            continue
        if not line.startswith(("    ", "\t")):
            yield from _foreign(locator, number, line)
            if not block:
                if in_list and _SHALLOW.match(line) and not _ITEM.match(line):
                    yield _shallow(locator, number, line)
                elif not line.startswith(" "):
                    in_list = bool(_ITEM.match(line))
            elif _ITEM.match(line):
                in_list = in_list or bool(_ITEM.match(block[0]))
                if _NESTED_ITEM.match(line) and _ITEM.match(block[-1]) and not block[-1].startswith(" "):
                    yield _shallow(locator, number, line)
                elif not in_list and not any(_NOT_PROSE.match(earlier) for earlier in block):
                    yield _needs_blank(locator, number, line)
                    in_list = True
        block.append(line)


def _after_fence_line(fence: str, line: str) -> str:
    """Return the fence that is open after this line, empty where none is."""
    match = _CODE_FENCE.match(line)
    if not fence:
        return match[1] if match else ""
    return "" if match and match[1].startswith(fence) and not line.strip(" `~") else fence


def _foreign(locator: Locator, number: int, line: str) -> Iterator[Diagnostic]:
    if "{%" not in line and "{{" not in line:
        return
    bare = _INLINE_CODE.sub(lambda code: " " * len(code[0]), line)
    if found := _FOREIGN.search(bare):
        name = f"“{{% {found[1]} %}}”" if found[1] else f"“{found[0][:40]}”"
        yield locator.finding(
            "foreign-markup",
            f"template tag {name} of another generator is shown as text",
            Place(number, found.start() + 1, len(found[0])),
            hint="replace it with Markdown, or put it between backquotes if it is meant to be read",
        )


def _shallow(locator: Locator, number: int, line: str) -> Diagnostic:
    indent = len(line) - len(line.lstrip(" "))
    return locator.finding(
        "shallow-indent",
        f"indented by {indent}: this is not part of the list item above",
        Place(number, indent + 1, len(line) - indent),
        hint="indent blocks and lists of an item by four blanks",
    )


def _needs_blank(locator: Locator, number: int, line: str) -> Diagnostic:
    return locator.finding(
        "list-needs-blank-line",
        "a list that follows text without a blank line is shown as text",
        Place(number, 1, len(line)),
        hint="put a blank line before the first item",
    )
