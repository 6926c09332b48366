"""Words: the functions by which templates say something in a language, one set for each language.

What a message says is plain text, and so are the values put into it, save those that are HTML already: in a template
of HTML everything else is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2.nodes import EvalContext
from jinja2.utils import pass_eval_context
from markupsafe import Markup, escape

from sitegen.pages.catalogues import Catalogues, Entry, Key

__all__ = ["ENGLISH", "FUNCTIONS", "Phrase", "Tongues", "Words"]

FUNCTIONS = ("_", "gettext", "ngettext", "npgettext", "pgettext")
"""The names of the functions in templates."""

Messages = Mapping[Key, Entry]


class Phrase:
    """A function that says messages; `find` gives the words, and takes the function's positional arguments."""

    __slots__ = ("_escaped", "_find", "_known")

    def __init__(self, find: Callable[..., str]) -> None:
        """Say what `find` gives; nothing is said yet."""
        self._find = find
        self._escaped: dict[str, Markup] = {}
        self._known: dict[str, str] = {}

    @pass_eval_context
    def __call__(self, context: EvalContext, /, *message: Any, **values: Any) -> str:  # noqa: ANN401 - as templates call it
        """Return the words of a message with values in their places; in HTML as safe text."""
        if values or not context.autoescape or len(message) > 1:
            return self.say(message, values, is_html=bool(context.autoescape))
        # Most are words alone, said again and again.
        if (known := self._known.get(message[0])) is None:
            known = self._known[message[0]] = self.say(message, values, is_html=True)
        return known

    def say(self, message: tuple[Any, ...], values: dict[str, Any], *, is_html: bool) -> str:
        """Do so outside of a template; `num` is the number of a message with plural forms."""
        text = self._find(*message)
        if is_html:
            if (safe := self._escaped.get(text)) is None:
                safe = self._escaped[text] = escape(str(text))
            text = safe
        if "%" not in text:
            return text
        if type(message[-1]) is int:
            values.setdefault("num", message[-1])
        return text % values


class Words:
    """What is said in one language; `names` are the names that a template of it has."""

    def __init__(self, language: str, messages: Messages) -> None:
        """Say `messages`, and in English what is not there."""

        def one(message: str, context: str = "") -> str:
            found = messages.get((context, message))
            return found.forms[0] if found else message

        def several(singular: str, plural: str, number: int, context: str = "") -> str:
            if found := messages.get((context, singular)):
                return found.forms[found.form_of(number)]
            return singular if number == 1 else plural

        self.language = language
        self.gettext = Phrase(one)
        self.ngettext = Phrase(several)
        self.pgettext = Phrase(lambda context, message: one(message, context))
        self.npgettext = Phrase(lambda context, one, many, number: several(one, many, number, context))
        self.names: dict[str, Any] = {
            "_": self.gettext,
            "gettext": self.gettext,
            "ngettext": self.ngettext,
            "npgettext": self.npgettext,
            "pgettext": self.pgettext,
            "language": language,
        }

    def say(self, message: str, /, **values: object) -> str:
        """Return a message as plain text."""
        return self.gettext.say((message,), values, is_html=False)


ENGLISH = Words("en", {})
"""The source, of a site without catalogues of its own."""


class Tongues:
    """The words of each language of a build, made when they are first asked for."""

    def __init__(self, catalogues: Catalogues, language: str, ask: Callable[[str, str], object]) -> None:
        """`language` is the site's; `ask` is asked for `words` of a language: it notes what pages depend on."""
        self._catalogues = catalogues
        self._ask = ask
        self._known: dict[str, Words] = {}
        self._language = _tag(language)
        self.interface = self._made(self._language)

    def of(self, language: str) -> Words:
        """Return the words for a piece in a language: those of the site where there is no catalogue for it."""
        tag = _tag(language or self._language)
        self._ask("words", tag)
        if (found := self._known.get(tag)) is None:
            is_spoken = tag != self._language and self._catalogues.speak(tag)
            found = self._known[tag] = self._made(tag) if is_spoken else self.interface
        return found

    def _made(self, tag: str) -> Words:
        return Words(tag, self._catalogues.messages(tag))


def _tag(language: str) -> str:
    return language.replace("_", "-")
