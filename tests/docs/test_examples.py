"""What the documentation shows has been done: its commands are run, its files are read.

A guide is followed from top to bottom in an empty folder. A block of code with a `title` is written to
that file, and in a block of kind `console` each line that begins with `$ ` is run; what follows is what it
must print. Seconds, and the numbers of pages and files of a build, are not compared: they change with every
kind of page that the site learns.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from handbook import ROOT, Handbook, pages

from sitegen import config as configuration
from sitegen.articles.fields import article_meta, record_fields
from sitegen.articles.frontmatter import read
from sitegen.articles.parse import Parser
from sitegen.config import Markdown

GUIDES = ("README.md", "docs/guides/first-site.md")
BLOCKS = [
    pytest.param(block.text, id=f"{name}:{block.line}")
    for name in pages()
    for block in Handbook.read(name).of("markdown")
    if "mistake" not in block.title
]
HEADS = [
    pytest.param(block.language, block.text, id=f"front-matter:{block.line}")
    for block in Handbook.read("docs/reference/front-matter.md").of("yaml", "toml")
]
SETTINGS = [
    pytest.param(block.text, id=f"{name}:{block.line}")
    for name in ("docs/reference/configuration.md", "docs/reference/urls.md", "docs/guides/first-site.md")
    for block in Handbook.read(name).of("toml")
]


def plain(text: str) -> list[str]:
    """Return the lines of an output without what may differ from run to run."""
    lines = []
    for line in text.strip().splitlines():
        kept = re.sub(r"\(\d+\.\d s\)", "(… s)", line.rstrip())
        lines.append(re.sub(r"\d+", "N", kept) if re.match(r"  (pages|output) ", kept) else kept)
    return lines


def commands(text: str) -> list[tuple[str, str]]:
    """Return the commands of a console block, each with what is shown below it."""
    found = re.split(r"^\$ (.*)\n", text, flags=re.MULTILINE)[1:]
    return list(zip(found[::2], found[1::2], strict=True))


def run(command: str, folder: Path) -> str:
    """Run a command as a person would, and return what it prints on both streams."""
    programs = Path(sys.executable).parent
    environment = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "PYTHONPATH": str(ROOT),
        "SOURCE_DATE_EPOCH": "1795392000",  # 23 November 2026
    }
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    return done.stdout


@pytest.mark.parametrize("name", GUIDES)
def test_guides_can_be_followed(name: str, tmp_path: Path) -> None:
    """Who types what a guide says sees what it shows."""
    here = tmp_path
    ran = 0
    for block in Handbook.read(name).blocks:
        if block.title:
            file = here / block.title
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, "utf-8")
        for command, shown in commands(block.text) if block.language == "console" else ():
            ran += 1
            if command.startswith("cd "):
                here = here / command.removeprefix("cd ")
                continue
            assert plain(run(command, here)) == plain(shown), f"{name}, line {block.line}: {command}"

    assert ran >= 5


@pytest.mark.parametrize("name", [*GUIDES, "docs/guides/theme.md"])
def test_files_are_named_in_the_text(name: str) -> None:
    """The name of a file that is to be written stands in the text too, because hosts do not show titles of blocks."""
    page = Handbook.read(name)
    text = "".join(heading.text for heading in page.headings)

    assert [block.title for block in page.blocks if block.title and f"`{block.title}`" not in text] == []


@pytest.mark.parametrize("text", BLOCKS)
def test_markdown_is_what_it_says(text: str) -> None:
    """Examples of Markdown are read without an error, in any mode and in their own."""
    data = (text if text.startswith(("---", "+++")) else f"---\ntitle: An example\n---\n\n{text}").encode()
    body = Parser(Markdown()).article(data)
    wrong = [finding for finding in body.findings if finding.fails or finding.code in ("unknown-key", "shallow-indent")]

    # Files of authors, tags and the like have a name for a title.
    assert [finding.message for finding in wrong if "name: " not in text] == []


@pytest.mark.parametrize(("language", "text"), HEADS)
def test_front_matter_is_what_it_says(language: str, text: str) -> None:
    """Examples of front matter are understood, key by key."""
    rule = "+++" if language == "toml" else "---"
    document = read((text if text.startswith(rule) else f"{rule}\n{text}{rule}\n").encode())
    is_author = "\nname:" in text
    findings = record_fields("author", document)[1] if is_author else article_meta(document)[1]
    # An example may show some keys of an article only.
    is_part = not is_author and not text.startswith(rule)

    assert [finding.message for finding in document.findings] == []
    assert [finding.message for finding in findings] == (["the title is missing"] if is_part else [])


@pytest.mark.parametrize("text", SETTINGS)
def test_settings_are_what_they_say(text: str) -> None:
    """Examples of the configuration are valid."""
    required = "" if "base_url" in text else 'title = "Desk"\nbase_url = "https://example.org/"\n'

    assert configuration.parse((required + text).encode()).title
