"""Modules of macros are shared by the pages that they look the same to, and by no others."""

from __future__ import annotations

from typing import Any

import jinja2
import pytest

from sitegen.config import parse
from sitegen.pages.catalogues import Entry
from sitegen.pages.filters import Filters
from sitegen.pages.modules import Importable
from sitegen.pages.snapshot import Snapshot, TemplateFile
from sitegen.pages.templates import environment
from sitegen.pages.words import Words

PAGE = '{% import "m.html" as m %}{{ m.f() }}'


def made(module: str, pages: list[dict[str, Any]], page: str = PAGE, **others: str) -> tuple[list[str], int]:
    """Render pages that import a module; return their texts, and how many modules were made."""
    texts = {"m.html": module, "page.html": page} | {f"{name}.html": text for name, text in others.items()}
    env = environment(Snapshot({n: TemplateFile(n, text) for n, text in texts.items()}, {}), {})
    template = env.get_template("page.html")
    rendered, modules = [], []
    for values in pages:
        rendered.append(template.render(values))
        kept = getattr(env.get_template("m.html"), "_last", None)
        modules += kept.values() if kept else ()
    return rendered, len({id(it[1]) for it in modules}) if modules else len(pages)


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


def test_words_when_it_is_imported() -> None:
    """Words may be looked up at once: there is one module for each language, and each is kept."""
    german, french = Words("de", {}), Words("fr", {("", "x"): Entry(("y",), int)})
    module = '{% set kept = _("x") %}{% macro f() %}{{ kept }}{{ 5 | spoken }}{% endmacro %}'
    files = {"m.html": module, "page.html": PAGE}
    env = environment(
        Snapshot({name: TemplateFile(name, text) for name, text in files.items()}, {}), {"spoken": spoken}
    )
    pages = [env.get_template("page.html").render(words.names) for words in (german, french, german, french)]
    template = env.get_template("m.html")

    assert pages == ["xde", "yfr", "xde", "yfr"]
    assert isinstance(template, Importable)
    assert template.names_seen() == ("_", "language", "site")
    assert set(template._last or {}) == {"de", "fr"}


@jinja2.pass_context
def spoken(context: jinja2.runtime.Context, _value: object) -> str:
    """Return the language of the page."""
    return str(context["language"])


def test_a_name_of_words_that_is_something_else() -> None:
    """What a page puts in the place of a function is called for that page."""
    module = '{% set kept = _("x") %}{% macro f() %}{{ kept }}{% endmacro %}'
    said = iter("abc")

    assert made(module, [{"_": lambda _: next(said)}] * 3)[0] == ["a", "b", "c"]
    kept = "{% set _ = namespace %}{% set n = _(i=0) %}"
    assert made(kept + "{% macro f() %}{% set n.i = n.i + 1 %}{{ n.i }}{% endmacro %}", [{}, {}])[0] == ["1", "1"]


def test_circle() -> None:
    """Templates may import each other, where neither does so at once; one that is not there is told when it is used."""
    module = '{% macro f() %}{% import "n.html" as n %}{{ n.g() }}{% endmacro %}'
    other = '{% macro g() %}{{ x }}{% endmacro %}{% macro h() %}{% import "m.html" as m %}{% endmacro %}'
    gone = '{% macro f() %}{{ x }}{% endmacro %}{% macro g() %}{% import "gone.html" as n %}{% endmacro %}'

    assert made(module, [{"x": "1"}, {"x": "2"}], n=other)[0] == ["1", "2"]
    assert made(gone, [{"x": "1"}, {"x": "2"}])[0] == ["1", "2"]


def test_of_the_theme() -> None:
    """The theme's macros look at the site and its words alone, so that one module serves every page in a language."""
    from sitegen.resources import theme_folder

    snapshot = Snapshot.read(theme_folder() / "none", theme_folder())
    filters = Filters(parse(b'title = "T"\nbase_url = "https://example.org"\n'), lambda _: NotImplemented).by_name()
    template = environment(snapshot, filters).get_template("_macros.html")

    assert isinstance(template, Importable)
    assert template.names_seen() == ("_", "interface", "language", "ngettext", "pgettext", "site")
