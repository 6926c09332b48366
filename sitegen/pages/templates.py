"""The Jinja environment: templates from a snapshot, with the archive as their only window.

All templates are read once, so what is rendered is what was there when the build began. The site's own
files come before the packaged ones, file by file. What would make a page depend on anything else than
its inputs is taken away: random choices, object addresses, modules that keep one page's values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from msgspec import Struct

from sitegen.diagnostics import Diagnostic

__all__ = ["Snapshot", "TemplateFile", "environment", "problem"]

_REMOVED_FILTERS = ("random",)
_REMOVED_GLOBALS = ("lipsum",)


class TemplateFile(Struct, frozen=True):
    """A template as it was read: the path that findings name, and its text."""

    path: str
    text: str


class Snapshot(Struct, frozen=True):
    """All templates and theme assets of a build, by name."""

    templates: dict[str, TemplateFile]
    assets: dict[str, Path]

    @classmethod
    def read(cls, site: Path, theme: Path) -> Snapshot:
        """Read the packaged templates of `theme`, then the site's own, which replace them by name."""
        templates: dict[str, TemplateFile] = {}
        assets: dict[str, Path] = {}
        for folder in (theme, site):
            if not folder.is_dir():
                continue
            for file in sorted(folder.rglob("*")):
                name = file.relative_to(folder).as_posix()
                if file.name.startswith(".") or not file.is_file():
                    continue
                if name.startswith("assets/"):
                    assets[name.removeprefix("assets/")] = file
                else:
                    templates[name] = TemplateFile(f"templates/{name}", file.read_text("utf-8", "replace"))
        return cls(templates, assets)


class _Environment(jinja2.Environment):
    """Imports and includes see the page's context, so that no module is shared between pages."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in tree.find_all((nodes.Import, nodes.FromImport, nodes.Include)):
            node.with_context = True  # type: ignore[attr-defined]  # each of the three has it
        return tree


def environment(snapshot: Snapshot, filters: Mapping[str, Callable[..., Any]]) -> jinja2.Environment:
    """Return the environment of a build, with the filters of the template API."""

    def load(name: str) -> tuple[str, str | None, Callable[[], bool]] | None:
        file = snapshot.templates.get(name)
        return (file.text, file.path, lambda: True) if file else None

    env = _Environment(
        loader=jinja2.FunctionLoader(load),
        autoescape=lambda name: not (name or "").endswith(".txt"),
        undefined=jinja2.StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        cache_size=-1,
        auto_reload=False,
    )
    for name in _REMOVED_FILTERS:
        env.filters.pop(name, None)
    for name in _REMOVED_GLOBALS:
        env.globals.pop(name, None)
    env.filters.update(filters)
    return env


def _printable(value: Any) -> Any:  # noqa: ANN401 - whatever a template prints
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return value
    if isinstance(value, jinja2.Undefined):
        return value
    raise TypeError(f"a template can print text and numbers, not {_describe(value)}")


def _describe(value: object) -> str:
    kind = type(value).__name__
    if value is None or isinstance(value, bool):
        return str(value)
    return f"a {kind}" + (" (use `| date`)" if kind == "EdtfDate" else "")


def problem(error: BaseException, snapshot: Snapshot, url: str = "") -> Diagnostic:
    """Say what is wrong with a template: its file, the line, and the page that was being rendered."""
    where = f", while rendering {url}" if url else ""
    if isinstance(error, jinja2.TemplateSyntaxError):
        path, line = error.filename or error.name or "", error.lineno
        message = f"{error.message}{where}"
    elif isinstance(error, jinja2.TemplateNotFound):
        path, line = _frame(error)
        message = f"there is no template “{error.name}”{where}"
    else:
        path, line = _frame(error)
        reason = str(error) or type(error).__name__
        known = isinstance(error, (jinja2.TemplateError, TypeError))
        message = f"{reason if known else f'{type(error).__name__}: {reason}'}{where}"
    text = next((file.text for file in snapshot.templates.values() if file.path == path), "")
    lines = text.splitlines()
    return Diagnostic.of(
        "template",
        message,
        path=path,
        line=line,
        column=1 if line else 0,
        excerpt=lines[line - 1] if 0 < line <= len(lines) else "",
        hint="the names that a template may use are in the reference of the template API"
        if isinstance(error, jinja2.UndefinedError)
        else "",
    )


def _frame(error: BaseException) -> tuple[str, int]:
    """Return the template and line nearest to where an error was raised."""
    found = ("", 0)
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.startswith("templates/"):
            found = (name, trace.tb_lineno)
        trace = trace.tb_next
    return found
