"""The ids of arguments: permalinks that survive reordering and insertion.

An id is written (`#gift-horse`), else made from the first six words of the argument's text, as the
author typed them. It never holds the number. Derived ids that meet another id get four hexadecimal
digits of the digest of their own text.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from sitegen.articles.arguments import Segment
from sitegen.articles.locate import Locator
from sitegen.articles.plain import collapse
from sitegen.diagnostics import Diagnostic
from sitegen.digest import digest_bytes
from sitegen.slugs import slugify

__all__ = ["Identified", "derived_id", "identify"]

ID_WORDS = 6
ID_LENGTH = 80
"""Characters of a derived id: where words have no blanks between them, six words may be the whole text."""

SHORT_DIGEST = 4
LONG_DIGEST = 6


class Identified(NamedTuple):
    """The id of an argument, and whether it was written."""

    id: str
    is_explicit: bool


def derived_id(text: str) -> str:
    """Return the id that a text gives: the slug of its first six words, or `a-` and six hexadecimal digits."""
    slug = slugify(" ".join(text.split(maxsplit=ID_WORDS)[:ID_WORDS]), ID_LENGTH)
    if not slug:
        return f"a-{_digest(text)[:LONG_DIGEST]}"
    return f"a-{slug}" if slug.startswith("sg-") else slug


def _digest(text: str) -> str:
    return digest_bytes(collapse(text).encode())


def identify(arguments: list[tuple[Segment, str]], locator: Locator) -> tuple[list[Identified], tuple[Diagnostic, ...]]:
    """Return the id of each argument, given with its text, and `duplicate-id` and other findings."""
    findings: list[Diagnostic] = []
    explicit: list[str] = []
    for segment, _ in arguments:
        written = segment.mark.id if segment.mark else ""
        if written and segment.mark and not segment.mark.has_argument_id:
            findings.append(_bad_id(written, segment, locator))
            written = ""
        elif written and written in explicit:
            findings.append(_duplicate(written, segment, locator))
        explicit.append(written)
    derived = [derived_id(text) if not written else "" for (_, text), written in zip(arguments, explicit, strict=True)]
    counts = Counter([*derived, *set(explicit)])
    found: list[Identified] = []
    taken: dict[str, str] = {}
    for (segment, text), written, made in zip(arguments, explicit, derived, strict=True):
        if written:
            found.append(Identified(written, is_explicit=True))
            continue
        own = f"{made}-{_digest(text)[:SHORT_DIGEST]}" if counts[made] > 1 else made
        if own in taken:
            findings.append(_identical(text, taken[own], segment, locator))
        taken[own] = text
        found.append(Identified(own, is_explicit=False))
    return found, tuple(findings)


def _bad_id(written: str, segment: Segment, locator: Locator) -> Diagnostic:
    mark = segment.mark
    place = locator.within(mark.place, mark.text, written) if mark else segment.place
    return locator.finding(
        "bad-mark",
        f"“#{written}” cannot be the id of an argument",
        place,
        hint="an id begins with a lower-case letter and goes on with letters, digits and hyphens; "
        "those that begin with `sg-` belong to the theme",
    )


def _duplicate(written: str, segment: Segment, locator: Locator) -> Diagnostic:
    mark = segment.mark
    place = locator.within(mark.place, mark.text, f"#{written}") if mark else segment.place
    return locator.finding(
        "duplicate-id",
        f"two arguments with the id “{written}”",
        place,
        hint="give one of them another id; keep the one that was published",
    )


def _identical(text: str, other: str, segment: Segment, locator: Locator) -> Diagnostic:
    what = "the same text" if collapse(text) == collapse(other) else "texts that give one id"
    return locator.finding(
        "identical-arguments",
        f"two arguments with {what}",
        segment.place,
        hint="write an id for one of them: `{: #some-id }`",
    )
