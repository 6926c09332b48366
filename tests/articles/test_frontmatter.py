"""Front matter as people write it: what is read, where it stands, and what is said of the rest."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yaml import SafeLoader

from sitegen.articles import yaml_nodes
from sitegen.articles.fields import article_meta
from sitegen.articles.frontmatter import Document, read
from sitegen.articles.meta import Place
from sitegen.articles.nodes import DEPTH_LIMIT, Ruler, Scalar, plain
from sitegen.diagnostics import Diagnostic


def data(text: str) -> dict[str, Any]:
    """Return the front matter of a text as plain data."""
    found: dict[str, Any] = plain(read(text.encode()).root)
    return found


def yaml(front: str) -> Document:
    """Read a file with this YAML."""
    return read(f"---\n{front}\n---\nbody\n".encode())


def only(document: Document) -> Diagnostic:
    """Return the one finding of a document."""
    assert len(document.findings) == 1

    return document.findings[0]


def where(finding: Diagnostic) -> tuple[str, int, int]:
    """Return what a finding is and where."""
    return finding.code, finding.line, finding.column


def test_yaml() -> None:
    """Front matter and body come apart, with the line in which the body begins."""
    document = read(b"---\ntitle: Gift\ntags:\n- a\n---\n\nText\n---\nmore\n")

    assert plain(document.root) == {"title": "Gift", "tags": ["a"]}
    assert (document.body, document.body_line, document.format) == ("\nText\n---\nmore\n", 6, "yaml")
    assert document.lines[document.body_line] == "Text"
    assert document.findings == ()


def test_toml() -> None:
    """TOML gives the same tree; numbers and dates are as written."""
    document = read(
        b'+++\ntitle = "Gift"\nversion = 2.10\ndate = 2009-07-20\nweight = 1_000\n'
        b'[original]\nurl = "x"\n[[corrections]]\ntext = "a"\n[[corrections]]\ntext = "b"\n+++\nbody'
    )

    assert plain(document.root) == {
        "title": "Gift",
        "version": 2.1,
        "date": "2009-07-20",
        "weight": 1000,
        "original": {"url": "x"},
        "corrections": [{"text": "a"}, {"text": "b"}],
    }
    assert (document.body, document.body_line, document.format) == ("body", 13, "toml")
    assert [it.value.text for it in document.root.entries[:4] if isinstance(it.value, Scalar)] == [
        "Gift",
        "2.10",
        "2009-07-20",
        "1000",
    ]


def test_toml_places() -> None:
    """Keys are found in their tables, items of repeated tables each in its own."""
    document = read(b'+++\na = """\nb = 1\n"""\n[t]\nb = 2\n[[l]]\nb.c = 3\n[[l]]\nb = 4\n[l.x]\nb = 5\n+++\n')
    entries = {entry.key: entry for entry in document.root.entries}
    table = entries["l"].value

    assert entries["t"].value.entries[0].key_place == Place(6, 1, 1)  # type: ignore[union-attr]
    assert table.items[0].entries[0].value.entries[0].value.place == Place(8, 7, 1)  # type: ignore[union-attr]
    assert table.items[1].entries[0].value.place == Place(10, 5, 1)  # type: ignore[union-attr]
    assert table.items[1].entries[1].value.entries[0].value.place == Place(12, 5, 1)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text", ["", "\n", "Just text.\n", "----\ntitle: x\n----\n", " ---\na: b\n ---\n", "--- a\n---\n"]
)
def test_none(text: str) -> None:
    """A file without front matter is all body, an empty one too."""
    document = read(text.encode())

    assert (document.body, document.body_line, document.format) == (text, 1, "none")
    assert (document.root.entries, document.findings) == ((), ())


@pytest.mark.parametrize(
    "text", ["---\n---\nbody", "---\n\n# nothing\n---\nbody", "---\nnull\n---\nbody", "+++\n+++\nbody"]
)
def test_empty(text: str) -> None:
    """Front matter may be empty."""
    document = read(text.encode())

    assert (document.body, document.root.entries, document.findings) == ("body", (), ())


def test_values_as_written() -> None:
    """The traps of YAML 1.1: versions, languages, times and dates keep their text."""
    document = yaml("a: 2.10\nb: no\nc: 2010-02-30\nd: 12:30:45\ne: 0010\nf: ~\ng: '2009'\nh: On")

    texts = [(it.value.text, it.value.kind) for it in document.root.entries if isinstance(it.value, Scalar)]
    assert texts == [
        ("2.10", "float"),
        ("no", "str"),
        ("2010-02-30", "str"),
        ("12:30:45", "str"),
        ("0010", "int"),
        ("~", "null"),
        ("2009", "str"),
        ("On", "str"),
    ]


def test_plain_data() -> None:
    """Numbers and truth values are typed; what JSON or 64 bits cannot hold stays text."""
    assert data("---\nx: [1, -2, 0x1f, 1.5, 1e3, true, null, .inf, 1e999, 99999999999999999999, !!str 1]\n---\n") == {
        "x": [1, -2, 31, 1.5, 1000.0, True, None, ".inf", "1e999", "99999999999999999999", "1"]
    }
    assert data(f"+++\nx = [inf, 0x{'f' * 5000}, 9223372036854775807]\n+++\n") == {
        "x": ["inf", f"0x{'f' * 5000}", 2**63 - 1]
    }


def test_places() -> None:
    """Lines and columns are those of the file, in characters, whatever stands before."""
    document = read("\ufeff\r\n---\r\nü: 😀 x\r\nb: {c: \u2028 d}\r\n---\r\n".encode())

    assert document.root.entries[0].value.place == Place(3, 4, 3)
    assert document.root.entries[1].key_place == Place(4, 1, 1)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    """Line ends of any system are one."""
    document = read(end.join(["---", "title: Gift", "---", "one", "two"]).encode())

    assert (plain(document.root), document.body, document.body_line) == ({"title": "Gift"}, "one\ntwo", 4)
    assert document.findings == ()


def test_mixed_line_ends() -> None:
    """A mixture is told."""
    assert where(only(read(b"---\r\ntitle: Gift\n---\n"))) == ("mixed-line-ends", 1, 1)


def test_byte_order_mark() -> None:
    """A byte order mark hides nothing."""
    document = read(b"\xef\xbb\xbf---\ntitle: Gift\n---\n")

    assert (plain(document.root), where(only(document))) == ({"title": "Gift"}, ("byte-order-mark", 1, 1))


def test_loose_delimiters() -> None:
    """Blank lines before the front matter and blanks after its delimiters are accepted, and told."""
    document = read(b"\n  \n--- \na: b\n---\t\n\nbody")

    assert (plain(document.root), document.body, document.body_line) == ({"a": "b"}, "\nbody", 6)
    assert [where(it) for it in document.findings] == [
        ("loose-front-matter", 1, 1),
        ("loose-front-matter", 3, 4),
        ("loose-front-matter", 5, 4),
    ]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("---\ntitle: Gift\n", "end it with a line `---`"),
        ("---", "end it with a line `---`"),
        ("+++\ntitle = 1", "end it with a line `+++`"),
        ("---\ntitle: Gift\n----\nbody", "line 3 is `----`: make it exactly `---`"),
    ],
)
def test_unclosed(text: str, hint: str) -> None:
    """Front matter without an end is an error where it begins."""
    document = read(text.encode())

    assert (where(only(document)), only(document).hint) == (("front-matter-unclosed", 1, 1), hint)
    assert (document.understood, document.body) == (False, "")


@pytest.mark.parametrize(
    ("raw", "line", "column"),
    [
        (b"---\ntitle: caf\xe9\n---\n", 2, 11),
        (b"\x89PNG\r\n\x1a\n\x00\x00", 1, 1),
        (b"---\r\ntitle: Gift\r\n---\r\nab\x00c", 4, 3),
        ("---\ntitle: Gift\n".encode("utf-16"), 1, 1),
    ],
)
def test_not_text(raw: bytes, line: int, column: int) -> None:
    """Bytes that are no UTF-8 text are told with their place."""
    document = read(raw)

    assert where(only(document)) == ("not-text", line, column)
    assert not document.understood


def test_duplicate_key() -> None:
    """The last of two equal keys counts, and the second is marked."""
    document = yaml("a: 1\nb: 2\na: 3")

    assert (plain(document.root), where(only(document))) == ({"b": 2, "a": 3}, ("duplicate-key", 4, 1))


def test_tabs() -> None:
    """Tabs of the indentation are read as blanks where that gives a meaning."""
    document = yaml("original:\n\turl: x\n\tpage: 3\ntags:\n- \ta")

    assert plain(document.root) == {"original": {"url": "x", "page": 3}, "tags": ["a"]}
    assert where(only(document)) == ("yaml-tab", 3, 1)


def test_anchors_and_merge_keys() -> None:
    """Aliases share their value; merge keys give what the table does not say itself."""
    assert data("---\na: &x {b: 1, c: 2}\nd: *x\ne: {<<: *x, c: 3}\nf:\n  <<: [{b: 4}, *x]\n---\n") == {
        "a": {"b": 1, "c": 2},
        "d": {"b": 1, "c": 2},
        "e": {"b": 1, "c": 3},
        "f": {"b": 4, "c": 2},
    }


@pytest.mark.parametrize(
    ("front", "line", "column", "message", "hint"),
    [
        ("title: What: why", 2, 12, "a colon", "`title: 'What: why'`"),
        ("a: b\ntitle: 'it's'", 3, 12, "neither a key", "`title: 'it''s'`"),
        ("title: [Draft] Gift", 2, 16, "neither a key", "`title: '[Draft] Gift'`"),
        ('a: b\ntitle: "Gift\nc: d', 3, 8, "quotation mark", "close it"),
        ("tags: [a, b\nc: d", 2, 7, "", ""),
        ("title: @home", 2, 8, "cannot begin", "`title: '@home'`"),
        ("title: *bold* move", 2, 8, "`*` and `&`", "`title: '*bold* move'`"),
        ("title: *bold", 2, 8, "refers to nothing", "quotes"),
        ("title: !bang x", 2, 8, "tag", "quotes"),
        ("title: > 3", 2, 8, "`>` and `|`", "quotes"),
        ('title: "C:\\quit"', 2, 11, "escape", "backslash"),
        ("a: b\n\tc: d", 3, 3, "a colon", ""),
        ("a: é\x01", 2, 5, "U+0001", "remove"),
        ("- a", 2, 1, "not made of keys", "key: value"),
        ("Gift", 2, 1, "not made of keys", "key: value"),
        ("[a]: b", 2, 1, "where a key", "quotes"),
        ("<<: x", 2, 5, "merge key", ""),
        ("a: &a [*a]", 2, 8, "inside what it names", ""),
        ("a: b\n--- c: d", 3, 1, "", ""),
    ],
)
def test_broken_yaml(front: str, line: int, column: int, message: str, hint: str) -> None:
    """Broken YAML is one error at its exact place, with a way out; the body is still there."""
    document = yaml(front)
    finding = only(document)

    assert where(finding) == ("front-matter-syntax", line, column)
    assert message in finding.message
    assert hint in finding.hint
    assert finding.excerpt == document.lines[line - 1]
    assert (document.understood, document.body) == (False, "body\n")


@pytest.mark.parametrize(
    ("front", "code", "line", "column"),
    [
        ("title = Gift", "front-matter-syntax", 2, 9),
        ('a = 1\ntitle = "Gift', "front-matter-syntax", 3, 14),
        ("a = 1\na = 2", "front-matter-syntax", 3, 6),
        ("a = [1,", "front-matter-syntax", 2, 8),
        ("a = 1\ndate = 2010-02-30", "bad-date", 3, 8),
        (f"a = {'1' * 5000}", "front-matter-syntax", 1, 4),
        ("a = " + "[" * 5000, "front-matter-syntax", 1, 4),
        ("a = " + "[" * 40 + "]" * 40, "front-matter-syntax", 2, 5),
        ("a = [" + "1," * 20_000 + "]", "front-matter-syntax", 2, 5),
    ],
)
def test_broken_toml(front: str, code: str, line: int, column: int) -> None:
    """Broken TOML is one error at its place."""
    assert where(only(read(f"+++\n{front}\n+++\nbody".encode()))) == (code, line, column)


def bomb() -> str:
    """Return aliases that would expand to ten thousand million values."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    return "\n".join(lines)


def ladder() -> str:
    """Return short steps that lead deep only through aliases."""
    lines = ["a0: &a0 [[[[[[[[[[x]]]]]]]]]]"]
    lines += [f"a{n}: &a{n} [[[[[[[[[[*a{n - 1}]]]]]]]]]]" for n in range(1, 5)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("front", "message"),
    [
        (bomb(), "aliases expand to more than 20,000 values"),
        (ladder(), "nested deeper than 32 levels"),
        ("a: " + "[" * 1_000_000, "nested deeper than 32 levels"),
        ("a: " + "{b: " * 100_000, "nested deeper than 32 levels"),
        ("- " * 100_000, "nested deeper than 32 levels"),
        ("a: [" + "x," * 20_001 + "]", "the front matter has more than 20,000 values"),
    ],
)
def test_bombs(front: str, message: str) -> None:
    """What would exhaust time, memory or the stack is refused at once."""
    start = time.perf_counter()
    finding = only(yaml(front))

    assert (finding.code, message in finding.message) == ("front-matter-syntax", True)
    assert time.perf_counter() - start < 2


def test_deepest() -> None:
    """The limit itself is allowed."""
    inner = DEPTH_LIMIT - 1

    assert yaml("a: " + "[" * inner + "]" * inner).findings == ()
    assert only(yaml("a: " + "[" * (inner + 1) + "]" * (inner + 1))).code == "front-matter-syntax"


@pytest.mark.parametrize("front", ["a: 1\nb: [x, 'é', \"\\u00e9\"]\nc: &x {d: ~}\ne: *x", "title: What: why", 'a: "b'])
def test_without_libyaml(front: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML's own parser gives the same tree and the same findings."""
    expected = yaml(front)
    monkeypatch.setattr(yaml_nodes, "Loader", SafeLoader)

    assert yaml(front) == expected


def assert_sound(document: Document) -> None:
    """Every finding is at a place that exists, and says which line it is."""
    _, findings = article_meta(document)
    for finding in (*document.findings, *findings):
        assert finding.line >= 1
        assert finding.column >= 1
        if finding.code != "not-text":
            assert finding.line <= len(document.lines)
            assert finding.column <= len(document.lines[finding.line - 1]) + 1


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_any_bytes(raw: bytes) -> None:
    """No bytes make reading fail."""
    assert_sound(read(raw))


WORDS = st.sampled_from(
    [
        *"\n\n\n\n\t  :-?[]{}&*!|>'\"%@`#,.=~<",
        *("---", "+++", "- ", ": ", "\r\n", "\r", "é", "😀", "\ufeff", "\x85", "\u2028", "\x00", "\x7f", '"""', "'''"),
        *("title", "date", "tags", "authors", "aliases", "corrections", "annotations", "original", "image", "extra"),
        *("argument", "text", "claim", "2009-07-20", "03/04/2009", "0x1f", "1e9", "null", "true", "<<", "&a ", "*a"),
        *("[[", "]]", "javascript:", "../", "https://example.org/", "!!str", "%YAML 1.2", "..."),
    ]
)
FRONT = st.lists(st.one_of(WORDS, st.text(max_size=3)), max_size=40).map("".join)


@given(st.sampled_from(["---", "+++"]), FRONT, st.booleans())
@settings(deadline=None)
def test_any_front_matter(sign: str, front: str, closed: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
    """No front matter makes reading fail, and every finding has a valid place."""
    end = f"\n{sign}\nbody" if closed else ""
    assert_sound(read(f"{sign}\n{front}{end}".encode("utf-8", "surrogatepass")))


@given(st.lists(st.text(st.characters(exclude_characters="\r\n")), min_size=1), st.data())
@settings(deadline=None)
def test_ruler(lines: list[str], drawn: st.DataObject) -> None:
    """An offset and its place are the same position."""
    text = "\n".join(lines)
    offset = drawn.draw(st.integers(0, len(text)))
    place = Ruler.over(text).place(offset, offset + 1)

    assert sum(len(line) + 1 for line in lines[: place.line - 1]) + place.column - 1 == offset
    assert lines[place.line - 1][place.column - 1 :][: place.length] == text[offset : offset + place.length]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0")))
@settings(deadline=None)
def test_body_is_kept(body: str) -> None:
    """The body is what follows the front matter, character by character, and its line is right."""
    document = read(f"---\ntitle: Gift\n---\n{body}".encode())

    assert document.body == body
    assert "\n".join(document.lines[document.body_line - 1 :]) == body
