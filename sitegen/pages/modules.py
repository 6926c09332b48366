"""Imported templates: their modules, made once for all pages to which they look the same.

An import sees what its page sees. Most macros look at little of that: those of the theme's `_macros.html`
at `site` and at the words of a language, which are one for all pages in it. So the names that a template
looks up are read from its tree (see `looks.py`), and the module that was made last in a language is used again
where all of them stand for what they stood for then.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any, NamedTuple

import jinja2
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from jinja2.utils import _PassArg, missing

from sitegen.pages.looks import Looks
from sitegen.pages.words import Phrase

__all__ = ["Importable"]

_LANGUAGE = "language"
_AMBIENT = (_LANGUAGE, "site")
"""What filters that are given the context look up in it."""


class _Names(NamedTuple):
    """The names that a template looks up, and those of them that it looks up when it is imported."""

    seen: tuple[str, ...]
    at_once: tuple[str, ...]


class Importable(jinja2.Template):
    """A template that keeps the module which was made of it last in each language, and what that saw."""

    looks: Looks | None = None
    """What it looks up, `None` where that is not known by name."""

    _last: dict[object, tuple[tuple[object, ...], TemplateModule]] | None = None
    _seen: _Names | None = None
    _is_read = False
    _every: dict[str, Any] | None = None
    _every_name: frozenset[str] = frozenset()

    @classmethod
    def _from_namespace(
        cls,
        environment: jinja2.Environment,
        namespace: MutableMapping[str, Any],
        globals: MutableMapping[str, Any],  # noqa: A002 - as Jinja has it
    ) -> jinja2.Template:
        template = super()._from_namespace(environment, namespace, globals)
        if isinstance(template, Importable) and (looks := namespace["looks"]) is not None:
            template.looks = Looks(*looks)
        return template

    def new_context(
        self,
        vars: dict[str, Any] | None = None,  # noqa: A002 - as Jinja has it
        shared: bool = False,  # noqa: FBT001, FBT002 - the same
        locals: Mapping[str, Any] | None = None,  # noqa: A002 - the same
    ) -> Context:
        """Return the context for what a page has; the names that stand in every one are put together only once."""
        if shared or locals:
            return super().new_context(vars, shared, locals)
        if self._every is None:
            self._every = dict(self.globals)
            self._every_name = frozenset(self._every)
        context = self.environment.context_class(self.environment, self._every | (vars or {}), self.name, self.blocks)
        context.globals_keys = self._every_name  # type: ignore[assignment]  # it is only read
        return context

    def make_module(
        self,
        vars: dict[str, Any] | None = None,  # noqa: A002 - as Jinja has it
        shared: bool = False,  # noqa: FBT001, FBT002 - the same
        locals: Mapping[str, Any] | None = None,  # noqa: A002 - the same
    ) -> TemplateModule:
        """Return the module for what a page has; `locals` come before `vars`, save those that are not set yet."""
        if self.names_seen() is None or self._seen is None:
            return super().make_module(vars, shared, locals)
        seen = self._seen.seen
        near, far = locals or {}, vars or {}
        values = tuple(
            far.get(name, missing) if (value := near.get(name, missing)) is missing else value for name in seen
        )
        # Identity, because values are frozen, and comparing all that one holds would take longer than the module.
        known = self._last if self._last is not None else {}
        language = values[seen.index(_LANGUAGE)] if _LANGUAGE in seen else missing
        last = known.get(language) if isinstance(language, str) or language is missing else None
        if last is None or any(new is not old for new, old in zip(values, last[0], strict=True)):
            last = (values, super().make_module(vars, shared, locals))
            # A page may have made something else of a name, which could do anything each time.
            at_once = (values[seen.index(name)] for name in self._seen.at_once)
            if not all(type(value) is Phrase for value in at_once):
                return last[1]
            self._last = known | {language: last}
        return last[1]

    def names_seen(self) -> tuple[str, ...] | None:
        """Return the names that the macros of the template look up, or `None` where its module is each page's own.

        It is so where more than these names could tell pages apart, see `looks_of`, in it or in what it imports.
        """
        if not self._is_read:
            # Until it is read it is nobody's but the page's: templates may import each other.
            self._is_read = True
            self._seen = self._read()
        return self._seen.seen if self._seen else None

    def _read(self) -> _Names | None:
        env, looks = self.environment, self.looks
        if looks is None:
            return None
        seen = {*looks.undeclared, *(name for name in looks.names if name in env.globals)}
        for name in looks.imports:
            if name is None or (more := _names_seen(env, name)) is None:
                return None
            seen.update(more)
        if any(getattr(env.filters.get(name), "jinja_pass_arg", None) is _PassArg.context for name in looks.filters):
            seen.update(_AMBIENT)
        return _Names(tuple(sorted(seen)), looks.at_once)


def _names_seen(env: jinja2.Environment, name: str) -> tuple[str, ...] | None:
    try:
        template = env.get_template(name)
    except jinja2.TemplateError:
        return None  # whoever gets as far as to import it is told
    return template.names_seen() if isinstance(template, Importable) else None
