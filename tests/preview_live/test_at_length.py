"""An hour of work in a few seconds: edits at random under a running preview, and nothing lost, leaked or stale.

`make soak` does so for ten minutes on 2,000 articles.
"""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from harness import CONFIG, Site
from previewing import Preview, Size

from benchmarks.corpus import Corpus, Piece
from sitegen.build.manifest import MANIFEST_NAME

SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
ARTICLES = 2_000 if SOAK else 80
SECONDS = 600.0 if SOAK else 5.0
BURST = 1_000 if SOAK else 60

STYLE = "body {{ color: #{:06x} }}"
TEMPLATE = "{{% extends 'base.html' %}}{{% block main %}}<p>{} {{{{ tag.term.name }}}}</p>{{% endblock %}}"


class Desk:
    """An editor who does what editors do, and mends it in the end. `broken` are files with an error."""

    def __init__(self, site: Site, seed: int) -> None:
        """Write the articles."""
        self.site = site
        self.random = random.Random(seed)  # noqa: S311 - edits are no secret
        self.texts: dict[str, str] = {}
        self.broken: set[str] = set()
        self.done: dict[str, int] = {}
        for piece in Corpus(ARTICLES):
            self.save(f"content/articles/{piece.path}", written(piece))

    def save(self, path: str, text: str) -> None:
        """Write a file, in one of the ways that editors have."""
        file = self.site.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        match self.random.randrange(3):
            case 0:
                file.write_text(text, "utf-8")
            case 1:
                new = file.with_name(f"{file.name}.tmp")
                new.write_text(text, "utf-8")
                new.replace(file)
            case _:
                with file.open("w", encoding="utf-8") as half:
                    half.write(text[: len(text) // 2])
                    half.flush()
                    half.write(text[len(text) // 2 :])
        if path.endswith(".md"):
            self.texts[path] = text

    @property
    def things(self) -> list[Callable[[], None]]:
        """What editors do."""
        return [
            self.edit, self.edit, self.edit, self.retitle, self.retag, self.create, self.remove, self.rename,
            self.break_off, self.mend, self.burst, self.move_section, self.style, self.template, self.configure,
        ]  # fmt: skip

    def work(self, thing: Callable[[], None] | None = None) -> None:
        """Do a thing, or any."""
        thing = thing or self.random.choice(self.things)
        thing()
        self.done[thing.__name__] = self.done.get(thing.__name__, 0) + 1

    def any(self) -> str:
        """Return the path of an article."""
        return self.random.choice(sorted(self.texts))

    def edit(self) -> None:
        """Add a line."""
        path = self.any()
        self.save(path, f"{self.texts[path]}\nOnce more: {self.random.random()}.\n")

    def retitle(self) -> None:
        """Give a piece another title."""
        path = self.any()
        self.save(path, self.texts[path].replace("title: ", f"title: {self.random.choice('ABC')} ", 1))

    def retag(self) -> None:
        """Give a piece other tags."""
        path = self.any()
        self.save(path, self.texts[path].replace("tags: [", f"tags: [{self.random.choice(('one', 'two'))}, ", 1))

    def create(self) -> None:
        """Begin a piece with the text of another."""
        self.save(f"content/articles/made/{self.random.randrange(10**6)}.md", self.texts[self.any()])

    def remove(self) -> None:
        """Delete a piece."""
        path = self.any()
        (self.site.folder / path).unlink()
        del self.texts[path]
        self.broken.discard(path)

    def rename(self) -> None:
        """Give a file another name."""
        path = self.any()
        new = f"{path.rpartition('/')[0]}/renamed-{self.random.randrange(10**6)}.md"
        (self.site.folder / path).rename(self.site.folder / new)
        self.texts[new] = self.texts.pop(path)
        if path in self.broken:
            self.broken.remove(path)
            self.broken.add(new)

    def break_off(self) -> None:
        """Leave a piece in the middle of its front matter."""
        path = self.any()
        text = self.texts[path]
        self.save(path, text[: self.random.randrange(4, text.index("---\n", 4))])
        self.texts[path] = text
        self.broken.add(path)

    def mend(self) -> None:
        """Mend all that is broken."""
        for path in sorted(self.broken):
            self.save(path, self.texts[path])
        self.broken.clear()

    def burst(self) -> None:
        """Change many files at once."""
        for path in self.random.sample(sorted(self.texts), min(BURST, len(self.texts))):
            self.save(path, f"{self.texts[path]}\nA burst.\n")
            self.broken.discard(path)

    def move_section(self) -> None:
        """Take a folder away and put it back."""
        folder = self.site.folder / "content" / "articles" / "made"
        if folder.is_dir():
            away = self.site.folder / "away"
            folder.rename(away)
            time.sleep(self.random.random() / 5)
            away.rename(folder)

    def style(self) -> None:
        """Change the style sheet."""
        self.save("templates/assets/style.css", STYLE.format(self.random.randrange(1 << 24)))

    def template(self) -> None:
        """Change a template, or leave it broken for a moment."""
        if self.random.random() < 0.3:
            self.save("templates/tag.html", "{% if %}")
            time.sleep(self.random.random() / 5)
        self.save("templates/tag.html", TEMPLATE.format(self.random.randrange(100)))

    def configure(self) -> None:
        """Change the configuration, by way of a broken one."""
        self.save("config.toml", "title = [")
        time.sleep(self.random.random() / 5)
        self.save("config.toml", CONFIG.replace("The Test Desk", f"The Test Desk {self.random.randrange(9)}"))


def written(piece: Piece) -> str:
    """Return the file of a piece."""
    head = f"title: {piece.title}\ndate: {piece.date}\nauthor: {piece.author}\ntags: [{', '.join(piece.tags)}]"
    return f"---\n{head}\n---\n\n{piece.body}\n"


def settled(preview: Preview) -> Size:
    """Wait until nothing moves any more, and return what the process holds then."""
    before = -1
    quiet = time.monotonic()

    def is_quiet() -> bool:
        nonlocal before, quiet
        number = preview.state()["number"]
        if number != before:
            before, quiet = number, time.monotonic()
        return time.monotonic() - quiet > 3

    preview.until(is_quiet, 180)
    return preview.size()


@pytest.mark.long
def test_edits_at_random(tmp_path: Path) -> None:
    """After any edits every page is that of a clean build; memory stays level, no thread or descriptor is left over."""
    seed = random.SystemRandom().randrange(1000) if SOAK else 7
    site = Site(tmp_path / "site", CONFIG)
    editor = Desk(site, seed)
    with Preview(site.folder) as preview:
        for thing in editor.things:
            editor.work(thing)
        first = settled(preview)
        levels = []
        begun = time.monotonic()
        while time.monotonic() - begun < SECONDS:
            editor.work()
            if editor.random.random() < 0.3:
                time.sleep(editor.random.random() / 2)
            shown = preview.page(editor.random.choice(("/", "/tags/", "/feed.xml", "/archive/")))
            assert shown.status in (200, 500), preview.told()[-4000:]
            levels.append((time.monotonic() - begun, preview.size().memory))
        editor.mend()
        last = settled(preview)
        assert preview.state()["failing"] == 0, (seed, preview.state()["findings"])
        clean = site_copy(site, tmp_path / "clean")
        clean.build("--drafts", "--future")
        built = {path: data for path, data in clean.tree().items() if path != MANIFEST_NAME}
        wrong = [path for path, data in built.items() if preview.page(path.removesuffix("index.html")).body != data]
        assert wrong == [], (seed, editor.done)
        assert "Traceback" not in preview.told()

    assert (last.threads, last.children) == (first.threads, first.children), (seed, first, last)
    assert last.descriptors <= first.descriptors + 2, (seed, first, last)
    middle = max(memory for at, memory in levels if at < SECONDS / 2)
    assert last.memory < 1.5 * middle, (seed, first.memory, middle, last.memory)


def site_copy(site: Site, folder: Path) -> Site:
    """Return the site in another folder, without what builds and previews remember."""
    for name in ("content", "templates"):
        if (site.folder / name).exists():
            shutil.copytree(site.folder / name, folder / name)
    return Site(folder, (site.folder / "config.toml").read_text("utf-8"))
