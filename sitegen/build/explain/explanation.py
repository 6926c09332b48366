"""What is told of a source or a page, as one value: the console and `--json` tell the same."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from sitegen.diagnostics import Diagnostic

__all__ = ["ArgumentFacts", "Explanation", "Fact", "LinkFacts", "PageFacts", "RelationFacts"]


class Fact(Struct, frozen=True):
    """A value and where it comes from, in words; the origin is empty where the name says it."""

    name: str
    value: str
    origin: str = ""


class RelationFacts(Struct, frozen=True):
    """A relation of an argument: `other` is `article#id`, a claim's id, or the title of what is left out.

    `by` is empty where the author says so, else the editor.
    """

    kind: str
    direction: Literal["out", "in"]
    other: str
    by: str = ""


class ArgumentFacts(Struct, frozen=True, kw_only=True):
    """An argument: its number, its id and whether that was written, its claim cut at a phrase.

    `title` says where the claim comes from: a `heading`, a bold `lead`, or the first `sentence`.
    """

    number: int
    id: str
    explicit_id: bool
    claim: str
    title: str
    line: int = 0
    stance: str = ""
    stance_by: str = ""
    claim_id: str = ""
    url: str = ""
    page_url: str = ""
    relations: tuple[RelationFacts, ...] = ()


class LinkFacts(Struct, frozen=True):
    """A link or picture of a text: its line, as it is written, and the URL it gets, empty for none."""

    line: int
    target: str
    url: str


class PageFacts(Struct, frozen=True):
    """A page of the plan: its URL, its template, and what the template asks for."""

    url: str
    template: str
    parameters: dict[str, str | int] = {}


class Explanation(Struct, frozen=True, kw_only=True):
    """What something is.

    `kind` is one of `article`, `argument`, `section`, `author`, `tag`, `notice`, `claim`, `page` (of
    `content/pages/`), `listing`, `generated` (any other page), `redirect`, `file`, `template`, `config`, `unread`.
    `path` is its source, relative to the project, and `url` its page; either may be empty.
    `left_out` says why there is no page of it. `mode` and `mode_reason` are how arguments were found.
    `pages` are made of it; it stands on `listings`.
    """

    kind: str
    summary: str
    path: str = ""
    url: str = ""
    left_out: str = ""
    hint: str = ""
    facts: tuple[Fact, ...] = ()
    mode: str = ""
    mode_reason: str = ""
    arguments: tuple[ArgumentFacts, ...] = ()
    links: tuple[LinkFacts, ...] = ()
    pages: tuple[PageFacts, ...] = ()
    listings: tuple[str, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
