"""Parts: templates that see nothing of the page, so that what they give is made once and kept.

`{% part "_feed_entry.xml" with card, article %}` renders a template that gets `site` and the named
values, and neither `page` nor `archive`; words are in the language of the piece that it is given. What it
gives depends on these alone: wherever the same part is made of the same values, on whatever page, it is the
same text. The questions behind the values are asked by the page, which has them in its own record.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, NoReturn

from jinja2 import Environment, Undefined, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from markupsafe import Markup as SafeText
from msgspec import Struct
from msgspec.structs import replace

from sitegen.archive.cards import ArticleView, Card
from sitegen.pages.site import Site

__all__ = ["Parts"]

_CHARACTERS = 2_000_000


class Parts(Extension):
    """The tag `part`, with the newest texts that it gave.

    Values are known again by identity: they are frozen, and comparing all that an article holds would
    take as long as printing it.
    """

    tags = {"part"}  # noqa: RUF012 - as Jinja has it

    def __init__(self, environment: Environment) -> None:
        """Make parts in an environment; none is made yet."""
        super().__init__(environment)
        self._kept: OrderedDict[tuple[object, ...], tuple[tuple[object, ...], SafeText]] = OrderedDict()
        self._characters = 0
        self._sites: tuple[Site, Site] | None = None

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """Read the tag: the name of the template, and the names of the values that it gets."""
        line = next(parser.stream).lineno
        name = parser.parse_expression()
        parser.stream.expect("name:with")
        given = [parser.stream.expect("name").value]
        while parser.stream.skip_if("comma"):
            given.append(parser.stream.expect("name").value)
        values = nodes.Dict([nodes.Pair(nodes.Const(key), nodes.Name(key, "load")) for key in given])
        made = self.call_method("make", [name, nodes.Name("site", "load"), values])
        # What a template depends on is read from its tree, by its includes: this one is never run.
        seen = nodes.If(nodes.Const(False), [nodes.Include(name, True, False)], [], [])  # noqa: FBT003 - as Jinja has them
        return [seen.set_lineno(line), nodes.Output([made]).set_lineno(line)]

    def make(self, name: str, site: Site, values: dict[str, Any]) -> SafeText:
        """Return what a part gives for values, each an answer or `None`; the same values are not rendered twice."""
        for value in values.values():
            if isinstance(value, Undefined):
                str(value)  # which raises its error
            if value is not None and not isinstance(value, Struct):
                raise TypeError(f"a part is made of answers of the archive, not of a {type(value).__name__}")
        names = self._names(values)
        site = self._without_questions(site)
        identity = (site, *values.values())
        key = (name, *values, *map(id, identity))
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key][1]
        template = self.environment.get_template(name)
        text = SafeText(template.render(site=site, **names, **values))  # noqa: S704 - it is printed there
        # The values are kept with the text, so that no others get their identity.
        self._kept[key] = (identity, text)
        self._characters += len(text)
        while self._characters > _CHARACTERS:
            self._characters -= len(self._kept.popitem(last=False)[1][1])
        return text

    def _names(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return the functions that say something in the language of the first value that is a piece, if any is."""
        for value in values.values():
            if isinstance(value, (ArticleView, Card)):
                card = value.card if isinstance(value, ArticleView) else value
                return self.environment.tongue(card.language).names  # type: ignore[attr-defined,no-any-return]
        return {}

    def _without_questions(self, site: Site) -> Site:
        """Return a site that answers no questions: always the same for the same site, and for itself."""
        if self._sites is None or (site is not self._sites[0] and site is not self._sites[1]):
            self._sites = (site, replace(site, _ask=_refuse))
        return self._sites[1]


def _refuse(name: str) -> NoReturn:
    raise TypeError(f"a part cannot ask for `site.{name}`: it is kept for pages that do not ask")
