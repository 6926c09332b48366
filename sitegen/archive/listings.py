"""Listings: which articles and arguments stand under a section, an author, a tag, a date, a notice, a claim.

They are the buckets of the archive that are made beforehand; what is looked up in an index is answered there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sitegen.archive.archive import Key
from sitegen.archive.cards import Card, Standards
from sitegen.archive.relations import Assertion, Graph, chief
from sitegen.articles.dates import MONTH, YEAR

__all__ = ["listings"]


def listings(
    refs: Mapping[str, tuple[str, ...]], cards: Mapping[str, Card], standards: Mapping[str, Standards], graph: Graph
) -> dict[Key, tuple[str, ...]]:
    """Put every article and argument into the listings it belongs to.

    `refs` are the arguments of each article that is shown, as `article#id`. Listings keep its order, newest
    first; `cards` are in the same order, with withdrawn pieces between.
    """
    fixed: dict[Key, tuple[str, ...]] = {("all",): tuple(refs)}
    lists: dict[Key, list[str]] = {}
    arguments: list[str] = []
    for name, own in refs.items():
        for key in _keys(cards[name], standards[name]):
            lists.setdefault(key, []).append(name)
        if own:
            fixed["arguments", "article", name] = own
            arguments += own
        for ref in own:
            for key in _argument_keys(graph.assertions.get(ref, ())):
                lists.setdefault(key, []).append(ref)
    fixed["arguments", "all"] = tuple(arguments)
    fixed["withdrawn",] = tuple(name for name in cards if name not in refs)
    fixed["years",] = tuple(sorted((key[1] for key in lists if key[0] == "year"), reverse=True))
    for key in sorted(key for key in lists if key[0] == "month"):
        lists.setdefault(("months", key[1]), []).append(key[2])
    return {key: tuple(names) for key, names in lists.items()} | fixed


def _keys(card: Card, standards: Standards) -> Iterable[Key]:
    """Give the listings that an article stands in."""
    yield ("section", card.section.id)
    yield from (("author", name) for name in dict.fromkeys(byline.term.id for byline in card.authors))
    yield from (("tag", tag.id) for tag in card.tags)
    date = card.date.text
    yield ("year", date[:YEAR])
    if len(date) >= MONTH:
        yield ("month", date[:YEAR], date[YEAR + 1 : MONTH])
    if standards.status in ("in-force", "not-determinable"):
        yield ("standards", standards.notice)
    if standards.version is not None:
        yield ("standards", standards.notice, str(standards.version))


def _argument_keys(held: tuple[Assertion, ...]) -> Iterable[Key]:
    """Give the listings that an argument stands in because of the stances that are taken with it."""
    if not held:
        return ()
    keys: list[Key] = [("arguments", "claim", a.claim) for a in held if a.claim]
    keys += [("arguments", "claim", a.claim, a.stance) for a in held if a.claim and a.stance]
    if (chosen := chief(held)) is not None and chosen.stance:
        keys.append(("arguments", "stance", chosen.stance))
    return dict.fromkeys(keys)
