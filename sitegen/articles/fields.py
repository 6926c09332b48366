"""From the nodes of a front matter to the values of an article or a record, by the declared keys.

Each key is read on its own, so that one mistake never hides another: what cannot be used is left
out and told, with its place. What is missing although an article must have it (a date, authors, a
section) can also come from the path or from the configuration, and is not asked for here.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from msgspec import Struct

from sitegen.articles.dates import DateProblem
from sitegen.articles.frontmatter import Document
from sitegen.articles.keys import ARTICLE_KEYS, ELSEWHERE, EXPECTED, RECORD_KEYS, Key, spelling
from sitegen.articles.meta import Annotation, Credit, Image, Meta, Place, Reference
from sitegen.articles.nodes import Array, Entry, Node, Scalar, Table, plain
from sitegen.articles.records import RecordKind
from sitegen.articles.values import SCALARS, ValueProblem, clean
from sitegen.diagnostics import Diagnostic, nearest

__all__ = ["ARTICLE_KEYS", "RECORD_KEYS", "article_meta", "record_fields"]


def article_meta(document: Document) -> tuple[Meta, tuple[Diagnostic, ...]]:
    """Return the front matter of an article, and what is wrong with it.

    The findings of `document` itself are not repeated. A missing title is told here.
    """
    reader = _Reader(document)
    values = reader.top(ARTICLE_KEYS)
    if reader.is_held_back:
        values.setdefault("draft", True)
    return Meta(**values, places=reader.places), tuple(reader.findings)


def record_fields(kind: RecordKind, document: Document) -> tuple[dict[str, Any], tuple[Diagnostic, ...]]:
    """Return the fields of a `Record` that its front matter gives, by name, and what is wrong with it.

    `places` is among them; the key `extra` is not, since records carry no data of other tools.
    """
    reader = _Reader(document)
    values = reader.top(RECORD_KEYS[kind])
    values.pop("extra", None)
    return {**values, "places": reader.places}, tuple(reader.findings)


@cache
def _spellings(keys: tuple[Key, ...]) -> dict[str, tuple[int, Key]]:
    """Return each key by its spellings, with the rank of the spelling: 0 for the canonical one."""
    return {
        spelling(name): (rank, key) for key in keys for rank, name in reversed([*enumerate((key.name, *key.aliases))])
    }


class _Reader:
    """Reads the nodes of one document, and collects values' places and findings."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.findings: list[Diagnostic] = []
        self.is_held_back = False
        self.places: dict[str, Place] = {}

    def find(self, code: str, message: str, place: Place, hint: str = "") -> None:
        self.findings.append(self.document.finding(code, message, place, hint))

    def top(self, keys: tuple[Key, ...]) -> dict[str, Any]:
        """Return the values of the whole front matter, by field."""
        values, given = self.table(self.document.root, keys, "")
        missing = [key for key in keys if key.required and key.name not in given]
        if self.document.understood:
            for key in missing:
                hint = f"add `{key.name}: …` to the front matter"
                if self.document.format == "none":
                    hint = f"begin the file with a line `---`, a line `{key.name}: …`, and a line `---`"
                self.find("missing-key", f"the {key.name} is missing", Place(1, 1), hint)
        return values

    def table(self, table: Table, keys: tuple[Key, ...], at: str) -> tuple[dict[str, Any], set[str]]:
        """Return the values of a table by field, and the names of the keys that it gives something."""
        values: dict[str, Any] = {}
        given: set[str] = set()
        for key, entry in self.chosen(table, keys, at):
            if _is_absent(entry.value):
                continue
            given.add(key.name)
            value = self.value(key, entry.value, f"{at}{key.name}")
            if value is not None:
                values[key.field or key.name] = value
        return values, given

    def chosen(self, table: Table, keys: tuple[Key, ...], at: str) -> list[tuple[Key, Entry]]:
        """Return the entry that counts for each key; tell of unknown keys and of contradictions."""
        known = _spellings(keys)
        found: dict[str, tuple[int, Key, Entry]] = {}
        for entry in table.entries:
            rank, key = known.get(spelling(entry.key), (0, None))
            if key is None:
                self.unknown(entry, keys, at)
                continue
            other = found.get(key.name)
            if other is None:
                found[key.name] = (rank, key, entry)
                continue
            better, worse = sorted((other, (rank, key, entry)), key=lambda it: (_is_absent(it[2].value), it[0]))
            found[key.name] = better
            if not _is_absent(worse[2].value) and plain(worse[2].value) != plain(better[2].value):
                self.find(
                    "conflicting-keys",
                    f"`{worse[2].key}` differs from `{better[2].key}` in line {better[2].key_place.line}, "
                    "which means the same",
                    worse[2].key_place,
                    f"`{better[2].key}` counts; remove the other",
                )
        return [(key, entry) for _, key, entry in found.values()]

    def unknown(self, entry: Entry, keys: tuple[Key, ...], at: str) -> None:
        names = [name for key in keys for name in (key.name, *key.aliases)]
        where = f" in `{at[:-1]}`" if at else ""
        if not at and spelling(entry.key) == "published" and plain(entry.value) is False:
            # Its author holds it back in another generator's words: it must not get out for want of ours.
            self.is_held_back = True
            message = f"`{entry.key}: false` is read as `draft: true`"
            self.find("unknown-key", message, entry.key_place, "write `draft: true`")
            return
        outer, _, inner = spelling(entry.key).partition("_")
        if any(key.name == outer and inner in (part.name for part in key.keys) for key in keys):
            hint = f"write it as `{inner}` in the table `{outer}`"
        elif not at and (meant := ELSEWHERE.get(spelling(entry.key))):
            hint = meant
        elif near := nearest(spelling(entry.key), names):
            hint = f"did you mean `{near}`?"
        elif at:
            hint = f"known keys: {', '.join(key.name for key in keys)}"
        else:
            hint = "keys of your own go into the table `extra`"
        self.find("unknown-key", f"unknown key “{entry.key[:60]}”{where}", entry.key_place, hint)

    def value(self, key: Key, node: Node, at: str) -> Any:  # noqa: ANN401, PLR0911 - one value of each kind
        """Return the value of a key, or `None` where there is none or it cannot be used."""
        self.places[at] = node.place
        match key.kind:
            case "names" | "lines" | "paths":
                return self.texts(key, node, at)
            case "references":
                return self.references(key, node, at)
            case "reference":
                found = self.references(key, node, at)
                return found[0] if found else None
            case "credits":
                return self.each(key, node, at, self.credit)
            case "tables":
                return self.each(key, node, at, self.made)
            case "table":
                return self.made(key, node, at)
            case "image":
                return self.image(key, node, at)
            case "free":
                return self.free(key, node)
            case _:
                return self.scalar(key, node)

    def wrong(self, key: Key, node: Node, expected: str = "") -> None:
        found = {Table: "a table", Array: "a list"}.get(type(node), "a single value")
        self.find("wrong-type", f"`{key.name}` should be {expected or EXPECTED[key.kind]}, but is {found}", node.place)

    def scalar(self, key: Key, node: Node) -> Any:  # noqa: ANN401 - the kind decides
        """Return a single value by its kind, or `None`."""
        if not isinstance(node, Scalar):
            self.wrong(key, node)
            return None
        try:
            return SCALARS[key.kind](clean(node.text), key)
        except (ValueProblem, DateProblem) as problem:
            self.find(problem.code, problem.message, node.place, problem.hint)
            return None

    def text(self, key: Key, node: Node) -> str:
        """Return the text of a single value, or an empty one."""
        if not isinstance(node, Scalar):
            self.wrong(key, node)
            return ""
        try:
            return clean(node.text)
        except ValueProblem as problem:
            self.find(problem.code, problem.message, node.place, problem.hint)
            return ""

    def texts(self, key: Key, node: Node, at: str) -> tuple[str, ...] | None:
        """Return a list of texts, without repetitions."""
        if isinstance(node, Table):
            self.wrong(key, node)
            return None
        found: list[str] = []
        for position, item in enumerate(_items(node)):
            self.places[f"{at}.{position}"] = item.place
            if _is_absent(item):
                continue
            if key.kind == "paths":
                path = self.scalar(_PATH, item)
                found += [path] if path else []
            elif key.kind == "names" and not isinstance(node, Array):
                found += [part.strip() for part in self.text(key, item).split(",")]
            else:
                found.append(" ".join(self.text(key, item).split()))
        return tuple(dict.fromkeys(filter(None, found)))

    def references(self, key: Key, node: Node, at: str) -> tuple[Reference, ...] | None:
        """Return references as written, several to a text where blanks part them."""
        if isinstance(node, Table):
            self.wrong(key, node)
            return None
        found: list[Reference] = []
        for position, item in enumerate(_items(node)):
            self.places[f"{at}.{position}"] = item.place
            if not _is_absent(item):
                found += [Reference(text, item.place) for text in self.text(key, item).split()]
        if key.kind == "reference" and len(found) > 1:
            self.find("bad-value", f"`{key.name}` names more than one", node.place, "name one")
        return tuple(found)

    def each(self, key: Key, node: Node, at: str, make: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a method of ours
        """Return what `make` makes of each item; a single one may stand for a list of one."""
        made = []
        for position, item in enumerate(_items(node)):
            self.places[f"{at}.{position}"] = item.place
            if not _is_absent(item):
                made.append(make(key, item, f"{at}.{position}"))
        return tuple(value for value in made if value is not None)

    def made(self, key: Key, node: Node, at: str) -> Struct | None:
        """Return the value that a table becomes, or `None` where it lacks what it needs."""
        if not isinstance(node, Table):
            self.wrong(key, node, "a table" if key.kind == "table" else "")
            return None
        values, given = self.table(node, key.keys, f"{at}.")
        missing = [inner for inner in key.keys if inner.required and inner.name not in given]
        for inner in missing:
            self.find("missing-key", f"`{inner.name}` is missing in `{at}`", node.place, f"add `{inner.name}: …`")
        if any(inner.required and inner.name not in values for inner in key.keys) or key.makes is None:
            return None
        if key.makes is Annotation:
            values["place"] = node.place
        return key.makes(**values)

    def credit(self, key: Key, node: Node, at: str) -> Struct | None:
        """Return an author: a name, or a table with a name."""
        if isinstance(node, Table):
            return self.made(key, node, at)
        if isinstance(node, Array):
            self.wrong(key, node)
            return None
        name = " ".join(self.text(key, node).split())
        return Credit(name) if name else None

    def image(self, key: Key, node: Node, at: str) -> Struct | None:
        """Return a picture: a path, or a table with a `src`."""
        if isinstance(node, Table):
            return self.made(key, node, at)
        if isinstance(node, Array):
            self.wrong(key, node)
            return None
        src = self.scalar(_SRC, node)
        return Image(src) if src else None

    def free(self, key: Key, node: Node) -> dict[str, Any] | None:
        """Return a table as plain data."""
        if not isinstance(node, Table):
            self.wrong(key, node)
            return None
        for scalar in _scalars(node):
            try:
                clean(scalar.text)
            except ValueProblem as problem:
                self.find(problem.code, problem.message, scalar.place, problem.hint)
                return None
        data: dict[str, Any] = plain(node)
        return data


_PATH = Key(name="aliases", kind="path", doc="")
_SRC = Key(name="image", kind="url", doc="")


def _is_absent(node: Node) -> bool:
    """Whether a value says nothing: null, or a text of blanks."""
    return isinstance(node, Scalar) and (node.kind == "null" or not node.text.strip())


def _items(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, Array) else (node,)


def _scalars(node: Node) -> list[Scalar]:
    if isinstance(node, Scalar):
        return [node]
    if isinstance(node, Array):
        return [scalar for item in node.items for scalar in _scalars(item)]
    names = [Scalar(entry.key, "str", entry.key_place) for entry in node.entries]
    return names + [scalar for entry in node.entries for scalar in _scalars(entry.value)]
