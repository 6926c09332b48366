"""Front matter of plain lines means what the parser of YAML says, to the column."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sitegen.articles.nodes import Ruler, Table
from sitegen.articles.yaml_lines import read_lines
from sitegen.articles.yaml_nodes import _Composer

KEYS = ("title", "date", "tags", "a-b", "_x", "y", "null", "<<", "1a", "é", "a b", "'q'")
VALUES = (
    *("a", "b c", "1", "0x1F", "1e3", "2005-06-13", "12:30:45", "true", "Null", "~", "NaN", "é", "“q”", "😀 x", "a, b"),
    *(
        "'it'",
        "'it''s'",
        '"x: y"',
        '"a\\n"',
        "'a' b",
        "''",
        "'a",
        "'b' ",
        "a ",
        "a  b",
        "a: b",
        "a:b",
        "x:",
        "a #b",
        "a#b",
    ),
    *(
        "[a, b]",
        "{a}",
        "*a",
        "&a b",
        "!t x",
        "|",
        ">",
        "- a",
        "-a",
        "-",
        "---",
        "...",
        "? a",
        "?a",
        "%a",
        "@a",
        "`a",
        "/a",
    ),
    *("(a", "=", "<<", "<b", "+x", ".5", "$1", "^", "\\\\x", "a\xa0b", "a\tb", "\x85", "", " "),
)
PAIRS = st.builds(
    "{}:{}{}".format, st.sampled_from(KEYS), st.sampled_from((" ", " ", "  ", "")), st.sampled_from(VALUES)
)
ITEMS = st.builds(
    "{}-{}{}".format,
    st.sampled_from(("", "", "  ", " ")),
    st.sampled_from((" ", " ", "  ", "")),
    st.sampled_from(VALUES),
)
LISTS = st.builds(lambda key, items: "\n".join((f"{key}:", *items)), st.sampled_from(KEYS), st.lists(ITEMS, max_size=3))
FRONTS = st.lists(PAIRS | LISTS | st.sampled_from(("", "# c", " x")), max_size=5).map("\n".join)


@given(FRONTS, st.sampled_from(("\n", "\n\n")))
@settings(max_examples=1000)
@example("title: A title\ntags:\n  - a\n\n  - 'b'\nimage: /a.png \n", "\n")
def test_lines_are_yaml(front: str, before: str) -> None:
    """What is read line by line is what the parser composes, and nothing about it is odd."""
    text = f"{before}{front}\n"
    ruler = Ruler.over(f"---{text}")
    table = read_lines(text, ruler, 3)
    if table is None:
        return
    composer = _Composer(ruler, 3)

    assert composer.compose(text) == table
    assert composer.odd == []


def test_it_is_in_use() -> None:
    """The common forms are read without the parser; where more could be meant, it is asked."""
    plain = "\ntitle: A title: no\n"
    common = "\ntitle: A title\ndate: 2005-06-13\ndraft: true\nauthor: 'A. B.'\n\ntags:\n- a\n- b c\n"

    assert isinstance(read_lines(common, Ruler.over(f"---{common}"), 3), Table)
    assert read_lines(plain, Ruler.over(f"---{plain}"), 3) is None
