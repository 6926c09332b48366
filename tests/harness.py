"""A fluent site for tests: write files, build, look at pages; edit, build, look again.

::

    site.write("content/articles/business/gift.md", article(title="The gift"))
    site.build().page("/business/gift/").has("h1", "The gift")

The build runs in this process through the command line's own code, so exit codes and console output
are the real ones.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from asyncio import events
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from textwrap import dedent
from typing import Any, NamedTuple, Self

from click.testing import CliRunner, Result

from sitegen.cli import sitegen
from sitegen.diagnostics import nearest

CONFIG = 'title = "The Test Desk"\nbase_url = "https://example.org/archive/"\nsearch.engine = "none"\n'
SEARCHED = CONFIG.replace('"none"', '"pagefind"')
"""The configuration of a site with a search page: an index is made for it, and is not the same bytes twice."""


def article(body: str = "Some text.", /, **front: Any) -> str:
    """Return an article; `title`, `date` and `author` have values unless given, `None` leaves one out."""
    keys = {"title": "A piece", "date": "2009-07-20", "author": "Mara Ivers"} | front
    lines = [f"{key}: {value}" for key, value in keys.items() if value is not None]
    return "---\n" + "\n".join(lines) + "\n---\n\n" + dedent(body)


class Site:
    """A site in a folder of its own."""

    def __init__(self, folder: Path, config: str = CONFIG) -> None:
        """Begin with a configuration and nothing else."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.write("config.toml", config)
        (folder / "content").mkdir(exist_ok=True)

    def write(self, path: str, text: str | bytes) -> Self:
        """Write a file of the project."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self

    def delete(self, path: str) -> Self:
        """Delete a file of the project."""
        (self.folder / path).unlink()
        return self

    def rename(self, old: str, new: str) -> Self:
        """Rename a file of the project."""
        target = self.folder / new
        target.parent.mkdir(parents=True, exist_ok=True)
        (self.folder / old).rename(target)
        return self

    def configure(self, toml: str) -> Self:
        """Add keys or tables to the configuration."""
        return self.write("config.toml", f"{CONFIG}{dedent(toml)}")

    def copy(self, folder: Path) -> Site:
        """Return the same site, with its output and state, in another folder."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Site(folder, (folder / "config.toml").read_text("utf-8"))

    def article(self, path: str = "business/gift", body: str = "Some text.", /, **front: Any) -> Self:
        """Write an article at `content/articles/<path>.md`; see `article`."""
        return self.write(f"content/articles/{path}.md", article(body, **front))

    def run(self, *arguments: str, env: dict[str, str] | None = None) -> Run:
        """Run a command of sitegen on this site."""
        with no_loop_of_a_browser():
            result = CliRunner(env={"CI": "true", "NO_COLOR": "1"} | (env or {})).invoke(
                sitegen, ["-c", str(self.folder / "config.toml"), *arguments], prog_name="sitegen"
            )
        return Run(self, result)

    def build(self, *options: str) -> Run:
        """Build, and expect it to go well."""
        return self.run("build", *options).expect(0)

    def fail(self, *options: str, code: int = 1) -> Run:
        """Build, and expect it to fail."""
        return self.run("build", *options).expect(code)

    @property
    def output(self) -> Path:
        """The output folder."""
        return self.folder / "output"

    def tree(self) -> dict[str, bytes]:
        """Return every file of the output folder by its path."""
        return {
            file.relative_to(self.output).as_posix(): file.read_bytes()
            for file in sorted(self.output.rglob("*"))
            if file.is_file()
        }


@contextmanager
def no_loop_of_a_browser() -> Iterator[None]:
    """Let what runs here begin an event loop of its own: Playwright leaves one running, in greenlets of its own."""
    running = events._get_running_loop()
    events._set_running_loop(None)
    try:
        yield
    finally:
        events._set_running_loop(running)


class Finding(NamedTuple):
    """A finding as the console shows it; `place` is the path, with line and column where there are any."""

    severity: str
    place: str
    message: str
    code: str
    excerpt: str
    marked: str
    hint: str


_FINDING = re.compile(
    r"^(?P<severity>fatal|error|warning): (?:(?P<place>\S+): )?(?P<message>.*) \[(?P<code>[a-z-]+)\]"
    r"(?:\n +\d+ \| (?P<excerpt>.*))?(?:\n +\| (?P<marks> *\^+))?(?:\n  hint: (?P<hint>.*))?$",
    re.MULTILINE,
)


class Run:
    """What a command printed and how it ended."""

    def __init__(self, site: Site, result: Result) -> None:
        """Keep the site, to look at its pages."""
        self.site = site
        self.code = result.exit_code
        self.out = result.stdout
        self.err = result.stderr
        self.exception = result.exception if not isinstance(result.exception, SystemExit) else None
        if self.exception is not None:
            raise AssertionError(f"a traceback for the user: {self.exception!r}") from self.exception

    def expect(self, code: int) -> Self:
        """Expect an exit code."""
        assert code == self.code, f"exit code {self.code}\n{self.out}\n{self.err}"
        return self

    def says(self, *texts: str) -> Self:
        """Expect each text on stderr."""
        for text in texts:
            assert text in self.err, f"{text!r} is not in:\n{self.err}"
        return self

    def silent_about(self, *texts: str) -> Self:
        """Expect none of the texts on stderr."""
        for text in texts:
            assert text not in self.err, f"{text!r} is in:\n{self.err}"
        return self

    @property
    def findings(self) -> list[Finding]:
        """The findings on stderr, in their order."""
        found = []
        for match in _FINDING.finditer(self.err):
            parts = {name: text or "" for name, text in match.groupdict().items()}
            marks = parts.pop("marks")
            found.append(Finding(**parts, marked=parts["excerpt"][marks.find("^") : len(marks)]))
        return found

    def finds(self, severity: str, place: str, code: str, *, message: str = "", hint: str = "") -> Finding:
        """Expect exactly one finding of this code at this place, and return it."""
        found = [it for it in self.findings if (it.severity, it.place, it.code) == (severity, place, code)]
        assert len(found) == 1, f"{severity}: {place} [{code}] is there {len(found)} times:\n{self.err}"
        assert message in found[0].message
        assert hint in found[0].hint
        return found[0]

    @property
    def json(self) -> Any:
        """The JSON document on stdout."""
        return json.loads(self.out)

    def page(self, url: str) -> Page:
        """Return a page of the output folder."""
        path = url.lstrip("/")
        file = self.site.output / (f"{path}index.html" if not path or path.endswith("/") else path)
        assert file.is_file(), (
            f"there is no {url}; {nearest(path, self.site.tree()) or 'nor anything like it'} is there"
        )
        return Page(url, file.read_text("utf-8"))

    def missing(self, url: str) -> Self:
        """Expect that there is no such page."""
        path = url.lstrip("/")
        assert not (self.site.output / path).is_file()
        assert not (self.site.output / path / "index.html").is_file()
        return self


def snapshot(folder: Path) -> dict[str, bytes | str]:
    """Return everything below a folder by path: bytes of files, `folder`, or where a link leads.

    Of `.sitegen/` only its presence: what is remembered there may grow with every run.
    """
    found: dict[str, bytes | str] = {}
    for item in sorted(folder.rglob("*")):
        name = item.relative_to(folder).as_posix()
        if name.startswith(".sitegen/"):
            continue
        if item.is_symlink():
            found[name] = str(item.readlink())
        else:
            found[name] = "folder" if item.is_dir() else item.read_bytes()
    return found


NOBODY = 65534


@contextmanager
def as_nobody(site: Site) -> Iterator[Site]:
    """Yield a copy of a site, in which this process has no more rights than the owner of its files.

    Permissions do not hold for root, who may run the tests.
    """
    with tempfile.TemporaryDirectory() as home:
        copied = site.copy(Path(home) / "site")
        if os.geteuid():
            yield copied
            return
        for item in (Path(home), copied.folder, *copied.folder.rglob("*")):
            os.chown(item, NOBODY, NOBODY)
        os.seteuid(NOBODY)
        try:
            yield copied
        finally:
            os.seteuid(0)


class Element:
    """An element of a page: its tag, attributes, and text with blanks collapsed."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        """Begin without text."""
        self.tag = tag
        self.attributes = attributes
        self.parts: list[str] = []

    @property
    def text(self) -> str:
        """The text inside, blanks collapsed."""
        return " ".join("".join(self.parts).split())

    def matches(self, selector: str) -> bool:
        """Whether a simple selector (`tag`, `.class`, `#id`, `[name]`, `[name=value]`, combined) fits."""
        tag = re.match(r"[a-z0-9-]+", selector)
        if tag and tag[0] != self.tag:
            return False
        classes = self.attributes.get("class", "").split()
        if any(name not in classes for name in re.findall(r"\.([\w-]+)", re.sub(r"\[.*?\]", "", selector))):
            return False
        if any(
            name != self.attributes.get("id") for name in re.findall(r"#([\w-]+)", re.sub(r"\[.*?\]", "", selector))
        ):
            return False
        wanted = re.findall(r"\[([\w-]+)(?:=\"?([^\]\"]*)\"?)?\]", selector)
        return all(name in self.attributes and value in ("", self.attributes[name]) for name, value in wanted)


class Page(HTMLParser):
    """A page to look at."""

    VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})

    def __init__(self, url: str, html: str) -> None:
        """Parse the page."""
        super().__init__()
        self.url = url
        self.html = html
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in self.VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element of this tag."""
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index].tag == tag:
                del self._open[index:]
                return

    def handle_data(self, data: str) -> None:
        """Add text to every open element."""
        for element in self._open:
            element.parts.append(data)

    def all(self, selector: str) -> list[Element]:
        """Return the elements that a simple selector fits, in order."""
        return [element for element in self.elements if element.matches(selector)]

    def texts(self, selector: str) -> list[str]:
        """Return their texts."""
        return [element.text for element in self.all(selector)]

    def has(self, selector: str, text: str = "") -> Self:
        """Expect an element that the selector fits, with this text in it."""
        found = self.texts(selector)
        assert any(text in one for one in found), f"no {selector} with {text!r} on {self.url}; there are {found}"
        return self

    def lacks(self, selector: str, text: str = "") -> Self:
        """Expect no element that the selector fits with this text in it."""
        found = [one for one in self.texts(selector) if text in one]
        assert not found, f"{selector} with {text!r} on {self.url}: {found}"
        return self

    def links(self) -> Iterator[str]:
        """Yield the targets of links, as written."""
        for element in self.all("a[href]"):
            yield element.attributes["href"]
