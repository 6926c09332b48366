"""One argument at a time: by key, by touch, by button, by address, and on paper all of them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from extent import later

if TYPE_CHECKING:
    from conftest import Reader
else:
    Reader = Any

Find = Callable[[str], Path]
Readers = Callable[..., Reader]

PIECE = "/business/steps/"
STEPS = f"{PIECE}?view=steps"
ALL = ["sg-opening", "first", "second", "third", "fourth", "fifth", "sg-closing"]


def test_keys_go_through_the_piece(reader: Reader) -> None:
    """Each key of the guide does what it says, and nothing leads beyond the ends."""
    reader.open(STEPS)
    for key, part in [
        ("ArrowRight", "first"), ("j", "second"), ("ArrowLeft", "first"), ("k", "sg-opening"), ("k", "sg-opening"),
        ("5", "fifth"), ("9", "fifth"), ("Home", "sg-opening"), ("End", "sg-closing"), ("j", "sg-closing"),
        ("3", "third"),
    ]:  # fmt: skip
        reader.press(key).is_alone_at(part)


def test_a_step_is_focused_and_said(reader: Reader) -> None:
    """After a step the keyboard is at its heading, and its place is said; opening and closing have headings too."""
    reader.open(STEPS)
    found = []
    for key in ("3", "End", "Home"):
        reader.press(key)
        seen = reader.sees
        found.append((seen["focused"], seen["said"], seen["position"]))

    assert found == [
        ("The third claim is short", "3 of 5", "3 of 5"),
        ("What follows", "Closing", "5"),
        ("Five claims", "Opening", "5"),
    ]


def test_back_and_forward(reader: Reader) -> None:
    """The browser's own buttons go back through the steps, out of the view, and in again."""
    reader.open(PIECE).page.get_by_role("button", name="One at a time").click()
    reader.press("2", "4")
    reader.is_alone_at("fourth")
    reader.page.go_back()
    reader.is_alone_at("second")
    reader.page.go_back()
    reader.is_alone_at("sg-opening")
    reader.page.go_back()
    reader.is_among_all()
    reader.page.go_forward()
    reader.page.go_forward()
    reader.is_alone_at("second")


def test_escape_returns_to_the_place(reader: Reader) -> None:
    """Esc shows the whole piece, at the argument that was read."""
    reader.open(STEPS).press("3", "Escape").is_among_all()
    reader.reads("third")

    assert reader.sees["focused"] == "The third claim is short"
    assert reader.page.locator("#third").evaluate("(it) => it.getBoundingClientRect().top") < 400


def test_the_switch(reader: Reader) -> None:
    """The two buttons say which view is on."""
    reader.open(f"{PIECE}#second")
    one, every = (reader.page.get_by_role("button", name=name, exact=True) for name in ("One at a time", "All"))

    assert (one.get_attribute("aria-pressed"), every.get_attribute("aria-pressed")) == ("false", "true")
    one.click()
    reader.is_alone_at("second")
    assert (one.get_attribute("aria-pressed"), every.get_attribute("aria-pressed")) == ("true", "false")
    every.click()
    reader.is_among_all()


@pytest.mark.parametrize("key", ["Shift+ArrowRight", "Meta+j", "7", *later("Control+ArrowRight", "Alt+j", "x", "0")])
def test_other_keys_are_left_alone(key: str, reader: Reader) -> None:
    """What the browser or the reader means by keys with modifiers stays theirs; a number that is not there is none."""
    reader.open(f"{STEPS}#second").press(key).is_alone_at("second")


def test_keys_in_fields_and_code_are_left_alone(reader: Reader) -> None:
    """Whoever writes in a field, or scrolls a program sideways, does not leave the argument."""
    reader.open(f"{STEPS}#fourth")
    reader.page.locator("#fourth pre").focus()
    reader.press("ArrowRight").is_alone_at("fourth")
    reader.page.evaluate("""() => {
        const field = document.createElement("input");
        document.querySelector("#fourth").append(field);
        field.focus();
    }""")
    reader.press("j", "3", "Home").is_alone_at("fourth")

    assert reader.page.locator("#fourth input").input_value() == "j3"


def test_no_keys_in_the_whole_piece(reader: Reader) -> None:
    """Where everything is shown, letters and arrows belong to the browser."""
    reader.open(PIECE).press("j", "3", "ArrowRight").is_among_all()

    assert reader.sees["hash"] == ""


@pytest.mark.parametrize("fragment", ["", "#third"])
def test_shared_link(fragment: str, reader_with: Readers) -> None:
    """A link opened afresh shows the argument that it names, in both views."""
    alone = reader_with().open(STEPS + fragment)
    assert [alone.sees["parts"], alone.sees["position"]] == (
        [["third"], "3 of 5"] if fragment else [["sg-opening"], "5"]
    )
    whole = reader_with().open(PIECE + fragment)
    whole.is_among_all()
    if fragment:
        whole.reads("third")
        whole.page.wait_for_function("() => Math.abs(third.getBoundingClientRect().top) < 100")


def test_a_link_opens_at_its_argument(reader: Reader) -> None:
    """Whoever follows a link from elsewhere is put at the argument at once, and not rolled through all before it."""
    reader.page.add_init_script("window.passed = []; addEventListener('scroll', () => passed.push(scrollY));")
    reader.open(f"{PIECE}#third").reads("third")
    reader.page.wait_for_function("() => passed.length")
    where = reader.page.evaluate("() => third.getBoundingClientRect().top + scrollY")

    assert reader.page.evaluate("(top) => passed.every((it) => Math.abs(it - top) < 100)", where)


def test_a_broken_fragment_is_the_beginning(reader: Reader) -> None:
    """An address that names nothing, or cannot be decoded, shows the opening."""
    for fragment in ("#nowhere", "#%E0%A4"):
        reader.open("/").open(STEPS + fragment)
        assert reader.sees["parts"] == ["sg-opening"]


def test_notes_stand_below_the_step_that_cites_them(reader: Reader) -> None:
    """A note is there where it is cited and with the last step, and its links work both ways."""
    reader.open(f"{STEPS}#first")
    note = reader.page.locator(".sg-footnotes li")
    assert not note.is_visible()
    reader.press("j")
    assert note.is_visible()
    reader.page.locator("#second sup a").click()
    assert reader.sees["parts"] == ["second"]
    note.locator(".sg-back a").click()
    assert reader.sees["parts"] == ["second"]
    reader.press("End")
    assert note.is_visible()


def test_corrections_stand_with_the_last_step(reader: Reader) -> None:
    """The mark at the argument leads to the correction in full, and from there back."""
    reader.open(f"{STEPS}#third").page.locator("#third .sg-corrected a").click()
    reader.page.wait_for_function("() => location.hash === '#sg-correction-1'")
    reader.page.locator("#sg-correction-1").wait_for()
    assert reader.sees["parts"] == ["sg-closing"]
    reader.page.locator("#sg-correction-1 a").click()
    reader.is_alone_at("third")


def test_skip_link_keeps_the_step(reader: Reader) -> None:
    """“Skip to the text” in a step leads to the text of this step."""
    reader.open(f"{STEPS}#second").page.locator(".sg-skip").focus()
    reader.press("Enter").page.wait_for_function("() => location.hash === '#sg-main'")

    assert reader.sees["parts"] == ["second"]


def test_swipes(phone: Reader) -> None:
    """A finger moved sideways turns the page; moved down, it scrolls; on a program, it moves the program."""
    phone.open(f"{STEPS}#first").swipe(-150).is_alone_at("second")
    phone.swipe(150).is_alone_at("first")
    phone.swipe(-60, -200).is_alone_at("first")
    phone.page.wait_for_function("() => scrollY > 60")
    phone.open("/").open(f"{STEPS}#fourth")
    box = phone.page.locator("#fourth pre").bounding_box()
    assert box
    phone.swipe(-150, at=(180, round(box["y"] + box["height"] / 2))).is_alone_at("fourth")


def test_swipes_spare_selections_and_the_whole_piece(phone: Reader) -> None:
    """Selecting text is not turning pages, and without the view there is nothing to turn."""
    phone.open(f"{STEPS}#first").page.evaluate(
        "() => getSelection().selectAllChildren(document.querySelector('#first p'))"
    )
    phone.swipe(-150, at=(180, 650)).is_alone_at("first")
    phone.open("/").open(f"{PIECE}#first").swipe(-150).is_among_all()


def test_from_the_right(reader_with: Readers, host_from_the_right: str) -> None:
    """Where one reads from right to left, left is onwards, for arrows and for fingers."""
    reader = reader_with(360, 740, at=host_from_the_right, has_touch=True, is_mobile=True).open(STEPS)
    reader.press("ArrowLeft").is_alone_at("first")
    reader.press("ArrowLeft").is_alone_at("second")
    reader.press("ArrowRight").is_alone_at("first")
    reader.swipe(150).is_alone_at("second")
    reader.swipe(-150).is_alone_at("first")
    reader.page.get_by_role("button", name="التالي").click()
    reader.is_alone_at("second")


def test_print_shows_everything(reader: Reader, system_tool: Find, tmp_path: Path) -> None:
    """Paper has the whole piece, whatever the window showed, and nothing of what is pressed."""
    reader.open(f"{STEPS}#third").page.pdf(path=tmp_path / "piece.pdf")
    text = subprocess.run(
        [system_tool("pdftotext"), tmp_path / "piece.pdf", "-"], check=True, capture_output=True, text=True
    )
    words = " ".join(text.stdout.split())
    expected = ["opening says what", "The first claim stands", "The second claim leans", "The third claim is short",
                "The fourth claim shows", "The fifth claim ends it", "The closing draws the sum",
                "The note of the second", "It said four words"]  # fmt: skip

    assert [part for part in expected if part not in words] == []
    assert [part for part in ("One at a time", "Copy link", "3 of 5", "Previous") if part in words] == []


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_motion(motion: str, reader_with: Readers) -> None:
    """Steps come softly, unless the reader wants no motion."""
    reader = reader_with(reduced_motion=motion).open(f"{STEPS}#second")
    name = reader.page.locator("#second").evaluate("(it) => getComputedStyle(it).animationName")

    assert name == ("none" if motion == "reduce" else "sg-come")
