"""The reference says everything that the code declares, and nothing that it does not."""

from __future__ import annotations

import re
from typing import Any, Literal, get_args, get_origin, get_type_hints

import click
import msgspec
import pytest
from handbook import Handbook, Heading

from sitegen.archive.urls import reserved
from sitegen.articles import sanitise
from sitegen.articles.keys import ARTICLE_KEYS, EXPECTED, RECORD_KEYS, Key
from sitegen.articles.marks import CLASSES, KEYS
from sitegen.articles.paths import RECORD_FOLDERS
from sitegen.articles.sources import LARGEST_SOURCE
from sitegen.cli import sitegen
from sitegen.config import PERMALINK_FIELDS, ArgumentMode, Config, Markdown
from sitegen.design import Colours
from sitegen.diagnostics import CODES, Severity
from sitegen.slugs import RESERVED
from sitegen.targets import KINDS

FRONT_MATTER = Handbook.read("docs/reference/front-matter.md")
CONFIGURATION = Handbook.read("docs/reference/configuration.md")
COMMANDS = Handbook.read("docs/reference/commands.md")
DIAGNOSTICS = Handbook.read("docs/reference/diagnostics.md")
MARKDOWN = Handbook.read("docs/reference/markdown.md")
CONTENT = Handbook.read("docs/reference/content.md")
URLS = Handbook.read("docs/reference/urls.md")

RECORDS = {
    "section": "Sections",
    "author": "Authors' files",
    "tag": "Tags",
    "notice": "Versions of a notice",
    "claim": "Claims",
    "page": "Pages",
}
TABLES = {key.name: key.name.capitalize() for key in ARTICLE_KEYS if key.keys}


def quoted(names: tuple[str, ...]) -> str:
    """Return names as a table lists them."""
    return ", ".join(f"`{name}`" for name in names)


def names(text: str) -> list[str]:
    """Return what stands between backquotes."""
    return re.findall(r"`([^`]+)`", text)


def described(keys: tuple[Key, ...]) -> list[tuple[str, str, str, bool]]:
    """Return what the table of some keys must say: name, other spellings, what it holds, whether it is required."""
    return [
        (f"`{key.name}`", quoted(key.aliases), quoted(key.choices) or EXPECTED[key.kind], key.required) for key in keys
    ]


def told(heading: Heading) -> list[tuple[str, str, str, bool]]:
    """Return the same from a page."""
    return [(row[0], row[1], row[2], "Required." in row[3]) for row in heading.rows.values()]


def test_keys_of_articles() -> None:
    """Each key of an article has its row, in order, with its aliases and what it holds."""
    assert told(FRONT_MATTER.below("Articles")) == described(ARTICLE_KEYS)


@pytest.mark.parametrize("key", [key for key in ARTICLE_KEYS if key.keys], ids=lambda key: key.name)
def test_keys_of_tables(key: Key) -> None:
    """So has each key of a table of the front matter, under a heading of the table's name."""
    assert told(FRONT_MATTER.below(TABLES[key.name])) == described(key.keys)


@pytest.mark.parametrize("kind", RECORD_KEYS)
def test_keys_of_records(kind: Any) -> None:
    """So has each key of the other files of `content/`, and of their tables."""
    assert told(FRONT_MATTER.below(RECORDS[kind])) == described(RECORD_KEYS[kind])
    for key in RECORD_KEYS[kind]:
        if key.keys:
            assert told(FRONT_MATTER.below(key.name.capitalize())) == described(key.keys)


def kind_of(hint: Any) -> str:
    """Return the type of a configuration key in the words of the page."""
    bare = get_args(hint)[0] if hasattr(hint, "__metadata__") else hint
    choices = [arg for arg in get_args(bare) if arg is not type(None)]
    if get_origin(bare) is Literal:
        return quoted(tuple(filter(None, get_args(bare))))
    if type(None) in get_args(bare):
        return kind_of(choices[0])
    if get_origin(bare) is tuple:
        return "list of texts"
    if get_origin(bare) is dict:
        inner = get_args(bare)[1]
        return (
            "table of texts" if inner is str or get_origin(inner) is Literal else "table" if inner is Any else "tables"
        )
    return {str: "text", int: "integer", float: "number", bool: "boolean"}.get(bare, "table")


def default_of(field: Any) -> str:
    """Return the default of a configuration key as the page writes it, empty where there is none worth telling."""
    if field.default is msgspec.NODEFAULT or field.default is None:
        return ""
    value = list(field.default) if isinstance(field.default, tuple) else field.default
    written = msgspec.json.encode(value).decode()
    return f"`{written.replace(',', ', ') if isinstance(value, list) else written}`"


def check_table(heading: Heading, kind: type[msgspec.Struct], without: tuple[str, ...] = ()) -> None:
    """Hold the table below a heading to a struct of the configuration, but for keys that another table has."""
    hints = get_type_hints(kind, include_extras=True)
    expected = [
        (f"`{f.name}`", kind_of(hints[f.name]), default_of(f), f.required)
        for f in msgspec.structs.fields(kind)
        if f.name not in without
    ]

    assert [(row[0], row[1], row[2], "Required." in row[3]) for row in heading.rows.values()] == expected


def test_top_level_of_the_configuration() -> None:
    """Each key of the top level has its row, with type and default."""
    check_table(CONFIGURATION.below("Top level"), Config)


@pytest.mark.parametrize(
    "name", ["archive", "defaults", "markdown", "search", "feeds", "design", "publisher", "preview"]
)
def test_tables_of_the_configuration(name: str) -> None:
    """So has each key of each table."""
    hint = get_type_hints(Config)[name]

    check_table(CONFIGURATION.below(name), hint)


@pytest.mark.parametrize("name", KINDS)
def test_kinds_of_targets(name: str) -> None:
    """So has each key of each kind of target; those of all kinds stand once."""
    common = tuple(set.intersection(*({f.name for f in msgspec.structs.fields(kind)} for kind in KINDS.values())))

    assert set(common) == {key.strip("`") for key in CONFIGURATION.below(r"publish.\<target\>").rows}
    check_table(CONFIGURATION.below(f'kind = "{name}"'), KINDS[name], common)


def test_colours_of_the_configuration() -> None:
    """The two schemes have one table of colours, and the theme's stylesheet has each of them."""
    check_table(CONFIGURATION.below("design.light"), Colours)


def test_every_table_of_the_configuration_has_a_heading() -> None:
    """What is a table in `config.toml` has a place of its own on the page; `extra` is free."""
    hints = get_type_hints(Config)
    tables = [name for name, hint in hints.items() if hint not in (str, int, bool) and name != "extra"]
    titles = [re.sub(r"\..*", "", heading.title) for heading in CONFIGURATION.headings if heading.level == 2][1:]

    assert titles == tables


def commands() -> dict[str, click.Command]:
    """Return the commands by the titles of their sections, those of groups too."""
    found: dict[str, click.Command] = {}
    for name, command in sitegen.commands.items():
        if isinstance(command, click.Group):
            found |= {f"sitegen {name} {inner}": item for inner, item in command.commands.items()}
        else:
            found[f"sitegen {name}"] = command
    return found


def spelt(parameter: click.Parameter) -> str:
    """Return a parameter as the page writes it: `-o`, `--output DIRECTORY` or `NAME`."""
    if isinstance(parameter, click.Argument):
        return f"`{parameter.make_metavar(click.Context(sitegen))}`"
    assert isinstance(parameter, click.Option)
    context = click.Context(sitegen)
    value = "" if parameter.is_flag or parameter.count else f" {parameter.make_metavar(context)}"
    return ", ".join(f"`{name}{value if name.startswith('--') else ''}`" for name in parameter.opts)


def test_every_command_is_documented() -> None:
    """Each command has a section, and there are no others of that form."""
    assert [h.title for h in COMMANDS.headings if h.title.startswith("sitegen ")] == list(commands())


@pytest.mark.parametrize("title", commands())
def test_every_option_is_documented(title: str) -> None:
    """Each option and argument of a command has its row; `-h` is told once for all."""
    command = commands()[title]
    expected = [spelt(parameter) for parameter in command.params if not getattr(parameter, "hidden", False)]

    assert list(COMMANDS.below(title).rows) == expected


def test_global_options_are_documented() -> None:
    """So has each option that stands before the command."""
    expected = [spelt(parameter) for parameter in sitegen.params] + ["`-h`, `--help`"]

    assert list(COMMANDS.below("Global options").rows) == expected


def test_codes() -> None:
    """Each code stands under its severity, with its meaning and a mend, in the order of the code."""
    found = [
        (severity, name)
        for title, severity in (("Fatal", Severity.FATAL), ("Errors", Severity.ERROR), ("Warnings", Severity.WARNING))
        for name in DIAGNOSTICS.below(title).names
    ]
    rows = [row for title in ("Fatal", "Errors", "Warnings") for row in DIAGNOSTICS.below(title).rows.values()]

    assert sorted(found) == sorted((code.severity, name) for name, code in CODES.items())
    assert [row for row in rows if not all(row)] == []


def test_modes_of_arguments() -> None:
    """The page of the dialect has each mode."""
    assert sorted(MARKDOWN.below("How arguments are found").names) == sorted(get_args(ArgumentMode))


def test_keys_of_marks() -> None:
    """It has each class and key of a mark."""
    assert MARKDOWN.below("Marks").names == [
        *(f".{name}" for name in CLASSES),
        "#id",
        *sorted((f"{key}=" for key in KEYS), key=MARKDOWN.below("Marks").names.index),
    ]


def test_extensions() -> None:
    """It has each extension that is on by default, in order."""
    assert MARKDOWN.below("Extensions").names == list(Markdown().extensions)


def test_html_that_is_kept() -> None:
    """It lists the elements and attributes that cleaning keeps, and the schemes of links."""
    section = MARKDOWN.below("HTML in a text")
    elements, rest = section.text.split("<!-- elements -->")[1].split("and on all of them")
    anywhere = rest.split("Some\nelements")[0]
    schemes = re.search(r"have the\s+schemes (.*?);", section.text, re.DOTALL)
    rows = {row[0].strip("`"): set(names(row[1])) for row in section.rows.values()}

    assert set(names(elements)) == sanitise._TAGS
    assert set(names(anywhere)) == sanitise._ANYWHERE
    assert {name: rows[name] for name in sanitise._ATTRIBUTES} == sanitise._ATTRIBUTES
    assert set(rows) - set(sanitise._ATTRIBUTES) == {"sanitize", "allow", "escape"}
    assert schemes is not None
    assert set(names(schemes[1])) == sanitise.SCHEMES


def test_folders_of_the_content() -> None:
    """The page of the content has each folder, and the largest size of a file."""
    rows = CONTENT.headings[1].rows

    assert {name.strip("`/") for name in rows} == {"articles", "files", *RECORD_FOLDERS}
    assert f"{LARGEST_SOURCE // 1024 // 1024} MiB" in CONTENT.headings[1].text


def test_parts_of_permalinks() -> None:
    """The page of the URLs has each part of a permalink."""
    assert [name.strip("{}") for name in URLS.below("Permalinks").names] == list(PERMALINK_FIELDS)


def test_reserved_names() -> None:
    """It lists the reserved names, and each is the first part of a URL that it tells of or keeps free."""
    section = URLS.below("Reserved names")
    listed = names(section.text.split("(`reserved-slug`):")[1].split("\n\n")[1])

    assert listed == sorted(RESERVED)
    assert all(reserved(f"/{name}/") for name in listed)
