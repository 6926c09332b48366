"""Sections, authors and tags: the many spellings of a name become one term.

Two spellings are one when `slugs.same_name` says so, or when a file of `content/sections/`,
`authors/` or `tags/` merges them. A term's id is its slug, the part that stands in its URL.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct, field

from sitegen.archive.cards import Term
from sitegen.archive.findings import found
from sitegen.archive.urls import Urls
from sitegen.articles.meta import Place
from sitegen.articles.records import Record
from sitegen.diagnostics import Diagnostic
from sitegen.digest import digest_bytes
from sitegen.slugs import is_slug, same_name, slugify

__all__ = ["Entry", "TermKind", "Terms", "Use", "gather"]

TermKind = Literal["section", "author", "tag"]


class Use(Struct, frozen=True):
    """A name as an article writes it, and where; `count` tells how often it is so written from there on."""

    name: str
    path: str
    place: Place = Place()
    count: int = 1


class Entry(Struct, frozen=True):
    """A term with its file, where it has one."""

    term: Term
    record: Record | None = None


class Terms(Struct, frozen=True):
    """The terms of one kind by id, in the order of their names; `names` leads from a spelling's key to an id."""

    kind: TermKind
    entries: Mapping[str, Entry]
    names: Mapping[str, str]

    def find(self, name: str) -> Term | None:
        """Return the term that a spelling means."""
        entry = self.entries.get(self.names.get(same_name(name), ""))
        return entry.term if entry else None

    def term(self, name: str) -> Term:
        """Return the term of a spelling that was among the gathered uses."""
        return self.entries[self.names[same_name(name)]].term


class _Group(Struct):
    """Spellings that are one term while it is gathered."""

    key: str
    record: Record | None = None
    spellings: Counter[str] = field(default_factory=Counter)
    first: Use | None = None

    @property
    def label(self) -> str:
        """The display name: the file's, else the commonest spelling, ties by code point.

        Spellings that a file merges with its own count where nobody writes its own.
        """
        if self.record is not None and self.record.name:
            return self.record.name
        own = {text: count for text, count in self.spellings.items() if same_name(text) == self.key}
        if own := own or dict(self.spellings):
            return min(own, key=lambda text: (-own[text], text))
        return self.record.id.replace("-", " ") if self.record is not None else self.key

    @property
    def path(self) -> str:
        if self.record is not None:
            return self.record.path
        return self.first.path if self.first is not None else ""

    @property
    def place(self) -> Place:
        if self.record is not None:
            return self.record.places.get("slug", Place())
        return self.first.place if self.first is not None else Place()


def gather(
    kind: TermKind, uses: Iterable[Use], records: Iterable[Record], urls: Urls
) -> tuple[Terms, tuple[Diagnostic, ...]]:
    """Merge the names that articles use with the files that describe them.

    The order of `uses` and `records` does not matter; one use may stand for itself and all later ones that are
    spelt alike. Every used name is found in the answer, also
    where there are findings. A file that no article uses is a term nevertheless.
    """
    files = _Files(kind, sorted((record for record in records if record.kind == kind), key=lambda r: r.path))
    findings = list(files.findings)
    groups: dict[tuple[str, str], _Group] = {
        ("file", record.id): _Group(same_name(record.id), record) for record in files.records
    }
    keys: dict[str, tuple[str, str]] = {}
    for use in sorted(uses, key=lambda use: (use.path, use.place.line, use.place.column, use.name)):
        key = same_name(use.name)
        if key not in keys:
            record, finding = files.owner(key, use)
            findings += [finding] if finding else []
            keys[key] = ("file", record.id) if record is not None else ("name", key)
        group = groups.setdefault(keys[key], _Group(key))
        group.spellings[use.name.strip()] += use.count
        group.first = group.first or use
    names = {key: ("file", record.id) for key, record in files.names()} | keys
    entries, ids, more = _slugs(kind, groups, urls)
    by_name = sorted(entries.items(), key=lambda item: (slugify(item[1].term.name), item[1].term.name, item[0]))
    return (
        Terms(kind, dict(by_name), {key: ids[group] for key, group in names.items()}),
        tuple(findings + more),
    )


def _slugs(
    kind: TermKind, groups: Mapping[tuple[str, str], _Group], urls: Urls
) -> tuple[dict[str, Entry], dict[tuple[str, str], str], list[Diagnostic]]:
    """Give each group its slug: the file's, else that of the file's name, else that of the name."""
    entries: dict[str, Entry] = {}
    holders: dict[str, _Group] = {}
    ids: dict[tuple[str, str], str] = {}
    findings: list[Diagnostic] = []
    for address in sorted(groups):
        group = groups[address]
        written = group.record.slug if group.record is not None else ""
        slug = written or slugify(group.record.id if group.record is not None else group.key)
        hint = f"add a file for it to content/{kind}s/, with `aliases: {_quoted(group.label)}` and a `slug`"
        if not is_slug(slug):
            hint = "use lower-case letters and digits, in parts joined by one hyphen" if written else hint
            message = f"{kind} “{group.label}” gives the slug “{slug}”, which cannot stand in a URL"
            findings.append(found("bad-slug", message, group.path, group.place, hint))
            slug = f"x-{digest_bytes(group.key.encode())[:6]}"
        ids[address] = slug
        if slug in entries:
            other = holders[slug]
            message = f"the {kind}s “{other.label}” and “{group.label}” share the slug “{slug}”"
            hint = f"give one of them a `slug` of its own in a file of content/{kind}s/, or merge them with `aliases`"
            findings.append(found("shared-slug", message, group.path or other.path, group.place, hint))
            continue
        holders[slug] = group
        entries[slug] = Entry(Term(kind, slug, group.label, urls.term(kind, slug)), group.record)
    return entries, ids, findings


def _quoted(name: str) -> str:
    """Return a name as it can stand in YAML, whatever signs it is made of."""
    return "'" + name.replace("'", "''") + "'"


class _Files:
    """The files of one kind, by the names that they answer to.

    A file's id and aliases are its own: two files may not claim one. Display names and slugs lead to
    their file too while they do so to only one, because two people may have the same name.
    """

    def __init__(self, kind: TermKind, records: list[Record]) -> None:
        self.kind = kind
        self.findings: list[Diagnostic] = []
        self.own: dict[str, Record] = {}
        self.loose: dict[str, list[Record]] = {}
        self.records: list[Record] = []
        for record in records:
            if self._claim(record, record.id, Place()):
                self.records.append(record)
        for record in self.records:
            for number, alias in enumerate(record.aliases):
                place = record.places.get(f"aliases.{number}") or record.places.get("aliases")
                self._claim(record, alias, place or Place())
        for record in self.records:
            for key in sorted({same_name(record.name), same_name(record.slug)} - {""}):
                self.loose.setdefault(key, []).append(record)

    def _claim(self, record: Record, name: str, place: Place) -> bool:
        other = self.own.setdefault(same_name(name), record)
        if other is record:
            return True
        message = f"“{name}” is also a name of the {self.kind} of {other.path}"
        hint = "let only one of the two files have this name or alias"
        self.findings.append(found("shared-name", message, record.path, place, hint))
        return False

    def owner(self, key: str, use: Use) -> tuple[Record | None, Diagnostic | None]:
        """Return the file that a name leads to, and a finding where it could be several."""
        if key in self.own:
            return self.own[key], None
        candidates = self.loose.get(key, [])
        if len(candidates) <= 1:
            return (candidates[0] if candidates else None), None
        ids = ", ".join(f"`{record.id}`" for record in candidates)
        message = f"the {self.kind} “{use.name}” could be any of {ids}"
        return candidates[0], found("ambiguous-reference", message, use.path, use.place, "write the id instead")

    def names(self) -> Iterable[tuple[str, Record]]:
        """Give every name that leads to one file."""
        yield from ((key, files[0]) for key, files in self.loose.items() if len(files) == 1)
        yield from self.own.items()
