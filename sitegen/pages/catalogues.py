"""Catalogues: what the interface says in each language (gettext's PO files, read by Babel).

English is the source and needs none. The packaged ones stand in `sitegen/locale/`; a site lays its own over them,
as `templates/locale/<tag>.po`. Nothing is read before a page needs it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from gettext import c2py
from pathlib import Path
from typing import NamedTuple

from sitegen.diagnostics import Diagnostic
from sitegen.digest import fingerprint
from sitegen.language_tags import tag_problem
from sitegen.pages.snapshot import Snapshot, TemplateFile
from sitegen.resources import locale_folder

__all__ = ["SOURCE", "Catalogues", "Entry", "Key", "placeholders", "read_catalogue"]

SOURCE = "en"
"""The language in which templates are written."""

Key = tuple[str, str]
"""What a message is found by: its context, mostly empty, and its English words; of a plural those for one."""

_LINE = re.compile(r'\s*(?:#.*|(?:msg\w+(?:\[\d+\])?\s*)?"(?:[^"\\]|\\.)*"\s*)?')
_PLACEHOLDER = re.compile(r"%(?:\((\w+)\)s|(%)|(.?))", re.DOTALL)


class Entry(NamedTuple):
    """The words of a message, one for each plural form, and which form a number takes."""

    forms: tuple[str, ...]
    form_of: Callable[[int], int]


class Catalogues:
    """The catalogues of a build: those of the site over those of the package."""

    def __init__(self, snapshot: Snapshot, packaged: Path | None = None) -> None:
        """Take the site's catalogues from a snapshot; the packaged ones are read from their folder."""
        self._own = {_plain(name.removesuffix(".po")): file for name, file in snapshot.catalogues.items()}
        self._packaged = packaged or locale_folder()

    def speak(self, language: str) -> bool:
        """Whether there are words for a language tag, or for a wider one: of `de-AT` those of `de`."""
        return any(tag == SOURCE or tag in self._own or self._file(tag).is_file() for tag in _chain(language))

    def own(self, language: str) -> bytes:
        """Return the digest of what the site itself says in a language: what pages depend on."""
        return fingerprint([(tag, self._own[tag].text) for tag in _chain(language) if tag in self._own])

    def messages(self, language: str) -> Mapping[Key, Entry]:
        """Return what is said in a language; what is not there is said in English.

        A catalogue that cannot be read has been told as a finding, and says nothing.
        """
        found: dict[Key, Entry] = {}
        chain = _chain(language)
        for tag in reversed(chain):
            file = self._file(tag)
            if file.is_file():
                found |= read_catalogue(TemplateFile(file.name, file.read_text("utf-8")), tag)[0]
        for tag in reversed(chain):
            if tag in self._own:
                found |= read_catalogue(self._own[tag], tag)[0]
        return found

    def findings(self) -> tuple[Diagnostic, ...]:
        """Return what is wrong with the catalogues of the site."""
        found = []
        for tag, file in sorted(self._own.items()):
            if problem := tag_problem(tag):
                found.append(Diagnostic.of("template", problem[0], path=file.path, hint=problem[1]))
            found += read_catalogue(file, tag)[1]
        return tuple(found)

    def _file(self, tag: str) -> Path:
        return self._packaged / tag / "LC_MESSAGES" / "sitegen.po"


def read_catalogue(file: TemplateFile, language: str) -> tuple[dict[Key, Entry], tuple[Diagnostic, ...]]:
    """Return the messages of a catalogue, and what is wrong with it; messages without words, or `fuzzy`, are left out.

    The plural forms are those of its header, or else the usual ones of the language.
    """
    from babel import UnknownLocaleError
    from babel.messages.pofile import PoFileError, read_po

    from sitegen.pages.languages import locale_of

    # Babel takes a line without its last quotation mark for one without its last letter.
    for number, line in enumerate(file.text.splitlines(), 1):
        if not _LINE.fullmatch(line):
            return {}, (_wrong(file, "is no line of a gettext catalogue", number),)
    try:
        catalogue = read_po(io.StringIO(file.text), locale=locale_of(language), abort_invalid=True)
        form_of = c2py(catalogue.plural_expr)
    except PoFileError as error:
        reason = str(error).rpartition(" on ")[0]
        return {}, (_wrong(file, reason, error.lineno + 1),)
    except UnknownLocaleError as error:
        return {}, (_wrong(file, f"`Language` names no language that is known: {error.identifier}", 1),)
    except Exception as error:  # noqa: BLE001 - Babel raises many kinds at what is no catalogue
        return {}, (_wrong(file, f"is no gettext catalogue ({error})", 1),)
    entries: dict[Key, Entry] = {}
    findings: list[Diagnostic] = []
    for message in catalogue:
        texts = _each(message.string)
        if not message.id or message.fuzzy or not any(texts):
            continue
        ids = _each(message.id)
        findings += (_wrong(file, reason, message.lineno or 1) for reason in _faults(ids, texts))
        entries[message.context or "", ids[0]] = Entry(texts, form_of)
    return ({}, tuple(findings)) if findings else (entries, ())


def _each(text: object) -> tuple[str, ...]:
    """Return the words of a message, several where it has plural forms, as Babel has them."""
    return tuple(map(str, text)) if isinstance(text, tuple) else (str(text or ""),)


def placeholders(text: str) -> set[str]:
    """Return the names of the places for values in a message; raises `ValueError` for a `%` that is none."""
    found = set()
    for name, percent, other in _PLACEHOLDER.findall(text):
        if not name and not percent:
            raise ValueError(f"“%{other}” is no placeholder: write %(name)s, or %% for the sign")
        found.add(name)
    return found - {""}


def _faults(ids: tuple[str, ...], texts: tuple[str, ...]) -> Iterator[str]:
    """Yield what is wrong with the words of a message: missing plural forms, placeholders that are not known."""
    if not all(texts):
        yield f"“{ids[0]}” needs {len(texts)} plural forms, and number {texts.index('')} is empty"
    try:
        known = set().union(*map(placeholders, ids))
    except ValueError:
        return  # a message of the site's own templates, which are told
    for text in texts:
        try:
            strange = sorted(placeholders(text) - known)
        except ValueError as error:
            yield str(error)
            continue
        if strange:
            hold = ", ".join(f"%({name})s" for name in sorted(known)) or "none"
            yield f"there is no value for %({strange[0]})s in “{ids[0]}”; its placeholders: {hold}"


def _wrong(file: TemplateFile, reason: str, line: int) -> Diagnostic:
    lines = file.text.splitlines()
    excerpt = lines[line - 1] if 0 < line <= len(lines) else ""
    hint = "the format is told in docs/guides/languages.md"
    return Diagnostic.of("template", reason, path=file.path, line=line, column=1, excerpt=excerpt, hint=hint)


def _plain(tag: str) -> str:
    return tag.replace("_", "-").lower()


def _chain(language: str) -> list[str]:
    """Return a tag and the wider ones that it lies in, as they name catalogues: `zh-hant-tw`, `zh-hant`, `zh`."""
    parts = _plain(language).split("-")
    return ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]
