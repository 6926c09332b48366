"""Modules of macros are shared by the pages that they look the same to, and by no others."""

from __future__ import annotations

from typing import Any

import pytest

from sitegen.pages.modules import Importable
from sitegen.pages.snapshot import Snapshot, TemplateFile
from sitegen.pages.templates import environment

PAGE = '{% import "m.html" as m %}{{ m.f() }}'


def made(module: str, pages: list[dict[str, Any]], page: str = PAGE, **others: str) -> tuple[list[str], int]:
    """Render pages that import a module; return their texts, and how many modules were made."""
    texts = {"m.html": module, "page.html": page} | {f"{name}.html": text for name, text in others.items()}
    env = environment(Snapshot({n: TemplateFile(n, text) for n, text in texts.items()}, {}), {})
    template = env.get_template("page.html")
    rendered, modules = [], []
    for values in pages:
        rendered.append(template.render(values))
        modules.append(getattr(env.get_template("m.html"), "_last", None))
    return rendered, len({id(kept[1]) for kept in modules if kept}) if all(modules) else len(pages)


def test_shared() -> None:
    """What a macro does not look up can be another on each page."""
    module = '{% set words = {"a": "A"} %}{% macro f(x=1) %}{{ site }}{{ words.a }}{{ x }}{{ g() }}{% endmacro %}'
    more = "{% macro g(y=2) %}{% set n = namespace(i=y) %}{{ n.i }}{% endmacro %}"

    assert made(module + more, [{"site": "s", "page": 1}, {"site": "s", "page": 2}]) == (["sA12", "sA12"], 1)


def test_names() -> None:
    """A value that a macro looks up is each page's own, also where it is missing or set by the page's text."""
    module = "{% macro f() %}{{ x if x is defined else '-' }}{% endmacro %}"

    assert made(module, [{"x": "1"}, {"x": "2"}, {}, {"x": "2"}]) == (["1", "2", "-", "2"], 4)
    assert made(module, [{"y": "1"}, {"y": "2"}], "{% set x = y %}" + PAGE) == (["1", "2"], 2)
    assert made("{% macro f() %}{{ range(1) | first }}{% endmacro %}", [{}, {"range": lambda _: [7]}])[0] == ["0", "7"]


def test_nested() -> None:
    """What an imported template imports counts as its own."""
    module = '{% import "n.html" as n %}{% macro f() %}{{ n.g() }}{% endmacro %}'

    assert made(module, [{"x": "1"}, {"x": "2"}], n="{% macro g() %}{{ x }}{% endmacro %}") == (["1", "2"], 2)
    assert made(module, [{"x": "1"}, {"x": "2"}], n="{% macro g() %}{% endmacro %}") == (["", ""], 1)


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("{% set kept = x %}{% macro f() %}{{ kept }}{% endmacro %}", ["1", "2"]),
        ('{% macro f() %}{% include "n.html" %}{% endmacro %}', ["1", "2"]),
        ('{% extends "n.html" %}{% macro f() %}{{ x }}{% endmacro %}', ["1", "2"]),
        ("{% macro f() %}{% import name as n %}{{ n.g() }}{% endmacro %}", ["1", "2"]),
        ("{% set n = namespace(i=0) %}{% macro f() %}{% set n.i = n.i + 1 %}{{ n.i }}{% endmacro %}", ["1", "1"]),
    ],
)
def test_not_shared(module: str, expected: list[str]) -> None:
    """A module that looks something up when it is made, or keeps a state, is made for each page."""
    pages = [{"x": "1", "name": "n.html"}, {"x": "2", "name": "n.html"}]

    assert made(module, pages, n="{{ x }}{% macro g() %}{{ x }}{% endmacro %}") == (expected, 2)


def test_circle() -> None:
    """Templates may import each other, where neither does so at once; one that is not there is told when it is used."""
    module = '{% macro f() %}{% import "n.html" as n %}{{ n.g() }}{% endmacro %}'
    other = '{% macro g() %}{{ x }}{% endmacro %}{% macro h() %}{% import "m.html" as m %}{% endmacro %}'
    gone = '{% macro f() %}{{ x }}{% endmacro %}{% macro g() %}{% import "gone.html" as n %}{% endmacro %}'

    assert made(module, [{"x": "1"}, {"x": "2"}], n=other)[0] == ["1", "2"]
    assert made(gone, [{"x": "1"}, {"x": "2"}])[0] == ["1", "2"]


def test_of_the_theme() -> None:
    """The theme's macros look at the site alone, so that one module serves every page."""
    from sitegen.resources import theme_folder

    snapshot = Snapshot.read(theme_folder() / "none", theme_folder())
    names = ("absolute", "asset", "date", "markdown", "month_name", "typography")
    template = environment(snapshot, dict.fromkeys(names, str)).get_template("_macros.html")

    assert isinstance(template, Importable)
    assert template.names_seen() == ("site",)
