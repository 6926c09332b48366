"""Articles and arguments as their pages show them, made when they are asked for.

Here blocks become passages and arguments, links are answered, and what other pieces say of an
argument comes to stand beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Literal

from msgspec.structs import replace

from sitegen.archive.archive import Owner, Resolved, claim_slug
from sitegen.archive.cards import (
    ArgumentCard,
    ArgumentView,
    ArticleView,
    Card,
    CorrectionEntry,
    Footnote,
    NamedLink,
    Passage,
    Relation,
    ShareImage,
)
from sitegen.archive.links import fill, owner_of, resolve
from sitegen.archive.phrases import is_long, short
from sitegen.archive.pictures import Picture
from sitegen.archive.relations import Assertion, Edge, chief
from sitegen.archive.window import Window
from sitegen.articles.article import Article, Link, Part, Point, Text
from sitegen.articles.article import Footnote as Note
from sitegen.articles.meta import Correction, Image

__all__ = ["Views"]

WORDS_A_MINUTE = 220
SHARED = frozenset({"jpeg", "jpg", "png"})
SHARED_FROM = (600, 315)
SHARE_SIZE = (1200, 630)
Fill = Callable[[str], str]


class Views:
    """Makes the views of one archive."""

    __slots__ = ("window",)

    def __init__(self, window: Window) -> None:
        """Look through `window`; nothing is made yet."""
        self.window = window

    def article(self, name: str) -> ArticleView:
        """Return the view of an article; of a withdrawn one nothing but its card and corrections."""
        window = self.window
        article, card = window.article(name), window.card(name)
        standards, corrections = window.standards(name), self._corrections(article)
        if card.status == "withdrawn":
            return ArticleView(card=card, standards=standards, corrections=corrections)
        text, meta = window.text(name), article.meta
        owner, filled = self._filler(article)
        picture = self._picture(meta.image, owner)
        shown = window.picture(picture.media) if picture.media else Picture()
        return ArticleView(
            card=card,
            blocks=tuple(self._blocks(article, card, text, corrections, filled)),
            footnotes=_footnotes(text.footnotes, filled),
            standards=standards,
            corrections=corrections,
            disclosures=meta.disclosures,
            original=meta.original,
            rights=meta.rights,
            image=meta.image,
            image_url=picture.url,
            image_width=shown.width,
            image_height=shown.height,
            image_srcset=shown.srcset,
            image_sizes=window.config.archive.picture_sizes if shown.srcset else "",
            share=self._share(card, meta.image, picture, shown),
            words=article.body.words,
            minutes=max(1, round(article.body.words / WORDS_A_MINUTE)),
            has_code=any("<pre" in html for html in _fragments(text)),
            extra=meta.extra,
        )

    def argument(self, ref: str) -> ArgumentView:
        """Return the view of an argument."""
        article = self.window.article(ref.partition("#")[0])
        text, point, card = self.window.text(article.id), self.window.point(ref), self.argument_card(ref)
        part = text.parts[text.points[point.number - 1]]
        return self._argument(card, part, point, self._corrections(article), self._filler(article)[1])

    def footnotes(self, ref: str) -> tuple[Footnote, ...]:
        """Return the footnotes that an argument cites, and those that these cite in turn, by number."""
        article = self.window.article(ref.partition("#")[0])
        text, point = self.window.text(article.id), self.window.point(ref)
        notes = {note.number: note for note in text.footnotes}
        cited: set[int] = set()
        waiting = list(text.parts[text.points[point.number - 1]].footnotes)
        while waiting:
            number = waiting.pop()
            if number in notes and number not in cited:
                cited.add(number)
                waiting += notes[number].cites
        return _footnotes((notes[number] for number in sorted(cited)), self._filler(article)[1])

    def argument_card(self, ref: str, claim: str = "", stance: str = "") -> ArgumentCard:
        """Return the card of an argument, with its stance on `claim` where one is given, else its chief one."""
        window, name = self.window, ref.partition("#")[0]
        card = self._plain_card(ref, window.card(name), window.point(ref))
        return card if window.stands_alone(name) else self._related_card(card, claim, stance)

    def _plain_card(self, ref: str, article: Card, point: Point) -> ArgumentCard:
        """Return the card of an argument that stands alone."""
        urls = self.window.urls
        return ArgumentCard(
            ref=ref,
            id=point.id,
            number=point.number,
            claim=point.claim,
            short=short(point.claim),
            url=urls.argument(article.url, point.id),
            page_url=urls.argument_page(article.url, point.id),
            article=article,
        )

    def _related_card(self, card: ArgumentCard, claim: str = "", stance: str = "") -> ArgumentCard:
        """Return a card with the argument's stance and the number of its answers."""
        held = self.window.assertions(card.ref)
        about = tuple(a for a in held if a.claim == claim and stance in ("", a.stance)) if claim else held
        chosen = (about[0] if claim and about else chief(held)) or Assertion(None)
        return replace(
            card,
            stance=chosen.stance,
            stance_by=chosen.by,
            claim_id=chosen.claim,
            answers=len({edge.source for edge in self.window.incoming(card.ref)}),
        )

    def outgoing(self, ref: str) -> tuple[Relation, ...]:
        """Return what an argument says of others, as written."""
        return tuple(self._relation(edge, "out") for edge in self.window.outgoing(ref))

    def incoming(self, ref: str) -> tuple[Relation, ...]:
        """Return what arguments say of an argument or a claim, oldest first."""
        return tuple(self._relation(edge, "in") for edge in self.window.incoming(ref))

    def correction(self, key: str) -> CorrectionEntry:
        """Return an entry of the corrections log, by its key in the bucket `("corrections",)`."""
        name, correction = self.window.correction(key)
        card = self.window.card(name)
        number = int(key.rpartition(" ")[2]) + 1
        refs = self.window.bucket(("argument", f"{name}#{correction.argument}")) if correction.argument else ()
        argument = self.argument_card(refs[0]) if refs else None
        url = f"{card.url}#sg-correction-{number}"
        return CorrectionEntry(correction=correction, article=card, url=url, argument=argument)

    def claim_link(self, name: str) -> NamedLink | None:
        """Return a claim as a link, `None` where there is no such claim."""
        if not self.window.bucket(("claim", name)):
            return None
        record = self.window.claim(name)
        return NamedLink(record.name or name, self.window.urls.claim(claim_slug(record)))

    def image_url(self, image: Image | None, owner: Owner) -> str:
        """Return the URL of a picture of front matter, empty where there is none."""
        return self._picture(image, owner).url

    def _picture(self, image: Image | None, owner: Owner) -> Resolved:
        if image is None:
            return Resolved("")
        resolved = resolve(Link(image.src, "image"), owner, self.window)
        return Resolved("") if resolved.finding else resolved

    def _share(self, card: Card, image: Image | None, found: Resolved, shown: Picture) -> ShareImage | None:
        """Return what stands for an article where its link is shared: its own picture, else the one made of its words.

        Its own must be one that every service shows, and large enough for them.
        """
        suffix = found.media.rpartition(".")[2].lower()
        if image is not None and suffix in SHARED and shown.width >= SHARED_FROM[0] and shown.height >= SHARED_FROM[1]:
            return ShareImage(url=found.url, width=shown.width, height=shown.height, alt=image.alt)
        if not (url := self.window.share_url(card.id)):
            return None
        alt = " · ".join([card.title, ", ".join(author.term.name for author in card.authors), self.window.config.title])
        return ShareImage(url=url, width=SHARE_SIZE[0], height=SHARE_SIZE[1], alt=alt)

    def _filler(self, article: Article) -> tuple[Owner, Fill]:
        owner, links = owner_of(self.window, article), article.body.links
        sizes = self.window.config.archive.picture_sizes

        @cache
        def answer(number: int) -> Resolved:
            return resolve(links[number], owner, self.window) if number < len(links) else Resolved("")

        return owner, lambda html: fill(html, answer, self.window.picture, sizes)

    def _blocks(
        self, article: Article, card: Card, text: Text, corrections: tuple[Correction, ...], filled: Fill
    ) -> Iterator[Passage | ArgumentView]:
        points = self.window.points(article.id) if text.points else ()
        arguments = dict(zip(text.points, points, strict=True))
        is_alone = not points or self.window.stands_alone(article.id)
        for index, part in enumerate(text.parts):
            if index in arguments:
                point = arguments[index]
                own = self._plain_card(f"{article.id}#{point.id}", card, point)
                yield self._argument(
                    own if is_alone else self._related_card(own), part, point, corrections, filled, is_alone=is_alone
                )
                continue
            place: Literal["opening", "between", "closing"] = "between"
            if not text.points or index < text.points[0]:
                place = "opening"
            elif index > text.points[-1]:
                place = "closing"
            yield Passage(place=place, html=filled(part.html), text=part.text)

    def _argument(
        self,
        card: ArgumentCard,
        part: Part,
        point: Point,
        corrections: tuple[Correction, ...],
        filled: Fill,
        *,
        is_alone: bool = False,
    ) -> ArgumentView:
        return ArgumentView(
            card=card,
            claim_html=filled(part.claim_html),
            rest_html=filled(part.rest_html),
            html=filled(part.html),
            text=part.text,
            title=point.title,
            is_long=is_long(point.claim),
            claim=self.claim_link(card.claim_id) if card.claim_id else None,
            relations=() if is_alone else self.outgoing(card.ref) + self.incoming(card.ref),
            corrections=tuple([it for it in corrections if it.argument == point.id]) if corrections else (),
            footnotes=part.footnotes,
        )

    def _corrections(self, article: Article) -> tuple[Correction, ...]:
        """Return the corrections of an article; each names an argument by its present id, or none."""
        written = article.meta.corrections
        return tuple([replace(it, argument=self._present(article.id, it.argument)) for it in written])

    def _present(self, article: str, name: str) -> str:
        present = self.window.bucket(("present", f"{article}#{name.lstrip('#')}"))
        return present[0].partition("#")[2] if present else ""

    def _relation(self, edge: Edge, direction: Literal["in", "out"]) -> Relation:
        relation = Relation(kind=edge.kind, direction=direction, label=edge.label, by=edge.by, date=edge.date)
        if direction == "in" or edge.to == "argument":
            other = self.argument_card(edge.source if direction == "in" else edge.target)
            return replace(relation, label=other.short, url=other.url, other=other)
        claim = self.claim_link(edge.target) if edge.to == "claim" else None
        return replace(relation, label=claim.name, url=claim.url, claim=claim) if claim else relation


def _fragments(text: Text) -> list[str]:
    return [*(part.html for part in text.parts), *(note.html for note in text.footnotes)]


def _footnotes(notes: Iterable[Note], filled: Fill) -> tuple[Footnote, ...]:
    return tuple(Footnote(note.number, f"sg-fn-{note.number}", filled(note.html), note.citations) for note in notes)
