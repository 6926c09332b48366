"""Slips that Python-Markdown shows without complaint, at their line and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.articles.lints import lint
from sitegen.articles.locate import Locator
from sitegen.articles.markup import Markup
from sitegen.config import Markdown
from sitegen.diagnostics import Diagnostic

ROOT = Path(__file__).resolve().parent.parent.parent


def findings(text: str, first_line: int = 1) -> list[Diagnostic]:
    """Return the findings of a body's lines."""
    return list(lint(Locator(text, first_line)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Text:\n- a\n- b", [("list-needs-blank-line", 2, 1)]),
        ("Text\nmore:\n1. a\n2. b", [("list-needs-blank-line", 3, 1)]),
        ("- a\n\nText\n* b", [("list-needs-blank-line", 4, 1)]),
        ("Text:\n\n- a\n  - b", [("shallow-indent", 4, 3)]),
        ("- a\n  wrapped\n   - b", [("shallow-indent", 3, 4)]),
        ("- a\n\n  b", [("shallow-indent", 3, 3)]),
        ("- a\n\n  - b", [("shallow-indent", 3, 3)]),
        ("1. a\n\n   ```\n   b\n   ```", [("shallow-indent", 3, 4)]),
        ("a {% image x %} b {{ y }}", [("foreign-markup", 1, 3), ("foreign-markup", 1, 19)]),
        ('x\n{% include "a",\n  b %}', [("foreign-markup", 2, 1)]),
        ("{{< youtube x >}}", [("foreign-markup", 1, 1)]),
        ("{{% note %}}", [("foreign-markup", 1, 1)]),
        ("- a\n\n    {{ b }}", [("foreign-markup", 3, 5)]),
        ("```\nnever closed {{ x }}", [("foreign-markup", 2, 14)]),
    ],
)
def test_slips(text: str, expected: list[tuple[str, int, int]]) -> None:
    """Lists without a blank line, blocks that are not indented enough, tags of another generator."""
    assert expected == [(f.code, f.line, f.column) for f in findings(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Text:\n\n- a\n- b\n\n    - c",
        "- a\nlazy\n- b",
        "born on the\n12. May in\n1990. Then",
        "Text\n- - -",
        "* * *\n\n- a",
        "## Head\n- a",
        "> quote\n> - a",
        "| a |\n|---|\n- b",
        " - a\n - b\n- c",
        "  9. a\n 10. b",
        "Text:\n\n    - code\n      - code",
        "```\nText\n- a\n  - b\n{{ x }}\n```",
        "~~~\n{% x %}\n~~~",
        "    {{ x }}",
        "`{{ x }}` and ``{% y ` %}``",
        "<!-- {{ x }} -->",
        "- a\n\n{: .prose }",
        "- a\n\n  <b>x</b>",
        "{{ x\n\n}",
        "[^1]: note\n- a",
        "Term\n:   text",
    ],
)
def test_no_false_alarm(text: str) -> None:
    """What Python-Markdown reads as it was meant gives no finding."""
    assert findings(text) == []


BEGINNINGS = (
    "",
    "",
    " ",
    "  ",
    "    ",
    "\t",
    "\u00a0",
    "- ",
    "* ",
    "-\u00a0",
    "1. ",
    "2. ",
    "1) ",
    "• ",
    ">",
    "a",
    "***",
    "```",
)


@given(st.lists(st.lists(st.sampled_from(BEGINNINGS), max_size=3).map("".join)).map("\n".join))
def test_lines_are_read_where_something_is_found(text: str) -> None:
    """A body is spared the reading of its lines only where nothing would be found; a sign of templates has it read."""
    template = "\n\nb {{"

    assert list(lint(Locator(text))) == list(lint(Locator(text + template)))


def test_the_line_is_that_of_the_file() -> None:
    """Lines count from the top of the file, front matter and all; the excerpt is the line."""
    (finding,) = findings("a\n\nText:\n- item", 11)

    assert (finding.line, finding.column, finding.length, finding.excerpt) == (14, 1, 6, "- item")


def test_the_sample_archive_is_clean() -> None:
    """The articles that the project ships raise nothing."""
    markup = Markup(Markdown(), "en")
    pieces = sorted((ROOT / "content").rglob("*.md"))
    bodies = [path.read_text(encoding="utf-8").split("---\n", 2)[-1] for path in pieces]

    assert pieces
    assert [(p.name, f) for p, body in zip(pieces, bodies, strict=True) for f in markup.render(body).findings] == []
