"""Places in a file: lines and columns from 1, found again from the text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sitegen.articles.locate import Locator
from sitegen.articles.meta import Place


def test_a_search_goes_forward() -> None:
    """`place` stays, `passed` goes on behind what it found; what is only further up is found there."""
    locator = Locator("one two\none", 5)

    assert [
        (p.line, p.column)
        for p in (locator.place("one"), locator.passed("one"), locator.passed("one"), locator.passed("two"))
    ] == [(5, 1), (5, 1), (6, 1), (5, 5)]
    assert (Place(), Place(), Place()) == (locator.place(""), locator.place("three"), locator.place("\x02x\x03"))


def test_a_block_is_a_whole_line() -> None:
    """Each block is reached once, and never inside a word of another."""
    locator = Locator("- banana\n- a\n- a\n> 1. a ##\n\nan a")

    assert [(p.line, p.column) for p in (locator.reached("a") for _ in range(3))] == [(2, 3), (3, 3), (4, 6)]
    assert (locator.reached("an").line, locator.place("an").column) == (6, 1)
    assert Place() == locator.reached("")


def test_tabs_are_blanks() -> None:
    """Python-Markdown turns tabs into blanks; the place is that of the tabs."""
    assert Place(1, 2, 5) == Locator("x{:\t.a b}").place("{:  .a")


@given(st.text(alphabet="ab\n", max_size=40), st.integers(0, 40))
def test_every_offset_has_its_line(body: str, offset: int) -> None:
    """An offset's line and column lead back to its character."""
    offset = min(offset, len(body))
    locator = Locator(body, 3)
    place = locator.at(offset, 1)

    assert body.count("\n", 0, offset) + 3 == place.line
    assert locator.line(place.line)[place.column - 1 :] == body[offset:].split("\n", 1)[0]
    assert (locator.line(2), locator.line(3 + body.count("\n") + 1)) == ("", "")


LINES = st.lists(st.sampled_from(["a", "b", " ", "-", "- ", "1. ", "# ", "#", ">", "    ", "[^1]:", "é"]), max_size=4)


@given(st.lists(LINES.map("".join)).map("\n".join), st.lists(LINES.map(lambda parts: "".join(parts).strip())))
def test_blocks_are_reached_in_order(body: str, wanted: list[str]) -> None:
    """A block is found where the table of all lines has it, whatever stands within words."""
    quick, slow = Locator(body), Locator(body)
    slow._is_block = lambda _at, _first_line: False  # type: ignore[method-assign]  # so the table is asked

    assert [quick.reached(text) for text in wanted] == [slow.reached(text) for text in wanted]
