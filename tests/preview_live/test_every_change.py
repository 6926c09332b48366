"""A real preview, a real browser beside it, and every kind of change: the page follows without being loaded again."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from extent import later
from harness import CONFIG, Site
from photographs import encoded, photograph
from playwright.sync_api import Browser, Page
from previewing import Preview

BODY = """
The opening says what this is about.

1. **A gift is a hook.** It pulls, and whoever has swallowed it follows. {: #hook stance=pro claim=gifts }
2. **A gift is a debt.** It is called in when it is least convenient. {: #debt }

![A horse](horse.png "A horse of wood")

So it ends.
"""
SAID = """() => {
    const said = (node) => {
        if (node.nodeType === Node.TEXT_NODE) return node.data;
        if (node.localName === "style" || node.hidden) return "";
        return [...(node.shadowRoot ?? node).childNodes].map(said).join(" ");
    };
    return said(document.querySelector("sitegen-preview"));
}"""
GIFT = "content/articles/business/gift.md"
STANDARDS = "content/standards/editorial/2001-01-01.md"
OWN = "{% extends 'base.html' %}{% block main %}Mended.{% endblock %}"
CLAIM = "---\nname: Gifts are dear\n---\n\nWhat is meant by it.\n"
NOTICE = "---\nname: How we write\n---\n\nWith care.\n"
PEOPLE = "---\nname: Mara Ivers\n---\n\nShe writes.\n"


class Beside:
    """A page in a browser, beside the files that it is made of."""

    def __init__(self, preview: Preview, site: Site, page: Page) -> None:
        """Look at nothing yet."""
        self.preview = preview
        self.site = site
        self.page = page
        self.errors: list[str] = []
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, url: str, page: Page | None = None) -> None:
        """Open a page, wait until the preview has taken it up, and remember that it was not loaded again since."""
        page = page or self.page
        page.goto(self.preview.address + url.lstrip("/"))
        page.wait_for_function("document.querySelector('sitegen-preview')?.dataset.edition")
        page.evaluate("window.kept = true")

    def edit(self, path: str, *changes: tuple[str, str]) -> None:
        """Replace texts in a file."""
        text = (self.site.folder / path).read_text("utf-8")
        for old, new in changes:
            assert old in text, path
            text = text.replace(old, new)
        self.site.write(path, text)

    def sees(self, text: str) -> None:
        """Wait until the page shows a text."""
        self.page.wait_for_function("(text) => document.body.innerText.includes(text)", arg=text)

    def loses(self, text: str) -> None:
        """Wait until the page does not show a text any more."""
        self.page.wait_for_function("(text) => !document.body.innerText.includes(text)", arg=text)

    @property
    def is_kept(self) -> bool:
        """Whether the page was not loaded again."""
        return bool(self.page.evaluate("window.kept === true"))

    def overlay(self) -> str:
        """Return what the preview says on the page, in all of its shadow roots."""
        return str(self.page.evaluate(SAID))


def picture(width: int) -> bytes:
    """Return a picture."""
    return encoded(photograph(width, width // 2), "PNG")


def write(site: Site) -> Site:
    """Write a site with something of everything."""
    site.article("business/gift", BODY, title="The gift", tags="[horses]", arguments="list", standards="editorial")
    site.article("business/other", "Another text.", title="Another piece", date="2010-02-03")
    site.article("science/draft", "Not yet.", title="A draft", draft="true")
    site.write("content/articles/business/horse.png", picture(640))
    site.write("content/claims/gifts.md", CLAIM)
    site.write("content/standards/editorial/2001-01-01.md", NOTICE)
    site.write("content/authors/mara-ivers.md", PEOPLE)
    site.write("content/files/robots.md.txt", "x")
    return site


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Preview, Path]]:
    """Run a preview for all tests of this file; each begins with the site as it was written first."""
    site = write(Site(tmp_path_factory.mktemp("live") / "site", CONFIG))
    with Preview(site.folder) as preview:
        yield preview, site.folder


@pytest.fixture
def beside(running: tuple[Preview, Path], browser: Browser) -> Iterator[Beside]:
    """Return a browser beside the site as it was written first."""
    preview, folder = running
    for name in ("content", "templates"):
        shutil.rmtree(folder / name, ignore_errors=True)
    site = write(Site(folder, CONFIG))
    preview.until(lambda: preview.state()["failing"] == 0 and preview.page("business/gift/").status == 200)
    preview.until(lambda: b"It pulls, and" in preview.page("business/gift/").body)
    context = browser.new_context(viewport={"width": 1000, "height": 700}, reduced_motion="reduce")
    it = Beside(preview, site, context.new_page())
    yield it
    context.close()
    assert it.errors == []
    assert "Traceback" not in preview.told()


def test_a_text(beside: Beside) -> None:
    """A paragraph of an argument changes, where it stands; nothing is written to the output folder."""
    beside.open("business/gift/")
    beside.edit(GIFT, ("It pulls, and whoever", "It pulls hard, and whoever"))
    beside.sees("It pulls hard, and whoever")

    assert beside.is_kept
    assert not beside.site.output.exists()


def test_a_title_on_the_home_page(beside: Beside) -> None:
    """Lists follow too, and the title of the window."""
    beside.open("")
    beside.edit(GIFT, ("title: The gift", "title: The present"))
    beside.sees("The present")
    beside.open("business/gift/")
    beside.edit(GIFT, ("title: The present", "title: The loan"))
    beside.page.wait_for_function("document.title.startsWith('The loan')")

    assert beside.is_kept


@pytest.mark.parametrize(
    ("url", "path", "change", "seen"),
    [
        ("business/gift/", GIFT, ("tags: [horses]", "tags: [horses, wood]"), "wood"),
        ("claims/gifts/", GIFT, ("A gift is a hook.", "A gift is a snare."), "A gift is a snare"),
        ("business/gift/", STANDARDS, ("How we write", "How we read"), "How we read"),
        ("", "config.toml", ("The Test Desk", "The Other Desk"), "The Other Desk"),
        *later(
            ("business/gift/", GIFT, ("So it ends.", "So.\\n\\nSee [it](../business/other.md)."), "See it."),
            ("claims/gifts/", "content/claims/gifts.md", ("What is meant", "All that is meant"), "All that is meant"),
            ("authors/mara-ivers/", "content/authors/mara-ivers.md", ("She writes.", "She reads."), "She reads."),
            ("standards/editorial/", STANDARDS, ("With care.", "With haste."), "With haste."),
            ("science/draft/", "content/articles/science/draft.md", ("Not yet.", "Soon."), "Soon."),
        ),
    ],
)  # fmt: skip
def test_every_kind_of_file(beside: Beside, url: str, path: str, change: tuple[str, str], seen: str) -> None:
    """Articles, claims, authors, standards and the configuration: each is seen where it is shown."""
    beside.open(url)
    beside.edit(path, (change[0], change[1].replace("\\n", "\n")))
    beside.sees(seen)

    assert beside.is_kept


def test_templates_and_words(beside: Beside) -> None:
    """A template of the site's own comes, changes and goes."""
    beside.open("tags/horses/")
    template = "{% extends 'base.html' %}{% block main %}<p>All about {{ tag.term.name }}</p>{% endblock %}"
    beside.site.write("templates/tag.html", template)
    beside.sees("All about horses")
    beside.edit("templates/tag.html", ("All about", "Everything about"))
    beside.sees("Everything about horses")
    shutil.rmtree(beside.site.folder / "templates")
    beside.loses("Everything about")

    assert beside.is_kept


def test_a_style_sheet(beside: Beside) -> None:
    """A style sheet is exchanged without loading the page, which keeps its place."""
    beside.open("business/gift/")
    beside.page.evaluate("scrollTo(0, 120)")
    packaged = (Path(__file__).resolve().parents[2] / "templates" / "assets" / "style.css").read_text("utf-8")
    beside.site.write("templates/assets/style.css", f"{packaged}\nbody {{ outline: 3px solid rgb(1, 2, 3) }}\n")
    beside.page.wait_for_function("getComputedStyle(document.body).outlineColor === 'rgb(1, 2, 3)'")

    assert beside.is_kept
    assert beside.page.evaluate("scrollY") == 120
    assert beside.page.evaluate("document.querySelectorAll('link[rel=stylesheet]').length") == 1


def test_a_picture(beside: Beside) -> None:
    """Another picture under the same name is shown."""
    beside.open("business/gift/")
    image = beside.page.locator(".sg-prose img, article img").first
    before = image.get_attribute("src")
    beside.site.write("content/articles/business/horse.png", picture(320))
    beside.page.wait_for_function(
        "(src) => ![...document.images].some((it) => it.getAttribute('src') === src)", arg=before
    )
    beside.page.wait_for_function("[...document.images].every((it) => it.complete && it.naturalWidth)")

    assert beside.is_kept


def test_folders_and_names(beside: Beside) -> None:
    """New folders and pieces are listed, removed ones go, and a renamed piece takes its page along."""
    beside.open("")
    for number in range(3):
        beside.site.article(f"law/piece-{number}", title=f"A law of number {number}", date="2012-02-02")
    beside.sees("A law of number 2")
    shutil.rmtree(beside.site.folder / "content" / "articles" / "law")
    beside.loses("A law of number")
    assert beside.is_kept

    beside.open("business/gift/#debt")
    beside.site.rename(GIFT, "content/articles/business/present.md")
    beside.page.wait_for_url("**/business/present/#debt")


def test_another_branch(beside: Beside) -> None:
    """A branch that is switched under the preview changes many files at once, and back."""
    folder = beside.site.folder
    (folder / ".gitignore").write_text("/.sitegen/\n")

    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)

    try:
        git("init", "-q", "-b", "one")
        git("add", "-A")
        git("commit", "-qm", "One")
        git("checkout", "-qb", "two")
        beside.edit(GIFT, ("title: The gift", "title: The gift of the other branch"))
        for number in range(40):
            beside.site.article(f"law/branch-{number}", title=f"Of the other branch {number}", date="2012-02-02")
        git("add", "-A")
        git("commit", "-qm", "Two")
        git("checkout", "-q", "one")
        beside.open("")
        git("checkout", "-q", "two")
        beside.sees("Of the other branch")
        git("checkout", "-q", "one")
        beside.loses("Of the other branch")
        beside.sees("The gift")
    finally:
        shutil.rmtree(folder / ".git", ignore_errors=True)

    assert beside.is_kept


def test_errors_and_recovery(beside: Beside) -> None:
    """What is wrong lies over the page, all of it, until it is mended; the page beneath stays readable."""
    beside.open("business/gift/")
    beside.edit(GIFT, ("date: 2009-07-20", "date: 2009-13-20"))
    beside.edit("content/articles/business/other.md", ("title: Another piece", "titel: Another piece"))
    beside.page.wait_for_function("document.querySelector('sitegen-preview').shadowRoot !== null")
    beside.preview.until(lambda: beside.preview.state()["failing"] == 2)
    beside.page.wait_for_function("() => !!document.querySelector('sitegen-preview')")
    beside.preview.until(lambda: "other.md" in beside.overlay() and "gift.md" in beside.overlay())
    assert "2009-13-20" in beside.overlay()
    beside.sees("It pulls, and whoever")
    assert "content/articles/business/gift.md:" in beside.preview.told()

    beside.edit(GIFT, ("date: 2009-13-20", "date: 2009-07-20"))
    beside.edit("content/articles/business/other.md", ("titel: Another piece", "title: Another piece"))
    beside.preview.until(lambda: "other.md" not in beside.overlay() and "gift.md" not in beside.overlay())
    beside.preview.until(lambda: "mended" in beside.preview.told())

    assert beside.is_kept


@pytest.mark.parametrize(
    ("path", "broken", "mended", "told"),
    [
        ("config.toml", "title = [", CONFIG, "config.toml"),
        ("templates/article.html", "{% if %}", OWN, "article.html"),
        ("content/claims/more.md", "---\nname: [\n---\n", CLAIM.replace("Gifts", "More gifts"), "more.md"),
    ],
)  # fmt: skip
def test_mistakes_elsewhere(beside: Beside, path: str, broken: str, mended: str, told: str) -> None:
    """Mistakes in the configuration, templates and other files are told, and gone when they are mended."""
    beside.open("business/gift/")
    beside.site.write(path, broken)
    beside.preview.until(lambda: told in beside.overlay())
    beside.sees("It pulls, and whoever")
    beside.site.write(path, mended)
    beside.preview.until(lambda: told not in beside.overlay())

    assert beside.is_kept


def test_scroll_and_mark(beside: Beside) -> None:
    """An argument out of sight that changes is scrolled to and marked; one in sight leaves the page where it is."""
    long = "This is repeated. " * 150
    beside.site.article(
        "business/long",
        f"## The first stands {{: #first }}\n\n{long}\n\n## The second stands {{: #second }}\n\n{long}\n",
        title="Long",
        arguments="headings",
    )
    beside.preview.until(lambda: beside.preview.page("business/long/").status == 200)
    beside.open("business/long/")
    path = "content/articles/business/long.md"
    beside.edit(path, ("## The second stands", "## The second falls"))
    beside.sees("The second falls")
    beside.page.wait_for_function(
        "() => { const box = document.getElementById('second').getBoundingClientRect();"
        " return box.top >= 0 && box.top < innerHeight; }"
    )
    at = beside.page.evaluate("scrollY")
    assert at > 100

    beside.edit(path, ("## The second falls", "## The second rises"))
    beside.sees("The second rises")
    assert beside.page.evaluate("scrollY") == at
    assert beside.is_kept


@pytest.mark.long
def test_fifty_tabs(beside: Beside) -> None:
    """Fifty tabs follow, with one stream of events among them."""
    context = beside.page.context
    tabs = [context.new_page() for _ in range(50)]
    for number, tab in enumerate(tabs):
        tab.goto(beside.preview.address + ("business/gift/" if number % 2 else ""), wait_until="commit")
    for tab in tabs:
        tab.wait_for_function("document.querySelector('sitegen-preview')?.dataset.edition")
        tab.evaluate("window.kept = true")
    beside.edit(GIFT, ("title: The gift", "title: The gift of fifty"))
    for tab in tabs:
        tab.bring_to_front()
        tab.wait_for_function("document.body.innerText.includes('The gift of fifty')")
        assert tab.evaluate("window.kept === true")


def test_the_server_is_gone_and_back(browser: Browser) -> None:
    """A tab says that the preview is not running, and follows again when it is."""
    with tempfile.TemporaryDirectory() as folder:
        site = write(Site(Path(folder) / "site", CONFIG))
        page = browser.new_page()
        with Preview(site.folder) as preview:
            beside = Beside(preview, site, page)
            beside.open("business/gift/")
            port = preview.port
        preview.until(lambda: "not running" in beside.overlay())
        site.write(GIFT, (site.folder / GIFT).read_text("utf-8").replace("It pulls,", "It pulls again,"))
        with Preview(site.folder, "-p", str(port)):
            beside.sees("It pulls again,")
        page.close()
