"""The documentation as a whole: its links lead somewhere, every page can be found, and it names no machine."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

import pytest
from handbook import ROOT, Handbook, pages


@pytest.mark.parametrize("name", pages())
def test_links_resolve(name: str) -> None:
    """Each link within the checkout leads to a file, and to a heading of it where it names one."""
    page = Handbook.read(name)
    wrong = []
    for link in page.links:
        parts = urlsplit(link)
        if parts.scheme:
            continue
        target = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
        if not target.exists() or (
            parts.fragment and parts.fragment not in Handbook.read(target.relative_to(ROOT).as_posix()).anchors
        ):
            wrong.append(link)

    assert wrong == []


def test_every_page_is_listed() -> None:
    """The two indexes lead to every page of the documentation."""
    listed = {
        (index.path.parent / urlsplit(link).path).resolve()
        for index in (Handbook.read("docs/README.md"), Handbook.read("docs/decisions/README.md"))
        for link in index.links
    }
    found = {ROOT / name for name in pages() if name.startswith("docs/") and name != "docs/README.md"}

    assert found - listed == set()


@pytest.mark.parametrize("name", pages())
def test_modules_are_there(name: str) -> None:
    """Each module and folder of the program that a page names is there, and has the names that stand with it."""
    text = (ROOT / name).read_text("utf-8")
    rooms = [path for path in re.findall(r"`((?:sitegen|tests)/[\w/]*(?:\.py)?)`", text) if not (ROOT / path).exists()]
    modules = re.findall(r"`((?:articles|archive|pages|build|report)/\w+\.py|\w+\.py)`", text)
    known = {path.relative_to(ROOT / "sitegen").as_posix() for path in (ROOT / "sitegen").rglob("*.py")}
    known |= {path.rpartition("/")[2] for path in known}
    named = re.findall(r"\(`(\w+)` in `(sitegen/[\w/]+\.py)`\)", text)

    assert rooms == []
    assert [module for module in modules if module not in known] == []
    assert [(word, path) for word, path in named if f"def {word}(" not in (ROOT / path).read_text("utf-8")] == []


@pytest.mark.parametrize("name", pages())
def test_no_paths_of_a_machine(name: str) -> None:
    """Pages name no absolute path of the machine that they were written on, and link to other sites by `https`."""
    text = (ROOT / name).read_text("utf-8")

    assert re.findall(r"(?<![\w.~/>])/(?:root|home|tmp|usr|work|Users)/", text) == []
    assert re.findall(r"http://(?!localhost)\S*", text) == []


@pytest.mark.parametrize(
    "name", [name for name in pages() if name.startswith("docs/decisions/") and "README" not in name]
)
def test_decisions_have_one_form(name: str) -> None:
    """A decision is dated, and tells its context, what was decided and what follows."""
    page = Handbook.read(name)
    titles = [heading.title for heading in page.headings if heading.level == 2]

    assert titles == ["Context", "Decision", "Consequences"]
    assert re.fullmatch(
        r"(January|February|March|April|May|June|July|August|September|October|November|December) 20\d\d",
        page.headings[1].text.strip(),
    )


def test_dependencies_are_told() -> None:
    """The page of dependencies has a row for each package that sitegen asks for, and for no other."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {re.split(r"[^A-Za-z0-9._-]", name)[0].lower() for name in project["dependencies"]}
    rows = Handbook.read("docs/decisions/dependencies.md").below("Decision").rows

    assert asked == {re.sub(r"\[([^\]]*)\].*", r"\1", name).lower() for name in rows}
