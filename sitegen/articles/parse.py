"""Bytes to a `Body`, or to a `Record`: the one step that depends on nothing but the bytes and the dialect.

So its results can be kept by the digest of the bytes. A file's path, configured defaults and other
files come in later, when articles are made of bodies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from msgspec import structs
from msgspec.structs import replace

from sitegen.articles.article import Body
from sitegen.articles.fields import article_meta, record_fields
from sitegen.articles.frontmatter import read
from sitegen.articles.inline import Inline
from sitegen.articles.markup import Markup
from sitegen.articles.paths import Identity, Location, identify, locate
from sitegen.articles.records import Record
from sitegen.articles.sources import Source
from sitegen.config import Config, Markdown
from sitegen.diagnostics import Diagnostic
from sitegen.slugs import slugify

__all__ = ["Fresh", "Parser"]


def _no_defaults(_section: str) -> tuple[str, str]:
    return "auto", "en"


class Parser:
    """Parses the files of one dialect. One instance may parse any number of files, one after the other."""

    def __init__(self, dialect: Markdown) -> None:
        """Prepare; a Markdown engine is made for each language when it is first needed."""
        self._dialect = dialect
        self.markup = lru_cache(maxsize=16)(self._markup)
        self.inline = lru_cache(maxsize=16)(self._inline)

    def _markup(self, language: str) -> Markup:
        return Markup(self._dialect, language)

    def _inline(self, language: str) -> Inline:
        return Inline(self._dialect, language)

    def article(self, data: bytes, *, defaults: Callable[[str], tuple[str, str]] = _no_defaults) -> Body:
        """Parse an article.

        `defaults` gives how arguments are found and the language where the front matter says neither, for
        the section that it names, or for an empty string where it names none. Never raises for what is
        in the file: every problem is in `findings`, without a path.
        """
        document = read(data)
        meta, findings = article_meta(document)
        if not data.strip():
            return Body(
                meta=meta, findings=(Diagnostic.of("empty-file", "the file is empty", hint=_EMPTY),), understood=False
            )
        arguments, language = defaults(meta.section)
        rendered = self.markup(meta.language or language).render(
            document.body, mode=meta.arguments or arguments, first_line=document.body_line
        )
        every = (*document.findings, *findings, *rendered.findings)
        return Body(meta=meta, understood=document.understood, **(structs.asdict(rendered) | {"findings": every}))

    def record(
        self, data: bytes, identity: Identity, *, path: str, language: str
    ) -> tuple[Record, tuple[Diagnostic, ...]]:
        """Parse another file of `content/`; `identity` is what its path says. Findings have no path."""
        document = read(data)
        fields, findings = record_fields(identity.kind, document)
        rendered = self.markup(str(fields.get("language") or language)).render(
            document.body, first_line=document.body_line
        )
        record = replace(
            Record(kind=identity.kind, path=path, id=identity.id, date=identity.date),
            **fields,
            html="\n".join(block.html for block in rendered.blocks),
            text="\n".join(block.text for block in rendered.blocks),
            footnotes=rendered.footnotes,
            targets=rendered.links,
            ids=rendered.ids,
        )
        return record, (*document.findings, *findings, *rendered.findings)


class Fresh:
    """Parses sources when they are asked for, as a site's configuration says; see `load.Reader`."""

    def __init__(self, sources: Iterable[Source], parser: Parser, config: Config) -> None:
        """Take the sources; `parser` is of the dialect of `config`."""
        self._sources = {source.path: source for source in sources}
        self._parser = parser
        self._config = config

    def article(self, path: str) -> Body:
        """Return the body of an article."""
        return self._parser.article(self._sources[path].data, defaults=self._defaults(path))

    def record(self, path: str) -> tuple[Record, tuple[Diagnostic, ...]]:
        """Return another file of `content/`, with its findings; raises `ValueError` where its path means nothing."""
        identity = identify(path)
        if isinstance(identity, Diagnostic):
            raise ValueError(identity.message)  # noqa: TRY004 - the path is wrong, not the type
        data = self._sources[path].data
        return self._parser.record(data, identity, path=path, language=self._config.language)

    def _defaults(self, path: str) -> Callable[[str], tuple[str, str]]:
        """Return what `Parser.article` asks: how arguments are found and the language, by the section written."""
        location, config = locate(path), self._config
        folder = location.section if isinstance(location, Location) else ""

        def defaults(written: str) -> tuple[str, str]:
            section = written or folder or config.defaults.section or ""
            arguments, language = (
                config.default_for(key, slugify(section), section)[0] for key in ("arguments", "language")
            )
            return arguments or "auto", language or config.language

        return defaults


_EMPTY = "write a front matter with `title` and `date`, or delete the file"
