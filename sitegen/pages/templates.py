"""The Jinja environment: templates from a snapshot, with the archive as their only window.

All templates are read once, so what is rendered is what was there when the build began. The site's own
files come before the packaged ones, file by file. What would make a page depend on anything else than
its inputs is taken away: random choices, object addresses, modules that keep one page's values, and
changes of values that the next page would see (the sandbox).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, MutableMapping
from functools import lru_cache
from types import BuiltinMethodType, CodeType
from typing import Any, TypeVar

import jinja2
from jinja2 import nodes
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.parser import Parser
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing
from markupsafe import Markup, escape
from msgspec import Struct

from sitegen.archive.queries import Queries
from sitegen.diagnostics import Diagnostic, nearest
from sitegen.pages.code import Code
from sitegen.pages.modules import Importable
from sitegen.pages.parts import Parts
from sitegen.pages.snapshot import Snapshot
from sitegen.pages.words import ENGLISH, Phrase, Tongues, Words

__all__ = ["NAMES", "environment", "problem"]

NAMES: tuple[str, ...] = (
    "archive", "argument", "article", "author", "chunk", "claim", "document", "entries", "feed", "interface",
    "language", "month", "notice", "page", "section", "site", "sitemaps", "tag", "target", "version", "year",
)  # fmt: skip
"""The names that templates get, each where it has a meaning; always `archive`, `language`, `page` and `site`."""

_REMOVED_FILTERS = ("random",)
_REMOVED_GLOBALS = ("lipsum",)
_TOO_DEEP = "brackets, blocks or operators are nested too deeply"
_TOO_LONG = "a number is too long"
_DEBUG_INFO = re.compile(r"^debug_info = '([^']+)'$", re.MULTILINE)
_FORMATS = ("format", "format_map")
_Importing = TypeVar("_Importing", nodes.Import, nodes.FromImport, nodes.Include)


class _Unknown(jinja2.StrictUndefined):
    """A name that is not there: using it is an error that names the nearest one that is."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        holder, name = self._undefined_obj, self._undefined_name
        if self._undefined_hint or not isinstance(name, str):
            return super()._undefined_message
        if holder is missing:
            message, known = f"there is no `{name}` here", NAMES
        else:
            known = tuple(public for public in dir(holder) if not public.startswith("_"))
            message = f"a {type(holder).__name__} has no `{name}`"
        near = nearest(name, known)
        return f"{message}; did you mean `{near}`?" if near else message


class _Environment(ImmutableSandboxedEnvironment):
    """Imports and includes see the page's context, so that no module is shared between pages."""

    code_generator_class = Code
    template_class = Importable

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - as Jinja has them
        """Take Jinja's options; nothing is known of any type yet."""
        self.holders: defaultdict[str, set[type]] = defaultdict(set)
        self._loaded: dict[str, jinja2.Template] = {}
        super().__init__(**options)

    def get_template(
        self,
        name: str | jinja2.Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - as Jinja has it
    ) -> jinja2.Template:
        """Return a template; none changes while the environment lives."""
        if type(name) is not str or globals:
            return super().get_template(name, parent, globals)
        if (found := self._loaded.get(name)) is None:
            found = self._loaded[name] = super().get_template(name, parent)
        return found

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - as Jinja has it
        """Return an attribute; the sandbox is asked only about what it could refuse, because asking is slow."""
        kind = type(obj)
        if not _is_harmless(kind, attribute):  # type: ignore[arg-type]  # types are hashable
            return super().getattr(obj, attribute)
        if kind is TemplateModule and attribute in vars(obj):
            return vars(obj)[attribute]
        if hasattr(kind, attribute):
            self.holders[attribute].add(kind)
        return jinja2.Environment.getattr(self, obj, attribute)

    def call(self, context: Context, called: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the same
        """Call what a template calls; macros, words, and methods of texts, get what they would get from Jinja."""
        kind = type(called)
        if kind is not Macro and kind is not Phrase and kind is not BuiltinMethodType:
            return super().call(context, called, *args, **kwargs)
        kwargs.pop("_loop_vars", None)
        kwargs.pop("_block_vars", None)
        if kind is not BuiltinMethodType:
            return called(context.eval_ctx, *args, **kwargs)
        return called(*args, **kwargs)

    @staticmethod
    def as_html(value: Any) -> str:  # noqa: ANN401 - whatever a template prints
        """Return what is printed for a value in HTML or XML."""
        return value if type(value) is Markup else escape(_printed(value))

    @staticmethod
    def as_text(value: Any) -> str:  # noqa: ANN401 - whatever a template prints
        """Return what is printed for a value where nothing is escaped."""
        return str(_printed(value))

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parser = _Parser(self, source, name, filename)
        try:
            return parser.parse()
        except (RecursionError, ValueError) as error:
            message = _TOO_DEEP if isinstance(error, RecursionError) else _TOO_LONG
            raise jinja2.TemplateSyntaxError(message, parser.stream.current.lineno, name, filename) from None

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,  # noqa: FBT001, FBT002 - as Jinja has it
    ) -> str:
        try:
            return super()._generate(source, name, filename, defer_init)
        except RecursionError as error:
            raise jinja2.TemplateSyntaxError(_TOO_DEEP, _deepest(error), name, filename) from None

    def _compile(self, source: str, filename: str) -> CodeType:
        try:
            return super()._compile(source, filename)
        except SyntaxError as error:
            line = _line_of(source, error.lineno or 0)
            raise jinja2.TemplateSyntaxError(error.msg, line, filename=filename) from None
        except (RecursionError, MemoryError):
            raise jinja2.TemplateSyntaxError(_TOO_DEEP, 0, filename=filename) from None


def _deepest(error: BaseException) -> int:
    """Return the line of the last part of a template that was worked at when an error was raised, or 0."""
    line = 0
    trace = error.__traceback__
    while trace is not None:
        for name in ("self", "node"):
            worked_at = trace.tb_frame.f_locals.get(name)
            line = worked_at.lineno if isinstance(worked_at, nodes.Node) else line
        trace = trace.tb_next
    return line


def _line_of(code: str, line: int) -> int:
    """Return the line of a template that a line of its code was made of, 0 where that is not known."""
    known = _DEBUG_INFO.search(code)
    pairs = [pair.partition("=") for pair in known[1].split("&")] if known else []
    return max((int(there) for there, _, made in pairs if int(made) <= line), default=0)


class _Parser(Parser):
    """Reads imports and includes as if `with context` stood in each."""

    def parse_import(self) -> nodes.Import:
        """Read `{% import %}`."""
        return _with_context(super().parse_import())

    def parse_from(self) -> nodes.FromImport:
        """Read `{% from %}`."""
        return _with_context(super().parse_from())

    def parse_include(self) -> nodes.Include:
        """Read `{% include %}`."""
        return _with_context(super().parse_include())


def _with_context(node: _Importing) -> _Importing:
    node.with_context = True
    return node


@lru_cache(maxsize=4096)
def _is_harmless(kind: type, attribute: str) -> bool:
    """Whether values of a type can be asked for an attribute without the sandbox: answers, loops, modules, texts."""
    if attribute.startswith("_"):
        return False
    if kind is str:
        return attribute not in _FORMATS
    return issubclass(kind, (Struct, Queries, LoopContext, TemplateModule))


def environment(
    snapshot: Snapshot,
    filters: Mapping[str, Callable[..., Any]],
    tongues: Tongues | None = None,
    compiled: jinja2.BytecodeCache | None = None,
) -> jinja2.Environment:
    """Return the environment of a build, with the filters of the template API; without `tongues` it is English.

    `compiled` is asked for the code of templates, and keeps it: it depends on their text and on nothing else.
    """

    def load(name: str) -> tuple[str, str | None, Callable[[], bool]] | None:
        file = snapshot.templates.get(name)
        return (file.text, file.path, lambda: True) if file else None

    env = _Environment(
        loader=jinja2.FunctionLoader(load),
        autoescape=lambda name: not (name or "").endswith((".txt", ".json")),
        undefined=_Unknown,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=[Parts, "jinja2.ext.i18n"],
        cache_size=-1,
        auto_reload=False,
        bytecode_cache=compiled,
        # Else filters of a site would be called for constants, and what they said be kept with the code.
        optimized=False,
    )
    for name in _REMOVED_FILTERS:
        env.filters.pop(name, None)
    for name in _REMOVED_GLOBALS:
        env.globals.pop(name, None)
    env.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    env.filters.update(filters)
    interface = tongues.interface if tongues else ENGLISH
    env.globals.update(interface.names, interface=interface)
    env.newstyle_gettext = True  # type: ignore[attr-defined]  # for `trans`: values go to the functions
    env.tongue = tongues.of if tongues else _english  # type: ignore[attr-defined]  # for parts
    return env


def _english(_language: str) -> Words:
    return ENGLISH


@jinja2.pass_context
def _printable(_context: Context, value: Any) -> Any:  # noqa: ANN401 - whatever a template prints
    """Return what a template may print; with a context, so that constants are judged in their line too."""
    return _printed(value)


def _printed(value: Any) -> Any:  # noqa: ANN401 - whatever a template prints
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
    texts = {file.path: file.text for file in snapshot.templates.values()}
    hint = ""
    path, line = _frame(error, texts)
    if isinstance(error, jinja2.TemplateSyntaxError):
        path, line, reason = error.filename or error.name or "", error.lineno, error.message or ""
    elif isinstance(error, jinja2.TemplateNotFound):
        reason = f"there is no template “{error.name}”"
        near = nearest(str(error.name), snapshot.templates)
        hint = f"did you mean `{near}`?" if near else ""
    else:
        reason = str(error) or type(error).__name__
        if not isinstance(error, (jinja2.TemplateError, TypeError)):
            reason = f"{type(error).__name__}: {reason}"
    if isinstance(error, SecurityError):
        hint = "a template cannot change values or look inside them; make a new list with `+`"
    elif isinstance(error, jinja2.UndefinedError):
        hint = "the names that a template may use are in the reference of the template API"
    lines = texts.get(path, "").splitlines()
    return Diagnostic.of(
        "template",
        f"{reason}{where}",
        path=path,
        line=line,
        column=1 if line else 0,
        excerpt=lines[line - 1] if 0 < line <= len(lines) else "",
        hint=hint,
    )


def _frame(error: BaseException, paths: Mapping[str, str]) -> tuple[str, int]:
    """Return the template and line nearest to where an error was raised."""
    found = ("", 0)
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name in paths:
            found = (name, trace.tb_lineno)
        trace = trace.tb_next
    return found
