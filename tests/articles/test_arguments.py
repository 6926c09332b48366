"""How arguments are found: every form of mark, at every place that a block can have one."""

from __future__ import annotations

import pytest

from sitegen.articles.markup import Markup, Rendered
from sitegen.articles.meta import Place
from sitegen.config import Markdown

MARKUP = Markup(Markdown(), "en")
EIGHT = "and seven more words make it long enough"


def found(text: str, mode: str = "auto") -> list[str]:
    """Return the blocks of a body: the id of an argument, or the words of prose in brackets."""
    return [b.argument.id if b.argument else f"[{' '.join(b.text.split())}]" for b in render(text, mode).blocks]


def render(text: str, mode: str = "auto") -> Rendered:
    """Read a body."""
    return MARKUP.render(text, mode=mode)


def codes(text: str, mode: str = "auto") -> list[tuple[str, int]]:
    """Return the findings of a body: code and line."""
    return [(f.code, f.line) for f in render(text, mode).findings]


@pytest.mark.parametrize("sign", ["- ", "* ", "+ ", "1. "])
@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("One. {: .argument #x }", "One."),
        ("One. {:.argument #x}", "One."),
        ("One.{0}{{: .argument #x }}", "One."),
        ("One\nlazily. {: .argument #x }", "One lazily."),
        ("One\n    indented. {: .argument #x }", "One indented."),
        ("One.\n{: .argument #x }", "One."),
        ("One.\n    {: .argument #x }", "One."),
        ("One. {: .argument #x }\n    - under it", "One. under it"),
        ("One.\n    {: .argument #x }\n    - under it", "One. under it"),
        ("One. {: .argument #x }\n\n    More.", "One. More."),
        ("One.\n\n    More. {: .argument #x }", "One. More."),
        ("One.\n\n    {: .argument #x }", "One."),
        ("One.\n\n    More.\n    {: .argument #x }", "One. More."),
        ("One. {: .argument }\n\n    More. {: #x }", "One. More."),
        ("One. {: .argument #x }\n\n        code\n\n    More.", "One. code More."),
    ],
)
def test_a_mark_of_an_item(sign: str, item: str, words: str) -> None:
    """A mark stands at the end of the item's own text or below it, in every kind of list."""
    rendered = render(f"Before.\n\n{sign}{item.replace('{0}', chr(9)).replace('{{', '{').replace('}}', '}')}")

    assert ["Before.", words] == [" ".join(b.text.split()) for b in rendered.blocks]
    assert [b.argument and b.argument.id for b in rendered.blocks] == [None, "x"]
    assert rendered.findings == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n- b {: .argument }\n- c", ["[a]", "b", "[c]"]),
        ("- a\n    - b {: .argument }\n    - c\n- d", ["[a]", "b", "[c d]"]),
        ("- a\n    - b\n        - c {: .argument }\n        - d\n    - e", ["[a b]", "c", "[d e]"]),
        ("- a\n\n    - b {: .argument }\n\n    after\n\n- c", ["[a]", "b", "[after c]"]),
        ("1. a {: .argument }\n2. b\n3. c {: .argument }", ["a", "[b]", "c"]),
        ("Text. {: .argument #t }\n\nMore.", ["t", "[More.]"]),
        ("Text.\n{: .argument #t }", ["t"]),
        ("## A {: .argument }\n\nx\n\n### B\n\ny\n\n## C\n\nz", ["a-x-b-y", "[C z]"]),
        ("## A\n{: .argument #t }\n\nx", ["t"]),
        ("## A\n\n{: .argument #t }\n\nx", ["t"]),
        ("A\n---\n{: .argument #t }\n\nx", ["t"]),
        ("A {: .argument #t }\n===\n\nx", ["t"]),
        ("## A {#t stance=con .argument}\n\nx", ["t"]),
        ("## A {: .argument #t } ##\n\nx", ["t"]),
        ("Before.\n::: argument {#t}\n## In\n\n- one\n- two\n:::\nAfter.", ["[Before.]", "t", "[After.]"]),
        ("::: argument {: #t }\nx\n:::\n::: argument {#u}\ny\n:::", ["t", "u"]),
        ("::: argument\n```\n::: no\n:::::\n```\n\n| a | b |\n|---|---|\n| c | d |\n:::", ["no-a-b-c-d"]),
        (":::: argument {#t}\nx\n\n:::\n\ny\n::::", ["t"]),
        ("- one {: .argument #t }\n\nText.\n\n- two {: .argument #u }", ["t", "[Text.]", "u"]),
    ],
)
def test_blocks_between_marks(text: str, expected: list[str]) -> None:
    """What carries no mark stays prose, at its place."""
    assert expected == found(text.replace("::: no\n:::::", "no"))


SECTIONS = "Open.\n\n## A\n\nx\n\n- l\n\n## B\n\ny"
LIST = "Open.\n\n- a\n- b {: .argument }"


@pytest.mark.parametrize(
    ("text", "mode", "expected"),
    [
        (SECTIONS, "headings", ["[Open.]", "a-x-l", "b-y"]),
        (SECTIONS, "list", ["[Open. A x]", "l", "[B y]"]),
        (SECTIONS, "marked", ["[Open. A x l B y]"]),
        (SECTIONS, "none", ["[Open. A x l B y]"]),
        (SECTIONS, "auto", ["[Open. A x l B y]"]),
        (LIST, "list", ["[Open.]", "a", "b"]),
        (LIST, "headings", ["[Open. a]", "b"]),
        (LIST, "marked", ["[Open. a]", "b"]),
        (LIST, "none", ["[Open. a b]"]),
        (LIST, "auto", ["[Open. a]", "b"]),
        ("- a\n- b {: .prose }\n- c", "list", ["a", "[b]", "c"]),
        ("- a\n- b\n\n{: .prose }\n\n- c", "list", ["[a b]", "c"]),
        ("- a\n- b\n\n{: .prose }", "list", ["[a b]"]),
        ("## A\n\nx\n\n## B {: .prose }\n\ny", "headings", ["a-x", "[B y]"]),
        ("## A\n\nx\n\n## B {: .closing }\n\ny\n\n## C\n\nz", "headings", ["a-x", "[B y]", "c-z"]),
        ("## A\n\nx\n\nEnd. {: .closing }\n\nmore", "headings", ["a-x", "[End. more]"]),
        ("- a\n\nEnd. {: .closing }", "list", ["a", "[End.]"]),
        ("### A\n\nx\n\n# B\n\ny", "headings", ["[A x B y]"]),
        ("::: argument\nx\n:::", "none", ["[x]"]),
        ("::: argument\nx\n:::", "list", ["x"]),
    ],
)
def test_modes(text: str, mode: str, expected: list[str]) -> None:
    """`list`, `headings`, `marked`, `none` and `auto` do what the content model says."""
    assert expected == found(text, mode)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Text.", "no top-level list"),
        (f"- One {EIGHT}.", "one item"),
        (f"- One {EIGHT}.\n- Only seven words are in this one.", "7 words"),
        (f"- One {EIGHT}.\n- Two {EIGHT}.\n\nText.\n\n1. One {EIGHT}.\n2. Two {EIGHT}.", "2 top-level lists"),
        (f"{'word ' * 37}\n\n- One {EIGHT}.\n- Two {EIGHT}.", "33% of the words"),
        (f"- One {EIGHT}.\n- Two {EIGHT}.\n\n{{: .prose }}", "marked `.prose`"),
        (f"- One {EIGHT}. {{: .prose }}\n- Two {EIGHT}. {{: .prose }}", "one item"),
    ],
)
def test_auto_takes_no_chances(text: str, reason: str) -> None:
    """A list that is short, or one of several, or a small part of the text, is no list of arguments."""
    rendered = render(text)

    assert (rendered.mode, reason in rendered.mode_reason) == ("none", True)


def test_auto_takes_the_only_list_from_a_third_of_the_words_on() -> None:
    """Two items of nine words in fifty-four are a third."""
    rendered = render(f"{'word ' * 36}\n\n- One {EIGHT}.\n- Two {EIGHT}.")

    assert (rendered.mode, sum(1 for b in rendered.blocks if b.argument)) == ("list", 2)


def test_values_of_a_mark() -> None:
    """References and old ids may be several, in quotes; each reference has its own place."""
    text = '- A. {: .argument #a stance=con claim=c rebuts="a#b c#d" supports="#z" undercuts=e#f was="#old older" }'
    argument = next(b.argument for b in render(text).blocks if b.argument)

    assert (argument.id, argument.explicit_id, argument.stance, argument.was) == ("a", True, "con", ("old", "older"))
    assert argument.claim_ref is not None
    assert [("a#b", text.index("a#b") + 1), ("c#d", text.index("c#d") + 1)] == [
        (r.text, r.place.column) for r in argument.rebuts
    ]
    assert (Place(1, text.index("claim=c") + 7, 1), "#z", "e#f") == (
        argument.claim_ref.place,
        argument.supports[0].text,
        argument.undercuts[0].text,
    )


@pytest.mark.parametrize(
    ("text", "mode", "expected"),
    [
        ("x\n\n- a {: .arguement }", "auto", [("bad-mark", 3)]),
        ("- a {: .argument stance=pr }", "auto", [("bad-mark", 1)]),
        ("- a {: .argument stance=bogus }", "auto", [("bad-mark", 1)]),
        ("- a {: .argument suports=x }", "auto", [("bad-mark", 1)]),
        ("- a {: .argument #Upper }", "auto", [("bad-mark", 1)]),
        ("- a {: .argument #sg-x }", "auto", [("bad-mark", 1)]),
        ("- a {: .argument .prose }", "auto", [("bad-mark", 1)]),
        ("- a {: .argument claim='b c' }", "auto", [("bad-mark", 1)]),
        ("- a {: .argument claim=' ' }", "auto", [("bad-mark", 1)]),
        ("- a {: .argument rebuts= b }", "auto", [("bad-mark", 1), ("bad-mark", 1)]),
        ("- a {: .argument }\n\n    b {: .prose }", "auto", [("bad-mark", 3)]),
        ("- a {: .argument } b", "auto", [("bad-mark", 1)]),
        ("- a {: .argument\n    }", "auto", [("bad-mark", 1)]),
        ("> a {: .argument }", "auto", [("bad-mark", 1)]),
        ("Note[^1].\n\n[^1]: a {: .argument }", "auto", [("bad-mark", 3)]),
        ("- **a**{: .argument }", "auto", [("misplaced-mark", 1)]),
        ("| a {: .argument } |\n|---|\n| b |", "auto", [("misplaced-mark", 1)]),
        ("Text.\n\n{: .argument }", "auto", [("misplaced-mark", 3)]),
        ("- a\n- b\n\n{: .argument }", "auto", [("misplaced-mark", 4)]),
        ("- a {: .argument }\n    - b {: .argument }", "auto", [("nested-argument", 2)]),
        ("## A\n\n- b {: .argument }", "headings", [("nested-argument", 3)]),
        ("## A\n\n::: argument\nb\n:::", "headings", [("nested-argument", 3)]),
        ("::: argument\n- a {: .argument }\n:::", "auto", [("nested-argument", 2)]),
        ("::: argument\na\n\n::: argument\nb\n:::", "auto", [("nested-argument", 4)]),
        ("x\n\n::: argument\na", "auto", [("unclosed-fence", 3)]),
        ("::: note\na\n:::", "auto", [("unknown-fence", 1)]),
        ("::: argument {#a\na\n:::", "auto", [("bad-mark", 1)]),
        ("- a {: #x }\n- b {: #x }", "list", [("duplicate-id", 2)]),
        ("- a {: #x }\n\n## B {#x}", "list", [("duplicate-id", 3)]),
        ("## A {#x}\n\n## B {#x}", "none", [("duplicate-id", 3)]),
        ("- a\n- a", "list", [("identical-arguments", 2)]),
        ("::: argument\n***\n:::\n\n::: argument\n***\n:::", "auto", [("identical-arguments", 5)]),
    ],
)
def test_slips_are_told_at_their_line(text: str, mode: str, expected: list[tuple[str, int]]) -> None:
    """A mark that means nothing where it stands, or would be left visible, is an error with its place."""
    assert expected == codes(text, mode)


@pytest.mark.parametrize(
    "text",
    ["`{: .argument }`", "    {: .argument }", "```\n{: .argument }\n::: note\n```", "Set \\{: .x }", "::: \n\nx"],
)
def test_code_holds_no_marks(text: str) -> None:
    """What is shown as code, or escaped, is neither a mark nor a slip."""
    assert codes(f"Text.\n\n{text}\n\nMore.") == []


def test_other_attributes_are_left_to_the_element() -> None:
    """A class or an id on what is no argument stays where the author put it."""
    html = "".join(
        b.html for b in render("Para. {: .prose .wide #p }\n\n- a {: .big #q }\n\n## H {.c #h}", "none").blocks
    )

    assert all(part in html for part in ('<p class="wide" id="p"', '<li class="big" id="q"', 'id="h"'))


def test_derived_ids() -> None:
    """The first six words; a digest where two would be one, or no letter is left; never the theme's prefix."""
    same = "one two three four five six"
    texts = f"- {same} seven\n- {same} eight\n- ☃☃\n- sg toolbar words\n- C++ and C#"
    ids = found(texts, "list")

    assert tuple(i.startswith("one-two-three-four-five-six-") and len(i) == 32 for i in ids[:2]) == (True, True)
    assert (ids[2][:2], len(ids[2])) == ("a-", 8)
    assert ids[3:] == ["a-sg-toolbar-words", "c-plus-plus-and-c-sharp"]


def test_ordered_lists_count_on() -> None:
    """Prose items of an ordered list keep the numbers that they had."""
    html = render("4. a\n5. b {: .argument }\n6. c").blocks[2].html

    assert html.startswith('<ol start="6">')


def test_marks_that_nobody_hears() -> None:
    """What a mark says of an argument is never lost in silence: a block that is none is told."""
    text = "- One. {: #x stance=con }\n- Two. {: .argument }\n\n## Head {: rebuts=gift#horse }\n"

    assert [("unheard-mark", 1), ("unheard-mark", 4)] == codes(text)
    assert [("unheard-mark", 1)] == codes("- One. {: supports=x }")
    assert [] == codes(text, "none")
