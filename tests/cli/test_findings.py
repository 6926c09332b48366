"""A finding on the terminal: what is shown, where the marks stand, and that nothing in a file can play tricks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from sitegen.diagnostics import Diagnostic
from sitegen.report.findings import SHOWN, WIDTH, choose, excerpt, finding_text, hanging
from sitegen.report.printable import printable


def finding(line: str, column: int, length: int, **more: str) -> Diagnostic:
    """Return a finding in line 6 of a file."""
    at = {"path": "content/articles/business/gift.md", "line": 6, "column": column, "length": length}
    message = more.pop("message", "unknown standards notice “editorail”")
    return Diagnostic.of("unknown-notice", message, excerpt=line, **at, **more)  # type: ignore[arg-type]


def test_a_finding_is_told_as_compilers_do() -> None:
    """Severity, place, message and code; the line with marks below; what to do."""
    told = finding_text(finding("standards: editorail", 12, 9, hint="did you mean `editorial`?")).plain

    assert told.splitlines() == [
        "error: content/articles/business/gift.md:6:12: unknown standards notice “editorail” [unknown-notice]",
        "    6 | standards: editorail",
        "      |            ^^^^^^^^^",
        "  hint: did you mean `editorial`?",
    ]


def test_marks_stand_under_wide_characters() -> None:
    """Chinese characters and emoji are two columns wide, and so are their marks."""
    assert excerpt(finding("漢字🐎 bad", 5, 3)).splitlines() == ["    6 | 漢字🐎 bad", "      |        ^^^"]
    assert excerpt(finding("a 漢字 b", 3, 2)).splitlines() == ["    6 | a 漢字 b", "      |   ^^^^"]


def test_a_tab_is_one_column() -> None:
    """It is shown as a blank, so the marks stand where the column says."""
    assert excerpt(finding("\ttags: x", 2, 4)).splitlines() == ["    6 |  tags: x", "      |  ^^^^"]


def test_a_long_line_is_cut_around_its_place() -> None:
    """Signs show at which end something was cut off."""
    line = f"{'before ' * 30}HERE{' after' * 30}"
    shown, marks = excerpt(finding(line, line.index("HERE") + 1, 4)).splitlines()

    assert shown[8] == shown[-1] == "…"
    assert shown[marks.index("^") : marks.rindex("^") + 1] == "HERE"


@given(st.text(max_size=300), st.integers(1, 400), st.integers(0, 400))
def test_an_excerpt_is_never_too_wide(line: str, column: int, length: int) -> None:
    """Whatever stands in a file: one line of at most 80 columns, and marks that stay under it."""
    for row in excerpt(finding(line, column, length)).split("\n"):
        assert cell_len(row) <= WIDTH + len("    6 | ")
        assert printable(row) == row


def test_nothing_in_a_file_commands_the_terminal() -> None:
    """Escape sequences and signs that turn text around are shown as marks."""
    told = finding_text(finding("\x1b[2J\u202egnp.exe", 1, 4, message="bad \x1b]0;title\x07 name\nand more")).plain

    assert "\x1b" not in told
    assert "\u202e" not in told
    assert "and more" in told.splitlines()[0]


def test_errors_are_shown_before_warnings() -> None:
    """Where not all can be shown, the errors are."""
    warnings = [Diagnostic.of("missing-alt", f"picture {n}") for n in range(50)]
    errors = [Diagnostic.of("bad-date", f"date {n}") for n in range(3)]

    assert choose([*warnings, *errors]) == errors
    assert choose(warnings) == warnings[:1]
    assert len(choose(errors * 10)) == SHOWN


@given(st.lists(st.text("ab漢", min_size=1, max_size=30), min_size=1, max_size=30), st.integers(40, 100))
def test_breaking_lines_loses_nothing(words: list[str], columns: int) -> None:
    """Lines are broken at blanks only, none is too wide, and joined again they are the text."""
    text = " ".join(words)
    lines = hanging(Text(text), 4, columns).plain.split("\n")

    assert " ".join(line.strip() for line in lines) == text
    assert [line for line in lines if cell_len(line) > columns and " " in line.strip()] == []


def test_the_place_stays_on_the_first_line() -> None:
    """However long a path is, it stands behind the severity."""
    long = Diagnostic.of("bad-date", "no such date", path=f"content/articles/{'x' * 80}.md", line=3, column=7)
    first = finding_text(long, 80).plain.splitlines()[0]

    assert first == f"error: content/articles/{'x' * 80}.md:3:7:"
