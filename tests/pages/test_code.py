"""The code of templates reads and prints what Jinja's own does, the second time as the first."""

from __future__ import annotations

from typing import Any

import pytest
from jinja2.exceptions import SecurityError, TemplateRuntimeError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from sitegen.archive.cards import NamedLink, Term, TermCount
from sitegen.pages.snapshot import Snapshot, TemplateFile
from sitegen.pages.templates import environment

VALUES: dict[str, Any] = {
    "link": NamedLink("<a>", "/x/"),
    "count": TermCount(Term("tag", "t", "T & co", "/t/"), 3),
    "safe": Markup("<b>"),
    "plain": "<i>",
    "table": {"class": "<c>", "name": "n", "of": {"a": 1}},
    "numbers": [1, 2.5, -3],
}
TEMPLATES = (
    "{{ link.name }} {{ link.url }} {{ count.term.name }} {{ count.count }} {{ safe }} {{ plain }} {{ 7 }}",
    "{{ table.class }}{{ table.name }}{{ table.of.a }}{% for key, value in table.items() %}{{ key }}{% endfor %}",
    "{% for n in numbers %}{{ n }}{{ loop.index }}{{ loop.last | string }}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{{ plain.upper() }}{{ plain.startswith('<') | string }}{{ '{}{}'.format(plain, safe) }}{{ safe.format() }}",
    "{% macro f(x, y='<y>') %}{{ x }}{{ y }}{% endmacro %}{{ f(plain) }}{{ f(y=safe, x=1) }}{{ f('a', 'b') | upper }}",
    "{% macro f(x) %}{{ x }}{{ caller(1) }}{% endmacro %}{% call(m) f(plain) %}{{ m }}<c>{% endcall %}",
    "{% macro f() %}{{ varargs | join }}{{ kwargs | length }}{% endmacro %}{{ f(1, plain, a=2) }}",
    "{% set x %}<u>{{ plain }}</u>{% endset %}{{ x }}{{ x | upper }}{{ plain | safe }}{{ plain ~ safe }}",
    "{{ link.gone is defined }}{{ (link.gone | default('-')) }}{{ table.gone is defined }}".replace(
        "is defined", "is defined | string"
    ),
)


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("name", ["a.html", "a.xml", "a.json"])
def test_same_as_jinja(template: str, name: str) -> None:
    """What a template gives is what Jinja's own sandbox gives, also once the types of its values are known."""
    jinja = ImmutableSandboxedEnvironment(autoescape=not name.endswith("json"))
    env = environment(Snapshot({name: TemplateFile(name, template)}, {}), {})
    expected = jinja.from_string(template).render(VALUES)

    assert [env.get_template(name).render(VALUES) for _ in range(3)] == [expected] * 3


@pytest.mark.parametrize(
    ("template", "error"),
    [
        ("{{ x.name }}", "a {} has no `name`"),
        ("{{ x.name.more }}", "a {} has no `name`"),
        ("{{ x.from }}", "a {} has no `from`"),
        ("{{ x.__class__ }}", "access to attribute '__class__' of '{}' object is unsafe."),
    ],
)
def test_nothing_is_known_of_other_types(template: str, error: str) -> None:
    """That links have a name says nothing of what else stands in their place."""
    texts = {"known.html": "{{ x.name }}{{ x.url }}", "a.html": template}
    env = environment(Snapshot({n: TemplateFile(n, text) for n, text in texts.items()}, {}), {})
    for name in ("n", "m"):
        assert env.get_template("known.html").render(x=NamedLink(name, "/")) == f"{name}/"

    for value in ([], 5, {1}):
        with pytest.raises(TemplateRuntimeError) as caught:
            env.get_template("a.html").render(x=value)
        assert str(caught.value) == error.format(type(value).__name__)


@pytest.mark.parametrize("template", ["{{ x.__class__ }}", "{{ x.name.__class__ }}", "{{ '{0.__class__}'.format(x) }}"])
def test_private_attributes(template: str) -> None:
    """What the sandbox refuses is refused of a type that is known."""
    env = environment(Snapshot({"a.html": TemplateFile("a.html", "{{ x.name }}" + template)}, {}), {})
    for _ in range(2):
        with pytest.raises(SecurityError):
            env.get_template("a.html").render(x=NamedLink("n", "/"))
