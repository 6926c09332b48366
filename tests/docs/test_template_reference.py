"""The template API is documented entirely, and what is documented works.

Each example is rendered by a real build of the sample archive, and gives what the page says.
"""

from __future__ import annotations

import inspect
import re
import shutil
import types
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest
from handbook import ROOT, Handbook, Heading
from harness import Site as Project
from jinja2.filters import FILTERS

from sitegen.archive import cards
from sitegen.archive.queries import Queries
from sitegen.articles import meta
from sitegen.articles.dates import EdtfDate
from sitegen.config import Feeds, Publisher, parse
from sitegen.pages.feeds import Feed, FeedCorrection
from sitegen.pages.filters import Filters
from sitegen.pages.maps import Box, DebateMap, Drawing, Line
from sitegen.pages.outline import Branch, Said
from sitegen.pages.site import PageInfo, Site
from sitegen.pages.sitemap import SitemapEntry

PAGE = Handbook.read("docs/reference/templates.md")
URLS = Handbook.read("docs/reference/urls.md")

ANSWERS: dict[str, type[msgspec.Struct]] = {
    **{name: getattr(cards, name) for name in cards.__all__},
    **{
        kind.__name__: kind
        for kind in (
            meta.Correction,
            meta.Disclosure,
            meta.Image,
            meta.Original,
            meta.Rights,
            Box,
            Branch,
            DebateMap,
            Drawing,
            Feed,
            FeedCorrection,
            Feeds,
            Line,
            PageInfo,
            Publisher,
            Said,
            Site,
            SitemapEntry,
        )
    },
}
QUERIES = {name: method for name, method in vars(Queries).items() if not name.startswith("_")}


def holds(hint: Any) -> str:
    """Return what a field holds, in the words of the page."""
    origin, args = get_origin(hint), get_args(hint)
    if hasattr(hint, "__metadata__"):
        return holds(args[0])
    if origin in (Union, types.UnionType):
        kinds = [holds(arg) for arg in args if arg is not type(None)]
        return " or ".join(dict.fromkeys(kinds)) + (" or none" if type(None) in args else "")
    if origin is Literal:
        return ", ".join(f"`{arg}`" for arg in args)
    if origin is tuple:
        inner = holds(args[0])
        return f"list of {inner}s" if inner in ("text", "number") else f"list of {inner}"
    if origin is dict:
        return "table"
    return {str: "text", int: "number", bool: "true or false", EdtfDate: "date"}.get(hint, f"`{hint.__name__}`")


def fields(kind: type[msgspec.Struct]) -> dict[str, str]:
    """Return the fields of an answer, properties too, and what each holds."""
    hints = get_type_hints(kind)
    shown = [field.name for field in msgspec.structs.fields(kind) if not field.name.startswith("_")]
    found = {name: holds(hints[name]) for name in shown}
    for name, member in vars(kind).items():
        if isinstance(member, property) and member.fget is not None:
            found[name] = holds(get_type_hints(member.fget)["return"])
    return found


@pytest.mark.parametrize("name", ANSWERS)
def test_fields_of_answers(name: str) -> None:
    """Each answer has its table, with each field in order, what it holds and what it means."""
    rows = PAGE.below(name).rows

    assert {row[0].strip("`"): row[1] for row in rows.values()} == fields(ANSWERS[name])
    assert [row for row in rows.values() if not row[2]] == []


def test_no_other_answers() -> None:
    """The page tells of no answer that is not there."""
    titles = [heading.title for heading in PAGE.headings if re.fullmatch(r"[A-Z][A-Za-z]+", heading.title)]

    assert set(titles) - set(ANSWERS) == {"Templates", "Words", "Queries", "Answers", "Filters"}


def signature(heading: Heading) -> list[str]:
    """Return the parameters of a query or filter as its section writes them: `name`, or `name=` with a default."""
    found = re.search(r"^`\w+(?:\(([^)]*)\))?`:", heading.text, re.MULTILINE)
    assert found is not None, heading.title
    return re.findall(r"(\w+=?)[^,]*", found[1] or "")


def test_every_query_is_documented() -> None:
    """Each query has a section, in order, and there are no others."""
    told = [h.title.removeprefix("archive.") for h in PAGE.headings if h.title.startswith("archive.")]

    assert told == list(QUERIES)


@pytest.mark.parametrize("name", QUERIES)
def test_parameters_of_queries(name: str) -> None:
    """Its parameters are those of the method."""
    parameters = [p for p in inspect.signature(QUERIES[name]).parameters.values() if p.name != "self"]
    expected = [p.name if p.default is p.empty else f"{p.name}=" for p in parameters]

    assert signature(PAGE.below(f"archive.{name}")) == expected


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a copy of the sample archive, without the folder of its templates."""
    folder = tmp_path_factory.mktemp("sample")
    sample = Project(folder, (ROOT / "config.toml").read_text("utf-8"))
    shutil.copytree(ROOT / "content", folder / "content", dirs_exist_ok=True)
    return sample


def examples() -> list[tuple[str, str, str]]:
    """Return the examples: where they stand, the template, and what it gives."""
    found = []
    for example, result in zip(PAGE.of("jinja"), PAGE.of("text"), strict=True):
        assert example.line < result.line
        found.append((f"line {example.line}", example.text, result.text))
    return found


def test_every_query_and_filter_has_an_example() -> None:
    """The section of each query and each filter shows it in use."""
    titles = [heading.title for heading in PAGE.headings if heading.level == 3]
    used = "".join(text for _, text, _ in examples())

    assert [name for name in QUERIES if f"archive.{name}(" not in used] == []
    assert [name for name in titles[titles.index("absolute") :] if f"| {name}" not in used] == []


def test_examples_give_what_the_page_says(sample: Project) -> None:
    """A front page of all examples, built from the sample archive, says what stands below each of them."""
    template = "".join(f"\n=== {place} ===\n{text}" for place, text, _ in examples())
    sample.write("templates/home.html", f"{template}\n=== end ===\n")
    html = sample.build().page("/").html
    parts = re.split(r"\n=== (.*) ===\n", html)
    given = dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))
    sample.delete("templates/home.html")

    assert {place: given[place] for place, _, _ in examples()} == {
        place: result.strip() for place, _, result in examples()
    }


def test_every_filter_is_documented() -> None:
    """The sections below “Filters” are the filters that a template has besides Jinja's own."""
    titles = [heading.title for heading in PAGE.headings if heading.level == 3]
    told = titles[titles.index("absolute") :]
    config = parse(b'title = "Desk"\nbase_url = "https://example.org/"\n')
    known = set(Filters(config, pytest.fail).by_name())

    assert sorted(known - set(FILTERS)) == told
    assert set(told) & set(FILTERS) == set()
    for name in told:
        parameters = [
            it for it in inspect.signature(getattr(Filters, name)).parameters if it not in ("self", "context")
        ]
        assert signature(PAGE.below(name)) == [f"{parameter}=" for parameter in parameters[1:]], name


def test_every_template_and_asset_is_listed() -> None:
    """The tables of templates and assets are the files of the theme."""
    section = PAGE.below("What a template gets")
    theme = ROOT / "templates"
    files = {path.name for path in theme.iterdir() if path.is_file() and not path.name.startswith(".")}
    assets = {path.name for path in (theme / "assets").iterdir()}

    assert set(section.names) == files | assets


def test_subjects(sample: Project) -> None:
    """A template gets the names that its row lists, beside `site`, `page` and `archive`, and no others."""
    rows = {
        row[0].strip("`"): re.findall(r"`(\w+)`", row[1]) for row in PAGE.below("What a template gets").rows.values()
    }
    names = sorted({name for listed in rows.values() for name in listed})
    documents = [name for name in rows if not name.startswith("_") and name not in ("base.html", "robots.txt")]
    documents = [name for name in documents if (ROOT / "templates" / name).is_file()]
    for document in documents:
        tests = " ".join(f"{{% if {name} is defined %}}{name}{{% endif %}}" for name in names)
        sample.write(f"templates/{document}", f"[[ {document}: {tests} ]]")
    sample.article("policy/gone", status="withdrawn").build()
    seen: dict[str, list[str]] = {}
    for text in sample.tree().values():
        if found := re.fullmatch(rb"\[\[ (\S+): (.*) \]\]\s*", text):
            seen[found[1].decode()] = found[2].decode().split()
    shutil.rmtree(sample.folder / "templates")
    sample.delete("content/articles/policy/gone.md")

    # The sample archive is too small for a second sitemap.
    expected = {name: sorted(rows[name]) for name in documents if name != "sitemap-index.xml"}
    assert {name: sorted(subjects) for name, subjects in seen.items()} == expected


def test_urls_name_every_template() -> None:
    """The page of URLs has each template that becomes a page."""
    told = {row[2].strip("`") for row in URLS.headings[1].rows.values()} - {"", "that of the listing"}
    rows = PAGE.below("What a template gets").rows.values()
    documents = {row[0].strip("`") for row in rows if len(row) == 3}

    assert told == documents


def test_guide_of_the_theme(sample: Project) -> None:
    """The files of the guide can be put into a site as they are, all at once."""
    blocks = [block for block in Handbook.read("docs/guides/theme.md").blocks if block.title]
    for block in blocks:
        sample.write(block.title, block.text)
    run = sample.build()
    page = run.page("/")
    shutil.rmtree(sample.folder / "templates")

    assert [Path(block.title).suffix for block in blocks].count(".html") >= 3
    page.has("link[rel=stylesheet]")
    assert re.search(r'href="\./assets/desk\.[0-9a-f]+\.css"', page.html)
    run.page("/404.html").has("h1", "Not here")
