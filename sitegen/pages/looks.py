"""What a template looks up when it is imported, read from its tree while it is compiled, and kept with its code."""

from __future__ import annotations

from typing import NamedTuple

from jinja2 import meta, nodes

from sitegen.pages.words import FUNCTIONS

__all__ = ["Looks", "looks_of"]


class Looks(NamedTuple):
    """What a template with macros looks up, by name: whatever it may find elsewhere, and all it mentions.

    `at_once` are the functions for words that it calls when it is imported; `filters` and `imports` are what it uses
    of others, an import `None` where its name is known only when it happens. All are sorted.
    """

    at_once: tuple[str, ...]
    undeclared: tuple[str, ...]
    names: tuple[str, ...]
    filters: tuple[str, ...]
    imports: tuple[str | None, ...]


def looks_of(tree: nodes.Template) -> tuple[tuple[str | None, ...], ...] | None:
    """Return the fields of a template's `Looks`, as plain values.

    `None` where more than names could tell pages apart: where the template includes or extends another, or looks up
    or calls something outside of its macros: anything but the functions that say something in a language. It is
    `None` too where there is no macro, as in most templates: nobody imports those.
    """
    env = tree.environment
    macros = [node for node in tree.body if isinstance(node, nodes.Macro)]
    if not macros or any(tree.find_all((nodes.Include, nodes.Extends))):
        return None
    once = nodes.Template([node for node in tree.body if not isinstance(node, nodes.Macro)], lineno=1)
    once.set_environment(env)  # type: ignore[arg-type]  # a tree that is compiled has one
    functions = {(node.name, node.ctx) for node in once.find_all(nodes.Name) if node.name in FUNCTIONS}
    at_once = {name for name, _ in functions}
    called = {call.node.name if isinstance(call.node, nodes.Name) else "" for call in once.find_all(nodes.Call)}
    if not called <= at_once or any(use != "load" for _, use in functions):
        return None
    if meta.find_undeclared_variables(once) - at_once:
        return None
    imports = set(meta.find_referenced_templates(tree))
    return tuple(
        tuple(sorted(found, key=str))
        for found in (
            at_once,
            meta.find_undeclared_variables(tree),
            {node.name for node in tree.find_all(nodes.Name)},
            {node.name for node in tree.find_all(nodes.Filter)},
            imports,
        )
    )
