"""Edits that change nothing but words: what the archive is made of stays, but for the cards of these pieces."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import structs

from sitegen.archive.archive import Archive
from sitegen.archive.cards import Card
from sitegen.archive.wording import words_of
from sitegen.articles.article import Outline, Shown
from sitegen.articles.meta import Place, Reference

__all__ = ["differs_in_text", "differs_in_words", "other_cards"]


def differs_in_words(was: Outline, now: Outline, *, is_known: bool) -> bool:
    """Whether an article as it is differs from what it was in words alone, and there is nothing to tell of it.

    `is_known` says that the archive has it. Words of a piece that has no card to show (a draft, one that is held back
    or withdrawn) may stand anywhere: in what is told of it, and where others name it.
    """
    if was.findings or now.findings or _core(was) != _core(now):
        return False
    is_shown = is_known and now.meta.status != "withdrawn"
    return is_shown or _words(was) == _words(now)


def differs_in_text(was: Outline, now: Outline, *, is_known: bool) -> bool:
    """Whether an article differs from what it was in words, those of its claims too, or in links that are no pictures.

    The archive is then the same but for cards, as far as the new links lead somewhere, which is for others to find out.
    """
    return differs_in_words(_unlinked(was), _unlinked(now), is_known=is_known)


def _unlinked(outline: Outline) -> Outline:
    points = tuple(structs.replace(it, claim="", title="sentence") for it in outline.arguments)
    pictures = tuple(link for link in outline.links if link.kind != "page")
    return structs.replace(outline.showing(structs.replace(outline.shown, arguments=points)), links=pictures)


def other_cards(archive: Archive, names: Iterable[str]) -> dict[str, Card]:
    """Return the cards of articles whose words are others than in the archive, by their ids."""
    cards = {}
    for name in names:
        was = archive.cards[name]
        now = structs.replace(was, **words_of(archive.articles[name].body, was.section.name))
        if now != was:
            cards[name] = now
    return cards


def _words(outline: Outline) -> tuple[str, ...]:
    meta = outline.meta
    return meta.title, meta.dek, meta.description, meta.kicker


def _core(outline: Outline) -> Outline:
    """Return an outline without the words that only its pages and its card show, and without places."""

    def bare(references: tuple[Reference, ...]) -> tuple[Reference, ...]:
        return tuple(Reference(it.text) for it in references)

    meta = structs.replace(outline.meta, title="", dek="", description="", kicker="")
    points = tuple(
        structs.replace(
            it,
            place=Place(),
            claim_ref=Reference(it.claim_ref.text) if it.claim_ref else None,
            supports=bare(it.supports),
            rebuts=bare(it.rebuts),
            undercuts=bare(it.undercuts),
        )
        for it in outline.arguments
    )
    return structs.replace(
        outline.showing(Shown(arguments=points, mode=outline.mode)),
        meta=meta,
        excerpt="",
        packed_places=b"",
        links=tuple(structs.replace(link, place=Place()) for link in outline.links),
    )
