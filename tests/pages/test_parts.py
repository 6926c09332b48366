"""Parts see nothing of the page, so they are made once for each set of values."""

from __future__ import annotations

from typing import Any

import jinja2
import pytest

from sitegen.archive.cards import NamedLink
from sitegen.articles.dates import EdtfDate
from sitegen.config import parse
from sitegen.pages.closure import references
from sitegen.pages.site import Site
from sitegen.pages.snapshot import Snapshot, TemplateFile
from sitegen.pages.templates import environment, problem

CONFIG = parse(b'title = "T"\nbase_url = "https://example.org"\n')
PAGE = '{% part "part.html" with a, b %}|'


def site() -> Site:
    """Return a site that knows its day."""
    return Site.of(CONFIG, lambda _name: EdtfDate("2020-01-02"))


class Counted:
    """An environment with a page and a part, and how often the part was rendered."""

    def __init__(self, part: str, page: str = PAGE, name: str = "page.html") -> None:
        """Take the texts of both."""
        texts = {name: page, "part.html": f"{{% if site.title | count_it %}}{{% endif %}}{part}"}
        self.snapshot = Snapshot({n: TemplateFile(f"templates/{n}", text) for n, text in texts.items()}, {})
        self.env = environment(self.snapshot, {"count_it": self.count})
        self.name = name
        self.made = 0

    def count(self, text: str) -> str:
        """Note that the part is rendered."""
        self.made += 1
        return text

    def render(self, **values: Any) -> str:
        """Render the page."""
        return self.env.get_template(self.name).render({"site": SITE, "page": "p", "archive": "x"} | values)

    def wrong(self, **values: Any) -> str:
        """Render the page, which fails, and return the message with its place."""
        with pytest.raises(Exception) as caught:  # noqa: PT011 - a template can raise anything
            self.render(**values)
        found = problem(caught.value, self.snapshot)
        return f"{found.path}:{found.line}: {found.message}"


SITE = site()
ONE, OTHER = NamedLink("<one>", "/1/"), NamedLink("other", "/2/")


def test_made_once() -> None:
    """The same values give the same text without rendering; others are rendered, equal ones too."""
    part = Counted("{{ site.title }} {{ a.name }}{{ b.name if b }}")

    assert [part.render(a=ONE, b=None), part.render(a=ONE, b=None)] == ["T &lt;one&gt;|"] * 2
    assert part.made == 1
    assert part.render(a=ONE, b=OTHER) == "T &lt;one&gt;other|"
    assert part.render(a=NamedLink("<one>", "/1/"), b=None) == "T &lt;one&gt;|"
    assert part.render(a=ONE, b=None, site=site()) == "T &lt;one&gt;|"
    assert part.made == 4


def test_made_once_within_others() -> None:
    """A part of parts is kept as well, whichever of them shows it."""
    part = Counted("{{ a.name }}", '{% part "outer.html" with a, b %}|')
    part.snapshot.templates["outer.html"] = TemplateFile("templates/outer.html", '{% part "part.html" with a %}')

    assert [part.render(a=ONE, b=None), part.render(a=ONE, b=OTHER)] == ["&lt;one&gt;|"] * 2
    assert part.made == 1


def test_escaping_is_that_of_the_part() -> None:
    """What a part of HTML gives is not escaped again, whatever the page is."""
    for name in ("page.html", "page.json"):
        assert Counted("{{ a.name }}", name=name).render(a=ONE, b=None) == "&lt;one&gt;|"


def test_kept_texts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many texts the newest are kept."""
    monkeypatch.setattr("sitegen.pages.parts._CHARACTERS", 100)
    part = Counted("{{ a.name }}" + "." * 45)
    links = {name: NamedLink(name * 5, "/") for name in "xyz"}
    for name in "xyxzxy":
        part.render(a=links[name], b=None)

    assert part.made == 4


@pytest.mark.parametrize("name", ["page", "archive", "c"])
def test_sees_only_what_it_is_given(name: str) -> None:
    """The page, the archive and other names of the page are not there."""
    part = Counted(f"\n{{{{ {name} }}}}")

    assert part.wrong(a=ONE, b=None, c=1).startswith(f"templates/part.html:2: there is no `{name}` here")


def test_cannot_ask_for_the_day() -> None:
    """What would have to be noted for each page cannot be asked; the site's own values can."""
    assert Counted("{{ site.today }}").wrong(a=ONE, b=None) == (
        "templates/part.html:1: a part cannot ask for `site.today`: it is kept for pages that do not ask"
    )


@pytest.mark.parametrize("value", ["text", 1, [ONE], {"a": 1}])
def test_values_are_answers(value: object) -> None:
    """A part is made of frozen answers: of anything else it would not be known whether it has changed."""
    message = f"templates/page.html:1: a part is made of answers of the archive, not of a {type(value).__name__}"

    assert Counted("").wrong(a=value, b=None) == message


def test_values_that_are_not_there() -> None:
    """A name that is not known is told at the tag."""
    assert Counted("").wrong(a=ONE) == "templates/page.html:1: there is no `b` here"


def test_syntax() -> None:
    """The tag needs `with` and a name."""
    for page in ('{% part "part.html" %}', '{% part "part.html" with %}', '{% part "part.html" with a, %}'):
        with pytest.raises(jinja2.TemplateSyntaxError):
            Counted("", page).render(a=ONE)


def test_is_among_the_references() -> None:
    """A page depends on its parts, as on what it includes."""
    assert references(PAGE) == ("part.html",)
