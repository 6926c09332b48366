"""Marks: `{: .argument #gift-horse stance=con rebuts=other#id }` at the end of a block.

The syntax is Python-Markdown's attribute list; our keys are taken out of it and the rest is left as
attributes of the element. A fence carries the same keys: `::: argument {#gift-horse stance=con}`.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, cast, get_args

from markdown.extensions.attr_list import get_attrs_and_remainder
from msgspec import Struct

from sitegen.articles.locate import Locator
from sitegen.articles.meta import Place, Reference, Stance
from sitegen.diagnostics import Diagnostic, nearest

__all__ = ["CLASSES", "KEYS", "Mark", "Written", "find_mark", "parse_mark"]

KEYS = ("stance", "claim", "supports", "rebuts", "undercuts", "was")
"""The keys of a mark that take a value; `.argument`, `.prose`, `.closing` and `#id` are the others."""

Role = Literal["", "argument", "prose", "closing"]
CLASSES = ("argument", "prose", "closing")
"""The classes that say what a block is."""

_MARK = re.compile(r"\{:[ ]*([^{}\n]*)\}")
_BRACES = re.compile(rf"\{{:?[ ]*((?:[.#]|(?:{'|'.join(KEYS)})=)[^{{}}\n]*)\}}")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_LOOSE_SIGN = re.compile(r"(?:^|\s|=)=|=(?:\s|$)")
_ID = re.compile(r"[a-z][a-z0-9-]*")
_HTML_ATTRIBUTE = frozenset({"lang", "dir", "title", "width", "height", "alt", "loading", "cite", "datetime", "start"})


class Mark(Struct, frozen=True, kw_only=True):
    """What a mark says. `other` are attributes that are not ours; `text` is the mark as written."""

    text: str
    role: Role = ""
    id: str = ""
    was: tuple[str, ...] = ()
    stance: Stance | None = None
    claim: Reference | None = None
    supports: tuple[Reference, ...] = ()
    rebuts: tuple[Reference, ...] = ()
    undercuts: tuple[Reference, ...] = ()
    other: tuple[tuple[str, str], ...] = ()
    place: Place = Place()

    @property
    def has_argument_id(self) -> bool:
        """Whether the id can be an argument's: it may not begin with `sg-`, which the theme uses."""
        return _ID.fullmatch(self.id) is not None and not self.id.startswith("sg-")

    @property
    def speaks_of_arguments(self) -> bool:
        """Whether the mark holds a key of ours besides an id."""
        return bool(
            self.role or self.was or self.stance or self.claim or self.supports or self.rebuts or self.undercuts
        )


class Written(NamedTuple):
    """A mark in a text: where what stands before it ends, the mark with its braces, and what is inside."""

    before: int
    text: str
    inner: str


def find_mark(text: str, *, heading: bool = False) -> Written | None:
    """Find a mark at the end of a text: behind a blank on its last line, or on a line of its own.

    On headings the colon may be left out, as Python-Markdown's attribute lists allow it there: `## Title {#id}`.
    """
    if "}" not in text:
        return None
    text = text.rstrip()
    start = text.rfind("{") if text.endswith("}") else -1
    if start < 0 or (start and not text[start - 1].isspace()):
        return None
    found = _MARK.fullmatch(text, start) or (_BRACES.fullmatch(text, start) if heading and start else None)
    return Written(len(text[:start].rstrip()), found[0], found[1]) if found else None


def parse_mark(text: str, inner: str, locator: Locator) -> tuple[Mark, tuple[Diagnostic, ...]]:
    """Read the inside of a mark; `text` is the mark with its braces, which says where it stands.

    Findings are `bad-mark` errors. A key that is neither ours nor a common HTML attribute is one when
    it looks like a slip of one of ours; any other is left to the element.
    """
    reader = _Reader(text, locator)
    attributes, _ = get_attrs_and_remainder(inner.replace("\t", " "))
    for key, value in attributes:
        reader.take(key, value)
    if _LOOSE_SIGN.search(_QUOTED.sub("q", inner)):  # Python-Markdown reads no further
        reader.complain("a “=” in a mark stands between a key and its value, without blanks", "=", "write `key=value`")
    return reader.mark(), tuple(reader.findings)


class _Reader:
    """Collects what one mark says."""

    def __init__(self, text: str, locator: Locator) -> None:
        self.text = text
        self.locator = locator
        self.place = locator.place(text)
        self.findings: list[Diagnostic] = []
        self.roles: list[str] = []
        self.other: list[tuple[str, str]] = []
        self.id = ""
        self.was: tuple[str, ...] = ()
        self.stance: Stance | None = None
        self.claim: Reference | None = None
        self.relations: dict[str, tuple[Reference, ...]] = {}

    def take(self, key: str, value: str | None) -> None:
        """Take one attribute of the list; a word that stands alone has no value."""
        if key == ".":
            self.take_class(value or "")
        elif key == "id":
            self.id = value or ""
        elif key not in KEYS:
            if (near := nearest(key, KEYS)) and key.lower() not in _HTML_ATTRIBUTE:
                self.complain(f"unknown key “{key}” in a mark", key, f"did you mean `{near}`?")
            self.other.append((key, key if value is None else value))
        elif not value or not value.strip():
            self.complain(f"“{key}” needs a value", key, f"write `{key}=…`")
        elif key == "stance":
            self.take_stance(value)
        elif key == "claim":
            self.claim, *more = self.references(key, value)
            if more:
                self.complain("an argument speaks to one claim", more[0].text, "keep one", self.value_start(key))
        elif key == "was":
            self.was += tuple(part.removeprefix("#") for part in value.split())
        else:
            self.relations[key] = self.references(key, value)

    def take_class(self, name: str) -> None:
        if name in CLASSES:
            self.roles.append(name)
            return
        if near := nearest(name, CLASSES):
            self.complain(f"unknown mark “.{name}”", f".{name}", f"did you mean `.{near}`?")
        self.other.append(("class", name))

    def take_stance(self, value: str) -> None:
        if value in get_args(Stance):
            self.stance = cast("Stance", value)
            return
        near = nearest(value, get_args(Stance))
        hint = f"did you mean `{near}`?" if near else "use `pro`, `con` or `neutral`"
        self.complain(f"unknown stance “{value}”", value, hint, self.value_start("stance"))

    def references(self, key: str, value: str) -> tuple[Reference, ...]:
        """Return the references of a value, each with its own place."""
        found = []
        at = self.value_start(key)
        for part in value.split():
            at = max(self.text.find(part, at), at)
            found.append(Reference(part, self.locator.within(self.place, self.text, part, at)))
            at += len(part)
        return tuple(found)

    def value_start(self, key: str) -> int:
        """Return where the value of a key begins in the mark."""
        return self.text.find(f"{key}=") + len(key) + 1

    def complain(self, message: str, at: str, hint: str = "", start: int = 0) -> None:
        place = self.locator.within(self.place, self.text, at, start)
        self.findings.append(self.locator.finding("bad-mark", message, place, hint=hint))

    def mark(self) -> Mark:
        """Return what was collected."""
        if len(set(self.roles)) > 1:
            first, second = self.roles[:2]
            self.complain(f"a mark cannot be both “.{first}” and “.{second}”", f".{second}")
        return Mark(
            text=self.text,
            role=cast("Role", self.roles[0] if self.roles else ""),
            id=self.id,
            was=self.was,
            stance=self.stance,
            claim=self.claim,
            supports=self.relations.get("supports", ()),
            rebuts=self.relations.get("rebuts", ()),
            undercuts=self.relations.get("undercuts", ()),
            other=tuple(self.other),
            place=self.place,
        )
