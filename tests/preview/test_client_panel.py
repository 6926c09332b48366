"""What an editor sees besides: chips at unpublished pieces and a panel; neither is part of the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from extent import later
from preview.stub import BASE, finding

if TYPE_CHECKING:
    from conftest import Editor
else:
    Editor = Any

Editors = Callable[..., Editor]
Find = Callable[[str], Path]

PIECE, OTHER = "business/the-landlord-of-the-commons/", "business/two-years-a-guest/"
PATH = "content/articles/business/2018-10-29-the-landlord-of-the-commons.md"
LINK = "vscode://file/site/x.md:4"
DRAFT = {"url": BASE + PIECE, "badge": "draft", "title": "The landlord of the commons", "until": ""}
FUTURE = {"url": BASE + OTHER, "badge": "future", "title": "Two years a guest", "until": "2027-01-01"}
WARNING = finding(
    "an image without an `alt` text",
    severity="warning",
    fails=False,
    path=PATH,
    line=9,
    column=3,
    length=4,
    excerpt="![](a.png)",
)
FACTS = {
    "path": PATH,
    "editor": LINK,
    "title": "The landlord of the commons",
    "kind": "article",
    "badge": "draft",
    "facts": [{"name": "status", "value": "draft", "origin": "front matter"}],
    "arguments": [
        {
            "number": 2,
            "id": "patents-laid-down",
            "claim": "The patents are on the table.",
            "line": 12,
            "stance": "pro",
            "url": f"{BASE}{PIECE}#patents-laid-down",
            "editor": LINK,
        }
    ],
    "links": [{"line": 3, "target": "/nothing/here/", "url": ""}],
    "findings": [WARNING],
    "rendered": ["`articles(tag=linux)` answered differently"],
    "template": "article.html",
    "listings": [f"{BASE}business/"],
}
SHADES = ["light", "dark"]
POLICY = "default-src 'self'"

BADGES = """() => [...document.querySelectorAll(".sitegen-badge")].map((it) => [
    it.dataset.badge, (it.closest("h1") ?? it.closest("a") ?? it.previousElementSibling).localName
])"""
AXE = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.map(
    (v) => [v.id, v.nodes.map((n) => n.target.join(" ")).slice(0, 3)]
)"""
WIDE = """() => {
    const { host, region } = { host: document.querySelector("sitegen-preview") };
    const all = [...host.shadowRoot.querySelectorAll("*")].filter((it) => it.checkVisibility() && !it.matches(".said"));
    const out = all.filter((it) => {
        const { left, right } = it.getBoundingClientRect();
        return left < -1 || right > innerWidth + 1;
    });
    const isWide = document.documentElement.scrollWidth > document.documentElement.clientWidth;
    return [isWide, out.map((it) => it.className || it.localName)];
}"""


def test_badges(editor: Editor) -> None:
    """Links to unpublished pieces and the title of one have a chip, which follows, and is no part of the text."""
    editor.stub.pieces = [DRAFT, FUTURE]
    editor.open(PIECE)
    badges = editor.page.evaluate(BADGES)
    assert ["draft", "h1"] in badges
    assert ["future", "a"] in badges
    assert 1 == sum(kind == "draft" for kind, _ in badges)
    assert "The landlord of the commons" == editor.page.text_content("h1").strip()
    editor.stub.pieces = [FUTURE]
    editor.stub.publish()
    editor.settle()
    assert {"future"} == {kind for kind, _ in editor.page.evaluate(BADGES)}
    editor.stub.edit(PIECE, ("We have rebuilt the old arrangement", "We have REBUILT it")).publish()
    editor.settle()
    assert len([1 for kind, _ in badges if kind == "future"]) == len(editor.page.evaluate(BADGES))
    editor.stub.pieces = []
    editor.stub.publish()
    editor.settle()
    assert [] == editor.page.evaluate(BADGES)


def test_badges_in_a_list(editor_with: Editors) -> None:
    """A list has a chip for each unpublished piece, and no line of it grows by more than a chip."""
    editor = editor_with(360, 740).open("business/")
    height = "[...document.querySelectorAll('main li')].map((it) => it.getBoundingClientRect().height)"
    before = editor.page.evaluate(height)
    editor.stub.pieces = [DRAFT, FUTURE]
    editor.stub.publish()
    editor.settle()
    after = editor.page.evaluate(height)

    assert sorted([["draft", "a"], ["future", "a"]]) == sorted(editor.page.evaluate(BADGES))
    assert max(abs(a - b) for a, b in zip(before, after, strict=True)) < 40


def test_the_panel(editor: Editor) -> None:
    """It is off at first, is opened by a key, tells what the server knows, follows, and is remembered."""
    editor.stub.panels[BASE + PIECE] = FACTS
    editor.open(PIECE)
    panel = editor.page.get_by_role("region", name="Editor’s panel")
    assert not panel.is_visible()
    assert not any("@sitegen/panel?" in url for url in editor.stub.asked)
    editor.page.keyboard.press("Alt+Shift+E")
    panel.get_by_text("The patents are on the table.").wait_for()
    text = panel.inner_text()
    for words in (
        "draft",
        "front matter",
        "/nothing/here/ in line 3",
        "patents-laid-down",
        "article.html",
        "1 argument",
    ):
        assert words in text
    assert "articles(tag=linux) answered differently" in text
    assert "an image without an alt text" in text
    links = panel.locator("a").evaluate_all("(all) => all.map((it) => it.getAttribute('href'))")
    assert {LINK, f"{BASE}business/", f"{BASE}{PIECE}#patents-laid-down"} == set(links)

    editor.stub.panels[BASE + PIECE] = FACTS | {"title": "Another title"}
    editor.stub.publish()
    panel.get_by_text("Another title").wait_for()
    editor.page.reload()
    editor.settle()
    panel.get_by_text("Another title").wait_for()
    panel.get_by_role("button", name="Close").press("Enter")
    assert not panel.is_visible()
    editor.page.reload()
    editor.settle()
    assert not panel.is_visible()


def test_the_panel_by_keyboard(editor: Editor) -> None:
    """Focus goes into the panel and back to its button; Escape closes it, and the page's own keys are untouched."""
    editor.stub.panels[BASE + PIECE] = FACTS
    editor.open(f"{PIECE}?view=steps#patents-laid-down")
    focused = "document.querySelector('sitegen-preview').shadowRoot.activeElement"
    editor.page.get_by_role("button", name="Editor’s panel").press("Enter")
    assert "panel-title" == editor.page.evaluate(f"{focused}.id")
    editor.page.keyboard.press("Escape")
    assert "knob" == editor.page.evaluate(f"{focused}.className")
    assert "view=steps" in editor.page.url
    editor.page.keyboard.press("Escape")

    editor.page.wait_for_function("() => !location.search")


def test_the_panel_of_a_page_without_source(editor: Editor) -> None:
    """A page of which the server knows nothing has a panel with its address."""
    editor.open("tags/")
    editor.page.keyboard.press("Alt+Shift+E")

    editor.ui(".panel .title").get_by_text(f"{BASE}tags/").wait_for()


@pytest.mark.parametrize("path", ["tags/linux/", PIECE, "nothing/here/"])
def test_a_strict_policy(editor_with: Editors, path: str) -> None:
    """Everything works under a policy that allows nothing inline, and violates it nowhere."""
    script = (
        "window.broken = []; addEventListener('securitypolicyviolation', (it) => broken.push(it.violatedDirective));"
    )
    editor = editor_with(script=script)
    editor.stub.policy = POLICY
    editor.stub.panels[BASE + path] = FACTS
    editor.stub.pieces = [DRAFT, FUTURE]
    editor.open(path)
    editor.page.keyboard.press("Alt+Shift+E")
    editor.ui(".panel dl").wait_for()
    said = {"path": PATH, "line": 4, "column": 1, "length": 5, "excerpt": "titel: x", "hint": "`title`", "editor": LINK}
    changed = [{"path": "x", "kind": "article", "title": "Saved", "url": f"{BASE}about/"}]
    editor.stub.publish(findings=[finding(**said)], changed=changed)
    editor.settle()

    assert editor.ui(".overlay").is_visible()
    assert [] == editor.page.evaluate("broken")
    assert "fixed" == editor.ui(".overlay").evaluate("(it) => getComputedStyle(it).position")


@pytest.mark.parametrize("width", [320, *later(360, 1280)])
@pytest.mark.parametrize("shade", SHADES)
def test_axe(editor_with: Editors, npm_package: Find, shade: str, width: int) -> None:
    """Neither overlay nor panel, nor all that there is besides, has a violation or is wider than the window."""
    editor = editor_with(width, 740, color_scheme=shade, script=npm_package("axe-core") / "axe.min.js")
    editor.stub.panels[BASE + PIECE] = FACTS
    editor.stub.pieces = [DRAFT, FUTURE]
    editor.open(PIECE)
    assert ([], [False, []]) == (editor.page.evaluate(AXE), editor.page.evaluate(WIDE))

    editor.page.keyboard.press("Alt+Shift+E")
    editor.ui(".panel dl").wait_for()
    assert ([], [False, []]) == (editor.page.evaluate(AXE), editor.page.evaluate(WIDE))

    said = {"path": PATH, "line": 4, "column": 3, "length": 5, "excerpt": "\t\ttitel: x" * 9, "hint": "`title`?"}
    changed = [{"path": "x", "kind": "article", "title": "Saved", "url": f"{BASE}about/"}]
    editor.stub.publish(findings=[finding(**said), finding(**said, editor=LINK)], changed=changed, failing=9)
    editor.settle()
    assert ([], [False, []]) == (editor.page.evaluate(AXE), editor.page.evaluate(WIDE))

    editor.page.keyboard.press("Escape")
    editor.page.keyboard.press("Escape")
    editor.page.keyboard.press("Alt+Shift+E")
    assert editor.ui(".offer").is_visible()
    assert editor.ui(".pill.errors").is_visible()
    assert ([], [False, []]) == (editor.page.evaluate(AXE), editor.page.evaluate(WIDE))


@pytest.mark.parametrize("width", [320, 360])
def test_a_phone(editor_with: Editors, width: int) -> None:
    """The open panel leaves half of the window to the text, and the end of the page can be scrolled above it."""
    editor = editor_with(width, 740, has_touch=True, is_mobile=True)
    editor.stub.panels[BASE + PIECE] = FACTS
    editor.open(PIECE)
    editor.page.get_by_role("button", name="Editor’s panel").tap()
    editor.ui(".panel dl").wait_for()
    top = editor.ui(".panel").bounding_box()["y"]
    editor.page.evaluate("scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' })")
    foot = editor.page.evaluate("document.querySelector('.sg-foot li:last-child').getBoundingClientRect().bottom")

    assert top > 740 / 2
    assert foot <= top


def test_above_the_bar_of_the_page(editor_with: Editors) -> None:
    """The button stands above the bar that the page has at the bottom of a small window."""
    editor = editor_with(360, 740).open(PIECE)
    bar = editor.page.locator(".sg-bar").bounding_box()
    knob = editor.ui(".knob").bounding_box()

    assert knob["y"] + knob["height"] <= bar["y"]
