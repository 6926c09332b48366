"""`config.toml`, validated: every table is a struct, every key carries its own documentation.

A test holds the reference page to these structs.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct, field

from sitegen.design import Design
from sitegen.diagnostics import CODES, Diagnostic, Severity, nearest, ordered
from sitegen.errors import ConfigError
from sitegen.language_tags import tag_problem
from sitegen.tables import Tables, syntax_problem
from sitegen.targets import Target, has_controls, is_web_address, target_problems

__all__ = [
    "Archive",
    "Config",
    "Defaults",
    "Feeds",
    "Markdown",
    "Preview",
    "Publisher",
    "Search",
    "is_base_url",
    "load",
    "parse",
]

PERMALINK_FIELDS = ("section", "slug", "year", "month", "day")
EDITOR_FIELDS = ("path", "line", "column")
DEFAULT_EXTENSIONS = (
    "footnotes",
    "tables",
    "attr_list",
    "def_list",
    "admonition",
    "fenced_code",
    "sane_lists",
    "codehilite",
    "toc",
)

_DEEPEST = 50
_INTEGERS = range(-(2**63), 2**63)  # those of TOML
_TOO_DEEP = "lists and tables are nested too deeply"
_TOO_LONG = "a number is too long"
_BEYOND = f"numbers have 64 bits here, and there are at most {_DEEPEST} lists and tables one in another"

Genre = Literal["opinion", "analysis", "reportage", "background", "review"]
ArgumentMode = Literal["auto", "list", "headings", "marked", "none"]


class Archive(Struct, frozen=True, forbid_unknown_fields=True):
    """`[archive]`: how the archive is laid out."""

    permalink: Annotated[
        str,
        Meta(
            description="URL pattern of an article, with `{section}`, `{slug}`, `{year}`, "
            "`{month}`, `{day}`; argument pages append the argument's id"
        ),
    ] = "/{section}/{slug}/"
    page_size: Annotated[int, Meta(ge=1, le=10_000, description="pieces in a chunk of a listing")] = 50
    argument_pages: Annotated[bool, Meta(description="whether each argument has a page of its own")] = True
    picture_sizes: Annotated[
        str, Meta(description="how wide the theme shows pictures of texts, as `sizes` of HTML says it")
    ] = "(min-width: 43.5rem) 41rem, calc(100vw - 2.5rem)"
    share_images: Annotated[bool, Meta(description="whether a picture of its title is made for each article")] = False
    share_font: Annotated[
        str, Meta(description="the font of these pictures, a TrueType file below `templates/assets/`")
    ] = ""
    related: Annotated[int, Meta(ge=0, le=50, description="related pieces shown under an article")] = 4


class Defaults(Struct, frozen=True, forbid_unknown_fields=True):
    """`[defaults]` and `[sections.<id>]`: front matter of every article that does not say."""

    standards: Annotated[
        str | None, Meta(description="the standards notice that governs a piece: `notice`, `notice@date` or `none`")
    ] = None
    section: Annotated[
        str | None, Meta(description="the section of an article whose path and front matter name none")
    ] = None
    arguments: Annotated[ArgumentMode | None, Meta(description="how arguments are found in an article")] = None
    genre: Annotated[Genre | None, Meta(description="the genre, which picks the schema.org type")] = None
    language: Annotated[str | None, Meta(description="language of the text, a BCP 47 tag")] = None
    authors: Annotated[tuple[str, ...], Meta(description="authors of a piece that names none")] = ()


class Markdown(Struct, frozen=True, forbid_unknown_fields=True):
    """`[markdown]`: the dialect of the bodies."""

    extensions: Annotated[
        tuple[str, ...], Meta(description="Python-Markdown extensions, by entry point or module name")
    ] = DEFAULT_EXTENSIONS
    settings: Annotated[dict[str, dict[str, Any]], Meta(description="settings of each extension, by its name")] = field(
        default_factory=dict
    )
    typography: Annotated[
        bool, Meta(description="typographic quotes, dashes and ellipses by the article's language, on pages only")
    ] = True
    raw_html: Annotated[
        Literal["sanitize", "allow", "escape"],
        Meta(description="what happens to HTML in a body; `allow` trusts every author entirely"),
    ] = "sanitize"
    iframe_hosts: Annotated[tuple[str, ...], Meta(description="hosts whose `https` iframes are kept")] = (
        "www.youtube-nocookie.com",
    )


class Search(Struct, frozen=True, forbid_unknown_fields=True):
    """`[search]`: the search page."""

    engine: Annotated[Literal["pagefind", "none"], Meta(description="what answers searches")] = "pagefind"


class Feeds(Struct, frozen=True, forbid_unknown_fields=True):
    """`[feeds]`: what feeds carry."""

    limit: Annotated[int, Meta(ge=1, le=1000, description="entries in a feed, the newest ones")] = 20
    full_text: Annotated[bool, Meta(description="whether an entry carries the whole text")] = True


class Publisher(Struct, frozen=True, forbid_unknown_fields=True):
    """`[publisher]`: who publishes the archive, for structured data and feeds."""

    name: Annotated[str, Meta(description="name of the organisation; the site's title where absent")] = ""
    url: Annotated[str, Meta(description="its home page")] = ""
    logo: Annotated[str, Meta(description="path or URL of its logo")] = ""
    policies: Annotated[
        dict[str, str], Meta(description="policy pages by schema.org property, such as `correctionsPolicy`")
    ] = field(default_factory=dict)


class Preview(Struct, frozen=True, forbid_unknown_fields=True):
    """`[preview]`: the live preview."""

    editor: Annotated[
        str,
        Meta(description="URL that opens a file in your editor, with `{path}`, `{line}`, `{column}`; empty: no link"),
    ] = ""


class Config(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The top level of `config.toml`."""

    title: Annotated[str, Meta(min_length=1, description="name of the archive (required)")]
    base_url: Annotated[
        str, Meta(description="absolute URL under which the archive is published, path included (required)")
    ]
    description: Annotated[str, Meta(description="one sentence about the archive")] = ""
    language: Annotated[str, Meta(description="language of the interface and of pieces that name none, BCP 47")] = "en"
    timezone: Annotated[str, Meta(description="IANA time zone of dates without an offset, and of “today”")] = "UTC"
    output: Annotated[str, Meta(description="folder that the build writes, relative to `config.toml`")] = "output"
    archive: Annotated[Archive, Meta(description="how the archive is laid out")] = field(default_factory=Archive)
    defaults: Annotated[Defaults, Meta(description="front matter of every article that does not say")] = field(
        default_factory=Defaults
    )
    sections: Annotated[
        dict[str, Defaults], Meta(description="the same keys as `[defaults]`, for the articles of one section")
    ] = field(default_factory=dict)
    markdown: Annotated[Markdown, Meta(description="the dialect of the bodies")] = field(default_factory=Markdown)
    search: Annotated[Search, Meta(description="the search page")] = field(default_factory=Search)
    feeds: Annotated[Feeds, Meta(description="what feeds carry")] = field(default_factory=Feeds)
    design: Annotated[Design, Meta(description="the colour and the faces of the site")] = field(default_factory=Design)
    publisher: Annotated[Publisher, Meta(description="who publishes the archive")] = field(default_factory=Publisher)
    checks: Annotated[
        dict[str, Literal["error", "warning", "off"]], Meta(description="severity of a finding, by its code")
    ] = field(default_factory=dict)
    menu: Annotated[
        dict[str, str], Meta(description="the site's menu: name = root-relative or absolute URL, in this order")
    ] = field(default_factory=dict)
    preview: Annotated[Preview, Meta(description="the live preview")] = field(default_factory=Preview)
    publish: Annotated[
        dict[str, Target], Meta(description="where `sitegen publish` brings the archive, a table a target")
    ] = field(default_factory=dict)
    extra: Annotated[dict[str, Any], Meta(description="free; templates see it as `site.extra`")] = field(
        default_factory=dict
    )

    @property
    def has_search(self) -> bool:
        """Whether there is a search page."""
        return self.search.engine == "pagefind"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of dates without an offset."""
        return ZoneInfo(self.timezone)

    @property
    def base_path(self) -> str:
        """The path of `base_url`, with a slash at both ends."""
        path = urlsplit(self.base_url).path.strip("/")
        return f"/{path}/" if path else "/"

    @property
    def severities(self) -> dict[str, Severity]:
        """`[checks]` as severities."""
        return {code: Severity(name) for code, name in self.checks.items()}

    def default_for(self, key: str, *section: str) -> tuple[Any, str]:
        """Return what an article gets for a key that it does not give, and from where.

        `section` are the ways of writing the article's section, the best first. The value is `None` and
        the origin empty where nothing is configured.
        """
        named = ((f"[sections.{name}]", self.sections[name]) for name in section if name in self.sections)
        for origin, table in (*named, ("[defaults]", self.defaults)):
            if value := getattr(table, key):
                return value, origin
        return None, ""


def load(path: Path) -> Config:
    """Read and validate the configuration file at `path`.

    Raises `ConfigError` with every finding at once.
    """
    name = path.name
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = "does not exist" if isinstance(error, FileNotFoundError) else (error.strerror or "cannot be read")
        raise ConfigError(
            [
                Diagnostic.of(
                    "config",
                    f"{name} {reason}",
                    path=name,
                    hint="run sitegen in the folder of the site, name the file with `--config`, "
                    "or make a new site with `sitegen init DIR`",
                )
            ]
        ) from None
    return parse(data, name)


def parse(data: bytes, name: str = "config.toml") -> Config:
    """Validate the bytes of a configuration file; `name` is what findings call it.

    Raises `ConfigError` with every finding at once.
    """
    try:
        text = data.decode("utf-8-sig")
        raw = tomllib.loads(text)
    except UnicodeDecodeError:
        raise ConfigError([Diagnostic.of("config", "not UTF-8 text", path=name)]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([syntax_problem(str(error), text, name)]) from None
    except (RecursionError, ValueError) as error:
        message = _TOO_DEEP if isinstance(error, RecursionError) else _TOO_LONG
        raise ConfigError([Diagnostic.of("config", message, path=name, hint=_BEYOND)]) from None
    tables = Tables(text, name)
    for message, at in _beyond(raw):
        tables.find(message, next((at[:end] for end in range(len(at), 0, -1) if tables.line_of(at[:end])), at), _BEYOND)
    if tables.findings:
        raise ConfigError(ordered(tables.findings))
    config = tables.table(raw, Config, ())
    if isinstance(config, Config):
        for finding in _meaning(config):
            tables.find(*finding)
    if tables.findings:
        raise ConfigError(ordered(tables.findings))
    assert isinstance(config, Config)  # noqa: S101 - no findings, so the table was converted
    return config


def _beyond(raw: dict[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what TOML can be read with and nothing later can be done with: message and place of each."""
    waiting: list[tuple[Any, tuple[str, ...], int]] = [(raw, (), 0)]
    while waiting:
        value, at, depth = waiting.pop()
        if depth > _DEEPEST:
            yield (_TOO_DEEP, at)
        elif isinstance(value, dict):
            waiting += [(item, (*at, key), depth + 1) for key, item in value.items()]
        elif isinstance(value, list):
            waiting += [(item, at, depth + 1) for item in value]
        elif isinstance(value, int) and value not in _INTEGERS:
            yield (_TOO_LONG, at)


def is_base_url(url: str) -> bool:
    """Whether an archive can be published under a URL: it is absolute and ends with its path."""
    return is_web_address(url) and not urlsplit(url).query and not urlsplit(url).fragment


def _meaning(config: Config) -> Iterator[tuple[str, tuple[str, ...], str]]:
    yield from _url_problems(config)
    try:
        config.zone  # noqa: B018 - asked for its error
    except (KeyError, ValueError, OSError):
        yield (f"unknown time zone “{config.timezone}”", ("timezone",), "use a name such as `Europe/Berlin` or `UTC`")
    tables = {"defaults": config.defaults} | {f"sections.{name}": table for name, table in config.sections.items()}
    languages: list[tuple[tuple[str, ...], str]] = [(("language",), config.language)]
    languages += [((*name.split(".", 1), "language"), table.language or "en") for name, table in tables.items()]
    for at, language in languages:
        if problem := tag_problem(language):
            yield (problem[0], at, problem[1])
    output = PurePosixPath(config.output.replace("\\", "/"))
    if has_controls(config.output):
        yield ("output has control characters", ("output",), 'for example `output = "output"`')
    elif not config.output or output in (PurePosixPath("."), PurePosixPath("/")) or ".." in output.parts:
        yield (f"output “{config.output}” must be a folder of its own", ("output",), 'for example `output = "output"`')
    elif output.parts[0] in ("content", "templates", ".sitegen", ".git"):
        yield (f"output “{config.output}” would overwrite sources", ("output",), 'for example `output = "output"`')
    yield from config.design.problems()
    yield from _editor_problems(config.preview.editor)
    for name, target in config.publish.items():
        yield from target_problems(name, target)
    for code in config.checks:
        if code not in CODES:
            near = nearest(code, CODES)
            hint = f"did you mean `{near}`?" if near else "the codes are listed in the reference of diagnostics"
            yield (f"unknown code “{code}” in [checks]", ("checks", code), hint)


def _editor_problems(editor: str) -> Iterator[tuple[str, tuple[str, ...], str]]:
    at = ("preview", "editor")
    example = 'for example `editor = "vscode://file/{path}:{line}"`'
    if editor and not re.match(r"(?!javascript:|data:|vbscript:)[a-z][a-z0-9+.-]*:", editor, re.IGNORECASE):
        yield (f"editor “{editor}” is not a URL that opens an editor", at, example)
    if wrong := [name for name in re.findall(r"\{([^}]*)\}", editor) if name not in EDITOR_FIELDS]:
        near = nearest(wrong[0], EDITOR_FIELDS)
        yield (f"unknown part {{{wrong[0]}}} in `editor`", at, f"did you mean `{{{near}}}`?" if near else example)


def _url_problems(config: Config) -> Iterator[tuple[str, tuple[str, ...], str]]:
    if not is_base_url(config.base_url):
        yield (
            f"base_url “{config.base_url}” is not an absolute URL",
            ("base_url",),
            "for example `https://example.org/archive/`",
        )
    pattern = config.archive.permalink
    fields = re.findall(r"\{([^}]*)\}", pattern)
    at = ("archive", "permalink")
    if wrong := [name for name in fields if name not in PERMALINK_FIELDS]:
        near = nearest(wrong[0], PERMALINK_FIELDS)
        known = ", ".join(f"{{{name}}}" for name in PERMALINK_FIELDS)
        yield (
            f"unknown part {{{wrong[0]}}} in the permalink pattern",
            at,
            f"did you mean `{{{near}}}`?" if near else f"the parts are {known}",
        )
    elif "slug" not in fields:
        yield ("the permalink pattern needs {slug}", at, 'for example `permalink = "/{section}/{slug}/"`')
    elif not re.fullmatch(r"/(?:[a-z0-9_{}\-]+/)+", pattern):
        yield (
            f"permalink “{pattern}” must begin and end with a slash; between stand a-z, 0-9, hyphens and parts",
            at,
            'for example `permalink = "/{section}/{year}/{slug}/"`',
        )
