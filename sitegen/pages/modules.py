"""Imported templates: their modules, made once for all pages to which they look the same.

An import sees what its page sees. Most macros look at little of that: those of the theme's `_macros.html`
at `site` and at the words of a language, which are one for all pages in it. So the names that a template
looks up are read from its tree, and the module that was made last in a language is used again where all of
them stand for what they stood for then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import jinja2
from jinja2 import meta, nodes
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from jinja2.utils import _PassArg, missing

from sitegen.pages.words import FUNCTIONS, Phrase

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

    _last: dict[object, tuple[tuple[object, ...], TemplateModule]] | None = None
    _seen: _Names | None = None
    _is_read = False
    _every: dict[str, Any] | None = None
    _every_name: frozenset[str] = frozenset()

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

        It is so where more than these names could tell pages apart: where the template includes or extends
        another, or where it looks up or calls something outside of its macros, when it is imported: anything but the
        functions that say something in a language.
        """
        if not self._is_read:
            # Until it is read it is nobody's but the page's: templates may import each other.
            self._is_read = True
            self._seen = self._read()
        return self._seen.seen if self._seen else None

    def _read(self) -> _Names | None:
        env = self.environment
        if env.loader is None or self.name is None:
            return None
        tree = env.parse(env.loader.get_source(env, self.name)[0])
        once = nodes.Template([node for node in tree.body if not isinstance(node, nodes.Macro)], lineno=1)
        once.set_environment(env)
        names = {(node.name, node.ctx) for node in once.find_all(nodes.Name) if node.name in FUNCTIONS}
        at_once = {name for name, _ in names}
        called = {call.node.name if isinstance(call.node, nodes.Name) else "" for call in once.find_all(nodes.Call)}
        if any(tree.find_all((nodes.Include, nodes.Extends))) or not called <= at_once:
            return None
        if meta.find_undeclared_variables(once) - at_once or any(use != "load" for _, use in names):
            return None
        seen = meta.find_undeclared_variables(tree)
        seen |= {node.name for node in tree.find_all(nodes.Name) if node.name in env.globals}
        for name in meta.find_referenced_templates(tree):
            if name is None or (more := _names_seen(env, name)) is None:
                return None
            seen.update(more)
        filters = (env.filters.get(node.name) for node in tree.find_all(nodes.Filter))
        if any(getattr(it, "jinja_pass_arg", None) is _PassArg.context for it in filters):
            seen.update(_AMBIENT)
        return _Names(tuple(sorted(seen)), tuple(sorted(at_once)))


def _names_seen(env: jinja2.Environment, name: str) -> tuple[str, ...] | None:
    try:
        template = env.get_template(name)
    except jinja2.TemplateError:
        return None  # whoever gets as far as to import it is told
    return template.names_seen() if isinstance(template, Importable) else None
