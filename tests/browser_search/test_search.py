"""Readers search: they find arguments, narrow down, hand the address on, and come back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from extent import later
from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Reader


def test_a_hit_lands_on_its_argument(reader: Reader) -> None:
    """Typing finds an argument, with its claim, piece, author, date and a marked excerpt, and the link leads to it."""
    reader.open().field.press_sequentially("centuries")
    reader.is_told("1 result")
    hit = reader.page.locator("[data-sg-hits] li")
    for text in (
        "Argument",
        "▲ For",
        "Bridges outlive their builders",
        "Mara Ivers",
        "Roads and rails",
        "20 July 2009",
    ):
        expect(hit).to_contain_text(text)
    expect(hit.locator("mark")).to_have_text(re.compile("centuries"))

    reader.hits.click()

    expect(reader.page).to_have_url(f"{reader.host}/policy/roads/#bridges")
    expect(reader.page.locator(":target")).to_have_id("bridges")


@pytest.mark.parametrize(
    ("words", "url"),
    [
        ("marmalade", "/policy/roads/"),
        ("gondolas", "/about/"),
        ("toll", "/claims/free/"),
        ("karawane", "/opinion/karawane/"),
        ("“below ground”", "/policy/roads/#tunnels"),
    ],
)
def test_everything_is_found_where_it_stands(reader: Reader, words: str, url: str) -> None:
    """The opening of a piece leads to the piece; pages, claims and pieces in other languages are found too."""
    reader.open().field.fill(words)
    reader.is_told("1 result")

    expect(reader.hits).to_have_attribute("href", f"{reader.host}{url}")


def test_other_languages_are_marked(reader: Reader) -> None:
    """What is in another language than the page says so."""
    reader.open("?q=karawane").is_told("1 result")

    expect(reader.hits).to_have_attribute("lang", "de")
    expect(reader.page.locator(".sg-quoted")).to_have_attribute("lang", "de")


def test_nothing_is_loaded_before_it_is_used(reader: Reader) -> None:
    """The engine comes with the first focus, not with the page."""
    reader.open().page.wait_for_load_state("networkidle")
    assert reader.loaded() == []

    with reader.page.expect_request("**/wasm.*.pagefind"):
        reader.field.focus()


def test_withdrawn_pieces_are_not_there(reader: Reader) -> None:
    """A withdrawn piece is not found, by its text or its title; nothing found is said in words."""
    reader.open("?q=secret").is_told("Nothing found.")
    expect(reader.page.locator("[data-sg-none]")).to_be_visible()
    expect(reader.page.locator("[data-sg-hits]")).to_be_hidden()


def test_filters(reader: Reader) -> None:
    """Hits are narrowed down, by stance each argument for itself; the address follows, and Back takes it back."""
    reader.open("?q=caravan").is_told("3 results")
    reader.page.get_by_text("Narrow down").click()
    expect(reader.page.get_by_label("Author").locator("option")).to_have_text(
        ["Any author", "Ada Berg (1)", "Mara Ivers (26)"]
    )

    reader.page.get_by_label("Stance").select_option("con")
    reader.is_told("1 result")
    expect(reader.hits).to_have_text("Tunnels flood")
    expect(reader.page).to_have_url(f"{reader.host}/search/?q=caravan&stance=con")

    reader.page.go_back()
    reader.is_told("3 results")
    expect(reader.page.get_by_label("Stance")).to_have_value("")

    reader.page.go_forward()
    reader.is_told("1 result")
    reader.page.get_by_role("button", name="Clear these").click()
    reader.is_told("3 results")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?tag=transport&kind=argument", "2 results"),
        ("?year=2007", "1 result"),
        ("?q=caravan&author=Nobody", "Nothing found."),
        *later(
            ("?author=Ada+Berg", "1 result"), ("?section=policy", "3 results"), ("?q=caravan&kind=claim", "1 result")
        ),
    ],
)
def test_addresses_are_shared(reader: Reader, query: str, count: str) -> None:
    """An address alone brings the words, the filters and what they find, in a fresh browser."""
    reader.open(query).is_told(count)

    found = reader.page.evaluate("Object.fromEntries(new FormData(document.querySelector('[data-sg-search]')))")
    given = dict(pair.split("=") for pair in query[1:].replace("+", " ").split("&"))
    assert {name: value for name, value in found.items() if value} == given


def test_newest_first_without_words(reader: Reader) -> None:
    """Filters alone list what there is, the newest first."""
    reader.open("?kind=piece&section=opinion").is_told("24 results")

    assert reader.hits.all_text_contents()[:2] == ["Piece 23", "Piece 22"]


def test_more_results_and_back_to_them(reader: Reader) -> None:
    """More come on demand, with the focus on the first of them; who comes back finds as many, at the same place."""
    reader.open("?q=lantern").is_told("23 results")
    expect(reader.hits).to_have_count(10)
    more = reader.page.get_by_role("button", name="More results")
    more.click()
    expect(reader.hits).to_have_count(20)
    expect(reader.hits.nth(10)).to_be_focused()
    more.click()
    expect(reader.hits).to_have_count(23)
    expect(more).to_be_hidden()

    reader.hits.last.click()
    expect(reader.page).to_have_url(re.compile("/opinion/lantern-"))
    reader.page.go_back()

    expect(reader.hits).to_have_count(23)
    reader.page.wait_for_function("scrollY > 200")


def test_typing_is_one_step_of_the_history(reader: Reader) -> None:
    """However often somebody stops to type, one Back leads to the empty field."""
    reader.open().field.press_sequentially("cara")
    expect(reader.page).to_have_url(re.compile(r"\?q=cara$"))
    reader.field.press_sequentially("van")
    expect(reader.page).to_have_url(re.compile(r"\?q=caravan$"))

    reader.page.go_back()

    expect(reader.field).to_have_value("")
    reader.is_told("")
    expect(reader.page.locator("[data-sg-hits]")).to_be_hidden()


def test_by_keyboard(reader: Reader) -> None:
    """Tab, letters and Enter do: the field, the choices, the hits."""
    reader.open().page.get_by_role("link", name="Search").focus()
    press = reader.page.keyboard.press
    press("Tab")
    while reader.page.evaluate("document.activeElement.id") != "sg-q":
        press("Tab")
    reader.page.keyboard.type("wet")
    press("Enter")
    reader.is_told("1 result")
    press("Tab")
    press("Tab")
    press("Enter")
    expect(reader.page.get_by_label("Kind")).to_be_visible()
    press("Enter")
    press("Tab")
    expect(reader.hits).to_be_focused()
    press("Enter")

    expect(reader.page).to_have_url(f"{reader.host}/policy/roads/#tunnels")


@pytest.mark.parametrize(
    "text", ["<img src=x onerror=hurt()>", *later('"><script>hurt()</script>', "&lt;b&gt;", "<b>caravan")]
)
def test_hostile_words(reader: Reader, text: str) -> None:
    """Whatever is asked, by hand or in an address, stays text."""
    reader.open()
    before = reader.page.locator("main *").count()
    reader.field.fill(text)
    reader.page.keyboard.press("Enter")
    expect(reader.page.get_by_role("status")).not_to_have_text("")

    expect(reader.field).to_have_value(text)
    assert reader.page.locator("main img, main b, main script").count() == 0
    assert reader.page.locator("main *").count() >= before
    reader.open(f"?q={text.replace('&', '%26')}&author={text.replace('&', '%26')}")
    expect(reader.page.get_by_label("Author")).to_have_value(text)
    reader.is_told("Nothing found.")


def test_hostile_texts(reader: Reader) -> None:
    """What authors wrote is shown as text, never as markup."""
    reader.open("?q=code").is_told("1 result")

    expect(reader.page.locator(".sg-quoted")).to_contain_text("<b>caravan</b> is code.")
    assert reader.page.locator(".sg-quoted b").count() == 0


def test_without_scripts(reader_with: Callable[..., Reader]) -> None:
    """Without scripts the page says so and leads on; there is no field that does nothing."""
    page = reader_with(java_script_enabled=False).open().page

    expect(page.get_by_text("Searching needs a script")).to_be_visible()
    expect(page.locator("form")).to_be_hidden()
    expect(page.locator(".sg-otherwise a", has_text="Arguments")).to_be_visible()


def test_an_engine_that_cannot_be_loaded(reader: Reader) -> None:
    """Where the engine does not come that is said, and another attempt is made the next time."""
    reader.page.route("**/pagefind.js*", lambda route: route.abort())
    reader.open("?q=caravan")
    expect(reader.page.get_by_role("status")).to_have_text("The search cannot be loaded. Try again later.")

    reader.page.unroute("**/pagefind.js*")
    reader.errors.clear()
    reader.field.press("Enter")

    reader.is_told("3 results")


def test_from_right_to_left(reader_with: Callable[..., Reader], host_from_the_right: str) -> None:
    """The page mirrors, an index of that language answers, and pieces in another one read their own way."""
    reader = reader_with(at=host_from_the_right, viewport={"width": 360, "height": 740}).open("?q=karawane")
    reader.is_told("نتيجة واحدة")

    field, button = reader.field.bounding_box(), reader.page.locator("button[type=submit]").bounding_box()
    assert field is not None
    assert button is not None
    assert button["x"] < field["x"]
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= 360
    expect(reader.hits).to_have_attribute("dir", "auto")
