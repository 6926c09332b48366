"""Every argument can be handed on: its link, its words with the link, and a citation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Reader
else:
    Reader = Any

Readers = Callable[..., Reader]

PIECE = "/business/steps/"
LINK = "https://example.org/archive/business/steps/#third"
CITATION = f"Mara Ivers, “Five claims”, The Test Desk, 20 July 2009, argument 3, {LINK}"
REFUSE = "navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
PLACES = [PIECE, f"{PIECE}?view=steps#third", "/business/steps/third/"]


def _actions(reader: Reader) -> Any:
    return reader.page.locator(".sg-argument").filter(has=reader.page.locator(f'[data-sg-target="{LINK}"]'))


@pytest.mark.parametrize("place", PLACES)
def test_copying(place: str, reader_with: Readers) -> None:
    """Each button copies what it says, and says so, in both views and on the argument's own page."""
    reader = reader_with(permissions=["clipboard-read", "clipboard-write"]).open(place)
    actions = _actions(reader)
    actions.locator("summary").click()
    copied = {}
    for name in ("Copy link", "Copy quote with link", "Copy citation"):
        reader.page.evaluate("() => { document.querySelector('.sg-said').textContent = ''; }")
        actions.get_by_role("button", name=name).click()
        reader.page.get_by_role("status").filter(has_text="Copied").wait_for()
        copied[name] = reader.page.evaluate("() => navigator.clipboard.readText()")

    assert copied == {
        "Copy link": LINK,
        "Copy quote with link": f"“The third claim is short”\nMara Ivers, Five claims\n{LINK}",
        "Copy citation": CITATION,
    }
    assert reader.errors == []


def test_the_quote_is_what_was_selected(reader_with: Readers) -> None:
    """Words selected in the argument are quoted instead of its claim; those of another argument are not."""
    reader = reader_with(permissions=["clipboard-read", "clipboard-write"]).open(PIECE)
    actions = _actions(reader)
    actions.locator("summary").click()
    quotes = []
    for selected in ("#third .sg-prose p", "#first h2"):
        reader.page.evaluate("(it) => getSelection().selectAllChildren(document.querySelector(it))", selected)
        actions.get_by_role("button", name="Copy quote").click()
        reader.page.wait_for_function("async (link) => (await navigator.clipboard.readText()).endsWith(link)", arg=LINK)
        quotes.append(reader.page.evaluate("() => navigator.clipboard.readText()").partition("\n")[0])

    assert quotes == ["“Three words only.”", "“The third claim is short”"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("refusal", [REFUSE, "delete Navigator.prototype.clipboard"])
def test_a_refusal(refusal: str, place: str, reader: Reader) -> None:
    """Where the browser refuses, or has no clipboard, the text is selected and the reader told to copy it."""
    reader.page.add_init_script(refusal)
    reader.open(place)
    _actions(reader).get_by_role("button", name="Copy link").click()
    reader.page.get_by_role("status").filter(has_text="copy it yourself").wait_for()

    assert reader.page.evaluate("() => getSelection().toString()") == LINK
    assert reader.errors == []


@pytest.mark.parametrize("place", [PIECE, "/business/steps/third/"])
def test_citation_without_a_script(place: str, reader_with: Readers) -> None:
    """The citation opens and closes without a script; what needs one is not there."""
    reader = reader_with(java_script_enabled=False).open(place)
    actions = _actions(reader)
    citation = actions.locator(".sg-citation")

    assert not citation.is_visible()
    actions.locator("summary").click()
    assert citation.inner_text() == CITATION
    assert [it for it in reader.page.get_by_role("button").all() if it.is_visible()] == []
