"""What readers come for, done by a script that knows a page as a screen reader does: by roles and names alone.

What is right is taken from the sources of the sample archive, and from nothing that sitegen made of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frontmatter
import pytest
from playwright.sync_api import Browser, Locator, Page

CONTENT = Path(__file__).resolve().parents[2] / "content/articles"
SMALLEST = 3


@pytest.fixture
def page(browser: Browser, at_home: str) -> Iterator[Page]:
    """Return the front page of the sample in a window of a desk."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(at_home)
    yield page
    context.close()


def sources() -> list[dict[str, Any]]:
    """Return the front matter of every piece of the sample, with the day as text and the body."""
    found = []
    for file in sorted(CONTENT.rglob("*.md")):
        post = frontmatter.load(str(file))
        in_path = re.search(r"\d{4}-\d\d-\d\d", file.relative_to(CONTENT).as_posix())
        day = post.metadata.get("date") or (in_path and in_path[0]) or ""
        found.append({**post.metadata, "day": str(day)[:10], "body": post.content})
    return found


def follow(page: Page, *names: str | re.Pattern[str], within: str = "main") -> None:
    """Follow links by their names, one after the other."""
    for name in names:
        page.get_by_role(within, exact=True).get_by_role("link", name=name, exact=isinstance(name, str)).first.click()
        page.wait_for_load_state()


def title(page: Page) -> str:
    """Return what the page calls itself."""
    return page.get_by_role("heading", level=1).inner_text()


def argument(page: Page, number: int) -> Locator:
    """Return an argument of the piece."""
    here = page.get_by_role("link", name=f"Permalink of argument {number}", exact=True)
    return page.get_by_role("main").get_by_role("article").filter(has=here).last


def straight(text: str) -> str:
    """Return a text with plain quotation marks, in one line."""
    return " ".join(text.translate(str.maketrans("“”‘’", "\"\"''")).split())


def test_the_oldest_piece_of_a_tag(page: Page) -> None:
    """From the front page by way of the tags, and the years of one, to the piece that is the oldest under it."""
    tagged = [it for it in sources() if "maintenance" in [tag.casefold() for tag in it.get("tags", ())]]
    oldest = min(tagged, key=lambda it: str(it["day"]))
    assert len(tagged) > SMALLEST

    follow(page, "Tags", within="banner")
    follow(page, "Maintenance")
    page.get_by_text("As a table").click()
    years = [row for row in page.get_by_role("row").all()[1:] if row.get_by_role("cell").inner_text() != "0"]
    first = years[0].get_by_role("rowheader").inner_text()
    pieces = page.get_by_role("region", name=first, exact=True).or_(page.get_by_role("main"))
    pieces.last.get_by_role("article").last.get_by_role("heading").get_by_role("link").click()
    page.wait_for_load_state()

    assert str(oldest["day"]).startswith(first)
    assert straight(title(page)) == straight(str(oldest["title"]))


def test_the_third_argument_is_cited(page: Page) -> None:
    """A citation names authors, piece, archive, day and argument, and its address leads back to the argument."""
    follow(page, "Sections", within="banner")
    follow(page, "Technology", "The bug that did not bark")
    third = argument(page, 3)
    claim = third.get_by_role("heading").inner_text()
    third.get_by_text("Cite").first.click()
    citation = third.get_by_role("group").inner_text()

    for part in ("Ravi Senanayake and Mara Ivers", "The bug that did not bark", "The Open Desk", "10 January 2000"):
        assert part in citation
    assert "argument 3" in citation
    (address,) = re.findall(r"https://\S+", citation)
    here = page.url.partition("/archive/")[0]
    page.goto(here + address.removeprefix("https://example.org"))
    assert claim in (argument(page, 3).get_by_role("heading").inner_text(), title(page))


def test_a_rebuttal_to_its_source_and_back(page: Page) -> None:
    """Under an argument stands who rebuts it; there it says what it rebuts, and leads back to where the reader was."""
    follow(page, "Authors", within="banner")
    follow(page, "Tomas Okafor", "Paid for once")
    rebutted = page.get_by_role("main").get_by_role("article").filter(has_text="Rebutted by").last
    claim = rebutted.get_by_role("heading", level=2).inner_text()
    answer = rebutted.get_by_role("listitem").filter(has_text="Rebutted by").first
    words = answer.get_by_role("link").first.inner_text()
    answer.get_by_role("link").first.click()
    page.wait_for_load_state()

    assert title(page) == "Who pays the surveyor?"
    rebuttal = page.get_by_role("main").get_by_role("article").filter(has_text=words.rstrip("…")).last
    assert rebuttal.is_visible()
    rebuttal.get_by_text("Rebuts").locator("xpath=..").get_by_role("link").first.click()
    page.wait_for_load_state()

    assert title(page) == "Paid for once"
    back = page.get_by_role("main").get_by_role("article").filter(has_text=claim).last
    assert back.get_by_role("heading", level=2).first.inner_text() == claim


def test_what_the_opponents_of_a_claim_say(page: Page) -> None:
    """From the foot of any page to the claims, to one of them, and to those who argue against it."""
    follow(page, "Claims", within="contentinfo")
    follow(page, re.compile("Data collected with public money"))
    against = page.get_by_role("region", name=re.compile("^Against"))
    claims = [heading.inner_text() for heading in against.get_by_role("heading", level=3).all()]

    marks = re.findall(
        r"^.*stance=con claim=public-data-free.*$", "\n".join(it["body"] for it in sources()), re.MULTILINE
    )
    assert len(claims) == len(marks) > 1
    assert str(len(marks)) in against.get_by_role("heading", level=2).inner_text()
    for claim in claims:
        assert any(straight(claim)[:60] in straight(line.replace("**", "")) for line in marks)


def test_a_piece_by_keyboard_alone(page: Page) -> None:
    """Tab, Enter and arrows are enough to find a piece, to read it argument by argument to its end, and to leave."""

    def tab_to(name: str, role: str = "link") -> None:
        wanted = page.get_by_role(role, name=name, exact=True).first
        for _ in range(150):
            page.keyboard.press("Tab")
            if wanted.evaluate("(it) => it === document.activeElement"):
                return
        pytest.fail(f"“{name}” is not reached by Tab")

    def heard() -> str:
        return str(page.evaluate("() => document.activeElement.innerText"))

    tab_to("Sections")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sections/")
    tab_to("Technology")
    page.keyboard.press("Enter")
    page.wait_for_url("**/technology/")
    tab_to("The bug that did not bark")
    page.keyboard.press("Enter")
    page.wait_for_url("**/the-bug-that-did-not-bark/")
    outline = page.get_by_role("navigation", name="Arguments of this piece").get_by_role("link").all_inner_texts()
    tab_to("One at a time", "button")
    page.keyboard.press("Enter")
    read = []
    for _ in outline[1:]:
        page.keyboard.press("ArrowRight")
        read.append(heard())

    for told, claim in zip(outline[1:], read, strict=True):
        assert " ".join(told.split()).lstrip("0123456789– -").rstrip("…") in " ".join(claim.split())
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "view=steps" not in url)

    assert page.get_by_role("heading", level=2, name="Closing").is_visible()
    assert page.get_by_role("heading", level=1).is_visible()
