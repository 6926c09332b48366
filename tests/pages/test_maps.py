"""Debate maps: whatever the debate, a drawing without overlaps and a list that says the same, always the same bytes."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.archive.cards import ArgumentCard, Byline, Card, Debate, DebateEdge, DebateNode, NamedLink, Term
from sitegen.articles.dates import EdtfDate
from sitegen.pages.letters import is_rtl, width, wrap
from sitegen.pages.maps import DebateMap, debate_map

KINDS = ("supports", "rebuts", "undercuts", "neutral")
Links = list[tuple[int, int, str]]


def node(number: int, short: str = "A gift is never free of charge", *authors: str) -> DebateNode:
    """Return an argument of a piece of its own, the claim for number 0."""
    if number == 0:
        return DebateNode(ref="free", claim=NamedLink("Maps should be free for everybody to use.", "/claims/free/"))
    article = Card(
        id=f"a/p{number}",
        url=f"/a/p{number}/",
        title="A piece",
        date=EdtfDate(str(1900 + number)),
        section=Term("section", "a", "A", "/a/"),
        authors=tuple(Byline(Term("author", "x", name, "/authors/x/")) for name in authors or ("Mara Ivers",)),
    )
    ref, url = f"a/p{number}#z", f"/a/p{number}/z/"
    card = ArgumentCard(ref=ref, id="z", number=1, claim=short, short=short, url=url, page_url=url, article=article)
    return DebateNode(ref=ref, distance=1, argument=card)


def debate(count: int, links: Links, *texts: str) -> Debate:
    """Return a debate of the claim and arguments, with links from number to number."""
    nodes = tuple(node(number, *texts) for number in range(count))
    edges = tuple(
        DebateEdge(kind=kind, source=nodes[a].ref, target=nodes[b].ref)  # type: ignore[arg-type]
        for a, b, kind in dict.fromkeys(links)
        if a != b
    )
    return Debate(subject="free", nodes=nodes, edges=edges)


def tangle(count: int) -> Debate:
    """Return a debate of so many nodes, some of which answer several others, with circles."""
    chance = random.Random(count)  # noqa: S311 - the same in every run
    links: Links = [
        (n, 0 if n < max(3, count // 4) else chance.randrange(n), chance.choice(KINDS)) for n in range(1, count)
    ]
    links += [(chance.randrange(1, count), chance.randrange(1, count), "rebuts") for _ in range(count // 4)]
    return debate(count, links)


def said(made: DebateMap) -> Counter[tuple[str, str, str]]:
    """Return what the list says: kinds with their ends."""
    found: Counter[tuple[str, str, str]] = Counter()
    waiting = [(branch, "") for branch in made.outline]
    while waiting:
        branch, above = waiting.pop()
        if branch.kind:
            found[branch.node.ref, branch.kind, above] += 1
        found.update((branch.node.ref, it.kind, it.node.ref) for it in branch.also)
        waiting += [(below, branch.node.ref) for below in branch.branches]
    return found


def faults(made: DebateMap) -> list[Any]:
    """Return what is wrong with a drawing: boxes upon one another or outside, texts that leave their box."""
    assert made.drawing is not None
    drawing, found = made.drawing, []
    for box in drawing.boxes:
        inside = (
            0 <= box.x and box.x + box.width <= drawing.width and 0 <= box.y and box.y + box.height <= drawing.height
        )
        texts = [*box.feet, *([box.stance_y] if box.stance else [])]
        if not inside or not all(box.y < foot <= box.y + box.height for foot in texts) or len(box.lines) > 6:
            found.append(box)
        if any(width(line) * 13 > box.width for line in (*box.lines, box.note)):
            found.append(box.lines)
    columns = sorted(drawing.boxes, key=lambda box: (box.x, box.y))
    found += [(a.node.ref, b.node.ref) for a, b in pairwise(columns) if a.x == b.x and b.y < a.y + a.height]
    return found


@pytest.mark.parametrize("count", [3, 20, 60, 500])
@pytest.mark.parametrize("rtl", [False, True])
def test_sizes(count: int, rtl: bool) -> None:  # noqa: FBT001 - a parameter
    """Boxes do not lie upon one another, and every edge is told once: in the list, and as a line or a word."""
    given = tangle(count)
    made = debate_map(given, is_rtl=rtl)
    drawing = made.drawing

    assert faults(made) == []
    assert said(made) == Counter((edge.source, edge.kind, edge.target) for edge in given.edges)
    assert drawing is not None
    assert [box.node for box in drawing.boxes] == list(given.nodes)
    assert len(drawing.lines) + sum(bool(box.stance) for box in drawing.boxes) == len(given.edges)


@given(links=st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.sampled_from(KINDS))))
def test_anything(links: Links) -> None:
    """Circles, answers to oneself, several relations of one pair, nodes alone: nothing is lost, nothing overlaps."""
    given = debate(13, links)
    made = debate_map(given)

    assert faults(made) == []
    assert said(made) == Counter((edge.source, edge.kind, edge.target) for edge in given.edges)


def test_circle() -> None:
    """Of two that rebut each other one line leads back: its sign is at the farther box."""
    drawing = debate_map(debate(3, [(1, 0, "supports"), (1, 2, "rebuts"), (2, 1, "rebuts")])).drawing
    assert drawing is not None
    near, far = drawing.boxes[1], drawing.boxes[2]
    heads = [int(line.head[1:].split()[0]) for line in drawing.lines if line.kind == "rebuts"]

    assert near.x + near.width < far.x
    assert sorted(heads) == [near.x + near.width + 3, far.x - 3]


def test_directions() -> None:
    """What is spoken of stands where lines of text begin."""
    for rtl in (False, True):
        drawing = debate_map(debate(2, [(1, 0, "supports")]), is_rtl=rtl).drawing
        assert drawing is not None
        claim, argument = drawing.boxes

        assert rtl == (claim.x > argument.x)
        assert (claim.is_own, argument.is_own) == (True, False)


def test_far_stance_is_a_word() -> None:
    """What answers an argument and takes a stance too says the latter in its box, not across the drawing."""
    drawing = debate_map(debate(3, [(1, 0, "supports"), (2, 1, "rebuts"), (2, 0, "rebuts")])).drawing
    assert drawing is not None

    assert [line.kind for line in drawing.lines] == ["supports", "rebuts"]
    assert [box.stance for box in drawing.boxes] == ["", "", "rebuts"]


def test_deep_list() -> None:
    """Lists lie in lists eight deep; what lies deeper begins anew and names what it belongs to."""
    made = debate_map(debate(20, [(n, n - 1, "rebuts") for n in range(1, 20)]))

    assert [branch.node.ref for branch in made.outline] == ["free", "a/p8#z", "a/p16#z"]
    assert [[(it.kind, it.node.ref) for it in branch.also] for branch in made.outline[1:]] == [
        [("rebuts", "a/p7#z")],
        [("rebuts", "a/p15#z")],
    ]


@pytest.mark.parametrize(
    ("names", "note"),
    [
        (("Mara Ivers",), "Mara Ivers, 1901"),
        (("Mara Ivers", "Ada Berg"), "Mara Ivers, Ada Berg, 1901"),
        (("Mara Ivers", "Tomas Okafor", "Zofia Wiśniewska"), "Mara Ivers +2, 1901"),
        (("W" * 60, "Ada Berg"), "WWWWWWWWWWW… +1, 1901"),
    ],
)
def test_note(names: tuple[str, ...], note: str) -> None:
    """Authors and year stand below the claim, as far as there is room."""
    given = Debate(subject="free", nodes=(node(0), node(1, "Short.", *names)))
    drawing = debate_map(given).drawing
    assert drawing is not None

    assert drawing.boxes[1].note == note


def test_without_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the library is not installed there is the list alone."""
    monkeypatch.setitem(sys.modules, "fast_sugiyama", None)
    made = debate_map(tangle(20))

    assert made.drawing is None
    assert len(said(made)) == len(tangle(20).edges)


def test_same_in_other_processes() -> None:
    """Neither the hash seed nor what was drawn before changes a drawing."""
    script = (
        "import sys; sys.path[:0] = sys.argv[1:]; from test_maps import *; import hashlib;"
        "print(hashlib.sha256(repr([debate_map(tangle(n)) for n in (60, 20, 3)]).encode()).hexdigest())"
    )
    tests = os.path.dirname(__file__)  # noqa: PTH120 - a path for the other process
    found = [
        subprocess.run(
            [sys.executable, "-c", script, tests, *sys.path],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]

    assert found[0] == found[1] != ""
    assert debate_map(tangle(60)) == debate_map(tangle(60))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ("",)),
        ("One two three", ("One two", "three")),
        ("One two three four five", ("One two", "three four…")),
        ("Donaudampfschifffahrtskapitän", ("Donaudampf", "schifffahr…")),
        ("地図は誰でも自由に使えるべき", ("地図は誰でも", "自由に使え…")),
    ],
)
def test_wrap(text: str, lines: tuple[str, ...]) -> None:
    """Lines end at blanks where they can; what has no room is cut with an ellipsis."""
    assert wrap(text, 7, 2) == lines


@given(st.text(), st.floats(3, 30), st.integers(1, 5))
def test_wrap_anything(text: str, room: float, most: int) -> None:
    """No line is wider than the room, no more lines are given, and nothing is lost where nothing is cut."""
    lines = wrap(text, room, most)

    assert 1 <= len(lines) <= most
    assert all(width(line) <= room for line in lines)
    if not lines[-1].endswith("…"):
        assert "".join(lines).replace(" ", "") == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"), [("abc", False), ("שלום", True), ("«مرحبا» (abc)", True), ("12 – abc", False), ("", False)]
)
def test_is_rtl(text: str, expected: bool) -> None:  # noqa: FBT001 - a parameter
    """The first letter tells."""
    assert is_rtl(text) is expected


HOSTILE = "<script>alert(1)</script> \"quoted\" 'single' & </svg></text> ]]>"


def test_hostile_words(tmp_path: Any) -> None:
    """Whatever a claim says, the drawing is well-formed and shows it as text."""
    from harness import Site

    site = Site(tmp_path / "site")
    site.write("content/claims/free.md", f"---\ntitle: '{HOSTILE.replace(chr(39), chr(39) * 2)}'\n---\n\nText.\n")
    site.article("a/one", '- `<script>alert(1)</script>` is "code" & more. {: .argument #x stance=pro claim=free }\n')
    site.article("a/two", "- No, it is not. {: .argument #y rebuts=one#x }\n", date="2010", author='<b>Mara</b> "Q"')
    html = site.build().page("/claims/free/").html
    drawing = ET.fromstring(re.findall(r"<svg .*?</svg>", html, re.DOTALL)[-1])  # noqa: S314 - made here
    tags = {element.tag for element in drawing.iter()}

    assert tags == {"svg", "g", "path", "a", "rect", "text", "tspan"}
    assert "<script>alert" in "".join(drawing.itertext())
    assert "<script>alert" not in html
    assert [
        name for element in drawing.iter() for name in element.attrib if name == "style" or name.startswith("on")
    ] == []


def test_page_without_library(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site builds all the same: its pages have the list, open, and no drawing."""
    from harness import Site

    site = Site(tmp_path / "site").write("content/claims/free.md", "---\ntitle: Free.\n---\n\nText.\n")
    site.article("a/one", "- It is so. {: .argument #x stance=pro claim=free }\n")
    monkeypatch.setitem(sys.modules, "fast_sugiyama", None)
    page = site.build().page("/claims/free/")

    assert 'class="sg-map"' in page.html
    assert "<svg aria-hidden" not in page.html
    assert "<details>" not in page.html
    assert re.search(r'<li>\s*<strong class="sg-map-supports">Supports</strong>\s*<a href="[^"]*">It is so', page.html)


def test_who_has_no_relations(tmp_path: Any) -> None:
    """A page whose arguments answer nothing elsewhere, and are not answered, has no map."""
    from harness import Site

    site = Site(tmp_path / "site").write("content/claims/free.md", "---\ntitle: Free.\n---\n\nText.\n")
    site.article("a/one", "- It is so. {: .argument #x }\n\n- And so. {: .argument #y supports=#x }\n")
    run = site.build()

    assert "sg-map" not in run.page("/a/one/").html
    assert "sg-map" not in run.page("/claims/free/").html
