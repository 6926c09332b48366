"""Articles and arguments as their pages show them, made when they are asked for.

Here blocks become passages and arguments, links are answered, and what other pieces say of an
argument comes to stand beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from typing import Literal

from msgspec.structs import replace

from sitegen.archive.archive import Archive, claim_slug
from sitegen.archive.cards import (
    ArgumentCard,
    ArgumentView,
    ArticleView,
    CorrectionEntry,
    Footnote,
    NamedLink,
    Passage,
    Relation,
)
from sitegen.archive.links import MediaUrl, Owner, fill, owner_of, resolve
from sitegen.archive.phrases import is_long, short
from sitegen.archive.relations import Assertion, Edge, chief
from sitegen.articles.article import Argument, Article, Block, Body, Correction, Image, Link
from sitegen.articles.article import Footnote as Note

__all__ = ["Views"]

WORDS_A_MINUTE = 220
KEPT = 2048
Fill = Callable[[str], str]


class Views:
    """Makes the views of one archive; `media_url` gives the URL of a file beside its source.

    The newest views of articles are kept: the page of each argument shows its article, and so do the
    feeds of its section, its authors and its tags.
    """

    __slots__ = ("archive", "article", "media_url")

    def __init__(self, archive: Archive, media_url: MediaUrl) -> None:
        """Keep the two; nothing is made yet."""
        self.archive = archive
        self.media_url = media_url
        self.article = lru_cache(maxsize=KEPT)(self._article)

    def _article(self, name: str) -> ArticleView:
        """Return the view of an article; of a withdrawn one nothing but its card and corrections."""
        archive = self.archive
        article, card = archive.articles[name], archive.cards[name]
        body, meta = article.body, article.meta
        corrections = self._corrections(article)
        if card.status == "withdrawn":
            return ArticleView(card=card, standards=archive.standards[name], corrections=corrections)
        owner, filled = self._filler(article)
        return ArticleView(
            card=card,
            blocks=tuple(self._blocks(article, filled)),
            footnotes=_footnotes(body.footnotes, filled),
            standards=archive.standards[name],
            corrections=corrections,
            disclosures=meta.disclosures,
            original=meta.original,
            rights=meta.rights,
            image=meta.image,
            image_url=self.image_url(meta.image, owner),
            words=body.words,
            minutes=max(1, round(body.words / WORDS_A_MINUTE)),
            has_code=any("<pre" in html for html in _fragments(body)),
            extra=meta.extra,
        )

    def argument(self, ref: str) -> ArgumentView:
        """Return the view of an argument."""
        article = self.archive.articles[self.archive.spots[ref].article]
        return self._argument(article, self.archive.block(ref), self.archive.argument(ref), self._filler(article)[1])

    def footnotes(self, ref: str) -> tuple[Footnote, ...]:
        """Return the footnotes that an argument cites, and those that these cite in turn, by number."""
        article = self.archive.articles[self.archive.spots[ref].article]
        notes = {note.number: note for note in article.body.footnotes}
        cited: set[int] = set()
        waiting = list(self.archive.block(ref).footnotes)
        while waiting:
            number = waiting.pop()
            if number in notes and number not in cited:
                cited.add(number)
                waiting += notes[number].cites
        return _footnotes((notes[number] for number in sorted(cited)), self._filler(article)[1])

    def argument_card(self, ref: str, claim: str = "", stance: str = "") -> ArgumentCard:
        """Return the card of an argument, with its stance on `claim` where one is given, else its chief one."""
        archive = self.archive
        article = archive.cards[archive.spots[ref].article]
        argument = archive.argument(ref)
        held = archive.graph.assertions.get(ref, ())
        about = tuple(a for a in held if a.claim == claim and stance in ("", a.stance)) if claim else held
        chosen = (about[0] if claim and about else chief(held)) or Assertion(None)
        return ArgumentCard(
            ref=ref,
            id=argument.id,
            number=argument.number,
            claim=argument.claim,
            short=short(argument.claim),
            url=archive.urls.argument(article.url, argument.id),
            page_url=archive.urls.argument_page(article.url, argument.id),
            article=article,
            stance=chosen.stance,
            stance_by=chosen.by,
            claim_id=chosen.claim,
            answers=len(set(archive.bucket(("answers", ref)))),
        )

    def outgoing(self, ref: str) -> tuple[Relation, ...]:
        """Return what an argument says of others, as written."""
        self.archive.bucket(("relations", ref))
        return tuple(self._relation(edge, "out") for edge in self.archive.graph.outgoing.get(ref, ()))

    def incoming(self, ref: str) -> tuple[Relation, ...]:
        """Return what arguments say of an argument or a claim, oldest first."""
        self.archive.bucket(("answers", ref))
        return tuple(self._relation(edge, "in") for edge in self.archive.graph.incoming.get(ref, ()))

    def correction(self, key: str) -> CorrectionEntry:
        """Return an entry of the corrections log, by its key in the bucket `("corrections",)`."""
        name, correction = self.archive.entries[key]
        number = int(key.rpartition(" ")[2]) + 1
        url = f"{self.archive.cards[name].url}#sg-correction-{number}"
        refs = self.archive.bucket(("argument", f"{name}#{correction.argument}")) if correction.argument else ()
        argument = self.argument_card(refs[0]) if refs else None
        return CorrectionEntry(correction=correction, article=self.archive.cards[name], url=url, argument=argument)

    def claim_link(self, name: str) -> NamedLink | None:
        """Return a claim as a link, `None` where there is no such claim."""
        if not self.archive.bucket(("claim", name)):
            return None
        record = self.archive.claims[name]
        return NamedLink(record.name or name, self.archive.urls.claim(claim_slug(record)))

    def image_url(self, image: Image | None, owner: Owner) -> str:
        """Return the URL of a picture of front matter, empty where there is none."""
        if image is None:
            return ""
        resolved = resolve(Link(image.src, "image"), owner, self.archive, self.media_url)
        return "" if resolved.finding else resolved.url

    def _filler(self, article: Article) -> tuple[Owner, Fill]:
        owner, links = owner_of(self.archive, article), article.body.links

        @cache
        def url(number: int) -> str:
            return resolve(links[number], owner, self.archive, self.media_url).url if number < len(links) else ""

        return owner, lambda html: fill(html, url)

    def _blocks(self, article: Article, filled: Fill) -> Iterator[Passage | ArgumentView]:
        blocks = article.body.blocks
        places = [index for index, block in enumerate(blocks) if block.argument is not None]
        for index, block in enumerate(blocks):
            if block.argument is not None:
                yield self._argument(article, block, block.argument, filled)
                continue
            place: Literal["opening", "between", "closing"] = "between"
            if not places or index < places[0]:
                place = "opening"
            elif index > places[-1]:
                place = "closing"
            yield Passage(place=place, html=filled(block.html), text=block.text)

    def _argument(self, article: Article, block: Block, argument: Argument, filled: Fill) -> ArgumentView:
        ref = f"{article.id}#{argument.id}"
        card = self.argument_card(ref)
        return ArgumentView(
            card=card,
            claim_html=filled(argument.claim_html),
            rest_html=filled(argument.rest_html),
            html=filled(argument.html),
            text=argument.text,
            title=argument.title,
            is_long=is_long(argument.claim),
            claim=self.claim_link(card.claim_id) if card.claim_id else None,
            relations=self.outgoing(ref) + self.incoming(ref),
            corrections=tuple(c for c in self._corrections(article) if c.argument == argument.id),
            footnotes=block.footnotes,
        )

    def _corrections(self, article: Article) -> tuple[Correction, ...]:
        """Return the corrections of an article; each names an argument by its present id, or none."""
        present = self.archive.references.arguments
        refs = (present.get(f"{article.id}#{c.argument.lstrip('#')}", "") for c in article.meta.corrections)
        return tuple(
            replace(correction, argument=ref.partition("#")[2])
            for correction, ref in zip(article.meta.corrections, refs, strict=True)
        )

    def _relation(self, edge: Edge, direction: Literal["in", "out"]) -> Relation:
        relation = Relation(kind=edge.kind, direction=direction, label=edge.label, by=edge.by, date=edge.date)
        if direction == "in" or edge.to == "argument":
            other = self.argument_card(edge.source if direction == "in" else edge.target)
            return replace(relation, label=other.short, url=other.url, other=other)
        claim = self.claim_link(edge.target) if edge.to == "claim" else None
        return replace(relation, label=claim.name, url=claim.url, claim=claim) if claim else relation


def _fragments(body: Body) -> Iterator[str]:
    yield from (block.html for block in body.blocks)
    yield from (note.html for note in body.footnotes)


def _footnotes(notes: Iterable[Note], filled: Fill) -> tuple[Footnote, ...]:
    return tuple(Footnote(note.number, f"sg-fn-{note.number}", filled(note.html), note.citations) for note in notes)
